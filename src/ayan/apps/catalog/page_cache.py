"""How long a page holds: as long as what is published, the address and the way it is drawn stay the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.http import condition

import ayan
from ayan.ui import static_files
from ayan.ui.responses import keep
from ayan.wiring import city

PACKAGE = Path(ayan.__file__).parent
View = Callable[..., HttpResponse]


@cache
def drawing() -> str:
    """A digest over every template, the city's own included, and every module that draws pages or writes answers."""
    digest = hashlib.sha256(static_files.version().encode())
    own = [Path(folder) for engine in settings.TEMPLATES for folder in engine["DIRS"]]
    templates = [path for root in (PACKAGE, *own) for path in sorted(root.rglob("*.html"))]
    modules = [path for room in ("ui", "apps") for path in sorted((PACKAGE / room).rglob("*.py"))]
    for path in (*templates, *modules):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def tag(request: HttpRequest, *_args: Any, **_kwargs: Any) -> str:
    """The entity tag of a page: over its address, what is published now, and the way it is drawn."""
    parts = (request.get_full_path(), city.current().site_version.now(), drawing())
    return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def published(view: View) -> View:
    """A public page: read only, the same for everybody, answered with 304 while it has not changed."""
    conditional = condition(etag_func=tag)(view)

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response: HttpResponse = conditional(request, *args, **kwargs)
        if response.headers.get("Cache-Control") == "no-store":
            # The view itself says that the next asking may find something else.
            del response.headers["ETag"]
        elif response.status_code in (200, 304):
            # Asked again every time, but answered without a body: a release must show the moment it is sealed.
            response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
            keep(response)
        else:
            del response.headers["ETag"]
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answered
