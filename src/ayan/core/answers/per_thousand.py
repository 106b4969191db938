"""How many for a thousand inhabitants: «پروانه به ازای هر هزار نفر», "permits per 1000 inhabitants"."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Final

from ayan.core.answers.cards import AnswerCard, CardFigure, figure_of
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.morphology import tokens
from ayan.core.answers.per_head import counted, people_of
from ayan.core.answers.phrases import Parted
from ayan.core.answers.ratios import Ask
from ayan.core.answers.wording import period_text
from ayan.core.query.grouping import GroupMeasure
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.label import Label

EACH: Final = Label("برای هر هزار نفر", "For 1,000 inhabitants")
TOLD: Final = Label(
    "برای هر هزار نفر {ratio}: {count} جمعیت {year}: {people} نفر.",
    "{ratio} for 1,000 inhabitants: {count} Inhabitants of {year}: {people}.",
)
_THOUSAND: Final = frozenset(("هزار", "1000", "thousand"))
_PEOPLE: Final = frozenset(("نفر", "شهروند", "ساکن", "inhabitants", "people", "residents", "citizens", "persons"))
_BEFORE: Final = frozenset(("هر", "ازای", "به", "برای", "per", "for", "every", "each", "a", "in"))
_COUNTS: Final = frozenset(("چند", "تا", "تعداد", "how", "many", "number", "of"))
_TOWARDS: Final = frozenset(("به", "to"))
_RATIO: Final = frozenset(("نسبت", "relative"))


def per_thousand(facts: CityFacts, question: Parted, ask: Ask) -> AnswerCard | None:
    """How many there are for a thousand people of the same year and place; None where nobody asks for it."""
    place = people_of(facts)
    rest = _rest(question, place[0]) if place is not None else None
    if rest is None or place is None:
        return None
    form = "number of {}" if rest.isascii() else "تعداد {}"
    card = ask(form.format(rest))
    if card is not None and card.asked is not None and card.asked.period is None:
        year = facts.newest_year(card.asked.dataset)
        card = ask(f"{form.format(rest)} {year}") if year is not None else None
    asked = card.asked if card is not None and card.kind == "figure" and card.is_sure else None
    if card is None or asked is None or asked.measures[0] != GroupMeasure("count"):
        return None
    year_said = (asked.period or "")[:4]
    if not year_said.isdigit() or asked.period != year_said:
        return None
    people_there = counted(facts, *place, asked, year_said)
    value = card.figures[0].value
    if people_there is None or value is None:
        return None
    people, of_year = people_there
    ratio = (Decimal(value) * 1000 / people).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = TOLD.filled(
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


def _rest(question: Parted, dataset: Dataset) -> str | None:
    """The question without the words that ask for it; ``dataset`` is the one of those who live there."""
    texts = [word.text for word in question.words]
    inhabitants = {word.text for word in tokens(f"{dataset.title.fa} {dataset.title.en}")}
    for at, (first, second) in enumerate(pairwise(texts)):
        if (first in _THOUSAND and second in _PEOPLE) or (first in _RATIO and second in inhabitants):
            begin, end = at, at + 2
        elif first in _RATIO and second in _TOWARDS and inhabitants & set(texts[at + 2 : at + 3]):
            begin, end = at, at + 3
        else:
            continue
        while begin and texts[begin - 1] in _BEFORE:
            begin -= 1
        rest = [each for each in (*texts[:begin], *texts[end:]) if each not in _COUNTS]
        return " ".join(rest) or None
    return None
