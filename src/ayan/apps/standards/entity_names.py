"""What there is of a name: held in memory with its words where the source is small, asked by code where not."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import islice
from threading import Lock
from typing import Any, Final, Protocol

from ayan.apps.standards.entity_sources import Entity, EntitySource
from ayan.apps.standards.limits import (
    LEAST_LIKENESS,
    MOST_CANDIDATES,
    MOST_CODES_ASKED,
    MOST_ENTITIES,
    MOST_NAME_WORDS,
    MOST_SOURCES_HELD,
    MOST_WITH_A_WORD,
)
from ayan.core.query.answer import Snapshot
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.question import Filter, Question
from ayan.core.query.values import read_value
from ayan.core.values.asked_value import BadValue
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import fold, fold_joined
from ayan.wiring.city import City


class NamesTooMany(Refusal):
    """A source has more entities than are held in memory."""

    code = "names-too-many"
    fa = "نام‌ها بیش از آن است که اینجا با هم سنجیده شود. نوع دیگری بپرسید، یا خود ردیف‌ها را در /api/v1/datasets بجویید."
    en = "There are more names than are compared here. Ask for another type, or look in the rows at /api/v1/datasets."
    status = 503


class EntityNames(Protocol):
    """The entities of one source as they are looked for."""

    def named(self, text: str) -> Sequence[Entity]:
        """Those that are called so, letter by letter as texts are compared; spaces and half-spaces aside."""

    def coded(self, text: str) -> Sequence[Entity]:
        """Those whose code it is."""

    def alike(self, text: str) -> Sequence[tuple[Entity, int]]:
        """Those that share words with it, and how many per cent of the words of both, at most 99."""

    def of_id(self, entity_id: str) -> Entity | None:
        """The one of an id."""

    def beginning(self, text: str, most: int) -> Sequence[Entity]:
        """Those with all the words of a text, the last of which may be unfinished; or whose code begins so."""


class HeldNames:
    """The entities of a source that fits into memory, by ids, names, codes and words."""

    def __init__(self, source: EntitySource, records: Iterable[tuple[Any, ...]]) -> None:
        self._source = source
        held: dict[str, Entity] = {}
        for record in records:
            entity = Entity(source, dict(zip(source.columns, record, strict=True)))
            if entity.values[source.name] is not None:
                # Rows come in the order of their periods: what is told of it now is told last.
                held[entity.id] = entity
                if len(held) > MOST_ENTITIES:
                    raise NamesTooMany
        self._by_id = held
        self._entities = tuple(held.values())
        self._names: dict[str, list[int]] = {}
        self._codes: dict[str, list[int]] = {}
        self._holding: dict[str, array[int]] = {}
        self._lengths = array("I")
        for number, entity in enumerate(self._entities):
            self._names.setdefault(fold_joined(entity.name), []).append(number)
            if source.code:
                self._codes.setdefault(self._code(str(entity.values[source.code])), []).append(number)
            words = set(_words(entity.name))
            self._lengths.append(len(words))
            for word in words:
                self._holding.setdefault(word, array("I")).append(number)
        self._words = sorted(self._holding)
        self._code_texts = sorted(self._codes)

    def named(self, text: str) -> Sequence[Entity]:
        """By the name."""
        return self._those(self._names.get(fold_joined(text), ()))

    def coded(self, text: str) -> Sequence[Entity]:
        """By the code."""
        return self._those(self._codes.get(self._code(text), ()))

    def of_id(self, entity_id: str) -> Entity | None:
        """By the id."""
        return self._by_id.get(entity_id)

    def alike(self, text: str) -> Sequence[tuple[Entity, int]]:
        """By the words; of those that stand in very many names only the first names are looked at."""
        asked = list(dict.fromkeys(_words(text)))[:MOST_NAME_WORDS]
        holding = [self._holding[word] for word in asked if word in self._holding]
        shared = Counter(number for numbers in holding for number in islice(numbers, MOST_WITH_A_WORD))
        likeliest = nlargest(
            2 * MOST_CANDIDATES, shared, key=lambda number: shared[number] / (self._lengths[number] + len(asked))
        )
        near: list[tuple[Entity, int]] = []
        for entity in self._those(likeliest):
            # A word that stands in very many names was not counted for each of them.
            own = set(_words(entity.name))
            share = 200 * len(own.intersection(asked)) // (len(own) + len(asked))
            if share >= LEAST_LIKENESS:
                near.append((entity, min(99, share)))
        return near

    def beginning(self, text: str, most: int) -> Sequence[Entity]:
        """By the beginning of a code or a word."""
        *whole, last = _words(text) or [""]
        numbers: dict[int, None] = {}
        if self._source.code and (code := self._code(text)):
            for held in _from(self._code_texts, code):
                numbers.update(dict.fromkeys(self._codes[held]))
                if len(numbers) >= most:
                    break
        others = [set(self._holding.get(word, ())) for word in whole]
        for word in _from(self._words, last):
            numbers.update((number, None) for number in self._holding[word] if all(number in each for each in others))
            if len(numbers) >= most:
                break
        return self._those(islice(numbers, most))

    def _those(self, numbers: Iterable[int]) -> Sequence[Entity]:
        return [self._entities[number] for number in numbers]

    def _code(self, text: str) -> str:
        return _code_of(self._source, text)


class AskedCodes:
    """The entities of a source that is too large to hold, known by their codes alone: one question for many of them."""

    def __init__(self, city: City, source: EntitySource, snapshot: Snapshot, texts: Iterable[str] = ()) -> None:
        self._city, self._source, self._snapshot = city, source, snapshot
        self._field = source.dataset.field(source.code)
        self._known: dict[str, list[Entity]] = {}
        values = sorted({value for text in texts if (value := self._value(text)) is not None})
        for at in range(0, len(values), MOST_CODES_ASKED):
            some = tuple(values[at : at + MOST_CODES_ASKED])
            for entity in self._rows(Filter(source.code, "in", some), MAX_SIZE):
                self._known.setdefault(_code_of(source, entity.name), []).append(entity)

    def named(self, text: str) -> Sequence[Entity]:
        """Nothing of it has another name than its code."""
        return self.coded(text)

    def coded(self, text: str) -> Sequence[Entity]:
        """By the code, of those that were asked for."""
        return self._known.get(_code_of(self._source, text), ())

    def alike(self, text: str) -> Sequence[tuple[Entity, int]]:  # noqa: ARG002 - as of the names that are held
        """None: two codes that look alike are two things."""
        return ()

    def of_id(self, entity_id: str) -> Entity | None:
        """By the code in the id."""
        value = self._value(entity_id.partition(":")[2].replace("%7E", "~").replace("%25", "%"))
        rows = () if value is None else self._rows(Filter(self._source.code, "eq", (value,)), MAX_SIZE)
        return next((entity for entity in rows if entity.id == entity_id), None)

    def beginning(self, text: str, most: int) -> Sequence[Entity]:
        """By the beginning of the code."""
        value = self._value(text)
        return [] if value is None else list(self._rows(Filter(self._source.code, "startswith", (value,)), most))

    def _value(self, text: str) -> str | None:
        try:
            value = read_value(self._field, text)
        except BadValue:
            return None
        return value if isinstance(value, str) else None

    def _rows(self, condition: Filter, most: int) -> Iterator[Entity]:
        source = self._source
        question = Question(slug=source.dataset.slug, filters=(condition,), fields=source.columns, size=most)
        rows = self._city.query_service.rows(source.dataset, question, self._snapshot).rows
        # A code that several releases hold is one entity.
        entities = (Entity(source, dict(row.values)) for row in rows)
        return iter({entity.id: entity for entity in entities}.values())


_held: Final[OrderedDict[tuple[str, ...], HeldNames]] = OrderedDict()
_lock: Final = Lock()


def names_of(city: City, source: EntitySource, texts: Iterable[str] = ()) -> EntityNames:
    """The entities of a source as it stands now; ``texts`` are the codes that will be asked for.

    Raises Unanswered where the source cannot be read, or holds more than memory does.
    """
    dataset = source.dataset
    snapshot = city.query_service.snapshot(dataset, Question(slug=dataset.slug))
    if source.is_large:
        return AskedCodes(city, source, snapshot, texts)
    key = (str(city.home), source.prefix, dataset.slug, dataset.digest, snapshot.snapshot_id)
    with _lock:
        if key in _held:
            _held.move_to_end(key)
            return _held[key]
    names = HeldNames(source, _records(city, source, snapshot))
    with _lock:
        # What stood before goes at once: a row of it may have been erased.
        for old in [each for each in _held if each[:3] == key[:3]]:
            del _held[old]
        _held[key] = names
        while len(_held) > MOST_SOURCES_HELD:
            _held.popitem(last=False)
    return names


def _records(city: City, source: EntitySource, snapshot: Snapshot) -> Iterable[tuple[Any, ...]]:
    """Each combination of values once, in the order in which it stands last."""
    distinct: dict[tuple[Any, ...], None] = {}
    question = Question(slug=source.dataset.slug, fields=source.columns)
    for batch in city.query_service.stream(source.dataset, question, snapshot):
        for record in zip(*(batch.column(name).to_pylist() for name in source.columns), strict=True):
            distinct.pop(record, None)
            distinct[record] = None
        if len(distinct) > 2 * MOST_ENTITIES:
            raise NamesTooMany
    return distinct


def _words(text: str) -> list[str]:
    return fold(text).split()


def _code_of(source: EntitySource, text: str) -> str:
    """A code as it is compared; signs that people put between its digits mean nothing where it has digits alone."""
    code = fold_joined(text)
    return code.replace("-", "") if source.is_telling else code


def _from(texts: Sequence[str], beginning: str) -> Iterator[str]:
    """Those of some sorted texts that begin so; none for an empty beginning."""
    at = bisect_left(texts, beginning)
    while beginning and at < len(texts) and texts[at].startswith(beginning):
        yield texts[at]
        at += 1
