"""What a city is asked: pages in both languages and, for each dataset, questions made of its own description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

LANGUAGES: Final = ("", "/en")

PAGES: Final = (
    "/", "/data", "/data/", "/search", "/search?q=1403", "/search?q=%D9%82%D8%B1%D8%A7%D8%B1%D8%AF%D8%A7%D8%AF",
    "/search?q=a+b+c+d+e+f+g+h+i+j+k+l", "/compare", "/compare/cities", "/compare?_data=nothing", "/budget", "/budget/1300",
    "/council", "/council/member/nobody", "/organisation", "/activities", "/activities?status=nothing", "/missing",
    "/withheld", "/flags", "/map", "/services", "/tariffs", "/answers/", "/glossary", "/counter", "/counter/new/finding",
    "/counter/new/access", "/counter/nothing", "/verify", "/verify?q=nothing", "/log", "/log/", "/log/0", "/log/1",
    "/log/99999", "/changes", "/follow", "/c/nothing", "/developers", "/developers/components", "/about", "/help",
    "/help/tour", "/privacy", "/accessibility", "/contact", "/audits", "/try", "/nothing", "/desk/", "/desk/sign-in",
    "/data/nothing", "/embed/nothing",
)  # fmt: skip
"""Pages by their address in Persian; one that is not built yet answers 404, which is an answer too."""

MACHINES: Final = (
    "/api/v1/datasets", "/api/v1/openapi.json", "/api/v1/search?q=1403", "/api/v1/search", "/api/v1/nothing",
    "/api/v1/datasets/nothing", "/api/v1/compare?_data=nothing", "/api/v1/flags", "/api/v1/findings",
    "/api/v1/findings.csv", "/api/v1/audits", "/api/v1/missing", "/api/v1/missing.csv", "/api/v1/missing/history",
    "/api/v1/missing/history.csv", "/api/v1/withheld", "/api/v1/withheld.csv", "/api/v1/activities",
    "/api/v1/activities.csv", "/budget.json", "/budget.csv", "/api/v1/changes", "/changes.atom", "/missing.atom", "/flags.atom",
    "/follow.atom", "/search.atom?q=1403", "/en/changes.atom", "/log/checkpoint", "/log/vkey", "/log/tile/0/000",
    "/log/tile/entries/000", "/log/proof/0", "/log/proof/1", "/log/proof/99999", "/healthz", "/readyz", "/brand.css",
    "/favicon.ico", "/robots.txt", "/sitemap.xml", "/catalog.ttl", "/catalog.jsonld", "/data.json", "/llms.txt",
    "/static/0/nothing.css",
)  # fmt: skip

ORDERED: Final = ("integer", "decimal", "rial", "date")
SUMMED: Final = ("integer", "decimal", "rial")
WORDED: Final = ("text", "place")
API: Final = "/api/v1/datasets/"

THOROUGH, USUAL = 6, 3
"""Fields that are asked about, in a thorough round and in the usual one."""

REFUSED: Final = (
    "_size=0", "_size=1001", "_sort=nothing", "_next=nothing", "_release=nothing", "_as_of=nothing", "_size=x",
    "_fields=nothing", "_search=" + "+".join("abcdefghijklm"),
)  # fmt: skip


def pages() -> Iterator[str]:
    """The pages of the portal in both languages."""
    for prefix in LANGUAGES:
        yield from (prefix + page for page in PAGES)


def fields_of(about: dict[str, Any], most: int) -> list[tuple[str, str]]:
    """Names and kinds of some fields: the first of every kind, and then those that are left, ``most`` at most."""
    known = [(field["name"], field["ayan:kind"]) for field in about["schema"]["fields"] if "ayan:kind" in field]
    first = {sort: (name, sort) for name, sort in reversed(known)}
    chosen = [field for field in known if first[field[1]] == field]
    return (chosen + [field for field in known if field not in chosen])[:most]


def key_of(about: dict[str, Any], row: dict[str, Any]) -> str | None:
    """A row's key as its address has it; None where it has an empty part."""
    if not about.get("key"):
        release, _, number = row["_row"].partition("#")
        return "~".join(quote(part, safe="") for part in (*release.split("/"), number))
    parts = [row.get(name) for name in about["key"]]
    if any(part is None for part in parts):
        return None
    steps = (
        str(part).replace("%", "%25").replace("~", "%7E").replace("/", "%2F").replace(",", "%2C") for part in parts
    )
    return "~".join(quote(step, safe="") for step in steps)


