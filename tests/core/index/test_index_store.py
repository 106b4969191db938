"""Index files: what they hold, that the short way gives what the long way gives, and that withdrawn rows leave them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.store.sealing import Columns, bare_manifest, seal, write_part

from ayan.core.index import index_store as serving_room
from ayan.core.index.index_store import INDEX_FILE_FORMAT, IndexStore
from ayan.core.index.limits import MOST_OTHERS
from ayan.core.store.objects import StoreBroken, StoreError
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock

NOON = datetime(2024, 8, 2, 12, tzinfo=UTC)


class Town:
    """A store with its index files, on a clock that moves a minute with every seal."""

    def __init__(self, root: Path) -> None:
        self.clock = FixedClock(NOON)
        self.root = root
        self.shelf = ReleaseStore(root / "store", self.clock)
        self.serving = IndexStore(self.shelf, root / "index")

    def seal(self, period: str = "all", table: Columns | None = None) -> Path:
        self.clock.move(timedelta(minutes=1))
        seal(self.shelf, period, table, before=lambda state: self.serving.build("trees", state))
        return self.serving.path("trees")

    def rebuilt(self) -> Path:
        """The same state, built from nothing but Parquet."""
        shutil.rmtree(self.root / "again", ignore_errors=True)
        return IndexStore(self.shelf, self.root / "again").path("trees")

    def files(self) -> set[str]:
        return {path.name for path in (self.root / "index/trees").iterdir()} - {".lock"}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def read(path: Path, sql: str = "SELECT * FROM rows") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True, config={"threads": 1}) as connection:
        return connection.execute(sql).fetchall()


def meta(path: Path) -> dict[str, str]:
    return dict(read(path, "SELECT key, value FROM meta"))


def test_rows_stand_in_order_with_their_addresses(town: Town) -> None:
    town.seal("1403-06", {"species": ["بید"], "height": [7]})
    path = town.seal("1403-05", {"_row": [4, 9], "_line": [5, 10], "species": ["چنار", "سرو"], "height": [3, None]})
    assert read(path, "DESCRIBE rows") == [
        (name, kind, "YES", None, None, None)
        for name, kind in [
            ("_period", "VARCHAR"),
            ("_release", "INTEGER"),
            ("_row", "BIGINT"),
            ("_line", "BIGINT"),
            ("species", "VARCHAR"),
            ("height", "BIGINT"),
            ("_n", "BIGINT"),
        ]
    ]
    assert read(path) == [
        ("1403-05", 1, 4, 5, "چنار", 3, 1),
        ("1403-05", 1, 9, 10, "سرو", None, 2),
        ("1403-06", 1, 1, None, "بید", 7, 3),
    ]


def test_meta_names_the_state(town: Town) -> None:
    path = town.seal("1403-05")
    state = town.shelf.snapshot("trees")
    said = meta(path)
    assert path.name == f"{state.digest}.{INDEX_FILE_FORMAT}.duckdb"
    assert (said["dataset"], said["state"], said["rows"], said["format"]) == ("trees", state.digest, "2", "1")
    assert said["releases"] == f'[["1403-05",1,"{state.releases[0].digest}"]]'


def test_columns_are_united_by_name_with_a_type_that_holds_all(town: Town) -> None:
    town.seal("1401", {"species": ["چنار"], "height": [3], "old": [date(2022, 1, 1)]})
    path = town.seal("1402", {"height": [Decimal("2.5")], "species": ["سرو"], "new": [True]})
    assert read(path, "SELECT species, height, old, new FROM rows ORDER BY _n") == [
        ("چنار", Decimal(3), date(2022, 1, 1), None),
        ("سرو", Decimal("2.5"), None, True),
    ]
    assert read(path) == read(town.rebuilt())


def test_many_parts_of_one_release_keep_their_order(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_room, "STRIDE", 5)
    staged = town.shelf.stage()
    parts = [
        write_part(
            staged, {"_row": range(3 * i + 1, 3 * i + 4), "height": range(3 * i, 3 * i + 3)}, f"data-{i:04}.parquet"
        )
        for i in range(12)
    ]
    town.shelf.seal(staged, bare_manifest(parts), "trees", "all")
    steps: list[tuple[int, int]] = []
    path = town.serving.build("trees", town.shelf.snapshot("trees"), lambda done, total: steps.append((done, total)))
    assert read(path, "SELECT height, _row, _n FROM rows") == [(i, i + 1, i + 1) for i in range(36)]
    assert steps[-1] == (36, 36)
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})


def test_an_empty_state_has_a_file_without_rows(town: Town) -> None:
    assert read(town.serving.path("trees")) == []


def test_a_release_without_rows_keeps_its_columns(town: Town) -> None:
    path = town.seal("1403", {"species": pa.array([], pa.string())})
    assert read(path, "SELECT species FROM rows") == []


def test_the_file_is_there_before_the_release_is(town: Town) -> None:
    seen: list[bool] = []
    seal(
        town.shelf,
        before=lambda state: seen.append(
            town.serving.build("trees", state).exists() and town.shelf.snapshot("trees").releases == ()
        ),
    )
    assert seen == [True]
    assert town.files() == {town.serving.file(town.shelf.snapshot("trees")).name}


def test_the_newest_period_is_appended_to_a_copy(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for month in range(1, 5):
        town.seal(f"1403-{month:02}")
    inserted: list[str] = []
    insert = serving_room._insert

    def noted(connection: duckdb.DuckDBPyConnection, stride: Sequence[Any]) -> None:
        inserted.extend(part.release.ref for part in stride)
        insert(connection, stride)

    monkeypatch.setattr(serving_room, "_insert", noted)
    path = town.seal("1403-05")
    assert inserted == ["trees/1403-05/1"]
    path = town.seal("1403-04", {"species": ["ارغوان", "ارغوان", "افرا"]})
    assert inserted[1:] == ["trees/1403-04/2", "trees/1403-05/1"]
    assert read(path) == read(town.rebuilt())


PERIODS = st.sampled_from(["1401", "1402", "1403", "1404"])
STEP = st.one_of(
    st.tuples(st.just("seal"), PERIODS, st.integers(0, 9)), st.tuples(st.just("withdraw"), PERIODS, st.just(0))
)


@settings(max_examples=10, deadline=None)
@given(st.lists(STEP, min_size=2, max_size=8))
def test_step_by_step_equals_built_at_once(tmp_path_factory: pytest.TempPathFactory, steps: list[Any]) -> None:
    town = Town(tmp_path_factory.mktemp("town"))
    for serial, (verb, period, count) in enumerate(steps):
        if verb == "seal":
            town.seal(period, {"serial": pa.array([serial] * count, pa.int64())})
        elif period in (standing := town.shelf.current("trees")):
            town.shelf.withdraw(standing[period], "wrong", "مدیر (ساختگی)")
    step, whole = town.serving.path("trees"), town.rebuilt()
    assert read(step, "DESCRIBE rows") == read(whole, "DESCRIBE rows")
    assert read(step) == read(whole)
    assert [row[-1] for row in read(step)] == list(range(1, town.shelf.snapshot("trees").rows + 1))


class TestWithdrawnRows:
    SECRET = "قناتِ بی‌نام ۷۷۲۱"

    def bytes_hold(self, town: Town) -> list[str]:
        secret = self.SECRET.encode()
        return [path.name for path in (town.root / "index/trees").iterdir() if secret in path.read_bytes()]

    def test_leave_every_serving_file(self, town: Town) -> None:
        for month in range(1, 5):
            town.seal(f"1403-{month:02}")
        town.seal("1403-05", {"species": [f"{self.SECRET}-{i}" for i in range(3000)]})
        release = town.shelf.release("trees", "1403-05", 1)
        assert self.bytes_hold(town)
        town.shelf.withdraw(release, "personal-data", "مدیر (ساختگی)")
        town.serving.drop_stale("trees")
        assert not self.bytes_hold(town)
        assert town.serving.path("trees").exists()

    def test_leave_the_unused_blocks_of_a_file_that_was_corrected(self, town: Town) -> None:
        town.seal("1403-01", {"species": ["سرو"] * 5000})
        town.seal("1403-02", {"species": [f"{self.SECRET}-{i}" for i in range(3000)]})
        path = town.seal("1403-02")
        assert len(json.loads(meta(path)["lineage"])) == 3
        town.shelf.withdraw(town.shelf.release("trees", "1403-02", 1), "personal-data", "مدیر (ساختگی)")
        town.serving.drop_stale("trees")
        assert not self.bytes_hold(town)
        assert town.serving.path("trees") == path
        assert len(json.loads(meta(path)["lineage"])) == 2
        assert read(path, "SELECT count(*) FROM rows") == [(5002,)]

    def test_rows_never_sealed_are_not_copied(self, town: Town) -> None:
        town.seal("1403-01", {"species": ["سرو"] * 5000})

        def fail_after_building(state: Any) -> None:
            town.serving.build("trees", state)
            raise RuntimeError

        with pytest.raises(RuntimeError):
            seal(town.shelf, "1403-02", {"species": [self.SECRET] * 9}, before=fail_after_building)
        path = town.seal("1403-02")
        town.serving.drop_stale("trees")
        assert not self.bytes_hold(town)
        assert read(path) == read(town.rebuilt())


class TestStale:
    def test_the_current_file_and_the_one_before_stay(self, town: Town) -> None:
        paths = [town.seal("1403-01", {"species": ["سرو"] * (i + 1)}) for i in range(4)]
        gone = town.serving.drop_stale("trees")
        assert set(gone) == set(paths[:2])
        assert town.files() == {path.name for path in paths[2:]}

    def test_what_a_dead_build_left_goes(self, town: Town) -> None:
        path = town.seal()
        (path.parent / "0.draft").write_bytes(b"x")
        (path.parent / "0.draft.wal").write_bytes(b"x")
        (path.parent / "0.spill").mkdir()
        town.serving.drop_stale("trees")
        assert town.files() == {path.name}

    def test_a_file_that_cannot_be_read_is_not_a_base(self, town: Town) -> None:
        path = town.seal("1403-01", {"species": ["سرو"] * 10})
        path.write_bytes(b"not a database")
        assert read(town.seal("1403-02"), "SELECT count(*) FROM rows") == [(12,)]

    def test_past_states_asked_for_do_not_pile_up(self, town: Town) -> None:
        current = [town.seal() for _ in range(4 + MOST_OTHERS)][-1]
        for minute in range(1, 4):
            town.serving.build("trees", town.shelf.as_of("trees", NOON + timedelta(minutes=minute)))
        assert len(town.files()) <= 2 + MOST_OTHERS
        assert current.exists()


class TestAnotherFormat:
    """A version that writes index files in another shape, over the releases and the index of the one before."""

    def test_builds_its_own_files_and_names_no_state_anew(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        town.seal("1403-01", {"species": ["سرو"] * 10})
        old, state = town.seal("1403-02"), town.shelf.snapshot("trees")
        monkeypatch.setattr(serving_room, "INDEX_FILE_FORMAT", INDEX_FILE_FORMAT + 1)
        fresh = ReleaseStore(town.root / "store", town.clock)
        assert fresh.snapshot("trees").digest == state.digest
        new = IndexStore(fresh, town.root / "index").path("trees")
        assert new != old
        assert (meta(new)["format"], meta(new)["state"]) == (str(INDEX_FILE_FORMAT + 1), state.digest)
        assert read(new) == read(old)

    def test_starts_no_file_from_an_older_one_and_removes_it(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        old = town.seal("1403-01", {"species": ["سرو"] * 10})
        monkeypatch.setattr(serving_room, "INDEX_FILE_FORMAT", INDEX_FILE_FORMAT + 1)
        inserted: list[str] = []
        insert = serving_room._insert

        def noted(connection: duckdb.DuckDBPyConnection, stride: Sequence[Any]) -> None:
            inserted.extend(part.release.ref for part in stride)
            insert(connection, stride)

        monkeypatch.setattr(serving_room, "_insert", noted)
        path = town.seal("1403-02")
        assert inserted == ["trees/1403-01/1", "trees/1403-02/1"]
        assert town.serving.drop_stale("trees") == [old]
        assert town.files() == {path.name}


def test_a_reader_keeps_its_file_while_it_is_replaced(town: Town) -> None:
    path = town.seal("1403-01")
    with duckdb.connect(str(path), read_only=True, config={"threads": 1}) as reader:
        town.seal("1403-02")
        town.seal("1403-03")
        town.serving.drop_stale("trees")
        assert not path.exists()
        assert reader.execute("SELECT count(*) FROM rows").fetchone() == (2,)


def test_a_lost_part_is_said_not_served(town: Town) -> None:
    release = seal(town.shelf)
    release.parts()[0].unlink()
    with pytest.raises(StoreError, match="trees"):
        town.serving.path("trees")
    assert town.files() == set()


def test_a_withdrawal_during_the_build_gives_the_state_after_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(town.shelf, "1403-01")
    release = seal(town.shelf, "1403-02")
    state = town.shelf.snapshot("trees")

    def withdraw_first(*_: object) -> None:
        monkeypatch.undo()
        town.shelf.withdraw(release, "wrong", "مدیر (ساختگی)")
        town.serving.build("trees", state)

    monkeypatch.setattr(town.serving, "build", withdraw_first)
    assert read(town.serving.path("trees"), "SELECT _period FROM rows") == [("1403-01",), ("1403-01",)]


@pytest.mark.parametrize("name", ["_n", "_period", "file_index"])
def test_a_column_that_would_shadow_an_address_is_refused(town: Town, name: str) -> None:
    seal(town.shelf, table={name: [1]})
    with pytest.raises(StoreBroken, match=name):
        town.serving.path("trees")


def test_a_store_whose_folder_has_quotes_in_its_name(tmp_path: Path) -> None:
    town = Town(tmp_path / "شهر 'نمونه' \"x\"")
    town.seal("1403-01", {"species": ["سرو"] * 5})
    assert read(town.seal("1403-02"), "SELECT count(*) FROM rows") == [(7,)]
