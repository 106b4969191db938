"""What is missing, for programs: one entry for every promised period that has not come."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.apps.catalog.api_address import only, root_of
from ayan.apps.catalog.api_operations import JSON, Operation
from ayan.apps.catalog.api_response import document, not_modified, reading, tag
from ayan.apps.promises import missing_numbers
from ayan.apps.promises.overdue_periods import owed
from ayan.core.query.formats.delimited import safe
from ayan.core.query.formats.document import provenance
from ayan.core.values.label import Label
from ayan.ui.responses import keep
from ayan.wiring import city
from ayan.wiring.city import City

WORDS: Final = Label("آنچه وعده داده شده و نیامده است", "What was promised and has not come")
OPERATIONS: Final = (
    Operation(path="/api/v1/missing", id="missing", words=WORDS, answers={JSON: "Missing"}, tag="promises"),
    Operation(
        path="/api/v1/missing.csv",
        id="missing_csv",
        words=WORDS,
        answers={"text/csv": ""},
        parameters=(),
        tag="promises",
    ),
)
COLUMNS: Final = ("dataset", "title_fa", "title_en", "owner_fa", "owner_en", "period", "due_on", "days_late")


@reading
def missing(request: HttpRequest) -> HttpResponseBase:
    """Every missing period; ``due_on`` is null where nothing has ever come."""
    only(request, "_lang")
    current_city = city.current()
    etag = tag("missing", current_city.site_version.now())
    return not_modified(request, etag, {}) or document(request, etag, lambda: _body(current_city), {})


@reading
def missing_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    only(request)
    current_city = city.current()
    etag = tag("missing.csv", current_city.site_version.now())
    known = not_modified(request, etag, {})
    if known is not None:
        return known
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in _entries(current_city):
        cells = [
            *(entry["dataset"], entry["title"]["fa"], entry["title"]["en"], entry["owner"]["fa"], entry["owner"]["en"]),
            *(entry["period"], entry["due_on"], entry["days_late"]),
        ]
        writer.writerow(["" if cell is None else safe(str(cell)) for cell in cells])
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Content-Disposition": 'attachment; filename="missing.csv"',
    }
    return keep(HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers))


def _entries(city: City) -> Iterator[dict[str, Any]]:
    for overdue in owed(city):
        for late in overdue.late:
            yield {
                "dataset": overdue.dataset.slug,
                "title": _both(overdue.dataset.title),
                "owner": _both(overdue.dataset.owner),
                "period": str(late.period) if late.period else None,
                "due_on": None if late.never else late.on.isoformat(),
                "days_late": None if late.never else late.late(overdue.today),
                "url": f"/data/{overdue.dataset.slug}",
            }


def _body(city: City) -> bytes:
    return orjson.dumps(
        {
            "missing": list(_entries(city)),
            "numbers": [
                {
                    "dataset": register.dataset.slug,
                    "field": register.view.by,
                    "series": each.name,
                    "first": each.first,
                    "last": each.last,
                    "published": each.numbers,
                    "missing": each.missing,
                    "gaps": [[gap.first, gap.last] for gap in each.gaps],
                    **provenance(register.snapshot),
                }
                for register in missing_numbers.numbered(city)
                for each in register.series
            ],
            "unnamed": [
                {
                    "dataset": unnamed.dataset.slug,
                    "field": unnamed.view.by,
                    "measure": unnamed.view.measure,
                    "year": each.year or None,
                    "rows": each.rows,
                    "of_rows": each.of_rows,
                    "rial": each.amount,
                    "of_rial": each.of_amount,
                    "api": f"{root_of(unnamed.dataset)}/rows?{each.query}",
                    **provenance(unnamed.snapshot),
                }
                for unnamed in missing_numbers.unnamed(city)
                for each in unnamed.years
            ],
        }
    )


def _both(label: Label) -> dict[str, str]:
    return label.words()
