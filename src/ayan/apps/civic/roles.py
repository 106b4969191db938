"""Who plays a part: the dataset that is declared to be it, its fields by place, and its rows as pages ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.civic.limits import MOST_ROWS
from ayan.apps.civic.page_context import PageSettings
from ayan.core.query import keys
from ayan.core.query.answer import Row, Snapshot
from ayan.core.query.grouping import DatePart, GroupKey, GroupQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.values import read_value
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PlaysView
from ayan.core.store.release import Release
from ayan.core.values.asked_value import BadValue
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class RoleDataset:
    """A dataset in a part; ``names`` are the fields by place, without the places that are empty."""

    dataset: Dataset
    names: Mapping[str, str]

    def has(self, *places: str) -> bool:
        """Whether each of these places is filled."""
        return all(role_field in self.names for role_field in places)

    def field(self, role_field: str) -> Field:
        """The field in a place that is filled."""
        return self.dataset.field(self.names[role_field])

    def value(self, role_field: str, values: Mapping[str, object]) -> object:
        """What a row says in a place; None where the place is empty."""
        return values.get(self.names[role_field]) if role_field in self.names else None

    def is_(self, role_field: str, text: str) -> Filter:
        """The condition that a place has a value. Raises ValueIssue where the field cannot have it."""
        return Filter(self.names[role_field], "eq", (read_value(self.field(role_field), text),))

    def empty(self, role_field: str, *, empty: bool = True) -> Filter:
        """The condition that a place has no value, or that it has one."""
        return Filter(self.names[role_field], "isnull", (empty,))

    def row_api(self, key: str) -> str:
        """The address of a record in the API."""
        return f"/api/v1/datasets/{self.dataset.slug}/rows/{keys.step_of(key)}"


def player(city: City, part: str) -> RoleDataset | None:
    """Who plays a part: of several the one that has releases; None where nobody does."""
    candidates = [
        RoleDataset(dataset, dict(view.places))
        for dataset in city.registry.all()
        for view in dataset.views_of(PlaysView)
        if view.part == part
    ]
    return next(
        (candidate for candidate in candidates if releases(city, candidate)), candidates[0] if candidates else None
    )


def declared(city: City, part: str) -> Dataset | None:
    """The dataset that plays a part, whether anything of it is published or not."""
    role_dataset = player(city, part)
    return role_dataset.dataset if role_dataset else None


def releases(city: City, role_dataset: RoleDataset) -> tuple[Release, ...]:
    """The releases that hold now."""
    return tuple(city.release_store.snapshot(role_dataset.dataset.slug).releases)


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
        self, *places: str, filters: Sequence[Filter] = (), part: DatePart | None = None
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
        return ExplorerState.bare(
            self.player.dataset, self.settings.dataset(self.player.dataset), self.settings.lang, *filters
        )

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
