"""What the worker does for sources: looks at those that are due, and carries what came as far as it may go."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from ayan.apps.accounts.policy import Denied
from ayan.apps.desk import sender_acts
from ayan.apps.desk.access import dataset_of
from ayan.apps.desk.approval import advance_approvals
from ayan.apps.desk.entry import partial_file
from ayan.apps.desk.entry.appended_base import NotAppended, standing
from ayan.apps.desk.files import uploads
from ayan.apps.desk.fixing import layouts
from ayan.apps.desk.inputs import Inputs, inputs_of
from ayan.apps.desk.models import Submission, SubmissionState, TaskState
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import source_notices
from ayan.apps.sources.labels import FAILED
from ayan.apps.sources.limits import RETRY_AFTER, RUNS_KEPT
from ayan.apps.sources.models import Arrival, Source, SourceRun
from ayan.apps.sources.source_types import source_type, source_types
from ayan.core.intake.http_fetch import FetchOutcome
from ayan.core.publish.sealing import ReleaseRefused
from ayan.core.schema.issue import CannotRead
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.values.canonical import Json
from ayan.core.values.label import Label, label_of
from ayan.ui import exclusive_lock
from ayan.ui.contract import PULLS_QUEUE
from ayan.wiring import city

ENDED: Final = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)


def carry(key: UUID | str) -> None:
    """Do the next thing for a submission that came by itself; nothing where people have it, or its turn has not come.

    May be done any number of times.
    """
    arrival = Arrival.objects.filter(submission=key).exclude(code="replaced").select_related("source__account").first()
    submission = Submission.objects.filter(pk=key).first()
    if arrival is None or submission is None or submission.busy:
        return
    if arrival.settled_at is None:
        _step(arrival, submission)


def _step(arrival: Arrival, submission: Submission) -> None:
    if submission.state == SubmissionState.SENT and submission.by_machine:
        # Cut short just after it was sent.
        _go_on(arrival, submission)
        return
    if submission.state != SubmissionState.DRAFT or not submission.by_machine:
        _settle(arrival, "over")
        return
    if submission.work == TaskState.FAILED:
        trouble = submission.trouble or {}
        _settle(arrival, "unreadable" if "fa" in trouble else "trouble", label_of(trouble) if "fa" in trouble else None)
        return
    held = inputs_of(submission.steps.all())
    try:
        if held.choice is None:
            _columns(arrival, submission, held)
        else:
            _judge(arrival, submission, held)
    except (DeskRefused, ReleaseRefused):
        # A person was quicker; what they did will call this again.
        return
    except Denied:
        _settle(arrival, "ready")


def _columns(arrival: Arrival, submission: Submission, held: Inputs) -> None:
    """Read the columns as a person said for this header; a header that nobody has confirmed waits for one.

    Before that the layout steps are done that a person confirmed for a file with these titles.
    """
    try:
        look = held.folder.stored_preview()
        # By which steps a refused file might be read, only a person says.
        steps = layouts.known_steps(submission, held, look if look and look.table else None)
        if steps:
            sender_acts.add_layout(arrival.source.account, submission.pk, list[Json](steps), submission.revision)
            return
        offered = held.folder.columns(dataset_of(submission), sheet=held.sheet, header_row=held.header_row)
    except CannotRead as refusal:
        _settle(arrival, "unreadable", refusal.label)
        return
    except LookupError:
        _settle(arrival, "trouble")
        return
    known = sender_acts.remembered(submission, offered.fingerprint)
    if known is None and arrival.part and all(column.field is not None for column in offered.theirs):
        # Made here, under the very titles of the declaration: there is nothing to be guessed or confirmed.
        known = offered.choice()
    if known is None:
        _settle(arrival, "new-header")
        return
    for name, unit in arrival.source.units_of(submission.dataset).items():
        if isinstance(known.fields.get(name), int):
            known = known.in_unit(name, unit, ())
    sender_acts.set_columns(arrival.source.account, submission.pk, known, offered.fingerprint, submission.revision)


def _judge(arrival: Arrival, submission: Submission, held: Inputs) -> None:
    """Send on what has no error and is no surprise; leave the rest to a clerk."""
    counts, difference = submission.counts or {}, submission.difference or {}
    if counts.get("held"):
        _settle(arrival, "held")
    elif counts.get("units"):
        _settle(arrival, "units")
    elif counts.get("errors") or not submission.digest:
        _settle(arrival, "errors")
    elif arrival.part and not held.appended and standing(submission) is not None:
        # Alone it would take all other rows of the period away.
        try:
            partial_file.add_to_published(arrival.source.account, submission.pk, submission.revision)
        except NotAppended:
            _settle(arrival, "large-change")
    elif not difference["changed"] and not difference["added"] and not difference["removed"]:
        sender_acts.set_aside(arrival.source.account, submission.pk, submission.revision)
        current = city.current().release_store.current(submission.dataset).get(submission.period)
        _settle(arrival, "unchanged", release=current.ref if current else None)
    elif difference["needs_note"]:
        _settle(arrival, "large-change")
    elif difference.get("blocking"):
        _settle(arrival, "unbalanced")
    elif not _may_send(arrival):
        _settle(arrival, "ready")
    else:
        reason = CorrectionReason(arrival.source.reason)
        try:
            sender_acts.send(arrival.source.account, submission.pk, submission.digest, "", submission.revision, reason)
        except NotAppended:
            # What its rows were added to has changed since, as by an erasure: its sender hands them in anew.
            sender_acts.set_aside(arrival.source.account, submission.pk, submission.revision)
            _settle(arrival, "replaced")
            return
        _go_on(arrival, submission)


def _go_on(arrival: Arrival, submission: Submission) -> None:
    """Put to it the yeses that were given in advance; where they do not hold for it, it waits for the approvers."""
    reason = advance_approvals.use(submission.pk)
    _settle(arrival, "sent" if reason else "approved", reason)


def _may_send(arrival: Arrival) -> bool:
    """Whether it was sent with leave to go on, and that leave was not taken back since."""
    token = arrival.token
    now = city.current().clock.now()
    return arrival.sends and arrival.source.active and (token is None or token.holds(now))


def _settle(arrival: Arrival, code: str, words: Label | None = None, **facts: Any) -> None:
    """Write down how far it came; once, however many find it so."""
    now = city.current().clock.now()
    report = {**facts, **(words.words() if words else {})}
    with transaction.atomic():
        first = Arrival.objects.filter(pk=arrival.pk, settled_at=None).update(
            code=code, details=report or None, settled_at=now
        )
    if first:
        arrival.refresh_from_db()
        source_type(arrival.source.kind).put_away(arrival)
        source_notices.tell_waiting(arrival)


def carry_all() -> None:
    """Carry whatever was left lying, as when the machine went down in between; and remind of what still waits."""
    now = city.current().clock.now()
    for key in Arrival.objects.filter(settled_at=None).values_list("submission", flat=True):
        if key is None:
            continue
        try:
            carry(key)
        except Exception:
            # One that cannot be carried keeps no other one waiting.
            log.exception("a file that came by itself could not be carried on")
    # A request that was cut short left nothing but its name.
    Arrival.objects.filter(submission=None, at__lt=now - timedelta(days=1)).delete()
    source_notices.remind()


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunReport:
    """One source that was looked at, and how that ended, in the words of `words.RUNS`."""

    source: Source
    codes: tuple[str, ...]


def run_due(only: str = "") -> list[RunReport]:
    """Look at every source that is due, or at one by name whether it is due or not; then carry on what came before."""
    reports = [_run(source.pk) for source in _due(only)]
    carry_all()
    return [report for report in reports if report is not None]


def _due(only: str = "") -> list[Source]:
    now = city.current().clock.now()
    rows = Source.objects.filter(active=True).exclude(
        kind__in=[each.name for each in source_types().values() if each.sent]
    )
    rows = rows.filter(slug=only) if only else rows.filter(Q(next_at=None) | Q(next_at__lte=now))
    return list(rows.order_by("next_at", "pk"))


def _run(key: int) -> RunReport | None:
    # Whoever is killed meanwhile keeps nobody from looking: the worker's next turn does it anew.
    with exclusive_lock.exclusively(f"source {key}", city.current().home) as alone:
        source = Source.objects.select_related("account", "created_by").filter(pk=key, active=True).first()
        return _looked_at(source) if alone and source is not None else None


def _looked_at(source: Source) -> RunReport:
    try:
        ended = _run_source(source)
    except FetchOutcome as end:
        ended = [end]
    except Denied:
        ended = [FetchOutcome("denied")]
    except Exception:
        log.exception("looking at the source %s met with a fault", source.slug)
        ended = [FetchOutcome("trouble")]
    _finish(source, ended)
    return RunReport(source, tuple(outcome.code for outcome in ended))


def _run_source(source: Source) -> list[FetchOutcome]:
    try:
        dataset = city.current().registry.get(source.dataset)
    except KeyError:
        raise FetchOutcome("denied") from None
    return source_type(source.kind).fetch(source, dataset)


def _finish(source: Source, ended: list[FetchOutcome]) -> None:
    """Write down how it ended, and when to look again."""
    now = city.current().clock.now()
    for outcome in ended or [FetchOutcome("nothing")]:
        if outcome.code in FAILED:
            log.warning("the source %s: %s", source.slug, outcome.code)
        # A folder is looked at every minute; that all is as it was is no news.
        if outcome.code != "nothing" and (outcome.code in _MOVED or outcome.code != source.last_code):
            SourceRun.objects.create(source=source, at=now, code=outcome.code, details=_about(outcome))
    failed_before = source.last_code in FAILED
    code = next((outcome.code for outcome in ended if outcome.code in FAILED), ended[-1].code if ended else "nothing")
    Source.objects.filter(pk=source.pk).update(
        last_at=now, last_code=code, state=source.state, next_at=_next(source, code, now)
    )
    if code in FAILED or failed_before:
        source_notices.tell_run(source, code)
    kept = source.runs.order_by("-at", "-pk").values_list("pk", flat=True)[:RUNS_KEPT]
    source.runs.exclude(pk__in=list(kept)).delete()


def _next(source: Source, code: str, now: datetime) -> datetime:
    rest = timedelta(minutes=max(1, source.every))
    return now + (min(rest, RETRY_AFTER) if code in FAILED or code == "taken" else rest)


def _about(outcome: FetchOutcome) -> dict[str, str] | None:
    """The name of the file that a run is about; of anything else nothing but the code is kept."""
    return {"file": uploads.safe_name(outcome.about)} if outcome.about and outcome.code in _OF_FILES else None


_OF_FILES: Final = frozenset(
    {"arrived", "duplicate", "taken", "file-odd", "folder-locked", "too-large", "period-unclear", "empty"}
)
_MOVED: Final = _OF_FILES - {"taken", "folder-locked", "empty"}


@task()
def carry_on(key: str) -> None:
    """Do the next thing for a submission that came by itself."""
    carry(key)


@task(queue_name=PULLS_QUEUE)
def pull(key: int) -> None:
    """Look at one source that another machine answers for; nobody else's work waits for that."""
    _run(key)
    carry_all()


@task()
def run_due_sources() -> None:
    """Look at every source that is due: as `ayan sources`, but each that reaches out in a turn of its own."""
    waiting = DBTaskResult.objects.exclude(status__in=ENDED).filter(task_path=pull.module_path)
    under_way = {arguments["args"][0] for arguments in waiting.values_list("args_kwargs", flat=True)}
    for source in _due():
        kind = source_types().get(source.kind)
        if kind is None or not kind.reaches_out:
            _run(source.pk)
        elif source.pk not in under_way:
            pull.enqueue(source.pk)
    carry_all()


def heard(key: str) -> None:
    """A submission has come to rest: if it came by itself, it is carried on."""
    if Arrival.objects.filter(submission=key, settled_at=None).exists():
        carry_on.enqueue(key)
