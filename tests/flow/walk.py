"""A walk over a site by its own links: one page of every kind, in both languages, as far as anybody wants to go."""

from __future__ import annotations

import random
import re
import urllib.error
import urllib.request
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urldefrag, urlsplit

from django.urls import resolve
from django.urls.exceptions import Resolver404
from tests.patience import PATIENCE

ENGLISH: Final = "/en"
STARTS: Final = ("/", "/developers/components", "/withheld", "/follow", "/compare/cities", "/verify/row", "/help/tour")
"""Where the walk begins; some pages are linked from few others."""

VIEWS: Final = ("_as_of", "_release", "_by", "_view", "_search", "q", "about", "from", "to")
"""What in a question makes another kind of page of it: the first of them that is there, with its value for a view."""

NO_PAGE: Final = re.compile(
    r"\.(?:csv|json|atom|xlsx|parquet|svg|png|py|ttl|jsonld|txt)$|^/(?:api|static|desk|log/[a-z])"
)
"""Files, programs' answers, and what is for officers alone."""

LINK: Final = re.compile(r'<a\b[^>]*?\bhref="([^"#][^"]*)"')


class Kind(NamedTuple):
    """What makes a page like another: its language, the view behind it with what is asked of it, and its dataset."""

    lang: str
    view: str
    of: str


@dataclass(frozen=True)
class Stop:
    """A page that was met: what kind it is of, its address on the site, and what it holds."""

    kind: Kind
    address: str
    html: str


def kind_of(address: str) -> Kind | None:
    """What kind of page stands at an address, by the view behind it and what the question asks; None of no page."""
    parts = urlsplit(address)
    path = parts.path
    lang = ENGLISH if path == ENGLISH or path.startswith(f"{ENGLISH}/") else ""
    bare = path.removeprefix(lang) or "/"
    if NO_PAGE.search(bare) or "_figure=" in parts.query:
        return None
    try:
        met = resolve(bare)
    except Resolver404:
        return None
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    mark = next((name for name in VIEWS if name in asked), "asked" if asked else "")
    view = f"{mark}={asked[mark]}" if mark == "_view" else mark
    return Kind(lang, f"{met.url_name or met.route} {view}".strip(), str(met.kwargs.get("slug", "")))


def links(html: str, address: str, site: str = "") -> list[str]:
    """The addresses on the same site that a page leads to, each once, without what stands behind #."""
    base = urlsplit(address).path
    met = []
    for href in LINK.findall(html):
        target = urldefrag(unescape(href)).url.removeprefix(site)
        if target.startswith("?"):
            target = base + target
        if target.startswith("/") and not target.startswith("//"):
            met.append(target)
    return list(dict.fromkeys(met))


class Walker:
    """Reads pages of a site, given by its address without a slash at the end, but those of views that are left out."""

    def __init__(self, site: str, left_out: Collection[str] = ()) -> None:
        self.site = site
        self.left_out = left_out
        self.faults: list[str] = []
        """Links that led nowhere, each with the page it stands on."""

    def read(self, address: str, of: str = "") -> str | None:
        """The page at an address; None, and a fault, where there is none."""
        try:
            with urllib.request.urlopen(self.site + address, timeout=PATIENCE) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            self.faults.append(f"{error.code} {address} of {of}")
            return None

    def whole(self, most: int = 1) -> Iterator[Stop]:
        """Every kind of page that links lead to, nearest first; ``most`` of each."""
        waiting = deque((lang + start, "") for start in STARTS for lang in ("", ENGLISH))
        known = {address for address, _ in waiting}
        met: Counter[Kind] = Counter()
        while waiting:
            address, of = waiting.popleft()
            kind = kind_of(address)
            if kind is None or met[kind] >= most:
                continue
            met[kind] += 1
            html = self.read(address, of)
            if html is None:
                continue
            yield Stop(kind, address, html)
            for link in links(html, address, self.site):
                if link not in known:
                    known.add(link)
                    waiting.append((link, address))

    def stroll(self, steps: int, chance: random.Random) -> Iterator[Stop]:
        """A few steps from the front page, each to a kind that was not met before."""
        met: set[Kind] = set()
        address, of = chance.choice(("", ENGLISH)) + "/", ""
        open_links: dict[Kind, list[tuple[str, str]]] = {}
        for _ in range(steps):
            kind = kind_of(address)
            assert kind is not None, address
            met.add(kind)
            html = self.read(address, of)
            if html is not None:
                yield Stop(kind, address, html)
                for link in links(html, address, self.site):
                    next_kind = kind_of(link)
                    if next_kind is not None and next_kind.view.partition(" ")[0] not in self.left_out:
                        open_links.setdefault(next_kind, []).append((link, address))
            further = sorted(set(open_links) - met)
            if not further:
                return
            address, of = chance.choice(open_links[chance.choice(further)])


def for_the_eye(stops: Iterable[Stop]) -> list[Stop]:
    """Those that a browser looks at: all that are of no dataset, and each view of each dataset in one language.

    What such a page shows in one language it shows in the other, so languages take turns.
    """
    turns: Counter[str] = Counter()
    seen: dict[tuple[str, str], list[Stop]] = {}
    for stop in stops:
        seen.setdefault((stop.kind.view, stop.kind.of), []).append(stop)
    chosen = []
    for (view, of), both in seen.items():
        turns[view] += 1
        chosen += both if not of else [both[turns[view] % len(both)]]
    return chosen
