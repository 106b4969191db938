"""Confined connections: what is not named is out of reach, and no statement can change that."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ayan.core.system.duckdb import confined, lock
from ayan.core.values.sql import literal

HOSTILE = 'it\'s "one", [two] ;-- ٣'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of an awkward name with two CSV files and a database file."""
    hostile = tmp_path / HOSTILE
    hostile.mkdir()
    for name in ("ours.csv", "theirs.csv"):
        (hostile / name).write_text("a\n1\n")
    with duckdb.connect(str(hostile / "old.duckdb")) as con:
        con.execute("CREATE TABLE t AS SELECT 7 AS x")
    return hostile


def csv(path: Path) -> str:
    return f"FROM read_csv({literal(str(path))})"


def test_only_the_named_files_can_be_read(folder: Path) -> None:
    with confined(paths=[folder / "ours.csv"]) as con:
        assert con.execute(csv(folder / "ours.csv")).fetchall() == [(1,)]
        for path in (folder / "theirs.csv", Path("/etc/passwd"), folder / "old.duckdb"):
            with pytest.raises(duckdb.PermissionException):
                con.execute(csv(path)).fetchall()
        with pytest.raises(duckdb.PermissionException):
            con.execute(f"SELECT * FROM glob({literal(str(folder))} || '/*')").fetchall()


def test_nothing_can_be_written_but_to_what_is_named(folder: Path) -> None:
    (folder / "sub").mkdir()
    with confined(paths=[folder / "made.csv"], folders=[folder / "sub"]) as con:
        for path in (folder / "made.csv", folder / "sub" / "any.csv"):
            con.execute(f"COPY (SELECT 2 AS a) TO {literal(str(path))}")
            assert path.read_text() == "a\n2\n"
        with pytest.raises(duckdb.PermissionException):
            con.execute(f"COPY (SELECT 2 AS a) TO {literal(str(folder / 'other.csv'))}")
        with pytest.raises(duckdb.PermissionException):
            con.execute(f"COPY (SELECT 2 AS a) TO {literal(str(folder / 'sub' / '..' / 'other.csv'))}")
    assert not (folder / "other.csv").exists()


@pytest.mark.parametrize(
    "statement",
    ["INSTALL httpfs", "LOAD httpfs", "INSTALL spatial FROM community", "FROM read_csv('https://example.org/x.csv')"],
)
def test_no_extension_and_no_network(statement: str) -> None:
    with confined() as con, pytest.raises(duckdb.Error):
        con.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SET memory_limit = '100GB'",
        "SET threads = 64",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "SET allowed_directories = ['/']",
        "SET temp_directory = '/tmp/elsewhere'",
        "SET autoload_known_extensions = true",
        "SET allow_unsigned_extensions = true",
        "SET lock_configuration = false",
        "RESET memory_limit",
        "PRAGMA disable_optimizer",
    ],
)
def test_no_setting_can_be_changed(statement: str) -> None:
    with confined() as con, pytest.raises(duckdb.Error):
        con.execute(statement)


def test_before_the_lock_the_files_are_out_of_reach_all_the_same(folder: Path) -> None:
    with confined(locked=False) as con:
        con.execute("PRAGMA disable_optimizer")
        for statement in (
            csv(folder / "theirs.csv"),
            "SET enable_external_access = true",
            f"SET allowed_paths = [{literal(str(folder / 'theirs.csv'))}]",
            "SET allowed_directories = ['/']",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(statement).fetchall()
        lock(con)
        with pytest.raises(duckdb.InvalidInputException):
            con.execute("PRAGMA enable_optimizer")


BIG = "CREATE TABLE big AS SELECT i, hash(i) AS h FROM range(3_000_000) t(i) ORDER BY h"


def test_what_is_over_its_memory_fails_or_goes_to_the_named_folder(tmp_path: Path) -> None:
    with confined(memory="32MB", threads=1) as con, pytest.raises(duckdb.OutOfMemoryException):
        con.execute(BIG)
    with (
        confined(memory="32MB", threads=1, spill=tmp_path / "spill", spill_limit="1MB") as con,
        pytest.raises(duckdb.OutOfMemoryException),
    ):
        con.execute(BIG)
    with confined(memory="32MB", threads=1, spill=tmp_path / "spill") as con:
        con.execute(BIG)
        assert list((tmp_path / "spill").iterdir())


def test_there_is_always_a_limit_of_memory_and_of_threads() -> None:
    with confined() as con:
        rows = con.execute("SELECT name, value FROM duckdb_settings()").fetchall()
    settings = {str(name): str(value) for name, value in rows}
    assert settings["memory_limit"] == "953.6 MiB"
    assert settings["threads"] == "2"
    assert settings["temp_directory"] == ""


def test_databases_are_attached_to_be_read_and_made_to_be_written(folder: Path) -> None:
    with confined(attach={"old": folder / "old.duckdb"}, create={"new": folder / "new.duckdb"}) as con:
        con.execute("CREATE TABLE new.t AS FROM old.t")
        con.execute("CHECKPOINT new")
        with pytest.raises(duckdb.InvalidInputException):
            con.execute("INSERT INTO old.t VALUES (8)")
    with confined(folder / "third.duckdb", attachable=[folder / "new.duckdb"], storage_version="v1.4.0") as con:
        con.execute("ATTACH $1 AS new (READ_ONLY)", [str(folder / "new.duckdb")])
        con.execute("CREATE TABLE t AS FROM new.t")
        with pytest.raises(duckdb.PermissionException):
            con.execute("ATTACH $1 AS old (READ_ONLY)", [str(folder / "old.duckdb")])
    with confined(attach={"third": folder / "third.duckdb"}) as con:
        assert con.execute("FROM third.t").fetchall() == [(7,)]
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'third'").fetchone()
        assert tags is not None
        assert tags[0]["storage_version"].startswith("v1.4.0")


def test_a_name_that_is_no_plain_word_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="not a name"):
        confined(attach={'x" (TYPE sqlite); --': folder / "old.duckdb"})


def test_nothing_stays_open_when_a_database_cannot_be_attached(folder: Path) -> None:
    (folder / "bad.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(duckdb.Error):
        confined(attach={"old": folder / "old.duckdb", "bad": folder / "bad.duckdb"})
    with duckdb.connect(str(folder / "old.duckdb")) as con:
        con.execute("INSERT INTO t VALUES (8)")
