"""Names that stand in what is published: people, companies, units, streets, titles, and the fields that hold them.

They are read from the answers of the query service, so nothing is known here that the public cannot see.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

from ayan.core.answers.limits import (
    KEPT_WORDS,
    LONGEST_NAME,
    LONGEST_TITLE,
    MEAN_REPEATS,
    MOST_BEARERS,
    MOST_NAMES,
    MOST_SORTS,
    MOST_TITLES,
)
from ayan.core.answers.words.latin_letters import LatinLetters
from ayan.core.answers.words.morphology import Word, listed, plain, tokens
from ayan.core.answers.words.quantities import small_number_at
from ayan.core.answers.words.spelling import Spelling
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.query_service import QueryService, answer_groups
from ayan.core.query.question import Question, Sort
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

_KEY: Final = "key"
_HALF_SPACE: Final = "\u200c"
NAMED_ROLES: Final = ("company", "person", "unit", "place", "title", "category", "")
_ACTORS: Final = ("company", "person", "unit", "place", "category")
# What a name says of its sort and not of itself.
_COMMON: Final = listed("شرکت موسسه سهامی خاص عام محدود مسئولیت با تعاونی اقای خانم مهندس دکتر نمونه")

_NUMBERED: Final = frozenset(("منطقه", "ناحیه"))
"""What has a number for its name."""

FieldName = tuple[str, str]
"""A dataset and one of its fields."""


# How many digits the last part of a number may be filled up to with zeros.
_WIDTHS: Final = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Name:
    """One name as it is published, and the fields whose values it is."""

    text: str
    fields: frozenset[FieldName]

    def begins(self, word: str) -> bool:
        """Whether a word is its first."""
        return name_words(self.text)[:1] == (word,)


@dataclass(frozen=True, slots=True)
class PublishedNames:
    """The values of one field, as far as they are known: its commonest."""

    slug: str
    field: str
    role: str
    values: tuple[str, ...]


def names_of(service: QueryService, dataset: Dataset, rows: int) -> tuple[PublishedNames, ...]:
    """The names in the fields of a dataset that has so many rows."""
    named = (_values(service, dataset, field, rows) for field in dataset.published if _is_named(field, rows))
    return (*(each for each in named if each is not None), *_example(service, dataset))


def _example(service: QueryService, dataset: Dataset) -> tuple[PublishedNames, ...]:
    """How the numbers of a dataset's records are written, by the first of them; none where they have no number."""
    keys = [as_asked(dataset).field(name) for name in dataset.key]
    # Of several the number is a code: the line of a budget, beside its year.
    numbers = [
        own for own in keys if own.kind.is_code or (len(keys) == 1 and (own.kind.is_count or own.kind.is_company))
    ]
    if not numbers:
        return ()
    own = numbers[-1]
    rows = service.rows(dataset, Question(slug=dataset.slug, size=1)).rows
    return tuple(PublishedNames(dataset.slug, own.name, _KEY, (str(row.values[own.name]),)) for row in rows)


def _is_named(field: Field, rows: int) -> bool:
    if field.choices is not None or not field.kind.is_words or field.shown != "public":
        return False
    return (field.role or "") in NAMED_ROLES and (field.role in _ACTORS or rows <= MOST_TITLES)


def _values(service: QueryService, dataset: Dataset, field: Field, rows: int) -> PublishedNames | None:
    """The values of a field; None where it has no role and they are texts of their own, not names that repeat."""
    scope = Question(slug=dataset.slug, size=MOST_NAMES)
    asked = GroupQuestion(
        scope=scope, by=(GroupKey(field.name),), measures=(GroupMeasure("count"),), sort=Sort("count", descending=True)
    )
    groups = answer_groups(service, dataset, asked).rows
    values = tuple(group[field.name] for group in groups if group[field.name])
    repeats = len(values) <= MOST_SORTS and MEAN_REPEATS * len(values) <= rows
    if not field.role and not (repeats and all(map(_is_name, values))):
        return None
    return PublishedNames(dataset.slug, field.name, field.role or "", values)


