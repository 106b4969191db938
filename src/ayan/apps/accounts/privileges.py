"""Requests for access: what one administrator asks for, and a second confirms, refuses, or has time to object to.

A request holds links and roles, of one person or of a whole sheet, and is judged as one. Where no second administrator
is left to ask, it may be carried out a day later; the people concerned and whoever reads the audit trail are told at
once, and each of them may refuse it. The secret of a link is made only when it is carried out, by whoever asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ayan.apps.accounts import actions, audit, dual_control, messages, policy
from ayan.apps.accounts.dual_control import OPEN, Stage, stage_of
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.limits import ALONE_DELAY, MOST_ITEMS, REQUEST_LASTS
from ayan.apps.accounts.models import Act, Invitation, PrivilegeItem, PrivilegeRequest, Unit, User
from ayan.apps.accounts.policy import CITY, Subject
from ayan.apps.accounts.sessions import person
from ayan.core.values.label import Label
from ayan.ui.value_html import plain_number
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing asked for: a role with its scope, or, with an empty ``role``, a new link."""

    user: User
    role: str = ""
    unit: Unit | None = None
    dataset: str = ""
    until: date | None = None
    stands_in_for: User | None = None


def stage(request: PrivilegeRequest, now: datetime) -> Stage:
    """How far a request is at a moment."""
    return stage_of(request, now, confirmed=request.decided_by_id is not None)


def subject(request: PrivilegeRequest) -> Subject:
    """A request as the subject of an act: neither who asked nor whom it is about may confirm it."""
    concerned = frozenset(item.user_id for item in request.items.all())
    return Subject("access-request", str(request.pk), sender=request.asked_by_id, contributors=concerned)


def listed(actor: User) -> QuerySet[PrivilegeRequest]:
    """The requests that a person may see: administrators and auditors all of them, everybody else those about them."""
    seen = PrivilegeRequest.objects.select_related("asked_by", "decided_by").prefetch_related(
        "items__user", "items__unit"
    )
    if policy.can(actor, "people.object", CITY):
        return seen
    return seen.filter(pk__in=PrivilegeItem.objects.filter(user=actor).values("request"))


def items_for(actor: User, request: PrivilegeRequest) -> list[PrivilegeItem]:
    """What of a request a person may see: whoever sees only what is about them sees nothing of the others in it."""
    items = list(request.items.all())
    if actor.pk == request.asked_by_id or policy.can(actor, "people.object", CITY):
        return items
    return [item for item in items if item.user_id == actor.pk]


def waiting_about(whom: User) -> list[PrivilegeRequest]:
    """The requests about a person that can still be refused."""
    now = city.current().clock.now()
    asked = PrivilegeRequest.objects.filter(
        pk__in=PrivilegeItem.objects.filter(user=whom).values("request"), done_at=None, refused=False
    )
    return [request for request in asked if stage(request, now) in OPEN]


# --- asking -----------------------------------------------------------------------------------------------------------


def ask_link(actor: User, whom: User) -> PrivilegeRequest:
    """Ask for a new link of somebody who holds a strong role."""
    return ask(actor, [Wanted(whom)])


def ask_role(
    actor: User, whom: User, role: str, unit: Unit | None, dataset: str, until: date | None = None
) -> PrivilegeRequest:
    """Ask for a role; for somebody who has not joined yet together with the link by which they will.

    A link that was made before is known to whoever made it, and ends when the role is given.
    """
    wanted = Wanted(whom, role, unit, dataset, until)
    return ask(actor, [wanted] if whom.is_active else [wanted, Wanted(whom)])


