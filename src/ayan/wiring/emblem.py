"""The emblem of a city: a file of its folder ``emblems``, named by its own digest, which ``ayan.toml`` names.

A file is never changed: each version of the profile names the one of its time.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.system.files import make_folder, write

FOLDER: Final = "emblems"
NAME: Final = re.compile(r"[0-9a-f]{64}\.(?:svg|png)", re.ASCII)
_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class Emblem:
    """One emblem: its name, and its bytes as they were written by `keep`."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """Its media type, by the ending of its name."""
        return _TYPES[self.name.rpartition(".")[2]]

    @property
    def data_address(self) -> str:
        """An address that holds the emblem itself, for a picture that travels alone."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"


def keep(home: Path, ending: str, content: bytes) -> str:
    """Keep an emblem, and return its name."""
    name = f"{hashlib.sha256(content).hexdigest()}.{ending}"
    make_folder(home / FOLDER)
    write(home / FOLDER / name, content)
    return name


def of(home: Path, name: str) -> Emblem | None:
    """The emblem of a name; None where there is none, or its file is not what its name says."""
    if not NAME.fullmatch(name):
        return None
    try:
        content = (home / FOLDER / name).read_bytes()
    except OSError:
        return None
    return Emblem(name, content) if hashlib.sha256(content).hexdigest() == name.partition(".")[0] else None
