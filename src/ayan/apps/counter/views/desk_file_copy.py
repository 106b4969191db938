"""The officer's page of an attachment that its sender lets be public: its copy, page by page, and what is covered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.forms import problems
from ayan.apps.accounts.policy import require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.counter import file_copies, uploads
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.copy_models import CopyState
from ayan.apps.counter.file_copies import WantedCover
from ayan.apps.counter.limits import COPY_DOTS, COPY_PAGES_SHOWN, LONGEST_COVERED
from ayan.apps.counter.models import Case, FileCopy
from ayan.apps.counter.views.desk_case import case_or_404
from ayan.apps.desk.submission_page import whole
from ayan.core.attachments.reading_process import pages_of
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.redaction.public_copy import LEFT_OUT, MEDIA_TYPES, draw_page
from ayan.core.redaction.redaction_mark import REASONS
from ayan.core.system.files import PRIVATE, write
from ayan.core.values.label import Label, label_of
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city

AREA: Final[Mapping[str, Label]] = {
    "left": Label("از چپ", "From the left"),
    "top": Label("از بالا", "From the top"),
    "width": Label("پهنا", "Width"),
    "height": Label("بلندی", "Height"),
}
"""The boxes of an area, in hundredths of the page as it is shown."""


def _copy_or_404(request: HttpRequest, number: str, key: int) -> tuple[Case, FileCopy]:
    """The copy of a file of a case, for an officer who checks its words; Denied otherwise."""
    case = case_or_404(request, number)
    require(officer(request), "case.moderate", about(case))
    return case, get_object_or_404(FileCopy.objects.select_related("file__case"), file__case=case, file=key)


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """The copy as everybody would see it; POST covers more or less of it, lets it out, or holds it back."""
    case, shown = _copy_or_404(request, number, key)
    if request.method != "POST":
        return _page(request, case, shown)
    try:
        _judge(request, shown)
    except Refusal as wrong:
        shown.refresh_from_db()
        return _page(request, case, shown, wrong)
    if request.POST.get("do") == "cover":
        return HttpResponseRedirect(request.path)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_moderate", args=(case.number,)) + "#files")


def _judge(request: HttpRequest, shown: FileCopy) -> None:
    actor, said = officer(request), request.POST
    match said.get("do", ""):
        case "cover":
            kept = tuple(number for text in said.getlist("kept") if (number := whole(text)) is not None)
            page = whole(said.get("page", "")) or 0
            wanted = WantedCover(kept, said.get("words", ""), said.get("reason", ""), page, _area(said))
            file_copies.cover(actor, shown, wanted)
        case "publish":
            turn = whole(said.get("turn", ""))
            file_copies.let_out(actor, shown, -1 if turn is None else turn)
        case _:
            file_copies.hold_back(actor, shown, said.get("held", ""))


def _area(said: QueryDict) -> tuple[int, int, int, int] | None:
    """The area that is to be covered; None where nothing is typed, and one of no size where a number is lacking."""
    typed = [said.get(name, "").strip() for name in AREA]
    if not any(typed):
        return None
    left, top, width, height = (whole(text) for text in typed)
    return left or 0, top or 0, width or 0, height or 0


def _page(request: HttpRequest, case: Case, shown: FileCopy, refusal: Refusal | None = None) -> HttpResponse:
    lang = language.of(request)
    first = min(max(1, whole(request.GET.get("from", "")) or 1), max(1, shown.pages))
    numbers = range(first, min(shown.pages, first + COPY_PAGES_SHOWN - 1) + 1)
    # What was typed stands there again when it was refused.
    said = request.POST if refusal else QueryDict()
    covered = file_copies.covered_of(shown)
    drawn = shown.media_type == MEDIA_TYPES["pdf"]
    lines = {} if drawn or not shown.digest else _lines(shown)
    context: dict[str, Any] = {
        "case": case,
        "shown": shown,
        "name": uploads.name_of(shown.file),
        "busy": shown.state == CopyState.PREPARING,
        "ready": shown.state in (CopyState.READY, CopyState.PUBLISHED) and bool(shown.digest),
        "published": shown.state == CopyState.PUBLISHED,
        "own_cover": shown.covered_by_id == officer(request).pk,
        "declined": file_copies.HOLD_REASONS.get(shown.reason) if shown.state == CopyState.DECLINED else None,
        "trouble": label_of(shown.trouble).of(lang) if shown.trouble else "",
        "drawn": drawn,
        "pages": [{"number": number, "lines": lines.get(number, ())} for number in numbers],
        "earlier": max(1, first - COPY_PAGES_SHOWN) if first > 1 else None,
        "later": first + COPY_PAGES_SHOWN if first + COPY_PAGES_SHOWN <= shown.pages else None,
        "places": [
            {"number": at, "page": each.mark.page, "why": REASONS[each.mark.reason].of(lang), "kept": each.kept}
            for at, each in enumerate(covered.places if covered is not None else (), 1)
        ],
        "reasons": [(code, words.of(lang)) for code, words in REASONS.items()],
        "hold_reasons": [(code, words.of(lang)) for code, words in file_copies.HOLD_REASONS.items()],
        "left_out": [
            {"what": LEFT_OUT[kind].of(lang), "page": page, "count": count}
            for kind, page, count in shown.left_out
            if kind in LEFT_OUT
        ],
        "area": [(name, label.of(lang), said.get(name, "")) for name, label in AREA.items()],
        "said": {name: said.get(name, "") for name in ("words", "reason", "page")},
        "marks_of_ruler": range(10, 100, 10),
        "longest": LONGEST_COVERED,
        "problems": problems(refusal, lang),
        "wrong": refusal.field if refusal else "",
        "fault": refusal.of(lang) if refusal else "",
    }
    return desk_layout.page(request, "counter/desk_file_copy.html", context, refusal=refusal)


def _lines(shown: FileCopy) -> dict[int, tuple[str, ...]]:
    """The text of each page of a copy that nobody draws."""
    with city.current().publish_context.private_store.scratch_folder() as folder:
        scratch = folder / "text"
        scratch.mkdir(mode=0o700)
        try:
            pages = pages_of(_laid(shown, folder), scratch)
        except UnreadableDocument:
            return {}
    return {page.number: tuple(line.text for line in page.lines) for page in pages}


@require_http_methods(["GET", "HEAD"])
def page_picture(request: HttpRequest, number: str, key: int, page: int) -> HttpResponse:
    """One page of the copy as a picture; never of what was sent."""
    _, shown = _copy_or_404(request, number, key)
    if not 1 <= page <= shown.pages or shown.media_type != MEDIA_TYPES["pdf"] or not shown.digest:
        raise Http404
    with city.current().publish_context.private_store.scratch_folder() as folder:
        picture = draw_page(_laid(shown, folder), page, COPY_DOTS, folder)
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "private, no-store"})


def _laid(shown: FileCopy, folder: Path) -> Path:
    place = folder / "copy"
    write(place, file_copies.content_of(shown), mode=PRIVATE)
    return place
