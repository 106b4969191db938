"""How a found row is shown: its name and one sentence, and where the words stand by which it was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from ayan.apps.catalog import explorer, records
from ayan.apps.catalog.sentence import sentence
from ayan.apps.search.limits import MOST_PLACES
from ayan.apps.search.selectors import Found, Hit, Table
from ayan.core.query.folding import FOLDED, searched
from ayan.core.schema.definition import CODE_KINDS, Dataset, Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold_but_half_spaces, publish
from ayan.ui import writing


@dataclass(frozen=True, slots=True)
class Place:
    """A field in which a searched word stands, with its value marked."""

    label: Label
    value: SafeString


@dataclass(frozen=True, slots=True)
class Shown:
    """One found row: its record's key, what it is called, what it says, and where the words stand but in its name."""

    dataset: Dataset
    key: str
    title: SafeString
    sentence: SafeString
    places: tuple[Place, ...]
    period: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows found in one dataset: how many, the first of them, and the question that asks for all."""

    dataset: Dataset
    total: int
    query: str
    shown: tuple[Shown, ...]


class Marker:
    """Finds the searched words in a text; whole written words are marked, for half a Persian word cannot be cut out."""

    def __init__(self, words: Iterable[str]) -> None:
        self._finders = [re.compile(searched(word, FOLDED)).search for word in words]

    def found(self, text: str) -> frozenset[int]:
        """Which of the words a text holds, by their places."""
        folded = fold_but_half_spaces(publish(text))
        return frozenset(place for place, finder in enumerate(self._finders) if finder(folded))

    def __call__(self, text: str) -> bool:
        """Whether a text holds any of the words."""
        return bool(self.found(text))


def best(found: Found, lang: Lang) -> list[Shown]:
    """The records whose key was searched for, each period told apart where there are several."""
    several = len(found.records) > 1
    return [_shown(hit, Marker(()), lang, hit.row.period if several else "") for hit in found.records]


def groups(found: Found, lang: Lang) -> list[Group]:
    """The rows by dataset, but for a record that stands above them already."""
    marker = Marker(found.words)
    told = {hit.path for hit in found.records}
    return [_group(one, marker, lang) for one in found.tables if one.total > 1 or one.hits[0].path not in told]


def _group(table: Table, marker: Marker, lang: Lang) -> Group:
    return Group(table.dataset, table.total, table.query, tuple(_shown(hit, marker, lang) for hit in table.hits))


def _shown(hit: Hit, marker: Marker, lang: Lang, period: str = "") -> Shown:
    dataset, values = hit.dataset, hit.row.values
    head = explorer.title_field(dataset)
    title = records.title(dataset, hit.row, lang)
    places = tuple(_places(hit, head, title, marker, lang))
    said = sentence(dataset, values, lang, locale.of(lang).calendar)
    return Shown(dataset, hit.key, writing.words(title, marker), said, places, period)


def _places(hit: Hit, head: Field | None, title: str, marker: Marker, lang: Lang) -> Iterator[Place]:
    """The fields that hold a word which neither the name nor a field before them holds."""
    seen, told = set(marker.found(title)), 0
    for field in hit.dataset.published:
        value = hit.row.values.get(field.name)
        if value is None or field == head or field.kind in ("geometry", "boolean") or told == MOST_PLACES:
            continue
        text = writing.value_plain(field, value, lang, "rial")
        new = marker.found(text) - seen
        if new:
            seen |= new
            told += 1
            yield Place(field.label, _marked(field, text, marker))


def _marked(field: Field, text: str, marker: Marker) -> SafeString:
    return writing.code(text) if field.kind in CODE_KINDS else writing.words(text, marker)
