"""One line of a budget: what it says, the same line in other years, and what was agreed and paid from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.apps.catalog import linked
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.belonging import Belonging, belongings
from ayan.apps.catalog.linked import Naming
from ayan.apps.catalog.prices import Prices
from ayan.apps.civic.budget_sums import Sums
from ayan.apps.civic.budget_tree import PAGE, NotThere, Tree
from ayan.core.query.answer import Row
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import axis_of
from ayan.core.query.values import BadValue, read_value
from ayan.core.schema.definition import Dataset
from ayan.wiring.city import City

PLACES: Final = ("approved", "amended", "spent", "current", "capital")


@dataclass(frozen=True, slots=True)
class Year:
    """The line in one year, with the address of its page and what was approved at constant prices."""

    year: str
    sums: Sums
    address: str
    real: int | None
    here: bool


@dataclass(frozen=True, slots=True)
class Following:
    """Rows of another dataset that follow from the line in its year, and the address of those of all years."""

    naming: Naming
    all_years: str = ""


def row_of(tree: Tree, steps: Sequence[str]) -> Row:
    """The row at an address. Raises NotThere, or Unanswered."""
    question = Question(slug=tree.player.dataset.slug, filters=tree.conditions(steps), size=1)
    rows = tree.reader.rows(tree.player.dataset, question, tree.standing).rows
    if not rows:
        raise NotThere("/".join(steps))
    return rows[0]


def years(tree: Tree, steps: Sequence[str], prices: Prices | None) -> list[Year]:
    """The same scheme and code in every year, the oldest first; its heading may have changed."""
    _, scheme, _, code = steps
    same = [tree.player.is_("code", code)]
    same.append(tree.player.is_("scheme", scheme))
    places = ("year", *([tree.heading] if tree.heading else []))
    found: dict[str, Year] = {}
    for key, sums in tree.summed(same, *places).sums.items():
        year, heading = str(key[0]), str(key[1] or "") if len(key) > 1 else ""
        known = found.get(year)
        whole = known.sums.plus(sums) if known else sums
        address = known.address if known else tree.asked.page(PAGE, year, scheme, heading, code)
        real = prices.real(whole.approved, year) if prices else None
        found[year] = Year(year, whole, address, real, year == steps[0])
    return [found[year] for year in sorted(found)]


def following(
    here: City, tree: Tree, row: Row, year: str, prices: Prices | None, apart: Collection[str] = ()
) -> tuple[list[Following], list[Ask]]:
    """What refers to the line, in its year where it has days; and what could not be worked out in time.

    The datasets ``apart`` are told elsewhere on the page.
    """
    dataset = tree.player.dataset
    told = {dataset.slug, *apart}
    found = [_in_year(one, year) for one in belongings(here, dataset, row) if one.dataset.slug not in told]
    path = tree.asked.datasets
    made = linked.around(here, dataset, found, path, tree.lang, prices)
    return [Following(one, _all_years(one, path, tree)) for one in made.found], list(made.unread)


def _all_years(one: Naming, path: str, tree: Tree) -> str:
    belonging = one.belonging
    if not belonging.also:
        return ""
    slug = belonging.dataset.slug
    return Ask.bare(belonging.dataset, path.format(slug=slug), tree.lang, belonging.condition).address


def _in_year(one: Belonging, year: str) -> Belonging:
    condition = _year_condition(one.dataset, year)
    return one if condition is None else one.within(condition)


def _year_condition(dataset: Dataset, year: str) -> Filter | None:
    axis = axis_of(dataset)
    if axis is None:
        return None
    try:
        return Filter(axis.name, "eq", (read_value(axis, year),))
    except BadValue:
        return None
