"""Balances that cannot be judged, that have nothing to hold, or that allow more than equality; and a city with none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.built_city import opened
from tests.apps.catalog_pages.page_elements import links, page, shown
from tests.apps.civic_city import OUTLAY_ROWS, build_civic, declared, publish

from ayan.apps.audits import balances
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City

BALANCE: Final = """
title = {{ fa = "{fa}", en = "{code} en" }}
says = {{ fa = "ساختگی", en = "Invented" }}
parts = [{{ fa = "ردیف", en = "Line" }}]
holds = "{holds}"
tolerance = {tolerance}

[[left]]
of = "outlays"
value = "sum(used)"
where = "{where}"
by = ["line"]

[[right]]
of = "outlays"
value = "sum(voted)"
where = "{where}"
by = ["line"]
"""
DECLARED: Final[Mapping[str, Mapping[str, object]]] = {
    "silent": {"where": "used IS NULL", "holds": "equal", "tolerance": 0},
    "within": {"where": "voted IS NOT NULL", "holds": "at-most", "tolerance": 0},
    "nearly": {"where": "voted IS NOT NULL", "holds": "at-most", "tolerance": 49_990},
    "least": {"where": "used IS NOT NULL", "holds": "at-least", "tolerance": 0},
    "never": {"where": "voted < 0", "holds": "equal", "tolerance": 0},
}
ROWS: Final = [row for row in OUTLAY_ROWS if row[0] == "1403"]
KNOWN: Final = {row[2]: int(row[9]) - int(row[7]) for row in ROWS if row[9] != ""}
"""What was used less what was voted, of the lines that say both, from the rows themselves."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> City:
    """One year of a budget with these balances."""
    home: Path = tmp_path_factory.mktemp("unjudged")
    town = declared(home, "outlays")
    publish(town, "outlays", ROWS, "1403")
    folder = home / "datasets" / "outlays" / "audits"
    folder.mkdir()
    for code, parts in DECLARED.items():
        text = BALANCE.format(code=code, fa=f"موازنهٔ {code}", **parts)
        (folder / f"{code}.toml").write_text(text, encoding="utf-8")
    return opened(home, town.clock.now())


@pytest.fixture
def visitor(built: City, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(city, "current", lambda: built)
    return Client()


def row_of(text: str, title: str) -> str:
    """The words of the row of a balance in the table of all."""
    return shown(next(row for row in text.split("<tr>") if title in row).split("</tr>")[0])


def test_programs_are_told_what_could_not_be_judged(visitor: Client) -> None:
    by_code = {balance["code"]: balance for balance in promised(visitor.get("/api/v1/audits"))["balances"]}
    over = {line: off for line, off in KNOWN.items() if off > 0}
    under = {line: off for line, off in KNOWN.items() if off < 0}
    silent = len(ROWS) - len(KNOWN)
    expected = {
        "silent": (True, silent, 0, silent, 0),
        "within": (False, len(ROWS), len(over), silent, sum(over.values())),
        "nearly": (True, len(ROWS), 0, silent, 0),
        "least": (False, len(KNOWN), len(under), 0, -sum(under.values())),
        "never": (True, 0, 0, 0, 0),
    }
    for code, numbers in expected.items():
        balance = by_code[f"outlays/{code}"]
        balance_numbers = (
            balance["holds"],
            balance["groups"],
            balance["failed"],
            balance["unknown"],
            int(balance["off"]),
        )
        assert balance_numbers == numbers, code
        detail = promised(visitor.get(balance["url"]))
        shown_groups = {group["key"][0]: int(group["difference"]) for group in detail["failures"]}
        assert shown_groups == {"within": over, "least": under}.get(code, {})


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("", {"silent": "سنجیدنی نیست", "never": "هنوز داده‌ای نیست", "within": "برابر نیست", "nearly": "برابر است"}),
        ("/en", {"silent": "Cannot be judged", "never": "No data yet", "within": "Does not agree", "nearly": "Agrees"}),
    ],
)
def test_what_could_not_be_judged_is_not_said_to_agree(visitor: Client, prefix: str, words: dict[str, str]) -> None:
    table = page(visitor, f"{prefix}/audits")
    for code, word in words.items():
        title = f"{code} en" if prefix else f"موازنهٔ {code}"
        assert word in row_of(table, title)
        assert word in shown(page(visitor, f"{prefix}/audits/outlays/{code}"))
    assert words["nearly"] not in row_of(table, "silent en" if prefix else "موازنهٔ silent").replace("برابر نیست", "")


