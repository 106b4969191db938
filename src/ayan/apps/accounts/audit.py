"""The audit trail: every act of an officer, each tied to the last, kept by the database, and sealed day by day."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ayan.apps.accounts.models import Act, TrailHead, User
from ayan.apps.accounts.policy import Something, Subject, as_subject
from ayan.apps.accounts.roles import EVENTS, POLICY
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.values.canonical import canonical_json
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.wiring import city

START: Final = "0" * 64
SEALED: Final = "audit.seal"
RESUMED: Final = "audit.resume"
"""The act by which the trail of a database that came back older than the log goes on after the last sealed act."""
# A fact is a code, a slug, a reference, a digest or a moment: no spaces, so no words; no long number, no address.
_FACT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,199}")
_LONG_NUMBER: Final = re.compile(r"(?:IR)?[0-9 .+-]{8,}", re.IGNORECASE)
_AT_ONCE: Final = 500
_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
TABLE: Final = "accounts_act"
TRIGGERS: Final = ("accounts_act_no_update", "accounts_act_no_delete")

_SQLITE: Final = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"
    for name, event in zip(TRIGGERS, ("UPDATE", "DELETE"), strict=True)
)
_POSTGRES: Final = (
    (
        "CREATE OR REPLACE FUNCTION accounts_act_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is only added to'; END $$"
    ),
    f"DROP TRIGGER IF EXISTS {TRIGGERS[0]} ON {TABLE}",
    f"DROP TRIGGER IF EXISTS {TRIGGERS[1]} ON {TABLE}",
    f"CREATE TRIGGER {TRIGGERS[0]} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION accounts_act_refuse()",
    (
        f"CREATE TRIGGER {TRIGGERS[1]} BEFORE DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION accounts_act_refuse()"
    ),
)


class BadFact(ValueError):
    """Something that the audit trail may not hold: a fault of the program."""


def record(actor: User | None, verb: str, subject: Something, **facts: Any) -> Act:
    """Add one act to the trail, in the transaction of the act itself, so that neither stands without the other.

    ``actor`` is None where the machine acts by itself. ``facts`` are whole numbers, booleans, None and codes (letters
    of ASCII, digits and ``_ . : / + -``): never words, names or values of a table. Raises BadFact for anything else
    and LookupError for a verb that is neither in `POLICY` nor in `EVENTS`.
    """
    if verb not in POLICY and verb not in EVENTS:
        raise LookupError(f"{verb!r} is neither a verb nor an event")
    about = as_subject(subject)
    if not is_code(about):
        raise BadFact("a subject is written as a code")
    written = canonical_json({name: _checked(name, value) for name, value in facts.items()}).decode()
    with transaction.atomic():
        TrailHead.objects.get_or_create(pk=1, defaults={"digest": START})
        # Whoever comes second waits here, so that the chain never forks.
        head = TrailHead.objects.select_for_update().get(pk=1)
        act = Act(
            number=head.number + 1,
            at=city.current().clock.now(),
            actor=actor,
            verb=verb,
            subject=str(about),
            unit=about.unit,
            dataset=about.dataset,
            facts=written,
            previous=head.digest,
        )
        act.digest = digest_of(act)
        act.save()
        head.number, head.digest = act.number, act.digest
        head.save()
    return act


def is_code(about: Subject) -> bool:
    """Whether a subject is written so that the trail takes it, and short enough for its columns."""
    lengths = ((str(about), 200), (about.unit, 60), (about.dataset, 100))
    return all(not text or (_FACT.fullmatch(text) and len(text) <= most) for text, most in lengths)


def digest_of(act: Act) -> str:
    """The SHA-256 (hex) over everything an act says, the digest of the act before it included."""
    return hashlib.sha256(canonical_json(_said(act))).hexdigest()


def _said(act: Act) -> dict[str, Any]:
    return {
        "number": act.number,
        "at": _instant(act.at),
        "actor": act.actor_id,
        "verb": act.verb,
        "subject": act.subject,
        "unit": act.unit,
        "dataset": act.dataset,
        "facts": json.loads(act.facts),
        "previous": act.previous,
    }


@dataclass(frozen=True, slots=True)
class Break:
    """Where the trail does not hold: the number of the first act that is changed, missing or out of place."""

    number: int
    why: str


def check() -> Break | None:
    """Recompute the whole chain; the first place where it does not hold, or None.

    Numbers are skipped by `RESUMED` alone; whether the log knows of that is told by `sealed_otherwise`.
    """
    previous, number = START, 0
    while True:
        for act in _in_order(number):
            number += 1
            if act.number != number:
                if act.verb != RESUMED or act.number - 1 != json.loads(act.facts)["last"]:
                    return Break(number, "missing")
                number = act.number
            if act.previous != previous or digest_of(act) != act.digest:
                return Break(number, "changed")
            previous = act.digest
        head = TrailHead.objects.filter(pk=1).first()
        if head is None:
            return Break(number, "head") if number else None
        if (head.number, head.digest) == (number, previous):
            return None
        # What others recorded while this was read is followed, too.
        if not Act.objects.filter(number__gt=number).exists():
            return Break(number + 1, "head")


def proven_moment(act: Act) -> datetime | None:
    """The moment of an act whose time lost what is below the millisecond, as the act's digest proves it; None if none.

    Of the thousand moments within a millisecond only the right one leads to the digest that the chain holds, so this
    makes nothing that was forged look right.
    """
    before, after = canonical_json(_said(act)).split(json.dumps(_instant(act.at)).encode())
    for microseconds in range(1000):
        moment = act.at + timedelta(microseconds=microseconds)
        written = before + json.dumps(_instant(moment)).encode() + after
        if hashlib.sha256(written).hexdigest() == act.digest:
            return moment
    return None


def _in_order(after: int = 0) -> Iterator[Act]:
    return Act.objects.filter(number__gt=after).order_by("number").iterator(2_000)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _checked(name: str, value: Any) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    text = str(value)
    if not _FACT.fullmatch(text) or (_LONG_NUMBER.fullmatch(text) and not _DATED.fullmatch(text)):
        raise BadFact(f"the fact {name!r} is not a code")
    return text


# --- what the database refuses ----------------------------------------------------------------------------------------


def triggers_stand(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database refuses to change an act and to remove one."""
    asked = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s)"
        if connection.vendor == "sqlite"
        # Of this city's schema: another city's triggers guard no act of this one.
        else "SELECT count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE relnamespace = current_schema()::regnamespace AND tgenabled = 'O' AND tgname IN (%s, %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, TRIGGERS)
        return bool(cursor.fetchone()[0] == len(TRIGGERS))


