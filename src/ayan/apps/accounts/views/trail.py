"""The audit trail for auditors: who did what, by person, verb, subject and day; on a page and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from ayan.apps.accounts import audit, desk_layout, selectors
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.core.values.clock import today
from ayan.ui import language
from ayan.wiring import city

PAGE = 100


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    require(officer(request), "audit.view", CITY)
    lang = language.of(request)
    chosen = selectors.ActFilter.of(request.GET)
    acts = selectors.acts(chosen)
    # A number that no line can have asks for nothing, and no database is asked with it.
    before = request.GET.get("before", "")
    before = before if len(before) <= 18 else ""
    rows = list((acts.filter(number__lt=int(before)) if before.isascii() and before.isdecimal() else acts)[: PAGE + 1])
    older = ""
    if len(rows) > PAGE:
        query = request.GET.copy()
        query["before"] = str(rows[PAGE - 1].number)
        older = f"{request.path}?{query.urlencode()}"
    context: dict[str, Any] = {
        "acts": [selectors.act_texts(act, lang) for act in rows[:PAGE]],
        "older": older,
        "chosen": chosen,
        "people": selectors.actors(),
        "verbs": selectors.verbs_used(lang),
        "csv": f"{reverse(f'{lang}:trail_csv')}?{request.GET.urlencode()}",
        "broken": audit.check() if request.GET.get("check") else None,
        "checked": bool(request.GET.get("check")),
        "yesterday": today(city.current().clock) - timedelta(days=1),
    }
    return desk_layout.page(request, "accounts/trail.html", context)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


@require_safe
def trail_csv(request: HttpRequest) -> HttpResponseBase:
    """The same acts, every one of them, as a file."""
    require(officer(request), "audit.view", CITY)
    audit.record(officer(request), "audit.view", CITY, did="download")
    acts = selectors.acts(selectors.ActFilter.of(request.GET))
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(selectors.CSV_HEAD)
        for act in acts.iterator(2_000):
            yield writer.writerow(selectors.csv_row(act))

    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)
