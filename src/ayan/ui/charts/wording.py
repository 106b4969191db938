"""The sentences that charts say of themselves, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.charts.measure import Number, Scale

NOTHING: Final = Label("برای این نمودار داده‌ای نیست", "There are no data for this chart")

MEDIAN: Final = Label("میانه", "median")
"""The middle value."""

_SPAN: Final = Label(
    "{name}: از {first} در {begin} تا {last} در {end}.", "{name}: from {first} in {begin} to {last} in {end}."
)
_AND_MORE: Final = Label("{name}: {listed} و {n} مورد دیگر.", "{name}: {listed} and {n} more.")
_ONE: Final = Label("{name}: {first} در {begin}.", "{name}: {first} in {begin}.")


def span(name: str, points: Sequence[tuple[str, Number | None]], scale: Scale) -> str:
    """From where a series begins to where it ends: «جمع هر سال: از ۳٫۱ هزار میلیارد تومان در ۱۳۹۶ تا ۱۸٫۴ …»."""
    known = [(label, value) for label, value in points if value is not None]
    if not known:
        return f"{name}: {NOTHING.of(scale.lang)}."
    (begin, first), (end, last) = known[0], known[-1]
    words = _SPAN if len(known) > 1 else _ONE
    return words.of(scale.lang).format(name=name, first=scale.say(first), begin=begin, last=scale.say(last), end=end)


def listing(name: str, items: Sequence[tuple[str, Number]], scale: Scale, most: int = 3) -> str:
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
    items: Sequence[tuple[str, Number | None, Number | None]], begin: str, end: str, scale: Scale, most: int = 4
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


def among(name: str, count: int, median: Number | None, chosen: tuple[str, Number, int] | None, scale: Scale) -> str:
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
