"""One figure as a page, an embed or a print shows it: the finding, the drawing, the table behind it, its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol

from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts.drawing import Drawing
from ayan.ui.charts.measure import Number

WIDE: Final = 620
NARROW: Final = 340
"""The two widths in CSS pixels that every chart is drawn in, so that its text keeps its size on a phone."""

_IN_UNIT: Final = Label("ارقام به {unit}", "in {unit}")

Cell = str | Number | None
"""A cell of a figure's table: words, an exact number, or nothing known."""


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column of a figure's table: its head, its unit, and whether it holds numbers."""

    words: str
    unit: str = ""
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The values behind a drawing; the first cell of a row names it."""

    columns: tuple[FigureColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class FigureKey:
    """What one mark of a drawing stands for; the shape "none" says the unit of all its numbers."""

    shape: Literal["bar", "outline", "line", "dot", "tile", "struck", "none"]
    words: str
    colour: str
    edge: str = ""


def unit_key(words: str, lang: Lang) -> tuple[FigureKey, ...]:
    """The unit, where no mark of the key says it."""
    return (FigureKey("none", _IN_UNIT.of(lang).format(unit=words), ""),) if words else ()


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

    def keys(self) -> tuple[FigureKey, ...]:
        """The marks that need explaining; none where labels on the drawing do."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with everything a reader needs to trust it. ``title`` is the finding, in a sentence or less.

    ``anchor`` makes the ids of the page unique; ``level`` is the heading's. ``size`` is "mini" beside a result's sums.
    """

    title: str
    chart: Chart
    anchor: str
    source: str = ""
    source_address: str = ""
    as_of: date | None = None
    csv: str = ""
    png: str = ""
    note: str = ""
    level: int = 3
    size: Literal["full", "mini"] = "full"

    @property
    def wide(self) -> str:
        """The drawing for a screen of 48rem and more."""
        return self.chart.draw(WIDE).svg(self.chart.sentence(), "wide-only")

    @property
    def narrow(self) -> str:
        """The drawing for a phone."""
        return self.chart.draw(NARROW).svg(self.chart.sentence(), "narrow")

    @property
    def picture(self) -> str:
        """The drawing by itself, for an embed or a file."""
        return self.chart.draw(WIDE).svg(self.chart.sentence())
