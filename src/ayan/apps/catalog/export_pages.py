"""What a static copy has of the reading room: its own pages, and those, records and files of datasets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from django.urls import reverse

from ayan.apps.catalog import selectors
from ayan.apps.catalog.explorer.state import newest_first
from ayan.apps.catalog.limits import EXPORT_PAGE
from ayan.apps.catalog.prose.views import PROSE
from ayan.core.query import keys
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import MANIFEST
from ayan.core.values import locale
from ayan.ui import language
from ayan.ui.contract import CopiedFile, step_name
from ayan.wiring.city import City


def files(city: City, records: int) -> Iterator[CopiedFile]:
    """The pages that belong to no dataset, then dataset by dataset with the pages of at most so many ``records``."""
    for name in ("catalogue", "glossary", "acts", "tour", "developers"):
        yield from CopiedFile.pages(name)
    for name in PROSE:
        yield from CopiedFile.pages(name, any_query=True)
    yield from CopiedFile.feeds("changes_feed")
    yield from CopiedFile.feeds("changes_json_feed")
    yield from CopiedFile.documents("/api/v1/datasets")
    yield CopiedFile("/api/v1/openapi.json", "api/v1/openapi.json")
    for dataset in city.registry.all():
        yield from _dataset(city, dataset)
        for key in record_keys(city, dataset, records):
            yield from _record(dataset.slug, key)


def record_keys(city: City, dataset: Dataset, most: int) -> Iterator[str]:
    """The keys of the first ``most`` records, in the order in which the dataset is shown."""
    if not most or not city.release_store.current(dataset.slug):
        return
    seen: set[str] = set()
    question = Question(slug=dataset.slug, sort=newest_first(dataset), size=min(most, EXPORT_PAGE))
    while True:
        answer = city.query_service.rows(dataset, question)
        for row in answer.rows:
            key = keys.key_of(dataset, row)
            if key not in seen:
                seen.add(key)
                yield key
            if len(seen) >= most:
                return
        if answer.next is None:
            return
        question = replace(question, cursor=answer.next)


def _record(slug: str, key: str) -> Iterator[CopiedFile]:
    """A key is one step of the path, whatever it holds, so that no record's folder lies within another's."""
    for lang in locale.codes():
        file = f"{language.prefix(lang)}/data/{slug}/r/{step_name(key)}/index.html".lstrip("/")
        counted = "" if language.prefix(lang) else slug
        yield CopiedFile(reverse(f"{lang}:record", args=(slug, key)), file, record_of=counted)


def _dataset(city: City, dataset: Dataset) -> Iterator[CopiedFile]:
    slug = dataset.slug
    api = f"/api/v1/datasets/{quote(slug)}"
    releases = city.release_store.releases(slug)
    for name in ("dataset", "releases", "changes"):
        yield from CopiedFile.pages(name, slug)
    for before in selectors.release_pages(city, dataset):
        for lang in locale.codes():
            address = reverse(f"{lang}:releases", args=(slug,))
            file = f"{address.strip('/')}/before-{before.replace('/', '~')}/index.html"
            yield CopiedFile(f"{address}?before={before}", file)
    for release in releases:
        yield from CopiedFile.pages("release", slug, release.period, release.number)
    yield from CopiedFile.documents(api)
    # A copy has no queries, so its list is as long as one answer may be.
    yield CopiedFile(f"{api}/releases?_size={MAX_SIZE}", f"{api[1:]}/releases.json")
    yield CopiedFile(f"{api}/releases.atom", f"{api[1:]}/releases.atom")
    yield CopiedFile(f"{api}/openapi.json", f"{api[1:]}/openapi.json")
    if city.release_store.current(slug):
        yield CopiedFile(f"{api}/rows.csv", f"{api[1:]}/rows.csv")
        yield CopiedFile(f"{api}/rows.atom", f"{api[1:]}/rows.atom")
    for release in releases:
        own = f"{api}/releases/{release.period}/{release.number}"
        yield from CopiedFile.documents(own)
        if not release.withdrawn:
            for file in (MANIFEST, *release.names, *release.beside):
                yield CopiedFile(f"{own}/{file}", f"{own[1:]}/{file}")
