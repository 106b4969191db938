"""Money for each inhabitant: a sum and the people it is for, of the same year and place, and the one by the other."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.core.answers.account.narrowed_reading import settled
from ayan.core.answers.cards.cards import AnswerCard, CardFigure, card, figure_of
from ayan.core.answers.cards.wording import period_text
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, in_newest_year
from ayan.core.answers.grammar.shapes import asked
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.query import values
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale, money
from ayan.core.values.label import Label

PER_HEAD: Final = Label("برای هر نفر", "For each person")
SENTENCE: Final = Label(
    "برای هر نفر {ratio}: {sum} جمعیت {year}: {people} نفر.",
    "{ratio} for each person: {sum} Inhabitants of {year}: {people}.",
)
CITY: Final = "city"
"""The place that is all of them."""


def per_head(facts: CityFacts, reading: Reading, wanted: Cues) -> AnswerCard | None:
    """The answer; None where what is asked is no one sum of money of one year, or nobody is counted there."""
    place = people_of(facts)
    if place is None or reading.dataset == place[0] or not reading.is_sure or wanted.count or wanted.share:
        return None
    plain = replace(wanted, per_head=False, function=wanted.function or "sum")
    question = settled(facts, in_newest_year(facts, asked(facts, reading, plain)), plain)
    own = question.measures[0] if question.measures else None
    if question.shape != "figure" or not question.is_sure or own is None or own.function != "sum":
        return None
    year = (question.period or "")[:4]
    if not reading.dataset.field(own.field).kind.is_money or question.period not in (
        year,
        f"{year}-12-29",
        f"{year}-12-30",
    ):
        return None
    summed = card(facts, question)
    inhabitants = counted(facts, *place, question, year)
    amount = summed.figures[0].value if summed.kind == "figure" and summed.figures else None
    if inhabitants is None or amount is None:
        return None
    people, of_year = inhabitants
    ratio = (Decimal(amount) / people).quantize(Decimal(1), ROUND_HALF_UP)
    text = SENTENCE.filled(
        lambda lang: {
            "ratio": money.headline(int(ratio), lang),
            "sum": summed.text.of(lang),
            "year": period_text(of_year, lang),
            "people": locale.of(lang).number(people),
        }
    )
    figures = (
        CardFigure(PER_HEAD, int(ratio), "rial"),
        *summed.figures[:1],
        figure_of(place[0], GroupMeasure("sum", place[1].name), people),
    )
    return replace(summed, text=text, figures=figures)


def people_of(facts: CityFacts) -> tuple[Dataset, Field] | None:
    """The dataset that counts the inhabitants, and the column that does."""
    targets = (each.text("of") for each in facts.lexicon.concepts.values() if each.target == "per-person")
    slug, _, name = next((each for each in targets if each), "").partition(".")
    dataset = facts.lexicon.datasets.get(slug)
    return (dataset, dataset.field(name)) if dataset is not None and facts.has_rows(dataset) else None


def counted(
    facts: CityFacts, dataset: Dataset, own: Field, question: AskedQuestion, year: str
) -> tuple[int, str] | None:
    """The inhabitants of the place that is asked of, in the year or the one nearest to it."""
    roles = {each.name: each.role for each in question.dataset.published}
    held = [each for each in question.scope.filters if roles.get(each.field) == "place"]
    known = people_of_places(facts, dataset, own, year)
    if known is None or any(each.op not in ("eq", "in") for each in held):
        return None
    people, of_year = known
    wanted = {code for each in held for code in each.text.split(",")}
    # «پرداخت در منطقهٔ ۳» is that of its unit, and for its people.
    wanted |= {str(number) for phrase in question.reading.parted.segments for number in phrase.districts}
    if not wanted:
        whole = people.get(CITY) or sum(people.values())
        return (whole, of_year) if whole else None
    return (
        (sum(people[code] for code in wanted), of_year)
        if wanted <= set(people) and all(people[c] for c in wanted)
        else None
    )


def people_of_places(facts: CityFacts, dataset: Dataset, own: Field, year: str) -> tuple[dict[str, int], str] | None:
    """The inhabitants of each place, in the year or the one nearest to it, and which that is."""
    time, years = facts.time(dataset), facts.years(dataset)
    place = next((each for each in dataset.published if each.role == "place"), None)
    if time is None or place is None or not years:
        return None
    of_year = str(min(years, key=lambda each: (abs(each - int(year)), -each)))
    when = Filter(time.name, "eq", (values.read_value(values.as_asked(dataset).field(time.name), of_year),))
    scope = Question(slug=dataset.slug, filters=(when,), size=99)
    measure = GroupMeasure("sum", own.name)
    groups, _ = facts.groups(dataset, GroupQuestion(scope=scope, by=(GroupKey(place.name),), measures=(measure,)))
    return {str(group[place.name]): int(group[measure.name] or 0) for group in groups}, of_year
