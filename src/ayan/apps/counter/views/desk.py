"""The officers' side of the counter: the letter of a finding, and the replies that came."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import shell
from ayan.apps.accounts.door import officer
from ayan.apps.accounts.policy import CITY, can_somewhere, require
from ayan.apps.catalog.views import ways
from ayan.apps.counter import actions, listing
from ayan.apps.counter.models import Case
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.flags import listing as findings
from ayan.apps.flags.models import Finding
from ayan.core.values.clock import today
from ayan.ui import language
from ayan.ui.parts import Problem
from ayan.wiring import city


@require_http_methods(["GET", "HEAD"])
def cases(request: HttpRequest) -> HttpResponse:
    """The replies that came, those that wait first."""
    actor, lang = officer(request), language.of(request)
    if not can_somewhere(actor, "reply.view"):
        require(actor, "reply.view", CITY)
    context = {
        "lines": listing.lines(listing.seen_by(actor), lang, public=False),
        "confirm_days": city.current().profile.confirm_days,
    }
    return shell.page(request, "counter/desk_cases.html", context)


@require_http_methods(["GET", "HEAD"])
def case(request: HttpRequest, number: int) -> HttpResponse:
    """One reply, beside the finding it answers."""
    return _case(request, _found(request, number))


def _case(request: HttpRequest, one: Case, refusal: DeskRefused | None = None) -> HttpResponse:
    lang = language.of(request)
    context: dict[str, Any] = listing.whole(one, officer(request), lang)
    context["problems"] = [Problem(refusal.of(lang), refusal.field)] if refusal else []
    return shell.page(request, "counter/desk_case.html", context, refusal=refusal)


@require_POST
def act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Confirm a reply, or return it with a reason."""
    one, actor = _found(request, number), officer(request)
    try:
        match name:
            case "confirm":
                actions.confirm(actor, one)
            case "return":
                actions.send_back(actor, one, request.POST.get("reason", ""))
            case _:
                raise Http404
    except DeskRefused as wrong:
        return _case(request, one, wrong)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_case", args=(one.pk,)))


def _found(request: HttpRequest, number: int) -> Case:
    one = get_object_or_404(Case.objects.select_related("notice"), pk=number)
    require(officer(request), "reply.view", actions.about(one))
    return one


@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """Make the letter of the chosen findings. Its code stands on this page alone, for nobody keeps it."""
    actor, lang = officer(request), language.of(request)
    chosen = list(Finding.objects.filter(public_id__in=request.POST.getlist("findings")).order_by("flag", "key"))
    here = city.current()
    flags = {one.name: one for one in here.registry.flags().sound}
    try:
        notice, code = actions.make_notice(actor, chosen)
    except DeskRefused as wrong:
        problems = [Problem(wrong.of(lang))]
        return shell.page(request, "counter/no_letter.html", {"problems": problems}, refusal=wrong)
    context = {
        "notice": notice,
        "code": code,
        "to": chosen[0],
        "items": [findings.shown(one, flags[one.flag]) for one in chosen if one.flag in flags],
        "flags": flags,
        "day": today(here.clock),
        "place": ways.absolute(request, reverse(f"{lang}:counter_new", args=("finding",))),
        "profile": here.profile,
    }
    return shell.page(request, "counter/letter.html", context)
