"""Columns in time with a line of real prices over them: what was paid, and what that is worth at one year's prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import events, metrics
from ayan.ui.charts.drawing import (
    AXIS,
    CHOSEN,
    CONTEXT,
    INK,
    LINE,
    NARROW_BELOW,
    OUTLINE,
    PAPER,
    SECOND_TEXT,
    SERIES,
    SMALL,
    Drawing,
    TextAnchor,
    TextBox,
    along,
    box_of,
)
from ayan.ui.charts.events import ChartEvent, EventNotes
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable, unit_of
from ayan.ui.charts.measure import NOTHING, ChartMeasure, Scale, extent, noted, span, ticks
from ayan.ui.limits import WIDEST_BAR

PART: Final = Label("بخشی از دوره", "part of a period")
HEIGHT: Final = 250.0
LOW_HEIGHT: Final = 220.0
_TOP: Final = 24.0
_FOOT: Final = 26.0
_NOTE: Final = 16.0
_SIDE: Final = 8.0
_APART: Final = 6.0
_SHARE: Final = 0.58
_ROOMY: Final = 24.0


@dataclass(frozen=True, slots=True)
class YearBar:
    """One year (or month): its label, its exact value and its value at constant prices; None where it is not known.

    ``note`` stands under the label and says what is particular: «۸ ماه» of a year that is not whole, or why there is
    no value. ``address`` leads to the rows. ``under`` is said in small below the label, such as of how many the value
    is a share.
    """

    label: str
    value: ExactNumber | None
    real: ExactNumber | None = None
    note: str = ""
    address: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class ColumnMark:
    """A value that a line across all columns stands at, in words: «سقف ۲۵ درصد»."""

    value: ExactNumber
    words: str


@dataclass(frozen=True, slots=True)
class YearBars:
    """Columns for nominal values and, where given, a line for real ones. Time runs left to right in both languages.

    ``chosen`` is the label of the column drawn in full colour (where empty the last whole one); ``name`` and
    ``real_name`` head the columns and the key: «جمع هر سال», «به قیمت ثابت ۱۴۰۴». A column with a note is drawn as an
    outline: it is not to be held against the others.
    """

    periods: Sequence[YearBar]
    measure: ChartMeasure
    name: str
    real_name: str = ""
    axis_name: str = ""
    chosen: str = ""
    marks: Sequence[ColumnMark] = ()
    events: Sequence[ChartEvent] = ()

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def scale(self) -> Scale:
        """The unit of every number on the drawing."""
        marks = [mark.value for mark in self.marks]
        return self.measure.scale(
            [*(period.value for period in self.periods), *(period.real for period in self.periods), *marks]
        )

    @property
    def has_line(self) -> bool:
        """Whether any value is also told at constant prices."""
        return any(period.real is not None for period in self.periods)

    @property
    def subject(self) -> str:
        """The label of the column in full colour."""
        if self.chosen:
            return self.chosen
        known = [period for period in self.periods if period.value is not None]
        whole = [period for period in known if not period.note]
        return (whole or known)[-1].label if known else ""

    def told_in(self, measure: ChartMeasure) -> YearBars:
        """The same in another unit."""
        return replace(self, measure=measure)

    def unit(self) -> str:
        """The unit of all numbers, after what they are where no key says it."""
        return unit_of("" if self.keys() else self.name, self.scale.words, self.lang)

    def table(self) -> FigureTable:
        """A row for each period."""
        unit = self.measure.unit
        real = self.has_line
        axis = self.axis_name or Label("سال", "Year").of(self.lang)
        columns = [
            FigureColumn(axis, numeric=False),
            FigureColumn(self.name, unit),
            *([FigureColumn(self.real_name, unit)] if real else []),
        ]
        exact = self.measure.exact
        rows = [
            (noted(period.label, period.note), exact(period.value), *([exact(period.real)] if real else []))
            for period in self.periods
        ]
        return FigureTable(tuple(columns), tuple(rows), tuple(period.address for period in self.periods))

    def sentence(self) -> str:
        """From the first known value to the last, and the same at constant prices."""
        labels = [noted(period.label, period.note) for period in self.periods]
        values = [period.value for period in self.periods]
        said = span(self.name, list(zip(labels, values, strict=True)), self.scale)
        real = [(label, period.real) for label, period in zip(labels, self.periods, strict=True) if self.has_line]
        known = [pair for pair in real if pair[1] is not None]
        real_said = span(self.real_name, known, self.scale) if known else ""
        return " ".join(filter(None, (said, real_said, events.sentence(self.events, self.lang))))

    def keys(self) -> tuple[FigureKey, ...]:
        """The columns, the line, and the outline of what is not whole; nothing where there are columns alone."""
        part = any(period.note and period.value is not None for period in self.periods)
        keys = [
            FigureKey("bar", self.name, CHOSEN),
            *([FigureKey("line", self.real_name, SERIES[1])] if self.has_line else []),
            *([FigureKey("outline", PART.of(self.lang), *OUTLINE)] if part else []),
        ]
        return tuple(keys) if len(keys) > 1 else ()

    def event_notes(self, width: float) -> EventNotes:
        """What happened, over its columns."""
        return EventNotes.of(self.events, [each.label for each in self.periods], width, self.lang)

    def draw(self, width: int) -> Drawing:
        """The columns on a zero line, the line over them, a number at each of both, or a grid where they are many."""
        height = (LOW_HEIGHT if width < NARROW_BELOW else HEIGHT) + self.event_notes(width).room
        sheet = Drawing(width, height, self.lang)
        if all(period.value is None and period.real is None for period in self.periods):
            sheet.text(width / 2, height / 2, NOTHING.of(self.lang))
            return sheet
        plot = _Plot(self, sheet)
        for drawn in (plot.grid, plot.bars, plot.axis, plot.real_line, plot.across, plot.labels, plot.events):
            drawn()
        return sheet


class _Plot:
    """The geometry of one drawing."""

    def __init__(self, chart: YearBars, sheet: Drawing) -> None:
        self.chart, self.sheet = chart, sheet
        self.scale, self.subject = chart.scale, chart.subject
        shown = [(period.value, period.real) for period in chart.periods]
        values = [each for pair in shown for each in pair if each is not None]
        self.low, self.high = extent(float(self.scale.of(each)) for each in [*values, *(m.value for m in chart.marks)])
        written = [self.scale.write(value) for value in values]
        widest = max(metrics.width(words, SMALL, bold=True) for words in written)
        # Where every column carries its number nothing else need be read off; where not, a grid stands behind them.
        self.all_labelled = widest + 4 <= (sheet.width - 2 * _SIDE) / len(chart.periods)
        self.marks = [] if self.all_labelled else ticks(self.low, self.high)
        if self.marks:
            self.low, self.high = self.marks[0], self.marks[-1]
        words = [self.scale.mark(mark) for mark in self.marks]
        self.left = _SIDE + max((metrics.width(text, SMALL) + 8 for text in words), default=0.0)
        self.left = min(self.left, sheet.width / 3)
        self.pitch = (sheet.width - self.left - _SIDE) / len(chart.periods)
        self.bar_width = min(WIDEST_BAR, self.pitch * (_SHARE if self.pitch > 30 else 0.74))
        noted_foot = _NOTE if any(period.note for period in chart.periods) else 0.0
        # One that has no room would be missed beside the others, so they stand all or not at all.
        whole = [[period.under] for period in chart.periods]
        parted = [period.under.split(" ", 1) for period in chart.periods]
        self.unders = next((lines for lines in (whole, parted) if self._have_room(lines)), [])
        self.under = _NOTE * max(map(len, self.unders), default=0)
        self.foot = _FOOT + noted_foot + self.under
        self.event_notes = chart.event_notes(sheet.width)
        self.top = _TOP + (_NOTE if chart.has_line else 0.0) + self.event_notes.room
        self.bottom = sheet.height - self.foot - (16 if self.low < 0 else 0)
        self.zero = self.y(0)
        self.bar_boxes: list[TextBox] = []
        self.line_points: list[tuple[float, float]] = []

    def _have_room(self, lines: Sequence[Sequence[str]]) -> bool:
        widest = max(metrics.width(words, SMALL) for each in lines for words in each)
        return 0 < widest <= self.pitch - _APART

    def y(self, scaled: float) -> float:
        return self.bottom - (scaled - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def height_of(self, value: ExactNumber) -> float:
        return self.y(float(self.scale.of(value)))

    def middle(self, index: int) -> float:
        return self.left + self.pitch * (index + 0.5)

    def grid(self) -> None:
        for mark in self.marks:
            y = self.y(mark)
            self.sheet.line(self.left, y, self.sheet.width - _SIDE, y, LINE)
            # The lowest stands a little higher, for names begin under it.
            base = min(y + 4, self.bottom)
            if box_of(self.left - 6, base, self.scale.mark(mark), "end", size=SMALL).left >= 0:
                self.sheet.text(self.left - 6, base, self.scale.mark(mark), "end", size=SMALL)

    def bars(self) -> None:
        for index, period in enumerate(self.chart.periods):
            x = self.middle(index)
            column = TextBox(x - self.pitch / 2, 0, x + self.pitch / 2, self.sheet.height)
            if period.value is None:
                self._absent(x)
                self.sheet.link(column, period.address, f"{noted(period.label, period.note)}: –")
                continue
            end = self.height_of(period.value)
            fill, stroke = self._paint(period)
            top, tall = min(end, self.zero), abs(end - self.zero)
            words = f"{noted(period.label, period.note)}: {self.scale.say(period.value)}"
            words += f" ({period.under})" if period.under else ""
            self.bar_boxes.append(TextBox(x - self.bar_width / 2, top, x + self.bar_width / 2, top + tall))
            self.sheet.rect(x - self.bar_width / 2, top, self.bar_width, tall, fill, stroke=stroke, title=words)
            self.sheet.link(column, period.address, words)

    def _absent(self, x: float) -> None:
        box = box_of(x, self.zero - 5, "–", "middle", size=SMALL)
        if not any(map(box.meets, self.sheet.texts)):
            self.sheet.text(x, self.zero - 5, "–", size=SMALL)

    def _paint(self, period: YearBar) -> tuple[str, str]:
        if period.note:
            return OUTLINE
        return (CHOSEN if period.label == self.subject else CONTEXT), ""

    def axis(self) -> None:
        self.sheet.line(self.left, self.zero, self.sheet.width - _SIDE, self.zero, AXIS)
        periods = self.chart.periods
        places = [self.middle(index) for index in range(len(periods))]
        under = self.sheet.height - self.foot + _FOOT - 8
        along(self.sheet, places, [period.label for period in periods], under)
        if self.under:
            for place, lines in zip(places, self.unders, strict=True):
                for row, words in enumerate(filter(None, lines), start=1):
                    self.sheet.text(place, under + _NOTE * row, words, size=SMALL)
        under += self.under
        for index, period in enumerate(periods):
            half = metrics.width(period.note, SMALL) / 2
            x = min(max(places[index], half), self.sheet.width - half)
            box = box_of(x, under + _NOTE, period.note, "middle", size=SMALL)
            if period.note and box.left >= -1 and not any(map(box.meets, self.sheet.texts)):
                self.sheet.text(x, under + _NOTE, period.note, size=SMALL)

    def real_line(self) -> None:
        run: list[tuple[float, float]] = []
        for index, period in enumerate(self.chart.periods):
            if period.real is not None:
                run.append((self.middle(index), self.height_of(period.real)))
            elif run:
                self._line(run)
                run = []
        if run:
            self._line(run)

    def _line(self, run: list[tuple[float, float]]) -> None:
        self.sheet.polyline(run, SERIES[1])
        self.line_points.extend(run)

    def across(self) -> None:
        """The lines across all columns, each with its words at the end where reading begins."""
        for mark in self.chart.marks:
            y = self.height_of(mark.value)
            self.sheet.line(self.left, y, self.sheet.width - _SIDE, y, SECOND_TEXT, 1.5, "5 4")
            x, anchor = (self.left, "start") if self.sheet.rightward else (self.sheet.width - _SIDE, "end")
            for base in (y - 5, y + 15):
                if self._write(x, base, mark.words, "start" if anchor == "start" else "end", SECOND_TEXT):
                    break

    def events(self) -> None:
        """What happened, at the head, and what leads from there to its column."""
        self.event_notes.write(self.sheet)
        for index, period in enumerate(self.chart.periods):
            numbers = [event.number for event in self.chart.events if event.label == period.label]
            if numbers:
                x, base = self.middle(index), self.top - _TOP - 4
                over = (box.top for box in (*self.sheet.texts, *self.bar_boxes) if box.left < x < box.right)
                end = min((top for top in over if top > base), default=base) - 3
                self.event_notes.mark(self.sheet, numbers, x, base, end)

    # --- numbers ------------------------------------------------------------------------------------------------------

    def labels(self) -> None:
        """A number at every column and every point of the line, or at those that matter most."""
        self._line_labels()
        for index, value in self._labelled_bars():
            self._bar_label(index, value)

    def _line_labels(self) -> None:
        points = [
            (index, period.real)
            for index, period in enumerate(self.chart.periods)
            # The line ends on the column of its base year, whose number says it.
            if period.real is not None and period.real != period.value
        ]
        for index, real in points if self.all_labelled else points[:1]:
            x, y = self.middle(index), self.height_of(real)
            if self.pitch >= _ROOMY:
                self.sheet.dot(x, y, SERIES[1], 4, stroke=PAPER)
            spots: tuple[tuple[float, float, TextAnchor], ...] = (
                (x, y - 10, "middle"),
                (x + 8, y - 7, "start"),
                (x, y + 19, "middle"),
                (x + 8, y + 16, "start"),
            )
            for spot_x, spot_y, anchor in spots:
                if self._write(spot_x, spot_y, self.scale.write(real), anchor, SECOND_TEXT):
                    break

    def _labelled_bars(self) -> list[tuple[int, ExactNumber]]:
        """The columns that carry a number, those that matter most first."""
        known = {index: period.value for index, period in enumerate(self.chart.periods) if period.value is not None}
        if not known:
            return []
        places = list(known)
        chosen = [index for index in places if self.chart.periods[index].label == self.subject]
        greatest = max(places, key=lambda index: abs(Decimal(known[index])))
        least = min(places, key=lambda index: known[index])
        lowest = [least] if known[least] < 0 else []
        order = [*chosen, greatest, *lowest, places[0], *(places if self.all_labelled else [])]
        return [(index, known[index]) for index in dict.fromkeys(order)]

    def _bar_label(self, index: int, value: ExactNumber) -> None:
        """Within the column at its end, else beyond its end, else within it at its foot."""
        x, end, words = self.middle(index), self.height_of(value), self.scale.write(value)
        down = end > self.zero + 0.01
        tall, wide = abs(end - self.zero), metrics.width(words, SMALL, bold=True)
        fill = PAPER if self._paint(self.chart.periods[index])[0] == CHOSEN else INK
        within = tall >= _ROOMY and wide <= self.bar_width
        if within and self._write(x, end - 8 if down else end + 17, words, "middle", fill, on_bar=True):
            return
        if self._write(x, end + 15 if down else end - 6, words, "middle", INK):
            return
        if within and self._write(x, self.zero + 17 if down else self.zero - 8, words, "middle", fill, on_bar=True):
            return
        # Beside its upper corner, where the next column is a lower one.
        base = end - 2 if down else end + 11
        if not self._write(x + self.bar_width / 2 + 3, base, words, "start", INK):
            self._write(x - self.bar_width / 2 - 3, base, words, "end", INK)

    def _write(self, x: float, y: float, words: str, anchor: TextAnchor, fill: str, *, on_bar: bool = False) -> bool:
        """Put a label where nothing else stands; False where it would meet something or leave the sheet."""
        box = box_of(x, y, words, anchor, size=SMALL, bold=True)
        inside = box.left >= 0 and box.right <= self.sheet.width and box.top >= 0 and box.bottom <= self.sheet.height
        if not inside or self._line_crosses(box) or any(map(box.meets, self.sheet.texts)):
            return False
        if any(bar.meets(box) and not (on_bar and bar.holds(box)) for bar in self.bar_boxes):
            return False
        self.sheet.text(x, y, words, anchor, size=SMALL, bold=True, fill=fill)
        return True

    def _line_crosses(self, box: TextBox) -> bool:
        for (x1, y1), (x2, y2) in pairwise(self.line_points):
            if x2 < box.left or x1 > box.right:
                continue
            at = [y1 + (y2 - y1) * (min(max(x, x1), x2) - x1) / (x2 - x1) for x in (box.left, box.right)]
            if min(at) - 3 < box.bottom and max(at) + 3 > box.top:
                return True
        return any(box.left - 5 < x < box.right + 5 and box.top - 5 < y < box.bottom + 5 for x, y in self.line_points)
