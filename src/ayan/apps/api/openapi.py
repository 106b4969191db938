"""The API's description in OpenAPI 3.1: of all of it, and of one dataset with its own fields and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.api import schemas as api_schemas
from ayan.apps.api import schemas_audits, schemas_budget, schemas_promises
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.api import parameters as api_parameters
from ayan.ui.api.addresses import dataset_of, links, only
from ayan.ui.api.operations import Operation
from ayan.ui.api.responses import TITLES, document, reading, tag
from ayan.wiring import city
from ayan.wiring.city import City

Json = dict[str, Any]

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
    410: Label(
        "برداشته شده است، با کد علت؛ یا وضعیتی که _next می‌گوید دیگر نگه داشته نشده است.",
        "Withdrawn, with the code of its reason; or the state of `_next` is no longer kept.",
    ),
    416: Label("بازهٔ خواسته‌شده بیرون از پرونده است.", "The range is outside the file."),
    503: Label(
        "در زمان یا حافظهٔ یک پرسش نگنجید. پرسش را باریک‌تر کنید یا پروندهٔ Parquet را بگیرید.",
        "It took more time or memory than one question may. Narrow it, or take the Parquet file.",
    ),
}
KNOWN: Final = Label("از پیش دارید: تغییری نکرده است.", "You have it already: it has not changed.")
TEXT: Final[Json] = {"type": "string", "minLength": 1}
PATHS: Final[dict[str, tuple[Label, Json]]] = {
    "slug": (Label("نام داده در نشانی", "The dataset's name in addresses"), {**TEXT, "pattern": "^[a-z0-9_-]+$"}),
    "key": (Label("کلید ردیف؛ تکه‌ها با ~", "The key of the row, parts joined by ~"), TEXT),
    "period": (Label("دوره، all اگر دوره ندارد", "The period, all where there is none"), TEXT),
    "number": (Label("شمارهٔ انتشار در دوره", "The release's number in its period"), {"type": "integer", "minimum": 1}),
    "name": (Label("نام پرونده", "The name of the file"), TEXT),
    "owner": (Label("داده‌ای که پاسخ‌گوی موازنه است", "The dataset that answers for the balance"), TEXT),
    "balance": (Label("نام موازنه", "The name of the balance"), TEXT),
    "year": (Label("سال مالی", "The fiscal year"), TEXT),
    "scheme": (Label("طرح طبقه‌بندی بودجه", "The coding scheme of the budget"), TEXT),
    "heading": (Label("کد سرفصل؛ - اگر ندارد", "The code of the heading, - where there is none"), TEXT),
    "code": (Label("کد ردیف بودجه", "The code of the budget line"), TEXT),
}
HEADERS: Final[dict[str, Label]] = {
    "If-None-Match": Label("نشان پاسخی که دارید", "The tag of the answer you have"),
    "Range": Label("بازه‌ای از پرونده، مثل bytes=0-1023", "A part of the file, such as bytes=0-1023"),
}
SHAPES: Final = (api_schemas, schemas_promises, schemas_budget, schemas_audits)
TOLD: Final[dict[str, Label]] = {
    "ETag": Label("نشان این پاسخ", "The tag of this answer"),
    "Cache-Control": Label("تا کی درست است", "How long it holds"),
    "Link": Label("به انتشار مرجع، توصیف ستون‌ها و همین رابط", "To its release, its description and that of the API"),
}


@reading
def description(request: HttpRequest, operations: Sequence[Operation]) -> HttpResponseBase:
    """The description of the whole API."""
    only(request, "_lang")
    body = orjson.dumps(described(city.current(), operations, language.asked(request)))
    return document(request, tag("openapi", body.decode()), lambda: body, {})


@reading
def dataset_description(request: HttpRequest, slug: str, operations: Sequence[Operation]) -> HttpResponseBase:
    """The description of what can be asked of one dataset."""
    only(request, "_lang")
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    own = [operation for operation in operations if "{slug}" in operation.path]
    body = orjson.dumps(described(current_city, own, language.asked(request), dataset))
    return document(request, tag("openapi", body.decode()), lambda: body, links(dataset))


def described(city: City, operations: Sequence[Operation], lang: Lang, dataset: Dataset | None = None) -> Json:
    """The OpenAPI document of these operations, on any dataset or on one."""
    writing = _Writing(lang, dataset, _examples(city, dataset))
    name = dataset.title.of(lang) if dataset else city.profile.name.of(lang)
    schemas = {of: shape for room in SHAPES for of, shape in room.SCHEMAS.items()}
    parameters = {key: writing.parameter(key, parameter) for key, parameter in api_parameters.SHAPING.items()}
    if dataset is not None:
        schemas["Row"] = api_schemas.row(dataset)
        # A field may be called as a parameter is.
        parameters |= {
            f"where.{key}": writing.parameter(key, parameter) for key, parameter in api_parameters.filters(dataset)
        }
    return {
        "openapi": OPENAPI,
        "info": {
            "title": f"{TITLE.of(lang)} · {name}",
            "version": version("ayan"),
            "description": ABOUT.of(lang),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": settings.ORIGIN or "/"}],
        "tags": [{"name": tag_name} for tag_name in dict.fromkeys(each.tag for each in operations)],
        "paths": {writing.path(operation): {"get": writing.operation(operation)} for operation in operations},
        "components": {
            "schemas": schemas,
            "parameters": parameters,
            "headers": {
                header: {"description": words.of(lang), "schema": {"type": "string"}} for header, words in TOLD.items()
            },
            "responses": {str(status): writing.refusal(status) for status in WHEN},
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
        return {**examples, "key": keys.key_of(candidate, first[0])} if first else examples
    return {}


class _Writing:
    """What is told of one city's API in one language."""

    def __init__(self, lang: Lang, dataset: Dataset | None, examples: dict[str, str | int]) -> None:
        self._lang = lang
        self._dataset = dataset
        self._examples = examples

    def path(self, operation: Operation) -> str:
        """The address, with the dataset's name in it where the description is of one."""
        return operation.path.replace("{slug}", self._dataset.slug) if self._dataset else operation.path

    def operation(self, operation: Operation) -> Json:
        """One address as OpenAPI tells it."""
        out: Json = {
            "operationId": operation.id,
            "summary": operation.words.of(self._lang),
            "tags": [operation.tag],
            "parameters": list(self._parameters(operation)),
            "responses": {
                "200": self._answer(operation),
                **({"206": self._answer(operation)} if operation.ranged else {}),
                "304": {"description": KNOWN.of(self._lang)},
                **{
                    str(code): {"$ref": f"#/components/responses/{code}"}
                    for code in sorted({400, 405, *operation.refusals})
                },
            },
        }
        if operation.filters:
            out["description"] = api_parameters.filters_text().of(self._lang)
        return out

    def parameter(self, name: str, parameter: api_parameters.Parameter, *, free: bool = False) -> Json:
        """One parameter of the question."""
        schema = parameter.schema_for(None if free else self._dataset)
        listed = {"style": "form", "explode": parameter.repeated} if schema.get("type") == "array" else {}
        return {"name": name, "in": "query", "description": parameter.words.of(self._lang), "schema": schema, **listed}

    def refusal(self, code: int) -> Json:
        """One kind of problem document."""
        out: Json = {
            "description": WHEN[code].of(self._lang),
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        header = {405: "Allow", 416: "Content-Range", 503: "Retry-After"}.get(code)
        if header:
            out["headers"] = {header: {"description": TITLES[code], "schema": {"type": "string"}}}
        return out

    def _answer(self, operation: Operation) -> Json:
        content = {
            media: {"schema": {"$ref": f"#/components/schemas/{name}"}} if name else {}
            for media, name in operation.answers.items()
        }
        headers = {name: {"$ref": f"#/components/headers/{name}"} for name in TOLD}
        return {"description": operation.words.of(self._lang), "headers": headers, "content": content}

    def _parameters(self, operation: Operation) -> Iterator[Json]:
        for name, (words, schema) in PATHS.items():
            if f"{{{name}}}" in self.path(operation):
                example = {"example": self._examples[name]} if name in self._examples else {}
                yield {
                    "name": name, "in": "path", "required": True, "description": words.of(self._lang), "schema": schema,
                    **example,
                }  # fmt: skip
        for name in operation.parameters:
            if name in operation.needed or (operation.id == "groups" and name.startswith("_sort")):
                # The columns of groups have names of their own, which are not those of fields.
                free = name.startswith("_sort")
                written = self.parameter(name, api_parameters.SHAPING[name], free=free)
                yield {**written, "required": name in operation.needed}
            else:
                yield {"$ref": f"#/components/parameters/{name}"}
        if operation.filters:
            yield from self._filters(operation)
        for name in ("If-None-Match", *(("Range",) if operation.ranged else ())):
            yield {
                "name": name,
                "in": "header",
                "description": HEADERS[name].of(self._lang),
                "schema": {"type": "string"},
            }

    def _filters(self, operation: Operation) -> Iterator[Json]:
        if self._dataset is None:
            schema = {"type": "object", "additionalProperties": {"type": "string"}}
            words = api_parameters.filters_text().of(self._lang)
            yield {
                "name": "filters",
                "in": "query",
                "style": "form",
                "explode": True,
                "description": words,
                "schema": schema,
            }
            return
        for name, _ in api_parameters.filters(self._dataset):
            # In groups and facets a field that has the name of their own parameter is asked for by an operator.
            if name not in operation.parameters:
                yield {"$ref": f"#/components/parameters/where.{name}"}
