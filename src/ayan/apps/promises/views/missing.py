"""The page of what is missing: who owes what since when, numbers without rows, money without a name, and the past."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog.page_cache import published
from ayan.apps.promises import missing_numbers
from ayan.apps.promises.feeds import event_text
from ayan.apps.promises.history import events
from ayan.apps.promises.limits import MOST_EVENTS
from ayan.apps.promises.overdue_periods import owed
from ayan.core.values.clock import today
from ayan.ui import language
from ayan.wiring import city

BACK: Final = timedelta(days=92)


@published
def missing(request: HttpRequest) -> HttpResponse:
    """What should be there and is not."""
    current_city, lang = city.current(), language.of(request)
    overdue = owed(current_city)
    now = today(current_city.clock)
    days = list(current_city.diary.days(now - BACK, now))
    context = {
        "section": "missing",
        "owed": overdue,
        "count": sum(len(owed_dataset.late) for owed_dataset in overdue),
        "datasets": len(current_city.registry.all()),
        "numbered": [
            (register, [missing_numbers.first_gaps(each) for each in register.series if each.missing])
            for register in missing_numbers.numbered(current_city)
        ],
        "unnamed": missing_numbers.unnamed(current_city),
        "events": [(event, event_text(current_city, event, lang)) for event in events(days)[:MOST_EVENTS]],
        "days": days,
    }
    return render(request, "promises/missing.html", context)