def put_up_triggers(connection: BaseDatabaseWrapper) -> None:
    """Let the database refuse; nothing happens where it does already.

    Asked for after every migration, because SQLite forgets the triggers of a table that a migration makes anew.
    """
    if triggers_stand(connection):
        return
    with connection.cursor() as cursor:
        for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRES:
            cursor.execute(statement)


# --- the seal of a day in the public log ------------------------------------------------------------------------------


class TrailBroken(Refusal):
    """The chain does not hold, so nothing of it is sealed; the words say from which act on."""

    code = "trail-broken"
    fa = "رد کارها درست نیست."
    en = "The audit trail does not hold."
    status = 500


BROKEN: Final = Label(
    "رد کارها از شمارهٔ {number} درست نیست ({why}).",
    "The audit trail does not hold from number {number} on ({why}).",
)
NO_ACT: Final = Label("در روز {day} کاری نیست.", "There is no act on {day}.")
SEALED_OTHERWISE: Final = Label(
    "رد کارهای روز {day} همان نیست که در ثبت عمومی مهر شد: زنجیرهٔ پایگاه داده تا شمارهٔ {last} به آن اثر انگشت نمی‌رسد.",
    "The audit trail of {day} is not what was sealed in the log: up to number {last} the chain in the database does "
    "not lead to that digest.",
)


