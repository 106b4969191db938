"""A city's own colours: taken, refused where they cannot be read, and laid over the ordinary ones on every page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from tests.apps.small_city import build

from ayan.wiring import city
from ayan.wiring.profile import DEFAULTS, TEXT, Brand, Profile, contrast


def test_chosen_colours_make_a_sheet_and_the_others_stay() -> None:
    brand = Brand.read({"brand": "#5B2A6E", "link": "#4a1f8c"})
    assert brand.css.startswith("@layer tokens{:root{--brand:#5b2a6e;--link:#4a1f8c;}@media screen")
    assert Brand.read({}).css == ""


@settings(max_examples=60)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(DEFAULTS, st.integers(0, 0xFFFFFF).map("#{:06x}".format))))
def test_colours_that_are_read_on_paper_are_read_in_the_dark_too(colours: dict[str, str]) -> None:
    try:
        dark = Brand.read(colours).dark
    except ValueError:
        reject()
    for name, grounds in {
        "brand-ink": ("#0e1817",), "link": ("#0e1817", "#14211f"), "link-hover": ("#0e1817", "#14211f"),
        "on-soft": (dark.get("brand-soft", "#12363a"),),
    }.items():  # fmt: skip
        if name in dark:
            assert all(contrast(dark[name], ground) >= TEXT for ground in grounds), (name, dark)
    for fill in ("brand", "brand-deep"):
        if fill in dark:
            assert contrast(dark[fill], "#ffffff") >= TEXT


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"brand": "#9fd3d6"}, "contrast of"),
        ({"saffron": "#333333"}, "saffron on #12201f"),
        ({"brand": "teal"}, "colour such as"),
        ({"brand": "#0b5c63;}*{display:none"}, "colour such as"),
        ({"ink": "#000000"}, "no colour 'ink'"),
        ("red", "table of colours"),
    ],
)
def test_colours_that_cannot_be_used_are_refused_in_a_sentence(table: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Brand.read(table)


def test_a_broken_colour_is_told_with_the_name_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "ayan.toml").write_text('[brand]\nlink = "blue"', encoding="utf-8")
    with pytest.raises(ValueError, match=r"ayan\.toml: brand: link"):
        Profile.read(tmp_path / "ayan.toml")


def test_every_page_links_the_sheet_of_a_city_that_has_colours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_city = build(tmp_path)
    profile = tmp_path / "ayan.toml"
    text = profile.read_text(encoding="utf-8") if profile.is_file() else ""
    monkeypatch.setattr(city, "current", lambda: plain_city)
    assert "brand.css" not in Client().get("/about").content.decode()
    profile.write_text(text + '\n[brand]\nbrand = "#5b2a6e"\n', encoding="utf-8")
    coloured = city.City(plain_city.home, plain_city.store, plain_city.clock)
    monkeypatch.setattr(city, "current", lambda: coloured)
    page = Client().get("/about").content.decode()
    address = page.split('href="/brand.css')[1].split('"')[0]
    sheet = Client().get("/brand.css" + address)
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert sheet.content.startswith(b"@layer tokens{:root{--brand:#5b2a6e;}")
