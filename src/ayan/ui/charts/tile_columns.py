"""Counted things as tiles that stand in columns by a number: the tenders of a year by their bids, and of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Final

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import (
    AXIS,
    CONTEXT,
    INK,
    NARROW_BELOW,
    SECOND_TEXT,
    SERIES,
    SIZE,
    SMALL,
    ChartSide,
    Drawing,
    TextBox,
    number,
)
from ayan.ui.charts.figure import FigureCell, FigureColumn, FigureKey, FigureTable
from ayan.ui.charts.measure import NOTHING, Scale, listing
from ayan.ui.limits import HIGHEST_COLUMN, MOST_BESIDE

MARKED: Final = SERIES[1]
_TILE: Final = 9.0
_PITCH: Final = 11.0
_PANEL: Final = 340.0
"""Width of a panel at most: columns further apart are not held together by the eye."""
_BETWEEN: Final = 40.0
_APART: Final = 14.0
_HEAD: Final = 48.0
_COUNT: Final = 22.0
_FOOT: Final = 22.0
_LINE: Final = 16.0
_AXIS_NAME: Final = 20.0
_SQUARE: Final = f"h{number(_TILE)}v{number(_TILE)}h-{number(_TILE)}z"

_EACH: Final = Label("هر خانه {n} مورد است", "Each tile stands for {n}")
_SINGLE: Final = Label("هر خانه یک مورد است", "Each tile is one of them")


@dataclass(frozen=True, slots=True)
class TileColumn:
    """How many things have one number, or one of several; ``marked`` are those that the drawing is about."""

    label: str
    count: int
    address: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class TilePanel:
    """One whole, such as a year: what it is called, what is to be known of it, and its columns in their order."""

    label: str
    note: str
    columns: Sequence[TileColumn]


@dataclass(frozen=True, slots=True)
class TileColumns:
    """Panels of columns of tiles; panels of time run from left to right, columns as the page is read.

    ``item_name`` says what the numbers under the columns are, ``marked_name`` and ``rest_name`` what the two looks of
    tiles are. ValueError where two panels have other columns.
    """

    panels: Sequence[TilePanel]
    lang: Lang
    name: str
    item_name: str
    marked_name: str
    rest_name: str

    def __post_init__(self) -> None:
        if len({tuple(column.label for column in panel.columns) for panel in self.panels}) > 1:
            raise ValueError("all panels have the same columns")

    @property
    def _labels(self) -> list[str]:
        return [column.label for column in self.panels[0].columns] if self.panels else []

    @property
    def _in_row(self) -> int:
        """Tiles beside each other in a column."""
        return max(1, min(MOST_BESIDE, int((_PANEL / max(1, len(self._labels)) - _PITCH) // _PITCH)))

    @property
    def each(self) -> int:
        """How many things one tile stands for: one, unless the highest column would be too high."""
        highest = max((column.count for panel in self.panels for column in panel.columns), default=0)
        room = self._in_row * HIGHEST_COLUMN
        powers: Iterator[int] = (10**power for power in count())
        return next(each for power in powers for each in (power, 2 * power, 5 * power) if highest <= each * room)

    @property
    def _scale(self) -> Scale:
        return Scale(self.lang, "", Decimal(1))

    def table(self) -> FigureTable:
        """A row for each number, a column for each panel."""
        columns = (FigureColumn(self.item_name, numeric=False), *(FigureColumn(panel.label) for panel in self.panels))
        rows: list[tuple[FigureCell, ...]] = [
            (label, *(panel.columns[at].count for panel in self.panels)) for at, label in enumerate(self._labels)
        ]
        links = tuple(column.address for column in self.panels[-1].columns) if self.panels else ()
        return FigureTable(columns, tuple(rows), links)

    def sentence(self) -> str:
        """How many have each number, panel by panel."""
        said = (
            listing(panel.label, [(column.label, column.count) for column in panel.columns], self._scale, most=20)
            for panel in self.panels
        )
        return " ".join([f"{self.name}.", *said])

    def unit(self) -> str:
        """What a tile stands for."""
        words = _EACH if self.each > 1 else _SINGLE
        return words.of(self.lang).format(n=self._scale.write(self.each))

    def keys(self) -> tuple[FigureKey, ...]:
        """The two looks of tiles."""
        return FigureKey("tile", self.marked_name, MARKED), FigureKey("tile", self.rest_name, CONTEXT)

    def draw(self, width: int) -> Drawing:
        """The panels beside each other, or under each other on a narrow sheet."""
        stacked = width < NARROW_BELOW
        beside = 1 if stacked else max(1, len(self.panels))
        wide = min(_PANEL, (width - _BETWEEN * (beside - 1)) / beside)
        rows = max((-(-tiles // self._in_row) for panel in self.panels for tiles in self._tiles(panel)), default=0)
        labels = [list(metrics.wrapped(label, wide / len(self._labels) - 2, SMALL)) for label in self._labels]
        foot = _FOOT + _LINE * (max(map(len, labels), default=1) - 1)
        tall = _HEAD + _COUNT + rows * _PITCH + foot + _AXIS_NAME
        pitch = tall + _APART
        sheet = Drawing(width, (pitch * (len(self.panels) - 1) if stacked else 0) + tall + 4, self.lang)
        if not self._labels:
            sheet.text(width / 2, sheet.height / 2, NOTHING.of(self.lang))
            return sheet
        for index, panel in enumerate(self.panels):
            # The newest stands first where panels are read downwards, last where time runs to the right.
            top = pitch * (len(self.panels) - 1 - index) if stacked else 0.0
            left = width - wide if stacked and not sheet.rightward else 0.0 if stacked else index * (wide + _BETWEEN)
            self._panel(sheet, panel, TextBox(left, top, left + wide, top + tall), labels, foot)
        return sheet

    def _tiles(self, panel: TilePanel) -> list[int]:
        return [-(-column.count // self.each) for column in panel.columns]

    def _panel(
        self, sheet: Drawing, panel: TilePanel, box: TextBox, labels: Sequence[Sequence[str]], foot: float
    ) -> None:
        wide = box.right - box.left
        side = ChartSide(wide, sheet.rightward)
        begin = box.left + side.left(0)
        sheet.text(begin, box.top + 15, panel.label, side.begin, fill=INK, size=15, bold=True, room=wide)
        sheet.text(begin, box.top + 34, panel.note, side.begin, size=SMALL, room=wide)
        base, pitch, across = box.bottom - foot - _AXIS_NAME, wide / len(panel.columns), self._in_row
        sheet.line(box.left, base, box.right, base, AXIS)
        for index, (column, tiles) in enumerate(zip(panel.columns, self._tiles(panel), strict=True)):
            begins = box.left + side.left(pitch * index, pitch)
            middle, ink = begins + pitch / 2, SECOND_TEXT if column.marked else INK
            # A column that is not full has its last tile where reading begins.
            first = middle - min(across, max(tiles, 1)) * _PITCH / 2 + (_PITCH - _TILE) / 2
            path = []
            for tile in range(tiles):
                place = tile % across if sheet.rightward else min(across, tiles) - 1 - tile % across
                left, top = first + place * _PITCH, base - 3 - (tile // across + 1) * _PITCH + (_PITCH - _TILE)
                path.append(f"M{number(left)} {number(top)}{_SQUARE}")
            height = -(-tiles // across) * _PITCH
            if path:
                sheet.shapes.append(TextBox(first, base - 3 - height, first + min(across, tiles) * _PITCH, base - 3))
                sheet.put(f'<path d="{"".join(path)}" fill="{MARKED if column.marked else CONTEXT}"/>')
            words = self._scale.write(column.count)
            # Of counts that have no room the table tells.
            if metrics.width(words, SIZE, bold=True) <= pitch - 2:
                sheet.text(middle, base - height - 9, words, bold=True, fill=ink)
            for row, words in enumerate(labels[index]):
                sheet.text(middle, base + 16 + _LINE * row, words, size=SMALL, bold=column.marked, room=pitch)
            said = f"{panel.label}{locale.of(self.lang).comma}{column.label}: {self._scale.write(column.count)}"
            sheet.link(TextBox(begins, box.top + _HEAD, begins + pitch, base + foot), column.address, said)
        sheet.text(begin, box.bottom - 5, self.item_name, side.begin, size=SMALL, room=wide)
