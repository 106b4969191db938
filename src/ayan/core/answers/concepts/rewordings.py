"""Forms said in other words: what the lexicon says of «پاسخ» holds of «جواب», too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.words.morphology import Word, surface_of, tokens


def reworded(
    entries: Sequence[tuple[str, Meaning]], parts: Mapping[str, Sequence[Word]], same: Sequence[Sequence[str]]
) -> Iterator[tuple[str, Meaning]]:
    """The forms with one word in the place of another that says the same; a form that means something itself stays.

    A value of one table is said so, too, where the other words name a value of another table alone.
    """
    others = _others(same)
    known: dict[str, set[str]] = defaultdict(set)
    for form, meaning in entries:
        known[surface_of(parts[form])].add(meaning.slug if meaning.sense == "value" else "")
    for form, meaning in entries:
        words = [word.text for word in parts[form]]
        if meaning.grade == "typo":
            continue
        for at, word in enumerate(words):
            for other in others.get(word, ()):
                held = known.get("".join((*words[:at], other, *words[at + 1 :])), set())
                if not held or (meaning.sense == "value" and len(words) > 1 and not held & {"", meaning.slug}):
                    yield " ".join((*words[:at], other, *words[at + 1 :])), meaning


def _others(same: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The other words of each group, as words are compared."""
    said = [[surface_of(tokens(word)) for word in group] for group in same]
    return {word: tuple(each for each in group if each != word) for group in said for word in group}


def with_values(meanings: tuple[Meaning, ...], others: Iterable[Sequence[Meaning]]) -> tuple[Meaning, ...]:
    """What words mean, with the values that the same verb in another person is called by in further tables."""
    meant = {each.slug for each in meanings}
    values = (each for other in others for each in other if each.sense == "value" and each.slug not in meant)
    return (*meanings, *dict.fromkeys(values))
