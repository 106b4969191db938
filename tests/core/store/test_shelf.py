"""The shelf as its users meet it: sealing, superseding, withdrawing, looking back, and being refused."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.core.store.sealing import bare_manifest, seal, write_part

from ayan.core.store import folder as folder_room
from ayan.core.store.folder import FolderObjects
from ayan.core.store.objects import BadAddress, Place, Taken
from ayan.core.store.parquet import verify
from ayan.core.store.shelf import Broken, NotOnShelf, Shelf, Withdrawn
from ayan.core.values.clock import FixedClock, SystemClock

NOON = datetime(2024, 8, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def shelf(tmp_path: Path, clock: FixedClock) -> Shelf:
    return Shelf(tmp_path / "store", clock)


def test_a_sealed_release_says_what_it_is(shelf: Shelf) -> None:
    release = seal(shelf, "1403-05")
    assert (release.ref, release.rows, release.sealed_at, release.withdrawn) == ("trees/1403-05/1", 2, NOON, False)
    assert verify(release.folder, release.manifest) == []
    assert [path.name for path in release.parts()] == ["data-0000.parquet"]
    assert shelf.datasets() == ["trees"]
    assert shelf.release("trees", "1403-05", 1) == release
    facts = release.manifest["ayan"]
    assert (facts["number"], facts["supersedes"], facts["sealed_at"]) == (1, None, "2024-08-02T12:00:00.000Z")


def test_numbers_count_within_a_period_and_supersede(shelf: Shelf, clock: FixedClock) -> None:
    seal(shelf, "1403-05")
    clock.move(HOUR)
    seal(shelf, "1403-06")
    clock.move(HOUR)
    again = seal(shelf, "1403-05", {"species": ["سرو"]})
    assert again.number == 2
    assert again.manifest["ayan"]["supersedes"] == 1
    assert {period: one.number for period, one in shelf.current("trees").items()} == {"1403-05": 2, "1403-06": 1}
    assert [one.ref for one in shelf.releases("trees")] == ["trees/1403-05/1", "trees/1403-06/1", "trees/1403-05/2"]
    assert shelf.state("trees").rows == 3


def test_files_of_a_release_cannot_be_written(shelf: Shelf) -> None:
    release = seal(shelf)
    assert all(path.stat().st_mode & 0o222 == 0 for path in release.folder.iterdir())


def test_an_unknown_dataset_is_empty_not_an_error(shelf: Shelf) -> None:
    assert shelf.datasets() == []
    assert shelf.releases("trees") == []
    assert shelf.state("trees").releases == ()
    with pytest.raises(NotOnShelf):
        shelf.release("trees", "all", 1)


class TestState:
    def test_equal_releases_have_equal_digests_on_every_shelf(self, shelf: Shelf, tmp_path: Path) -> None:
        seal(shelf, "1403-05")
        first = shelf.state("trees").digest
        assert Shelf(tmp_path / "store", SystemClock()).state("trees").digest == first
        seal(shelf, "1403-05")
        assert shelf.state("trees").digest != first

    def test_what_is_about_to_hold_is_known_before(self, shelf: Shelf) -> None:
        seen = []
        seal(shelf, "1403-05", before=seen.append)
        assert [state.digest for state in seen] == [shelf.state("trees").digest]
        assert seen[0].releases == shelf.state("trees").releases

    def test_the_coming_release_is_readable_where_it_is_staged(self, shelf: Shelf) -> None:
        seal(shelf, "1403-05", before=lambda state: self.read_all(state.releases[0].parts()))

    @staticmethod
    def read_all(paths: list[Path]) -> None:
        assert [path.read_bytes()[:4] for path in paths] == [b"PAR1"]

    def test_nothing_is_sealed_when_the_preparation_fails(self, shelf: Shelf) -> None:
        def fail(_: object) -> None:
            raise RuntimeError("no room")

        with pytest.raises(RuntimeError, match="no room"):
            seal(shelf, before=fail)
        assert shelf.releases("trees") == []
        assert seal(shelf).number == 1

    def test_the_state_without_a_release_is_the_one_after_its_withdrawal(self, shelf: Shelf) -> None:
        seal(shelf, "1403-05")
        release = seal(shelf, "1403-06")
        coming = shelf.state_without(release)
        shelf.withdraw(release, "wrong", "مدیر (ساختگی)")
        assert shelf.state("trees").digest == coming.digest

    @pytest.mark.parametrize("settled", [0, folder_room.SETTLED_NS])
    def test_another_shelf_sees_every_change_at_once(
        self, tmp_path: Path, settled: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(folder_room, "SETTLED_NS", settled)
        writer, reader = (Shelf(tmp_path / "store", SystemClock()) for _ in range(2))
        for count in range(1, 13):
            release = seal(writer, f"1403-{count:02}")
            time.sleep(0.005)  # longer than a tick of the coarsest kernel clock, so that 0 above is honest
            assert len(reader.state("trees").releases) == count
            assert reader.state("trees") == reader.state("trees") == writer.state("trees")
        writer.withdraw(release, "wrong", "مدیر (ساختگی)")
        assert len(reader.state("trees").releases) == 11

    def test_a_state_that_does_not_change_is_not_read_again(
        self, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(folder_room, "SETTLED_NS", 0)
        seal(shelf)
        reader = Shelf(tmp_path / "store", SystemClock())
        time.sleep(0.005)
        assert reader.state("trees") is reader.state("trees")

    def test_a_folder_changed_a_moment_ago_is_not_relied_on(self, shelf: Shelf, tmp_path: Path) -> None:
        seal(shelf)
        kept = FolderObjects(tmp_path / "store")
        assert kept.version("trees") is None
        for folder in (tmp_path / "store/releases/trees", tmp_path / "store/releases/trees/all"):
            os.utime(folder, (time.time() - 60,) * 2)
        assert kept.version("trees") is not None
        assert kept.version("trees") == kept.version("trees")


class TestAsOf:
    def test_what_was_known_then(self, shelf: Shelf, clock: FixedClock) -> None:
        first = seal(shelf, "1403-05")
        early = shelf.state("trees").digest
        clock.move(HOUR)
        seal(shelf, "1403-05")
        clock.move(HOUR)
        seal(shelf, "1403-06")
        assert shelf.as_of("trees", NOON - HOUR).releases == ()
        assert shelf.as_of("trees", NOON).releases == (first,)
        assert shelf.as_of("trees", NOON + HOUR / 2).digest == early
        assert [one.ref for one in shelf.as_of("trees", NOON + HOUR).releases] == ["trees/1403-05/2"]
        assert shelf.as_of("trees", NOON + 2 * HOUR).digest == shelf.state("trees").digest

    def test_a_time_without_zone_is_refused(self, shelf: Shelf) -> None:
        with pytest.raises(ValueError, match="zone"):
            shelf.as_of("trees", NOON.replace(tzinfo=None))

    def test_rows_withdrawn_since_are_not_given_back(self, shelf: Shelf, clock: FixedClock) -> None:
        first = seal(shelf)
        clock.move(HOUR)
        second = seal(shelf)
        shelf.withdraw(second, "wrong", "مدیر (ساختگی)")
        assert shelf.as_of("trees", NOON).releases == (first,)
        assert shelf.as_of("trees", NOON + HOUR).releases == ()

    def test_a_clock_set_back_does_not_reorder_what_was_sealed(self, shelf: Shelf, clock: FixedClock) -> None:
        seal(shelf)
        clock.move(-HOUR)
        assert seal(shelf).sealed_at == NOON
        assert shelf.as_of("trees", NOON).releases[0].number == 2


class TestWithdrawal:
    def test_rows_go_and_a_tombstone_stays(self, shelf: Shelf, clock: FixedClock, tmp_path: Path) -> None:
        release = seal(shelf, "1403-05")
        hashes = tuple(resource["hash"] for resource in release.manifest["resources"])
        clock.move(HOUR)
        tombstone = shelf.withdraw(release, "personal-data", "مدیر (ساختگی)", reason_digest="ab" * 32)
        assert (tombstone.at, tombstone.parts, tombstone.rows) == (NOON + HOUR, hashes, 2)
        assert sorted(path.name for path in release.folder.iterdir()) == ["datapackage.json", "tombstone.json"]
        gone = Shelf(tmp_path / "store", clock).release("trees", "1403-05", 1)
        assert gone.withdrawn
        assert gone.digest == release.digest == tombstone.manifest
        assert shelf.tombstone(gone) == tombstone
        with pytest.raises(Withdrawn):
            gone.parts()

    def test_an_older_release_does_not_come_back(self, shelf: Shelf) -> None:
        seal(shelf)
        shelf.withdraw(seal(shelf), "wrong", "مدیر (ساختگی)")
        assert shelf.current("trees") == {}
        third = seal(shelf)
        assert third.number == 3
        assert shelf.current("trees") == {"all": third}

    def test_withdrawing_a_superseded_release_leaves_the_current_one(self, shelf: Shelf) -> None:
        first, second = seal(shelf), seal(shelf)
        before = shelf.state("trees").digest
        shelf.withdraw(first, "personal-data", "مدیر (ساختگی)")
        assert shelf.state("trees").digest == before
        assert shelf.current("trees") == {"all": second}

    def test_twice_is_refused_and_the_first_tombstone_stands(self, shelf: Shelf) -> None:
        release = seal(shelf)
        first = shelf.withdraw(release, "wrong", "مدیر (ساختگی)")
        with pytest.raises(Withdrawn):
            shelf.withdraw(release, "other", "دیگری (ساختگی)")
        assert shelf.tombstone(release) == first

    def test_parts_left_by_a_crash_are_not_served_and_are_swept(
        self, shelf: Shelf, tmp_path: Path, clock: FixedClock
    ) -> None:
        release = seal(shelf)
        part = release.parts()[0]
        left = part.read_bytes()
        shelf.withdraw(release, "wrong", "مدیر (ساختگی)")
        part.write_bytes(left)
        (part.parent.parent / ".tombstone-0").write_bytes(b"{")
        assert shelf.current("trees") == {}
        Shelf(tmp_path / "store", clock)
        assert sorted(path.name for path in release.folder.iterdir()) == ["datapackage.json", "tombstone.json"]
        assert [path.name for path in release.folder.parent.iterdir()] == ["1"]

    def test_a_reader_that_may_not_write_leaves_the_sweeping_to_others(
        self, shelf: Shelf, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        release = seal(shelf)
        part = release.parts()[0]
        shelf.withdraw(release, "wrong", "مدیر (ساختگی)")
        part.write_bytes(b"left")

        def refuse(path: Path, missing_ok: bool = False) -> None:
            raise PermissionError(errno.EACCES, "read-only", str(path))

        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", refuse)
            reader = Shelf(tmp_path / "store", clock)
        assert reader.current("trees") == {}
        assert part.exists()
        assert reader.sweep() == ["releases/trees/all/1/data-0000.parquet"]


class TestRefusals:
    @pytest.mark.parametrize("slug", ["..", ".", "", "a/b", "/etc", "a\0b", "Trees", "trees\n", "درخت", "a" * 65, "-a"])
    def test_a_slug_that_could_lead_elsewhere(self, shelf: Shelf, slug: str, tmp_path: Path) -> None:
        asked = [
            lambda: shelf.state(slug),
            lambda: shelf.as_of(slug, NOON),
            lambda: shelf.release(slug, "all", 1),
            lambda: seal(shelf, slug=slug),
        ]
        for ask in asked:
            with pytest.raises(BadAddress):
                ask()
        assert {path.name for path in tmp_path.iterdir()} <= {"store"}

    @pytest.mark.parametrize("period", ["..", ".", "", "1403/05", "../../x", "1403.05", "1403-05\n", "۱۴۰۳", "-1"])
    def test_a_period_that_could_lead_elsewhere(self, shelf: Shelf, period: str) -> None:
        for ask in (lambda: shelf.release("trees", period, 1), lambda: seal(shelf, period)):
            with pytest.raises(BadAddress):
                ask()
        assert shelf.datasets() == []

    @pytest.mark.parametrize("number", [0, -1, 10**9])
    def test_a_number_out_of_range(self, shelf: Shelf, number: int) -> None:
        with pytest.raises(BadAddress):
            shelf.release("trees", "all", number)

    @pytest.mark.parametrize("name", ["../x.parquet", "/etc/passwd", ".hidden", "a..b"])
    def test_a_part_named_out_of_its_folder(self, shelf: Shelf, name: str) -> None:
        staged = shelf.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        manifest["resources"][0]["path"] = name
        with pytest.raises(BadAddress):
            shelf.seal(staged, manifest, "trees", "all")

    def test_a_folder_that_was_not_staged_here(self, shelf: Shelf, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        manifest = bare_manifest([write_part(elsewhere, {"species": ["سرو"]})])
        with pytest.raises(BadAddress):
            shelf.seal(elsewhere, manifest, "trees", "all")

    def test_a_part_changed_after_it_was_described(self, shelf: Shelf) -> None:
        staged = shelf.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        write_part(staged, {"species": ["چنار"]})
        with pytest.raises(Broken, match="data-0000"):
            shelf.seal(staged, manifest, "trees", "all")

    def test_a_file_that_the_manifest_does_not_name(self, shelf: Shelf) -> None:
        staged = shelf.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        (staged / "notes.txt").write_text("x")
        with pytest.raises(Broken, match=r"notes\.txt"):
            shelf.seal(staged, manifest, "trees", "all")

    def test_a_link_among_the_parts(self, shelf: Shelf, tmp_path: Path) -> None:
        staged = shelf.stage()
        part = write_part(tmp_path, {"species": ["سرو"]})
        (staged / part.name).symlink_to(part)
        with pytest.raises(BadAddress, match="plain files"):
            shelf.seal(staged, bare_manifest([part]), "trees", "all")

    def test_a_wrong_count_of_rows(self, shelf: Shelf) -> None:
        staged = shelf.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        manifest["ayan"]["rows"] = 2
        with pytest.raises(Broken, match="rows"):
            shelf.seal(staged, manifest, "trees", "all")

    @pytest.mark.parametrize("rows", [[2, 1], [1, 1], [1, None]])
    def test_rows_out_of_order(self, shelf: Shelf, rows: list[int | None]) -> None:
        with pytest.raises(Broken, match="order"):
            seal(shelf, table={"_row": rows, "species": ["سرو", "سرو"]})

    def test_a_manifest_of_another_dataset(self, shelf: Shelf) -> None:
        staged = shelf.stage()
        manifest = bare_manifest([write_part(staged, {"species": ["سرو"]})])
        manifest["ayan"]["dataset"] = "birds"
        with pytest.raises(Broken, match="another release"):
            shelf.seal(staged, manifest, "trees", "all")

    def test_an_occupied_place_is_never_overwritten(self, shelf: Shelf, tmp_path: Path) -> None:
        release = seal(shelf)
        kept = FolderObjects(tmp_path / "store")
        staged = kept.stage()
        write_part(staged, {"species": ["بید"]})
        with pytest.raises(Taken):
            kept.commit(staged, Place("trees", "all", 1))
        assert verify(release.folder, release.manifest) == []

    def test_a_manifest_changed_on_disk_is_noticed(self, shelf: Shelf, tmp_path: Path, clock: FixedClock) -> None:
        release = seal(shelf)
        path = release.folder / "datapackage.json"
        path.chmod(0o644)
        path.write_text(json.dumps({**json.loads(path.read_text()), "ayan": {}}))
        with pytest.raises(Broken):
            release.manifest  # noqa: B018 - reading it is the act under test
        with pytest.raises(Broken):
            Shelf(tmp_path / "store", clock).state("trees")


class TestStaging:
    @pytest.fixture
    def old(self, shelf: Shelf) -> Path:
        staged = shelf.stage()
        write_part(staged, {"species": ["سرو"]})
        day_ago = time.time() - folder_room.STALE_SECONDS - 60
        for path in (*staged.iterdir(), staged):
            os.utime(path, (day_ago, day_ago))
        return staged

    def test_staged_files_are_invisible(self, shelf: Shelf) -> None:
        write_part(shelf.stage(), {"species": ["سرو"]})
        assert shelf.datasets() == []

    def test_old_staging_of_a_live_owner_stays(self, shelf: Shelf, old: Path) -> None:
        assert shelf.sweep() == []
        assert old.is_dir()

    def test_old_staging_of_nobody_is_swept(self, shelf: Shelf, old: Path) -> None:
        shelf._objects._disown(old)  # as the end of the owning process would
        assert shelf.sweep() == [f"staging/{old.name}"]
        assert not old.exists()

    def test_young_staging_of_nobody_stays(self, shelf: Shelf) -> None:
        staged = shelf.stage()
        shelf._objects._disown(staged)  # as the end of the owning process would
        assert shelf.sweep() == []

    def test_given_up(self, shelf: Shelf) -> None:
        staged = shelf.stage()
        shelf.discard(staged)
        assert not staged.exists()


def _seal_many(root: str, count: int) -> None:
    shelf = Shelf(Path(root), SystemClock())
    for _ in range(count):
        seal(shelf)


def test_sealers_of_the_same_period_all_succeed_with_numbers_of_their_own(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    sealers = [context.Process(target=_seal_many, args=(str(tmp_path / "store"), 10)) for _ in range(2)]
    for one in sealers:
        one.start()
    for one in sealers:
        one.join(60)
    assert [one.exitcode for one in sealers] == [0, 0]
    releases = Shelf(tmp_path / "store", SystemClock()).releases("trees")
    assert [one.number for one in releases] == list(range(1, 21))
    assert [one.manifest["ayan"]["supersedes"] for one in releases] == [None, *range(1, 20)]
