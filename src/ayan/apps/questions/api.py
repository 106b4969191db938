"""The questions for programs: each with its sentence, the exact figures, its tables, its method and its sources."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, TypedDict, cast

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.questions import question_page
from ayan.apps.questions.question_page import AnsweredQuestion
from ayan.apps.questions.worked_part import PartSource
from ayan.core.common_questions.common_question import CommonQuestion
from ayan.core.common_questions.question_notes import QuestionNotes
from ayan.core.query.formats.document import plain
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.api.answers import AnswerCell, Instant, JsonNumber, Url, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, WORD, Operation, Parameter
from ayan.ui.api.responses import NotFound, document, not_modified, only, reading, tag
from ayan.ui.charts.figure import FigureTable
from ayan.wiring import city
from ayan.wiring.city import City

ROOT: Final = "/api/v1/answers"
_NONE: Final = Label("پرسشی به این نام نیست.", "There is no question of this name.")


class CommonQuestionInShortAnswer(TypedDict):
    """A question that has a page."""

    code: str
    question: WordsAnswer
    datasets: Annotated[list[str], Schema("The datasets that it is answered from")]
    page: Annotated[Url, Schema("The page, without the language")]
    url: Url


class CommonQuestionsAnswer(TypedDict):
    """Every question that has a page."""

    questions: list[CommonQuestionInShortAnswer]


class CommonQuestionFigureAnswer(TypedDict):
    """A figure that the sentences of an answer may name."""

    part: Annotated[str, Schema("The part of the question that it belongs to")]
    name: str
    text: Annotated[WordsAnswer, Schema("As the page says it, rounded, with its unit")]
    value: Annotated[JsonNumber, Schema("The exact number; null for what is none, such as a name or a period")]
    unit: Annotated[str | None, Schema("`rial`, `count`, `percent`, or the unit of the field")]
    period: Annotated[str | None, Schema("The period that it is told of: `1404`, `1404-12`; null where that is all")]
    api: Annotated[list[Url], Schema("The questions of this API that it was answered by")]


class CommonQuestionColumnAnswer(TypedDict):
    """A column of a table."""

    label: WordsAnswer
    unit: WordsAnswer | None


class CommonQuestionLineAnswer(TypedDict):
    """A line of a table: words in each language, or exact numbers in the unit of the column."""

    cells: list[WordsAnswer | AnswerCell]
    page: Annotated[Url | None, Schema("The page with the rows behind it, without the language")]


class CommonQuestionTableAnswer(TypedDict):
    """The table of one part."""

    part: str
    columns: list[CommonQuestionColumnAnswer]
    rows: list[CommonQuestionLineAnswer]


class CommonQuestionSourceAnswer(TypedDict):
    """The rows that a part was answered from."""

    part: str
    dataset: str
    rows: Annotated[WholeNumber | None, Schema("How many rows it is about; null where that is not one number")]
    as_of: Annotated[Instant | None, Schema("When the newest of its releases was sealed")]
    page: Annotated[Url, Schema("The page with these rows, without the language")]
    api: list[Url]


class CommonQuestionEventAnswer(TypedDict):
    """Something that the city tells beside the figures."""

    when: Annotated[str, Schema("A year, a month or a day: `1404`, `1404-05`, `1404-05-12`")]
    words: WordsAnswer
    source: WordsAnswer | None
    link: Url | None


class CommonQuestionReplyAnswer(TypedDict):
    """What an office of the city says to the figures."""

    day: Annotated[str, Schema("In the Gregorian calendar: `2026-08-03`")]
    office: WordsAnswer
    words: WordsAnswer
    link: Url | None


class CommonQuestionAnswer(CommonQuestionInShortAnswer):
    """One question with its answer."""

    answer: Annotated[WordsAnswer, Schema("The sentence of the answer; empty where a figure of it is not known")]
    lede: Annotated[WordsAnswer, Schema("What must be known to read it; may be empty")]
    figures: list[CommonQuestionFigureAnswer]
    tables: list[CommonQuestionTableAnswer]
    method: list[WordsAnswer]
    unknown: Annotated[list[WordsAnswer], Schema("What these data do not show")]
    sources: list[CommonQuestionSourceAnswer]
    events: list[CommonQuestionEventAnswer]
    reply: CommonQuestionReplyAnswer | None


OPERATIONS: Final = (
    Operation(
        path=ROOT,
        id="answers",
        words=Label("پرسش‌هایی که صفحهٔ خود را دارند", "Questions that have a page of their own"),
        answers={JSON: CommonQuestionsAnswer},
        parameters=(),
        tag="answers",
    ),
    Operation(
        path=f"{ROOT}/{{code}}",
        parts=(Parameter("code", Label("نام پرسش در نشانی صفحهٔ آن", "The question's name in its address"), WORD),),
        id="answer",
        words=Label(
            "یک پرسش با پاسخ: جمله، عددهای دقیق، جدول‌ها، روش و منبع‌ها",
            "One question with its answer: the sentence, exact figures, tables, method and sources",
        ),
        answers={JSON: CommonQuestionAnswer},
        parameters=(),
        refusals=(404, 503),
        tag="answers",
    ),
)


@reading
def questions(request: HttpRequest) -> HttpResponseBase:
    """Every question that has a page, in the order of the pages."""
    only(request)
    current_city = city.current()
    etag = tag("answers", current_city.site_version.now())
    return not_modified(request, etag, {}) or document(request, etag, lambda: _all(current_city), {})


@reading
def question(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One question."""
    only(request)
    current_city = city.current()
    asked = next((each for each in _shown(current_city) if each.code == slug), None)
    if asked is None:
        raise NotFound("no-such-question", _NONE)
    etag = tag("answer", slug, current_city.site_version.now())
    return not_modified(request, etag, {}) or document(request, etag, lambda: _answer_document(current_city, asked), {})


