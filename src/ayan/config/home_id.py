"""The id of a city's folder, by which its database and its backups know it: it goes with the folder and its backups."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from ayan.core.system.files import folder_locked, write

FILE: Final = "city.id"


def home_id(home: Path) -> str:
    """The id of a city's folder; made where it has none yet. Raises OSError where it has none and none can be made."""
    path = home / FILE
    # Several processes of a city start at once, and all must read the same.
    with folder_locked(home):
        if not path.exists():
            write(path, f"{secrets.token_hex(16)}\n".encode("ascii"))
        return path.read_text("ascii").strip()
