"""The keys of the files as they were sent: from the environment, or from the city's folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ayan.core.custody.private_files import OriginalEncryption, key_file
from ayan.core.system.files import PRIVATE_FOLDER, make_folder
from ayan.wiring.own_variables import said

VARIABLE: Final = "AYAN_ORIGINALS_KEY"
KEY: Final = Path("keys", "originals.key")
"""Where the key stands, in the city's folder and outside every backup, while the environment names none."""


def lock(home: Path) -> OriginalEncryption:
    """The keys; BadOriginalKey when what is given is none, OSError when none can be made."""
    given = said(home, VARIABLE).strip()
    if given:
        return OriginalEncryption.parse(given)
    path = home / KEY
    make_folder(path.parent, mode=PRIVATE_FOLDER)
    return OriginalEncryption.parse(key_file(path))


def is_apart() -> bool:
    """Whether the key comes from the environment, and not from the disk that holds what it locks."""
    return bool(os.environ.get(VARIABLE, "").strip())
