"""Going on with a database that came back from a backup older than the log: its sealed acts and findings are lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import TrailHead
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.wiring.city import City


class TrailStands(Refusal):
    """Nothing that was sealed is missing, so there is nothing to be given up."""

    code = "trail-stands"
    fa = "چیزی از آنچه در ثبت عمومی مهر شده است کم نیست؛ گفتهٔ شما لازم نیست."
    en = "Nothing that the log sealed is missing; your word is not needed."
    status = 409


_WORDS: Final = Label(
    "ثبت عمومی کارهای میز کار را تا شمارهٔ {last} (روز {day}) مهر کرده است، ولی پایگاه داده تنها تا شمارهٔ {since} همان "
    "است که مهر شد.",
    "The log sealed the acts of the desk up to number {last} ({day}), but the database is what was sealed only up to "
    "number {since}.",
)


@dataclass(frozen=True, slots=True)
class LostActs:
    """Acts that were sealed and are not in the database, or not as they were sealed.

    ``since`` is the number of the last one that is there as sealed (0 for none), ``last`` that of the last one that was
    sealed, and ``day`` (ISO) its day.
    """

    since: int
    last: int
    day: str

    @property
    def words(self) -> Label:
        """What is lacking, in words."""
        return _WORDS.format(last=self.last, day=self.day, since=self.since)


def lost(city: City) -> LostActs | None:
    """What the database lacks of the sealed trail; None where it is all there. Raises as `audit.sealed_otherwise`."""
    first = audit.sealed_otherwise()
    if first is None:
        return None
    days = city.log_replay.now().trail
    since = max((day.last for day in days if day.last < first.last), default=0)
    return LostActs(since, days[-1].last, days[-1].day)


def give_up(city: City, findings: int) -> None:
    """Enter an operator's word that what is lost stays lost, and let the trail go on after the last sealed act.

    ``findings`` of sealed days are lost as well. Done again after it broke off, it goes on. Raises TrailStands where
    nothing is lost, TrailBroken for a chain that does not hold by itself, and what the log raises.
    """
    broken = audit.check()
    if broken is not None:
        raise audit.TrailBroken().worded(audit.BROKEN.format(number=broken.number, why=broken.why))
    replay = city.log_replay
    with transaction.atomic():
        TrailHead.objects.get_or_create(pk=1, defaults={"digest": audit.START})
        # Whoever acts meanwhile waits, and goes on behind the gap.
        head = TrailHead.objects.select_for_update().get(pk=1)
        gone = lost(city)
        if gone is None and not findings:
            raise TrailStands
        if gone is None:
            sealed = replay.now().trail
            since = last = sealed[-1].last if sealed else 0
        else:
            since, last = gone.since, gone.last
        facts = {"findings": findings, "last": last, "since": since}
        notice = replay.now().operator.last("acts-lost")
        if notice is None or notice.facts != facts:
            city.transparency_log.notice("acts-lost", **facts)
        if gone is not None:
            head.number = max(head.number, gone.last)
            head.save()
            audit.record(None, audit.RESUMED, f"day:{gone.day}", **facts)
