"""The pages of a list: which one this is, those before and after it, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ayan.apps.catalog.explorer.state import PAGE_SIZES, ExplorerState
from ayan.apps.catalog.limits import EXPLORER_PAGE, MOST_PAGED_ROWS
from ayan.core.query.answer import Answer, Snapshot
from ayan.core.query.query_service import QueryService

# Pages told on either side of this one.
BESIDE = 2


@dataclass(frozen=True, slots=True)
class PageLink:
    """One page by its number; ``gap`` where others are left out before it."""

    number: int
    address: str
    current: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """What stands under a list: ``first`` to ``last`` are the places of its rows in the whole, 0 where not known.

    Addresses are empty where there is no such page.
    """

    before: str = ""
    after: str = ""
    beginning: str = ""
    numbers: tuple[PageLink, ...] = ()
    sizes: tuple[tuple[int, str, bool], ...] = ()
    first: int = 0
    last: int = 0


def started(reader: QueryService, ask: ExplorerState, snapshot: Snapshot) -> ExplorerState | None:
    """The state with the cursor behind the rows of the pages before its own; None where it lies behind the end."""
    question = ask.question
    passed = (ask.page - 1) * question.limit
    if question.cursor or not passed:
        return ask
    field = question.sort.field if question.sort else ask.dataset.published[0].name
    before = replace(question, size=passed, fields=(field,), count=False)
    following = reader.rows(ask.dataset, before, snapshot).next
    return replace(ask, question=replace(question, cursor=following)) if following else None


def pager(ask: ExplorerState, answer: Answer, rows: int | None) -> Pager:
    """The pages round the rows of an answer; ``rows`` are those of the whole result, where they are known."""
    question = ask.question
    size = question.limit
    numbered = not question.cursor
    most = MOST_PAGED_ROWS // size
    following = replace(ask, question=replace(question, cursor=answer.next)).address if answer.next else ""
    if numbered and ask.page < most and following:
        following = ask.at_page(ask.page + 1).address
    first = (ask.page - 1) * size + 1 if numbered and answer.rows else 0
    return Pager(
        before=ask.at_page(ask.page - 1).address if numbered and ask.page > 1 else "",
        after=following,
        beginning="" if numbered else ask.but().address,
        numbers=tuple(_numbers(ask, -(-rows // size), most)) if numbered and rows is not None and rows > size else (),
        sizes=tuple(
            (each, ask.but(size=each).address, each == question.size)
            for each in PAGE_SIZES
            if answer.next or question.cursor or ask.page > 1 or each <= (question.size or EXPLORER_PAGE)
        ),
        first=first,
        last=first + len(answer.rows) - 1 if first else 0,
    )


def _numbers(ask: ExplorerState, last: int, most: int) -> Iterator[PageLink]:
    wanted = {1, *range(ask.page - BESIDE, ask.page + BESIDE + 1)}
    wanted |= {last} if last <= most else set()
    before = 0
    for number in sorted(each for each in wanted if 1 <= each <= min(last, most)):
        yield PageLink(number, ask.at_page(number).address, number == ask.page, gap=number > before + 1)
        before = number
