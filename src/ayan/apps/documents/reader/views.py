"""The reader: a page of a document with its text and its picture, what differs between versions, and what has gone."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_context import published
from ayan.apps.catalog.record import records
from ayan.apps.documents import api
from ayan.apps.documents.limits import LONGEST_SEARCH
from ayan.apps.documents.reader import page_view
from ayan.apps.documents.reader.document_citation import page_citation
from ayan.apps.documents.reader.page_pictures import WIDTHS, has_pictures, page_picture
from ayan.apps.documents.reader.row_values import placed_values
from ayan.apps.documents.reader.version_difference import text_difference
from ayan.core.attachments.document_files import is_digest
from ayan.core.attachments.line_links import linked_lines
from ayan.core.attachments.published_documents import DocumentGone, PublishedDocument
from ayan.core.document_index import asked_words
from ayan.core.document_index.asked_words import AskedWords
from ayan.core.documents.document_text import PageText
from ayan.core.query.answer import ReleaseWithdrawn
from ayan.core.redaction.refusals import CopyRefused
from ayan.core.schema.companions import DOCUMENT_LANGUAGES, direction_of
from ayan.core.transparency.entries.statement import REASON_LABELS
from ayan.core.values import locale
from ayan.core.values.asked_value import BadValue
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.text import publish
from ayan.ui import language
from ayan.ui.component_parts import Crumb
from ayan.wiring import city

PAGE: Final = Label("صفحهٔ {number}", "Page {number}")
DIFFERENCE: Final = Label("تفاوت دو نسخه", "Difference of two versions")
NO_WORDS: Final = Label("واژه‌ای در آن نیست که بتوان جست.", "There is no word in it to search for.")
TOO_MANY: Final = Label("واژه‌ها بیش از اندازه است.", "These are too many words.")
"""Why a search within a document is not made."""


@published
def document(request: HttpRequest, digest: str) -> HttpResponse:
    """A document from its first page on."""
    return _page(request, digest, 1, is_front=True)


@published
def page(request: HttpRequest, digest: str, number: int) -> HttpResponse:
    """One page of it."""
    return _page(request, digest, number, is_front=False)


def _page(request: HttpRequest, digest: str, number: int, *, is_front: bool) -> HttpResponse:
    current_city, lang = city.current(), language.of(request)
    full = digest if len(digest) == 64 else current_city.documents.full_digest(digest)
    if full is not None and full != digest:
        steps = (full,) if is_front else (full, number)
        name = "document_reader" if is_front else "document_reader_page"
        return HttpResponseRedirect(page_context.address(request, name, *steps))
    rows = current_city.documents.by_digest(digest)
    if not rows:
        return _gone(request, digest)
    this_document = rows[0]
    try:
        pages = current_city.documents.text_of(this_document)
    except DocumentGone:
        raise Http404 from None
    this_page = next((each for each in pages if each.number == number), None)
    if this_page is None:
        raise Http404
    typed = publish(request.GET.get("q", "")[:LONGEST_SEARCH]).strip()
    asked, problem = _asked(typed)
    facts = _facts(request, this_document, pages)
    context = {
        "document": this_document,
        "rows": rows,
        "is_front": is_front,
        "page": this_page,
        "direction": direction_of(this_document.language),
        "lines": page_view.numbered_lines(this_page, asked, facts["linked"]),
        "links": page_view.page_links(number, this_document.pages),
        "before": number - 1,
        "after": number + 1 if number < this_document.pages else 0,
        "query": typed,
        "asked": asked,
        "problem": problem.of(lang) if problem else "",
        "page_hits": page_view.pages_with(current_city, this_document, pages, asked) if asked else [],
        "longest": LONGEST_SEARCH,
        **facts,
        "citation": page_citation(
            this_document,
            number,
            _lasting(request, digest, number),
            current_city.profile,
            today(current_city.clock),
            lang,
        ),
        "picture": _picture(this_document, number),
        "section": "data",
    }
    dataset = context["dataset"]
    title = this_document.title.of(lang)
    own = Crumb(title, page_context.address(request, "document_reader", digest))
    page_name = PAGE.of(lang).format(number=locale.of(lang).number(number))
    record = Crumb(context["row_title"], context["row_address"])
    context["crumbs"] = page_context.crumbs(request, dataset, record, *((own,) if is_front else (own, page_name)))
    context["page_name"] = page_name
    return render(request, "documents/reader/page.html", context)


def _asked(typed: str) -> tuple[AskedWords | None, Label | None]:
    """What is looked for within the document, or why nothing is."""
    if not typed:
        return None, None
    try:
        return asked_words.read(typed), None
    except BadValue as bad:
        return None, TOO_MANY if bad.code in ("too-many", "too-long") else NO_WORDS


def _facts(request: HttpRequest, this_document: PublishedDocument, pages: tuple[PageText, ...]) -> dict[str, Any]:
    """What is known of a document beside its text: its row, its versions, and where values of the row stand in it."""
    current_city, lang = city.current(), language.of(request)
    dataset = current_city.registry.get(this_document.dataset)
    row = page_view.row_of(current_city, this_document)
    slug, period, number = this_document.ref
    versions = page_view.versions(current_city, this_document)
    place = next((at for at, each in enumerate(versions) if each.digest == this_document.digest), 0)
    release = current_city.release_store.release(slug, period, number)
    linked = linked_lines(dataset, row, this_document.lines)
    linked_names = {each.field.name for each in linked if each.still}
    placed = placed_values(dataset, row, pages) if row else []
    return {
        "dataset": dataset,
        "companion": current_city.registry.get(slug),
        "row_title": records.title(dataset, row, lang) if row else " ".join(this_document.key),
        "row_address": page_context.address(request, "record", dataset.slug, "~".join(this_document.key)),
        "release": release,
        "language_label": known.name if (known := DOCUMENT_LANGUAGES.get(this_document.language)) else None,
        "format": page_view.FORMATS.get(this_document.media_type, this_document.media_type),
        "reasons": page_view.redaction_reasons(this_document),
        "document_versions": versions if len(versions) > 1 else [],
        "is_newest": place == 0,
        "newest_version": versions[0] if versions else this_document,
        "former": versions[place + 1] if place + 1 < len(versions) else None,
        "linked": linked,
        "placed": [each for each in placed if each.field.name not in linked_names],
        "row": row,
    }


def _lasting(request: HttpRequest, digest: str, number: int) -> str:
    return page_context.absolute(request, page_context.address(request, "document_reader_page", digest, number))


def _picture(this_document: PublishedDocument, number: int) -> str:
    if not has_pictures(this_document):
        return ""
    return reverse("document_picture", args=[this_document.digest, number])


def _gone(request: HttpRequest, digest: str) -> HttpResponse:
    """What is left of a document that no present release has, with the reason; Http404 where none ever had it."""
    current_city = city.current()
    gone = page_view.gone_document(current_city, digest) if is_digest(digest) else None
    if gone is None:
        raise Http404
    context = {
        "gone": gone,
        "crumbs": page_context.crumbs(request, gone.companion, digest[:16]),
        "section": "data",
        "reason": REASON_LABELS.get(gone.tombstone.code) if gone.tombstone else None,
    }
    if gone.tombstone is not None:
        refusal = ReleaseWithdrawn(gone.tombstone.code)
        return page_context.refuse(request, "documents/reader/gone.html", context, refusal)
    return render(request, "documents/reader/gone.html", context, status=HTTPStatus.GONE)


@published
def difference(request: HttpRequest, digest: str, other: str) -> HttpResponse:
    """What differs between the texts of two versions of a document, from ``other``, the older one, to this."""
    current_city, lang = city.current(), language.of(request)
    newer = current_city.documents.document(digest)
    if newer is None:
        return _gone(request, digest)
    older = next((each for each in page_view.versions(current_city, newer) if each.digest == other), None)
    if older is None and current_city.documents.document(other) is None:
        return _gone(request, other)
    if older is None or older.digest == newer.digest:
        raise Http404
    try:
        compared = text_difference(current_city.documents.text_of(older), current_city.documents.text_of(newer))
    except DocumentGone:
        raise Http404 from None
    own = Crumb(newer.title.of(lang), page_context.address(request, "document_reader", digest))
    dataset = current_city.registry.get(newer.dataset)
    context = {
        "newer": newer,
        "direction": direction_of(newer.language),
        "older": older,
        "difference": compared,
        "dataset": dataset,
        "crumbs": page_context.crumbs(request, dataset, own, DIFFERENCE.of(lang)),
        "section": "data",
    }
    return render(request, "documents/reader/difference.html", context)


@published
def picture(request: HttpRequest, digest: str, number: int) -> HttpResponse:
    """A page as a picture; ``width`` one of the widths in use."""
    typed = request.GET.get("width", str(WIDTHS[0]))
    this_document = city.current().documents.document(digest)
    if this_document is None:
        return _gone(request, digest)
    known = has_pictures(this_document) and 1 <= number <= this_document.pages
    if not known or typed not in map(str, WIDTHS):
        raise Http404
    try:
        drawn = page_picture(city.current(), this_document, number, int(typed))
    except (DocumentGone, CopyRefused):
        raise Http404 from None
    except BlockingIOError:
        response = HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "5"})
        response.headers["Cache-Control"] = "no-store"
        return response
    return HttpResponse(drawn, content_type="image/png", headers={"X-Content-Type-Options": "nosniff"})


def file(request: HttpRequest, digest: str) -> HttpResponseBase:
    """The exact bytes, as programs get them."""
    return api.file(request, digest)
