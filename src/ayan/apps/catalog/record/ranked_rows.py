"""Rows that compete for one thing, such as the bids of a tender: the winner first, then by rank and amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ayan.apps.catalog.explorer import result_table
from ayan.apps.catalog.explorer.result_table import TableLine
from ayan.apps.catalog.limits import MOST_RANKED
from ayan.apps.catalog.record.related_rows import RelatedRows
from ayan.core.query.answer import Answer, Row
from ayan.core.query.question import Question, Sort
from ayan.core.schema.field import Field
from ayan.core.schema.view import RankingView
from ayan.wiring.city import City

WINNER: Final = 1


def ranking_of(related: RelatedRows) -> RankingView | None:
    """How the rows rank among each other; None where they do not all compete for the same thing."""
    view = related.dataset.view(RankingView)
    return view if view is not None and view.by == related.field.name and related.condition.op == "eq" else None


def ranked_lines(
    city: City, related: RelatedRows, view: RankingView, answer: Answer, shown: Sequence[Field]
) -> tuple[TableLine, ...]:
    """The first lines by rank; ``answer`` holds the rows in another order, and maybe not all of them.

    Raises Unanswered where the others must be asked for and cannot be read in time.
    """
    rows = answer.rows
    if answer.next is not None:
        ask = Question(slug=related.dataset.slug, filters=related.conditions, sort=Sort(view.rank), size=MOST_RANKED)
        rows = city.query_service.rows(related.dataset, ask, answer.snapshot).rows
    first = in_order(view, rows)[:MOST_RANKED]
    lines = result_table.lines(related.dataset, first, shown)
    return tuple(
        replace(line, mark=view.title) if row.values.get(view.rank) == WINNER else line
        for row, line in zip(first, lines, strict=True)
    )


def in_order(view: RankingView, rows: Sequence[Row]) -> list[Row]:
    """Rows by rank and then by amount, the least first; those without either stand last, in the order they came."""

    def place(row: Row) -> tuple[bool, int, bool, int]:
        first = [row.values.get(name) for name in (view.rank, view.measure)]
        rank, amount = (value if isinstance(value, int) else None for value in first)
        return rank is None, rank or 0, amount is None, amount or 0

    return sorted(rows, key=place)
