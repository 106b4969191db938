"""A figure as a picture that travels alone: title, unit, key, drawing, source and city on one sheet of SVG or PNG."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import resvg_py

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui import value_html
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import INK, INK_2, LINE, PAPER, SERIES, SIZE, SMALL, ChartSide, Drawing, TextAnchor, number
from ayan.ui.charts.figure import WIDE, Figure, FigureKey
from ayan.ui.charts.titles import isolated_name
from ayan.ui.limits import MOST_TITLE_LINES

FONT_FILE: Final = Path(__file__).resolve().parents[1] / "static" / "build" / "vazirmatn.ttf"
SHARE: Final = (1200, 630)
"""Width and height in pixels of a picture that networks show beside a link."""

MEDIA_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png", "share.png": "image/png"}
"""What pictures there are of a figure, by the ending of their names."""

_EDGE: Final = 28.0
_TITLE: Final = 21.0
_LEADING: Final = 32.0
_ZOOM: Final = 2
_SHARE_ZOOM: Final = 1.5
"""How much larger than on a page everything on a picture to share is: it is looked at small."""
_SOURCE: Final = Label("منبع: {source}", "Source: {source}")
_ROWS: Final = Label("{n} ردیف", "{n} rows")
_ROW: Final = Label("{n} ردیف", "{n} row")


@dataclass(frozen=True, slots=True)
class PictureOwner:
    """Whose picture it is: the city's name, and its emblem as an address that holds it; empty where it has none."""

    name: str
    emblem: str = ""


def poster(figure: Figure, owner: PictureOwner) -> str:
    """The figure as SVG with everything that a page would say round it."""
    chart = figure.chart.draw(WIDE)
    sheet = Drawing(WIDE + 2 * _EDGE, 0, figure.chart.lang)
    top = _head(sheet, figure)
    sheet.height = top + chart.height + 64
    sheet.put(f'<g transform="translate({number(_EDGE)} {number(top)})">{"".join(chart.parts)}</g>')
    _foot(sheet, figure)
    sign(sheet, owner, _EDGE, size=SMALL, room=0.3)
    return _on_paper(sheet, sheet.width, sheet.height, figure)


def share_picture(figure: Figure, owner: PictureOwner) -> str:
    """The same at the size that networks show, 1200 by 630: the drawing is as large as the words leave room for."""
    wide, high = (side / _SHARE_ZOOM for side in SHARE)
    sheet = Drawing(wide, high, figure.chart.lang)
    chart = figure.chart.draw(WIDE)
    top = _head(sheet, figure)
    scale = min((wide - 2 * _EDGE) / chart.width, (high - 60 - top) / chart.height)
    left = (wide - chart.width * scale) / 2
    sheet.put(f'<g transform="translate({number(left)} {number(top)}) scale({scale:.4f})">{"".join(chart.parts)}</g>')
    _foot(sheet, figure)
    sign(sheet, owner, _EDGE, size=SMALL, room=0.3)
    return _on_paper(sheet, *SHARE, figure)


def png(svg: str, zoom: int = 1) -> bytes:
    """A picture in SVG as a PNG, ``zoom`` pixels for each of its own, in Vazirmatn where set-up has built it."""
    font = _font()
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        background=PAPER,
        zoom=zoom,
        skip_system_fonts=font is not None,
        font_files=[font] if font else None,
        font_family="Vazirmatn" if font else None,
    )


def drawn(figure: Figure, owner: PictureOwner, ending: str) -> bytes:
    """A figure as a picture of one of `MEDIA_TYPES`, by the ending of its name."""
    if ending == "share.png":
        return png(share_picture(figure, owner))
    svg = poster(figure, owner)
    return svg.encode() if ending == "svg" else png(svg, _ZOOM)


@cache
def _font() -> str | None:
    return str(FONT_FILE) if FONT_FILE.is_file() else None


def _head(sheet: Drawing, figure: Figure) -> float:
    """Title, unit and key; returns where the drawing may begin."""
    side, room = ChartSide(sheet.width, sheet.rightward), sheet.width - 2 * _EDGE
    base = _EDGE - 8
    for line in list(metrics.wrapped(figure.title, room, _TITLE))[:MOST_TITLE_LINES]:
        base += _LEADING
        sheet.text(side.left(_EDGE), base, line, side.begin, size=_TITLE, bold=True, fill=INK, room=room, marked=True)
    if unit := figure.chart.unit():
        base += 24
        sheet.text(side.left(_EDGE), base, unit, side.begin, room=room)
    return _keys(sheet, side, figure.chart.keys(), base) + 14


