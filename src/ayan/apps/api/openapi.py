"""The API's description in OpenAPI 3.1: of all of it, and of one dataset with its own fields and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

import ayan
from ayan.apps.api.answers import row_of
from ayan.core.query import keys, values
from ayan.core.query.answer import Unanswered
from ayan.core.query.formats import FORMATS, formats_of
from ayan.core.query.operators import OPERATORS, OPS, Op, comparable, operators_of
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.address_step import written_key
from ayan.core.values.label import Label, joined
from ayan.core.values.locale import Lang
from ayan.ui import contract, language
from ayan.ui.api.answers import ProblemAnswer
from ayan.ui.api.json_schema import Json, Schemas
from ayan.ui.api.operations import DAY, FLAG, JSON, TEXT, Operation, Parameter
from ayan.ui.api.responses import TITLES, dataset_of, document, links, only, reading, tag
from ayan.wiring import city
from ayan.wiring.city import City

OPENAPI: Final = "3.1.0"
PROBLEM: Final = "application/problem+json"
TITLE: Final = Label("رابط برنامه‌نویسی", "API")
ABOUT: Final = Label(
    "هر چه شهر منتشر می‌کند، بی کلید و از هر وب‌گاهی، فقط برای خواندن. پارامتر ناشناخته رد می‌شود و نادیده نمی‌ماند. "
    "پول به ریال است؛ عددها دقیق‌اند و بزرگ‌ها را بی ممیز شناور بخوانید.",
    "Everything the city publishes, without a key and from any site, to be read only. A parameter that is not known is "
    "refused, never ignored. Money is in rials; numbers are exact, so read large ones without floating point.",
)
WHEN: Final[dict[int, Label]] = {
    400: Label("پارامتری درست نیست؛ پاسخ نامش را می‌گوید.", "A parameter is not valid; the answer names it."),
    404: Label("چنین داده، ردیف، انتشار یا پرونده‌ای نیست.", "There is no such dataset, row, release or file."),
    405: Label("این نشانی فقط خواندنی است.", "This address can only be read."),
    409: Label("پارامتری درست نیست؛ پاسخ نامش را می‌گوید.", "A parameter is not valid; the answer names it."),
    410: Label(
        "برداشته شده است، با کد علت؛ یا وضعیتی که _next می‌گوید دیگر نگه داشته نشده است.",
        "Withdrawn, with the code of its reason; or the state of `_next` is no longer kept.",
    ),
    413: Label("برای یک درخواست زیاد است؛ در چند درخواست بفرستید.", "Too much for one request; send several."),
    416: Label("بازهٔ خواسته‌شده بیرون از پرونده است.", "The range is outside the file."),
    503: Label(
        "در زمان یا حافظهٔ یک پرسش نگنجید. پرسش را باریک‌تر کنید یا پروندهٔ Parquet را بگیرید.",
        "It took more time or memory than one question may. Narrow it, or take the Parquet file.",
    ),
}
KNOWN: Final = Label("از پیش دارید: تغییری نکرده است.", "You have it already: it has not changed.")
HEADERS: Final[dict[str, Label]] = {
    "If-None-Match": Label("نشان پاسخی که دارید", "The tag of the answer you have"),
    "Range": Label("بازه‌ای از پرونده، مثل bytes=0-1023", "A part of the file, such as bytes=0-1023"),
}
RESPONSE_HEADERS: Final[dict[str, Label]] = {
    "ETag": Label("نشان این پاسخ", "The tag of this answer"),
    "Cache-Control": Label("تا کی درست است", "How long it holds"),
    "Link": Label("به انتشار مرجع، توصیف ستون‌ها و همین رابط", "To its release, its description and that of the API"),
}


def operations() -> tuple[Operation, ...]:
    """Every operation of the API: those of each app in use, in the order of the apps.

    Raises ValueError for two of one name.
    """
    return _declared(tuple(contract.installed_apps()))


@lru_cache(maxsize=4)
def _declared(apps: tuple[contract.AppContract, ...]) -> tuple[Operation, ...]:
    every = tuple(operation for app in apps for operation in app.operations())
    for names in ([operation.id for operation in every], [operation.path for operation in every]):
        if len(set(names)) != len(names):
            raise ValueError(f"declared twice: {sorted({name for name in names if names.count(name) > 1})}")
    return every


@reading
def description(request: HttpRequest) -> HttpResponseBase:
    """The description of the whole API."""
    only(request, "_lang")
    body = orjson.dumps(described(city.current(), operations(), language.asked(request)))
    return document(request, tag("openapi", body.decode()), lambda: body, {})


@reading
def dataset_description(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The description of what can be asked of one dataset."""
    only(request, "_lang")
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    left = {f"rows_{name}" for name in {*FORMATS} - {*formats_of(dataset)}}
    own = [operation for operation in operations() if "{slug}" in operation.path and operation.id not in left]
    body = orjson.dumps(described(current_city, own, language.asked(request), dataset))
    return document(request, tag("openapi", body.decode()), lambda: body, links(dataset))


