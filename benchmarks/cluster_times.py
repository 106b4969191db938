"""What each engine took for each question of `benchmarks.cluster`: the table, and the figures that a planner needs."""

from __future__ import annotations

import signal
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

import duckdb

from ayan.core.query.answer import TooHeavy, TooSlow
from ayan.core.query.limits import LEAST_CLUSTER_ROWS

ORDER: Final = ("whole", "spark", "site")
Taken = float | str
"""Seconds of a clock; in words where a question was refused for its memory, or broken off."""
TOO_HEAVY: Final = "too heavy"


@dataclass
class Times:
    """Seconds by question and engine, round after round; ``start`` are those of the least question of a cluster."""

    rows: int
    cores: int
    start: list[float] = field(default_factory=list)
    _took: dict[str, dict[str, list[Taken]]] = field(default_factory=dict)

    def add(self, question: str, who: str, taken: Taken) -> None:
        """Note what one answer took."""
        self._took.setdefault(question, {each: [] for each in ORDER})[who].append(taken)

    def said(self, question: str) -> str:
        """What a question took the last time."""
        now = {who: taken[-1] for who, taken in self._took.get(question, {}).items() if taken}
        return ", ".join(f"{who} {each if isinstance(each, str) else f'{each:.2f} s'}" for who, each in now.items())

    def table(self) -> Iterator[str]:
        """The lines of a table: medians and ranges, and who was fastest."""
        yield f"| question | {' | '.join(ORDER)} | fastest | of times |"
        yield f"|---|{'---|' * len(ORDER)}---|---|"
        for question, took in self._took.items():
            middles = {who: middle for who in ORDER if (middle := _middle(took[who])) is not None}
            cells = [_cell(took[who], middles.get(who)) for who in ORDER]
            best = min(middles, key=lambda who: middles[who]) if middles else "nobody"
            yield f"| {question} | {' | '.join(cells)} | {best} | {max(map(len, took.values()))} |"

    def suggestion(self) -> Iterator[str]:
        """What to write into ``core/query/limits.py``, as far as it was measured.

        From groups and facets of whole tables: what `site` takes of its one processor a million rows, and how many
        processors of the cluster do as much, what it takes to begin left aside.
        """
        here: list[float] = []
        ratios: list[float] = []
        start = statistics.median(self.start) if self.start else None
        for question, took in self._took.items():
            if not question.startswith(("groups", "facets")) or "condition" in question:
                continue
            alone, spark = _middle(took["site"]), _middle(took["spark"])
            if alone is not None:
                here.append(alone / self.rows * 1_000_000)
                if spark is not None and start is not None:
                    ratios.append(max(spark - start, 0.0) * self.cores / alone)
        if self.rows < LEAST_CLUSTER_ROWS:
            yield f"Not to be set: of {self.rows:,} rows most seconds are those in which a question begins."
        yield "Set in src/ayan/core/query/limits.py (medians; their ranges after them):"
        for name, values in (("HERE_SECONDS", here), ("CLUSTER_CORES_FOR_ONE", ratios), ("CLUSTER_START", self.start)):
            if values:
                yield f"{name}: Final = {statistics.median(values):.3g}  # {min(values):.3g} to {max(values):.3g}"
            else:
                yield f"{name}: not measured in the time"


def timed(ask: Callable[[], Any], most: float) -> tuple[Taken, Any]:
    """Seconds and answer; words and nothing where it was refused for its memory, or after ``most`` seconds."""
    began = time.perf_counter()
    with _broken_off(most) as over:
        try:
            answer = ask()
        except (TooHeavy, TooSlow, duckdb.OutOfMemoryException) as refusal:
            slow = over or isinstance(refusal, TooSlow)
            return (_longer(began) if slow else TOO_HEAVY), None
        except Exception:
            # DuckDB and Spark each have a fault of their own for what is broken off.
            if over:
                return _longer(began), None
            raise
    return (_longer(began), None) if over else (time.perf_counter() - began, answer)


def _longer(began: float) -> str:
    return f"over {time.perf_counter() - began:.0f} s"


@contextmanager
def _broken_off(seconds: float) -> Iterator[list[bool]]:
    """Break the block off after so many seconds; it has something in it then."""
    over: list[bool] = []

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signals are told
        over.append(True)
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01))
    try:
        yield over
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _middle(taken: Sequence[Taken]) -> float | None:
    known = [each for each in taken if not isinstance(each, str)]
    return statistics.median(known) if known else None


def _cell(taken: Sequence[Taken], middle: float | None) -> str:
    if middle is None:
        return str(taken[-1]) if taken else "not asked"
    known = [each for each in taken if not isinstance(each, str)]
    return f"{middle:.2f} ({min(known):.2f}-{max(known):.2f})" if len(known) > 1 else f"{middle:.2f}"
