"""What a copy holds: the addresses of pages, documents and feeds, each with its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from django.urls import reverse

from ayan.apps.catalog.urls import PROSE
from ayan.apps.civic import special_pages as civic
from ayan.apps.export.copy_paths import CopyPaths, step_name
from ayan.apps.logbook import selectors
from ayan.apps.promises import activities as promises
from ayan.core.ledger.log import Log
from ayan.core.query import keys
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import MANIFEST
from ayan.core.values import locale
from ayan.ui import language, static_files
from ayan.wiring.city import City

PAGE: Final = 1000
"""Rows that are asked for at once."""


def lay_out(places: CopyPaths, city: City, log: Log, records: int) -> dict[str, int]:
    """Give every address of the copy its place; how many records of each dataset have pages, up to ``records``."""
    _frame(places, city)
    _special(places, city, records)
    _log(places, log)
    counted = {}
    for dataset in city.registry.all():
        _dataset(places, city, dataset)
        chosen = list(record_keys(city, dataset, records))
        for lang in locale.codes():
            for key in chosen:
                places.put(reverse(f"{lang}:record", args=(dataset.slug, key)), _record_file(lang, dataset.slug, key))
        counted[dataset.slug] = len(chosen)
    return counted


def record_keys(city: City, dataset: Dataset, most: int) -> Iterator[str]:
    """The keys of the first ``most`` records, in the order in which the dataset is shown."""
    if not most or not city.release_store.current(dataset.slug):
        return
    seen: set[str] = set()
    question = Question(slug=dataset.slug, size=min(most, PAGE))
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


def _record_file(lang: str, slug: str, key: str) -> str:
    """A key is one step of the path, whatever it holds, so that no record's folder lies within another's."""
    return f"{language.prefix(lang)}/data/{slug}/r/{step_name(key)}/index.html".lstrip("/")


def _frame(places: CopyPaths, city: City) -> None:
    """The pages that belong to no dataset, and what all pages are drawn with."""
    for lang in locale.codes():
        for name in ("home", "catalogue", "acts", "audits", "flags", "missing", "withheld"):
            places.put(reverse(f"{lang}:{name}"))
        _deeds(places, city, reverse(f"{lang}:deeds"))
        for balance in city.registry.balances().sound:
            places.put(reverse(f"{lang}:audit", args=(balance.owner, balance.code)))
        for flag in city.registry.flags().sound:
            places.put(reverse(f"{lang}:flag", args=(flag.owner, flag.code)))
        for name in (*PROSE, "search", "tour", "developers"):
            places.put(reverse(f"{lang}:{name}"), deaf=name in (*PROSE, "search"))
        for feed in _feeds(city, lang):
            places.put(feed, feed.strip("/"))
    for name in static_files.shelf():
        if name != "build/htmx.js":
            places.put(static_files.url(name), f"static/{name}", deaf=True)
    if city.profile.brand.css:
        places.put(reverse("brand"), "brand.css", deaf=True)
    listed = (
        reverse("deeds_api"),
        *(f"/api/v1/{name}" for name in ("findings", "missing", "missing/history", "withheld")),
    )
    for path in ("/api/v1/datasets", "/api/v1/flags", *listed):
        places.put(path, f"{path.strip('/')}.json")
    for path in listed:
        places.put(f"{path}.csv", f"{path.strip('/')}.csv")
    places.put("/api/v1/openapi.json", "api/v1/openapi.json")


def _deeds(places: CopyPaths, city: City, address: str) -> None:
    """The page of the activities, once for each question that has a page of its own in a copy."""
    for query in promises.queries(city):
        places.put(f"{address}{query}", f"{address.strip('/')}/{step_name(query)}/index.html" if query else "")


def _feeds(city: City, lang: str) -> Iterator[str]:
    """The feeds of what is about no single row: of changes, of what is missing, and of findings."""
    for name in ("changes_feed", "missing_feed", "findings_feed"):
        yield reverse(f"{lang}:{name}")
    for dataset in city.registry.all():
        yield reverse(f"{lang}:findings_feed_of", args=(dataset.slug,))
    for flag in city.registry.flags().sound:
        yield reverse(f"{lang}:flag_feed", args=(flag.owner, flag.code))


def _special(places: CopyPaths, city: City, records: int) -> None:
    """The pages of budget, council and organisation, of single things as many as there are records."""
    for name, args in civic.pages(city, records):
        for lang in locale.codes():
            places.put(reverse(f"{lang}:{name}", args=args))


def _log(places: CopyPaths, log: Log) -> None:
    """The pages of the log and a proof for each of its entries; its own files are copied as they stand."""
    size = log.size
    for lang in locale.codes():
        address = reverse(f"{lang}:log")
        places.put(address)
        for before in range(size - selectors.PAGE, 0, -selectors.PAGE):
            places.put(f"{address}?before={before}", f"{address.strip('/')}/before-{before}/index.html")
        for index in range(size):
            places.put(reverse(f"{lang}:leaf", args=(index,)))
    for index in range(size):
        proof = reverse("leaf_proof", args=(index,))
        places.put(proof, f"{proof.strip('/')}.tlog-proof")
    for name in ("vkey", "checkpoint"):
        places.put(f"/log/{name}", f"log/{name}")


def _dataset(places: CopyPaths, city: City, dataset: Dataset) -> None:
    slug = dataset.slug
    api = f"/api/v1/datasets/{quote(slug)}"
    releases = city.release_store.releases(slug)
    for lang in locale.codes():
        for name in ("dataset", "releases", "changes"):
            places.put(reverse(f"{lang}:{name}", args=(slug,)))
        for release in releases:
            places.put(reverse(f"{lang}:release", args=(slug, release.period, release.number)))
    for end in ("", "/releases", "/openapi"):
        places.put(f"{api}{end}{'.json' if end == '/openapi' else ''}", f"{api[1:]}{end}.json")
    places.put(f"{api}/releases.atom", f"{api[1:]}/releases.atom")
    if city.release_store.current(slug):
        places.put(f"{api}/rows.csv", f"{api[1:]}/rows.csv")
        places.put(f"{api}/rows.atom", f"{api[1:]}/rows.atom")
    for sealed in releases:
        own = f"{api}/releases/{sealed.period}/{sealed.number}"
        places.put(own, f"{own[1:]}.json")
        if not sealed.withdrawn:
            for file in (MANIFEST, *sealed.names, *sealed.beside):
                places.put(f"{own}/{file}", f"{own[1:]}/{file}")
