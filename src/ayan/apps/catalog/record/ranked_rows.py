"""Rows that compete for one thing, such as the bids of a tender: the winner first, then by rank and amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.apps.catalog.explorer import result_table
from ayan.apps.catalog.explorer.result_table import AmountBar, TableLine
from ayan.apps.catalog.limits import MOST_RANKED
from ayan.apps.catalog.record.related_rows import RelatedRows
from ayan.core.query.answer import Answer, Row
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import RankingView
from ayan.wiring.city import City

WINNER: Final = 1
TENTH: Final = Decimal("0.1")


def ranking_of(related: RelatedRows) -> RankingView | None:
    """How the rows rank among each other; None where they do not all compete for the same thing."""
    view = related.dataset.view(RankingView)
    return view if view is not None and view.by == related.field.name and related.condition.op == "eq" else None


def ranked(city: City, related: RelatedRows, view: RankingView, answer: Answer) -> list[Row]:
    """The rows by rank; ``answer`` holds them in another order, and maybe not all of them.

    Raises Unanswered where the others must be asked for and cannot be read in time.
    """
    rows = answer.rows
    if answer.next is not None:
        ask = Question(slug=related.dataset.slug, filters=related.conditions, sort=Sort(view.rank), size=MOST_RANKED)
        rows = city.query_service.rows(related.dataset, ask, answer.snapshot).rows
    return in_order(view, rows)


def ranked_lines(
    dataset: Dataset, view: RankingView, rows: Sequence[Row], shown: Sequence[Field]
) -> tuple[TableLine, ...]:
    """The first of the rows, of which the winner is marked."""
    first = rows[:MOST_RANKED]
    lines = result_table.lines(dataset, first, shown)
    return tuple(
        replace(line, mark=view.title) if row.values.get(view.rank) == WINNER else line
        for row, line in zip(first, lines, strict=True)
    )


@dataclass(frozen=True, slots=True)
class RankedAgainst:
    """The amount that those of ranked rows are drawn against, such as the estimate of a tender.

    ``under`` is how far the winner's stands below it in per cent of it, less than 0 where that is above; None where
    nobody has won or the winner's amount is not known. ``lowest`` says whether no other ranked row asks for less.
    """

    field: Field
    amount: int
    under: Decimal | None
    lowest: bool

    @property
    def apart(self) -> Decimal:
        """How far the two are apart, in per cent."""
        return abs(self.under or Decimal(0)).normalize()

    @property
    def decimals(self) -> int:
        """How many decimals that is told with."""
        return 0 if self.apart == int(self.apart) else 1

    @property
    def share(self) -> Decimal:
        """The same as a part of one."""
        return self.apart / 100


def against(
    city: City, related: RelatedRows, view: RankingView, rows: Sequence[Row], *, every: bool
) -> RankedAgainst | None:
    """What the amounts of the rows stand against; None where that is not published. Raises Unanswered.

    ``every`` says whether these are all of the rows, so that the lowest of them is the lowest there is.
    """
    slug, _, name = view.against.partition(".")
    ref, of = related.field.ref, next((each for each in city.registry.all() if each.slug == slug), None)
    field = next((each for each in of.published if each.name == name), None) if of else None
    if of is None or ref is None or field is None or field.shown != "public" or not field.kind.is_money:
        return None
    asked = Question(slug=slug, filters=(Filter(ref.field, "eq", related.condition.values),), size=1)
    contest = next(iter(city.query_service.rows(of, asked).rows), None)
    amount = contest.values.get(name) if contest else None
    if not isinstance(amount, int) or amount <= 0:
        return None
    won = next((row.values.get(view.measure) for row in rows if row.values.get(view.rank) == WINNER), None)
    amounts = [row.values.get(view.measure) for row in rows if row.values.get(view.rank) is not None]
    known = [value for value in amounts if isinstance(value, int)]
    if not isinstance(won, int):
        return RankedAgainst(field, amount, None, lowest=False)
    under = (Decimal(amount - won) * 100 / amount).quantize(TENTH, ROUND_HALF_UP)
    return RankedAgainst(field, amount, under, lowest=every and len(known) > 1 and won <= min(known))


def with_bars(lines: Sequence[TableLine], view: RankingView, line: int) -> tuple[TableLine, ...]:
    """The lines with their amounts drawn from nought to the largest of them and of the amount of ``line``."""
    amounts = [next((value for field, value in each.cells if field.name == view.measure), None) for each in lines]
    top = max((line, *(value for value in amounts if isinstance(value, int))))
    return tuple(
        replace(each, bar=AmountBar(view.measure, max(1, round(value * 100 / top)), round(line * 100 / top)))
        if isinstance(value, int)
        else each
        for each, value in zip(lines, amounts, strict=True)
    )


def in_order(view: RankingView, rows: Sequence[Row]) -> list[Row]:
    """Rows by rank and then by amount, the least first; those without either stand last, in the order they came."""

    def place(row: Row) -> tuple[bool, int, bool, int]:
        first = [row.values.get(name) for name in (view.rank, view.measure)]
        rank, amount = (value if isinstance(value, int) else None for value in first)
        return rank is None, rank or 0, amount is None, amount or 0

    return sorted(rows, key=place)
