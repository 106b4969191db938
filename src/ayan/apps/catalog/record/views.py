"""One record: what it says, how it came to say so, where each value stands in the file, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context, selectors, shown_units
from ayan.apps.catalog.citation import citations, short_codes
from ayan.apps.catalog.explorer import map_locator, result_options, state
from ayan.apps.catalog.explorer.figures import prices
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import FEWEST_FOLDED, MOST_EVENTS, MOST_FIRST_FACTS, MOST_FOLDED_EVENTS
from ayan.apps.catalog.page_context import DatasetTab, published
from ayan.apps.catalog.record import (
    biography,
    change_reasons,
    drawdown,
    lifecycle,
    meters,
    progress,
    provenance,
    record_flags,
    records,
    references,
    related_rows,
)
from ayan.apps.catalog.record.ground_plan import GroundPlan, ground_plan
from ayan.apps.catalog.record.records import FoundRecord
from ayan.apps.catalog.record.references import NamedRecord
from ayan.apps.catalog.releases import erasure_notes
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.question import Filter, ShownCalendar
from ayan.core.query.values import read_value
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import LacksView
from ayan.core.values.address_step import written_key
from ayan.core.values.asked_value import Value
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import SHOWN_UNITS, ShownUnit, unit_label
from ayan.ui import language
from ayan.ui.charts.share_card import ShareCard, plain_words
from ayan.ui.component_parts import Citation, Download
from ayan.wiring import city
from ayan.wiring.city import City

# What is read of a record before anything else.
FIRST_ROLES: Final = ("company", "person", "unit", "date", "amount", "place", "status")
RECORD: Final = Label("ردیف", "Record")


@dataclass(frozen=True, slots=True)
class RecordFact:
    """One value: where it stands in the source file, the record it names, and whether it was corrected on its way.

    ``in_file`` is an amount as the file has it, where that is in another unit of money than rial. A shape has a
    ``plan`` where it can be drawn. ``lines`` are those of its documents in which officers say that the value stands.
    """

    field: Field
    value: object
    cell: str = ""
    named: NamedRecord | None = None
    mended: provenance.Mended = ""
    in_file: str = ""
    plan: GroundPlan | None = None
    lines: Sequence[provenance.DocumentedLine] = ()


@published
def record(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The page of one record; of one that is in no current release any more, what was last known, with status 410."""
    dataset, current_city, lang = page_context.dataset_of(slug), city.current(), language.of(request)
    steps = page_context.crumbs(request, dataset, RECORD.of(lang))
    try:
        record = records.find(current_city, dataset, key)
    except LookupError:
        context = {"dataset": dataset, "crumbs": steps, "section": "data"}
        return erasure_notes.no_record(request, current_city, dataset, key, context)
    except Unanswered as none:
        return page_context.unanswered(request, dataset, none, crumbs=steps)
    unit, calendar = state.settings(request.GET, lang)
    title = records.title(dataset, record.row, lang)
    context = {
        "dataset": dataset,
        "row": record.row,
        "record": record,
        "title": title,
        "unit": unit,
        "unit_asked": unit if "_unit" in request.GET else "",
        "calendar": calendar,
        "status": _status(dataset, record.row),
        "settings": _settings(request, dataset, record.row, unit),
        "sentence": records.sentence(dataset, record.row.values, lang, calendar),
        "section": "data",
        "crumbs": page_context.crumbs(request, dataset, title),
        **page_context.shared(request, _card(dataset, record, lang, calendar)),
        **_sources(current_city, dataset, record, request),
        **_dossier(current_city, dataset, record, request),
    }
    response = render(request, "catalog/record.html", context, status=200 if record.present else 410)
    if context.get("unread"):
        # Asked again, all of it may be there, so nobody may keep it.
        response.headers["Cache-Control"] = "no-store"
    return response


def _status(dataset: Dataset, row: Row) -> tuple[Field, object] | None:
    """How it stands with the record, where a field says so."""
    field = next((field for field in dataset.published if field.role == "status"), None)
    value = row.values.get(field.name) if field else None
    return (field, value) if field is not None and value is not None else None


