"""All cities for programs: the list, one figure of each per head, a company, and a search."""

from __future__ import annotations

from typing import Annotated, Any, Final, TypedDict

import orjson
from django.http import Http404, HttpRequest, HttpResponseBase

from ayan.apps.national.limits import LONGEST_SEARCH
from ayan.apps.national.selectors import AllCities, CityPlace, parameters
from ayan.core.values.label import Label
from ayan.core.values.locale import DEFAULT
from ayan.ui.api.answers import Url, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, NAME, WORD, Operation, Parameter
from ayan.ui.api.responses import NotFound, document, only, reading, tag

NOT_HERE: Final = Label(
    "این نشانی دربارهٔ همهٔ شهرها نیست.", "This address does not speak for all cities of the installation."
)
NO_COMPANY: Final = Label("هیچ شهری چنین شناسه‌ای را نام نبرده است.", "No city names such a legal ID.")
EXACT: Final = Schema("An exact number")


class CityNameAnswer(TypedDict):
    """A city of the installation; every figure of it leads to its own address."""

    code: str
    name: WordsAnswer
    address: Url
    invented: Annotated[bool, Schema("Whether the city and its figures are invented")]


class LeftOutCityAnswer(TypedDict):
    """A city of which nothing is told at this moment."""

    city: CityNameAnswer
    why: Annotated[str, Schema(pattern="^(closed|unreadable|new|changing)$")]
    words: WordsAnswer


class CityLineAnswer(TypedDict):
    """A city, and what it has published."""

    city: CityNameAnswer
    tables: WholeNumber
    rows: WholeNumber
    people: WholeNumber | None
    people_year: str | None
    log_size: WholeNumber
    damaged: Annotated[list[str], Schema("Datasets that cannot be read and of which nothing is told")]


class AllCitiesAnswer(TypedDict):
    """Every city, what can be compared, and who is left out."""

    cities: list[CityLineAnswer]
    measures: list[OfferedMeasureAnswer]
    left_out: list[LeftOutCityAnswer]


class OfferedMeasureAnswer(TypedDict):
    """A figure that can be compared, of the dataset as most cities declare it."""

    code: Annotated[str, Schema("The value of `_measure`")]
    dataset: str
    title: WordsAnswer
    label: WordsAnswer
    is_money: bool
    cities: WholeNumber
    years: list[str]


class CityFigureAnswer(TypedDict):
    """The number of one city, for each head, with the rows and the release behind it."""

    city: CityNameAnswer
    value: Annotated[str, EXACT]
    people: WholeNumber | None
    per_head: Annotated[str | None, Schema("Rial for each person of money, else for each thousand people")]
    rows: Url
    release: str
    proof: Url


class CitiesComparedAnswer(TypedDict):
    """One figure of all cities in one year."""

    measure: OfferedMeasureAnswer | None
    year: str | None
    lines: list[CityFigureAnswer]
    otherwise: Annotated[list[str], Schema("Codes of cities that declare the dataset in another way")]
    without: Annotated[list[str], Schema("Codes of cities without a number in that year")]
    left_out: list[LeftOutCityAnswer]


class CompanyRowsAnswer(TypedDict):
    """The rows of one city's dataset that name the company."""

    city: CityNameAnswer
    dataset: str
    title: WordsAnswer
    name: str
    count: WholeNumber
    total: Annotated[str | None, Schema("Rial, where rows have money that may be added up")]
    rows: Url
    release: str
    proof: Url


class CompanyOfCitiesAnswer(TypedDict):
    """What every city has published of a legal ID."""

    legal_id: str
    lines: list[CompanyRowsAnswer]
    left_out: list[LeftOutCityAnswer]


class FoundTableAnswer(TypedDict):
    """A dataset in whose title or description the words stand."""

    dataset: str
    title: WordsAnswer
    cities: WholeNumber
    rows: WholeNumber


class FoundCompanyAnswer(TypedDict):
    """A company that is called so."""

    legal_id: str
    name: str
    cities: WholeNumber
    rows: WholeNumber


class CitiesSearchAnswer(TypedDict):
    """What words find among all cities."""

    words: str
    cities: list[CityNameAnswer]
    tables: list[FoundTableAnswer]
    companies: list[FoundCompanyAnswer]
    left_out: list[LeftOutCityAnswer]


def _operation(path: str, name: str, words: Label, answer: Any, **more: Any) -> Operation:
    return Operation(
        path=f"/api/v1/cities{path}",
        id=name,
        words=words,
        answers={JSON: answer},
        refusals=(404,),
        tag="cities",
        **more,
    )


