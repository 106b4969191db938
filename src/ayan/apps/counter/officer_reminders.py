"""Reminders to officers: how many findings wait to be shown and how many replies to be confirmed, and never whose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django_tasks import task

from ayan.apps.accounts import messages, policy
from ayan.apps.accounts.models import User
from ayan.apps.counter.models import Case, CaseState
from ayan.apps.flags import finding_cases as findings
from ayan.apps.flags.models import FindingCase
from ayan.apps.flags.models import FindingState as Stand
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.ui.value_html import plain_number
from ayan.wiring import city

ABOUT: Final = "findings"
TITLE: Final = Label("یافته‌ها و پاسخ‌هایی که منتظر شماست", "Findings and replies that wait for you")


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """What waits for one officer: findings to show, replies to confirm, how many are late, and the newest's day."""

    findings: int
    replies: int
    late: int
    newest: date | None

    @property
    def words(self) -> str:
        """What the reminder says."""
        parts = []
        if self.findings:
            parts.append(f"{plain_number(self.findings, 'fa')} یافته باید به کسی که نامش در آن است نشان داده شود")
        if self.replies:
            parts.append(f"{plain_number(self.replies, 'fa')} پاسخ در پیشخان در انتظار تأیید است")
        late = f" {plain_number(self.late, 'fa')} مورد دیر شده است." if self.late else ""
        return f"{'؛ '.join(parts)}.{late} {settings.ORIGIN}/desk/"


@task()
def remind() -> None:
    """At most one reminder a working day to each officer, however often this runs."""
    send_all()


def send_all() -> int:
    """Send what is to be sent today; how many went out.

    On working days alone, and one a day to each at most: on the day after something new came, and every day while
    something is late.
    """
    current_city = city.current()
    day = today(current_city.clock)
    if not current_city.profile.workdays.works(day):
        return 0
    return sum(messages.send_reminder(notice) for notice in _notices(day))


def _notices(day: date) -> Iterator[messages.DueNotice]:
    people = User.objects.filter(is_active=True, machine=False, grants__isnull=False).distinct().order_by("pk")
    for person in people:
        if not (policy.can_somewhere(person, "finding.tell") or policy.can_somewhere(person, "reply.confirm")):
            continue
        counts = waiting(person, day)
        if counts.late:
            yield messages.DueNotice(ABOUT, f"late-{day}", person, TITLE.fa, counts.words)
        elif counts.newest is not None and counts.newest < day:
            yield messages.DueNotice(ABOUT, f"new-{counts.newest}", person, TITLE.fa, counts.words)


def waiting(actor: User, day: date) -> WaitingCounts:
    """What waits for an officer on a day, as far as their grants reach."""
    mine = FindingCase.objects.filter(policy.within(actor, "finding.tell", unit="office"), state=Stand.WAITING)
    cases = Case.objects.filter(policy.within(actor, "reply.confirm", unit="office"), state=CaseState.RECEIVED)
    found_dates, due = list(mine.values_list("found_on", flat=True)), list(cases.values_list("due_on", flat=True))
    came = list(cases.values_list("received_on", flat=True))
    late = sum(findings.overdue(found_on, day) for found_on in found_dates) + sum(due_on < day for due_on in due)
    return WaitingCounts(len(found_dates), len(due), late, max((*found_dates, *came), default=None))
