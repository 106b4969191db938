"""The addresses of GeoReport: discovery, services, reports as everybody sees them, new reports, and codes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from ayan.apps.catalog import page_context
from ayan.apps.counter import case_access, receipt_text, uploads
from ayan.apps.counter.codes import TooManyCodes
from ayan.apps.counter.georeport import output as outputs
from ayan.apps.counter.georeport import refusals, report_filing, service_list
from ayan.apps.counter.georeport.output import MEDIA_TYPES, Output
from ayan.apps.counter.georeport.report_filing import TakenReport
from ayan.apps.counter.georeport.report_query import COMMON, ReportQuery, check_known
from ayan.apps.counter.georeport.service_requests import as_requests
from ayan.apps.counter.limits import (
    LARGEST_ATTACHMENTS,
    LARGEST_REPORT_KB,
    REPORT_FRAME_KB,
)
from ayan.apps.counter.models import Case
from ayan.apps.counter.replies.views import may_try
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.api.responses import OPEN
from ayan.ui.responses import PageView, refuse_elsewhere
from ayan.ui.value_html import plain_day
from ayan.wiring import city

ROOT: Final = "/api/v1/open311"
SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
CHANGED: Final = "2026-11-30T00:00:00Z"
"""When these addresses were last made otherwise."""
_FORM: Final = "application/x-www-form-urlencoded"
_PARTS: Final = "multipart/form-data"
_READS: Final = ("GET", "HEAD")
_NOTICE: Final = Label(
    "کد پیگیری: {code}. آن را نگه دارید؛ جای دیگری نیست. پیگیری: {address}",
    "Tracking code: {code}. Keep it; it stands nowhere else. Follow it at {address}",
)
_DUE: Final = Label("پاسخ تا {day}.", "An answer by {day}.")
_CHECKED: Final = Label(
    "آنچه نوشته شد پس از بررسی یک کارمند منتشر می‌شود.", "The words are published once an officer has checked them."
)
_PERSONAL: Final = Label(
    "در «{field}» چیزی مانند {kind} هست؛ پیش از انتشار برداشته می‌شود.",
    "“{field}” holds what looks like this: {kind}. It is taken out before anything is published.",
)


def _reports(*methods: str) -> Callable[[PageView], PageView]:
    """A view of these addresses: its answers and refusals in the form that the ending of the address says."""

    def dressed(view: PageView) -> PageView:
        @csrf_exempt
        @sensitive_post_parameters()
        @wraps(view)
        def answered(request: HttpRequest, **parts: str) -> HttpResponse:
            output: Output = "xml" if request.path.endswith(".xml") else "json"
            response = _answered(view, methods, request, output, parts)
            if request.method != "POST":
                for name, value in OPEN.items():
                    response.headers[name] = value
            response.headers["Content-Language"] = "fa, en"
            return response

        return answered

    return dressed


def _answered(
    view: PageView, methods: tuple[str, ...], request: HttpRequest, output: Output, parts: dict[str, str]
) -> HttpResponse:
    try:
        if request.method not in methods:
            raise refusals.ReportMethodWrong
        if parts.pop("output", output) not in MEDIA_TYPES:
            raise refusals.ReportOutputUnknown
        _check_jurisdiction(request)
        return view(request, output, **parts)
    except Refusal as refusal:
        response = outputs.errors(output, refusal)
        if isinstance(refusal, refusals.ReportMethodWrong):
            response.headers["Allow"] = ", ".join(methods)
        return response
    except PermissionDenied:
        return outputs.errors(output, refusals.ReportFromElsewhere())
    except (MultiPartParserError, SuspiciousOperation, UnicodeDecodeError):
        return outputs.errors(output, refusals.ReportBodyOdd())


def _own_jurisdiction(request: HttpRequest) -> str:
    return city.current().profile.domain or request.get_host().partition(":")[0]


def _check_jurisdiction(request: HttpRequest) -> None:
    """Raise NoSuchJurisdiction where another is named; the parameters of a report are looked at once they are read."""
    named, own = request.GET.get("jurisdiction_id", ""), _own_jurisdiction(request)
    if named and named.strip().lower() != own.lower():
        raise refusals.NoSuchJurisdiction


@_reports(*_READS)
def discovery(request: HttpRequest, output: Output) -> HttpResponse:
    """Where the service stands and which forms it speaks."""
    check_known(request.GET, *COMMON)
    site, profile = page_context.site(request), city.current().profile
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{site}{ROOT}",
        "changeset": CHANGED,
        "type": "test" if profile.demo else "production",
        "formats": ["application/json", "text/xml"],
    }
    content = {
        "changeset": CHANGED,
        "contact": f"{site}/contact",
        "key_service": "No key is needed. / کلیدی لازم نیست.",
        "jurisdiction_id": _own_jurisdiction(request),
        "endpoints": [endpoint],
    }
    return outputs.answer(output, "discovery", content)


@_reports(*_READS)
def services(request: HttpRequest, output: Output) -> HttpResponse:
    """Everything that can be reported."""
    check_known(request.GET, *COMMON)
    lang = language.asked(request)
    return outputs.answer(output, "services", [each.as_json(lang) for each in service_list.services().values()])


@_reports(*_READS)
def service(request: HttpRequest, output: Output, code: str) -> HttpResponse:
    """What one service asks for."""
    check_known(request.GET, *COMMON)
    known = service_list.services().get(code)
    if known is None:
        raise refusals.NoSuchService
    return outputs.answer(output, "service_definition", known.definition(language.asked(request)))


@_reports(*_READS, "POST")
def requests(request: HttpRequest, output: Output) -> HttpResponse:
    """Reports as everybody sees them; a new one by POST."""
    if request.method == "POST":
        return _filed(request, output)
    query = ReportQuery.read(request.GET)
    return outputs.answer(output, "service_requests", list(as_requests(query.cases(), language.asked(request))))


@_reports(*_READS)
def request_of(request: HttpRequest, output: Output, number: str) -> HttpResponse:
    """One report as everybody sees it."""
    check_known(request.GET, *COMMON, "extensions")
    return outputs.answer(output, "service_requests", list(as_requests([_case(number)], language.asked(request))))


def _case(number: str) -> Case:
    case = case_access.numbered(case_access.number_of(number))
    if case is None or case.kind not in service_list.report_kinds():
        raise refusals.NoSuchReport
    return case


@_reports(*_READS)
def token(request: HttpRequest, output: Output, code: str) -> HttpResponse:
    """The number of the report that was filed under a code."""
    check_known(request.GET, *COMMON)
    text, _, ending = code.rpartition(".")
    if ending not in MEDIA_TYPES:
        raise refusals.ReportOutputUnknown
    if not may_try(request):
        raise TooManyCodes
    case = case_access.by_code(text)
    if case is None or case.kind not in service_list.report_kinds():
        raise refusals.NoSuchReport
    return outputs.answer(output, "service_requests", [{"service_request_id": case.number, "token": text}])


# --- a new report -----------------------------------------------------------------------------------------------------


def _filed(request: HttpRequest, output: Output) -> HttpResponse:
    refuse_elsewhere(request)
    _check_body(request)
    files = uploads.receiving(request)
    named, own = request.POST.get("jurisdiction_id", ""), _own_jurisdiction(request)
    if named and named.strip().lower() != own.lower():
        raise refusals.NoSuchJurisdiction
    lang = locale.known(request.POST.get("_lang") or request.GET.get("_lang"))
    taken = report_filing.take(request, files, lang)
    receipt = receipt_text.of(taken.receipt.case, lang, request, taken.receipt.code)
    answered = {
        "service_request_id": receipt.number,
        "service_notice": " ".join(label.of(lang) for label in _notice(taken, receipt.code, receipt.address, lang)),
        "account_id": None,
        "tracking_code": receipt.code,
        "tracking_url": receipt.address,
    }
    return outputs.answer(output, "service_requests", [answered])


def _notice(taken: TakenReport, code: str, address: str, lang: str) -> list[Label]:
    due = taken.receipt.case.due_on
    said = [_NOTICE.format(code=code, address=address)]
    said += [_DUE.format(day=plain_day(due, lang))] if due is not None else []
    return [*said, _CHECKED, *(_PERSONAL.format(field=title, kind=kind) for title, kind in taken.personal)]


def _check_body(request: HttpRequest) -> None:
    """Raise a Refusal before anything is read for what is no form, or is larger than one may be.

    No XML is read here at all: the standard sends reports as forms, and answers in XML.
    """
    if request.content_type not in (_FORM, _PARTS):
        raise refusals.ReportBodyOdd
    most = LARGEST_REPORT_KB if request.content_type == _FORM else (LARGEST_ATTACHMENTS >> 10) + REPORT_FRAME_KB
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or int(length) > min(most << 10, settings.UPLOAD_BYTES):
        raise refusals.ReportTooLarge
