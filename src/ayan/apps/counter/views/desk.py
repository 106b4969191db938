"""The officers' side of the counter: the letter of a finding, and the replies that came."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.policy import CITY, can_somewhere, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.catalog import page_context
from ayan.apps.counter import actions, case_list
from ayan.apps.counter.models import Case
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.flags import finding_list as findings
from ayan.apps.flags.models import FindingCase
from ayan.core.values.clock import today
from ayan.ui import language
from ayan.ui.component_parts import FormProblem
from ayan.wiring import city


@require_http_methods(["GET", "HEAD"])
def cases(request: HttpRequest) -> HttpResponse:
    """The replies that came, those that wait first."""
    actor, lang = officer(request), language.of(request)
    if not can_somewhere(actor, "reply.view"):
        require(actor, "reply.view", CITY)
    context = {
        "lines": case_list.lines(case_list.seen_by(actor), lang, public=False),
        "confirm_days": city.current().profile.confirm_days,
    }
    return desk_layout.page(request, "counter/desk_cases.html", context)


@require_http_methods(["GET", "HEAD"])
def case(request: HttpRequest, number: int) -> HttpResponse:
    """One reply, beside the finding it answers."""
    return _case(request, _case_or_404(request, number))


def _case(request: HttpRequest, case: Case, refusal: DeskRefused | None = None) -> HttpResponse:
    lang = language.of(request)
    context: dict[str, Any] = case_list.whole(case, officer(request), lang)
    context["problems"] = [FormProblem(refusal.of(lang), refusal.field)] if refusal else []
    return desk_layout.page(request, "counter/desk_case.html", context, refusal=refusal)


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
        return _case(request, case, wrong)
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk_case", args=(case.pk,)))


def _case_or_404(request: HttpRequest, number: int) -> Case:
    case = get_object_or_404(Case.objects.select_related("notice"), pk=number)
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
        problems = [FormProblem(wrong.of(lang))]
        return desk_layout.page(request, "counter/no_letter.html", {"problems": problems}, refusal=wrong)
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
