"""Which datasets say what companies, units, persons, parcels and streets there are, by what they are declared to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PlaysView
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold_joined
from ayan.ui import language
from ayan.wiring.city import City

TYPES: Final[Mapping[str, Label]] = {
    "company": Label("شرکت", "Company"),
    "unit": Label("واحد شهرداری", "Unit of the municipality"),
    "person": Label("شخص در سمتی که منتشر شده", "Person in a published post"),
    "street": Label("معبر", "Street"),
    "parcel": Label("ملک", "Parcel"),
}
"""What can be asked for, in the order in which equals are listed."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing that rows of a source tell of; ``values`` are those of its fields, by their names."""

    source: EntitySource
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its name among all of them, such as ``company:10100000001``; parts of a longer one are joined by ``~``."""
        parts = ("" if (value := self.values[name]) is None else str(value) for name in self.source.by)
        escaped = (part.replace("%", "%25").replace(keys.SEPARATOR, "%7E") for part in parts)
        return f"{self.source.prefix}:{keys.SEPARATOR.join(escaped)}"

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.values[self.source.name])

    def details(self, lang: Lang) -> list[tuple[str, str]]:
        """What is told of it besides its name: labels and values, in a language."""
        fields = ((self.source.dataset.field(name), self.values[name]) for name in self.source.properties.values())
        return [
            (field.label.of(lang), _text(field, value, lang))
            for field, value in fields
            if value is not None and field.name != self.source.name
        ]

    def has(self, field: str, texts: Iterable[str]) -> bool | None:
        """Whether the value of a field is one of some folded texts; None where it has none."""
        value, declared = self.values[field], self.source.dataset.field(field)
        if value is None:
            return None
        own = {str(value), *(_text(declared, value, lang) for lang in locale.codes())}
        return not {fold_joined(text) for text in own}.isdisjoint(texts)

    def path(self, lang: Lang) -> str:
        """The page of the portal that shows it: its record, or the rows that tell of it."""
        dataset = self.source.dataset
        root = f"{language.prefix(lang)}/data/{dataset.slug}"
        if dataset.key and set(dataset.key) <= set(self.source.by):
            return f"{root}/r/{keys.step_of(keys.key_of(dataset, Row(self.values, '', 0, 0)))}"
        filters = (
            Filter(name, "isnull", (True,)) if self.values[name] is None else Filter(name, "eq", (self.values[name],))
            for name in self.source.by
        )
        return f"{root}?{Question(slug=dataset.slug, filters=tuple(filters)).query_string()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySource:
    """A dataset that tells of entities of a type.

    ``prefix`` begins their ids and is that of one source alone. ``by`` are the fields that tell them apart, ``name``
    what they are called, ``code`` the field that alone says which one is meant; empty where none does. ``properties``
    are the fields that may narrow a query, by the name that queries give them. ``is_telling`` says that a code of it
    is known beyond the city, so that whoever writes it means nothing else; ``is_large`` that there may be more of them
    than memory holds.
    """

    type: str
    prefix: str
    dataset: Dataset
    by: tuple[str, ...]
    name: str
    properties: Mapping[str, str]
    code: str = ""
    is_telling: bool = False
    is_large: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that are read."""
        return tuple(dict.fromkeys((*self.by, self.name, *self.properties.values())))


def _text(field: Field, value: object, lang: Lang) -> str:
    return field.choices.label(str(value), lang) if field.choices else str(value)


def sources(city: City) -> tuple[EntitySource, ...]:
    """The sources of a city of which something is published; what is withheld is none, nor a field that is."""
    every = (_company(city), _unit(city), _seat(city), _post(city), _street(city), _parcel(city))
    return tuple(source for source in every if source is not None)


def _public(dataset: Dataset) -> tuple[Field, ...]:
    return tuple(field for field in dataset.published if field.shown == "public")


def _published(city: City) -> Iterator[Dataset]:
    for dataset in city.registry.all():
        if dataset.withheld is None and city.release_store.snapshot(dataset.slug).releases:
            yield dataset


def _player(city: City, part: str) -> tuple[Dataset, dict[str, str]] | None:
    """Who plays a part, and the public fields by their places."""
    for dataset in _published(city):
        public = {field.name for field in _public(dataset)}
        for view in dataset.views_of(PlaysView):
            if view.part == part:
                return dataset, {place: name for place, name in view.places if name in public}
    return None


def _company(city: City) -> EntitySource | None:
    """The register of companies: its key is a legal ID, and a column bears their names."""
    for dataset in _published(city):
        public = {field.name: field for field in _public(dataset)}
        own = public.get(dataset.key[0]) if len(dataset.key) == 1 else None
        names = [each for each in public.values() if each.role == "company" and not each.kind.is_company]
        if own is not None and own.kind.is_company and names:
            where = [each.name for each in public.values() if each.role == "place"][:1]
            return EntitySource(
                type="company",
                prefix="company",
                dataset=dataset,
                by=dataset.key,
                name=names[0].name,
                code=own.name,
                properties=dict(zip(("legal_id", "city"), (own.name, *where), strict=False)),
                is_telling=True,
            )
    return None


def _of_part(
    city: City, part: str, type_and_prefix: tuple[str, str], by: tuple[str, ...], name: str, properties: tuple[str, ...]
) -> EntitySource | None:
    """The source that a part makes; ``by`` and ``properties`` are places, left out where they are empty."""
    played = _player(city, part)
    if played is None or by[0] not in played[1] or name not in played[1]:
        return None
    dataset, places = played
    type_id, prefix = type_and_prefix
    return EntitySource(
        type=type_id,
        prefix=prefix,
        dataset=dataset,
        by=tuple(places[place] for place in by if place in places),
        name=places[name],
        code=places["code"] if by == ("code",) else "",
        properties={place: places[place] for place in properties if place in places},
        is_large=part == "land-parcels",
    )


def _unit(city: City) -> EntitySource | None:
    return _of_part(city, "units", ("unit", "unit"), ("code",), "title", ("code", "kind", "parent"))


def _seat(city: City) -> EntitySource | None:
    # Nothing says that one name in two terms is one person.
    properties = ("office", "commission", "term")
    return _of_part(city, "council-seats", ("person", "seat"), ("name", "term"), "name", properties)


def _post(city: City) -> EntitySource | None:
    return _of_part(city, "post-holders", ("person", "post"), ("name", "post", "unit"), "name", ("post", "unit"))


def _parcel(city: City) -> EntitySource | None:
    return _of_part(city, "land-parcels", ("parcel", "parcel"), ("code",), "code", ("code", "district", "street"))


def _street(city: City) -> EntitySource | None:
    """Streets by the column that says where they are, too: one name in two districts is two streets."""
    source = _of_part(city, "land-values", ("street", "street"), ("street",), "street", ())
    if source is None:
        return None
    where = [each.name for each in _public(source.dataset) if each.role == "place" and each.name != source.name][:1]
    return EntitySource(
        type="street",
        prefix="street",
        dataset=source.dataset,
        by=(*source.by, *where),
        name=source.name,
        properties=dict(zip(("district",), where, strict=False)),
    )
