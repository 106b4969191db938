"""The activities for programs: the same list, conditions and states as the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.api_operations import JSON, Operation
from ayan.apps.catalog.api_reply import NotFound, document, reading, tag
from ayan.apps.promises import activities as listed
from ayan.apps.promises.activities import STATES, Activity, Catalogue
from ayan.apps.promises.asking import FILTERS, Asked, read
from ayan.core.query.formats.delimited import safe
from ayan.core.query.formats.document import provenance
from ayan.core.values.label import Label
from ayan.wiring import city

WORDS: Final = Label("فعالیت‌های شهر و وضع هر یک", "What the city does, and how each activity stands")
OPERATIONS: Final = (
    Operation(
        path="/api/v1/activities",
        id="what_the_city_does",
        words=WORDS,
        answers={JSON: "Activities"},
        parameters=(*FILTERS, "_lang"),
        refusals=(404, 503),
        tag="promises",
    ),
    Operation(
        path="/api/v1/activities.csv",
        id="what_the_city_does_csv",
        words=WORDS,
        answers={"text/csv": ""},
        parameters=(*FILTERS, "_lang"),
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
    found, asked = _asked(request)
    etag = tag("promises", city.current().edition.now(), asked.query())
    return document(request, etag, lambda: _body(found, asked), {})


@reading
def activities_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    found, asked = _asked(request)
    etag = tag("promises.csv", city.current().edition.now(), asked.query())
    headers = {"Content-Disposition": 'attachment; filename="activities.csv"'}
    return document(request, etag, lambda: _table(found, asked), headers, "text/csv; charset=utf-8")


def _asked(request: HttpRequest) -> tuple[Catalogue, Asked]:
    found = listed.catalogue(city.current())
    if found is None:
        raise NotFound("no-catalogue", NO_CATALOGUE)
    return found, read([(name, text) for name, texts in request.GET.lists() for text in texts], found, on_page=False)


def _body(found: Catalogue, asked: Asked) -> bytes:
    picked = _picked(found, asked)
    return orjson.dumps(
        {
            "dataset": found.dataset.slug,
            "sample": found.sample,
            "counts": {code: sum(one.state == code for one in picked) for code in STATES},
            "listed": list(_entries(found, picked)),
            **provenance(found.standing),
        }
    )


def _picked(found: Catalogue, asked: Asked) -> list[Activity]:
    return [one for one in found.activities if asked.picks(one)]


def _entries(found: Catalogue, picked: list[Activity]) -> Iterator[dict[str, Any]]:
    for one in picked:
        yield {
            "key": one.key,
            "title": _both(one.title),
            "unit": _both(one.unit) if one.unit else None,
            "unit_from": None if one.unit is None else "owner" if one.unit_owes else "catalogue",
            "group": one.group or None,
            "group_label": _both(found.group_label(one.group)) if one.group else None,
            "status": one.state,
            "datasets": [{"dataset": proof.slug, "status": proof.state} for proof in one.proofs],
            "url": f"/data/{found.dataset.slug}/r/{one.key}",
        }


def _table(found: Catalogue, asked: Asked) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in _entries(found, _picked(found, asked)):
        state = next(label for code, label in STATES.items() if code == one["status"])
        cells = [
            *(one["key"], one["title"]["fa"], one["title"]["en"]),
            *((one["unit"]["fa"], one["unit"]["en"]) if one["unit"] else (None, None)),
            *(one["unit_from"], one["group"]),
            *((one["group_label"]["fa"], one["group_label"]["en"]) if one["group_label"] else (None, None)),
            *(one["status"], state.fa, state.en, " ".join(proof["dataset"] for proof in one["datasets"])),
        ]
        writer.writerow(["" if cell is None else safe(str(cell)) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _both(label: Label) -> dict[str, str]:
    return label.words()