def test_a_page_says_why_and_shows_no_sum_of_what_is_not_there(visitor: Client) -> None:
    silent = shown(page(visitor, "/en/audits/outlays/silent"))
    assert "2 groups were held, and 0 do not agree." in silent
    assert "2 cannot be judged, since a value they need is not published." in silent
    assert "Where it does not agree" not in silent
    within = page(visitor, "/en/audits/outlays/within")
    assert "49,990" in shown(within)
    assert any("line=91" in href for href in links(within, "/en/data/outlays?"))


def test_the_first_sentence_is_true_where_nothing_fails(
    built: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "calm"
    shutil.copytree(built.home, home)
    for code in ("within", "least"):
        (home / "datasets" / "outlays" / "audits" / f"{code}.toml").unlink()
    calm = opened(home, built.clock.now())
    monkeypatch.setattr(city, "current", lambda: calm)
    words = shown(page(Client(), "/en/audits"))
    assert "Every balance agrees" not in words
    assert "3 balances cannot be judged, wholly or in part" in words


def test_the_history_tells_programs_what_it_tells_people(built: City, visitor: Client) -> None:
    assert promised(visitor.get("/api/v1/audits"))["night"] is None
    assert balances.keep_today(built)
    built.__dict__.pop("site_version", None)
    night = promised(visitor.get("/api/v1/audits"))["night"]
    assert night["failing"] == 2
    (turn,) = promised(visitor.get("/api/v1/audits/outlays/within"))["nights"]
    assert turn == {"day": night["day"], "groups": 5, "failed": 1, "unknown": 2, "off": "49990"}


@pytest.mark.parametrize("address", ["/api/v1/audits", "/api/v1/audits/outlays/within"])
def test_a_program_that_has_it_is_not_sent_it_again(visitor: Client, address: str) -> None:
    first = visitor.get(address)
    again = visitor.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert visitor.post(address).status_code == 405
    odd = visitor.get(f"{address}?_unit=rial")
    assert (odd.status_code, odd.json()["type"]) == (400, "/developers#unknown-parameter")


@pytest.mark.parametrize(
    "name", ["outlays/%00", "outlays/WITHIN", "nobody/within", "outlays/..", f"outlays/{'w' * 3000}"]
)
def test_a_balance_that_is_not_there_is_not_found_at_any_door(visitor: Client, name: str) -> None:
    for address in (f"/audits/{name}", f"/en/audits/{name}", f"/api/v1/audits/{name}"):
        assert visitor.get(address).status_code == 404


def test_a_city_without_balances_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = declared(tmp_path, "deeds")
    monkeypatch.setattr(city, "current", lambda: town)
    visitor = Client()
    assert "No balance is declared for this city." in shown(page(visitor, "/en/audits"))
    assert "موازنه‌ای تعریف نشده است" in shown(page(visitor, "/audits"))
    document = json.loads(visitor.get("/api/v1/audits").content)
    assert document["balances"] == []
    assert [(column["field"], column["whole"], column["partly"]) for column in document["columns"]] == [
        ("paid", [], [])
    ]


def test_a_night_holds_the_others_while_a_dataset_is_damaged_and_says_which_it_could_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = build_civic(tmp_path / "damaged")
    monkeypatch.setattr(city, "current", lambda: town)
    (part, *_) = town.release_store.snapshot("deeds").releases[0].parts()
    whole = part.read_bytes()
    part.chmod(0o600)
    part.write_bytes(whole[:4] + b"\xff" * (len(whole) - 12) + whole[-8:])
    assert balances.keep_today(town)
    (damaged,) = town.balance_history.newest()
    assert (set(damaged.tallies), damaged.unheld) == ({"outlays/shares"}, frozenset({"outlays/paid"}))
    part.write_bytes(whole)
    visitor = Client()
    assert promised(visitor.get("/api/v1/audits"))["night"]["unheld"] == ["outlays/paid"]
    assert "1 could not be held, for their data was damaged." in shown(page(visitor, "/en/audits"))
    assert "۱ موازنه سنجیده نشد" in shown(page(visitor, "/audits"))
    # Mended, it is held the night after; the night without it is no turn of its outcome.
    assert isinstance(town.clock, FixedClock)
    for _ in range(2):
        town.clock.move(timedelta(days=1))
        assert balances.keep_today(town)
    assert [night.unheld for night in town.balance_history.newest()] == [frozenset(), frozenset(), {"outlays/paid"}]
    ((first, _),) = town.balance_history.turns("outlays/paid", 5)
    assert first.day > damaged.day
