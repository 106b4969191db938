"""A file that came by itself becomes an ordinary submission of the desk, once, in the name of its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from ayan.apps.accounts import audit
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk import actions
from ayan.apps.desk.models import OPEN, Submission, SubmissionState
from ayan.apps.desk.publication import release_of
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken
from ayan.apps.desk.uploads import ReceivedFile
from ayan.apps.sources.models import Arrival, Source, SourceToken
from ayan.apps.sources.refusals import InProgress, KeyReused, PeriodInHand
from ayan.core.publish.examination import resolve_period
from ayan.core.schema.definition import Dataset
from ayan.wiring import city

ABANDONED: Final = timedelta(minutes=15)
"""After so long a request that began and left no submission was cut short, and may be made again."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file on its way in: whose it is, what it is said to be, and how its sender names the request."""

    source: Source
    dataset: Dataset
    period: str | None
    received: ReceivedFile
    token: SourceToken | None = None
    key: str = ""
    spot: str = ""

    @property
    def sends(self) -> bool:
        """Whether it may go on to the approvers by itself."""
        return self.source.sends and (self.token is None or "submission.send" in self.token.verbs)


@dataclass(frozen=True, slots=True)
class ArrivalResult:
    """What a file became: its arrival, and whether that is an earlier one."""

    arrival: Arrival
    again: bool


def arrive(coming: IncomingFile) -> ArrivalResult:
    """Take a file in as a submission, or find the one that the same file became before.

    Raises CannotRead for a period that is none, Denied when the source may not send this, and NotTaken.
    """
    period = str(resolve_period(coming.dataset, coming.period or None))
    digest = keyed("file", coming.received.digest)
    key = keyed(f"key {coming.token.pk}", coming.key) if coming.token and coming.key else None
    if key is not None and (earlier := _under_key(coming, key, period, digest)):
        return ArrivalResult(earlier, True)
    if (earlier := _same(coming, period, digest)) is not None:
        return ArrivalResult(earlier, True)
    try:
        with transaction.atomic():
            arrival = _claimed(coming, period, digest, key)
    except IntegrityError:
        raise InProgress from None
    try:
        with transaction.atomic():
            _submit(coming, arrival)
    except BaseException:
        # Nothing came of it, so the same key may be used again.
        Arrival.objects.filter(pk=arrival.pk).delete()
        raise
    return ArrivalResult(arrival, False)


def keyed(what: str, text: str) -> str:
    """Something that must be recognised and not kept, under the city's secret."""
    return salted_hmac(f"ayan.sources.{what}", text, algorithm="sha256").hexdigest()


def _claimed(coming: IncomingFile, period: str, digest: str, key: str | None) -> Arrival:
    received = coming.received
    return Arrival.objects.create(
        source=coming.source,
        token=coming.token,
        dataset=coming.dataset.slug,
        period=period,
        digest=digest,
        size=received.size,
        name=received.name[:200],
        key=key,
        at=city.current().clock.now(),
        sends=coming.sends,
        spot=coming.spot,
    )


def _under_key(coming: IncomingFile, key: str, period: str, digest: str) -> Arrival | None:
    """The arrival that the same key led to; NotTaken while that is under way, and for another file."""
    earlier = Arrival.objects.filter(token=coming.token, key=key).first()
    if earlier is None:
        return None
    if (earlier.dataset, earlier.period, earlier.digest) != (coming.dataset.slug, period, digest):
        raise KeyReused
    if earlier.submission is not None:
        return earlier
    if city.current().clock.now() - earlier.at < ABANDONED:
        raise InProgress
    earlier.delete()
    return None


def _same(coming: IncomingFile, period: str, digest: str) -> Arrival | None:
    """The newest arrival of the very same file from this source, while what it became is open or still published."""
    rows = coming.source.arrivals.filter(dataset=coming.dataset.slug, period=period, digest=digest)
    rows = rows.exclude(submission=None)
    for earlier in rows.order_by("-at", "-pk"):
        if earlier.code == "replaced" or earlier.submission is None:
            continue
        submission = Submission.objects.filter(pk=earlier.submission).first()
        if submission is not None and _lives(submission, earlier):
            return earlier
    return None


def _lives(submission: Submission, earlier: Arrival) -> bool:
    if submission.state in OPEN:
        return True
    current = city.current().release_store.current(submission.dataset).get(submission.period)
    if submission.state == SubmissionState.PUBLISHED:
        release = release_of(submission.release)
        return current is not None and release is not None and current.ref == release.ref
    # Found equal to what was published; it is so while nothing else was published since.
    return earlier.code == "unchanged" and current is not None and current.ref == (earlier.details or {}).get("release")


def _submit(coming: IncomingFile, arrival: Arrival) -> None:
    """Begin a submission with the file, or give it to the one that an earlier file of this source began."""
    source = coming.source
    key = _unfinished(source, arrival)
    if key is None:
        try:
            submission = actions.begin(source.account, coming.dataset, arrival.period)
        except PeriodTaken:
            raise PeriodInHand from None
        # Who set up the source has a hand in what comes of it, and so does not approve it.
        submission.contributors.add(source.account, source.created_by)
        key = submission.pk
    try:
        actions.take_file(source.account, key, coming.received, None)
    except DeskRefused:
        raise PeriodInHand from None
    now = city.current().clock.now()
    Arrival.objects.filter(submission=key).exclude(pk=arrival.pk).exclude(code="replaced").update(
        code="replaced", settled_at=now
    )
    arrival.submission = key
    arrival.save(update_fields=["submission"])
    about = Subject("submission", key.hex, source.unit, arrival.dataset)
    audit.record(
        source.account, "source.arrive", about, source=source.slug, arrival=arrival.pk,
        token=coming.token.pk if coming.token else None, size=arrival.size,
    )  # fmt: skip


def _unfinished(source: Source, arrival: Arrival) -> UUID | None:
    """The open submission that this source alone had in hand; a newer file takes the place of its file."""
    rows = Submission.objects.select_for_update().filter(
        dataset=arrival.dataset, period=arrival.period, state=SubmissionState.DRAFT, started_by=source.account
    )
    submission = rows.first()
    return submission.pk if submission is not None and submission.by_machine else None
