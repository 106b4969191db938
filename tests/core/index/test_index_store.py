"""Index files: what they hold, that a release costs its own rows alone, and that withdrawn rows leave them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import sampling
from tests.core.store.store_releases import Columns, bare_manifest, seal, write_part

from ayan.core.index import index_store as index_store_room
from ayan.core.index import row_table
from ayan.core.index.index_store import INDEX_FILE_FORMAT, IndexStore
from ayan.core.index.limits import LEAST_ROWS, MOST_OTHERS, ROWS_APART, ROWS_TOGETHER
from ayan.core.index.segmentation import Segmentations
from ayan.core.store.objects import ReleaseAddress, StoreBroken, StoreError
from ayan.core.store.release import Release, snapshot_of
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock

NOON = datetime(2024, 8, 2, 12, tzinfo=UTC)


class Town:
    """A store with its index files, on a clock that moves a minute with every seal."""

    def __init__(self, root: Path, together: int = ROWS_TOGETHER) -> None:
        self.clock = FixedClock(NOON)
        self.root = root
        self.together = together
        self.release_store = ReleaseStore(root / "store", self.clock)
        self.index_store = self.served(root / "index")

    def served(self, folder: Path, least_rows: int = LEAST_ROWS) -> IndexStore:
        return IndexStore(self.release_store, folder, least_rows=least_rows, rows_together=self.together)

    def seal(self, period: str = "all", table: Columns | None = None) -> Path:
        """Seal a release; the file that holds it."""
        self.clock.move(timedelta(minutes=1))
        seal(self.release_store, period, table, before=lambda state: self.index_store.build("trees", state))
        segments = self.index_store.segments(self.release_store.snapshot("trees"))
        return next(part.file for part in segments if period in [each.period for each in part.state.releases])

    def rows(self, index_store: IndexStore | None = None) -> list[tuple[Any, ...]]:
        """What all index files of the present say, one after the other: period, number, species and the state's number."""
        index_store = index_store or self.index_store
        index_store.ensure("trees")
        return [
            (*row, n + segment.offset)
            for segment in index_store.segments(self.release_store.snapshot("trees"))
            for *row, n in read(segment.file, "SELECT _period, _release, _row, serial, _n FROM rows")
        ]

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


def test_meta_names_the_releases(town: Town) -> None:
    path = town.seal("1403-05")
    (release,) = town.release_store.snapshot("trees").releases
    said = meta(path)
    assert path.name == f"{release.digest}.{INDEX_FILE_FORMAT}.duckdb"
    assert (said["dataset"], said["segment"], said["rows"]) == ("trees", release.digest, "2")
    assert said["format"] == str(INDEX_FILE_FORMAT)
    assert said["releases"] == f'[["1403-05",1,"{release.digest}"]]'


def test_columns_are_united_by_name_with_a_type_that_holds_all(town: Town) -> None:
    town.seal("1401", {"species": ["چنار"], "height": [3], "old": [date(2022, 1, 1)]})
    path = town.seal("1402", {"height": [Decimal("2.5")], "species": ["سرو"], "new": [True]})
    assert read(path, "SELECT species, height, old, new FROM rows ORDER BY _n") == [
        ("چنار", Decimal(3), date(2022, 1, 1), None),
        ("سرو", Decimal("2.5"), None, True),
    ]


def test_many_parts_of_one_release_keep_their_order(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_table, "STRIDE", 5)
    staged = town.release_store.stage()
    parts = [
        write_part(
            staged, {"_row": range(3 * i + 1, 3 * i + 4), "height": range(3 * i, 3 * i + 3)}, f"data-{i:04}.parquet"
        )
        for i in range(12)
    ]
    town.release_store.seal(staged, bare_manifest(parts), "trees", "all")
    steps: list[tuple[int, int]] = []
    (path,) = town.index_store.build(
        "trees", town.release_store.snapshot("trees"), lambda done, total: steps.append((done, total))
    )
    assert read(path, "SELECT height, _row, _n FROM rows") == [(i, i + 1, i + 1) for i in range(36)]
    assert steps[-1] == (36, 36)
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})


