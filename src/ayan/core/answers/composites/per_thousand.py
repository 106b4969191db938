"""How many for a thousand inhabitants: «پروانه به ازای هر هزار نفر», "permits per 1000 inhabitants"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, CardFigure, figure_of
from ayan.core.answers.cards.cards import card as answered
from ayan.core.answers.cards.wording import in_brackets, key_text, period_text
from ayan.core.answers.composites.per_head import counted, people_of, people_of_places
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import in_newest_year
from ayan.core.answers.grammar.measures import is_owned
from ayan.core.answers.limits import MOST_GROUPS
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.words.morphology import tokens
from ayan.core.query.grouping import GroupMeasure
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label, in_each

EACH: Final = Label("برای هر هزار نفر", "For 1,000 inhabitants")
SENTENCE: Final = Label(
    "برای هر هزار نفر {ratio}: {count} جمعیت {year}: {people} نفر.",
    "{ratio} for 1,000 inhabitants: {count} Inhabitants of {year}: {people}.",
)
OF_PLACES: Final = Label(
    "«{dataset}»{rows} برای هر هزار نفر: {places}. جمعیت {year}.",
    "“{dataset}”{rows} for 1,000 inhabitants: {places}. Inhabitants of {year}.",
)
COUNTED: Final = Label("تعداد ردیف‌ها، {place}", "Rows, {place}")
_THOUSAND: Final = frozenset(("هزار", "1000", "thousand"))
_PEOPLE: Final = frozenset(("نفر", "شهروند", "ساکن", "inhabitants", "people", "residents", "citizens", "persons"))
_BEFORE: Final = frozenset(("هر", "ازای", "به", "برای", "per", "for", "every", "each", "a", "in"))
_COUNTS: Final = frozenset(("نرخ", "rate", "چند", "تا", "تعداد", "how", "many", "number", "of"))
_TOWARDS: Final = frozenset(("به", "to"))
_RATIO: Final = frozenset(("نسبت", "relative", "ratio"))
_CITY: Final = frozenset(("شهر", "city"))


def per_thousand(facts: CityFacts, question: Parted, ask: Ask) -> AnswerCard | None:
    """How many there are for a thousand people of the same year and place; None where nobody asks for it."""
    place = people_of(facts)
    rest = _rest(question, place[0]) if place is not None else None
    if rest is None or place is None:
        return None
    form = "number of {}" if rest.isascii() else "تعداد {}"
    card = ask(form.format(rest))
    if card is not None and card.asked is not None and _is_money(facts, question, card.asked.dataset):
        return None
    timeless = card is not None and card.asked is not None and _is_of_now(facts, card.asked.dataset)
    if card is not None and card.asked is not None and card.asked.period is None and not timeless and card.is_sure:
        card = answered(facts, in_newest_year(facts, card.asked))
    asked = card.asked if card is not None and card.kind in ("figure", "list") and card.is_sure else None
    if card is None or asked is None or not asked.measures or asked.measures[0] != GroupMeasure("count"):
        return None
    year_said = str(facts.this_year) if timeless else (asked.period or "")[:4]
    if not year_said.isdigit() or (asked.period != year_said and not timeless):
        return None
    if card.kind == "list":
        return _of_places(facts, place, card, year_said)
    people_there = counted(facts, *place, asked, year_said)
    value = card.figures[0].value
    if people_there is None or value is None:
        return None
    people, of_year = people_there
    ratio = _ratio(value, people)
    text = SENTENCE.filled(
        lambda lang: {
            "ratio": locale.of(lang).number(ratio),
            "count": card.text.of(lang),
            "year": period_text(of_year, lang),
            "people": locale.of(lang).number(people),
        }
    )
    figures = (
        CardFigure(EACH, ratio, "number"),
        *card.figures[:1],
        figure_of(place[0], GroupMeasure("sum", place[1].name), people),
    )
    return replace(card, text=text, figures=figures)


def _is_of_now(facts: CityFacts, dataset: Dataset) -> bool:
    """Whether its rows are what there is now, and not what happened in a year: whoever is employed, wherever hired."""
    time = facts.time(dataset)
    if time is None or is_owned(facts, dataset) or dataset.slug in facts.lexicon.registers:
        return True
    return dataset.period == "none" and time.kind.is_period and time.name not in dataset.key


def _ratio(value: int | Decimal, people: int) -> Decimal:
    return (Decimal(value) * 1000 / people).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _of_places(facts: CityFacts, place: tuple[Dataset, Field], card: AnswerCard, year: str) -> AnswerCard | None:
    """The same of each place, the most first; only of places whose inhabitants are counted."""
    asked = card.asked
    if asked is None or asked.by is None or asked.dataset.field(asked.by.field).role != "place" or asked.having:
        return None
    known = people_of_places(facts, *place, year)
    by, measure, own = asked.by, asked.measures[0], asked.dataset.field(asked.by.field)
    groups, total = facts.groups(asked.dataset, replace(asked, size=MOST_GROUPS).groups)
    counts = {str(each[by.name]): each[measure.name] for each in groups if each[by.name] is not None}
    if known is None or total > MOST_GROUPS or not counts or not all(known[0].get(each) for each in counts):
        return None
    people, of_year = known
    ratios = sorted(((_ratio(counts[each], people[each]), each) for each in counts), reverse=True)

    def named(code: str) -> Label:
        return in_each(lambda lang: key_text(own, by, code, lang))

    text = OF_PLACES.filled(
        lambda lang: {
            "places": locale.of(lang).comma.join(
                f"{named(code).of(lang)} {locale.of(lang).number(ratio)}" for ratio, code in ratios
            ),
            "dataset": asked.dataset.title.of(lang),
            "rows": in_brackets(asked.dataset, asked.scope, lang),
            "year": period_text(of_year, lang),
        }
    )
    figures = (
        *(CardFigure(named(code), ratio, "number") for ratio, code in ratios),
        *(CardFigure(COUNTED.format(place=named(code)), counts[code], "count") for _, code in ratios),
    )
    return replace(card, kind="figure", text=text, figures=figures, groups=())


def _is_money(facts: CityFacts, question: Parted, dataset: Dataset) -> bool:
    """Whether «نسبت … به جمعیت» is of money and not of how many rows there are."""
    texts = {word.text for word in question.words}
    concept = facts.lexicon.words_of(dataset)
    of_money = concept is not None and concept.text("shape") == "figure"
    return of_money and bool(_RATIO & texts) and not {"تعداد", "number"} & texts


def _towards(texts: Sequence[str], start: int, inhabitants: Collection[str]) -> int:
    """Where «به جمعیت» stands behind a ratio; 0 where it does not."""
    places = range(start + 2, len(texts) - 1)
    return next((at for at in places if texts[at] in _TOWARDS and texts[at + 1] in inhabitants), 0)


def _not_of_city(texts: Sequence[str]) -> Sequence[str]:
    return texts[1:] if texts and texts[0] in _CITY else texts


def _rest(question: Parted, dataset: Dataset) -> str | None:
    """The question without the words that ask for it; ``dataset`` is the one of those who live there."""
    texts = [word.text for word in question.words]
    inhabitants = {word.text for word in tokens(f"{dataset.title.fa} {dataset.title.en}")}
    for at, (first, second) in enumerate(pairwise(texts)):
        if (first in _THOUSAND and second in _PEOPLE) or (
            first in _RATIO and second in inhabitants and not _TOWARDS & set(texts[at + 2 : at + 3])
        ):
            begin, end = at, at + 2
        elif first in _RATIO and second in _TOWARDS and inhabitants & set(texts[at + 2 : at + 3]):
            begin, end = at, at + 3
        elif first in _RATIO and (to := _towards(texts, at, inhabitants)):
            # «نسبت کارمندان به جمعیت»
            return " ".join((*texts[:at], *texts[at + 1 : to], *_not_of_city(texts[to + 2 :])))
        else:
            continue
        while begin and texts[begin - 1] in _BEFORE:
            begin -= 1
        rest = [each for each in (*texts[:begin], *texts[end:]) if each not in _COUNTS]
        return " ".join(rest) or None
    return None
