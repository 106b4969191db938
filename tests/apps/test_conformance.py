"""Every kind of page is valid HTML, as the Nu checker judges it, and holds no blank, no name of a field and no code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.addresses import CIVIC_PAGES, CIVIC_REFUSALS, ODD, PAGES, REFUSALS, SLASHED, filled
from tests.apps.holes import holes
from tests.apps.nu_checker import errors, nu_checker
from tests.sampling import sampled

from ayan.wiring import city
from ayan.wiring.city import City


@pytest.fixture
def checker() -> list[str]:
    return nu_checker()


@pytest.mark.parametrize("prefix", sampled("valid pages", ["", "/en"], 1))
def test_no_page_has_an_error(reader: Client, tmp_path: Path, checker: list[str], prefix: str) -> None:
    files = []
    for address in (prefix + path for path in (*PAGES, *REFUSALS)):
        answer = reader.get(filled(address, lambda path: reader.get(path).content.decode()))
        assert address.endswith(REFUSALS) or answer.status_code == 200, address
        files.append(tmp_path / f"{re.sub(r'[^a-z0-9]+', '-', address)}.html")
        files[-1].write_bytes(answer.content)
    assert errors(checker, *files) == []


@pytest.mark.parametrize("prefix", sampled("valid special pages", ["", "/en"], 1))
def test_no_special_page_has_an_error(
    built_civic: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, checker: list[str], prefix: str
) -> None:
    monkeypatch.setattr(city, "current", lambda: built_civic)
    files: list[Path] = []
    for address in (prefix + path for path in (*CIVIC_PAGES, *CIVIC_REFUSALS)):
        answer = Client().get(address)
        assert answer.status_code == (404 if address.endswith(CIVIC_REFUSALS) else 200), address
        files.append(tmp_path / f"{len(files)}.html")
        files[-1].write_bytes(answer.content)
    assert errors(checker, *files) == []


EVERY = [(prefix, path) for path in (*PAGES, *REFUSALS, *ODD) for prefix in ("", "/en")]
SPECIAL = [(prefix, path) for path in (*CIVIC_PAGES, *CIVIC_REFUSALS, SLASHED) for prefix in ("", "/en")]


@pytest.mark.parametrize(("prefix", "path"), sampled("holes", EVERY, 24))
def test_no_page_has_a_hole(reader: Client, prefix: str, path: str) -> None:
    address = filled(prefix + path, lambda asked: reader.get(asked).content.decode())
    assert list(holes(reader.get(address).content.decode(), address)) == []


@pytest.mark.parametrize(("prefix", "path"), sampled("special holes", SPECIAL, 1, by=lambda case: case[1]))
def test_no_special_page_has_a_hole(built_civic: City, monkeypatch: pytest.MonkeyPatch, prefix: str, path: str) -> None:
    monkeypatch.setattr(city, "current", lambda: built_civic)
    assert list(holes(Client().get(prefix + path).content.decode(), path)) == []


def test_a_hole_is_seen() -> None:
    page = (
        "<p>ستون «…» نیست</p><p>signed_on__gte</p><p>a {blank} b</p><bdi class='code'>column-absent</bdi>"
        "<a href='/council/resolution/1404%252F268'>x</a><p>signed_on</p><pre>signed_on</pre><code>{x}</code>"
    )
    seen = list(holes(page, "/data/works"))
    kinds = ("quoted twice", "a blank «…»", "a parameter", "a blank {blank}", "a code", "a name of a field signed_on")
    assert all(any(each.startswith(kind) for each in seen) for kind in kinds), seen
    assert not any("{x}" in each for each in seen)
    assert list(holes(page, "/developers")) == [seen[0]]


def test_the_checker_sees_an_error(tmp_path: Path, checker: list[str]) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><html lang="fa"><title>x</title><p><div></div></p><img>', encoding="utf-8")
    assert errors(checker, page)
