"""The answers of the box as programs get them: what was understood, its figures, and where the rows stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypedDict, cast

from ayan.core.answers.cards.cards import AnswerCard, CardFigure, Understood, understood_of
from ayan.core.query.formats.document import plain
from ayan.ui.api.answers import Number, Url, WordsAnswer, words
from ayan.ui.api.json_schema import Schema


class AnswerFigureAnswer(TypedDict):
    """One figure of an answer."""

    label: WordsAnswer
    value: Annotated[Number, Schema("The exact number of the API; null where nothing stands there")]
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


def answer_of(card: AnswerCard) -> BoxAnswerAnswer:
    """One answer."""
    return {
        "kind": card.kind,
        "text": words(card.text),
        "url": card.url,
        "api": card.api or None,
        "understood": _understood(card.understood) if card.understood is not None else None,
        "sides": list(_sides(card)),
        "figures": [_figure(figure) for figure in card.figures],
        "unread": list(card.left),
    }


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
    return {"label": words(figure.label), "value": cast(Number, plain(figure.value)), "unit": figure.unit}
