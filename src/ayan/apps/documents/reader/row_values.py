"""Where the values of a record stand in its document in the same words; never a guess."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ayan.apps.documents.limits import FEWEST_DIGITS, FEWEST_SIGNS, MOST_PLACES, MOST_VALUES
from ayan.core.attachments.line_links import LinePlace
from ayan.core.document_index.asked_words import AskedWords, read
from ayan.core.document_index.page_words import words
from ayan.core.document_index.word_marks import marks
from ayan.core.documents.document_text import PageText
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.jalali import from_gregorian
from ayan.core.values.locale import PERSIAN


@dataclass(frozen=True, slots=True)
class PlacedValue:
    """A value of the record, and the first lines in which it is written."""

    field: Field
    value: object
    places: tuple[LinePlace, ...]


def placed_values(dataset: Dataset, row: Row, pages: Sequence[PageText]) -> list[PlacedValue]:
    """The values that are long enough to stand there for what they are, in the order of the fields."""
    texts = [(page, page.text, frozenset(words(page.text, "joined"))) for page in pages]
    placed = []
    for field in dataset.published[:MOST_VALUES]:
        value = row.values.get(field.name)
        spellings = list(_spellings(field, value))
        places = [place for asked in spellings for place in _places(asked, texts)]
        if places:
            first = sorted(set(places), key=lambda place: (place.page, place.line))[:MOST_PLACES]
            placed.append(PlacedValue(field, value, tuple(first)))
    return placed


def _spellings(field: Field, value: object) -> Iterator[AskedWords]:
    """How a value is written in documents; nothing for one that is too short to be told from others."""
    if isinstance(value, bool) or value is None:
        return
    text = str(value)
    if isinstance(value, date):
        own = from_gregorian(value)
        text = f"{own.year}/{own.month}/{own.day}"
    elif isinstance(value, int):
        if len(text.lstrip("-")) < FEWEST_DIGITS:
            return
    elif not field.kind.is_code or len(text) < FEWEST_SIGNS:
        return
    try:
        yield read(PERSIAN.quoted(text))
    except BadValue:
        return


def _places(asked: AskedWords, texts: Sequence[tuple[PageText, str, frozenset[str]]]) -> Iterator[LinePlace]:
    needed = set(asked.pieces[0].forms[-1].words)
    for page, text, held in texts:
        if needed <= held:
            for mark in marks(text, asked):
                yield LinePlace(page.number, text.count("\n", 0, mark.start) + 1)
