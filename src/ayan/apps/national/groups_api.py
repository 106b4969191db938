"""Groups of what all cities publish of one dataset, for programs: JSON and CSV, with each city's proof."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict

import orjson
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.national.api import (
    CityNameAnswer,
    cities_of,
    place_answer,
)
from ayan.apps.national.cities_answer import MISSING, WANTING, CitiesAnswer, CitiesGroup
from ayan.apps.national.cities_facets import ask_facets
from ayan.apps.national.cities_groups import ask_groups
from ayan.apps.national.city_cells import CityCells
from ayan.apps.national.selectors import AllCities
from ayan.core.query.formats.csv_text import cell
from ayan.core.query.formats.document import json_values
from ayan.core.query.grouping import FUNCTIONS
from ayan.core.store.tombstone import instant
from ayan.core.values.label import Label
from ayan.core.values.locale import DEFAULT
from ayan.core.values.spreadsheet import safe
from ayan.ui.api.answers import AnswerCell, Hex, Instant, ReleaseName, Url, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import FLAG, JSON, SLUG, Operation, Parameter, named
from ayan.ui.api.responses import NO_DATASET, NotFound, document, parameters, reading, tag

CSV: Final = "text/csv; charset=utf-8"


class CityLogAnswer(TypedDict):
    """The smallest tree of the city's log that holds all releases that were read."""

    origin: str
    size: WholeNumber
    root: Hex


class CitedReleaseAnswer(TypedDict):
    """A release that a number rests on besides those that were read: of people, or of prices."""

    dataset: str
    release: ReleaseName
    proof: Url


class CountedPeopleAnswer(CitedReleaseAnswer):
    """How many people a city counted in a year."""

    year: str
    people: WholeNumber


class PublishedPricesAnswer(CitedReleaseAnswer):
    """The price index of a city."""

    publishers: Annotated[list[str], Schema("Who made the index, as its rows say; of the years that it holds")]


class PriceSourceAnswer(TypedDict):
    """Whose index some cities use; no names where they do not say it."""

    names: list[str]
    cities: list[str]


class PriceSourcesAnswer(TypedDict):
    """By whose indices numbers are told in the money of one year, and whether these are one measure."""

    alike: Annotated[bool, Schema("False where they are not known to be of one publisher, or have risen differently")]
    sources: list[PriceSourceAnswer]
    unlike_years: Annotated[list[str], Schema("Years of which the indices tell another rise up to the base")]
    words: WordsAnswer | None


class CitySaidAnswer(TypedDict):
    """A city that has answered: what was read there, and where it is proved."""

    city: CityNameAnswer
    rows: Annotated[WholeNumber, Schema("Rows that meet the conditions")]
    state: Annotated[Hex, Schema("The digest of everything that was read there")]
    as_of: Instant | None
    releases: list[ReleaseName]
    releases_total: WholeNumber
    proof: Annotated[Url, Schema("The newest release that was read, with its proof")]
    page: Annotated[Url, Schema("The rows on the city's own page")]
    log: CityLogAnswer | None
    prices: PublishedPricesAnswer | None
    people: list[CountedPeopleAnswer]


class MissingCityAnswer(TypedDict):
    """A city of which nothing is in the numbers, and why; it is no zero."""

    city: CityNameAnswer
    why: Annotated[str, Schema("One of: " + ", ".join(MISSING))]
    words: WordsAnswer


class WantingNumberAnswer(TypedDict):
    """Why a number is empty: what is wanting, of which years and cities."""

    column: str
    why: Annotated[str, Schema("One of: " + ", ".join(WANTING))]
    years: list[str]
    cities: list[str]
    words: WordsAnswer


class CitiesGroupAnswer(TypedDict):
    """One group over cities."""

    values: Annotated[dict[str, AnswerCell], Schema("Keys and numbers by column; money in rial")]
    cities: Annotated[list[str], Schema("Codes of the cities that have rows in it")]
    wanting: list[WantingNumberAnswer]


class CitiesGroupsAnswer(TypedDict):
    """Groups of the rows of all cities that declare a dataset alike."""

    dataset: str
    title: WordsAnswer
    declaration: Annotated[Hex, Schema("The digest of the declaration that the cities share")]
    groups: list[CitiesGroupAnswer]
    total: Annotated[WholeNumber, Schema("How many groups there are in all")]
    whole: Annotated[bool, Schema("False where a city was merely late: ask again")]
    base: Annotated[str | None, Schema("The year at whose prices real money is told")]
    prices: PriceSourcesAnswer | None
    query: Annotated[str, Schema("The question in its canonical form")]
    cities: list[CitySaidAnswer]
    missing: list[MissingCityAnswer]


