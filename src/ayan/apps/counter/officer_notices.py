"""What officers are told of cases: that one came, was handed to them, was answered by the person, waits to be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import User
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.label import Label, in_each
from ayan.ui.value_html import plain_day

if TYPE_CHECKING:
    from ayan.apps.counter.case_steps import Said

NEW: Final = MessageKind(
    code="case.new",
    when=Label("مورد تازه‌ای برای واحد رسید یا به آن سپرده شد", "A case came for a unit, or was handed to it"),
    to=Label("مسئول‌های پاسخ‌گویی آن واحد", "The request officers of that unit"),
    subject=Label("مورد تازه در پیشخان: {number}", "A new case at the counter: {number}"),
    words=Label("{number} برای واحد شما رسید. موعد: {due}.", "{number} came for your unit. It is due on {due}."),
)
HANDED: Final = MessageKind(
    code="case.handed",
    when=Label("موردی به کارشناسی سپرده شد", "A case was handed to an officer"),
    to=Label("همان کارشناس", "That officer"),
    subject=Label("مورد {number} به شما سپرده شد", "Case {number} was handed to you"),
    words=Label("{number} اکنون روی میز شماست. موعد: {due}.", "{number} is on your desk now. It is due on {due}."),
    urgent=True,
)
TO_READ: Final = MessageKind(
    code="case.to-read",
    when=Label("پیش‌نویس پاسخی برای بازبینی رفت", "The draft of an answer went to a second reader"),
    to=Label("خوانندهٔ دوم، یا همهٔ کسانی که می‌توانند بخوانند", "The second reader, or all who may read it"),
    subject=Label("پیش‌نویس پاسخ {number} منتظر شماست", "The draft answer to {number} waits for you"),
    words=Label(
        "پیش‌نویس پاسخ {number} را بخوانید. موعد: {due}.", "Please read the draft answer to {number}, due on {due}."
    ),
    urgent=True,
)
SENT_BACK: Final = MessageKind(
    code="case.sent-back",
    when=Label("خوانندهٔ دوم پیش‌نویس را برگرداند", "The second reader sent a draft back"),
    to=Label("کسی که مورد روی میز اوست", "Whoever has the case"),
    subject=Label("پیش‌نویس پاسخ {number} برگشت", "The draft answer to {number} came back"),
    words=Label("پیش‌نویس {number} با یادداشت برگشت.", "The draft of {number} came back with a note."),
    urgent=True,
)
PERSON_ACTED: Final = MessageKind(
    code="case.person-acted",
    when=Label("درخواست‌کننده پاسخ داد، افزود یا باز کرد", "The person answered, added something or opened it again"),
    to=Label("کسی که مورد روی میز اوست", "Whoever has the case"),
    subject=Label("مورد {number}: درخواست‌کننده چیزی نوشت", "Case {number}: the person wrote"),
    words=Label("{number} را ببینید. موعد: {due}.", "Look at {number}. It is due on {due}."),
)
KINDS: Final = (NEW, HANDED, TO_READ, SENT_BACK, PERSON_ACTED)


def came(case: Case) -> None:
    """Tell the officers of a unit that a case came."""
    _tell(NEW, policy.holders("case.handle", about(case)), case, f"came-{case.office}")


def after_step(case: Case, entry: CaseEntry, said: Said) -> None:
    """Tell whoever a step gives something to do; never whoever took it."""
    if said.officer is not None:
        _tell(HANDED, [said.officer], case, f"handed-{entry.number}", entry)
    elif said.unit:
        _tell(NEW, policy.holders("case.handle", about(case)), case, f"handed-{entry.number}", entry)
    elif case.stage == CaseStage.REVIEW and entry.before != entry.after:
        drafter = frozenset({entry.user_id}) if entry.user_id is not None else frozenset[int]()
        readers = [said.reader] if said.reader is not None else policy.holders("case.review", about(case, drafter))
        _tell(TO_READ, readers, case, f"draft-{entry.number}", entry)
    elif entry.party == "person" and case.stage != CaseStage.CLOSED:
        people = [case.holder] if case.holder is not None else policy.holders("case.handle", about(case))
        _tell(PERSON_ACTED, people, case, f"person-{entry.number}", entry)
    elif entry.party == "reviewer" and case.stage == CaseStage.WORKING and case.holder is not None:
        _tell(SENT_BACK, [case.holder], case, f"back-{entry.number}", entry)


def _tell(kind: MessageKind, people: Iterable[User], case: Case, stage: str, entry: CaseEntry | None = None) -> None:
    others = [person for person in people if entry is None or person.pk != entry.user_id]
    page = outbox.DeskPage("desk_case", (case.number,))
    due_on = case.due_on
    due = in_each(lambda lang: plain_day(due_on, lang) if due_on else "—")
    outbox.put(kind, others, f"desk-case:{case.number}", stage=stage, page=page, number=case.number, due=due)
