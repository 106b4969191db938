"""The pages of the counter for everybody: the ways in, all cases, one case, the units compared, and the moderation."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import login_attempts
from ayan.apps.accounts.forms import problems
from ayan.apps.counter import (
    case_access,
    codes,
    file_copies,
    moderation_log,
    public_thread,
    supports,
    unit_comparison,
    uploads,
)
from ayan.apps.counter.case_feed import case_feed
from ayan.apps.counter.codes import CaseCodeUnknown, TooManyCodes
from ayan.apps.counter.models import Case
from ayan.apps.counter.public_cases import CaseFilter
from ayan.apps.counter.replies import actions
from ayan.apps.counter.replies.views import EACH_PLACE, may_try
from ayan.apps.counter.views.case_list import case_list
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.responses import private, refuse_elsewhere, refused


@csrf_exempt
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """All cases and the ways in; a code that is typed here leads to the case that is followed by it."""
    lang = language.of(request)
    if request.method != "POST":
        return case_list(request)
    refuse_elsewhere(request)
    if not may_try(request):
        return case_list(request, TooManyCodes())
    typed = request.POST.get("code", "")
    if actions.tracked(typed) is None and case_access.by_code(typed) is None:
        return case_list(request, CaseCodeUnknown())
    return HttpResponseRedirect(reverse(f"{lang}:counter_reply", args=(codes.written(typed),)))


# Nobody has to be known to support something, and no cookie is needed for it: what another site sends is turned away.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case, as everybody sees it; one that takes support is supported here."""
    lang, shown = language.of(request), public_thread.case_of(number)
    if shown is None:
        raise Http404
    supported, refusal = None, None
    if request.method == "POST":
        refuse_elsewhere(request)
        try:
            supported = _supported(request, shown)
        except Refusal as wrong:
            refusal = wrong
    context = {
        "section": "counter",
        "supported": supported,
        "problems": problems(refusal, lang),
        **public_thread.thread_of(shown, lang),
    }
    response = private(render(request, "counter/thread.html", context))
    return refused(response, refusal) if refusal else response


@require_http_methods(["GET", "HEAD"])
def attachment(request: HttpRequest, number: str, file_id: int) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The public copy of an attachment, to be saved; what the person sent is for nobody here."""
    shown = public_thread.case_of(number)
    copy = file_copies.public_copy(shown, file_id) if shown is not None else None
    if shown is None or copy is None:
        raise Http404
    return uploads.saved(file_copies.content_of(copy), file_copies.name_of(shown, copy))


def _supported(request: HttpRequest, shown: Case) -> bool:
    """Count one more supporter; False where the same place has done so today. Raises TooManyCodes, DeskRefused."""
    if not login_attempts.take(login_attempts.of_address(request, "support", EACH_PLACE)):
        raise TooManyCodes
    place = f"{login_attempts.address_of(request)} {request.headers.get('User-Agent', '')[:300]}"
    return supports.support(shown, place)


@require_http_methods(["GET", "HEAD"])
def units(request: HttpRequest) -> HttpResponse:
    """How timely and how fair the queue of each unit is."""
    context = {"section": "counter", **unit_comparison.compared(language.of(request))}
    return private(render(request, "counter/units.html", context))


@require_http_methods(["GET", "HEAD"])
def moderation(request: HttpRequest) -> HttpResponse:
    """What was held back from everybody: how much, and by which reason; never the words."""
    context = {"section": "counter", **moderation_log.by_month(language.of(request))}
    return private(render(request, "counter/moderation.html", context))


@require_http_methods(["GET", "HEAD"])
def feed(request: HttpRequest) -> HttpResponseBase:
    """The newest cases as Atom, narrowed as the list is."""
    return case_feed(request, CaseFilter.read(request.GET))
