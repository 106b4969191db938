"""The public side of the counter: all cases, a letter opened by its code, a reply brought, and how it stands."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import attempts
from ayan.apps.counter import actions, listing
from ayan.apps.counter.models import FINDING, KINDS, Case, State
from ayan.apps.desk.refusals import Refused
from ayan.core.schema.definition import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.parts import Box, Problem
from ayan.wiring import city

EACH_PLACE: Final = 60
"""Codes that may be tried from one place in a quarter of an hour, right or wrong."""

WRONG: Final = Label(
    "این رمز چیزی را باز نمی‌کند: نادرست است، نامهٔ تازه‌تری جایش را گرفته، یا یافته پایان یافته است.",
    "This code opens nothing: it is mistyped, a later letter took its place, or the finding has ended.",
)
UNKNOWN: Final = Label("پرونده‌ای با این کد نیست.", "There is no case with this code.")
OFTEN: Final = Label(
    "از این نشانی بارها رمز نوشته شده است. یک ربع بعد دوباره بکوشید.",
    "Codes were tried many times from here. Try again in a quarter of an hour.",
)


@csrf_exempt
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """All cases; a code that is typed here leads to the case that is followed by it."""
    lang = language.of(request)
    if request.method == "POST":
        _from_here(request)
        if not _may_try(request):
            return _list(request, OFTEN, 429)
        found = actions.tracked(request.POST.get("code", ""))
        if found is None:
            return _list(request, UNKNOWN, 422)
        return HttpResponseRedirect(reverse(f"{lang}:counter_case", args=(request.POST["code"].strip(),)))
    return _list(request)


def _list(request: HttpRequest, problem: Label | None = None, status: int = 200) -> HttpResponse:
    lang = language.of(request)
    shown = listing.lines(Case.objects.all(), lang)
    context = {
        "section": "counter",
        "lines": shown,
        "open": sum(one.case.state == State.RECEIVED for one in shown),
        "late": sum(bool(one.late) for one in shown),
        "confirm_days": city.current().profile.confirm_days,
        "kinds": [(reverse(f"{lang}:counter_new", args=(code,)), label) for code, label in KINDS.items()],
        "box": _code_box(lang, Label("کد پیگیری", "Tracking code"), problem),
        "problems": _problems(problem, "code", lang),
    }
    return _private(render(request, "counter/counter.html", context, status=status))


# The code of the letter is in the form itself, and a page of another site does not have it; besides, what comes from
# one is turned away. So no cookie is needed, and whoever takes none is not shut out.
@csrf_exempt
@sensitive_post_parameters("code", "text")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Bring something of a kind: first the code of the letter, then what it opens, then the receipt."""
    if kind != FINDING:
        raise Http404
    if request.method != "POST":
        return _asking(request)
    _from_here(request)
    if not _may_try(request):
        return _asking(request, OFTEN, 429)
    found = actions.opened(request.POST.get("code", ""))
    if found is None:
        return _asking(request, WRONG, 422)
    notice, shown = found
    if "text" not in request.POST:
        return _opened(request, notice, shown)
    chosen = next((one for one in shown if one.public_id == request.POST.get("finding")), None)
    if chosen is None:
        return _opened(request, notice, shown)
    try:
        case, code = actions.receive(notice, chosen, request.POST["text"])
    except Refused as wrong:
        return _opened(request, notice, shown, (chosen.public_id, wrong))
    lang = language.of(request)
    context = {"section": "counter", "line": listing.line(case, lang), "code": code, "finding": chosen}
    return _private(render(request, "counter/received.html", context))


def _asking(request: HttpRequest, problem: Label | None = None, status: int = 200) -> HttpResponse:
    lang = language.of(request)
    context = {
        "section": "counter",
        "box": _code_box(lang, Label("رمز نامه", "Code of the letter"), problem, request.POST.get("code", "")[:60]),
        "problems": _problems(problem, "code", lang),
        "profile": city.current().profile,
    }
    return _private(render(request, "counter/new.html", context, status=status))


def _opened(
    request: HttpRequest, notice: Any, shown: list[Any], refused: tuple[str, Refused] | None = None
) -> HttpResponse:
    lang = language.of(request)
    parts = []
    for one in shown:
        wrong = refused[1] if refused and refused[0] == one.public_id else None
        told = wrong.wording.of(lang) if wrong else ""
        label = Label("پاسخ شما", "Your reply").of(lang)
        typed = request.POST.get("text", "") if wrong else ""
        box = Box(f"text-{one.public_id}", label, typed, problem=told, required=True, lines=8)
        parts.append({**listing.written(notice, one, lang), "box": box})
    problems = [Problem(refused[1].wording.of(lang), f"text-{refused[0]}")] if refused else []
    context = {
        "section": "counter",
        "parts": parts,
        "problems": problems,
        "code": request.POST.get("code", ""),
        "longest": 4000,
        "profile": city.current().profile,
    }
    return _private(render(request, "counter/opened.html", context, status=422 if refused else 200))


@require_http_methods(["GET", "HEAD"])
def case(request: HttpRequest, code: str) -> HttpResponse:
    """How a case stands: its kind, days and state, and nothing of what was written, for an address may be overheard."""
    lang = language.of(request)
    if not _may_try(request):
        return _list(request, OFTEN, 429)
    found = actions.tracked(code)
    if found is None:
        return _list(request, UNKNOWN, 404)
    context = {"section": "counter", "line": listing.line(found, lang)}
    return _private(render(request, "counter/case.html", context))


def _may_try(request: HttpRequest) -> bool:
    return attempts.take(attempts.of_address(request, "counter", EACH_PLACE))


def _from_here(request: HttpRequest) -> None:
    """Refuse a form that a page of another site sent."""
    origin = request.headers.get("Origin", "")
    elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    if elsewhere or (origin and urlsplit(origin).netloc != request.get_host()):
        raise PermissionDenied


def _code_box(lang: Lang, label: Label, problem: Label | None, value: str = "") -> Box:
    said = problem.of(lang) if problem else ""
    return Box("code", label.of(lang), value, problem=said, code=True, required=True)


def _problems(problem: Label | None, field: str, lang: Lang) -> list[Problem]:
    return [Problem(problem.of(lang), field)] if problem else []


def _private(response: HttpResponse) -> HttpResponse:
    """What changes from day to day, or is for one reader alone: kept by nobody, found by no search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
