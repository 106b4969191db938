"""Numbers and amounts of money as people write them: «ده میلیارد تومان», "2.5bn rial", «دو هزار و پانصد»."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ayan.core.answers.words.morphology import Word, listed
from ayan.core.values.money import MONEY_UNITS

_ONES: Final = {
    word: value
    for words, value in (
        ("صفر zero", 0), ("یک یه یکی one", 1), ("دو two", 2), ("سه three", 3), ("چهار چار four", 4), ("پنج five", 5),
        ("شش شیش six", 6), ("هفت seven", 7), ("هشت eight", 8), ("نه nine", 9), ("ده ten", 10), ("یازده eleven", 11),
        ("دوازده twelve", 12), ("سیزده thirteen", 13), ("چهارده fourteen", 14), ("پانزده پونزده fifteen", 15),
        ("شانزده شونزده sixteen", 16), ("هفده هیفده seventeen", 17), ("هجده هیجده هژده eighteen", 18),
        ("نوزده nineteen", 19), ("بیست twenty", 20), ("سی thirty", 30), ("چهل forty", 40), ("پنجاه fifty", 50),
        ("شصت sixty", 60), ("هفتاد seventy", 70), ("هشتاد eighty", 80), ("نود ninety", 90), ("صد یکصد hundred", 100),
        ("دویست", 200), ("سیصد", 300), ("چهارصد", 400), ("پانصد پونصد", 500), ("ششصد شیشصد", 600), ("هفتصد", 700),
        ("هشتصد", 800), ("نهصد", 900),
    )
    for word in words.split()
}  # fmt: skip
_TIMES: Final = {
    word: value
    for words, value in (
        ("هزار thousand k", 10**3), ("میلیون ملیون میلون میلیونی million mn m mln", 10**6),
        ("میلیارد ملیارد میلیاد میلیاردی billion bn milliard", 10**9), ("تریلیون trillion trn", 10**12),
    )
    for word in words.split()
}  # fmt: skip
# Letters that multiply only beside a number in digits.
_LETTERS: Final = frozenset(("k", "m", "mn", "bn"))
_HEMAT: Final = frozenset(("همت", "همتی", "hemat", "hemmat"))
_UNITS: Final = {
    word: unit
    for words, unit in (
        ("ریال ریالی rial rials irr", "rial"),
        ("تومان تومن تومانی تومنی toman tomans irt tuman", "toman"),
    )
    for word in words.split()
}
_FOREIGN: Final = listed("دلار دلاری یورو یورویی پوند درهم ارز ارزی dollar dollars usd euro euros eur pound pounds")
_DIGITS: Final = re.compile(r"[0-9]+")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_DECIMAL: Final = re.compile(r"([0-9]+)[./]([0-9]{1,3})")
_CODE_DIGITS: Final = 13
_IDENTIFIERS: Final = (10, 11)
"""So many digits have a person and a company."""
BARE_DIGITS: Final = 7
"""From so many digits on, a number without a unit beside a word of money may be rials or tomans."""
PERCENT_WORDS: Final = frozenset(("%", "درصد", "درصده", "percent", "pct"))
"""What a number in per cent is followed by."""
TIMES: Final = {"روز": 1, "روزه": 1, "هفته": 7, "ماه": 30, "ماهه": 30, "سال": 365, "ساله": 365,
    "day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30, "year": 365, "years": 365}  # fmt: skip
"""Days of a stretch of time, as they are counted."""


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """A number read at a place: where it ends, its value, whether it was multiplied and whether it stood in digits."""

    end: int
    value: Decimal
    multiplied: bool
    in_digits: bool


@dataclass(frozen=True, slots=True)
class SaidAmount:
    """A sum of money in rials: where it ends, and the other rials it may be where nobody said the unit."""

    end: int
    rial: int
    other: int | None = None


def number_at(words: Sequence[Word], start: int) -> SaidNumber | None:
    """The longest number that begins at a place; None where none does."""
    total = Decimal(0)
    at, end, multiplied, in_digits, last = start, start, False, False, 10**15
    while (part := _part(words, at)) is not None:
        value, behind, digits = part
        times, behind = _multiplier(words, behind, digits=digits)
        if times >= last:
            break
        if times > 1 and _is_half(words, behind):
            value, behind = value + Decimal("0.5"), behind + 2
        if total and times == 1 and not digits and last >= 10**6 and 100 <= value < 1000:
            # «یک میلیارد و دویست»: speech leaves the lower multiplier out.
            times = last // 1000
        total += value * times
        multiplied, in_digits, last, at = multiplied or times > 1, in_digits or digits, times, behind
        # "500 million and 1 billion" are two numbers: the word between them is of neither.
        end = at
        joined = at + 1 if at < len(words) and words[at].text in _AND else at
        if times == 1 or _part(words, joined) is None:
            break
        at = joined
    return None if end == start else SaidNumber(end, total, multiplied, in_digits)


_AND: Final = frozenset(("و", "and"))


def _part(words: Sequence[Word], start: int) -> tuple[Decimal, int, bool] | None:
    """What stands before a million or a larger multiplier: up to thousands, perhaps with a half."""
    if start >= len(words):
        return None
    if words[start].text in ("نیم", "half"):
        return (Decimal("0.5"), start + 1, False) if _multiplier(words, start + 1, digits=False)[0] > 1 else None
    if words[start].text in _TIMES and words[start].text not in _LETTERS and words[start].text != "هزار":
        return Decimal(1), start, False
    thousand = words[start].text in _THOUSAND
    group = (Decimal(1), start, False) if thousand else _group(words, start)
    if group is None:
        return None
    value, at, digits = group
    if at < len(words) and words[at].text in _THOUSAND:
        value, at = value * 1000, at + 1
        joined = at + 1 if at < len(words) and words[at].text in _AND else at
        rest = _group(words, joined)
        if rest is not None and rest[0] < 1000:
            value, at, digits = value + rest[0], rest[1], digits or rest[2]
    if _is_half(words, at) and _multiplier(words, at + 2, digits=digits)[0] > 1:
        value, at = value + Decimal("0.5"), at + 2
    return value, at, digits


_THOUSAND: Final = frozenset(("هزار", "thousand"))


def _group(words: Sequence[Word], start: int) -> tuple[Decimal, int, bool] | None:
    """Digits, or hundreds, tens and ones in words: the value, where it ends, and whether it stood in digits."""
    if start >= len(words):
        return None
    text = words[start].text
    if text[0].isdigit():
        value = _written(text, words[start + 1].text if start + 1 < len(words) else "")
        return None if value is None else (value, start + 1, True)
    total, at, least = Decimal(0), start, 1000
    while at < len(words):
        joined = at + 1 if at > start and words[at].text in _AND and at + 1 < len(words) else at
        part = _ONES.get(words[joined].text)
        if part is None or (at > start and not _falls(least, part)):
            break
        total, at, least = total + part, joined + 1, part
    return None if at == start else (total, at, False)


def _falls(above: int, part: int) -> bool:
    return part > 0 and ((above >= 100 and part < 100) or (20 <= above < 100 and part < 10))


def _multiplier(words: Sequence[Word], at: int, *, digits: bool) -> tuple[int, int]:
    times = 1
    while at < len(words) and (factor := _TIMES.get(words[at].text)) is not None:
        if words[at].text in _LETTERS and not digits:
            break
        times, at = times * factor, at + 1
    return times, at


def _is_half(words: Sequence[Word], at: int) -> bool:
    return [token.text for token in words[at : at + 2]] == ["و", "نیم"]


def _written(text: str, after: str) -> Decimal | None:
    if _DIGITS.fullmatch(text):
        return Decimal(text) if len(text) <= _CODE_DIGITS else None
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    match = _DECIMAL.fullmatch(text)
    if match and ("." in text or after in _TIMES or after in _UNITS or after in _HEMAT):
        return Decimal(f"{match[1]}.{match[2]}")
    return None


def amount_at(words: Sequence[Word], start: int) -> SaidAmount | None:
    """The sum of money that begins at a place; None for a number that is none, and for foreign money."""
    number = number_at(words, start)
    if number is None or not number.value:
        return None
    after = words[number.end].text if number.end < len(words) else ""
    if after in _FOREIGN:
        return None
    if after in _HEMAT:
        return _rial(number.end + 1, number.value * MONEY_UNITS["hemat"])
    unit = _UNITS.get(after)
    if unit is not None:
        return _rial(number.end + 1, number.value * MONEY_UNITS[unit])
    if number.multiplied and number.value >= 10**6:
        return _rial(number.end, number.value * MONEY_UNITS["toman"])
    written = words[start].text
    plain = written.isdigit() and not written.startswith("0") and len(written) not in _IDENTIFIERS
    if number.in_digits and plain and len(written) >= BARE_DIGITS:
        return SaidAmount(number.end, int(number.value), int(number.value) * MONEY_UNITS["toman"])
    return None


def is_foreign(words: Sequence[Word]) -> bool:
    """Whether a question speaks of foreign money, of which nothing is published."""
    return any(token.text in _FOREIGN for token in words)


def _rial(end: int, value: Decimal) -> SaidAmount | None:
    return SaidAmount(end, int(value)) if value == value.to_integral_value() else None


ONLY: Final = frozenset(("فقط", "تنها", "صرفا", "only", "just"))
"""Before a number these say that it is so many and no more."""
_ORDINALS: Final = {
    word: value
    for words, value in (
        ("اول یکم نخست first 1st", 1), ("دوم دومین second 2nd", 2), ("سوم سومین third 3rd", 3),
        ("چهارم چهارمین fourth 4th", 4), ("پنجم پنجمین fifth 5th", 5), ("ششم sixth", 6),
        ("هفتم seventh", 7), ("هشتم eighth", 8), ("نهم ninth", 9),
        ("دهم tenth", 10),
    )
    for word in words.split()
}  # fmt: skip


def ordinal_at(words: Sequence[Word], at: int) -> int | None:
    """Which one a word names: «سوم» is 3; None for any other word."""
    return _ORDINALS.get(words[at].text) if at < len(words) else None


def part_at(words: Sequence[Word], at: int) -> int | None:
    """Which part of a year a word names; 0 is the last."""
    return 0 if words[at].text in ("last", "final") else ordinal_at(words, at)


def small_number_at(words: Sequence[Word], at: int) -> int | None:
    """A whole number of one word, as a district or a size has: digits, a word or an ordinal."""
    if at >= len(words):
        return None
    text = words[at].text
    if _DIGITS.fullmatch(text) and len(text) <= 2:
        return int(text)
    value = _ONES.get(text)
    return value if value is not None and 0 < value <= 20 else ordinal_at(words, at)
