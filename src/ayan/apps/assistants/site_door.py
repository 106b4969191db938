"""The site as assistants ask it: the same addresses, answers, limits and refusals that every other program meets."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes, urlencode

from ayan.apps.assistants.limits import LARGEST_ANSWER
from ayan.core.query.question_parser import Parameters
from ayan.core.values.refusal import Refusal

InnerSite = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# What is handed on of a caller's request: by these the site knows who asks, and under which name it is written down.
HANDED_ON: Final = ("host", "x-real-ip", "x-forwarded-proto", "x-request-id")
_JSON: Final = ("application/json", "application/problem+json", "application/schema+json")


class AnswerTooLarge(Refusal):
    """An answer is larger than an assistant can read."""

    code = "answer-too-large"
    fa = "پاسخ برای یک دستیار بزرگ است. شرط بیشتری بگذارید یا ردیف کمتری بخواهید."
    en = "The answer is too large for an assistant. Add conditions, or ask for fewer rows."
    status = 413


class SiteFault(Refusal):
    """The site did not answer as it should; what happened stands in its own record."""

    code = "site-fault"
    fa = "سامانه نتوانست پاسخ بدهد و این ثبت شد. کمی بعد دوباره بپرسید."
    en = "The site could not answer, and this was recorded. Ask again later."
    status = 500


class SiteRefusal(Exception):
    """The site refused a question; ``document`` is its problem document (RFC 9457), in both languages."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(document.get("detail_en", ""))
        self.document = document


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the address at the other end of the line, the scheme, and the headers by which the site knows both."""

    address: str
    scheme: str
    headers: Mapping[str, str]

    @property
    def root(self) -> str:
        """The address of the site as the caller wrote it."""
        forwarded = self.headers.get("x-forwarded-proto", "")
        scheme = forwarded if forwarded in ("http", "https") else self.scheme
        return f"{scheme}://{self.headers.get('host', '')}"


CALLER: Final[ContextVar[Caller]] = ContextVar("caller")
"""Who asked what is being answered; set where a request comes in."""


class SiteDoor:
    """Asks the site within this process, in the turn and with the share of the caller."""

    def __init__(self, site: InnerSite) -> None:
        self._site = site

    def get(self, caller: Caller, path: str, parameters: Parameters = ()) -> dict[str, Any]:
        """The JSON at an address of the site. Raises SiteRefusal with what the site says of why there is none.

        Raises AnswerTooLarge and SiteFault, too.
        """
        status, media_type, body = self._sent(caller, path, parameters)
        if media_type not in _JSON:
            raise SiteFault
        # Exact: an average keeps its decimals, whatever their number.
        document: dict[str, Any] = json.loads(body, parse_float=_exact)
        if status >= HTTPStatus.BAD_REQUEST:
            raise SiteRefusal(document)
        return document

    def _sent(self, caller: Caller, path: str, parameters: Parameters) -> tuple[int, str, bytes]:
        started: list[Any] = []
        body = self._site(
            _environ(caller, path, parameters), lambda status, headers, *_: started.extend((status, headers))
        )
        chunks, size = [], 0
        try:
            for chunk in body:
                size += len(chunk)
                if size > LARGEST_ANSWER:
                    raise AnswerTooLarge
                chunks.append(chunk)
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()
        headers = {name.lower(): value for name, value in started[1]}
        return int(started[0].split()[0]), headers.get("content-type", "").partition(";")[0], b"".join(chunks)


def _exact(text: str) -> float | str:
    """A number with decimals; as text where a program's own numbers would lose some of them."""
    number = float(text)
    return number if Decimal(repr(number)) == Decimal(text) else text


def _environ(caller: Caller, path: str, parameters: Parameters) -> dict[str, Any]:
    """A request as WSGI has it."""
    host, _, port = caller.headers.get("host", "").rpartition(":")
    given = {
        f"HTTP_{name.upper().replace('-', '_')}": caller.headers[name] for name in HANDED_ON if name in caller.headers
    }
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": urlencode(parameters, quote_via=quote, safe=",:/"),
        "SERVER_NAME": host or caller.headers.get("host", ""),
        "SERVER_PORT": port if port.isdigit() else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": caller.address,
        "HTTP_ACCEPT": "application/json",
        **given,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": caller.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def refusal_document(refusal: Refusal) -> dict[str, Any]:
    """A refusal of ours as the site would say it."""
    return {
        "status": refusal.status,
        "code": refusal.code,
        "detail": refusal.en,
        "detail_fa": refusal.fa,
        "detail_en": refusal.en,
    }
