"""The store as its users meet it: sealing, superseding, withdrawing, and looking back."""

from __future__ import annotations

import errno
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from tests.core.store.store_place import FOLDER_ONLY, StorePlace
from tests.core.store.store_releases import NOON, seal

from ayan.core.store import folder as folder_room
from ayan.core.store.folder import FolderObjects
from ayan.core.store.objects import NotInStore, Withdrawn
from ayan.core.store.parquet import verify
from ayan.core.store.release import DatasetSnapshot
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.clock import FixedClock, SystemClock

HOUR = timedelta(hours=1)


def test_a_sealed_release_says_what_it_is(store: ReleaseStore) -> None:
    release = seal(store, "1403-05")
    assert (release.ref, release.rows, release.sealed_at, release.withdrawn) == ("trees/1403-05/1", 2, NOON, False)
    assert verify(release.folder, release.manifest) == []
    assert [path.name for path in release.parts()] == ["data-0000.parquet"]
    assert store.datasets() == ["trees"]
    assert store.release("trees", "1403-05", 1) == release
    facts = release.manifest["ayan"]
    assert (facts["number"], facts["supersedes"], facts["sealed_at"]) == (1, None, "2024-08-02T12:00:00.000Z")


def test_numbers_count_within_a_period_and_supersede(store: ReleaseStore, clock: FixedClock) -> None:
    seal(store, "1403-05")
    clock.move(HOUR)
    seal(store, "1403-06")
    clock.move(HOUR)
    again = seal(store, "1403-05", {"species": ["سرو"]})
    assert again.number == 2
    assert again.manifest["ayan"]["supersedes"] == 1
    assert {period: release.number for period, release in store.current("trees").items()} == {
        "1403-05": 2,
        "1403-06": 1,
    }
    assert [release.ref for release in store.releases("trees")] == [
        "trees/1403-05/1",
        "trees/1403-06/1",
        "trees/1403-05/2",
    ]
    assert store.snapshot("trees").rows == 3


def test_files_of_a_release_cannot_be_written(store: ReleaseStore) -> None:
    release = seal(store)
    assert all(path.stat().st_mode & 0o222 == 0 for path in release.folder.iterdir())


def test_an_unknown_dataset_is_empty_not_an_error(store: ReleaseStore) -> None:
    assert store.datasets() == []
    assert store.releases("trees") == []
    assert store.snapshot("trees").releases == ()
    with pytest.raises(NotInStore):
        store.release("trees", "all", 1)


class TestState:
    def test_equal_releases_have_equal_digests_in_every_store(
        self, store: ReleaseStore, store_place: StorePlace
    ) -> None:
        seal(store, "1403-05")
        first = store.snapshot("trees").digest
        assert store_place.opened(SystemClock()).snapshot("trees").digest == first
        seal(store, "1403-05")
        assert store.snapshot("trees").digest != first

    def test_what_is_about_to_hold_is_known_before(self, store: ReleaseStore) -> None:
        seen: list[DatasetSnapshot] = []
        seal(store, "1403-05", before=seen.append)
        assert [state.digest for state in seen] == [store.snapshot("trees").digest]
        assert seen[0].releases == store.snapshot("trees").releases

    def test_the_coming_release_is_readable_where_it_is_staged(self, store: ReleaseStore) -> None:
        seal(store, "1403-05", before=lambda state: self.read_all(state.releases[0].parts()))

    @staticmethod
    def read_all(paths: list[Path]) -> None:
        assert [path.read_bytes()[:4] for path in paths] == [b"PAR1"]

    def test_nothing_is_sealed_when_the_preparation_fails(self, store: ReleaseStore) -> None:
        def fail(_: object) -> None:
            raise RuntimeError("no room")

        with pytest.raises(RuntimeError, match="no room"):
            seal(store, before=fail)
        assert store.releases("trees") == []
        assert seal(store).number == 1

    def test_the_state_without_a_release_is_the_one_after_its_withdrawal(self, store: ReleaseStore) -> None:
        seal(store, "1403-05")
        release = seal(store, "1403-06")
        coming = store.snapshot_without(release)
        store.withdraw(release, "wrong", "مدیر (ساختگی)")
        assert store.snapshot("trees").digest == coming.digest

    @FOLDER_ONLY
    @pytest.mark.parametrize("settled", [0, folder_room.SETTLED_NS])
    def test_another_store_sees_every_change_at_once(
        self, settled: int, monkeypatch: pytest.MonkeyPatch, store_place: StorePlace
    ) -> None:
        monkeypatch.setattr(folder_room, "SETTLED_NS", settled)
        writer, reader = (store_place.opened(SystemClock()) for _ in range(2))
        for count in range(1, 13):
            release = seal(writer, f"1403-{count:02}")
            time.sleep(0.005)  # longer than a tick of the coarsest kernel clock, so that 0 above is honest
            assert len(reader.snapshot("trees").releases) == count
            assert reader.snapshot("trees") == reader.snapshot("trees") == writer.snapshot("trees")
        writer.withdraw(release, "wrong", "مدیر (ساختگی)")
        assert len(reader.snapshot("trees").releases) == 11

    @FOLDER_ONLY
    def test_a_state_that_does_not_change_is_not_read_again(
        self, store: ReleaseStore, monkeypatch: pytest.MonkeyPatch, store_place: StorePlace
    ) -> None:
        monkeypatch.setattr(folder_room, "SETTLED_NS", 0)
        seal(store)
        reader = store_place.opened(SystemClock())
        time.sleep(0.005)
        assert reader.snapshot("trees") is reader.snapshot("trees")

    @FOLDER_ONLY
    def test_a_folder_changed_a_moment_ago_is_not_relied_on(
        self, store: ReleaseStore, tmp_path: Path, store_place: StorePlace
    ) -> None:
        seal(store)
        kept = FolderObjects(tmp_path / "store")
        assert kept.version("trees") is None
        for folder in (tmp_path / "store/releases/trees", tmp_path / "store/releases/trees/all"):
            os.utime(folder, (time.time() - 60,) * 2)
        assert kept.version("trees") is not None
        assert kept.version("trees") == kept.version("trees")