class CitiesFacetsAnswer(TypedDict):
    """For each field the counts of its values over cities, most rows first; an answer of groups of each."""

    facets: dict[str, CitiesGroupsAnswer]


_OWN: Final = (
    Parameter(
        "_cities",
        Label("تنها این شهرها؛ کدها با ویرگول.", "Only these cities; codes parted by commas."),
        {"type": "string"},
    ),
    Parameter(
        "_per",
        Label("person برای سرانه.", "person for a number for each head."),
        {"type": "string", "enum": ["person"]},
    ),
    Parameter("_real", Label("1 یعنی به پول یک سال هم.", "1 for the money of one year, too."), FLAG),
    Parameter(
        "_base",
        Label(
            "سال پول؛ اگر نیاید تازه‌ترین سالی که همه دارند.",
            "The year of the money; without it the newest that all have.",
        ),
        {"type": "string", "pattern": "^[0-9]{4}$"},
    ),
)
_SORTS: Final = tuple(
    Parameter(name, Label(fa, en), {"type": "string"})
    for name, fa, en in (
        ("_sort", "به ترتیب این ستون.", "In the order of this column."),
        ("_sort_desc", "به ترتیب وارونهٔ این ستون.", "In the reverse order of this column."),
    )
)


def _operation(ending: str, name: str, answers: Mapping[str, Any]) -> Operation:
    return Operation(
        path=f"/api/v1/cities/datasets/{{slug}}/groups{ending}",
        id=name,
        words=Label("تعداد، جمع و مانند آن روی همهٔ شهرها", "Counts, sums and the like over all cities"),
        answers=answers,
        parts=(SLUG,),
        parameters=(*named("by", *FUNCTIONS), *_OWN, *_SORTS, *named("_search", "_as_of", "_size", "_calendar")),
        filters=True,
        refusals=(404, 503),
        tag="cities",
    )


OPERATIONS: Final = (
    _operation("", "cities_groups", {JSON: CitiesGroupsAnswer}),
    _operation(".csv", "cities_groups_csv", {"text/csv": None}),
    Operation(
        path="/api/v1/cities/datasets/{slug}/facets",
        id="cities_facets",
        words=Label("پربسامدترین مقدارهای ستون‌ها در همهٔ شهرها", "The commonest values of fields in all cities"),
        answers={JSON: CitiesFacetsAnswer},
        parts=(SLUG,),
        parameters=(*named("by", "_search", "_as_of", "_size"), _OWN[0]),
        needed=("by",),
        filters=True,
        refusals=(404, 503),
        tag="cities",
    ),
)


@reading
def groups(request: HttpRequest, slug: str, ending: str = "") -> HttpResponseBase:
    """Groups over all cities, as JSON or as CSV."""
    cities = cities_of(request)
    try:
        answer = ask_groups(cities, slug, parameters(request))
    except Http404:
        raise NotFound("no-such-dataset", NO_DATASET) from None
    media_type = CSV if ending else "application/json"

    def body() -> bytes:
        return table(answer) if ending else orjson.dumps(groups_answer(cities, answer))

    if not answer.is_lasting:
        # Another moment another answer: nobody keeps it.
        return HttpResponse(body(), content_type=media_type, headers={"Cache-Control": "no-store"})
    etag = tag("cities groups", ending, slug, answer.question.query_string(), cities.standing.version)
    headers = {"Vary": "Accept-Encoding"}
    if ending:
        headers["Content-Disposition"] = f'attachment; filename="{slug}-cities.csv"'
    return document(request, etag, body, headers, media_type)


