"""Row numbers written short: ``3-9,14``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_TEXT: Final = re.compile(r"[0-9]{1,12}(-[0-9]{1,12})?(,[0-9]{1,12}(-[0-9]{1,12})?)*", re.ASCII)

Ranges = tuple[tuple[int, int], ...]


def ranges_of(numbers: Iterable[int]) -> Ranges:
    """The numbers as runs of neighbours, first and last of each, in order."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return tuple((first, last) for first, last in runs)


def written(ranges: Ranges) -> str:
    """The runs as text."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def read(text: str) -> Ranges:
    """The runs that a text names; ValueError when it names none or a run goes backwards."""
    if not _TEXT.fullmatch(text):
        raise ValueError("no row numbers")
    runs = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if int(last or first) < int(first):
            raise ValueError("a run of rows goes backwards")
        runs.append((int(first), int(last or first)))
    return tuple(runs)


def count(ranges: Ranges) -> int:
    """How many numbers there are, where no two runs overlap."""
    return sum(last - first + 1 for first, last in ranges)


def each(ranges: Ranges) -> Iterator[int]:
    """Every number."""
    for first, last in ranges:
        yield from range(first, last + 1)


def holds(ranges: Ranges, number: int) -> bool:
    """Whether a number is among them."""
    return any(first <= number <= last for first, last in ranges)
