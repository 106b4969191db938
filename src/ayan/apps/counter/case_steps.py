"""What is done with a case: one step after the other, each by whom its kind allows it, each kept for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import Unit, User
from ayan.apps.accounts.policy import Denied, require
from ayan.apps.counter import case_messages, officer_notices, rules
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.limits import LONGEST_ENTRY, MOST_ENTRIES, MOST_EVIDENCE
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.counter.sealing import lock_text
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_clock import Pause, due_on
from ayan.core.casework.case_kind import CaseKind, CaseStep, Party
from ayan.core.casework.case_words import REFUSING, CaseStage, Outcome
from ayan.core.values.clock import today
from ayan.wiring import city

VERBS: Final[dict[Party, str]] = {"handler": "case.handle", "reviewer": "case.review", "head": "case.lead"}
"""What an officer must be allowed to do to a case, to act as each party."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What comes with a step. ``evidence`` are addresses of published pages, ``unit`` a slug, ``case`` a number.

    ``officer`` is to whom a case is handed, ``reader`` who is asked to read a draft.
    """

    text: str = ""
    private: str = ""
    ground: str = ""
    outcome: str = ""
    reason: str = ""
    unit: str = ""
    officer: User | None = None
    reader: User | None = None
    case: str = ""
    day: date | None = None
    evidence: tuple[str, ...] = ()


NOTHING: Final = Said()


def take_step(case: Case, code: str, party: Party, actor: User | None = None, said: Said = NOTHING) -> CaseEntry:
    """Do one step. Raises Denied for who may not, DeskRefused for what is not possible now or lacks something."""
    with transaction.atomic():
        locked_case = Case.objects.select_for_update().get(pk=case.pk)
        kind = rules.kind_of(locked_case)
        step = kind.step(code)
        if step is None or party not in step.by:
            raise Denied(actor, VERBS.get(party, "case.handle"), about(locked_case))
        if party in VERBS:
            require(
                actor, VERBS[party], about(locked_case, drafted_by(locked_case) if party == "reviewer" else frozenset())
            )
        if locked_case.state not in step.sources:
            raise DeskRefused(
                "این کار در وضع کنونی این مورد شدنی نیست؛ شاید دیگری پیش از شما کاری کرده است. صفحه را تازه کنید.",
                "This cannot be done as the case stands; somebody may have acted before you. Load the page again.",
            )
        facts = _facts(locked_case, kind, step, said)
        entry = _kept(locked_case, step, party, actor, said, facts)
        _moved(locked_case, kind, step, party, actor, said, facts)
        locked_case.save()
        if party in VERBS:
            audit.record(actor, VERBS[party], about(locked_case), step=step.code)
        message = step.code if kind.message(step.code) else "closed" if locked_case.stage == CaseStage.CLOSED else ""
        if message and party != "person":
            case_messages.tell(locked_case, kind, message, stage=f"{message}-{entry.number}")
        officer_notices.after_step(locked_case, entry, said)
    case.refresh_from_db()
    return entry


def drafted_by(case: Case) -> frozenset[int]:
    """Who wrote the answer that waits to be read a second time."""
    last = case.entries.filter(step="draft").order_by("-number").first()
    return frozenset({last.user_id}) if last is not None and last.user_id is not None else frozenset()


def pauses(entries: Iterable[CaseEntry], kind: CaseKind) -> list[Pause]:
    """When the person was waited for, from the entries of a case in their order."""
    waits: list[Pause] = []
    since: date | None = None
    for entry in entries:
        asked = kind.state(entry.after).stage == CaseStage.ASKED
        if asked and since is None:
            since = entry.on
        elif not asked and since is not None:
            waits.append(Pause(since, entry.on))
            since = None
    return waits if since is None else [*waits, Pause(since)]


def _facts(case: Case, kind: CaseKind, step: CaseStep, said: Said) -> dict[str, Any]:
    """The codes of what comes with a step, each checked. Raises DeskRefused with the field that is wrong."""
    _check_texts(step, said)
    if step.extends and case.extended >= kind.clock.extensions:
        raise DeskRefused("موعد این مورد دیگر تمدید نمی‌شود.", "The time of this case is not made longer again.")
    if "day" in step.needs and said.day is None:
        raise DeskRefused("روز را بنویسید.", "Give the day.", field="day")
    if "unit" in step.needs and not Unit.objects.filter(slug=said.unit).exists():
        raise DeskRefused("واحد را برگزینید.", "Choose the unit.", field="unit")
    facts = {
        "ground": _ground(kind, step, said),
        "outcome": _outcome(step, said),
        "case": _other(case, said).number if "case" in step.needs else "",
        "unit": said.unit,
        "reason": said.reason,
        "evidence": list(said.evidence),
        "day": said.day.isoformat() if said.day else "",
    }
    return {name: value for name, value in facts.items() if value}


def _check_texts(step: CaseStep, said: Said) -> None:
    if max(len(said.text), len(said.private)) > LONGEST_ENTRY:
        raise DeskRefused("متن بلندتر از {most} نویسه است.", "The text is longer than {most} characters.").format(
            most=LONGEST_ENTRY
        )
    if "text" in step.needs and not said.text.strip():
        raise DeskRefused("متن را بنویسید.", "Write the text.", field="text")
    if "private" in step.needs and not said.private.strip():
        raise DeskRefused("یادداشت را بنویسید.", "Write the note.", field="private")
    if len(said.evidence) > MOST_EVIDENCE:
        raise DeskRefused("پیوندها بیش از اندازه است.", "There are too many links.", field="evidence")
    if "evidence" in step.needs and not said.evidence:
        raise DeskRefused("پیوند آنچه منتشر شده را بنویسید.", "Give the link of what is published.", field="evidence")


def _ground(kind: CaseKind, step: CaseStep, said: Said) -> str:
    if ("ground" in step.needs or said.ground) and kind.ground(said.ground) is None:
        raise DeskRefused("ماده یا دلیل را برگزینید.", "Choose the article or the reason.", field="ground")
    return said.ground


def _outcome(step: CaseStep, said: Said) -> str:
    if not step.outcomes:
        return ""
    outcome = said.outcome or (step.outcomes[0] if len(step.outcomes) == 1 else "")
    if outcome not in step.outcomes:
        raise DeskRefused("نتیجه را برگزینید.", "Choose what came of it.", field="outcome")
    if is_against(outcome) and outcome != Outcome.LAPSED and not said.text.strip():
        raise DeskRefused("دلیل را بنویسید.", "Write the reason.", field="text")
    return outcome


def _other(case: Case, said: Said) -> Case:
    """The case with which one is joined."""
    other = Case.objects.filter(number=said.case, kind=case.kind, joined_to=None).exclude(pk=case.pk).first()
    if other is None:
        raise DeskRefused(
            "شمارهٔ مورد دیگری از همین نوع را بنویسید.", "Give the number of another case of this kind.", field="case"
        )
    return other


def _kept(case: Case, step: CaseStep, party: Party, actor: User | None, said: Said, facts: dict[str, Any]) -> CaseEntry:
    last = CaseEntry.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_ENTRIES and party == "person":
        raise DeskRefused(
            "به این مورد دیگر نمی‌شود افزود؛ مورد تازه‌ای ثبت کنید.",
            "Nothing more can be added to this case; file a new one.",
        )
    clock = city.current().clock
    entry: CaseEntry = CaseEntry.objects.create(
        case=case,
        number=last + 1,
        at=clock.now(),
        on=today(clock),
        step=step.code,
        party=party,
        user=actor,
        before=case.state,
        after=step.to or case.state,
        shown=step.shown,
        locked=lock_text(said.text.strip()),
        private=lock_text(said.private.strip()),
        facts=facts,
    )
    return entry


def _moved(
    case: Case, kind: CaseKind, step: CaseStep, party: Party, actor: User | None, said: Said, facts: dict[str, Any]
) -> None:
    """Bring a case to where a step leads."""
    clock, workdays = city.current().clock, city.current().profile.workdays
    if step.to:
        before = case.stage
        case.state, case.stage = step.to, kind.state(step.to).stage
        if case.served_at is None and before == CaseStage.RECEIVED != case.stage:
            case.served_at = clock.now()
    if said.unit:
        case.office, case.holder, case.held_since = said.unit, said.officer, clock.now()
    elif step.to and party == "handler" and case.holder_id != (actor.pk if actor else None):
        # Whoever moves a case has it on their desk; a note leaves it where it is.
        case.holder, case.held_since = actor, clock.now()
    if step.extends:
        case.extended += 1
    if case.stage == CaseStage.CLOSED:
        if step.to:
            case.outcome, case.ground = facts.get("outcome", ""), facts.get("ground", "")
            case.closed_at, case.closed_on = clock.now(), today(clock)
            case.joined_to = Case.objects.get(number=facts["case"]) if "case" in facts else case.joined_to
        return
    case.outcome, case.ground, case.closed_at, case.closed_on = "", "", None, None
    entries = CaseEntry.objects.filter(case=case).order_by("number")
    case.due_on = due_on(kind.clock, case.receipt_on, workdays, pauses(entries, kind), case.extended)


def is_against(outcome: str) -> bool:
    """Whether something came out against the person."""
    return outcome in {each.value for each in REFUSING} or outcome == Outcome.LAPSED
