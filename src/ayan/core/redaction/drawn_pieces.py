"""Long documents drawn piece by piece, some pieces at once: each is put down when it is drawn, and not drawn again.

A piece is some pages of the public copy as a PDF of its own, and what was noted of them. Its name says what it is made
of (the original, the marks on its pages, how pages are drawn), so a piece of another making is never taken for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from ayan.core.redaction.limits import COPY_MEMORY, COPY_SECONDS, MOST_DRAWERS, PIECE_PAGES, PIECE_SECONDS
from ayan.core.redaction.redaction_mark import RedactionMark
from ayan.core.redaction.refusals import CopyRefused
from ayan.core.system import child

PROCESS: Final = "ayan.core.redaction.copy_process"
PAGES: Final = "pages.pdf"
NOTES: Final = "notes.json"
# How pages are drawn: another number, and pieces that were drawn otherwise are not taken up.
_DRAWING: Final = 1

OnProgress = Callable[[int, int], None]
"""Called with how many pages are done, out of how many; what it raises ends the work."""


class PieceStore(Protocol):
    """Where pieces are put until their document is whole: as secret as its original is."""

    def take(self, name: str, folder: Path) -> bool:
        """Put the files of a piece into an empty folder; whether there was one."""

    def keep(self, name: str, folder: Path) -> None:
        """Keep the files of a folder as a piece, in one step."""


@dataclass(frozen=True, slots=True)
class DrawnPiece:
    """Pages ``first`` to ``last`` (from 1), the marks on them with their numbers (from 1) among all, and its name."""

    first: int
    last: int
    marks: tuple[tuple[int, RedactionMark], ...]
    name: str


def pieces_of(digest: str, pages: int, marks: Sequence[RedactionMark]) -> list[DrawnPiece]:
    """The pieces of an original, given by the SHA-256 of its bytes (hex) and its pages."""
    pieces = []
    for first in range(1, pages + 1, PIECE_PAGES):
        last = min(first + PIECE_PAGES - 1, pages)
        own = tuple((number, mark) for number, mark in enumerate(marks, 1) if first <= mark.page <= last)
        made_of = [_DRAWING, digest, first, last, [mark.as_json() for _, mark in own]]
        name = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
        pieces.append(DrawnPiece(first, last, own, name))
    return pieces


def drawn(
    original: Path, pieces: Sequence[DrawnPiece], folder: Path, piece_store: PieceStore | None, on_progress: OnProgress
) -> list[dict[str, Any]]:
    """Draw the pieces that the store does not hold, each into ``folder``/its name; what was noted of each, in order.

    What a process refuses is its note and ends the work. Raises CopyRefused and child.ChildFailed.
    """
    pages = pieces[-1].last
    notes: dict[str, dict[str, Any]] = {}
    wanted = []
    for piece in pieces:
        own = folder / piece.name
        own.mkdir(mode=0o700)
        if piece_store is not None and piece_store.take(piece.name, own):
            notes[piece.name] = json.loads((own / NOTES).read_bytes())
        else:
            wanted.append(piece)
    done = pages - sum(piece.last - piece.first + 1 for piece in wanted)
    on_progress(done, pages)
    requests = [
        {
            "act": "piece", "path": str(original), "out": str(folder / piece.name / PAGES), "first": piece.first,
            "last": piece.last, "marks": [[number, mark.as_json()] for number, mark in piece.marks],
        }
        for piece in wanted
    ]  # fmt: skip
    for at, noted in answered(requests):
        piece = wanted[at]
        notes[piece.name] = noted
        if "refused" in noted:
            return [noted]
        (folder / piece.name / NOTES).write_text(json.dumps(noted))
        if piece_store is not None:
            piece_store.keep(piece.name, folder / piece.name)
        done += piece.last - piece.first + 1
        on_progress(done, pages)
    return [notes[piece.name] for piece in pieces]


def answered(requests: Sequence[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """What processes of `copy_process` answer to requests, as they come, each with its number from 0.

    As many are asked at once as there are cores. Each answer says how many ``seconds`` of processor it took. Raises
    child.ChildFailed for the first that leaves none, and CopyRefused where all together take too long.
    """
    seconds = 0.0
    with _Drawers(requests) as drawers:
        for _ in requests:
            number, said = drawers.answers.get()
            if isinstance(said, BaseException):
                raise said
            seconds += said.get("seconds", 0.0)
            if seconds > COPY_SECONDS:
                raise CopyRefused("slow")
            yield number, said


def ranges(pages: int) -> Iterator[tuple[int, int]]:
    """The first and last page of each piece of so many pages."""
    for first in range(1, pages + 1, PIECE_PAGES):
        yield first, min(first + PIECE_PAGES - 1, pages)


class _Drawers:
    """Threads of which each asks a process of its own; a process is gone with its thread, and all with the block."""

    def __init__(self, requests: Sequence[dict[str, Any]]) -> None:
        self.answers: queue.SimpleQueue[tuple[int, dict[str, Any] | BaseException]] = queue.SimpleQueue()
        self._waiting: queue.SimpleQueue[tuple[int, dict[str, Any]]] = queue.SimpleQueue()
        for numbered in enumerate(requests):
            self._waiting.put(numbered)
        count = min(_cores(), MOST_DRAWERS, len(requests))
        self._assistants = [child.Assistant(PROCESS, memory=COPY_MEMORY, seconds=PIECE_SECONDS) for _ in range(count)]
        self._threads = [threading.Thread(target=self._work, args=[each], daemon=True) for each in self._assistants]

    def __enter__(self) -> _Drawers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        # Whoever has answered waits for nothing; whoever is still at work is not wanted any more.
        for assistant in self._assistants:
            assistant.stop()
        for thread in self._threads:
            thread.join()

    def _work(self, assistant: child.Assistant) -> None:
        with assistant, suppress(queue.Empty):
            while True:
                number, request = self._waiting.get_nowait()
                try:
                    self.answers.put((number, assistant.ask(request)))
                except BaseException as fault:  # noqa: BLE001 - it is raised where the answer is waited for
                    self.answers.put((number, fault))
                    return


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
