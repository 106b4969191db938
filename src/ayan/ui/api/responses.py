"""What every answer of the API has in common: tags, links, addresses, refusals as problem documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, Protocol

import orjson
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.query.answer import ReleaseWithdrawn, RowErased, Unanswered
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.objects import NotInStore
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import codes
from ayan.core.values.refusal import Refusal, Wording
from ayan.datasets.registry import Registry
from ayan.ui import language
from ayan.ui.responses import keep, refused

ROOT: Final = "/api/v1/datasets"
NO_DATASET: Final = Label("داده‌ای به این نام نیست.", "There is no dataset of this name.")
NO_RELEASE: Final = Label("چنین انتشاری نیست.", "There is no such release.")
NO_FORMAT: Final = Label("این قالب نیست. قالب‌ها: {formats}.", "There is no such format. Formats: {formats}.")
ApiView = Callable[..., HttpResponseBase]

READS: Final = ("GET", "HEAD", "OPTIONS")
OPEN: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Content-Disposition, Content-Range, Accept-Ranges, Retry-After",
}
DESCRIPTION: Final = "/api/v1/openapi.json"
# Everything is asked for again each time, and answered without a body while it is the same. A file of a release never
# changes, but may be withdrawn, and what a cache on the way had leave to keep could then not be called back.
FRESH: Final = "public, max-age=0, must-revalidate"
# Part of every tag: raised when the shape of answers changes, so that no cache serves the old one.
SHAPE: Final = "2"

TITLES: Final[Mapping[int, str]] = {
    400: "The question is not valid",
    404: "Not found",
    405: "Only reading is possible here",
    410: "No longer kept",
    413: "Too much for one request",
    416: "The range cannot be served",
    503: "Not answered in time",
}
FAILED: Final = Label("پرونده نیمه‌کاره ماند. دوباره بگیرید.", "The file broke off. Fetch it again.")


def dataset_of(registry: Registry, slug: str) -> Dataset:
    """The dataset of an address; NotFound when there is none."""
    try:
        return registry.get(slug)
    except DatasetDamaged:
        raise
    except (KeyError, DeclarationError):
        # A broken declaration is for the operator (ayan doctor says what is wrong); nobody is served by halves.
        raise NotFound("no-such-dataset", NO_DATASET) from None


def release_of(store: ReleaseStore, slug: str, period: str, number: int) -> Release:
    """The release of an address; NotFound when there is none."""
    try:
        return store.release(slug, period, number)
    except (NotInStore, ValueError):
        raise NotFound("no-such-release", NO_RELEASE) from None


def root_of(dataset: Dataset) -> str:
    """The address of a dataset."""
    return f"{ROOT}/{dataset.slug}"


def no_format(formats: Iterable[str]) -> NotFound:
    """The refusal of an ending that is not a format here."""
    return NotFound("no-such-format", NO_FORMAT.format(formats=", ".join(formats)))


def only(request: HttpRequest, *known: str) -> None:
    """Refuse parameters that mean nothing at an address, and all but the right values of the language."""
    problems = [problem("unknown-parameter", name, known) for name in request.GET if name not in known]
    problems += [problem("repeated", name) for name in known if len(request.GET.getlist(name)) > 1]
    lang = request.GET.get("_lang")
    if "_lang" in known and lang not in (None, *codes()):
        problems.append(problem("not-allowed", "_lang", codes()))
    if problems:
        raise BadQuestion(problems)


def parameters(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """The parameters in the order of the address, each as often as it stands there."""
    return [(name, text) for name, texts in request.GET.lists() for text in texts]


def links(dataset: Dataset, releases: Sequence[str] = ()) -> dict[str, str]:
    """The ``Link`` header of an answer about a dataset: to the one release it comes from, or to the list of releases,
    and to what describes the columns."""
    root = root_of(dataset)
    first = f'<{root}/releases/{releases[0]}>; rel="canonical"' if len(releases) == 1 else None
    return {"Link": ", ".join([first or f'<{root}/releases>; rel="describedby"', f'<{root}>; rel="describedby"'])}


class NotFound(Refusal):
    """The address names nothing; ``extra`` is what the problem document says besides."""

    code = "not-found"
    fa = "در این نشانی چیزی نیست."
    en = "There is nothing at this address."
    status = 404

    def __init__(self, code: str, wording: Wording, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(code=code)
        self.worded(wording)
        self.extra = extra


class MethodNotAllowed(Refusal):
    """The address was asked to change something."""

    code = "method"
    fa = "این نشانی فقط خواندنی است."
    en = "This address can only be read."
    status = 405


class RequestUnreadable(Refusal):
    """The request is none that could be answered, as one with thousands of parameters."""

    code = "bad-request"
    fa = "درخواست خواندنی نیست. پارامترها را کم کنید."
    en = "The request cannot be read. Give fewer parameters."
    status = 400


class CityFault(Refusal):
    """Something went wrong on our side; the document tells the code under which it was written down."""

    code = "fault"
    fa = "خطایی در سامانه رخ داد و ثبت شد. کمی بعد دوباره بخواهید و اگر ماند، شناسهٔ code را برای ما بفرستید."
    en = "Something went wrong on our side and was recorded. Ask again later; if it stays, send us the code."
    status = 500


class DatabaseAway(Refusal):
    """What was asked for needs the database of officers and their work, and that does not answer."""

    code = "database-away"
    fa = "این بخش فعلاً در دسترس نیست. کمی بعد دوباره بخواهید؛ آنچه منتشر شده برپاست."
    en = "This part is not available for the moment. Ask again later; what is published is there."
    status = 503


# Addresses below which programs ask, who can do nothing with a page.
_PROGRAMS: Final = (
    "/api/", "/desk/api/", "/log/checkpoint", "/log/tile/", "/log/proof/", "/log/vkey", "/log/anchor",
    "/catalog.", "/data.json", "/.well-known/", "/websub",
)  # fmt: skip


def is_for_programs(path: str) -> bool:
    """Whether an address answers programs: its refusals and faults are problem documents."""
    return path.startswith(_PROGRAMS)


def reading(view: ApiView) -> ApiView:
    """A view of the API: GET, HEAD and OPTIONS only, open to other origins, refusals as problem documents."""
    return _open(view, READS)


def questioned(view: ApiView) -> ApiView:
    """The same, of which a form may ask by POST, too: for questions that are too long for an address."""
    return _open(view, (*READS, "POST"))


def _open(view: ApiView, methods: Sequence[str]) -> ApiView:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _answered(view, methods, request, *args, **kwargs)
        for name, value in OPEN.items():
            response.headers[name] = value
        more = f'<{DESCRIPTION}>; rel="service-desc"'
        response.headers["Link"] = f"{response.headers['Link']}, {more}" if "Link" in response.headers else more
        response.headers.setdefault("Content-Language", "fa, en")
        return response

    # Nothing here changes anything, so a POST is told so by us and not turned away as a forgery.
    return csrf_exempt(answered)


def _answered(
    view: ApiView, methods: Sequence[str], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    if request.method == "OPTIONS":
        headers = {
            "Allow": ", ".join(methods),
            "Access-Control-Allow-Methods": ", ".join(methods),
            "Access-Control-Allow-Headers": "If-None-Match, If-Range, Range",
            "Access-Control-Max-Age": "86400",
        }
        return HttpResponse(status=204, headers=headers)
    if request.method not in methods:
        response = problem_document(request, MethodNotAllowed())
        response.headers["Allow"] = ", ".join(methods)
        return response
    try:
        return view(request, *args, **kwargs)
    except Refusal as refusal:
        if refusal.status == HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(refusal, DatasetDamaged | BucketFault):
            # The operator must see it, as any other fault of the city's own; and what can do without a dataset does.
            raise
        return problem_document(request, refusal)
    except SuspiciousOperation:
        return problem_document(request, RequestUnreadable())


def problem_document(request: HttpRequest, refusal: Refusal, extra: Mapping[str, Any] | None = None) -> HttpResponse:
    """A refusal after RFC 9457, in both languages; ``detail`` is in the one that ``_lang`` asks for."""
    document = {
        "type": f"/developers#{refusal.code}",
        "title": TITLES.get(refusal.status) or HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.of(_lang(request)),
        "detail_fa": refusal.fa,
        "detail_en": refusal.en,
        **_details(refusal),
        **(extra or {}),
    }
    headers = {"Cache-Control": "no-store"}
    response = HttpResponse(orjson.dumps(document), content_type="application/problem+json", headers=headers)
    return refused(response, refusal)


def _details(refusal: Refusal) -> Mapping[str, Any]:
    """What the document says of some refusals besides: of a question, every problem, the first as its own."""
    match refusal:
        case BadQuestion(problems=problems):
            return {**problems[0].as_json(), "problems": [each.as_json() for each in problems]}
        case ReleaseWithdrawn(reason=reason) | RowErased(reason=reason):
            return {"reason": reason}
        case NotFound(extra=extra) if extra is not None:
            return extra
    return {}


def _lang(request: HttpRequest) -> str:
    try:
        return language.asked(request)
    except SuspiciousOperation:
        return locale.DEFAULT.code


def tag(*parts: str) -> str:
    """A strong entity tag over everything that decides an answer."""
    return f'"{hashlib.sha256(chr(0).join((SHAPE, *parts)).encode()).hexdigest()[:32]}"'


def not_modified(request: HttpRequest, etag: str, headers: Mapping[str, str]) -> HttpResponseBase | None:
    """The answer without a body for who has it already; None for who has not."""
    response = get_conditional_response(request, etag=etag)
    if response is not None:
        _dress(response, etag, headers)
    return response


def document(
    request: HttpRequest,
    etag: str,
    body: Callable[[], bytes],
    headers: Mapping[str, str],
    media_type: str = "application/json",
) -> HttpResponseBase:
    """A document, made only when the reader has not got it; the response cache keeps it until something is published.

    So it may depend on its address and on what is published, and on nothing else.
    """
    known = not_modified(request, etag, headers)
    if known is not None:
        return known
    response = HttpResponse(body(), content_type=media_type)
    return keep(_dress(response, etag, headers))


class StreamedFormat(Protocol):
    """What a file that is sent as it is made needs of its format."""

    @property
    def media_type(self) -> str:
        """As a header says it."""

    @property
    def broken(self) -> Callable[[Wording], bytes] | None:
        """The last line of a text that breaks off; None where the format has no lines."""


def streamed(
    request: HttpRequest,
    etag: str,
    pieces: Callable[[], Iterator[bytes]],
    file_format: StreamedFormat,
    headers: Mapping[str, str],
) -> HttpResponseBase:
    """A file sent as it is made. Its first piece is waited for, so that what goes wrong early is a refusal."""
    known = not_modified(request, etag, headers)
    if known is not None:
        return known
    if request.method == "HEAD":
        return _dress(HttpResponse(content_type=file_format.media_type), etag, headers)
    rest = pieces()
    lines = _resumed(next(rest, b""), rest, file_format.broken)
    response = StreamingHttpResponse(lines, content_type=file_format.media_type)
    return _dress(response, etag, headers)


def _resumed(first: bytes, rest: Iterator[bytes], mark: Callable[[Wording], bytes] | None) -> Iterator[bytes]:
    """The first piece and the rest; closing it closes the source, which holds a cursor and a timer.

    The server ends a broken answer as if it were whole, so a text that breaks off says so in its last line.
    """
    try:
        yield first
        yield from rest
    except Exception as fault:
        if mark is not None:
            yield mark(fault if isinstance(fault, Unanswered) else FAILED)
        raise
    finally:
        close = getattr(rest, "close", None)
        if close is not None:
            close()


def _dress(response: HttpResponseBase, etag: str, headers: Mapping[str, str]) -> HttpResponseBase:
    for name, value in {"ETag": etag, "Cache-Control": FRESH, **headers}.items():
        response.headers[name] = value
    return response
