"""Following a case: opened by its code or a one-time code, its page for whoever brought it, and what they do there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import login_attempts
from ayan.apps.counter import case_access, case_page, file_copies, one_time_codes, person_acts, receipt_text, uploads
from ayan.apps.counter.codes import TooManyCodes
from ayan.apps.counter.filing_refusals import CaseClosedToYou, CaseNotOpened, TooManyFilings
from ayan.apps.counter.limits import (
    LONGEST_TYPED,
    MOST_CODES_FROM_ADDRESS,
    MOST_CODES_IN_ALL,
    MOST_CODES_OF_NUMBER,
    MOST_STEPS,
    MOST_TRIES_OF_NUMBER,
)
from ayan.apps.counter.models import Case, CaseFile
from ayan.apps.counter.replies import views as replies
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormBox, FormProblem
from ayan.ui.responses import private, refuse_elsewhere, refused

NUMBER = Label("شمارهٔ مورد", "Number of the case")
NUMBER_HINT = Label("مانند R-1405-00012", "Such as R-1405-00012")
CODE = Label("کد پیگیری، یا کدی که برایتان فرستادیم", "Tracking code, or the code that we sent you")
CONTACT = Label("تلفن همراه یا رایانامه‌ای که با مورد گذاشتید", "The phone or e-mail that you left with the case")


# What opens a case is in the form itself, so no cookie is needed; a form of another site is turned away.
@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Number and code lead to the page of a case; whoever lost the code has another one sent."""
    if request.method != "POST":
        return _track_page(request)
    refuse_elsewhere(request)
    if request.POST.get("_do") == "ask":
        return _ask(request)
    typed, code = request.POST.get("number", ""), request.POST.get("code", "")
    number = case_access.number_of(typed)
    tries = login_attempts.of_name("counter number", number or "none", MOST_TRIES_OF_NUMBER)
    if not replies.may_try(request) or not login_attempts.take(tries):
        return _track_page(request, TooManyCodes())
    # Both are looked up whatever the first says, so that time tells nothing.
    opened = (case_access.by_code(code), one_time_codes.opened(number, code))
    case = next((each for each in opened if each is not None and each.number == number), None)
    if case is None:
        return _track_page(request, CaseNotOpened())
    return _to_case(request, case)


def _ask(request: HttpRequest) -> HttpResponse:
    number = case_access.number_of(request.POST.get("number-again", ""))
    counters = (
        login_attempts.of_address(request, "counter one-time", MOST_CODES_FROM_ADDRESS)
        | login_attempts.of_name("counter one-time of", number or "none", MOST_CODES_OF_NUMBER)
        | login_attempts.of_name("counter one-time", "everybody", MOST_CODES_IN_ALL)
    )
    if not login_attempts.take(counters):
        return _track_page(request, TooManyCodes(), asking=True)
    one_time_codes.ask(number, request.POST.get("contact", ""), language.of(request))
    return _track_page(request, asked=True)


def _track_page(
    request: HttpRequest, refusal: Refusal | None = None, *, asking: bool = False, asked: bool = False
) -> HttpResponse:
    lang = language.of(request)
    sent = request.POST if request.method == "POST" else request.GET
    number = (sent.get("number") or sent.get("number-again") or "")[:60]
    context = _boxes(lang, number, refusal, asking=asking) | {"asked": asked, "asking": asking or asked}
    response = private(render(request, "counter/track.html", context))
    return refused(response, refusal) if refusal else response


def _boxes(lang: Lang, number: str, refusal: Refusal | None, *, asking: bool) -> dict[str, Any]:
    """What the page of tracking asks; ``asking`` says that the refusal is not about the code."""
    said, hint = refusal.of(lang) if refusal else "", NUMBER_HINT.of(lang)
    return {
        "section": "counter",
        "number": FormBox("number", NUMBER.of(lang), number, hint, code=True, required=True),
        "code": FormBox("code", CODE.of(lang), problem="" if asking else said, code=True, required=True),
        "number_again": FormBox("number-again", NUMBER.of(lang), number, hint, code=True, required=True),
        "contact": FormBox("contact", CONTACT.of(lang), code=True, required=True),
        "problems": [FormProblem(said, "" if asking else "code")] if refusal else [],
    }


