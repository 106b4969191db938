"""Names said in English that are published in Persian alone: "street lights and signs" is «چراغ و علائم»."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product
from typing import Final

from ayan.core.answers.concepts.names import Name, Names, name_words
from ayan.core.answers.limits import (
    LONGEST_NAME,
    LONGEST_UNIT_WORD,
    MOST_ENGLISH_NAMES,
    MOST_ENGLISH_WAYS,
    SHORTEST_LATIN,
)
from ayan.core.answers.words.morphology import Word, tokens

_JOINING: Final = frozenset(("and", "of", "for", "the", "in", "on", "to", "a", "&"))
_WAYS: Final = frozenset(("street", "alley", "lane", "boulevard", "square", "avenue"))
_SAID_ALONE: Final = frozenset(("و", "در", "از", "به", "برای"))
Persian = tuple[str, ...]
"""The words of one way to say something in Persian."""


class EnglishWords:
    """English words and what each is in the Persian of names."""

    def __init__(self, words: Sequence[tuple[Sequence[str], Sequence[str]]]) -> None:
        self._persian: dict[Persian, list[Persian]] = {}
        self.words = frozenset(word.text for english, _ in words for form in english for word in tokens(form))
        for english, persian in words:
            ways = [tuple(word.text for word in tokens(each)) for each in persian]
            for form in english:
                self._persian.setdefault(tuple(word.text for word in tokens(form)), []).extend(ways)

    def names(
        self, names: Names, words: Sequence[Word], start: int, letters: Callable[[Word], Sequence[Word]]
    ) -> Iterator[tuple[int, tuple[Name, ...], Persian]]:
        """The names that are said from a place on, and where the longest way to say some ends.

        Where no name is said in whole, the Persian words that stand together in some name. ``letters`` are the Persian
        words that one in Latin letters may be.
        """
        near = words[start : start + 2]
        if words[start].text in _JOINING or not any(word.is_latin for word in near) or near[0].is_number:
            return
        parts = self._parts(names, words, start, letters)
        for size in range(len(parts), 0, -1):
            said, end = [each for each, _ in parts[:size]], parts[size - 1][1]
            whole: dict[str, Name] = {}
            held: Persian = ()
            for way in islice(product(*said), MOST_ENGLISH_WAYS):
                asked = {word for each in way for word in each}
                bearers = names.with_words(sorted(asked - _SAID_ALONE))
                held = held or (tuple(word for each in way for word in each) if bearers else ())
                for name in bearers:
                    own = set(name_words(name.text)) - _SAID_ALONE
                    if own <= asked:
                        whole[name.text] = name
            if whole and len(whole) <= MOST_ENGLISH_NAMES:
                yield end, tuple(whole.values()), ()
                return
            if held:
                yield end, (), held
                return

    def _parts(
        self, names: Names, words: Sequence[Word], start: int, letters: Callable[[Word], Sequence[Word]]
    ) -> list[tuple[list[Persian], int]]:
        """What the words from a place on are in Persian, as far as each is known; with where each of them ends."""
        parts: list[tuple[list[Persian], int]] = []
        at = start
        while at < min(len(words), start + LONGEST_NAME) and not words[at].is_number:
            if words[at].text in _JOINING:
                at += 1
                continue
            sizes = range(min(LONGEST_UNIT_WORD + 1, len(words) - at), 0, -1)
            size = next((size for size in sizes if self._form(words, at, size) in self._persian), 0)
            if size:
                parts.append((self._persian[self._form(words, at, size)], at + size))
                at += size
                continue
            beside = (*words[max(at - 1, 0) : at], *words[at + 1 : at + 2])
            said = self._read(words[at], letters)
            if not said and any(word.text in _WAYS for word in beside):
                # "Bid alley": beside a word for a street any word may be its name.
                said = [(each,) for each in names.in_latin(words[at].text)]
            if not said:
                break
            parts.append((said, at + 1))
            at += 1
        return parts

    @staticmethod
    def _read(word: Word, letters: Callable[[Word], Sequence[Word]]) -> list[Persian]:
        """A word in Latin letters as a Persian one; one that was read as such stays."""
        if not word.is_latin:
            return [(word.text,)]
        return [(each.text,) for each in letters(word)] if len(word.text) > SHORTEST_LATIN else []

    @staticmethod
    def _form(words: Sequence[Word], at: int, size: int) -> Persian:
        return tuple(word.text for word in words[at : at + size])
