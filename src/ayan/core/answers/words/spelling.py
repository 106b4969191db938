"""Misspelt words: which known word is the nearest, and whether it is near enough and alone.

The distance is Damerau's, weighted by what hands and ears confuse: letters of one sound, of one shape with other dots,
neighbours on the keyboard. Words of one sound have one key, so the candidates are found without a scan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

from ayan.core.answers.limits import SHORTEST_MISSPELT

_SOUNDS: Final = ("صسث", "زذضظ", "طت", "حه", "قغ", "عا")
_SHAPES: Final = ("بپتثنی", "جچحخ", "دذ", "رزژ", "سش", "صض", "طظ", "عغ", "فق", "کگ")
_ROWS: Final = ("ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپو", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_ACROSS: Final = (
    "صش صس ثس ثی قی قب فب فل غل غا عا عت هت هن خن خم حم حک جک جگ سظ سط یط یز بز بر لر لذ اذ اد تد تپ نپ نو "
    "qa ws wa es ed "
    "rd rf tf tg yg yh uh uj ij ik ok ol pl az sz sx dx dc fc fv gv gb hb hn jn jm km"
)
_VOWELS: Final = frozenset("اویهaeiou")

SAME_SOUND: Final = 0.3
_NEAR: Final = 0.5
_LIGHT: Final = 0.6
_OTHER: Final = 1.0
_FIRST_LETTER: Final = 0.2
# Two candidates so near to each other are both meant, or neither.
_CLOSE: Final = 0.2


def _pairs(groups: Iterable[str]) -> frozenset[tuple[str, str]]:
    return frozenset((a, b) for group in groups for a in group for b in group if a != b)


_SOUND_PAIRS: Final = _pairs(_SOUNDS)
_NEAR_PAIRS: Final = (
    _pairs(_SHAPES) | _pairs(row[at : at + 2] for row in _ROWS for at in range(len(row) - 1)) | _pairs(_ACROSS.split())
)
_SOUND_KEY: Final = str.maketrans({letter: group[-1] for group in _SOUNDS for letter in group})


def _limit(word: str) -> float:
    length = len(word)
    return 0.3 if length <= 3 else 0.7 if length <= 4 else 1.0 if length <= 7 else 1.3


class Spelling:
    """Known words, asked for the one that a misspelt word means."""

    def __init__(self, words: Iterable[str]) -> None:
        keys: dict[str, list[str]] = defaultdict(list)
        for word in sorted({word for word in words if len(word) >= SHORTEST_MISSPELT and word.isalpha()}):
            for key in _keys(word):
                keys[key].append(word)
        # A list of its own for each of so many keys would take most of the memory.
        self._keys: Mapping[str, tuple[str, ...]] = {key: tuple(known) for key, known in keys.items()}

    def candidates(self, keys: Iterable[str]) -> Iterator[str]:
        """The known words that share one of some keys."""
        return (near for key in keys for near in self._keys.get(key, ()))


def nearest(word: str, spellings: Iterable[Spelling]) -> tuple[str, ...]:
    """The words that a misspelt one means, of all that several know: one, several that are equally near, or none."""
    if len(word) < SHORTEST_MISSPELT or not word.isalpha():
        return ()
    keys, latin = tuple(_keys(word)), word[0].isascii()
    candidates = {near for spelling in spellings for near in spelling.candidates(keys)}
    scored = sorted((distance(word, near), near) for near in candidates if near != word and near[0].isascii() == latin)
    scored = [(cost, near) for cost, near in scored if cost <= _limit(min(word, near, key=len))]
    return tuple(near for cost, near in scored if cost <= scored[0][0] + _CLOSE)


def sounds(word: str) -> tuple[str, ...]:
    """How a word sounds, whichever letters of one sound write it, however often in a row; also without «ع», which few
    pronounce."""
    head, rest = word[:1], word[1:]
    ways = (each.translate(_SOUND_KEY) for each in (word, head + rest.replace("ع", "")))
    return tuple(dict.fromkeys("".join(letter for letter, _ in groupby(way)) for way in ways))


def _keys(word: str) -> Iterator[str]:
    """The word as it sounds, and the same without one of its letters."""
    sound = word.translate(_SOUND_KEY)
    yield sound
    yield from {sound[:at] + sound[at + 1 :] for at in range(len(sound))}


def distance(first: str, second: str) -> float:
    """How far two words are apart: 0 for the same, 1 for another letter, less for what is easily confused."""
    before: list[float] = []
    last = [0.0]
    for at, letter in enumerate(second):
        last.append(last[-1] + _extra(second, at, letter))
    for row, letter in enumerate(first):
        now = [last[0] + _extra(first, row, letter)]
        for column, other in enumerate(second):
            cost = min(
                last[column + 1] + _extra(first, row, letter),
                now[column] + _extra(second, column, other),
                last[column] + _instead(letter, other),
            )
            if row and column and letter == second[column - 1] and other == first[row - 1] and letter != other:
                cost = min(cost, before[column - 1] + _LIGHT)
            now.append(cost)
        before, last = last, now
    first_letter = first[:1] != second[:1] and (first[:1], second[:1]) not in _SOUND_PAIRS
    return last[-1] + (_FIRST_LETTER if first_letter else 0.0)


def _extra(word: str, at: int, letter: str) -> float:
    """What one letter too many, or too few, costs."""
    if at and word[at - 1] == letter:
        return SAME_SOUND
    return _LIGHT if letter in _VOWELS else _OTHER


def _instead(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    if (letter, other) in _SOUND_PAIRS:
        return SAME_SOUND
    return _NEAR if (letter, other) in _NEAR_PAIRS else _OTHER


# --- the wrong keyboard -----------------------------------------------------------------------------------------------

_LATIN_KEYS: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,"
_PERSIAN_KEYS: Final = "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو"
_TO_PERSIAN_KEYS: Final = str.maketrans(_LATIN_KEYS, _PERSIAN_KEYS)
_TO_LATIN_KEYS: Final = str.maketrans(_PERSIAN_KEYS, _LATIN_KEYS)


def other_keyboard(text: str) -> str:
    """A text as the same keys would have written it in the other script."""
    lowered = text.lower()
    return lowered.translate(_TO_PERSIAN_KEYS if lowered.isascii() else _TO_LATIN_KEYS)
