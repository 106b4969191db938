"""The tree of a budget: year, scheme, heading, line; at each step what lies under it, with its sums and addresses.

Everything is asked of the engine as groups; nothing is added up row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog.explorer import figures, group_table
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.civic.limits import MOST_ENTRIES, MOST_GROUPS
from ayan.apps.civic.page_context import NONE, PageSettings
from ayan.apps.civic.roles import RoleDataset, read
from ayan.core.query.answer import Snapshot, TooHeavy
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question
from ayan.core.schema.field import CodeEntry
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.component_parts import Share
from ayan.wiring.city import City

PAGE: Final = "budget_tree"
PART: Final = "budget-lines"
MONEY: Final = ("approved", "amended", "spent", "current", "capital")
SUMMED: Final = (*MONEY, "revised")
"""What is asked for: the same sums as on the page stand under these names in the answer of the API."""
SHOWN: Final = ("year", "code", "title", "approved", "amended", "revised", "spent")
NO_HEADING: Final = Label("بی‌سرفصل", "Under no heading")

BudgetKey = tuple[Any, ...]


# --- sums ---------------------------------------------------------------------------------------------------------


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

    sums: Mapping[BudgetKey, BudgetSums]
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
    """The sums of the lines that meet ``filters`` by the values of ``places``, the side among them.

    Raises Unanswered.
    """
    by = tuple(GroupKey(role_dataset.names[role_field]) for role_field in places)
    measures = (
        GroupMeasure("count"),
        *(GroupMeasure("sum", role_dataset.names[role_field]) for role_field in SUMMED if role_dataset.has(role_field)),
    )
    scope = Question(slug=role_dataset.dataset.slug, filters=tuple(filters), size=MOST_GROUPS)
    question = GroupQuestion(scope=scope, by=by, measures=measures)
    answer = figures.groups(reader, role_dataset.dataset, question, snapshot, known_meaning=True)
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
) -> Mapping[BudgetKey, Mapping[str, Any]]:
    """The same groups of those lines alone that say nothing in a place; none where the place itself is not filled."""
    if not role_dataset.has(role_field):
        return {}
    scope = question.scope.having(role_dataset.empty(role_field))
    asked = replace(
        question, scope=scope, measures=(GroupMeasure("count"), GroupMeasure("sum", role_dataset.names["approved"]))
    )
    rows = figures.groups(reader, role_dataset.dataset, asked, snapshot, known_meaning=True).rows
    return {tuple(row[each.name] for each in question.by): row for row in rows}


def line_keys(
    reader: QueryService,
    role_dataset: RoleDataset,
    snapshot: Snapshot,
    filters: Sequence[Filter],
    places: Sequence[str],
) -> list[BudgetKey]:
    """Which values of ``places`` the lines that meet ``filters`` have, on whichever side. Raises Unanswered."""
    by = tuple(GroupKey(role_dataset.names[role_field]) for role_field in places)
    scope = Question(slug=role_dataset.dataset.slug, filters=tuple(filters), size=MOST_GROUPS)
    answer = figures.groups(reader, role_dataset.dataset, GroupQuestion(scope=scope, by=by), snapshot)
    if answer.total > MOST_GROUPS:
        raise TooHeavy
    return [tuple(row[each.name] for each in by) for row in answer.rows]


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


# --- the tree -----------------------------------------------------------------------------------------------------


class NotThere(LookupError):
    """No line of the budget stands at this address."""


def heading_place(role_dataset: RoleDataset) -> str:
    """The place that tells headings apart; empty where lines stand under none."""
    return next((role_field for role_field in ("heading", "heading_title") if role_dataset.has(role_field)), "")


@dataclass(frozen=True, slots=True)
class BudgetEntry:
    """One thing under a step: what it is called, its code, its sums, where it leads, and its rows in the explorer."""

    label: str
    code: str
    sums: BudgetSums
    address: str
    rows: str

    @property
    def share(self) -> Share:
        """What its bar shows."""
        return Share(self.label, self.sums.approved, self.sums.spent, self.address, self.sums.amended)


@dataclass(frozen=True, slots=True)
class BudgetSide:
    """The resources or the uses under a step."""

    code: str
    label: str
    entries: tuple[BudgetEntry, ...]
    total: BudgetSums
    rows: str
    api: str

    @property
    def shares(self) -> list[Share]:
        """The bars of its entries."""
        return [entry.share for entry in self.entries]

    @property
    def visible(self) -> tuple[BudgetEntry, ...]:
        """The entries that a page holds."""
        return self.entries[:MOST_ENTRIES]


@dataclass(frozen=True, slots=True)
class Level:
    """What lies under a step; ``below`` is the place that its entries are values of."""

    below: str
    sides: tuple[BudgetSide, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The budget that is read, as it stands, and who reads it."""

    query_service: QueryService
    player: RoleDataset
    snapshot: Snapshot
    settings: PageSettings

    @classmethod
    def of(cls, city: City, asked: PageSettings) -> Tree | None:
        """The budget that is published; None where none is. Raises Unanswered."""
        table = read(city, asked, PART)
        return cls(city.query_service, table.player, table.snapshot, asked) if table else None

    @property
    def lang(self) -> Lang:
        """The language of its words."""
        return self.settings.lang

    @property
    def heading(self) -> str:
        """The place that tells headings apart; empty where lines stand under none."""
        return heading_place(self.player)

    def conditions(self, steps: Sequence[str]) -> tuple[Filter, ...]:
        """What the lines at an address have in common. Raises NotThere for a step that no line could have."""
        out = []
        for role_field, text in zip(("year", "scheme", self.heading, "code"), steps, strict=False):
            if not role_field and text == NONE:
                continue
            if not role_field:
                raise NotThere(text)
            try:
                out.append(self._having(role_field, text))
            except BadValue:
                raise NotThere(text) from None
        return tuple(out)

    def _having(self, role_field: str, text: str) -> Filter:
        """The condition that a place has this value, or none where the text is empty or says so."""
        return self.player.empty(role_field) if text in ("", NONE) else self.player.is_(role_field, text)

    def ask(self, filters: Sequence[Filter]) -> ExplorerState:
        """The explorer at these lines, with the columns that are added up."""
        wanted = {self.player.names[role_field] for role_field in SHOWN if self.player.has(role_field)}
        fields = tuple(field.name for field in self.player.dataset.published if field.name in wanted)
        ask = ExplorerState.bare(self.player.dataset, self.settings.dataset(self.player.dataset), self.lang, *filters)
        return ask.but(unit=self.settings.unit, fields=fields)

    def summed(self, filters: Sequence[Filter], *places: str) -> Summed:
        """Sums by the values of some places, the side among them. Raises Unanswered."""
        return summed(self.query_service, self.player, self.snapshot, filters, places)

    def keys(self, filters: Sequence[Filter], *places: str) -> list[BudgetKey]:
        """The values that lines have in some places. Raises Unanswered."""
        return line_keys(self.query_service, self.player, self.snapshot, filters, places)

    def years(self) -> list[str]:
        """The years that have lines, the newest first. Raises Unanswered."""
        return sorted((str(key[0]) for key in self.keys((), "year") if key[0]), reverse=True)

    def schemes(self, year: str) -> list[str]:
        """The schemes of a year."""
        return [str(key[0] or NONE) for key in self.keys(self.conditions([year]), "scheme")]

    def inner(self, steps: Sequence[str]) -> tuple[str, ...]:
        """The steps of what a page shows: a year with one scheme shows what lies under that."""
        if len(steps) > 1:
            return tuple(steps)
        schemes = self.schemes(steps[0])
        return (steps[0], schemes[0]) if len(schemes) == 1 else tuple(steps)

    def level(self, steps: Sequence[str]) -> Level:
        """What lies under an address: schemes, headings or lines. Raises NotThere where nothing does, or Unanswered."""
        role_field, titled = self._below(len(steps))
        filters = self.conditions(steps)
        places = tuple(dict.fromkeys(("side", role_field, *([titled] if titled else []))))
        level_sums = self.summed(filters, *places)
        if not level_sums.sums:
            raise NotThere("/".join(steps))
        by_side: dict[str, dict[str, list[tuple[str, BudgetSums]]]] = {}
        for key, sums in level_sums.sums.items():
            values = dict(zip(places, key, strict=True))
            title = str(values.get(titled) or "") if titled else ""
            under = by_side.setdefault(str(values["side"] or ""), {})
            under.setdefault(str(values[role_field] or NONE), []).append((title, sums))
        order = [choice.code for choice in self._sides()]
        sides = sorted(by_side, key=lambda side: order.index(side) if side in order else len(order))
        return Level(
            role_field, tuple(self._side(steps, side, role_field, by_side[side], level_sums) for side in sides)
        )

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
        role_field: str,
        under: dict[str, list[tuple[str, BudgetSums]]],
        level_sums: Summed,
    ) -> BudgetSide:
        entries = []
        for step, pairs in under.items():
            # Lines that stand under no heading at all keep the step of the heading in their address.
            above = [*steps, NONE] if role_field == "code" and len(steps) == 2 else steps
            own_steps = [*above, step]
            address = self.settings.page(PAGE, *own_steps)
            rows = self.ask((*self.conditions(own_steps), self._having("side", side))).address
            title = next((text for text, _ in pairs if text), "") or self._called(role_field, step)
            # A year is told apart by its code in either language, though its title may look the same.
            code = step if role_field == "year" else "" if step in (title, NONE) else step
            entries.append(BudgetEntry(title, code, together([sums for _, sums in pairs]), address, rows))
        if role_field == "year":
            entries.sort(key=lambda entry: entry.code, reverse=True)
        else:
            entries.sort(key=lambda entry: -entry.sums.approved)
        filters = (*self.conditions(steps), self._having("side", side))
        ask = self.ask(filters)
        return BudgetSide(
            side,
            group_table.label(self.player.dataset, GroupKey(self.player.names["side"]), side, self.lang),
            tuple(entries),
            together([entry.sums for entry in entries]),
            ask.address,
            group_table.api_address(self.player.dataset, level_sums.narrowed(ask.scope)),
        )

    def _called(self, role_field: str, step: str) -> str:
        if step == NONE:
            return NO_HEADING.of(self.lang)
        return value_html.value_plain(self.player.field(role_field), step, self.lang, "rial")
