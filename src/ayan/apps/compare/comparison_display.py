"""What comes out of a comparison: its chart, and the table of differences with ways back to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ayan.apps.catalog.explorer import group_table, result_options, time_figures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.explorer.year_coverage import Coverage
from ayan.apps.catalog.limits import FEWEST_POINTS
from ayan.apps.compare import comparison_options, comparison_text
from ayan.apps.compare.comparison_question import ComparisonQuestion, ComparisonSide
from ayan.apps.compare.computation import ComparisonLine, ComparisonResult
from ayan.apps.compare.limits import MOST_LINES, MOST_PAIRS
from ayan.core.values.clock import TEHRAN
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui import value_html
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.line_charts import ChartLine, Lines
from ayan.ui.charts.measure import ChartMeasure, noted
from ayan.ui.charts.slope import Slope, SlopePair

SIDE: Final = Label("سو", "Side")
LARGEST: Final = Label("{n} تای بزرگ‌تر از {m}.", "The {n} largest of {m}.")


def figure(worked: ComparisonResult, path: str, cities: str, lang: Lang) -> Figure:
    """What the comparison shows at a glance; its title is what comes out."""
    comparison = worked.question
    unit = comparison_text.unit_words(worked, lang)
    measure = ChartMeasure(lang, unit, MONEY_UNITS[SHOWN_UNITS["toman"]] if worked.is_money else 1)
    if unit in value_html.PERCENT:
        measure = ChartMeasure(lang, percent=True)
    names = comparison_text.side_labels(comparison, lang)
    lines = _drawn_lines(worked)
    asks = _asks(worked, path, cities, lang)
    links = [_rows_of(worked, line, asks[0]) for line in lines]
    labels = [_period_label(worked, line, lang) for line in lines]
    note = ""
    chart: Lines | Slope | StackedBars
    if worked.timely and len(lines) >= FEWEST_POINTS:
        along_name = along(comparison, lang)
        drawn = [ChartLine(name, [line.values[position] for line in lines]) for position, name in enumerate(names)]
        chart = Lines(labels, drawn, measure, along_name, links=links)
    elif comparison.over is not None and len(names) == 2 and lines:
        pairs = [
            SlopePair(label, line.values[0], line.values[1], address=address)
            for label, line, address in list(zip(labels, lines, links, strict=True))[:MOST_PAIRS]
        ]
        chart = Slope(pairs, names[0], names[1], measure, along(comparison, lang))
        if len(pairs) < len(lines):
            n, m = (value_html.plain_number(len(each), lang) for each in (pairs, lines))
            note = LARGEST.of(lang).format(n=n, m=m)
    else:
        bars = [
            Whole(name, [worked.total.values[position]], address=_whole_address(worked, asks[position]))
            for position, name in enumerate(names)
        ]
        name = comparison_options.measure_label(comparison.dataset, comparison.measure, lang)
        chart = StackedBars.of(name, bars, measure, SIDE.of(lang))
    days = [side.snapshot.as_of for side in worked.sides if side.snapshot.as_of is not None]
    return Figure(
        " ".join(comparison_text.finding(worked, lang)),
        chart,
        "compared",
        source=comparison.dataset.owner.of(lang),
        as_of=max(days).astimezone(TEHRAN).date() if days else None,
        rows=sum(side.rows for side in worked.sides),
        note=note,
        level=2,
    )


def _drawn_lines(worked: ComparisonResult) -> list[ComparisonLine]:
    """The lines with a key; along time also those of which no side has rows, so that a gap is seen as one."""
    lines = [line for line in worked.lines if line.key is not None]
    if not worked.timely or not lines:
        return lines
    known = {str(line.key): line for line in lines}
    nothing = (None,) * len(worked.sides)
    return [known.get(name) or ComparisonLine(name, nothing) for name in time_figures.filled(list(known))]


def _period_label(worked: ComparisonResult, line: ComparisonLine, lang: Lang) -> str:
    """What a line is about; of a year that is not whole, with how many of its months there are.

    No part of a year is in what stands at its last date.
    """
    label = comparison_text.key_label(worked.question, line.key, lang)
    dataset, over = worked.question.dataset, worked.question.over
    if not worked.timely or over is None or over.part is None or worked.total.key is not None:
        return label
    last = str(_drawn_lines(worked)[-1].key)[:4]
    covered = Coverage.of(dataset, worked.sides[0].snapshot).up_to(last)
    return noted(label, covered.note(str(line.key), lang, known=True))


def _rows_of(worked: ComparisonResult, line: ComparisonLine, ask: ExplorerState | str) -> str:
    """Where the first side's rows of a line are."""
    over = worked.question.over
    return ask if isinstance(ask, str) else group_table.rows_of(ask, over, line.key) if over else ask.address


def _whole_address(worked: ComparisonResult, ask: ExplorerState | str) -> str:
    """Where a side's rows of the total are."""
    if worked.total.key is not None:
        return _rows_of(worked, worked.total, ask)
    return ask if isinstance(ask, str) else ask.address


@dataclass(frozen=True, slots=True)
class ComparisonFigure:
    """One number of the table: as shown, what it links to, and how it stands to the first side."""

    value: ExactNumber | None
    address: str
    difference: ExactNumber | None = None
    change: ExactNumber | None = None
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
        for line in (worked.lines if worked.timely else worked.lines[:MOST_LINES])
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
        address = _whole_address(worked, ask) if whole or over is None else _rows_of(worked, line, ask)
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
