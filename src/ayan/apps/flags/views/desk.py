"""The officers' pages of findings: what waits to be shown, what is within its time, and one finding with its acts."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import shell
from ayan.apps.accounts.door import officer
from ayan.apps.accounts.policy import CITY, can, can_somewhere, require, within
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.flags import actions, listing
from ayan.apps.flags.computing import about
from ayan.apps.flags.models import OPEN, Finding, State
from ayan.ui import language
from ayan.ui.parts import Problem
from ayan.wiring import city

STATES: Final = (State.WAITING, State.ASKED, State.PUBLISHED, State.CLEARED)


@require_http_methods(["GET", "HEAD"])
def findings(request: HttpRequest) -> HttpResponse:
    """The findings of one state; those that wait are put together by whom they name, to be shown in one letter."""
    return _list(request)


def _list(request: HttpRequest, refusal: DeskRefused | None = None) -> HttpResponse:
    actor, lang = officer(request), language.of(request)
    if not can_somewhere(actor, "finding.view"):
        require(actor, "finding.view", CITY)
    asked = request.GET.get("state", State.WAITING)
    state = next((one for one in STATES if one == asked), None)
    if state is None:
        raise Http404
    mine = Finding.objects.filter(within(actor, "finding.view", unit="office"))
    context = {
        "tabs": listing.tabs(mine, lang, state),
        "groups": listing.groups(mine.filter(state=state), lang),
        "state": str(state),
        "how": [(code, label.of(lang)) for code, label in actions.HOW.items()],
        "reply_days": city.current().profile.reply_days,
        "problems": [Problem(refusal.of(lang), refusal.field)] if refusal else [],
        "typed": {"letter": request.POST.get("letter", ""), "how": request.POST.get("how", "letter")},
        "chosen": request.POST.getlist("findings"),
    }
    return shell.page(request, "flags/desk_list.html", context, refusal=refusal)


@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """Write down that those whom the chosen findings name have been shown them."""
    actor = officer(request)
    chosen = list(Finding.objects.filter(public_id__in=request.POST.getlist("findings")))
    try:
        actions.tell(actor, chosen, request.POST.get("how", ""), request.POST.get("letter", ""))
    except DeskRefused as wrong:
        return _list(request, wrong)
    return HttpResponseRedirect(f"{reverse(f'{language.of(request)}:desk_flags')}?state={State.ASKED}")


@require_http_methods(["GET", "HEAD"])
def finding(request: HttpRequest, key: str) -> HttpResponse:
    """One finding: what was found, who was told, the replies, and what may be done."""
    return _page(request, _found(request, key))


def _page(request: HttpRequest, one: Finding, refusal: DeskRefused | None = None) -> HttpResponse:
    lang, actor = language.of(request), officer(request)
    context = {
        **listing.whole(one, lang),
        "may_reply": one.state in (State.ASKED, State.PUBLISHED) and can(actor, "finding.reply", about(one)),
        "may_notice": one.state in OPEN and one.names and can(actor, "finding.notice", about(one)),
        "may_clear": one.state in OPEN and can(actor, "finding.clear", about(one)),
        "problems": [Problem(refusal.of(lang), refusal.field)] if refusal else [],
        "typed": {name: request.POST.get(name, "") for name in ("by", "text", "reason")},
    }
    return shell.page(request, "flags/desk_finding.html", context, refusal=refusal)


@require_POST
def act(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Enter a reply, or clear the case."""
    one, actor, post = _found(request, key), officer(request), request.POST
    try:
        match name:
            case "reply":
                actions.reply(actor, one, post.get("by", ""), post.get("text", ""))
            case "clear":
                actions.clear(actor, one, post.get("reason", ""))
            case _:
                raise Http404
    except DeskRefused as wrong:
        return _page(request, one, wrong)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_finding", args=(one.public_id,)))


def _found(request: HttpRequest, key: str) -> Finding:
    one = get_object_or_404(Finding, public_id=key)
    require(officer(request), "finding.view", about(one))
    return one
