"""The daily seal of the audit trail: each day that is over gets one leaf in the city's public log."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from django.db import transaction

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import Act, TrailHead
from ayan.apps.accounts.selectors import beginning
from ayan.core.transparency.statement import TrailDay
from ayan.core.values.clock import TEHRAN, today
from ayan.wiring import city


class TrailBroken(Exception):
    """The chain does not hold, so nothing of it is sealed; the text says from which act on."""


def seal_days() -> list[TrailDay]:
    """Seal every day that is over and is not sealed; asked twice it does nothing the second time.

    Raises TrailBroken for a chain that was tampered with, and what the log raises when it may not be signed.
    """
    broken = audit.check()
    if broken is not None:
        raise TrailBroken(f"the audit trail does not hold from number {broken.number} on ({broken.why})")
    seals = []
    while (day := _next_day()) is not None:
        seals.append(_seal(day))
    return seals


def day_of(day: date) -> TrailDay | None:
    """What the log is to say of a day; None for one without acts. The same every time, once the day is over."""
    end = beginning(day + timedelta(days=1))
    last = Act.objects.filter(at__lt=end).order_by("-number").first()
    acts = Act.objects.filter(at__gte=beginning(day), at__lt=end).count()
    if last is None or not acts:
        return None
    at = end.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return TrailDay(day=day.isoformat(), at=at, acts=acts, last=last.number, head=last.digest)


def _next_day() -> date | None:
    """The first day with acts that is over and not sealed."""
    sealed = Act.objects.filter(verb="audit.seal").order_by("-number").first()
    since = sealed.subject.partition(":")[2] if sealed else ""
    later = Act.objects.filter(at__lt=beginning(today(city.current().clock)))
    if since:
        later = later.filter(at__gte=beginning(date.fromisoformat(since) + timedelta(days=1)))
    first = later.order_by("number").first()
    return first.at.astimezone(TEHRAN).date() if first else None


def _seal(day: date) -> TrailDay:
    with transaction.atomic():
        # Two who seal at once: the second waits, and enters the very same leaf, which the log then has already.
        TrailHead.objects.select_for_update().get(pk=1)
        said = day_of(day)
        if said is None:
            raise TrailBroken(f"there is no act on {day}")
        leaf = city.current().transparency_log.seal_day(said)
        audit.record(None, "audit.seal", f"day:{day}", leaf=leaf, last=said.last, head=said.head)
    return said
