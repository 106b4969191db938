"""The last checkpoint that was signed on this machine, kept outside the log: an older copy of it is recognised."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ayan.core.ledger.checkpoint import Checkpoint, open_checkpoint
from ayan.core.ledger.note import Verifier
from ayan.core.system.files import PRIVATE_FOLDER, make_folder, write


class LogMemory:
    """One file, or none where nothing is to be remembered."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def keep(self, signed: bytes) -> None:
        """Remember a checkpoint, durably."""
        if self._path is not None:
            make_folder(self._path.parent, mode=PRIVATE_FOLDER)
            write(self._path, signed)

    def last(self, trusted: Sequence[Verifier]) -> Checkpoint | None:
        """What was signed last; None where nothing is remembered. NotSigned or BadNote when it does not hold."""
        if self._path is None or not self._path.exists():
            return None
        return open_checkpoint(self._path.read_bytes(), *trusted)
