"""A bundle: the rows of a result with the rows of other datasets that belong to them, as a zip that explains itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.api import bundle_words
from ayan.apps.catalog.citation import file_about, file_sources
from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.file_source import FileSource
from ayan.core.query.formats import FORMATS, bundle
from ayan.core.query.formats.bundle import BundledFile, BundleDigests
from ayan.core.query.formats.sheet_columns import ROW
from ayan.core.query.linked_rows import LinkedRows, linked_rows
from ayan.core.query.plan import RowCount
from ayan.core.query.question import Question, ShownCalendar
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema
from ayan.core.values import locale
from ayan.core.values.locale import Lang
from ayan.core.values.money import ShownUnit
from ayan.ui.api.responses import dataset_of, links, parameters, root_of, streamed, tag
from ayan.wiring import city
from ayan.wiring.city import City

REFUSED: Final = ("_sort", "_sort_desc", "_size", "_next", "_count", "_fields", "_release")
MEDIA_TYPE: Final = "application/zip"
MANIFEST: Final = "datapackage.json"
# What each dataset stands in: exact and plain for programs, as it is read for people.
FILES: Final = (("csv", "csv"), ("xlsx", "excel"))


class NothingToBundle(Unanswered):
    """No row meets the conditions."""

    code = "nothing-to-bundle"
    fa = "هیچ ردیفی با این شرط‌ها نیست، پس بسته‌ای هم نیست. شرطی را بردارید."
    en = "No row meets these conditions, so there is no bundle. Remove one of them."
    status = 404


@dataclass(frozen=True, slots=True)
class BundleFormat:
    """What sending it as a stream needs to know: a zip that breaks off has no end, and no program opens it."""

    media_type: str = MEDIA_TYPE
    broken: None = None


@dataclass(frozen=True, slots=True)
class BundledRows:
    """The rows of one dataset in a bundle, and the link by which they are there; None for the result itself."""

    dataset: Dataset
    question: Question
    snapshot: Snapshot
    rows: int
    linked: LinkedRows | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that a bundle holds, at the ``address`` that makes it."""

    city: City
    address: str
    question: Question
    parts: tuple[BundledRows, ...]
    lang: Lang
    calendar: ShownCalendar
    unit: ShownUnit

    @property
    def sealed(self) -> datetime:
        """When the newest release was sealed that was read."""
        return max(part.snapshot.as_of for part in self.parts if part.snapshot.as_of is not None)

    def files(self, digests: BundleDigests) -> Iterator[BundledFile]:
        """Its files: first the words, last the manifest, which holds the digest of every other one."""
        for code in locale.BUILT_IN:
            words = bundle_words.readme(self, code)
            yield BundledFile(f"README.{code}.txt", lambda words=words: (words.encode(),))  # type: ignore[misc]  # bound now
        for part in self.parts:
            for name, folder in FILES:
                yield BundledFile(f"{folder}/{part.dataset.slug}.{name}", lambda p=part, n=name: self._rows(p, n))  # type: ignore[misc]  # bound now
        yield BundledFile(MANIFEST, lambda: (self.manifest(digests),))

    def _rows(self, part: BundledRows, name: str) -> Iterator[bytes]:
        row_format = FORMATS[name]
        question = part.question
        if row_format.in_words:
            question = _as_read(question, self)
        assert row_format.write is not None  # noqa: S101 - both are streamed
        source = self._source(part, question)
        return row_format.write(self.city.query_service, part.dataset, question, part.snapshot, source)

    def _source(self, part: BundledRows, question: Question) -> FileSource:
        log = file_sources.log_position(self.city, part.snapshot)
        about = file_about.about_part(self.city, question, self.question, part.snapshot, self.address, log)
        snapshot = part.snapshot
        return FileSource(self.address, part.dataset.slug, snapshot.snapshot_id, snapshot.releases, log, about)

    def manifest(self, digests: BundleDigests) -> bytes:
        """``datapackage.json`` after Data Package v2: what each file is, its rows, its columns and its SHA-256."""
        city, main = self.city, self.parts[0]
        title = main.dataset.title
        document = {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": f"{main.dataset.slug}-bundle",
            "title": f"{title.fa} / {title.en}",
            "licenses": [{"name": main.dataset.licence, "path": file_about.licence_page(main.dataset)}],
            "sources": [{"title": f"{city.profile.name.fa} / {city.profile.name.en}", "path": self.absolute}],
            "citation": {code: bundle_words.citation(self, code) for code in locale.BUILT_IN},
            "resources": list(self._resources(digests)),
            "readme": {path: f"sha256:{digest}" for path, (_, digest) in digests.of.items() if path.endswith(".txt")},
        }
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @property
    def absolute(self) -> str:
        """Where the bundle is made."""
        return file_about.absolute(self.address)

    def _resources(self, digests: BundleDigests) -> Iterator[dict[str, Any]]:
        slugs = {part.dataset.slug for part in self.parts}
        for part in self.parts:
            log = file_sources.log_position(self.city, part.snapshot)
            link = part.linked.link if part.linked else None
            for name, folder in FILES:
                path = f"{folder}/{part.dataset.slug}.{name}"
                size, digest = digests.of[path]
                described: dict[str, Any] = {
                    "name": part.dataset.slug if name == "csv" else f"{part.dataset.slug}-{name}",
                    "path": path,
                    "title": f"{part.dataset.title.fa} / {part.dataset.title.en}",
                    "format": name,
                    "mediatype": FORMATS[name].media_type.partition(";")[0],
                    "bytes": size,
                    "hash": f"sha256:{digest}",
                    "rows": part.rows,
                    "state": part.snapshot.snapshot_id,
                    "releases": list(part.snapshot.releases),
                    "log": log.as_json() if log else None,
                    "linked": {"field": link.field.name, "to": f"{self.question.slug}.{link.by.name}"}
                    if link
                    else None,
                }
                if name == "csv":
                    described |= {"encoding": "utf-8", "schema": _schema(part.dataset, slugs)}
                yield described


