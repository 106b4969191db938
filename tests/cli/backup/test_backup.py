"""ayan backup and ayan restore: what comes back is what was there, and what is damaged is named and never put in place."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from tests.cli.backup.commands import MORE, Desk, environment, flip, kept, restored

from ayan.core.continuity.snapshot import BackupSnapshot, find, whole

SERVER = os.environ.get("DATABASE_URL", "")


def test_what_is_restored_is_what_was_there(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    said = town.ayan("backup", backups)
    assert said.code == 0, said.words
    assert Path(said.out.splitlines()[-1]) == whole(backups)[0]
    said, new = restored(town, backups)
    assert said.code == 0, said.words
    assert kept(new.home) == kept(town.home)
    assert {"ayan.toml", "templates/own.html", "ledger/checkpoint", "ledger/vkey", "cities/kharazm/city.json"} <= kept(
        new.home
    ).keys()
    assert stat.S_IMODE((new.home / "originals").stat().st_mode) == 0o700
    with closing(sqlite3.connect(new.home / "db.sqlite3")) as con:
        assert con.execute("SELECT words FROM notes").fetchall() == [("یادداشت ساختگی",)]
    assert new.city.release_store.snapshot("trees") == town.city.release_store.snapshot("trees")
    assert new.ayan("query", "trees", "").out == town.ayan("query", "trees", "").out
    assert list((new.home / "index" / "trees").glob("*.duckdb")), "what is derived is built"
    # The demo key is known to all, so the new city can go on at once.
    assert new.publish(MORE, "1403-06").code == 0


def test_a_backup_is_for_its_owner_only_and_holds_no_key(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    (town.home / "keys").mkdir(exist_ok=True)
    (town.home / "keys" / "log.key").write_text("secret")
    assert town.ayan("backup", backups).code == 0
    for path in (backups, *backups.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    names = {path.name for path in backups.rglob("*")}
    assert not names & {"log.key", "secret_key", "index", "work"}


def test_an_unchanged_file_is_linked_and_older_backups_stay_as_they_are(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    (first,) = whole(backups)
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert town.publish(MORE, "1403-06").code == 0
    assert town.ayan("backup", backups).code == 0
    first, second = whole(backups)
    part = "store/releases/trees/1403-05/2/data-0000.e1.parquet"
    assert (first / part).stat().st_ino == (second / part).stat().st_ino
    assert not (first / "store/releases/trees/1403-06").exists()
    assert (second / "store/releases/trees/1403-06/1/datapackage.json").is_file()
    assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before
    for root in (first, second):
        assert list(BackupSnapshot.read(root).problems()) == []
    assert find(backups).root == second


def test_a_rotten_link_is_replaced_by_a_fresh_copy(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    (first,) = whole(backups)
    part = "store/releases/trees/1403-05/2/data-0000.e1.parquet"
    flip(first / part)
    assert town.ayan("backup", backups).code == 0
    first, second = whole(backups)
    assert list(BackupSnapshot.read(second).problems()) == []
    assert [problem.split(":")[0] for problem in BackupSnapshot.read(first).problems()] == [part]


@pytest.mark.parametrize(
    "name",
    ["store/releases/trees/1403-05/2/datapackage.json", "home/ayan.toml", "home/ledger/checkpoint", "backup.json"],
)
def test_a_flipped_byte_is_named_and_nothing_is_restored(town: Desk, tmp_path: Path, name: str) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    flip(whole(backups)[0] / name)
    said, new = restored(town, backups)
    assert said.code == 1
    assert name in said.err
    assert not new.home.exists()


def test_missing_and_foreign_files_are_named(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    (root,) = whole(backups)
    (root / "home" / "ayan.toml").unlink()
    (root / "home" / "stranger").write_text("x")
    said, new = restored(town, backups)
    assert said.code == 1
    assert "home/ayan.toml" in said.err
    assert "home/stranger" in said.err
    assert not new.home.exists()


def test_a_damaged_release_is_not_backed_up_in_silence(town: Desk, tmp_path: Path) -> None:
    flip(town.home / "store/releases/trees/1403-05/2/data-0000.e1.parquet")
    said = town.ayan("backup", tmp_path / "backups")
    assert said.code == 1
    assert "data-0000.e1.parquet" in said.err
    assert whole(tmp_path / "backups") == []


def test_nothing_is_restored_over_anything(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("restore", backups).code == 1
    assert town.ayan("backup", backups).code == 0
    before = kept(town.home)
    said = town.ayan("restore", backups)
    assert said.code == 1
    assert str(town.home) in said.err
    assert kept(town.home) == before


def test_there_is_no_backup_of_nothing(town: Desk, tmp_path: Path) -> None:
    nowhere = town.at(tmp_path / "nowhere")
    assert nowhere.ayan("backup", tmp_path / "backups").code == 1
    assert not nowhere.home.exists()


@pytest.mark.database
def test_the_records_of_a_server_come_back(
    town: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: tuple[str, str]
) -> None:
    source_url, other = postgres
    env = environment(town)
    subprocess.run([sys.executable, "-c", RECORDS], env=env | {"DATABASE_URL": source_url}, check=True)
    backups, home = tmp_path / "backups", tmp_path / "again"
    ayan = [sys.executable, "-m", "ayan.cli.main"]
    subprocess.run(
        [*ayan, "backup", str(backups)], env=env | {"DATABASE_URL": source_url}, check=True, capture_output=True
    )
    restore = [*ayan, "restore", str(backups)]
    full = subprocess.run(
        restore,
        env=env | {"DATABASE_URL": source_url, "AYAN_HOME": str(home)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (full.returncode, home.exists()) == (1, False)
    assert "not empty" in full.stderr
    before = rows_of(source_url)
    assert len(before["accounts_act"]) == 3
    assert before["desk_submission"]
    done = subprocess.run(
        restore, env=env | {"DATABASE_URL": other, "AYAN_HOME": str(home)}, check=True, capture_output=True, text=True
    )
    assert "The chain of the audit trail holds." in done.stdout
    assert rows_of(other) == before, "to the last microsecond, digit and zone"


RECORDS = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import datetime, timedelta, timezone
from django_tasks_db.models import DBTaskResult
from ayan.apps.accounts import audit
from ayan.apps.accounts.models import User
from ayan.apps.desk.models import Submission
at = datetime(2024, 7, 22, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=3, minutes=30)))
u = User.objects.create(username="u", name="کارمند ساختگی", last_login=at)
for number in range(3):
    audit.record(u if number else None, "session.begin", f"day:2024-07-2{number}", number=number)
odd = {"متن": ["\\u2028 \\\\ ' \\u200c", 0.1, 2**53, None, True, {}], "1": {"2024-01-01T00:00:00.123456Z": []}}
Submission.objects.create(dataset="trees", period="1403-05", started_by=u, started_at=at, changed_at=at,
    sent_at=at.replace(microsecond=1), share=1/3, trouble=odd, counts=[], typed=odd, note="سطر یک\\r\\nسطر دو\\t")
DBTaskResult.objects.create(args_kwargs={"args": [1.5, odd], "kwargs": {}}, task_path="x", queue_name="q",
    backend_name="default", run_after=at, exception_class_path="", traceback="")
"""
# Made anew with the tables: their numbers and times are those of the new database.
OWN = {"django_migrations", "django_content_type", "auth_permission", "django_session"}


