"""Open tables in a folder: they say what the releases say, at every moment of the past, and never name what is gone."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyiceberg.exceptions import ValidationError
from tests.core.open_table.tables import (
    SLUG,
    everything,
    opened,
    rows_by_duckdb,
    rows_of_releases,
    rows_of_table,
    table,
    words_of,
)
from tests.core.store.store_releases import NOON, erased, numbers, seal

from ayan.core.open_table import open_table_folder
from ayan.core.open_table.table_columns import PublicColumns, columns_of
from ayan.core.schema.export import table_schema
from ayan.core.schema.field import Field, Kind
from ayan.core.schema.kinds import KINDS
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock
from ayan.core.values.label import Label

ACTS = st.lists(st.tuples(st.sampled_from(["publish", "erase", "withdraw"]), st.integers(0, 5)), min_size=1, max_size=8)


def erase(store: ReleaseStore, release: Release, rows: list[int]) -> Release:
    return store.erase(release, *erased(store, release, rows))


@settings(max_examples=15)
@given(acts=ACTS)
def test_after_any_acts_the_table_says_what_the_releases_say(
    acts: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root, clock = tmp_path_factory.mktemp("tables"), FixedClock(NOON)
    store, tables = opened(root, clock)
    tables.begin()
    for act, choice in acts:
        clock.move(timedelta(minutes=1))
        public = [each for each in store.releases(SLUG) if not each.withdrawn]
        if act == "publish" or not public:
            seal(store, f"140{choice % 3}", {"species": [f"گونه {choice}", "سرو", None]})
        elif act == "withdraw":
            store.withdraw(public[choice % len(public)], "wrong", "مدیر (ساختگی)")
        elif (release := public[choice % len(public)]).rows > 1:
            erase(store, release, [min(numbers(release))])

    current = store.snapshot(SLUG).releases
    if not current:
        assert not list((root / "iceberg" / SLUG).rglob("*.*"))
        return
    assert rows_of_table(root) == rows_of_releases(current) == rows_by_duckdb(root)
    snapshots = table(root).snapshots()
    assert len(snapshots) == len(store.releases(SLUG))
    for release, snapshot in zip(store.releases(SLUG), snapshots, strict=True):
        then = store.as_of(SLUG, release.sealed_at).releases
        assert rows_of_table(root, snapshot.snapshot_id) == rows_of_releases(then)


def test_a_snapshot_says_which_release_it_is(store: ReleaseStore, tmp_path: Path, clock: FixedClock) -> None:
    first = seal(store, "1402")
    clock.move(timedelta(days=1))
    second = seal(store, "1403", {"species": ["کاج"]})
    snapshots = table(tmp_path).snapshots()
    assert [each.timestamp_ms for each in snapshots] == [
        int(each.sealed_at.timestamp() * 1000) for each in (first, second)
    ]
    said = [dict(each.summary.additional_properties) for each in snapshots if each.summary is not None]
    assert [each["ayan.release"] for each in said] == ["1402/1", "1403/1"]
    assert [each["ayan.digest"] for each in said] == [f"sha256:{each.digest}" for each in (first, second)]
    assert [each["total-records"] for each in said] == ["2", "3"]
    (file,) = table(tmp_path).scan(row_filter="_period == '1403'").plan_files()
    assert file.file.file_path.endswith("/trees/1403/1/data-0000.parquet"), "files are parted by the period"


def test_equal_releases_give_equal_bytes(store: ReleaseStore, tmp_path: Path, clock: FixedClock) -> None:
    for number in range(3):
        clock.move(timedelta(days=1))
        seal(store, f"140{number}")
    before = words_of(tmp_path)
    _, tables = opened(tmp_path, clock)
    tables.end()
    tables.begin()
    store.follow(SLUG)
    assert words_of(tmp_path) == before


def test_an_erasure_takes_the_old_snapshot_and_every_name_of_the_file_away(
    store: ReleaseStore, tmp_path: Path, clock: FixedClock
) -> None:
    release = seal(store, "1402", {"species": ["چنار", "راز", "سرو"]})
    clock.move(timedelta(days=1))
    seal(store, "1403")
    old = table(tmp_path).snapshots()
    files = set(words_of(tmp_path).split(b"\n"))
    erase(store, release, [2])
    now = table(tmp_path).snapshots()
    assert len(now) == len(old)
    assert not {each.snapshot_id for each in old} & {each.snapshot_id for each in now}
    assert not {each.manifest_list for each in old} & {each.manifest_list for each in now}
    words = words_of(tmp_path)
    assert b"1402/1/data-0000.parquet" in b"\n".join(files)
    assert b"1402/1/data-0000.parquet" not in words
    assert release.digest.encode() not in words
    for each in old:
        assert not Path(each.manifest_list.removeprefix("file://")).exists()


def test_a_table_is_gone_once_nothing_stands(store: ReleaseStore, tmp_path: Path, clock: FixedClock) -> None:
    older = seal(store, "1402")
    clock.move(timedelta(days=1))
    newer = seal(store, "1402", {"species": ["کاج"]})
    store.withdraw(newer, "wrong", "مدیر (ساختگی)")
    assert not older.withdrawn
    assert not [path for path in (tmp_path / "iceberg").rglob("*") if path.suffix in (".json", ".avro", ".text")]
    clock.move(timedelta(days=1))
    seal(store, "1402", {"species": ["بید"]})
    assert rows_of_table(tmp_path) == [("1402", 3, 1, "بید")]


def test_columns_keep_their_numbers_and_one_that_changed_its_type_is_another(
    store: ReleaseStore, tmp_path: Path, clock: FixedClock
) -> None:
    seal(store, "1401", {"species": ["چنار"], "height": pa.array([3], pa.int64())})
    clock.move(timedelta(days=1))
    seal(store, "1402", {"species": ["سرو"], "planted": pa.array([date(2024, 3, 20)], pa.date32())})
    first = {each.name: each.field_id for each in table(tmp_path).schema().fields}
    assert table(tmp_path).scan().to_arrow().select(["species", "height", "planted"]).to_pylist() == [
        {"species": "چنار", "height": 3, "planted": None},
        {"species": "سرو", "height": None, "planted": date(2024, 3, 20)},
    ]

    clock.move(timedelta(days=1))
    tall = pa.array([4], pa.decimal128(38, 1))
    seal(store, "1403", {"species": ["کاج"], "height": tall})
    mixed = table(tmp_path)
    assert {each.name: each.field_id for each in mixed.schema().fields} == {
        name: number for name, number in first.items() if name != "height"
    }, "no type fits both files"
    assert mixed.metadata.properties["ayan.left-out"] == "height"

    clock.move(timedelta(days=1))
    seal(store, "1401", {"species": ["چنار"], "height": tall})
    columns = {each.name: (each.field_id, str(each.field_type)) for each in table(tmp_path).schema().fields}
    assert columns["species"][0] == first["species"]
    assert columns["height"][1] == "decimal(38, 1)"
    assert columns["height"][0] not in first.values()


def test_what_is_withheld_by_now_is_in_no_schema(tmp_path: Path, clock: FixedClock) -> None:
    shown = {"names": everything(SLUG)}
    store, tables = opened(tmp_path, clock, lambda _: shown["names"])
    tables.begin()
    seal(store, "1402", {"species": ["چنار"], "height": pa.array([3], pa.int64())})
    assert "height" in table(tmp_path).schema().column_names
    shown["names"] = PublicColumns(frozenset({"_row", "_line", "species"}))
    store.follow(SLUG)
    assert b"height" not in words_of(tmp_path)
    shown["names"] = PublicColumns(frozenset({"_row", "_line", "species", "height"}), frozenset({"height"}))
    store.follow(SLUG)
    assert b'"name":"height"' not in words_of(tmp_path), "what was sealed whole and is masked by now"


def test_only_the_newest_snapshots_are_kept(
    store: ReleaseStore, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_table_folder, "MOST_SNAPSHOTS", 2)
    for number in range(4):
        clock.move(timedelta(days=1))
        seal(store, f"140{number}", {"species": [f"گونه {number}"]})
    assert len(table(tmp_path).snapshots()) == 2
    assert len(list((tmp_path / "iceberg" / SLUG / "metadata").iterdir())) == 2 * 2 + 2
    assert rows_of_table(tmp_path) == rows_of_releases(store.snapshot(SLUG).releases)


def test_without_its_folder_no_table_is_kept(tmp_path: Path, clock: FixedClock) -> None:
    store, tables = opened(tmp_path, clock)
    release = seal(store)
    assert not tables.root.exists()
    tables.begin()
    assert tables.unsettled() == []
    store.follow(SLUG)
    assert rows_of_table(tmp_path) == rows_of_releases([release])
    with pytest.raises((FileNotFoundError, ValidationError, ValueError)):
        table(tmp_path / "nowhere")


@pytest.mark.parametrize("kind", list(KINDS.values()), ids=list(KINDS))
def test_a_sealed_description_says_what_the_files_hold(kind: Kind, store: ReleaseStore) -> None:
    field = Field(name="species", kind=kind, label=Label("ستون", "Column"), scale=2 if kind.has_decimals else 0)
    with duckdb.connect() as con:
        values = con.sql(f"SELECT CAST(NULL AS {field.storage}) AS species").to_arrow_table()["species"]
    described = seal(store, "1402", {"species": values}, schema=table_schema([field]))
    bare = seal(store, "1403", {"species": values})
    assert columns_of(described) == columns_of(bare)
