"""Who heads a unit: the newest period that is published says it, and where nothing says it the page does not guess."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.civic_city import BUREAU_ROWS, dataset_head, declared, field, plays, publish
from tests.apps.small_city import declare

from ayan.wiring import city

STINTS = (
    dataset_head("stints", "Stints", ("month", "who", "post"))
    + field("month", "period", "required = true")
    + field("who", "text", 'role = "person"\nrequired = true')
    + field("post", "text", "required = true")
    + field("bureau", "text", 'role = "unit"')
    + plays("post-holders", name="who", post="post", unit="bureau", period="month")
)
ROWS = (
    ("1403-01", "نفر پیشین (ساختگی)", "رئیس دفتر", "دفتر فنی"),
    ("1403-02", "نفر امروز (ساختگی)", "رئيس دفتر", "دفتر فني"),
    ("1403-02", "نفر دیگر (ساختگی)", "کارشناس", "دفتر فنی"),
    ("1403-02", "رئیس جای دیگر (ساختگی)", "رئیس دفتر", "دفتر مالی"),
)


@pytest.fixture
def visitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A visitor of a city that publishes its chart and who held which post."""
    town = declared(tmp_path, "bureaus")
    declare(tmp_path / "datasets", "stints", STINTS)
    publish(town, "bureaus", BUREAU_ROWS)
    publish(town, "stints", ROWS)
    monkeypatch.setattr(city, "current", lambda: town)
    return Client()


def unit(html: str, key: str) -> str:
    """What stands of one unit, without those under it."""
    return html[html.index(f'/en/data/bureaus/r/{key}"') :].split("</div>")[0]


def test_the_newest_period_names_the_head_and_leads_to_its_row(visitor: Client) -> None:
    html = page(visitor, "/en/organisation")
    head = unit(html, "11")
    assert "نفر امروز (ساختگی)" in shown(head)
    assert any("/en/data/stints/r/1403-02~" in href for href in links(head))
    assert "نفر پیشین" not in html
    assert "نفر دیگر" not in html
    assert re.search("newest period: .*(1403|Ordibehesht)", shown(html))


def test_what_nothing_says_is_said_to_be_unannounced(visitor: Client) -> None:
    html = page(visitor, "/organisation")
    mayor = html[html.index('/data/bureaus/r/1"') :].split("</div>")[0]
    # The chart names the post, and nobody is published with it.
    assert "شهردار : اعلام نشده" in shown(mayor).replace("شهردار:", "شهردار :")
    # A post of the same name in another unit heads that one alone.
    assert "رئیس جای دیگر" not in html
