"""The rows of a dataset as CKAN's DataStore gives them: asked of the query service as the API asks, by their place."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from ayan.apps.catalog.limits import MOST_PAGED_ROWS
from ayan.apps.standards.action_parameters import ActionParameters, ActionRefused
from ayan.apps.standards.limits import FURTHEST_OFFSET
from ayan.apps.standards.open_data_list import both
from ayan.apps.standards.packages import TABLE, PackageCatalogue
from ayan.core.query.answer import Answer, Snapshot
from ayan.core.query.formats.document import json_values, provenance
from ayan.core.query.limits import DEFAULT_SIZE, MAX_SIZE
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Position, Question
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.sealed_labels import as_standing
from ayan.core.values.canonical import JsonObject
from ayan.core.values.label import Label
from ayan.ui.api.responses import root_of

ACTION: Final = "/api/3/action/datastore_search"
ADDRESS: Final = "_row"
_ROW: Final = Label("نشانی ردیف", "The address of the row")
# What CKAN's own tables call the number of a row: asked for as an order, it is that in which rows stand.
_NUMBER: Final = "_id"
_ENDS: Final = (" nulls last", " asc")
_TYPES: Final[Mapping[str, str]] = {"integer": "numeric", "number": "numeric", "boolean": "bool"}
_PARAMETERS: Final[Mapping[str, str]] = {"_sort": "sort", "_sort_desc": "sort", "_fields": "fields"}
_CONDITIONS: Final = Label(
    'شرط‌ها را مثل {"state": "open"} یا {"amount__gte": 1000} بنویسید.',
    'Write conditions like {"state": "open"} or {"amount__gte": 1000}.',
)
_SAID: Final = Label("{before}{words}{allowed}", "{before}{words}{allowed}")
_ONE_ORDER: Final = Label(
    "ترتیب را مثل field یا field desc بنویسید، فقط با یک ستون؛ خالی‌ها در پایان می‌آیند.",
    "Write the order like field or field desc, by one field only; empty values come last.",
)
_WORDS: Final = Label(
    'q متن است، یا شرطی برای هر ستون مثل {"subject": "park"}.',
    'q is a text, or words for each field like {"subject": "park"}.',
)
_DEEP: Final = Label(
    "با شرط، جستجو یا ترتیب، فقط تا ردیف {most} به شماره می‌توان رفت. همهٔ ردیف‌ها: {address} و سپس next هر پاسخ.",
    "With conditions, words or an order, only the first {most} rows are reached by their place. For all of them ask "
    "{address} and follow next of each answer.",
)


@dataclass(frozen=True, slots=True)
class DatastoreQuestion:
    """What is asked of one table: a question, and from which row on how many; ``given`` says it in CKAN's words."""

    dataset: Dataset
    question: Question
    limit: int
    offset: int
    given: Mapping[str, Any]

    @property
    def is_plain(self) -> bool:
        """Whether it is about all rows in the order in which they stand."""
        return not (self.question.filters or self.question.search or self.question.sort)


def search(catalogue: PackageCatalogue, asked: ActionParameters) -> JsonObject:
    """A page of the rows of a table. Raises ActionRefused, NotFound, or Unanswered."""
    wanted = _read(catalogue, asked)
    reader = catalogue.city.query_service
    snapshot = reader.snapshot(wanted.dataset, wanted.question)
    dataset = as_standing(wanted.dataset, snapshot.source, None)
    begun = _begun(catalogue, wanted, snapshot)
    answer = reader.rows(dataset, begun or replace(wanted.question, size=1), snapshot)
    rows = answer.rows if begun and wanted.limit else ()
    return {
        "resource_id": wanted.given["resource_id"],
        "records_format": "objects",
        "fields": [*(_column(field) for field in answer.columns), _column_of_address()],
        "records": [{**json_values(row.values, wanted.question.calendar), "_row": row.address} for row in rows],
        **{name: wanted.given[name] for name in ("q", "filters", "sort") if name in wanted.given},
        "limit": wanted.limit,
        "offset": wanted.offset,
        "include_total": wanted.question.count,
        "_links": _links(wanted),
        **_total(wanted, answer),
        **provenance(snapshot),
    }


def _total(wanted: DatastoreQuestion, answer: Answer) -> JsonObject:
    return {"total": answer.total, "total_was_estimated": False} if wanted.question.count else {}


def _read(catalogue: PackageCatalogue, asked: ActionParameters) -> DatastoreQuestion:
    """What the parameters ask. Raises ActionRefused or NotFound."""
    resource = asked.needed("resource_id")
    words = list(_words(asked, asked.unpacked("q")))
    params = [
        *_conditions(asked, asked.unpacked("filters")),
        *words,
        *_order(asked, asked.names("sort")),
        *_fields(asked.names("fields")),
    ]
    limit = min(asked.whole("limit", DEFAULT_SIZE, FURTHEST_OFFSET), MAX_SIZE)
    offset = asked.whole("offset", 0, FURTHEST_OFFSET)
    count = asked.flag("include_total", default=True)
    asked.one_of("records_format", ("objects",), "objects")
    asked.fixed(plain=True, distinct=False)
    asked.close()
    dataset = catalogue.dataset(resource.removesuffix(f".{TABLE}"))
    try:
        question = parse(dataset, params)
    except BadQuestion as bad:
        raise ActionRefused(dict(_said(bad, {name for name, _ in words}))) from None
    given = {
        name: value
        for name in ("resource_id", "filters", "q", "sort", "fields", "include_total")
        if (value := asked.value(name)) is not None
    }
    return DatastoreQuestion(dataset, replace(question, size=limit or 1, count=count), limit, offset, given)


