"""The console of the developers' page: a question put to the API itself, and its answer as a program would get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args
from urllib.parse import parse_qsl, quote, urlencode

import orjson
from django.http import HttpRequest, QueryDict, StreamingHttpResponse
from django.urls import resolve

from ayan.apps.catalog.explorer import result_options
from ayan.apps.catalog.limits import LONGEST_QUERY, LONGEST_SHOWN
from ayan.core.query.grouping import parse_groups
from ayan.core.query.operators import Op, operators_of
from ayan.core.query.problem import BadQuestion
from ayan.core.query.sum_parts import amount_field
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.label import Label

ConsoleTopic = Literal["rows", "groups", "facets", "schema", "releases"]
WHATS: Final[dict[ConsoleTopic, Label]] = {
    "rows": Label("ردیف‌ها", "rows"),
    "groups": Label("گروه‌ها", "groups"),
    "facets": Label("تعداد هر مقدار", "counts of values"),
    "schema": Label("تعریف داده", "definition"),
    "releases": Label("انتشارها", "releases"),
}
ENDINGS: Final[dict[ConsoleTopic, str]] = {
    "rows": "/rows.json",
    "groups": "/groups",
    "facets": "/facets",
    "schema": "",
    "releases": "/releases",
}
# The console shows a few rows; a program asks for as many as it wants.
FEW: Final = "5"
SHOWN_HEADERS: Final = ("Content-Type", "ETag", "Cache-Control", "Link")


@dataclass(frozen=True, slots=True)
class ConsoleRequest:
    """One question to the API: its address and its query as it was typed."""

    what: ConsoleTopic
    address: str
    query: str


@dataclass(frozen=True, slots=True)
class ConsoleResponse:
    """The answer: status, a few headers, the document set out for reading; ``cut`` where it is longer than that."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    cut: bool


@dataclass(frozen=True, slots=True)
class ConsoleExample:
    """A question that makes sense for a dataset."""

    words: Label
    what: ConsoleTopic
    query: str


@dataclass(frozen=True, slots=True)
class ConsoleForm:
    """A field with the operators that apply to it."""

    field: Field
    operators: tuple[Op, ...]


def console_request(dataset: Dataset, what: str, query: str) -> ConsoleRequest:
    """The question that the form asks; anything else than a known word is rows."""
    chosen: ConsoleTopic = next((code for code in get_args(ConsoleTopic) if code == what), "rows")
    pairs = parse_qsl(query[:LONGEST_QUERY].lstrip("?&"), keep_blank_values=True)
    if chosen == "rows" and not any(name in ("_size", "_next") for name, _ in pairs):
        pairs.append(("_size", FEW))
    written = urlencode(pairs, quote_via=quote, safe=",-.:/")
    address = f"/api/v1/datasets/{dataset.slug}{ENDINGS[chosen]}"
    return ConsoleRequest(chosen, f"{address}?{written}" if written else address, query)


def console_response(question: ConsoleRequest) -> ConsoleResponse:
    """The API's own answer to a question, asked without leaving this process."""
    path, _, query = question.address.partition("?")
    inner = HttpRequest()
    inner.method = "GET"
    inner.path = inner.path_info = path
    inner.META = {"QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    inner.GET = QueryDict(query)
    match = resolve(path)
    response = match.func(inner, *match.args, **match.kwargs)
    headers = tuple((name, response.headers[name]) for name in SHOWN_HEADERS if name in response.headers)
    body = "" if isinstance(response, StreamingHttpResponse) else _set_out(response.content)
    return ConsoleResponse(response.status_code, headers, body[:LONGEST_SHOWN], len(body) > LONGEST_SHOWN)


def _set_out(content: bytes) -> str:
    try:
        return orjson.dumps(orjson.loads(content), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return content.decode("utf-8", "replace")


def askable(dataset: Dataset) -> list[ConsoleForm]:
    """Every published field with its operators."""
    return [ConsoleForm(field, operators_of(dataset, field)) for field in dataset.published]


def examples(dataset: Dataset) -> list[ConsoleExample]:
    """A few questions made of the dataset's own fields."""
    offered = [ConsoleExample(Label("چند ردیف نخست", "The first rows"), "rows", "")]
    amount = amount_field(dataset)
    date = next((field for field in dataset.published if field.kind.is_day and field.role == "date"), None)
    listed = next((field for field in dataset.published if field.choices), None)
    if amount is not None:
        offered.append(ConsoleExample(Label("بزرگ‌ترین‌ها", "The largest"), "rows", f"_sort_desc={amount.name}"))
    if listed is not None and listed.choices is not None:
        code = listed.choices.entries[0].code
        offered.append(ConsoleExample(Label("با یک شرط", "With a condition"), "rows", f"{listed.name}={code}"))
        offered.append(ConsoleExample(Label("تعداد هر مقدار", "Counts of values"), "facets", f"by={listed.name}"))
    if date is not None:
        query = f"by={date.name}:year&count=1"
        more = f"&sum={amount.name}&median={amount.name}" if amount else ""
        offered.append(ConsoleExample(Label("سال به سال", "Year by year"), "groups", _askable(dataset, query, more)))
    by = next((grouping for grouping in result_options.groupings(dataset) if grouping.part is None), None)
    if by is not None and amount is not None:
        query = f"by={by.name}&sum={amount.name}&_sort_desc=sum_{amount.name}&_size=5"
        if _is_question(dataset, query):
            offered.append(ConsoleExample(Label("بزرگ‌ترین گروه‌ها", "The largest groups"), "groups", query))
    return offered


def _askable(dataset: Dataset, query: str, more: str) -> str:
    """A question with more measures, or without them where their sum would mean nothing."""
    return f"{query}{more}" if _is_question(dataset, f"{query}{more}") else query


def _is_question(dataset: Dataset, query: str) -> bool:
    try:
        parse_groups(dataset, parse_qsl(query))
    except BadQuestion:
        return False
    return True
