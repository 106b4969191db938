"""Whole numbers that a text spells out: «چهار میلیارد و یکصد و بیست و پنج میلیون», «۴ میلیارد و ۱۲۵ میلیون».

In English alike: "Four billion one hundred and twenty-five million".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ayan.core.values.limits import LONGEST_NUMBER_WORD, MOST_SPELLED_OUT
from ayan.core.values.text import fold

_UNITS: Final = (
    *("صفر", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه"),
    *("ده", "یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده"),
)
_TENS: Final = ("بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود")
_HUNDREDS: Final = ("صد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد")
_ENGLISH_UNITS: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL: Final = {
    **{word: value for value, word in enumerate(_ENGLISH_UNITS)},
    **{word: value * 10 for value, word in enumerate(_ENGLISH_TENS, 2)},
    "hundred": 100,
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: value * 10 for value, word in enumerate(_TENS, 2)},
    **{word: value * 100 for value, word in enumerate(_HUNDREDS, 1)},
    "یکصد": 100,
    "پونصد": 500,
    "شیصد": 600,
    "شونزده": 16,
    "پونزده": 15,
    "هیجده": 18,
    "هژده": 18,
    "هیفده": 17,
}
_SCALES: Final = {
    "هزار": 10**3,
    "میلیون": 10**6,
    "ملیون": 10**6,
    "میلیارد": 10**9,
    "ملیارد": 10**9,
    "بیلیون": 10**9,
    "تریلیون": 10**12,
    "یکهزار": 10**3,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_AND: Final = "و"
_ANDS: Final = frozenset({_AND, "and"})
# Words for a hundred that count by the number before them, up to which they do.
_HUNDREDS_OF: Final = {"صد": (2, 9), "hundred": (1, 99)}
# Digits of one group; nobody spells out more beside a scale.
_TOKEN: Final = re.compile(rf"[0-9]{{1,12}}(?:,[0-9]{{3}})*|(?:{'|'.join(_ENGLISH_TENS)})-[a-z]+|[^\W\d_]+")
_BETWEEN: Final = re.compile(r"\s*")


class NumberInWords(NamedTuple):
    """A number and the words that say it, as they are folded."""

    value: int
    words: str


def spelled_numbers(text: str) -> Iterator[NumberInWords]:
    """The whole numbers that a text spells out with at least one word, each as long as it goes, in their order."""
    run: list[str] = []
    folded, end = fold(text), 0
    for match in _TOKEN.finditer(folded):
        if run and not _BETWEEN.fullmatch(folded, end, match.start()):
            yield from _numbers(run)
            run = []
        parts = _parts(match[0])
        if not parts or (parts[0] in _ANDS and not run and len(parts) == 1):
            yield from _numbers(run)
            run = []
        else:
            run += parts
        end = match.end()
    yield from _numbers(run)


def _parts(token: str) -> list[str]:
    """A token as words of a number, also where «و» or a scale is written together with it; none for any other word."""
    if len(token) > LONGEST_NUMBER_WORD:
        return []
    if token in _SMALL or token in _SCALES or token in _ANDS or token[0].isdecimal():
        return [token]
    if "-" in token:
        tens, _, unit = token.partition("-")
        return [tens, unit] if 0 < _SMALL.get(unit, 0) < 10 else []
    if token.startswith(_AND) and (rest := _parts(token[1:])) and rest != [_AND]:
        return [_AND, *rest]
    for size in range(len(token) - 1, 1, -1):
        if token[:size] in _SMALL and (rest := _parts(token[size:])) and rest != [_AND]:
            return [token[:size], *rest]
    return []


def _numbers(run: list[str]) -> Iterator[NumberInWords]:
    """The number of a run of words; nothing where it says none, or is all digits."""
    while run and run[-1] in _ANDS:
        run = run[:-1]
    if not any(word in _SMALL or word in _SCALES for word in run):
        return
    value = _value(run)
    if value is not None:
        yield NumberInWords(value, " ".join(run))


def _value(run: list[str]) -> int | None:
    groups: list[tuple[int, int]] = []
    group, is_open = 0, False
    for word in run:
        if word in _ANDS:
            continue
        least, most = _HUNDREDS_OF.get(word, (1, 0))
        if (scale := _SCALES.get(word)) is not None:
            times = group
            while groups and groups[-1][1] < scale:
                times += groups.pop()[0]
            if groups and groups[-1][1] == scale:
                return None
            groups.append(((times or 1) * scale, scale))
            group, is_open = 0, False
        elif least <= group <= most:
            group *= 100
        else:
            number = int(word.replace(",", "")) if word[0].isdecimal() else _SMALL[word]
            # «بیست سی» are two numbers side by side.
            if is_open and group % 10 ** len(str(number)):
                return None
            group, is_open = group + number, True
        if group >= MOST_SPELLED_OUT or sum(value for value, _ in groups) >= MOST_SPELLED_OUT:
            return None
    return group + sum(value for value, _ in groups)
