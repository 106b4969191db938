"""Lines of a document in which a value of its row may stand, for an officer to choose from; nothing is chosen here.

A value is looked for as it stands in the data, as a number in words or beside a scale, in toman, and as a day of either
calendar with the name of its month or without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from ayan.apps.documents.limits import FEWEST_PROPOSED, MOST_PLACES, MOST_PROPOSED_PAGES
from ayan.core.attachments.line_links import LinePlace, line_at
from ayan.core.document_index.asked_words import AskedWords, read
from ayan.core.document_index.page_words import words
from ayan.core.document_index.word_marks import marks
from ayan.core.documents.document_text import PageText
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.jalali import from_gregorian
from ayan.core.values.locale import PERSIAN
from ayan.core.values.month_names import MONTHS, MonthCalendar
from ayan.core.values.number_words import spelled_numbers

_QUOTES: Final = str.maketrans('«»“”"', "     ")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page with the words that it has, and the numbers that its lines spell out, each with its line from 1."""

    page: PageText
    text: str
    words: frozenset[str]
    spelled: Mapping[int, int]


def proposed_lines(
    fields: Sequence[tuple[Field, object]], pages: Sequence[PageText]
) -> dict[str, tuple[LinePlace, ...]]:
    """For each field with a value the first lines in which it may stand; none for fields without such a line."""
    looked = [
        _Page(page, page.text, frozenset(words(page.text, "joined")), _spelled(page))
        for page in pages[:MOST_PROPOSED_PAGES]
    ]
    proposed = {}
    for field, value in fields:
        places = {place for asked in _spellings(field, value) for place in _written(asked, looked)}
        places |= set(_in_words(field, value, looked))
        open_to_see = (each for each in places if line_at(pages, each.page, each.line) is not None)
        if first := sorted(open_to_see, key=lambda place: (place.page, place.line))[:MOST_PLACES]:
            proposed[field.name] = tuple(first)
    return proposed


def _spelled(page: PageText) -> dict[int, int]:
    """The numbers in words of a page, by their value the line where the first of them begins."""
    lines = [line.text for line in page.lines]
    first_lines: dict[int, int] = {}
    for number, text in enumerate(lines, 1):
        for spelled in spelled_numbers(text):
            first_lines.setdefault(spelled.value, number)
    for number, (text, following) in enumerate(pairwise(lines), 1):
        # One that goes on in the next line is another one than its beginning.
        for spelled in spelled_numbers(f"{text} {following}"):
            first_lines.setdefault(spelled.value, number)
    return first_lines


def _in_words(field: Field, value: object, pages: Sequence[_Page]) -> Iterator[LinePlace]:
    for number in _numbers(field, value):
        for each in pages:
            if (line := each.spelled.get(number)) is not None:
                yield LinePlace(each.page.number, line)


def _numbers(field: Field, value: object) -> Iterator[int]:
    """The whole numbers that say a value: itself, and a sum of money in toman."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
        return
    number = abs(int(value))
    if number < 10 ** (FEWEST_PROPOSED - 1):
        return
    yield number
    if field.kind.is_money and number % 10 == 0:
        yield number // 10


def _spellings(field: Field, value: object) -> Iterator[AskedWords]:
    for text in _texts(field, value):
        if len(text) < FEWEST_PROPOSED:
            continue
        try:
            yield read(PERSIAN.quoted(text.translate(_QUOTES)))
        except BadValue:
            continue


def _texts(field: Field, value: object) -> Iterator[str]:
    if isinstance(value, date):
        own = from_gregorian(value)
        yield from _days("jalali", own.year, own.month, own.day)
        yield from _days("gregorian", value.year, value.month, value.day)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        yield format(abs(Decimal(value)), "f")
        yield from map(str, _numbers(field, value))
    elif isinstance(value, str):
        entry = next((each for each in field.choices.entries if each.code == value), None) if field.choices else None
        yield from (value,) if entry is None else (entry.label.fa, entry.label.en)


def _days(calendar: MonthCalendar, year: int, month: int, day: int) -> Iterator[str]:
    yield f"{year} {month} {day}"
    yield f"{day} {month} {year}"
    for name, named in MONTHS.items():
        if named == (calendar, month):
            yield f"{day} {name} {year}"
            yield f"{name} {day} {year}"


def _written(asked: AskedWords, pages: Sequence[_Page]) -> Iterator[LinePlace]:
    needed = set(asked.pieces[0].forms[-1].words)
    for each in pages:
        if needed <= each.words:
            for mark in marks(each.text, asked):
                yield LinePlace(each.page.number, each.text.count("\n", 0, mark.start) + 1)