def rows_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table as the server writes it, in the zone of UTC and in the order of its columns' names.

    In a database that came to its tables step by step they stand in another order than in one that got them at once.
    """
    with psycopg.connect(url) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        named = connection.execute(
            """SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY column_name)
            FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1"""
        ).fetchall()
        return {
            name: connection.execute(f'SELECT ROW({columns})::text FROM "{name}" ORDER BY 1').fetchall()
            for name, columns in named
            if name not in OWN
        }


@pytest.fixture
def postgres() -> Iterator[tuple[str, str]]:
    """Two empty databases on the server of this run."""
    url = SERVER
    if not url.startswith("postgres"):
        pytest.skip("this run has no PostgreSQL (DATABASE_URL)")
    base, _, query = url.partition("?")
    names = ["ayan_backup_one", "ayan_backup_other"]
    with psycopg.connect(url, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
        source_url, other = (f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "") for name in names)
        yield source_url, other
        for name in names:
            connection.execute(f"DROP DATABASE {name}")


def test_what_the_counter_erased_is_in_no_backup_that_is_made_afterwards(town: Desk, tmp_path: Path) -> None:
    backups, name = tmp_path / "backups", f"counter/files/ab/ab{'0' * 62}"
    (town.home / name).parent.mkdir(parents=True)
    (town.home / name).write_bytes(b"locked")
    assert town.ayan("backup", backups).code == 0
    (town.home / name).unlink()
    assert town.ayan("backup", backups).code == 0
    holding = [folder for folder in whole(backups) if list(folder.rglob(Path(name).name))]
    assert len(whole(backups)) == 2
    assert len(holding) == 1, "the older one holds it until it is deleted"
