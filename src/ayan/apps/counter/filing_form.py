"""The form of a kind: its fields drawn as boxes, each with who will read it, and what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import QueryDict

from ayan.apps.accounts.contacts import checked as checked_contact
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.counter import filing, pins, published_places
from ayan.apps.counter.drafts import DraftText
from ayan.apps.counter.limits import LONGEST_TYPED
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

CHOSEN: Final = "_place-"
"""Before the code of a field, the place that was chosen for it from the city's lists."""

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
    """One field of the form: its box, its type, who reads it, and the choices with the one that was made.

    ``lists`` says that places can be searched for it, and ``places`` which were found; None where nobody searched.
    """

    code: str
    box: FormBox
    type: str
    privacy: str
    read_by: str
    longest: int
    choices: tuple[tuple[str, str, bool], ...] = ()
    lists: bool = False
    places: tuple[str, ...] | None = None
    more_places: bool = False


def read(kind: CaseKind, sent: QueryDict) -> dict[str, str]:
    """What a form sent for the fields of its kind, as it was typed; nothing else that it sent.

    A place that was chosen among those that were found takes the place of the words by which it was.
    """
    return {
        each.code: (sent.get(f"{CHOSEN}{each.code}") or sent.get(PREFIX + each.code, ""))[:LONGEST_TYPED].replace(
            "\r\n", "\n"
        )
        for each in kind.fields
        if each.type != "files"
    }


def faults(kind: CaseKind, said: Mapping[str, str]) -> list[Refusal]:
    """Everything that is wrong with what was typed, in the order of the form, each at its field."""
    refusals: list[Refusal] = []
    for each in kind.fields:
        try:
            filing.checked(replace(kind, fields=(each,)), said)
            _check_type(each, said.get(each.code, "").strip())
        except DeskRefused as wrong:
            refusals.append(wrong.at(each.code))
    return refusals


def _check_type(field: FormField, value: str) -> None:
    if not value:
        return
    if field.type in _CONTACTS:
        try:
            checked_contact(_CONTACTS[field.type], value)
        except AccountRefused as wrong:
            raise DeskRefused(field=field.code).worded(wrong) from None
    if field.type == "day":
        try:
            jalali.parse_jalali(value)
        except jalali.NotADate:
            raise DeskRefused(
                "روز را مانند ۱۴۰۵/۰۹/۲۰ بنویسید.", "Write the day like 1405/09/20.", field=field.code
            ) from None


def normal(kind: CaseKind, said: Mapping[str, str]) -> dict[str, str]:
    """What was typed and is right, as it is kept: numbers of phones in ASCII digits, a pin as a point or a code."""
    return {each.code: _normal(each, said[each.code]) for each in kind.fields if each.code in said}


def _normal(field: FormField, text: str) -> str:
    if not text.strip():
        return text
    if field.type == "pin":
        return pins.kept(field, text)
    return checked_contact(_CONTACTS[field.type], text) if field.type in _CONTACTS else text


def boxes(
    kind: CaseKind, draft: DraftText, lang: Lang, refusals: Sequence[Refusal] = (), searched: str = ""
) -> list[CaseBox]:
    """The fields of a form with what was typed; ``searched`` is the field for which places are looked up."""
    wrong = {refusal.field: refusal.of(lang) for refusal in reversed(refusals)}
    drawn = [_box(kind, each, draft.said.get(each.code, ""), lang, wrong.get(each.code, "")) for each in kind.fields]
    return [
        _with_places(box, each, lang, searched=searched == each.code) if each.lists or each.type == "pin" else box
        for box, each in zip(drawn, kind.fields, strict=True)
    ]


def _with_places(box: CaseBox, field: FormField, lang: Lang, *, searched: bool) -> CaseBox:
    """A box with the search of the city's places, where these are published."""
    is_pin = field.type == "pin"
    if not (pins.land() is not None if is_pin else published_places.is_listed(field)):
        return box
    if not searched:
        return replace(box, lists=True)
    result = pins.search(box.box.value) if is_pin else published_places.search(field, box.box.value, lang)
    return replace(box, lists=True, places=tuple(place.words for place in result.places), more_places=result.has_more)


def _box(kind: CaseKind, field: FormField, value: str, lang: Lang, problem: str) -> CaseBox:
    box = FormBox(
        PREFIX + field.code,
        field.title.of(lang),
        value,
        field.hint.of(lang) if field.hint else "",
        problem,
        code=field.type in ("mail", "phone", "day", "pin"),
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
