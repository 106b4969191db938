"""The list of a dataset's releases in pages: every release once, newest first, also in a static copy."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from ayan.apps.catalog import selectors
from ayan.wiring.city import City


def test_every_release_stands_on_one_page_and_the_copy_has_all_pages(
    reader: Client, small_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "RELEASES_A_PAGE", 2)
    slug = max(small_city.release_store.datasets(), key=lambda slug: len(small_city.release_store.releases(slug)))
    releases = small_city.release_store.releases(slug)[::-1]
    assert len(releases) > 2
    first = address = f"/en/data/{slug}/releases"
    seen, addresses = list[str](), list[str]()
    while address:
        html = reader.get(address).content.decode()
        table = html.partition("<tbody>")[2].partition("</tbody>")[0]
        seen += re.findall(rf'<th scope="row"><a href="{first}/([^"]+)"', table)
        assert (f'<a href="{first}">Newest</a>' in html) is (address != first)
        addresses.append(address)
        following = re.search(r'rel="next" href="([^"]+)"', html)
        address = following[1] if following else ""
    assert seen == [f"{release.period}/{release.number}" for release in releases]
    dataset = small_city.registry.get(slug)
    assert [f"{first}?before={name}" for name in selectors.release_pages(small_city, dataset)] == addresses[1:]
    assert reader.get(f"{first}?before=1403-05/99").status_code == 404
