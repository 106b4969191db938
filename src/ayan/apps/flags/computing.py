"""Computing flags anew where what they read has changed, keeping what was found, and writing the public register."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import Final, Literal

import duckdb
from django.db import transaction

from ayan.apps.accounts import audit
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk.belonging import unit_of
from ayan.apps.flags.models import OPEN, PUBLIC, Computed, Finding, State
from ayan.core.audit.flags import reckon as reckoning
from ayan.core.audit.flags.flag import Flag
from ayan.core.audit.flags.reckon import Filled, Missing, Outcome
from ayan.core.audit.flags.register import Ended, Register, Reply, Shown, Told
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.clock import today
from ayan.wiring import city
from ayan.wiring.city import City

BATCH: Final = 500
TOLD_OF: Final = timedelta(days=400)
"""How long the end of a finding is told of."""

FAILED: Final = "failed"
"""In the place of a cause: the query itself could not be run."""

log = logging.getLogger(__name__)


def compute(names: Iterable[str] = (), *, anew: bool = False) -> list[str]:
    """Bring every flag (or those of ``names``) up to what is published, publish what is due, and write the register.

    Returns the flags that were computed; one whose declaration and releases are the same is not, unless ``anew``.
    """
    here = city.current()
    flags = here.registry.flags().sound
    wanted = set(names) or {one.name for one in flags}
    done = [one.name for one in flags if one.name in wanted and _computed(here, one, anew)]
    _forget_undeclared({one.name for one in flags})
    advance(here, flags)
    write(here)
    return done


def _computed(here: City, flag: Flag, anew: bool) -> bool:
    """Compute a flag if anything it is made of has changed since."""
    datasets = {one.slug: one for one in here.registry.all()}
    states = {slug: here.shelf.state(slug) for slug in sorted(flag.datasets & datasets.keys())}
    digests = {slug: one.digest for slug, one in states.items()}
    workdays = here.profile.workdays
    mark = sha256_hex(repr((flag, digests, workdays, [datasets[one].digest for one in states])).encode())
    kept = Computed.objects.filter(flag=flag.name).first()
    if kept is not None and kept.mark == mark and not anew:
        return False
    try:
        outcome = reckoning.reckon(flag, datasets, {slug: one.releases for slug, one in states.items()}, workdays)
    except duckdb.Error:
        # What it found before stands until it can be computed again; the page says that it could not.
        log.exception("the flag %s could not be computed", flag.name)
        outcome = Outcome(flag, unknown={FAILED: 1})
    with transaction.atomic():
        Computed.objects.update_or_create(
            flag=flag.name,
            defaults={
                "mark": mark,
                "at": here.clock.now(),
                "digest": sha256_hex(repr(flag).encode()),
                "states": digests,
                "releases": {slug: len(one.releases) for slug, one in states.items()},
                "missing": [asdict(one) for one in outcome.missing],
                "filled": [asdict(one) for one in outcome.filled],
                "judged": outcome.judged,
                "fired": outcome.fired,
                "unknown": dict(outcome.unknown),
                "milliseconds": round(outcome.seconds * 1000),
                "calendar": outcome.calendar,
            },
        )
        if FAILED not in outcome.unknown:
            _merge(flag, outcome, today(here.clock))
    return True


def _merge(flag: Flag, outcome: Outcome, day: date) -> None:
    """Keep new findings, bring known ones up to date, and end those that do not hold any more."""
    known = {one.key: one for one in Finding.objects.filter(flag=flag.name)}
    made: list[Finding] = []
    changed: list[Finding] = []
    office = unit_of(flag.about)
    for found in outcome.findings:
        facts = sha256_hex(canonical_json([found.value, {name: list(keys) for name, keys in found.behind.items()}]))
        one = known.pop(found.subject, None)
        fresh = one is None
        if one is None:
            one = Finding(
                public_id=public_id(flag, found.subject), flag=flag.name, dataset=flag.about, key=found.subject
            )
        over = one.state in (State.CLEARED, State.EXPIRED)
        again = one.state == State.GONE or (over and one.facts != facts)
        if fresh or again:
            _begin(one, day)
        if one.state != State.EXPIRED:
            one.value, one.threshold, one.facts = found.value, found.threshold, facts
            one.party_id, one.party, one.unit = found.party_id, found.party[:300], found.unit[:200]
            one.office = office
            one.behind = {name: list(keys) for name, keys in found.behind.items()}
            one.releases = list(found.releases)
        if one.state == State.WAITING and not one.names:
            _publish(one, flag, day)
        (made if fresh else changed).append(one)
    for one in known.values():
        if one.state in (*OPEN, State.CLEARED):
            _end(one, State.GONE, day)
            changed.append(one)
    Finding.objects.bulk_create(made, BATCH)
    if changed:
        Finding.objects.bulk_update(changed, _FIELDS, BATCH)


_FIELDS: Final = (
    "state", "facts", "value", "threshold", "party_id", "party", "unit", "office", "behind", "releases", "found_on",
    "told_on", "told_by", "told_how", "letter", "due_on", "reply_came_on", "published_on", "expires_on", "cleared_on",
    "cleared_by", "reason", "ended_on",
)  # fmt: skip


def public_id(flag: Flag, subject: str) -> str:
    """The lasting name of a finding: sixteen hex digits over the flag and the record."""
    return hashlib.sha256(f"{flag.name}\0{flag.about}\0{subject}".encode()).hexdigest()[:16]


def _begin(one: Finding, day: date) -> None:
    """A finding that is new, or is found again after it had ended: whoever it names has seen nothing of it yet."""
    one.state, one.found_on, one.told_how, one.letter, one.reason = State.WAITING, day, "", "", ""
    one.told_on = one.due_on = one.reply_came_on = one.published_on = one.expires_on = one.cleared_on = one.ended_on = (
        None
    )
    one.told_by = one.cleared_by = None


def _publish(one: Finding, flag: Flag, day: date) -> None:
    one.state, one.published_on, one.expires_on = State.PUBLISHED, day, expiry(flag, day)


def expiry(flag: Flag, day: date) -> date:
    """The day on which a finding that is published on ``day`` ends."""
    return day + timedelta(days=flag.expires_days)


def _end(one: Finding, state: State, day: date) -> None:
    """It is counted from now on, and names nobody any more."""
    one.state, one.ended_on = state, day
    one.party = one.party_id = one.reason = one.letter = ""
    one.behind = {}
    one.reply_came_on = None
    one.replies.all().delete()


def _forget_undeclared(names: set[str]) -> None:
    """A flag that is declared no longer takes what it found with it."""
    Computed.objects.exclude(flag__in=names).delete()
    Finding.objects.exclude(flag__in=names).delete()


def advance(here: City, flags: Iterable[Flag]) -> None:
    """Publish what has been asked about for long enough, and end what has expired."""
    day = today(here.clock)
    for flag in flags:
        mine = Finding.objects.filter(flag=flag.name)
        with transaction.atomic():
            for one in mine.filter(state=State.ASKED, due_on__lt=day).select_for_update():
                _publish(one, flag, day)
                one.save()
                audit.record(None, "finding.publish", about(one), replies=one.replies.count())
            for one in mine.filter(state__in=PUBLIC, expires_on__lte=day).select_for_update():
                _end(one, State.EXPIRED, day)
                one.save()
                audit.record(None, "finding.expire", about(one))


def about(one: Finding) -> Subject:
    """A finding as the subject of an act."""
    return Subject("finding", one.public_id, one.office, one.dataset)


def write(here: City) -> None:
    """Write the public register anew from what is kept; one at a time, so that none writes what is no longer so."""
    with here.findings.held():
        _write(here)


def _write(here: City) -> None:
    counts: dict[str, Counter[str]] = {}
    day = today(here.clock)
    for flag, state, found_on in Finding.objects.exclude(state__in=PUBLIC).values_list("flag", "state", "found_on"):
        mine = counts.setdefault(flag, Counter())
        mine[state] += 1
        if state == State.WAITING and here.profile.workdays.after(found_on, here.profile.reply_days) < day:
            mine["overdue"] += 1
    flags = {one.flag: _told(one, counts.get(one.flag, Counter())) for one in Computed.objects.all()}
    here.findings.write(Register(flags, tuple(_shown()), ended=tuple(_ended(day))))


def _told(one: Computed, counts: Counter[str]) -> Told:
    return Told(
        at=one.at.isoformat(timespec="seconds"),
        digest=one.digest,
        states=one.states,
        releases=one.releases,
        missing=tuple(Missing(**each) for each in one.missing),
        filled=tuple(Filled(**each) for each in one.filled),
        judged=one.judged,
        fired=one.fired,
        unknown=one.unknown,
        waiting=counts[State.WAITING],
        overdue=counts["overdue"],
        asked=counts[State.ASKED],
        ended=counts[State.GONE] + counts[State.EXPIRED],
        milliseconds=one.milliseconds,
        calendar=one.calendar,
    )


def _shown() -> Iterator[Shown]:
    """Everything that is public, the newest first."""
    found = Finding.objects.filter(state__in=PUBLIC).order_by("-published_on", "flag", "key")
    for one in found.prefetch_related("replies"):
        yield Shown(
            id=one.public_id,
            flag=one.flag,
            dataset=one.dataset,
            key=one.key,
            standing="cleared" if one.state == State.CLEARED else "published",
            value=one.value,
            threshold=one.threshold,
            party_id=one.party_id,
            party=one.party,
            unit=one.unit,
            behind={name: tuple(keys) for name, keys in one.behind.items()},
            releases=tuple(one.releases),
            found_on=_iso(one.found_on),
            told_on=_iso(one.told_on),
            reply_came_on=_iso(one.reply_came_on),
            published_on=_iso(one.published_on),
            expires_on=_iso(one.expires_on),
            cleared_on=_iso(one.cleared_on),
            reason=one.reason,
            replies=tuple(
                Reply("party" if each.by == "party" else "unit", each.text, _iso(each.on)) for each in one.replies.all()
            ),
        )


def _ended(day: date) -> Iterator[Ended]:
    """Those that were public and ended lately, the newest first."""
    over = Finding.objects.filter(state__in=(State.GONE, State.EXPIRED), published_on__isnull=False)
    for one in over.filter(ended_on__gt=day - TOLD_OF).order_by("-ended_on", "pk"):
        how: Literal["gone", "expired"] = "gone" if one.state == State.GONE else "expired"
        yield Ended(id=one.public_id, flag=one.flag, dataset=one.dataset, on=_iso(one.ended_on), how=how)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
