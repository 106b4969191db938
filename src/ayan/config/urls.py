"""The addresses: pages in each language under its prefix, then the API, static files and the health check."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from ayan.apps.accounts import urls as accounts
from ayan.apps.api import urls as api
from ayan.apps.audits import urls as audits
from ayan.apps.catalog import urls as catalog
from ayan.apps.civic import urls as civic
from ayan.apps.compare import urls as compare
from ayan.apps.counter import urls as counter
from ayan.apps.desk import urls as desk
from ayan.apps.flags import urls as flags
from ayan.apps.follow import urls as follow
from ayan.apps.logbook import urls as logbook
from ayan.apps.promises import urls as promises
from ayan.apps.search import urls as search
from ayan.apps.sources import urls as sources
from ayan.config import page_context
from ayan.core.values import locale
from ayan.ui import language, static_files
from ayan.ui.showcase import views as showcase


def healthz(_request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. It says nothing about data, so that a load balancer may ask every second."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


# The pages of the reading room, and the one that shows every component.
public = [
    *catalog.urlpatterns,
    *logbook.pages,
    *search.pages,
    *audits.pages,
    *flags.pages,
    *counter.pages,
    *compare.pages,
    *civic.pages,
    *promises.pages,
    *follow.pages,
    path("developers/components", showcase.components, name="components"),
    path("developers/components/<slug:anchor>.png", showcase.picture, name="component_picture"),
]

# The desk: for officers alone (`ayan.apps.accounts.staff_middleware`).
staff = [*accounts.urlpatterns, *desk.urlpatterns, *sources.pages, *flags.officers, *counter.officers]


def _pages(lang: str) -> Any:
    return include(([*public, *staff], "catalog"), namespace=lang)


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("favicon.ico", static_files.icon),
    path("brand.css", page_context.brand_sheet, name="brand"),
    path("static/<str:stamp>/<path:name>", static_files.serve, name="static"),
    *search.urlpatterns,
    *compare.urlpatterns,
    *flags.urlpatterns,
    *promises.urlpatterns,
    *audits.urlpatterns,
    path("api/v1/", include(api)),
    *logbook.urlpatterns,
    # For systems that send by themselves.
    *sources.doors,
    # Last the language whose addresses have no prefix: it would take every other's.
    *(
        path(language.prefix(lang).removeprefix("/") + "/" if language.prefix(lang) else "", _pages(lang))
        for lang in sorted(locale.codes(), key=lambda lang: not language.prefix(lang))
    ),
]

handler400 = "ayan.apps.catalog.page_context.bad_request"
handler403 = "ayan.apps.catalog.page_context.forbidden"
handler404 = "ayan.apps.catalog.page_context.not_found"
handler500 = "ayan.apps.catalog.page_context.server_error"
