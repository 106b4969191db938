"""The cards of the search page: what the box answers, how it was understood, and how a reader may change that."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from ayan.apps.catalog.record import records
from ayan.apps.catalog.record.records import sentence
from ayan.apps.search.limits import ANSWERS_PROCESSOR, LONGEST_CHANGE, QUESTION_PROCESSOR, SEARCH_PROCESSOR
from ayan.apps.search.selectors import SIZE, SearchResult, find, unsearched
from ayan.core.answers import variants, wording
from ayan.core.answers.cards import AnswerCard, CardFigure, card
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.lexicon_store import LexiconPending
from ayan.core.answers.question_box import BoxAnswer, answer
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.schema.definition import Dataset
from ayan.core.system.processor_budget import spending
from ayan.core.values import locale, money
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class ChipOption:
    """Something else that a chip may say: its words, and where the question with it is answered."""

    words: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class AnswerChip:
    """One part of what was understood; without options it is told only."""

    label: str
    value: str
    options: tuple[ChipOption, ...]


@dataclass(frozen=True, slots=True)
class CardLine:
    """One row or group of a card: its name and where it leads, and a figure or a sentence beside it.

    ``share`` is its per cent of the largest, by which its bar is drawn.
    """

    words: str
    address: str = ""
    value: str = ""
    sentence: SafeString | str = ""
    share: int = 0


@dataclass(frozen=True, slots=True)
class CardText:
    """One answer as the page tells it: ``big`` is its first figure and ``unit`` the unit of that, where it is one."""

    kind: str
    sentence: str
    address: str
    api: str
    big: str
    unit: str
    figures: tuple[tuple[str, str], ...]
    chips: tuple[AnswerChip, ...]
    lines: tuple[CardLine, ...]
    dataset: Dataset | None


def ask(city: City, text: str, changed: str = "", size: int = SIZE) -> tuple[BoxAnswer, SearchResult]:
    """What the box answers to a text, and the rows that hold its words: both from one budget of the processor.

    ``changed`` is a question as `variants.as_text` writes it, which then stands first. Raises BadQuestion, about ``q``
    for a text without words or with too many, and about ``as`` where ``changed`` is no question.
    """
    primed = city.lexicons.is_primed
    with spending(QUESTION_PROCESSOR if primed else SEARCH_PROCESSOR):
        with spending(ANSWERS_PROCESSOR if primed else SEARCH_PROCESSOR) as budget:
            answered = _answers(city, text, changed)
            answered = replace(answered, is_late=budget.left <= 0)
        if answered.is_personal:
            return answered, unsearched(text)
        return answered, find(city, text, size, is_answered=bool(answered.cards))


def _answers(city: City, text: str, changed: str) -> BoxAnswer:
    try:
        facts = city.facts()
    except LexiconPending:
        return BoxAnswer((), is_pending=True)
    answered = answer(facts, text)
    if not changed:
        return answered
    try:
        if len(changed) > LONGEST_CHANGE:
            raise BadQuestion([problem("too-long", "as", limit=LONGEST_CHANGE)])
        first = card(facts, variants.from_text(facts, changed))
    except KeyError:
        raise BadQuestion([problem("unknown-parameter", "as")]) from None
    except Unanswered:
        return answered
    rest = tuple(each for each in answered.cards if each.api != first.api)
    return replace(answered, cards=(first, *rest))


def cards(city: City, answered: BoxAnswer, text: str, lang: Lang, shown: Collection[str] = ()) -> list[CardText]:
    """The answers in the words of a language; without the records at addresses that are ``shown`` beside them."""
    if not answered.cards:
        return []
    facts = city.facts()
    return [_card(facts, each, text, lang) for each in answered.cards if each.kind != "record" or each.url not in shown]


def _card(facts: CityFacts, each: AnswerCard, text: str, lang: Lang) -> CardText:
    big, unit = _big(each.figures[0], lang) if each.figures and each.kind in ("figure", "page") else ("", "")
    rest = each.figures[1:] if big else each.figures if each.kind == "figure" else ()
    slug = each.understood.dataset if each.understood is not None else ""
    return CardText(
        kind=each.kind,
        sentence=each.text.of(lang),
        address=f"{language.prefix(lang)}{each.url}",
        api=each.api,
        big=big,
        unit=unit,
        figures=tuple((figure.label.of(lang), " ".join(_big(figure, lang))) for figure in rest),
        chips=tuple(_chips(facts, each, text, lang)),
        lines=tuple(_lines(facts, each, lang)),
        dataset=facts.lexicon.datasets.get(slug),
    )


def _big(figure: CardFigure, lang: Lang) -> tuple[str, str]:
    """A figure and its unit, money in the unit of toman that fits."""
    value, own = figure.value, locale.of(lang)
    if value is None:
        return "–", ""
    if figure.unit == "rial":
        shown, _, unit = money.headline(int(Decimal(value).to_integral_value()), lang).partition(" ")
        return shown, unit
    if figure.unit == "percent":
        return wording.percentage(Decimal(value), lang), ""
    return own.number(value), ""


def _chips(facts: CityFacts, each: AnswerCard, text: str, lang: Lang) -> Iterator[AnswerChip]:
    if each.asked is None:
        return
    here = reverse(f"{lang}:search")
    for part in variants.parts(facts, each.asked):
        options = tuple(
            ChipOption(
                option.label.of(lang), f"{here}?{urlencode({'q': text, 'as': option.question})}", option.is_current
            )
            for option in part.options
        )
        yield AnswerChip(part.label.of(lang), part.value.of(lang), options)


def _lines(facts: CityFacts, each: AnswerCard, lang: Lang) -> Iterator[CardLine]:
    if each.groups and each.asked is not None and each.asked.by is not None:
        yield from _group_lines(each, lang)
        return
    slug = each.understood.dataset if each.understood is not None else ""
    for row in each.rows:
        yield _row_line(facts.lexicon.datasets[slug], row, lang)


def _group_lines(each: AnswerCard, lang: Lang) -> Iterator[CardLine]:
    asked = each.asked
    assert asked is not None  # noqa: S101 - who calls this has groups
    assert asked.by is not None  # noqa: S101 - as above
    own, measure = asked.dataset.field(asked.by.field), asked.measures[0]
    numbers = [Decimal(group[measure.name] or 0) for group in each.groups]
    largest = max((abs(number) for number in numbers), default=Decimal(0))
    for group, number in zip(each.groups, numbers, strict=True):
        yield CardLine(
            words=wording.key_text(own, asked.by, group[asked.by.name], lang),
            value=wording.number(asked.dataset, measure, group[measure.name], lang),
            share=int(abs(number) * 100 / largest) if largest else 0,
        )


def _row_line(dataset: Dataset, row: Row, lang: Lang) -> CardLine:
    step = keys.step_of(keys.key_of(dataset, row))
    said = sentence(dataset, row.values, lang, locale.of(lang).calendar)
    return CardLine(
        records.title(dataset, row, lang), f"{language.prefix(lang)}/data/{dataset.slug}/r/{step}", "", said
    )
