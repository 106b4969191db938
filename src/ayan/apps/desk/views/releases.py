"""The page of releases at the desk, and what is asked of one: that rows be erased, that one row be corrected."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy
from ayan.apps.desk import selectors
from ayan.apps.desk.access import about_release, release_of
from ayan.apps.desk.entry import row_correction
from ayan.apps.desk.entry.row_correction import PublishedRow
from ayan.apps.desk.limits import RELEASES_SHOWN
from ayan.apps.desk.refusals import PeriodTaken
from ayan.apps.desk.releases import erasures, release_list
from ayan.apps.desk.releases.release_list import ReleaseFilter, ReleaseLines
from ayan.apps.desk.submission_page import officer, whole
from ayan.apps.desk.views.entry_table import options, unit_of
from ayan.core.publish.limits import LONGEST_REASON
from ayan.core.schema.issue import CannotRead
from ayan.core.store.correction_reason import CORRECTION_REASONS
from ayan.core.transparency.entries.statement import REASONS
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import Pagination
from ayan.ui.value_html import plain_number
from ayan.wiring import city


@require_http_methods(["GET", "HEAD"])
def listed(request: HttpRequest) -> HttpResponse:
    """Every release that the officer may see, with what can be done with it."""
    if not policy.can_somewhere(request.user, "submission.view"):
        raise Http404
    lang, asked = language.of(request), ReleaseFilter.of(request.GET)
    shown = release_list.releases(officer(request), lang, asked)
    context = {
        "lines": shown.lines,
        "count": shown.count,
        "asked": asked,
        "standings": [(key, words.of(lang)) for key, (_, words) in release_list.STANDINGS.items()],
        "pages": _pages(request, shown, lang),
        "coming": release_list.coming(officer(request), lang),
    }
    return desk_layout.page(request, "desk/releases.html", context)


def _pages(request: HttpRequest, shown: ReleaseLines, lang: Lang) -> list[Pagination]:
    last, current_page = -(-shown.count // RELEASES_SHOWN), shown.first // RELEASES_SHOWN + 1
    near = sorted({1, *range(max(1, current_page - 2), min(last, current_page + 2) + 1), last})
    pages: list[Pagination] = []
    for before, number in zip([0, *near], near, strict=False):
        if number > before + 1:
            pages.append(Pagination("…"))
        query = request.GET.copy()
        query["page"] = str(number)
        address = "" if number == current_page else f"{request.path}?{query.urlencode()}"
        pages.append(Pagination(plain_number(number, lang), address, number == current_page))
    return pages if last > 1 else []


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponse:
    """Ask that rows of a release be erased; a second person says yes before anything goes."""
    ref, lang, who = f"{slug}/{period}/{number}", language.of(request), officer(request)
    release = release_of(ref)
    if release is None or release.withdrawn or not policy.can_somewhere(who, erasures.VERB):
        raise Http404
    policy.require(who, erasures.VERB, about_release(who, erasures.VERB, ref))
    refusal = None
    rows = request.POST.get("rows", request.GET.get("rows", ""))
    if request.method == "POST":
        try:
            code, note = request.POST.get("code", ""), request.POST.get("note", "")
            submission = erasures.propose(who, ref, erasures.numbers_in_text(rows), code, note)
            return HttpResponseRedirect(reverse(f"{lang}:desk_overview", args=(submission.id,)))
        except Refusal as wrong:
            refusal = wrong
    context = {
        "ref": ref,
        "dataset": city.current().registry.get(slug),
        "period": period,
        "page": reverse(f"{lang}:release", args=(slug, period, number)),
        "codes": [(code, label.of(lang)) for code, label in REASONS.items() if code in erasures.CODES],
        "rows": rows,
        "written": request.POST.dict(),
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/erase.html", context, refusal=refusal)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest) -> HttpResponse:
    """``release`` and ``row`` of the address name the row; POST begins its correction."""
    who, lang, row = officer(request), language.of(request), None
    ref, number = request.GET.get("release", ""), whole(request.GET.get("row", ""))
    refusal: Refusal | None = None
    try:
        row = row_correction.row_of(who, ref, number) if number is not None else None
        if row is None:
            raise Http404
        if request.method == "POST":
            texts = {field.name: request.POST.get(f"cell:{field.name}", "") for field in row.fields}
            code, why = request.POST.get("code", ""), request.POST.get("why", "")
            key = row_correction.correct(who, row, texts, code, why.strip()[:LONGEST_REASON])
            return HttpResponseRedirect(reverse(f"{lang}:desk_diff", args=(key,)))
    except CannotRead as wrong:
        refusal = wrong.at("code")
    except Refusal as wrong:
        refusal = wrong
    context: dict[str, Any] = {
        "row": row,
        "boxes": _boxes(row, request, lang) if row else [],
        "reasons": [(code, label.of(lang)) for code, label in CORRECTION_REASONS.items()],
        "code": request.POST.get("code", ""),
        "why": request.POST.get("why", ""),
        "longest": LONGEST_REASON,
        "taken": refusal.other if isinstance(refusal, PeriodTaken) else "",
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/row_correction.html", context, refusal=refusal)


def _boxes(row: PublishedRow, request: HttpRequest, lang: Lang) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name,
            "label": field.label.of(lang),
            "unit": unit_of(field, lang),
            "required": field.required,
            "old": row.texts.get(field.name, ""),
            "text": (text := request.POST.get(f"cell:{field.name}", row.texts.get(field.name, ""))),
            "options": options(field, text, lang, row.taking),
            "ltr": field.kind.is_number or field.kind.is_day or field.kind.is_code or field.kind.is_period,
            "long": len(text) > 60,
        }
        for field in row.fields
    ]
