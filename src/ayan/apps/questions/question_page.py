"""A question's page, put together: the sentence of the answer, its parts, where they come from and how to quote it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from ayan.apps.catalog import page_context
from ayan.apps.catalog.citation import citations, file_sources, short_codes
from ayan.apps.questions import door_parts, ranking_parts, ratio_parts, share_parts, time_parts
from ayan.apps.questions.worked_part import PartSource, PartWork, WorkedPart, capital, worded
from ayan.core.common_questions.common_question import (
    BarsPart,
    CommonQuestion,
    FreshnessPart,
    NewestPart,
    PerHeadPart,
    QuestionPart,
    RankingPart,
    RatioPart,
    SeriesPart,
    SharePart,
    TallyPart,
    answerable,
)
from ayan.core.common_questions.question_notes import QuestionEvent, QuestionNotes
from ayan.core.query.problem import BadQuestion
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import code_html, value_html
from ayan.ui.bibtex import bibtex
from ayan.ui.charts.figure import Figure, FigureTable, in_millions
from ayan.ui.component_parts import Citation
from ayan.wiring.city import City

RECORD: Final = logging.getLogger("ayan.questions")
CITED: Final = Label(
    "{city}، «{question}»: {finding}. خوانده‌شده در {day}. {address}",
    "{city}, “{question}”: {finding}. Accessed {day}. {address}",
)


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source with the lasting address of its rows, and the short one that leads to it; empty where there is none."""

    source: PartSource
    citation: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question with its answer in words; ``finding`` is empty where a figure of it is not known."""

    question: CommonQuestion
    parts: Mapping[str, WorkedPart]
    lang: Lang

    @property
    def title(self) -> str:
        """What people ask, with its figures; without them, where one of them is not known."""
        return worded(self.question.title, self.parts, self.lang) or self.question.title.of(self.lang)

    @property
    def finding(self) -> str:
        """The sentence of the answer; of a question without one, what its first chart shows."""
        sentence = worded(self.question.finding, self.parts, self.lang)
        shown = (figure.title for part in self.parts.values() for figure in part.figures)
        return capital(sentence or next(shown, ""))

    @property
    def lede(self) -> str:
        """What must be known to read it."""
        return capital(worded(self.question.lede, self.parts, self.lang))


def listed(city: City) -> list[CommonQuestion]:
    """The questions of the city that its data can answer, in their order: those of which something is published."""
    return answerable(city.registry.questions().sound, city.release_store)


def answered(city: City, question: CommonQuestion, lang: Lang, only: Iterable[str] = ()) -> AnsweredQuestion:
    """The answer, of all parts or of ``only`` some; a part that cannot be asked in time raises Unanswered."""
    codes = set(only)
    parts = {}
    events = notes(city, question).events
    for part in question.parts:
        if codes and part.code not in codes:
            continue
        try:
            worked = _work(city, part, lang, events)
        except BadQuestion as bad:
            # A column that a correction took away; the declaration is judged by the present words.
            RECORD.warning("the part %s of the question %s is not asked: %s", part.code, question.code, bad)
            continue
        if worked is not None:
            parts[part.code] = worked
    return AnsweredQuestion(question, parts, lang)


def notes(city: City, question: CommonQuestion) -> QuestionNotes:
    """What the city adds to a question."""
    return city.registry.question_notes().of.get(question.code) or QuestionNotes(question.code)


def noted(figures: Sequence[Figure], notes: QuestionNotes) -> str:
    """The anchor of the figure that the notes stand beside: one over whose time something happened, else the first."""
    if not figures or not (notes.events or notes.reply):
        return ""
    in_time = (figure for figure in figures if getattr(figure.chart, "events", ()))
    return next(in_time, figures[0]).anchor


def _work(city: City, part: QuestionPart, lang: Lang, events: tuple[QuestionEvent, ...]) -> WorkedPart | None:
    match part:
        case FreshnessPart():
            return door_parts.freshness(city, part, lang)
        case TallyPart():
            votes = PartWork.of(city, lang, part, plain=True)
            return ranking_parts.tally(votes, PartWork.of(city, lang, part, part.of))
    work = replace(PartWork.of(city, lang, part), events=events)
    match part:
        case SeriesPart():
            return time_parts.series(work)
        case PerHeadPart():
            return time_parts.per_head(work)
        case RankingPart():
            return ranking_parts.ranking(work)
        case SharePart():
            return share_parts.share(work)
        case RatioPart():
            return ratio_parts.ratio(work)
        case BarsPart():
            return door_parts.bars(work)
        case NewestPart():
            return door_parts.newest(work)
    return None


def base(answer: AnsweredQuestion) -> list[tuple[Dataset, int]]:
    """Each dataset that was asked, with the most rows that any part is about."""
    most: dict[str, tuple[Dataset, int]] = {}
    for source in (source for worked in answer.parts.values() for source in worked.sources):
        known = most.get(source.dataset.slug, (source.dataset, 0))[1]
        most[source.dataset.slug] = (source.dataset, max(known, source.rows or 0))
    return [pair for pair in most.values() if pair[1]]


def tables(answer: AnsweredQuestion) -> list[tuple[str, FigureTable]]:
    """The tables that stand beside the charts, each after what it shows: the answer, or the finding of its chart."""
    shown: list[tuple[str, FigureTable]] = []
    for part in answer.parts.values():
        if part.table is not None:
            caption = part.figures[0].title if shown and part.figures else answer.finding
            shown.append((caption, in_millions(part.table, answer.lang)))
    return shown


def sources(current_city: City, answer: AnsweredQuestion) -> Iterator[CitedSource]:
    """Where all parts come from, each state of a dataset with the same rows once."""
    seen = set()
    for worked in answer.parts.values():
        for source in worked.sources:
            if (source.address, source.api) in seen:
                continue
            seen.add((source.address, source.api))
            state = file_sources.asked_state(source.ask.question, source.snapshot)
            code = citations.code(source.ask, state) if state.releases else ""
            if not code:
                yield CitedSource(source, "")
                continue
            short = short_codes.offered(current_city, source.ask, source.snapshot, code)
            lasting = (reverse(f"{answer.lang}:citation", args=[each]) if each else "" for each in (code, short))
            yield CitedSource(source, *lasting)


def citation(request: HttpRequest, city: City, answers: Mapping[Lang, AnsweredQuestion]) -> Citation:
    """How to quote an answer, in the language of the page and in those of ``answers``."""
    lang = next(iter(answers))
    question = answers[lang].question
    day = today(city.clock)

    def quoted(code: Lang) -> str:
        answer = answers.get(code) or answers[lang]
        address = page_context.absolute(request, reverse(f"{code}:answer", args=[question.code]))
        return CITED.of(code).format(
            city=city.profile.name.of(code),
            question=answer.title,
            finding=answer.finding.rstrip("."),
            day=value_html.both_days(day, code),
            address=code_html.in_line(address, code),
        )

    answer, address = answers[lang], page_context.absolute(request, request.path)
    title = answers[locale.ENGLISH.code].title
    return Citation.of(lang, quoted, bibtex(answer.question.code, title, city.profile.name.en, address, day))
