"""Counted things drawn one by one: 350 activities are 350 tiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Final, Literal

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import INK, NARROW_BELOW, SIZE, ChartSide, Drawing, TextBox, number
from ayan.ui.charts.figure import FigureCell, FigureColumn, FigureKey, FigureTable
from ayan.ui.charts.measure import NOTHING, Scale, listing
from ayan.ui.limits import MOST_TILES

_TILE_WIDTH: Final = 9.0
_TILE_HEIGHT: Final = 13.0
_PITCH: Final = 12.0
_ROW: Final = 17.0
_TILE: Final = f"h{number(_TILE_WIDTH)}v{number(_TILE_HEIGHT)}h-{number(_TILE_WIDTH)}z"
_STROKE: Final = f"m0 {number(_TILE_HEIGHT)}l{number(_TILE_WIDTH)} -{number(_TILE_HEIGHT)}"

_EACH: Final = Label("هر خانه {n} مورد است", "Each tile stands for {n}")
_SINGLE: Final = Label("هر خانه یک مورد است", "Each tile is one of them")

TileStyle = Literal["full", "late", "open", "struck", "marked"]
_LOOKS: Final[dict[TileStyle, tuple[str, str]]] = {
    "full": ("#0b6e75", ""),
    "late": ("#f2b705", "#8a5300"),
    "open": ("#fff", "#a63a1c"),
    "struck": ("none", "#7c8d8a"),
    "marked": ("#bb5218", "#12201f"),
}
"""Fill and stroke: each look differs in form as well as in colour, so none needs colour to be told apart."""


@dataclass(frozen=True, slots=True)
class TileState:
    """What a tile may be: «منتشر و به‌روز», drawn full; «هنوز منتشر نشده», drawn open."""

    words: str
    style: TileStyle


@dataclass(frozen=True, slots=True)
class TileGroup:
    """A named group with how many of it are in each state, in the order of the chart's states."""

    label: str
    counts: Sequence[int]
    address: str = ""


@dataclass(frozen=True, slots=True)
class TileCount:
    """Groups of counted things in two to four states. ValueError for a negative count or one too many."""

    states: Sequence[TileState]
    groups: Sequence[TileGroup]
    lang: Lang
    name: str
    item_name: str

    def __post_init__(self) -> None:
        if any(len(group.counts) != len(self.states) or min(group.counts, default=0) < 0 for group in self.groups):
            raise ValueError("every group has one count that is not negative for each state")

    @property
    def each(self) -> int:
        """How many things one tile stands for: one, unless there would be too many tiles to draw."""
        total = sum(sum(group.counts) for group in self.groups)
        powers: Iterator[int] = (10**power for power in count())
        return next(each for power in powers for each in (power, 2 * power, 5 * power) if total <= each * MOST_TILES)

    @property
    def _scale(self) -> Scale:
        return Scale(self.lang, "", Decimal(1))

    def sums(self) -> list[tuple[TileState, int]]:
        """How many things are in each state over all groups."""
        return [(state, sum(group.counts[index] for group in self.groups)) for index, state in enumerate(self.states)]

    def table(self) -> FigureTable:
        """A row for each group."""
        columns = (FigureColumn(self.item_name, numeric=False), *(FigureColumn(state.words) for state in self.states))
        rows: tuple[tuple[FigureCell, ...], ...] = tuple((group.label, *group.counts) for group in self.groups)
        return FigureTable(columns, rows, tuple(group.address for group in self.groups))

    def sentence(self) -> str:
        """How many are in each state."""
        return listing(self.name, [(state.words, amount) for state, amount in self.sums()], self._scale, most=9)

    def unit(self) -> str:
        """What a tile stands for."""
        words = _EACH if self.each > 1 else _SINGLE
        return words.of(self.lang).format(n=self._scale.write(self.each))

    def keys(self) -> tuple[FigureKey, ...]:
        """The look of each state with its number, and what a tile stands for where it is more than one."""
        keys = []
        for state, amount in self.sums():
            fill, stroke = _LOOKS[state.style]
            shape: Literal["tile", "struck"] = "struck" if state.style == "struck" else "tile"
            keys.append(FigureKey(shape, f"{self._scale.write(amount)} {state.words}", fill, stroke))
        return tuple(keys)

    def draw(self, width: int) -> Drawing:
        """The tiles of each group after its name, wrapped where a row is full."""
        side, above = ChartSide(width, locale.of(self.lang).is_ltr), width < NARROW_BELOW
        longest = max((metrics.width(group.label, SIZE) for group in self.groups), default=0.0)
        start = 0.0 if above else min(longest, width * 0.3) + 12
        in_row = max(1, int((width - start) // _PITCH))
        each = self.each
        plan = [(group, _tiles(group.counts, each)) for group in self.groups]
        y, tops = 4.0, []
        for _, tiles in plan:
            tops.append(y)
            y += (20 if above else 0) + max(1, -(-sum(tiles) // in_row)) * _ROW + 8
        sheet = Drawing(width, max(y, 24), self.lang)
        if not self.groups:
            sheet.text(width / 2, 18, NOTHING.of(self.lang))
        for (group, tiles), top in zip(plan, tops, strict=True):
            sheet.text(side.left(0), top + 12, group.label, side.begin, fill=INK, room=width if above else start - 12)
            self._row(sheet, side, tiles, start, top + (20 if above else 0), in_row)
            tall = (20 if above else 0) + max(1, -(-sum(tiles) // in_row)) * _ROW + 8
            counted = [f"{self._scale.write(n)} {s.words}" for s, n in zip(self.states, group.counts, strict=True) if n]
            box = TextBox(0, top - 1, width, top - 1 + tall)
            sheet.link(box, group.address, f"{group.label}: {locale.of(self.lang).comma.join(counted)}")
        return sheet

    def _row(
        self, sheet: Drawing, side: ChartSide, tiles: Sequence[int], start: float, top: float, in_row: int
    ) -> None:
        index = 0
        for state, amount in zip(self.states, tiles, strict=True):
            fill, stroke = _LOOKS[state.style]
            path = []
            for _ in range(amount):
                left = side.left(start + (index % in_row) * _PITCH + 1, _TILE_WIDTH)
                above = top + (index // in_row) * _ROW + 1
                sheet.shapes.append(TextBox(left, above, left + _TILE_WIDTH, above + _TILE_HEIGHT))
                path.append(f"M{number(left)} {number(above)}{_TILE}{_STROKE if state.style == 'struck' else ''}")
                index += 1
            if path:
                edge = f' stroke="{stroke}"' if stroke else ""
                sheet.put(f'<path d="{"".join(path)}" fill="{fill}"{edge}/>')


def _tiles(counts: Sequence[int], each: int) -> list[int]:
    """Tiles for each count: rounded, but never none for some."""
    if each == 1:
        return list(counts)
    return [
        max(1, int((Decimal(number) / each).quantize(Decimal(1), ROUND_HALF_UP))) if number else 0 for number in counts
    ]
