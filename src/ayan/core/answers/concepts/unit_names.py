"""Units by what they are called in English, whose names are published in Persian: "the IT organisation"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ayan.core.answers.concepts.names import Name
from ayan.core.answers.limits import LONGEST_UNIT, LONGEST_UNIT_WORD
from ayan.core.answers.words.morphology import Word, tokens

_JOINING: Final = frozenset(("and", "of", "for", "the", "&"))
Forms = Mapping[tuple[str, ...], tuple[str, ...]]
"""Words of one language, each form with the words that stand for it in the other."""


class UnitWords:
    """English words for sorts of units and for what they see to, with the Persian words of their names."""

    def __init__(
        self, sorts: Sequence[tuple[Sequence[str], Sequence[str]]], subjects: Sequence[tuple[Sequence[str], str]]
    ) -> None:
        begins = {_texts(form): [_texts(each)[0] for each in fa] for en, fa in sorts for form in en}
        self._sorts: Forms = {form: tuple(words) for form, words in begins.items()}
        self._subjects: Forms = {_texts(form): _texts(fa) for en, fa in subjects for form in en}
        self._first = {form[0] for form in (*self._sorts, *self._subjects)}

    def said(self, words: Sequence[Word], start: int) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
        """Where a unit may be named from a place on, the longest first: its end, how such begin, what it sees to."""
        if words[start].text not in self._first:
            return
        texts = [word.text for word in words]
        for end in range(min(start + LONGEST_UNIT, len(texts)), start + 1, -1):
            if texts[end - 1] in _JOINING:
                continue
            parts = self._parts(texts[start:end])
            if parts is not None:
                yield end, *parts

    def subject(self, words: Sequence[Word], start: int) -> tuple[int, tuple[str, ...]] | None:
        """Where some words end that stand for a subject, and the Persian words for it; None where they are none."""
        texts = [word.text for word in words]
        for size in range(min(LONGEST_UNIT_WORD, len(texts) - start), 1, -1):
            said = self._subjects.get(tuple(texts[start : start + size]))
            if said is not None:
                return start + size, said
        return None

    def _parts(self, texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """How such a unit begins and the words of what it sees to; None where any other word is among them."""
        begins: tuple[str, ...] = ()
        subjects: list[str] = []
        at = 0
        while at < len(texts):
            if texts[at] in _JOINING and at:
                at += 1
                continue
            sizes = range(min(LONGEST_UNIT_WORD, len(texts) - at), 0, -1)
            forms = [tuple(texts[at : at + size]) for size in sizes]
            form = next((each for each in forms if each in self._sorts or each in self._subjects), None)
            if form is None:
                return None
            if form in self._sorts and not begins:
                begins = self._sorts[form]
            elif form in self._subjects:
                subjects += self._subjects[form]
            at += len(form)
        return (begins, tuple(subjects)) if begins and subjects else None


def named(units: Sequence[Name], begins: Sequence[str]) -> Name | None:
    """The one of some units that begins as such do: not the office of its accounts, whose name holds its own."""
    for word in begins:
        begun = [each for each in units if each.begins(word)]
        held = [each for each in begun if not any(f" {o.text} " in f" {each.text} " for o in begun if o != each)]
        if len(held) == 1:
            return held[0]
        if held:
            return None
    return None


def _texts(form: str) -> tuple[str, ...]:
    return tuple(word.text for word in tokens(form))
