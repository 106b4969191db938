"""The pages of the counter for everybody: the ways in, all cases, one case, the units compared, and the moderation."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import login_attempts
from ayan.apps.accounts.forms import problems
from ayan.apps.counter import codes, moderation_log, public_cases, public_thread, rules, unit_comparison
from ayan.apps.counter.case_feed import case_feed
from ayan.apps.counter.codes import CaseCodeUnknown, TooManyCodes
from ayan.apps.counter.models import LetterReply
from ayan.apps.counter.public_cases import CaseFilter
from ayan.apps.counter.public_words import PUBLIC_STAGES, UnitNames
from ayan.apps.counter.replies import actions, reply_list
from ayan.apps.counter.replies.views import EACH_PLACE
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormBox
from ayan.ui.responses import private, refuse_elsewhere, refused
from ayan.wiring import city


@csrf_exempt
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """All cases and the ways in; a code that is typed here leads to the case that is followed by it."""
    lang = language.of(request)
    if request.method != "POST":
        return _list(request, lang)
    refuse_elsewhere(request)
    if not login_attempts.take(login_attempts.of_address(request, "counter", EACH_PLACE)):
        return _list(request, lang, TooManyCodes())
    typed = request.POST.get("code", "")
    if actions.tracked(typed) is None:
        return _list(request, lang, CaseCodeUnknown())
    return HttpResponseRedirect(reverse(f"{lang}:counter_reply", args=(codes.written(typed),)))


def _list(request: HttpRequest, lang: Lang, refusal: Refusal | None = None) -> HttpResponse:
    narrowed = CaseFilter.read(request.GET)
    page = public_cases.page(narrowed, request.GET.get("after", "")[:60])
    names = UnitNames()
    context: dict[str, Any] = {
        "section": "counter",
        "ways": [] if narrowed.given else list(_ways(lang)),
        "narrowed": narrowed,
        "about": public_thread.subject_of(narrowed.about, lang),
        "lines": list(public_cases.lines(page.cases, lang)),
        "totals": public_cases.totals(),
        "next": narrowed.query(after=page.after) if page.after else "",
        "begun": "after" in request.GET,
        "all": narrowed.query(),
        "kinds": [(kind.code, kind.title) for kind in rules.kinds().sound.values()],
        "stages": [("open", Label("همهٔ موارد باز", "All that are open")), *PUBLIC_STAGES.items()],
        "units": sorted(((slug, names.of(slug, lang)) for slug in public_cases.units()), key=lambda each: each[1]),
        "replies": [] if narrowed.given else reply_list.lines(LetterReply.objects.all(), lang),
        "confirm_days": city.current().profile.confirm_days,
        "box": _code_box(lang, refusal),
        "problems": problems(refusal, lang),
    }
    response = private(render(request, "counter/counter.html", context))
    return refused(response, refusal) if refusal else response


def _ways(lang: Lang) -> Any:
    """The kinds that anybody may bring, each with its promise and the form of it."""
    for kind in rules.kinds().sound.values():
        if kind.filed_by == "anybody":
            yield kind, reverse(f"{lang}:counter_new", args=(kind.code,))


def _code_box(lang: Lang, refusal: Refusal | None) -> FormBox:
    said = refusal.of(lang) if refusal else ""
    label = Label("کد پیگیری", "Tracking code")
    return FormBox("code", label.of(lang), problem=said, code=True, required=True)


@require_http_methods(["GET", "HEAD"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case, as everybody sees it."""
    lang, shown = language.of(request), public_thread.found(number)
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
    context = {"section": "counter", **moderation_log.told(language.of(request))}
    return private(render(request, "counter/moderation.html", context))


@require_http_methods(["GET", "HEAD"])
def feed(request: HttpRequest) -> HttpResponseBase:
    """The newest cases as Atom, narrowed as the list is."""
    return case_feed(request, CaseFilter.read(request.GET))


