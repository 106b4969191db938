"""The bell of a worker: heard by the processes of a queue and by the main one, and missed by nobody who has none."""

from __future__ import annotations

from pathlib import Path

from ayan.config.worker_bell import MAIN, hung, ring


def test_a_ring_is_heard_once_by_those_who_work_at_the_queue(tmp_path: Path) -> None:
    with hung(tmp_path, MAIN) as main, hung(tmp_path, "files-0") as files, hung(tmp_path, "mail-0") as mail:
        ring(tmp_path, "files")
        ring(tmp_path, "files")
        assert [bell.wait(0) for bell in (main, files, mail)] == [True, True, False]
        assert [bell.wait(0) for bell in (main, files, mail)] == [False, False, False]
    assert list(tmp_path.iterdir()) == []


def test_nobody_has_to_listen_and_a_bell_that_was_left_behind_is_hung_anew(tmp_path: Path) -> None:
    ring(tmp_path, "files")
    ring(tmp_path / "nowhere", "files")
    (tmp_path / "worker-files-0.bell").touch()
    with hung(tmp_path, "files-0") as bell:
        ring(tmp_path, "files")
        assert bell.wait(0)
    with hung(tmp_path / "nowhere", "files-0") as none:
        assert not none.wait(0)
