"""The pages for what cannot be shown: a question not understood, an address that leads nowhere, our own fault."""

from __future__ import annotations

import logging
import secrets
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from ayan.ui import language

RECORD: Final = logging.getLogger("ayan.faults")


def _page(request: HttpRequest, status: int) -> HttpResponse:
    response = render(request, f"errors/{status}.html", status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    # The host may be the very thing that is wrong, so this page is drawn without the frame that asks for it.
    return _plain(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page shows a code that stands in the record beside the fault, so that a reader's report can be matched."""
    code = secrets.token_hex(4)
    RECORD.error("fault %s was shown at %s", code, request.path)
    return _plain(request, 500, code=code)


def _plain(request: HttpRequest, status: int, **more: str) -> HttpResponse:
    """A page that asks nothing of the city, for when asking is what failed."""
    lang = language.of(request)
    context = {**language.frame(lang), **more}
    # What is wrong may have stopped the request before the page's language was spoken.
    page = language.marked(render_to_string(f"errors/{status}.html", context))
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
