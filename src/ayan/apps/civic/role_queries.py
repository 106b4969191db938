"""Rows and counts of the datasets that play a part, as the pages of council and organisation ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ayan.apps.catalog import figures
from ayan.apps.catalog.explorer_state import ExplorerState
from ayan.apps.civic.limits import MOST_ROWS
from ayan.apps.civic.page_context import PageSettings
from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.core.query.answer import Row, Snapshot
from ayan.core.query.grouping import GroupKey, GroupQuestion, Part
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.store.release import Release
from ayan.core.values.asked_value import BadValue
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class Read:
    """A dataset in its part, as it stands now, and who reads it."""

    city: City
    settings: PageSettings
    player: RoleDataset
    snapshot: Snapshot

    @property
    def sources(self) -> list[Release]:
        """The releases that hold now."""
        return list(releases(self.city, self.player))

    def rows(self, *filters: Filter, newest: str = "", most: int = MOST_ROWS) -> tuple[Row, ...]:
        """Some rows; those of the newest day in a place first. Raises Unanswered."""
        sort = Sort(self.player.names[newest], descending=True) if newest and self.player.has(newest) else None
        question = Question(slug=self.player.dataset.slug, filters=filters, sort=sort, size=most)
        return self.city.query_service.rows(self.player.dataset, question, self.snapshot).rows

    def row_with(self, role_field: str, text: str) -> Row | None:
        """The row that has this in a place; None where there is none. Raises Unanswered."""
        try:
            return next(iter(self.rows(self.player.is_(role_field, text), most=1)), None)
        except BadValue:
            return None

    def among(self, role_field: str, texts: Sequence[str]) -> dict[str, Row]:
        """The rows that have one of these in a place, by it; in one question. Raises Unanswered."""
        if not texts:
            return {}
        name = self.player.names[role_field]
        rows = self.rows(Filter(name, "in", tuple(sorted(set(texts)))))
        return {str(row.values.get(name)): row for row in rows}

    def counts(
        self, *places: str, filters: Sequence[Filter] = (), part: Part | None = None
    ) -> dict[tuple[Any, ...], int]:
        """How many rows each combination of values has; ``part`` puts the last place, a day, by year or month."""
        names = [self.player.names[role_field] for role_field in places]
        by = (*(GroupKey(name) for name in names[:-1]), GroupKey(names[-1], part))
        scope = Question(slug=self.player.dataset.slug, filters=tuple(filters), size=MOST_ROWS)
        question = GroupQuestion(scope=scope, by=by)
        answer = figures.groups(self.city.query_service, self.player.dataset, question, self.snapshot)
        return {tuple(row[key.name] for key in by): int(row["count"]) for row in answer.rows}

    def ask(self, *filters: Filter) -> ExplorerState:
        """The explorer at some rows."""
        return ExplorerState.bare(self.player.dataset, self.settings.dataset(self.player), self.settings.lang, *filters)

    def choices(self, role_field: str) -> list[tuple[str, str]]:
        """The codes of a place's list with their words, in declared order."""
        value_list = self.player.field(role_field).choices
        return [(entry.code, entry.label.of(self.settings.lang)) for entry in value_list.entries] if value_list else []


def read(city: City, asked: PageSettings, part: str) -> Read | None:
    """Who plays a part, where something of it is published; None otherwise. Raises Unanswered."""
    role_dataset = player(city, part)
    if role_dataset is None or not releases(city, role_dataset):
        return None
    standing = city.query_service.snapshot(role_dataset.dataset, Question(slug=role_dataset.dataset.slug))
    return Read(city, asked, role_dataset, standing)
