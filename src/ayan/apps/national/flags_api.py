"""Integrity flags of all cities for programs, in JSON and as a table: counts of what is public in each."""

from __future__ import annotations

import codecs
import csv
import io
from typing import Annotated, Final, TypedDict

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.national.api import CityNameAnswer, cities_of, place_answer
from ayan.apps.national.cities_flags import SILENT, FlagOfCities, FlagsOfCities, flags_of_cities
from ayan.apps.national.selectors import AllCities, parameters
from ayan.core.values.label import Label
from ayan.core.values.locale import DEFAULT
from ayan.core.values.spreadsheet import safe
from ayan.ui.api.answers import Instant, Url, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, TEXT, Operation, Parameter
from ayan.ui.api.responses import only, reading

_CSV: Final = "text/csv; charset=utf-8"
COLUMNS: Final = ("flag", "city", "judged", "fired", "published", "cleared", "computed_at", "missing")


class SilentCityAnswer(TypedDict):
    """A city without a number, and why; it is no zero."""

    city: CityNameAnswer
    why: Annotated[str, Schema("One of: " + ", ".join(SILENT))]
    words: WordsAnswer


class FlagOfCityAnswer(TypedDict):
    """What a flag counted in one city."""

    city: CityNameAnswer
    judged: Annotated[WholeNumber, Schema("Records that could be judged")]
    fired: Annotated[WholeNumber, Schema("Records that it fires on, whether or not their findings are public yet")]
    published: Annotated[WholeNumber, Schema("Public findings; with `party_id` those that name it")]
    cleared: Annotated[WholeNumber, Schema("Findings that were explained; with `party_id` those that name it")]
    computed_at: Instant
    page: Url


class FlagOfCitiesAnswer(TypedDict):
    """A flag, with its numbers in each city that computed it under the declaration that most have."""

    flag: str
    title: WordsAnswer
    says: WordsAnswer
    about: Annotated[str, Schema("The dataset whose records it judges")]
    cities: list[FlagOfCityAnswer]
    missing: list[SilentCityAnswer]


class FlagsOfCitiesAnswer(TypedDict):
    """The flags of all cities."""

    flags: list[FlagOfCitiesAnswer]
    missing: list[SilentCityAnswer]


OPERATIONS: Final = tuple(
    Operation(
        path=f"/api/v1/cities/flags{ending}",
        id=name,
        words=Label("هشدارهای همهٔ شهرها، شمرده", "Integrity flags of all cities, counted"),
        answers=answers,
        parameters=(
            Parameter("flag", Label("نام هشدار.", "The name of a flag."), TEXT),
            Parameter(
                "party_id",
                Label("شناسهٔ ملی شرکتی که یافته نامش را دارد.", "The legal ID of the company that findings name."),
                TEXT,
            ),
        ),
        refusals=(404,),
        tag="cities",
    )
    for ending, name, answers in (
        ("", "cities_flags", {JSON: FlagsOfCitiesAnswer}),
        (".csv", "cities_flags_csv", {"text/csv": None}),
    )
)


@reading
def flags(request: HttpRequest, ending: str = "") -> HttpResponseBase:
    """What flags counted in all cities."""
    only(request, "flag", "party_id")
    cities, asked = cities_of(request), parameters(request)
    counted = flags_of_cities(cities, asked.get("flag", ""), asked.get("party_id", ""))
    body = _table(counted) if ending else orjson.dumps(_answer(cities, counted))
    # A finding that is taken down is gone with the next question: nobody keeps an answer.
    headers = {"Cache-Control": "no-store"}
    if ending:
        headers["Content-Disposition"] = 'attachment; filename="flags-cities.csv"'
    return HttpResponse(body, content_type=_CSV if ending else "application/json", headers=headers)


def _answer(cities: AllCities, counted: FlagsOfCities) -> FlagsOfCitiesAnswer:
    return {
        "flags": [_flag(cities, each) for each in counted.flags],
        "missing": [_silent(cities, code, why) for code, why in counted.missing.items()],
    }


def _flag(cities: AllCities, flag: FlagOfCities) -> FlagOfCitiesAnswer:
    return {
        "flag": flag.name,
        "title": words(flag.title),
        "says": words(flag.says),
        "about": flag.about,
        "cities": [
            {
                "city": place_answer(line.place),
                "judged": line.judged,
                "fired": line.fired,
                "published": line.published,
                "cleared": line.cleared,
                "computed_at": line.computed_at,
                "page": line.place.page(DEFAULT.code, f"/flags/{flag.name}"),
            }
            for line in flag.lines
        ],
        "missing": [_silent(cities, code, why) for code, why in flag.missing.items()],
    }


def _silent(cities: AllCities, code: str, why: str) -> SilentCityAnswer:
    return {"city": place_answer(cities.place(code)), "why": why, "words": words(SILENT[why])}


def _table(counted: FlagsOfCities) -> bytes:
    """One line a flag and city; a city without a number has a code under ``missing`` and empty cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for flag in counted.flags:
        for line in flag.lines:
            numbers = (line.judged, line.fired, line.published, line.cleared)
            writer.writerow([safe(flag.name), safe(line.place.code), *numbers, line.computed_at, ""])
        for code, why in (*flag.missing.items(), *counted.missing.items()):
            writer.writerow([safe(flag.name), safe(code), "", "", "", "", "", why])
    return codecs.BOM_UTF8 + out.getvalue().encode()