def sealed_otherwise() -> TrailDay | None:
    """The first day whose leaf in the log is not what the database says; None where all are, or nothing was sealed.

    A chain that was computed anew after an act was changed holds by itself, but not against its leaves. Acts that both
    the log and the trail call lost are not asked for. Raises LedgerError where the log is damaged.
    """
    history = city.current().log_replay.now()
    gaps = _gaps(history)
    days = [day for day in history.trail if not any(since < day.last <= last for since, last in gaps)]
    for start in range(0, len(days), _AT_ONCE):
        some = days[start : start + _AT_ONCE]
        acts = Act.objects.filter(number__in=[day.last for day in some])
        digests = dict(acts.values_list("number", "digest"))
        for day in some:
            if digests.get(day.last) != day.head:
                return day
    return None


def _gaps(history: LogHistory) -> list[tuple[int, int]]:
    """The ranges of lost acts: the number after which they begin, and that of the last."""
    resumed = Act.objects.filter(verb=RESUMED).values_list("facts", flat=True)
    known = {(int(facts["since"]), int(facts["last"])) for facts in map(json.loads, resumed)}
    notices = [said.facts for said in history.operator.notices.values() if said.code == "acts-lost"]
    return [gap for facts in notices if (gap := (int(facts["since"]), int(facts["last"]))) in known]


def beginning(day: date) -> datetime:
    """The first moment of a day of the city."""
    return datetime.combine(day, time(), TEHRAN)


def seal_days() -> list[TrailDay]:
    """Seal every day that is over and is not sealed; asked twice it does nothing the second time.

    Raises TrailBroken for a chain that was tampered with or is not the one that was sealed, and what the log raises
    when it may not be signed.
    """
    broken = check()
    if broken is not None:
        raise TrailBroken().worded(BROKEN.format(number=broken.number, why=broken.why))
    otherwise = sealed_otherwise()
    if otherwise is not None:
        raise TrailBroken().worded(SEALED_OTHERWISE.format(day=otherwise.day, last=otherwise.last))
    seals = []
    while (day := _next_day()) is not None:
        seals.append(_seal(day))
    return seals


def day_of(day: date) -> TrailDay | None:
    """What the log is to say of the next day that is sealed; None where no act waits. The same, once the day is over.

    A day holds what was recorded after the last seal and before an act of a later day: by number, since a clock that
    was ahead for an hour leaves acts whose times run backwards, and no act may stand in no day.
    """
    end = beginning(day + timedelta(days=1))
    waiting = Act.objects.filter(number__gt=_sealed()[1]).order_by("number")
    later = waiting.filter(at__gte=end).first()
    of_day = waiting.filter(number__lt=later.number) if later else waiting
    last = of_day.last()
    if last is None:
        return None
    at = end.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return TrailDay(day=day.isoformat(), at=at, acts=of_day.count(), last=last.number, head=last.digest)


def _sealed() -> tuple[date | None, int]:
    """The last day that was sealed, or is lost, and the number of its last act; none and 0 before the first seal."""
    seal = Act.objects.filter(verb__in=(SEALED, RESUMED)).order_by("-number").first()
    if seal is None:
        return None, 0
    return date.fromisoformat(seal.subject.partition(":")[2]), int(json.loads(seal.facts)["last"])


def _next_day() -> date | None:
    """The day of the first act that is in no seal, if it is over; never one before a day that was sealed."""
    since, last = _sealed()
    first = Act.objects.filter(number__gt=last).order_by("number").first()
    if first is None:
        return None
    day = first.at.astimezone(TEHRAN).date()
    if since is not None:
        day = max(day, since + timedelta(days=1))
    return day if day < today(city.current().clock) else None


def _seal(day: date) -> TrailDay:
    with transaction.atomic():
        # Two who seal at once: the second waits, and enters the very same leaf, which the log then has already.
        TrailHead.objects.select_for_update().get(pk=1)
        said = day_of(day)
        if said is None:
            raise TrailBroken().worded(NO_ACT.format(day=day))
        leaf = city.current().transparency_log.seal_day(said)
        record(None, SEALED, f"day:{day}", leaf=leaf, last=said.last, head=said.head)
    return said
