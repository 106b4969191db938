"""The mark of a store: one word tells whether anything was sealed or withdrawn since the last look."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.core.store.sealing import seal

from ayan.core.store.folder import FolderObjects
from ayan.core.store.objects import Place, Taken
from ayan.core.store.shelf import Shelf
from ayan.core.values.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2024, 8, 2, 12, tzinfo=UTC))


@pytest.fixture
def shelf(tmp_path: Path, clock: FixedClock) -> Shelf:
    return Shelf(tmp_path / "store", clock)


def test_it_is_another_one_after_every_change_and_the_same_while_there_is_none(
    shelf: Shelf, tmp_path: Path, clock: FixedClock
) -> None:
    words = [shelf.mark()]
    first = seal(shelf)
    words.append(shelf.mark())
    seal(shelf, slug="parks")
    words.append(shelf.mark())
    shelf.withdraw(first, "wrong", "مدیر (ساختگی)")
    words.append(shelf.mark())
    assert None not in words[1:]
    assert len(set(words)) == 4
    assert Shelf(tmp_path / "store", clock).mark() == words[-1] == shelf.mark()


@pytest.mark.parametrize("step", ["seal", "withdraw"])
def test_whoever_sees_a_change_can_no_longer_find_the_old_word(
    shelf: Shelf, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = seal(shelf)
    before, seen = shelf.mark(), []
    rename = Path.rename

    def watched(path: Path, target: Path) -> Path:
        seen.append(shelf.mark())
        moved = rename(path, target)
        seen.append(shelf.mark())
        return moved

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", watched)
        if step == "seal":
            seal(shelf)
        else:
            shelf.withdraw(standing, "wrong", "مدیر (ساختگی)")
    assert seen == [None, None]
    assert shelf.mark() not in (None, before)


def test_a_refused_seal_leaves_a_word(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / "store")
    place = Place("trees", "all", 1)
    objects.commit(objects.stage(), place)
    (objects.folder(place) / "occupied").touch()
    with pytest.raises(Taken):
        objects.commit(objects.stage(), place)
    assert objects.mark() is not None


def test_what_died_half_way_is_mended_by_the_next_who_opens_the_shelf(
    shelf: Shelf, tmp_path: Path, clock: FixedClock
) -> None:
    seal(shelf)
    (tmp_path / "store" / "mark").write_text("")
    assert shelf.mark() is None
    assert Shelf(tmp_path / "store", clock).mark() is not None
