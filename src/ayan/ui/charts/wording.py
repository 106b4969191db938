"""The sentences that charts say of themselves, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.values.money import Lang
from ayan.ui.charts.measure import Number, Scale

NOTHING: Final[dict[Lang, str]] = {"fa": "برای این نمودار داده‌ای نیست", "en": "There are no data for this chart"}

MEDIAN: Final[dict[Lang, str]] = {"fa": "میانه", "en": "median"}
"""The middle value."""

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


def change(
    items: Sequence[tuple[str, Number | None, Number | None]], begin: str, end: str, scale: Scale, most: int = 4
) -> str:
    """What each of a few was and has become: «عمران از ۲ میلیارد تومان در ۱۴۰۳ به ۳٫۱ در ۱۴۰۴»."""
    if not items:
        return NOTHING[scale.lang]
    words = {"fa": "{label} از {first} به {last}", "en": "{label} from {first} to {last}"}[scale.lang]
    absent = {"fa": "نامعلوم", "en": "unknown"}[scale.lang]
    told = [
        words.format(
            label=label,
            first=absent if before is None else scale.say(before),
            last=absent if after is None else scale.say(after),
        )
        for label, before, after in items[:most]
    ]
    head = {"fa": "از {begin} تا {end}", "en": "From {begin} to {end}"}[scale.lang].format(begin=begin, end=end)
    return f"{head}: {({'fa': '؛ ', 'en': '; '}[scale.lang]).join(told)}."


def among(name: str, count: int, median: Number | None, chosen: tuple[str, Number, int] | None, scale: Scale) -> str:
    """How many are compared, their middle, and the place of one among them (label, value, rank)."""
    if median is None:
        return f"{name}: {NOTHING[scale.lang]}."
    plain = Scale(scale.lang, "", scale.factor / scale.factor)
    all_of = {"fa": "{name} در {n} مورد، میانه {median}.", "en": "{name} of {n}, median {median}."}[scale.lang]
    told = all_of.format(name=name, n=plain.write(count), median=scale.say(median))
    if chosen is None:
        return told
    label, value, rank = chosen
    own = {"fa": "{label}: {value}، رتبهٔ {rank}.", "en": "{label}: {value}, rank {rank}."}[scale.lang]
    return f"{told} {own.format(label=label, value=scale.say(value), rank=plain.write(rank))}"
