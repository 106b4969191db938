"""The site asked from within its own process, as a stranger would ask it, without a network."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponseBase
from django.http.request import validate_host

from ayan.apps.export.copy_paths import Address
from ayan.core.query.answer import TooLarge
from ayan.core.query.formats.workbook import TooManyRows
from ayan.ui.responses import tells_of

LOCAL: Final = "localhost"
TAKEN: Final = frozenset({200, 410})
"""The answers that are pages of the portal: 410 is what it says of what has been withdrawn."""


class Unexpected(Exception):
    """The site answers an address of its own with an error; the text names the address and the status."""


class TooCostly(Unexpected):
    """The answer would take more than one reader may have, of time, of memory, of digits or of rows."""


@dataclass(frozen=True, slots=True)
class SiteClient:
    """The site under one of the host names that it answers to."""

    host: str
    _call: Callable[[dict[str, Any], Any], HttpResponseBase]

    @classmethod
    def of_process(cls) -> SiteClient:
        """The site of this process's settings."""
        allowed = settings.ALLOWED_HOSTS
        named = (urlsplit(settings.ORIGIN).netloc, *(name for name in allowed if name[:1] not in ".*"), LOCAL)
        host = next((name for name in named if name and validate_host(name.partition(":")[0], allowed)), LOCAL)
        return cls(host, get_wsgi_application())

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which its pages speak of the portal."""
        return frozenset({self.host, urlsplit(settings.ORIGIN).netloc} - {""})

    def save(self, address: Address, target: Path) -> bool:
        """Write the answer at an address to a file; False where there is nothing (404).

        Raises Unexpected for any other answer than a page, TooCostly among them.
        """
        answer = self._call(self._environ(address), lambda *_: None)
        try:
            if answer.status_code == 404:
                return False
            if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE or tells_of(answer, TooLarge, TooManyRows):
                raise TooCostly(f"{address[0]} answered {answer.status_code}")
            if answer.status_code not in TAKEN:
                raise Unexpected(f"{address[0]} answered {answer.status_code}")
            target.parent.mkdir(parents=True, exist_ok=True)
            pieces: Iterable[bytes] = answer
            with target.open("wb") as out:
                out.writelines(pieces)
        finally:
            answer.close()
        return True

    def _environ(self, address: Address) -> dict[str, Any]:
        path, query = address
        return {
            "REQUEST_METHOD": "GET",
            # WSGI hands on the bytes of a path one by one (PEP 3333).
            "PATH_INFO": path.encode().decode("latin-1"),
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": self.host,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "HTTP_X_FORWARDED_PROTO": "https",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
