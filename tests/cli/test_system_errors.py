"""When the machine is in the way: a full disk, a folder that is none, an interruption."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.city import FIRST, GOOD, HEADER, SECOND, SENDER, Town
from tests.conftest import unmeasured
from tests.patience import PATIENCE


def big(town: Town, rows: int) -> Path:
    lines = (f"{n},1403/05/{n % 31 + 1},گونه {n * 7919 % 9973},{n * 104729},," for n in range(rows))
    return town.file("\n".join([HEADER + ",", *lines]) + "\n", "big.csv")


@unmeasured
@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit (util-linux) makes the full disk")
@pytest.mark.parametrize("limit", [0, 20_000, 400_000])
def test_a_full_disk_ends_in_words_and_leaves_nothing(town: Town, limit: int) -> None:
    said = town.publish(big(town, 20_000), limit=limit)
    assert said.code == 2, said.words
    assert "دیسک" in said.err
    assert "disk" in said.err
    assert town.leftovers() == []
    assert town.city.release_store.releases("trees") == []
    assert town.publish(town.file(GOOD)).code == 0, "the next one works"


@pytest.mark.parametrize("room", ["store", "work", "index", "originals"])
def test_a_room_that_is_no_folder_ends_in_words(town: Town, room: str) -> None:
    shutil.rmtree(town.home / room)
    (town.home / room).write_text("not a folder")
    said = town.publish(town.file(GOOD))
    assert said.code == 2, said.words
    assert room in said.err
    assert len(said.err.strip().splitlines()) == 2, "one line in each language"
    assert (town.home / room).read_text() == "not a folder"
    assert town.leftovers() == []


def test_remarks_that_cannot_be_written_end_in_words(town: Town) -> None:
    said = town.ayan(
        "check", town.file(GOOD), "--dataset", "trees", "--period", "1403-05", "--remarks", "/no/such/x.xlsx"
    )
    assert said.code == 2
    assert "x.xlsx" in said.err


def test_a_broken_store_ends_in_words(town: Town) -> None:
    (town.home / "store/releases/trees/1403-05/1").mkdir(parents=True)
    (town.home / "store/releases/trees/1403-05/1/datapackage.json").write_text("{}")
    said = town.publish(town.file(GOOD))
    assert said.code == 2
    assert "trees/1403-05/1" in said.err


@pytest.mark.parametrize("moment", [0.0, 0.4])
def test_an_interruption_leaves_nothing(town: Town, moment: float) -> None:
    words = ["publish", str(big(town, 60_000)), "--dataset", "trees", "--period", "1403-05", "--by", SENDER]
    child = subprocess.Popen(
        [sys.executable, "-m", "ayan.cli.main", *words, "--approve", FIRST, "--approve", SECOND],
        env=town.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while not town.leftovers() and child.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(moment)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=PATIENCE)
    assert child.returncode in (0, 130), err
    # Where the signal falls into a finaliser, Python itself tells of it and goes on.
    assert "Traceback" not in err or "Exception ignored in" in err
    assert town.leftovers() == []
    sealed = town.city.release_store.releases("trees")
    if child.returncode:
        assert "متوقف شد" in err
        assert bool(sealed) == ("It had been published" in err)
