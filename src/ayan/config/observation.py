"""What stands round the site: each request has a name, is counted and timed, and no fault leaves with its words."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse

from ayan.config.metrics import CITY, SiteMetrics
from ayan.config.wsgi_types import Environ, Headers, Site
from ayan.core.system import trace

HEADER: Final = "X-Request-ID"
VIEW: Final = "ayan.view"
"""Under which the site leaves the name of the view that answered, for whoever counts."""


_LOG: Final = logging.getLogger("ayan.faults")
_PLAIN: Final = "خطایی در سامانه رخ داد. شناسهٔ درخواست: {name}\nSomething went wrong on our side. Request: {name}\n"


class AnswerBrokenOff(Exception):
    """An answer could not be sent to its end; why stands in the record, without the words of the fault."""


class Observed:
    """A WSGI application round another one.

    With ``fronted`` the proxy in front has named the request (``X-Request-ID``), else it is named here. The name is
    given back with every answer, kept ones too, and stands in each line that is written meanwhile. With ``metrics``
    what is answered is counted.
    """

    def __init__(self, site: Site, *, fronted: bool, metrics: SiteMetrics | None = None) -> None:
        self._site = site
        self._fronted = fronted
        self._metrics = metrics

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._fronted else ""
        name = given if trace.is_id(given) else trace.new_id()
        began, status = time.perf_counter(), "500"

        def named(line: str, headers: Headers, *rest: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start(line, [*headers, (HEADER, name)], *rest)

        with trace.traced(name):
            try:
                answer = self._site(environ, named)
            except Exception:  # noqa: BLE001 - the server would print its words
                with trace.for_city(environ.get(CITY, "")):
                    _LOG.exception("a request was answered by no page")
                answer = _last_words(environ, name, named)
        if self._metrics is not None:
            self._metrics.answered(environ, status, time.perf_counter() - began)
        return answer if isinstance(answer, list) else _Pieces(answer, name, environ.get(CITY, ""))


class _Pieces:
    """The pieces of an answer that is sent as it is made, each made under the name of its request."""

    def __init__(self, answer: Iterable[bytes], name: str, city: str) -> None:
        self._answer = answer
        self._city = city
        self._pieces = iter(answer)
        self._name = name

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with trace.traced(self._name), trace.for_city(self._city):
            try:
                return next(self._pieces)
            except StopIteration:
                raise
            except Exception:  # noqa: BLE001 - the server would print its words
                _LOG.exception("an answer broke off")
        raise AnswerBrokenOff

    def close(self) -> None:
        """Called by the server when it is done."""
        close = getattr(self._answer, "close", None)
        if close is not None:
            with trace.traced(self._name):
                close()


def _last_words(environ: Environ, name: str, start: Callable[..., Any]) -> list[bytes]:
    """What is answered where not even the page of faults could be drawn."""
    if environ.get("PATH_INFO", "").startswith("/api/"):
        document = {"type": "/developers#fault", "title": "Internal Server Error", "status": 500, "request": name}
        kind, body = "application/problem+json", orjson.dumps(document)
    else:
        kind, body = "text/plain; charset=utf-8", _PLAIN.format(name=name).encode()
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    headers.append(("X-Content-Type-Options", "nosniff"))
    start("500 Internal Server Error", headers)
    return [body]


class ViewName:
    """Leaves the name of the view behind: it is one of the program's, whatever stands in the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        request.META[VIEW] = match.view_name.rpartition(":")[2].rpartition(".")[2] if match else "none"
        return response
