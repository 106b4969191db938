"""Who has more, or less, than somebody: «مدیرانی که حقوقشان از شهردار بیشتر است», "paid more than the mayor"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, api_of, card, page_of, understood_of
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.directions import BoundSide, more_or_less
from ayan.core.query.group_conditions import GroupCondition
from ayan.core.values.label import Label

NONE: Final[dict[BoundSide, Label]] = {
    "above": Label("هیچ‌کس در «{dataset}» بیش از این ندارد. {other}", "Nobody in “{dataset}” has more. {other}"),
    "below": Label("هیچ‌کس در «{dataset}» کمتر از این ندارد. {other}", "Nobody in “{dataset}” has less. {other}"),
}
SENTENCE: Final = Label("{ranked} {other}", "{ranked} {other}")
_FROM: Final = "از"
_IDLE: Final = frozenset((
    "که", "را", "رو", "در", "تو", "توی", "از", "چه", "چند", "the", "who", "that", "which", "are", "is", "than", "in",
    "of", "whose", "they", "get", "gets", "earn", "earns", "make", "makes", "paid", "have", "has", "more", "less",
    "any", "there", "a", "do", "does",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """Who is set against whom: the other's piece, what is measured, and the words of a time."""

    slug: str
    direction: BoundSide
    other: Phrase
    measured: str
    time: str


def above_another(facts: CityFacts, question: Parted, ask: Ask) -> AnswerCard | None:
    """Those whose number is above, or below, that of somebody; None where nobody asks for such."""
    said = _said(facts, question)
    if said is None:
        return None
    is_latin = said.other.words[0].is_latin
    other = ask(f"{said.measured} {'of ' if is_latin else ''}{said.other.text} {said.time}".strip())
    ranked = ask(f"{'highest' if is_latin else 'بیشترین'} {said.measured} {said.time}".strip())
    if other is None or ranked is None or other.kind != "figure" or not (other.is_sure and ranked.is_sure):
        return None
    asked, own = ranked.asked, other.asked
    if asked is None or own is None or asked.by is None or own.by is not None or asked.dataset.slug != said.slug:
        return None
    if asked.dataset.field(asked.by.field).role != "person" or asked.measures[0] != own.measures[0]:
        return None
    if asked.period != own.period or other.figures[0].value is None:
        return None
    return _card(facts, asked, other, said.direction)


def _card(facts: CityFacts, asked: AskedQuestion, other: AnswerCard, direction: BoundSide) -> AnswerCard:
    # A mean is shown with two digits behind the point: whoever has the same is neither above nor below.
    edge = int(other.figures[0].value or 0)
    is_above = direction == "above"
    condition = GroupCondition(asked.measures[0].name, "gt" if is_above else "lt", edge + is_above)
    sort = replace(asked.sort, descending=is_above) if asked.sort is not None else None
    having = replace(asked, having=(condition,), sort=sort)
    groups = card(facts, having)
    if groups.kind != "list":
        text = NONE[direction].filled(
            lambda lang: {"dataset": asked.dataset.title.of(lang), "other": other.text.of(lang)}
        )
        api = api_of(asked.dataset, "groups", having.groups.query_string())
        return AnswerCard(
            "nothing", text, page_of(asked.dataset, asked.scope), api, understood_of(having, asked.measures[0])
        )
    text = SENTENCE.filled(lambda lang: {"ranked": groups.text.of(lang), "other": other.text.of(lang)})
    return replace(groups, text=text)


def _said(facts: CityFacts, question: Parted) -> _Said | None:
    segments = question.segments
    for at, direction, other in _signs(segments):
        phrase = segments[other]
        slugs = {each.slug for each in phrase.of("value") if each.code and each.grade == "right"}
        rest = [each for place, each in enumerate(segments) if place not in (at, other)]
        slug = next((slug for slug in sorted(slugs) if _is_of_people(facts, slug, rest)), "")
        if slug and all(_is_of(each, slug) for each in rest):
            measured = [each.text for each in rest if any(m.slug == slug for m in each.of("measure"))]
            concept = facts.lexicon.words_of(facts.lexicon.datasets[slug])
            forms = [form for form, grade in concept.forms if grade == "right"] if concept is not None else []
            named = next((form for form in forms if form.isascii() == phrase.words[0].is_latin), "")
            time = " ".join(each.text for each in rest if each.sense == "period")
            return _Said(slug, direction, phrase, " ".join(measured) or named, time)
    return None


def _signs(segments: Sequence[Phrase]) -> list[tuple[int, BoundSide, int]]:
    """The places of a word that compares and of what it compares with: «از شهردار بیشتر», "above the mayor"."""
    signs = []
    for at, phrase in enumerate(segments):
        way = more_or_less(phrase.words[0].text)
        if way is None:
            continue
        if phrase.words[0].is_latin or phrase.words[-1].text == _FROM:
            skip = at + 1 + (at + 1 < len(segments) and segments[at + 1].text in ("than", "what"))
            signs += [(at, way, skip)] if skip < len(segments) else []
        elif at + 2 < len(segments) and segments[at + 1].text == _FROM:
            signs.append((at, way, at + 2))
        elif at > 1 and segments[at - 2].text == _FROM:
            signs.append((at, way, at - 1))
    return [each for each in signs if segments[each[2]].has("value")]


def _is_of_people(facts: CityFacts, slug: str, rest: Sequence[Phrase]) -> bool:
    """Whether the rows of a dataset are of people, and a piece names them or what they get."""
    dataset = facts.lexicon.datasets.get(slug)
    if dataset is None or all(each.role != "person" for each in dataset.published):
        return False
    things = (each.target.partition(".")[0] for phrase in rest for each in phrase.of("thing"))
    named = (each.slug for phrase in rest for each in phrase.of("dataset", "measure"))
    asks = any(each.target == "answer:person" for phrase in rest for each in phrase.of("ask"))
    return asks or slug in {*things, *named}


def _is_of(phrase: Phrase, slug: str) -> bool:
    """Whether a piece says nothing, or what the dataset holds, and no condition on it."""
    if phrase.sense == "period":
        return True
    if phrase.has("stop", "ask") or phrase.text in _IDLE:
        return True
    things = {each.target.partition(".")[0] for each in phrase.of("thing")}
    return slug in things or any(each.slug == slug for each in phrase.of("dataset", "measure"))
