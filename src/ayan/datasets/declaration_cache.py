"""What comes with Ayan as it was read once, kept where Python keeps modules that it has compiled.

To read and try some forty declarations takes each process a second, and every command and each process of the site is
one. Like a compiled module the file stands in ``__pycache__`` (or under `sys.pycache_prefix`), is written only where
that may be, never where Python is told to write none, and is believed as those are: whoever may write there may as well
change what is run.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final

from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.system import files

SOURCE: Final = Path(__file__).parent.parent
"""The rooms of ``ayan``, whose code says what a declaration becomes."""

NEVER: Final = float("-inf")
"""When a kept declaration was last looked at: whoever uses it first looks whether its files are as they were."""

_DIGEST: Final = 32


@dataclass(frozen=True, slots=True)
class ReadDeclaration:
    """What one folder held when its files had this stamp; ``at`` is the second (monotonic) of the last look."""

    stamp: tuple[tuple[str, int, int], ...]
    result: Dataset | DeclarationError
    at: float


def cache_file(root: Path) -> Path:
    """Where the declarations in ``root`` are kept for this version of Python."""
    return Path(cache_from_source(str(root / "declarations.py"))).with_suffix(".pickle")


def kept(root: Path) -> dict[Path, ReadDeclaration]:
    """The declarations below ``root`` by folder that the same code has kept; each is still to be looked at."""
    with suppress(OSError):
        data = cache_file(root).read_bytes()
        made_by, digest, body = data[:_DIGEST], data[_DIGEST : 2 * _DIGEST], data[2 * _DIGEST :]
        if made_by == _code() and digest == sha256(body).digest():
            listed: dict[str, tuple[tuple[tuple[str, int, int], ...], Dataset]] = pickle.loads(body)  # noqa: S301 - as a compiled module is
            return {root / name: ReadDeclaration(stamp, dataset, NEVER) for name, (stamp, dataset) in listed.items()}
    return {}


def keep(root: Path, known: Mapping[Path, ReadDeclaration]) -> None:
    """Keep the sound ones of the declarations below ``root``, where that may be written."""
    if sys.dont_write_bytecode:
        return
    sound = {
        folder.name: (read.stamp, read.result) for folder, read in known.items() if isinstance(read.result, Dataset)
    }
    body = pickle.dumps(sound)
    file = cache_file(root)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        files.write(file, _code() + sha256(body).digest() + body, durable=False)


@cache
def _code() -> bytes:
    """Which code reads: the stamps of its files, and the versions of what it leans on."""
    versions = (sys.version, version("duckdb"), version("sqlglot"))
    listed = (*versions, *_stamps(SOURCE / "core"), *_stamps(SOURCE / "datasets"))
    return sha256("\n".join(listed).encode()).digest()


def _stamps(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.endswith(".py"):
                stats = entry.stat()
                yield f"{entry.path} {stats.st_mtime_ns} {stats.st_size}"
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _stamps(Path(entry.path))
