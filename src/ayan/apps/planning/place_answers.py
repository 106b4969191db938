"""How requests of a place were answered, as a page says it: whole months, and nothing where one might be known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ayan.core.casework.place_figures import PlaceFigure, PlaceFigures
from ayan.core.values.locale import Lang
from ayan.ui.value_html import plain_number


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Requests of a place or of the whole city: how many came, how many were answered, how many of these in time.

    ``median`` is in working days as a page writes it, ``thousand`` how many came for each thousand people; empty where
    they are not known. ``answered`` is None where too few were answered to be told.
    """

    received: int
    answered: int | None
    in_time: float | None
    median: str
    thousand: str


@dataclass(frozen=True, slots=True)
class PlaceAnswers:
    """What a page says of the requests of one place: the period, the place and the city, or why there are none.

    ``place`` is None where fewer than ``fewest`` named the place, ``first`` where nothing was counted yet.
    """

    first: date | None
    last: date | None
    fewest: int
    place: AnswerTimes | None
    city: AnswerTimes | None


def place_answers(
    figures: PlaceFigures, place: PlaceFigure | None, lang: Lang, people: int = 0, all_people: int = 0
) -> PlaceAnswers:
    """The figures of a place beside those of the city; ``people`` of both, 0 where they are not published."""
    return PlaceAnswers(
        figures.first,
        figures.last,
        figures.fewest,
        _times(place, people, lang) if place else None,
        _times(figures.city, all_people, lang) if figures.city else None,
    )


def _times(figure: PlaceFigure, people: int, lang: Lang) -> AnswerTimes:
    share = figure.in_time / figure.answered if figure.answered and figure.in_time is not None else None
    median = plain_number(median_days(figure.median), lang) if figure.median is not None else ""
    each = round(Decimal(1000) * figure.received / people, 1) if people else None
    return AnswerTimes(
        figure.received, figure.answered, share, median, plain_number(each, lang) if each is not None else ""
    )


def median_days(tenths: int) -> int | Decimal:
    """Working days out of tenths of them; whole ones without a decimal."""
    return tenths // 10 if tenths % 10 == 0 else Decimal(tenths) / 10
