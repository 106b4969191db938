"""The mark of a store: one word tells whether anything was sealed or withdrawn since the last look."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.core.store.store_releases import seal

from ayan.core.store import release_store
from ayan.core.store.folder import FolderObjects
from ayan.core.store.objects import NumberTaken, ReleaseAddress
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2024, 8, 2, 12, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> ReleaseStore:
    return ReleaseStore(tmp_path / "store", clock)


def test_it_is_another_one_after_every_change_and_the_same_while_there_is_none(
    store: ReleaseStore, tmp_path: Path, clock: FixedClock
) -> None:
    words = [store.mark()]
    first = seal(store)
    words.append(store.mark())
    seal(store, slug="parks")
    words.append(store.mark())
    store.withdraw(first, "wrong", "مدیر (ساختگی)")
    words.append(store.mark())
    assert None not in words[1:]
    assert len(set(words)) == 4
    assert ReleaseStore(tmp_path / "store", clock).mark() == words[-1] == store.mark()


@pytest.mark.parametrize("step", ["seal", "withdraw"])
def test_whoever_sees_a_change_can_no_longer_find_the_old_word(
    store: ReleaseStore, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = seal(store)
    before, seen = store.mark(), []
    rename = Path.rename

    def watched(path: Path, target: Path) -> Path:
        seen.append(store.mark())
        moved = rename(path, target)
        seen.append(store.mark())
        return moved

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", watched)
        if step == "seal":
            seal(store)
        else:
            store.withdraw(release, "wrong", "مدیر (ساختگی)")
    assert seen == [None, None]
    assert store.mark() not in (None, before)


def test_a_refused_seal_leaves_a_word(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / "store")
    address = ReleaseAddress("trees", "all", 1)
    objects.commit(objects.stage(), address)
    (objects.folder(address) / "occupied").touch()
    with pytest.raises(NumberTaken):
        objects.commit(objects.stage(), address)
    assert objects.mark() is not None


def test_what_died_half_way_is_mended_by_the_next_who_opens_the_store(
    store: ReleaseStore, tmp_path: Path, clock: FixedClock
) -> None:
    seal(store)
    (tmp_path / "store" / "mark").write_text("")
    assert store.mark() is None
    assert ReleaseStore(tmp_path / "store", clock).mark() is not None


def test_what_is_changed_by_hand_is_seen_within_a_second_and_what_is_sealed_at_once(
    store: ReleaseStore, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(release_store, "TRUSTED", 1.0)
    monkeypatch.setattr(release_store, "time", SimpleNamespace(monotonic=lambda: now[0]))
    first = seal(store)
    assert store.releases("trees") == [first]
    shutil.rmtree(tmp_path / "store" / "releases" / "trees" / first.period)
    assert store.releases("trees") == [first]
    now[0] += 1
    assert store.releases("trees") == []
    other = seal(ReleaseStore(tmp_path / "store", clock))
    assert store.releases("trees") == [other]
