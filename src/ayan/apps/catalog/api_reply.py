"""What every answer of the API has in common: open to all origins, tagged, read only, refusals as problem documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, Final

import orjson
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion, Problem
from ayan.core.schema.definition import Label
from ayan.core.values import locale
from ayan.ui import language
from ayan.ui.keeping import keep

View = Callable[..., HttpResponseBase]

METHODS: Final = "GET, HEAD, OPTIONS"
OPEN: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Content-Disposition, Content-Range, Accept-Ranges, Retry-After",
}
DESCRIPTION: Final = "/api/v1/openapi.json"
# Seconds after which somebody who asked too much may ask again, hopefully for less.
RETRY_AFTER: Final = "120"
# Everything is asked for again each time, and answered without a body while it is the same. A file of a release never
# changes, but may be withdrawn, and what a cache on the way had leave to keep could then not be called back.
FRESH: Final = "public, max-age=0, must-revalidate"
# Part of every tag: raised when the shape of answers changes, so that no cache serves the old one.
SHAPE: Final = "1"

TITLES: Final[Mapping[int, str]] = {
    400: "The question is not valid",
    404: "Not found",
    405: "Only reading is possible here",
    410: "No longer kept",
    416: "The range cannot be served",
    503: "Not answered in time",
}
STATUS: Final[Mapping[str, int]] = {
    "withdrawn": 410,
    "erased": 410,
    "cursor-expired": 410,
    "no-such-release": 404,
    "too-many-rows": 400,
    "too-large": 400,
}


BAD_REQUEST: Final = Label(
    "درخواست خواندنی نیست. پارامترها را کم کنید.", "The request cannot be read. Give fewer parameters."
)
FAILED: Final = Label("پرونده نیمه‌کاره ماند. دوباره بگیرید.", "The file broke off. Fetch it again.")


class Missing(Exception):
    """The address names nothing; ``extra`` is what the problem document says besides."""

    def __init__(self, code: str, wording: Label, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.wording = wording
        self.extra = extra


def reading(view: View) -> View:
    """A view of the API: GET, HEAD and OPTIONS only, open to other origins, refusals as problem documents."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _answered(view, request, *args, **kwargs)
        for name, value in OPEN.items():
            response.headers[name] = value
        more = f'<{DESCRIPTION}>; rel="service-desc"'
        response.headers["Link"] = f"{response.headers['Link']}, {more}" if "Link" in response.headers else more
        response.headers.setdefault("Content-Language", "fa, en")
        return response

    # Nothing here changes anything, so a POST is told so by us and not turned away as a forgery.
    return csrf_exempt(answered)


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    if request.method == "OPTIONS":
        headers = {
            "Allow": METHODS,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": "If-None-Match, If-Range, Range",
            "Access-Control-Max-Age": "86400",
        }
        return HttpResponse(status=204, headers=headers)
    if request.method not in ("GET", "HEAD"):
        words = Label("این نشانی فقط خواندنی است.", "This address can only be read.")
        response = problem(request, 405, "method", words)
        response.headers["Allow"] = METHODS
        return response
    try:
        return view(request, *args, **kwargs)
    except BadQuestion as bad:
        return bad_question(request, bad)
    except Unanswered as none:
        extra = {"reason": none.reason} if hasattr(none, "reason") else {}
        return problem(request, STATUS.get(none.code, 503), none.code, Label(none.fa, none.en), extra)
    except Missing as missing:
        return problem(request, 404, missing.code, missing.wording, missing.extra)
    except SuspiciousOperation:
        return problem(request, 400, "bad-request", BAD_REQUEST)


