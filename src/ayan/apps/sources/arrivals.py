"""A file that came by itself becomes a submission of the desk, once, in the name of its source; where it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from ayan.apps.accounts import audit
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk import sender_acts
from ayan.apps.desk.access import release_of
from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.desk.inputs import issues_of
from ayan.apps.desk.models import OPEN, Submission, SubmissionState
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken
from ayan.apps.sources.labels import OUTCOMES
from ayan.apps.sources.models import WAITING, Arrival, Source, SourceToken
from ayan.apps.sources.refusals import InProgress, KeyReused, PeriodInHand
from ayan.core.intake.http_fetch import FetchOutcome
from ayan.core.publish.examination import resolve_period
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.period import Period
from ayan.core.values.period_names import periods_in
from ayan.ui import exclusive_lock
from ayan.wiring import city

STATES: Final = {
    SubmissionState.PUBLISHED: ("published", Label("منتشر شد.", "It was published.")),
    SubmissionState.REFUSED: ("refused", Label("تأییدکننده آن را رد کرد.", "The approver refused it.")),
    SubmissionState.SET_ASIDE: ("set-aside", Label("کنار گذاشته شد.", "It was set aside.")),
    SubmissionState.TAKEN_BACK: (
        "taken-back",
        Label("پس از انتشار پس گرفته شد.", "It was taken back after publication."),
    ),
    SubmissionState.RETURNED: (
        "waiting",
        Label("برای اصلاح برگشت؛ در دست کارشناس است.", "It was returned; a clerk has it."),
    ),
    SubmissionState.SENT: ("sent", OUTCOMES["sent"]),
    SubmissionState.APPROVED: (
        "approved",
        Label("تأیید شد و در حال انتشار است.", "It is approved and being published."),
    ),
}
"""What the desk has decided since; it goes before what was written down when the file came to rest."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file on its way in: whose it is, what it is said to be, and how its sender names the request.

    ``part`` says that its rows are added to what is published of the period.
    """

    source: Source
    dataset: Dataset
    period: str | None
    received: ReceivedFile
    token: SourceToken | None = None
    key: str = ""
    spot: str = ""
    part: bool = False

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
    # All of it or nothing: of a request whose process is killed no trace of its key is left.
    with transaction.atomic():
        if key is not None:
            if not exclusive_lock.is_alone_in_transaction(f"sources key {key}"):
                raise InProgress
            if earlier := _under_key(coming, key, period, digest):
                return ArrivalResult(earlier, True)
        if (earlier := _same(coming, period, digest)) is not None:
            return ArrivalResult(earlier, True)
        arrival = _recorded(coming, period, digest, key)
        _submit(coming, arrival)
    return ArrivalResult(arrival, False)


def keyed(what: str, text: str) -> str:
    """Something that must be recognised and not kept, under the city's secret."""
    return salted_hmac(f"ayan.sources.{what}", text, algorithm="sha256").hexdigest()


def _recorded(coming: IncomingFile, period: str, digest: str, key: str | None) -> Arrival:
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
        part=coming.part,
        spot=coming.spot,
    )


def _under_key(coming: IncomingFile, key: str, period: str, digest: str) -> Arrival | None:
    """The arrival that the same key led to; NotTaken for another file."""
    earlier = Arrival.objects.filter(token=coming.token, key=key).first()
    if earlier is None:
        return None
    if (earlier.dataset, earlier.period, earlier.digest) != (coming.dataset.slug, period, digest):
        raise KeyReused
    if earlier.submission is not None:
        return earlier
    # Earlier versions left these of requests that were cut short.
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
            submission = sender_acts.begin(source.account, coming.dataset, arrival.period)
        except PeriodTaken:
            raise PeriodInHand from None
        # Who set up the source has a hand in what comes of it, and so does not approve it.
        submission.contributors.add(source.account, source.created_by)
        key = submission.pk
    try:
        sender_acts.take_file(source.account, key, coming.received, None)
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


# --- its period -------------------------------------------------------------------------------------------------------


def period_of(source: Source, dataset: Dataset, name: str = "") -> str | None:
    """The period of a file, as its source says; None for a dataset without. Raises FetchOutcome (period-unclear)."""
    if dataset.period == "none":
        return None
    if source.period == "name":
        return str(_named(dataset, name))
    now = Period.of(today(city.current().clock), dataset.period)
    return str(now if source.period == "current" else Period.of(now.start - timedelta(days=1), dataset.period))


def _named(dataset: Dataset, name: str) -> Period:
    """The one period that a name tells; FetchOutcome where it tells none, or two."""
    period = periods_in(name, dataset.period).only
    if period is None:
        raise FetchOutcome("period-unclear", name)
    return period


# --- where it stands --------------------------------------------------------------------------------------------------


def state_of(arrival: Arrival, submission: Submission | None) -> tuple[str, Label]:
    """In a word, and in both languages."""
    if arrival.code in ("replaced", "unchanged"):
        return arrival.code, OUTCOMES[arrival.code]
    if submission is not None and submission.state in STATES:
        return STATES[SubmissionState(submission.state)]
    if arrival.code in WAITING:
        return "waiting", OUTCOMES[arrival.code]
    if arrival.settled_at is None:
        return "checking", OUTCOMES[""]
    return "waiting", OUTCOMES["over"]


def arrival_report(arrival: Arrival) -> dict[str, Any]:
    """What the sender is told: where it stands, why, and what was found, by cause; never what stands in a cell."""
    submission = Submission.objects.filter(pk=arrival.submission).first() if arrival.submission else None
    state, words = state_of(arrival, submission)
    more = arrival.details or {}
    reason = {lang: f"{words.of(lang)} {more[lang]}" if lang in more else words.of(lang) for lang in locale.BUILT_IN}
    if state in ("published", "unchanged", "refused", "set-aside", "taken-back"):
        reason = {"fa": words.fa, "en": words.en}
    return {
        "id": arrival.pk,
        "dataset": arrival.dataset,
        "period": arrival.period,
        "name": arrival.name,
        "bytes": arrival.size,
        "received_at": arrival.at.isoformat(),
        "state": state,
        "reason": arrival.code if state == "waiting" else None,
        "detail_fa": reason["fa"],
        "detail_en": reason["en"],
        "issues": _issues(submission) if submission is not None and state == "waiting" else [],
        "release": submission.release or None if submission is not None else None,
        "status": settings.ORIGIN + reverse("source_arrival", args=(arrival.pk,)),
        "desk": settings.ORIGIN + reverse("fa:desk_overview", args=(arrival.submission,)),
    }


def _issues(submission: Submission) -> list[dict[str, Any]]:
    issues = issues_of(submission)
    return [
        {
            "code": cause.code,
            "severity": cause.severity,
            "field": cause.field,
            "places": cause.cells,
            "title_fa": cause.title.fa,
            "title_en": cause.title.en,
        }
        for cause in (issues.causes if issues else ())
    ]
