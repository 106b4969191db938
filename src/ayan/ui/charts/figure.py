"""One figure as a page, an embed or a print shows it: title, unit, drawing, table, source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, Protocol

from ayan.core.values import locale, money
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts.drawing import Drawing
from ayan.ui.charts.measure import ChartMeasure, Scale, shared_size

WIDE: Final = 720
NARROW: Final = 350
"""The two widths in CSS pixels that every chart is drawn in, so that its text keeps its size on a phone."""
MINI: Final = 460
"""The wide drawing of a small figure, which stands beside something else."""

FRAME_WORDS: Final = 380
"""Pixels that title, unit, key, source and links may take round a drawing in a frame of a phone's width."""
FRAME_STRETCH: Final = 1.1
"""How much larger than it is drawn a drawing stands in a frame at most (`frame.css`)."""

MILLIONS: Final = 10**7
"""Toman from which on the amounts of a column are read in millions."""

SLIM: Final = 40
"""Letters that stand beside each other on a phone, with the room between so many columns as hold them."""

_IN_UNIT: Final = Label("به {unit}", "in {unit}")

FigureCell = str | ExactNumber | None
"""A cell of a figure's table: words, an exact number, or nothing known."""


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column of a figure's table: its head, its unit, and whether it holds numbers.

    ``in_millions`` are amounts of toman that are shown in millions of it, each with the exact one.
    """

    words: str
    unit: str = ""
    numeric: bool = True
    in_millions: bool = False


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The values behind a drawing; the first cell of a row names it, and leads to its rows where ``links`` say so."""

    columns: tuple[FigureColumn, ...]
    rows: tuple[tuple[FigureCell, ...], ...]
    links: tuple[str, ...] = ()

    @property
    def lines(self) -> list[tuple[str, tuple[FigureCell, ...]]]:
        """Each row after its address, which may be empty."""
        links = self.links or ("",) * len(self.rows)
        return list(zip(links, self.rows, strict=True))

    @property
    def is_slim(self) -> bool:
        """Whether a phone has room for all columns beside each other: more is read there as cards."""
        heads = [max(map(len, f"{column.words} {column.unit}".split()), default=0) for column in self.columns]
        wide = [max([head, *(_letters(row[at]) for row in self.rows)]) for at, head in enumerate(heads)]
        return sum(wide) <= SLIM


def _letters(cell: FigureCell) -> int:
    return len(cell) if isinstance(cell, str) else len(f"{cell:,}") if cell is not None else 1


@dataclass(frozen=True, slots=True)
class FigureKey:
    """What one mark of a drawing stands for."""

    shape: Literal["bar", "outline", "line", "dot", "tile", "struck"]
    words: str
    colour: str
    edge: str = ""


def unit_of(name: str, unit: str, lang: Lang) -> str:
    """The line under a title: what the numbers are, and their unit."""
    if not unit:
        return name
    return f"{name}{locale.of(lang).comma}{unit}" if name else _IN_UNIT.of(lang).format(unit=unit)


class Chart(Protocol):
    """What every kind of chart can do."""

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""

    def draw(self, width: int) -> Drawing:
        """The drawing at a width in CSS pixels."""

    def sentence(self) -> str:
        """What the drawing shows, for those who do not see it."""

    def table(self) -> FigureTable:
        """The values behind it."""

    def unit(self) -> str:
        """The unit of all its numbers, once; empty for plain counts that the title or a key names."""

    def keys(self) -> tuple[FigureKey, ...]:
        """The marks that need explaining; none where labels on the drawing do."""


class MeasuredChart(Chart, Protocol):
    """A chart whose numbers have a unit."""

    measure: ChartMeasure

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""

    def told_in(self, measure: ChartMeasure) -> MeasuredChart:
        """The same in another unit."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with everything a reader needs to trust it. ``title`` says what it shows, in a sentence or less.

    ``anchor`` makes the ids of the page unique; ``level`` is the heading's. ``size`` is "mini" beside a result's sums.
    ``rows`` is how many rows it was worked out from, ``csv`` the address of its values.
    """

    title: str
    chart: Chart
    anchor: str
    source: str = ""
    source_address: str = ""
    as_of: date | None = None
    rows: int | None = None
    csv: str = ""
    note: str = ""
    level: int = 3
    size: Literal["full", "mini"] = "full"

    @property
    def wide(self) -> str:
        """The drawing for a screen of 48rem and more."""
        width = MINI if self.size == "mini" else WIDE
        return self.chart.draw(width).svg(self.chart.sentence(), "wide-only", linked=self.size != "mini")

    @property
    def narrow(self) -> str:
        """The drawing for a phone."""
        return self.chart.draw(NARROW).svg(self.chart.sentence(), "narrow", linked=self.size != "mini")

    @property
    def frame_height(self) -> int:
        """Pixels that the figure takes in another site's page, with all words round it and at any width."""
        return int(max(self.chart.draw(width).height for width in (WIDE, NARROW)) * FRAME_STRETCH) + FRAME_WORDS


def in_millions(table: FigureTable, lang: Lang) -> FigureTable:
    """The table with its columns of large amounts of toman in millions, as the lists of datasets have them."""
    toman, million = (money.unit_label(code, lang) for code in ("toman", "million_toman"))

    def large(at: int) -> bool:
        cells = (row[at] for row in table.rows)
        amounts = (abs(Decimal(cell)) for cell in cells if isinstance(cell, int | Decimal))
        return max(amounts, default=Decimal(0)) >= MILLIONS

    columns = tuple(
        replace(column, unit=million, in_millions=True) if column.unit == toman and large(at) else column
        for at, column in enumerate(table.columns)
    )
    return replace(table, columns=columns)


def in_one_unit(figures: Sequence[Figure]) -> list[Figure]:
    """The figures of one view, all that count the same thing in one large unit, so that they can be held together.

    One whose greatest value would hardly show in it, a hundredth and less, keeps its own.
    """
    units = {chart.measure.unit for figure in figures if (chart := _measured(figure)) and not chart.measure.percent}
    sizes = {}
    for unit in units - {""}:
        alike = [chart for figure in figures if (chart := _measured(figure)) and chart.measure.unit == unit]
        sizes[unit] = shared_size([_largest(chart) for chart in alike])
    return [_in_unit(figure, sizes) for figure in figures]


def _measured(figure: Figure) -> MeasuredChart | None:
    chart: Any = figure.chart
    return chart if hasattr(chart, "told_in") else None


def _largest(chart: MeasuredChart) -> Decimal:
    """The greatest value behind a chart, in its unit."""
    cells = [cell for row in chart.table().rows for cell in row[1:]]
    return max((abs(Decimal(cell)) for cell in cells if isinstance(cell, int | Decimal)), default=Decimal(0))


def _in_unit(figure: Figure, sizes: dict[str, Decimal]) -> Figure:
    chart = _measured(figure)
    if chart is None or chart.measure.unit not in sizes or _largest(chart) * 100 < sizes[chart.measure.unit]:
        return figure
    return replace(figure, chart=chart.told_in(replace(chart.measure, size=sizes[chart.measure.unit])))
