"""Matching words in SQL: regular expressions that find in published text what folding both sides would find.

Folding a column cell by cell costs microseconds a cell, so the asked words are unfolded instead: every letter becomes
the class of all characters that fold to it, with room between letters for the marks that folding drops. One pass of RE2
over the text as it is published then decides. The few characters that fold to several (½, ㎡) are spelled out first, in
the rare cells that hold one.
"""

from __future__ import annotations

import re
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


def codes_named(choices: CodeList, word: str) -> list[str]:
    """The codes of a list one of whose labels contains a word, by the rule of `containing`."""
    named = re.compile(containing(word)).search
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
