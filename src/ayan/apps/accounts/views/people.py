"""People: who is here, what each may do, invitations, and leaving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import actions, contacts, desk_layout, login_attempts, privileges, sessions, terms, units
from ayan.apps.accounts.dual_control import SecondNeeded
from ayan.apps.accounts.forms import AccountRefused, Boxes, problems
from ayan.apps.accounts.models import Grant, PrivilegeItem, Unit, User
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.roles import ROLES, Role
from ayan.apps.accounts.staff_middleware import factor_again, officer
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.wiring import city

EVERYWHERE: Final = Label("همهٔ شهر", "the whole city")
EVERY_DATASET: Final = Label("همهٔ داده‌ها", "every dataset")
_LINK = "new_link"  # where the session keeps an invitation until somebody says that it was handed over


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and the form for somebody new."""
    require(officer(request), "people.manage", CITY)
    lang = language.of(request)
    refused = None
    if request.method == "POST":
        if not sessions.fresh(request):
            return again(request, "people")
        typed = {name: request.POST.get(name, "") for name in ("username", "name", "email", "phone")}
        try:
            person = actions.add_person(officer(request), **typed)
            request.session[_LINK] = [person.pk, actions.invite(officer(request), person)]
            return _to(request, "person", person.pk)
        except AccountRefused as wrong:
            refused = wrong
    boxes = Boxes(lang, request.POST.dict(), refused)
    mail = Label("برای یادآوری‌ها", "For reminders")
    context = {
        "people": everybody(lang),
        "problems": problems(refused, lang),
        "boxes": [
            boxes.box("name", Label("نام و نام خانوادگی", "Name")),
            boxes.box("username", Label("نام کاربری", "User name"), Label("حرف لاتین", "Latin letters"), code=True),
            boxes.box("email", Label("رایانامه", "E-mail"), mail, required=False, code=True),
            boxes.box("phone", Label("تلفن همراه", "Mobile phone"), mail, required=False, numeric=True),
        ],
    }
    return desk_layout.page(request, "accounts/people.html", context, refusal=refused)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, which: int) -> HttpResponse:
    """One person: what they may do, and the form to give them more."""
    require(officer(request), "people.manage", CITY)
    whom = get_object_or_404(User, pk=which, machine=False)
    refused = None
    if request.method == "POST":
        require(officer(request), "people.grant", sessions.person(whom))
        if not sessions.fresh(request):
            return again(request, "person", which)
        try:
            unit = _unit(request.POST.get("unit", ""))
            until = terms.last_day(request.POST.get("until", ""))
            wanted = (request.POST.get("role", ""), unit, request.POST.get("dataset", ""), until)
            try:
                actions.give(officer(request), whom, *wanted)
            except SecondNeeded:
                return _to(request, "access_request", privileges.ask_role(officer(request), whom, *wanted).pk)
            return _to(request, "person", which)
        except AccountRefused as wrong:
            refused = wrong
    link = request.session.get(_LINK)
    # One that was used, or that ended as a strong role was given, leads nowhere any more.
    secret = link[1] if link and link[0] == which and actions.invitation(link[1]) else ""
    return desk_layout.page(request, "accounts/person.html", _about(request, whom, secret, refused), refusal=refused)


def _about(request: HttpRequest, whom: User, secret: str, refused: AccountRefused | None) -> dict[str, Any]:
    lang = language.of(request)
    return {
        "whom": whom,
        "locked": login_attempts.is_locked(whom),
        "self": whom == officer(request),
        "asked": privileges.waiting_about(whom),
        "grants": grants_of(whom, lang),
        "link": request.build_absolute_uri(reverse(f"{lang}:join", args=(secret,))) if secret else "",
        "roles": [(role.value, label.of(lang)) for role, label in ROLES.items()],
        "units": [(unit.slug, unit.name.of(lang)) for unit in units.standing()],
        "others": [(each.pk, each.name) for each in _colleagues(whom)],
        "datasets": [(dataset.slug, dataset.title.of(lang)) for dataset in city.current().registry.all()],
        "chosen": {name: request.POST.get(name, "") for name in ("role", "unit", "dataset", "until", "other")},
        "contact": {name: request.POST.get(name, getattr(whom, name)) for name in ("name", "email", "phone")},
        "problems": problems(refused, lang),
    }


@require_POST
def take(request: HttpRequest, which: int, grant: int) -> HttpResponse:
    held_grant = get_object_or_404(
        Grant.objects.select_related("user", "unit"), pk=grant, user_id=which, user__machine=False
    )
    return _done(request, held_grant.user, lambda: actions.take(officer(request), held_grant))


@require_POST
def end_grant(request: HttpRequest, which: int, grant: int) -> HttpResponse:
    """Let a role end on a day."""
    held_grant = get_object_or_404(
        Grant.objects.select_related("user", "unit"), pk=grant, user_id=which, user__machine=False
    )

    def act() -> None:
        until = terms.last_day(request.POST.get("until", ""))
        if until is None:
            raise AccountRefused(Label("روز پایان را بنویسید.", "Write the last day."), "until")
        terms.shorten(officer(request), held_grant, until)

    return _done(request, held_grant.user, act)