def _is_name(value: str) -> bool:
    """Whether a value may be what something is called: no sentence, and no word of a program."""
    return len(value) <= LONGEST_TITLE and not value.isascii()


class DatasetNames:
    """The names of one dataset at one state, by the whole of them and by their words."""

    def __init__(self, fields: Iterable[PublishedNames]) -> None:
        held: dict[str, set[FieldName]] = defaultdict(set)
        words: dict[str, set[FieldName]] = defaultdict(set)
        self.number = ""
        """The number of one of its records, where they have such."""
        for each in fields:
            if each.role == _KEY:
                self.number = each.values[0]
                continue
            for value in each.values:
                if each.role == "title" and len(value) > LONGEST_TITLE:
                    continue
                held[value].add((each.slug, each.field))
        whole: dict[str, list[int]] = defaultdict(list)
        bearers: dict[str, list[int]] = defaultdict(list)
        # A dataset has few fields and thousands of names: each set of fields is held once.
        known: dict[frozenset[FieldName], frozenset[FieldName]] = {}
        self.names = tuple(Name(text, _once(known, places)) for text, places in sorted(held.items()))
        for number, name in enumerate(self.names):
            parts = name_words(name.text)
            numbered = in_digits(parts)
            for part in dict.fromkeys((*parts, *numbered)):
                words[part] |= name.fields
                bearers[part].append(number)
            if parts and len(parts) <= LONGEST_NAME:
                whole["".join(numbered)].append(number)
        self.whole: Mapping[str, Sequence[int]] = {text: tuple(numbers) for text, numbers in whole.items()}
        self.bearers: Mapping[str, Sequence[int]] = {word: tuple(numbers) for word, numbers in bearers.items()}
        self.words: Mapping[str, frozenset[FieldName]] = {word: _once(known, each) for word, each in words.items()}
        self.spelling = Spelling(self.words)
        self.compounds = dict(_compounds(held))
        """Words that a half-space parts, as one; and their parts."""
        self.latin = LatinLetters({*self.words, *self.compounds})


class Names:
    """All names of a city: those of each of its datasets, asked together, so that a release changes those of one."""

    def __init__(self, datasets: Mapping[str, DatasetNames]) -> None:
        self._datasets = tuple(datasets.values())
        self._by_slug = datasets
        self.numbers = {slug: each.number for slug, each in datasets.items() if each.number}
        """The number of one record of each dataset that has such, by its slug."""
        # One question asks for the same word in every dataset that may be meant, and its parts ask again.
        self.places: Callable[[str], frozenset[FieldName]] = lru_cache(KEPT_WORDS)(self._places)
        """The fields in whose values a word stands."""
        self.in_latin: Callable[[str], tuple[str, ...]] = lru_cache(KEPT_WORDS)(self._in_latin)
        """The words of names that a word in Latin letters may be."""
        self._bearing: Callable[[tuple[str, ...]], tuple[Name, ...]] = lru_cache(KEPT_WORDS)(self._united_bearers)

    def of_field(self, slug: str, field: str) -> tuple[str, ...]:
        """The names that one field of a dataset holds, in the order of their letters."""
        known = self._by_slug.get(slug)
        return tuple(each.text for each in known.names if (slug, field) in each.fields) if known is not None else ()

    def is_word(self, word: str) -> bool:
        """Whether a word stands in a name."""
        return any(word in each.words for each in self._datasets)

    def _places(self, word: str) -> frozenset[FieldName]:
        return frozenset[FieldName]().union(*(each.words.get(word, ()) for each in self._datasets))

    @cached_property
    def fields(self) -> frozenset[FieldName]:
        """The fields that names are taken from."""
        return frozenset(place for each in self._datasets for name in each.names for place in name.fields)

    @property
    def spellings(self) -> tuple[Spelling, ...]:
        """The words of the names, asked for the nearest."""
        return tuple(each.spelling for each in self._datasets)

    def _in_latin(self, word: str) -> tuple[str, ...]:
        return tuple(sorted({known for each in self._datasets for known in each.latin.meant(word)}))

    def parts(self, word: str) -> tuple[str, ...]:
        """The words that a half-space parts, of one written without it; the word itself where there is none."""
        return next((each.compounds[word] for each in self._datasets if word in each.compounds), (word,))

    def called(self, words: Sequence[str]) -> tuple[Name, ...]:
        """The things that are called so, with nothing left out but what says of which sort they are."""
        text = "".join(in_digits([word for word in words if word not in _COMMON]))
        if not text:
            return ()
        return _united(each.names[number] for each in self._datasets for number in each.whole.get(text, ()))

    def with_words(self, words: Sequence[str]) -> tuple[Name, ...]:
        """The things in whose names all of some words stand; none where these are too many to tell."""
        return self._bearing(tuple(words)) if words else ()

    def _united_bearers(self, words: tuple[str, ...]) -> tuple[Name, ...]:
        bearers: list[Name] = []
        for each in self._datasets:
            # The rarest first: a common word stands in thousands of names.
            rarest, *others = sorted((each.bearers.get(word, ()) for word in words), key=len)
            bearers += [each.names[number] for number in set(rarest).intersection(*others)]
        if len({name.text for name in bearers}) > MOST_BEARERS:
            return ()
        return _united(bearers)


