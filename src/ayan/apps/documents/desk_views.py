"""The desk's pages of documents: one is attached to a row, its pages are looked at, and it goes into a submission."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.desk import selectors
from ayan.apps.desk.access import Permissions
from ayan.apps.desk.files import uploads
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken, UploadTooLarge
from ayan.apps.desk.submission_page import as_file, officer, whole
from ayan.apps.documents import cover_list, document_acts, document_originals, line_linking
from ayan.apps.documents.cover_list import PlacesLost
from ayan.apps.documents.document_acts import DocumentRow, DocumentWords
from ayan.apps.documents.limits import (
    LARGEST_ATTACHED,
    LONGEST_TITLE,
    LONGEST_WORDS,
    NARROWEST_PLACE,
    PAGE_DOTS,
    PAGES_SHOWN,
)
from ayan.apps.documents.models import GIVEN_UP, Attachment, AttachmentState
from ayan.apps.documents.preparation import PLACES_LOST
from ayan.core.attachments.document_files import PDF
from ayan.core.attachments.page_texts import read_text
from ayan.core.custody.prepared_documents import PreparedDocuments, PreparedLost
from ayan.core.documents.document_text import Box, PageText
from ayan.core.query.keys import joined_key, natural
from ayan.core.query.problem import BadQuestion
from ayan.core.query.values import as_asked
from ayan.core.redaction.covered_places import CoveredPlaces, over_whole_lines
from ayan.core.redaction.public_copy import LEFT_OUT, draw_page
from ayan.core.redaction.redaction_mark import REASONS, RedactionMark
from ayan.core.schema.companions import DOCUMENT_LANGUAGES, direction_of
from ayan.core.values.digits import to_latin
from ayan.core.values.jalali import FIRST_YEAR, LAST_YEAR, NotADate, parse_jalali, to_gregorian
from ayan.core.values.label import Label, label_of
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import publish
from ayan.ui import language
from ayan.wiring import city

EDGES: Final = {
    "top": Label("از بالا", "From above"),
    "bottom": Label("تا", "Down to"),
    "left": Label("از چپ", "From the left"),
    "right": Label("تا", "Across to"),
}
"""The edges of a place on a page, in hundredths of its height and width."""


@csrf_exempt
def new(request: HttpRequest) -> HttpResponse:
    """``dataset`` and ``row`` of the address name the row. The form is read once it is known who sends it."""
    try:
        row = document_acts.row_of(officer(request), request.GET.get("dataset", ""), request.GET.get("row", ""))
    except BadQuestion:
        raise Http404 from None
    if request.method == "POST":
        with uploads.receiving(request, uploads.incoming(), LARGEST_ATTACHED) as handler:
            return _attached(request, row, handler)
    return _form(request, row, None)


@csrf_protect
def _attached(request: HttpRequest, row: DocumentRow, handler: uploads.PrivateUpload) -> HttpResponse:
    request.POST  # noqa: B018 - reading it is what brings the file in
    try:
        if handler.too_large:
            raise UploadTooLarge(
                "سند بزرگ‌تر از {most} مگابایت است. آن را چند پاره کنید.",
                "The document is larger than {most} MB. Split it.",
                field="file",
            ).format(most=LARGEST_ATTACHED >> 20)
        if not handler.received or not handler.received[-1].size:
            raise DeskRefused("سندی انتخاب نشده یا خالی است.", "No document was chosen, or it is empty.", "file")
        attachment = document_acts.attach(officer(request), row, _words(request), handler.received[-1])
    except Refusal as wrong:
        return _form(request, row, wrong)
    return _to(request, "desk_attachment", attachment.pk)


def _form(request: HttpRequest, row: DocumentRow, refusal: Refusal | None) -> HttpResponse:
    lang, declared = language.of(request), row.companion.companion
    newest = {(each.kind, each.series): each for each in reversed(row.documents)}
    context: dict[str, Any] = {
        "row": row,
        "key": row.texts,
        "waiting": document_acts.waiting_of(officer(request), row),
        "kinds": [(kind.code, kind.label.of(lang)) for kind in declared.kinds] if declared else [],
        "languages": [(code, each.name.of(lang)) for code, each in DOCUMENT_LANGUAGES.items()],
        "renewable": [
            (f"{kind}:{series}", f"{each.kind_label.of(lang)}: {each.title.of(lang)}")
            for (kind, series), each in sorted(newest.items())
        ],
        "said": {name: request.POST.get(name, "") for name in ("kind", "title", "dated", "source", "renews")},
        "language": request.POST.get("language", declared.kinds[0].language if declared else "fa"),
        "most": LARGEST_ATTACHED >> 20,
        "longest": LONGEST_TITLE,
        "wrong": refusal.field if refusal else "",
        "fault": refusal.of(lang) if refusal else "",
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "documents/attach.html", context, refusal=refusal)


def _words(request: HttpRequest) -> DocumentWords:
    """What the form says of a document. Raises DeskRefused for a day that is none."""
    said = {name: publish(request.POST.get(name, "").strip()) or "" for name in ("title", "source")}
    return DocumentWords(
        kind=request.POST.get("kind", ""),
        title=said["title"],
        dated=_day(request.POST.get("dated", "").strip()),
        language=request.POST.get("language", ""),
        source=said["source"],
        renews=request.POST.get("renews", ""),
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    latin = to_latin(text).replace("/", "-")
    try:
        if FIRST_YEAR <= int(latin[:4]) <= LAST_YEAR:
            return to_gregorian(parse_jalali(latin))
        return date.fromisoformat(latin)
    except (NotADate, ValueError):
        raise DeskRefused(
            "تاریخ را مثل 1403-05-12 بنویسید یا خالی بگذارید.",
            "Write the date like 1403-05-12, or leave it empty.",
            "dated",
        ) from None


@require_http_methods(["GET", "HEAD", "POST"])
def attachment(request: HttpRequest, key: UUID) -> HttpResponse:
    """A document with its pages as everybody will see them; POST says what is covered, or puts it into a submission."""
    who, refusal = officer(request), None
    if request.method == "POST":
        try:
            match request.POST.get("do"):
                case "send":
                    return _to(request, "desk_diff", document_acts.put_in(who, key))
                case "remove":
                    document_acts.remove(who, key)
                    return _to(request, "desk")
                case "take-out":
                    shown = document_acts.visible(who, key)
                    document_acts.take_out(who, key)
                    return _to(request, "desk_attachment", key) if shown.by_id == who.pk else _to(request, "desk")
                case "place":
                    page = whole(request.POST.get("page", "")) or 0
                    mark = _mark(request, document_acts.own(who, key), page)
                    document_acts.cover_place(who, key, mark)
                    return HttpResponseRedirect(f"{request.path}?from={_first_shown(page)}")
            kept = [number for text in request.POST.getlist("kept") if (number := whole(text)) is not None]
            page = whole(request.POST.get("page", "")) or 0
            words, reason = request.POST.get("words", ""), request.POST.get("reason", "")
            document_acts.cover(who, key, kept, words, reason, page)
            return HttpResponseRedirect(request.path)
        except Refusal as wrong:
            refusal = wrong
    return _shown(request, document_acts.visible(who, key), refusal)


def _to(request: HttpRequest, name: str, *steps: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"{language.of(request)}:{name}", args=steps))


def _first_shown(page: int) -> int:
    """The first page of the page of the desk that shows this one."""
    return (page - 1) // PAGES_SHOWN * PAGES_SHOWN + 1


def _mark(request: HttpRequest, shown: Attachment, number: int) -> RedactionMark:
    """The place that somebody names by its edges, in hundredths of the page from above and from the left.

    DeskRefused where it is none.
    """
    seen = next((page for page in copy_pages(shown) if page.number == number), None)
    if seen is None or seen.size is None:
        raise DeskRefused("این سند چنین صفحه‌ای ندارد.", "The document has no such page.")
    shares: dict[str, float] = {}
    for name in EDGES:
        try:
            share = float(to_latin(request.POST.get(name, "")).strip().replace("٫", ".").rstrip("%٪") or "x")
        except ValueError:
            share = -1.0
        if not 0 <= share <= 100:
            field = f"{name}-{number}"
            raise DeskRefused(
                "هر لبه را با عددی از ۰ تا ۱۰۰ بنویسید.", "Write each edge as a number from 0 to 100.", field
            )
        shares[name] = share / 100
    (width, height), (left, right) = seen.size, sorted((shares["left"], shares["right"]))
    top, bottom = sorted((shares["top"], shares["bottom"]))
    if (right - left) * width < NARROWEST_PLACE or (bottom - top) * height < NARROWEST_PLACE:
        field = f"top-{number}"
        raise DeskRefused(
            "این جا پهنا یا بلندی ندارد. لبه‌ها را از خط‌های روی تصویر بخوانید.",
            "This place has no width or no height. Read the edges from the lines on the picture.",
            field,
        )
    box = Box(left * width, (1 - bottom) * height, right * width, (1 - top) * height)
    return RedactionMark(number, request.POST.get("reason", ""), over_whole_lines(box, seen))


def _shown(request: HttpRequest, shown: Attachment, refusal: Refusal | None) -> HttpResponse:
    lang = language.of(request)
    first = min(max(1, whole(request.GET.get("from", "")) or 1), max(1, shown.pages))
    numbers = range(first, min(shown.pages, first + PAGES_SHOWN - 1) + 1)
    read = {page.number: page for page in copy_pages(shown)} if shown.digest else {}
    covered, lost = _covered(shown)
    editable = shown.submission_id is None and shown.by_id == officer(request).pk
    context: dict[str, Any] = {
        "shown": shown,
        "dataset": city.current().registry.get(shown.companion),
        "busy": shown.state == AttachmentState.PREPARING,
        "progress": shown.progress and dict(zip(("step", "done", "pages"), shown.progress, strict=True)),
        "refused": shown.state == AttachmentState.REFUSED,
        "trouble": label_of(shown.trouble).of(lang) if shown.trouble else lost and lost.of(lang),
        "pages": [_page(number, read.get(number)) for number in numbers],
        "drawn": shown.media_type == PDF,
        "direction": direction_of(shown.language),
        "earlier": max(1, first - PAGES_SHOWN) if first > 1 else None,
        "later": first + PAGES_SHOWN if first + PAGES_SHOWN <= shown.pages else None,
        "places": [
            {"number": at, "page": each.mark.page, "why": REASONS[each.mark.reason].of(lang), "kept": each.kept}
            for at, each in enumerate(covered.places, 1)
        ],
        "reasons": [(code, words.of(lang)) for code, words in REASONS.items()],
        "left_out": [
            {"what": LEFT_OUT[kind].of(lang), "page": page, "count": count}
            for kind, page, count in shown.left_out
            if kind in LEFT_OUT
        ],
        "linked": line_linking.linked_values(shown, list(read.values())),
        "unlinked": line_linking.names_of(shown, shown.unlinked.split(), lang),
        "former": _more_covered_before(shown, len(covered.marks)),
        "editable": editable,
        "said": _said(request) if refusal else {},
        "wrong": refusal.field if refusal else "",
        "edges": [(name, words.of(lang)) for name, words in EDGES.items()],
        "marks_of_ruler": range(10, 100, 10),
        "takeable": _may_be_taken_out(request, shown),
        "original": document_originals.original_of(shown),
        "may_take": document_originals.may_take(officer(request), shown),
        "take_reasons": [(code, words.of(lang)) for code, words in document_originals.reasons()],
        "longest": LONGEST_WORDS,
        "taken": refusal.other if isinstance(refusal, PeriodTaken) else "",
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "documents/attachment.html", context, refusal=refusal)


@require_http_methods(["POST"])
def original(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The original as it was attached, for a reason that stays in the trail."""
    try:
        shown, pieces = document_originals.give_out(officer(request), key, request.POST.get("taken-for", ""))
    except Refusal as wrong:
        return _shown(request, document_acts.visible(officer(request), key), wrong)
    return StreamingHttpResponse(pieces, headers=as_file(shown.name))


