"""What was moved to and from a line of the budget within its year, and whether that explains its amended figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.catalog import figures
from ayan.apps.catalog.asking import Ask
from ayan.apps.civic.budget_sums import Sums
from ayan.apps.civic.budget_tree import PAGE, Tree
from ayan.apps.civic.framing import NONE
from ayan.apps.civic.players import Player, player, releases
from ayan.core.audit.balance import Balance
from ayan.core.query import keys
from ayan.core.query.answer import Row, Standing
from ayan.core.query.grouping import By, GroupQuestion, Measure
from ayan.core.query.question import Filter, Question
from ayan.wiring.city import City

PART: Final = "budget-moves"
SHOWN: Final = 100
"""Changes of a line in one direction that its page lists; of more there are the sum and the explorer."""


@dataclass(frozen=True, slots=True)
class Move:
    """One change: its signed amount in rial, its record, and the other line with its page where the budget has it."""

    row: Row
    key: str
    amount: int
    other: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Moves:
    """The changes of a line in its year, the oldest first, of the dataset of ``player``.

    ``gone`` and ``come`` are their exact sums, ``count`` how many there are; ``rows`` are the explorer's addresses of
    both directions. ``balance`` is the declared one that holds them against the budget.
    """

    player: Player
    listed: tuple[Move, ...]
    gone: int
    come: int
    count: int
    rows: Mapping[str, str]
    balance: Balance | None

    def off(self, sums: Sums) -> int:
        """The amended figure less what the changes make of the approved one; 0 where they explain it."""
        return sums.amended - (sums.approved + self.come - self.gone)


def moves(here: City, tree: Tree, year: str, scheme: str, code: str) -> Moves | None:
    """What was moved; None where no dataset tells it, or has nothing of the year. Raises Unanswered."""
    one = player(here, PART)
    if one is None or not releases(here, one):
        return None
    standing = here.reader.standing(one.dataset, Question(slug=one.dataset.slug))
    in_year = (one.is_("year", year), one.is_("scheme", scheme))
    if not _summed(here, one, standing, (one.is_("year", year),))[0]:
        return None
    found: list[tuple[int, Row]] = []
    sums, rows, count = {}, {}, 0
    for place, sign in (("from", -1), ("to", 1)):
        filters = (*in_year, one.is_(place, code))
        number, total = _summed(here, one, standing, filters)
        sums[place], count = total, count + number
        rows[place] = Ask.bare(one.dataset, tree.asked.dataset(one), tree.lang, *filters).address
        asked = Question(slug=one.dataset.slug, filters=filters, size=SHOWN)
        found += [(sign, row) for row in here.reader.rows(one.dataset, asked, standing).rows] if number else []
    found.sort(key=lambda pair: (str(one.value("day", pair[1].values) or ""), str(one.value("number", pair[1].values))))
    named = _named(tree, year, scheme, {_other(one, sign, row) for sign, row in found} - {""})
    listed = tuple(_move(one, sign, row, named) for sign, row in found)
    return Moves(one, listed, sums["from"], sums["to"], count, rows, _balance(here, tree, one))


def _move(one: Player, sign: int, row: Row, named: Mapping[str, tuple[str, str]]) -> Move:
    other = _other(one, sign, row)
    amount = sign * int(str(one.value("amount", row.values) or 0))
    return Move(row, keys.key_of(one.dataset, row), amount, other, *named.get(other, ("", "")))


def _other(one: Player, sign: int, row: Row) -> str:
    return str(one.value("from" if sign > 0 else "to", row.values) or "")


def _summed(here: City, one: Player, standing: Standing, filters: tuple[Filter, ...]) -> tuple[int, int]:
    """How many changes meet some conditions, all of one year, and what they come to."""
    scope = Question(slug=one.dataset.slug, filters=filters)
    amount = one.names["amount"]
    measures = (Measure("count"), Measure("sum", amount))
    question = GroupQuestion(scope=scope, by=(By(one.names["year"]),), measures=measures)
    groups: list[Mapping[str, Any]] = list(figures.groups(here.reader, one.dataset, question, standing).rows)
    return sum(int(row["count"]) for row in groups), sum(int(row[f"sum_{amount}"] or 0) for row in groups)


def _named(tree: Tree, year: str, scheme: str, codes: set[str]) -> dict[str, tuple[str, str]]:
    """The titles and the pages of the lines of these codes."""
    if not codes:
        return {}
    budget = tree.player
    places = [place for place in ("code", "title", tree.heading) if place]
    filters = (
        budget.is_("year", year),
        budget.is_("scheme", scheme),
        Filter(budget.names["code"], "in", tuple(sorted(codes))),
    )
    found = {}
    for key in tree.summed(filters, *places).sums:
        values = dict(zip(places, map(str, (one or "" for one in key)), strict=True))
        heading = values.get(tree.heading) or NONE
        address = tree.asked.page(PAGE, year, scheme, heading, values["code"])
        found[values["code"]] = (values["title"], address)
    return found


def _balance(here: City, tree: Tree, one: Player) -> Balance | None:
    """The declared balance over exactly these two datasets."""
    both = {one.dataset.slug, tree.player.dataset.slug}
    found, _ = here.registry.balances_of(one.dataset.slug)
    return next((balance for balance in found if balance.datasets == both), None)
