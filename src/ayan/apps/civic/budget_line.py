"""One line of a budget: the same in other years, what was agreed and paid from it, and what was moved in its year."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.record import references
from ayan.apps.catalog.record.references import Naming
from ayan.apps.catalog.record.related_rows import RelatedRows, belongings
from ayan.apps.civic.budget_tree import PAGE, BudgetSums, NotThere, Tree
from ayan.apps.civic.limits import MOVES_LISTED
from ayan.apps.civic.page_context import NONE
from ayan.apps.civic.roles import Read, RoleDataset, read
from ayan.core.audit.balance import Balance
from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import axis_of
from ayan.core.query.values import read_value
from ayan.core.schema.definition import Dataset
from ayan.core.values.asked_value import BadValue
from ayan.wiring.city import City

MOVES_PART: Final = "budget-moves"


# --- the line and what came of it -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineYear:
    """The line in one year, with the address of its page and what was approved at constant prices."""

    year: str
    sums: BudgetSums
    address: str
    real: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class LineFollowUp:
    """Rows of another dataset that follow from the line in its year, and the address of those of all years."""

    naming: Naming
    all_years: str = ""


def row_of(tree: Tree, steps: Sequence[str]) -> Row:
    """The row at an address. Raises NotThere, or Unanswered."""
    question = Question(slug=tree.player.dataset.slug, filters=tree.conditions(steps), size=1)
    rows = tree.query_service.rows(tree.player.dataset, question, tree.snapshot).rows
    if not rows:
        raise NotThere("/".join(steps))
    return rows[0]


def years(tree: Tree, steps: Sequence[str], prices: PriceIndex | None) -> list[LineYear]:
    """The same scheme and code in every year, the oldest first; its heading may have changed."""
    _, scheme, _, code = steps
    same = [tree.player.is_("code", code)]
    same.append(tree.player.is_("scheme", scheme))
    places = ("year", *([tree.heading] if tree.heading else []), "side")
    by_year: dict[str, LineYear] = {}
    for key, sums in tree.summed(same, *places).sums.items():
        year, heading = str(key[0]), str(key[1] or "") if tree.heading else ""
        known = by_year.get(year)
        whole = known.sums.plus(sums) if known else sums
        address = known.address if known else tree.settings.page(PAGE, year, scheme, heading, code)
        real = prices.real(whole.approved, year) if prices else None
        by_year[year] = LineYear(year, whole, address, real, year == steps[0])
    return [by_year[year] for year in sorted(by_year)]


def following(
    city: City, tree: Tree, row: Row, year: str, prices: PriceIndex | None, apart: Collection[str] = ()
) -> tuple[list[LineFollowUp], list[ExplorerState]]:
    """What refers to the line, in its year where it has days; and what could not be worked out in time.

    The datasets ``apart`` are told elsewhere on the page.
    """
    dataset = tree.player.dataset
    shown_slugs = {dataset.slug, *apart}
    related = [
        _in_year(related_rows, year)
        for related_rows in belongings(city, dataset, row)
        if related_rows.dataset.slug not in shown_slugs
    ]
    path = tree.settings.datasets
    surroundings = references.around(city, dataset, related, path, tree.lang, prices)
    return [LineFollowUp(naming, _all_years(naming, path, tree)) for naming in surroundings.namings], list(
        surroundings.unread
    )


def _all_years(naming: Naming, path: str, tree: Tree) -> str:
    belonging = naming.belonging
    if not belonging.also:
        return ""
    slug = belonging.dataset.slug
    return ExplorerState.bare(belonging.dataset, path.format(slug=slug), tree.lang, belonging.condition).address


def _in_year(related: RelatedRows, year: str) -> RelatedRows:
    condition = _year_condition(related.dataset, year)
    return related if condition is None else related.within(condition)


def _year_condition(dataset: Dataset, year: str) -> Filter | None:
    axis = axis_of(dataset)
    if axis is None:
        return None
    try:
        return Filter(axis.name, "eq", (read_value(axis, year),))
    except BadValue:
        return None


# --- what was spent against what was paid -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinePaid:
    """What a line spent in its year and what rows of another dataset say was paid from it, in rial.

    ``balance`` is the declared one that holds the two against each other; ``address`` leads to the rows.
    """

    balance: Balance
    dataset: Dataset
    spent: int
    paid: int
    address: str = ""

    @property
    def gap(self) -> int:
        """What was spent and is not seen to be paid; below 0 where more was paid."""
        return self.spent - self.paid


def paid(city: City, tree: Tree, sums: BudgetSums, following: Sequence[LineFollowUp]) -> LinePaid | None:
    """The declared balance of what was spent, on this line; None where none is declared or nothing is reported.

    Of several balances the first counts whose rows follow from the line; one whose dataset has no row of it counts
    with nothing paid, as long as that dataset is published at all.
    """
    budget = tree.player.dataset.slug
    if sums.spent is None or not tree.player.has("spent"):
        return None
    wanted = f"sum({tree.player.names['spent']})"
    namings = {each.naming.dataset.slug: each.naming for each in following}
    for balance in city.registry.balances_of(budget)[0]:
        others = [slug for slug in balance.datasets if slug != budget]
        if len(others) != 1 or not any(term.dataset == budget and term.value == wanted for term in balance.terms):
            continue
        (slug,) = others
        term = next(term for term in balance.terms if term.dataset == slug)
        naming = namings.get(slug)
        if naming is not None and naming.totals and term.value == f"sum({naming.totals[0][0].field.name})":
            return LinePaid(balance, naming.dataset, sums.spent, naming.totals[0][1], naming.ask.address)
    return None


# --- what was moved within its year ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transfer:
    """One change: its signed amount in rial, its record, and the other line with its page where the budget has it."""

    row: Row
    key: str
    amount: int
    other: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class LineTransfers:
    """The changes of a line in its year, the oldest first, of the dataset of ``player``.

    ``gone`` and ``come`` are their exact sums, ``count`` how many there are; ``rows`` are the explorer's addresses of
    both directions. ``balance`` is the declared one that holds them against the budget.
    """

    player: RoleDataset
    listed: tuple[Transfer, ...]
    gone: int
    come: int
    count: int
    rows: Mapping[str, str]
    balance: Balance | None

    def off(self, sums: BudgetSums) -> int:
        """The amended figure less what the changes make of the approved one; 0 where they explain it."""
        return sums.amended - (sums.approved + self.come - self.gone)


def moves(city: City, tree: Tree, year: str, scheme: str, code: str) -> LineTransfers | None:
    """What was moved; None where no dataset tells it, or has nothing of the year. Raises Unanswered."""
    table = read(city, tree.settings, MOVES_PART)
    if table is None:
        return None
    role_dataset = table.player
    in_year = (role_dataset.is_("year", year), role_dataset.is_("scheme", scheme))
    if not _summed(table, (role_dataset.is_("year", year),))[0]:
        return None
    signed_rows: list[tuple[int, Row]] = []
    sums, rows, count = {}, {}, 0
    for role_field, sign in (("from", -1), ("to", 1)):
        filters = (*in_year, role_dataset.is_(role_field, code))
        number, total = _summed(table, filters)
        sums[role_field], count = total, count + number
        rows[role_field] = table.ask(*filters).address
        signed_rows += [(sign, row) for row in table.rows(*filters, most=MOVES_LISTED)] if number else []
    signed_rows.sort(
        key=lambda pair: (
            str(role_dataset.value("day", pair[1].values) or ""),
            str(role_dataset.value("number", pair[1].values)),
        )
    )
    named = _named(tree, year, scheme, {_other(role_dataset, sign, row) for sign, row in signed_rows} - {""})
    listed = tuple(_move(role_dataset, sign, row, named) for sign, row in signed_rows)
    return LineTransfers(
        role_dataset, listed, sums["from"], sums["to"], count, rows, _balance(city, tree, role_dataset)
    )


def _move(role_dataset: RoleDataset, sign: int, row: Row, named: Mapping[str, tuple[str, str]]) -> Transfer:
    other = _other(role_dataset, sign, row)
    amount = sign * int(str(role_dataset.value("amount", row.values) or 0))
    return Transfer(row, keys.key_of(role_dataset.dataset, row), amount, other, *named.get(other, ("", "")))


def _other(role_dataset: RoleDataset, sign: int, row: Row) -> str:
    return str(role_dataset.value("from" if sign > 0 else "to", row.values) or "")


def _summed(table: Read, filters: tuple[Filter, ...]) -> tuple[int, int]:
    """How many changes meet some conditions, all of one year, and what they come to."""
    role_dataset = table.player
    scope = Question(slug=role_dataset.dataset.slug, filters=filters)
    amount = role_dataset.names["amount"]
    measures = (GroupMeasure("count"), GroupMeasure("sum", amount))
    question = GroupQuestion(scope=scope, by=(GroupKey(role_dataset.names["year"]),), measures=measures)
    groups: list[Mapping[str, Any]] = list(
        figures.groups(
            table.city.query_service, role_dataset.dataset, question, table.snapshot, known_meaning=True
        ).rows
    )
    return sum(int(row["count"]) for row in groups), sum(int(row[f"sum_{amount}"] or 0) for row in groups)


def _named(tree: Tree, year: str, scheme: str, codes: set[str]) -> dict[str, tuple[str, str]]:
    """The titles and the pages of the lines of these codes."""
    if not codes:
        return {}
    budget = tree.player
    places = [role_field for role_field in ("code", "title", tree.heading) if role_field]
    filters = (
        budget.is_("year", year),
        budget.is_("scheme", scheme),
        Filter(budget.names["code"], "in", tuple(sorted(codes))),
    )
    titles = {}
    for key in tree.keys(filters, *places):
        values = dict(zip(places, map(str, (part or "" for part in key)), strict=True))
        heading = values.get(tree.heading) or NONE
        address = tree.settings.page(PAGE, year, scheme, heading, values["code"])
        titles[values["code"]] = (values["title"], address)
    return titles


def _balance(city: City, tree: Tree, role_dataset: RoleDataset) -> Balance | None:
    """The declared balance over exactly these two datasets."""
    both = {role_dataset.dataset.slug, tree.player.dataset.slug}
    balances, _ = city.registry.balances_of(role_dataset.dataset.slug)
    return next((balance for balance in balances if balance.datasets == both), None)
