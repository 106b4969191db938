"""What every answer of the API has in common: open to all origins, tagged, read only, refusals as problem documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from ayan.core.query.answer import Standing, Unanswered
from ayan.core.query.problem import BadQuestion, Problem
from ayan.core.schema.definition import Label
from ayan.ui.keeping import keep

View = Callable[..., HttpResponseBase]

METHODS: Final = "GET, HEAD, OPTIONS"
OPEN: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Content-Disposition, Content-Range, Accept-Ranges",
}
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
    "cursor-expired": 410,
    "no-such-release": 404,
    "too-many-rows": 400,
}


class Missing(Exception):
    """The address names nothing."""

    def __init__(self, code: str, wording: Label) -> None:
        super().__init__(code)
        self.code = code
        self.wording = wording


def reading(view: View) -> View:
    """A view of the API: GET, HEAD and OPTIONS only, open to other origins, refusals as problem documents."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _answered(view, request, *args, **kwargs)
        for name, value in OPEN.items():
            response.headers[name] = value
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
        return problem(request, 404, missing.code, missing.wording)


def problem(
    request: HttpRequest, status: int, code: str, wording: Label, extra: Mapping[str, Any] | None = None
) -> HttpResponse:
    """A refusal after RFC 9457, in both languages; ``detail`` is in the one that ``_lang`` asks for."""
    document = {
        "type": f"/developers#{code}",
        "title": TITLES[status],
        "status": status,
        "detail": wording.of("en" if request.GET.get("_lang") == "en" else "fa"),
        "detail_fa": wording.fa,
        "detail_en": wording.en,
        **(extra or {}),
    }
    return HttpResponse(
        orjson.dumps(document),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


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
    request: HttpRequest, etag: str, body: Callable[[], bytes], headers: Mapping[str, str]
) -> HttpResponseBase:
    """A JSON document, made only when the reader has not got it; the door keeps it until something is published.

    So it may depend on its address and on what is published, and on nothing else.
    """
    known = not_modified(request, etag, headers)
    if known is not None:
        return known
    response = HttpResponse(body(), content_type="application/json")
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
    response = StreamingHttpResponse(_resumed(next(rest, b""), rest), content_type=media_type)
    return _dress(response, etag, headers)


def _resumed(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """The first piece and the rest; closing it closes the source, which holds a cursor and a timer."""
    try:
        yield first
        yield from rest
    finally:
        close = getattr(rest, "close", None)
        if close is not None:
            close()


def _dress(response: HttpResponseBase, etag: str, headers: Mapping[str, str]) -> HttpResponseBase:
    for name, value in {"ETag": etag, "Cache-Control": FRESH, **headers}.items():
        response.headers[name] = value
    return response


def links(standing: Standing, root: str) -> dict[str, str]:
    """The ``Link`` header: to the one release an answer comes from, or to the list of those it comes from."""
    if len(standing.releases) == 1:
        return {"Link": f'<{root}/releases/{standing.releases[0]}>; rel="canonical"'}
    return {"Link": f'<{root}/releases>; rel="describedby"'}


def parameters(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """The parameters in the order of the address, each as often as it stands there."""
    return [(name, text) for name, texts in request.GET.lists() for text in texts]
