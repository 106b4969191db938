"""The language of a page: decided by its address alone, never by cookie, browser or session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import translation

Lang = Literal["fa", "en"]
ENGLISH = "/en/"


def of(request: HttpRequest) -> Lang:
    """``en`` for an address under /en/, else ``fa``."""
    return "en" if (request.path_info + "/").startswith(ENGLISH) else "fa"


def other_address(request: HttpRequest) -> str:
    """The address of the same page, with the same filters, in the other language."""
    path = request.get_full_path()
    return path.removeprefix("/en") or "/" if of(request) == "en" else "/en" + path


class Language:
    """Speaks the address's language while the request passes, also in Django's own sentences."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lang = of(request)
        with translation.override(lang):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", lang)
        return response
