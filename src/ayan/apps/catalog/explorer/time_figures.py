"""Figures along time: every year or month between the first and the last, what is not whole, what is not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.explorer.year_coverage import Coverage
from ayan.apps.catalog.limits import FEWEST_POINTS, MOST_FILLED, MOST_NAMED, MOST_UPRIGHT
from ayan.core.values import locale, period
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.figure import Chart, Figure
from ayan.ui.charts.line_charts import ChartLine, Lines
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.years import YearBar, YearBars

YEAR: Final = Label("سال", "Year")
QUARTER: Final = Label("سه‌ماهه", "Quarter")
MONTH: Final = Label("ماه", "Month")
NOMINAL: Final = Label("{}، مبلغ روز", "{}, nominal")
REAL: Final = Label("به قیمت ثابت {}", "at {} prices")
PART: Final = Label("{period} تنها {note} داده دارد.", "{period} has data of {note} only.")
ABSENT: Final = Label("{periods}: {note}.", "{periods}: {note}.")


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """One number by year or month: what it is called, its values by name of the period, and where their rows are.

    ``counted`` says that the numbers count rows, so that a period without rows is nought and not unknown.
    """

    name: str
    values: Sequence[tuple[str, ExactNumber | None]]
    measure: ChartMeasure
    address: Callable[[str], str]
    counted: bool = False


def figure(series: TimeSeries, coverage: Coverage, prices: PriceIndex | None, anchor: str) -> Figure | None:
    """The whole series as columns, or as a line where there are many; None with fewer than two periods."""
    if sum(value is not None for _, value in series.values) < FEWEST_POINTS:
        return None
    lang = series.measure.lang
    known = dict(series.values)
    names = filled([name for name, _ in series.values])
    bars = [_bar(series, known, name, coverage, prices) for name in names]
    base = value_html.period_label(prices.base, lang) if prices else ""
    title = titles.in_time(series.name, bars, series.measure)
    chart: Chart
    if len(bars) <= MOST_UPRIGHT:
        axis = _step(names[0]).of(lang)
        real = REAL.of(lang).format(base) if prices else ""
        chart = YearBars(bars, series.measure, series.name, real, axis)
    else:
        chart = _line(series, names, bars, base)
    return Figure(title, chart, anchor, note=_notes(bars, lang))


def _bar(
    series: TimeSeries, known: dict[str, ExactNumber | None], name: str, coverage: Coverage, prices: PriceIndex | None
) -> YearBar:
    lang, value = series.measure.lang, known.get(name, 0 if series.counted else None)
    real = prices.real(value, name[:4]) if prices else None
    note = coverage.note(name, lang, known=value is not None)
    return YearBar(
        value_html.period_label(name, lang), value, real, note, series.address(name) if name in known else ""
    )


def _line(series: TimeSeries, names: Sequence[str], bars: Sequence[YearBar], base: str) -> Lines:
    lang = series.measure.lang
    lines = [ChartLine(series.name, [bar.value for bar in bars])]
    if any(bar.real is not None for bar in bars):
        lines = [
            ChartLine(NOMINAL.of(lang).format(series.name), lines[0].values),
            ChartLine(REAL.of(lang).format(base), [bar.real for bar in bars]),
        ]
    # Of months and quarters the years alone are named, where they begin.
    marks = [(n, locale.of(lang).numerals(name[:4])) for n, name in enumerate(names) if name[4:] in ("-01", "-Q1")]
    axis = _step(names[0]).of(lang)
    labels, links = [bar.label for bar in bars], [bar.address for bar in bars]
    return Lines(labels, lines, series.measure, axis, marks if len(marks) > 1 else (), links)


def _notes(bars: Sequence[YearBar], lang: Lang) -> str:
    """What is not whole, and what is not there, in sentences: a few periods by name, or the first and the last."""
    out = [PART.of(lang).format(period=bar.label, note=bar.note) for bar in bars if bar.note and bar.value is not None]
    for note in dict.fromkeys(bar.note for bar in bars if bar.value is None):
        labels = [bar.label for bar in bars if bar.value is None and bar.note == note]
        said = locale.of(lang).comma.join(labels if len(labels) <= MOST_NAMED else [labels[0], "…", labels[-1]])
        out.append(ABSENT.of(lang).format(periods=said, note=note))
    return " ".join(out)


def filled(names: Sequence[str]) -> list[str]:
    """The periods from the first to the last, with those between that have no rows; others than periods as they are."""
    try:
        first, last = period.parse(names[0]), period.parse(names[-1])
    except period.NotAPeriod:
        return list(names)
    if first.kind != last.kind or first.kind not in ("year", "quarter", "month"):
        return list(names)
    between = [first]
    while between[-1] < last and len(between) <= MOST_FILLED:
        between.append(between[-1].following())
    every = [str(each) for each in between]
    return every if set(names) <= set(every) else list(names)


def _step(name: str) -> Label:
    return QUARTER if "Q" in name else MONTH if is_month(name) else YEAR


def is_month(name: str) -> bool:
    """Whether a period is one within a year."""
    return len(name) > len("1404")
