"""In which order a run passes the files of tests, and which of them one process passes together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from xdist.scheduler import LoadFileScheduling

from tests import rotation

FIRST: Final = "tests/flow/test_demo_city.py"
"""The first of those that read the invented city builds it; the others stand where it is built."""

LONG: Final = ("tests/flow/", "tests/browser/", "tests/cli/", "tests/apps/")
"""Rooms of which what is cheap comes before what is cheap of others: it waits, for a browser or another process."""

TOGETHER: Final = ("tests/architecture/",)
"""Rooms that one process passes: each of their files begins by parsing the whole program, for seconds."""


def group_of(case: str) -> str:
    """The tests that one process passes one after the other: a file of them, or a whole room."""
    return next((room for room in TOGETHER if case.startswith(room)), None) or case.partition("::")[0]


def order(today: Iterable[str]) -> dict[str, int]:
    """Where each group of the cases that are passed comes: first what takes longest by the dear ones among them.

    So no process is left alone with a long one at the end.
    """
    costs, seconds = rotation.listed(), Counter[str]()
    for case in today:
        cost = costs.get(rotation.name_of(case))
        seconds[group_of(case)] += cost.seconds / cost.cases if cost else 0  # type: ignore[assignment]  # parts of a second
    groups = sorted(seconds, key=lambda group: (group != FIRST, -seconds[group], not group.startswith(LONG)))
    return {group: at for at, group in enumerate(groups)}


class ByRoom(LoadFileScheduling):  # type: ignore[misc]  # the package says no types
    """Gives out whole files, and whole rooms whose files begin alike: whoever has read the program's syntax passes all."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
