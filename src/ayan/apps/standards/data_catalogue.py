"""The catalogue of datasets after DCAT-AP 3.0.1, as declarations and releases state it, for portals that harvest it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import quote

from ayan.apps.standards.limits import MOST_RELEASES_LISTED
from ayan.apps.standards.linked_data import GraphNode, ref, said, typed
from ayan.core.query.formats import RowFormat, formats_of
from ayan.core.schema.definition import Cadence, Dataset
from ayan.core.store.manifest import MEDIATYPE, file_name
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.values.label import Label
from ayan.core.values.period import Period, parse
from ayan.ui.api.responses import DESCRIPTION, root_of
from ayan.wiring.city import City

_EU: Final = "http://publications.europa.eu/resource/authority"
_MEDIA: Final = "https://www.iana.org/assignments/media-types"
_LANGUAGES: Final[Mapping[str, str]] = {"fa": "FAS", "en": "ENG", "az": "AZE", "ku": "KUR", "ar": "ARA"}
_FREQUENCIES: Final[Mapping[Cadence, str]] = {
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "yearly": "ANNUAL",
    "irregular": "IRREG",
}
_FILE_TYPES: Final[Mapping[str, str]] = {
    "csv": "CSV",
    "json": "JSON",
    "xlsx": "XLSX",
    "geojson": "GEOJSON",
    "parquet": "PARQUET",
}
_LOCAL_AUTHORITY: Final = "http://purl.org/adms/publishertype/LocalAuthority"
_ALGORITHM: Final = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"

_TITLE: Final = Label("داده‌های باز {city}", "Open data of {city}")
_WORDS: Final = Label(
    "هر مجموعه‌داده‌ای که {city} اعلام کرده است، با انتشارهای مهرشده و نشانی پرونده‌های آن.",
    "Every dataset that {city} has declared, with its sealed releases and where their files are.",
)
_INVENTED: Final = Label("{words} این شهر ساختگی است.", "{words} This city is invented.")
_TOPICS: Final = Label("موضوع‌ها", "Topics")
_AUTHORITY: Final = Label("شهرداری", "Local authority")
_API: Final = Label("رابط برنامه‌نویسی", "The API")
_PAGED: Final = Label("ردیف‌ها، صفحه به صفحه", "Rows, page by page")
_WHOLE: Final = Label("همهٔ ردیف‌ها ({form})", "All rows ({form})")
_RELEASE: Final = Label("انتشار {name} ({file})", "Release {name} ({file})")
_OPEN_TABLE: Final = Label("جدول Apache Iceberg", "Apache Iceberg table")


@dataclass(frozen=True, slots=True)
class DataCatalogue:
    """The catalogue of a city at the public address of its ``site``; nothing of it is remembered."""

    city: City
    site: str

    def nodes(self) -> Iterator[GraphNode]:
        """All that the catalogue says, each thing once."""
        datasets = self.city.registry.all()
        yield from self._terms(datasets)
        yield from self._catalogue(datasets)
        for dataset in datasets:
            yield from self._dataset(dataset)

    def nodes_of(self, dataset: Dataset) -> Iterator[GraphNode]:
        """What it says of one dataset, with all that this names."""
        yield from self._terms((dataset,))
        yield from self._dataset(dataset)

    def _terms(self, datasets: Iterable[Dataset]) -> Iterator[GraphNode]:
        """The things that several datasets name: who publishes and owns them, topics, and terms of others."""
        listed = tuple(datasets)
        profile = self.city.profile
        yield ref(self._publisher) | {
            "@type": "foaf:Agent",
            "foaf:name": said(profile.name),
            "foaf:homepage": ref(f"{self.site}/"),
            "dct:type": ref(_LOCAL_AUTHORITY),
        }
        yield ref(f"{self.site}/") | {"@type": "foaf:Document"}
        yield ref(_LOCAL_AUTHORITY) | {"@type": "skos:Concept", "skos:prefLabel": said(_AUTHORITY)}
        yield self._contact()
        for owner in dict.fromkeys(dataset.owner for dataset in listed):
            yield ref(self._unit(owner)) | {
                "@type": ["foaf:Agent", "org:OrganizationalUnit"],
                "foaf:name": said(owner),
                "org:unitOf": ref(self._publisher),
            }
        yield ref(self._topic("")) | {"@type": "skos:ConceptScheme", "dct:title": said(_TOPICS)}
        topics = self.city.topics
        for topic in sorted({dataset.topic for dataset in listed}):
            yield ref(self._topic(topic)) | {
                "@type": "skos:Concept",
                "skos:prefLabel": said(topics.get(topic, Label(topic, topic))),
                "skos:inScheme": ref(self._topic("")),
            }
        yield from (ref(f"{_EU}/language/{code}") | {"@type": "dct:LinguisticSystem"} for code in self._languages())
        for every in sorted({_FREQUENCIES[dataset.cadence] for dataset in listed}):
            yield ref(f"{_EU}/frequency/{every}") | {"@type": "dct:Frequency"}
        for rights in ("PUBLIC", "NON_PUBLIC"):
            yield ref(f"{_EU}/access-right/{rights}") | {"@type": "dct:RightsStatement"}
        for licence in sorted({dataset.licence for dataset in listed}):
            yield ref(licence_of(licence)) | {"@type": "dct:LicenseDocument", "dct:identifier": typed(licence, _TEXT)}
        yield from self._media_types(listed)

    def _media_types(self, datasets: Iterable[Dataset]) -> Iterator[GraphNode]:
        forms = {name: form for dataset in datasets for name, form in formats_of(dataset).items()}
        media = {_media(form) for form in forms.values()} | {MEDIATYPE, "application/json"}
        yield from (ref(f"{_MEDIA}/{kind}") | {"@type": "dct:MediaType"} for kind in sorted(media))
        for kind in (*(_FILE_TYPES[name] for name in forms if name in _FILE_TYPES),):
            yield ref(f"{_EU}/file-type/{kind}") | {"@type": "dct:MediaTypeOrExtent"}
        yield ref(_ALGORITHM) | {"@type": "spdx:ChecksumAlgorithm"}

    def _contact(self) -> GraphNode:
        node: GraphNode = ref(self._contact_point) | {
            # The shapes do not reckon that an organisation is one.
            "@type": ["vcard:Kind", "vcard:Organization"],
            "vcard:fn": said(self.city.profile.name),
            "vcard:hasURL": ref(f"{self.site}/contact"),
        }
        for contact in self.city.profile.contact:
            if contact.address.startswith("mailto:"):
                node["vcard:hasEmail"] = ref(contact.address)
            elif contact.address.startswith("tel:"):
                node["vcard:hasTelephone"] = ref(contact.address)
        return node

    def _catalogue(self, datasets: Iterable[Dataset]) -> Iterator[GraphNode]:
        listed = tuple(datasets)
        name = self.city.profile.name
        words = _WORDS.format(city=name)
        states = (self.city.release_store.snapshot(dataset.slug).sealed_at for dataset in listed)
        newest = max((sealed for sealed in states if sealed is not None), default=None)
        node: GraphNode = ref(self.address) | {
            "@type": "dcat:Catalog",
            "dct:title": said(_TITLE.format(city=name)),
            "dct:description": said(_INVENTED.format(words=words) if self.city.profile.demo else words),
            "dct:publisher": ref(self._publisher),
            "dct:language": [ref(f"{_EU}/language/{code}") for code in self._languages()],
            "foaf:homepage": ref(f"{self.site}/"),
            "dcat:themeTaxonomy": ref(self._topic("")),
            "dcat:dataset": [ref(self.address_of(dataset)) for dataset in listed],
            "dcat:service": ref(self._service),
        }
        if newest is not None:
            node["dct:modified"] = _moment(newest)
        yield node | self._spatial()
        yield from self._place()
        yield ref(self._service) | {
            "@type": "dcat:DataService",
            "dct:title": said(_API),
            "dcat:endpointURL": ref(f"{self.site}/api/v1"),
            "dcat:endpointDescription": ref(f"{self.site}{DESCRIPTION}"),
            "dct:publisher": ref(self._publisher),
            "dcat:contactPoint": ref(self._contact_point),
            "dcat:servesDataset": [ref(self.address_of(each)) for each in listed if each.withheld is None],
        }

    def _place(self) -> Iterator[GraphNode]:
        box = self.city.profile.extent
        if box is not None:
            west, south, east, north = box
            ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
            yield ref(f"{self.site}/#territory") | {
                "@type": "dct:Location",
                "dcat:bbox": typed(f"POLYGON(({ring}))", "geo:wktLiteral"),
            }

    def _spatial(self) -> GraphNode:
        return {} if self.city.profile.extent is None else {"dct:spatial": ref(f"{self.site}/#territory")}

    def _dataset(self, dataset: Dataset) -> Iterator[GraphNode]:
        state = self.city.release_store.snapshot(dataset.slug)
        page = f"{self.site}/data/{dataset.slug}"
        rights = "PUBLIC" if dataset.withheld is None else "NON_PUBLIC"
        node: GraphNode = (
            ref(self.address_of(dataset))
            | {
                "@type": "dcat:Dataset",
                "dct:identifier": typed(dataset.slug, _TEXT),
                "dct:title": said(dataset.title),
                "dct:description": said(dataset.description),
                "dct:publisher": ref(self._publisher),
                "dct:creator": ref(self._unit(dataset.owner)),
                "dcat:contactPoint": ref(self._contact_point),
                "dcat:theme": ref(self._topic(dataset.topic)),
                "dct:language": [ref(f"{_EU}/language/{code}") for code in self._languages()],
                "dct:accrualPeriodicity": ref(f"{_EU}/frequency/{_FREQUENCIES[dataset.cadence]}"),
                "dct:accessRights": ref(f"{_EU}/access-right/{rights}"),
                "dcat:landingPage": ref(page),
                "foaf:page": ref(f"{page}/releases"),
            }
            | self._spatial()
        )
        yield ref(page) | {"@type": "foaf:Document"}
        yield ref(f"{page}/releases") | {"@type": "foaf:Document"}
        distributions: list[GraphNode] = []
        if state.sealed_at is not None and dataset.withheld is None:
            node["dct:issued"] = _moment(min(release.sealed_at for release in state.releases))
            node["dct:modified"] = _moment(state.sealed_at)
            node["dcat:version"] = typed(state.digest, _TEXT)
            distributions = [*self._whole(dataset, state), *self._releases(dataset, state)]
            node["dcat:distribution"] = [ref(each["@id"]) for each in distributions if "dcat:accessURL" in each]
            if span := _span(state):
                node["dct:temporal"] = ref(f"{page}#span")
                yield ref(f"{page}#span") | span
        yield node
        yield from distributions

    def _whole(self, dataset: Dataset, state: DatasetSnapshot) -> Iterator[GraphNode]:
        """The whole of it as it stands now, in every format."""
        page, api = f"{self.site}/data/{dataset.slug}", f"{self.site}{root_of(dataset)}"
        common = self._common(dataset) | {"dct:modified": _moment(state.sealed_at)} if state.sealed_at else {}
        for name, form in formats_of(dataset).items():
            paged = form.write is None
            node = ref(f"{page}#{name}") | common
            node["dct:title"] = said(_PAGED if paged else _WHOLE.format(form=name.upper()))
            node["dcat:accessURL"] = ref(f"{api}/rows" if paged else f"{api}/rows.{name}")
            node["dcat:mediaType"] = ref(f"{_MEDIA}/{_media(form)}")
            if name in _FILE_TYPES:
                node["dct:format"] = ref(f"{_EU}/file-type/{_FILE_TYPES[name]}")
            node |= (
                {"dcat:accessService": ref(self._service)} if paged else {"dcat:downloadURL": node["dcat:accessURL"]}
            )
            yield node
        table = ref(f"{api}/iceberg/metadata.json")
        yield (
            ref(f"{page}#iceberg")
            | common
            | {
                "dct:title": said(_OPEN_TABLE),
                "dcat:accessURL": table,
                "dcat:downloadURL": table,
                "dcat:mediaType": ref(f"{_MEDIA}/application/json"),
            }
        )

    def _releases(self, dataset: Dataset, state: DatasetSnapshot) -> Iterator[GraphNode]:
        """The files of the newest releases that hold, as they were sealed."""
        for at in reversed(state.by_sealing[-MOST_RELEASES_LISTED:]):
            yield from self._files(dataset, state.releases[at])

    def _files(self, dataset: Dataset, release: Release) -> Iterator[GraphNode]:
        base = f"{root_of(dataset)}/releases/{release.period}/{release.number}"
        for resource in release.manifest["resources"]:
            name = file_name(resource)
            at = f"{self.site}/data/{dataset.slug}#release-{release.period}-{release.number}-{name}"
            digest = str(resource["hash"]).removeprefix("sha256:")
            file = ref(f"{self.site}{base}/{name}")
            title = _RELEASE.format(name=f"{release.period}/{release.number}", file=name)
            yield (
                ref(at)
                | self._common(dataset)
                | {
                    "dct:title": said(title),
                    "dct:issued": _moment(release.sealed_at),
                    "dcat:accessURL": ref(f"{self.site}{base}"),
                    "dcat:downloadURL": file,
                    "dcat:mediaType": ref(f"{_MEDIA}/{MEDIATYPE}"),
                    "dct:format": ref(f"{_EU}/file-type/PARQUET"),
                    "dcat:byteSize": typed(str(resource["bytes"]), "xsd:nonNegativeInteger"),
                    "spdx:checksum": ref(f"{at}-digest"),
                }
            )
            yield ref(f"{at}-digest") | {
                "@type": "spdx:Checksum",
                "spdx:algorithm": ref(_ALGORITHM),
                "spdx:checksumValue": typed(digest, "xsd:hexBinary"),
            }

    @staticmethod
    def _common(dataset: Dataset) -> GraphNode:
        return {"@type": "dcat:Distribution", "dct:license": ref(licence_of(dataset.licence))}

    @property
    def address(self) -> str:
        """What the catalogue is called."""
        return f"{self.site}/data/#catalogue"

    def address_of(self, dataset: Dataset) -> str:
        """What a dataset is called in it."""
        return f"{self.site}/data/{dataset.slug}#dataset"

    @property
    def _publisher(self) -> str:
        return f"{self.site}/#municipality"

    @property
    def _contact_point(self) -> str:
        return f"{self.site}/contact#contact"

    @property
    def _service(self) -> str:
        return f"{self.site}/developers#api"

    def _unit(self, owner: Label) -> str:
        return f"{self.site}/data/#unit-{quote(owner.en)}"

    def _topic(self, topic: str) -> str:
        return f"{self.site}/data/#topic-{quote(topic)}" if topic else f"{self.site}/data/#topics"

    def _languages(self) -> list[str]:
        codes = self.city.profile.name.words()
        return [_LANGUAGES[code] for code in codes if code in _LANGUAGES]


_TEXT: Final = "xsd:string"


def licence_of(licence: str) -> str:
    """What a licence is called among those of SPDX."""
    return f"https://spdx.org/licenses/{licence}"


def _media(form: RowFormat) -> str:
    return form.media_type.partition(";")[0]


def _moment(moment: datetime) -> GraphNode:
    return typed(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "xsd:dateTime")


def span_of(state: DatasetSnapshot) -> tuple[date, date] | None:
    """The first day of the first period that is published and the last of the last; None where periods mean none."""
    periods: list[Period] = [period for name in state.periods if (period := parse(name)).kind != "none"]
    if not periods:
        return None
    return min(period.start for period in periods), max(period.end for period in periods)


def _span(state: DatasetSnapshot) -> GraphNode:
    days = span_of(state)
    if days is None:
        return {}
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": typed(days[0].isoformat(), "xsd:date"),
        "dcat:endDate": typed(days[1].isoformat(), "xsd:date"),
    }
