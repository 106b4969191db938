"""One record: what it says, how it came to say so, where each value stands in the file, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import (
    asking,
    biography,
    chained,
    citing,
    erased,
    flagged,
    linked,
    locator,
    metered,
    owing,
    provenance,
    records,
    selectors,
    sentence,
    timeline,
)
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.linked import Named
from ayan.apps.catalog.prices import prices
from ayan.apps.catalog.records import Found
from ayan.apps.catalog.views import ways
from ayan.apps.catalog.views.ways import Tab
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.question import Filter, Unit, Value
from ayan.core.query.values import read_value
from ayan.core.schema.definition import Dataset, Field
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.money import SHOWN_UNITS, unit_label
from ayan.ui import language
from ayan.ui.parts import Citation
from ayan.wiring import city
from ayan.wiring.city import City

RECORD: Final = Label("ردیف", "Record")


@dataclass(frozen=True, slots=True)
class Fact:
    """One value: where it stands in the source file, the record it names, and whether it was corrected on its way."""

    field: Field
    value: object
    cell: str = ""
    named: Named | None = None
    mended: provenance.Mended = ""


@published
def record(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The page of one record; of one that is in no current release any more, what was last known, with status 410."""
    dataset, here, lang = ways.dataset_of(slug), city.current(), language.of(request)
    steps = ways.crumbs(request, dataset, RECORD.of(lang))
    try:
        found = records.find(here, dataset, key)
    except LookupError:
        context = {"dataset": dataset, "crumbs": steps, "section": "data"}
        return erased.no_record(request, here, dataset, key, context)
    except Unanswered as none:
        return ways.unanswered(request, dataset, none, crumbs=steps)
    unit, calendar = asking.settings(request.GET, lang)
    title = records.title(dataset, found.row, lang)
    context = {
        "dataset": dataset,
        "row": found.row,
        "found": found,
        "title": title,
        "unit": unit,
        "calendar": calendar,
        "settings": _settings(request, dataset, found.row, unit),
        "sentence": sentence.sentence(dataset, found.row.values, lang, calendar),
        "section": "data",
        "crumbs": ways.crumbs(request, dataset, title),
        **_sources(here, dataset, found, request),
        **_dossier(here, dataset, found, request),
    }
    response = render(request, "catalog/record.html", context, status=200 if found.present else 410)
    if context.get("unread"):
        # Asked again, all of it may be there, so nobody may keep it.
        response.headers["Cache-Control"] = "no-store"
    return response


def _dossier(here: City, dataset: Dataset, found: Found, request: HttpRequest) -> dict[str, Any]:
    """Everything else that is published about the same thing: what it names, what belongs to it, all of it in time."""
    lang, row = language.of(request), found.row
    named = linked.named(here, dataset, row, lang)
    context: dict[str, Any] = {"facts": _facts(here, dataset, row, named)}
    context["flagged"] = flagged.about(here, dataset, keys.key_of(dataset, row))
    if not found.present:
        return context
    calendar = asking.settings(request.GET, lang)[1]
    path = ways.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    index = prices(here)
    around = linked.naming(here, dataset, row, path, lang, index)
    chains = chained.chains(here, dataset, row, named, around, lang)
    return context | {
        "chains": chains,
        "naming": around.found,
        "glance": list(chained.beside(around, chains)),
        "unread": around.unread,
        "without": around.without,
        "line": timeline.timeline(dataset, row, named.values(), around.found, lang, calendar),
        "meters": metered.meters(here, dataset, row, path, lang),
        "owned": owing.owned(here, dataset, row),
        "lacks": dataset.views_of("lacks"),
        "prices": index,
    }


def _facts(here: City, dataset: Dataset, row: Row, named: Mapping[str, Named]) -> list[Fact]:
    """Every value of the record with its cell."""
    source = selectors.one_release(here, dataset, row.period, row.release)
    letters = {one.field.name: one.letter for one in provenance.column_map(dataset, source)}
    return [
        Fact(
            one,
            row.values.get(one.name),
            f"{letters[one.name]}{row.number}" if letters.get(one.name) else "",
            named.get(one.name),
            provenance.mended(source, one.name, row.number),
        )
        for one in dataset.published
    ]


def _sources(here: City, dataset: Dataset, found: Found, request: HttpRequest) -> dict[str, Any]:
    """What the record came from: its release, its life, its place, and how to quote it."""
    lang, row = language.of(request), found.row
    source = selectors.one_release(here, dataset, row.period, row.release)
    columns = provenance.column_map(dataset, source)
    key = keys.key_of(dataset, row)
    return {
        "key": key,
        "withheld": [one for one in dataset.fields if one.shown == "withheld"],
        "source": source,
        "column_map": columns,
        "life": biography.biography(here, dataset, row),
        "others": [(one.period, one) for one in found.others],
        "spot": locator.spot(here.reader, Ask.bare(dataset, ways.address(request, "dataset", dataset.slug), lang), row),
        "citation": _citation(request, dataset, found),
        "api": f"/api/v1/datasets/{dataset.slug}/rows/{key}",
        "subject": f"row:{dataset.slug}/{key}",
    }


def _citation(request: HttpRequest, dataset: Dataset, found: Found) -> Citation | None:
    """How to quote the record: the question for its key, in the state that holds now; None where it has no key."""
    here, lang = city.current(), language.of(request)
    if not dataset.key or not found.present:
        return None
    values = [(name, found.row.values.get(name)) for name in dataset.key]
    filters = [Filter(name, "eq", (_asked(dataset.field(name), value),)) for name, value in values]
    ask = Ask.bare(dataset, ways.address(request, "dataset", dataset.slug), lang, *filters)
    releases = here.shelf.state(dataset.slug).releases
    address = ways.absolute(request, ways.address(request, "citation", citing.code(ask, releases)))
    return citing.citing(ask, releases, address, here.profile, today(here.clock))


def _asked(field: Field, value: object) -> Value:
    """A stored value of a key as a condition holds it."""
    return read_value(field, value.isoformat() if isinstance(value, date) else str(value))


def _settings(request: HttpRequest, dataset: Dataset, row: Row, unit: Unit) -> list[Tab]:
    """The same record in each unit, where it has money."""
    if not any(one.kind == "rial" for one in dataset.published):
        return []
    here = ways.address(request, "record", dataset.slug, keys.key_of(dataset, row))
    own = {asking.CITIZEN_UNIT: here}
    return [
        Tab(unit_label(label, language.of(request)), own.get(code, f"{here}?_unit={code}"), code == unit)
        for code, label in SHOWN_UNITS.items()
    ]
