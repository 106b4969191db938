"""Light or dark: what the reader's system says, unless the reader chose; kept in the one cookie of public pages."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ayan.core.values.label import Label

COOKIE: Final = "ayan_scheme"
SCHEMES: Final[Mapping[str, Label]] = {
    "": Label("همانند دستگاه شما", "As your device has it"),
    "light": Label("روشن", "Light"),
    "dark": Label("تیره", "Dark"),
}
"""What may be chosen, by its code; the first keeps no cookie."""
_KEPT_FOR: Final = 400 * 24 * 3600


def known(code: str | None) -> str:
    """The code of a scheme; empty for whatever is none."""
    return code if code in SCHEMES and code is not None else ""


def chosen(request: HttpRequest) -> str:
    """What the reader of a request chose; empty where nothing was."""
    return known(request.COOKIES.get(COOKIE))


def of_header(cookies: str) -> str:
    """The same of a ``Cookie`` header as it came, before the site reads it."""
    if COOKIE not in cookies:
        return ""
    try:
        morsel = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return known(morsel.value if morsel else None)


def keep(response: HttpResponse, code: str) -> None:
    """Have the reader's browser keep a choice, or forget the former one."""
    if not known(code):
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    response.set_cookie(
        COOKIE, code, max_age=_KEPT_FOR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
