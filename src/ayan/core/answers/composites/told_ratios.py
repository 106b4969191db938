"""How one figure is told in terms of another: how many times it, or in per cent of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.core.answers.cards.cards import SHARE, AnswerCard, CardFigure
from ayan.core.answers.cards.comparisons import AnsweredComparison, Way, compared_sides
from ayan.core.answers.cards.wording import percentage
from ayan.core.answers.composites.yes_or_no import NO, YES
from ayan.core.query.question import Filter
from ayan.core.values import locale
from ayan.core.values.label import Label

TIMES: Final = Label("چند برابر", "Times")
SENTENCE: Final = Label("{ratio} برابر. {first} {second}", "{ratio} times. {first} {second}")
PART: Final = Label("{percent}. {first} {second}", "{percent}. {first} {second}")
_PLACES: Final = Decimal("0.01")
_PERCENT: Final = Decimal("0.1")
_FINE: Final = Decimal("0.001")
_NO_MULTIPLE: Final = Decimal("0.01")


def in_terms_of(first: AnswerCard, second: AnswerCard, way: Way) -> AnswerCard | None:
    """The first figure in terms of the second; None where they are no two figures in one unit."""
    if first.asked is None or second.asked is None or not first.figures or not second.figures:
        return None
    part, whole = first.figures[0], second.figures[0]
    is_plain = part.unit == whole.unit != "percent" and part.value is not None and bool(whole.value)
    if not is_plain or first.api == second.api or not (first.is_sure and second.is_sure):
        return None
    if way == "share" and not is_part(first, second):
        way = "times"
    return ratio_card(first, second, way)


def ratio_card(first: AnswerCard, second: AnswerCard, way: Way) -> AnswerCard:
    """Two figures in one unit, of which the second is not nothing, as one answer."""
    part, whole = Decimal(first.figures[0].value or 0), Decimal(second.figures[0].value or 1)
    times = (part / whole).quantize(_PLACES, ROUND_HALF_UP)
    exact = part * 100 / whole
    percent = exact.quantize(_PERCENT if exact >= 1 else _FINE, ROUND_HALF_UP)
    if way == "share" or times < _NO_MULTIPLE:
        text = PART.filled(lambda lang: {"percent": percentage(percent, lang), **_texts(first, second, lang)})
        figure = CardFigure(SHARE, percent, "percent")
    else:
        text = SENTENCE.filled(lambda lang: {"ratio": locale.of(lang).number(times), **_texts(first, second, lang)})
        figure = CardFigure(TIMES, times, "times")
    if way in ("times-more", "times-less"):
        is_so = part != whole and (part > whole) == (way == "times-more")
        verdict, said = YES if is_so else NO, text
        text = verdict.filled(lambda lang: {"text": said.of(lang)})
    figures = (figure, *first.figures[:1], *second.figures[:1])
    return replace(first, kind="figure", text=text, figures=figures, comparison=_comparison(first, second, way))


def _comparison(first: AnswerCard, second: AnswerCard, way: Way) -> AnsweredComparison | None:
    if first.asked is None or second.asked is None:
        return None
    return AnsweredComparison(way, compared_sides(first.asked, second.asked))


def _texts(first: AnswerCard, second: AnswerCard, lang: str) -> dict[str, str]:
    return {"first": first.text.of(lang), "second": second.text.of(lang)}


def is_part(part: AnswerCard, whole: AnswerCard) -> bool:
    """Whether the one is part of the other: rows of one table, that meet every condition of the whole.

    Money is told in per cent of a plan of another table, too, which both sentences say; rows are part of no other rows.
    """
    first, second = part.asked, whole.asked
    if first is None or second is None:
        return False
    if first.dataset != second.dataset:
        return part.figures[0].unit == "rial"
    counts = part.figures[0].unit == "count"
    if counts and first.measures[:1] != second.measures[:1]:
        return False
    return not second.scope.search and all(
        any(_is_within(own, each) for own in first.scope.filters) for each in second.scope.filters
    )


def _is_within(own: Filter, other: Filter) -> bool:
    """Whether a condition is another one, or of a shorter time within its."""
    is_shorter = own.op == other.op == "eq" and own.text.startswith(f"{other.text}-")
    return own.field == other.field and (own == other or is_shorter)
