"""The calendar of what is due, unit by unit, and the form that names who sees to it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from ayan.apps.accounts import duties, policy, shell
from ayan.apps.accounts.door import officer
from ayan.apps.accounts.models import Duty, Unit, User
from ayan.apps.accounts.policy import Subject, require
from ayan.apps.accounts.refusals import AccountRefused
from ayan.apps.accounts.shell import Part
from ayan.apps.accounts.words import problems
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.wiring import city


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Every promise that this officer has to do with, the most urgent first, under the unit that owes it."""
    me = officer(request)
    if not policy.can_somewhere(me, "due.view"):
        require(me, "due.view", Subject("city"))
    lang = language.of(request)
    groups: dict[str, dict[str, Any]] = {}
    for line in duties.seen_by(me):
        unit = line.duty.unit if line.duty else None
        name = unit.name.of(lang) if unit else ""
        group = groups.setdefault(unit.slug if unit else "", {"name": name, "lines": []})
        group["lines"].append({"line": line, "may": policy.can(me, "due.manage", duties.subject_of(line))})
    ordered = sorted(groups.values(), key=lambda one: (not one["name"], one["name"]))
    return shell.page(request, "accounts/calendar.html", {"groups": ordered})


@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest, slug: str) -> HttpResponse:
    """Who owes one dataset and who sees to it."""
    me = officer(request)
    lang = language.of(request)
    held = Duty.objects.select_related("unit").filter(dataset=slug).first()
    require(me, "due.manage", Subject("dataset", slug, held.unit.slug if held else "", slug))
    try:
        dataset = city.current().registry.get(slug)
    except KeyError:
        raise Http404 from None
    refused = None
    if request.method == "POST":
        try:
            unit = Unit.objects.filter(slug=request.POST.get("unit", "")).first()
            duties.assign(me, slug, unit, _person(request, "owner"), _person(request, "deputy"))
            return HttpResponseRedirect(reverse(f"{lang}:calendar"))
        except AccountRefused as wrong:
            refused = wrong
    units = [
        one for one in Unit.objects.all() if policy.can(me, "due.manage", Subject("dataset", slug, one.slug, slug))
    ]
    people = {one.pk: one for unit in units for one in duties.candidates(unit)}
    context = {
        "dataset": dataset,
        "held": held,
        "units": [(one.slug, one.name.of(lang)) for one in units],
        "people": sorted(people.values(), key=lambda one: one.name),
        "problems": problems(refused, lang),
    }
    return shell.page(request, "accounts/duty.html", context, refusal=refused)


def due_part(actor: User, _lang: Lang) -> Part | None:
    """The part of the first page that says what is due from this officer: what is late, and what is due this month."""
    soon = [one for one in duties.own(actor) if one.next and one.left <= 31]
    if not soon:
        return None
    return Part("accounts/part_due.html", {"lines": soon}, due=sum(one.left <= 7 for one in soon))


def _person(request: HttpRequest, name: str) -> User | None:
    asked = request.POST.get(name, "")
    return User.objects.filter(pk=int(asked), is_active=True).first() if asked.isascii() and asked.isdecimal() else None
