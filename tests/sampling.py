"""Long walks are sampled: each day `make test` goes another part of them, and `make soak` goes the whole.

What is drawn depends on the day and on nothing else, so that every process of a run draws the same. The head of a run
says what repeats it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final, TypeVar

import hypothesis
import pytest
from _pytest.mark import ParameterSet

Test = TypeVar("Test", bound=Callable[..., Any])

VARIABLE: Final = "PYTEST_SAMPLE"
"""Whatever it holds is drawn from; without it, that is the date."""

WHOLE: Final = "whole"
"""The value under which nothing is left out: every case of a sampled test is then a long trial (`soak`)."""


def begin() -> str:
    """Settle what this run draws from, before its workers start; the line that says so."""
    return f"sample: {_day()} ({VARIABLE}={_day()} draws the same, `make soak` leaves nothing out)"


def chance(name: str) -> random.Random:
    """The day's chance for the walk ``name``."""
    return random.Random(seed(name))


def seed(name: str) -> int:
    """The day's number for the walk ``name``, below 2³²."""
    return int.from_bytes(sha256(f"{_day()}/{name}".encode()).digest()[:4])


def sampled(
    name: str, cases: Iterable[Any], few: int, by: Callable[[Any], object] = lambda _: None
) -> list[ParameterSet]:
    """The cases drawn today as parameters of a test, in their order; in a long trial all of them, with the mark `soak`.

    Those not drawn are left out and not only marked: to collect what nobody runs takes each process of a run seconds.
    ``few`` are drawn of each kind, which ``by`` tells of a case; without it they are all of one kind. A case that is a
    tuple holds several parameters.
    """
    listed = list(cases)
    kinds: dict[object, list[int]] = {}
    for at, case in enumerate(listed):
        kinds.setdefault(by(case), []).append(at)
    if is_whole():
        return [pytest.param(*_parameters(case), marks=pytest.mark.soak) for case in listed]
    draw = chance(name)
    today = sorted(at for kind in kinds.values() for at in draw.sample(kind, min(few, len(kind))))
    return [pytest.param(*_parameters(listed[at])) for at in today]


def examples(few: int, whole: int, **more: Any) -> Callable[[Test], Test]:
    """Let Hypothesis try a property with ``few`` examples, in CI other ones each day, and in a long trial with ``whole``.

    ``more`` are further settings of Hypothesis.
    """

    def decorated(test: Test) -> Test:
        tried: Test = hypothesis.settings(max_examples=whole if is_whole() else few, **more)(test)
        if "CI" in os.environ:
            # Without the seed it would be the same examples for as long as the test stays the same.
            tried = hypothesis.seed(seed(test.__qualname__))(tried)
        return pytest.mark.soak(tried) if is_whole() else tried

    return decorated


def is_whole() -> bool:
    """Whether nothing is left out."""
    return _day() == WHOLE


def number_of_day() -> int:
    """The day as a number, one more than that of the day before; of what is no date some number that stays the same."""
    try:
        return date.fromisoformat(_day()).toordinal()
    except ValueError:
        return seed("number of the day")


def _day() -> str:
    return os.environ.setdefault(VARIABLE, datetime.now(UTC).date().isoformat())


def _parameters(case: Any) -> Sequence[Any]:
    return case if isinstance(case, tuple) else (case,)
