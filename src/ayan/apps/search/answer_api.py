"""The answers of the box as programs get them: what was understood, its figures, and where the rows stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypedDict, cast

from ayan.apps.catalog.citation import file_sources
from ayan.core.answers.cards.cards import AnswerCard, CardFigure, Understood, api_of, understood_of
from ayan.core.query.formats.document import plain
from ayan.core.query.grouping import GroupQuestion
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.ui.api.answers import JsonNumber, SourcedAnswer, Url, WordsAnswer, sourced, words
from ayan.ui.api.json_schema import Schema
from ayan.wiring.city import City


class AnswerFigureAnswer(TypedDict):
    """One figure of an answer."""

    label: WordsAnswer
    value: Annotated[JsonNumber, Schema("The exact number of the API; null where nothing stands there")]
    unit: Annotated[str, Schema("`rial`, `count`, `percent`, or the unit of the field")]


class UnderstoodAnswer(TypedDict):
    """How a question was understood, in the grammar of this API."""

    dataset: str
    filters: Annotated[dict[str, str], Schema("Parameters of the question, by their names")]
    measure: Annotated[str | None, Schema("The column of the answer: `sum_amount`, `count`")]
    by: str | None
    period: Annotated[str | None, Schema("The period that was said or taken; null where all is meant")]


class BoxAnswerAnswer(TypedDict):
    """One answer to a question in words; `nothing` says why there is none."""

    kind: Literal["figure", "list", "record", "page", "service", "nothing"]
    text: WordsAnswer
    url: Annotated[Url, Schema("The page, without the language")]
    api: Annotated[Url | None, Schema("The question of the API that it was answered by")]
    understood: UnderstoodAnswer | None
    sides: Annotated[list[UnderstoodAnswer], Schema("Of two figures set against each other both questions, in order")]
    figures: list[AnswerFigureAnswer]
    unread: Annotated[list[str], Schema("Words of the question that this answer does not take into account")]
    sources: Annotated[
        list[SourcedAnswer],
        Schema("What its figures were read from, each with its citation; of two sides both, in order"),
    ]


def answer_of(city: City, card: AnswerCard) -> BoxAnswerAnswer:
    """One answer of a city."""
    return {
        "kind": card.kind,
        "text": words(card.text),
        "url": card.url,
        "api": card.api or None,
        "understood": _understood(card.understood) if card.understood is not None else None,
        "sides": list(_sides(card)),
        "figures": [_figure(figure) for figure in card.figures],
        "unread": list(card.left),
        "sources": list(_sources(city, card)),
    }


def _sources(city: City, card: AnswerCard) -> Iterator[SourcedAnswer]:
    """The states and citations of the questions that an answer was answered by, each once."""
    if card.kind == "nothing":
        return
    questions = dict[str, tuple[Dataset, Question]]()
    if card.comparison is not None:
        for side in card.comparison.sides:
            address = api_of(side.asked.dataset, "groups", side.asked.groups.query_string())
            questions[address] = side.asked.dataset, side.asked.scope
    elif card.asked is not None:
        questions[card.api] = card.asked.dataset, card.asked.scope
        if card.asked.whole is not None:
            scope, measure = card.asked.whole
            whole = GroupQuestion(scope=scope, measures=(measure,))
            questions[api_of(card.asked.dataset, "groups", whole.query_string())] = card.asked.dataset, scope
    for address, (dataset, scope) in questions.items():
        snapshot = city.facts().snapshot(dataset)
        yield sourced(snapshot, file_sources.source(city, scope, snapshot, address))


def _sides(card: AnswerCard) -> Iterator[UnderstoodAnswer]:
    for side in card.comparison.sides if card.comparison is not None else ():
        yield _understood(understood_of(side.asked, side.asked.measures[0]))


def _understood(understood: Understood) -> UnderstoodAnswer:
    return {
        "dataset": understood.dataset,
        "filters": dict(understood.filters),
        "measure": understood.measure,
        "by": understood.by,
        "period": understood.period,
    }


def _figure(figure: CardFigure) -> AnswerFigureAnswer:
    # An average has its two decimals exactly, as groups of the API have them.
    return {"label": words(figure.label), "value": cast(JsonNumber, plain(figure.value)), "unit": figure.unit}
