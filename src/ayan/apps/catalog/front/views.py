"""The front page, with what it proposes to search for, and the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from ayan.apps.catalog import page_context, selectors
from ayan.apps.catalog.feeds import act_stream
from ayan.apps.catalog.front import budget_bars
from ayan.apps.catalog.limits import MOST_DOORS, MOST_NEW
from ayan.apps.catalog.page_cache import published
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.ui import language, value_html
from ayan.wiring import city
from ayan.wiring.city import City


@published
def home(request: HttpRequest) -> HttpResponse:
    """Search, doors, where the money goes, what is new."""
    current_city = city.current()
    topics = selectors.catalogue(current_city)
    path = page_context.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    lang = language.of(request)
    context = {
        "own_search": True,
        "tries": tries(current_city, lang),
        "doors": topics[:MOST_DOORS],
        "totals": selectors.totals(topics),
        "compare_door": 0 < len(topics) < MOST_DOORS,
        "tour_door": len(topics) < MOST_DOORS - 1,
        "bars": next(iter(budget_bars.front(current_city, path, lang)), None),
        "events": act_stream.newest(current_city, MOST_NEW),
    }
    return render(request, "catalog/home.html", context)


@published
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every dataset by topic."""
    current_city = city.current()
    topics = selectors.catalogue(current_city)
    context = {
        "topics": topics,
        "totals": selectors.totals(topics),
        "dark": selectors.dark(current_city, topics),
        "section": "data",
        "crumbs": page_context.crumbs(request),
    }
    return render(request, "catalog/catalogue.html", context)


def to_catalogue(request: HttpRequest) -> HttpResponse:
    """/data has one spelling, with its slash."""
    return HttpResponsePermanentRedirect(page_context.address(request, "catalogue"))


def tries(city: City, lang: Lang) -> list[str]:
    """At most one of each kind, from the first dataset that has it; nobody is held up as an example."""
    samples: dict[str, str] = {}
    for dataset in city.registry.all():
        wanted = [(kind, field) for kind, field in _telling(dataset) if kind not in samples]
        if not wanted or not city.release_store.snapshot(dataset.slug).rows:
            continue
        try:
            row = city.query_service.rows(dataset, Question(slug=dataset.slug, size=1)).rows[0]
        except Unanswered:
            continue
        for kind, field in wanted:
            value = row.values.get(field.name)
            if value:
                samples.setdefault(kind, value_html.value_plain(field, value, lang, "rial"))
    return [samples[kind] for kind in ("key", "unit", "place") if kind in samples]


def _telling(dataset: Dataset) -> Iterator[tuple[str, Field]]:
    for field in dataset.published:
        if field.shown != "public":
            continue
        if dataset.key == (field.name,) and field.kind.is_code:
            yield "key", field
        elif field.role in ("unit", "place") and field.kind.is_free_text:
            yield field.role, field
