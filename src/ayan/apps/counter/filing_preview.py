"""What a form becomes once it is sent: who reads which of its words, what looks personal, and by when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ayan.apps.counter import published_places
from ayan.apps.counter.drafts import DraftText
from ayan.apps.counter.filing_form import read_by
from ayan.apps.counter.limits import MOST_OFFERS
from ayan.core.casework.case_clock import due_on, receipt_day
from ayan.core.casework.case_kind import CaseKind, FormField, Privacy
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.personal_words import KINDS, personal_words
from ayan.wiring import city

GROUPS: Final[Mapping[Privacy, Label]] = {
    "public": Label("همه می‌بینند", "Everybody sees"),
    "office": Label("فقط رسیدگی‌کنندگان می‌بینند", "Only those who deal with it see"),
    "contact": Label("کسی نمی‌بیند", "Nobody sees"),
}
MOVED: Final = "{before}\n\n{moved}"


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One field of the preview. ``personal`` names what of it looks like somebody's data, where all would read it.

    ``places`` are those of the city's lists that may be meant by a place that they do not hold so.
    """

    code: str
    title: str
    text: str
    personal: tuple[str, ...] = ()
    may_move: bool = False
    places: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PreviewGroup:
    """The fields that the same people read, and who that is."""

    privacy: str
    heading: str
    note: str
    lines: tuple[PreviewLine, ...]


def shown(kind: CaseKind, draft: DraftText, lang: Lang) -> list[PreviewGroup]:
    """The filled fields by who reads them; what everybody does stands first."""
    groups, unlisted = [], published_places.unlisted(kind, draft.said, lang)
    for privacy in _privacies(kind):
        fields = [each for each in kind.fields if _privacy(kind, each) == privacy and draft.said.get(each.code)]
        if fields:
            note = read_by(kind, fields[0]).of(lang)
            lines = tuple(
                replace(
                    _line(kind, each, draft.said[each.code], privacy, lang),
                    places=tuple(place.words for place in unlisted[each.code].places[:MOST_OFFERS])
                    if each.code in unlisted
                    else None,
                )
                for each in fields
            )
            groups.append(PreviewGroup(privacy, GROUPS[privacy].of(lang), note, lines))
    return groups


def _privacies(kind: CaseKind) -> tuple[Privacy, ...]:
    return ("public", "office", "contact") if kind.publication != "never" else ("office", "contact")


def _privacy(kind: CaseKind, field: FormField) -> Privacy:
    """Who reads a field: of a kind of which nothing is published, what it calls public stays in the office."""
    return "office" if field.privacy == "public" and kind.publication == "never" else field.privacy


def _line(kind: CaseKind, field: FormField, text: str, privacy: Privacy, lang: Lang) -> PreviewLine:
    label = dict(field.choices).get(text)
    looked = privacy == "public" and field.type in ("line", "text", "place")
    kinds = dict.fromkeys(word.kind for word in personal_words(text)) if looked else {}
    personal = tuple(KINDS[each].of(lang) for each in kinds)
    return PreviewLine(
        field.code,
        field.title.of(lang),
        label.of(lang) if label else text,
        personal,
        bool(personal) and not field.required and office_field(kind) is not None,
    )


def office_field(kind: CaseKind) -> FormField | None:
    """The text that only the office reads, where a kind has one."""
    return next((each for each in kind.fields if each.type == "text" and each.privacy == "office"), None)


def moved(kind: CaseKind, said: Mapping[str, str], code: str) -> dict[str, str]:
    """The form with the words of a public field put where only the office reads them."""
    field, to = kind.field(code), office_field(kind)
    text = said.get(code, "")
    if field is None or field.privacy != "public" or field.required or to is None or not text:
        return dict(said)
    before = said.get(to.code, "")
    return {**said, code: "", to.code: MOVED.format(before=before, moved=text) if before else text}


def due(kind: CaseKind) -> date | None:
    """By when an answer would be due if the form were sent now."""
    current_city = city.current()
    workdays = current_city.profile.workdays
    return due_on(kind.clock, receipt_day(current_city.clock.now(), workdays, current_city.profile.hours), workdays)
