"""The rows that a sheet hides or strikes out, by their numbers in the table that is read of it: ``3-9,14``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.intake.limits import MOST_HIDDEN_RUNS
from ayan.core.schema.steps.step import STRIDE

MARKED: Final = frozenset({"row-struck", "row-unseen"})
"""The codes of rows with cells that are struck out, or that nobody sees."""
NAMED: Final = MARKED | {"rows-hidden"}
"""The codes whose issues name their rows so."""


def written(numbers: Sequence[int]) -> str:
    """Row numbers in order as runs, so that they can be left out; '' where there are too many runs."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return _text(runs)


def shifted(runs: str, by: int) -> str:
    """The same rows of a table that stands behind others."""
    return _text([(first + by, last + by) for first, last in _read(runs)])


def spread(runs: str, parts: int) -> str:
    """All rows that steps have made of them, ``parts`` of each."""
    return _text(
        [
            (
                first + (first // STRIDE * (parts - 1) + at) * STRIDE,
                last + (first // STRIDE * (parts - 1) + at) * STRIDE,
            )
            for first, last in _read(runs)
            for at in range(parts)
        ]
    )


def _read(runs: str) -> list[tuple[int, int]]:
    listed = [part.partition("-") for part in runs.split(",") if part]
    return [(int(first), int(last or first)) for first, _, last in listed]


def _text(runs: Sequence[tuple[int, int]]) -> str:
    if len(runs) > MOST_HIDDEN_RUNS:
        return ""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
