"""What the numbers of a chart count, and what it says of itself: one large unit for all, round steps, sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from ayan.core.values import locale
from ayan.core.values.digits import MINUS, ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts.drawing import ALM, LRI, PDI
from ayan.ui.limits import MOST_PLACES, WHOLE_FROM

STEPS: Final = (
    (Decimal(10**12), 2, Label("هزار میلیارد {unit}", "trillion {unit}")),
    (Decimal(10**9), 1, Label("میلیارد {unit}", "billion {unit}")),
    (Decimal(10**6), 1, Label("میلیون {unit}", "million {unit}")),
)
_SIGNIFICANT: Final = 2
_JUST_OVER: Final = Label("نزدیک صفر", "almost 0")
_JUST_UNDER: Final = Label("نزدیک صفر", "almost 0")
_WIDE: Final = Context(prec=80, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class ChartMeasure:
    """A unit in words, and how many of what is stored make one of it (10 rial a toman).

    ``size`` is how many units the large unit has where a whole view has one, whatever the numbers of this chart.
    """

    lang: Lang
    unit: str = ""
    per: int = 1
    percent: bool = False
    size: Decimal | None = None

    def exact(self, value: ExactNumber | None) -> ExactNumber | None:
        """The whole value in the unit itself, for a table; what was computed, such as real prices, to whole units."""
        if value is None or self.per == 1:
            return value
        if isinstance(value, int) and value % self.per == 0:
            return value // self.per
        exact = _WIDE.divide(Decimal(value), Decimal(self.per))
        computed = isinstance(value, Decimal) and abs(exact) >= WHOLE_FROM
        return exact.to_integral_value(ROUND_HALF_UP) if computed else exact

    def scale(self, values: Iterable[ExactNumber | None]) -> Scale:
        """The unit for a whole chart: the largest that the greatest value fills; a trillion it must fill twice.

        1,065 and 33 billion say more side by side than 1.1 and 0.033 trillion.
        """
        largest = max((abs(Decimal(value)) for value in values if value is not None), default=Decimal(0))
        largest = _WIDE.divide(largest, Decimal(self.per))
        for size, least, label in STEPS:
            fits = largest >= size * least if self.size is None else self.size == size
            if fits and not self.percent:
                words = label.of(self.lang).format(unit=self.unit).strip()
                return Scale(self.lang, words, size * self.per)
        if self.percent:
            return Scale(self.lang, Label("درصد", "per cent").of(self.lang), Decimal(self.per), percent=True)
        return Scale(self.lang, self.unit, Decimal(self.per))


def shared_size(largest: Sequence[Decimal]) -> Decimal:
    """The size of the one large unit in which several charts are told, from the greatest value of each, in the unit.

    The least of them fills it, unless the greatest would then be written with more than five digits.
    """
    known = [value for value in largest if value]
    if not known:
        return Decimal(1)
    filled = next((size for size, least, _ in STEPS if min(known) >= size * least), Decimal(1))
    sizes = [Decimal(1), *(size for size, _, _ in reversed(STEPS))]
    return max(filled, next((size for size in sizes if max(known) < size * 10**5), sizes[-1]))


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit chosen for a chart: its words and how many stored units make one."""

    lang: Lang
    words: str
    factor: Decimal
    percent: bool = False

    def of(self, value: ExactNumber) -> Decimal:
        """The value in this unit."""
        return _WIDE.divide(Decimal(value), self.factor)

    def write(self, value: ExactNumber) -> str:
        """The value in this unit, short: '۱۸٫۴', '۳۵', '۰٫۰۴'; never 0 for what is not 0."""
        exact = self.of(value)
        shown = _figure(exact, self.lang)
        if not self.percent:
            return shown
        language = locale.of(self.lang)
        return f"{shown}{language.percent}" if language.is_ltr else f"{ALM}{shown}{language.percent}"

    def mark(self, scaled: float) -> str:
        """A round value of the axis, which is in this unit already."""
        plain = Scale(self.lang, "", Decimal(1), self.percent)
        return plain.write(Decimal(repr(scaled)) if scaled % 1 else int(scaled))

    def say(self, value: ExactNumber) -> str:
        """The value with its unit, for a sentence: '۱۸٫۴ هزار میلیارد تومان', '۵۸ درصد'."""
        exact = _figure(self.of(value), self.lang)
        language = locale.of(self.lang)
        if exact.startswith(MINUS) and not language.is_ltr:
            exact = f"{LRI}{exact}{PDI}"
        if self.percent and language.is_ltr:
            return f"{exact}{language.percent}"
        return f"{exact} {self.words}".strip()


