"""The tree of a budget: year, scheme, heading, line; at each step what lies under it, with its sums and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ayan.apps.catalog import grouped
from ayan.apps.catalog.asking import Ask
from ayan.apps.civic.budget_sums import Summed, Sums, summed, together
from ayan.apps.civic.framing import NONE, Asked
from ayan.apps.civic.limits import MOST_ENTRIES
from ayan.apps.civic.players import Player
from ayan.core.query.answer import Standing
from ayan.core.query.grouping import By
from ayan.core.query.question import Filter
from ayan.core.query.reader import Reader
from ayan.core.query.values import BadValue
from ayan.core.schema.definition import CodeEntry
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import writing
from ayan.ui.parts import Share

PAGE: Final = "budget_tree"
PART: Final = "budget-lines"
SHOWN: Final = ("year", "code", "title", "approved", "amended", "spent")
NO_HEADING: Final = Label("بی‌سرفصل", "Under no heading")


class NotThere(LookupError):
    """No line of the budget stands at this address."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing under a step: what it is called, its code, its sums, where it leads, and its rows in the explorer."""

    label: str
    code: str
    sums: Sums
    address: str
    rows: str

    @property
    def share(self) -> Share:
        """What its bar shows."""
        return Share(self.label, self.sums.approved, self.sums.spent, self.address, self.sums.amended)


@dataclass(frozen=True, slots=True)
class Side:
    """The resources or the uses under a step."""

    code: str
    label: str
    entries: tuple[Entry, ...]
    total: Sums
    rows: str
    api: str

    @property
    def shares(self) -> list[Share]:
        """The bars of its entries."""
        return [one.share for one in self.entries]

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The entries that a page holds."""
        return self.entries[:MOST_ENTRIES]


@dataclass(frozen=True, slots=True)
class Level:
    """What lies under a step; ``below`` is the place that its entries are values of."""

    below: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The budget that is read, as it stands, and who reads it."""

    reader: Reader
    player: Player
    standing: Standing
    asked: Asked

    @property
    def lang(self) -> Lang:
        """The language of its words."""
        return self.asked.lang

    @property
    def heading(self) -> str:
        """The place that tells headings apart; empty where lines stand under none."""
        return next((one for one in ("heading", "heading_title") if self.player.has(one)), "")

    def conditions(self, steps: Sequence[str]) -> tuple[Filter, ...]:
        """What the lines at an address have in common. Raises NotThere for a step that no line could have."""
        places = [one for one in ("year", "scheme", self.heading, "code") if one or len(steps) > 3]
        out = []
        for place, text in zip(places, steps, strict=False):
            if not place:
                continue
            try:
                out.append(self.player.empty(place) if text == NONE else self.player.is_(place, text))
            except BadValue:
                raise NotThere(text) from None
        return tuple(out)

    def ask(self, filters: Sequence[Filter]) -> Ask:
        """The explorer at these lines, with the columns that are added up."""
        wanted = {self.player.names[place] for place in SHOWN if self.player.has(place)}
        fields = tuple(one.name for one in self.player.dataset.published if one.name in wanted)
        ask = Ask.bare(self.player.dataset, self.asked.dataset(self.player), self.lang, *filters)
        return ask.but(unit=self.asked.unit, fields=fields)

    def summed(self, filters: Sequence[Filter], *places: str) -> Summed:
        """Sums by the values of some places. Raises Unanswered."""
        return summed(self.reader, self.player, self.standing, filters, places)

    def years(self) -> list[str]:
        """The years that have lines, the newest first. Raises Unanswered."""
        found = self.summed((), "year").sums
        return sorted((str(key[0]) for key in found if key[0]), reverse=True)

    def schemes(self, year: str) -> dict[str, Sums]:
        """The schemes of a year with what their lines come to."""
        found = self.summed(self.conditions([year]), "scheme").sums
        return {str(key[0] or NONE): sums for key, sums in found.items()}

    def inner(self, steps: Sequence[str]) -> tuple[str, ...]:
        """The steps of what a page shows: a year with one scheme shows what lies under that."""
        if len(steps) > 1:
            return tuple(steps)
        schemes = self.schemes(steps[0])
        return (steps[0], next(iter(schemes))) if len(schemes) == 1 else tuple(steps)

    def level(self, steps: Sequence[str]) -> Level:
        """What lies under an address: schemes, headings or lines. Raises NotThere where nothing does, or Unanswered."""
        place, titled = self._below(len(steps))
        filters = self.conditions(steps)
        places = tuple(dict.fromkeys(("side", place, *([titled] if titled else []))))
        found = self.summed(filters, *places)
        if not found.sums:
            raise NotThere("/".join(steps))
        by_side: dict[str, dict[str, list[tuple[str, Sums]]]] = {}
        for key, sums in found.sums.items():
            values = dict(zip(places, key, strict=True))
            title = str(values.get(titled) or "") if titled else ""
            under = by_side.setdefault(str(values["side"] or ""), {})
            under.setdefault(str(values[place] or NONE), []).append((title, sums))
        order = [one.code for one in self._sides()]
        sides = sorted(by_side, key=lambda one: order.index(one) if one in order else len(order))
        return Level(place, tuple(self._side(steps, one, place, by_side[one], found) for one in sides))

    def _below(self, depth: int) -> tuple[str, str]:
        """The place of what lies under that many steps, and the place of its title."""
        if depth < 2:
            return ("year", "scheme")[depth], ""
        if depth == 2 and self.heading:
            return self.heading, "heading_title" if self.player.has("heading_title") else ""
        return "code", "title"

    def _sides(self) -> Sequence[CodeEntry]:
        choices = self.player.field("side").choices
        return choices.entries if choices else ()

    def _side(
        self,
        steps: Sequence[str],
        side: str,
        place: str,
        under: dict[str, list[tuple[str, Sums]]],
        found: Summed,
    ) -> Side:
        entries = []
        for step, pairs in under.items():
            here = [*steps, step]
            address = self.asked.page(PAGE, *here)
            rows = self.ask((*self.conditions(here), self.player.is_("side", side))).address
            title = next((one for one, _ in pairs if one), "") or self._called(place, step)
            # A year is told apart by its code in either language, though its title may look the same.
            code = step if place == "year" else "" if step in (title, NONE) else step
            entries.append(Entry(title, code, together([one for _, one in pairs]), address, rows))
        if place == "year":
            entries.sort(key=lambda one: one.code, reverse=True)
        else:
            entries.sort(key=lambda one: -one.sums.approved)
        filters = (*self.conditions(steps), self.player.is_("side", side))
        ask = self.ask(filters)
        return Side(
            side,
            grouped.label(self.player.dataset, By(self.player.names["side"]), side, self.lang),
            tuple(entries),
            together([one.sums for one in entries]),
            ask.address,
            grouped.api_address(self.player.dataset, found.narrowed(ask.scope)),
        )

    def _called(self, place: str, step: str) -> str:
        if step == NONE:
            return NO_HEADING.of(self.lang)
        return writing.value_plain(self.player.field(place), step, self.lang, "rial")
