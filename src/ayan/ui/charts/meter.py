"""A meter: how far a running sum has come from nought, either way, toward a limit in per cent of a base."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts import metrics
from ayan.ui.charts.drawing import AXIS, CHOSEN, CONTEXT, INK, OUTLINE, SECOND_TEXT, SERIES, SMALL, ChartSide, Drawing
from ayan.ui.charts.figure import FigureColumn, FigureKey, FigureTable
from ayan.ui.charts.measure import ChartMeasure, Number, Scale

HEIGHT: Final = 96
_SIDE: Final = 14.0
_TOP: Final = 34.0
_BAR: Final = 22.0
_BEYOND: Final = Decimal("1.25")
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
_PLACES: Final = Decimal("0.01")

_SAID: Final = Label(
    "{name}: تا اینجا {sum}، یعنی {percent} درصد {base}؛ هشدار از {warn} و سقف {limit} درصد، از هر دو سو.",
    "{name}: {sum} so far, {percent}% of {base}; a warning from {warn}% and a limit of {limit}%, up or down.",
)
_RUNNING: Final = Label("جمع تا اینجا", "Running sum")
_SHARE: Final = Label("درصد مبلغ پایه", "Per cent of the base")
_STEP: Final = Label("گام", "Step")
_LIMIT: Final = Label("تا سقف", "Up to the limit")
_SUM: Final = Label("جمع جبری تا امروز، درصد", "Algebraic sum to date, per cent")


@dataclass(frozen=True, slots=True)
class MeterStep:
    """One change: what it is called and by how much."""

    label: str
    change: Number


@dataclass(frozen=True, slots=True)
class Meter:
    """The steps in their order, the base they are measured by, and the two marks in per cent of it.

    ValueError for a base of nought or less, of which nothing is a part.
    """

    steps: Sequence[MeterStep]
    base: Number
    warn: int
    limit: int
    measure: ChartMeasure
    name: str

    def __post_init__(self) -> None:
        if self.base <= 0:
            raise ValueError("a meter needs a base above nought")

    @property
    def lang(self) -> Lang:
        """The language of its words and digits."""
        return self.measure.lang

    @property
    def total(self) -> Decimal:
        """The algebraic sum of the steps."""
        return sum((Decimal(step.change) for step in self.steps), Decimal(0))

    @property
    def percent(self) -> Decimal:
        """The sum in per cent of the base, exact as far as sixty digits go."""
        return self._part(self.total)

    def _part(self, value: Decimal) -> Decimal:
        return _EXACT.divide(value * 100, Decimal(self.base))

    def _running(self) -> list[Decimal]:
        out, so_far = [], Decimal(0)
        for step in self.steps:
            so_far += Decimal(step.change)
            out.append(so_far)
        return out

    def table(self) -> FigureTable:
        """A row for each step, with what it has come to by then."""
        unit, exact = self.measure.unit, self.measure.exact
        columns = (
            FigureColumn(_STEP.of(self.lang), numeric=False),
            FigureColumn(self.name, unit),
            FigureColumn(_RUNNING.of(self.lang), unit),
            FigureColumn(_SHARE.of(self.lang)),
        )
        rows = tuple(
            (step.label, exact(step.change), exact(_whole(so_far)), self._part(so_far).quantize(_PLACES, ROUND_HALF_UP))
            for step, so_far in zip(self.steps, self._running(), strict=True)
        )
        return FigureTable(columns, rows)

    def sentence(self) -> str:
        """The sum, what part of the base it is, and the marks."""
        scale = self.measure.scale([self.base, self.total])
        plain = Scale(self.lang, "", Decimal(1))
        return _SAID.of(self.lang).format(
            name=self.name,
            sum=scale.say(_whole(self.total)),
            percent=plain.write(self.percent),
            base=scale.say(self.base),
            warn=plain.write(self.warn or self.limit),
            limit=plain.write(self.limit),
        )

    def keys(self) -> tuple[FigureKey, ...]:
        """What the band and the bar are."""
        return (FigureKey("outline", _LIMIT.of(self.lang), *OUTLINE), FigureKey("bar", _SUM.of(self.lang), CHOSEN))

    def draw(self, width: int) -> Drawing:
        """The band between the limits with its marks, the bar from nought to the sum, and a dot where each step led."""
        sheet = Drawing(width, HEIGHT, self.lang)
        side = ChartSide(width, locale.of(self.lang).is_ltr)
        parts = [self._part(subtotal) for subtotal in self._running()]
        reach = max([Decimal(self.limit) * _BEYOND, *(abs(part) * Decimal("1.1") for part in parts)])
        room = width / 2 - _SIDE

        def x(percent: Decimal | int) -> float:
            return side.left(width / 2 + float(Decimal(percent) / reach) * room)

        low, high = sorted((x(-self.limit), x(self.limit)))
        sheet.rect(low, _TOP, high - low, _BAR, OUTLINE[0], stroke=OUTLINE[1])
        fill = CHOSEN if abs(self.percent) <= (self.warn or self.limit) else SERIES[1]
        left, right = sorted((x(0), x(self.percent)))
        title = self.sentence()
        sheet.rect(left, _TOP + 4, right - left, _BAR - 8, fill, title=title)
        for part in parts[:-1]:
            sheet.dot(x(part), _TOP + _BAR / 2, CONTEXT, 3, stroke="#fff")
        marks = [0, *((self.warn, -self.warn) if self.warn else ()), self.limit, -self.limit]
        self._marks(sheet, x, marks)
        percent = Scale(self.lang, "", Decimal(1), percent=True).write(self.percent)
        half = metrics.width(percent, SMALL, bold=True) / 2 + 2
        centre = min(max(x(self.percent), half), width - half)
        sheet.text(centre, _TOP - 10, percent, bold=True, fill=INK if fill == CHOSEN else SECOND_TEXT)
        return sheet

    def _marks(self, sheet: Drawing, x: Callable[[int], float], marks: Sequence[int]) -> None:
        plain = Scale(self.lang, "", Decimal(1))
        taken = [-99.0]
        # The limits are told first, then nought, then the warnings where there is room for them.
        for mark in sorted(marks, key=lambda value: (abs(value) != self.limit, abs(value))):
            position = x(mark)
            sheet.line(position, _TOP - 2, position, _TOP + _BAR + 5, AXIS)
            if all(abs(position - other) > 22 for other in taken):
                sheet.text(position, _TOP + _BAR + 22, plain.write(mark), size=SMALL)
                taken.append(position)


def _whole(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value
