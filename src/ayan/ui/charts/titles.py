"""What a chart shows, as its title: direction and factor, real against nominal, the largest share, what stands out.

Every number of a title is worked out from the values that the drawing shows, rounded once: factors to one decimal,
per cents to whole ones. A period that is not whole is no end of a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from statistics import median
from typing import Final

from ayan.core.values import locale
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts.drawing import FSI, PDI
from ayan.ui.charts.measure import ChartMeasure, Scale
from ayan.ui.charts.years import YearBar

_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
_FOLD: Final = Decimal(2)
"""From here on a growth is told as a factor, below it in per cent."""
_PEAK: Final = Decimal("1.5")
"""How far a year must stand above both ends to be what there is to say."""
_APART: Final = Decimal(3)
"""How many times the second the largest must be to stand out."""

_GREW: Final = Label("از {begin} تا {end}، {name} {factor} برابر شد", "{name} grew {factor}-fold from {begin} to {end}")
_ROSE: Final = Label("از {begin} تا {end}، {name} {percent} بیشتر شد", "{name} rose {percent} from {begin} to {end}")
_FELL: Final = Label("از {begin} تا {end}، {name} {percent} کمتر شد", "{name} fell {percent} from {begin} to {end}")
_SAME: Final = Label("از {begin} تا {end}، {name} تغییری نکرد", "{name} did not change from {begin} to {end}")
_FROM_TO: Final = Label(
    "{name}: از {first} در {begin} تا {last} در {end}", "{name}: from {first} in {begin} to {last} in {end}"
)
_ONLY: Final = Label("{name}: {first} در {begin}", "{name}: {first} in {begin}")
_HIGHEST: Final = Label(
    "{name} در {peak} بیشترین بود، {factor} برابر {end}", "{name} peaked in {peak}, at {factor} times {end}"
)
_BUT_LESS: Final = Label("{said}، اما با حذف تورم {percent} کمتر است", "{said}, yet in real terms fell {percent}")
_AND_LESS: Final = Label("{said} و با حذف تورم {percent} کمتر است", "{said}, and in real terms fell {percent}")
_BUT_MORE: Final = Label("{said}، اما با حذف تورم {percent} بیشتر است", "{said}, yet in real terms rose {percent}")
_AND_MORE: Final = Label("{said} و با حذف تورم {percent} بیشتر است", "{said}, and in real terms rose {percent}")
_AND_FOLD: Final = Label("{said} و با حذف تورم {factor} برابر است", "{said}, and in real terms {factor}-fold")
_BUT_FOLD: Final = Label("{said}، اما با حذف تورم {factor} برابر است", "{said}, yet in real terms {factor}-fold")
_AND_SAME: Final = Label("{said}، اما با حذف تورم تغییری نکرد", "{said}, yet in real terms did not change")

_MOST: Final = Label("بیشترین {name}: {label}", "Highest {name}: {label}")
_MOST_SHARE: Final = Label("{label} {percent} از {name} را دارد", "{label} has {percent} of {name}")
_OUTSTANDING: Final = Label(
    "{name}: {label} {factor} برابر دومی است", "{name}: {label} has {factor} times as much as the second"
)
_ABOVE_MEDIAN: Final = Label(
    "{name}: {label} {factor} برابر میانهٔ {count} مورد است", "{name}: {label} is {factor} times the median of {count}"
)
_SHARE_MOVED: Final = Label(
    "سهم {part} از {before} در {begin} به {after} در {end} رسید",
    "{part} went from {before} in {begin} to {after} in {end}",
)
_SHARE_STAYED: Final = Label(
    "سهم {part} از {begin} تا {end} همان {after} ماند", "{part} stayed at {after} from {begin} to {end}"
)
_QUOTED: Final = Label("«{name}»", "“{name}”")
_GREATEST_PART: Final = Label("{percent} از {name} {part} است", "{part} is {percent} of {name}")
_HOTTEST: Final = Label("{name}: بیشترین در {row}، {column}: {value}", "{name}: most in {row}, {column}: {value}")


def in_time(name: str, bars: Sequence[YearBar], measure: ChartMeasure) -> str:
    """What became of a number from the first whole period to the last, in the money of the day and of one year."""
    known = [bar for bar in bars if bar.value is not None]
    whole = [bar for bar in known if not bar.note] or known
    # A year of which no price is known yet is not held against one long ago: that would tell inflation as growth.
    priced = [bar for bar in whole if bar.real is not None]
    whole = priced if len(priced) > 1 else whole
    lang, scale = measure.lang, measure.scale(bar.value for bar in bars)
    if not whole:
        return name
    first, last = whole[0], whole[-1]
    low, high = first.value or 0, last.value or 0
    blanks = {"name": name, "begin": first.label, "end": last.label}
    if len(whole) == 1:
        return _ONLY.of(lang).format(first=scale.say(low), **blanks)
    if low <= 0 or high < 0:
        return _FROM_TO.of(lang).format(first=scale.say(low), last=scale.say(high), **blanks)
    peak = max(whole, key=lambda bar: Decimal(bar.value or 0))
    top, ends = Decimal(peak.value or 0), Decimal(max(low, high))
    if top >= ends * _PEAK and high > 0 and first.real is None:
        return _HIGHEST.of(lang).format(peak=peak.label, factor=factor(top, high, lang), **blanks)
    percent, words = change(low, high, lang)
    label = _SAME if not percent else _ROSE if percent > 0 else _FELL
    said = label.of(lang).format(percent=words, **blanks)
    if Decimal(high) >= Decimal(low) * _FOLD:
        said = _GREW.of(lang).format(factor=factor(high, low, lang), **blanks)
    return _with_real(said, percent, first, last, lang)


def _with_real(said: str, nominal: int, first: YearBar, last: YearBar, lang: Lang) -> str:
    if first.real is None or last.real is None or first.real <= 0 or last.real < 0:
        return said
    percent, said_percent = change(first.real, last.real, lang)
    against = nominal * percent < 0 or not nominal
    if not percent:
        return _AND_SAME.of(lang).format(said=said) if nominal else said
    if percent < 0:
        return (_BUT_LESS if against else _AND_LESS).of(lang).format(said=said, percent=said_percent)
    if Decimal(last.real) >= Decimal(first.real) * _FOLD:
        words = _BUT_FOLD if against else _AND_FOLD
        return words.of(lang).format(said=said, factor=factor(last.real, first.real, lang))
    return (_BUT_MORE if against else _AND_MORE).of(lang).format(said=said, percent=said_percent)


def largest(name: str, items: Sequence[tuple[str, ExactNumber]], *, whole: bool, lang: Lang) -> str:
    """Who has the most: how many times the second, or what share where ``items`` are all there are (``whole``)."""
    order = sorted((item for item in items if item[1] > 0), key=lambda item: item[1], reverse=True)
    if not order:
        return name
    label, top = isolated_name(order[0][0], lang), order[0][1]
    if len(order) > 1 and Decimal(top) >= Decimal(order[1][1]) * _APART:
        return _OUTSTANDING.of(lang).format(name=name, label=label, factor=factor(top, order[1][1], lang))
    if whole and len(order) > 1 and all(value >= 0 for _, value in items):
        total = sum(value for _, value in items)
        return _MOST_SHARE.of(lang).format(name=name, label=label, percent=per_cent(_share(top, total), lang))
    return _MOST.of(lang).format(name=name, label=label)


def above_median(name: str, items: Sequence[tuple[str, ExactNumber]], lang: Lang) -> str:
    """How far the largest stands above the middle of all."""
    middle = median(Decimal(value) for _, value in items)
    label, top = max(items, key=lambda item: item[1])
    if middle <= 0:
        return largest(name, items, whole=False, lang=lang)
    count = locale.of(lang).number(len(items))
    return _ABOVE_MEDIAN.of(lang).format(
        name=name, label=isolated_name(label, lang), factor=factor(top, middle, lang), count=count
    )


def parts_in_time(
    parts: Sequence[str], wholes: Sequence[tuple[str, Sequence[ExactNumber]]], name: str, lang: Lang
) -> str:
    """The part whose share of the whole moved most between the first whole and the last."""
    filled = [(label, values, sum(values)) for label, values in wholes if sum(values) > 0]
    if len(filled) < 2:
        return name
    (begin, before, all_before), (end, after, all_after) = filled[0], filled[-1]
    shares = [(_share(before[n], all_before), _share(after[n], all_after)) for n in range(len(parts))]
    moved = max(range(len(parts)), key=lambda n: abs(shares[n][1] - shares[n][0]))
    was, became = (per_cent(share, lang) for share in shares[moved])
    words = _SHARE_STAYED if was == became else _SHARE_MOVED
    return words.of(lang).format(part=parts[moved], before=was, after=became, begin=begin, end=end)


def greatest_part(name: str, parts: Sequence[tuple[str, ExactNumber]], lang: Lang) -> str:
    """The largest part of a whole, in per cent of it."""
    total = sum(value for _, value in parts)
    if total <= 0:
        return name
    label, value = max(parts, key=lambda part: part[1])
    percent = per_cent(_share(value, total), lang)
    return _GREATEST_PART.of(lang).format(name=name, part=isolated_name(label), percent=percent)


def hottest(name: str, cells: Sequence[tuple[str, str, ExactNumber]], scale: Scale) -> str:
    """The greatest cell of a table by row and column."""
    if not cells:
        return name
    row, column, value = max(cells, key=lambda cell: cell[2])
    return _HOTTEST.of(scale.lang).format(name=name, row=isolated_name(row), column=column, value=scale.say(value))


# --- how they are written -------------------------------------------------------------------------------------------


def factor(value: ExactNumber, of: ExactNumber, lang: Lang) -> str:
    """How many times one number is another, with one decimal below a hundred: '۲٫۴', '130'."""
    times = _EXACT.divide(Decimal(value), Decimal(of))
    return Scale(lang, "", Decimal(1)).write(times)


def change(before: ExactNumber, after: ExactNumber, lang: Lang) -> tuple[int, str]:
    """The change in whole per cent of what was before, and its size in words; ``before`` is above nought."""
    percent = int(
        (_EXACT.divide((Decimal(after) - Decimal(before)) * 100, Decimal(before))).to_integral_value(ROUND_HALF_UP)
    )
    return percent, per_cent(abs(percent), lang)


def per_cent(value: ExactNumber, lang: Lang) -> str:
    """A whole per cent with its sign: '۳۲٪' after a mark that keeps the sign at its left, '32%'."""
    whole = Decimal(value).to_integral_value(ROUND_HALF_UP)
    return Scale(lang, "", Decimal(1), percent=True).write(int(whole))


def isolated_name(label: str, lang: Lang | None = None) -> str:
    """A name that may be in another direction than its sentence; in quotes where it ends in a digit and a number may
    follow: «منطقهٔ ۱» ۲٪, and not منطقهٔ ۱ ۲٪."""
    name = f"{FSI}{label}{PDI}"
    return _QUOTED.of(lang).format(name=name) if lang and label[-1:].isdigit() else name


def _share(part: ExactNumber, whole: ExactNumber) -> Decimal:
    return _EXACT.divide(Decimal(part) * 100, Decimal(whole))
