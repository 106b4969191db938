"""What happened beside the figures: a number over the column of its time, and above the drawing what it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import INK, INK_2, SMALL, ChartSide, Drawing
from ayan.ui.charts.measure import ChartMeasure

TOLD: Final = Label("رویدادها: {events}.", "Events: {events}.")
_LEADING: Final = 18.0
_SIDE: Final = 8.0
_INDENT: Final = 18.0
_MARK: Final = 20.0


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """One of them: the label of its column, its number in the list, and words that begin with the time."""

    label: str
    number: int
    words: str


def room_for(events: Sequence[ChartEvent], width: float) -> float:
    """Pixels above a drawing that their words and the numbers over the columns take."""
    lines = sum(len(_lines(event, width)) for event in events)
    return lines * _LEADING + _MARK if events else 0.0


def write(sheet: Drawing, events: Sequence[ChartEvent]) -> None:
    """The words at the head of a sheet, each after its number."""
    side, base = ChartSide(sheet.width, sheet.rightward), 0.0
    for event in events:
        for row, line in enumerate(_lines(event, sheet.width)):
            base += _LEADING
            if not row:
                sheet.text(
                    side.left(_SIDE), base - 4, _number(event.number, sheet.lang), side.begin, size=SMALL, bold=True
                )
            sheet.text(side.left(_SIDE + _INDENT), base - 4, line, side.begin, size=SMALL, fill=INK_2)


def mark(sheet: Drawing, numbers: Sequence[int], x: float, base: float, end: float) -> None:
    """The numbers of a column's events over it, with a line that leads down to it."""
    words = locale.of(sheet.lang).comma.join(_number(number, sheet.lang) for number in numbers)
    sheet.text(x, base, words, size=SMALL, bold=True, fill=INK)
    if end > base + 10:
        sheet.line(x, base + 5, x, end, INK_2, 1, "2 3")


def sentence(events: Sequence[ChartEvent], lang: Lang) -> str:
    """What happened, for those who do not see the drawing."""
    said = (f"{_number(event.number, lang)}) {event.words}" for event in events)
    return TOLD.of(lang).format(events=locale.of(lang).comma.join(said)) if events else ""


def _lines(event: ChartEvent, width: float) -> list[str]:
    return list(metrics.wrapped(event.words, width - 2 * _SIDE - _INDENT, SMALL))


def _number(number: int, lang: Lang) -> str:
    return ChartMeasure(lang).scale(()).write(number)