@require_POST
def substitute(request: HttpRequest, which: int) -> HttpResponse:
    """Let somebody stand in for a person until a day."""
    whom = get_object_or_404(User, pk=which, machine=False)
    require(officer(request), "people.grant", sessions.person(whom))
    if not sessions.fresh(request):
        return again(request, "person", which)
    try:
        until = terms.last_day(request.POST.get("until", ""))
        if until is None:
            raise AccountRefused(Label("روز پایان را بنویسید.", "Write the last day."), "until")
        other = {str(each.pk): each for each in _colleagues(whom)}.get(request.POST.get("other", ""))
        if other is None:
            raise AccountRefused(Label("جانشین را برگزینید.", "Choose the substitute."), "other")
        asked = terms.substitute(officer(request), whom, other, until)
    except AccountRefused as wrong:
        return desk_layout.page(request, "accounts/person.html", _about(request, whom, "", wrong), refusal=wrong)
    return _to(request, "access_request", asked.pk) if asked else _to(request, "person", other.pk)


@require_POST
def correct(request: HttpRequest, which: int) -> HttpResponse:
    """Correct the name, mail or phone of somebody else."""
    whom = get_object_or_404(User, pk=which, machine=False)
    typed = [request.POST.get(name, "") for name in ("name", "email", "phone")]
    return _done(request, whom, lambda: contacts.correct(officer(request), whom, *typed))


def _colleagues(whom: User) -> list[User]:
    """Who may stand in for a person."""
    return list(User.objects.filter(is_active=True, machine=False).exclude(pk=whom.pk).order_by("name"))


@require_POST
def invite(request: HttpRequest, which: int) -> HttpResponse:
    whom = get_object_or_404(User, pk=which, machine=False)
    require(officer(request), "people.grant", sessions.person(whom))
    if not sessions.fresh(request):
        return again(request, "person", which)
    try:
        request.session[_LINK] = [which, actions.invite(officer(request), whom)]
    except SecondNeeded:
        try:
            return _to(request, "access_request", privileges.ask_link(officer(request), whom).pk)
        except AccountRefused as wrong:
            return desk_layout.page(request, "accounts/person.html", _about(request, whom, "", wrong), refusal=wrong)
    return _to(request, "person", which)


@require_POST
def link_taken(request: HttpRequest, which: int) -> HttpResponse:
    """The invitation was handed over, or copied for that: it is not shown again."""
    require(officer(request), "people.manage", CITY)
    link = request.session.get(_LINK)
    if link and link[0] == which:
        del request.session[_LINK]
    return _to(request, "person", which)


@require_POST
def let_go(request: HttpRequest, which: int) -> HttpResponse:
    whom = get_object_or_404(User, pk=which, machine=False)
    return _done(request, whom, lambda: actions.let_go(officer(request), whom))


def _unit(slug: str) -> Unit | None:
    if not slug:
        return None
    unit = units.standing().filter(slug=slug).first()
    if unit is None:
        raise AccountRefused(Label("چنین واحدی نیست.", "There is no such unit."), "unit")
    return unit


def _done(request: HttpRequest, whom: User, act: Callable[[], None]) -> HttpResponse:
    """Do it and go back to the person, or say on the person's page why it may not be."""
    require(officer(request), "people.grant", sessions.person(whom))
    if not sessions.fresh(request):
        return again(request, "person", whom.pk)
    try:
        act()
    except AccountRefused as wrong:
        return desk_layout.page(request, "accounts/person.html", _about(request, whom, "", wrong), refusal=wrong)
    return _to(request, "person", whom.pk)


def again(request: HttpRequest, name: str, *args: Any) -> HttpResponse:
    """To the second factor once more, and back to a page, its form filled with what was typed."""
    return factor_again(request, reverse(f"{language.of(request)}:{name}", args=args))


def _to(request: HttpRequest, name: str, *args: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"{language.of(request)}:{name}", args=args))


# --- roles in words ---------------------------------------------------------------------------------------------------


def grants_of(user: User, lang: Lang) -> list[dict[str, Any]]:
    """A person's roles in words, with where each of them reaches."""
    grants = Grant.objects.filter(user=user).select_related("unit", "stands_in_for").order_by("role", "pk")
    return [grant_texts(grant, lang, dataset_titles()) for grant in grants]


def everybody(lang: Lang) -> list[dict[str, Any]]:
    """Everybody who is or was here, with their roles."""
    titles = dataset_titles()
    grants = Prefetch("grants", Grant.objects.select_related("unit", "stands_in_for").order_by("role", "pk"))
    people = User.objects.filter(machine=False).prefetch_related(grants).order_by("-is_active", "name")
    return [
        {
            "person": person,
            "grants": [grant_texts(grant, lang, titles) for grant in person.grants.all()],
            "waiting": not person.is_active and not person.last_login,
        }
        for person in people
    ]


def dataset_titles() -> dict[str, Label]:
    """What the datasets are called."""
    return {dataset.slug: dataset.title for dataset in city.current().registry.all()}


def grant_texts(grant: Grant | PrivilegeItem, lang: Lang, titles: Mapping[str, Label]) -> dict[str, Any]:
    """One role in words, with where it reaches."""
    unit = grant.unit.name if grant.unit else EVERYWHERE
    dataset = titles.get(grant.dataset, Label(grant.dataset, grant.dataset)) if grant.dataset else EVERY_DATASET
    return {
        "pk": grant.pk,
        "role": ROLES[Role(grant.role)].of(lang),
        "unit": unit.of(lang),
        "dataset": dataset.of(lang),
        "until": grant.until,
        "stands_in_for": grant.stands_in_for,
    }
