"""One figure as a page, an embed, a print or a picture that travels alone shows it: finding, drawing, table, source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal, Protocol

import resvg_py

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import INK, INK_2, LINE, SMALL, ChartSide, Drawing, number
from ayan.ui.charts.measure import Number
from ayan.ui.limits import MOST_TITLE_LINES

WIDE: Final = 620
NARROW: Final = 340
"""The two widths in CSS pixels that every chart is drawn in, so that its text keeps its size on a phone."""

_IN_UNIT: Final = Label("ارقام به {unit}", "in {unit}")

Cell = str | Number | None
"""A cell of a figure's table: words, an exact number, or nothing known."""
FONT_FILE: Final = Path(__file__).resolve().parents[1] / "static" / "build" / "vazirmatn.ttf"

_EDGE: Final = 28.0
_TITLE: Final = 21.0
_LEADING: Final = 32.0
_ZOOM: Final = 2
_SOURCE: Final = Label("منبع: {source}", "Source: {source}")


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


def poster(figure: Figure, city: str) -> str:
    """The figure as SVG with everything that a page would say round it."""
    width = WIDE + 2 * _EDGE
    side = ChartSide(width, locale.of(figure.chart.lang).is_ltr)
    lines = list(_wrapped(figure.title, WIDE, _TITLE))[:MOST_TITLE_LINES]
    chart = figure.chart.draw(WIDE)
    keys = figure.chart.keys()
    top = _EDGE + _LEADING * len(lines) + (26 if keys else 6)
    sheet = Drawing(width, top + chart.height + 64, figure.chart.lang)
    for index, line in enumerate(lines):
        base = _EDGE + _TITLE + _LEADING * index
        sheet.text(side.left(_EDGE), base, line, side.begin, size=_TITLE, bold=True, fill=INK, room=WIDE)
    _keys(sheet, side, keys, _EDGE + _LEADING * len(lines) + 14)
    sheet.put(f'<g transform="translate({number(_EDGE)} {number(top)})">{"".join(chart.parts)}</g>')
    foot = sheet.height - 24
    sheet.line(_EDGE, foot - 20, width - _EDGE, foot - 20, LINE)
    sheet.text(side.left(_EDGE), foot, _source(figure), side.begin, size=SMALL, room=WIDE * 0.66)
    sheet.text(
        side.left(width - _EDGE),
        foot,
        city,
        "end" if side.rightward else "start",
        size=SMALL,
        bold=True,
        room=WIDE * 0.3,
    )
    return sheet.svg(figure.chart.sentence())


def png(figure: Figure, city: str) -> bytes:
    """The poster as a PNG of twice its size in pixels, drawn in Vazirmatn where set-up has built it."""
    font = _font()
    return resvg_py.svg_to_bytes(
        svg_string=poster(figure, city),
        background="#ffffff",
        zoom=_ZOOM,
        skip_system_fonts=font is not None,
        font_files=[font] if font else None,
        font_family="Vazirmatn" if font else None,
    )


@cache
def _font() -> str | None:
    return str(FONT_FILE) if FONT_FILE.is_file() else None


def _source(figure: Figure) -> str:
    lang = figure.chart.lang
    day = figure.as_of
    when = "" if day is None else value_html.day_in_words(day, lang)
    said = locale.of(lang).comma.join(part for part in (figure.source, when) if part)
    return _SOURCE.of(lang).format(source=said) if said else ""


def _keys(sheet: Drawing, side: ChartSide, keys: tuple[FigureKey, ...], base: float) -> None:
    start = _EDGE
    for key in keys:
        long = metrics.width(key.words, SMALL)
        mark = 0 if key.shape == "none" else 18
        if start + mark + long > side.width - _EDGE:
            return
        left = side.left(start, 12)
        if key.shape == "none":
            pass
        elif key.shape == "line":
            sheet.line(left, base - 4, left + 12, base - 4, key.colour, 2.4)
        elif key.shape == "dot":
            sheet.dot(left + 6, base - 4, key.colour)
        else:
            sheet.rect(left, base - 10, 12, 12, key.colour, stroke=key.edge)
            if key.shape == "struck":
                sheet.line(left, base + 2, left + 12, base - 10, key.edge)
        sheet.text(side.left(start + mark), base, key.words, side.begin, size=SMALL, fill=INK_2)
        start += mark + long + 20


def _wrapped(words: str, room: float, size: float) -> Iterator[str]:
    """The text in lines that fit."""
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and metrics.width(longer, size, bold=True) > room:
            yield line
            line = word
        else:
            line = longer
    yield line
