"""The comparison of the API: the same as its page, for programs and spreadsheets."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.citation import file_sources
from ayan.apps.compare.comparison_question import SHAPING, read
from ayan.apps.compare.computation import work
from ayan.apps.compare.formats import FORMATS, ComparisonAnswer
from ayan.core.query.limits import LONGEST_TEXT
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.api.operations import FLAG, JSON, NAME, Operation, Parameter, named
from ayan.ui.api.responses import document, no_format, parameters, reading, tag
from ayan.wiring import city

PARAMETERS: Final = (
    Parameter("_data", Label("دادهٔ سنجیده‌شده.", "The dataset that is compared."), NAME),
    Parameter(
        "_measure",
        Label(
            "عدد سنجیده‌شده: count یا sum_ستون، avg_ستون، median_ستون، distinct_ستون.",
            "The number that is compared: count, or sum_FIELD, avg_FIELD, median_FIELD, distinct_FIELD.",
        ),
        NAME,
    ),
    Parameter(
        "_by",
        Label(
            "طرف‌ها مقدارهای این ستون‌اند، یا سال یا ماه یک تاریخ؛ _as_of و _release یعنی همان ردیف‌ها در دو زمان و "
            "_city یعنی همین داده در دو شهر (here و نام شهرهای دیگر).",
            "What the sides are values of: a field, or the year or month of a date; _as_of and _release are the same "
            "rows at two times, _city is the same dataset in two cities (here, and the codes of others).",
        ),
        NAME,
    ),
    Parameter(
        "_side",
        Label(
            "یک طرف؛ دو تا شش بار می‌آید. بی _by، هر طرف پرسشی است مثل field=value.",
            "One side; given two to six times. Without _by each is a query such as field=value.",
        ),
        {"type": "array", "items": {"type": "string", "maxLength": LONGEST_TEXT}, "minItems": 2, "maxItems": 6},
        repeated=True,
    ),
    Parameter(
        "_over",
        Label("به تفکیک چه؛ none یعنی همه با هم.", "What the comparison runs along; none for all together."),
        NAME,
    ),
    Parameter("_real", Label("1 یعنی به پول یک سال.", "1 for the money of one year."), FLAG),
    Parameter(
        "_base",
        Label("سالی که مبلغ‌ها به پول آن گفته می‌شود.", "The year in whose money amounts are told."),
        {"type": "string", "pattern": "^[0-9]{4}$"},
    ),
    Parameter(
        "_per",
        Label(
            "برای هر واحد از این ستون، یا person برای هر نفر.",
            "For each unit of this field, or person for each person.",
        ),
        NAME,
    ),
)
OPERATIONS: Final = tuple(
    Operation(
        path="/api/v1/compare" if name == "json" else f"/api/v1/compare.{name}",
        id=f"compare_{name}" if name != "json" else "compare",
        words=Label("مقایسهٔ دو طرف یا بیشتر", "Two sides or more compared")
        if name == "json"
        else Label("مقایسه به قالب {name}", "A comparison as {name}").format(name=name),
        answers={
            comparison_format.media_type.partition(";")[0]: ComparisonAnswer
            if comparison_format.media_type == JSON
            else None
        },
        parameters=(*PARAMETERS, *named(*SHAPING, "_lang")),
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
        stem, address = f"compare-{asked.dataset.slug}", request.get_full_path()
        headers["Content-Disposition"] = file_sources.attachment(
            file_sources.list_name(current_city, stem, address, name)
        )
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