def described(city: City, own: Sequence[Operation], lang: Lang, dataset: Dataset | None = None) -> Json:
    """The OpenAPI document of operations, on any dataset or on one."""
    name = dataset.title.of(lang) if dataset else city.profile.name.of(lang)
    writing = _Writing(lang, dataset, _examples(city, dataset), own)
    paths = {writing.path(operation): {"get": writing.operation(operation)} for operation in own}
    responses = {str(status): writing.refusal(status) for status in WHEN}
    return {
        "openapi": OPENAPI,
        "info": {
            "title": f"{TITLE.of(lang)} · {name}",
            "version": ayan.version(),
            "description": ABOUT.of(lang),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": settings.ORIGIN or "/"}],
        "tags": [{"name": tag_name} for tag_name in dict.fromkeys(operation.tag for operation in own)],
        "paths": paths,
        "components": {
            "schemas": writing.schemas(),
            "parameters": writing.parameters(),
            "headers": {
                header: {"description": words.of(lang), "schema": {"type": "string"}}
                for header, words in RESPONSE_HEADERS.items()
            },
            "responses": responses,
        },
        "security": [],
    }


def _examples(city: City, dataset: Dataset | None) -> dict[str, str | int]:
    """Values for the parts of addresses that lead somewhere in this city: of its first dataset with rows."""
    for candidate in (dataset,) if dataset else city.registry.all():
        releases = city.release_store.snapshot(candidate.slug).releases
        if not releases:
            continue
        newest = max(releases, key=lambda each: (each.sealed_at, each.period))
        examples: dict[str, str | int] = {"slug": candidate.slug, "period": newest.period, "number": newest.number}
        examples["name"] = newest.names[0]
        try:
            first = city.query_service.rows(candidate, Question(slug=candidate.slug, size=1)).rows
        except Unanswered:
            first = ()
        return {**examples, "key": written_key(keys.key_of(candidate, first[0]))} if first else examples
    return {}


class _Writing:
    """What is said of one city's API in one language."""

    def __init__(
        self,
        lang: Lang,
        dataset: Dataset | None,
        examples: dict[str, str | int],
        own: Sequence[Operation],
    ) -> None:
        self._lang = lang
        self._dataset = dataset
        self._examples = examples
        self._schemas = Schemas()
        # A parameter stands once for all operations; where another of the same name is meant, it stands beside it.
        self._shared: dict[str, Parameter] = {}
        for operation in own:
            for parameter in operation.parameters:
                self._shared.setdefault(parameter.name, parameter)

    def path(self, operation: Operation) -> str:
        """The address, with the dataset's name in it where the description is of one."""
        return operation.path.replace("{slug}", self._dataset.slug) if self._dataset else operation.path

    def operation(self, operation: Operation) -> Json:
        """One address as OpenAPI describes it."""
        answered = {200: self._answer(operation), 304: {"description": KNOWN.of(self._lang)}}
        if operation.ranged:
            answered[206] = answered[200]
        out: Json = {
            "operationId": operation.id,
            "summary": operation.words.of(self._lang),
            "tags": [operation.tag],
            "parameters": list(self._parameters(operation)),
            "responses": {
                str(status): answered.get(status) or self._refused(operation, status) for status in operation.statuses
            },
        }
        if operation.filters:
            out["description"] = filters_text().of(self._lang)
        return out

    def schemas(self) -> Json:
        """The schemas of all answers that were written of before, that of a row as the dataset has it."""
        if self._dataset is None:
            return self._schemas.components
        return {**self._schemas.components, "Row": row_of(self._dataset)}

    def parameters(self) -> Json:
        """The parameters that operations refer to."""
        out = {name: self._parameter(parameter) for name, parameter in self._shared.items()}
        if self._dataset is None:
            return out
        # A field may be called as a parameter is.
        return out | {f"where.{each.name}": self._parameter(each) for each in filters_of(self._dataset)}

    def refusal(self, status: int) -> Json:
        """One kind of problem document."""
        out: Json = {
            "description": WHEN[status].of(self._lang),
            "content": {PROBLEM: {"schema": self._schemas.of(ProblemAnswer)}},
        }
        header = {405: "Allow", 416: "Content-Range", 503: "Retry-After"}.get(status)
        if header:
            out["headers"] = {header: {"description": TITLES[status], "schema": {"type": "string"}}}
        return out

    def _refused(self, operation: Operation, status: int) -> Json:
        if operation.refused is None:
            return {"$ref": f"#/components/responses/{status}"}
        content = {JSON: {"schema": self._schemas.of(operation.refused)}}
        return {"description": WHEN[status].of(self._lang), "content": content}

    def _answer(self, operation: Operation) -> Json:
        content = {
            media: {} if answer is None else {"schema": self._schemas.of(answer)}
            for media, answer in operation.answers.items()
        }
        headers = {name: {"$ref": f"#/components/headers/{name}"} for name in RESPONSE_HEADERS}
        return {"description": operation.words.of(self._lang), "headers": headers, "content": content}

    def _parameters(self, operation: Operation) -> Iterator[Json]:
        for part in operation.parts:
            if f"{{{part.name}}}" in self.path(operation):
                example = {"example": self._examples[part.name]} if part.name in self._examples else {}
                yield {**self._parameter(part), "in": "path", "required": True, **example}
        for parameter in operation.parameters:
            if parameter.name in operation.needed or parameter is not self._shared[parameter.name]:
                yield {**self._parameter(parameter), "required": parameter.name in operation.needed}
            else:
                yield {"$ref": f"#/components/parameters/{parameter.name}"}
        if operation.filters:
            yield from self._filters(operation)
        for name in ("If-None-Match", *(("Range",) if operation.ranged else ())):
            yield {
                "name": name,
                "in": "header",
                "description": HEADERS[name].of(self._lang),
                "schema": {"type": "string"},
            }

    def _parameter(self, parameter: Parameter) -> Json:
        schema = parameter.schema_for(self._dataset)
        listed = {"style": "form", "explode": parameter.repeated} if schema.get("type") == "array" else {}
        return {
            "name": parameter.name,
            "in": "query",
            "description": parameter.words.of(self._lang),
            "schema": schema,
            **listed,
        }

    def _filters(self, operation: Operation) -> Iterator[Json]:
        if self._dataset is None:
            yield {
                "name": "filters",
                "in": "query",
                "style": "form",
                "explode": True,
                "description": filters_text().of(self._lang),
                "schema": {"type": "object", "additionalProperties": {"type": "string"}},
            }
            return
        own = {parameter.name for parameter in operation.parameters}
        for parameter in filters_of(self._dataset):
            # In groups and facets a field that has the name of their own parameter is asked for by an operator.
            if parameter.name not in own:
                yield {"$ref": f"#/components/parameters/where.{parameter.name}"}


FILTERS: Final = Label(
    "هر پارامتر دیگر یک شرط است: field=value یا field__OP=value؛ OP یکی از {operators}. "
    "عملگرهای هر ستون در توصیف خودِ داده آمده است.",
    "Every other parameter is a condition: field=value or field__OP=value with OP one of {operators}. "
    "Which operators a field takes is in the description of its dataset.",
)


def filters_text() -> Label:
    """How any field is made a condition, with the operators that there are."""
    return FILTERS.format(operators=joined(Label(op, op) for op in OPS if op != "eq"))


def filters_of(declared: Dataset) -> Iterator[Parameter]:
    """Every condition that the dataset's rows can be asked with, each as a parameter."""
    dataset = values.as_asked(declared)
    for field in dataset.published:
        for op in operators_of(dataset, field):
            name = field.name if op == "eq" else f"{field.name}__{op}"
            label = OPERATORS[op].parameter.format(field=field.label)
            yield Parameter(name, label, _value(dataset, field, op))


def _value(dataset: Dataset, field: Field, op: Op) -> Json:
    """The values of one condition. Digits may be Persian and labels stand for codes, which is not repeated here."""
    takes = OPERATORS[op].takes
    if takes == "flag":
        return FLAG
    if takes == "column":
        return {"type": "string", "enum": [other.name for other in comparable(dataset, field)]}
    schema = _field_schema(field)
    return {"type": "array", "items": schema, "minItems": 1} if takes == "list" else schema


def _field_schema(field: Field) -> Json:
    if field.choices is not None:
        return {"type": "string", "enum": [entry.code for entry in field.choices.entries]}
    if field.kind.json_type == "integer":
        return {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
    if field.kind.json_type == "number":
        return {"type": "number"}
    if field.kind.json_type == "boolean":
        return {"type": "string", "enum": ["true", "false", "1", "0", "yes", "no"]}
    if field.kind.is_day:
        return {"type": "string", "pattern": DAY}
    if field.kind.is_period:
        return {"type": "string", "pattern": "^[0-9A-Za-z/-]{1,20}$"}
    return TEXT
