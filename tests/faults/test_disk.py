"""A disk that is full, and one that may only be read: nothing half, the public goes on reading, and the doctor says so."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.cli.city import make_town
from tests.faults.checked_city import checked_releases, trees
from tests.faults.running_site import running, with_database

pytestmark = pytest.mark.soak

Mount = Callable[..., None]


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Put a small disk of its own, in memory, at a folder; it is taken away after the test."""
    with ExitStack() as stack:

        def mounted(folder: Path, megabytes: int) -> None:
            folder.mkdir(parents=True, exist_ok=True)
            words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)]
            if os.geteuid() != 0 or subprocess.run(words, check=False, capture_output=True).returncode:
                pytest.skip("only root may mount a small disk here")
            stack.callback(subprocess.run, ["umount", "-l", str(folder)], check=True)

        yield mounted


def filled(folder: Path) -> Path:
    """A file that leaves no room."""
    path = folder / "full"
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return path


def test_a_full_disk(tmp_path: Path, mount: Mount) -> None:
    mount(tmp_path / "disk", 64)
    town = make_town(tmp_path / "disk")
    with_database(town)
    assert town.publish(trees(town, 300)).code == 0
    more = trees(town, 20_000, "06", name="more.csv")
    with running(town, settings={"TMPDIR": str(tmp_path)}) as site:
        before = site.ask("/data/trees")
        assert before[0] == 200
        full = filled(tmp_path / "disk")
        said = town.publish(more, "--period", "1403-06")
        assert said.code == 2, said.words
        assert "disk" in said.err
        assert "دیسک" in said.err
        for path in ("/", "/data/trees", "/en/data/trees?_search=17", "/api/v1/datasets/trees/rows", "/log/"):
            assert site.ask(path)[0] == 200, path
        doctor = town.ayan("doctor")
        assert doctor.code == 1, "the only monitor must tell"
        assert "0.0 GB" in doctor.out
        full.unlink()
    assert checked_releases(town.city) == ["trees/1403-05/1"]
    assert town.publish(more, "--period", "1403-06").code == 0
    assert checked_releases(town.city) == ["trees/1403-05/1", "trees/1403-06/1"]


def test_a_store_that_may_only_be_read(tmp_path: Path, mount: Mount) -> None:
    town = make_town(tmp_path)
    mount(town.home / "store", 64)
    with_database(town)
    assert town.publish(trees(town, 300)).code == 0
    with running(town) as site:
        subprocess.run(["mount", "-o", "remount,ro", str(town.home / "store")], check=True)
        for path in ("/", "/data/trees", "/en/data/trees?_search=17", "/api/v1/datasets/trees/rows"):
            assert site.ask(path)[0] == 200, path
        said = town.publish(trees(town, 10, "06"), "--period", "1403-06")
        assert said.code == 2, said.words
        assert len(said.err.strip().splitlines()) == 2, "a sentence in each language"
        doctor = town.ayan("doctor")
        assert doctor.code == 1, "the only monitor must tell"
        assert str(town.home / "store") in doctor.out
    subprocess.run(["mount", "-o", "remount,rw", str(town.home / "store")], check=True)
    assert town.publish(trees(town, 10, "06"), "--period", "1403-06").code == 0
    assert checked_releases(town.city) == ["trees/1403-05/1", "trees/1403-06/1"]
