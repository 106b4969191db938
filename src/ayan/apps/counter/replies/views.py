"""The pages of the counter: for everybody the cases and letters opened by a code, for officers letters and replies."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import desk_layout, login_attempts
from ayan.apps.accounts.forms import beside_field, problems
from ayan.apps.accounts.policy import CITY, can_somewhere, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.catalog import page_context
from ayan.apps.counter.codes import LetterCodeUnknown, NoSuchCase, NotInLetter, TooManyCodes
from ayan.apps.counter.models import FINDING, FindingNotice, LetterReply
from ayan.apps.counter.replies import actions, reply_list
from ayan.apps.counter.views.case_list import case_list
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.flags import finding_cases as findings
from ayan.apps.flags.models import FindingCase
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormBox, FormProblem
from ayan.ui.responses import private, refuse_elsewhere, refused
from ayan.wiring import city

EACH_PLACE: Final = 60
"""Codes that may be tried from one place in a quarter of an hour, right or wrong."""


# --- for everybody ---------------------------------------------------------------------------------------------------


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
    refuse_elsewhere(request)
    if not may_try(request):
        return _asking(request, TooManyCodes())
    opened = actions.opened(request.POST.get("code", ""))
    if opened is None:
        return _asking(request, LetterCodeUnknown())
    notice, shown = opened
    if "text" not in request.POST:
        return _opened(request, notice, shown)
    chosen = next((finding for finding in shown if finding.public_id == request.POST.get("finding")), None)
    if chosen is None:
        return _opened(request, notice, shown, refusal=NotInLetter())
    try:
        case, code = actions.receive(notice, chosen, request.POST["text"])
    except Refusal as wrong:
        return _opened(request, notice, shown, chosen.public_id, wrong)
    lang = language.of(request)
    context = {"section": "counter", "line": reply_list.line(case, lang), "code": code, "finding": chosen}
    return private(render(request, "counter/received.html", context))


def _asking(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    lang = language.of(request)
    context = {
        "section": "counter",
        "box": _code_box(lang, Label("رمز نامه", "Code of the letter"), refusal, request.POST.get("code", "")[:60]),
        "problems": problems(refusal, lang),
        "profile": city.current().profile,
    }
    return _page(request, "counter/new.html", context, refusal)


def _opened(
    request: HttpRequest,
    notice: FindingNotice,
    shown: list[FindingCase],
    about: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    lang = language.of(request)
    parts = []
    for finding in shown:
        wrong = refusal if finding.public_id == about else None
        fault_text = wrong.of(lang) if wrong else ""
        label = Label("پاسخ شما", "Your reply").of(lang)
        typed = request.POST.get("text", "") if wrong else ""
        box = FormBox(f"text-{finding.public_id}", label, typed, problem=fault_text, required=True, lines=8)
        parts.append({**reply_list.written(notice, finding, lang), "box": box})
    faults = [FormProblem(refusal.of(lang), f"text-{about}" if about else "")] if refusal else []
    context = {
        "section": "counter",
        "parts": parts,
        "problems": faults,
        "code": request.POST.get("code", ""),
        "longest": 4000,
        "profile": city.current().profile,
    }
    return _page(request, "counter/opened.html", context, refusal)


def too_many(request: HttpRequest) -> HttpResponse:
    """What is answered where too many codes were tried."""
    return case_list(request, TooManyCodes())


def case(request: HttpRequest, code: str) -> HttpResponse:
    """How a reply stands: its kind, days and state, and nothing of what was written, for an address may be overheard.

    Whoever calls has counted that a code was tried.
    """
    lang = language.of(request)
    case = actions.tracked(code)
    if case is None:
        return case_list(request, NoSuchCase())
    context = {"section": "counter", "line": reply_list.line(case, lang)}
    return private(render(request, "counter/reply.html", context))


def may_try(request: HttpRequest) -> bool:
    """Whether one more code may be tried from here, which is counted."""
    return login_attempts.take(login_attempts.of_address(request, "counter", EACH_PLACE))


def _code_box(lang: Lang, label: Label, refusal: Refusal | None, value: str = "") -> FormBox:
    said = refusal.of(lang) if refusal else ""
    return FormBox("code", label.of(lang), value, problem=said, code=True, required=True)


def _page(request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal | None) -> HttpResponse:
    response = private(render(request, template, context))
    return refused(response, refusal) if refusal else response


# --- for officers ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD"])
def cases(request: HttpRequest) -> HttpResponse:
    """The replies that came, those that wait first."""
    actor, lang = officer(request), language.of(request)
    if not can_somewhere(actor, "reply.view"):
        require(actor, "reply.view", CITY)
    context = {
        "lines": reply_list.lines(reply_list.seen_by(actor), lang, public=False),
        "confirm_days": city.current().profile.confirm_days,
    }
    return desk_layout.page(request, "counter/desk_replies.html", context)


@require_http_methods(["GET", "HEAD"])
def desk_reply(request: HttpRequest, number: int) -> HttpResponse:
    """One reply, beside the finding it answers."""
    return _desk_case(request, _case_or_404(request, number))


def _desk_case(request: HttpRequest, case: LetterReply, refusal: DeskRefused | None = None) -> HttpResponse:
    lang = language.of(request)
    context: dict[str, Any] = reply_list.whole(case, officer(request), lang)
    context |= {"problems": problems(refusal, lang), **beside_field(refusal, lang)}
    return desk_layout.page(request, "counter/desk_reply.html", context, refusal=refusal)


@require_POST
def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Confirm a reply, or return it with a reason."""
    case, actor = _case_or_404(request, number), officer(request)
    try:
        match name:
            case "confirm":
                actions.confirm(actor, case)
            case "return":
                actions.send_back(actor, case, request.POST.get("reason", ""))
            case _:
                raise Http404
    except DeskRefused as wrong:
        return _desk_case(request, case, wrong)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_reply", args=(case.pk,)))


def _case_or_404(request: HttpRequest, number: int) -> LetterReply:
    case = get_object_or_404(LetterReply.objects.select_related("notice"), pk=number)
    require(officer(request), "reply.view", actions.about(case))
    return case


@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """Make the letter of the chosen findings. Its code stands on this page alone, for nobody keeps it."""
    actor, lang = officer(request), language.of(request)
    chosen = list(FindingCase.objects.filter(public_id__in=request.POST.getlist("findings")).order_by("flag", "key"))
    current_city = city.current()
    flags = {flag.name: flag for flag in current_city.registry.flags().sound}
    try:
        notice, code = actions.make_notice(actor, chosen)
    except DeskRefused as wrong:
        faults = {"problems": [FormProblem(wrong.of(lang))]}
        return desk_layout.page(request, "counter/no_letter.html", faults, refusal=wrong)
    context = {
        "notice": notice,
        "code": code,
        "to": chosen[0],
        "items": [findings.public_item(finding, flags[finding.flag]) for finding in chosen if finding.flag in flags],
        "flags": flags,
        "day": today(current_city.clock),
        "counter_address": page_context.absolute(request, reverse(f"{lang}:counter_new", args=("finding",))),
        "profile": current_city.profile,
    }
    return desk_layout.page(request, "counter/letter.html", context)
