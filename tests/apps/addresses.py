"""One address of every kind of page of the small city: what is looked at wherever all pages are looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from tests.apps.civic_city import MEMBERS, SCHEME

from ayan.core.values.address_step import written


def step(text: str) -> str:
    """A value as one step of an address."""
    return quote(written(text), safe=",")


CITATION: Final = "/c/CODE"
"""The citation that the explorer offers; its code holds digests, which each city makes anew."""

PAGES: Final = (
    "/",
    "/answers/",
    "/answers/largest-works",
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
    "/search",
    "/search?q=C-001",
    "/search?q=%D8%B3%D8%A7%D8%AE%D8%AA%DA%AF%DB%8C",
    "/search?q=%D8%B2%D8%B1%D8%A7%D9%81%D9%87+12",
    "/compare",
    "/compare?_data=works&_measure=sum_amount&_by=state&_side=open&_side=done&_over=day:month",
    "/compare/cities",
    "/assistants",
    "/changes",
    "/missing",
    "/counter/new",
    "/counter/new/access",
    "/counter/track",
    "/counter/new/finding",
    "/follow",
    "/follow?about=rows:works?state=open",
    "/activities",
    "/services",
    "/services?by=letter",
    "/services?event=build",
    "/services/S-1",
    "/services/S-1/times",
    "/withheld",
    "/withheld?dataset=works",
    "/embed/works",
    "/embed/works?_by=state",
    "/embed/works?_view=chart",
    CITATION,
    "/audits",
    "/map",
    "/map/compare",
    "/tariffs",
    "/tariffs/tehran-single-dwelling?price=120000&area=145&parking=2",
    "/audits/works/halves",
    "/flags",
    "/flags/works/too-large",
    "/log/",
    "/log/changes",
    "/log/0",
    "/verify",
    "/verify/row",
    "/try",
    "/verify?q=/data/works/r/C-002",
    "/verify?q=/data/works",
    "/developers",
    "/developers/components",
    "/about",
    "/accessibility",
    "/appearance",
    "/contact",
    "/glossary",
    "/help",
    "/help/tour",
    "/privacy",
)
"""They answer 200."""

REFUSALS: Final = (
    "/nothing",
    "/search?q=a+b+c+d+e+f+g+h+i+j+k+l",
    "/data/works?nothing=1",
    "/compare?_data=works&_measure=nothing",
    "/activities?status=nothing",
    "/services?by=nothing",
    "/services/S-99",
    "/map/frame",
    "/data/works/releases/1402/1",
)
"""They answer with a page that says why not: 404, 400, 410."""

ODD: Final = (
    "/data/works?amount__gte=nothing",
    "/data/works?day__gte=12/13/1403",
    "/data/works?day__lte=x&state=nothing&_size=0",
    "/data/works?state=open&state=done",
    "/data/works?amount=",
    "/compare?_data=works&_measure=sum_amount&_by=nothing&_side=x",
)
"""What people mistype, each answered with a page that says so in their words."""

CIVIC_PAGES: Final = (
    "/budget",
    "/budget/1403",
    f"/budget/1403/{step(SCHEME)}/1/11",
    "/council",
    f"/council/member/{step(MEMBERS[0])}",
    f"/council/session/{step('م/1')}",
    "/council/resolution/1403-2",
    "/organisation",
)
"""One of every kind of page of the city whose datasets play parts; they answer 200 there."""

SLASHED: Final = f"/data/outlays/r/1403~{step(SCHEME)}~11"
"""The record of a line whose key holds a slash."""

CIVIC_REFUSALS: Final = ("/budget/1300", "/council/member/nobody")
"""They answer 404 there."""


def filled(address: str, text_of: Callable[[str], str]) -> str:
    """The address; that of the citation with the code that stands on the page at an address given to ``text_of``."""
    if not address.endswith(CITATION):
        return address
    match = re.search(r'"[^"]*(/c/[0-9a-z]+)"', text_of("/data/works"))
    assert match
    return address.removesuffix(CITATION) + match[1]
