"""How densely people live: those of a place over its area, of the same year, where the table of people has both."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from ayan.core.answers.cards.cards import AnswerCard, CardFigure, api_of, page_of, understood_of
from ayan.core.answers.cards.group_texts import group_label, group_text
from ayan.core.answers.cards.wording import in_brackets
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.query.grouping import GroupMeasure
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PeopleView
from ayan.core.values import locale
from ayan.core.values.label import Label

DENSITY: Final = Label("نفر در هر {unit}", "People per {unit}")
SENTENCE: Final = Label(
    "{density} نفر در هر {unit}{conditions}: {people} نفر در {area} {unit}.",
    "{density} people per {unit}{conditions}: {people} people on {area} {unit}.",
)
LISTED: Final = Label("نفر در هر {unit}{conditions}: {groups}.", "People per {unit}{conditions}: {groups}.")
_SINGULAR: Final = {"hectares": Label("هکتار", "hectare")}
_CODE: Final = "density"
_TENTH: Final = Decimal("0.1")


def people_per_area(facts: CityFacts, question: Parted, ask: Ask) -> AnswerCard | None:
    """The people of each place, or of one, over its area; None where nobody asks, or no areas are published."""
    phrase = next((each for each in question.segments if _is_density(each)), None)
    if phrase is None:
        return None
    for dataset in facts.lexicon.datasets.values():
        people = next(iter(dataset.views_of(PeopleView)), None)
        area = next((each for each in dataset.published if each.unit is not None and each.unit.en in _SINGULAR), None)
        if people is None or area is None or not facts.has_rows(dataset):
            continue
        concept = facts.lexicon.words_of(dataset)
        forms = [form for form, grade in concept.forms if grade == "right"] if concept is not None else []
        named = next((form for form in forms if form.isascii() == phrase.words[0].is_latin), "")
        before, behind = question.words[: phrase.start], question.words[phrase.end :]
        answer = ask(" ".join([*(each.text for each in before), named, *(each.text for each in behind)]))
        asked = answer.asked if answer is not None and answer.is_sure else None
        if asked is None or asked.dataset != dataset or asked.shape not in ("figure", "ranking"):
            return None
        return _density_card(facts, asked, dataset.field(people.people), area)
    return None


def _is_density(phrase: Phrase) -> bool:
    return any(each.code == _CODE for each in phrase.of("lack"))


def _density_card(facts: CityFacts, asked: AskedQuestion, people: Field, area: Field) -> AnswerCard | None:
    measures = (GroupMeasure("sum", people.name), GroupMeasure("sum", area.name))
    both = replace(asked, measures=measures, sort=None)
    groups, _ = facts.groups(asked.dataset, both.groups)
    full = [each for each in groups if each[measures[0].name] is not None and each[measures[1].name]]
    if not full or len(full) < len(groups):
        # Of places whose area is not published nothing is told.
        return None
    unit = _SINGULAR[area.unit.en] if area.unit is not None else Label("", "")
    densities = [(each, _density(each, measures)) for each in full]
    densities.sort(key=lambda each: -each[1])
    label = DENSITY.format(unit=unit)
    if asked.by is None:
        text = _sentence(asked.dataset, both, densities[0], measures, unit)
        return _card("figure", text, both, (CardFigure(label, densities[0][1], "people per area"),))
    text = LISTED.filled(
        lambda lang: {
            "unit": unit.of(lang),
            "conditions": in_brackets(asked.dataset, both.scope, lang),
            "groups": locale.of(lang).semicolon.join(
                f"{group_text(both, group, lang)}{locale.of(lang).comma}{locale.of(lang).number(density)}"
                for group, density in densities
            ),
        }
    )
    figures = tuple(CardFigure(group_label(both, group), density, "people per area") for group, density in densities)
    return _card("list", text, both, figures)


def _sentence(
    dataset: Dataset, both: AskedQuestion, densest: tuple[dict[str, Any], Decimal], measures: tuple[GroupMeasure, ...],
    unit: Label,
) -> Label:  # fmt: skip
    group, density = densest
    return SENTENCE.filled(
        lambda lang: {
            "density": locale.of(lang).number(density),
            "unit": unit.of(lang),
            "conditions": in_brackets(dataset, both.scope, lang),
            "people": locale.of(lang).number(group[measures[0].name]),
            "area": locale.of(lang).number(group[measures[1].name]),
        }
    )


def _density(group: dict[str, Any], measures: tuple[GroupMeasure, ...]) -> Decimal:
    people, area = (Decimal(group[each.name]) for each in measures)
    return (people / area).quantize(_TENTH, ROUND_HALF_UP)


def _card(kind: Any, text: Label, both: AskedQuestion, figures: tuple[CardFigure, ...]) -> AnswerCard:
    return AnswerCard(
        kind,
        text,
        page_of(both.dataset, both.scope),
        api_of(both.dataset, "groups", both.groups.query_string()),
        understood_of(both, None),
        figures,
    )
