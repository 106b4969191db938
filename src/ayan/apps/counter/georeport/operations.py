"""What can be asked of GeoReport, for the description of the API; reports are sent to it by POST."""

from __future__ import annotations

from typing import Any, Final, TypedDict

from ayan.apps.counter.georeport.report_query import COMMON
from ayan.apps.counter.limits import FURTHEST_REPORT_PAGE, MOST_REPORTS_A_PAGE
from ayan.core.values.label import Label
from ayan.ui.api.operations import JSON, LANG, WORD, Operation, Parameter

_ROOT: Final = "/api/v1/open311"


class ReportError(TypedDict):
    """One cause of a refusal, as GeoReport says it, in both languages."""

    code: int
    description: str
    description_en: str
    description_fa: str
    reason: str
    parameter: str | None


_WORDS: Final = {
    "jurisdiction_id": Label("شهر؛ تنها همین یکی هست.", "The city; there is only this one."),
    "api_key": Label("لازم نیست.", "Not needed."),
    "service_request_id": Label("شماره‌ها، با ویرگول.", "Numbers, parted by commas."),
    "service_code": Label("کدهای خدمت، با ویرگول.", "Codes of services, parted by commas."),
    "start_date": Label("از این زمان.", "From this time on."),
    "end_date": Label("تا این زمان؛ تا ۹۰ روز پس از آغاز.", "Until this time; up to 90 days from the beginning."),
    "status": Label("open یا closed.", "open or closed."),
    "extensions": Label("معنایی ندارد و پذیرفته می‌شود.", "Taken, and without a meaning."),
}


def _parameter(name: str) -> Parameter:
    return LANG if name == "_lang" else Parameter(name, _WORDS[name], WORD)


def _count(name: str, words: Label, most: int) -> Parameter:
    return Parameter(name, words, {"type": "integer", "minimum": 1, "maximum": most})


_COMMON: Final = tuple(_parameter(name) for name in COMMON)
_QUERY: Final = (
    *_COMMON,
    *(_parameter(n) for n in ("service_request_id", "service_code", "start_date", "end_date", "status", "extensions")),
    _count("page", Label("چندمین صفحه.", "Which page."), FURTHEST_REPORT_PAGE),
    _count("page_size", Label("گزارش در هر صفحه.", "Reports a page."), MOST_REPORTS_A_PAGE),
)
_NUMBER: Final = Parameter("number", Label("شمارهٔ گزارش", "The number of a report"), WORD)
_SERVICE: Final = Parameter("code", Label("کد خدمت", "The code of a service"), WORD)
_ADDRESSES: Final[tuple[tuple[str, str, Label, dict[str, Any]], ...]] = (
    ("discovery", "georeport", Label("درگاه Open311 شهر", "The city’s Open311 service"), {"parameters": _COMMON}),
    (
        "services",
        "georeport_services",
        Label("آنچه می‌شود گزارش داد", "What can be reported"),
        {"parameters": _COMMON},
    ),
    (
        "services/{code}",
        "georeport_service",
        Label("آنچه یک گزارش می‌خواهد", "What a report asks for"),
        {"parameters": _COMMON, "parts": (_SERVICE,)},
    ),
    (
        "requests",
        "georeport_requests",
        Label("گزارش‌ها؛ گزارش تازه با POST", "Reports; a new one by POST"),
        {"parameters": _QUERY},
    ),
    (
        "requests/{number}",
        "georeport_request",
        Label("یک گزارش", "One report"),
        {"parameters": (*_COMMON, _parameter("extensions")), "parts": (_NUMBER,)},
    ),
)
OPERATIONS: Final = tuple(
    Operation(
        path=f"{_ROOT}/{path}.{output}",
        id=f"{name}_{output}",
        words=words,
        answers={media: None},
        refusals=(404,),
        refused=list[ReportError],
        tag="open311",
        **more,
    )
    for path, name, words, more in _ADDRESSES
    for output, media in (("json", JSON), ("xml", "text/xml"))
)
"""What can be read of it."""
