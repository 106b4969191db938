"""Words of labels: what a single word says in one dataset that is part of what a column or a value of it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.answers.limits import SHORTEST_STEM
from ayan.core.answers.words.morphology import Word, listed, tokens
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

_JOINING: Final = listed(
    "از در به با برای یا هر روی پس تا the of and or for with without in on to by from at per a an is not no "
    "شماره کد نام عنوان نوع تاریخ مبلغ تعداد شرح وضعیت جمع سهم روز ماه سال number code name title kind date amount "
    "count text state total share day month year days"
)
"""Words that stand in labels of every table, and so say nothing of one column."""


_OTHERS: Final = frozenset(("سایر", "دیگر", "other", "others"))
"""What is called by one of these is meant by the whole of what it is called alone."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A column, or one value of it, by whose label a word may call it."""

    field: str
    code: str = ""


class LabelWords:
    """The words of all labels of some datasets, each with what it is part of the name of."""

    def __init__(self, datasets: Sequence[Dataset], stem: Callable[[str], str]) -> None:
        self._stem = stem
        self._sizes: dict[tuple[str, Labelled], int] = {}
        self._words = {dataset.slug: self._of(dataset) for dataset in datasets}

    def _of(self, dataset: Dataset) -> dict[str, frozenset[Labelled]]:
        words: dict[str, set[Labelled]] = defaultdict(set)
        for own in dataset.published:
            for label, meant in _labels(own):
                said = {self._stem(word.text) for word in tokens(label) if _says(word)}
                # «سایر منابع» are no «منابع» of anything.
                size = 2 * len(said) if _OTHERS & {word.text for word in tokens(label)} else len(said)
                size = min(size, self._sizes.get((dataset.slug, meant), size))
                self._sizes[dataset.slug, meant] = size
                for stem in said:
                    words[stem].add(meant)
        return {word: frozenset(meant) for word, meant in words.items()}

    def holds(self, dataset: Dataset, name: str, texts: Sequence[str]) -> bool:
        """Whether some words all stand in what one column is called."""
        known = self._words.get(dataset.slug, {})
        return bool(texts) and all(Labelled(name) in known.get(self._stem(text), frozenset()) for text in texts)

    def meant(self, dataset: Dataset, texts: Sequence[str]) -> tuple[Labelled, ...]:
        """The one column or value in whose label some words stand together, at least half of what it is called.

        Several only of columns with the same unit, in which all are numbers that may be told side by side.
        """
        known = self._words.get(dataset.slug, {})
        held = [known.get(self._stem(text), frozenset()) for text in texts]
        if not held or not all(held):
            return ()
        meant = frozenset.intersection(*held)
        meant = frozenset(each for each in meant if self._sizes[dataset.slug, each] <= 2 * len(held))
        values = {each for each in meant if each.code}
        fields = {each for each in meant if not each.code}
        # A column whose values are called like itself is meant by the value.
        for some in (values, fields):
            if len(some) == 1 and (some is fields or {each.field for each in fields} <= {each.field for each in some}):
                return tuple(some)
        units = {dataset.field(each.field).unit for each in fields}
        alike = len(units) == 1 and None not in units and not values
        return tuple(sorted(fields, key=lambda each: each.field)) if alike else ()


def _says(word: Word) -> bool:
    return len(word.text) >= SHORTEST_STEM and word.text not in _JOINING and not word.is_number


def _labels(own: Field) -> Iterator[tuple[str, Labelled]]:
    for form in (own.label.fa, own.label.en, *own.aliases):
        yield form, Labelled(own.name)
    if own.choices is not None and own.role != "place":
        for entry in own.choices.entries:
            for form in (entry.label.fa, entry.label.en, *entry.aliases):
                yield form, Labelled(own.name, entry.code)
