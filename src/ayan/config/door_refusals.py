"""Refusals of the door itself, told without waking the site: problem documents for programs, a bare page for people."""

from __future__ import annotations

from html import escape
from http import HTTPStatus
from typing import Any, Final

import orjson

from ayan.config.wsgi_types import StartResponse
from ayan.core.values.refusal import Refusal

FOR_PROGRAMS: Final = ("/api/", "/log/")
"""Addresses whose readers are programs."""

# Both languages stand on one page, for nobody has been asked which one is read here.
_PAGE: Final = """<!doctype html>
<html lang="fa" dir="rtl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title_fa}</title></head>
<body>
<main><h1>{title_fa}</h1><p>{fa}</p></main>
<section lang="en" dir="ltr"><h1>{title_en}</h1><p>{en}</p></section>
</body>
</html>
"""
_TITLES: Final = {
    404: ("چنین صفحه‌ای نیست", "There is no such page"),
    421: ("شهری با این نشانی نیست", "No city at this address"),
    429: ("کمی آهسته‌تر", "A little slower"),
    503: ("سامانه شلوغ است", "The site is busy"),
}


def refuse(environ: dict[str, Any], start: StartResponse, refusal: Refusal) -> list[bytes]:
    """The answer of WSGI that tells of a refusal, in both languages; kept by nobody."""
    programs = environ["PATH_INFO"].startswith(FOR_PROGRAMS)
    body = _problem(refusal) if programs else _page(refusal)
    headers = [
        ("Content-Type", "application/problem+json" if programs else "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if refusal.retry_after is not None:
        headers.append(("Retry-After", str(refusal.retry_after)))
    if programs:
        headers.append(("Access-Control-Allow-Origin", "*"))
        headers.append(("Access-Control-Expose-Headers", "Retry-After"))
    start(f"{refusal.status} {HTTPStatus(refusal.status).phrase}", headers)
    return [body] if environ["REQUEST_METHOD"] != "HEAD" else []


def _problem(refusal: Refusal) -> bytes:
    return orjson.dumps(
        {
            "type": f"/developers#{refusal.code}",
            "title": _TITLES[refusal.status][1],
            "status": refusal.status,
            "detail": refusal.fa,
            "detail_fa": refusal.fa,
            "detail_en": refusal.en,
        }
    )


def _page(refusal: Refusal) -> bytes:
    title_fa, title_en = _TITLES[refusal.status]
    words = {"title_fa": title_fa, "title_en": title_en, "fa": refusal.fa, "en": refusal.en}
    return _PAGE.format(**{name: escape(text) for name, text in words.items()}).encode()
