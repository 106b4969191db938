"""The form of a kind: its fields drawn as boxes, each with who will read it, and what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from ayan.apps.accounts.contacts import checked as checked_contact
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.counter import filing
from ayan.apps.counter.drafts import DraftText
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.outbox.models import Channel
from ayan.core.casework.case_kind import CaseKind, FormField, Privacy
from ayan.core.values import jalali
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui.component_parts import FormBox, FormProblem

PREFIX: Final = "f-"
"""Before the code of a field in the names of the form, so that none is taken for a part of the page."""

_LONGEST_TYPED: Final = 20_000
_CONTACTS: Final = {"mail": Channel.MAIL, "phone": Channel.SMS}
_FILLS: Final = {"mail": "email", "phone": "tel", "name": "name"}

READ_BY: Final[Mapping[Privacy, Label]] = {
    "public": Label("پس از بررسی، همه می‌بینند", "Everybody will see it, once it is checked"),
    "office": Label("فقط کسانی می‌بینند که رسیدگی می‌کنند", "Only those who deal with it will see it"),
    "contact": Label("کسی نمی‌بیند؛ سامانه با آن به شما پیام می‌دهد", "Nobody sees it; the system sends messages to it"),
}
NEVER: Final = Label("منتشر نمی‌شود", "It is not published")
CLOSED: Final = Label("پس از بسته شدن و بررسی، همه می‌بینند", "Everybody will see it, once it is closed and checked")


@dataclass(frozen=True, slots=True)
class CaseBox:
    """One field of the form: its box, its type, who reads it, and the choices with the one that was made."""

    code: str
    box: FormBox
    type: str
    privacy: str
    read_by: str
    longest: int
    choices: tuple[tuple[str, str, bool], ...] = ()


def read(kind: CaseKind, sent: QueryDict) -> dict[str, str]:
    """What a form sent for the fields of its kind, as it was typed; nothing else that it sent."""
    return {
        each.code: sent.get(PREFIX + each.code, "")[:_LONGEST_TYPED].replace("\r\n", "\n")
        for each in kind.fields
        if each.type != "files"
    }


def faults(kind: CaseKind, said: Mapping[str, str]) -> list[Refusal]:
    """Everything that is wrong with what was typed, in the order of the form, each at its field."""
    found: list[Refusal] = []
    for each in kind.fields:
        try:
            filing.checked(replace(kind, fields=(each,)), said)
            _check_type(each, said.get(each.code, "").strip())
        except DeskRefused as wrong:
            found.append(wrong.at(each.code))
    return found


def _check_type(field: FormField, value: str) -> None:
    if not value:
        return
    if field.type in _CONTACTS:
        try:
            checked_contact(_CONTACTS[field.type], value)
        except AccountRefused as wrong:
            raise DeskRefused(wrong.fa, wrong.en, field=field.code) from None
    if field.type == "day":
        try:
            jalali.parse_jalali(value)
        except jalali.NotADate:
            raise DeskRefused(
                "روز را مانند ۱۴۰۵/۰۹/۲۰ بنویسید.", "Write the day like 1405/09/20.", field=field.code
            ) from None


def normal(kind: CaseKind, said: Mapping[str, str]) -> dict[str, str]:
    """What was typed and is right, as it is kept: numbers of phones in ASCII digits, without blanks."""
    return {
        each.code: checked_contact(_CONTACTS[each.type], said[each.code])
        if each.type in _CONTACTS and said[each.code].strip()
        else said[each.code]
        for each in kind.fields
        if each.code in said
    }


def boxes(kind: CaseKind, draft: DraftText, lang: Lang, refusals: Sequence[Refusal] = ()) -> list[CaseBox]:
    """The fields of a form with what was typed."""
    wrong = {refusal.field: refusal.of(lang) for refusal in reversed(refusals)}
    return [_box(kind, each, draft.said.get(each.code, ""), lang, wrong.get(each.code, "")) for each in kind.fields]


def _box(kind: CaseKind, field: FormField, value: str, lang: Lang, problem: str) -> CaseBox:
    box = FormBox(
        PREFIX + field.code,
        field.title.of(lang),
        value,
        field.hint.of(lang) if field.hint else "",
        problem,
        code=field.type in ("mail", "phone", "day"),
        required=field.required,
        lines=6 if field.type == "text" else 1,
        fill=_FILLS.get(field.type) or _FILLS.get(field.code, ""),
    )
    choices = tuple((code, label.of(lang), code == value) for code, label in field.choices)
    return CaseBox(field.code, box, field.type, field.privacy, read_by(kind, field).of(lang), field.longest, choices)


def read_by(kind: CaseKind, field: FormField) -> Label:
    """Who will read a field, in words."""
    if field.privacy != "public":
        return READ_BY[field.privacy]
    return {"checked": READ_BY["public"], "closed": CLOSED, "never": NEVER}[kind.publication]


def problems(refusals: Sequence[Refusal], kind: CaseKind, lang: Lang) -> list[FormProblem]:
    """The error summary of a form, each fault leading to its field."""
    codes = {each.code for each in kind.fields}
    return [
        FormProblem(refusal.of(lang), PREFIX + refusal.field if refusal.field in codes else "") for refusal in refusals
    ]
