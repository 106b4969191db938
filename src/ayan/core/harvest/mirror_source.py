"""Asking a portal for a mirror: over one connection, within bounds, with pauses where it does not answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from ayan.core.attachments.document_files import digest_in
from ayan.core.harvest.limits import MIRROR_BYTES, MIRROR_SECONDS
from ayan.core.harvest.mirror_refusal import MirrorRefused
from ayan.core.system.files import DRAFTS, link, rename
from ayan.core.transparency.evidence import Evidence, Unreachable
from ayan.core.values.canonical import sha256_file

PAUSES: Final = (1.0, 4.0, 16.0)
"""Seconds before an address that did not answer is asked for again, each time more."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class MirrorBounds:
    """What one run may take: ``size`` is in bytes, of the whole mirror with what is in it already."""

    size: int = MIRROR_BYTES
    seconds: float = MIRROR_SECONDS


class HeldDocuments:
    """The files of documents that a mirror has already, in ``folders`` of releases that are looked into when needed.

    A file is called by its digest, so whichever release it came with, it is the one that another release names.
    """

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        self._paths: dict[str, Path] = {}
        self._unseen: Iterator[Path] = iter(folders)
        self._sound: set[tuple[int, int, int]] = set()

    def add(self, folder: Path) -> None:
        """One more folder has come."""
        if folder.is_dir():
            self._paths |= {path.name: path for path in folder.iterdir() if digest_in(path.name) is not None}

    def find(self, name: str) -> Path | None:
        """Where a file of this name stands, once its bytes were held against its digest; None where none does."""
        digest = digest_in(name)
        if digest is None:
            return None
        while name not in self._paths:
            folder = next(self._unseen, None)
            if folder is None:
                return None
            self.add(folder)
        path = self._paths[name]
        try:
            facts = path.stat()
            stamp = facts.st_ino, facts.st_size, facts.st_mtime_ns
            if stamp not in self._sound and sha256_file(path) != digest:
                return None
        except FileNotFoundError:
            return None
        self._sound.add(stamp)
        return path


class MirrorSource:
    """A portal, or a folder laid out as one is served, that is asked for one thing after the other.

    ``held`` are the bytes that the mirror has already, ``documents`` those files of it that need not come again. What
    is fetched into a folder that has it stays as it is, so that a run goes on where the one before was stopped. Raises
    `MirrorRefused` beyond the bounds, and else as `Evidence` does.
    """

    def __init__(
        self,
        evidence: Evidence,
        bounds: MirrorBounds,
        held: int,
        pauses: tuple[float, ...],
        documents: HeldDocuments | None = None,
    ) -> None:
        self.documents = documents or HeldDocuments()
        self.name = evidence.name
        self.bytes = 0
        self._evidence, self._bounds, self._pauses = evidence, bounds, pauses
        self._left = bounds.size - held
        self.seconds = bounds.seconds
        self._until = time.monotonic() + bounds.seconds

    def get(self, path: str) -> bytes:
        """A document; FileNotFoundError where there is none."""
        body = self._asked(lambda: self._evidence.get(path))
        self._count(len(body))
        return body

    def changed(self, path: str, known: str) -> tuple[bytes | None, str]:
        """A document and its tag; None while it is what the tag ``known`` was given for."""
        return self._asked(lambda: self._evidence.changed(path, known))

    def fetch(self, path: str, target: Path, most: int) -> None:
        """Put a file at ``target``, unless it is there: it takes its name when it has come whole."""
        if target.exists():
            return
        coming = target.with_name(DRAFTS.replace("*", target.name))
        # What a killed run left may be the very file of another release, into which nothing may be written.
        coming.unlink(missing_ok=True)
        held = self.documents.find(target.name)
        if held is not None:
            link(held, coming)
        else:
            if most > self._left:
                raise MirrorRefused.because("too-large", size=self._bounds.size)
            self._asked(lambda: self._evidence.fetch(path, coming, most))
            self._count(coming.stat().st_size)
        rename(coming, target)

    def tombstone(self, ref: str) -> dict[str, Any]:
        """What is said in the place of a withdrawn release; empty where nothing is said."""
        return self._asked(lambda: self._evidence.tombstone(ref))

    def pause(self, seconds: float) -> None:
        """Wait, as long as there is time."""
        if time.monotonic() + seconds > self._until:
            raise MirrorRefused.because("too-slow", seconds=round(self._bounds.seconds))
        time.sleep(seconds)

    def rest(self, again: int) -> None:
        """Wait before another look, each time longer."""
        self.pause(self._pauses[min(again, len(self._pauses) - 1)] if self._pauses else 0)

    def _count(self, size: int) -> None:
        self.bytes += size
        self._left -= size
        if self._left < 0:
            raise MirrorRefused.because("too-large", size=self._bounds.size)

    def _asked(self, ask: Callable[[], Result]) -> Result:
        for wait in (*self._pauses, None):
            self.pause(0)
            try:
                return ask()
            except Unreachable:
                self.pause(0)
                if wait is None:
                    raise
                self.pause(wait)
        raise AssertionError("the last wait is none")
