"""What officers see of the cases at the counter: their list, how long each waits, and reminders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django_tasks import task

from ayan.apps.accounts import policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.counter.limits import MOST_DECIDED
from ayan.apps.counter.models import KINDS, FindingNotice, LetterReply, ReplyState
from ayan.apps.counter.replies.actions import ENDED, OVER, REASONS, about
from ayan.apps.flags import finding_cases as findings
from ayan.apps.flags.models import FindingCase
from ayan.apps.flags.models import FindingState as Stand
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.component_parts import Status, Tone
from ayan.ui.value_html import plain_number
from ayan.wiring import city

STATES: Final[dict[str, tuple[Tone, Label]]] = {
    ReplyState.RECEIVED: ("info", Label("در انتظار تأیید", "Waits to be confirmed")),
    ReplyState.CONFIRMED: ("ok", Label("تأیید شد", "Confirmed")),
    ReplyState.RETURNED: ("off", Label("برگشت", "Returned")),
}
LATE: Final = Label("دیر شده", "Overdue")
ABOUT: Final = "findings"
TITLE: Final = Label("یافته‌ها و پاسخ‌هایی که منتظر شماست", "Findings and replies that wait for you")


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One case as everybody sees it; ``days`` and ``late`` are working days, ``address`` leads to what came of it."""

    case: LetterReply
    kind: Label
    status: Status
    days: int
    late: int
    address: str = ""


def lines(cases: QuerySet[LetterReply], lang: Lang, *, public: bool = True) -> list[ReplyLine]:
    """Open cases, the most urgent first, then the newest that are decided."""
    waiting = cases.filter(state=ReplyState.RECEIVED).order_by("due_on", "pk")
    decided = cases.exclude(state=ReplyState.RECEIVED).order_by("-decided_on", "-pk")[:MOST_DECIDED]
    shown = {finding.id: finding.flag for finding in city.current().flag_register.now().findings}
    rows = []
    for case in (*waiting, *decided):
        # What the register does not hold is not public, and a page that does not know it cannot tell it.
        flag = shown.get(case.finding, "") if public and case.state == ReplyState.CONFIRMED else ""
        address = f"{reverse(f'{lang}:flag', args=flag.split('/'))}#f-{case.finding}" if flag else ""
        rows.append(line(case, lang, address))
    return rows


def line(case: LetterReply, lang: Lang, address: str = "") -> ReplyLine:
    """A case with its clock as it stands today."""
    current_city = city.current()
    day = today(current_city.clock)
    days = current_city.profile.workdays.between(case.received_on, case.decided_on or day)
    late = current_city.profile.workdays.between(case.due_on, day) if case.state == ReplyState.RECEIVED else 0
    tone, words = STATES[case.state]
    status = Status("late", LATE.of(lang)) if late else Status(tone, words.of(lang))
    return ReplyLine(case, KINDS[case.kind], status, days, late, address)


def written(notice: FindingNotice, finding: FindingCase, lang: Lang) -> dict[str, Any]:
    """A finding to whoever opens the letter: as it would be published, and the replies that came with the code."""
    flag = city.current().registry.flags().named(finding.flag)
    mine = LetterReply.objects.filter(notice=notice, finding=finding.public_id).order_by("pk")
    cases = [(line(case, lang), reason(case, lang)) for case in mine]
    return {
        "finding": finding,
        "flag": flag,
        "items": [findings.public_item(finding, flag)] if flag else [],
        "cases": cases,
        "waits": any(line.case.state == ReplyState.RECEIVED for line, _ in cases),
    }


def reason(case: LetterReply, lang: Lang) -> str:
    """Why a case was returned; empty where it was not."""
    label = OVER if case.reason == ENDED else REASONS.get(case.reason)
    return label.of(lang) if label else ""


def whole(case: LetterReply, actor: User, lang: Lang) -> dict[str, Any]:
    """One case for an officer: what was written, by which letter it came, and the finding it is about."""
    finding = FindingCase.objects.filter(public_id=case.finding).first()
    finding_page = findings.whole(finding, lang) if finding else {}
    mine = case.state == ReplyState.RECEIVED
    return {
        **finding_page,
        "line": line(case, lang),
        "notice": case.notice,
        "reason": reason(case, lang),
        "reasons": [(code, label.of(lang)) for code, label in REASONS.items()],
        "may_confirm": mine and policy.can(actor, "reply.confirm", about(case)),
        "may_return": mine and policy.can(actor, "reply.return", about(case)),
    }


def seen_by(actor: User) -> QuerySet[LetterReply]:
    """The cases that an officer may see."""
    return LetterReply.objects.filter(policy.within(actor, "reply.view", unit="office"))


def waiting_part(actor: User, lang: Lang) -> HomePart | None:
    """What waits at the counter, for the first page of the desk."""
    if not policy.can_somewhere(actor, "reply.confirm"):
        return None
    mine = LetterReply.objects.filter(policy.within(actor, "reply.confirm", unit="office"), state=ReplyState.RECEIVED)
    case_lines = [line(case, lang) for case in mine.order_by("due_on", "pk")]
    return HomePart("counter/part.html", {"lines": case_lines}, len(case_lines)) if case_lines else None


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """What waits for one officer: findings to show, replies to confirm, how many are late, and the newest's day."""

    findings: int
    replies: int
    late: int
    newest: date | None

    @property
    def words(self) -> Label:
        """What the reminder says."""
        parts = []
        if self.findings:
            parts.append(
                Label(
                    "{n} یافته باید به کسی که نامش در آن است نشان داده شود.",
                    "{n} findings have to be shown to whom they name.",
                ).filled(lambda lang: {"n": plain_number(self.findings, lang)})
            )
        if self.replies:
            parts.append(
                Label(
                    "{n} پاسخ در پیشخان در انتظار تأیید است.", "{n} replies at the counter wait to be confirmed."
                ).filled(lambda lang: {"n": plain_number(self.replies, lang)})
            )
        if self.late:
            parts.append(
                Label("{n} مورد دیر شده است.", "{n} of them are late.").filled(
                    lambda lang: {"n": plain_number(self.late, lang)}
                )
            )
        return Label(" ".join(each.fa for each in parts), " ".join(each.en for each in parts))


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
    for person in people:
        if not (policy.can_somewhere(person, "finding.tell") or policy.can_somewhere(person, "reply.confirm")):
            continue
        counts = waiting(person, day)
        if counts.late:
            yield person, f"late-{day}", counts
        elif counts.newest is not None and counts.newest < day:
            yield person, f"new-{counts.newest}", counts


def waiting(actor: User, day: date) -> WaitingCounts:
    """What waits for an officer on a day, as far as their grants reach."""
    mine = FindingCase.objects.filter(policy.within(actor, "finding.tell", unit="office"), state=Stand.WAITING)
    cases = LetterReply.objects.filter(policy.within(actor, "reply.confirm", unit="office"), state=ReplyState.RECEIVED)
    found_dates, due = list(mine.values_list("found_on", flat=True)), list(cases.values_list("due_on", flat=True))
    came = list(cases.values_list("received_on", flat=True))
    late = sum(findings.overdue(found_on, day) for found_on in found_dates) + sum(due_on < day for due_on in due)
    return WaitingCounts(len(found_dates), len(due), late, max((*found_dates, *came), default=None))
