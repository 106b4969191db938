"""Requests for access: what waits for a second administrator, what should be known of it, and the answer."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import desk_layout, policy, privileges, sessions
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.dual_control import OPEN, Stage
from ayan.apps.accounts.forms import AccountRefused, Boxes, problems
from ayan.apps.accounts.limits import LONGEST_REASON, REQUESTS_SHOWN
from ayan.apps.accounts.models import PrivilegeRequest, User
from ayan.apps.accounts.policy import CITY
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.accounts.views.people import again, dataset_titles, grant_texts
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.component_parts import Status, Tone
from ayan.ui.value_html import plain_number
from ayan.wiring import city

_LINKS: Final = "new_links"  # where the session keeps links until somebody says that they were handed over
WHY: Final = Label("دلیل رد", "Why it is refused")
WHY_BACK: Final = Label("دلیل پس گرفتن", "Why you take it back")
_STAGES: Final[dict[Stage, tuple[Tone, Label]]] = {
    Stage.WAITING: ("late", Label("منتظر مدیر دوم", "Waits for a second administrator")),
    Stage.DELAYED: ("late", Label("در مهلت اعتراض", "Can be objected to")),
    Stage.READY: ("info", Label("آمادهٔ انجام", "Ready to be carried out")),
    Stage.DONE: ("ok", Label("انجام شد", "Done")),
    Stage.REFUSED: ("bad", Label("رد شد", "Refused")),
    Stage.OVER: ("off", Label("مهلتش گذشت", "Lapsed")),
}


@require_http_methods(["GET", "HEAD"])
def access_requests(request: HttpRequest) -> HttpResponse:
    """Those that this officer may see, the latest first."""
    lang, me = language.of(request), officer(request)
    lines = [_line(each, me, lang) for each in privileges.listed(me)[:REQUESTS_SHOWN]]
    return desk_layout.page(request, "accounts/access_requests.html", {"lines": lines})


@require_http_methods(["GET", "HEAD"])
def access_request(request: HttpRequest, which: int) -> HttpResponse:
    """One of them; links that were just made stay until they were handed over."""
    return _page(request, _asked(request, which))


@require_POST
def decide(request: HttpRequest, which: int, name: str) -> HttpResponse:
    """Confirm it, refuse it with a reason, carry it out, or say that its links were handed over."""
    asked, me = _asked(request, which), officer(request)
    if name not in ("confirm", "refuse", "carry-out", "taken"):
        raise Http404
    if name == "taken":
        held = request.session.get(_LINKS)
        if held and held[0] == which:
            del request.session[_LINKS]
        return HttpResponseRedirect(reverse(f"{language.of(request)}:access_request", args=(which,)))
    if not sessions.fresh(request):
        return again(request, "access_request", which)
    try:
        if name == "confirm":
            privileges.confirm(me, asked, request.POST.get("seen", ""))
        elif name == "refuse":
            privileges.refuse(me, asked, request.POST.get("reason", ""))
        else:
            links = [[whom.pk, secret] for whom, secret in privileges.carry_out(me, asked)]
            request.session[_LINKS] = [which, links]
    except AccountRefused as wrong:
        return _page(request, _asked(request, which), wrong)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:access_request", args=(which,)))


def access_part(actor: User, lang: Lang) -> HomePart | None:
    """The part of the first page that says which requests wait for this officer; None where none does."""
    now = city.current().clock.now()
    waiting = list(privileges.listed(actor).filter(done_at=None, refused=False)[:REQUESTS_SHOWN])
    lines = [_line(each, actor, lang) for each in waiting if _concerns(actor, each, privileges.stage(each, now))]
    return HomePart("accounts/part_access.html", {"lines": lines}, len(lines)) if lines else None


def _concerns(actor: User, asked: PrivilegeRequest, stage: Stage) -> bool:
    """Whether something is up to this officer: to confirm, to carry out, or to see in time what is done in a name."""
    about = privileges.subject(asked)
    if stage is Stage.WAITING:
        return actor.pk in about.contributors or policy.can(actor, "people.confirm", about)
    if stage is Stage.READY and asked.asked_by_id == actor.pk:
        return True
    return stage is Stage.DELAYED and asked.asked_by_id != actor.pk


def _asked(request: HttpRequest, which: int) -> PrivilegeRequest:
    return get_object_or_404(privileges.listed(officer(request)), pk=which)


def _page(request: HttpRequest, asked: PrivilegeRequest, refused: AccountRefused | None = None) -> HttpResponse:
    lang, me, now = language.of(request), officer(request), city.current().clock.now()
    stage = privileges.stage(asked, now)
    boxes = Boxes(lang, request.POST.dict(), refused)
    own = asked.asked_by_id == me.pk
    hint = Label("تا {most} نویسه؛ برای درخواست‌دهنده نوشته می‌شود", "Up to {most} characters; who asked reads it")
    most = hint.filled(lambda each: {"most": plain_number(LONGEST_REASON, each)})
    context = {
        "asked": asked,
        "line": _line(asked, me, lang),
        "people": [
            {"person": whom, "background": privileges.background(whom, now)}
            for whom in {item.user_id: item.user for item in privileges.items_for(me, asked)}.values()
        ],
        "stage": stage.value,
        "own": own,
        "may_confirm": stage in (Stage.WAITING, Stage.DELAYED)
        and policy.can(me, "people.confirm", privileges.subject(asked)),
        "seen": privileges.standing(asked),
        "may_refuse": stage in OPEN and privileges.may_refuse(me, asked),
        "may_carry_out": own and stage is Stage.READY,
        "reason": boxes.box("reason", WHY_BACK if own else WHY, most, required=not own, lines=3),
        "sees_people": policy.can(me, "people.manage", CITY),
        "links": _links(request, asked, lang),
        "problems": problems(refused, lang),
    }
    return desk_layout.page(request, "accounts/access_request.html", context, refusal=refused)


def _links(request: HttpRequest, asked: PrivilegeRequest, lang: Lang) -> list[dict[str, Any]]:
    """The links that were just made, each with its person."""
    held = request.session.get(_LINKS)
    if not held or held[0] != asked.pk:
        return []
    people = {item.user_id: item.user for item in asked.items.all()}
    return [
        {"person": people[whom], "link": request.build_absolute_uri(reverse(f"{lang}:join", args=(secret,)))}
        for whom, secret in held[1]
    ]


def _line(asked: PrivilegeRequest, actor: User, lang: Lang) -> dict[str, Any]:
    stage = privileges.stage(asked, city.current().clock.now())
    tone, words = _STAGES[stage]
    names = dataset_titles()
    return {
        "asked": asked,
        "status": Status(tone, words.of(lang)),
        "items": [
            {"person": item.user, "grant": grant_texts(item, lang, names) if item.role else None}
            for item in privileges.items_for(actor, asked)
        ],
    }
