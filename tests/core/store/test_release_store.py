"""The store as its users meet it: sealing, superseding, withdrawing, looking back, and being refused."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.core.store.sealing import bare_manifest, seal, write_part

from ayan.core.store import folder as folder_room
from ayan.core.store.folder import FolderObjects
from ayan.core.store.objects import BadAddress, NotInStore, NumberTaken, ReleaseAddress, StoreBroken, Withdrawn
from ayan.core.store.parquet import verify
from ayan.core.store.release import DatasetSnapshot
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock, SystemClock

NOON = datetime(2024, 8, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> ReleaseStore:
    return ReleaseStore(tmp_path / "store", clock)


def disown(store: ReleaseStore, staged: Path) -> None:
    """Let go of a staging folder, as the end of the process that owns it would."""
    assert isinstance(store._objects, FolderObjects)
    store._objects._disown(staged)


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
    def test_equal_releases_have_equal_digests_on_every_shelf(self, store: ReleaseStore, tmp_path: Path) -> None:
        seal(store, "1403-05")
        first = store.snapshot("trees").digest
        assert ReleaseStore(tmp_path / "store", SystemClock()).snapshot("trees").digest == first
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

    @pytest.mark.parametrize("settled", [0, folder_room.SETTLED_NS])
    def test_another_shelf_sees_every_change_at_once(
        self, tmp_path: Path, settled: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(folder_room, "SETTLED_NS", settled)
        writer, reader = (ReleaseStore(tmp_path / "store", SystemClock()) for _ in range(2))
        for count in range(1, 13):
            release = seal(writer, f"1403-{count:02}")
            time.sleep(0.005)  # longer than a tick of the coarsest kernel clock, so that 0 above is honest
            assert len(reader.snapshot("trees").releases) == count
            assert reader.snapshot("trees") == reader.snapshot("trees") == writer.snapshot("trees")
        writer.withdraw(release, "wrong", "مدیر (ساختگی)")
        assert len(reader.snapshot("trees").releases) == 11

    def test_a_state_that_does_not_change_is_not_read_again(
        self, store: ReleaseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(folder_room, "SETTLED_NS", 0)
        seal(store)
        reader = ReleaseStore(tmp_path / "store", SystemClock())
        time.sleep(0.005)
        assert reader.snapshot("trees") is reader.snapshot("trees")

    def test_a_folder_changed_a_moment_ago_is_not_relied_on(self, store: ReleaseStore, tmp_path: Path) -> None:
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
    def test_rows_go_and_a_tombstone_stays(self, store: ReleaseStore, clock: FixedClock, tmp_path: Path) -> None:
        release = seal(store, "1403-05")
        hashes = tuple(resource["hash"] for resource in release.manifest["resources"])
        clock.move(HOUR)
        tombstone = store.withdraw(release, "personal-data", "مدیر (ساختگی)", reason_digest="ab" * 32)
        assert (tombstone.at, tombstone.parts, tombstone.rows) == (NOON + HOUR, hashes, 2)
        assert sorted(path.name for path in release.folder.iterdir()) == ["datapackage.json", "tombstone.json"]
        gone = ReleaseStore(tmp_path / "store", clock).release("trees", "1403-05", 1)
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

    def test_parts_left_by_a_crash_are_not_served_and_are_swept(
        self, store: ReleaseStore, tmp_path: Path, clock: FixedClock
    ) -> None:
        release = seal(store)
        part = release.parts()[0]
        left = part.read_bytes()
        store.withdraw(release, "wrong", "مدیر (ساختگی)")
        part.write_bytes(left)
        (part.parent.parent / ".tombstone-0").write_bytes(b"{")
        assert store.current("trees") == {}
        ReleaseStore(tmp_path / "store", clock)
        assert sorted(path.name for path in release.folder.iterdir()) == ["datapackage.json", "tombstone.json"]
        assert [path.name for path in release.folder.parent.iterdir()] == ["1"]

    def test_a_reader_that_may_not_write_leaves_the_sweeping_to_others(
        self, store: ReleaseStore, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        release = seal(store)
        part = release.parts()[0]
        store.withdraw(release, "wrong", "مدیر (ساختگی)")
        part.write_bytes(b"left")

        def refuse(path: Path, missing_ok: bool = False) -> None:
            raise PermissionError(errno.EACCES, "read-only", str(path))

        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", refuse)
            reader = ReleaseStore(tmp_path / "store", clock)
        assert reader.current("trees") == {}
        assert part.exists()
        assert reader.sweep() == ["releases/trees/all/1/data-0000.parquet"]


class TestRefusals:
    @pytest.mark.parametrize("slug", ["..", ".", "", "a/b", "/etc", "a\0b", "Trees", "trees\n", "درخت", "a" * 65, "-a"])
    def test_a_slug_that_could_lead_elsewhere(self, store: ReleaseStore, slug: str, tmp_path: Path) -> None:
        asked: list[Callable[[], object]] = [
            lambda: store.snapshot(slug),
            lambda: store.as_of(slug, NOON),
            lambda: store.release(slug, "all", 1),
            lambda: seal(store, slug=slug),
        ]
        for ask in asked:
            with pytest.raises(BadAddress):
                ask()
        assert {path.name for path in tmp_path.iterdir()} <= {"store"}

    @pytest.mark.parametrize("period", ["..", ".", "", "1403/05", "../../x", "1403.05", "1403-05\n", "۱۴۰۳", "-1"])
    def test_a_period_that_could_lead_elsewhere(self, store: ReleaseStore, period: str) -> None:
        asked: list[Callable[[], object]] = [lambda: store.release("trees", period, 1), lambda: seal(store, period)]
        for ask in asked:
            with pytest.raises(BadAddress):
                ask()
        assert store.datasets() == []

    @pytest.mark.parametrize("number", [0, -1, 10**9])
    def test_a_number_out_of_range(self, store: ReleaseStore, number: int) -> None:
        with pytest.raises(BadAddress):
            store.release("trees", "all", number)

    @pytest.mark.parametrize("name", ["../x.parquet", "/etc/passwd", ".hidden", "a..b"])
    def test_a_part_named_out_of_its_folder(self, store: ReleaseStore, name: str) -> None:
        staged = store.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        manifest["resources"][0]["path"] = name
        with pytest.raises(BadAddress):
            store.seal(staged, manifest, "trees", "all")

    def test_a_folder_that_was_not_staged_here(self, store: ReleaseStore, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        manifest = bare_manifest([write_part(elsewhere, {"species": ["سرو"]})])
        with pytest.raises(BadAddress):
            store.seal(elsewhere, manifest, "trees", "all")

    def test_a_part_changed_after_it_was_described(self, store: ReleaseStore) -> None:
        staged = store.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        write_part(staged, {"species": ["چنار"]})
        with pytest.raises(StoreBroken, match="data-0000"):
            store.seal(staged, manifest, "trees", "all")

    def test_a_file_that_the_manifest_does_not_name(self, store: ReleaseStore) -> None:
        staged = store.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        (staged / "notes.txt").write_text("x")
        with pytest.raises(StoreBroken, match=r"notes\.txt"):
            store.seal(staged, manifest, "trees", "all")

    def test_a_link_among_the_parts(self, store: ReleaseStore, tmp_path: Path) -> None:
        staged = store.stage()
        part = write_part(tmp_path, {"species": ["سرو"]})
        (staged / part.name).symlink_to(part)
        with pytest.raises(BadAddress, match="plain files"):
            store.seal(staged, bare_manifest([part]), "trees", "all")

    def test_a_wrong_count_of_rows(self, store: ReleaseStore) -> None:
        staged = store.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        manifest["ayan"]["rows"] = 2
        with pytest.raises(StoreBroken, match="rows"):
            store.seal(staged, manifest, "trees", "all")

    @pytest.mark.parametrize("rows", [[2, 1], [1, 1], [1, None]])
    def test_rows_out_of_order(self, store: ReleaseStore, rows: list[int | None]) -> None:
        with pytest.raises(StoreBroken, match="order"):
            seal(store, table={"_row": rows, "species": ["سرو", "سرو"]})

    def test_a_manifest_of_another_dataset(self, store: ReleaseStore) -> None:
        staged = store.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        manifest["ayan"]["dataset"] = "birds"
        with pytest.raises(StoreBroken, match="another release"):
            store.seal(staged, manifest, "trees", "all")

    def test_an_occupied_place_is_never_overwritten(self, store: ReleaseStore, tmp_path: Path) -> None:
        release = seal(store)
        kept = FolderObjects(tmp_path / "store")
        staged = kept.stage()
        write_part(staged, {"species": ["بید"]})
        with pytest.raises(NumberTaken):
            kept.commit(staged, ReleaseAddress("trees", "all", 1))
        assert verify(release.folder, release.manifest) == []

    def test_a_manifest_changed_on_disk_is_noticed(
        self, store: ReleaseStore, tmp_path: Path, clock: FixedClock
    ) -> None:
        release = seal(store)
        path = release.folder / "datapackage.json"
        path.chmod(0o644)
        path.write_text(json.dumps({**json.loads(path.read_text()), "ayan": {}}))
        with pytest.raises(StoreBroken):
            release.manifest  # noqa: B018 - reading it is the act under test
        with pytest.raises(StoreBroken):
            ReleaseStore(tmp_path / "store", clock).snapshot("trees")


class TestStaging:
    @pytest.fixture
    def old(self, store: ReleaseStore) -> Path:
        staged = store.stage()
        write_part(staged, {"species": ["سرو"]})
        day_ago = time.time() - folder_room.STALE_SECONDS - 60
        for path in (*staged.iterdir(), staged):
            os.utime(path, (day_ago, day_ago))
        return staged

    def test_staged_files_are_invisible(self, store: ReleaseStore) -> None:
        write_part(store.stage(), {"species": ["سرو"]})
        assert store.datasets() == []

    def test_old_staging_of_a_live_owner_stays(self, store: ReleaseStore, old: Path) -> None:
        assert store.sweep() == []
        assert old.is_dir()

    def test_old_staging_of_nobody_is_swept(self, store: ReleaseStore, old: Path) -> None:
        disown(store, old)
        assert store.sweep() == [f"staging/{old.name}"]
        assert not old.exists()

    def test_young_staging_of_nobody_stays(self, store: ReleaseStore) -> None:
        staged = store.stage()
        disown(store, staged)
        assert store.sweep() == []

    def test_given_up(self, store: ReleaseStore) -> None:
        staged = store.stage()
        store.discard(staged)
        assert not staged.exists()


def _seal_many(root: str, count: int) -> None:
    store = ReleaseStore(Path(root), SystemClock())
    for _ in range(count):
        seal(store)


def test_sealers_of_the_same_period_all_succeed_with_numbers_of_their_own(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    sealers = [context.Process(target=_seal_many, args=(str(tmp_path / "store"), 10)) for _ in range(2)]
    for sealer in sealers:
        sealer.start()
    for process in sealers:
        process.join(60)
    assert [sealer.exitcode for sealer in sealers] == [0, 0]
    releases = ReleaseStore(tmp_path / "store", SystemClock()).releases("trees")
    assert [release.number for release in releases] == list(range(1, 21))
    assert [release.manifest["ayan"]["supersedes"] for release in releases] == [None, *range(1, 20)]
