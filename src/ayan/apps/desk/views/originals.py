"""The pages of the originals: the datasets, the releases of one, and a file given out for a reason."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout, policy
from ayan.apps.desk import selectors
from ayan.apps.desk.files import release_originals
from ayan.apps.desk.limits import ORIGINALS_PAGE
from ayan.apps.desk.submission_page import as_file, officer, whole
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city


@require_http_methods(["GET", "HEAD"])
def datasets(request: HttpRequest) -> HttpResponse:
    """Of which datasets there are originals that the officer may read."""
    if not policy.can_somewhere(officer(request), release_originals.VERB):
        raise policy.Denied(request.user, release_originals.VERB, policy.CITY)
    return desk_layout.page(
        request, "desk/originals.html", {"lists": release_originals.originals_lists(officer(request))}
    )


@require_http_methods(["GET", "HEAD"])
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """What became of the original of every release."""
    declared, kept_originals = _dataset(slug), release_originals.of_dataset(officer(request), slug)
    if not kept_originals:
        raise Http404
    first = whole(request.GET.get("after", "")) or 0
    context = {
        "dataset": declared,
        "rule": city.current().rule_of(slug),
        "lines": kept_originals[first : first + ORIGINALS_PAGE],
        "next": first + ORIGINALS_PAGE if len(kept_originals) > first + ORIGINALS_PAGE else None,
    }
    return desk_layout.page(request, "desk/originals_of.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def original(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponseBase:
    """Ask for one file, and say why."""
    ref, declared = f"{slug}/{period}/{number}", _dataset(slug)
    original = release_originals.one_of(officer(request), ref)
    if original is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            pieces = release_originals.give_out(officer(request), ref, request.POST.get("reason", ""))
            return StreamingHttpResponse(pieces, headers=as_file(original.release.manifest["ayan"]["source"]["name"]))
        except Refusal as wrong:
            refusal = wrong
    lang = language.of(request)
    context = {
        "dataset": declared,
        "line": original,
        "source": original.release.manifest["ayan"].get("source", {}),
        "reasons": [(code, label.of(lang)) for code, label in release_originals.REASONS.items()],
        "chosen": request.POST.get("reason", ""),
        **selectors.problem(refusal, lang),
    }
    return desk_layout.page(request, "desk/original.html", context, refusal=refusal)


def _dataset(slug: str) -> Dataset:
    try:
        return city.current().registry.get(slug)
    except (KeyError, DeclarationError):
        raise Http404 from None