@require_http_methods(["GET", "HEAD"])
def open_case(request: HttpRequest, code: str) -> HttpResponse:
    """The address that a receipt holds: it opens the case, and the code leaves the address. Replies open as before."""
    if not replies.may_try(request):
        return private(replies.too_many(request))
    case = case_access.by_code(code)
    return _to_case(request, case) if case is not None else private(replies.case(request, code))


def _to_case(request: HttpRequest, case: Case, done: str = "") -> HttpResponse:
    address = reverse(f"{language.of(request)}:counter_mine", args=(case.number,))
    address += f"?{urlencode({'done': done})}" if done else ""
    response = case_access.grant(request, HttpResponseRedirect(address), case)
    # The address that is left may hold the code. Of pages it must not be said: what they send would come from nowhere.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# --- the page of a case -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
def mine(request: HttpRequest, number: str) -> HttpResponse:
    """The case, for whoever has opened it in the last minutes."""
    case = case_access.opened(request, number)
    return _closed(request, number) if case is None else _page(request, case)


def _closed(request: HttpRequest, number: str, typed: str = "") -> HttpResponse:
    """The same whether there is such a case or not; what was ``typed`` for it is given back, to be sent again."""
    refusal = CaseClosedToYou()
    context = {**_boxes(language.of(request), number[:60], refusal, asking=True), "typed": typed}
    return refused(private(render(request, "counter/track.html", context)), refusal)


def _page(
    request: HttpRequest, case: Case, refusal: Refusal | None = None, failed: str = "", typed: str = ""
) -> HttpResponse:
    context = case_page.whole(request, case, refusal, failed, typed)
    response = case_access.grant(request, render(request, "counter/mine.html", context), case)
    return refused(response, refusal) if refusal else response


# The cookie that opens the case is not sent along from another site, and a form from one is turned away besides.
@csrf_exempt
@sensitive_post_parameters()
@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Something that the person does: add, answer, withdraw, open again, rate, or leave the case on this device."""
    files = uploads.receiving(request)
    refuse_elsewhere(request)
    case = case_access.opened(request, number)
    step, lang = request.POST.get("_do", "")[:40], language.of(request)
    text = request.POST.get(f"text-{step}", "").replace("\r\n", "\n")[:LONGEST_TYPED]
    if case is None:
        return _closed(request, number, text)
    if step == "leave":
        return case_access.leave(HttpResponseRedirect(reverse(f"{lang}:counter_track")))
    try:
        if not login_attempts.take(login_attempts.of_address(request, "counter step", MOST_STEPS)):
            raise TooManyFilings
        if step == "rate":
            person_acts.rate(case, request.POST.get("rating", ""))
        elif step == "let-file":
            file_copies.let(case, request.POST.get("file", ""))
        elif step == "take-file-back":
            file_copies.take_back(case, request.POST.get("file", ""))
        else:
            with transaction.atomic():
                person_acts.do(case, step, text, files.taken())
    except Refusal as wrong:
        case.refresh_from_db()
        return _page(request, case, wrong, step, text)
    return _to_case(request, case, step)


@require_http_methods(["GET", "HEAD"])
def attachment(request: HttpRequest, number: str, file_id: int) -> HttpResponse:
    """A file of the case, to be saved, for whoever has opened the case."""
    case = case_access.opened(request, number)
    case_file = CaseFile.objects.filter(case=case, pk=file_id).first() if case is not None else None
    if case_file is None:
        raise Http404
    return private(uploads.answer(case_file))


@require_http_methods(["GET", "HEAD"])
def receipt_file(request: HttpRequest, number: str, sort: str) -> HttpResponse:
    """The receipt without the code, or the due day for a calendar."""
    case = case_access.opened(request, number)
    if case is None:
        raise Http404
    return receipt_text.as_file(request, case, sort)