def questions(about: dict[str, Any], rows: Sequence[dict[str, Any]], thorough: bool) -> Iterator[str]:
    """Questions to the API about a dataset, of its description and some of its rows.

    ``thorough`` asks about more fields, and what is refused as well, which is the same in all datasets.
    """
    base = API + about["slug"]
    fields = fields_of(about, THOROUGH if thorough else USUAL)
    for name, sort in fields:
        yield from (f"{base}/rows?_size=5&{urlencode(pair)}" for pair in _filters(name, sort, rows, thorough))
        yield f"{base}/rows?_size=5&_sort={name}"
        yield f"{base}/rows?_size=5&_sort_desc={name}&_fields={name}"
        yield f"{base}/groups?by={name}&count=1&_size=20"
        yield f"{base}/facets?by={name}"
    yield from _groups(base, fields)
    words = (str(row[name]).split()[0] for name, sort in fields if sort in WORDED for row in rows if row.get(name))
    yield f"{base}/rows?_size=3&{urlencode({'_search': next(words, '1403')})}"
    yield from (
        f"{base}/rows?{query}" for query in ("_count=1&_size=2", "_size=2&_calendar=jalali&_lang=en", "nothing=1")
    )
    yield from (f"{base}/{rest}" for rest in ("openapi.json", "releases", "releases.atom", "rows.atom", "changes"))
    if (key := key_of(about, rows[0]) if rows else None) is not None:
        yield f"{base}/rows/{key}"
    if thorough:
        yield from (f"{base}/rows?{query}" for query in REFUSED)
        yield from (f"{base}/groups?{query}" for query in ("by=nothing", "", "by=_row&sum=nothing"))
        yield from (f"{base}/{rest}" for rest in ("facets", "rows.nothing", "rows/nothing", "releases/nothing/1"))
        yield from (f"{base}/rows?_size=1&_as_of={day}" for day in ("1404-06-01", "2000-01-01", "1405-03"))


def _filters(name: str, sort: str, rows: Sequence[dict[str, Any]], thorough: bool) -> Iterator[dict[str, Any]]:
    values = [row[name] for row in rows if row.get(name) is not None and not isinstance(row[name], dict | list)]
    if thorough:
        yield {f"{name}__isnull": 1}
        yield {f"{name}__gt": "x"}
    if not values:
        return
    first, last = str(values[0]).lower(), str(values[-1]).lower()
    if sort == "boolean":
        yield {name: first}
        return
    yield {f"{name}__in": f"{first},{last}"}
    if sort in ORDERED:
        yield {f"{name}__gte": first, f"{name}__lt": last}
        yield {f"{name}__lte": last}
    else:
        yield {f"{name}__contains": last[:4]}
    if thorough:
        yield {name: first}
        yield {f"{name}__not": first}
        yield {f"{name}__gt": first} if sort in ORDERED else {f"{name}__startswith": first[:3]}


def _groups(base: str, fields: Sequence[tuple[str, str]]) -> Iterator[str]:
    by = next((name for name, sort in fields if sort not in ORDERED), None)
    measure = next((name for name, sort in fields if sort in SUMMED), None)
    day = next((name for name, sort in fields if sort == "date"), None)
    sums = f"&sum={measure}&avg={measure}&median={measure}&min={measure}&max={measure}" if measure else ""
    if by:
        yield f"{base}/groups?by={by}&count=1{sums}&_size=10"
        yield f"{base}/groups.csv?by={by}&count=1{sums}"
    if day:
        yield f"{base}/groups?by={day}:year&count=1{sums}"
        yield f"{base}/groups?by={day}:month&count=1&distinct={by or day}"


def downloads(about: dict[str, Any]) -> Iterator[str]:
    """A dataset as files: whole as text, and in every format by its first fields."""
    base = API + about["slug"]
    names = ",".join(name for name, _ in fields_of(about, 4))
    yield from (f"{base}/rows.{form}" for form in ("csv", "ndjson"))
    yield f"{base}/rows.csv?_lang=en&_calendar=jalali&_fields={names}"
    yield from (f"{base}/rows.{form}?_fields={names}" for form in ("xlsx", "parquet"))


def of_releases(about: dict[str, Any]) -> Iterator[str]:
    """The first and the last release of a dataset: manifests, changes, proofs, and rows as they were."""
    slug, base = about["slug"], API + about["slug"]
    places = [f"{release['period']}/{release['number']}" for release in about["releases"]]
    for release in dict.fromkeys((*places[:1], *places[-1:])):
        yield f"{base}/releases/{release}"
        yield f"{base}/releases/{release}/data-0000.parquet"
        yield f"{base}/releases/{release}/nothing.parquet"
        yield f"{base}/rows?_size=3&{urlencode({'_release': release})}"
        yield f"/log/proof/{slug}/{release}/2"
        yield from (f"{prefix}/data/{slug}/releases/{release}" for prefix in LANGUAGES)
    if len(places) > 1:
        pair = urlencode({"from": places[-1], "to": places[0]})
        yield f"{base}/changes?{pair}"
        yield f"{base}/changes.csv?{pair}"
        yield from (f"{prefix}/data/{slug}/changes?{pair}" for prefix in LANGUAGES)


def dataset_pages(about: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The pages of a dataset, the main ones in both languages."""
    slug, fields = about["slug"], fields_of(about, THOROUGH)
    by = next((name for name, sort in fields if sort not in ORDERED), fields[0][0])
    sort = next((name for name, sort in fields if sort in ORDERED), by)
    key = key_of(about, rows[0]) if rows else None
    for prefix in LANGUAGES:
        base = f"{prefix}/data/{slug}"
        yield from (base, f"{base}/releases", f"{base}/changes", f"{base}?_view=columns", f"{prefix}/embed/{slug}")
        if key is not None:
            yield f"{base}/r/{key}"
    base = f"/data/{slug}"
    for query in (
        "_view=chart",
        "_view=map",
        f"_by={by}",
        f"_sort_desc={sort}&_unit=mtoman",
        f"{by}__isnull=1",
        "nothing=1",
    ):
        yield f"{base}?{query}"
    yield from (f"{base}/r/nothing", f"/withheld?dataset={slug}", f"/embed/{slug}?_by={by}")
