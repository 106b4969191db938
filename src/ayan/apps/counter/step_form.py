"""The form of an officer's step: its fields as they are drawn, and what came with it as the engine takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.http import QueryDict

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import Grant, Unit, User
from ayan.apps.accounts.policy import Denied, Subject
from ayan.apps.accounts.roles import POLICY
from ayan.apps.counter import case_record, published_evidence
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.case_steps import VERBS, Said, take_step
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.limits import LONGEST_ADDRESS
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.counter.second_reading import readers_of
from ayan.apps.counter.serving_order import DUPLICATE, ORDER_REASONS, earlier
from ayan.apps.counter.step_choices import ORDER, StepChoice
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.values.jalali import parse_jalali, to_gregorian
from ayan.core.values.label import Label

HAND_OVER_REASONS: Final[Mapping[str, Label]] = {
    "elsewhere": Label("کار واحد دیگری است", "It is the work of another unit"),
    "absence": Label("مسئول آن نیست", "Its officer is away"),
    "load": Label("تقسیم کار", "The work is shared out"),
    "other": Label("علت دیگر", "Another reason"),
}
_CENTURIES: Final = 1700


class CaseMoved(DeskRefused):
    """Something has happened to the case since the page was drawn."""

    code = "case-moved"
    fa = (
        "پس از باز شدن این صفحه کار دیگری روی این مورد شده است. آنچه نوشته‌اید در فرم مانده است؛ تاریخچه را ببینید و "
        "اگر هنوز درست است دوباره بفرستید."
    )
    en = (
        "Something has happened to this case since the page was opened. What you typed is still in the form; look at "
        "the history, and send it again if it is still right."
    )
    status = 409


@dataclass(frozen=True, slots=True)
class TypedStep:
    """What was typed into the form of a step; ``seen`` is the number of the last entry that its page showed."""

    choice: str = ""
    text: str = ""
    private: str = ""
    ground: str = ""
    reason: str = ""
    unit: str = ""
    officer: str = ""
    reader: str = ""
    proposes: str = ""
    case: str = ""
    day: str = ""
    order: str = ""
    fee: str = ""
    number: str = ""
    charge: str = ""
    amount: str = ""
    record: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    seen: int = -1

    @classmethod
    def read(cls, sent: QueryDict) -> TypedStep:
        """The form as it came."""
        texts = (
            "choice",
            "text",
            "private",
            "ground",
            "reason",
            "unit",
            "officer",
            "reader",
            "case",
            "day",
            "order",
            "proposes",
            "fee",
            "number",
            "charge",
            "amount",
        )
        named: dict[str, Any] = {name: sent.get(name, "").replace("\r\n", "\n") for name in texts}
        links = [line for text in sent.getlist("evidence") for line in text.splitlines() if line.strip()]
        seen = sent.get("seen", "")
        named["case"] = named["case"].strip() or sent.get("like", "")
        named["record"] = {
            name.removeprefix(case_record.PREFIX): sent.get(name, "")[:LONGEST_ADDRESS]
            for name in sent
            if name.startswith(case_record.PREFIX)
        }
        return cls(**named, evidence=tuple(links), seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1)


def act(actor: User, case: Case, allowed: Sequence[StepChoice], typed: TypedStep, host: str = "") -> CaseEntry:
    """Do what was chosen. Raises DeskRefused with the field that is wrong, CaseMoved where the page was an old one.

    The same form sent twice is one entry.
    """
    with transaction.atomic():
        held = Case.objects.select_for_update().get(pk=case.pk)
        last = CaseEntry.objects.filter(case=held).order_by("-number").first()
        if last is not None and last.number != typed.seen:
            if last.number == typed.seen + 1 and _is_same(last, actor, typed):
                return last
            raise CaseMoved
        choice = next((each for each in allowed if each.code == typed.choice), None)
        if choice is None:
            if typed.choice:
                # A step that the kind has for others, or that this state does not have: never done by a forged form.
                raise Denied(actor, VERBS["handler"], about(held))
            raise DeskRefused("کاری را که می‌کنید برگزینید.", "Choose what you do.", field="choice")
        said = _said(actor, held, choice, typed, host)
        order = _order(held, choice, typed)
        entry = take_step(held, choice.step.code, choice.party, actor, said)
        if order:
            Case.objects.filter(pk=held.pk).update(order_reason=order)
    case.refresh_from_db()
    return entry


def _is_same(last: CaseEntry, actor: User, typed: TypedStep) -> bool:
    return (
        last.user_id == actor.pk
        and last.step == typed.choice.partition(":")[0]
        and open_text(last.locked) == typed.text.strip()
        and open_text(last.private) == typed.private.strip()
    )


def _said(actor: User, case: Case, choice: StepChoice, typed: TypedStep, host: str) -> Said:
    """What comes with the step; of the fields that it does not have nothing is taken."""
    asks = choice.asks
    links = [text.removeprefix(host) for text in typed.evidence] if "evidence" in asks else []
    return Said(
        text=typed.text if "text" in asks else "",
        private=typed.private if "private" in asks else "",
        ground=typed.ground if "ground" in asks else "",
        outcome=choice.outcome,
        reason=typed.reason if "reason" in asks and typed.reason in HAND_OVER_REASONS else "",
        unit=_unit(case, typed) if "unit" in asks else "",
        officer=_officer(case, typed) if "officer" in asks else None,
        reader=_reader(actor, case, choice, typed),
        proposes=typed.proposes if "review" in asks else "",
        case=typed.case.strip().upper() if "case" in asks else "",
        day=_day(typed.day) if "day" in asks else None,
        evidence=tuple(page.path for page in published_evidence.pages_of(links)),
        number=typed.number if "number" in asks else "",
        record=typed.record if "record" in asks else {},
        charge=typed.charge if "charge" in asks else "",
        amount=typed.amount if "charge" in asks else "",
        fee=typed.fee.strip().removeprefix(host) if "fee" in asks else "",
    )


def _unit(case: Case, typed: TypedStep) -> str:
    if typed.unit and not Unit.objects.filter(slug=typed.unit, retired_at=None).exists():
        raise DeskRefused("واحد را از فهرست برگزینید.", "Choose the unit from the list.", field="unit")
    if typed.unit == case.office and not typed.officer:
        raise DeskRefused(
            "این مورد در همین واحد است. واحد دیگر یا کارشناس آن را برگزینید.",
            "The case is in this unit already. Choose another unit, or its officer.",
            field="unit",
        )
    return typed.unit


def _officer(case: Case, typed: TypedStep) -> User | None:
    if not typed.officer:
        return None
    person = User.objects.filter(pk=int(typed.officer)).first() if typed.officer.isdecimal() else None
    if person is None or not policy.able([person], "case.handle", Subject("case", "", typed.unit, case.dataset)):
        raise DeskRefused(
            "این کارشناس در آن واحد به این موردها رسیدگی نمی‌کند. دیگری را برگزینید.",
            "This officer does not deal with such cases in that unit. Choose another one.",
            field="officer",
        )
    return person


def _reader(actor: User, case: Case, choice: StepChoice, typed: TypedStep) -> User | None:
    """Who is asked to read the draft, where one was named."""
    if "review" not in choice.asks or not typed.reader:
        return None
    readers = {str(person.pk): person for person in readers_of(case, actor)}
    person = readers.get(typed.reader)
    if person is None:
        raise DeskRefused(
            "خوانندهٔ دوم را از فهرست برگزینید.", "Choose the second reader from the list.", field="reader"
        )
    return person


def _order(case: Case, choice: StepChoice, typed: TypedStep) -> str:
    if choice.step.needs & {"case"} and earlier(case).count:
        return DUPLICATE
    if ORDER not in choice.asks or not earlier(case).count:
        return ""
    if typed.order not in ORDER_REASONS:
        raise DeskRefused(
            "موردهای پیش‌تری هنوز در نوبت است. بگویید چرا این زودتر رسیدگی می‌شود.",
            "Earlier cases still wait. Say why this one is served before them.",
            field="order",
        )
    return typed.order


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        parts = parse_jalali(text)
        return date(parts.year, parts.month, parts.day) if parts.year >= _CENTURIES else to_gregorian(parts)
    except ValueError:
        raise DeskRefused("روز را مانند ۱۴۰۵/۱۰/۰۱ بنویسید.", "Write the day like 1405/10/01.", field="day") from None


def handlers_by_unit(units: Sequence[Unit]) -> list[tuple[Unit, list[User]]]:
    """Who deals with cases, by unit: those of the whole city are at the end of each."""
    roles = POLICY["case.handle"].roles
    grants = Grant.objects.filter(role__in=roles, user__is_active=True, user__machine=False).select_related("user")
    by_unit: dict[int | None, dict[int, User]] = {}
    for grant in grants.order_by("user__name"):
        by_unit.setdefault(grant.unit_id, {})[grant.user_id] = grant.user
    wide = by_unit.get(None, {})
    return [(unit, list({**by_unit.get(unit.pk, {}), **wide}.values())) for unit in units]