def _figure(exact: Decimal, lang: Lang) -> str:
    size = abs(exact)
    if size >= 100 or exact == exact.to_integral_value():
        places = 0
    elif size >= 1:
        places = 1
    else:
        places = min(MOST_PLACES, _SIGNIFICANT - 1 - size.adjusted())
    rounded = exact.quantize(Decimal(1).scaleb(-places), context=_WIDE)
    if not rounded and exact:
        return (_JUST_UNDER if exact < 0 else _JUST_OVER).of(lang)
    plain = Decimal(f"{rounded:f}".rstrip("0").rstrip(".")) if places else rounded
    return locale.of(lang).number(plain)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from at or under ``low`` to at or over ``high``, in steps of 1, 2, 2.5 or 5 times ten to n."""
    if not high > low:
        return [low]
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(multiple * step, 12) for multiple in range(first, last + 1)]


def extent(values: Iterable[float]) -> tuple[float, float]:
    """The least and the greatest with zero between them; (0, 1) where there is nothing to show."""
    numbers = [0.0, *values]
    low, high = min(numbers), max(numbers)
    return (low, high) if high > low else (0.0, 1.0)


# --- sentences --------------------------------------------------------------------------------------------------------


NOTHING: Final = Label("برای این نمودار داده‌ای نیست", "There are no data for this chart")

MEDIAN: Final = Label("میانه", "median")
"""The middle value."""

_SPAN: Final = Label(
    "{name}: از {first} در {begin} تا {last} در {end}.", "{name}: from {first} in {begin} to {last} in {end}."
)
_AND_MORE: Final = Label("{name}: {listed} و {n} مورد دیگر.", "{name}: {listed} and {n} more.")
_POINT: Final = Label("{name}: {first} در {begin}.", "{name}: {first} in {begin}.")


def noted(label: str, note: str) -> str:
    """A label with what is particular about it: «۱۴۰۵ (۸ ماه)»."""
    return f"{label} ({note})" if note else label


def span(name: str, points: Sequence[tuple[str, ExactNumber | None]], scale: Scale) -> str:
    """From where a series begins to where it ends: «جمع هر سال: از ۳٫۱ هزار میلیارد تومان در ۱۳۹۶ تا ۱۸٫۴ …»."""
    known = [(label, value) for label, value in points if value is not None]
    if not known:
        return f"{name}: {NOTHING.of(scale.lang)}."
    (begin, first), (end, last) = known[0], known[-1]
    words = _SPAN if len(known) > 1 else _POINT
    return words.of(scale.lang).format(name=name, first=scale.say(first), begin=begin, last=scale.say(last), end=end)


def listing(name: str, items: Sequence[tuple[str, ExactNumber]], scale: Scale, most: int = 3) -> str:
    """The greatest few of a list: «هزینه: عمران ۷٫۹ میلیارد تومان، … و ۴ مورد دیگر.»."""
    comma = locale.of(scale.lang).comma
    text = comma.join(f"{label} {scale.say(value)}" for label, value in items[:most])
    rest = len(items) - most
    if not items:
        return f"{name}: {NOTHING.of(scale.lang)}."
    if rest <= 0:
        return f"{name}: {text}."
    others = Scale(scale.lang, "", scale.factor / scale.factor)
    return _AND_MORE.of(scale.lang).format(name=name, listed=text, n=others.write(rest))


def change(
    items: Sequence[tuple[str, ExactNumber | None, ExactNumber | None]],
    begin: str,
    end: str,
    scale: Scale,
    most: int = 4,
) -> str:
    """What each of a few was and has become: «عمران از ۲ میلیارد تومان در ۱۴۰۳ به ۳٫۱ در ۱۴۰۴»."""
    if not items:
        return NOTHING.of(scale.lang)
    words = Label("{label} از {first} به {last}", "{label} from {first} to {last}").of(scale.lang)
    absent = Label("نامعلوم", "unknown").of(scale.lang)
    changes = [
        words.format(
            label=label,
            first=absent if before is None else scale.say(before),
            last=absent if after is None else scale.say(after),
        )
        for label, before, after in items[:most]
    ]
    head = Label("از {begin} تا {end}", "From {begin} to {end}").of(scale.lang).format(begin=begin, end=end)
    return f"{head}: {locale.of(scale.lang).semicolon.join(changes)}."


def among(
    name: str, count: int, median: ExactNumber | None, chosen: tuple[str, ExactNumber, int] | None, scale: Scale
) -> str:
    """How many are compared, their middle, and the place of one among them (label, value, rank)."""
    if median is None:
        return f"{name}: {NOTHING.of(scale.lang)}."
    plain = Scale(scale.lang, "", scale.factor / scale.factor)
    all_of = Label("{name} در {n} مورد، میانه {median}.", "{name} of {n}, median {median}.").of(scale.lang)
    sentence = all_of.format(name=name, n=plain.write(count), median=scale.say(median))
    if chosen is None:
        return sentence
    label, value, rank = chosen
    own = Label("{label}: {value}، رتبهٔ {rank}.", "{label}: {value}, rank {rank}.").of(scale.lang)
    return f"{sentence} {own.format(label=label, value=scale.say(value), rank=plain.write(rank))}"
