"""The pages of the counter for everybody: the ways in, all cases, one case, the units compared, and the moderation."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ayan.apps.counter import case_access, codes, moderation_log, public_thread, unit_comparison
from ayan.apps.counter.case_feed import case_feed
from ayan.apps.counter.codes import CaseCodeUnknown, TooManyCodes
from ayan.apps.counter.public_cases import CaseFilter
from ayan.apps.counter.replies import actions
from ayan.apps.counter.replies.views import may_try
from ayan.apps.counter.views.case_list import case_list
from ayan.ui import language
from ayan.ui.responses import private, refuse_elsewhere


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


@require_http_methods(["GET", "HEAD"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case, as everybody sees it."""
    lang, shown = language.of(request), public_thread.case_of(number)
    if shown is None:
        raise Http404
    context = {"section": "counter", **public_thread.thread_of(shown, lang)}
    return private(render(request, "counter/thread.html", context))


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
