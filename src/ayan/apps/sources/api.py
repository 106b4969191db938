"""The door for systems: files are sent with a token, streamed to the disk, and asked after; no session, no cookie."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import orjson
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from ayan.apps.accounts import audit, login_attempts
from ayan.apps.accounts.policy import Denied, Subject
from ayan.apps.accounts.staff_middleware import unguarded
from ayan.apps.desk.files import uploads
from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.sources import refusals
from ayan.apps.sources.arrivals import IncomingFile, arrival_report, arrive
from ayan.apps.sources.limits import MOST_QUESTIONS, MOST_UPLOADS, MOST_WRONG
from ayan.apps.sources.models import Arrival, SourceToken
from ayan.apps.sources.refusals import SendingRefused
from ayan.apps.sources.source_types import upload
from ayan.core.intake.http_fetch import unfinished
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.system.files import PRIVATE_FOLDER, creating, make_folder
from ayan.ui import language
from ayan.ui.responses import refused
from ayan.wiring import city

_BEARER: Final = re.compile(r"Bearer +([!-~]{1,200}) *", re.IGNORECASE)
_KEY: Final = re.compile(r"[A-Za-z0-9._:-]{8,100}")
_PIECE: Final = 1 << 20


@unguarded
@csrf_exempt
def submissions(request: HttpRequest) -> HttpResponse:
    """POST: a file as the body (or a form's ``file``), with ``dataset``, ``period`` and ``name``."""
    return _answered(request, "POST", _sent)


@unguarded
@csrf_exempt
def submission(request: HttpRequest, which: int) -> HttpResponse:
    """GET: what became of a file."""
    return _answered(request, "GET", lambda request: _answer(request, which))


def _answered(request: HttpRequest, method: str, view: Any) -> HttpResponse:
    try:
        if request.method != method:
            raise refusals.WrongMethod
        response: HttpResponse = view(request)
    except SendingRefused as refusal:
        response = _problem(request, refusal)
        if isinstance(refusal, refusals.WrongMethod):
            response.headers["Allow"] = method
    except Denied as denied:
        # What a token still names, but its source may no longer do.
        about = denied.subject if audit.is_code(denied.subject) else Subject("unknown")
        audit.record(denied.actor, "policy.refused", about, tried=denied.verb)
        response = _problem(request, refusals.OutOfScope())
    except (MultiPartParserError, SuspiciousOperation, BadRequest):
        response = _problem(request, refusals.FormUnreadable())
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = "fa, en"
    return response


def _sent(request: HttpRequest) -> HttpResponse:
    token = _token(request, "submission.create", MOST_UPLOADS)
    key = request.headers.get("Idempotency-Key", "")
    if key and not _KEY.fullmatch(key):
        raise refusals.KeyOdd
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() or "Transfer-Encoding" in request.headers:
        raise refusals.LengthMissing
    # A form has its own lines around the file.
    if int(length) > settings.UPLOAD_BYTES + (_PIECE if _is_form(request) else 0):
        raise refusals.FileTooLarge
    with _received(request, int(length)) as (received, said):
        # What a form says is known only once it is read; what the address says is asked before.
        dataset = _dataset(token, said.get("dataset", ""))
        try:
            coming = IncomingFile(token.source, dataset, said.get("period") or None, received, token, key)
            became = arrive(coming)
        except CannotRead as refusal:
            raise refusals.PeriodOdd().worded(refusal) from None
    answer = {**arrival_report(became.arrival), "again": became.again}
    response = _json(answer, 200 if became.again else 201)
    response.headers["Location"] = answer["status"]
    return response


def _answer(request: HttpRequest, which: int) -> HttpResponse:
    token = _token(request, "submission.view", MOST_QUESTIONS)
    arrival = Arrival.objects.filter(pk=which, source=token.source, dataset__in=token.datasets).first()
    if arrival is None or arrival.submission is None:
        raise refusals.ArrivalUnknown
    return _json(arrival_report(arrival), 200)


def _token(request: HttpRequest, verb: str, most: int) -> SourceToken:
    """The token that is shown, if it is for this; counted, and refused beyond what one may ask."""
    shown = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    token = upload.token_for(shown[1]) if shown else None
    if token is None:
        # Nobody guesses 256 bits; this only keeps the noise down. So a right token passes whatever its neighbours do.
        counted = login_attempts.take(login_attempts.of_address(request, "source-token", MOST_WRONG))
        raise refusals.TokenRefused if counted else refusals.TooManyRequests
    if not login_attempts.take(login_attempts.of_name(f"source {verb}", str(token.pk), most)):
        raise refusals.TooManyRequests
    SourceToken.objects.filter(pk=token.pk).update(last_used_at=city.current().clock.now())
    if verb not in token.verbs:
        raise refusals.OutOfScope
    return token


def _dataset(token: SourceToken, slug: str) -> Dataset:
    """The dataset that a request names, if the token is for it; a wrong name and one out of reach look the same."""
    if slug not in token.datasets or slug not in token.source.datasets:
        raise refusals.DatasetUnknown
    try:
        return city.current().registry.get(slug)
    except KeyError:
        raise refusals.DatasetUnknown from None


def _is_form(request: HttpRequest) -> bool:
    return (request.content_type or "").lower() == "multipart/form-data"


@contextmanager
def _received(request: HttpRequest, length: int) -> Iterator[tuple[ReceivedFile, Mapping[str, str]]]:
    """The file of a request, on the disk, and what is said of it; the file goes with the ``with`` block."""
    try:
        if _is_form(request):
            with uploads.receiving(request, uploads.incoming(), settings.UPLOAD_BYTES) as handler:
                said = {**request.GET.dict(), **request.POST.dict()}
                if handler.too_large:
                    raise refusals.FileTooLarge
                if not handler.received or not handler.received[-1].size:
                    raise refusals.FileEmpty
                yield handler.received[-1], said
            return
        said = request.GET.dict()
        name = uploads.safe_name(said.get("name", "")) if said.get("name") else ""
        if not name:
            raise refusals.NameMissing
        received = _streamed(request, length, name)
        try:
            yield received, said
        finally:
            received.path.unlink(missing_ok=True)
    except UnreadablePostError:
        raise refusals.FileCutShort from None


def _streamed(request: HttpRequest, length: int, name: str) -> ReceivedFile:
    if not length:
        raise refusals.FileEmpty
    folder = uploads.incoming()
    make_folder(folder, mode=PRIVATE_FOLDER)
    path, digest, size = unfinished(folder), hashlib.sha256(), 0
    with creating(path) as out:
        while piece := request.read(_PIECE):
            size += len(piece)
            digest.update(piece)
            out.write(piece)
        if size != length:
            raise refusals.FileCutShort
    return ReceivedFile(path, digest.hexdigest(), size, name)


def _json(table: Mapping[str, Any], status: int) -> HttpResponse:
    return HttpResponse(orjson.dumps(table), status=status, content_type="application/json")


def _problem(request: HttpRequest, refusal: SendingRefused) -> HttpResponse:
    """A refusal after RFC 9457 in both languages."""
    lang = language.asked(request)
    document = {
        "type": f"/developers#{refusal.code}",
        "title": type(refusal).en,
        "status": refusal.status,
        "code": refusal.word,
        "detail": refusal.of(lang),
        "detail_fa": refusal.fa,
        "detail_en": refusal.en,
    }
    response = refused(HttpResponse(orjson.dumps(document), content_type="application/problem+json"), refusal)
    if isinstance(refusal, refusals.TokenRefused):
        response.headers["WWW-Authenticate"] = 'Bearer realm="ayan"'
    return response
