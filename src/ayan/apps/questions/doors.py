"""The doors of the home page: each one task with one live figure and a small picture; and what was corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse

from ayan.apps.catalog import selectors
from ayan.apps.catalog.feeds import public_acts
from ayan.apps.catalog.feeds.public_acts import PublicAct
from ayan.apps.catalog.record import provenance
from ayan.apps.questions import question_page
from ayan.apps.questions.limits import MOST_SEARCHES
from ayan.apps.questions.worked_part import worded
from ayan.core.common_questions.common_question import BLANK, BarsPart, CommonQuestion
from ayan.core.query.answer import Unanswered
from ayan.core.store.correction_reason import USUAL
from ayan.core.store.objects import NotInStore
from ayan.core.values.digits import to_latin
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

_NUMBER: Final = re.compile(r"^([^\s]+)\s+(.+)$")
_LOOKED_AT: Final = 400


@dataclass(frozen=True, slots=True)
class HomeDoor:
    """One door: what people ask, a figure with its unit, what it is, and a picture without words (SVG)."""

    code: str
    title: str
    figure: str
    unit: str
    says: str
    picture: str
    address: str


@dataclass(frozen=True, slots=True)
class MendedSum:
    """A correction, and of the money in it what a sum was and what it is (rial); without a label none changed."""

    act: PublicAct
    label: str = ""
    before: int = 0
    after: int = 0


def doors(city: City, lang: Lang) -> list[HomeDoor]:
    """The doors of the questions that can be answered now, in their order; none whose figure is not known."""
    with_door = [each for each in question_page.listed(city) if each.door is not None]
    drawn = (
        _door(city, each, lang) for each in sorted(with_door, key=lambda each: each.door.order if each.door else 0)
    )
    return [door for door in drawn if door is not None]


def _door(city: City, question: CommonQuestion, lang: Lang) -> HomeDoor | None:
    door = question.door
    assert door is not None  # noqa: S101 - the caller chose by it
    code, _, name = door.value.partition(".")
    needed = {
        code,
        door.picture,
        *(match[1] for words in door.says.words().values() for match in BLANK.finditer(words)),
    }
    try:
        answer = question_page.answered(city, question, lang, needed)
        address = reverse(f"{lang}:{door.page}") if door.page else reverse(f"{lang}:answer", args=[question.code])
    except (Unanswered, NoReverseMatch):
        # A door that would have to wait for its figure stands in nobody's way.
        return None
    value = answer.parts[code].words.get(name, "") if code in answer.parts else ""
    says = worded(door.says, answer.parts, lang)
    if not value or not says:
        return None
    figure, unit = _parted(value)
    picture = answer.parts[door.picture].picture if door.picture in answer.parts else ""
    title = (door.title or question.title).of(lang)
    return HomeDoor(question.code, title, figure, unit, says, picture, address)


def _parted(value: str) -> tuple[str, str]:
    """A figure and its unit: «۵۸٫۴» and «میلیون تومان»; a sentence, such as a ratio of votes, stays whole."""
    parts = _NUMBER.match(value)
    if parts is None or not _has_digit(parts[1]) or _has_digit(parts[2]):
        return value, ""
    return parts[1], parts[2]


def _has_digit(words: str) -> bool:
    return any(each.isdigit() for each in to_latin(words))


def tell_bars(asked: Sequence[CommonQuestion]) -> bool:
    """Whether some question is answered by the bars that a dataset declares for the front page."""
    return any(isinstance(part, BarsPart) for question in asked for part in question.parts)


def searches(asked: Sequence[CommonQuestion], lang: Lang) -> list[str]:
    """What may be typed into the search box for the questions that can be answered, the first ones."""
    return [question.search.of(lang) for question in asked if question.search is not None][:MOST_SEARCHES]


def publications(city: City, most: int) -> list[PublicAct]:
    """The newest releases that took no other's place to mend it."""
    acts = public_acts.newest(city, _LOOKED_AT)
    return [act for act in acts if act.act in ("release", "correction") and not _is_mend(act)][:most]


def corrections(city: City, most: int, lang: Lang) -> list[MendedSum]:
    """The newest corrections and withdrawals, which say why, each with the sum of money that it changed."""
    acts = public_acts.newest(city, _LOOKED_AT)
    chosen = [act for act in acts if act.act in ("withdrawal", "erasure") or _is_mend(act)]
    return [_mended(city, act, lang) for act in chosen[:most]]


def _mended(city: City, act: PublicAct, lang: Lang) -> MendedSum:
    """An act with the first sum of money that its release has otherwise than the one whose place it took."""
    stated = act.release.manifest["ayan"].get("supersedes")
    if act.act != "correction" or not stated:
        return MendedSum(act)
    sums: list[dict[str, tuple[str, int]]] = []
    for number in (int(stated), act.release.number):
        try:
            published = selectors.one_release(city, act.dataset, act.release.period, number)
        except NotInStore:
            return MendedSum(act)
        totals = provenance.totals(published.dataset, published, lang)
        sums.append({
            total.field.name: (total.label, total.value)
            for total in totals
            if total.field is not None and total.field.kind.is_money and isinstance(total.value, int)
        })  # fmt: skip
    before, after = sums
    for name, (label, value) in after.items():
        if name in before and before[name][1] != value:
            return MendedSum(act, label, before[name][1], value)
    return MendedSum(act)


def _is_mend(act: PublicAct) -> bool:
    """Whether a release mended something, and did not merely bring what had come since."""
    stated = act.correction.stated if act.act == "correction" and act.correction else None
    return act.act == "correction" and (stated is None or stated.code != USUAL)
