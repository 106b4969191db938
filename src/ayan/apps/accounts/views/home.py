"""The first page of the desk, and the calendar of what is due, unit by unit."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ayan.apps.accounts import desk_layout, duties, policy, sessions
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.forms import AccountRefused, problems
from ayan.apps.accounts.models import Duty, User
from ayan.apps.accounts.policy import Subject, require
from ayan.apps.accounts.staff_middleware import officer, unguarded
from ayan.apps.accounts.units import standing
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.wiring import city


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    actor = sessions.standing(request)
    parts = desk_layout.parts(actor, language.of(request)) if actor else []
    return desk_layout.page(request, "accounts/home.html", {"parts": parts, "due": sum(part.due for part in parts)})


@unguarded
@require_safe
def to_desk(request: HttpRequest) -> HttpResponse:
    """``/desk`` without its slash."""
    return HttpResponseRedirect(reverse(f"{language.of(request)}:desk"))


# --- the calendar -----------------------------------------------------------------------------------------------------


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Every promise that this officer has to do with, the most urgent first, under the unit that owes it."""
    me = officer(request)
    if not policy.can_somewhere(me, "due.view"):
        require(me, "due.view", Subject("city"))
    lang, reach = language.of(request), policy.WideReach(me)
    groups: dict[str, dict[str, Any]] = {}
    for line in duties.seen_by(me):
        unit = line.duty.unit if line.duty else None
        name = unit.name.of(lang) if unit else ""
        group = groups.setdefault(unit.slug if unit else "", {"name": name, "lines": []})
        group["lines"].append({"line": line, "may": reach.can("due.manage", duties.subject_of(line))})
    ordered = sorted(groups.values(), key=lambda group: (not group["name"], group["name"]))
    return desk_layout.page(
        request, "accounts/calendar.html", {"groups": ordered, "parts": desk_layout.parts(me, lang, "calendar")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest, slug: str) -> HttpResponse:
    """Who owes one dataset and who sees to it."""
    me = officer(request)
    lang = language.of(request)
    duty = Duty.objects.select_related("unit").filter(dataset=slug).first()
    require(me, "due.manage", Subject("dataset", slug, duty.unit.slug if duty else "", slug))
    try:
        dataset = city.current().registry.get(slug)
    except KeyError:
        raise Http404 from None
    refused = None
    if request.method == "POST":
        try:
            unit = standing().filter(slug=request.POST.get("unit", "")).first()
            duties.assign(me, slug, unit, _person(request, "owner"), _person(request, "deputy"))
            return HttpResponseRedirect(reverse(f"{lang}:calendar"))
        except AccountRefused as wrong:
            refused = wrong
    reach = policy.WideReach(me)
    units = [unit for unit in standing() if reach.can("due.manage", Subject("dataset", slug, unit.slug, slug))]
    context = {
        "dataset": dataset,
        "duty": duty,
        "units": [(unit.slug, unit.name.of(lang)) for unit in units],
        "people": duties.candidates(units),
        "problems": problems(refused, lang),
    }
    return desk_layout.page(request, "accounts/duty.html", context, refusal=refused)


def due_part(actor: User, _lang: Lang) -> HomePart | None:
    """The part of the first page that says what is due from this officer: what is late, and what is due this month."""
    soon = [duty_line for duty_line in duties.own(actor) if duty_line.next and duty_line.left <= 31]
    if not soon:
        return None
    return HomePart(
        "accounts/part_due.html",
        {"lines": soon, "sends": policy.can_somewhere(actor, "submission.create")},
        due=sum(duty_line.left <= 7 for duty_line in soon),
    )


def _person(request: HttpRequest, name: str) -> User | None:
    asked = request.POST.get(name, "")
    return User.objects.filter(pk=int(asked), is_active=True).first() if asked.isascii() and asked.isdecimal() else None
