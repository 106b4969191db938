"""The chart of a comparison: lines over time, a slope between two sides, or bars of the sides."""

from __future__ import annotations

from typing import Final

from ayan.apps.catalog.explorer import result_options
from ayan.apps.compare import comparison_options, comparison_text
from ayan.apps.compare.computation import ComparisonResult
from ayan.apps.compare.limits import MOST_PAIRS, MOST_POINTS
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