def _schema(dataset: Dataset, slugs: Collection[str]) -> dict[str, Any]:
    """The columns of a CSV of ours: those that are published, then the address of the row."""
    schema = table_schema(dataset.published, dataset.key, address=False, resources=slugs)
    return schema | {"fields": [*schema["fields"], {"name": ROW, "type": "string"}]}


def _as_read(question: Question, held: Bundle) -> Question:
    return replace(question, lang=held.lang, calendar=held.calendar, unit=held.unit)


def bundled(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The bundle of a result, made as it is sent; it is refused before its first byte or it is whole."""
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    asked = parse(dataset, parameters(request), refuse=REFUSED, takes=FORMATS["xlsx"].takes)
    question = Question(slug=slug, filters=asked.filters, search=asked.search, as_of=asked.as_of)
    reader = current_city.query_service
    snapshot = reader.snapshot(dataset, question)
    query = asked.query_string()
    address = f"{root_of(dataset)}/bundle.zip{'?' + query if query else ''}"

    def composed() -> Bundle:
        rows = int(reader.table(dataset, RowCount(question), snapshot)[0][0])
        if not rows:
            raise NothingToBundle
        linked = linked_rows(reader, current_city.registry.all(), dataset, question, snapshot)
        parts = [BundledRows(dataset, question, snapshot, rows)]
        parts += [BundledRows(each.link.dataset, each.question, each.snapshot, each.rows, each) for each in linked]
        lang = asked.lang or locale.DEFAULT.code
        return Bundle(current_city, address, question, tuple(parts), lang, asked.calendar, asked.unit)

    def pieces() -> Iterator[bytes]:
        held, digests = composed(), BundleDigests()
        yield from bundle.written(held.files(digests), held.sealed, digests)

    etag = tag("bundle", current_city.site_version.now(), query)
    name = file_sources.file_name(question, snapshot, "zip").replace(f"{slug}-", f"{slug}-bundle-", 1)
    headers = {**links(dataset, snapshot.releases), "Content-Disposition": file_sources.attachment(name)}
    return streamed(request, etag, pieces, BundleFormat(), headers)