LEGAL_ID: Final = Parameter("legal_id", Label("شناسهٔ ملی.", "The legal ID."), WORD)
OPERATIONS: Final = (
    _operation(
        "", "all_cities", Label("همهٔ شهرهای این نصب", "All cities of this installation"), AllCitiesAnswer, parameters=()
    ),
    _operation(
        "/compare",
        "cities_compared",
        Label("یک عدد همهٔ شهرها در یک سال، سرانه", "One figure of all cities in a year, per head"),
        CitiesComparedAnswer,
        parameters=(
            Parameter("_measure", Label("کدام عدد.", "Which figure."), NAME),
            Parameter("_year", Label("کدام سال.", "Which year."), {"type": "string", "pattern": "^[0-9]{4}$"}),
        ),
    ),
    _operation(
        "/search",
        "cities_searched",
        Label("جست‌وجو در همهٔ شهرها", "A search among all cities"),
        CitiesSearchAnswer,
        parameters=(
            Parameter(
                "q", Label("واژه‌ها.", "The words."), {"type": "string", "minLength": 1, "maxLength": LONGEST_SEARCH}
            ),
        ),
        needed=("q",),
    ),
    _operation(
        "/companies/{legal_id}",
        "company_of_cities",
        Label("یک شرکت در همهٔ شهرها", "One company in all cities"),
        CompanyOfCitiesAnswer,
        parts=(LEGAL_ID,),
        parameters=(),
    ),
)


@reading
def all_cities(request: HttpRequest) -> HttpResponseBase:
    """Every city, and what can be compared."""
    only(request)
    cities = cities_of(request)

    def body() -> AllCitiesAnswer:
        return {
            "cities": [
                {
                    "city": place_answer(line.place),
                    "tables": line.tables,
                    "rows": line.rows,
                    "people": line.people.people if line.people else None,
                    "people_year": line.year or None,
                    "log_size": line.log_size,
                    "damaged": list(line.damaged),
                }
                for line in cities.lines()
            ],
            "measures": [_measure(each) for each in cities.measures()],
            "left_out": _left_out(cities),
        }

    return _answered(request, cities, body)


@reading
def compare(request: HttpRequest) -> HttpResponseBase:
    """One figure of every city."""
    only(request, "_measure", "_year")
    cities, asked = cities_of(request), parameters(request)
    result = cities.comparison(asked.get("_measure", ""), asked.get("_year", ""))

    def body() -> CitiesComparedAnswer:
        return {
            "measure": _measure(result.measure) if result else None,
            "year": result.year if result else None,
            "lines": [
                {
                    "city": place_answer(line.place),
                    "value": str(line.value),
                    "people": line.people.people if line.people else None,
                    "per_head": None if line.per_head is None else str(line.per_head),
                    "rows": line.rows_page(DEFAULT.code),
                    "release": line.release,
                    "proof": line.proof_page(DEFAULT.code),
                }
                for line in (result.lines if result else ())
            ],
            "otherwise": [place.code for place in result.otherwise] if result else [],
            "without": [place.code for place in result.without] if result else [],
            "left_out": _left_out(cities),
        }

    return _answered(request, cities, body)


@reading
def company(request: HttpRequest, legal_id: str) -> HttpResponseBase:
    """The rows of every city that name a company."""
    only(request)
    cities = cities_of(request)
    try:
        lines = cities.company(legal_id)
    except Http404:
        raise NotFound("no-such-company", NO_COMPANY) from None

    def body() -> CompanyOfCitiesAnswer:
        return {
            "legal_id": lines[0].rows.legal_id,
            "lines": [
                {
                    "city": place_answer(line.place),
                    "dataset": line.rows.slug,
                    "title": words(line.title),
                    "name": line.rows.name,
                    "count": line.rows.rows,
                    "total": None if line.rows.total is None else str(line.rows.total),
                    "rows": line.rows_page(DEFAULT.code),
                    "release": line.rows.release,
                    "proof": line.proof_page(DEFAULT.code),
                }
                for line in lines
            ],
            "left_out": _left_out(cities),
        }

    return _answered(request, cities, body)


@reading
def search(request: HttpRequest) -> HttpResponseBase:
    """What words find."""
    only(request, "q")
    cities = cities_of(request)
    finding = cities.finding(parameters(request).get("q", ""))

    def body() -> CitiesSearchAnswer:
        return {
            "words": finding.words,
            "cities": [place_answer(place) for place in finding.cities],
            "tables": [
                {"dataset": slug, "title": words(title), "cities": count, "rows": rows}
                for slug, title, count, rows in finding.tables
            ],
            "companies": [
                {"legal_id": each.legal_id, "name": each.name, "cities": each.cities, "rows": each.rows}
                for each in finding.companies
            ],
            "left_out": _left_out(cities),
        }

    return _answered(request, cities, body)


def _answered(request: HttpRequest, cities: AllCities, body: Any) -> HttpResponseBase:
    etag = tag("cities", request.get_full_path(), cities.standing.version)
    return document(request, etag, lambda: orjson.dumps(body()), {"Vary": "Accept-Encoding"})


def cities_of(request: HttpRequest) -> AllCities:
    try:
        return AllCities.of(request)
    except Http404:
        raise NotFound("not-national", NOT_HERE) from None


def place_answer(place: CityPlace) -> CityNameAnswer:
    """A city as answers name it."""
    return {"code": place.code, "name": words(place.name), "address": place.origin, "invented": place.demo}


def _measure(measure: Any) -> OfferedMeasureAnswer:
    return {
        "code": measure.code,
        "dataset": measure.slug,
        "title": words(measure.title),
        "label": words(measure.label),
        "is_money": measure.is_money,
        "cities": measure.cities,
        "years": list(measure.years),
    }


def _left_out(cities: AllCities) -> list[LeftOutCityAnswer]:
    return [
        {"city": place_answer(each.place), "why": each.why, "words": words(each.words)} for each in cities.left_out()
    ]
