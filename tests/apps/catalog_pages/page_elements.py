"""What a reader gets out of a page: its elements, its links, and the words that are seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser

from django.test import Client


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, as a browser would build them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def shown(text: str) -> str:
    """What a sighted reader sees of a page, roughly: tags away, the voice's doubles and the folded list of what is on
    the page away, spaces single."""
    without = re.sub(r'<span class="vh">.*?</span>|<details class="contents">.*?</details>', "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", without)))


def page(client: Client, address: str, status: int = 200) -> str:
    """The HTML of a page that must answer with a status; forms are led to their address."""
    response = client.get(address, follow=True)
    assert response.status_code == status, address
    return response.content.decode()


def links(text: str, start: str = "") -> list[str]:
    """The addresses that links of a page lead to, those that begin so."""
    hrefs = [str(attributes.get("href", "")) for tag, attributes in Elements(text).tags if tag == "a"]
    return [href for href in hrefs if href.startswith(start)]


def is_run_from_elsewhere(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether an element is a script that is not one of the site's own files; JSON-LD is data, which no browser runs."""
    if tag != "script" or attributes.get("type") == "application/ld+json":
        return False
    return not str(attributes.get("src", "")).startswith("/static/")
