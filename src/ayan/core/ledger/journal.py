"""The journal of an append: entries about to enter the log, written before any tile, so that a crash loses none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ayan.core.ledger.tiles import decode_bundle, encode_bundle
from ayan.core.system.files import flush


@dataclass(frozen=True, slots=True)
class PendingEntries:
    """Entries that were to follow the first ``size`` leaves."""

    size: int
    entries: list[bytes]


class Journal:
    """One file, overwritten by every append. A torn one fails its digest and counts as none: no tile followed it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, size: int, entries: Sequence[bytes]) -> None:
        """Note, durably, which entries are to follow the first ``size`` leaves."""
        new = not self._path.exists()
        bundle = encode_bundle(entries)
        head = f"{size} {_digest(size, bundle)}\n".encode()
        held = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(held, "wb") as out:
            out.write(head + bundle)
            out.flush()
            os.fsync(out.fileno())
        if new:
            flush(self._path.parent)

    def read(self) -> PendingEntries | None:
        """What the last append was to add; None when there was none, or it was killed while it wrote this."""
        try:
            head, _, bundle = self._path.read_bytes().partition(b"\n")
            size, digest = head.decode("ascii").split(" ")
            if digest != _digest(int(size), bundle):
                return None
        except (FileNotFoundError, ValueError):
            return None
        return PendingEntries(int(size), decode_bundle(bundle))


def _digest(size: int, bundle: bytes) -> str:
    return sha256(b"%d\n" % size + bundle).hexdigest()
