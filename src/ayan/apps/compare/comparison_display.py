"""What comes out of a comparison: its chart, and the table of differences with ways back to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ayan.apps.catalog.explorer import group_table, result_options
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.compare import comparison_options, comparison_text
from ayan.apps.compare.comparison_question import ComparisonQuestion, ComparisonSide
from ayan.apps.compare.computation import ComparisonLine, ComparisonResult, Number
from ayan.apps.compare.limits import MOST_LINES, MOST_PAIRS, MOST_POINTS
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui.charts.bars import Bar, BarList
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.lines import ChartLine, Lines
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.slope import Slope, SlopePair

SIDE: Final = Label("سو", "Side")


def figure(worked: ComparisonResult, lang: Lang) -> Figure:
    """What the comparison shows at a glance; its title is what comes out."""
    comparison = worked.question
    measure = ChartMeasure(
        lang, comparison_text.unit_words(worked, lang), MONEY_UNITS[SHOWN_UNITS["toman"]] if worked.is_money else 1
    )
    names = comparison_text.side_labels(comparison, lang)
    lines = [line for line in worked.lines if line.key is not None]
    chart: Lines | Slope | BarList
    if worked.timely and 2 <= len(lines) <= MOST_POINTS:
        assert comparison.over is not None  # noqa: S101 - time is what it runs along
        labels = [comparison_text.key_label(comparison, line.key, lang) for line in lines]
        drawn = [ChartLine(name, [line.values[position] for line in lines]) for position, name in enumerate(names)]
        chart = Lines(labels, drawn, measure, result_options.by_label(comparison.dataset, comparison.over, lang))
    elif comparison.over is not None and len(names) == 2 and lines:
        pairs = [
            SlopePair(comparison_text.key_label(comparison, line.key, lang), line.values[0], line.values[1])
            for line in lines[:MOST_PAIRS]
        ]
        chart = Slope(
            pairs, names[0], names[1], measure, result_options.by_label(comparison.dataset, comparison.over, lang)
        )
    else:
        bars = [Bar(name, worked.total.values[position]) for position, name in enumerate(names)]
        chart = BarList(
            bars, measure, comparison_options.measure_label(comparison.dataset, comparison.measure, lang), SIDE.of(lang)
        )
    return Figure(" ".join(comparison_text.finding(worked, lang)), chart, "compared", level=2)


@dataclass(frozen=True, slots=True)
class ComparisonFigure:
    """One number of the table: as shown, what it links to, and how it stands to the first side."""

    value: Number | None
    address: str
    difference: Number | None = None
    change: Number | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """One line of the table."""

    label: str
    figures: tuple[ComparisonFigure, ...]


def drawn(worked: ComparisonResult, path: str, cities: str, lang: Lang) -> list[ComparisonTable]:
    """The lines of the table; ``path`` is the address of the dataset, ``cities`` that of the page of other cities."""
    asks = _asks(worked, path, cities, lang)
    return [
        _drawn(worked, line, comparison_text.key_label(worked.question, line.key, lang), asks)
        for line in worked.lines[:MOST_LINES]
    ]


def total(worked: ComparisonResult, path: str, cities: str, lang: Lang) -> ComparisonTable:
    """The line under the table."""
    asks = _asks(worked, path, cities, lang)
    return _drawn(worked, worked.total, comparison_text.total_label(worked).of(lang), asks, whole=True)


def _asks(worked: ComparisonResult, path: str, cities: str, lang: Lang) -> list[ExplorerState | str]:
    """Where the numbers of each side lead: to its rows, or, where they are another city's, to what is said of these."""
    question = worked.question
    return [
        _away_address(cities, side.city, question.dataset.slug) if side.city else _ask_of(question, side, path, lang)
        for side in question.sides
    ]


def address_of(question: ComparisonQuestion, side: ComparisonSide, path: str, cities: str, lang: Lang) -> str:
    """Where a side leads."""
    if side.city:
        return _away_address(cities, side.city, question.dataset.slug)
    return _ask_of(question, side, path, lang).address


def _away_address(cities: str, code: str, slug: str) -> str:
    """What is said of one dataset of another city, on the page of other cities."""
    return f"{cities}#city-{code}-{slug}"


def _drawn(
    worked: ComparisonResult,
    line: ComparisonLine,
    label: str,
    asks: Sequence[ExplorerState | str],
    *,
    whole: bool = False,
) -> ComparisonTable:
    over = worked.question.over
    out = []
    for position, (value, ask) in enumerate(zip(line.values, asks, strict=True)):
        if isinstance(ask, str):
            address = ask
        else:
            all_rows = over is None or (whole and line.key is None)
            address = ask.address if all_rows or over is None else group_table.rows_of(ask, over, line.key)
        gap, change = (line.difference(position), line.change(position)) if position else (None, None)
        out.append(
            ComparisonFigure(
                comparison_text.in_page_unit(worked, value),
                address,
                comparison_text.in_page_unit(worked, gap),
                change,
                position == 0,
            )
        )
    return ComparisonTable(label, tuple(out))


def _ask_of(question: ComparisonQuestion, side: ComparisonSide, path: str, lang: Lang) -> ExplorerState:
    """The explorer at the rows of a side."""
    ask = ExplorerState.bare(question.dataset, path, lang, *side.scope.filters)
    return ask.but(search=side.scope.search, as_of=side.scope.as_of, release=side.scope.release)


def along(question: ComparisonQuestion, lang: Lang) -> str:
    """What the lines of the table are values of."""
    return result_options.by_label(question.dataset, question.over, lang) if question.over else ""
