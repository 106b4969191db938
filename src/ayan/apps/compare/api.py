"""The comparison of the API: the same as its page, for programs and spreadsheets."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.api_address import no_format, parameters
from ayan.apps.catalog.api_operations import JSON, Operation
from ayan.apps.catalog.api_reply import document, reading, tag
from ayan.apps.compare.asking import OWN, SHAPING, read
from ayan.apps.compare.formats import FORMATS
from ayan.apps.compare.working import work
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring import city

OPERATIONS: Final = tuple(
    Operation(
        path="/api/v1/compare" if name == "json" else f"/api/v1/compare.{name}",
        id=f"compare_{name}" if name != "json" else "compare",
        words=Label("مقایسهٔ دو سو یا بیشتر", "Two sides or more compared")
        if name == "json"
        else Label("مقایسه به قالب {name}", "A comparison as {name}").format(name=name),
        answers={one.media_type.partition(";")[0]: "Comparison" if one.media_type == JSON else ""},
        parameters=(*OWN, *SHAPING, "_lang"),
        needed=("_data",),
        filters=True,
        refusals=(404, 410, 503),
        tag="compare",
    )
    for name, one in FORMATS.items()
)


@reading
def compare(request: HttpRequest, name: str = "json") -> HttpResponseBase:
    """The numbers of a comparison, each side with the state that it was read from."""
    if name not in FORMATS:
        raise no_format(FORMATS)
    lang = _lang(request)
    here = city.current()
    asked = read(here, [pair for pair in parameters(request) if pair[0] != "_lang"])
    worked = work(here, asked)
    body = FORMATS[name].write(worked, lang)
    headers = {"Vary": "Accept-Encoding"}
    if name != "json":
        headers["Content-Disposition"] = f'attachment; filename="compare-{asked.dataset.slug}.{name}"'
    states = [one.standing.state for one in worked.told]
    beside = [one.state for one in worked.people.standings.values()] if worked.people else []
    away = here.others.mark() if any(one.away for one in worked.told) else ""
    etag = tag("compare", name, lang, asked.query, *states, *beside, away, body.hex() if name == "json" else "")
    return document(request, etag, lambda: body, headers, FORMATS[name].media_type)


def _lang(request: HttpRequest) -> Lang:
    found = request.GET.getlist("_lang")
    if len(found) > 1:
        raise BadQuestion([problem("repeated", "_lang")])
    if found and found[0] not in locale.codes():
        raise BadQuestion([problem("not-allowed", "_lang", locale.codes())])
    return locale.known(found[0] if found else None)
