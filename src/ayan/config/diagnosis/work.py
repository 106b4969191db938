"""What is seen of the work that goes on by itself: the worker, its queue, what failed, and the last backup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ayan.config import limits
from ayan.config.diagnosis.health_finding import HealthFinding, HealthState, number_of
from ayan.config.diagnosis.marks import backup_time, heard
from ayan.core.values.label import Label
from ayan.wiring.city import City

# --- the worker -------------------------------------------------------------------------------------------------------


def examine_worker(home: City) -> Iterator[HealthFinding]:
    """Whether a worker lives."""
    silent = heard((home.own_index or home.outcomes).parent)
    if silent is None:
        yield HealthFinding(
            "worker",
            "ok",
            Label(
                "کارگری در کار نیست؛ ayan serve یا ayan worker آن را می‌آورد.",
                "No worker runs; ayan serve or ayan worker brings one.",
            ),
        )
    elif silent > limits.SILENT_WORKER:
        yield HealthFinding(
            "worker",
            "error",
            Label(
                "کارگر {minutes} دقیقه است که خبری نداده است.",
                "The worker has not been heard of for {minutes} minutes.",
            ).format(minutes=number_of(int(silent // 60))),
            Label("ayan serve یا ayan worker را دوباره اجرا کنید.", "Start ayan serve or ayan worker again."),
        )
    else:
        yield HealthFinding("worker", "ok", Label("کارگر در کار است.", "The worker is at work."))


# --- its queue --------------------------------------------------------------------------------------------------------


def waiting() -> tuple[int, float]:
    """How many pieces of work wait, and for how many seconds the one has that waits longest."""
    now = timezone.now()
    ready = DBTaskResult.objects.ready()
    since = ready.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    return ready.count(), max(0.0, (now - since).total_seconds()) if since else 0.0


def failed_lately() -> int:
    """How many pieces of work failed within `limits.FRESH_FAILURE`."""
    since = timezone.now() - limits.FRESH_FAILURE
    return DBTaskResult.objects.failed().filter(finished_at__gte=since).count()


def examine_queue() -> Iterator[HealthFinding]:
    """What waits too long, and what failed; nothing where the table of work is not there yet."""
    if DBTaskResult._meta.db_table not in connection.introspection.table_names():
        return
    count, longest = waiting()
    state: HealthState = "ok"
    if longest > limits.STUCK_WORK.total_seconds():
        state = "error"
    elif longest > limits.LATE_WORK.total_seconds():
        state = "warning"
    yield HealthFinding(
        "queue",
        state,
        Label(
            "{count} کار در صف است؛ دیرینه‌ترینش {minutes} دقیقه.",
            "{count} pieces of work wait, the oldest for {minutes} minutes.",
        ).format(count=number_of(count), minutes=number_of(int(longest // 60))),
        None if state == "ok" else Label("ببینید کارگر در کار است یا نه.", "See whether the worker is at work."),
    )
    yield from _failures()


def _failures() -> Iterator[HealthFinding]:
    now = timezone.now()
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gte=now - limits.TOLD_FAILURE)
    for kind in failed.values("task_path").annotate(count=Count("id"), last=Max("finished_at")).order_by("task_path"):
        fresh = now - kind["last"] < limits.FRESH_FAILURE
        yield HealthFinding(
            "failed-work",
            "error" if fresh else "warning",
            Label(
                "کار {name} {count} بار ناتمام ماند، آخرین بار {at}.",
                "{name} failed {count} times, the last time at {at}.",
            ).format(name=kind["task_path"], count=number_of(kind["count"]), at=_utc(kind["last"])),
            Label("جای خطا در گزارش کارگر است.", "The record of the worker says where."),
        )


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


# --- the last backup --------------------------------------------------------------------------------------------------


def examine_backup(home: City) -> Iterator[HealthFinding]:
    """How old the last backup is; nothing where nothing was published yet, and no error in an invented city."""
    backed_up_at, remedy = backup_time(home.home), Label("ayan backup را اجرا کنید.", "Run ayan backup.")
    if backed_up_at is None:
        if home.log is not None and not home.profile.demo:
            words = Label("هنوز پشتیبانی گرفته نشده است.", "No backup has been made yet.")
            yield HealthFinding("backup", "warning", words, remedy)
        return
    age = home.clock.now() - backed_up_at
    state: HealthState = "ok" if age < limits.OLD_BACKUP else "warning" if age < limits.LAPSED_BACKUP else "error"
    if home.profile.demo and state == "error":
        state = "warning"
    words = Label("آخرین پشتیبان: {at}.", "The last backup: {at}.").format(at=_utc(backed_up_at))
    yield HealthFinding("backup", state, words, None if state == "ok" else remedy)