def _shown(current_city: City) -> list[CommonQuestion]:
    return [each for each in question_page.listed(current_city) if not each.hidden]


def _all(current_city: City) -> bytes:
    body: CommonQuestionsAnswer = {"questions": [_in_short(each) for each in _shown(current_city)]}
    return orjson.dumps(body)


def _in_short(asked: CommonQuestion) -> CommonQuestionInShortAnswer:
    return {
        "code": asked.code,
        "question": words(asked.title),
        "datasets": sorted(asked.datasets),
        "page": f"/answers/{asked.code}",
        "url": f"{ROOT}/{asked.code}",
    }


def _answer_document(current_city: City, asked: CommonQuestion) -> bytes:
    answers = {lang: question_page.answered(current_city, asked, lang) for lang in locale.codes()}
    first = answers[locale.DEFAULT.code]
    body: CommonQuestionAnswer = {
        **_in_short(asked),
        "question": _each({lang: answer.title for lang, answer in answers.items()}),
        "answer": _each({lang: answer.finding for lang, answer in answers.items()}),
        "lede": _each({lang: answer.lede for lang, answer in answers.items()}),
        "figures": [figure for code in first.parts for figure in _figures(answers, code)],
        "tables": [table for code in first.parts for table in _tables(answers, code)],
        "method": [words(line) for line in asked.method],
        "unknown": [words(line) for line in asked.unknown],
        "sources": [
            _source(code, source) for code, worked in first.parts.items() for source in worked.sources
        ],
        **_notes(question_page.notes(current_city, asked)),
    }  # fmt: skip
    return orjson.dumps(body)


class _Notes(TypedDict):
    events: list[CommonQuestionEventAnswer]
    reply: CommonQuestionReplyAnswer | None


def _notes(notes: QuestionNotes) -> _Notes:
    reply = notes.reply
    return {
        "events": [
            {
                "when": str(event.when),
                "words": words(event.words),
                "source": words(event.source) if event.source else None,
                "link": event.link or None,
            }
            for event in notes.events
        ],
        "reply": {
            "day": reply.day.isoformat(),
            "office": words(reply.office),
            "words": words(reply.words),
            "link": reply.link or None,
        }
        if reply
        else None,
    }


def _each(said: Mapping[Lang, str]) -> WordsAnswer:
    """Words that are made in each language, without the marks of direction that pages need."""
    return cast(WordsAnswer, {lang: _bare(text) for lang, text in said.items()})


def _bare(text: str) -> str:
    return "".join(character for character in text if character not in _MARKS)


_MARKS: Final = frozenset("\u061c\u200e\u200f\u2066\u2067\u2068\u2069")


def _figures(answers: Mapping[Lang, AnsweredQuestion], code: str) -> list[CommonQuestionFigureAnswer]:
    worked = answers[locale.DEFAULT.code].parts[code]
    api = list(dict.fromkeys(address for source in worked.sources for address in source.api))
    said = []
    for name, text in worked.words.items():
        if not text:
            continue
        exact = worked.exact.get(name)
        figure: CommonQuestionFigureAnswer = {
            "part": code,
            "name": name,
            "text": _each({lang: answer.parts[code].words.get(name, "") for lang, answer in answers.items()}),
            "value": cast(JsonNumber, plain(exact.value)) if exact else None,
            "unit": exact.unit if exact else None,
            "period": exact.period or None if exact else None,
            "api": api,
        }
        said.append(figure)
    return said


def _tables(answers: Mapping[Lang, AnsweredQuestion], code: str) -> list[CommonQuestionTableAnswer]:
    """The table of a part: that which the page shows beside its charts, else those behind them."""
    in_each: dict[Lang, list[FigureTable]] = {}
    for lang, answer in answers.items():
        worked = answer.parts[code]
        in_each[lang] = [worked.table] if worked.table else [figure.chart.table() for figure in worked.figures]
    return [
        _table(code, dict(zip(in_each, tables, strict=True))) for tables in zip(*in_each.values(), strict=True)
    ]  # fmt: skip


def _table(code: str, in_each: Mapping[Lang, FigureTable]) -> CommonQuestionTableAnswer:
    first = in_each[locale.DEFAULT.code]
    return {
        "part": code,
        "columns": [
            {
                "label": _each({lang: table.columns[at].words for lang, table in in_each.items()}),
                "unit": _each({lang: table.columns[at].unit for lang, table in in_each.items()}) if each.unit else None,
            }
            for at, each in enumerate(first.columns)
        ],
        "rows": [
            {
                "cells": [
                    _cell({lang: table.rows[line][at] for lang, table in in_each.items()}) for at in range(len(row))
                ],
                "page": address or None,
            }
            for line, (address, row) in enumerate(first.lines)
        ],
    }


def _cell(said: Mapping[Lang, Any]) -> Any:
    value = said[locale.DEFAULT.code]
    if isinstance(value, str):
        return _each({lang: str(text) for lang, text in said.items()})
    return plain(value) if isinstance(value, int | Decimal) else None


def _source(code: str, source: PartSource) -> CommonQuestionSourceAnswer:
    return {
        "part": code,
        "dataset": source.dataset.slug,
        "rows": source.rows,
        "as_of": source.snapshot.as_of.isoformat() if source.snapshot.as_of else None,
        "page": source.address,
        "api": list(source.api),
    }
