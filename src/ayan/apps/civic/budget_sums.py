"""The sums of a budget: what was approved, what came of it by amendments and what was spent, of any set of lines.

Everything is asked of the engine as groups; nothing is added up row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog.explorer import figures
from ayan.apps.civic.limits import MOST_GROUPS
from ayan.apps.civic.roles import RoleDataset
from ayan.core.query.answer import Snapshot, TooHeavy
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question

MONEY: Final = ("approved", "amended", "spent", "current", "capital")

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class BudgetSums:
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

    def plus(self, other: BudgetSums) -> BudgetSums:
        """Both together."""
        return BudgetSums(
            self.lines + other.lines,
            self.approved + other.approved,
            self.amended + other.amended,
            self.changed + other.changed,
            _added(self.spent, other.spent),
            self.silent + other.silent,
            _added(self.current, other.current),
            _added(self.capital, other.capital),
        )


def _added(first: int | None, other: int | None) -> int | None:
    return first if other is None else other if first is None else first + other


def together(parts: Sequence[BudgetSums]) -> BudgetSums:
    """All of them together."""
    out = BudgetSums()
    for part in parts:
        out = out.plus(part)
    return out


@dataclass(frozen=True, slots=True)
class Summed:
    """Sums by key, from the greatest approved down; ``question`` is what was asked."""

    sums: Mapping[Key, BudgetSums]
    question: GroupQuestion

    def narrowed(self, scope: Question) -> GroupQuestion:
        """The same question of other lines."""
        return replace(self.question, scope=scope)


def summed(
    reader: QueryService,
    role_dataset: RoleDataset,
    snapshot: Snapshot,
    filters: Sequence[Filter],
    places: Sequence[str],
) -> Summed:
    """The sums of the lines that meet ``filters`` by the values of ``places``. Raises Unanswered."""
    by = tuple(GroupKey(role_dataset.names[role_field]) for role_field in places)
    measures = (
        GroupMeasure("count"),
        *(GroupMeasure("sum", role_dataset.names[role_field]) for role_field in MONEY if role_dataset.has(role_field)),
    )
    scope = Question(slug=role_dataset.dataset.slug, filters=tuple(filters), size=MOST_GROUPS)
    question = GroupQuestion(scope=scope, by=by, measures=measures)
    answer = figures.groups(reader, role_dataset.dataset, question, snapshot)
    if answer.total > MOST_GROUPS:
        raise TooHeavy
    unchanged = _of_empty(reader, role_dataset, snapshot, question, "amended")
    silent = _of_empty(reader, role_dataset, snapshot, question, "spent")
    sums_by_key = {}
    for row in answer.rows:
        key = tuple(row[each.name] for each in by)
        sums_by_key[key] = _sums(role_dataset, row, unchanged.get(key, {}), silent.get(key, {}))
    ordered = dict(sorted(sums_by_key.items(), key=lambda pair: (-pair[1].approved, str(pair[0]))))
    return Summed(ordered, replace(question, scope=replace(scope, size=None)))


def _of_empty(
    reader: QueryService, role_dataset: RoleDataset, snapshot: Snapshot, question: GroupQuestion, role_field: str
) -> Mapping[Key, Mapping[str, Any]]:
    """The same groups of those lines alone that say nothing in a place; none where the place itself is not filled."""
    if not role_dataset.has(role_field):
        return {}
    scope = question.scope.having(role_dataset.empty(role_field))
    asked = replace(
        question, scope=scope, measures=(GroupMeasure("count"), GroupMeasure("sum", role_dataset.names["approved"]))
    )
    rows = figures.groups(reader, role_dataset.dataset, asked, snapshot).rows
    return {tuple(row[each.name] for each in question.by): row for row in rows}


def _sums(
    role_dataset: RoleDataset, row: Mapping[str, Any], unchanged: Mapping[str, Any], silent: Mapping[str, Any]
) -> BudgetSums:
    def of(role_field: str) -> int | None:
        value = row.get(f"sum_{role_dataset.names[role_field]}") if role_dataset.has(role_field) else None
        return None if value is None else int(value)

    lines, approved = int(row["count"]), of("approved") or 0
    same = int(unchanged.get("count", 0)) if role_dataset.has("amended") else lines
    kept = int(unchanged.get(f"sum_{role_dataset.names['approved']}") or 0) if role_dataset.has("amended") else approved
    mute = int(silent.get("count", 0)) if role_dataset.has("spent") else lines
    return BudgetSums(
        lines, approved, kept + (of("amended") or 0), lines - same, of("spent"), mute, of("current"), of("capital")
    )
