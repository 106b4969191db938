"""What other sites may put into their pages: one figure with its source, nothing that runs, nothing that is set."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import Elements, links, page, shown

STATES = ["", "?_by=unit", "?_view=chart", "?unit__contains=فنی&_unit=rial", "?nothing=1"]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("state", STATES)
def test_an_embed_runs_nothing_sets_nothing_and_may_stand_anywhere(visitor: Client, prefix: str, state: str) -> None:
    response = visitor.get(f"{prefix}/embed/parts{state}")
    assert response.status_code == (400 if "nothing" in state else 200)
    assert not response.cookies
    assert "X-Frame-Options" not in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert not [tag for tag, _ in Elements(response.content.decode()).tags if tag == "script"]


@pytest.mark.parametrize("address", ["/", "/data/parts", "/data/parts/r/P-1", "/developers", "/embed/nothing"])
def test_no_other_page_may_be_framed(visitor: Client, address: str) -> None:
    response = visitor.get(address)
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("state", STATES[:4])
def test_an_embed_names_its_source_and_leads_back_to_the_same_state(visitor: Client, state: str) -> None:
    text = page(visitor, f"/en/embed/parts{state}")
    seen = shown(text)
    assert "Invented city" in seen
    assert "Trial unit" in seen
    assert any(tag == "base" and attributes.get("target") == "_blank" for tag, attributes in Elements(text).tags)
    back = next(href for href in links(text) if href.startswith("http://testserver/en/data/parts"))
    whole = page(visitor, back.replace("http://testserver", ""))
    rows = next(part for part in shown(whole).split(" · ")[0:1])
    assert rows.split(": ")[1].split()[0] + " rows" in seen
    assert any("/c/" in href for href in links(text))


def test_the_explorer_offers_its_own_state_for_embedding(visitor: Client) -> None:
    text = page(visitor, "/en/data/parts?cost__gte=9000&_by=unit&_unit=rial")
    assert "/en/embed/parts?cost__gte=9000&amp;_by=unit&amp;_unit=rial" in text


def test_a_demo_says_so_in_an_embed_too(visitor: Client) -> None:
    assert "invented" in page(visitor, "/en/embed/parts")
