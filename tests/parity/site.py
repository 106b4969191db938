"""The portal of the city in `AYAN_HOME`, asked in this process by its WSGI application as a browser would ask."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import importlib
import os
import re
import struct
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlencode, urljoin, urlsplit
from wsgiref.util import setup_testing_defaults

HOST: Final = "localhost"
REFERENCES: Final = ("href", "src", "action")
PASSWORD: Final = "four unrelated invented words"
CSRF: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
APP_SECRET: Final = re.compile(r"\b(?:[A-Z2-7]{4} ){4,}[A-Z2-7]{1,4}\b")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: ``status`` as `200 OK`, headers in their order, and the whole body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The last header of a name; empty where there is none."""
        return next((value for known, value in reversed(self.headers) if known.lower() == name), "")

    def links(self, address: str) -> list[str]:
        """The addresses of this site that a page names, in its order, each once."""
        if "html" not in self.header("content-type"):
            return []
        parser = _References()
        parser.feed(self.body.decode())
        targets = (urlsplit(urljoin(f"http://{HOST}{address}", reference)) for reference in parser.addresses)
        inner = (parts for parts in targets if parts.scheme == "http" and parts.netloc == HOST)
        return list(dict.fromkeys(parts.path + (f"?{parts.query}" if parts.query else "") for parts in inner))


class _References(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        posted = tag == "form" and ("method", "post") in [(name, (value or "").lower()) for name, value in attrs]
        self.addresses += [value for name, value in attrs if name in REFERENCES and value and not posted]


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser: who keeps cookies and, after `join`, is signed in."""

    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, **headers: str) -> Answer:
        """Ask for an address."""
        return self._ask("GET", address, b"", headers)

    def post(self, address: str, values: dict[str, str]) -> Answer:
        """Send a form."""
        headers = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_REFERER": f"http://{HOST}{address}"}
        return self._ask("POST", address, urlencode(values).encode(), headers)

    def join(self, address: str) -> None:
        """Open an invitation, choose a password and an app of codes. Raises ValueError when that is refused."""
        text = self.get(address).body.decode()
        token, secret = CSRF.search(text), APP_SECRET.search(text)
        if not token or not secret:
            raise ValueError(f"no invitation stands at {urlsplit(address).path.rpartition('/')[0]}")
        values = {"password": PASSWORD, "again": PASSWORD, "code": _code(secret[0]), "csrfmiddlewaretoken": token[1]}
        answer = self.post(address, values)
        if not answer.status.startswith("302"):
            raise ValueError(f"the invitation was not taken: {answer.status}")

    def _ask(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {}
        setup_testing_defaults(environ)
        environ |= {
            "REQUEST_METHOD": method, "HTTP_HOST": HOST, "SERVER_NAME": HOST, "REMOTE_ADDR": "127.0.0.1",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query,
            "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body)), **headers,
        }  # fmt: skip
        if self.cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        begun: list[tuple[str, list[tuple[str, str]]]] = []
        parts = application()(environ, lambda status, headers, _trouble=None: begun.append((status, headers)))
        try:
            content = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, given = begun[-1]
        for name, value in given:
            if name.lower() == "set-cookie":
                cookie, _, worth = value.partition(";")[0].partition("=")
                self.cookies[cookie] = worth.strip('"')
        return Answer(status, given, content)


def application() -> Any:
    """The WSGI application, which the settings name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    from django.conf import settings

    module, _, name = settings.WSGI_APPLICATION.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _code(secret: str) -> str:
    """The six digits that an app shows now for a secret (RFC 6238)."""
    key = base64.b32decode(html.unescape(secret).replace(" ", "") + "=" * (-len(secret.replace(" ", "")) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"
