"""Other cities as sides of a comparison: whose releases a side is read from, and what must be said of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, TypedDict, cast

from ayan.apps.compare.comparison_options import CITY, away_name, offered
from ayan.core.harvest.cities import OWN_CITY, CityProfile, Origin, OtherCity
from ayan.core.query.answer import Snapshot
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.store.tombstone import instant
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.ui.api.answers import Hex, Instant, ReleaseName, Url, WholeNumber, WordsAnswer
from ayan.ui.api.json_schema import Schema
from ayan.wiring.city import City


class LogPlaceAnswer(TypedDict):
    """The leaf of the other city's log that states the release, and the checkpoint under which it was proved."""

    origin: str
    index: WholeNumber
    size: WholeNumber
    root: Hex
    key: str
    vouched: Annotated[bool, Schema("Whether the operator got the key elsewhere")]


class OriginAnswer(TypedDict):
    """Where a release of another city came from."""

    kind: Literal["ayan", "ckan"]
    address: Annotated[Url, Schema("What was fetched")]
    page: Annotated[Url, Schema("Where a reader finds it")]
    fetched_at: Instant
    digest: Annotated[Hex, Schema("SHA-256 of the other city's manifest, or of the file that was read")]
    declaration: Annotated[str, Schema("The digest of the declaration here that it was read with")]
    licence: str
    title: str
    changed: str
    logged: LogPlaceAnswer | None
    same_declaration: bool
    lacking: Annotated[list[str], Schema("Declared columns that it has not")]
    unlike: Annotated[list[str], Schema("Columns whose numbers are of another unit")]
    mapping: str
    issues: dict[str, int]


class OtherReleaseAnswer(TypedDict):
    """A release of another city."""

    release: ReleaseName
    rows: WholeNumber
    manifest: Hex
    origin: OriginAnswer | None


class OtherCityAnswer(TypedDict):
    """The other city whose rows a side is, and where each of its releases came from."""

    code: str
    title: WordsAnswer
    kind: str
    address: Url
    harvested_at: Instant
    releases: list[OtherReleaseAnswer]


@dataclass(frozen=True, slots=True)
class SourceCity:
    """One release of another city and where it came from; ``origin`` is None where that is lost."""

    release: Release
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class AwayNotes:
    """What a side rests on that is another city: what is known of the city, and its releases."""

    about: CityProfile
    sources: tuple[SourceCity, ...]

    @property
    def title(self) -> Label:
        """The city's name, by which nobody takes it for the city itself."""
        return away_name(self.about)

    @property
    def fetched(self) -> Origin | None:
        """The newest fetch among the releases."""
        known = [source.origin for source in self.sources if source.origin is not None]
        return max(known, key=lambda origin: origin.fetched_at, default=None)

    def as_json(self) -> OtherCityAnswer:
        """The city and its releases as an answer of the API tells of them."""
        return {
            "code": self.about.code,
            "title": {"fa": self.about.title.fa, "en": self.about.title.en},
            "kind": self.about.kind,
            "address": self.about.address,
            "harvested_at": instant(self.about.harvested_at),
            "releases": [_source(source) for source in self.sources],
        }


def other_of(city: City, dataset: Dataset, text: str) -> OtherCity | None:
    """The other city that a side names; None for the city itself. ValueIssue for any that has no rows."""
    if text == OWN_CITY:
        return None
    other = city.others.get(text)
    if other is None or not other.release_store.snapshot(dataset.slug).releases:
        allowed = offered(city, dataset, CITY, Question(slug=dataset.slug))
        raise BadValue("not-allowed", tuple(choice.text for choice in allowed))
    return other


def reader(city: City, code: str) -> QueryService:
    """Whoever answers for a city; ``code`` is "" for the city itself."""
    other = city.others.get(code) if code else None
    return city.query_service if other is None else city.query_service_of(other)


def unfit(city: City, code: str, slug: str) -> frozenset[str]:
    """The columns that another city's rows cannot be asked about."""
    other = city.others.get(code) if code else None
    return frozenset() if other is None else other.unfit(other.release_store.snapshot(slug))


def away(city: City, code: str, snapshot: Snapshot) -> AwayNotes | None:
    """What a side of another city rests on; None for the city itself."""
    other = city.others.get(code) if code else None
    return None if other is None else _away(other, snapshot.source)


def every(city: City) -> list[AwayNotes]:
    """Every other city with all its releases that hold now."""
    return [AwayNotes(other.about, tuple(_sources(other, other.releases()))) for other in city.others.all()]


def _away(other: OtherCity, state: DatasetSnapshot) -> AwayNotes:
    return AwayNotes(other.about, tuple(_sources(other, state.releases)))


def _sources(other: OtherCity, releases: Iterable[Release]) -> list[SourceCity]:
    return [SourceCity(release, other.origin(release.address)) for release in releases]


def _source(source: SourceCity) -> OtherReleaseAnswer:
    """One release: what it is called there, and its origin as it is kept."""
    return {
        "release": f"{source.release.period}/{source.release.number}",
        "rows": source.release.rows,
        "manifest": source.release.digest,
        "origin": cast(OriginAnswer, source.origin.as_json()) if source.origin else None,
    }
