"""Which line of an attached document holds which value of its row: what an officer chose, and what of it still holds.

Nothing is chosen by itself. What was chosen is seen beside the line's own text by whoever sends and whoever approves,
and goes out as part of the document's row; a line that another copy covers or changes loses its link, and is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import User
from ayan.apps.desk.access import about_dataset
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.documents import document_acts
from ayan.apps.documents.models import Attachment, AttachmentState
from ayan.apps.documents.proposed_lines import proposed_lines
from ayan.core.attachments.limits import MOST_LINKS
from ayan.core.attachments.line_links import LineLink, LinePlace, line_at, links_text, read_links, value_mark
from ayan.core.documents.document_text import PageText
from ayan.core.query.answer import Row
from ayan.core.query.keys import find, joined_key
from ayan.core.query.question import Question
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.wiring import city


class CopyOutdated(DeskRefused):
    """The lines are those of another copy than the one that stands now."""

    code = "copy-outdated"
    fa = "پس از باز شدن این صفحه، نسخهٔ عمومی از نو ساخته شده است. سطرها را دوباره ببینید و برگزینید."
    en = "The public copy was made anew since this page was opened. Look at the lines and choose again."
    status = 409


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """A line with its text."""

    page: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class LinkedValue:
    """A value of the row: the line that was chosen for it, if any, and lines that may hold it.

    ``changed`` says that the row had another value when the line was chosen.
    """

    field: Field
    value: object
    chosen: OfferedLine | None
    changed: bool
    offered: tuple[OfferedLine, ...] = ()


def row_of(attachment: Attachment) -> tuple[Dataset, Row | None]:
    """The dataset of the row that a document belongs to, and the row as it is published now; None without one."""
    current_city, dataset = city.current(), _dataset(attachment)
    snapshot = current_city.query_service.snapshot(dataset, Question(slug=dataset.slug))
    rows = find(current_city.query_service, as_asked(dataset), joined_key(attachment.row), snapshot)
    return dataset, rows[0] if rows else None


def _dataset(attachment: Attachment) -> Dataset:
    registry = city.current().registry
    companion = registry.get(attachment.companion).companion
    assert companion is not None  # noqa: S101 - documents are attached to companions alone
    return registry.get(companion.of)


def linkable(dataset: Dataset, row: Row) -> list[tuple[Field, object]]:
    """The values of a row that a line may be chosen for: those that everybody sees whole."""
    shown = (field for field in dataset.published if field.shown == "public" and not field.kind.is_shape)
    return [(field, value) for field in shown if (value := row.values.get(field.name)) is not None][:MOST_LINKS]


def linked_values(attachment: Attachment, pages: Sequence[PageText]) -> list[LinkedValue]:
    """The values that a line was chosen for, with its text."""
    links = read_links(attachment.links)
    if not links:
        return []
    dataset, row = row_of(attachment)
    shown, linked = {field.name: field for field in dataset.published}, []
    for link in links:
        text = line_at(pages, link.page, link.line)
        if link.field in shown and text is not None:
            value = row.values.get(link.field) if row else None
            chosen = OfferedLine(link.page, link.line, text)
            linked.append(LinkedValue(shown[link.field], value, chosen, changed=not link.is_of(value)))
    return linked


def offered_values(attachment: Attachment, pages: Sequence[PageText]) -> list[LinkedValue]:
    """All values of the row that a line may be chosen for, with the lines that may hold them."""
    dataset, row = row_of(attachment)
    if row is None:
        return []
    values = linkable(dataset, row)
    chosen = {link.field: link for link in read_links(attachment.links)}
    proposed = proposed_lines(values, pages)
    offered = []
    for field, value in values:
        link = chosen.get(field.name)
        own = LinePlace(link.page, link.line) if link is not None else None
        places = dict.fromkeys((*([own] if own else []), *proposed.get(field.name, ())))
        lines = [
            OfferedLine(place.page, place.line, text)
            for place in places
            if (text := line_at(pages, place.page, place.line)) is not None
        ]
        standing = next((line for line in lines if own == LinePlace(line.page, line.line)), None)
        changed = link is not None and not link.is_of(value)
        offered.append(LinkedValue(field, value, standing, changed, tuple(lines)))
    return offered


def names_of(attachment: Attachment, fields: Sequence[str], lang: Lang) -> list[str]:
    """What fields of the row's dataset are called."""
    if not fields:
        return []
    labels = {field.name: field.label for field in _dataset(attachment).fields}
    return [labels[name].of(lang) if name in labels else name for name in fields]


def choose(
    actor: User, key: UUID, turn: int, pages: Sequence[PageText], wanted: Mapping[str, tuple[int, int] | None]
) -> None:
    """Let these fields stand in these lines (page and line from 1), and no others. Http404, DeskRefused, CopyOutdated.

    ``turn`` and ``pages`` are those of the copy that was looked at.
    """
    with transaction.atomic():
        attachment = document_acts.own(actor, key, lock=True)
        if attachment.state != AttachmentState.READY or attachment.turn != turn:
            raise CopyOutdated
        dataset, row = row_of(attachment)
        links = []
        for field, value in linkable(dataset, row) if row else ():
            place, box = wanted.get(field.name), f"page-{field.name}"
            if place is None:
                continue
            if line_at(pages, *place) is None:
                raise DeskRefused(
                    "سطری که برای «{name}» نوشته‌اید در این سند نیست، یا همهٔ آن پوشیده است.",
                    "The line that you gave for “{name}” is not in this document, or all of it is covered.",
                    box,
                ).format(name=field.label)
            links.append(LineLink(field.name, *place, value_mark(field.name, value)))
        attachment.links, attachment.unlinked = links_text(links), ""
        attachment.save(update_fields=["links", "unlinked"])
        about = about_dataset(actor, "submission.create", attachment.companion)
        audit.record(actor, "submission.create", about, period=attachment.period, did="link", lines=len(links))
