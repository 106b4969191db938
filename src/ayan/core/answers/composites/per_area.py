"""Money for a square metre: «عوارض پروانه به ازای هر متر مربع زیربنا», "rent per square metre"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, CardFigure, Understood, api_of, figure_of, page_of, understood_of
from ayan.core.answers.cards.wording import figure
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.words.morphology import form_words
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.question import Filter
from ayan.core.schema.field import Field
from ayan.core.values import money
from ayan.core.values.label import Label

EACH: Final = Label("برای هر متر مربع {area}", "For a square metre of {area}")
SENTENCE: Final = Label(
    "برای هر متر مربع {area} {ratio}. {sum} {areas}", "{ratio} for a square metre of {area}. {sum} {areas}"
)
NO_AREA: Final = Label(
    "در «{dataset}» مساحتی نوشته نمی‌شود، و بهای هر متر مربع از آن برنمی‌آید. مسئول این داده: {owner}.",
    "“{dataset}” states no area, so that nothing is known of a square metre. Responsible: {owner}.",
)
_METRES: Final = frozenset(("متر", "متری", "metre"))
_EACH: Final = frozenset(("هر", "ازای", "برای", "به", "per", "each", "every", "a", "for"))
_OF: Final = frozenset(("of", "از"))
_MEAN: Final = frozenset(("میانگین", "متوسط", "average", "mean"))
_SQUARE: Final = "m²"


def per_area(facts: CityFacts, question: Parted, first: AnswerCard | None, ask: Ask) -> AnswerCard | None:
    """A sum of money over the area that it is for; that no area is stated; None where nobody asks for it."""
    is_told = first is not None and first.is_sure and first.kind in ("figure", "list", "record")
    is_told = is_told and not (first is not None and _is_label_alone(question, first))
    texts = [word.text for word in question.words]
    at = next((at for at, text in enumerate(texts) if at and text in _METRES and texts[at - 1] in _EACH), None)
    if at is None or is_told:
        return None
    start = at
    while start and texts[start - 1] in _EACH:
        start -= 1
    lacking = None
    for rest, said in _rests(texts, start, at + 1, _area_words(facts, question, at + 1)):
        answer = ask(rest)
        asked = answer.asked if answer is not None and answer.is_sure and answer.kind == "figure" else None
        if asked is None or not asked.measures or asked.measures[0].function != "sum":
            continue
        own = asked.dataset.field(asked.measures[0].field)
        if not own.kind.is_money or own.nature == "stock":
            continue
        areas = [each for each in asked.dataset.published if each.unit is not None and each.unit.en == _SQUARE]
        if not areas:
            slug = first.understood.dataset if first is not None and first.understood is not None else ""
            lacking = asked if asked.dataset.slug == slug else lacking
        elif (area := _area(facts, asked.dataset.slug, areas, said)) is not None:
            return _card(facts, asked, own, area)
    return None if lacking is None else _no_area(lacking)


def _is_label_alone(question: Parted, first: AnswerCard) -> bool:
    """Whether the column of an answer was named by the unit alone: «هر متر» of «ارزش معاملاتی هر متر»."""
    asked = first.asked
    if asked is None or not asked.measures or asked.measures[0].function not in ("avg", "median"):
        return False
    place = (asked.dataset.slug, asked.measures[0].field)
    said = [each for each in question.segments if not {word.text for word in each.words} <= _METRES | _EACH]
    return not any((each.slug, each.field) == place for phrase in said for each in phrase.meanings)


def _area_words(facts: CityFacts, question: Parted, start: int) -> int:
    """How many words behind the unit name one area by a form of several words: "of floor area"."""
    start += start < len(question.words) and question.words[start].text in _OF
    phrase = next((each for each in question.segments if each.start == start), None)
    if phrase is None or len(phrase.words) < 2:
        return 0
    places = ((facts.lexicon.datasets[each.slug], each.field) for each in phrase.of("measure"))
    units = (dataset.field(name).unit for dataset, name in places)
    return len(phrase.words) if any(unit is not None and unit.en == _SQUARE for unit in units) else 0


def _rests(texts: Sequence[str], start: int, end: int, named: int) -> Iterator[tuple[str, str]]:
    """The question without the unit; with and without the words behind it, which may say what is measured."""
    # A mean for a square metre is the one sum over the other.
    end -= sum(text in _MEAN for text in texts[:start])
    start -= sum(text in _MEAN for text in texts[:start])
    texts = [text for text in texts if text not in _MEAN]
    form = "sum of {}" if all(text.isascii() for text in texts) else "مبلغ {}"
    end += end < len(texts) and texts[end] in _OF
    if named:
        rest = " ".join((*texts[:start], *texts[end + named :]))
        for asked in (rest, form.format(rest)) if rest else ():
            yield asked, " ".join(texts[end : end + named])
    for skipped in (1, 0):
        said = texts[end] if skipped and end < len(texts) else ""
        if skipped and not said:
            continue
        behind = texts[end + skipped :]
        rest = " ".join((*texts[:start], *(behind[1:] if skipped and behind[:1] == ["area"] else behind)))
        if rest:
            yield rest, said
            yield form.format(rest), said


def _area(facts: CityFacts, slug: str, areas: Sequence[Field], said: str) -> Field | None:
    """The area that is meant: the one that is named, else the only one."""
    if not said:
        return areas[0] if len(areas) == 1 else None
    stem = facts.lexicon.stem

    def called(own: Field) -> set[str]:
        names = (own.label.fa, own.label.en, *own.aliases)
        return {stem(word.text) for name in names for word in form_words(name)}

    named = [each for each in areas if stem(said) in called(each)]
    if not named and (match := facts.lexicon.match(form_words(said))) is not None:
        meant = {each.field for each in match.meanings if each.sense == "measure" and each.slug == slug}
        named = [each for each in areas if each.name in meant]
    return named[0] if len(named) == 1 else None


def _card(facts: CityFacts, asked: AskedQuestion, own: Field, area: Field) -> AnswerCard | None:
    full = [Filter(each.name, "isnull", (False,)) for each in (own, area) if not each.required]
    kept = tuple(each for each in asked.scope.filters if each not in full)
    measures = (GroupMeasure("sum", own.name), GroupMeasure("sum", area.name))
    both = replace(asked, scope=replace(asked.scope, filters=(*kept, *full)), measures=measures)
    groups, _ = facts.groups(asked.dataset, both.groups)
    summed, whole = (groups[0][each.name] for each in measures) if groups else (None, None)
    if summed is None or not whole:
        return None
    ratio = int((Decimal(summed) / Decimal(whole)).quantize(Decimal(1), ROUND_HALF_UP))
    text = SENTENCE.filled(
        lambda lang: {
            "area": area.label.of(lang),
            "ratio": money.headline(ratio, lang),
            "sum": figure(asked.dataset, measures[0], both.scope, summed).of(lang),
            "areas": figure(asked.dataset, measures[1], both.scope, whole).of(lang),
        }
    )
    figures = (
        CardFigure(EACH.format(area=area.label), ratio, "rial"),
        figure_of(asked.dataset, measures[0], summed),
        figure_of(asked.dataset, measures[1], whole),
    )
    return AnswerCard(
        "figure",
        text,
        page_of(asked.dataset, both.scope),
        api_of(asked.dataset, "groups", both.groups.query_string()),
        understood_of(both, measures[0]),
        figures,
        both,
    )


def _no_area(asked: AskedQuestion) -> AnswerCard:
    dataset = asked.dataset
    said = NO_AREA.format(dataset=dataset.title, owner=dataset.owner)
    return AnswerCard("nothing", said, f"/data/{dataset.slug}", "", Understood(dataset.slug))
