"""Matching words in SQL: regular expressions that find in published text what folding both sides would find.

Folding a column cell by cell costs microseconds a cell, so the asked words are unfolded instead: every letter becomes
the class of all characters that fold to it, with room between letters for the marks that folding drops. One pass of RE2
over the text as it is published then decides. The few characters that fold to several (½, ㎡) are spelled out first, in
the rare cells that hold one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from ayan.core.schema.definition import CodeList
from ayan.core.values.text import (
    FOLD_DROP,
    FOLD_MANY,
    FOLD_ONE,
    PUBLISH_DROP,
    PUBLISH_MANY,
    PUBLISH_ONE,
    ZWNJ,
    char_class,
    fold,
    publish,
)

# Endings and beginnings that belong to a word and are written with a space, with a half-space, or joined to it.
PREFIXES: Final = ("می", "نمی")
SUFFIXES: Final = ("ها", "های", "هایی", "تر", "ترین")
SHORTEST_STEM: Final = 2

# Published text no longer holds what `publish` replaces or drops.
_GONE: Final = frozenset((*PUBLISH_DROP, *PUBLISH_ONE, *PUBLISH_MANY))
_MARKS: Final = [c for c in FOLD_DROP if c not in _GONE]
_SPACES: Final = [" ", *(c for c, to in FOLD_ONE.items() if to == " " and c not in _GONE)]
_SEVERAL: Final = {c: to for c, to in FOLD_MANY.items() if c not in _GONE}

_MARK: Final = char_class(_MARKS) + "*"
_JOINT: Final = char_class([*_MARKS, ZWNJ]) + "*"
_EDGE: Final = char_class([*_MARKS, *_SPACES]) + "*"
_GAP: Final = _MARK + char_class(_SPACES) + _EDGE
_ANY_OF_SEVERAL: Final = char_class(_SEVERAL)


def _none_of(characters: Iterable[str]) -> str:
    return "[^" + char_class(characters)[1:]


_DIGITS: Final = "0123456789"
_WRITTEN_DIGITS: Final = [*_DIGITS, *(c for c, to in FOLD_ONE.items() if to in _DIGITS and c not in _GONE)]
# A character that is spelled out may end in a digit, so it is left to the second look of `matches`.
_NUMBER_STARTS: Final = f"(?:^|{_none_of([*_WRITTEN_DIGITS, *_MARKS, *_SEVERAL])}){_MARK}"
_ARABIC: Final = [c for c in map(chr, range(0x0620, 0x0900)) if unicodedata.category(c).startswith("L")]
_NO_LETTER: Final = _none_of([*_ARABIC, *_MARKS])


@cache
def _spellings() -> dict[str, str]:
    """Folded character → class of the published characters that fold to it."""
    sources: dict[str, list[str]] = {}
    for character, to in FOLD_ONE.items():
        if character not in _GONE:
            sources.setdefault(to, [to]).append(character)
    return {to: char_class(characters) for to, characters in sources.items()}


def _letters(word: str, between: str) -> str:
    spellings = _spellings()
    return between.join(spellings.get(letter) or char_class(letter) for letter in word)


def equal(text: str) -> str:
    """The pattern of all published texts whose fold is the fold of ``text``."""
    return f"^{_EDGE}{_GAP.join(_letters(word, _MARK) for word in fold(text).split())}{_EDGE}$"


def containing(text: str) -> str:
    """The pattern of published texts that contain ``text`` as folded; a half-space counts as a space or as nothing.

    «کتاب‌ها», «کتاب ها» and «کتابها» are found by each other where the asked one has the space or the half-space, or
    the published one has the half-space; two words written apart are never run together for a word asked as one.
    """
    return _EDGE.join(_letters(word, _JOINT) for word in fold(text).split())


def searched(word: str) -> str:
    """The pattern of published texts in which a word of a search is found.

    Letters are found anywhere, by the rule of `containing`: «آسفالت» finds «آسفالت‌ریزی», «راه» finds «بزرگراه». A word
    that begins with a digit is found where a number begins, zeros before it aside: 2207 finds C-1404-2207 and 0002207,
    not 12207. A word with one of `PREFIXES` or `SUFFIXES` is found where these are written apart, too: «میرود» finds
    «می رود», as «می‌رود» and «می رود» find «میرود».
    """
    plain = containing(word)
    folded = fold(word)
    if folded[:1] in _DIGITS:
        return f"{_NUMBER_STARTS}(?:{_letters('0', '')}{_MARK})*{plain}"
    return "|".join((plain, *_written_apart(folded)))


def _written_apart(word: str) -> Iterator[str]:
    """The patterns of a folded word whose prefix or suffix stands apart, between blanks."""
    if " " in word:
        return
    for prefix in PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) >= SHORTEST_STEM:
            yield f"(?:^|{_NO_LETTER}){_MARK}{_letters(prefix, _MARK)}{_GAP}{_letters(rest, _JOINT)}"
    for suffix in SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= SHORTEST_STEM:
            yield f"{_letters(stem, _JOINT)}{_GAP}{_letters(suffix, _MARK)}{_MARK}(?:$|{_NO_LETTER})"


def codes_named(choices: CodeList, word: str) -> list[str]:
    """The codes of a list one of whose labels contains a word, by the rule of `searched`."""
    named = re.compile(searched(word)).search
    return [
        entry.code
        for entry in choices.entries
        if any(named(publish(text)) for text in (entry.label.fa, entry.label.en, entry.code))
    ]


def starting(text: str) -> str:
    """The pattern of published texts that start with ``text``, by the rule of `containing`."""
    return f"^{_EDGE}{containing(text)}"


def _spelled_out(x: str) -> str:
    """SQL: the text with each character that folds to several written out, by looking its characters up in a list."""
    one, several = "".join(_SEVERAL), "\t".join(_SEVERAL.values())
    found = f"string_split('{several}', chr(9))[nullif(instr('{one}', c), 0)]"
    return f"array_to_string(list_transform(string_split({x}, ''), lambda c: coalesce({found}, c)), '')"


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
