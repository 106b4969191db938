"""Verbs of Persian in any person, tense and mood, written or spoken, brought to one form: that of the past.

«میسازه», «بسازیم», «ساخته‌اند», «نساختن» are «ساخت». Verbs that only join others («کردن», «شدن» …) are no matter of
these: `morphology.is_light_verb` knows them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ayan.core.answers.limits import KEPT_WORDS

# The past of a verb, and the stems of its present as they are written and said.
_VERBS: Final[dict[str, str]] = {
    "ساخت": "ساز", "شکست": "شکن شکون شکان", "افتاد": "افت فت یفت وفت یوفت", "خرید": "خر", "فروخت": "فروش",
    "سوخت": "سوز", "سوزاند": "سوزان سوزون", "برد": "بر", "ریخت": "ریز", "کشید": "کش", "بست": "بند", "کاشت": "کار",
    "ترسید": "ترس", "ترساند": "ترسون ترسان", "خوابید": "خواب", "پرداخت": "پرداز", "نوشت": "نویس",
    "خواند": "خوان خون", "دوید": "دو", "پیچید": "پیچ", "چسباند": "چسبون چسبان چسب", "مرد": "میر", "فرستاد": "فرست",
    "کوبید": "کوب", "برگشت": "برگرد", "برگرداند": "برگردون برگردان", "گشت": "گرد", "پوسید": "پوس",
    "ترکید": "ترک", "دزدید": "دزد", "شست": "شور شوی", "انداخت": "انداز نداز", "پرید": "پر", "چکید": "چک",
    "ایستاد": "ایست وایس وایست", "نشست": "شین نشین", "گزید": "گز", "پیوست": "پیوند", "آموخت": "آموز",
    "رهاند": "رهان", "رساند": "رسان رسون", "شناخت": "شناس", "فهمید": "فهم", "پرسید": "پرس",
    "لرزید": "لرز", "نالید": "نال", "پوشاند": "پوشان پوشون", "پاشید": "پاش", "کند": "", "برید": "", "زایید": "زا",
    "چرخید": "چرخ", "گذشت": "گذر", "جست": "جو", "دوخت": "دوز", "پخت": "پز", "ورزید": "ورز", "غلتید": "غلت",
}  # fmt: skip
_SAID: Final[dict[str, str]] = {
    "شکوند": "شکست", "شکاند": "شکست", "اوفتاد": "افتاد", "وفتاد": "افتاد", "چسبوند": "چسباند", "چسبید": "چسباند",
    "خوند": "خواند", "برگردوند": "برگرداند", "رسوند": "رساند", "سوزوند": "سوزاند", "ترسوند": "ترساند",
    "پوشوند": "پوشاند", "پرداز": "پرداخت",
}  # fmt: skip
"""The past as it is said, or spelt otherwise."""


def _folded(text: str) -> str:
    return text.replace("آ", "ا")


_PAST: Final = {_folded(past): _folded(past) for past in _VERBS} | _SAID
_NOW: Final = {_folded(stem): _folded(past) for past, stems in _VERBS.items() for stem in stems.split()}


def _either(words: dict[str, str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NOUNS: Final = frozenset(("مردم", "مردمی", "خریدار", "پرداختی", "بردی", "بدون"))
"""Nouns and other words that look like such a form."""
_CLITIC: Final = "(?:شون|تون|مون|شان|تان|مان|شو|تو|مو|ش|ت|م|و)?"
_FORM: Final = re.compile(
    rf"(?:(?:ن?می|نی?|بی?)(?P<now>{_either(_NOW)})(?:م|ی|د|ه|یم|ید|ین|ند|ن)?{_CLITIC})"
    rf"|(?:(?:ن?می|نی?)?(?P<past>{_either(_PAST)})"
    rf"(?:ه?ام|ه?ای|ه?ایم|ه?اید|ه?اند|هان|م|ی|یم|ید|ین|ند|ن|نی|ه|ها?|هش|ه?س|هست)?{_CLITIC})"
)


@lru_cache(KEPT_WORDS)
def verb_root(word: str) -> str:
    """The past of the verb that a word is a form of; empty where it is none that is known."""
    verb = _FORM.fullmatch(word) if word not in _NOUNS else None
    if verb is None:
        return ""
    return _NOW[verb["now"]] if verb["now"] else _PAST[verb["past"]]
