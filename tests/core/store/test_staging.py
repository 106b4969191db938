"""What is refused before it is sealed, what becomes of staged files, and several who seal at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.core.store.store_place import FOLDER_ONLY, StorePlace
from tests.core.store.store_releases import NOON, bare_manifest, seal, write_part
from tests.patience import PATIENCE

from ayan.core.store.bucket_objects import BucketObjects
from ayan.core.store.folder import FolderObjects
from ayan.core.store.limits import STALE_SECONDS
from ayan.core.store.objects import BadAddress, NumberTaken, ReleaseAddress, StoreBroken
from ayan.core.store.parquet import verify
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import SystemClock


def disown(store: ReleaseStore, staged: Path) -> None:
    """Let go of a staging folder, as the end of the process that owns it would."""
    assert isinstance(store.objects, FolderObjects | BucketObjects)
    store.objects._staging.disown(staged)


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

    def test_an_occupied_place_is_never_overwritten(self, store: ReleaseStore, store_place: StorePlace) -> None:
        release = seal(store)
        kept = store_place.objects()
        staged = kept.stage()
        write_part(staged, {"species": ["بید"]})
        with pytest.raises(NumberTaken):
            kept.commit(staged, ReleaseAddress("trees", "all", 1))
        assert verify(release.folder, release.manifest) == []

    @FOLDER_ONLY
    def test_a_manifest_changed_on_disk_is_noticed(self, store: ReleaseStore, store_place: StorePlace) -> None:
        release = seal(store)
        path = release.folder / "datapackage.json"
        path.chmod(0o644)
        path.write_text(json.dumps({**json.loads(path.read_text()), "ayan": {}}))
        with pytest.raises(StoreBroken):
            release.manifest  # noqa: B018 - reading it is the act under test
        with pytest.raises(StoreBroken):
            store_place.opened().snapshot("trees")


class TestStaging:
    @pytest.fixture
    def old(self, store: ReleaseStore) -> Path:
        staged = store.stage()
        write_part(staged, {"species": ["سرو"]})
        day_ago = time.time() - STALE_SECONDS - 60
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
        process.join(PATIENCE)
    assert [sealer.exitcode for sealer in sealers] == [0, 0]
    releases = ReleaseStore(tmp_path / "store", SystemClock()).releases("trees")
    assert [release.number for release in releases] == list(range(1, 21))
    assert [release.manifest["ayan"]["supersedes"] for release in releases] == [None, *range(1, 20)]