def test_an_empty_state_needs_no_file(town: Town) -> None:
    assert town.index_store.ensure("trees") == ()
    assert town.index_store.is_built(town.release_store.snapshot("trees"))


def test_a_release_without_rows_keeps_its_columns(town: Town) -> None:
    path = town.seal("1403", {"species": pa.array([], pa.string())})
    assert read(path, "SELECT species FROM rows") == []


def test_the_file_is_there_before_the_release_is(town: Town) -> None:
    seen: list[bool] = []
    seal(
        town.release_store,
        before=lambda state: seen.append(
            all(path.exists() for path in town.index_store.build("trees", state))
            and town.release_store.snapshot("trees").releases == ()
        ),
    )
    assert seen == [True]
    assert town.files() == {path.name for path in town.index_store.files(town.release_store.snapshot("trees"))}


def built(patch: pytest.MonkeyPatch) -> list[str]:
    """The releases whose rows are written from now on."""
    inserted: list[str] = []
    insert = row_table._insert_parts

    def noted(connection: duckdb.DuckDBPyConnection, stride: Sequence[Any]) -> None:
        inserted.extend(part.release.ref for part in stride)
        insert(connection, stride)

    patch.setattr(row_table, "_insert_parts", noted)
    return inserted


def test_a_release_costs_its_own_rows_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town(tmp_path, together=2)
    for month in range(1, 5):
        town.seal(f"1403-{month:02}", {"serial": [month, month]})
    inserted = built(monkeypatch)
    town.seal("1403-05", {"serial": [5, 5]})
    assert inserted == ["trees/1403-05/1"]
    town.seal("1403-02", {"serial": [9, 9, 9]})
    assert inserted[1:] == ["trees/1403-02/2"]
    town.release_store.withdraw(town.release_store.release("trees", "1403-04", 1), "wrong", "مدیر (ساختگی)")
    town.index_store.ensure("trees")
    town.index_store.build("trees", town.release_store.as_of("trees", NOON + timedelta(minutes=4)))
    assert len(inserted) == 2, "a withdrawal and a past state are other lists of the same files"
    assert [row[3] for row in town.rows()] == [1, 1, 9, 9, 9, 3, 3, 5, 5]


def many(town: Town, months: Sequence[int]) -> None:
    """Small releases that share one segment."""
    for month in months:
        town.seal(f"1403-{month:02}", {"serial": [month * 10, month * 10 + 1]})


def test_of_many_small_releases_those_are_read_that_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town(tmp_path)
    many(town, [1, 2, 3, 4, 5, 6, 7, 8, 10, 11])
    inserted = built(monkeypatch)
    town.seal("1403-09", {"serial": [90]})
    town.seal("1403-01", {"serial": [12]})
    assert inserted == ["trees/1403-09/1", "trees/1403-01/2"]
    gone = town.release_store.release("trees", "1403-05", 1)
    town.index_store.build("trees", town.release_store.snapshot_without(gone))
    town.release_store.withdraw(gone, "wrong", "مدیر (ساختگی)")
    town.index_store.drop_stale("trees")
    assert len(inserted) == 2, "a withdrawal reads no release"
    taken, afresh = town.rows(), town.rows(town.served(tmp_path / "other"))
    assert taken == afresh
    assert [row[3] for row in taken] == [12, 20, 21, 30, 31, 40, 41, 60, 61, 70, 71, 80, 81, 90, 100, 101, 110, 111]
    assert [row[4] for row in taken] == list(range(1, len(taken) + 1))
    (path,) = town.index_store.files(town.release_store.snapshot("trees"))
    assert not any(value in read(path, "SELECT serial FROM rows") for value in [(10,), (50,), (51,)])