def _keys(sheet: Drawing, side: ChartSide, keys: tuple[FigureKey, ...], base: float) -> float:
    """The marks with their words, in as many lines as they need; returns the base of the last."""
    start, line = side.width, base
    for key in keys:
        long = metrics.width(key.words, SIZE)
        if start + 18 + long > side.width - _EDGE:
            start, line = _EDGE, line + 24
        left = side.left(start, 12)
        if key.shape == "line":
            sheet.line(left, line - 4, left + 12, line - 4, key.colour, 2.4)
        elif key.shape == "dot":
            sheet.dot(left + 6, line - 4, key.colour)
        else:
            sheet.rect(left, line - 10, 12, 12, key.colour, stroke=key.edge)
            if key.shape == "struck":
                sheet.line(left, line + 2, left + 12, line - 10, key.edge)
        room = side.width - _EDGE - start - 18
        sheet.text(side.left(start + 18), line, key.words, side.begin, fill=INK_2, room=room)
        start += 18 + long + 20
    return line


def sign(
    sheet: Drawing, owner: PictureOwner, edge: float, *, size: float, room: float, below: float = 20, fill: str = INK_2
) -> None:
    """The city's name at the end of the last line, ``below`` from the edge, and its emblem beside it if it has one.

    ``room`` is the part of the width, 0 to 1, that both may take.
    """
    side, taken, foot = ChartSide(sheet.width, sheet.rightward), edge, sheet.height - below
    if owner.emblem:
        high = size * 1.9
        left = side.left(sheet.width - edge - high, high)
        place = f'x="{number(left)}" y="{number(foot - size * 1.3)}" width="{number(high)}" height="{number(high)}"'
        sheet.put(f'<image href="{owner.emblem}" {place}/>')
        taken += high + 8
    left_over = (sheet.width - 2 * edge) * room - (taken - edge)
    end = side.left(sheet.width - taken)
    anchor: TextAnchor = "end" if side.rightward else "start"
    sheet.text(end, foot, owner.name, anchor, size=size, bold=True, fill=fill, room=left_over)


def _foot(sheet: Drawing, figure: Figure) -> None:
    side, foot = ChartSide(sheet.width, sheet.rightward), sheet.height - 20
    sheet.line(_EDGE, foot - 20, sheet.width - _EDGE, foot - 20, LINE)
    room = sheet.width - 2 * _EDGE
    sheet.text(side.left(_EDGE), foot, source_line(figure), side.begin, size=SMALL, room=room * 0.68, marked=True)


def _on_paper(sheet: Drawing, width: float, height: float, figure: Figure) -> str:
    """The sheet on white at a size in pixels, with a band of the city's colour on top."""
    paper = (
        f'<rect width="{number(sheet.width)}" height="{number(sheet.height)}" fill="{PAPER}"/>'
        f'<rect width="{number(sheet.width)}" height="4" fill="{SERIES[0]}"/>'
    )
    whole = Drawing(sheet.width, sheet.height, sheet.lang, [paper, *sheet.parts])
    own = f'width="{number(sheet.width)}" height="{number(sheet.height)}"'
    return whole.svg(figure.chart.sentence()).replace(own, f'width="{number(width)}" height="{number(height)}"', 1)


def source_line(figure: Figure) -> str:
    """Where the numbers come from, of which day they are, and how many rows they were worked out from."""
    lang = figure.chart.lang
    when = "" if figure.as_of is None else value_html.day_in_words(figure.as_of, lang)
    rows = ""
    if figure.rows is not None:
        rows = (_ROW if figure.rows == 1 else _ROWS).of(lang).format(n=value_html.plain_number(figure.rows, lang))
    source = isolated_name(figure.source) if figure.source else ""
    said = locale.of(lang).comma.join(part for part in (source, when, rows) if part)
    return _SOURCE.of(lang).format(source=said) if said else ""
