"""Figures of groups: the largest as bars, all of them as dots on one line, and how many rows each has year by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.apps.catalog.explorer import figures, group_table, result_options
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.explorer.year_coverage import Coverage
from ayan.apps.catalog.limits import (
    ENOUGH_DOTS,
    FEWEST_POINTS,
    FEWEST_SHADED,
    MOST_BARS,
    MOST_PERIODS,
    MOST_SHADED,
    MOST_UPRIGHT,
)
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.ui import sum_words, value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.heat import HeatRow, HeatTable
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.strip import Dot, DotStrip

ROWS_OF: Final = Label("{name} به تفکیک {what} و سال", "{name} by {what} and year")
LARGEST: Final = Label("{n} تای بزرگ‌تر از {m}.", "The {n} largest of {m}.")


@dataclass(frozen=True, slots=True)
class GroupItem:
    """One group: its label, its value as an address spells it, its number, and where its rows are."""

    label: str
    name: str
    value: ExactNumber | None
    address: str


@dataclass(frozen=True, slots=True)
class ChartGroups:
    """Groups from the largest: what their numbers are (``name``), what they are of, and how many there are in all."""

    name: str
    item_name: str
    items: Sequence[GroupItem]
    measure: ChartMeasure
    total: int
    mixed: bool = False
    """Whether some are money in and some money out, so that nothing is all of them together."""

    @property
    def known(self) -> list[tuple[str, ExactNumber]]:
        """Each label with its number, where there is one."""
        return [(item.label, item.value) for item in self.items if item.value is not None]

    @property
    def complete(self) -> bool:
        """Whether these are all groups, so that they make a whole."""
        return self.total <= len(self.items) and not self.mixed


def bars(groups: ChartGroups, anchor: str) -> Figure | None:
    """The largest groups; None with fewer than two."""
    shown, lang = groups.items[:MOST_BARS], groups.measure.lang
    if len(shown) < FEWEST_POINTS:
        return None
    wholes = [Whole(item.label, [item.value], address=item.address) for item in shown]
    title = titles.largest(groups.name, groups.known, whole=groups.complete, lang=lang)
    return Figure(
        title,
        StackedBars.of(groups.name, wholes, groups.measure, groups.item_name),
        anchor,
        note=_largest_of(len(shown), groups),
    )


def dots(groups: ChartGroups, anchor: str) -> Figure | None:
    """Every group on one line, the largest by name; None where the bars show nearly all of them already."""
    lang = groups.measure.lang
    known = [item for item in groups.items if item.value is not None]
    if len(known) < ENOUGH_DOTS or min(value for _, value in groups.known) < 0:
        return None
    strip = [Dot(item.label, item.value or 0, rank == 0, item.address) for rank, item in enumerate(known)]
    title = titles.above_median(groups.name, groups.known, lang)
    return Figure(
        title,
        DotStrip(strip, groups.measure, groups.name, groups.item_name),
        anchor,
        note=_largest_of(len(groups.items), groups),
    )


def _largest_of(shown: int, groups: ChartGroups) -> str:
    if shown >= groups.total:
        return ""
    lang = groups.measure.lang
    n, m = (value_html.plain_number(count, lang) for count in (shown, groups.total))
    return LARGEST.of(lang).format(n=n, m=m)


def shaded(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, by: GroupKey, when: GroupKey, coverage: Coverage
) -> Figure | None:
    """How many rows each of the largest groups has in each year; None where there are too few of either.

    Rows alone are counted, so whoever asks knows that each is something that happened.
    """
    dataset, lang = ask.dataset, ask.lang
    if by.field == when.field:
        return None
    question = GroupQuestion(scope=replace(ask.scope, size=MOST_PERIODS), by=(by, when))
    answer = figures.groups(reader, dataset, question, snapshot)
    value_name, year_name, count_name = question.columns
    counted: dict[object, dict[str, int]] = {}
    for row in answer.rows:
        # A period may be a month: its year is what it begins with.
        if row[year_name]:
            years_of = counted.setdefault(row[value_name], {})
            year = str(row[year_name])[:4]
            years_of[year] = years_of.get(year, 0) + row[count_name]
    years = sorted({year for of in counted.values() for year in of})
    order = sorted(counted, key=lambda value: -sum(counted[value].values()))[:MOST_SHADED]
    if answer.total > len(answer.rows) or len(order) < FEWEST_SHADED or not FEWEST_SHADED <= len(years) <= MOST_UPRIGHT:
        return None
    labels = [value_html.period_label(year, lang) for year in years]
    rows = [_heat_row(ask, by, when, value, counted[value], years) for value in order]
    what = result_options.by_label(dataset, by, lang)
    name = ROWS_OF.of(lang).format(name=sum_words.counted(dataset, lang), what=what)
    measure = ChartMeasure(lang)
    notes = [coverage.note(year, lang, known=True) for year in years]
    chart = HeatTable(labels, rows, measure, name, what, notes if any(notes) else ())
    cells = [(row.label, labels[n], value) for row in rows for n, value in enumerate(row.values) if value is not None]
    groups = ChartGroups(name, what, [], measure, len(counted))
    note = _largest_of(len(order), groups)
    return Figure(
        titles.hottest(name, cells, chart.scale),
        chart,
        f"shades-{by.field}",
        source=dataset.owner.of(lang),
        source_address=ask.but(by=by, view=None, sort=None).address,
        rows=sum(sum(of.values()) for of in counted.values()),
        note=note,
    )


def _heat_row(
    ask: ExplorerState, by: GroupKey, when: GroupKey, value: object, counts: dict[str, int], years: Sequence[str]
) -> HeatRow:
    """One group: its rows are a condition on it, those of a cell one on the year besides."""
    label = group_table.label(ask.dataset, by, value, ask.lang)
    own = group_table.filters_of(ask, by, value)
    narrowed = ask if own is None else ask.but(filters=own)
    cells = [group_table.rows_of(narrowed, when, year) if year in counts and own is not None else "" for year in years]
    # A year in which a group has no rows has nought of them.
    return HeatRow(label, [counts.get(year, 0) for year in years], group_table.rows_of(ask, by, value), cells)
