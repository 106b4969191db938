"""Rows and counts of the datasets that play a part, as the pages of council and organisation ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ayan.apps.catalog import figures
from ayan.apps.catalog.asking import Ask
from ayan.apps.civic.framing import Asked
from ayan.apps.civic.limits import MOST_ROWS
from ayan.apps.civic.players import Player, player, releases
from ayan.core.query.answer import Row, Standing
from ayan.core.query.grouping import By, GroupQuestion, Part
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.values import BadValue
from ayan.core.store.shelf import Release
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class Read:
    """A dataset in its part, as it stands now, and who reads it."""

    here: City
    asked: Asked
    player: Player
    standing: Standing

    @property
    def sources(self) -> list[Release]:
        """The releases that hold now."""
        return list(releases(self.here, self.player))

    def rows(self, *filters: Filter, newest: str = "", most: int = MOST_ROWS) -> tuple[Row, ...]:
        """Some rows; those of the newest day in a place first. Raises Unanswered."""
        sort = Sort(self.player.names[newest], descending=True) if newest and self.player.has(newest) else None
        question = Question(slug=self.player.dataset.slug, filters=filters, sort=sort, size=most)
        return self.here.reader.rows(self.player.dataset, question, self.standing).rows

    def one(self, place: str, text: str) -> Row | None:
        """The row that has this in a place; None where there is none. Raises Unanswered."""
        try:
            return next(iter(self.rows(self.player.is_(place, text), most=1)), None)
        except BadValue:
            return None

    def among(self, place: str, texts: Sequence[str]) -> dict[str, Row]:
        """The rows that have one of these in a place, by it; in one question. Raises Unanswered."""
        if not texts:
            return {}
        name = self.player.names[place]
        found = self.rows(Filter(name, "in", tuple(sorted(set(texts)))))
        return {str(row.values.get(name)): row for row in found}

    def counts(
        self, *places: str, filters: Sequence[Filter] = (), part: Part | None = None
    ) -> dict[tuple[Any, ...], int]:
        """How many rows each combination of values has; ``part`` puts the last place, a day, by year or month."""
        names = [self.player.names[one] for one in places]
        by = (*(By(one) for one in names[:-1]), By(names[-1], part))
        scope = Question(slug=self.player.dataset.slug, filters=tuple(filters), size=MOST_ROWS)
        question = GroupQuestion(scope=scope, by=by)
        found = figures.groups(self.here.reader, self.player.dataset, question, self.standing)
        return {tuple(row[one.name] for one in by): int(row["count"]) for row in found.rows}

    def ask(self, *filters: Filter) -> Ask:
        """The explorer at some rows."""
        return Ask.bare(self.player.dataset, self.asked.dataset(self.player), self.asked.lang, *filters)

    def choices(self, place: str) -> list[tuple[str, str]]:
        """The codes of a place's list with their words, in declared order."""
        found = self.player.field(place).choices
        return [(one.code, one.label.of(self.asked.lang)) for one in found.entries] if found else []


def read(here: City, asked: Asked, part: str) -> Read | None:
    """Who plays a part, where something of it is published; None otherwise. Raises Unanswered."""
    one = player(here, part)
    if one is None or not releases(here, one):
        return None
    standing = here.reader.standing(one.dataset, Question(slug=one.dataset.slug))
    return Read(here, asked, one, standing)
