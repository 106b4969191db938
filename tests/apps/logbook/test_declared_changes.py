"""Changes of tariffs and services: each is a leaf of the log, told with what was declared before and after."""

from __future__ import annotations

import shutil
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.apps.small_city import build

import ayan
from ayan.apps.logbook.tasks import bring_up
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City

ATOM = "{http://www.w3.org/2005/Atom}"
SHIPPED = Path(ayan.__file__).parent / "datasets" / "tariffs"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city with two services and a tariff of its own, all in the log."""
    built = build(tmp_path)
    object.__setattr__(built, "clock", FixedClock(built.clock.now()))
    (built.home / "tariffs").mkdir(exist_ok=True)
    shutil.copy(SHIPPED / "nasirshahr-renovation.toml", built.home / "tariffs" / "our-renovation.toml")
    built.__dict__["registry"] = Registry((built.home / "datasets",), built.home / "tariffs")
    monkeypatch.setattr(city, "current", lambda: built)
    bring_up(built)
    return built


def page(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200, address
    return unescape(response.content.decode())


def change(own: City, path: str, old: str, new: str) -> int:
    """Change a declared file and bring the log up to it; the number of its leaf."""
    file = own.home / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    (entry,) = bring_up(own).declarations
    assert entry.path == path
    return own.transparency_log.log.size - 1


def test_a_changed_tariff_is_a_leaf_and_told_with_the_old_and_the_new_value(own: City) -> None:
    leaf = change(own, "tariffs/our-renovation.toml", "0.015 * value", "0.02 * value")
    for address in ("/en/log/changes", "/en/log/changes?of=tariffs&code=our-renovation"):
        said = page(address)
        assert "Tariff “Renovation levy”: Changed" in said
        assert f'href="/en/log/{leaf}"' in said
        before, after = (said.index(f"<{mark}>") for mark in ("del", "ins"))
        assert "0.015 * value" in said[before:after]
        assert "0.02 * value" in said[after:]
        assert "step[levy].sql" in said
        assert said.count("<del>") == 1, "nothing else has changed"
    assert 'href="/en/log/changes?of=tariffs&code=our-renovation"' in page("/en/tariffs/our-renovation")
    assert 'href="/en/tariffs/our-renovation"' in page("/en/log/changes")
    assert "The city declared this" in page(f"/en/log/{leaf}")


def test_a_changed_service_is_a_leaf_too_and_what_it_holds_is_escaped(own: City) -> None:
    change(own, "public-services/S-2.toml", 'title = { fa = "', f'title = {{ fa = "{HOSTILE}')
    said = Client().get("/log/changes?of=public-services&code=S-2").content.decode()
    assert HOSTILE not in said
    assert "alert(1)" in said
    assert "<ins>" in said
    assert "our-renovation" not in said, "tariffs stand apart"
    assert "?of=public-services&amp;code=S-2" in Client().get("/services/S-2").content.decode()


def test_what_is_taken_away_is_told_and_its_text_stays(own: City) -> None:
    (own.home / "tariffs" / "our-renovation.toml").unlink()
    bring_up(own)
    said = page("/en/log/changes?of=tariffs")
    assert "Tariff “Renovation levy”: Taken away" in said
    assert "Tariff “Renovation levy”: Declared" in said
    text = said.partition("the text before")[0].rpartition('href="')[2].partition('"')[0]
    assert Client().get(text).status_code == 200


def test_a_feed_tells_the_same(own: City) -> None:
    change(own, "tariffs/our-renovation.toml", "0.015 * value", "0.02 * value")
    response = Client().get("/en/log/changes.atom?of=tariffs")
    assert response["Content-Type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(response.content).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [
        "Changed: Tariff “Renovation levy”", "Declared: Tariff “Renovation levy”",
    ]  # fmt: skip
    assert "from “0.015 * value” to “0.02 * value”" in ElementTree.tostring(entries[0], "unicode")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2


@pytest.mark.parametrize("query", ["?of=datasets", "?code=x", "?of=tariffs&code=" + "x" * 101, "?before=-1"])
def test_what_is_no_such_list_is_not_found(own: City, query: str) -> None:
    assert Client().get(f"/log/changes{query}").status_code == 404
