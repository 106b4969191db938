"""Computing flags anew where what they read has changed, keeping what was found, and writing the public register."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

from django.db import transaction
from django_tasks import task

from ayan.apps.accounts import audit
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk.access import unit_of
from ayan.apps.flags import finding_days
from ayan.apps.flags.limits import ENDS_LISTED, FLAGS_AT_ONCE
from ayan.apps.flags.models import OPEN, PUBLIC, FindingCase, FindingState, FlagComputation
from ayan.core.audit.flags import computation as reckoning
from ayan.core.audit.flags.computation import FilledColumn, FlagOutcome, MissingInput
from ayan.core.audit.flags.flag import Flag
from ayan.core.audit.flags.register import EndedFinding, Register, RegisteredFinding, RegisteredFlag, RegisteredReply
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import UNREADABLE
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.clock import today
from ayan.core.values.workdays import Workdays
from ayan.wiring import city
from ayan.wiring.city import City

if TYPE_CHECKING:
    from ayan.core.audit.cluster_audit import AuditCluster

BATCH: Final = 500

FAILED: Final = "failed"
"""In the place of a cause: the query itself could not be run."""

log = logging.getLogger(__name__)


def compute(names: Iterable[str] = (), *, anew: bool = False) -> list[str]:
    """Bring every flag (or those of ``names``) up to what is published, publish what is due, and write the register.

    Returns the flags that were computed; one whose declaration and releases are the same is not, unless ``anew``.
    """
    current_city = city.current()
    flags = current_city.registry.flags().sound
    wanted = set(names) or {flag.name for flag in flags}
    due = [each for flag in flags if flag.name in wanted for each in _due(current_city, flag, anew)]
    # DuckDB does the work, outside Python's lock; what comes of it is kept here, in the order of the flags.
    with ThreadPoolExecutor(FLAGS_AT_ONCE) as pool:
        for each, outcome in zip(due, pool.map(_Due.outcome, due), strict=True):
            _keep(current_city, each, outcome)
    done = [each.flag.name for each in due]
    _forget_undeclared({flag.name for flag in flags})
    advance(current_city, flags)
    write(current_city)
    return done


@task()
def refresh() -> None:
    """Bring the flags up to what is published: little work while nothing has changed."""
    compute()
    finding_days.keep_today(city.current())


@dataclass(frozen=True, slots=True)
class _Due:
    """A flag that something has changed for: what it is computed of, by what, and the mark of all that.

    Without ``states`` it is not known what is published now. ``cluster`` computes flags over large tables, where there
    is one.
    """

    flag: Flag
    datasets: Mapping[str, Dataset]
    states: Mapping[str, DatasetSnapshot] | None
    workdays: Workdays
    mark: str
    cluster: AuditCluster | None = None

    def outcome(self) -> FlagOutcome:
        """What the flag finds now."""
        # What it found before stands until it can be computed again; the page says that it could not.
        failed = FlagOutcome(self.flag, unknown={FAILED: 1})
        if self.states is None:
            return failed
        states, cluster = self.states, self.cluster
        releases = {slug: snapshot.releases for slug, snapshot in states.items()}

        def locally() -> FlagOutcome:
            return reckoning.compute(self.flag, self.datasets, releases, self.workdays)

        try:
            if cluster is None:
                return locally()
            return cluster.placed(states, lambda: cluster.flag(self.flag, states, self.workdays), locally)
        except UNREADABLE:
            log.exception("the flag %s could not be computed", self.flag.name)
            return failed


def _due(city: City, flag: Flag, anew: bool) -> Iterator[_Due]:
    """The flag, if anything it is made of has changed since it was computed."""
    datasets = {dataset.slug: dataset for dataset in city.registry.all()}
    workdays = city.profile.workdays
    try:
        states = {slug: city.release_store.snapshot(slug) for slug in sorted(flag.datasets & datasets.keys())}
    except UNREADABLE:
        # The others are computed all the same.
        log.exception("what the flag %s is computed of cannot be read", flag.name)
        yield _Due(flag, datasets, None, workdays, "")
        return
    digests = {slug: snapshot.digest for slug, snapshot in states.items()}
    mark = sha256_hex(repr((flag, digests, workdays, [datasets[slug].digest for slug in states])).encode())
    kept = FlagComputation.objects.filter(flag=flag.name).first()
    if kept is None or kept.mark != mark or anew:
        yield _Due(flag, datasets, states, workdays, mark, city.audit_cluster)


def _keep(city: City, due: _Due, outcome: FlagOutcome) -> None:
    """Keep what a flag found, and of what."""
    flag, states = due.flag, due.states or {}
    failed = FAILED in outcome.unknown
    with transaction.atomic():
        FlagComputation.objects.update_or_create(
            flag=flag.name,
            defaults={
                # Without a mark it is tried again at the next round.
                "mark": "" if failed else due.mark,
                "at": city.clock.now(),
                "digest": sha256_hex(repr(flag).encode()),
                "states": {slug: snapshot.digest for slug, snapshot in states.items()},
                "releases": {slug: len(snapshot.releases) for slug, snapshot in states.items()},
                "missing": [asdict(missing_input) for missing_input in outcome.missing],
                "filled": [asdict(filled_column) for filled_column in outcome.filled],
                "judged": outcome.judged,
                "fired": outcome.fired,
                "unknown": dict(outcome.unknown),
                "milliseconds": round(outcome.seconds * 1000),
                "calendar": outcome.calendar,
            },
        )
        if not failed:
            _merge(flag, outcome, today(city.clock))


def _merge(flag: Flag, outcome: FlagOutcome, day: date) -> None:
    """Keep new findings, bring known ones up to date, and end those that do not hold any more."""
    known = {finding.key: finding for finding in FindingCase.objects.filter(flag=flag.name)}
    created: list[FindingCase] = []
    changed: list[FindingCase] = []
    office = unit_of(flag.about)
    for computed in outcome.findings:
        facts = sha256_hex(
            canonical_json([computed.value, {name: list(keys) for name, keys in computed.behind.items()}])
        )
        finding = known.pop(computed.subject, None)
        fresh = finding is None
        if finding is None:
            finding = FindingCase(
                public_id=public_id(flag, computed.subject), flag=flag.name, dataset=flag.about, key=computed.subject
            )
        over = finding.state in (FindingState.CLEARED, FindingState.EXPIRED)
        again = finding.state == FindingState.GONE or (over and finding.facts != facts)
        if fresh or again:
            _begin(finding, day)
        if finding.state != FindingState.EXPIRED:
            finding.value, finding.threshold, finding.facts = computed.value, computed.threshold, facts
            finding.party_id, finding.party, finding.unit = computed.party_id, computed.party[:300], computed.unit[:200]
            finding.office = office
            finding.behind = {name: list(keys) for name, keys in computed.behind.items()}
            finding.releases = list(computed.releases)
        if finding.state == FindingState.WAITING and not finding.names:
            _publish(finding, flag, day)
        (created if fresh else changed).append(finding)
    for vanished in known.values():
        if vanished.state in (*OPEN, FindingState.CLEARED):
            _end(vanished, FindingState.GONE, day)
            changed.append(vanished)
    FindingCase.objects.bulk_create(created, BATCH)
    if changed:
        FindingCase.objects.bulk_update(changed, _FIELDS, BATCH)


_FIELDS: Final = (
    "state", "facts", "value", "threshold", "party_id", "party", "unit", "office", "behind", "releases", "found_on",
    "told_on", "told_by", "told_how", "letter", "due_on", "reply_came_on", "published_on", "expires_on", "cleared_on",
    "cleared_by", "reason", "ended_on",
)  # fmt: skip


def public_id(flag: Flag, subject: str) -> str:
    """The lasting name of a finding: sixteen hex digits over the flag and the record."""
    return hashlib.sha256(f"{flag.name}\0{flag.about}\0{subject}".encode()).hexdigest()[:16]


def _begin(finding: FindingCase, day: date) -> None:
    """A finding that is new, or is found again after it had ended: whoever it names has seen nothing of it yet."""
    finding.state, finding.found_on, finding.told_how, finding.letter, finding.reason = (
        FindingState.WAITING,
        day,
        "",
        "",
        "",
    )
    finding.told_on = finding.due_on = finding.reply_came_on = finding.published_on = finding.expires_on = (
        finding.cleared_on
    ) = finding.ended_on = None
    finding.told_by = finding.cleared_by = None


def _publish(finding: FindingCase, flag: Flag, day: date) -> None:
    finding.state, finding.published_on, finding.expires_on = FindingState.PUBLISHED, day, expiry(flag, day)


def expiry(flag: Flag, day: date) -> date:
    """The day on which a finding that is published on ``day`` ends."""
    return day + timedelta(days=flag.expires_days)


def _end(finding: FindingCase, state: FindingState, day: date) -> None:
    """It is counted from now on, and names nobody any more."""
    finding.state, finding.ended_on = state, day
    finding.party = finding.party_id = finding.reason = finding.letter = ""
    finding.behind = {}
    finding.reply_came_on = None
    finding.replies.all().delete()


def _forget_undeclared(names: set[str]) -> None:
    """A flag that is declared no longer takes what it found with it."""
    FlagComputation.objects.exclude(flag__in=names).delete()
    FindingCase.objects.exclude(flag__in=names).delete()


def advance(city: City, flags: Iterable[Flag]) -> None:
    """Publish what has been asked about for long enough, and end what has expired."""
    day = today(city.clock)
    for flag in flags:
        mine = FindingCase.objects.filter(flag=flag.name)
        with transaction.atomic():
            for finding in mine.filter(state=FindingState.ASKED, due_on__lt=day).select_for_update():
                _publish(finding, flag, day)
                finding.save()
                audit.record(None, "finding.publish", about(finding), replies=finding.replies.count())
            for held_finding in mine.filter(state__in=PUBLIC, expires_on__lte=day).select_for_update():
                _end(held_finding, FindingState.EXPIRED, day)
                held_finding.save()
                audit.record(None, "finding.expire", about(held_finding))


def about(finding: FindingCase) -> Subject:
    """A finding as the subject of an act."""
    return Subject("finding", finding.public_id, finding.office, finding.dataset)


def write(city: City) -> None:
    """Write the public register anew from what is kept; one at a time, so that none writes what is no longer so."""
    with city.flag_register.locked():
        _write(city)


def _write(city: City) -> None:
    counts: dict[str, Counter[str]] = {}
    day = today(city.clock)
    for flag, state, found_on in FindingCase.objects.exclude(state__in=PUBLIC).values_list("flag", "state", "found_on"):
        mine = counts.setdefault(flag, Counter())
        mine[state] += 1
        if state == FindingState.WAITING and city.profile.workdays.after(found_on, city.profile.reply_days) < day:
            mine["overdue"] += 1
    flags = {
        computation.flag: _registered_flag(computation, counts.get(computation.flag, Counter()))
        for computation in FlagComputation.objects.all()
    }
    city.flag_register.write(Register(flags, tuple(_registered_findings()), ended=tuple(_ended(day))))


def _registered_flag(computation: FlagComputation, counts: Counter[str]) -> RegisteredFlag:
    return RegisteredFlag(
        at=computation.at.isoformat(timespec="seconds"),
        digest=computation.digest,
        states=computation.states,
        releases=computation.releases,
        missing=tuple(MissingInput(**each) for each in computation.missing),
        filled=tuple(FilledColumn(**each) for each in computation.filled),
        judged=computation.judged,
        fired=computation.fired,
        unknown=computation.unknown,
        waiting=counts[FindingState.WAITING],
        overdue=counts["overdue"],
        examined=counts[FindingState.ASKED],
        ended=counts[FindingState.GONE] + counts[FindingState.EXPIRED],
        milliseconds=computation.milliseconds,
        calendar=computation.calendar,
    )


def registered(finding: FindingCase) -> RegisteredFinding:
    """What the register says of a finding, whatever its state, without its days and its replies."""
    return RegisteredFinding(
        id=finding.public_id,
        flag=finding.flag,
        dataset=finding.dataset,
        key=finding.key,
        standing="cleared" if finding.state == FindingState.CLEARED else "published",
        value=finding.value,
        threshold=finding.threshold,
        party_id=finding.party_id,
        party=finding.party,
        unit=finding.unit,
        behind={name: tuple(keys) for name, keys in finding.behind.items()},
        releases=tuple(finding.releases),
    )


def _registered_findings() -> Iterator[RegisteredFinding]:
    """Everything that is public, the newest first."""
    findings = FindingCase.objects.filter(state__in=PUBLIC).order_by("-published_on", "flag", "key")
    for finding in findings.prefetch_related("replies"):
        yield replace(
            registered(finding),
            found_on=_iso(finding.found_on),
            told_on=_iso(finding.told_on),
            reply_came_on=_iso(finding.reply_came_on),
            published_on=_iso(finding.published_on),
            expires_on=_iso(finding.expires_on),
            cleared_on=_iso(finding.cleared_on),
            reason=finding.reason,
            replies=tuple(
                RegisteredReply("party" if each.by == "party" else "unit", each.text, _iso(each.on))
                for each in finding.replies.all()
            ),
        )


def _ended(day: date) -> Iterator[EndedFinding]:
    """Those that were public and ended lately, the newest first."""
    over = FindingCase.objects.filter(state__in=(FindingState.GONE, FindingState.EXPIRED), published_on__isnull=False)
    for finding in over.filter(ended_on__gt=day - ENDS_LISTED).order_by("-ended_on", "pk"):
        how: Literal["gone", "expired"] = "gone" if finding.state == FindingState.GONE else "expired"
        yield EndedFinding(
            id=finding.public_id, flag=finding.flag, dataset=finding.dataset, on=_iso(finding.ended_on), how=how
        )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
