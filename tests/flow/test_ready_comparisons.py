"""What the page of comparing begins with: questions chosen by hand, each with what comes out on the page it leads to."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from tests.flow.hamlet import Published

from ayan.apps.compare.limits import MOST_EXAMPLES
from ayan.wiring import city


def seen(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", markup)).split())


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_each_leads_to_a_comparison_with_this_finding(
    published: Published, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    monkeypatch.setattr(city, "current", lambda: published.city)
    visitor = Client()
    start = visitor.get(f"{prefix}/compare").content.decode()
    listed = re.search(r'id="examples".*?</ul>', start, re.DOTALL)
    assert listed
    shown = re.findall(r'<li><a href="\?([^"]+)">([^<]+)</a><p class="small">(.*?)</p>', listed[0], re.DOTALL)
    assert 3 <= len(shown) <= MOST_EXAMPLES + 1
    assert {unescape(title) for _, title, _ in shown} <= {
        ready.title.of("en" if prefix else "fa") for ready in published.city.ready_comparisons
    }
    for query, _, finding in shown:
        page = visitor.get(f"{prefix}/compare?{unescape(query)}")
        assert page.status_code == 200
        assert seen(finding) in seen(page.content.decode())


def test_the_declared_ones_are_eight(published: Published) -> None:
    assert len(published.city.ready_comparisons) == MOST_EXAMPLES == 8
