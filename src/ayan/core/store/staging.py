"""Staging folders: where the files of a release stand until it is committed, owned by one process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from ayan.core.store.limits import STALE_SECONDS
from ayan.core.store.objects import BadAddress, ReleaseAddress
from ayan.core.system.files import PRIVATE_FOLDER, PUBLIC_FOLDER, flush, hold_new_folder, make_folder, sweep

BRIEF: Final = "brief-"
"""How the staging folders are called that nobody comes back for."""


class Staging:
    """The staging folders below ``root``, each held by the process that made it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._owned: dict[Path, int] = {}

    def new(self, *, brief: bool) -> Path:
        """A new empty folder; a ``brief`` one is swept as soon as its owner is gone, whatever its age."""
        make_folder(self.root.parent, mode=PUBLIC_FOLDER)
        make_folder(self.root, mode=PRIVATE_FOLDER)
        staged, self._owned[staged] = hold_new_folder(self.root, BRIEF if brief else "", mode=PRIVATE_FOLDER)
        return staged

    def discard(self, staged: Path) -> None:
        """Remove a folder and what is in it, and let go of it."""
        self.check(staged)
        shutil.rmtree(staged, ignore_errors=True)
        self.disown(staged)

    def disown(self, staged: Path) -> None:
        """Let go of a folder that became something else, or is gone."""
        held = self._owned.pop(staged.absolute(), None)
        if held is not None:
            os.close(held)

    def check(self, staged: Path) -> None:
        """Raise BadAddress for anything but a folder of here."""
        if staged.absolute().parent != self.root or ".." in staged.parts or not staged.is_dir():
            raise BadAddress(f"not a staging folder of this store: {staged.name!r}")

    def sweep(self) -> list[Path]:
        """Remove folders whose owner is gone, if they are brief or untouched for `STALE_SECONDS`; what was removed."""
        try:
            staged = [self.root / name for name in os.listdir(self.root)]  # noqa: PTH208 - as in folder.py
        except (FileNotFoundError, NotADirectoryError):
            return []
        gone = sweep(path for path in staged if path.name.startswith(BRIEF))
        return gone + sweep((path for path in staged if not path.name.startswith(BRIEF)), older=STALE_SECONDS)


def freeze(staged: Path, address: ReleaseAddress, *, durable: bool = True) -> None:
    """Make the files of a staged folder read-only; BadAddress for anything that is not a plain file.

    They are ``durable`` where they stay on this machine.
    """
    for path in sorted(staged.iterdir()):
        if path.is_symlink() or not path.is_file():
            raise BadAddress(f"{address}: only plain files belong in a release, not {path.name!r}")
        path.chmod(0o444)
        if durable:
            flush(path)
    if durable:
        flush(staged)
