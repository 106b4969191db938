"""A pull from a database, SQLite and a real PostgreSQL: a declared query, read-only, for one period."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.apps.desk.town import counts
from tests.apps.sources.senders import Senders

from ayan.apps.desk.models import SubmissionState
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import tasks
from ayan.apps.sources.models import Arrival, Source
from ayan.wiring.city import City

QUERY = """
SELECT number AS "شماره قرارداد", subject AS "موضوع", amount AS "مبلغ", day AS "تاریخ"
FROM trial_deals WHERE year = :period ORDER BY number;
"""
ROWS = [
    ("1403", "C-1", "ساخت پیاده‌رو", 1_500_000, "1403/02/11"),
    ("1403", "C-2", "خرید نهال", 2_000_000, "1403/03/01"),
    ("1402", "C-9", "سال دیگر", 5, "1402/01/01"),
]
TABLE = "CREATE TABLE trial_deals (year TEXT, number TEXT, subject TEXT, amount NUMERIC(18, 0), day TEXT)"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the rows in it."""
    if request.param == "sqlite":
        path = tmp_path / "finance.sqlite"
        with closing(sqlite3.connect(path)) as file, file:
            file.execute(TABLE)
            file.executemany("INSERT INTO trial_deals VALUES (?, ?, ?, ?, ?)", ROWS)
        yield f"sqlite:///{path}"
        return
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        pytest.skip("no PostgreSQL: DATABASE_URL names no server (make test-postgres)")
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS trial_deals")
        connection.execute(TABLE)
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO trial_deals VALUES (%s, %s, %s, %s, %s)", ROWS)
        yield address
        connection.execute("DROP TABLE trial_deals")


def declared(town: City, name: str, text: str) -> None:
    folder = town.home / "queries"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.sql").write_text(text, encoding="utf-8")


@pytest.fixture
def source(town: City, senders: Senders, database: str, monkeypatch: pytest.MonkeyPatch) -> Source:
    declared(town, "deals", QUERY)
    monkeypatch.setenv("AYAN_SOURCE_DB_NAME", database)
    return senders.source("database", where="AYAN_SOURCE_DB_NAME", query="deals")


def looked(source: Source) -> str:
    return tasks.run_due(source.slug)[0].codes[0]


def test_the_rows_of_the_period_become_a_submission_once(town: City, senders: Senders, source: Source) -> None:
    assert looked(source) == "arrived"
    senders.work()
    arrival = senders.arrival()
    assert (arrival.code, arrival.period, arrival.name) == ("new-header", "1403", "finance-database-1403.csv")
    clerk = senders.officers.browser("clerk")
    submission = senders.submission()
    page = clerk.get(f"/desk/u/{submission.pk}/columns").content.decode()
    assert "ساخت پیاده‌رو" in page
    assert "سال دیگر" not in page
    columns = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
    assert (
        clerk.post(
            f"/desk/u/{submission.pk}/columns", {"expected_revision": submission.revision, **columns}
        ).status_code
        == 302
    )
    senders.work()
    assert counts(senders.submission())["errors"] == 0
    assert counts(senders.submission())["read"] == 2
    # The same rows are the same file.
    assert looked(source) == "duplicate"
    assert Arrival.objects.count() == 1


def test_a_query_can_only_read(town: City, source: Source, database: str) -> None:
    for text in (
        "DELETE FROM trial_deals", "DROP TABLE trial_deals", "INSERT INTO trial_deals (year) VALUES ('1403') RETURNING year",
    ):  # fmt: skip
        declared(town, "deals", text)
        # To a server whose rows are read one after the other, whatever is no question is a mistake in writing one.
        assert looked(source) == ("query-syntax" if database.startswith("postgres") else "query-failed"), text
    declared(town, "deals", QUERY)
    assert looked(source) == "arrived"


def test_what_goes_wrong_is_told_without_the_address(
    town: City, source: Source, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    declared(town, "deals", "SELECT * FROM trial_nothing")
    assert looked(source) == "query-names"
    declared(town, "deals", "SELECT :other")
    assert looked(source) == "query-missing"
    declared(town, "deals", "SELECT year FROM trial_deals WHERE year = '1200'")
    assert looked(source) == "empty"
    declared(town, "deals", "  ")
    assert looked(source) == "query-missing"
    declared(town, "deals", QUERY)
    for address, code in (
        ("postgresql://reader:hunter2@127.0.0.1:1/x", "connection-failed"),
        ("nothing://reader:hunter2@h/x", "driver-missing"),
        ("hunter2", "secret-odd"),
        ("sqlite:///nowhere/nothing.sqlite", "connection-failed"),
        ("", "secret-missing"),
    ):
        monkeypatch.setenv("AYAN_SOURCE_DB_NAME", address)
        assert looked(source) == code, address
    assert "hunter2" not in caplog.text
    assert "hunter2" not in str(list(Source.objects.values())) + str(list(source.runs.values()))


def test_a_query_that_takes_too_long_is_stopped(town: City, source: Source, settings: Any, database: str) -> None:
    settings.PULL_SECONDS = 1
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n"
    declared(town, "deals", slow)
    assert looked(source) == "too-slow"
    settings.PULL_SECONDS, settings.UPLOAD_BYTES = 30, 10_000
    declared(town, "deals", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")
    assert looked(source) == "too-large"


def test_values_are_written_as_a_clerk_would(town: City, source: Source, senders: Senders, database: str) -> None:
    cast = "CAST('2024-05-01' AS DATE)" if database.startswith("postgres") else "'2024-05-01'"
    declared(
        town,
        "deals",
        f"SELECT NULL AS a, 1.50 AS b, {cast} AS c, 'x' || char_length('ab') AS d"
        if database.startswith("postgres")
        else f"SELECT NULL AS a, 1.5 AS b, {cast} AS c, 'x2' AS d",
    )
    assert looked(source) == "arrived"
    senders.work()
    clerk = senders.officers.browser("clerk")
    page = clerk.get(f"/desk/u/{senders.submission().pk}/file").content.decode()
    assert "2024-05-01" in page
    assert "1.5" in page
    assert senders.submission().state == SubmissionState.DRAFT


def test_a_source_names_only_variables_and_queries_that_are_meant_for_it(town: City, senders: Senders) -> None:
    declared(town, "deals", QUERY)
    for where in (
        "AYAN_SECRET_KEY",
        "DATABASE_URL",
        "AYAN_SOURCE_",
        "AYAN_SOURCE_DB_",
        "sqlite:///etc/x",
        "AYAN_SOURCE_DB_" + "a",
        "AYAN_SOURCE_WEB_NAME",
    ):
        with pytest.raises(DeskRefused):
            senders.source("database", where=where, query="deals")
    for query in ("../deals", "nothing", "", "deals.sql"):
        with pytest.raises(DeskRefused):
            senders.source("database", where="AYAN_SOURCE_DB_NAME", query=query)
    assert not Source.objects.exists()