@require_http_methods(["GET", "HEAD"])
def page_picture(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """One page of the public copy as a picture; never of the original."""
    shown = document_acts.visible(officer(request), key)
    if not 1 <= number <= shown.pages or shown.media_type != PDF:
        raise Http404
    store = city.current().publish_context.private_store
    with store.scratch_folder() as scratch:
        try:
            copy = PreparedDocuments(store).copy_into(shown.digest, scratch, "copy")
        except PreparedLost:
            copy = _published(shown)
        picture = draw_page(copy, number, PAGE_DOTS, scratch)
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "private, no-store"})


def _published(shown: Attachment) -> Any:
    """The bytes of a document that a release has by now. Raises Http404."""
    documents = city.current().documents
    standing = documents.document(shown.digest)
    if standing is None:
        raise Http404
    return documents.bytes_of(standing)


def _page(number: int, read: PageText | None) -> dict[str, Any]:
    lines = [line.text for line in read.lines] if read else ()
    return {"number": number, "lines": lines, "machine_read": read.machine_read if read else None}


def copy_pages(shown: Attachment) -> Sequence[PageText]:
    """The text of the public copy's pages; none once it is neither prepared nor published."""
    store = city.current().publish_context.private_store
    try:
        return read_text(PreparedDocuments(store).text(shown.digest, shown.text_digest))
    except PreparedLost:
        documents = city.current().documents
        standing = documents.document(shown.digest)
        return documents.text_of(standing) if standing else ()


