"""Other cities as sides of a comparison: whose releases a side is read from, and what must be said of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ayan.apps.compare.offering import CITY, away_name, offered
from ayan.core.harvest.cities import HERE, About, OtherCity
from ayan.core.harvest.origin import Origin
from ayan.core.query.answer import Standing
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.query.values import BadValue
from ayan.core.schema.definition import Dataset
from ayan.core.store.shelf import Release, State, instant
from ayan.core.values.label import Label
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class Source:
    """One release of another city and where it came from; ``origin`` is None where that is lost."""

    release: Release
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Away:
    """What a side rests on that is another city: what is known of the city, and its releases."""

    about: About
    sources: tuple[Source, ...]

    @property
    def title(self) -> Label:
        """The city's name, by which nobody takes it for the city itself."""
        return away_name(self.about)

    @property
    def fetched(self) -> Origin | None:
        """The newest fetch among the releases."""
        known = [one.origin for one in self.sources if one.origin is not None]
        return max(known, key=lambda one: one.fetched_at, default=None)

    def as_json(self) -> dict[str, Any]:
        """The city and its releases as an answer of the API tells of them."""
        return {**_city(self.about), "releases": [_source(one) for one in self.sources]}


def other_of(city: City, dataset: Dataset, text: str) -> OtherCity | None:
    """The other city that a side names; None for the city itself. BadValue for any that has no rows."""
    if text == HERE:
        return None
    found = city.others.get(text)
    if found is None or not found.shelf.state(dataset.slug).releases:
        allowed = offered(city, dataset, CITY, Question(slug=dataset.slug))
        raise BadValue("not-allowed", tuple(one.text for one in allowed))
    return found


def reader(city: City, code: str) -> Reader:
    """Whoever answers for a city; ``code`` is "" for the city itself."""
    other = city.others.get(code) if code else None
    return city.reader if other is None else city.reader_of(other)


def unfit(city: City, code: str, slug: str) -> frozenset[str]:
    """The columns that another city's rows cannot be asked about."""
    other = city.others.get(code) if code else None
    return frozenset() if other is None else other.unfit(other.shelf.state(slug))


def away(city: City, code: str, standing: Standing) -> Away | None:
    """What a side of another city rests on; None for the city itself."""
    other = city.others.get(code) if code else None
    return None if other is None else _away(other, standing.source)


def every(city: City) -> list[Away]:
    """Every other city with all its releases that hold now."""
    return [Away(one.about, tuple(_sources(one, one.releases()))) for one in city.others.all()]


def _away(other: OtherCity, state: State) -> Away:
    return Away(other.about, tuple(_sources(other, state.releases)))


def _sources(other: OtherCity, releases: Iterable[Release]) -> list[Source]:
    return [Source(one, other.origin(one.place)) for one in releases]


def _city(about: About) -> dict[str, Any]:
    return {
        "code": about.code,
        "title": {"fa": about.title.fa, "en": about.title.en},
        "kind": about.kind,
        "address": about.address,
        "harvested_at": instant(about.harvested_at),
    }


def _source(one: Source) -> dict[str, Any]:
    """One release: what it is called there, and its origin as it is kept."""
    own = {
        "release": f"{one.release.period}/{one.release.number}",
        "rows": one.release.rows,
        "manifest": one.release.digest,
    }
    return own | {"origin": one.origin.as_json() if one.origin else None}
