"""The documents of a row, as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.template import Context
from django.urls import reverse

from ayan.core.attachments.document_files import MEDIA_TYPES
from ayan.core.attachments.line_links import LinkedLine, linked_lines
from ayan.core.attachments.published_documents import PublishedDocument, newest
from ayan.core.query.answer import Row
from ayan.core.schema import companions
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.ui.contract import page_of
from ayan.wiring import city

register = template.Library()


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A value of the record and the line of a document in which it is written, with the address of that line."""

    linked: LinkedLine
    address: str


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document with its addresses: the page that people read, empty where there is none, and its bytes.

    ``lines`` are told of the newest version alone.
    """

    published: PublishedDocument
    page: str
    file: str
    format: str
    newest: bool
    lines: tuple[ShownLine, ...]


@register.simple_tag(takes_context=True)
def documents_of(context: Context, dataset: Dataset, row: Row) -> Sequence[ShownDocument] | None:
    """The documents of a row, or the one that a row of documents is; None where its dataset declares none."""
    standing = city.current().documents
    lang, reader = locale.known(context.get("lang")), page_of("document")
    declared = dataset.companion
    if declared is None and dataset.slug not in standing.companions:
        return None
    of, key = (declared.of, declared.row_key) if declared is not None else (dataset.slug, dataset.key)
    published = standing.of_row(of, [row.values.get(name) for name in key])
    main = city.current().registry.get(of)
    values = row if declared is None else None
    last = newest(published)
    return [
        ShownDocument(
            each,
            reverse(f"{lang}:{reader.page}", args=[each.digest]) if reader else "",
            reverse("document_file", args=[each.digest]),
            MEDIA_TYPES.get(each.media_type, "").upper(),
            is_newest := each in last,
            tuple(
                ShownLine(linked, _line_address(lang, each.digest, linked))
                for linked in linked_lines(main, values, each.lines)
                if is_newest and reader and (linked.still or values is None)
            ),
        )
        for each in published
        if declared is None or each.digest == row.values.get(companions.DIGEST)
    ]


def _line_address(lang: str, digest: str, linked: LinkedLine) -> str:
    page = reverse(f"{lang}:document_reader_page", args=[digest, linked.place.page])
    return f"{page}#l{linked.place.line}"
