"""What is made once in a run of the tests, by whichever of its processes needs it first, and then read by all of them."""

from __future__ import annotations

import atexit
import fcntl
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests import processor_time

VARIABLE: Final = "PYTEST_RUN_FOLDER"
"""Names the folder to the workers of a run; whoever has none, such as a benchmark, gets one of its own."""


MEMORY: Final = Path("/dev/shm")
ROOM: Final = 6 << 30
"""Bytes that a folder in memory must be able to take; a run uses about a third."""

MADE: Final = "made.txt"


def begin() -> Callable[[], None]:
    """Make the folder of a run and let every temporary file of its processes stand in it; returns what ends it.

    It stands in memory where there is room. Each release is flushed to the disk some thirty times, and a test that
    waits for a disk computes nothing.
    """
    roomy = os.access(MEMORY, os.W_OK) and min(shutil.disk_usage(MEMORY).free, _memory_left()) > ROOM
    folder = tempfile.mkdtemp(prefix="ayan-run-", dir=MEMORY if roomy else None)
    before = os.environ.get("TMPDIR")
    os.environ[VARIABLE] = os.environ["TMPDIR"] = folder
    tempfile.tempdir = None

    def end() -> None:
        del os.environ[VARIABLE], os.environ["TMPDIR"]
        if before is not None:
            os.environ["TMPDIR"] = before
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)

    return end


def _memory_left() -> int:
    facts = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    return int(facts["MemAvailable"].split()[0]) << 10


@functools.cache
def run_folder() -> Path:
    """The folder of this run, which goes with it."""
    if VARIABLE not in os.environ:
        own = tempfile.TemporaryDirectory(prefix="ayan-run-")
        atexit.register(own.cleanup)
        return Path(own.name)
    return Path(os.environ[VARIABLE])


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder ``name`` of the run as ``make`` filled it. Nobody changes it: who wants to takes a copy.

    It appears whole or not at all; a second process waits for the first one.
    """
    target = run_folder() / name
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            draft = run_folder() / f"{name}.draft"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            began = time.monotonic()
            with processor_time.for_all():
                make(draft)
            draft.rename(target)
            with (run_folder() / MADE).open("a", encoding="utf-8") as list_of_made:
                list_of_made.write(f"{name} {time.monotonic() - began:.1f}\n")
    return target


def made() -> list[str]:
    """What `made_once` has made in this run, in its order: ``name seconds``."""
    written = run_folder() / MADE
    return written.read_text(encoding="utf-8").splitlines() if written.exists() else []
