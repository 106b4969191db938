"""A parcel's section and its comparison with others, the parts of sealed tiles, and what is suggested while one types."""

from __future__ import annotations

import base64
import re
import struct
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.planning.conftest import build
from tests.apps.planning.pages import body, layers
from tests.apps.small_city import SECRET

from ayan.wiring import city


def test_parts_of_sealed_tiles_are_the_bytes_of_the_file_and_kept_by_the_browser_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiled = build(tmp_path, 1_200)
    monkeypatch.setattr(city, "current", lambda: tiled)
    client = Client()
    (tile,) = layers(client, "/en/map/layer.json")["lots"]["tiles"]
    whole = b"".join(client.get(tile["url"]))
    head = base64.b64decode(tile["head"])
    begin, length = struct.unpack_from("<2Q", whole, 8)
    assert head == whole[: begin + length]
    for first, size in ((0, 1), (100, 900), (len(whole) - 7, 7)):
        part = client.get(f"{tile['parts']}{first}-{size}")
        assert (part.status_code, part.content) == (200, whole[first : first + size])
        assert part["Cache-Control"] == "private, max-age=31536000, immutable"
    wrong = tile["parts"].replace(tile["parts"].split("/")[-2], "0" * 16)
    beyond, none, other = f"{len(whole)}-1", "0-0", "0-9?at=1"
    for address in (*(tile["parts"] + each for each in (beyond, none, other)), f"{wrong}0-9"):
        assert client.get(address).status_code == 404
    assert client.post(f"{tile['parts']}0-9").status_code in (403, 405)


def test_a_section_shows_storeys_over_their_share_of_the_land(visitor: Client) -> None:
    page = body(visitor, "/en/data/lots/r/L-7")  # 400 m² of land, 200 percent in 4 storeys, no coverage published
    section = page[page.index('class="fig parcel-section"') : page.index("</figure>", page.index("parcel-section"))]
    said = "4 storeys one over the other, each of 200 m², on 50 percent of the land; 50 percent of it is open"
    assert f'aria-label="{said}"' in section
    assert section.count('class="storey') == 4
    (wide,) = set(re.findall(r'<rect[^>]* width="(\d+)"', section))
    assert int(wide) == 318 // 2
    assert "Coverage is not published" in section


def test_parcels_are_compared_line_by_line_and_what_is_no_parcel_is_told(visitor: Client) -> None:
    page = unescape(body(visitor, "/en/map/compare?lot=L-7&lot=L-4&lot=L-7&lot=nowhere"))
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in table.split("<tr")[1:]]
    assert sum("Floor area allowed" in " ".join(row) for row in rows) == 1
    assert "No parcel with the code" in page
    assert page.count("/data/lots/r/L-7") >= 1
    assert re.search(r'class="differs">.*?B1', table, re.DOTALL)
    assert SECRET not in page
    five = "&".join(f"lot=L-{n}" for n in range(1, 6))
    assert 'id="other-lot"' not in body(visitor, f"/en/map/compare?{five}")
    body(visitor, "/en/map/compare?lots=L-7", 404)
    # The page of a parcel leads there, with its neighbours.
    address = re.search(r'href="(/en/map/compare[^"]+)"', body(visitor, "/en/data/lots/r/L-7"))
    assert address is not None
    assert unescape(address[1]).count("lot=") == 3


def test_words_that_begin_the_name_of_a_district_suggest_it(visitor: Client) -> None:
    places = visitor.get("/en/map/places.json", {"q": "nor"}).json()["places"]
    assert [(each["sort"], each["words"]) for each in places] == [("District", "north en")]


def test_a_code_in_what_an_objection_is_about_is_not_turned_round(visitor: Client) -> None:
    page = body(visitor, "/counter/new/objection?about=row:lots/L-7")
    assert "\u2068L-7\u2069</a>" in page
