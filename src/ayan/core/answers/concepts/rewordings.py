"""Forms said in other words: what the lexicon says of «پاسخ» holds of «جواب», too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.words.morphology import Word, surface_of, tokens


def reworded(
    entries: Sequence[tuple[str, Meaning]], parts: Mapping[str, Sequence[Word]], same: Sequence[Sequence[str]]
) -> Iterator[tuple[str, Meaning]]:
    """The forms with one word in the place of another that says the same; a form that means something itself stays."""
    others = _others(same)
    known = {surface_of(words) for words in parts.values()}
    for form, meaning in entries:
        words = [word.text for word in parts[form]]
        if meaning.grade == "typo":
            continue
        for at, word in enumerate(words):
            for other in others.get(word, ()):
                if "".join((*words[:at], other, *words[at + 1 :])) not in known:
                    yield " ".join((*words[:at], other, *words[at + 1 :])), meaning


def _others(same: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The other words of each group, as words are compared."""
    said = [[surface_of(tokens(word)) for word in group] for group in same]
    return {word: tuple(each for each in group if each != word) for group in said for word in group}