@reading
def facets(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The commonest values of fields over all cities."""
    cities = cities_of(request)
    try:
        answer = ask_facets(cities, slug, parameters(request))
    except Http404:
        raise NotFound("no-such-dataset", NO_DATASET) from None

    def body() -> bytes:
        return orjson.dumps({"facets": {name: groups_answer(cities, each) for name, each in answer.answers.items()}})

    if not answer.is_lasting:
        return HttpResponse(body(), content_type="application/json", headers={"Cache-Control": "no-store"})
    asked = [each.question.query_string() for each in answer.answers.values()]
    etag = tag("cities facets", slug, *asked, cities.standing.version)
    return document(request, etag, body, {"Vary": "Accept-Encoding"})


def groups_answer(cities: AllCities, answer: CitiesAnswer) -> CitiesGroupsAnswer:
    """The answer as JSON holds it."""
    dataset = answer.question.dataset
    return {
        "dataset": dataset.slug,
        "title": words(dataset.title),
        "declaration": dataset.digest,
        "groups": [_group(answer, each) for each in answer.groups],
        "total": answer.total,
        "whole": answer.is_whole,
        "base": answer.base or None,
        "prices": _prices(answer) if answer.question.real else None,
        "query": answer.question.query_string(),
        "cities": [_said(cities, answer, code, said) for code, said in answer.said.items()],
        "missing": [
            {"city": place_answer(cities.place(code)), "why": why, "words": words(MISSING[why])}
            for code, why in answer.missing.items()
        ],
    }


def _prices(answer: CitiesAnswer) -> PriceSourcesAnswer:
    prices = answer.prices()
    return {
        "alike": prices.are_one,
        "sources": [{"names": list(each.names), "cities": list(each.cities)} for each in prices.each],
        "unlike_years": list(prices.unlike_years),
        "words": words(prices.words) if prices.words else None,
    }


def _group(answer: CitiesAnswer, group: CitiesGroup) -> CitiesGroupAnswer:
    values: Any = json_values(group.values, answer.question.inner.scope.calendar)
    return {
        "values": values,
        "cities": list(group.cities),
        "wanting": [
            {
                "column": column,
                "why": each.why,
                "years": list(each.years),
                "cities": list(each.cities),
                "words": words(wanting_words(each.why, each.years)),
            }
            for column, each in group.why.items()
        ],
    }


def wanting_words(why: str, years: tuple[str, ...]) -> Label:
    """Why a number is empty, in words."""
    return WANTING[why].format(years=list(years))


def _said(cities: AllCities, answer: CitiesAnswer, code: str, said: CityCells) -> CitySaidAnswer:
    place, snapshot, slug = cities.place(code), said.snapshot, answer.question.dataset.slug
    newest = snapshot.source.newest
    query = answer.question.inner.scope.query_string()
    years = {year for numbers in said.cells.values() for each in numbers for year in each}
    log: Any = said.log.as_json() if said.log else None
    return {
        "city": place_answer(place),
        "rows": said.rows,
        "state": snapshot.snapshot_id,
        "as_of": instant(snapshot.as_of) if snapshot.as_of else None,
        "releases": list(snapshot.named),
        "releases_total": len(snapshot.releases),
        "proof": place.page(DEFAULT.code, f"/data/{slug}/releases/{newest.period}/{newest.number}" if newest else ""),
        "page": place.page(DEFAULT.code, f"/data/{slug}" + (f"?{query}" if query else "")),
        "log": log,
        "prices": {
            "dataset": said.prices.dataset.slug,
            "release": said.prices_release,
            "proof": place.page(DEFAULT.code, f"/data/{said.prices.dataset.slug}/releases/{said.prices_release}"),
            "publishers": sorted(set(said.prices.publishers.values()) - {""}),
        }
        if said.prices
        else None,
        "people": [
            {
                "dataset": counted.slug,
                "release": counted.release,
                "proof": place.page(DEFAULT.code, f"/data/{counted.slug}/releases/{counted.release}"),
                "year": year,
                "people": counted.people,
            }
            for year, counted in sorted(answer.people.get(code, {}).items())
            if year in years
        ],
    }


def table(answer: CitiesAnswer) -> bytes:
    """CSV in UTF-8 with a byte order mark: one line a group, empty where there is no number.

    ``_wanting`` says why numbers are empty, ``_missing`` of each city that has none why, and of real money ``_prices``
    whether the cities' indices are one measure (``one``) or may not be (``unlike``); these are codes.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = answer.question.columns
    own = ("_cities", "_wanting", "_missing", *(["_prices"] if answer.question.real else []))
    writer.writerow([safe(name) for name in (*columns, *own)])
    prices = [] if not answer.question.real else ["alike" if answer.prices().are_one else "unlike"]
    missing = " ".join(f"{code}:{why}" for code, why in answer.missing.items())
    calendar = answer.question.inner.scope.calendar
    for group in answer.groups:
        wanting = " ".join(f"{column}:{each.why}:{','.join(each.years)}" for column, each in group.why.items())
        cells = [cell(group.values[name], calendar) for name in columns]
        writer.writerow([*cells, " ".join(group.cities), wanting, missing, *prices])
    return codecs.BOM_UTF8 + out.getvalue().encode()
