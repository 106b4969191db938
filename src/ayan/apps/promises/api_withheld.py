"""The register of what is withheld, for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Final, TypedDict, cast

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.promises.withheld import WithheldEntry, WithheldEntryAnswer, register
from ayan.core.query.formats.delimited import safe
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.api.addresses import dataset_of, only
from ayan.ui.api.operations import CSV, JSON, LANG, Operation
from ayan.ui.api.parameters import DATASET
from ayan.ui.api.responses import document, reading, tag
from ayan.wiring import city

WORDS: Final = Label(
    "آنچه منتشر نمی‌شود، با ماده، تصمیم‌گیرنده و پایان آن", "What is withheld, with its article, decider and last day"
)


class WithheldAnswer(TypedDict):
    """The register of what is withheld."""

    withheld: list[WithheldEntryAnswer]


OPERATIONS: Final = (
    Operation(
        path="/api/v1/withheld",
        id="withheld",
        words=WORDS,
        answers={JSON: WithheldAnswer},
        parameters=(DATASET, LANG),
        refusals=(404,),
        tag="promises",
    ),
    Operation(
        path="/api/v1/withheld.csv",
        id="withheld_csv",
        words=WORDS,
        answers={CSV: None},
        parameters=(DATASET, LANG),
        refusals=(404,),
        tag="promises",
    ),
)
PLAIN: Final = ("kind", "how", "dataset")
WORDED: Final = ("title", "what", "reason", "article", "decider")
LISTED: Final = ("said", "decided_by")
REST: Final = ("decided_at", "until", "expired", "release", "rows")
COLUMNS: Final = (*PLAIN, *(f"{name}_{lang}" for name in WORDED for lang in locale.BUILT_IN), *LISTED, *REST)


@reading
def withheld(request: HttpRequest) -> HttpResponseBase:
    """Every entry; null is what nobody has stated."""
    slug = _dataset(request)
    etag = tag("withheld", city.current().site_version.now(), slug)

    def body() -> bytes:
        answer: WithheldAnswer = {"withheld": [entry.as_json() for entry in _entries(slug)]}
        return orjson.dumps(answer)

    return document(request, etag, body, {})


@reading
def withheld_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    slug = _dataset(request)
    etag = tag("withheld.csv", city.current().site_version.now(), slug)
    headers = {"Content-Disposition": 'attachment; filename="withheld.csv"'}
    return document(request, etag, lambda: _table(_entries(slug)), headers, "text/csv; charset=utf-8")


def _dataset(request: HttpRequest) -> str:
    """The dataset asked for, "" for all; refused where there is none of that name."""
    only(request, "dataset", "_lang")
    slug = request.GET.get("dataset", "")
    return dataset_of(city.current().registry, slug).slug if "dataset" in request.GET else ""


def _entries(slug: str) -> list[WithheldEntry]:
    current_city = city.current()
    return register(current_city, current_city.registry.get(slug) if slug else None)


def _table(entries: list[WithheldEntry]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in entries:
        record = cast(Mapping[str, Any], entry.as_json())
        cells = [
            *(record[name] for name in PLAIN),
            *((record[name] or {}).get(lang) for name in WORDED for lang in locale.BUILT_IN),
            *("; ".join(record[name]) for name in LISTED),
            *(record[name] for name in REST),
        ]
        writer.writerow(["" if cell is None else safe(str(cell)) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
