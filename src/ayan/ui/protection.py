"""The guard at the door: headers that keep foreign scripts out of every page, and files that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse

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
PERMISSIONS = ", ".join(f"{sensor}=()" for sensor in SENSORS)


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
