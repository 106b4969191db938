"""A killed writer never forks the log: at every step, at moments of chance, with a torn journal, and beside another."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.tree import check_consistency

VICTIM = Path(__file__).parent / "victim.py"
SIGNER = Signer("log.shahr.example", bytes(range(32)))


def victim(*arguments: object) -> list[str]:
    done = subprocess.run(
        [sys.executable, VICTIM, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("size", [0, 3, 255, 256])
def test_an_append_that_dies_at_any_step_is_finished_or_never_was(folder: Path, size: int) -> None:
    steps, held = victim("steps", folder, size)
    assert held == "held"
    assert int(steps) > 20


def test_a_writer_killed_fifty_times_leaves_a_log_that_keeps_every_promise(folder: Path) -> None:
    assert victim("chance", folder, 50) == ["held"]


@pytest.mark.soak
def test_a_writer_killed_a_thousand_times_leaves_a_log_that_keeps_every_promise(folder: Path) -> None:
    assert victim("chance", folder, 1000) == ["held"]


def test_two_writers_wait_for_each_other_and_a_reader_sees_whole_trees(folder: Path) -> None:
    assert victim("two", folder, 60) == ["held"]


def test_everything_is_on_the_disk_before_the_checkpoint_speaks_of_it(folder: Path) -> None:
    assert victim("flushed", folder) == ["held"]


def test_a_journal_torn_at_any_byte_counts_as_none(folder: Path) -> None:
    log = Log(folder / "log", SIGNER.name, SIGNER)
    log.append_all([b"a", b"b"])
    before, root = folder / "before", log.root()
    shutil.copytree(log.folder, before)
    log.append(b"the third")
    journal = (log.folder / ".private" / "journal").read_bytes()
    for cut in range(len(journal) + 1):
        tried = folder / "tried"
        shutil.copytree(before, tried)
        (tried / ".private" / "journal").write_bytes(journal[:cut])
        again = Log(tried, SIGNER.name, SIGNER)
        assert again.size == (3 if cut == len(journal) else 2)
        check_consistency(2, root, again.size, again.root(), again.consistency(2))
        shutil.rmtree(tried)
