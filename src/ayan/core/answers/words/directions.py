"""Words that say on which side of another something lies: more or less, later or sooner, in every form of speech."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, Literal

BoundSide = Literal["above", "below"]
_COPULA: Final = r"(?:ه|ن|ند|اند|ست|ی)?"
_MORE: Final = re.compile(rf"(?:بیش|(?:بیش|زیاد|بالا|جلو|بزرگ|سنگین|گران|گرون|فرا|طولانی|بلند)تر{_COPULA})")
_LESS: Final = re.compile(rf"(?:کم|پیین|عقب|کوچک|ارزان|ارزون|کوتاه)تر{_COPULA}")
_LATER: Final = re.compile(rf"بعد|پس|دیرتر{_COPULA}")
_SOONER: Final = re.compile(rf"قبل|پیش|زودتر{_COPULA}")
_MORE_LATIN: Final = re.compile(r"more|over|above|exceed(?:s|ed|ing)?|greater|higher|larger|bigger|longer|beyond|ahead")
_LESS_LATIN: Final = re.compile(r"less|under|below|fewer|lower|smaller|shorter|behind")
_LATER_LATIN: Final = re.compile(r"after|later")
_SOONER_LATIN: Final = re.compile(r"before|earlier")
_WAYS: Final[tuple[tuple[re.Pattern[str], BoundSide, bool], ...]] = (
    (_MORE, "above", False), (_LESS, "below", False), (_LATER, "above", True), (_SOONER, "below", True),
    (_MORE_LATIN, "above", False), (_LESS_LATIN, "below", False),
    (_LATER_LATIN, "above", True), (_SOONER_LATIN, "below", True),
)  # fmt: skip


def way_of(text: str) -> tuple[BoundSide, bool] | None:
    """The direction of a word that compares, and whether it compares days; None for any other word."""
    return next(((direction, of_days) for form, direction, of_days in _WAYS if form.fullmatch(text)), None)


def more_or_less(text: str) -> BoundSide | None:
    """The direction of «بیشتر», «کمتره», "more" and their like; None for any other word, also for one of days."""
    way = way_of(text)
    return way[0] if way is not None and not way[1] else None


_LENGTHS: Final = re.compile(rf"(?:طولانی|بلند|کوتاه)(?:تر{_COPULA}|ترین)|longer|shorter|longest|shortest")
_PRICES: Final = re.compile(rf"(?:گران|گرون|ارزان|ارزون)(?:تر{_COPULA}|ترین)|dearer|cheaper|cheapest")
_QUALITIES: Final = ((_LENGTHS, frozenset(("days", "metres", "number"))), (_PRICES, frozenset(("rial",))))
"""Words that say in what something is more, with the units in which that is measured."""


def suits(text: str, units: Collection[str]) -> bool:
    """Whether a word may compare figures in these units: «بلندتر» no money, "cheaper" no days; any other word may."""
    return all(held & set(units) for form, held in _QUALITIES if form.fullmatch(text))


WEIGHED: Final = frozenset((
    "بیشتر", "بیشتره", "بیشترن", "کمتر", "کمتره", "more", "less", "higher", "lower", "than", "فرق", "تفاوت", "اختلاف",
))  # fmt: skip
"""By these one year is set against another."""
