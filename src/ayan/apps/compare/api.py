"""The comparison of the API: the same as its page, for programs and spreadsheets."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponseBase

from ayan.apps.compare.comparison_question import OWN, SHAPING, read
from ayan.apps.compare.computation import work
from ayan.apps.compare.formats import FORMATS
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.api.addresses import no_format, parameters
from ayan.ui.api.operations import JSON, Operation
from ayan.ui.api.responses import document, reading, tag
from ayan.wiring import city

OPERATIONS: Final = tuple(
    Operation(
        path="/api/v1/compare" if name == "json" else f"/api/v1/compare.{name}",
        id=f"compare_{name}" if name != "json" else "compare",
        words=Label("مقایسهٔ دو سو یا بیشتر", "Two sides or more compared")
        if name == "json"
        else Label("مقایسه به قالب {name}", "A comparison as {name}").format(name=name),
        answers={
            comparison_format.media_type.partition(";")[0]: "Comparison" if comparison_format.media_type == JSON else ""
        },
        parameters=(*OWN, *SHAPING, "_lang"),
        needed=("_data",),
        filters=True,
        refusals=(404, 410, 503),
        tag="compare",
    )
    for name, comparison_format in FORMATS.items()
)


@reading
def compare(request: HttpRequest, name: str = "json") -> HttpResponseBase:
    """The numbers of a comparison, each side with the state that it was read from."""
    if name not in FORMATS:
        raise no_format(FORMATS)
    lang = _lang(request)
    current_city = city.current()
    asked = read(current_city, [pair for pair in parameters(request) if pair[0] != "_lang"])
    worked = work(current_city, asked)
    body = FORMATS[name].write(worked, lang)
    headers = {"Vary": "Accept-Encoding"}
    if name != "json":
        headers["Content-Disposition"] = f'attachment; filename="compare-{asked.dataset.slug}.{name}"'
    states = [worked_side.snapshot.snapshot_id for worked_side in worked.sides]
    beside = [snapshot.snapshot_id for snapshot in worked.people.standings.values()] if worked.people else []
    away = current_city.others.mark() if any(worked_side.away for worked_side in worked.sides) else ""
    etag = tag("compare", name, lang, asked.query, *states, *beside, away, body.hex() if name == "json" else "")
    return document(request, etag, lambda: body, headers, FORMATS[name].media_type)


def _lang(request: HttpRequest) -> Lang:
    chosen = request.GET.getlist("_lang")
    if len(chosen) > 1:
        raise BadQuestion([problem("repeated", "_lang")])
    if chosen and chosen[0] not in locale.codes():
        raise BadQuestion([problem("not-allowed", "_lang", locale.codes())])
    return locale.known(chosen[0] if chosen else None)
