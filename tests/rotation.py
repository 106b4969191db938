"""Dear tests take turns: each of their cases is passed on one day of a few, by the number of the day, and none by chance.

Which tests are dear is measured: `python -m tests.rotation FILE` writes it into `tests/dear_tests.tsv`, out of what a run
has written with ``--processor-time=FILE``. A test that is not named there is cheap, and is passed every day.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import sampling

ROOT: Final = Path(__file__).resolve().parent.parent

DEAR: Final = ROOT / "tests" / "dear_tests.tsv"
"""A line each, in the order of their names: the name of a test, tab, seconds of processor, tab, of how many cases."""

LEAST: Final = 0.5
"""Seconds of processor of all its cases together from which a test is dear: one in four is, and these take seven eighths."""

DAILY: Final = (
    "tests/architecture/",
    "tests/apps/test_no_leaks.py",
    "tests/core/redaction/test_leaks.py",
    "tests/core/refine/test_privacy_guard.py",
    "tests/flow/forgeries/test_forgeries.py",
    "tests/flow/forgeries/test_outside.py",
    "tests/flow/test_answers.py",
)
"""Never dear: the rules of the house, what keeps the private private and forgeries out, and the shares of right answers."""

DAYS: Final = 6
"""On one of so many days a case of a dear test is passed."""

SERVER_DAYS: Final = 12
"""The same on PostgreSQL: a multiple, so that a case has its turn there on a day that is its turn here."""

PROCESSORS: Final = 2
"""A test takes no more of them at once. What is counted beyond that is of programs that others began and it saw end."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor that a test takes, and of how many cases."""

    seconds: float
    cases: int


def name_of(case: str) -> str:
    """The test that a case is of: without parameters, which another day may draw otherwise."""
    return case.partition("[")[0]


def listed(file: Path = DEAR) -> dict[str, Cost]:
    """Every dear test by its name."""
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())
    return {name: Cost(float(seconds), int(cases)) for name, seconds, cases in rows}


def turns(costs: Mapping[str, Cost]) -> dict[str, int]:
    """The day of `SERVER_DAYS` that is the turn of each test's first case; each further case has the day after.

    The dearest are dealt first, each to where least is: of its own file, then of all. So each day takes about as long,
    and of each file it has its share.
    """
    dealt: dict[str, int] = {}
    of_file: dict[str, Counter[int]] = defaultdict(Counter)
    here, there = [0.0] * DAYS, [0.0] * SERVER_DAYS
    for name, cost in sorted(costs.items(), key=lambda item: (-item[1].seconds, item[0])):
        own, cases = of_file[name.partition("::")[0]], min(cost.cases, SERVER_DAYS)
        loads = {
            first: (
                sum(own[(first + case) % DAYS] for case in range(cases)),
                sum(here[(first + case) % DAYS] for case in range(cases)),
                sum(there[(first + case) % SERVER_DAYS] for case in range(cases)),
            )
            for first in range(SERVER_DAYS)
        }
        dealt[name] = first = min(loads, key=loads.__getitem__)
        for case in range(cases):
            own[(first + case) % DAYS] += 1
            here[(first + case) % DAYS] += cost.seconds / cases
            there[(first + case) % SERVER_DAYS] += cost.seconds / cases
    return dealt


def due(cases: Iterable[str], days: int = DAYS, costs: Mapping[str, Cost] | None = None) -> set[str]:
    """Those of ``cases`` (ids of pytest, of each test all that are collected) that are passed today, once in ``days``.

    Where nothing is left out (`sampling.WHOLE`) dear ones are long trials, and have no day.
    """
    first, today = turns(listed() if costs is None else costs), sampling.number_of_day()
    at, passed = Counter[str](), set[str]()
    for case in cases:
        name = name_of(case)
        if name not in first or ((first[name] + at[name] - today) % days == 0 and not sampling.is_whole()):
            passed.add(case)
        at[name] += 1
    return passed


def measured(file: Path) -> dict[str, Cost]:
    """What each test took that a run has written of (`tests.processor_time`)."""
    seconds, cases = Counter[str](), Counter[str]()
    for line in file.read_text(encoding="utf-8").splitlines()[1:]:
        *parts, wall, case = line.split("\t", 4)
        seconds[name_of(case)] += min(sum(map(float, parts)), PROCESSORS * float(wall))  # type: ignore[assignment]  # parts of a second
        cases[name_of(case)] += 1
    return {name: Cost(seconds[name], cases[name]) for name in seconds}


def brought_up_to_date(before: Mapping[str, Cost], now: Mapping[str, Cost]) -> dict[str, Cost]:
    """The dear tests after a run: those that it did not pass stay; of one whose cases took turns it passed only some."""
    costs = {**before}
    for name, cost in now.items():
        cases = max(cost.cases, before[name].cases) if name in before else cost.cases
        costs[name] = Cost(cost.seconds / cost.cases * cases, cases)
    return {
        name: cost
        for name, cost in sorted(costs.items())
        if cost.seconds >= LEAST and not name.startswith(DAILY) and is_there(name)
    }


def is_there(name: str) -> bool:
    """Whether a test is still in its file."""
    file, *_, test = name.split("::")
    path = ROOT / file
    return path.is_file() and f"def {test}(" in path.read_text(encoding="utf-8")


def written(costs: Mapping[str, Cost]) -> str:
    """The file of these dear tests."""
    return "".join(f"{name}\t{cost.seconds:.1f}\t{cost.cases}\n" for name, cost in sorted(costs.items()))


def main(file: Path) -> None:
    """Write the dear tests anew, after the run that wrote ``file``."""
    costs = brought_up_to_date(listed(), measured(file))
    DEAR.write_text(written(costs), encoding="utf-8")
    sys.stdout.write(f"{len(costs)} dear tests, {sum(cost.seconds for cost in costs.values()):.0f} seconds\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
