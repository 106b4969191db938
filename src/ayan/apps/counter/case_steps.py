"""What is done with a case: one step after the other, each by whom its kind allows it, each kept for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import Unit, User
from ayan.apps.accounts.policy import Denied, Subject, can, require
from ayan.apps.counter import (
    case_messages,
    case_record,
    case_times,
    computed_fee,
    issued_records,
    officer_notices,
    published_changes,
    retention,
    rules,
    second_reading,
)
from ayan.apps.counter.case_encryption import lock_text
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.issued_number import issued_number
from ayan.apps.counter.limits import LONGEST_ENTRY, MOST_ENTRIES, MOST_EVIDENCE
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_kind import CLOSED, JOINED_CLOSED, CaseKind, CaseStep, Party
from ayan.core.casework.case_words import REFUSING, CaseStage, Outcome
from ayan.core.values.clock import today
from ayan.wiring import city

VERBS: Final[dict[Party, str]] = {"handler": "case.handle", "reviewer": "case.review", "head": "case.lead"}
"""What an officer must be allowed to do to a case, to act as each party."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What comes with a step. ``evidence`` are addresses of published pages, ``unit`` a slug, ``case`` a number.

    ``officer`` is to whom a case is handed, ``reader`` who is asked to read a draft, ``proposes`` the step for which
    the draft is written. ``fee`` is the address of its computation: the amount is not typed. ``number`` is
    that of the document which is issued, ``record`` what its record says, by column. ``amount`` is one that a body
    has set, and ``charge`` what for.
    """

    text: str = ""
    private: str = ""
    ground: str = ""
    outcome: str = ""
    reason: str = ""
    unit: str = ""
    officer: User | None = None
    reader: User | None = None
    proposes: str = ""
    case: str = ""
    day: date | None = None
    evidence: tuple[str, ...] = ()
    fee: str = ""
    number: str = ""
    record: Mapping[str, str] = field(default_factory=dict)
    charge: str = ""
    amount: str = ""


NOTHING: Final = Said()
pauses: Final = case_times.pauses
GIVEN_UP: Final = frozenset({Outcome.WITHDRAWN, Outcome.LAPSED})
"""Outcomes by which the person leaves a case, and with it those that were joined with it."""


def take_step(case: Case, code: str, party: Party, actor: User | None = None, said: Said = NOTHING) -> CaseEntry:
    """Do one step. Raises Denied for who may not, DeskRefused for what is not possible now or lacks something."""
    with transaction.atomic():
        locked_case = Case.objects.select_for_update().get(pk=case.pk)
        kind = rules.kind_of(locked_case)
        step = kind.step(code)
        if step is None or party not in step.by:
            raise Denied(actor, VERBS.get(party, "case.handle"), about(locked_case))
        if party in VERBS:
            _require(locked_case, party, actor)
        _check_possible(locked_case, kind, step, party)
        facts = _facts(locked_case, kind, step, party, actor, said)
        entry = _kept(locked_case, step, party, actor, said, facts)
        was_closed = locked_case.stage == CaseStage.CLOSED
        _moved(locked_case, kind, step, party, actor, said, facts)
        locked_case.save()
        if party in VERBS:
            audit.record(actor, VERBS[party], about(locked_case), step=step.code)
        closing = locked_case.stage == CaseStage.CLOSED and not was_closed
        _tell(locked_case, kind, entry, closing)
        officer_notices.after_step(locked_case, entry, said)
        if closing:
            _carry_on(locked_case)
        if closing and locked_case.outcome == Outcome.DONE:
            issued_records.issued(locked_case, kind)
    case.refresh_from_db()
    return entry


def _require(case: Case, party: Party, actor: User | None) -> None:
    """Raise Denied for who may not act as a party, DeskRefused for whoever would judge what they did themselves."""
    require(actor, VERBS[party], about(case, drafted_by(case) if party == "reviewer" else frozenset()))
    if actor is not None and actor.pk in decided_by(case):
        raise DeskRefused(
            "به تجدیدنظر کسی رسیدگی می‌کند که در مورد اصلی دست نداشته است. آن را به همکارتان بسپارید.",
            "An appeal is looked into by somebody who had no part in the case. Leave it to a colleague.",
        )


def decided_by(case: Case) -> frozenset[int]:
    """The officers who dealt with the case that is appealed against; none where this is no appeal."""
    if case.appeal_of_id is None:
        return frozenset()
    acted = CaseEntry.objects.filter(case_id=case.appeal_of_id, party__in=("handler", "reviewer")).exclude(step="filed")
    return frozenset(acted.exclude(user=None).values_list("user_id", flat=True))


def _check_possible(case: Case, kind: CaseKind, step: CaseStep, party: Party) -> None:
    if case.state not in step.sources:
        raise DeskRefused(
            "این کار در وضع کنونی این مورد شدنی نیست؛ شاید دیگری پیش از شما کاری کرده است. صفحه را تازه کنید.",
            "This cannot be done as the case stands; somebody may have acted before you. Load the page again.",
        )
    if step in case_times.possible_steps(case, kind, party):
        return
    if step.extends:
        raise DeskRefused(
            "موعد این مورد دیگر تمدید نمی‌شود: یا بارها تمدید شده یا گذشته است.",
            "The time of this case is not made longer again: it was, as often as may be, or it is over.",
        )
    if not kind.by_second_reader(step, case.state, party):
        raise DeskRefused(
            "«{step}» پیش از فرستادن باید خوانندهٔ دوم داشته باشد. پیش‌نویس را برای بازبینی بفرستید.",
            "“{step}” needs a second reader before it is sent. Send the draft to one.",
        ).format(step=step.title)
    raise DeskRefused(
        "زمان باز کردن دوبارهٔ این مورد گذشته است. مورد تازه‌ای ثبت کنید.",
        "The time in which this case could be opened again is over. File a new one.",
    )


def _tell(case: Case, kind: CaseKind, entry: CaseEntry, closing: bool) -> None:
    """Tell the person, and everybody whose case was joined with this one, of a step that they did not do themselves."""
    if entry.party == "person":
        return
    message = entry.step if kind.message(entry.step) else CLOSED if closing else ""
    if message:
        case_messages.tell(case, kind, message, stage=f"{message}-{entry.number}", facts=entry.facts)


def _carry_on(case: Case) -> None:
    """What follows from the end of a case for others: those that were joined with it, and what an appeal was about."""
    joined = list(Case.objects.filter(joined_to=case, stage=CaseStage.CLOSED).order_by("pk"))
    if case.joined_to_id is not None:
        # Joined with another in its turn: all of them go there.
        Case.objects.filter(joined_to=case).update(joined_to=case.joined_to_id)
    elif case.outcome in GIVEN_UP:
        _let_go(case, joined)
    else:
        for other in joined:
            case_messages.tell(
                other, rules.kind_of(other), JOINED_CLOSED, stage=f"{JOINED_CLOSED}-{case.pk}", ending=case
            )
    if case.appeal_of is not None and case.outcome == Outcome.UPHELD:
        _step_by_itself(case.appeal_of, "return", case)


def _let_go(case: Case, joined: list[Case]) -> None:
    """The person gave a case up with which others are joined: the first of them goes on, for all the others."""
    if not joined:
        return
    first, *others = joined
    _step_by_itself(first, "go-on", case)
    Case.objects.filter(pk__in=[other.pk for other in others]).update(joined_to=first)


def _step_by_itself(case: Case, code: str, other: Case) -> None:
    """A step that follows from another case, where the kind knows it and the case stands so that it can be done."""
    step = rules.kind_of(case).step(code)
    if step is not None and case.state in step.sources:
        take_step(case, code, "system", None, Said(case=other.number))


def drafted_by(case: Case) -> frozenset[int]:
    """Who wrote the answer that waits to be read a second time."""
    last = case.entries.filter(step="draft").order_by("-number").first()
    return frozenset({last.user_id}) if last is not None and last.user_id is not None else frozenset()


def _facts(case: Case, kind: CaseKind, step: CaseStep, party: Party, actor: User | None, said: Said) -> dict[str, Any]:
    """The codes of what comes with a step, each checked. Raises DeskRefused with the field that is wrong."""
    _check_taken(step, party, said)
    _check_texts(step, said)
    if "day" in step.needs and said.day is None:
        raise DeskRefused("روز را بنویسید.", "Give the day.", field="day")
    if "unit" in step.needs or said.unit:
        _check_receiver(case, said)
    other = _other(case, said, party, actor) if "case" in step.needs else None
    outcome = _outcome(step, party, said)
    if "review" in step.needs:
        sent = {"ground": said.ground, "evidence": said.evidence}
        second_reading.check_draft(case, kind, actor, said.proposes, {name for name, value in sent.items() if value})
    facts = {
        "ground": _ground(kind, step, said),
        "outcome": outcome,
        "case": other.number if other else "",
        "unit": said.unit,
        "officer": said.officer.pk if said.officer else "",
        "reason": said.reason,
        "proposes": said.proposes if "review" in step.needs else "",
        "evidence": list(said.evidence),
        "fee": _money(kind, step, said),
        "record": case_record.checked(kind, said.record) if "record" in step.needs else {},
        "number": issued_number(said.number, case, step.code) if "number" in step.needs else "",
        "day": said.day.isoformat() if said.day else "",
        "changes": published_changes.changes(case, said.evidence) if outcome == Outcome.CORRECTED else [],
    }
    return {name: value for name, value in facts.items() if value}


def _money(kind: CaseKind, step: CaseStep, said: Said) -> dict[str, str | int]:
    """What is asked for: as a tariff computes it, or as a body has set it; nothing by a step that asks for none."""
    if "fee" in step.needs:
        return computed_fee.fee_at(said.fee, today(city.current().clock)).facts
    return computed_fee.charge_of(kind, said.charge, said.amount).facts if "charge" in step.needs else {}


def _check_taken(step: CaseStep, party: Party, said: Said) -> None:
    """Refuse what a step does not take: a form that was drawn for it sends nothing else."""
    taken = step.needs | step.optional
    sent: dict[str, object] = {
        "unit": said.unit,
        "officer": said.officer,
        "case": said.case,
        "day": said.day,
        "evidence": said.evidence,
        "fee": said.fee,
        "number": said.number,
        "record": said.record,
        "charge": said.charge or said.amount,
    }
    further = {name for name, value in sent.items() if value and name not in taken}
    if party == "person" and (said.private or said.reason or said.ground):
        further.add("private")
    if further:
        raise DeskRefused("این کار چنین چیزی نمی‌پذیرد.", "This act takes nothing of the kind.", field=min(further))


def _check_receiver(case: Case, said: Said) -> None:
    """The unit that a case is handed over to, and the officer, who has to be one who may deal with it there."""
    if not Unit.objects.filter(slug=said.unit, retired_at=None).exists():
        raise DeskRefused("واحد را برگزینید.", "Choose the unit.", field="unit")
    there = Subject("case", case.number, said.unit, case.dataset)
    if said.officer is not None and not can(said.officer, "case.handle", there):
        raise DeskRefused(
            "این همکار در آن واحد به موردها رسیدگی نمی‌کند. کس دیگری را برگزینید یا تنها واحد را.",
            "This officer does not deal with cases of that unit. Choose somebody else, or the unit alone.",
            field="officer",
        )


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


def _outcome(step: CaseStep, party: Party, said: Said) -> str:
    if not step.outcomes:
        return ""
    outcome = said.outcome or (step.outcomes[0] if len(step.outcomes) == 1 else "")
    if outcome not in step.outcomes:
        raise DeskRefused("نتیجه را برگزینید.", "Choose what came of it.", field="outcome")
    if party != "system" and is_against(outcome) and not said.text.strip():
        raise DeskRefused("دلیل را بنویسید.", "Write the reason.", field="text")
    return outcome


def _other(case: Case, said: Said, party: Party, actor: User | None) -> Case:
    """The case with which one is joined: open, of the same kind, and one that the officer may see.

    What happens by itself names any other.
    """
    other = Case.objects.filter(number=said.case).exclude(pk=case.pk).first()
    if party != "system" and other is not None:
        alike = other.kind == case.kind and other.joined_to_id is None and other.stage != CaseStage.CLOSED
        other = other if alike and can(actor, "case.view", about(other)) else None
    if other is None:
        raise DeskRefused(
            "شمارهٔ مورد بازِ دیگری از همین نوع را بنویسید که در دسترس شماست.",
            "Give the number of another open case of this kind that is within your reach.",
            field="case",
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
        # A draft is nobody’s answer yet: neither the person nor the public reads it.
        shown=step.shown and "review" not in step.needs,
        locked=lock_text(said.text.strip()),
        private=lock_text(said.private.strip()),
        facts=facts,
    )
    return entry


def _moved(
    case: Case, kind: CaseKind, step: CaseStep, party: Party, actor: User | None, said: Said, facts: dict[str, Any]
) -> None:
    """Bring a case to where a step leads."""
    clock, was = city.current().clock, case.stage
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
    if case.stage == CaseStage.CLOSED:
        if step.to:
            _closed(case, kind, facts, again=was == CaseStage.CLOSED)
        return
    if was == CaseStage.CLOSED:
        case.outcome, case.ground, case.closed_at, case.closed_on = "", "", None, None
        case.joined_to, case.extended, case.erase_on = None, 0, None
        case.overdue = False
    if step.extends:
        case.extended += 1
    if step.extends or was != case.stage:
        # A day off that was declared meanwhile moves no day that was promised, unless the clock was touched.
        touched = step.extends or CaseStage.ASKED in (was, case.stage) or was == CaseStage.CLOSED
        case.due_on = case_times.due_of(case, kind, case_times.entries_of(case)) if touched else case.due_on


def _closed(case: Case, kind: CaseKind, facts: dict[str, Any], *, again: bool) -> None:
    """Close a case; one that goes from one closed state to another, ``again``, was closed before."""
    clock = city.current().clock
    case.outcome, case.ground = facts.get("outcome", case.outcome), facts.get("ground", "")
    if not again:
        case.closed_at, case.closed_on = clock.now(), today(clock)
        if case.due_on is not None and case.closed_on > case.due_on:
            case.late_on = case.late_on or case.due_on + timedelta(days=1)
        case.overdue = False
    if case.outcome == Outcome.MERGED and "case" in facts:
        case.joined_to = Case.objects.get(number=facts["case"])
    case.erase_on = retention.next_day(case, kind)


def is_against(outcome: str) -> bool:
    """Whether something came out against the person."""
    return outcome in {each.value for each in REFUSING} or outcome == Outcome.LAPSED
