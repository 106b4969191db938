"""What happened beside the figures: a note over the column of its time, or a list of notes where they lack the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import INK, INK_2, SMALL, ChartSide, Drawing, TextAnchor
from ayan.ui.charts.measure import ChartMeasure

SENTENCE: Final = Label("رویدادها: {events}.", "Events: {events}.")
_LEADING: Final = 18.0
_SIDE: Final = 8.0
_INDENT: Final = 18.0
_MARK: Final = 20.0
_NOTE: Final = 236.0
"""Width of a note over its column: three or four words a line."""
_APART: Final = 16.0


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """One of them: the label of its column, its number in the list, and words that begin with the time."""

    label: str
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class _Note:
    """An event over its column: the end at which its lines begin, the other end, and the lines."""

    left: float
    right: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventNotes:
    """The events of a drawing of some width whose columns have their middles at ``places``, by their labels.

    Where all have room beside each other each stands over its column, else they are a numbered list at the head.
    """

    events: Sequence[ChartEvent]
    places: Mapping[str, float]
    width: float
    rightward: bool

    @classmethod
    def of(cls, events: Sequence[ChartEvent], labels: Sequence[str], width: float, lang: Lang) -> EventNotes:
        """Over columns of these labels, of which each has an even share of the width."""
        pitch = (width - 2 * _SIDE) / max(1, len(labels))
        places = {label: _SIDE + pitch * (index + 0.5) for index, label in enumerate(labels)}
        return cls(events, places, width, locale.of(lang).is_ltr)

    @property
    def notes(self) -> list[_Note]:
        """The events over their columns; none where one would stand in another's way or has no column."""
        ordered = sorted(self.events, key=lambda event: self.places.get(event.label, -1.0))
        if any(event.label not in self.places for event in ordered):
            return []
        room = min(_NOTE, self.width - 2 * _SIDE)
        placed: list[_Note] = []
        for event in ordered:
            lines = tuple(metrics.wrapped(event.words, room, SMALL))
            wide = max(metrics.width(line, SMALL, bold=True) for line in lines)
            if wide > room:
                return []
            x = self.places[event.label]
            # It begins at its column, and moves back where the sheet ends.
            left = x - _SIDE if self.rightward else x + _SIDE - wide
            left = min(max(left, _SIDE), self.width - _SIDE - wide)
            if placed and left < placed[-1].right + _APART:
                return []
            placed.append(_Note(left, left + wide, lines))
        return placed

    @property
    def room(self) -> float:
        """Pixels above a drawing that they take."""
        if not self.events:
            return 0.0
        notes = self.notes
        if notes:
            return max(len(note.lines) for note in notes) * _LEADING + _APART
        return sum(len(_lines(event, self.width)) for event in self.events) * _LEADING + _MARK

    def write(self, sheet: Drawing) -> None:
        """The words at the head of a sheet: those of each over its column, or each after its number."""
        notes = self.notes
        if notes:
            most = max(len(note.lines) for note in notes)
            for note in notes:
                x, anchor = _beginning(note, rightward=self.rightward)
                for row, line in enumerate(note.lines, start=most - len(note.lines) + 1):
                    fill = INK if row == most - len(note.lines) + 1 else INK_2
                    sheet.text(x, row * _LEADING - 4, line, anchor, size=SMALL, fill=fill)
            return
        side, base = ChartSide(sheet.width, self.rightward), 0.0
        for event in self.events:
            for row, line in enumerate(_lines(event, sheet.width)):
                base += _LEADING
                if not row:
                    said = _number(event.number, sheet.lang)
                    sheet.text(side.left(_SIDE), base - 4, said, side.begin, size=SMALL, bold=True)
                sheet.text(side.left(_SIDE + _INDENT), base - 4, line, side.begin, size=SMALL, fill=INK_2)

    def mark(self, sheet: Drawing, numbers: Sequence[int], x: float, base: float, end: float) -> None:
        """A line from the note down to its column, or the numbers of the column's events with one."""
        if self.notes:
            if end > self.room - _APART + 8:
                sheet.line(x, self.room - _APART + 4, x, end, INK_2, 1)
            return
        words = locale.of(sheet.lang).comma.join(_number(number, sheet.lang) for number in numbers)
        sheet.text(x, base, words, size=SMALL, bold=True, fill=INK)
        if end > base + 10:
            sheet.line(x, base + 5, x, end, INK_2, 1, "2 3")


def sentence(events: Sequence[ChartEvent], lang: Lang) -> str:
    """What happened, for those who do not see the drawing."""
    said = (f"{_number(event.number, lang)}) {event.words}" for event in events)
    return SENTENCE.of(lang).format(events=locale.of(lang).comma.join(said)) if events else ""


def _beginning(note: _Note, *, rightward: bool) -> tuple[float, TextAnchor]:
    return (note.left, "start") if rightward else (note.right, "end")


def _lines(event: ChartEvent, width: float) -> list[str]:
    return list(metrics.wrapped(event.words, width - 2 * _SIDE - _INDENT, SMALL))


def _number(number: int, lang: Lang) -> str:
    return ChartMeasure(lang).scale(()).write(number)
