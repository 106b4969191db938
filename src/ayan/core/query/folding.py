"""Matching words in SQL: regular expressions that find in published text what folding both sides would find.

Folding a column cell by cell costs microseconds a cell, so the asked words are unfolded instead: every letter becomes
the class of all characters that fold to it, with room between letters for the marks that folding drops. One pass of RE2
over the text as it is published then decides. The few characters that fold to several (½, ㎡) are spelled out first, in
the rare cells that hold one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from ayan.core.query.limits import SHORTEST_STEM
from ayan.core.values.sql import literal
from ayan.core.values.text import (
    FOLD_DROP,
    FOLD_MANY,
    FOLD_ONE,
    HALF_SPACE,
    PUBLISH_DROP,
    PUBLISH_MANY,
    PUBLISH_ONE,
    ZWNJ,
    char_class,
    fold,
)

# Endings and beginnings that belong to a word and are written with a space, with a half-space, or joined to it.
PREFIXES: Final = ("می", "نمی")
SUFFIXES: Final = ("ها", "های", "هایی", "تر", "ترین")

# Published text no longer holds what `publish` replaces or drops.
_GONE: Final = frozenset((*PUBLISH_DROP, *PUBLISH_ONE, *PUBLISH_MANY))
_MARKS: Final = [c for c in FOLD_DROP if c not in _GONE]
_SPACES: Final = [" ", *(c for c, to in FOLD_ONE.items() if to == " " and c not in _GONE)]
_SEVERAL: Final = {c: to for c, to in FOLD_MANY.items() if c not in _GONE}

_ANY_OF_SEVERAL: Final = char_class(_SEVERAL)


def _none_of(characters: Iterable[str]) -> str:
    return "[^" + char_class(characters)[1:]


_DIGITS: Final = "0123456789"
_WRITTEN_DIGITS: Final = [*_DIGITS, *(c for c, to in FOLD_ONE.items() if to in _DIGITS and c not in _GONE)]
_ARABIC: Final = [c for c in map(chr, range(0x0620, 0x0900)) if unicodedata.category(c).startswith("L")]


@cache
def _spellings() -> dict[str, str]:
    """Folded character → class of the published characters that fold to it."""
    sources: dict[str, list[str]] = {}
    for character, to in FOLD_ONE.items():
        if character not in _GONE:
            sources.setdefault(to, [to]).append(character)
    return {to: char_class(characters) for to, characters in sources.items()}


@dataclass(frozen=True, slots=True)
class FoldedPattern:
    """How texts are written in which patterns look for words; each part is a pattern.

    ``mark`` may follow a letter, ``joint`` stand between two letters of a word, ``edge`` between two words that may be
    joined, ``gap`` between two that may not; ``number`` stands before a number, ``other`` is no Persian letter.
    """

    letter: Callable[[str], str]
    mark: str
    joint: str
    edge: str
    gap: str
    number: str
    other: str

    def letters(self, word: str, between: str) -> str:
        """The letters of a folded word."""
        return between.join(map(self.letter, word))


AS_PUBLISHED: Final = FoldedPattern(
    letter=lambda letter: _spellings().get(letter) or char_class(letter),
    mark=char_class(_MARKS) + "*",
    joint=char_class([*_MARKS, ZWNJ]) + "*",
    edge=char_class([*_MARKS, *_SPACES]) + "*",
    gap=f"{char_class(_MARKS)}*{char_class(_SPACES)}{char_class([*_MARKS, *_SPACES])}*",
    # A character that is spelled out may end in a digit, so it is left to the second look of `matches`.
    number=f"(?:^|{_none_of([*_WRITTEN_DIGITS, *_MARKS, *_SEVERAL])}){char_class(_MARKS)}*",
    other=_none_of([*_ARABIC, *_MARKS]),
)
"""Texts as they stand in a release."""

FOLDED: Final = FoldedPattern(
    letter=re.escape,
    mark="",
    joint=f"{HALF_SPACE}*",
    edge=f"[ {HALF_SPACE}]*",
    gap=f"[ {HALF_SPACE}]+",
    number="(?:^|[^0-9])",
    other=_none_of(_ARABIC),
)
"""Texts as `text.fold_but_half_spaces` leaves them: patterns are a tenth as long, and quick to make."""


def equal(text: str, writing: FoldedPattern = AS_PUBLISHED) -> str:
    """The pattern of all texts whose fold is the fold of ``text``."""
    words = (writing.letters(word, writing.mark) for word in fold(text).split())
    return f"^{writing.edge}{writing.gap.join(words)}{writing.edge}$"


def containing(text: str, writing: FoldedPattern = AS_PUBLISHED) -> str:
    """The pattern of texts that contain ``text`` as folded; a half-space counts as a space or as nothing.

    «کتاب‌ها», «کتاب ها» and «کتابها» are found by each other where the asked one has the space or the half-space, or
    the published one has the half-space; two words written apart are never run together for a word asked as one.
    """
    return writing.edge.join(writing.letters(word, writing.joint) for word in fold(text).split())


def starting(text: str, writing: FoldedPattern = AS_PUBLISHED) -> str:
    """The pattern of texts that start with ``text``, by the rule of `containing`."""
    return f"^{writing.edge}{containing(text, writing)}"


def searched(word: str, writing: FoldedPattern = AS_PUBLISHED) -> str:
    """The pattern of texts in which a word of a search is found.

    Letters are found anywhere, by the rule of `containing`: «آسفالت» finds «آسفالت‌ریزی», «راه» finds «بزرگراه». A word
    that begins with a digit is found where a number begins, zeros before it aside: 2207 finds C-1404-2207 and 0002207,
    not 12207. A word with one of `PREFIXES` or `SUFFIXES` is found where these are written apart, too: «میرود» finds
    «می رود», as «می‌رود» and «می رود» find «میرود».
    """
    plain = containing(word, writing)
    folded = fold(word)
    if folded[:1] in _DIGITS:
        return f"{writing.number}(?:{writing.letter('0')}{writing.mark})*{plain}"
    return "|".join((plain, *_written_apart(folded, writing)))


def stem(word: str) -> str:
    """What every text holds in which a folded word is found: the word but for what may stand apart from it."""
    if " " in word:
        return word
    prefixes = [prefix for prefix in PREFIXES if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST_STEM]
    suffixes = [suffix for suffix in SUFFIXES if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM]
    return word[max(map(len, prefixes), default=0) : len(word) - max(map(len, suffixes), default=0)]


def _written_apart(word: str, writing: FoldedPattern) -> Iterator[str]:
    """The patterns of a folded word whose prefix or suffix stands apart, between blanks."""
    if " " in word:
        return
    mark, joint = writing.mark, writing.joint
    for prefix in PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) >= SHORTEST_STEM:
            apart = f"{writing.letters(prefix, mark)}{writing.gap}{writing.letters(rest, joint)}"
            yield f"(?:^|{writing.other}){mark}{apart}"
    for suffix in SUFFIXES:
        root = word.removesuffix(suffix)
        if root != word and len(root) >= SHORTEST_STEM:
            apart = f"{writing.letters(root, joint)}{writing.gap}{writing.letters(suffix, mark)}"
            yield f"{apart}{mark}(?:$|{writing.other})"


def _spelled_out(x: str) -> str:
    """SQL: the text with each character that folds to several written out, by looking its characters up in a list."""
    singles, several = "".join(_SEVERAL), "\t".join(_SEVERAL.values())
    spelled = f"string_split({literal(several)}, chr(9))[nullif(instr({literal(singles)}, c), 0)]"
    return f"array_to_string(list_transform(string_split({x}, ''), lambda c: coalesce({spelled}, c)), '')"


def matches(x: str, pattern: str) -> str:
    """SQL: whether the text column ``x`` has the pattern bound to the parameter named ``pattern``; FALSE for NULL.

    One look finds the rows that have the pattern or a character that folds to several; only those are looked at twice.
    """
    # Nested CASEs, for AND and OR compute both of their sides for every row.
    return (
        f"CASE WHEN NOT regexp_matches({x}, '(?:' || {pattern} || ')|{_ANY_OF_SEVERAL}') THEN FALSE "
        f"WHEN regexp_matches({x}, {pattern}) THEN TRUE "
        f"WHEN regexp_matches({x}, '{_ANY_OF_SEVERAL}') THEN regexp_matches({_spelled_out(x)}, {pattern}) "
        f"ELSE FALSE END"
    )
