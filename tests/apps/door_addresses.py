"""Every address of the site, as the table of addresses has it, with its blanks filled in from a city.

A new address is walked by itself. Where nothing here says what stands in one of its blanks, `addresses` says what to add.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final
from urllib.parse import quote
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from ayan.apps.catalog.citation import citations
from ayan.apps.catalog.explorer import state
from ayan.apps.standards.action_api import ACTIONS
from ayan.apps.standards.popolo_api import CLASSES
from ayan.core.ledger.tiles import tiles_of
from ayan.core.query import keys
from ayan.core.query.formats import formats_of
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import MANIFEST
from ayan.core.values import locale
from ayan.wiring.city import City

DESK: Final = "desk/"
ROWS_A_DATASET: Final = 2
OTHERS: Final[Mapping[str, Sequence[str]]] = {
    # By the route where one stands, else by the blank.
    "emblem/<str:name>": ("emblem.png",),
    "static/<str:stamp>/<path:name>": ("x/portal.css",),
    "log/anchor/<str:name>": ("2024-08-05",),
    "log/row-check/<str:lang>": ("fa", "en"),
    "log/proof/<int:index>": ("0", "1", "2"),
    "log/<int:index>": ("0", "1", "2"),
    "api/v1/compare.<slug:name>": ("csv", "xlsx"),
    "api/v1/findings.<slug:name>": ("csv", "xlsx", "json"),
    "api/v1/services/<str:code>": ("S-1",),
    "services/<str:code>": ("S-1",),
    "services/<str:code>/times": ("S-1",),
    "tariffs/<slug:code>": ("tehran-single-dwelling",),
    "api/v1/tariffs/<slug:code>": ("tehran-single-dwelling",),
    "api/v1/audits/<slug:owner>/<slug:code>": ("works/halves",),
    "audits/<slug:owner>/<slug:code>": ("works/halves",),
    "flags/<slug:owner>/<slug:code>": ("works/too-large",),
    "flags/<slug:owner>/<slug:code>.atom": ("works/too-large",),
    "api/v1/answers/<slug:slug>": ("largest-works",),
    "answers/<slug:slug>": ("largest-works",),
    "api/3/action/<str:name>": tuple(ACTIONS),
    "api/action/<str:name>": tuple(ACTIONS),
    "c/<str:code>": ("0000000000",),
    "api/v1/citations/<str:code>": ("0000000000",),
    "api/v1/popolo/<slug:name>.json": CLASSES,
    "api/v1/open311/services/<slug:code>.<slug:output>": ("street.json", "complaint.xml"),
    "api/v1/open311/requests/<slug:number>.<slug:output>": ("R-1403-00001.json", "R-1403-00001.xml"),
    "api/v1/open311/tokens/<secret:code>": ("AAAA-BBBB-CCCC.json", "AAAA-BBBB-CCCC.xml"),
    "counter/new/<slug:kind>": ("access", "correction", "finding"),
    "counter/<secret:code>": ("AAAA-BBBB-CCCC",),
    "follow/confirm/<secret:token>": ("a.b",),
    "follow/leave/<secret:token>": ("a.b",),
    "budget.<slug:form>": ("csv", "xlsx"),
    "budget/<path:steps>": ("1403", "1403/1"),
    "council/member/<path:name>": ("مریم نمونه", "علی ساختگی"),
    "council/session/<path:number>": ("م,1",),
    "council/resolution/<path:number>": ("1403-2",),
    "map/tiles/<slug:slug>/<str:period>/<int:number>/<slug:tag>/<int:first>-<int:length>": ("works/1403/2/x/0-100",),
    "map/street/<path:name>": ("خیابان امام", "کوچهٔ یاس"),
    "map/district/<path:code>": ("1",),
    "<slug:number>": ("R-1403-00001",),
    "<case:number>": ("R-1403-00001",),
    "<path:ocid>": ("ocds-abc123-T-N,1", "ocds-abc123-C-K-2"),
    "<int:file_id>": ("1",),
    # The small city has no documents: these doors must say so, and nothing else.
    "api/v1/documents/<slug:digest>/pages/<int:number>": (f"{'0' * 64}/pages/1",),
    "documents/<slug:digest>/<int:number>": (f"{'0' * 64}/1",),
    "documents/<slug:digest>/<int:number>.png": (f"{'0' * 64}/1.png",),
    "desk/documents/<uuid:key>/<int:number>.png": ("00000000-0000-4000-8000-000000000000/1.png",),
    "<slug:digest>": ("0" * 64,),
    "<slug:other>": ("0" * 64,),
    "<slug:sort>": ("pdf", "ics"),
    "<slug:output>": ("json", "xml"),
}
"""What stands for all blanks of a route, or for one blank, where it is no dataset's."""
REGULAR: Final[Mapping[str, Sequence[str]]] = {
    "log_file": ("log/checkpoint",),
    "log_published": (f"log/declarations/{'0' * 64}", "log/diary/2024-08-05/flags"),
}
"""Addresses of those that are told by a regular expression."""


