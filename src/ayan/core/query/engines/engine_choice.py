"""Where a question was asked, on a cluster, by the index or of the releases, for whoever wants to be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from ayan.core.values.label import Label


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Where a question was asked, over how many rows, and why there.

    ``cluster`` says whether that was the cluster or this machine; None, which of its ways this machine took.
    """

    cluster: bool | None
    rows: int
    why: Label


_choices: ContextVar[list[EngineChoice] | None] = ContextVar("choices", default=None)


@contextmanager
def listening() -> Iterator[list[EngineChoice]]:
    """The choices made for the questions of the block, in their order; none where there was nothing to choose.

    Whoever opened a block around this one is told of them as well.
    """
    choices: list[EngineChoice] = []
    around = _choices.get()
    _choices.set(choices)
    try:
        yield choices
    finally:
        _choices.set(around)
        if around is not None:
            around.extend(choices)


def tell(rows: int, why: Label, *, cluster: bool | None = False) -> None:
    """Tell whoever listens where a question over so many rows was asked."""
    choices = _choices.get()
    if choices is not None:
        choices.append(EngineChoice(cluster, rows, why))
