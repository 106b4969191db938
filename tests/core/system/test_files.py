"""Files that survive a crash: replaced whole, locked by one, swept when their owner was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from ayan.core.system import files
from ayan.core.system.files import DRAFTS, PRIVATE


@contextmanager
def another(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Another process that has come to the line where it says so, and then stays there until it is killed."""
    program = f"import sys, time\nfrom pathlib import Path\nfrom ayan.core.system import files\n{textwrap.dedent(code)}"
    command = [sys.executable, "-c", program, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "there\n"
            yield process
        finally:
            process.kill()


HALF_WAY = """
with files.replacing(Path(sys.argv[1])) as out:
    out.write(b"half of ")
    out.flush()
    print("there", flush=True)
    time.sleep(600)
"""
HOLDING = """
with files.locked(Path(sys.argv[1])):
    print("there", flush=True)
    time.sleep(600)
"""
WORKING = """
with files.own_folder(Path(sys.argv[1]), "work-") as folder:
    (folder / "x").write_text("private")
    print("there", flush=True)
    time.sleep(600)
"""


def write_half(file: AbstractContextManager[BinaryIO], fault: BaseException) -> None:
    with file as out:
        out.write(b"half of ")
        raise fault


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestReplacing:
    def test_a_new_file_takes_the_place_of_the_old_one(self, tmp_path: Path) -> None:
        path = tmp_path / "figures.json"
        path.write_bytes(b"old")
        files.write(path, b"new")
        assert path.read_bytes() == b"new"
        assert names(tmp_path) == ["figures.json"]

    def test_readers_see_the_old_file_until_the_block_ends(self, tmp_path: Path) -> None:
        path = tmp_path / "figures.json"
        path.write_bytes(b"old")
        with files.replacing(path) as out:
            out.write(b"new")
            out.flush()
            assert path.read_bytes() == b"old"
        assert path.read_bytes() == b"new"

    @pytest.mark.parametrize("fault", [OSError("the disk is full"), KeyboardInterrupt()])
    def test_what_fails_leaves_the_old_file_and_nothing_else(self, tmp_path: Path, fault: BaseException) -> None:
        path = tmp_path / "figures.json"
        path.write_bytes(b"old")
        with pytest.raises(type(fault)):
            write_half(files.replacing(path), fault)
        assert path.read_bytes() == b"old"
        assert names(tmp_path) == ["figures.json"]

    def test_a_writer_that_is_killed_leaves_the_old_file_and_a_draft_to_sweep(self, tmp_path: Path) -> None:
        path = tmp_path / "figures.json"
        path.write_bytes(b"old")
        with another(HALF_WAY, path) as writer:
            (draft,) = tmp_path.glob(DRAFTS)
            assert draft.read_bytes() == b"half of "
            assert files.sweep(tmp_path.glob(DRAFTS)) == [], "its writer lives"
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        assert path.read_bytes() == b"old"
        assert files.sweep(tmp_path.glob(DRAFTS)) == [draft]
        assert names(tmp_path) == ["figures.json"]

    def test_every_writer_of_the_same_file_writes_it_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "figures.json"
        texts = [bytes([65 + number]) * 100_000 for number in range(8)]
        threads = [threading.Thread(target=files.write, args=(path, text)) for text in texts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert path.read_bytes() in texts
        assert names(tmp_path) == ["figures.json"]

    def test_a_private_file_is_for_its_owner_only(self, tmp_path: Path) -> None:
        files.write(tmp_path / "private", b"x", mode=PRIVATE)
        with files.creating(tmp_path / "new") as out, files.locked(tmp_path / "lock"):
            out.write(b"x")
        assert {oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {"0o600"}

    def test_the_longest_name_and_a_hidden_one(self, tmp_path: Path) -> None:
        for name in ("ب" * 127, ".hidden", "'; \"x"):
            files.write(tmp_path / name, name.encode())
            assert (tmp_path / name).read_bytes() == name.encode()

    def test_a_folder_that_is_gone_is_not_made_again(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            files.write(tmp_path / "gone" / "figures.json", b"x")
        assert names(tmp_path) == []

    @pytest.mark.parametrize("count", [3, 80])
    def test_many_files_at_once(self, tmp_path: Path, count: int) -> None:
        drafts = tmp_path / "drafts"
        drafts.mkdir()
        wanted = {tmp_path / "tiles" / str(number) / "x": b"%d" % number for number in range(count)}
        files.write_all(wanted, drafts)
        assert {path: path.read_bytes() for path in wanted} == wanted
        assert names(drafts) == []


def test_a_new_file_is_never_put_over_another_and_goes_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(OSError, match="full"):
        write_half(files.creating(path), OSError("the disk is full"))
    assert not path.exists()
    with files.creating(path) as out:
        out.write(b"first")
    with pytest.raises(FileExistsError), files.creating(path):
        pass
    assert path.read_bytes() == b"first"


class TestPlaces:
    def test_a_folder_takes_the_place_of_an_empty_one_only(self, tmp_path: Path) -> None:
        fresh, empty, full = (tmp_path / name for name in ("fresh", "empty", "full"))
        for folder in (fresh, empty, full):
            folder.mkdir()
        (full / "x").write_text("theirs")
        with pytest.raises(OSError, match="not empty"):
            files.rename(fresh, full)
        files.rename(fresh, empty)
        assert names(tmp_path) == ["empty", "full"]
        assert (full / "x").read_text() == "theirs"

    def test_files_are_put_in_place_in_their_order(self, tmp_path: Path) -> None:
        for name in ("1.draft", "3.draft"):
            (tmp_path / name).write_text(name)
        missing = tmp_path / "2.draft"
        with pytest.raises(FileNotFoundError):
            files.put_in_place({tmp_path / "1.draft": tmp_path / "1", missing: tmp_path / "2"})
        assert names(tmp_path) == ["1.draft", "3.draft"], "nothing moves before all are flushed"
        files.put_in_place({tmp_path / "1.draft": tmp_path / "1", tmp_path / "3.draft": tmp_path / "3"})
        assert names(tmp_path) == ["1", "3"]

    @pytest.mark.skipif(
        not Path("/dev/shm").is_dir() or Path("/dev/shm").stat().st_dev == Path("/tmp").stat().st_dev,
        reason="this machine has one file system only",
    )
    def test_a_file_is_moved_to_another_file_system(self, tmp_path: Path) -> None:
        with files.own_folder(Path("/dev/shm"), "ayan-test-") as away:
            (away / "x").write_bytes(b"far")
            files.move(away / "x", tmp_path / "x")
            assert names(away) == []
        assert (tmp_path / "x").read_bytes() == b"far"
        assert names(tmp_path) == ["x"]


class TestLock:
    def test_it_keeps_other_processes_out_until_its_holder_is_gone(self, tmp_path: Path) -> None:
        path = tmp_path / "lock"
        with another(HOLDING, path) as holder:
            with pytest.raises(BlockingIOError), files.locked(path, wait=0):
                pass
            began = time.monotonic()
            with pytest.raises(BlockingIOError), files.locked(path, wait=0.2):
                pass
            assert time.monotonic() - began >= 0.2
            threading.Timer(0.2, holder.kill).start()
            with files.locked(path):
                assert holder.wait() == -signal.SIGKILL
        with files.locked(path, wait=0):
            pass

    def test_it_is_free_again_after_a_fault(self, tmp_path: Path) -> None:
        with pytest.raises(ZeroDivisionError), files.locked(tmp_path / "lock"):
            raise ZeroDivisionError
        with files.locked(tmp_path / "lock", wait=0):
            pass

    def test_a_folder_that_goes_while_somebody_waits_for_it_is_gone(self, tmp_path: Path) -> None:
        folder, handle = files.hold_new_folder(tmp_path)

        def remove() -> None:
            folder.rmdir()
            os.close(handle)

        timer = threading.Timer(0.2, remove)
        timer.start()
        with pytest.raises(FileNotFoundError), files.folder_locked(folder):
            pass
        timer.join()
        (tmp_path / "link").symlink_to(tmp_path)
        with pytest.raises(OSError, match="link"), files.folder_locked(tmp_path / "link"):
            pass


class TestSweep:
    def test_files_and_folders_of_the_killed_go_and_those_of_the_living_stay(self, tmp_path: Path) -> None:
        (tmp_path / "work-file").write_text("private")
        with (
            another(WORKING, tmp_path) as living,
            another(WORKING, tmp_path) as dead,
            files.own_folder(tmp_path, "work-") as ours,
        ):
            dead.kill()
            dead.wait()
            gone = files.sweep(tmp_path.glob("work-*"))
            assert len(gone) == 2
            assert len(names(tmp_path)) == 2
            assert ours.is_dir()
            living.kill()
            living.wait()
            assert len(files.sweep(tmp_path.glob("work-*"))) == 1
        assert names(tmp_path) == []

    def test_the_next_own_folder_sweeps_those_of_the_killed_and_nothing_else(self, tmp_path: Path) -> None:
        kept = ["work-", f"work-{'g' * 32}", f"other-{'0' * 32}", "0" * 32]
        for name in kept:
            (tmp_path / name).mkdir()
        with another(WORKING, tmp_path) as living, another(WORKING, tmp_path) as dead:
            dead.kill()
            dead.wait()
            with files.own_folder(tmp_path, "work-"):
                assert len(names(tmp_path)) == len(kept) + 2, "of the living one, and ours"
            living.kill()
            living.wait()
            with files.own_folder(tmp_path, "work-"):
                assert len(names(tmp_path)) == len(kept) + 1
        assert names(tmp_path) == sorted(kept)

    def test_what_was_changed_a_short_while_ago_stays_where_age_tells(self, tmp_path: Path) -> None:
        old, changed, young = (tmp_path / name for name in ("old", "changed", "young"))
        for folder in (old, changed, young):
            folder.mkdir()
            (folder / "x").write_text("x")
        hour_ago = time.time() - 3600
        for path in (old / "x", old, changed):
            os.utime(path, (hour_ago, hour_ago))
        assert files.sweep(sorted(tmp_path.iterdir()), older=600) == [old]
        assert names(tmp_path) == ["changed", "young"]

    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "theirs").mkdir()
        (tmp_path / "theirs" / "x").write_text("theirs")
        (tmp_path / "work-link").symlink_to(tmp_path / "theirs")
        assert files.sweep([tmp_path / "work-link", tmp_path / "work-missing"]) == []
        assert (tmp_path / "theirs" / "x").read_text() == "theirs"

    def test_an_own_folder_that_got_another_name_stays(self, tmp_path: Path) -> None:
        with files.own_folder(tmp_path, "making-") as folder:
            (folder / "x").write_text("whole")
            assert oct(folder.stat().st_mode & 0o777) == "0o700"
            files.rename(folder, tmp_path / "final")
        with files.own_folder(tmp_path, "making-") as folder:
            (folder / "x").write_text("never finished")
        assert names(tmp_path) == ["final"]