class TestAsOf:
    def test_what_was_known_then(self, store: ReleaseStore, clock: FixedClock) -> None:
        first = seal(store, "1403-05")
        early = store.snapshot("trees").digest
        clock.move(HOUR)
        seal(store, "1403-05")
        clock.move(HOUR)
        seal(store, "1403-06")
        assert store.as_of("trees", NOON - HOUR).releases == ()
        assert store.as_of("trees", NOON).releases == (first,)
        assert store.as_of("trees", NOON + HOUR / 2).digest == early
        assert [release.ref for release in store.as_of("trees", NOON + HOUR).releases] == ["trees/1403-05/2"]
        assert store.as_of("trees", NOON + 2 * HOUR).digest == store.snapshot("trees").digest
        named: list[Json] = [[each.period, each.number, each.digest] for each in store.snapshot("trees").releases]
        whole = canonical_json({"dataset": "trees", "releases": named})
        assert store.snapshot("trees").digest == sha256_hex(whole)

    def test_a_time_without_zone_is_refused(self, store: ReleaseStore) -> None:
        with pytest.raises(ValueError, match="zone"):
            store.as_of("trees", NOON.replace(tzinfo=None))

    def test_rows_withdrawn_since_are_not_given_back(self, store: ReleaseStore, clock: FixedClock) -> None:
        first = seal(store)
        clock.move(HOUR)
        second = seal(store)
        store.withdraw(second, "wrong", "مدیر (ساختگی)")
        assert store.as_of("trees", NOON).releases == (first,)
        assert store.as_of("trees", NOON + HOUR).releases == ()

    def test_a_clock_set_back_does_not_reorder_what_was_sealed(self, store: ReleaseStore, clock: FixedClock) -> None:
        seal(store)
        clock.move(-HOUR)
        assert seal(store).sealed_at == NOON
        assert store.as_of("trees", NOON).releases[0].number == 2


class TestWithdrawal:
    def test_rows_go_and_a_tombstone_stays(
        self, store: ReleaseStore, clock: FixedClock, store_place: StorePlace
    ) -> None:
        release = seal(store, "1403-05")
        hashes = tuple(resource["hash"] for resource in release.manifest["resources"])
        clock.move(HOUR)
        tombstone = store.withdraw(release, "personal-data", "مدیر (ساختگی)", reason_digest="ab" * 32)
        assert (tombstone.at, tombstone.parts, tombstone.rows) == (NOON + HOUR, hashes, 2)
        assert sorted(path.name for path in release.folder.iterdir()) == ["datapackage.json", "tombstone.json"]
        gone = store_place.opened().release("trees", "1403-05", 1)
        assert gone.withdrawn
        assert gone.digest == release.digest == tombstone.manifest
        assert store.tombstone(gone) == tombstone
        with pytest.raises(Withdrawn):
            gone.parts()

    def test_an_older_release_does_not_come_back(self, store: ReleaseStore) -> None:
        seal(store)
        store.withdraw(seal(store), "wrong", "مدیر (ساختگی)")
        assert store.current("trees") == {}
        third = seal(store)
        assert third.number == 3
        assert store.current("trees") == {"all": third}

    def test_withdrawing_a_superseded_release_leaves_the_current_one(self, store: ReleaseStore) -> None:
        first, second = seal(store), seal(store)
        before = store.snapshot("trees").digest
        store.withdraw(first, "personal-data", "مدیر (ساختگی)")
        assert store.snapshot("trees").digest == before
        assert store.current("trees") == {"all": second}

    def test_twice_is_refused_and_the_first_tombstone_stands(self, store: ReleaseStore) -> None:
        release = seal(store)
        first = store.withdraw(release, "wrong", "مدیر (ساختگی)")
        with pytest.raises(Withdrawn):
            store.withdraw(release, "other", "دیگری (ساختگی)")
        assert store.tombstone(release) == first

    @FOLDER_ONLY
    def test_parts_left_by_a_crash_are_not_served_and_are_swept(
        self, store: ReleaseStore, store_place: StorePlace
    ) -> None:
        release = seal(store)
        part = release.parts()[0]
        left = part.read_bytes()
        store.withdraw(release, "wrong", "مدیر (ساختگی)")
        part.write_bytes(left)
        (part.parent.parent / ".tombstone-0").write_bytes(b"{")
        assert store.current("trees") == {}
        store_place.opened()
        assert sorted(path.name for path in release.folder.iterdir()) == ["datapackage.json", "tombstone.json"]
        assert [path.name for path in release.folder.parent.iterdir()] == ["1"]

    @FOLDER_ONLY
    def test_a_reader_that_may_not_write_leaves_the_sweeping_to_others(
        self, store: ReleaseStore, monkeypatch: pytest.MonkeyPatch, store_place: StorePlace
    ) -> None:
        release = seal(store)
        part = release.parts()[0]
        store.withdraw(release, "wrong", "مدیر (ساختگی)")
        part.write_bytes(b"left")

        def refuse(path: Path, missing_ok: bool = False) -> None:
            raise PermissionError(errno.EACCES, "read-only", str(path))

        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", refuse)
            reader = store_place.opened()
        assert reader.current("trees") == {}
        assert part.exists()
        assert reader.sweep() == ["releases/trees/all/1/data-0000.parquet"]