def _said(bad: BadQuestion, words: Collection[str]) -> Iterator[tuple[str, Label]]:
    """What is wrong with a question, by the parameter that it came from; the first of each counts."""
    seen: set[str] = set()
    for each in bad.problems:
        name = "q" if each.parameter in words else _PARAMETERS.get(each.parameter, "filters")
        if name in seen:
            continue
        seen.add(name)
        before = "" if each.parameter.startswith("_") else f"{each.parameter}: "
        allowed = f" ({', '.join(each.allowed)})" if each.allowed else ""
        yield name, _SAID.format(before=before, words=each.wording, allowed=allowed)


def _conditions(asked: ActionParameters, filters: Any) -> Iterator[tuple[str, str]]:
    if filters is None:
        return
    if not isinstance(filters, dict) or any(name.startswith("_") for name in filters):
        asked.refuse("filters", _CONDITIONS)
        return
    for name, value in filters.items():
        if value is None:
            yield f"{name}__isnull", "1"
        elif isinstance(value, list) and len(value) != 1:
            if not value or not all(isinstance(each, str | int | float) for each in value):
                asked.refuse("filters", _CONDITIONS)
            else:
                yield f"{name}__in", json.dumps([_text(each) for each in value], ensure_ascii=False)
        else:
            single = value[0] if isinstance(value, list) else value
            if isinstance(single, str | int | float):
                yield name, _text(single)
            else:
                asked.refuse("filters", _CONDITIONS)


def _text(value: str | float) -> str:
    """A value of JSON as an address has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)


def _words(asked: ActionParameters, words: Any) -> Iterator[tuple[str, str]]:
    """Words anywhere in a row, or words in each of some fields."""
    match words:
        case None | "":
            return
        case str():
            yield "_search", words
        case dict() if all(isinstance(each, str) and not name.startswith("_") for name, each in words.items()):
            yield from ((f"{name}__contains", each) for name, each in words.items())
        case _:
            asked.refuse("q", _WORDS)


def _order(asked: ActionParameters, orders: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not orders:
        return
    order = orders[0].strip()
    for end in _ENDS:
        order = order[: -len(end)].rstrip() if order.lower().endswith(end) else order
    name, _, direction = order.partition(" ")
    name = name.strip('"')
    if len(orders) > 1 or direction.strip().lower() not in ("", "desc"):
        asked.refuse("sort", _ONE_ORDER)
    elif name != _NUMBER or direction:
        yield "_sort_desc" if direction else "_sort", name


def _fields(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    # The address of a row stands in each.
    asked = [name for name in names if name != ADDRESS]
    if asked:
        yield "_fields", ",".join(asked)


def _begun(catalogue: PackageCatalogue, wanted: DatastoreQuestion, snapshot: Snapshot) -> Question | None:
    """The question from its first row on; None where that lies behind the end."""
    if not wanted.offset:
        return wanted.question
    if wanted.is_plain:
        # Rows that stand in no other order are numbered from 1, so that any place is found at once.
        return replace(wanted.question, cursor=Position(snapshot.snapshot_id, None, wanted.offset).encode(None))
    if wanted.offset > MOST_PAGED_ROWS:
        query = replace(wanted.question, size=wanted.limit or None, count=False).query_string()
        address = f"{catalogue.site}{root_of(wanted.dataset)}/rows?{query}"
        raise ActionRefused({"offset": _DEEP.format(most=MOST_PAGED_ROWS, address=address)})
    question = wanted.question
    field = question.sort.field if question.sort else wanted.dataset.published[0].name
    before = replace(question, size=wanted.offset, fields=(field,), count=False)
    following = catalogue.city.query_service.rows(wanted.dataset, before, snapshot).next
    return replace(question, cursor=following) if following else None


def _column(field: Field) -> JsonObject:
    kind = "date" if field.kind.is_day else _TYPES.get(field.kind.json_type, "text")
    notes = both(field.description) if field.description else ""
    return {"id": field.name, "type": kind, "info": {"label": both(field.label), "notes": notes}}


def _column_of_address() -> JsonObject:
    return {"id": ADDRESS, "type": "text", "info": {"label": both(_ROW), "notes": ""}}


def _links(wanted: DatastoreQuestion) -> JsonObject:
    """Where the first page stands, the next, and the one before, as CKAN says it: there is a next one in any case."""
    said = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in wanted.given.items()
    }
    pages = {"start": 0, "next": wanted.offset + wanted.limit}
    if wanted.offset:
        pages["prev"] = max(0, wanted.offset - wanted.limit)
    return {
        name: f"{ACTION}?{urlencode({**said, 'limit': str(wanted.limit), **({'offset': str(at)} if at else {})})}"
        for name, at in pages.items()
    }