def _card(dataset: Dataset, record: FoundRecord, lang: Lang, calendar: ShownCalendar) -> ShareCard:
    """The picture that stands beside a link to the record."""
    said = plain_words(records.sentence(dataset, record.row.values, lang, calendar))
    title = records.title(dataset, record.row, lang)
    return ShareCard(dataset.title.of(lang), title, said, dataset.owner.of(lang), lang)


def _dossier(city: City, dataset: Dataset, record: FoundRecord, request: HttpRequest) -> dict[str, Any]:
    """Everything else that is published about the same thing: what it names, what belongs to it, all of it in time."""
    lang, row = language.of(request), record.row
    named = references.named(city, dataset, row, lang)
    facts = _facts(city, dataset, row, named, lang)
    context: dict[str, Any] = {
        "facts": facts,
        "written": [fact for fact in facts if fact.value is not None],
        "blank": [fact for fact in facts if fact.value is None],
    }
    context |= _folded(context["written"])
    context["flagged"] = record_flags.about(city, dataset, keys.key_of(dataset, row))
    if not record.present:
        return context
    calendar = state.settings(request.GET, lang)[1]
    path = page_context.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    index = prices(city)
    around = references.naming(city, dataset, row, path, lang, index)
    ranked = [naming for naming in around.namings if naming.ranked]
    drawdowns = drawdown.drawdowns(city, dataset, row, path, lang)
    chains = lifecycle.chains(city, dataset, row, named, around, lang)
    return context | {
        "chains": chains,
        "namings": [naming for naming in around.namings if not naming.ranked and naming.dataset.companion is None],
        "ranked": ranked,
        "glance": list(lifecycle.beside(around, chains)),
        "unread": around.unread,
        "without": around.without,
        "line": biography.timeline(
            dataset,
            row,
            named.values(),
            around.namings,
            lang,
            calendar,
            most=MOST_FOLDED_EVENTS if drawdowns else MOST_EVENTS,
        ),
        "drawdowns": drawdowns,
        "drawn": {drawn.paid.dataset.slug for drawn in drawdowns},
        "progress": progress.progress(city, dataset, row, drawdowns),
        "reasons": change_reasons.reasons(city, dataset, row, path, lang),
        "meters": meters.meters(city, dataset, row, path, lang),
        "owned": related_rows.owned(city, dataset, row),
        "lacks": dataset.views_of(LacksView),
        "prices": index,
    }


def _folded(written: list[RecordFact]) -> dict[str, Any]:
    """The values that say most, and the others where they are many enough to be folded away."""
    called = {fact.named.title for fact in written if fact.named}
    first = [fact for fact in written if fact.named or (fact.field.role in FIRST_ROLES and fact.value not in called)][
        :MOST_FIRST_FACTS
    ]
    others = [fact for fact in written if fact not in first]
    if not first or len(others) < FEWEST_FOLDED:
        return {"first_facts": written, "other_facts": []}
    return {"first_facts": first, "other_facts": others}


def _facts(city: City, dataset: Dataset, row: Row, named: Mapping[str, NamedRecord], lang: Lang) -> list[RecordFact]:
    """Every value of the record with its cell."""
    source = selectors.one_release(city, dataset, row.period, row.release)
    columns = {mapped.field.name: mapped for mapped in provenance.column_map(dataset, source)}
    place, lines = provenance.source_place(source, row.number), provenance.documented_lines(city, dataset, row)
    facts = []
    for field in source.dataset.published:
        value, column = row.values.get(field.name), columns.get(field.name)
        cell = place.cell(field.name)
        mended = provenance.mended(source, field.name, row.number)
        unit = column.unit if column and cell and not mended and isinstance(value, int) else None
        in_file = unit.amount(value, lang) if unit and isinstance(value, int) else ""
        plan = ground_plan(str(value), lang) if field.kind.is_shape and value is not None else None
        written = lines.get(field.name, ())
        facts.append(RecordFact(field, value, cell, named.get(field.name), mended, in_file, plan, written))
    return facts


