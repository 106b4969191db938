"""A request of the site to itself, without a network: what stands there for a stranger, through the same doors."""

from __future__ import annotations

import io
import sys
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

LOCAL: Final = "localhost"


def own_host() -> str:
    """A name under which the site of this process's settings answers: that of AYAN_ORIGIN where it does."""
    allowed = settings.ALLOWED_HOSTS
    named = (urlsplit(settings.ORIGIN).netloc, *(name for name in allowed if name[:1] not in ".*"), LOCAL)
    return next((name for name in named if name and validate_host(name.partition(":")[0], allowed)), LOCAL)


def own_environ(path: str, query: str = "", host: str = "") -> dict[str, Any]:
    """What a server would hand on of a stranger's GET (PEP 3333), under ``host`` or else a name of the site."""
    host = host or own_host()
    return {
        "REQUEST_METHOD": "GET",
        # WSGI hands on the bytes of a path one by one (PEP 3333).
        "PATH_INFO": path.encode().decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_PROTO": "https",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
