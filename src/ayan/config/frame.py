"""The frame round every page: language, direction, the city's name, and the address in the other language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ayan.apps.catalog import selectors
from ayan.ui import language, statics
from ayan.wiring import city


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the outer template needs; touches neither session nor user, so that public pages set no cookie."""
    lang = language.of(request)
    other = language.other_address(request)
    path = request.get_full_path()
    here = city.current()
    return {
        "lang": lang,
        "dir": "ltr" if lang == "en" else "rtl",
        "here": path,
        "other_address": other,
        "fa_address": settings.ORIGIN + (path if lang == "fa" else other),
        "en_address": settings.ORIGIN + (path if lang == "en" else other),
        "city": here.profile,
        "newest": next((one.release for one in selectors.newest(here, 1)), None),
        "fonts": statics.has("build/vazirmatn-fa.woff2"),
        "htmx": statics.has("build/htmx.js"),
    }