class Unfilled(Exception):
    """Nobody says what stands in a blank of an address."""


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site with its whole route, once for all languages."""
    # Pages in other languages are the same views.
    prefixes = tuple(f"{code}/" for code in locale.codes() if code != locale.DEFAULT.code)
    yield from (each for each in _patterns(get_resolver().url_patterns, "") if not each[0].startswith(prefixes))


def _patterns(listed: Sequence[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in listed:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from _patterns(pattern.url_patterns, route)


def addresses(city: City) -> dict[str, list[str]]:
    """For each route the addresses with its blanks filled in, those of pages in the first language.

    Raises Unfilled where nothing is known of a blank.
    """
    datasets = [known for dataset in city.registry.all() for known in _of_dataset(city, dataset)]
    filled = {route: [f"/{each}" for each in _filled(route, pattern, datasets)] for route, pattern in patterns()}
    log = next(route for route, pattern in patterns() if pattern.name == "log_file")
    filled[log] += [f"/log/{tile.path}" for tile in tiles_of(city.log.size)] if city.log is not None else []
    for route in ("c/<str:code>", "api/v1/citations/<str:code>"):
        filled[route] += [f"/{_head(route)}{code}" for code in _cited(city)]
    return filled


def _cited(city: City) -> Iterator[str]:
    """The code of a citation of each dataset as it is published."""
    for dataset in city.registry.all():
        snapshot = city.release_store.snapshot(dataset.slug)
        if snapshot.releases:
            ask, _ = state.read(dataset, [], f"/data/{dataset.slug}", locale.DEFAULT.code)
            yield citations.code(ask, snapshot)


def _of_dataset(city: City, dataset: Dataset) -> Iterator[dict[str, str]]:
    """What stands in the blanks of addresses of a dataset, for each of its releases and some of its rows."""
    releases = city.release_store.releases(dataset.slug)
    files = [
        (release, name)
        for release in releases
        for name in (MANIFEST, *(() if release.withdrawn else (*release.names, *release.beside)))
    ]
    question = Question(slug=dataset.slug, size=ROWS_A_DATASET)
    published = city.release_store.current(dataset.slug)
    rows = list(city.query_service.rows(dataset, question).rows) if published else []
    of_rows = [quote(keys.key_of(dataset, row), safe="~,") for row in rows] or ["nothing"]
    for at in range(max(len(files), len(rows), 1)):
        release, name = files[at % len(files)] if files else (None, MANIFEST)
        yield {
            "<slug:slug>": dataset.slug,
            "<str:period>": release.period if release else "1403",
            "<int:number>": str(release.number) if release else "1",
            "<int:row>": "1",
            "<str:name>": name,
            "<record:key>": of_rows[at % len(of_rows)],
            "<slug:name>": [*formats_of(dataset)][at % len(formats_of(dataset))],
        }


def _filled(route: str, pattern: URLPattern, datasets: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if not pattern.pattern.converters:
        if "(" in route:
            if pattern.name not in REGULAR:
                raise Unfilled(f"{route}: say in REGULAR what stands for «{pattern.name}»")
            yield from REGULAR[pattern.name or ""]
        else:
            yield route
        return
    if route in OTHERS:
        # What comes before the first blank, and what all of them are together.
        yield from (quote(f"{_head(route)}{each}{_tail(route)}", safe="/,~.-") for each in OTHERS[route])
        return
    blanks = [f"<{_kind(route, name)}:{name}>" for name in pattern.pattern.converters]
    if route.startswith(DESK):
        ready = [[_of_desk(converter)] for converter in pattern.pattern.converters.values()]
        yield from (_put(route, blanks, each) for each in product(*ready))
    elif "<slug:slug>" in blanks and all(blank in datasets[0] for blank in blanks):
        yield from dict.fromkeys(_put(route, blanks, [known[blank] for blank in blanks]) for known in datasets)
        if blanks == ["<slug:slug>", "<slug:name>"]:
            # Every format of each dataset.
            known = {each["<slug:slug>"] for each in datasets}, {each["<slug:name>"] for each in datasets}
            yield from (_put(route, blanks, each) for each in product(*map(sorted, known)))
    elif unknown := [blank for blank in blanks if blank not in OTHERS]:
        raise Unfilled(f"{route}: say in OTHERS what stands for {', '.join(unknown)}")
    else:
        yield from (_put(route, blanks, each) for each in product(*(OTHERS[blank] for blank in blanks)))


def _kind(route: str, name: str) -> str:
    """How a blank is written in its route."""
    return route.partition(f":{name}>")[0].rpartition("<")[2]


def _head(route: str) -> str:
    return route.partition("<")[0]


def _tail(route: str) -> str:
    return route.rpartition(">")[2]


def _put(route: str, blanks: Sequence[str], values: Sequence[str]) -> str:
    for blank, value in zip(blanks, values, strict=True):
        route = route.replace(blank, value)
    return route


def _of_desk(converter: object) -> str:
    """No stranger is let in, whatever stands there."""
    return (
        "1"
        if isinstance(converter, IntConverter)
        else str(UUID(int=1))
        if isinstance(converter, UUIDConverter)
        else "works"
    )
