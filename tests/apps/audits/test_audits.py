"""The pages of the balances: what does not agree is said first, with the rows behind it and the way to compute it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from django.test import Client
from tests.apps.answer_promise import promised
from tests.apps.small_city import HOSTILE, build, publish, sheet

from ayan.apps.audits import balances
from ayan.apps.audits.balances import hold_all
from ayan.config.tasks import regular
from ayan.core.audit.outcomes import CACHE
from ayan.core.publish.sealing import withdraw
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City

PAGE = "/audits/works/halves"
OPEN = {number for number in range(1, 61) if number % 3}
LARGE = set(range(11, 61))


@pytest.fixture
def shown(reader: Client) -> str:
    answer = reader.get(f"/en{PAGE}")
    assert answer.status_code == 200
    return answer.content.decode()


def failures(page: str) -> Iterator[list[str]]:
    """The cells of each differing group, without tags."""
    for row in re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1].split("</tbody>")[0], re.DOTALL):
        yield [re.sub(r"<[^>]+>", " ", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]


@pytest.mark.parametrize(("prefix", "said"), [("", "۱ موازنه برقرار نیست"), ("/en", "1 balance does not agree")])
def test_what_does_not_agree_is_said_first(reader: Client, prefix: str, said: str) -> None:
    page = re.sub(r"<[^>]+>", "", reader.get(f"{prefix}/audits").content.decode())
    assert said in re.sub(r"\s+", " ", page)
    assert HOSTILE not in reader.get(f"{prefix}/audits").content.decode()


def test_every_differing_group_is_listed(shown: str) -> None:
    wrong = OPEN ^ LARGE
    assert {re.sub(r"\s", "", cells[0]) for cells in failures(shown)} == {f"C-{number:03}" for number in wrong}


def test_the_links_of_a_group_lead_to_its_rows(reader: Client, shown: str) -> None:
    (address, *_) = re.findall(r'href="(/en/data/works\?number=[^"]+)"', shown)
    assert reader.get(html.unescape(address)).status_code == 200


def test_anybody_gets_the_same_from_the_sql_on_the_page(small_city: City, shown: str) -> None:
    (sql,) = re.findall(r'aria-label="SQL"[^>]*>(.*?)</pre>', shown, re.DOTALL)
    parts = [str(path) for release in small_city.release_store.snapshot("works").releases for path in release.parts()]
    with duckdb.connect() as con:
        con.execute(f"CREATE VIEW works AS FROM read_parquet({parts})")
        rows = con.execute(html.unescape(sql)).fetchall()
    assert {row[0] for row in rows if row[-1]} == {f"C-{number:03}" for number in OPEN ^ LARGE}


def test_programs_are_told_what_the_pages_say(reader: Client, small_city: City) -> None:
    document = promised(reader.get("/api/v1/audits"))
    assert [(balance["code"], balance["holds"], balance["failed"]) for balance in document["balances"]] == [
        ("works/halves", False, len(OPEN ^ LARGE))
    ]
    column = next(covered for covered in document["columns"] if covered["field"] == "amount")
    assert (column["whole"], column["partly"]) == ([], ["works/halves"])
    detail = promised(reader.get(document["balances"][0]["url"]))
    assert {group["key"][0] for group in detail["failures"]} == {f"C-{number:03}" for number in OPEN ^ LARGE}
    assert detail["releases"] == [each.ref for each in small_city.release_store.snapshot("works").releases]
    assert reader.get("/api/v1/audits/works/nothing").status_code == 404
    assert reader.get("/api/v1/audits?x=1").status_code == 400


def test_a_balance_that_is_not_there(reader: Client) -> None:
    assert reader.get("/audits/works/nothing").status_code == 404
    assert reader.post(PAGE).status_code == 405


def test_what_is_withdrawn_is_forgotten(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = build(tmp_path_factory.mktemp("town"))
    monkeypatch.setattr(city, "current", lambda: town)
    reader = Client()
    assert "C-001" in reader.get(PAGE).content.decode()
    assert balances.keep_today(town)
    assert not balances.keep_today(town)
    kept = list((town.home / "index" / CACHE).glob("*.json"))
    assert any(b"C-001" in file.read_bytes() for file in kept)
    withdraw(town.publish_context, town.release_store.current("works")["1403"], "wrong-data", "ناظر ساختگی")
    assert not list((town.home / "index" / CACHE).glob("*.json"))
    assert "C-001" not in reader.get(PAGE).content.decode()
    publish(town, sheet(2, year=1404), "1404", "works-1404.csv")
    assert "C-001" in reader.get(PAGE).content.decode()
    # The night before is told of by counts alone, and stays.
    assert isinstance(town.clock, FixedClock)
    town.clock.move(timedelta(days=1))
    hold_all.call()
    assert hold_all in [task for task, _ in regular()]
    first, second = reversed(list(town.balance_history.newest()))
    assert (first.failing, second.failing) == (1, 1)
    assert first.tallies["works/halves"].groups > second.tallies["works/halves"].groups
    assert all(b"C-0" not in path.read_bytes() for path in (town.home / "audits").glob("*.json"))
    page = reader.get(f"/en{PAGE}").content.decode()
    assert page.rsplit("Since when it has been so", 1)[1].count("Does not agree") == 2
    assert "Every night all of them are held" in reader.get("/en/audits").content.decode()


def test_a_draft_is_held_as_if_it_stood_in_place_of_its_period(small_city: City, tmp_path: Path) -> None:
    """What fails already is told from what a draft makes worse, group by group; who no balance reads pays nothing."""
    (part,) = small_city.release_store.current("works")["1403"].parts()
    reconciler = small_city.reconciler("works")
    (same,) = reconciler.hold("1403", [part])
    assert (same.worse, same.failed_before, same.blocks) == (0, same.outcome.failed, False)
    assert same.outcome.failed == len(OPEN ^ LARGE)
    assert (same.outcome.off, same.shifts[0].before) == (same.off_before, same.shifts[0].group.difference)
    draft = tmp_path / "draft.parquet"
    number = f"C-{min(OPEN & LARGE):03}"
    with duckdb.connect() as con:
        changed = f"CASE WHEN number = '{number}' THEN 'closed' ELSE state END AS state"
        con.execute(f"COPY (SELECT * REPLACE ({changed}) FROM '{part}') TO '{draft}' (FORMAT parquet)")
    (worse,) = reconciler.hold("1403", [draft])
    assert (worse.worse, worse.outcome.failed) == (1, same.outcome.failed + 1)
    assert (worse.shifts[0].group.key, worse.shifts[0].worse) == ((number,), True)
    (beside,) = reconciler.hold("1404", [part])
    assert beside.outcome.groups == same.outcome.groups
    assert small_city.reconciler("unsent").hold("all", []) == ()
