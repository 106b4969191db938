"""Outlines that cross themselves, written anew without the crossing where their area stays what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ayan.core.refine.limits import SHAPE_BATCH, SHAPE_MEMORY, SHAPE_SECONDS
from ayan.core.system.child import Assistant, ChildFailed

_PROCESS: Final = "ayan.core.refine.shape_process"


class OutlineMender:
    """A rule for texts of shapes, worked out for all of a column at once by a process apart.

    A text that it was not prepared for, that is no shape, or that is not certain to be mended stays as it is.
    """

    def __init__(self) -> None:
        self._mended: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """What is written in the place of a text."""
        return self._mended.get(text, text)

    def prepare(self, texts: Iterable[str]) -> None:
        """Work out what becomes of these texts."""
        with Assistant(_PROCESS, memory=SHAPE_MEMORY, seconds=SHAPE_SECONDS) as assistant:
            for batch in _batches(text for text in texts if _is_area(text)):
                for text, (mended,) in zip(batch, self._asked(assistant, batch), strict=True):
                    if mended is not None:
                        self._mended[text] = mended

    def _asked(self, assistant: Assistant, texts: list[str]) -> list[list[str | None]]:
        """The mends; of texts that end the process the one that does is left as it is."""
        try:
            return assistant.ask({"mend": texts})  # type: ignore[no-any-return]  # JSON
        except ChildFailed as failed:
            if len(texts) == 1:
                return [[None]]
            if failed.how == "slow":
                raise
            half = len(texts) // 2
            return [*self._asked(assistant, texts[:half]), *self._asked(assistant, texts[half:])]


def _is_area(text: str) -> bool:
    return "POLYGON" in text.upper()


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= SHAPE_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
