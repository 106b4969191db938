"""Names that somebody wants to match, as the Reconciliation Service API 0.2 asks for them, and the candidates for each.

A candidate is a match only where nothing else could be meant: it alone has the name, or the code, and nothing that was
given besides speaks against it. Names that are merely alike are candidates and never matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import orjson

from ayan.apps.standards.entity_names import EntityNames, names_of
from ayan.apps.standards.entity_sources import TYPES, Entity, EntitySource, sources
from ayan.apps.standards.limits import (
    LONGEST_NAME,
    LONGEST_QUERIES,
    MOST_CANDIDATES,
    MOST_PROPERTIES,
    MOST_QUERIES,
    USUAL_CANDIDATES,
)
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import fold_joined
from ayan.wiring.city import City

_STRICT: Final = ("any", "should", "all")
_MEMBERS: Final = frozenset({"query", "type", "limit", "properties", "type_strict"})
# Of a candidate that something speaks against, the score counts half.
_AGAINST: Final = 2


class QueriesUnreadable(Refusal):
    """The queries are not what the protocol says; the words tell which one, by its number, and what of it."""

    code = "queries-unreadable"
    fa = "queries خواندنی نیست. شیء JSON پرسش‌ها را در نشانی یا در فرمی که POST می‌شود بدهید."
    en = "queries cannot be read. Give the JSON object of queries in the address or as a form by POST."
    status = 400
    field = "queries"


class QueriesTooMany(Refusal):
    """More queries, or longer ones, than one request may bring."""

    code = "queries-too-many"
    fa = "نام‌ها برای یک درخواست زیاد است. آن‌ها را در چند درخواست بفرستید."
    en = "There are too many names for one request. Send them in several."
    status = 413
    field = "queries"


_SHAPE: Final = "{queryId: {query, type, limit, properties: [{pid, v}], type_strict}}"
_NOT_JSON: Final = Label(
    "queries شیء JSON نیست. آن را به این شکل بدهید، در نشانی یا در فرمی که POST می‌شود: {shape}",
    "queries is no JSON object. Give it in this shape, in the address or as a form by POST: {shape}",
)
_OF_ONE: Final = Label(
    "پرسش شمارهٔ {number} خواندنی نیست: {what}. شکل آن: {shape}",
    "Query number {number} cannot be read: {what}. Its shape: {shape}",
)
_TOO_MANY: Final = Label(
    "در یک درخواست تا {queries} نام و {characters} نویسه می‌آید. آن‌ها را در چند درخواست بفرستید.",
    "One request brings up to {queries} names and {characters} characters. Send them in several.",
)


@dataclass(frozen=True, slots=True)
class EntityQuery:
    """One name that is to be matched.

    ``types`` is empty where any will do; ``properties`` are what is known besides, each with the folded values that
    would do.
    """

    text: str
    types: tuple[str, ...]
    strict: str
    limit: int
    properties: tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class EntityCandidate:
    """An entity that a query may mean: its score from 1 to 100, and whether it is meant beyond doubt."""

    entity: Entity
    score: int
    match: bool

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """The candidate as the protocol writes it."""
        separator = locale.of(lang).semicolon
        return {
            "id": self.entity.id,
            "name": self.entity.name,
            "description": separator.join(f"{label}: {value}" for label, value in self.entity.details(lang)),
            "type": [type_json(self.entity.source.type, lang)],
            "score": self.score,
            "match": self.match,
        }


def type_json(type_id: str, lang: Lang) -> dict[str, str]:
    """A type as the protocol writes it."""
    return {"id": type_id, "name": TYPES[type_id].of(lang)}


def read_queries(text: str) -> dict[str, EntityQuery]:
    """The queries of a request by their ids. Raises QueriesUnreadable, or QueriesTooMany."""
    if len(text) > LONGEST_QUERIES:
        raise _too_many()
    try:
        batch = orjson.loads(text)
    except ValueError:
        batch = None
    if not isinstance(batch, dict):
        raise QueriesUnreadable().worded(_NOT_JSON.format(shape=_SHAPE))
    if len(batch) > MOST_QUERIES:
        raise _too_many()
    return {name: _read(query, number) for number, (name, query) in enumerate(batch.items(), 1)}


def _too_many() -> QueriesTooMany:
    return QueriesTooMany().worded(_TOO_MANY.format(queries=MOST_QUERIES, characters=LONGEST_QUERIES))


def _read(query: Any, number: int) -> EntityQuery:
    def need(holds: bool, what: str) -> None:
        if not holds:
            raise QueriesUnreadable().worded(_OF_ONE.format(number=number, what=what, shape=_SHAPE))

    need(isinstance(query, dict) and query.keys() <= _MEMBERS, ", ".join(sorted(_MEMBERS)))
    text, types = query.get("query", ""), query.get("type", [])
    types = [types] if isinstance(types, str) else types
    need(isinstance(text, str) and len(text) <= LONGEST_NAME, f"query <= {LONGEST_NAME}")
    need(isinstance(types, list) and all(isinstance(each, str) for each in types), "type")
    limit = query.get("limit", USUAL_CANDIDATES)
    need(isinstance(limit, int | float) and not isinstance(limit, bool) and limit >= 1, "limit >= 1")
    strict = query.get("type_strict", "any")
    need(strict in _STRICT, f"type_strict: {', '.join(_STRICT)}")
    properties = query.get("properties", [])
    need(isinstance(properties, list) and len(properties) <= MOST_PROPERTIES, f"properties <= {MOST_PROPERTIES}")
    need("query" in query or bool(properties), "query")
    return EntityQuery(
        text,
        tuple(dict.fromkeys(types)),
        strict,
        int(min(limit, MOST_CANDIDATES)),
        tuple(_property(each, need) for each in properties),
    )


def _property(given: Any, need: Callable[[bool, str], None]) -> tuple[str, frozenset[str]]:
    need(isinstance(given, dict) and isinstance(given.get("pid"), str) and "v" in given, "properties: pid, v")
    values = given["v"] if isinstance(given["v"], list) else [given["v"]]
    need(len(values) <= MOST_PROPERTIES, "properties: v")
    texts = set[str]()
    for value in values:
        # Another thing that was matched before is given by its id and its name.
        parts = [value.get("id"), value.get("name", "")] if isinstance(value, dict) else [value]
        need(all(isinstance(part, str | int | float) for part in parts), "properties: v")
        need(all(len(str(part)) <= LONGEST_NAME for part in parts), f"properties: v <= {LONGEST_NAME}")
        texts |= {fold_joined(str(part)) for part in parts}
        texts |= {fold_joined(str(parts[0]).partition(":")[2])} if isinstance(value, dict) else set()
    return given["pid"], frozenset(texts - {""})


class CityEntities:
    """The entities of a city as they stand, for the queries of one request."""

    def __init__(self, city: City, queries: Sequence[EntityQuery] = ()) -> None:
        self._city, self._queries = city, queries
        self._names: dict[str, EntityNames] = {}

    @cached_property
    def sources(self) -> tuple[EntitySource, ...]:
        """What tells of them."""
        return sources(self._city)

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types of which there is something."""
        own = {source.type for source in self.sources}
        return tuple(each for each in TYPES if each in own)

    def properties(self) -> dict[str, Label]:
        """What may narrow a query, by name: the labels of the columns."""
        out: dict[str, Label] = {}
        for source in self.sources:
            for name, field in source.properties.items():
                out.setdefault(name, source.dataset.field(field).label)
        return out

    def of_id(self, entity_id: str) -> Entity | None:
        """The entity of an id; None where there is none."""
        prefix = entity_id.partition(":")[0]
        source = next((each for each in self.sources if each.prefix == prefix), None)
        return self._names_of(source).of_id(entity_id) if source is not None else None

    def beginning(self, text: str, types: Sequence[str], most: int) -> list[Entity]:
        """Entities whose names have words that begin so."""
        asked = [source for source in self.sources if not types or source.type in types]
        entities = [entity for source in asked for entity in self._names_of(source).beginning(text, most)]
        return sorted(entities, key=lambda entity: (len(entity.name), entity.name, entity.id))[:most]

    def candidates(self, query: EntityQuery) -> list[EntityCandidate]:
        """The candidates of a query, the likeliest first."""
        # Nothing is of two types.
        if query.strict == "all" and len(query.types) > 1:
            return []
        asked = [source for source in self.sources if not query.types or source.type in query.types]
        candidates = self._candidates(asked, query)
        if not candidates and query.types and query.strict == "should":
            # Of a type that was not wished for, something may be offered, but is never taken for what was meant.
            others = self._candidates([source for source in self.sources if source not in asked], query)
            candidates = [replace(candidate, match=False) for candidate in others]
        order = tuple(TYPES)
        candidates.sort(
            key=lambda each: (-each.score, order.index(each.entity.source.type), each.entity.name, each.entity.id)
        )
        return candidates[: query.limit]

    def _candidates(self, asked: Sequence[EntitySource], query: EntityQuery) -> list[EntityCandidate]:
        exact: dict[str, tuple[Entity, bool]] = {}
        others: dict[str, EntityCandidate] = {}
        for source in asked:
            for entity, score, is_certain in self._meant(source, query):
                contradiction = _contradicts(entity, query)
                if score == 100 and not contradiction:
                    exact[entity.id] = entity, is_certain or exact.get(entity.id, (entity, False))[1]
                else:
                    mild = score // _AGAINST if contradiction else score
                    known = others.get(entity.id)
                    if known is None or known.score < mild:
                        others[entity.id] = EntityCandidate(entity, max(1, mild), match=False)
        candidates = [
            EntityCandidate(entity, 100, match=is_certain and len(exact) == 1) for entity, is_certain in exact.values()
        ]
        return candidates + [candidate for name, candidate in others.items() if name not in exact]

    def _meant(self, source: EntitySource, query: EntityQuery) -> Iterator[tuple[Entity, int, bool]]:
        """What of a source may be meant: with a score, and whether that alone would decide."""
        names = self._names_of(source)
        # A code of the city's own says something to who says what it is a code of.
        is_code = source.is_telling or source.type in query.types
        if query.text.strip():
            yield from ((entity, 100, is_code or not source.is_large) for entity in names.named(query.text))
            yield from ((entity, 100, is_code) for entity in names.coded(query.text))
            yield from ((entity, score, False) for entity, score in names.alike(query.text))
        for text in _codes(source, query):
            # With a name that is not its own, a code is no proof.
            score = 100 if not query.text.strip() else 90
            yield from ((entity, score, is_code) for entity in names.coded(text))

    def _names_of(self, source: EntitySource) -> EntityNames:
        if source.prefix not in self._names:
            texts = [text for query in self._queries for text in (query.text, *_codes(source, query))]
            self._names[source.prefix] = names_of(self._city, source, texts)
        return self._names[source.prefix]


def _codes(source: EntitySource, query: EntityQuery) -> list[str]:
    """What a query says of the code, besides the name."""
    return [
        text
        for name, texts in query.properties
        for text in sorted(texts)
        if source.code and source.properties.get(name) == source.code
    ]


def _contradicts(entity: Entity, query: EntityQuery) -> bool:
    """Whether something that is known besides the name is otherwise with the entity."""
    own: Mapping[str, str] = entity.source.properties
    return any(entity.has(own[name], texts) is False for name, texts in query.properties if name in own and texts)