def _sources(city: City, dataset: Dataset, record: FoundRecord, request: HttpRequest) -> dict[str, Any]:
    """What the record came from: its release, its life, its place, and how to quote it."""
    lang, row = language.of(request), record.row
    source = selectors.one_release(city, dataset, row.period, row.release)
    columns = provenance.column_map(dataset, source, row.number)
    key = keys.key_of(dataset, row)
    step = written_key(key)
    return {
        "key": keys.readable(key),
        "withheld": [field for field in dataset.fields if field.shown == "withheld"],
        "source": source,
        "place": provenance.source_place(source, row.number),
        "column_map": columns,
        "life": biography.biography(city, dataset, row),
        "others": [(other.period, other) for other in record.others],
        "spot": map_locator.spot(
            city.query_service,
            ExplorerState.bare(dataset, page_context.address(request, "dataset", dataset.slug), lang),
            row,
        ),
        "bundles": _bundles(request, dataset, record),
        "workbook": _workbook(request, dataset, record),
        "citation": _citation(request, dataset, record),
        "api": f"/api/v1/datasets/{dataset.slug}/rows/{keys.step_of(key)}",
        "subject": f"row:{dataset.slug}/{step}",
        "key_step": step,
        # Where nothing in it needs quoting, it stands in a question as it is read.
        "check_step": step if "%" not in step else keys.step_of(key),
    }


def _alone(request: HttpRequest, dataset: Dataset, record: FoundRecord) -> ExplorerState | None:
    """The question for the key of the record; None where it has none, or is in no current release."""
    if not dataset.key or not record.present:
        return None
    values = [(name, record.row.values.get(name)) for name in dataset.key]
    filters = [Filter(name, "eq", (_condition_value(dataset.field(name), value),)) for name, value in values]
    path = page_context.address(request, "dataset", dataset.slug)
    return ExplorerState.bare(dataset, path, language.of(request), *filters)


def _bundles(request: HttpRequest, dataset: Dataset, record: FoundRecord) -> list[Download]:
    """The record with everything that belongs to it, as one file."""
    ask = _alone(request, dataset, record)
    return list(result_options.bundles(ask, 1)) if ask else []


def _workbook(request: HttpRequest, dataset: Dataset, record: FoundRecord) -> str:
    """Where the record is as a workbook; empty where nothing asks for it alone."""
    ask = _alone(request, dataset, record)
    return result_options.workbook(ask) if ask else ""


def _citation(request: HttpRequest, dataset: Dataset, record: FoundRecord) -> Citation | None:
    """How to quote the record: the question for its key, in the state that holds now; None where it has no key."""
    current_city = city.current()
    ask = _alone(request, dataset, record)
    if ask is None:
        return None
    state = current_city.release_store.snapshot(dataset.slug)
    if state.sealed_at is None:
        return None
    code = citations.code(ask, state)
    address = page_context.absolute(request, page_context.address(request, "citation", code))
    try:
        snapshot = current_city.query_service.snapshot(dataset, ask.question)
        short = short_codes.address(request, short_codes.offered(current_city, ask, snapshot, code))
    except Unanswered:
        short = ""
    return citations.citing(ask, state.sealed_at, address, current_city.profile, today(current_city.clock), short)


def _condition_value(field: Field, value: object) -> Value:
    """A stored value of a key as a condition holds it."""
    return read_value(field, value.isoformat() if isinstance(value, date) else str(value))


def _settings(request: HttpRequest, dataset: Dataset, row: Row, unit: ShownUnit) -> list[DatasetTab]:
    """The same record in each unit, where it has money."""
    if not any(field.kind.is_money for field in dataset.published):
        return []
    address = page_context.address(request, "record", dataset.slug, keys.key_of(dataset, row))
    own = {shown_units.CITIZEN_UNIT: address}
    return [
        DatasetTab(unit_label(label, language.of(request)), own.get(code, f"{address}?_unit={code}"), code == unit)
        for code, label in SHOWN_UNITS.items()
    ]