def problem(
    request: HttpRequest, status: int, code: str, wording: Label, extra: Mapping[str, Any] | None = None
) -> HttpResponse:
    """A refusal after RFC 9457, in both languages; ``detail`` is in the one that ``_lang`` asks for."""
    document = {
        "type": f"/developers#{code}",
        "title": TITLES[status],
        "status": status,
        "detail": wording.of(_lang(request)),
        "detail_fa": wording.fa,
        "detail_en": wording.en,
        **(extra or {}),
    }
    headers = {"Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = RETRY_AFTER
    return HttpResponse(orjson.dumps(document), status=status, content_type="application/problem+json", headers=headers)


def _lang(request: HttpRequest) -> str:
    try:
        return language.asked(request)
    except SuspiciousOperation:
        return locale.DEFAULT.code


def bad_question(request: HttpRequest, bad: BadQuestion) -> HttpResponse:
    """The first problem as the document's own, and every problem in ``problems``."""
    first: Problem = bad.problems[0]
    extra = {**first.as_json(), "problems": [one.as_json() for one in bad.problems]}
    return problem(request, 400, first.code, Label(first.fa, first.en), extra)


def tag(*parts: str) -> str:
    """A strong entity tag over everything that decides an answer."""
    return f'"{hashlib.sha256(chr(0).join((SHAPE, *parts)).encode()).hexdigest()[:32]}"'


def not_modified(request: HttpRequest, etag: str, headers: Mapping[str, str]) -> HttpResponseBase | None:
    """The answer without a body for who has it already; None for who has not."""
    found = get_conditional_response(request, etag=etag)
    if found is not None:
        _dress(found, etag, headers)
    return found


def document(
    request: HttpRequest,
    etag: str,
    body: Callable[[], bytes],
    headers: Mapping[str, str],
    media_type: str = "application/json",
) -> HttpResponseBase:
    """A document, made only when the reader has not got it; the door keeps it until something is published.

    So it may depend on its address and on what is published, and on nothing else.
    """
    known = not_modified(request, etag, headers)
    if known is not None:
        return known
    response = HttpResponse(body(), content_type=media_type)
    return keep(_dress(response, etag, headers))


def streamed(
    request: HttpRequest, etag: str, pieces: Callable[[], Iterator[bytes]], media_type: str, headers: Mapping[str, str]
) -> HttpResponseBase:
    """A file sent as it is made. Its first piece is waited for, so that what goes wrong early is a refusal."""
    known = not_modified(request, etag, headers)
    if known is not None:
        return known
    if request.method == "HEAD":
        return _dress(HttpResponse(content_type=media_type), etag, headers)
    rest = pieces()
    mark = BROKEN.get(media_type.partition(";")[0])
    response = StreamingHttpResponse(_resumed(next(rest, b""), rest, mark), content_type=media_type)
    return _dress(response, etag, headers)


def _resumed(first: bytes, rest: Iterator[bytes], mark: Callable[[Label], bytes] | None) -> Iterator[bytes]:
    """The first piece and the rest; closing it closes the source, which holds a cursor and a timer.

    The server ends a broken answer as if it were whole, so a text that breaks off says so in its last line.
    """
    try:
        yield first
        yield from rest
    except Exception as fault:
        if mark is not None:
            yield mark(Label(fault.fa, fault.en) if isinstance(fault, Unanswered) else FAILED)
        raise
    finally:
        close = getattr(rest, "close", None)
        if close is not None:
            close()


def _broken_line(wording: Label) -> bytes:
    """A line of NDJSON that is no row: it has none of a row's members."""
    return orjson.dumps({"incomplete": {"detail_fa": wording.fa, "detail_en": wording.en}}) + b"\n"


def _broken_cells(wording: Label) -> bytes:
    """A line of CSV with more cells than any line before it, so that strict readers stumble over it as well."""
    return f'\n"INCOMPLETE: {wording.en}","{wording.fa}"{"," * 2_000}\n'.encode()


BROKEN: Final[Mapping[str, Callable[[Label], bytes]]] = {
    "application/x-ndjson": _broken_line,
    "text/csv": _broken_cells,
}


def _dress(response: HttpResponseBase, etag: str, headers: Mapping[str, str]) -> HttpResponseBase:
    for name, value in {"ETag": etag, "Cache-Control": FRESH, **headers}.items():
        response.headers[name] = value
    return response