def ask(actor: User, wanted: Sequence[Wanted]) -> PrivilegeRequest:
    """Ask for several things at once, to be judged as one; who can confirm them is told, or who can object to them.

    Raises `AccountRefused` for a role that cannot be, for what is asked for already, and for nothing at all.
    """
    for wish in wanted:
        actions.allow(actor, "people.grant", wish.user)
        if wish.role:
            actions.check_grant(wish.role, wish.unit, wish.dataset)
    if not 1 <= len(wanted) <= MOST_ITEMS:
        raise AccountRefused(
            Label("یک درخواست از ۱ تا {most} مورد دارد.", "A request is about 1 to {most} things.").filled(
                lambda lang: {"most": plain_number(MOST_ITEMS, lang)}
            )
        )
    now = city.current().clock.now()
    concerned = {wish.user.pk: wish.user for wish in wanted}
    with transaction.atomic():
        _check_new(wanted, now)
        seconds = dual_control.others(actor, frozenset(concerned))
        not_before = None if seconds else now + ALONE_DELAY
        request = PrivilegeRequest.objects.create(
            asked_by=actor, asked_at=now, until=(not_before or now) + REQUEST_LASTS, not_before=not_before
        )
        for wish in wanted:
            PrivilegeItem.objects.create(
                request=request,
                user=wish.user,
                role=wish.role,
                unit=wish.unit,
                dataset=wish.dataset,
                until=wish.until,
                stands_in_for=wish.stands_in_for,
            )
            verb, facts = ("people.grant", _facts(wish)) if wish.role else ("people.manage", {})
            audit.record(
                actor, verb, person(wish.user), did="ask", request=request.pk, delayed=not_before is not None, **facts
            )
        _tell(concerned, seconds)
    return request


def _check_new(wanted: Sequence[Wanted], now: datetime) -> None:
    """Raise where the same is asked for already and waits: two requests would be confirmed by two clicks."""
    waiting = {
        (item.user_id, item.role, item.unit_id, item.dataset)
        for item in PrivilegeItem.objects.select_related("request").filter(
            request__done_at=None, request__refused=False
        )
        if stage(item.request, now) in OPEN
    }
    if any((wish.user.pk, wish.role, wish.unit.pk if wish.unit else None, wish.dataset) in waiting for wish in wanted):
        raise AccountRefused(
            Label("همین درخواست پیش‌تر داده شده و در انتظار است.", "The same has been asked for and waits.")
        )


def _tell(concerned: dict[int, User], seconds: Sequence[User]) -> None:
    auditors = policy.holders("audit.view", CITY)
    joined = [user for user in concerned.values() if user.is_active]
    messages.warn_all(joined, messages.ASKED_FOR_YOU)
    if seconds:
        messages.warn_all(seconds, messages.WAITS_FOR_SECOND)
    else:
        messages.warn_all(auditors, messages.GOES_AHEAD)


# --- judging ----------------------------------------------------------------------------------------------------------


def standing(request: PrivilegeRequest) -> str:
    """In whose hands the accounts are that a request is about: another text once somebody has used a link of theirs."""
    people = {item.user_id: item.user for item in request.items.select_related("user")}
    return " ".join(f"{key}:{user.generation}:{int(user.is_active)}" for key, user in sorted(people.items()))


def confirm(actor: User, request: PrivilegeRequest, seen: str) -> None:
    """Confirm a request as a whole: its roles hold from now on, its links may be made by whoever asked.

    ``seen`` is how the accounts stood (`standing`) when the page was looked at: whoever made a link for one of them
    alone must not use it between the look and the answer.
    """
    policy.require(actor, "people.confirm", subject(request))
    with transaction.atomic():
        held = _held(request, Stage.WAITING, Stage.DELAYED)
        if standing(held) != seen:
            raise AccountRefused(
                Label(
                    "یکی از این حساب‌ها در این میان تغییر کرده است. صفحه را دوباره ببینید و از آن شخص بپرسید.",
                    "One of these accounts has changed meanwhile. Look at the page again, and ask the person.",
                )
            )
        now = city.current().clock.now()
        held.decided_by, held.decided_at, held.until = actor, now, now + REQUEST_LASTS
        items = list(held.items.select_related("user", "unit"))
        audit.record(actor, "people.confirm", subject(held), did="confirm", items=len(items))
        _give_roles(actor, held, items)
        if all(item.role for item in items):
            held.done_at = now
        held.save()


