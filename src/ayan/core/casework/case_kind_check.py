"""What only the whole of a kind's declaration shows to be wrong, and what only all kinds together show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from string import Formatter
from typing import Final

from ayan.core.casework.case_kind import CLOSED, FEE_BLANKS, FILED, JOINED_CLOSED, LATE, LATE_APPEAL, CaseKind
from ayan.core.casework.case_record import NO_STEP
from ayan.core.casework.case_words import CaseStage
from ayan.core.schema.problem import DeclarationProblem, DeclarationProblems
from ayan.core.schema.tables import TomlTable, near
from ayan.core.values.label import Label

BEGINS_CLOSED: Final = Label(
    "حالت نخست بسته است. حالتی را که مورد در آن می‌رسد نخست بنویسید.",
    "The first state is a closed one. Write the state in which a case comes first.",
)
GEOREPORT: Final = Label(
    "georeport نام یک خانهٔ گزینه‌ای، همگانی و لازم است، در نوعی که هر کس می‌آورد، منتشر می‌شود و خانهٔ summary دارد.",
    "georeport names a public, required field of choices, of a kind that anybody brings, that is published and has a "
    "field summary.",
)
NEVER_ENDS: Final = Label(
    "هیچ گامی به حالت بسته نمی‌رسد. گامی بنویسید که مورد را ببندد.",
    "No step leads to a closed state. Name one that closes a case.",
)
ASKED_MONEY: Final = frozenset({"fee", "charge"})
"""What a step that asks for money needs: an amount that a tariff computes, or one that a body has decided."""

FEE_BY: Final = Label(
    'گامی که عوارض محاسبه‌شده می‌خواهد تنها از کارشناس است: `by = ["handler"]`.',
    'A step that needs a computed fee is an officer’s alone: `by = ["handler"]`.',
)
FEE_OPTIONAL: Final = Label(
    "عوارض محاسبه‌شده یا لازم است یا نیست: آن را در `needs` بنویسید.",
    "A computed fee is needed or it is not: name it in `needs`.",
)
NO_FEE: Final = Label(
    'پیام گام «{value}» مبلغ عوارض را می‌گوید، ولی این گام عوارض محاسبه‌شده نمی‌خواهد (`needs = ["fee"]`).',
    'The message of “{value}” tells a fee, but that step needs no computed fee (`needs = ["fee"]`).',
)


def check(kind: CaseKind, table: TomlTable) -> None:
    """What only the whole of a declaration shows: where a case could not begin or end, or something stands twice."""
    stages = {state.code: state.stage for state in kind.states}
    if kind.states and kind.states[0].stage == CaseStage.CLOSED:
        table.refuse("states", "case-begins-closed", BEGINS_CLOSED)
    ends = [step for step in kind.steps if step.to and stages.get(step.to) == CaseStage.CLOSED]
    if kind.steps and not ends:
        table.refuse("steps", "case-never-ends", NEVER_ENDS)
    for step in ends:
        if not step.outcomes:
            table.refuse(f"step[{step.code}].outcomes", "missing")
    for step in kind.steps:
        if "ground" in step.needs and not kind.grounds:
            table.refuse("ground", "missing")
    _check_fees(kind, table)
    _check_record(kind, table)
    _check_codes(kind, table, stages)
    _check_second_reader(kind, table)
    _check_georeport(kind, table)


def _check_georeport(kind: CaseKind, table: TomlTable) -> None:
    """Refuse what goes out to programs by a field that not everybody may read, or that need not be filled in."""
    if not kind.georeport:
        return
    field = kind.field(kind.georeport)
    sound = field is not None and field.type == "choice" and field.privacy == "public" and field.required
    if not sound or kind.publication == "never" or kind.filed_by != "anybody" or kind.field("summary") is None:
        table.refuse("georeport", "case-georeport", GEOREPORT)


def _check_record(kind: CaseKind, table: TomlTable) -> None:
    """Refuse a record whose values nobody is asked for, and a step that asks for those of none."""
    asking = [step for step in kind.steps if "record" in step.needs | step.optional]
    if kind.record is not None and kind.record.columns and not any(step.by == ("handler",) for step in asking):
        table.refuse("record", "case-record-step", NO_STEP)
    if kind.record is None and asking:
        table.refuse("record", "missing")


def _check_fees(kind: CaseKind, table: TomlTable) -> None:
    """Refuse a fee that nobody could state or that could be left out, and a message that tells one that is not."""
    asking = {step.code: ASKED_MONEY & (step.needs | step.optional) for step in kind.steps}
    for step in kind.steps:
        if asking[step.code] and step.by != ("handler",):
            table.refuse(f"step[{step.code}].by", "case-fee-by", FEE_BY)
        if ASKED_MONEY & step.optional:
            table.refuse(f"step[{step.code}].optional", "case-fee-optional", FEE_OPTIONAL)
        if "charge" in asking[step.code] and not kind.charges:
            table.refuse("charge", "missing")
    # Only what a tariff computes has a page with its steps.
    tells: dict[str, Collection[str]] = {
        code: FEE_BLANKS if "fee" in asked else {"fee"} for code, asked in asking.items() if asked
    }
    for message in kind.messages:
        texts = (message.subject.fa, message.subject.en, message.words.fa, message.words.en)
        if any((_blanks(text) & FEE_BLANKS) - set(tells.get(message.code, ())) for text in texts):
            table.refuse("message", "case-no-fee", NO_FEE, value=message.code[:60])


def _blanks(text: str) -> set[str]:
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name}
    except ValueError:
        # Words that cannot be filled in are refused where they are read.
        return set()


def _check_codes(kind: CaseKind, table: TomlTable, states: Collection[str]) -> None:
    for key, codes in (
        ("field", [each.code for each in kind.fields]),
        ("ground", [each.code for each in kind.grounds]),
        ("charge", [each.code for each in kind.charges]),
        ("steps_of_service", list(kind.steps_of_service)),
    ):
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            table.refuse(key, "repeated", value=code)
    known = {FILED, LATE, LATE_APPEAL, CLOSED, JOINED_CLOSED, *(step.code for step in kind.steps)}
    messages = table.raw.get("message")
    for each in messages if isinstance(messages, list) else ():
        code = str(each.get("code", "")) if isinstance(each, Mapping) else ""
        if code not in known:
            allowed = sorted(known)
            table.refuse("message", "not-one-of", value=code[:60], near=near(code, known), allowed=allowed)
    for code in kind.steps_of_service:
        if code not in states:
            table.refuse(
                "steps_of_service", "not-one-of", value=code[:60], near=near(code, states), allowed=list(states)
            )


def _check_second_reader(kind: CaseKind, table: TomlTable) -> None:
    """Refuse a step that no second reader could take: the case could never be answered by it."""
    drafted = any("review" in step.needs for step in kind.steps)
    reviewed = {state.code for state in kind.states if state.stage == CaseStage.REVIEW}
    able = [step.code for step in kind.steps if drafted and "reviewer" in step.by and step.sources & reviewed]
    for code in kind.second_reader:
        if code not in able:
            table.refuse(
                "second_reader", "not-one-of", value=code[:60], near=near(code, able), allowed=list(able) or "—"
            )


def check_appeals(kinds: dict[str, CaseKind]) -> Iterable[DeclarationProblem]:
    """Take away the kinds whose appeal is of a kind that is not there, and say so."""
    wrong = DeclarationProblems()
    for code, kind in list(kinds.items()):
        to = kinds.get(kind.appeal)
        if kind.appeal and (to is None or to.filed_by != "appeal"):
            allowed = [each.code for each in kinds.values() if each.filed_by == "appeal"]
            words = {"value": kind.appeal[:60], "near": near(kind.appeal, allowed), "allowed": list(allowed)}
            wrong.add(f"kinds/{code}.toml", "appeal", "not-one-of", **words)
            del kinds[code]
    return wrong.listed
