"""One line of a budget: what it says, the same line in other years, and what was agreed and paid from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.apps.catalog import references
from ayan.apps.catalog.deflator import PriceIndex
from ayan.apps.catalog.explorer_state import ExplorerState
from ayan.apps.catalog.references import Naming
from ayan.apps.catalog.related_rows import RelatedRows, belongings
from ayan.apps.civic.budget_sums import BudgetSums
from ayan.apps.civic.budget_tree import PAGE, NotThere, Tree
from ayan.core.query.answer import Row
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import axis_of
from ayan.core.query.values import read_value
from ayan.core.schema.definition import Dataset
from ayan.core.values.asked_value import BadValue
from ayan.wiring.city import City

PLACES: Final = ("approved", "amended", "spent", "current", "capital")


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
    places = ("year", *([tree.heading] if tree.heading else []))
    by_year: dict[str, LineYear] = {}
    for key, sums in tree.summed(same, *places).sums.items():
        year, heading = str(key[0]), str(key[1] or "") if len(key) > 1 else ""
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
