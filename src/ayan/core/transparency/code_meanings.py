"""Codes whose meaning moved between two releases of a dataset: the rows stay as they are, and say something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from ayan.core.transparency.answer_difference import quoted
from ayan.core.transparency.shown_values import LANGS, SealedField, sealed_fields
from ayan.core.values.label import Label
from ayan.core.values.text import fold_joined

_TURNED: Final = Label(
    "کد {code} در ستون {column} در {before} «{old}» بود و از اینجا «{new}» است، که پیش‌تر معنای کد دیگری بود.",
    "The code {code} of {column} was “{old}” in {before} and is “{new}” from here, which was another code’s meaning.",
)
_CHANGED: Final = Label(
    "کد {code} در ستون {column} در {before} «{old}» بود و از اینجا «{new}» است.",
    "The code {code} of {column} was “{old}” in {before} and is “{new}” from here.",
)
_UNIT: Final = Label(
    "یکای ستون {column} در {before} «{old}» بود و از اینجا «{new}» است.",
    "The unit of {column} was “{old}” in {before} and is “{new}” from here.",
)


def turned_meanings(manifests: Sequence[tuple[str, int, Mapping[str, Any]]]) -> Iterator[tuple[str, Label]]:
    """Every code and unit that means something else than in the release before, by the ref where it begins.

    ``manifests`` are those of one dataset, each with its ref and the index of its leaf, in any order.
    """
    ordered = sorted(manifests, key=lambda entry: entry[1])
    for (before, _, older), (ref, _, newer) in pairwise(ordered):
        known = sealed_fields(older)
        for name, field in sealed_fields(newer).items():
            if name in known:
                for words in _turned(known[name], field, before):
                    yield ref, words


def _turned(older: SealedField, newer: SealedField, before: str) -> Iterator[Label]:
    blanks = {"column": newer.name, "before": before}
    for code, words in newer.choices.items():
        was = older.choices.get(code)
        lang = next((lang for lang in LANGS if was and _plain(was, lang) != _plain(words, lang)), None)
        if was is None or lang is None:
            continue
        others = {_plain(other, lang) for other_code, other in older.choices.items() if other_code != code}
        said = _TURNED if _plain(words, lang) in others else _CHANGED
        yield said.format(code=quoted(code), old=quoted(was.get(lang, "")), new=quoted(words.get(lang, "")), **blanks)
    lang = next((lang for lang in LANGS if _plain(older.unit, lang) != _plain(newer.unit, lang)), None)
    if lang is not None:
        yield _UNIT.format(old=quoted(older.unit.get(lang, "–")), new=quoted(newer.unit.get(lang, "–")), **blanks)


def _plain(words: Mapping[str, str], lang: str) -> str:
    return fold_joined(words.get(lang, ""))
