"""What programs are told of a document besides: lines that hold values of its row, and why places are black."""

from __future__ import annotations

from typing import TypedDict

from ayan.apps.documents.reader.page_view import row_of
from ayan.core.attachments.published_documents import PublishedDocument
from ayan.core.redaction.redaction_mark import REASONS
from ayan.core.values.label import Label
from ayan.ui.api.answers import WordsAnswer, words
from ayan.wiring import city


class ValueLineAnswer(TypedDict):
    """A line (page and line from 1) in which a value of the row is written, as an officer says.

    ``mark`` is that of the value that stood there then: the first 16 hexadecimal digits of the SHA-256 of the field's
    name, a line end and the value, written with the letters a (0) to p (15). ``holds`` says whether the row still has
    it, and is null where many documents are asked for.
    """

    field: str
    label: WordsAnswer
    page: int
    line: int
    mark: str
    holds: bool | None


class CoverReasonAnswer(TypedDict):
    """A reason for which places of a document are covered: the code that its row has, and what it is called."""

    code: str
    label: WordsAnswer


def value_lines(published: PublishedDocument, *, asks_row: bool = False) -> list[ValueLineAnswer]:
    """The lines that officers named for values of the row, in the order of the fields' names.

    Whether the row still has these values is told where ``asks_row``, which reads the row.
    """
    if not published.lines:
        return []
    current_city = city.current()
    shown = {field.name: field for field in current_city.registry.get(published.dataset).published}
    row = row_of(current_city, published) if asks_row else None
    return [
        {
            "field": link.field,
            "label": words(shown[link.field].label),
            "page": link.page,
            "line": link.line,
            "mark": link.mark,
            "holds": row is not None and link.is_of(row.values.get(link.field)) if asks_row else None,
        }
        for link in published.lines
        if link.field in shown and shown[link.field].shown == "public"
    ]


def reason_answers(reasons: str) -> list[CoverReasonAnswer]:
    """The reasons that a row has as codes, parted by spaces, each once."""
    codes = dict.fromkeys(reasons.split())
    return [{"code": code, "label": words(REASONS.get(code, Label(code, code)))} for code in codes]
