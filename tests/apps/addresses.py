"""One address of every kind of page of the small city: what is looked at wherever all pages are looked at."""

from __future__ import annotations

from typing import Final

PAGES: Final = (
    "/",
    "/data/",
    "/data/works",
    "/data/works?state__in=open&_sort_desc=amount",
    "/data/works?_search=nothing-like-it",
    "/data/works?_view=columns",
    "/data/works?_view=chart",
    "/data/works?_view=map",
    "/data/works?_by=state",
    "/data/works/r/C-001",
    "/data/works/releases",
    "/data/works/releases/1403/2",
    "/data/works/changes",
    "/data/works/changes?to=1403/2",
    "/data/unsent",
    "/changes",
    "/embed/works",
    "/log/",
    "/log/0",
    "/verify",
    "/verify?q=/data/works/r/C-002",
    "/developers",
    "/developers/components",
    "/about",
    "/accessibility",
    "/contact",
    "/help",
    "/help/tour",
    "/privacy",
)
"""They answer 200."""

REFUSALS: Final = (
    "/nothing",
    "/data/works?nothing=1",
    "/data/works/releases/1402/1",
)
"""They answer with a page that says why not: 404, 400, 410."""
