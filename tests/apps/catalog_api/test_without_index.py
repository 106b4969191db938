"""While an index is missing nobody waits for one to be built: the releases answer, and the worker builds."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.catalog_api.api_dataset import ROOT, body, publish, whole
from tests.core.query.town import SOME_ROWS

from ayan.config import index_building
from ayan.core.index.build_requests import BuildRequests
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.embedded_engine import EngineLimits
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.engines.standby import StandbyEngine
from ayan.core.query.limits import INDEX_RETRY_SECONDS
from ayan.core.query.query_service import QueryService
from ayan.core.values.clock import FixedClock
from ayan.core.values.digits import to_persian
from ayan.wiring.city import City

PAGES = ("rows", "rows.csv", "groups?by=state&sum=amount", "facets?by=state", "rows?_search=x&_sort=amount")


def files(town: City) -> list[Path]:
    return sorted((town.index_store.root / "works").glob("*.duckdb"))


def answers(client: Client, *addresses: str) -> list[bytes]:
    replies = [client.get(f"{ROOT}/{address}") for address in addresses]
    assert {reply.status_code for reply in replies} == {200}
    return [whole(reply) if reply.streaming else reply.content for reply in replies]


def present_alone(town: City) -> None:
    """Let the present have an index, and no state before it."""
    town.query_engine.close()
    shutil.rmtree(town.index_store.root)
    town.index_store.ensure("works")


def impatient(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine of the releases takes longer than a question may, as with tens of millions of rows."""
    slow = ParquetEngine(EngineLimits(processor=0, first_processor=0))
    engine = StandbyEngine(DuckDBEngine(town.index_store), slow, town.index_store)
    monkeypatch.setitem(town.__dict__, "query_service", QueryService(town.release_store, engine))


def test_a_lost_index_changes_no_answer_and_is_built_by_the_worker_alone(town: City, client: Client) -> None:
    before = answers(client, *PAGES)
    town.query_engine.close()
    shutil.rmtree(town.index_store.root)
    assert town.unindexed() == ("works",)
    assert answers(client, *PAGES) == before
    assert files(town) == []
    assert index_building.build_next(town)
    assert len(files(town)) == 1
    assert not index_building.build_next(town)
    assert answers(client, *PAGES) == before
    assert town.unindexed() == ()


def test_the_worker_builds_what_the_present_needs_before_anybody_asks(town: City) -> None:
    shutil.rmtree(town.index_store.root)
    index_building.note_missing(town)
    assert index_building.build_next(town)
    assert len(files(town)) == 1


def test_a_past_state_is_answered_without_an_index_of_it(town: City, client: Client, clock: FixedClock) -> None:
    sealed = town.release_store.releases("works")[0].sealed_at
    clock.move(timedelta(days=1))
    publish(town, "1403-05", list(SOME_ROWS[:2]))
    present_alone(town)
    built = files(town)
    past = f"rows?_as_of={sealed.isoformat().replace('+00:00', 'Z')}"
    assert body(client.get(f"{ROOT}/{past}&_count=1"))["total"] == len(SOME_ROWS)
    assert files(town) == built
    assert not index_building.build_next(town), "nobody was too slow for it"


def test_where_that_takes_too_long_the_reader_comes_again_and_finds_it_ready(
    town: City, client: Client, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = town.release_store.releases("works")[0].sealed_at
    clock.move(timedelta(days=1))
    publish(town, "1403-05", list(SOME_ROWS[:2]))
    present_alone(town)
    impatient(town, monkeypatch)
    past = f"_as_of={sealed.isoformat().replace('+00:00', 'Z')}"
    for address in (f"rows?{past}", f"rows.csv?{past}"):
        reply = client.get(f"{ROOT}/{address}")
        assert (reply.status_code, reply["Retry-After"]) == (503, str(INDEX_RETRY_SECONDS))
        assert reply["Cache-Control"] == "no-store"
        assert body(reply)["type"] == "/developers#index-pending"
        assert f"{INDEX_RETRY_SECONDS} seconds" in body(reply)["detail_en"]
        assert f"{to_persian(str(INDEX_RETRY_SECONDS))} ثانیه" in body(reply)["detail_fa"]
    page = client.get(f"/data/works?{past}")
    assert (page.status_code, page["Retry-After"]) == (503, str(INDEX_RETRY_SECONDS))
    assert "۳۰ ثانیه" in page.content.decode()
    assert index_building.build_next(town)
    assert client.get(f"{ROOT}/rows?{past}").status_code == 200


def test_notes_are_few_and_those_that_cannot_be_met_are_thrown_away(
    town: City, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ayan.core.index.build_requests.MOST_REQUESTS", 2)
    requests = BuildRequests(town.index_store.root)
    for number in range(4):
        clock.move(timedelta(days=1))
        publish(town, "1403-05", list(SOME_ROWS[: number + 1]))
        requests.add(town.release_store.snapshot("works"))
    assert len(list(requests.states(town.release_store))) == 2
    folder = town.index_store.root / "_requests"
    for path in folder.iterdir():
        path.write_text("no note")
    (folder / "strange").write_text("[]")
    assert list(requests.states(town.release_store)) == []
    assert list(folder.iterdir()) == []


def test_a_disk_that_cannot_be_written_stops_no_answer(town: City, client: Client) -> None:
    town.query_engine.close()
    shutil.rmtree(town.index_store.root)
    town.index_store.root.write_text("a file where the folder should be")
    answers(client, "rows", "rows.csv")
