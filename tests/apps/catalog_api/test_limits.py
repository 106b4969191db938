"""What one question may cost: beyond it there is a clear refusal, and a file that breaks off does not look whole."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.apps.catalog_api.api_dataset import ROOT, Declared, body, publish

from ayan.config.observation import AnswerBrokenOff
from ayan.config.wsgi import application
from ayan.core.query import changes, part_comparison
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.embedded_engine import EngineLimits
from ayan.core.query.formats import columnar
from ayan.core.query.part_comparison import ComparisonLimits as Comparing
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.values.clock import FixedClock
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

ROWS = 70_000
# Long enough for the first piece on a busy machine.
SHORT = 3.0
NO_TIME = EngineLimits(seconds=0, first_seconds=0)
NO_MEMORY = EngineLimits(memory="4MB", stream_memory="4MB", disk="0B")
Limit = Callable[[EngineLimits], None]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city with a release of more rows than one batch holds, and the same in another order as its correction."""
    home = tmp_path_factory.mktemp("large")
    clock = FixedClock(datetime(2024, 8, 5, 12, tzinfo=UTC))
    parts = CityParts(registry=Declared())
    test_city = City(home, home / "store", clock, parts=parts)
    rows: list[dict[str, Any]] = [{"number": f"C-{n}", "title": f"کار {n:0100}", "amount": n} for n in range(ROWS)]
    for each in (rows, rows[::-1]):
        publish(test_city, "1403-05", each)
        clock.move(timedelta(days=1))
    test_city.query_service.snapshot(Declared().get("works"), Question(slug="works"))
    return test_city


@pytest.fixture
def limit(large: City, monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Gives the city a reader with another budget."""
    monkeypatch.setattr(city, "current", lambda: large)

    def given(budget: EngineLimits) -> None:
        monkeypatch.setitem(
            large.__dict__, "query_service", QueryService(large.release_store, DuckDBEngine(large.index_store, budget))
        )

    return given


def refused(address: str, code: str) -> None:
    response = Client().get(f"{ROOT}/{address}")
    assert response.status_code == 503, address
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"].isdigit()
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response
    document = body(response)
    assert document["type"] == f"/developers#{code}"
    assert document["detail_en"].isascii()
    assert document["detail_fa"] == document["detail"]
    assert "arrow" in document["detail_en"]  # what to do: narrow the question


PATHS = (
    "rows", "rows?_sort=title", "rows?_search=کار&_count=1", "rows/C-1", "groups?by=number&median=amount", "facets?by=number",
    "rows.atom", "rows.csv", "rows.ndjson?title__contains=7", "rows.parquet", "rows.xlsx",
)  # fmt: skip


@pytest.mark.parametrize("address", PATHS)
def test_a_question_that_takes_too_long_is_stopped(limit: Limit, address: str) -> None:
    limit(NO_TIME)
    refused(address, "too-slow")


@pytest.mark.parametrize(
    "address", ["rows.csv?_sort=title", "groups?by=title&distinct=number&_sort_desc=distinct_number"]
)
def test_a_question_that_takes_too_much_memory_is_stopped(limit: Limit, address: str) -> None:
    limit(NO_MEMORY)
    refused(address, "too-heavy")


@pytest.mark.parametrize("ending", ["json", "ndjson", "csv"])
@pytest.mark.parametrize(
    ("budget", "code"),
    [
        (Comparing(seconds=0, file_seconds=0), "too-slow"),
        (Comparing(memory="10MB", disk="0B"), "too-heavy"),
    ],
)
def test_a_comparison_has_its_limits_too(
    limit: Limit, monkeypatch: pytest.MonkeyPatch, ending: str, budget: Comparing, code: str
) -> None:
    monkeypatch.setattr(changes, "BUDGET", budget)
    refused(f"changes.{ending}", code)


def test_what_does_not_fit_in_memory_may_not_fill_the_disk(limit: Limit, large: City) -> None:
    limit(EngineLimits(memory="30MB", stream_memory="30MB", disk="1MB"))
    refused("rows.csv?_sort=title", "too-heavy")
    # DuckDB takes its file away when the last block of it is given back, which may be a moment later.
    left = sum(path.stat().st_size for path in large.index_store.spill.rglob("*") if path.is_file())
    assert left <= 2_000_000
    assert not list((large.home / "index").glob("*/*.tmp")), "nothing but the folder that is swept"


# --- a file that breaks off -----------------------------------------------------------------------------------------


def broken(address: str) -> bytes:
    """What a slow reader gets of a file whose time runs out: asked of the site as the web server asks it."""
    responses: list[Any] = []
    path, _, query = f"{ROOT}/{address}".partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "testserver", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
    }  # fmt: skip
    answer = application(environ, lambda status, headers: responses.append((status, headers)))
    pieces = iter(answer)
    out = [next(pieces)]
    sleep(SHORT + 0.2)
    # What it broke off for stands in the answer; of the fault the server hears no word.
    with pytest.raises(AnswerBrokenOff):
        out += pieces
    answer.close()  # type: ignore[attr-defined]  # the door's streams have it
    assert responses[0][0] == "200 OK"
    return b"".join(out)


@pytest.fixture
def short(limit: Limit) -> None:
    limit(EngineLimits(stream_seconds=SHORT))


@pytest.mark.django_db
@pytest.mark.usefixtures("short")
def test_ndjson_that_breaks_off_says_so() -> None:
    lines = broken("rows.ndjson").splitlines()
    assert len(lines) < ROWS
    last = json.loads(lines[-1])
    assert set(last) == {"incomplete"}
    assert last["incomplete"]["detail_en"].startswith("The answer took too long")
    assert "_row" in json.loads(lines[-2])


@pytest.mark.django_db
@pytest.mark.usefixtures("short")
def test_csv_that_breaks_off_says_so_and_stops_strict_readers() -> None:
    text = broken("rows.csv")
    assert text.splitlines()[-1].startswith(b'"INCOMPLETE: The answer took too long')
    with pytest.raises(pa.ArrowInvalid, match="column"):
        pa.csv.read_csv(io.BytesIO(text))


@pytest.mark.django_db
@pytest.mark.usefixtures("short")
def test_parquet_and_workbooks_that_break_off_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "GROUP_ROWS", 10_000)
    with pytest.raises(pa.ArrowInvalid):
        pq.read_table(io.BytesIO(broken("rows.parquet")))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(broken("rows.xlsx")))


@pytest.mark.django_db
def test_changes_that_break_off_say_so(limit: Limit, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(EngineLimits())
    monkeypatch.setattr(part_comparison, "CHUNK", 2_500)
    monkeypatch.setattr(changes, "BUDGET", Comparing(file_seconds=60, stream_seconds=SHORT))
    lines = broken("changes.ndjson?to=1403-05/1").splitlines()
    assert set(json.loads(lines[-1])) == {"incomplete"}
    assert len(lines) < ROWS
