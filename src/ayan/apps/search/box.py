"""The cards of the search page: what the box answers, how it was understood, and how a reader may change that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from ayan.apps.catalog.citation import citations
from ayan.apps.catalog.explorer import result_options
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.record import records
from ayan.apps.catalog.record.records import sentence
from ayan.apps.search.course_chart import course
from ayan.apps.search.limits import ANSWERS_PROCESSOR, LONGEST_CHANGE, QUESTION_PROCESSOR, ROWS_SHOWN, SEARCH_PROCESSOR
from ayan.apps.search.selectors import SearchResult, find, unsearched
from ayan.apps.search.service_words import with_services
from ayan.apps.search.tariff_words import with_rates, with_tariff
from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.answers.cards import comparisons, variants, wording
from ayan.core.answers.cards.cards import AnswerCard, CardFigure, api_of, page_of
from ayan.core.answers.cards.group_texts import group_text
from ayan.core.answers.cards.variants import Part
from ayan.core.answers.composites.changed_answers import changed_answers
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.lexicon_store import LexiconPending
from ayan.core.answers.limits import MOST_ANSWERS
from ayan.core.answers.question_box import answer
from ayan.core.common_questions.common_question import answerable, led_to, meant
from ayan.core.query import keys, values
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question import Filter
from ayan.core.schedule.freshness import Freshness, freshness
from ayan.core.schema.definition import Dataset
from ayan.core.system.processor_budget import spending
from ayan.core.values import locale, money
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.core.values.limits import MOST_SHEET_ROWS
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.charts.figure import Figure
from ayan.wiring.city import City
from ayan.wiring.document_words import FoundDocuments


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
class ChipRow:
    """The chips of one question; ``name`` is what its side is called where two are set against each other."""

    name: str
    chips: tuple[AnswerChip, ...]


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
    """One answer as the page tells it: ``big`` is its first figure and ``unit`` the unit of that, where it is one.

    ``chart`` is its course over years; ``citation``, ``excel`` and ``csv`` are addresses of its rows, ``about`` is what
    a reader may follow, as the page of following takes it. Empty where it has none. ``fresh`` is how far its data
    reach, ``left`` are words of the question that it does not take into account.
    """

    kind: str
    sentence: str
    address: str
    api: str
    big: str
    unit: str
    figures: tuple[tuple[str, str], ...]
    chips: tuple[ChipRow, ...]
    lines: tuple[CardLine, ...]
    dataset: Dataset | None
    chart: Figure | None = None
    citation: str = ""
    excel: str = ""
    csv: str = ""
    about: str = ""
    is_ranked: bool = False
    fresh: Freshness | None = None
    left: tuple[str, ...] = ()


_PERCENT: Final = Decimal("0.1")
NOT_PUBLISHED: Final = Label(
    "در آنچه منتشر شده است چیزی با این واژه‌ها نیست. فهرست داده‌ها را ببینید، یا بخواهید که منتشر شود.",
    "Nothing that is published holds these words. See the list of data, or ask for it to be published.",
)


def ask(city: City, text: str, changed: str = "", size: int = ROWS_SHOWN) -> tuple[BoxAnswer, SearchResult]:
    """What the box answers to a text, and the rows that hold its words: both from one budget of the processor.

    ``changed`` is a question as `variants.as_text` writes it, which then stands first. Raises BadQuestion, about ``q``
    for a text without words or with too many, and about ``as`` where ``changed`` is no question.
    """
    primed = city.lexicons.is_primed
    with spending(QUESTION_PROCESSOR if primed else SEARCH_PROCESSOR):
        with spending(ANSWERS_PROCESSOR if primed else SEARCH_PROCESSOR) as budget:
            answered = _answers(city, text, changed)
            answered = replace(answered, is_late=answered.is_late or budget.left <= 0)
        if answered.is_personal or (answered.is_whole and not changed):
            return answered if answered.is_personal else _with_pages(city, answered, text), unsearched(text)
        if not changed:
            answered = _with_pages(city, answered, text)
        unfinished = answered.is_unfinished
        return answered, find(city, text, size, is_answered=bool(answered.cards), is_unfinished=unfinished)


def answers_for_programs(
    answered: BoxAnswer, result: SearchResult, documents: FoundDocuments
) -> tuple[AnswerCard, ...]:
    """The answers for programs, which see no page: that nothing is published, where nothing was found either."""
    finds = (
        documents.documents
        or not documents.is_whole
        or result.records
        or result.datasets
        or result.tables
        or result.loosened
        or result.unfinished
    )
    if answered.cards or answered.is_unfinished or finds:
        return answered.cards
    return (AnswerCard("nothing", NOT_PUBLISHED, "/data/", ""),)


ON_PAGE: Final = Label("«{question}»: با نمودار، جدول و روش", "“{question}”: with charts, a table and the method")


def _with_pages(city: City, answered: BoxAnswer, text: str) -> BoxAnswer:
    """The answers with the page of the question, and those of the services and of the tariff, that the words name."""
    return with_rates(city, with_services(city, with_tariff(city, _with_page(city, answered, text), text), text), text)


def _with_page(city: City, answered: BoxAnswer, text: str) -> BoxAnswer:
    """The answers with the page of a question whose words are typed: first where it is asked whole, else second."""
    questions = answerable(city.registry.questions().sound, city.release_store)
    asked = meant(questions, text)
    question, is_whole = asked or (led_to(questions, answered.named), False)
    if question is None:
        return answered
    page = AnswerCard("page", ON_PAGE.format(question=question.title), f"/answers/{question.code}", "")
    first = answered.cards[0] if answered.cards else None
    if asked is None and first is not None:
        # What only leads to a page comes before an answer that is a guess, and after those that are none.
        at = 2 if first.is_sure and first.kind != "nothing" else 0
    else:
        at = 0 if is_whole else 1
    return replace(answered, cards=(*answered.cards[:at], page, *answered.cards[at:]))


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
        first = changed_answers(facts, changed)
    except KeyError:
        raise BadQuestion([problem("unknown-parameter", "as")]) from None
    except Unanswered:
        return replace(answered, is_late=True)
    given = {each.api for each in first}
    rest = tuple(each for each in answered.cards if each.api not in given)
    return replace(answered, cards=(*first, *rest)[:MOST_ANSWERS])


def cards(city: City, answered: BoxAnswer, text: str, lang: Lang, shown: Collection[str] = ()) -> list[CardText]:
    """The answers in the words of a language; without the records at addresses that are ``shown`` beside them."""
    if not answered.cards:
        return []
    facts = city.facts()
    others = [each for each in answered.cards if each.kind != "record" or each.url not in shown]
    # One chart a page: the course of the answer that comes first.
    return [_card(city, facts, each, text, lang, drawn=not place) for place, each in enumerate(others)]


def _card(city: City, facts: CityFacts, each: AnswerCard, text: str, lang: Lang, *, drawn: bool) -> CardText:
    big, unit = _big(each.figures[0], lang) if each.figures and each.kind in ("figure", "page") else ("", "")
    rest = each.figures[1:] if big else each.figures if each.kind == "figure" else ()
    slug = each.understood.dataset if each.understood is not None else ""
    dataset = facts.lexicon.datasets.get(slug)
    asked = each.asked if each.kind != "nothing" else None
    chart = None
    if drawn and asked is not None and each.is_sure:
        chart = course(city, facts, asked, lang, lambda other: _address(other, text, lang))
    in_course = chart is not None and asked is not None and asked.shape == "ranking"
    return CardText(
        kind=each.kind,
        sentence=each.text.of(lang),
        address=f"{language.prefix(lang)}{each.url}",
        api=each.api,
        big=big,
        unit=unit,
        figures=tuple((figure.label.of(lang), " ".join(_big(figure, lang))) for figure in rest),
        chips=tuple(_chips(facts, each, text, lang)),
        lines=() if in_course else tuple(_lines(facts, each, lang)),
        dataset=dataset,
        chart=chart,
        citation=_citation(facts, asked, lang) if asked is not None else "",
        excel=_excel(city, asked, lang) if asked is not None else "",
        csv=api_of(asked.dataset, "rows.csv", asked.scope.query_string()) if asked is not None else "",
        about=_about(each, asked, slug),
        is_ranked=bool(each.groups),
        left=each.left,
        fresh=freshness(dataset, city.release_store, facts.today, city.opens(dataset.slug))
        if dataset is not None
        else None,
    )


def _excel(city: City, asked: AskedQuestion, lang: Lang) -> str:
    """The rows as a workbook in the reader's words, as their own page offers it; nothing where a sheet has no room."""
    if city.release_store.snapshot(asked.dataset.slug).rows > MOST_SHEET_ROWS:
        return ""
    query = "&".join(part for part in (asked.scope.query_string(), result_options.in_words(lang)) if part)
    return api_of(asked.dataset, "rows.xlsx", query)