def test_the_newest_small_releases_stand_apart_until_they_are_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(tmp_path, together=20 * ROWS_TOGETHER // ROWS_APART)
    periods = [f"1403-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 13)]
    inserted: list[str] = []
    sizes = []
    for serial, period in enumerate(periods):
        inserted = built(monkeypatch)
        town.seal(period, {"serial": [2 * serial, 2 * serial + 1]})
        town.index_store.drop_stale("trees")
        sizes.append([part.state.rows for part in town.index_store.segments(town.release_store.snapshot("trees"))])
        if len(sizes) in (9, 10, 20):
            assert inserted == [f"trees/{period}/1"], "the others are taken from the files that have them"
    assert sizes[8:12] == [[18], [20], [20, 2], [20, 4]]
    assert sizes[18:22] == [[20, 18], [40], [40, 2], [40, 4]]
    assert town.rows() == town.rows(town.served(tmp_path / "other"))
    assert [row[3] for row in town.rows()] == list(range(2 * len(periods)))


@pytest.mark.parametrize("how", ["columns", "damaged"])
def test_a_segment_that_cannot_be_used_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    town = Town(tmp_path)
    many(town, range(1, 10))
    (path,) = town.index_store.files(town.release_store.snapshot("trees"))
    inserted = built(monkeypatch)
    if how == "damaged":
        path.chmod(0o644)
        held = bytearray(path.read_bytes())
        held[len(held) // 3 :] = bytes(len(held) - len(held) // 3)
        path.write_bytes(held)
    town.seal("1403-10", {"serial": [7], **({"height": [3]} if how == "columns" else {})})
    assert len(set(inserted)) == 10
    assert town.rows() == town.rows(town.served(tmp_path / "other"))


def test_small_releases_share_a_file_and_a_large_one_has_its_own(town: Town) -> None:
    for month in (1, 2, 4, 5):
        town.seal(f"1403-{month:02}", {"serial": [month]})
    (shared,) = town.index_store.files(town.release_store.snapshot("trees"))
    assert read(shared, "SELECT serial, _n FROM rows") == [(1, 1), (2, 2), (4, 3), (5, 4)]
    town.seal("1403-03", {"serial": pa.array(range(ROWS_TOGETHER), pa.int64())})
    segments = town.index_store.segments(town.release_store.snapshot("trees"))
    assert [segment.offset for segment in segments] == [0, 2, ROWS_TOGETHER + 2]
    assert [len(segment.state.releases) for segment in segments] == [2, 1, 2]


SIZES = st.lists(st.integers(0, 60), min_size=1, max_size=40)


@given(sizes=SIZES, new=st.integers(0, 60), at=st.integers(0, 40), corrected=st.booleans())
def test_a_change_touches_the_segment_around_it_alone(sizes: list[int], new: int, at: int, corrected: bool) -> None:
    def laid_out(facts: Sequence[tuple[str, int, str]]) -> list[tuple[str, ...]]:
        releases = tuple(
            Release(ReleaseAddress("trees", period, 1), digest, rows, NOON, False, Path(), Path)
            for period, rows, digest in facts
        )
        parts = Segmentations(20).parts(snapshot_of("trees", releases))
        assert [each for part in parts for each in part.releases] == list(releases)
        return [tuple(each.digest for each in part.releases) for part in parts]

    facts = [(f"{2 * number + 1:04}", rows, f"first {number}") for number, rows in enumerate(sizes)]
    place = min(at, len(facts))
    other = [*facts[:place], (f"{2 * place + corrected:04}", new, "new"), *facts[place + corrected :]]
    before, after = laid_out(facts), laid_out(other)
    assert len([part for part in after if part not in before]) <= 4
    for part in after:
        rows = [rows for _, rows, digest in other if digest in part]
        assert len(rows) == 1 or max(rows) < 20, "what is large stands alone"


@given(sizes=st.lists(st.integers(0, 19), min_size=1, max_size=200))
def test_small_releases_stand_in_few_segments_of_some_size(sizes: list[int]) -> None:
    releases = tuple(
        Release(ReleaseAddress("trees", f"{number:04}", 1), f"{number}", rows, NOON, False, Path(), Path)
        for number, rows in enumerate(sizes)
    )
    parts = [part.rows for part in Segmentations(20).parts(snapshot_of("trees", releases))]
    # The last one is parted again, so that the newest of its releases stand apart.
    assert all(rows >= 10 for rows in parts[:-2])
    assert sum(parts) == sum(sizes)
    assert sum(parts[-2:]) >= min(sum(sizes), 10)


PERIODS = st.sampled_from(["1401", "1402", "1403", "1404"])
STEP = st.one_of(
    st.tuples(st.just("seal"), PERIODS, st.integers(0, 9)), st.tuples(st.just("withdraw"), PERIODS, st.just(0))
)


@sampling.examples(5, 20)
@given(steps=st.lists(STEP, min_size=2, max_size=8), together=st.sampled_from([1, 9, ROWS_TOGETHER]))
def test_step_by_step_equals_built_at_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], together: int
) -> None:
    town = Town(tmp_path_factory.mktemp("town"), together)
    for serial, (verb, period, count) in enumerate(steps):
        if verb == "seal":
            town.seal(period, {"serial": pa.array([serial] * count, pa.int64())})
        elif period in (standing := town.release_store.current("trees")):
            town.release_store.withdraw(standing[period], "wrong", "مدیر (ساختگی)")
    step = town.rows()
    assert step == town.rows(town.served(town.root / "again"))
    assert [row[-1] for row in step] == list(range(1, town.release_store.snapshot("trees").rows + 1))


class TestWithdrawnRows:
    SECRET = "قناتِ بی‌نام ۷۷۲۱"

    def bytes_hold(self, town: Town) -> list[str]:
        secret = self.SECRET.encode()
        return [path.name for path in (town.root / "index/trees").iterdir() if secret in path.read_bytes()]

    def test_leave_every_index_file(self, town: Town) -> None:
        for month in range(1, 5):
            town.seal(f"1403-{month:02}")
        town.seal("1403-05", {"species": [f"{self.SECRET}-{i}" for i in range(3000)]})
        release = town.release_store.release("trees", "1403-05", 1)
        assert self.bytes_hold(town)
        town.release_store.withdraw(release, "personal-data", "مدیر (ساختگی)")
        town.index_store.drop_stale("trees")
        assert not self.bytes_hold(town)
        assert town.index_store.is_built(town.release_store.snapshot("trees"))

    def test_leave_what_they_shared_with_others(self, town: Town) -> None:
        town.seal("1403-01", {"species": ["سرو"] * 50})
        town.seal("1403-02", {"species": [f"{self.SECRET}-{i}" for i in range(300)]})
        path = town.seal("1403-02")
        town.index_store.drop_stale("trees")
        assert self.bytes_hold(town), "readers may still be on the state before"
        town.release_store.withdraw(town.release_store.release("trees", "1403-02", 1), "personal-data", "مدیر (ساختگی)")
        town.index_store.drop_stale("trees")
        assert not self.bytes_hold(town)
        assert town.files() >= {path.name}
        assert read(path, "SELECT count(*) FROM rows") == [(52,)]

    def test_and_rows_never_sealed_leave_with_them(self, town: Town) -> None:
        town.seal("1403-01", {"species": ["سرو"] * 5000})

        def fail_after_building(state: Any) -> None:
            town.index_store.build("trees", state)
            raise RuntimeError

        with pytest.raises(RuntimeError):
            seal(town.release_store, "1403-02", {"species": [self.SECRET] * 9}, before=fail_after_building)
        assert self.bytes_hold(town)
        town.seal("1403-02")
        town.index_store.drop_stale("trees")
        assert not self.bytes_hold(town)


class TestStale:
    def test_the_current_file_and_the_one_before_stay(self, town: Town) -> None:
        paths = [town.seal("1403-01", {"species": ["سرو"] * (i + 1)}) for i in range(4)]
        gone = town.index_store.drop_stale("trees")
        assert set(gone) == set(paths[:2])
        assert town.files() == {path.name for path in paths[2:]}

    def test_what_a_dead_build_left_goes(self, town: Town) -> None:
        path = town.seal()
        (path.parent / "0.draft").write_bytes(b"x")
        (path.parent / "0.draft.wal").write_bytes(b"x")
        (path.parent / "0.spill").mkdir()
        town.index_store.drop_stale("trees")
        assert town.files() == {path.name}

    def test_a_file_that_cannot_be_read_is_of_no_other(self, town: Town) -> None:
        path = town.seal("1403-01", {"species": ["سرو"] * 10})
        path.write_bytes(b"not a database")
        assert read(town.seal("1403-02"), "SELECT count(*) FROM rows") == [(12,)]

    def test_past_states_asked_for_do_not_pile_up(self, town: Town) -> None:
        current = [town.seal() for _ in range(4 + MOST_OTHERS)][-1]
        for minute in range(1, 4):
            town.index_store.build("trees", town.release_store.as_of("trees", NOON + timedelta(minutes=minute)))
        assert len(town.files()) <= 2 + MOST_OTHERS
        assert current.exists()


class TestAnotherFormat:
    """A version that writes index files in another shape, over the releases and the index of the one before."""

    def test_builds_its_own_files_and_names_no_state_anew(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        town.seal("1403-01", {"species": ["سرو"] * 10})
        old, state = town.seal("1403-02"), town.release_store.snapshot("trees")
        monkeypatch.setattr(index_store_room, "INDEX_FILE_FORMAT", INDEX_FILE_FORMAT + 1)
        fresh = ReleaseStore(town.root / "store", town.clock)
        assert fresh.snapshot("trees").digest == state.digest
        index_store = IndexStore(fresh, town.root / "index")
        (new,) = index_store.ensure("trees")
        assert new != old
        assert (meta(new)["format"], meta(new)["segment"]) == (str(INDEX_FILE_FORMAT + 1), meta(old)["segment"])
        assert read(new) == read(old)
        assert old in index_store.drop_stale("trees")
        assert town.files() == {new.name}


def test_a_reader_keeps_its_file_while_it_is_replaced(town: Town) -> None:
    path = town.seal("1403-01")
    with duckdb.connect(str(path), read_only=True, config={"threads": 1}) as reader:
        town.seal("1403-02")
        town.seal("1403-03")
        town.index_store.drop_stale("trees")
        assert not path.exists()
        assert reader.execute("SELECT count(*) FROM rows").fetchone() == (2,)


def test_a_lost_part_is_said_not_served(town: Town) -> None:
    release = seal(town.release_store)
    release.parts()[0].unlink()
    with pytest.raises(StoreError, match="trees"):
        town.index_store.ensure("trees")
    assert town.files() == set()


def test_a_withdrawal_during_the_build_gives_the_state_after_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(town.release_store, "1403-01")
    release = seal(town.release_store, "1403-02")
    state = town.release_store.snapshot("trees")

    def withdraw_first(*_: object) -> None:
        monkeypatch.undo()
        town.release_store.withdraw(release, "wrong", "مدیر (ساختگی)")
        town.index_store.build("trees", state)

    monkeypatch.setattr(town.index_store, "build", withdraw_first)
    (path,) = town.index_store.ensure("trees")
    assert read(path, "SELECT _period FROM rows") == [("1403-01",), ("1403-01",)]


@pytest.mark.parametrize("name", ["_n", "_period", "file_index"])
def test_a_column_that_would_shadow_an_address_is_refused(town: Town, name: str) -> None:
    seal(town.release_store, table={name: [1]})
    with pytest.raises(StoreBroken, match=name):
        town.index_store.ensure("trees")


def test_a_store_whose_folder_has_quotes_in_its_name(tmp_path: Path) -> None:
    town = Town(tmp_path / "شهر 'نمونه' \"x\"")
    town.seal("1403-01", {"species": ["سرو"] * 5})
    assert read(town.seal("1403-02"), "SELECT count(*) FROM rows") == [(7,)]
