"""The search of the API: everything that one box finds, for programs."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.catalog.api_address import only, root_of
from ayan.apps.catalog.api_operations import JSON, Operation
from ayan.apps.catalog.api_response import document, not_modified, reading, tag
from ayan.apps.search.selectors import SIZE, Hit, SearchResult, TableHits, find, states
from ayan.core.query import values
from ayan.core.query.formats.document import json_values
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.wiring import city

OPERATION: Final = Operation(
    path="/api/v1/search",
    id="search",
    words=Label("جستجو در همهٔ داده‌ها", "Search in all datasets"),
    answers={JSON: "Search"},
    parameters=("q", "_size", "_lang"),
    needed=("q",),
    tag="search",
)


@reading
def search(request: HttpRequest) -> HttpResponseBase:
    """The records, datasets and rows that words find; ``_size`` rows of each dataset at most."""
    only(request, "q", "_size", "_lang")
    text = request.GET.get("q")
    if text is None:
        raise BadQuestion([problem("needed", "q")])
    size = _size(request.GET.get("_size"))
    current_city = city.current()
    etag = tag("search", text, str(size), states(current_city))
    known = not_modified(request, etag, {})
    if known is not None:
        return known
    result = find(current_city, text, size)
    if result.unanswered:
        # Asked again, it may find more, so nobody may keep it.
        return HttpResponse(_body(result), content_type="application/json", headers={"Cache-Control": "no-store"})
    return document(request, etag, lambda: _body(result), {})


def _size(text: str | None) -> int:
    try:
        return SIZE if text is None else values.read_size(text)
    except BadValue as bad:
        raise BadQuestion([problem(bad.code, "_size", bad.allowed, **bad.blanks)]) from None


def _body(result: SearchResult) -> bytes:
    return orjson.dumps(
        {
            "q": result.query,
            "words": result.plain,
            "best": _hit(result.best) if result.best else None,
            "records": [_hit(hit) for hit in result.records],
            "datasets": [
                {
                    "slug": dataset.slug,
                    "title": _words(dataset.title),
                    "url": f"/data/{dataset.slug}",
                    "api": root_of(dataset),
                }
                for dataset in result.datasets
            ],
            "rows": [_table(table) for table in result.tables],
            "total": result.total,
            "loosened": [
                {"without": looser.without, "q": looser.query, "total": looser.total} for looser in result.loosened
            ],
            "unanswered": result.unanswered,
        }
    )


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "dataset": hit.dataset.slug,
        "key": hit.key,
        "url": hit.path,
        "row": {**json_values(hit.row.values, "gregorian"), "_row": hit.row.address},
    }


def _table(table: TableHits) -> dict[str, Any]:
    return {
        "dataset": table.dataset.slug,
        "title": _words(table.dataset.title),
        "total": table.total,
        "url": table.path,
        "api": f"{root_of(table.dataset)}/rows?{table.query}",
        "rows": [_hit(hit) for hit in table.hits],
    }


def _words(label: Label) -> dict[str, str]:
    return label.words()
