"""The sentences that charts say of themselves, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.values.money import Lang
from ayan.ui.charts.measure import Number, Scale

NOTHING: Final[dict[Lang, str]] = {"fa": "برای این نمودار داده‌ای نیست", "en": "There are no data for this chart"}

_SPAN: Final[dict[Lang, str]] = {
    "fa": "{name}: از {first} در {begin} تا {last} در {end}.",
    "en": "{name}: from {first} in {begin} to {last} in {end}.",
}
_ONE: Final[dict[Lang, str]] = {"fa": "{name}: {first} در {begin}.", "en": "{name}: {first} in {begin}."}


def span(name: str, points: Sequence[tuple[str, Number | None]], scale: Scale) -> str:
    """From where a series begins to where it ends: «جمع هر سال: از ۳٫۱ هزار میلیارد تومان در ۱۳۹۶ تا ۱۸٫۴ …»."""
    known = [(label, value) for label, value in points if value is not None]
    if not known:
        return f"{name}: {NOTHING[scale.lang]}."
    (begin, first), (end, last) = known[0], known[-1]
    words = _SPAN if len(known) > 1 else _ONE
    return words[scale.lang].format(name=name, first=scale.say(first), begin=begin, last=scale.say(last), end=end)


def listing(name: str, items: Sequence[tuple[str, Number]], scale: Scale, most: int = 3) -> str:
    """The greatest few of a list: «هزینه: عمران ۷٫۹ میلیارد تومان، … و ۴ مورد دیگر.»."""
    comma = {"fa": "، ", "en": ", "}[scale.lang]
    told = comma.join(f"{label} {scale.say(value)}" for label, value in items[:most])
    rest = len(items) - most
    if not items:
        return f"{name}: {NOTHING[scale.lang]}."
    if rest <= 0:
        return f"{name}: {told}."
    others = Scale(scale.lang, "", scale.factor / scale.factor)
    tail = {"fa": f" و {others.write(rest)} مورد دیگر", "en": f" and {others.write(rest)} more"}[scale.lang]
    return f"{name}: {told}{tail}."