def may_refuse(actor: User, request: PrivilegeRequest) -> bool:
    """Whether somebody may refuse a request: whom it is about, who asked, administrators and auditors."""
    about = subject(request)
    return actor.pk in {about.sender, *about.contributors} or policy.can(actor, "people.object", CITY)


def refuse(actor: User, request: PrivilegeRequest, reason: str) -> None:
    """Refuse a request that is not carried out yet, with a reason; whoever asked is told. One's own needs no reason."""
    if not may_refuse(actor, request):
        policy.require(actor, "people.object", CITY)
    words = dual_control.reason_of_refusal(reason, own=actor.pk == request.asked_by_id)
    with transaction.atomic():
        held = _held(request, *OPEN)
        held.refused, held.decided_by, held.decided_at = True, actor, city.current().clock.now()
        held.reason = words
        held.save()
        audit.record(actor, "people.object", subject(held), did="refuse")
        if actor.pk != held.asked_by_id:
            messages.warn_all([held.asked_by], messages.REFUSED)


def carry_out(actor: User, request: PrivilegeRequest) -> list[tuple[User, str]]:
    """Do what was confirmed, or what nobody objected to in time: each person with a new link, and its secret.

    Whoever asked does it, once, with the permission that they have by then.
    """
    with transaction.atomic():
        held = _held(request, Stage.READY)
        if held.asked_by_id != actor.pk:
            raise AccountRefused(
                Label("تنها کسی که درخواست داده آن را انجام می‌دهد.", "Only who asked for it carries it out.")
            )
        items = list(held.items.select_related("user", "unit"))
        for item in items:
            actions.allow(actor, "people.grant", item.user)
        confirmed = held.decided_by_id is not None
        if not confirmed:
            _give_roles(actor, held, items)
        how = {"request": held.pk, "confirmed_by": held.decided_by_id, "delayed": not confirmed}
        links = [(item.user, actions.new_link(actor, item.user, **how)) for item in items if not item.role]
        held.done_at = city.current().clock.now()
        held.save()
    return links


def _held(request: PrivilegeRequest, *stages: Stage) -> PrivilegeRequest:
    """The request as it stands, locked; AccountRefused where it is at none of these stages (any more)."""
    held = PrivilegeRequest.objects.select_for_update().get(pk=request.pk)
    if stage(held, city.current().clock.now()) not in stages:
        raise AccountRefused(
            Label(
                "این درخواست دیگر در این مرحله نیست. صفحه را دوباره ببینید.",
                "This request is no longer at this point. Look at the page again.",
            )
        )
    return held


def _give_roles(actor: User, request: PrivilegeRequest, items: Sequence[PrivilegeItem]) -> None:
    for item in items:
        if item.role:
            actions.check_grant(item.role, item.unit, item.dataset)
            how: dict[str, Any] = {
                "request": request.pk,
                "asked_by": request.asked_by_id,
                "delayed": request.decided_by_id is None,
            }
            scope = (item.role, item.unit, item.dataset, item.until, item.stands_in_for)
            actions.new_grant(actor, item.user, *scope, **how)


def _facts(wish: Wanted) -> dict[str, str | None]:
    return actions.grant_facts(wish.role, wish.unit, wish.dataset)


# --- what a second administrator should know before confirming --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Background:
    """What happened to an account: who made it, and who made its last link and when; None where nothing is known."""

    made_by: User | None
    link_by: User | None
    link_at: datetime | None
    link_open: bool


def background(whom: User, now: datetime) -> Background:
    """Read from the audit trail, which tells of every link."""
    acts = Act.objects.select_related("actor").filter(verb="people.manage", subject=str(person(whom)))
    added = acts.filter(facts__contains='"did":"add"').order_by("number").first()
    link = acts.filter(facts__contains='"did":"invite"').order_by("-number").first()
    still = Invitation.objects.filter(user=whom, used_at=None, until__gt=now).exists()
    return Background(added.actor if added else None, link.actor if link else None, link.at if link else None, still)
