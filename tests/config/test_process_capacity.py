"""What a machine bears: processes by cores and memory, a wrong number refused, and a process that grows too large."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ayan.cli import serve
from ayan.config import process_capacity
from ayan.config.diagnosis.installation import examine_capacity
from ayan.config.env import Misconfigured
from ayan.config.limits import MOST_LOOKS_ABOVE
from ayan.config.process_capacity import MemoryGuard


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Four cores and 8 GiB."""
    monkeypatch.setattr(process_capacity, "cores", lambda: 4)
    monkeypatch.setattr(process_capacity, "memory_mb", lambda: 8192)
    for name in ("AYAN_WORKERS", "AYAN_MEMORY_MB", "AYAN_CACHE_MB"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(("memory", "expected"), [("256", 4), ("1024", 4), ("2048", 3), ("4096", 1), ("9999", 1)])
def test_one_process_a_core_as_far_as_memory_goes(machine: pytest.MonkeyPatch, memory: str, expected: int) -> None:
    machine.setenv("AYAN_MEMORY_MB", memory)
    assert process_capacity.workers() == serve.allowed(None) == expected


def test_what_is_asked_for_goes_before(machine: pytest.MonkeyPatch) -> None:
    machine.setenv("AYAN_WORKERS", "7")
    assert serve.allowed(None) == 7
    assert serve.allowed(3) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AYAN_WORKERS", "9"),
        ("AYAN_WORKERS", "0"),
        ("AYAN_WORKERS", "two"),
        ("AYAN_MEMORY_MB", "100"),
        ("AYAN_MEMORY_MB", "1G"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused_by_name(machine: pytest.MonkeyPatch, name: str, value: str) -> None:
    machine.setenv(name, value)
    with pytest.raises(Misconfigured, match=name):
        serve.allowed(None)
    assert [finding.state for finding in examine_capacity()] == ["error"]


def test_the_command_line_is_bounded_too(machine: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match="--workers"):
        serve.allowed(9)


@pytest.mark.parametrize(
    ("workers", "memory", "cache", "levels"),
    [
        ("4", "1024", "64", ["ok"]),
        ("4", "1900", "64", ["warning"]),
        ("8", "2048", "64", ["error"]),
        ("4", "256", "128", ["ok", "warning"]),
    ],
)
def test_the_doctor_says_whether_it_fits(
    machine: pytest.MonkeyPatch, tmp_path: Path, workers: str, memory: str, cache: str, levels: list[str]
) -> None:
    machine.setattr("ayan.config.diagnosis.installation.HANDED_ON", tmp_path / "absent")
    for name, value in (("AYAN_WORKERS", workers), ("AYAN_MEMORY_MB", memory), ("AYAN_CACHE_MB", cache)):
        machine.setenv(name, value)
    assert [finding.state for finding in examine_capacity()] == levels


def test_this_machine_has_cores_and_memory() -> None:
    assert 1 <= process_capacity.cores() <= (os.cpu_count() or 1)
    assert 128 < process_capacity.memory_mb() < 1 << 24


def test_a_process_lets_go_first_and_leaves_only_when_that_does_not_help() -> None:
    used, calls = [0], []
    ceiling = MemoryGuard(100, lambda: used[0], lambda: calls.append("relieve"), lambda: calls.append("leave"))
    for amount in (100, 101, 99, 101, 102, 99):
        used[0] = amount
        ceiling.check()
    assert calls == ["relieve", "relieve"]
    used[0] = 200
    for _ in range(MOST_LOOKS_ABOVE):
        ceiling.check()
    assert calls == ["relieve", "relieve", "relieve", "leave"]


OWN_MEMORY = """
import mmap, sys
from ayan.config.process_capacity import own_memory
before, held = own_memory(), bytearray(64 << 20)
held[:: mmap.PAGESIZE] = b"x" * len(held[:: mmap.PAGESIZE])
written = own_memory() - before
with open(sys.argv[1], "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
    assert sum(mapped[:: mmap.PAGESIZE]) >= 0
    print(written >> 20, own_memory() - before >> 20)
"""


def test_own_memory_grows_with_what_is_written_and_not_with_what_is_read(tmp_path: Path) -> None:
    """In a process of its own: what a test process frees and takes beside is not foreseen."""
    path = tmp_path / "large"
    path.write_bytes(bytes(64 << 20))
    words = [sys.executable, "-c", OWN_MEMORY, str(path)]
    written, read = map(int, subprocess.run(words, check=True, capture_output=True, text=True).stdout.split())
    assert 60 <= written < 80
    assert read < 80