def _about(each: AnswerCard, asked: AskedQuestion | None, slug: str) -> str:
    """What may be followed of an answer: its rows, or the dataset that it is of."""
    if asked is not None:
        query = asked.scope.query_string()
        return f"rows:{slug}" + (f"?{query}" if query else "")
    return f"dataset:{slug}" if slug and each.kind == "nothing" else ""


def _citation(facts: CityFacts, asked: AskedQuestion, lang: Lang) -> str:
    """The lasting address of an answer's rows."""
    page = ExplorerState.bare(asked.dataset, "", lang)
    ask = page.but(filters=asked.scope.filters, search=asked.scope.search)
    state = facts.snapshot(asked.dataset).source
    return reverse(f"{lang}:citation", args=(citations.code(ask, state),)) if state.releases else ""


def _address(asked: AskedQuestion, text: str, lang: Lang) -> str:
    """Where a question is answered that is a little other than the one that was put."""
    return f"{reverse(f'{lang}:search')}?{urlencode({'q': text, 'as': variants.as_text(asked)})}"


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


def _chips(facts: CityFacts, each: AnswerCard, text: str, lang: Lang) -> Iterator[ChipRow]:
    if each.comparison is not None:
        for name, parts in comparisons.side_parts(facts, each.comparison):
            yield ChipRow(name.of(lang), tuple(_row_chips(parts, text, lang)))
    elif each.asked is not None:
        yield ChipRow("", tuple(_row_chips(variants.parts(facts, each.asked), text, lang)))


