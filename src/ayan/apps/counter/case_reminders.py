"""What waits at the counter for each officer: their part of the desk's first page, and one reminder a working day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, F, Max, Q
from django_tasks import task

from ayan.apps.accounts import policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.counter import case_desks, case_queue
from ayan.apps.counter.limits import HOME_CASES
from ayan.apps.counter.models import FINDING, Case, LetterReply, ReplyState
from ayan.apps.flags import finding_cases as findings
from ayan.apps.flags.models import FindingCase
from ayan.apps.flags.models import FindingState as Stand
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label, joined
from ayan.core.values.locale import Lang
from ayan.ui.value_html import plain_number
from ayan.wiring import city

ABOUT: Final = "findings"
TITLE: Final = Label("یافته‌ها، پاسخ‌ها و موردهایی که منتظر شماست", "Findings, replies and cases that wait for you")
FINDINGS: Final = Label(
    "{n} یافته باید به کسی که نامش در آن است نشان داده شود.", "{n} findings have to be shown to whom they name."
)
REPLIES: Final = Label("{n} پاسخ در پیشخان در انتظار تأیید است.", "{n} replies at the counter wait to be confirmed.")
CASES: Final = Label(
    "{n} مورد در پیشخان روی میز شما یا بی‌مسئول است.", "{n} cases at the counter are on your desk or nobody’s."
)
LATE: Final = Label("{n} مورد دیر شده است.", "{n} of them are late.")

WAITING: Final = MessageKind(
    code="counter.waiting",
    when=Label(
        "روز کاری پس از رسیدن چیز تازه، و هر روز کاری که چیزی دیر است",
        "On the working day after something new came, and every working day while something is late",
    ),
    to=Label("مسئول پاسخ‌گویی", "The request officer"),
    subject=TITLE,
    words=Label("{said}", "{said}"),
    every_way=True,
)


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """What waits for one officer: findings to show, replies to confirm, cases, how many are late, the newest's day."""

    findings: int
    replies: int
    cases: int
    late: int
    newest: date | None

    @property
    def words(self) -> Label:
        """What the reminder says."""
        counted = ((self.findings, FINDINGS), (self.replies, REPLIES), (self.cases, CASES), (self.late, LATE))
        parts = [_counted(words, count) for count, words in counted if count]
        return joined(parts, " ")


def waiting_part(actor: User, lang: Lang) -> HomePart | None:
    """The cases that wait for an officer, for the first page of the desk: the most urgent, and how many there are."""
    if not policy.can_somewhere(actor, "case.handle"):
        return None
    mine = (
        Case.objects.filter(policy.within(actor, "case.handle", unit="office"))
        # Each by itself, as the index of what is open has it.
        .exclude(stage=CaseStage.CLOSED)
        .exclude(stage=CaseStage.ASKED)
        .exclude(kind=FINDING)
        .filter(case_desks.on_no_desk() | case_desks.on_desk_of(actor))
    )
    day = today(city.current().clock)
    counts = mine.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day)))
    if not counts["all"]:
        return None
    first = mine.select_related("holder").order_by(F("due_on").asc(nulls_last=True), "pk")[:HOME_CASES]
    context = {"lines": case_queue.lines(first, actor, lang), "count": counts["all"], "late": counts["late"]}
    return HomePart("counter/case_part.html", context, counts["all"])


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
    new = 0
    for person, stage, counts in _due_reminders(day):
        new += outbox.put(WAITING, [person], ABOUT, stage=stage, said=counts.words)
    return new


def _due_reminders(day: date) -> Iterator[tuple[User, str, WaitingCounts]]:
    people = User.objects.filter(is_active=True, machine=False, grants__isnull=False).distinct().order_by("pk")
    verbs = {"finding.tell", "reply.confirm", "case.handle"}
    for person in people:
        if not policy.somewhere(person, verbs):
            continue
        counts = waiting(person, day)
        if counts.late:
            yield person, f"late-{day}", counts
        elif counts.newest is not None and counts.newest < day:
            yield person, f"new-{counts.newest}", counts


def waiting(actor: User, day: date) -> WaitingCounts:
    """What waits for an officer on a day, as far as their grants reach."""
    mine = FindingCase.objects.filter(policy.within(actor, "finding.tell", unit="office"), state=Stand.WAITING)
    replies = LetterReply.objects.filter(
        policy.within(actor, "reply.confirm", unit="office"), state=ReplyState.RECEIVED
    )
    found_dates, due = list(mine.values_list("found_on", flat=True)), list(replies.values_list("due_on", flat=True))
    came = list(replies.values_list("received_on", flat=True))
    cases, cases_late, last = _cases(actor, day)
    late = sum(findings.overdue(found_on, day) for found_on in found_dates) + sum(due_on < day for due_on in due)
    newest = max((*found_dates, *came, *last), default=None)
    return WaitingCounts(len(found_dates), len(due), cases, late + cases_late, newest)


def _cases(actor: User, day: date) -> tuple[int, int, list[date]]:
    """Cases that an officer holds or may take: how many, how many late, and on which day the newest came."""
    reach = policy.within(actor, "case.handle", unit="office")
    # The case beside a reply is counted with the replies.
    mine = Case.objects.filter(reach).exclude(kind=FINDING)
    # Each by itself, as the index of what is open has it.
    mine = mine.exclude(stage=CaseStage.CLOSED).exclude(stage=CaseStage.ASKED)
    said = mine.filter(case_desks.on_no_desk() | case_desks.on_desk_of(actor)).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day)), last=Max("received_at")
    )
    last: datetime | None = said["last"]
    return said["all"], said["late"], [] if last is None else [last.astimezone(TEHRAN).date()]


def _counted(words: Label, count: int) -> Label:
    return words.filled(lambda lang: {"n": plain_number(count, lang)})
