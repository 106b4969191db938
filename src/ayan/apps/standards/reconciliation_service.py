"""The Reconciliation Service API 0.2: which company, unit, person, street or parcel a name in a table means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from ayan.apps.catalog.page_context import site
from ayan.apps.standards.entity_queries import CityEntities, read_queries, type_json
from ayan.apps.standards.entity_sources import TYPES, Entity
from ayan.apps.standards.limits import LONGEST_NAME, MOST_CANDIDATES, MOST_QUERIES, USUAL_CANDIDATES
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold_joined
from ayan.ui import language
from ayan.ui.api.operations import JSON, LANG, TEXT, WORD, Operation, Parameter
from ayan.ui.api.responses import FRESH, NotFound, document, only, questioned, reading, tag
from ayan.ui.api.turns import in_turn
from ayan.ui.figure_files import framed
from ayan.wiring import city

ROOT: Final = "/api/v1/reconcile"
FORM: Final = "application/x-www-form-urlencoded"
VERSIONS: Final = ("0.2",)
WIDTH, HEIGHT = 380, 180
_NAME: Final = Label("نام‌های {city}", "Names of {city}")
_NO_ENTITY: Final = Label("چیزی با این شناسه منتشر نشده است.", "Nothing of this id is published.")
# What clients send besides a beginning, and what means nothing here.
_SUGGESTING: Final = ("prefix", "cursor", "limit", "type", "type_strict", "_lang")


@questioned
def service(request: HttpRequest) -> HttpResponseBase:
    """The manifest of the service; with ``queries``, in the address or in a form, the candidates of each."""
    only(request, "queries", "_lang")
    form = _form(request)
    text = form if form is not None else request.GET.get("queries")
    if text is None:
        if request.method == "POST":
            raise BadQuestion([problem("needed", "queries")])
        return _manifest(request)
    queries, lang = read_queries(text), language.asked(request)
    with in_turn(request):
        entities = CityEntities(city.current(), list(queries.values()))
        body = {
            name: {"result": [candidate.as_json(lang) for candidate in entities.candidates(query)]}
            for name, query in queries.items()
        }
    # Nobody asks the same fifty names again, and what they are is nobody's business on the way.
    return HttpResponse(orjson.dumps(body), content_type=JSON, headers={"Cache-Control": "no-store"})


def _form(request: HttpRequest) -> str | None:
    """The queries of a form that was posted; None for another request, whose body is left alone."""
    if request.method != "POST" or request.content_type != FORM:
        return None
    return request.POST.get("queries")


def _manifest(request: HttpRequest) -> HttpResponseBase:
    current_city, address, lang = city.current(), site(request), language.asked(request)
    # Not every client knows how to go on behind a question mark.
    root, own, said = f"{address}{ROOT}", f"_lang={lang}", f"?_lang={lang}" if language.prefix(lang) else ""
    entities = CityEntities(current_city)
    body = {
        "versions": VERSIONS,
        "name": _NAME.format(city=current_city.profile.name).of(lang),
        "identifierSpace": f"{root}/view?id=",
        "schemaSpace": f"{root}/suggest/property",
        "documentation": f"{address}{language.prefix(lang)}/developers#standards",
        "defaultTypes": [type_json(each, lang) for each in entities.types],
        "batchSize": MOST_QUERIES,
        "view": {"url": f"{root}/view?{own}&id={{{{id}}}}"},
        "preview": {"url": f"{root}/preview?{own}&id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            what: {"service_url": address, "service_path": f"{ROOT}/suggest/{what}{said}"}
            for what in ("entity", "type", "property")
        },
    }
    etag = tag("reconcile", lang, address, current_city.site_version.now())
    return document(request, etag, lambda: orjson.dumps(body), {})


@reading
def view(request: HttpRequest) -> HttpResponseBase:
    """The way to the page of an entity."""
    entity, lang = _entity(request), language.asked(request)
    return HttpResponse(status=302, headers={"Location": entity.path(lang), "Cache-Control": FRESH})


@reading
def preview(request: HttpRequest) -> HttpResponseBase:
    """A few lines on an entity, to be shown in a frame; nothing runs in them."""
    entity, lang = _entity(request), language.asked(request)
    context = {
        **language.frame(lang),
        "entity": entity,
        "kind": TYPES[entity.source.type],
        "details": entity.details(lang),
        "source": entity.source.dataset.title.of(lang),
        "page": f"{site(request)}{entity.path(lang)}",
    }
    body = render_to_string("standards/entity_preview.html", context)
    return framed(HttpResponse(body, headers={"Cache-Control": FRESH, "X-Robots-Tag": "noindex"}))


def _entity(request: HttpRequest) -> Entity:
    """The entity of a request. Raises NotFound where there is none."""
    only(request, "id", "_lang")
    entity_id = request.GET.get("id", "")
    if not entity_id:
        raise BadQuestion([problem("needed", "id")])
    entity = CityEntities(city.current()).of_id(entity_id)
    if entity is None:
        raise NotFound("no-such-entity", _NO_ENTITY)
    return entity


@reading
def suggest_entity(request: HttpRequest) -> HttpResponseBase:
    """Entities whose names or codes begin with ``prefix``."""
    beginning, start, most, lang = _suggestion(request)
    wished = [each for each in request.GET.get("type", "").split(",") if each]
    entities = CityEntities(city.current())
    suggestions = entities.beginning(beginning, wished, start + most) if fold_joined(beginning) else []
    separator = locale.of(lang).semicolon
    return _suggested(
        {
            "id": entity.id,
            "name": entity.name,
            "description": separator.join(f"{label}: {value}" for label, value in entity.details(lang)),
            "notable": [type_json(entity.source.type, lang)],
        }
        for entity in suggestions[start:]
    )


@reading
def suggest_type(request: HttpRequest) -> HttpResponseBase:
    """Types whose names begin with ``prefix``."""
    entities = CityEntities(city.current())
    return _labels(request, {each: TYPES[each] for each in entities.types})


@reading
def suggest_property(request: HttpRequest) -> HttpResponseBase:
    """Properties whose names begin with ``prefix``."""
    return _labels(request, CityEntities(city.current()).properties())


def _labels(request: HttpRequest, labels: dict[str, Label]) -> HttpResponseBase:
    beginning, start, most, lang = _suggestion(request)
    piece = fold_joined(beginning)
    suggestions = [
        {"id": name, "name": label.of(lang)}
        for name, label in labels.items()
        if any(fold_joined(text).startswith(piece) for text in (name, *label.words().values()))
    ]
    return _suggested(suggestions[start : start + most])


def _suggestion(request: HttpRequest) -> tuple[str, int, int, Lang]:
    """What is being typed, after how many suggestions to go on, how many at most, and the language."""
    only(request, *_SUGGESTING)
    beginning = request.GET.get("prefix", "")
    if len(beginning) > LONGEST_NAME:
        raise BadQuestion([problem("too-long", "prefix", limit=LONGEST_NAME)])
    start, most = (_number(request, name, usual) for name, usual in (("cursor", 0), ("limit", USUAL_CANDIDATES)))
    return beginning, start, max(1, most), language.asked(request)


def _number(request: HttpRequest, name: str, usual: int) -> int:
    text = request.GET.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_CANDIDATES))):
        raise BadQuestion([problem("size", name, limit=MOST_CANDIDATES)])
    return min(int(text), MOST_CANDIDATES)


def _suggested(result: Iterable[dict[str, Any]]) -> HttpResponseBase:
    body = orjson.dumps({"result": list(result)})
    return HttpResponse(body, content_type=JSON, headers={"Cache-Control": FRESH})


_ID: Final = Parameter("id", Label("شناسهٔ چیزی که یافت شد", "The id of a candidate"), WORD)
_SUGGEST: Final = (
    Parameter("prefix", Label("آغاز نام", "The beginning of the name"), TEXT),
    Parameter("cursor", Label("پس از چند پیشنهاد ادامه یابد.", "After how many suggestions to go on."), WORD),
    Parameter("limit", Label("چند پیشنهاد، حداکثر ۵۰.", "How many suggestions, 50 at most."), WORD),
    Parameter("type", Label("فقط از این نوع.", "Of this type only."), WORD),
    Parameter("type_strict", Label("اینجا معنایی ندارد.", "Means nothing here."), WORD),
    LANG,
)
_QUERIES: Final = Parameter(
    "queries",
    Label(
        "نام‌ها به JSON، به شکل Reconciliation Service API 0.2؛ با POST در فرم هم می‌آید. بی آن، معرفی سرویس.",
        "Names as JSON, after the Reconciliation Service API 0.2; also as a form by POST. Without it, the manifest.",
    ),
    WORD,
)


def _operation(path: str, name: str, words: Label, media: str, *more: Parameter, **rest: Any) -> Operation:
    return Operation(
        path=f"{ROOT}{path}", id=name, words=words, answers={media: None}, parameters=more, tag="standards", **rest
    )


OPERATIONS: Final = (
    _operation(
        "",
        "reconcile",
        Label(
            "نام‌های یک جدول کدام شرکت، واحد، شخص، معبر یا ملک‌اند",
            "Which companies, units, persons, streets or parcels names mean",
        ),
        JSON,
        _QUERIES,
        LANG,
        refusals=(413, 503),
    ),
    _operation(
        "/preview",
        "reconcile_preview",
        Label("چند خط دربارهٔ آن", "A few lines on it"),
        "text/html",
        _ID,
        LANG,
        needed=("id",),
        refusals=(404, 503),
    ),
    _operation(
        "/suggest/entity",
        "reconcile_entities",
        Label("نام‌هایی که چنین آغاز می‌شود", "Names that begin so"),
        JSON,
        *_SUGGEST,
        refusals=(503,),
    ),
    _operation("/suggest/type", "reconcile_types", Label("نوع‌ها", "Types"), JSON, *_SUGGEST),
    _operation(
        "/suggest/property",
        "reconcile_properties",
        Label("ویژگی‌هایی که جست‌وجو را باریک می‌کند", "Properties that narrow a query"),
        JSON,
        *_SUGGEST,
    ),
)
"""What can be asked of names."""
