"""Several people ask for the same: the unit is asked to publish it by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django_tasks import task

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Subject
from ayan.apps.counter import rules
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.limits import FEWEST_WORDS, LONGEST_REASON, MOST_COMPARED, REPEATS_PERIOD
from ayan.apps.counter.models import Case, PublishTask
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import Outcome
from ayan.core.values.clock import today
from ayan.core.values.text import fold
from ayan.wiring import city

ALIKE: Final = 0.6
"""Two cases ask for the same where so large a share of the words of the shorter one stands in the other."""

_EMPTY: Final = frozenset({
    "از", "به", "در", "با", "که", "را", "و", "یا", "برای", "این", "آن", "ها", "های", "هر", "همه", "چه",
    "کدام", "تا", "بر", "هم", "نیز", "شود", "شده", "است", "بود", "لطفا", "می", "خواهم", "خواستم", "درخواست",
    "اطلاعات", "فهرست", "سال", "the", "of", "in", "and", "or", "to", "for", "on", "all", "list", "data",
    "please", "request", "information",
})  # fmt: skip
"""Words that stand in most requests, and tell nothing of what is asked for."""


def words_of(text: str) -> frozenset[str]:
    """The words of a text that tell what it is about, however they are written."""
    folded = fold(text)
    words = "".join(letter if letter.isalnum() else " " for letter in folded).split()
    return frozenset(word for word in words if len(word) > 1 and word not in _EMPTY)


@task()
def look() -> None:
    """Hold the cases that came since the last time against earlier ones."""
    look_for_repeats()


def look_for_repeats() -> int:
    """Open a task for whatever as many cases ask for as their kind says; how many tasks are new."""
    return sum(_look(kind) for kind in rules.kinds().sound.values() if kind.repeats)


def _look(kind: CaseKind) -> int:
    left = [case for case in _earlier(kind.code)[:MOST_COMPARED] if len(words_of(case.summary)) >= FEWEST_WORDS]
    words = {case.pk: words_of(case.summary) for case in left}
    new, newest = 0, today(city.current().clock) - timedelta(days=3)
    for case in reversed(left):
        if case.publish_task_id is not None or case.receipt_on < newest:
            continue
        group = [other for other in left if alike(words[case.pk], words[other.pk])]
        new += _grouped(kind, case, group)
    return new


def _grouped(kind: CaseKind, case: Case, group: list[Case]) -> bool:
    """Put a case to the open task of those like it, or open one where they are enough; whether it is new."""
    task_key = next((other.publish_task_id for other in group if other.publish_task_id is not None), None)
    with transaction.atomic():
        known = PublishTask.objects.select_for_update().filter(pk=task_key, done_on=None).first() if task_key else None
        free = [other for other in group if other.publish_task_id is None]
        if known is None and len(free) < kind.repeats:
            return False
        day = today(city.current().clock)
        first = min(free, key=lambda other: other.pk)
        task_row = known or PublishTask.objects.create(
            kind=kind.code, office=case.office, title=first.summary, opened_on=day
        )
        for other in free:
            Case.objects.filter(pk=other.pk).update(publish_task=task_row)
            other.publish_task = task_row
        task_row.count = Case.objects.filter(publish_task=task_row).count()
        task_row.save(update_fields=["count"])
        audit.record(None, "case.repeat", about(case), task=task_row.pk, count=task_row.count)
    return known is None


def open_tasks(actor: User) -> QuerySet[PublishTask]:
    """What the units of an officer are asked to publish, that asked for most often first."""
    return tasks_of(actor).filter(done_on=None).order_by("-count", "pk")


def tasks_of(actor: User) -> QuerySet[PublishTask]:
    """The tasks of the units of an officer, also those that were closed."""
    # No such task is of a dataset: a grant for one alone reaches none.
    return PublishTask.objects.filter(policy.within(actor, "case.view", unit="office", dataset="kind"))


def subject(task_row: PublishTask) -> Subject:
    """A task as the subject of an act."""
    return Subject("publish", str(task_row.pk), task_row.office)


def finish(actor: User, task_row: PublishTask, evidence: str = "", reason: str = "") -> None:
    """Say what became of such a task: the page where it is published now, or why it is not."""
    if not evidence.strip() and not reason.strip():
        raise DeskRefused(
            "پیوند آنچه منتشر شده، یا دلیل منتشر نکردن را بنویسید.",
            "Give the link of what is published, or the reason why it is not.",
            field="evidence",
        )
    if len(reason) > LONGEST_REASON or len(evidence) > LONGEST_REASON:
        raise DeskRefused("متن بلند است.", "The text is too long.", field="reason")
    with transaction.atomic():
        held = PublishTask.objects.select_for_update().get(pk=task_row.pk)
        policy.require(actor, "case.handle", subject(held))
        if held.done_on is not None:
            raise DeskRefused("این کار پیش‌تر بسته شده است.", "This was closed already.")
        held.done_on, held.done_by = today(city.current().clock), actor
        held.evidence, held.reason = evidence.strip(), reason.strip()
        held.save()
        audit.record(actor, "case.handle", subject(held), did="publish")


def _earlier(kind: str) -> QuerySet[Case]:
    since = today(city.current().clock) - REPEATS_PERIOD
    given_up = [Outcome.WITHDRAWN, Outcome.LAPSED]
    cases = Case.objects.filter(kind=kind, receipt_on__gte=since).exclude(outcome__in=given_up).exclude(summary="")
    return cases.order_by("-receipt_on", "-pk")


def alike(words: Iterable[str], others: Iterable[str]) -> float:
    """How large a share of the words of the shorter text stands in the other; 0 where they are not alike."""
    first, second = set(words), set(others)
    shorter = min(len(first), len(second))
    if shorter < FEWEST_WORDS:
        return 0.0
    share = len(first & second) / shorter
    return share if share >= ALIKE else 0.0
