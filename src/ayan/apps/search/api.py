"""The search of the API: everything that one box finds, for programs."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.catalog.api_address import only, root_of
from ayan.apps.catalog.api_operations import JSON, Operation
from ayan.apps.catalog.api_reply import document, not_modified, reading, tag
from ayan.apps.search.selectors import SIZE, Found, Hit, Table, find, states
from ayan.core.query import values
from ayan.core.query.formats.document import shown
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.values import BadValue
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
    here = city.current()
    etag = tag("search", text, str(size), states(here))
    known = not_modified(request, etag, {})
    if known is not None:
        return known
    found = find(here, text, size)
    if found.unanswered:
        # Asked again, it may find more, so nobody may keep it.
        return HttpResponse(_body(found), content_type="application/json", headers={"Cache-Control": "no-store"})
    return document(request, etag, lambda: _body(found), {})


def _size(text: str | None) -> int:
    try:
        return SIZE if text is None else values.read_size(text)
    except BadValue as bad:
        raise BadQuestion([problem(bad.code, "_size", bad.allowed, **bad.blanks)]) from None


def _body(found: Found) -> bytes:
    return orjson.dumps(
        {
            "q": found.asked,
            "words": found.plain,
            "best": _hit(found.best) if found.best else None,
            "records": [_hit(one) for one in found.records],
            "datasets": [
                {"slug": one.slug, "title": _words(one.title), "url": f"/data/{one.slug}", "api": root_of(one)}
                for one in found.datasets
            ],
            "rows": [_table(one) for one in found.tables],
            "total": found.total,
            "loosened": [{"without": one.without, "q": one.asked, "total": one.total} for one in found.loosened],
            "unanswered": found.unanswered,
        }
    )


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "dataset": hit.dataset.slug,
        "key": hit.key,
        "url": hit.path,
        "row": {**shown(hit.row.values, "gregorian"), "_row": hit.row.address},
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "dataset": table.dataset.slug,
        "title": _words(table.dataset.title),
        "total": table.total,
        "url": table.path,
        "api": f"{root_of(table.dataset)}/rows?{table.query}",
        "rows": [_hit(one) for one in table.hits],
    }


def _words(label: Label) -> dict[str, str]:
    return label.words()
