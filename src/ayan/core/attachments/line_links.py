"""Lines of a document by which an officer says: here stands this value of the row.

Such a link is part of the document's own row, so that it is approved, sealed and proved as the row is: the name of the
field, page and line from 1, and a mark of the value that stood in the row then. A row whose value is another one by now
is not said to be what the line says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ayan.core.attachments.limits import MOST_LINKS
from ayan.core.documents.document_text import PageText
from ayan.core.documents.drawn_page import BLACK
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

_LINK: Final = re.compile(r"([a-z][a-z0-9_]{0,62})=([1-9][0-9]{0,5}):([1-9][0-9]{0,5})/([a-p]{16})", re.ASCII)
# A mark has letters alone, so that nobody's guard takes a run of its digits for a number of a person.
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_NOTHING: Final = f" \t{BLACK}"


class BadLinks(ValueError):
    """A text that is no list of links."""


@dataclass(frozen=True, slots=True, order=True)
class LineLink:
    """A field of the row and the line in which its value stands; ``mark`` is that of the value (`value_mark`)."""

    field: str
    page: int
    line: int
    mark: str

    def is_of(self, value: object) -> bool:
        """Whether it was made for this very value."""
        return self.mark == value_mark(self.field, value)


@dataclass(frozen=True, slots=True)
class LinePlace:
    """A line of a page, both counted from 1."""

    page: int
    line: int


@dataclass(frozen=True, slots=True)
class LinkedLine:
    """A value of the record and the line that an officer named for it.

    ``still`` says that the record has the very value for which that was done, which alone is shown beside the line.
    """

    field: Field
    value: object
    place: LinePlace
    still: bool


def linked_lines(dataset: Dataset, row: Row | None, links: Iterable[LineLink]) -> list[LinkedLine]:
    """The lines that officers named for values of a record, in the order of the fields.

    A field that is not shown whole any more has none.
    """
    by_name = {link.field: link for link in links}
    linked = []
    for field in dataset.published:
        link = by_name.get(field.name)
        if link is None or field.shown != "public":
            continue
        value = row.values.get(field.name) if row is not None else None
        linked.append(LinkedLine(field, value, LinePlace(link.page, link.line), still=link.is_of(value)))
    return linked


def value_mark(field: str, value: object) -> str:
    """The first 64 bits of the SHA-256 of ``field``, a line end and the value, in 16 letters from a (0) to p (15).

    Numbers are written in decimal digits without zeros at their end, days as year-month-day, all else as it is stored.
    """
    return hashlib.sha256(f"{field}\n{_plain(value)}".encode()).hexdigest()[:16].translate(_LETTERS)


def read_links(text: str) -> tuple[LineLink, ...]:
    """The links that a row states, each field once, in the order of the fields' names; BadLinks."""
    links = []
    for part in text.split():
        match = _LINK.fullmatch(part)
        if match is None:
            raise BadLinks(part[:100])
        links.append(LineLink(match[1], int(match[2]), int(match[3]), match[4]))
    if len(links) > MOST_LINKS or len({link.field for link in links}) < len(links) or links != sorted(links):
        raise BadLinks(text[:100])
    return tuple(links)


def links_text(links: Iterable[LineLink]) -> str:
    """Links as a row states them: ``amount=2:7/abcdefghijklmnop``, parted by spaces."""
    return " ".join(f"{link.field}={link.page}:{link.line}/{link.mark}" for link in sorted(links))


def line_at(pages: Sequence[PageText], page: int, line: int) -> str | None:
    """The text of a line, both counted from 1; None where there is none, or all of it is covered."""
    for each in pages:
        if each.number == page and 1 <= line <= len(each.lines):
            text = each.lines[line - 1].text
            return text if text.strip(_NOTHING) else None
    return None


def still_there(
    links: Iterable[LineLink], before: Sequence[PageText], after: Sequence[PageText]
) -> tuple[tuple[LineLink, ...], tuple[LineLink, ...]]:
    """The links whose line reads in another copy as it did before, and those whose line does not."""
    kept, lost = list[LineLink](), list[LineLink]()
    for link in links:
        text = line_at(after, link.page, link.line)
        same = text is not None and text == line_at(before, link.page, link.line)
        (kept if same else lost).append(link)
    return tuple(kept), tuple(lost)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        text = format(Decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else str(value)
