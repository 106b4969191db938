"""How long a page holds: as long as the published state, the address and the static files stay the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import condition

import ayan
from ayan.apps.catalog import selectors
from ayan.core.values.clock import today
from ayan.ui import statics
from ayan.wiring import city

PACKAGE = Path(ayan.__file__).parent
View = Callable[..., HttpResponse]


@cache
def templates_version() -> str:
    """A digest over every template and every module that draws pages: a new version of Ayan makes every page new."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.html")) + sorted((PACKAGE / "ui").rglob("*.py")):
        digest.update(path.read_bytes())
    for path in sorted((PACKAGE / "apps").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def tag(request: HttpRequest, *_args: Any, **_kwargs: Any) -> str:
    """The entity tag of a page: over everything that can change it.

    The day is part of it, for a page says what is late; so are the city's name and the version of the files.
    """
    here = city.current()
    parts = (
        request.get_full_path(),
        selectors.states_digest(here, here.registry.all()),
        statics.version(),
        templates_version(),
        today(here.clock).isoformat(),
        repr(here.profile),
    )
    return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def published(view: View) -> View:
    """A public page: read only, the same for everybody, answered with 304 while it has not changed."""
    conditional = condition(etag_func=tag)(view)

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response: HttpResponse = conditional(request, *args, **kwargs)
        if response.status_code in (200, 304):
            # Asked again every time, but answered without a body: a release must show the moment it is sealed.
            response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
        else:
            del response.headers["ETag"]
            response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    return answered
