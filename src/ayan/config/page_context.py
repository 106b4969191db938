"""What stands round every page: language, direction, the city's name, and the address in the other languages."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ayan.core.schema.view import PlaysView
from ayan.ui import language, static_files
from ayan.ui.cache_marks import keep
from ayan.wiring import city
from ayan.wiring.brand import Brand


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the outer template needs; touches neither session nor user, so that public pages set no cookie."""
    versions = language.versions(request, settings.ORIGIN)
    lang = language.of(request)
    current_city = city.current()
    return {
        **language.frame(lang),
        "full_path": request.get_full_path(),
        "versions": versions,
        "version": next(dataset for dataset in versions if dataset.code == lang),
        "city": current_city.profile,
        "plays": {view.part for dataset in current_city.registry.all() for view in dataset.views_of(PlaysView)},
        "newest": current_city.site_version.newest(),
        "fonts": static_files.has(static_files.FONT),
        "htmx": static_files.has("build/htmx.js"),
        "brand": _brand_address(current_city.profile.brand),
    }


def _brand_address(brand: Brand) -> str:
    """The address of the city's own colours, which changes when they do; empty where it has none."""
    if not brand.css:
        return ""
    return f"{reverse('brand')}?v={hashlib.sha256(brand.css.encode()).hexdigest()[:12]}"


def brand_sheet(_request: HttpRequest) -> HttpResponse:
    """The stylesheet of the city's own colours."""
    css = city.current().profile.brand.css
    # Its address is new whenever it is, but somebody may ask for an old one after a change.
    headers = {"Cache-Control": "public, max-age=3600"}
    return keep(HttpResponse(css, content_type="text/css; charset=utf-8", headers=headers))
