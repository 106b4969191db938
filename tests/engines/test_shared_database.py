"""The database that the open states of an engine share: each finds its own rows, and goes when nobody reads it."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from ayan.core.query.engines.shared_database import OwnConnection, SharedDatabase, SharedState
from ayan.core.system.duckdb import confined, spilling


def index_file(path: Path, *texts: str) -> Path:
    """A database file with a table of texts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE rows (text VARCHAR)")
        made.executemany("INSERT INTO rows VALUES (?)", [[text] for text in texts])
    return path


@pytest.fixture
def shared(tmp_path: Path) -> SharedDatabase:
    return SharedDatabase(tmp_path / "index", memory="64MB", spill=tmp_path / "spill", spill_limit="64MB", settings={})


def attached(shared: SharedDatabase, *files: Path) -> SharedState:
    """A state of all rows of some files."""
    return shared.attach(files, lambda names: " UNION ALL ".join(f"FROM {name}.rows" for name in names), "rows")


def read(state: SharedState) -> list[str]:
    """The texts that a state's view has."""
    cursor = state.cursor()
    try:
        return [text for (text,) in cursor.execute(f"SELECT text FROM {state.table} ORDER BY 1").fetchall()]
    finally:
        cursor.close()
        state.leave()


def test_states_stand_side_by_side_and_may_read_the_same_file(shared: SharedDatabase, tmp_path: Path) -> None:
    first, second = (index_file(tmp_path / "index" / f"{name}.duckdb", name) for name in ("a", "b"))
    single, both = attached(shared, first), attached(shared, first, second)
    assert (read(single), read(both), read(single)) == (["a"], ["a", "b"], ["a"])
    single.close()
    assert read(both) == ["a", "b"]
    both.close()


def test_a_state_that_is_let_go_answers_whoever_reads_it_to_the_end(shared: SharedDatabase, tmp_path: Path) -> None:
    file = index_file(tmp_path / "index" / "a.duckdb", *(f"{number:03}" for number in range(100)))
    state, other = attached(shared, file), attached(shared, file)
    cursor = state.cursor()
    cursor.execute(f"SELECT text FROM {state.table} ORDER BY 1")
    state.close()
    state.close()
    other.close()
    assert [text for (text,) in cursor.fetchall()] == [f"{number:03}" for number in range(100)]
    assert cursor.execute(f"SELECT count(*) FROM {state.table}").fetchall() == [(100,)]
    cursor.close()
    state.leave()
    # Nobody holds the file any more: it can be written again.
    with duckdb.connect(str(file)) as made:
        made.execute("INSERT INTO rows VALUES ('new')")
    again = attached(shared, file)
    assert "new" in read(again)
    again.close()


def test_what_cannot_be_attached_leaves_nothing_and_no_other_file_is_reached(
    shared: SharedDatabase, tmp_path: Path
) -> None:
    good = index_file(tmp_path / "index" / "a.duckdb", "a")
    elsewhere = index_file(tmp_path / "private" / "b.duckdb", "secret")
    broken = tmp_path / "index" / "broken.duckdb"
    broken.write_bytes(b"no database" * 1000)
    state = attached(shared, good)
    for wrong in (elsewhere, broken):
        with pytest.raises(duckdb.Error):
            attached(shared, good, wrong)
    cursor = state.cursor()
    databases = {name for (name,) in cursor.execute("SELECT database_name FROM duckdb_databases()").fetchall()}
    assert {name for name in databases if name.startswith("state_")} == {state.name, *state.files}
    for statement in (
        f"ATTACH '{elsewhere}' AS x",
        f"COPY {state.table} TO '{tmp_path / 'out.csv'}'",
        "SET threads = 4",
    ):
        with pytest.raises(duckdb.Error):
            cursor.execute(statement)
    cursor.close()
    state.leave()
    assert read(state) == ["a"]
    state.close()


ANOTHER = """
import sys, time
from pathlib import Path
from ayan.core.query.engines.shared_database import SharedDatabase
index, spill = map(Path, sys.argv[1:])
shared = SharedDatabase(index, memory="64MB", spill=spill, spill_limit="64MB", settings={})
state = shared.attach([index / "a.duckdb"], lambda names: f"FROM {names[0]}.rows", "rows")
print("there", flush=True)
time.sleep(600)
"""


def test_what_a_killed_process_left_aside_is_swept_and_what_a_living_one_has_never(
    shared: SharedDatabase, tmp_path: Path
) -> None:
    """Whatever its number is: processes in several containers share the folder, and see none of each other's."""
    file, spill = index_file(tmp_path / "index" / "a.duckdb", "a"), tmp_path / "spill"
    command = [sys.executable, "-c", textwrap.dedent(ANOTHER), str(file.parent), str(spill)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "there\n"
            (held,) = spill.iterdir()
            attached(shared, file).close()
            assert list(spill.iterdir()) == [held]
        finally:
            process.send_signal(signal.SIGKILL)
    assert held.is_dir()
    state = attached(shared, file)
    (own,) = spill.iterdir()
    assert own != held
    state.close()
    assert not list(spill.iterdir())


def test_where_nothing_can_be_written_aside_what_fits_is_answered(tmp_path: Path) -> None:
    (tmp_path / "full").write_bytes(b"no folder can be made below this")
    full = SharedDatabase(
        tmp_path / "index", memory="64MB", spill=tmp_path / "full" / "spill", spill_limit="64MB", settings={}
    )
    state = attached(full, index_file(tmp_path / "index" / "a.duckdb", "a"))
    assert read(state) == ["a"]
    state.close()


def test_a_database_of_its_own_keeps_what_is_held_for_it_until_its_last_cursor_is_closed(tmp_path: Path) -> None:
    with ExitStack() as held:
        spill = spilling(tmp_path / "spill", held)
        own = OwnConnection(confined(memory="64MB", threads=1, spill=spill), held.pop_all())
    assert spill is not None
    cursor = own.cursor()
    own.close()
    assert spill.is_dir()
    assert cursor.execute("SELECT 1").fetchall() == [(1,)]
    cursor.close()
    own.leave()
    assert not spill.exists()