def _compounds(names: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """«خدمت‌آور» is written "Khedmatavar"."""
    for word in {word for name in names for word in name.split() if _HALF_SPACE in word}:
        joined, parts = plain(word.replace(_HALF_SPACE, "")), tuple(token.text for token in tokens(word))
        if len(parts) > 1 and joined.isalpha():
            yield joined, parts


def _once(known: dict[frozenset[FieldName], frozenset[FieldName]], places: Iterable[FieldName]) -> frozenset[FieldName]:
    own = frozenset(places)
    return known.setdefault(own, own)


def _united(names: Iterable[Name]) -> tuple[Name, ...]:
    """One thing for each text, whichever datasets name it."""
    fields: dict[str, frozenset[FieldName]] = {}
    for name in names:
        fields[name.text] = fields.get(name.text, frozenset()) | name.fields
    return tuple(Name(text, fields[text]) for text in sorted(fields))


def name_words(text: str) -> tuple[str, ...]:
    """The words by which a name is known."""
    return tuple(token.text for token in tokens(text) if token.text not in _COMMON)


def in_digits(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a name, the number behind a word for a district in digits: «منطقهٔ دو» is «منطقهٔ ۲»."""
    if _NUMBERED.isdisjoint(words):
        return tuple(words)
    behind = (_number(word) if before in _NUMBERED else None for before, word in pairwise(("", *words)))
    return tuple(word if number is None else str(number) for word, number in zip(words, behind, strict=True))


def _number(word: str) -> int | None:
    return small_number_at([Word(word, word)], 0)


def spellings(code: str) -> Iterator[str]:
    """A number as it was typed, with the other mark between its parts, and its last part filled up with zeros."""
    for mark in "-/":
        text = code.replace("/", mark).replace("-", mark)
        yield text
        head, sign, last = text.rpartition(mark)
        if sign and last.isdigit():
            yield from (f"{head}{mark}{last.zfill(width)}" for width in _WIDTHS if width > len(last))
            yield f"{head}{mark}{last.lstrip('0') or '0'}"
    if code.upper() != code:
        yield code.upper()


def shape_of_code(code: str) -> str:
    """How the number of a record is written: its letters and marks, and how many runs of digits."""
    return re.sub("[0-9]+", "9", code.upper().replace("/", "-"))


def written_like(code: str, example: str) -> str:
    """A number as another of its sort is written: its marks, and as many digits in each run that begins with zeros."""
    runs = zip(re.findall("[0-9]+|[^0-9]+", code.upper()), re.findall("[0-9]+|[^0-9]+", example), strict=False)
    return "".join(
        run.zfill(len(other)) if run.isdigit() and other.startswith("0") else run if run.isdigit() else other
        for run, other in runs
    )
