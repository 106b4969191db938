"""The city's emblem: what a stranger's drawing may hold, and where it is shown once two people said yes."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.apps.accounts.people import officer, signed_in

from ayan.apps.accounts.roles import Role
from ayan.apps.profile import safe_drawing
from ayan.apps.profile.limits import LARGEST_EMBLEM
from ayan.apps.profile.models import ProfileChange
from ayan.apps.profile.safe_drawing import DrawingRefused
from ayan.cli.new_city import make_home
from ayan.core.values.label import Label
from ayan.core.values.period import parse
from ayan.ui.charts import poster
from ayan.ui.charts.poster import PictureOwner
from ayan.ui.charts.share_card import ShareCard, share_card
from ayan.wiring.emblem import Emblem

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SHAPE = '<rect width="40" height="40" fill="#123456"/>'


def svg(inside: str = SHAPE, root: str = 'viewBox="0 0 40 40"') -> bytes:
    return f"<svg {NS} {root}>{inside}</svg>".encode()


def png(wide: int = 30, high: int = 20, **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (wide, high), (200, 30, 30, 255)).save(out, "PNG", **more)
    return out.getvalue()


# --- what is taken of a drawing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>@import url(https://elsewhere.example/x.css)</style>",
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<image href="https://elsewhere.example/x.png"/>',
        '<image xlink:href="data:image/svg+xml;base64,AAAA"/>',
        '<use href="#a"/>',
        '<a href="https://elsewhere.example"><rect width="1" height="1"/></a>',
        '<rect width="4" height="4" onload="alert(1)"/>',
        '<rect width="4" height="4" ONCLICK="alert(1)"/>',
        '<rect width="4" height="4" fill="url(https://elsewhere.example/#a)"/>',
        '<rect width="4" height="4" style="fill:url(//elsewhere.example)"/>',
        '<rect width="4" height="4" fill="u\\72l(//elsewhere.example)"/>',
        '<rect width="4" height="4" xlink:href="#a"/>',
        '<linearGradient id="a" xlink:href="https://elsewhere.example/#b"/>',
        "<animate/><set/>",
        "<text>x</text>",
        '<filter id="f"/>',
        '<rect width="4" height="4" fill="javascript:alert(1)"/>',
    ],
)
def test_what_could_run_load_or_follow_anything_is_refused(inside: str) -> None:
    with pytest.raises(DrawingRefused):
        safe_drawing.rewritten(svg(SHAPE + inside))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a drawing",
        b"<html><body/></html>",
        b"<svg>" + SHAPE.encode() + b"</svg>",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg(SHAPE),
        svg(SHAPE, 'width="40"'),
        svg(SHAPE, 'viewBox="0 0 400 4"'),
        svg(""),
        svg("<g>" * 40 + SHAPE + "</g>" * 40),
        svg(SHAPE * 2_001),
        svg("<!--" + "x" * LARGEST_EMBLEM + "-->" + SHAPE),
        png()[:-30],
        png()[:40] + b"x" + png()[41:],
        png(3_000, 10),
        png(90, 9),
    ],
    ids=range(15),
)
def test_what_is_no_drawing_of_that_size_is_refused(data: bytes) -> None:
    with pytest.raises(DrawingRefused):
        safe_drawing.rewritten(data)


def test_an_editor_s_drawing_is_taken_without_its_notes() -> None:
    drawing = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
        f'<svg {NS} xmlns:inkscape="http://www.inkscape.org/" width="20mm" height="20mm" viewBox="0,0,40,40" onfoo="">'
    )
    with pytest.raises(DrawingRefused):
        safe_drawing.rewritten(f"{drawing}{SHAPE}</svg>".encode())
    drawing = drawing.replace(' onfoo=""', "") + (
        "<!-- by Somebody --><title>secret.svg</title><metadata><x>Somebody</x></metadata>"
        '<inkscape:grid a="1"><rect width="9" height="9"/></inkscape:grid>'
        '<defs><linearGradient id="a"><stop offset="0" style="stop-color:#f00;-inkscape-x:1"/></linearGradient>'
        '<linearGradient id="b" xlink:href="#a"/></defs>'
        '<g transform="translate(1,1)" inkscape:label="Layer" class="x" data-a="1">'
        """<path d="M1 1L30 30 1 30z" style="fill:url('#b');stroke:none"/></g></svg>"""
    )
    ending, kept = safe_drawing.rewritten(drawing.encode())
    text = kept.decode()
    assert ending == "svg"
    assert text.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><defs>')
    assert 'fill="url(#b)"' in text
    assert 'href="#a"' in text
    for word in ("Somebody", "inkscape", "secret", "class", "data-", "DOCTYPE", "style"):
        assert word not in text
    assert safe_drawing.rewritten(kept) == ("svg", kept), "what was written anew is written the same again"


def test_of_a_picture_its_pixels_alone_are_kept() -> None:
    plain = png(30, 20)
    words = b"tEXtComment\0Somebody"
    chunk = struct.pack(">I", len(words) - 4) + words + struct.pack(">I", zlib.crc32(words))
    ending, kept = safe_drawing.rewritten(plain[:33] + chunk + plain[33:])
    assert ending == "png"
    assert b"Somebody" not in kept
    picture = Image.open(io.BytesIO(kept))
    assert picture.size == (512, 341)
    assert picture.getpixel((250, 170)) == (200, 30, 30, 255)


def test_a_picture_that_unpacks_to_more_than_it_says_is_refused() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    bomb = zlib.compress(b"\0" * 60_000_000, 9)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 6, 0, 0, 0))
    with pytest.raises(DrawingRefused):
        safe_drawing.rewritten(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", bomb) + chunk(b"IEND", b""))


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    make_home(home, Label("شهر تازه", "New city"), opens=parse("1490-10"))
    monkeypatch.setenv("AYAN_HOME", str(home))
    monkeypatch.delenv("AYAN_STORE", raising=False)
    return home


def _give(browser: Client, data: bytes) -> Any:
    return browser.post("/en/desk/city/emblem", {"file": SimpleUploadedFile("emblem.svg", data)})


@pytest.mark.django_db
def test_an_emblem_stands_on_every_page_until_it_is_taken_away(home: Path) -> None:
    chief = signed_in(officer("chief", Role.ADMINISTRATOR))
    assert _give(chief, svg("<script/>")).status_code == 422
    assert "“script”" in _give(chief, svg("<script/>")).text
    assert _give(chief, b"").status_code == 422
    assert _give(chief, b"x" * (LARGEST_EMBLEM + 10)).status_code == 422
    assert not (home / "emblems").exists()
    answer = _give(chief, svg())
    assert answer.status_code == 302
    (name,) = [path.name for path in (home / "emblems").iterdir()]
    assert f"/desk/city/emblem/{name}" in chief.get(answer.headers["Location"]).text
    reader = Client()
    address = f"/emblem/{name}"
    page = reader.get("/").text
    assert f'<img src="{address}" alt="" width="40" height="40">' in page
    assert f'<link rel="icon" href="{address}" type="image/svg+xml">' in page
    shown = reader.get(address)
    assert shown.headers["Content-Type"] == "image/svg+xml"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert SHAPE.removesuffix("/>").encode() in shown.content
    assert reader.get("/favicon.ico").headers["Location"] == address
    assert reader.get(f"/emblem/{'0' * 64}.svg").status_code == 404
    assert chief.post("/en/desk/city/emblem/take").status_code == 302
    assert '<img src="/emblem' not in reader.get("/").text
    assert reader.get(address).status_code == 404, "what is in use no longer is shown to officers alone"
    assert chief.get(f"/desk/city/emblem/{name}").status_code == 200
    assert ProfileChange.objects.count() == 2


def test_in_a_picture_that_travels_alone_the_emblem_travels_with_it() -> None:
    address = Emblem("0" * 64 + ".svg", svg()).data_address
    card = share_card(ShareCard("kind", "title", "words", "source", "fa"), PictureOwner("شهر", address))
    assert f'<image href="{address}"' in card
    blue, without = (
        poster.png(share_card(ShareCard("kind", "title", "words", "source", "fa"), PictureOwner("شهر", shown)))
        for shown in (address, "")
    )
    colours = [{colour for _n, colour in Image.open(io.BytesIO(data)).convert("RGB").getcolors(1 << 24) or ()}
               for data in (blue, without)]  # fmt: skip
    assert (0x12, 0x34, 0x56) in colours[0] - colours[1]


@pytest.mark.django_db
def test_a_clerk_gives_no_emblem_and_sees_none_that_waits(home: Path) -> None:
    clerk = signed_in(officer("clerk", Role.CLERK))
    assert _give(clerk, svg()).status_code == 403
    assert clerk.get(f"/desk/city/emblem/{'0' * 64}.svg").status_code == 403
    assert not (home / "emblems").exists()


@pytest.mark.django_db
def test_what_a_city_writes_of_itself_stands_on_the_page_about_it(home: Path) -> None:
    chief = signed_in(officer("chief", Role.ADMINISTRATOR))
    typed = {"name-fa": "شهر تازه", "about-fa": "ما <b>شهر</b> کوچکی هستیم."}
    assert chief.post("/en/desk/city", typed).status_code == 302
    assert "ما &lt;b&gt;شهر&lt;/b&gt; کوچکی هستیم." in Client().get("/about").text
    assert "[about]" in (home / "ayan.toml").read_text(encoding="utf-8")
    assert chief.post("/en/desk/city", {"name-fa": "شهر", "about-en": "We are small."}).status_code == 422
