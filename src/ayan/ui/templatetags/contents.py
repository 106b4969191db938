"""What stands on a long page, as a list that leads there: put together from its headings, so that none is forgotten.

Where a page is long for another reason than its headings, such as a table of many rows, what begins a stretch of it
has an ``id`` and says in ``data-jump`` what the list calls it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.limits import FEWEST_HEADINGS

register = template.Library()

TITLE: Final = Label("در این صفحه", "On this page")
_HEADING: Final = re.compile(r"<h2(?P<more>[^>]*)>(?P<words>.*?)</h2>", re.DOTALL)
_JUMP: Final = 'data-jump="'
_ID: Final = re.compile(r'\bid="([^"]*)"')
_SHORT: Final = re.compile(r'\bdata-jump="([^"]*)"')
# What is only for voices, and would be read twice; and what is a number of a heading's own.
_SPOKEN: Final = re.compile(r'<span class="vh">.*?</span>', re.DOTALL)


@register.tag
def contents(parser: Parser, _token: Token) -> Node:
    """The part between this tag and ``endcontents``, with a list of its headings under its title.

    A heading without an ``id`` gets one; ``data-jump`` says what the list calls it, or calls for a place in the list
    for anything else that has an ``id``.
    """
    nodes = parser.parse(("endcontents",))
    parser.delete_first_token()
    return _Contents(nodes)


class _Contents(Node):
    def __init__(self, nodes: NodeList) -> None:
        self.nodelist = nodes

    def render(self, context: Context) -> SafeString:
        """The part as it is, where it is short, or is a page that leads by other means."""
        page = self.nodelist.render(context)
        begun, mark, rest = page.partition("</h1>")
        if not mark or context.get("own_search") or len(_places(rest)) < FEWEST_HEADINGS:
            return page
        count = 0

        def named(match: re.Match[str]) -> str:
            nonlocal count
            if _ID.search(match["more"]):
                return match[0]
            count += 1
            return f'<h2{match["more"]} id="part-{count}">{match["words"]}</h2>'

        rest = _HEADING.sub(named, rest)
        title = TITLE.of(locale.known(context.get("lang")))
        links = format_html_join("", '<li><a href="#{}">{}</a></li>', _links(rest))
        listed = format_html('<details class="contents"><summary>{}</summary><ul>{}</ul></details>', title, links)
        return SafeString(f"{begun}{mark}\n{listed}{rest}")


def _places(page: str) -> list[tuple[int, str, str]]:
    """What the list leads to: headings, and whatever else says how it is called there; where, attributes, words."""
    places = [(heading.start(), heading["more"], heading["words"]) for heading in _HEADING.finditer(page)]
    at = page.find(_JUMP)
    while at >= 0:
        begun, ended = page.rfind("<", 0, at), page.find(">", at)
        # The attributes of a heading are there already.
        if not page.startswith("<h2", begun):
            places.append((begun, page[begun:ended], ""))
        at = page.find(_JUMP, at + 1)
    return sorted(places)


def _links(page: str) -> Iterator[tuple[str, SafeString]]:
    for _, more, written in _places(page):
        short, anchor = _SHORT.search(more), _ID.search(more)
        words = short[1] if short else " ".join(strip_tags(_SPOKEN.sub("", written)).split())
        if anchor and words:
            # Both come out of a page that is escaped already.
            yield anchor[1], SafeString(words)
