"""How long roles last: their last day, substitutes who stand in for somebody, and what ends by itself."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from ayan.apps.accounts import actions, audit, duties, messages, privileges
from ayan.apps.accounts.dual_control import SecondNeeded
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.limits import LONGEST_TERM, TERM_WARNED
from ayan.apps.accounts.models import Grant, PrivilegeRequest, User
from ayan.apps.accounts.privileges import Wanted
from ayan.apps.accounts.roles import Role
from ayan.apps.accounts.sessions import person
from ayan.apps.outbox import outbox
from ayan.core.values import period as periods
from ayan.core.values.clock import today
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.period import NotAPeriod
from ayan.wiring import city


def last_day(text: str) -> date | None:
    """A last day as it is typed, in the Persian calendar or in ISO; None for an empty field. Raises AccountRefused."""
    if not text.strip():
        return None
    day = _day(text)
    now = today(city.current().clock)
    if day is None:
        raise AccountRefused(Label("روز را مانند ۱۴۰۵/۱۲/۲۹ بنویسید.", "Write the day like 2027-03-20."), "until")
    if not now <= day <= now + LONGEST_TERM:
        raise AccountRefused(
            Label("روز پایان امروز یا پس از آن است، تا پنج سال.", "The last day is today or later, within five years."),
            "until",
        )
    return day


def _day(text: str) -> date | None:
    try:
        period = periods.parse(to_latin(text).strip().replace("/", "-"))
    except NotAPeriod:
        return None
    return period.start if period.kind == "day" else None


def shorten(actor: User, grant: Grant, until: date) -> None:
    """Let a role end on a day, earlier than it would; a longer one is given anew, which asks for as much as giving."""
    actions.allow(actor, "people.grant", grant.user)
    if grant.until is not None and until >= grant.until:
        raise AccountRefused(
            Label(
                "این نقش زودتر پایان می‌یابد. برای زمان بیشتر آن را دوباره بدهید.",
                "This role ends earlier. To make it last longer, give it again.",
            ),
            "until",
        )
    with transaction.atomic():
        if grant.role == Role.ADMINISTRATOR:
            actions.keep_one(grant.user)
        Grant.objects.filter(pk=grant.pk).update(until=until)
        said = actions.grant_facts(grant.role, grant.unit, grant.dataset)
        audit.record(actor, "people.grant", person(grant.user), did="end-on", until=until.isoformat(), **said)


def substitute(actor: User, whom: User, other: User, until: date) -> PrivilegeRequest | None:
    """Give somebody, until a day, all that another may do; what nobody gives alone is asked for, and returned.

    Whoever stands in never judges what they had a hand in, as nobody does.
    """
    actions.allow(actor, "people.grant", whom)
    actions.allow(actor, "people.grant", other)
    if whom.pk == other.pk or not other.is_active:
        raise AccountRefused(
            Label("جانشین کس دیگری از کارکنان باشد.", "The substitute must be another officer."), "other"
        )
    held = {(each.role, each.unit_id, each.dataset) for each in Grant.objects.filter(user=other, until=None)}
    mine = [
        grant
        for grant in Grant.objects.filter(user=whom, stands_in_for=None).select_related("unit")
        if (grant.role, grant.unit_id, grant.dataset) not in held
    ]
    if not mine:
        raise AccountRefused(
            Label("این جانشین هر چه را او می‌تواند خودش دارد.", "This substitute may do all of that already."), "other"
        )
    with transaction.atomic():
        asked: list[Wanted] = []
        for grant in mine:
            last = min(until, grant.until) if grant.until else until
            wish = Wanted(other, grant.role, grant.unit, grant.dataset, last, whom)
            try:
                actions.give(actor, other, wish.role, wish.unit, wish.dataset, last, whom)
            except SecondNeeded:
                asked.append(wish)
        return privileges.ask(actor, asked) if asked else None


def end_all() -> int:
    """Remove the roles whose last day is over, and tell of those that end soon; how many were removed."""
    now = today(city.current().clock)
    soon = Grant.objects.filter(until__lte=now + TERM_WARNED, user__is_active=True).select_related("user", "unit")
    for grant in soon:
        outbox.put(messages.ENDS, [grant.user, *_heads(grant)], f"grant/{grant.pk}", stage=f"{grant.until}")
    over = Grant.every.filter(until__lt=now).select_related("user", "unit")
    for grant in over:
        with transaction.atomic():
            said = actions.grant_facts(grant.role, grant.unit, grant.dataset)
            audit.record(None, "people.grant", person(grant.user), did="end", **said)
            outbox.put(messages.ENDED, [grant.user, *_heads(grant)], f"grant/{grant.pk}")
            grant.delete()
    return len(over)


def _heads(grant: Grant) -> list[User]:
    return [head for head in duties.heads(grant.unit) if head.pk != grant.user_id] if grant.unit else []
