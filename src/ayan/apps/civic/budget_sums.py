"""The sums of a budget: what was approved, what came of it by amendments and what was spent, of any set of lines.

Everything is asked of the engine as groups; nothing is added up row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog import figures
from ayan.apps.civic.limits import MOST_GROUPS
from ayan.apps.civic.players import Player
from ayan.core.query.answer import Standing, TooHeavy
from ayan.core.query.grouping import By, GroupQuestion, Measure
from ayan.core.query.question import Filter, Question
from ayan.core.query.reader import Reader

MONEY: Final = ("approved", "amended", "spent", "current", "capital")

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """What some lines come to, in rial.

    ``amended`` counts lines that were not amended with their approved figure; ``changed`` is how many were. ``spent``
    is None where nothing is reported; ``silent`` is how many lines report nothing.
    """

    lines: int = 0
    approved: int = 0
    amended: int = 0
    changed: int = 0
    spent: int | None = None
    silent: int = 0
    current: int | None = None
    capital: int | None = None

    def plus(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(
            self.lines + other.lines,
            self.approved + other.approved,
            self.amended + other.amended,
            self.changed + other.changed,
            _added(self.spent, other.spent),
            self.silent + other.silent,
            _added(self.current, other.current),
            _added(self.capital, other.capital),
        )


def _added(one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else one + other


def together(found: Sequence[Sums]) -> Sums:
    """All of them together."""
    out = Sums()
    for one in found:
        out = out.plus(one)
    return out


@dataclass(frozen=True, slots=True)
class Summed:
    """Sums by key, from the greatest approved down; ``question`` is what was asked."""

    sums: Mapping[Key, Sums]
    question: GroupQuestion

    def narrowed(self, scope: Question) -> GroupQuestion:
        """The same question of other lines."""
        return replace(self.question, scope=scope)


def summed(reader: Reader, one: Player, standing: Standing, filters: Sequence[Filter], places: Sequence[str]) -> Summed:
    """The sums of the lines that meet ``filters`` by the values of ``places``. Raises Unanswered."""
    by = tuple(By(one.names[place]) for place in places)
    measures = (Measure("count"), *(Measure("sum", one.names[place]) for place in MONEY if one.has(place)))
    scope = Question(slug=one.dataset.slug, filters=tuple(filters), size=MOST_GROUPS)
    question = GroupQuestion(scope=scope, by=by, measures=measures)
    found = figures.groups(reader, one.dataset, question, standing)
    if found.total > MOST_GROUPS:
        raise TooHeavy
    unchanged = _of_empty(reader, one, standing, question, "amended")
    silent = _of_empty(reader, one, standing, question, "spent")
    made = {}
    for row in found.rows:
        key = tuple(row[each.name] for each in by)
        made[key] = _sums(one, row, unchanged.get(key, {}), silent.get(key, {}))
    ordered = dict(sorted(made.items(), key=lambda pair: (-pair[1].approved, str(pair[0]))))
    return Summed(ordered, replace(question, scope=replace(scope, size=None)))


def _of_empty(
    reader: Reader, one: Player, standing: Standing, question: GroupQuestion, place: str
) -> Mapping[Key, Mapping[str, Any]]:
    """The same groups of those lines alone that say nothing in a place; none where the place itself is not filled."""
    if not one.has(place):
        return {}
    scope = question.scope.having(one.empty(place))
    asked = replace(question, scope=scope, measures=(Measure("count"), Measure("sum", one.names["approved"])))
    rows = figures.groups(reader, one.dataset, asked, standing).rows
    return {tuple(row[each.name] for each in question.by): row for row in rows}


def _sums(one: Player, row: Mapping[str, Any], unchanged: Mapping[str, Any], silent: Mapping[str, Any]) -> Sums:
    def of(place: str) -> int | None:
        value = row.get(f"sum_{one.names[place]}") if one.has(place) else None
        return None if value is None else int(value)

    lines, approved = int(row["count"]), of("approved") or 0
    same = int(unchanged.get("count", 0)) if one.has("amended") else lines
    kept = int(unchanged.get(f"sum_{one.names['approved']}") or 0) if one.has("amended") else approved
    mute = int(silent.get("count", 0)) if one.has("spent") else lines
    return Sums(
        lines, approved, kept + (of("amended") or 0), lines - same, of("spent"), mute, of("current"), of("capital")
    )
