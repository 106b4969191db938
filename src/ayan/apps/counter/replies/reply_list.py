"""What officers see of the cases at the counter: their list, how long each waits, and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from ayan.apps.accounts import policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.counter.limits import MOST_DECIDED
from ayan.apps.counter.models import KINDS, FindingNotice, LetterReply, ReplyState
from ayan.apps.counter.replies.actions import ENDED, OVER, REASONS, about
from ayan.apps.flags import finding_cases as findings
from ayan.apps.flags.models import FindingCase
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.component_parts import Status, Tone
from ayan.wiring import city

STATES: Final[dict[str, tuple[Tone, Label]]] = {
    ReplyState.RECEIVED: ("info", Label("در انتظار تأیید", "Waits to be confirmed")),
    ReplyState.CONFIRMED: ("ok", Label("تأیید شد", "Confirmed")),
    ReplyState.RETURNED: ("off", Label("برگشت", "Returned")),
}
LATE: Final = Label("دیر شده", "Overdue")


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
