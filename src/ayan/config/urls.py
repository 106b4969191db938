"""The addresses: pages in each language under its prefix, then the API and static files."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path

from ayan.apps.api import urls as api
from ayan.apps.api import views
from ayan.config import page_context
from ayan.core.values import locale
from ayan.ui import contract, language, log_redaction, static_files

_DECLARED = [app.urls() for app in contract.installed_apps()]

# The pages of the reading room, and the desk: for officers alone (`ayan.apps.accounts.staff_middleware`).
public = [address for declared in _DECLARED for address in declared.public]
staff = [address for declared in _DECLARED for address in declared.desk]


def _pages(lang: str) -> Any:
    return include(([*public, *staff], "catalog"), namespace=lang)


urlpatterns: list[URLPattern | URLResolver] = [
    # First what programs ask for most: each address before theirs would be held against every request of theirs.
    path("api/v1/", include(api)),
    path("favicon.ico", page_context.favicon),
    path("brand.css", page_context.brand_sheet, name="brand"),
    path("emblem/<str:name>", page_context.emblem_file, name="emblem"),
    path("static/<str:stamp>/<path:name>", static_files.serve, name="static"),
    *(address for declared in _DECLARED for address in declared.bare),
    # Whatever else is asked of it, once no app's own address of it is meant.
    re_path("^api/v1/", views.nothing),
    # Last the language whose addresses have no prefix: it would take every other's.
    *(
        path(language.prefix(lang).removeprefix("/") + "/" if language.prefix(lang) else "", _pages(lang))
        for lang in sorted(locale.codes(), key=lambda lang: not language.prefix(lang))
    ),
]
# What of them is a secret stands in no log.
log_redaction.learn(urlpatterns)

handler400 = "ayan.apps.catalog.page_context.bad_request"
handler403 = "ayan.apps.catalog.page_context.forbidden"
handler404 = "ayan.apps.catalog.page_context.not_found"
handler500 = "ayan.apps.catalog.page_context.server_error"
