"""The page of releases at the desk, and asking for the erasure of rows."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy
from ayan.apps.desk import erasures, release_list, selectors
from ayan.apps.desk.access import about_release, release_of
from ayan.apps.desk.release_list import ReleaseFilter, ReleaseLines
from ayan.apps.desk.submission_page import officer
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
    found = release_list.releases(officer(request), lang, asked)
    context = {
        "lines": found.lines,
        "count": found.count,
        "asked": asked,
        "standings": [(key, words.of(lang)) for key, (_, words) in release_list.STANDINGS.items()],
        "pages": _pages(request, found, lang),
        "coming": release_list.coming(officer(request), lang),
    }
    return desk_layout.page(request, "desk/releases.html", context)


def _pages(request: HttpRequest, found: ReleaseLines, lang: Lang) -> list[Pagination]:
    last, here = -(-found.count // release_list.SHOWN), found.first // release_list.SHOWN + 1
    near = sorted({1, *range(max(1, here - 2), min(last, here + 2) + 1), last})
    pages: list[Pagination] = []
    for before, number in zip([0, *near], near, strict=False):
        if number > before + 1:
            pages.append(Pagination("…"))
        query = request.GET.copy()
        query["page"] = str(number)
        address = "" if number == here else f"{request.path}?{query.urlencode()}"
        pages.append(Pagination(plain_number(number, lang), address, number == here))
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