def _row_chips(parts: Iterable[Part], text: str, lang: Lang) -> Iterator[AnswerChip]:
    address = reverse(f"{lang}:search")
    for part in parts:
        options = tuple(
            ChipOption(
                option.label.of(lang), f"{address}?{urlencode({'q': text, 'as': option.question})}", option.is_current
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
    measure = asked.measures[0]
    numbers = [Decimal(group[measure.name] or 0) for group in each.groups]
    largest = max((abs(number) for number in numbers), default=Decimal(0))
    if each.figures and each.figures[0].unit == "percent" and len(asked.measures) > 1:
        # Groups in the order of their share are told by that.
        yield from _shared_lines(each, asked, lang)
        return
    for group, number in zip(each.groups, numbers, strict=True):
        yield CardLine(
            words=group_text(asked, group, lang),
            address=_rows_of(asked, group, lang),
            value=wording.number(asked.dataset, measure, group[measure.name], lang),
            share=int(abs(number) * 100 / largest) if largest else 0,
        )


def _shared_lines(each: AnswerCard, asked: AskedQuestion, lang: Lang) -> Iterator[CardLine]:
    part, whole = asked.measures[:2]
    for group in each.groups:
        percent = (Decimal(group[part.name]) * 100 / Decimal(group[whole.name])).quantize(_PERCENT, ROUND_HALF_UP)
        yield CardLine(
            words=group_text(asked, group, lang),
            address=_rows_of(asked, group, lang),
            value=wording.percentage(percent, lang),
            share=max(0, min(int(percent), 100)),
        )


def _rows_of(asked: AskedQuestion, group: dict[str, Any], lang: Lang) -> str:
    """The page with the rows of one group; empty where its value cannot be asked for."""
    scope = asked.scope
    for key in asked.keys:
        own = values.as_asked(asked.dataset).field(key.field)
        try:
            scope = scope.having(Filter(own.name, "eq", (values.read_value(own, str(group[key.name])),)))
        except BadValue:
            return ""
    return language.prefix(lang) + page_of(asked.dataset, scope)


def _row_line(dataset: Dataset, row: Row, lang: Lang) -> CardLine:
    step = keys.step_of(keys.key_of(dataset, row))
    said = sentence(dataset, row.values, lang, locale.of(lang).calendar)
    return CardLine(
        records.title(dataset, row, lang), f"{language.prefix(lang)}/data/{dataset.slug}/r/{step}", "", said
    )
