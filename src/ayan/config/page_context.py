"""What stands round every page, and the declarations that it sees: language, name of the city, menus, addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from ayan.core.schema.view import PlaysView
from ayan.datasets.registry import one_look
from ayan.ui import colour_scheme, contract, language, static_files
from ayan.ui.responses import keep
from ayan.wiring import city, emblem
from ayan.wiring.city import City
from ayan.wiring.emblem import Emblem
from ayan.wiring.profile import Brand


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the outer template needs; touches neither session nor user, so that public pages set no cookie."""
    versions = language.versions(request, settings.ORIGIN)
    lang = language.of(request)
    current_city = city.current()
    return {
        **language.frame(lang),
        "scheme": colour_scheme.chosen(request),
        "full_path": request.get_full_path(),
        # The same page in another unit, order or part is no page of its own to a search engine.
        "canonical": iri_to_uri(settings.ORIGIN + request.path) if settings.ORIGIN else "",
        "versions": versions,
        "version": next(version for version in versions if version.code == lang),
        "city": current_city.profile,
        "set_aside": [dataset.title.of(lang) for dataset in current_city.set_aside],
        "plays": {
            view.part for dataset in current_city.registry.declaring(PlaysView) for view in dataset.views_of(PlaysView)
        },
        "site_menu": contract.menu(),
        "site_footer": contract.footer(),
        "newest": current_city.site_version.newest(),
        "fonts": static_files.has(static_files.FONT),
        "htmx": static_files.has("build/htmx.js"),
        "brand": _brand_address(current_city.profile.brand),
        "emblem": _shown(_emblem(current_city)),
    }


def _brand_address(brand: Brand) -> str:
    """The address of the city's own colours, which changes when they do; empty where it has none."""
    if not brand.css:
        return ""
    return f"{reverse('brand')}?v={hashlib.sha256(brand.css.encode()).hexdigest()[:12]}"


@lru_cache(maxsize=64)
def _kept(home: Path, name: str) -> Emblem | None:
    return emblem.of(home, name)


def _emblem(current_city: City) -> Emblem | None:
    """The emblem of the city; None where it has none. A file by its digest never changes."""
    name = current_city.profile.emblem
    return _kept(current_city.home, name) if name else None


def _shown(kept: Emblem | None) -> dict[str, str] | None:
    """What pages show of an emblem: its name and type, its address, and one that holds it."""
    if kept is None:
        return None
    address = reverse("emblem", args=(kept.name,))
    return {"name": kept.name, "address": address, "media_type": kept.media_type, "data": kept.data_address}


def emblem_file(_request: HttpRequest, name: str) -> HttpResponse:
    """The emblem that is in use, by its name; none that merely waits for a second yes, and none of before."""
    shown = _emblem(city.current())
    if shown is None or shown.name != name:
        raise Http404
    return as_picture(shown)


def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for a picture of the site without being told."""
    shown = _emblem(city.current())
    if shown is None:
        return static_files.icon(request)
    headers = {"Cache-Control": "public, max-age=3600"}
    return HttpResponseRedirect(reverse("emblem", args=(shown.name,)), headers=headers)


def as_picture(shown: Emblem) -> HttpResponse:
    """An emblem as a file of its own, in which nothing may run or load, whatever it held."""
    response = HttpResponse(shown.content, content_type=shown.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return keep(response)


def brand_sheet(_request: HttpRequest) -> HttpResponse:
    """The stylesheet of the city's own colours."""
    css = city.current().profile.brand.css
    # Its address is new whenever it is, but somebody may ask for an old one after a change.
    headers = {"Cache-Control": "public, max-age=3600"}
    return keep(HttpResponse(css, content_type="text/css; charset=utf-8", headers=headers))


class DeclarationCache:
    """Holds the declarations still while a page is made; what is streamed after it looks for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_look():
            return self.get_response(request)