def _covered(shown: Attachment) -> tuple[CoveredPlaces, Label | None]:
    """What of a document is covered, or why that cannot be said."""
    try:
        return cover_list.read(shown), None
    except PlacesLost:
        return CoveredPlaces(), PLACES_LOST


def _more_covered_before(shown: Attachment, count: int) -> int:
    """How many places of the version before it are covered, where this one has fewer; else 0."""
    current_city = city.current()
    companion = current_city.registry.get(shown.companion).companion
    if companion is None or shown.version == 1:
        return 0
    key = natural(as_asked(current_city.registry.get(companion.of)), joined_key(shown.row))
    before = [
        each.redactions
        for each in current_city.documents.of_row(companion.of, list(key.values()))
        if (each.kind, each.series) == (shown.kind, shown.series) and each.version < shown.version
    ]
    most = max(before, default=0)
    return most if most > count else 0


def _said(request: HttpRequest) -> dict[str, Any]:
    """What was typed about a page, so that it stands there again when it was refused."""
    names = (*EDGES, "reason", "words", "do")
    return {name: request.POST.get(name, "") for name in names} | {"page": whole(request.POST.get("page", "")) or ""}


def _may_be_taken_out(request: HttpRequest, shown: Attachment) -> bool:
    submission = shown.submission
    if submission is None or not (submission.takes_data or submission.state in GIVEN_UP):
        return False
    return Permissions(officer(request), submission).may("submission.edit")
