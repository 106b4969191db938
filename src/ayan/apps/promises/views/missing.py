"""The page of what is missing: who owes what since when, numbers without rows, money without a name, and the past."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog.freshness import published
from ayan.apps.promises import gaps
from ayan.apps.promises.api_history import said
from ayan.apps.promises.history import events
from ayan.apps.promises.limits import MOST_EVENTS
from ayan.apps.promises.owed import owed
from ayan.core.values.clock import today
from ayan.ui import language
from ayan.wiring import city

BACK: Final = timedelta(days=92)


@published
def missing(request: HttpRequest) -> HttpResponse:
    """What should be there and is not."""
    here, lang = city.current(), language.of(request)
    found = owed(here)
    now = today(here.clock)
    days = list(here.diary.days(now - BACK, now))
    context = {
        "section": "missing",
        "owed": found,
        "count": sum(len(one.late) for one in found),
        "datasets": len(here.registry.all()),
        "numbered": [(one, [gaps.shown(each) for each in one.series if each.missing]) for one in gaps.numbered(here)],
        "unnamed": gaps.unnamed(here),
        "events": [(one, said(here, one, lang)) for one in events(days)[:MOST_EVENTS]],
        "days": days,
    }
    return render(request, "promises/missing.html", context)
