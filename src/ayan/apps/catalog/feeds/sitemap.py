"""What a search engine is told: which addresses there are (sitemaps.org, 0.9), and which are not worth its time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from ayan.apps.catalog import page_context
from ayan.apps.catalog.export_pages import record_keys
from ayan.apps.catalog.limits import MAPPED_PAGES, MAPPED_RECORDS
from ayan.apps.catalog.page_context import published
from ayan.core.values import locale
from ayan.ui import contract, language
from ayan.wiring import city

NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
UNLISTED: Final = ("/desk/", "/search", "/try", "/embed/", "/c/")
"""Where nothing is to be found: officers' pages, answers to any words, and second copies of what stands elsewhere."""


@published
def robots(request: HttpRequest) -> HttpResponse:
    """``/robots.txt``: the whole site is open, apart from what is no page of its own; an invented city is shut."""
    if city.current().profile.demo:
        # What is invented must not be found by somebody who looks for a real city.
        return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
    refused = [f"Disallow: {path}" for unlisted in UNLISTED for path in language.in_each(unlisted)]
    lines = ["User-agent: *", *refused, "", f"Sitemap: {page_context.absolute(request, reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@published
def index(request: HttpRequest) -> HttpResponse:
    """``/sitemap.xml``: one map of the pages, and one of the records of each dataset that has any."""
    current_city = city.current()
    maps = [f"<sitemap>{_place(request, reverse('sitemap_pages'))}</sitemap>"]
    for dataset in current_city.registry.all():
        state = current_city.release_store.snapshot(dataset.slug)
        if state.rows and state.sealed_at:
            place = _place(request, reverse("sitemap_records", args=(dataset.slug,)))
            maps.append(f"<sitemap>{place}<lastmod>{state.sealed_at.isoformat(timespec='seconds')}</lastmod></sitemap>")
    return _xml("sitemapindex", maps)


@published
def pages(request: HttpRequest) -> HttpResponse:
    """The pages of all apps in every language, those that a static copy would have too, apart from records."""
    paths = (
        copied.url
        for app in contract.installed_apps()
        for copied in app.copied(0)
        if copied.file in ("", contract.page_file(copied.url)) and "?" not in copied.url
    )
    return _urls(request, islice((path for path in paths if not path.startswith(_UNLISTED)), MAPPED_PAGES))


@published
def records(request: HttpRequest, slug: str) -> HttpResponse:
    """The records of a dataset, those that its page shows first, in every language."""
    dataset = page_context.dataset_of(slug)
    keys = list(record_keys(city.current(), dataset, MAPPED_RECORDS))
    if not keys:
        raise Http404
    return _urls(request, (reverse(f"{lang}:record", args=(slug, key)) for key in keys for lang in locale.codes()))


_UNLISTED: Final = tuple(path for unlisted in UNLISTED for path in language.in_each(unlisted))


def _place(request: HttpRequest, path: str) -> str:
    return f"<loc>{escape(page_context.absolute(request, path))}</loc>"


def _urls(request: HttpRequest, paths: Iterable[str]) -> HttpResponse:
    return _xml("urlset", [f"<url>{_place(request, path)}</url>" for path in paths])


def _xml(root: str, parts: Iterable[str]) -> HttpResponse:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{NAMESPACE}">', *parts, f"</{root}>", ""]
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
