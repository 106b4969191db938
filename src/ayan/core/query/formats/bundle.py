"""A zip of several files, sent as it is made: each is written through once, counted and hashed on its way."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ayan.core.system.stream_buffer import StreamBuffer
from ayan.core.values.clock import TEHRAN


@dataclass(frozen=True, slots=True)
class BundledFile:
    """A file of a bundle: its ``path`` in it, and what gives its pieces, asked for when its turn has come."""

    path: str
    pieces: Callable[[], Iterable[bytes]]


@dataclass(slots=True)
class BundleDigests:
    """Bytes and SHA-256 (hex) of each file that has been written, by its path."""

    of: dict[str, tuple[int, str]] = field(default_factory=dict)


def written(files: Iterable[BundledFile], at: datetime, digests: BundleDigests) -> Iterator[bytes]:
    """The zip in pieces, every file dated ``at``; ``digests`` holds each file as soon as the next one is asked for."""
    outbox, day = StreamBuffer(), at.astimezone(TEHRAN)
    stamp = (day.year, day.month, day.day, day.hour, day.minute, day.second)
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for file in files:
            entry = zipfile.ZipInfo(file.path, stamp)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            running, size = hashlib.sha256(), 0
            with book.open(entry, "w", force_zip64=True) as out:
                for piece in file.pieces():
                    running.update(piece)
                    size += len(piece)
                    out.write(piece)
                    if ready := outbox.taken():
                        yield ready
            digests.of[file.path] = size, running.hexdigest()
            yield outbox.taken()
    yield outbox.taken()
