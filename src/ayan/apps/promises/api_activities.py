"""The activities for programs: the same list, conditions and states as the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Final, Literal, TypedDict

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.citation import file_sources
from ayan.apps.promises import activities as listed
from ayan.apps.promises.activities import Activity, ActivityQuery, Catalogue, read
from ayan.apps.promises.proofs import STATES, ProofState
from ayan.core.values.canonical import JsonObject
from ayan.core.values.label import Label
from ayan.core.values.spreadsheet import safe
from ayan.ui.api.answers import ProvenanceAnswer, Url, WholeNumber, WordsAnswer, provenance, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import CSV, JSON, LANG, Operation, Parameter
from ayan.ui.api.responses import NotFound, document, reading, tag
from ayan.wiring import city

WORDS: Final = Label("فعالیت‌های شهر و وضع هر یک", "What the city does, and how each activity stands")
_NAMES: Final[JsonObject] = {
    "type": "array",
    "items": {"type": "string", "minLength": 1, "maxLength": 200},
    "minItems": 1,
}
PARAMETERS: Final = (
    Parameter(
        "unit",
        Label("واحد، به نام؛ - یعنی اعلام نشده.", "The unit by name; - for not stated."),
        _NAMES,
        repeated=True,
    ),
    Parameter("group", Label("کد حوزه؛ - یعنی هیچ.", "The code of the domain; - for none."), _NAMES, repeated=True),
    Parameter(
        "status",
        Label("وضعیت فعالیت.", "How an activity stands."),
        {"type": "array", "items": {"type": "string", "enum": [*STATES]}, "minItems": 1},
        repeated=True,
    ),
    LANG,
)


class ActivityDatasetAnswer(TypedDict):
    """A dataset that shows an activity, and how it stands."""

    dataset: str
    status: ProofState
    api: Annotated[Url | None, Schema("The question of groups that proves it, where the catalogue says by what")]


class ActivityAnswer(TypedDict):
    """Something that the city does, and how it stands."""

    key: str
    title: WordsAnswer
    unit: WordsAnswer | None
    unit_from: Annotated[
        Literal["catalogue", "owner"] | None,
        Schema("`catalogue`, or `owner` for the unit that owes the data"),
    ]
    group: str | None
    group_label: WordsAnswer | None
    status: ProofState
    datasets: list[ActivityDatasetAnswer]
    named: Annotated[list[str], Schema("Datasets named without rows, measure and period: they prove nothing")]
    url: Url


class ActivitiesAnswer(ProvenanceAnswer):
    """What the city does."""

    dataset: str
    sample: Annotated[WholeNumber, Schema("How many are marked as a sample that nobody has confirmed")]
    counts: Annotated[dict[str, WholeNumber], Schema("How many stand in each status")]
    listed: list[ActivityAnswer]


OPERATIONS: Final = (
    Operation(
        path="/api/v1/activities",
        id="what_the_city_does",
        words=WORDS,
        answers={JSON: ActivitiesAnswer},
        parameters=PARAMETERS,
        refusals=(404, 503),
        tag="promises",
    ),
    Operation(
        path="/api/v1/activities.csv",
        id="what_the_city_does_csv",
        words=WORDS,
        answers={CSV: None},
        parameters=PARAMETERS,
        refusals=(404, 503),
        tag="promises",
    ),
)
NO_CATALOGUE: Final = Label("این شهر فهرستی از فعالیت‌ها ندارد.", "This city declares no catalogue of activities.")
COLUMNS: Final = (
    *("key", "title_fa", "title_en", "unit_fa", "unit_en", "unit_from", "group", "group_fa", "group_en"),
    *("status", "status_fa", "status_en", "datasets"),
)


@reading
def activities(request: HttpRequest) -> HttpResponseBase:
    """The activities that meet the conditions, with the number in each state."""
    catalogue, activity_query = _query(request)
    etag = tag("promises", city.current().site_version.now(), activity_query.query())
    return document(request, etag, lambda: _body(catalogue, activity_query), {})


@reading
def activities_csv(request: HttpRequest) -> HttpResponseBase:
    """As a table."""
    catalogue, activity_query = _query(request)
    etag = tag("promises.csv", city.current().site_version.now(), activity_query.query())
    stem = request.path.rpartition("/")[2].removesuffix(".csv")
    name = file_sources.list_name(city.current(), stem, request.get_full_path(), "csv")
    headers = {"Content-Disposition": file_sources.attachment(name)}
    return document(request, etag, lambda: _table(catalogue, activity_query), headers, "text/csv; charset=utf-8")


def _query(request: HttpRequest) -> tuple[Catalogue, ActivityQuery]:
    catalogue = listed.catalogue(city.current())
    if catalogue is None:
        raise NotFound("no-catalogue", NO_CATALOGUE)
    return catalogue, read(
        [(name, text) for name, texts in request.GET.lists() for text in texts], catalogue, on_page=False
    )


def _body(catalogue: Catalogue, activity_query: ActivityQuery) -> bytes:
    picked = _picked(catalogue, activity_query)
    answer: ActivitiesAnswer = {
        "dataset": catalogue.dataset.slug,
        "sample": catalogue.sample,
        "counts": {code: sum(activity.state == code for activity in picked) for code in STATES},
        "listed": list(_entries(catalogue, picked)),
        **provenance(catalogue.snapshot),
    }
    return orjson.dumps(answer)


def _picked(catalogue: Catalogue, activity_query: ActivityQuery) -> list[Activity]:
    return [activity for activity in catalogue.activities if activity_query.picks(activity)]


def _entries(catalogue: Catalogue, picked: list[Activity]) -> Iterator[ActivityAnswer]:
    for activity in picked:
        yield {
            "key": activity.key,
            "title": words(activity.title),
            "unit": words(activity.unit) if activity.unit else None,
            "unit_from": None if activity.unit is None else "owner" if activity.unit_owes else "catalogue",
            "group": activity.group or None,
            "group_label": words(catalogue.group_label(activity.group)) if activity.group else None,
            "status": activity.state,
            "datasets": [
                {"dataset": proof.slug, "status": proof.state, "api": proof.api or None} for proof in activity.proofs
            ],
            "named": [proof.slug for proof in activity.named],
            "url": f"/data/{catalogue.dataset.slug}/r/{activity.key}",
        }


def _table(catalogue: Catalogue, activity_query: ActivityQuery) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in _entries(catalogue, _picked(catalogue, activity_query)):
        state = next(label for code, label in STATES.items() if code == entry["status"])
        cells = [
            *(entry["key"], entry["title"]["fa"], entry["title"]["en"]),
            *((entry["unit"]["fa"], entry["unit"]["en"]) if entry["unit"] else (None, None)),
            *(entry["unit_from"], entry["group"]),
            *((entry["group_label"]["fa"], entry["group_label"]["en"]) if entry["group_label"] else (None, None)),
            *(entry["status"], state.fa, state.en, " ".join(proof["dataset"] for proof in entry["datasets"])),
        ]
        writer.writerow(["" if cell is None else safe(str(cell)) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
