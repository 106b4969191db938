"""How answers leave as HTTP: their headers, a refusal with its status, and what may be kept whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ayan.core.values.refusal import Refusal

# No inline script or style is allowed anywhere, so a cell that slips through escaping still cannot run.
RULES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join(RULES)
SENSORS = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
PageView = Callable[..., HttpResponse]
"""What draws a page for a request."""
AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)


def permissions(*asked: str) -> str:
    """The permissions policy of a page that may ask for these sensors, and for no other."""
    return ", ".join(f"{sensor}={'(self)' if sensor in asked else '()'}" for sensor in SENSORS)


PERMISSIONS = permissions()


class Protection:
    """Sets the content security policy and the permissions policy on every answer that has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class NoFiles(FileUploadHandler):
    """Takes the fields of a form and none of its files; a view that wants a file sets a handler of its own."""

    def new_file(self, *_args: Any, **_more: Any) -> NoReturn:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> NoReturn:  # noqa: ARG002 - Django's signature
        raise SkipFile

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 - Django's signature
        return None


def refused(answer: AnyResponse, refusal: Refusal) -> AnyResponse:
    """The answer that tells of a refusal, with its status and, where waiting helps, ``Retry-After`` in seconds."""
    answer.status_code = refusal.status
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    # The kind alone: the refusal itself would keep alive whatever its traceback passed through.
    answer.refusal = type(refusal)  # type: ignore[attr-defined]  # Django's class has no place for a mark of ours
    return answer


def tells_of(answer: object, *kinds: type[Refusal]) -> bool:
    """Whether an answer tells of a refusal of one of these kinds."""
    kind = getattr(answer, "refusal", None)
    return kind is not None and issubclass(kind, kinds)


def keep(answer: AnyResponse) -> AnyResponse:
    """Mark an answer that depends on its address and the site version (`ayan.wiring.site_version`) and on nothing else.

    Nothing else means: not on who asks, on a cookie but the choice of light or dark (`ayan.ui.colour_scheme`), on the
    clock within a day, or on what stands in the database.
    """
    answer.may_be_kept = True  # type: ignore[attr-defined]  # Django's class has no place for a mark of ours
    return answer


def private(answer: AnyResponse) -> AnyResponse:
    """Mark an answer that changes from day to day or is for one reader: kept by nobody, found by no search engine."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def refuse_elsewhere(request: HttpRequest) -> None:
    """Refuse a form that a page of another site sent, where no cookie tells it. Raises PermissionDenied."""
    origin = request.headers.get("Origin", "")
    elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    if elsewhere or (origin and origin.partition("://")[2] != request.get_host()):
        raise PermissionDenied


def is_marked(answer: object) -> bool:
    """Whether an answer carries the mark."""
    return getattr(answer, "may_be_kept", False) is True
