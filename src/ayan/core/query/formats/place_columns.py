"""What formats of maps have in common: which columns say where a row is, and that these are always read."""

from __future__ import annotations

from dataclasses import replace

from ayan.core.query.answer import Unanswered
from ayan.core.query.boxes import place_fields
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset


class NoPlace(Unanswered):
    """The rows of a dataset have no place, so that there is no map of them."""

    code = "no-place-of-rows"
    fa = "ردیف‌های این داده جایی روی نقشه ندارند."
    en = "The rows of this dataset have no place on the map."
    status = 404


def place_columns(dataset: Dataset) -> tuple[str, ...]:
    """The name of the column of shapes, or those of longitudes and of latitudes. Raises NoPlace."""
    names = tuple(field.name for field in place_fields(dataset))
    if not names:
        raise NoPlace
    return names


def asked_with_place(dataset: Dataset, question: Question) -> Question:
    """The question with the columns of the place among those that it asks for."""
    if not question.fields:
        return question
    return replace(question, fields=tuple(dict.fromkeys((*question.fields, *place_columns(dataset)))))
