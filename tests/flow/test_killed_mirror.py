"""Whoever runs ayan mirror and is killed, at any step on the disk, leaves the old state whole or the new one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from tests import sampling
from tests.apps.small_city import build, publish, sheet

from ayan.core.harvest.mirror import MirrorOutcome, follow
from ayan.core.harvest.mirror_folder import MirrorFolder
from ayan.core.ledger.note import Verifier
from ayan.core.ledger.trust_policy import Policy
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import withdraw
from ayan.core.transparency.evidence import Folder
from ayan.core.values.canonical import sha256_file
from ayan.wiring.city import City

CHANGES: Final = frozenset(
    {"open", "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate"}
)
FEW = 4
"""Deaths of each kind that are tried a day."""


class Killed(BaseException):
    """The process is dead: nothing that it would still do reaches the disk."""


class Disk:
    """Counts what is changed below a folder, and lets nothing through from the step on that a death is set for."""

    def __init__(self) -> None:
        self.folder, self.steps, self.death = "", 0, 0
        sys.addaudithook(self._audit)

    @contextmanager
    def watching(self, folder: Path, death: int = 0) -> Iterator[Disk]:
        """Count in the block; with ``death`` the step at which the process is dead."""
        self.folder, self.steps, self.death = str(folder), 0, death
        try:
            yield self
        finally:
            self.folder = ""

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.folder or event not in CHANGES:
            return
        if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
            return
        if not any(str(path).startswith(self.folder) for path in arguments[:2]):
            return
        self.steps += 1
        if self.death and self.steps >= self.death:
            raise Killed


@pytest.fixture(scope="module")
def disk() -> Disk:
    """An audit hook stays for as long as the process."""
    return Disk()


class Served:
    """Two states of a city as folders that are laid out as it is served, and what a mirror of each looks like."""

    def __init__(self, root: Path) -> None:
        town = build(root / "city")
        self.policy = Policy.of(Verifier.parse((town.home / "ledger" / "vkey").read_text()))
        self.first = laid_out(town, root / "first")
        kept = town.release_store.release("works", "1403", 2)
        erase(town.publish_context, kept, {5}, "personal-data", "ناظر ساختگی", dataset=town.registry.get("works"))
        withdraw(town.publish_context, town.release_store.release("works", "1403", 1), "wrong-data", "ناظر ساختگی")
        publish(town, sheet(4, year=1405), "1405", "works-1405.csv")
        self.second = laid_out(town, root / "second")
        self.mirror = root / "mirror"
        self.old = self.look(self.first, self.mirror)
        shutil.copytree(self.mirror, root / "then", symlinks=True)
        self.new = self.look(self.second, root / "then")

    def look(self, source: Path, mirror: Path) -> dict[str, str]:
        """Follow, and what the state is then."""
        self.follow(source, mirror)
        return state_of(mirror)

    def follow(self, source: Path, mirror: Path) -> MirrorOutcome:
        return follow(Folder(source), self.policy, MirrorFolder(mirror), pauses=())


def laid_out(town: City, target: Path) -> Path:
    """The public part of a city as files."""
    shutil.copytree(town.home / "ledger", target / "log", ignore=shutil.ignore_patterns(".*"))
    for slug in town.release_store.datasets():
        for release in town.release_store.releases(slug):
            if not release.withdrawn:
                _, period, number = release.ref.split("/")
                shutil.copytree(release.folder, target / "api/v1/datasets" / slug / "releases" / period / number)
    return target


def state_of(mirror: Path) -> dict[str, str]:
    """Every file of the state that stands; nothing where none does."""
    current = mirror / "current"
    files = (path for path in sorted(current.rglob("*")) if path.is_file()) if current.is_symlink() else ()
    return {path.relative_to(current).as_posix(): sha256_file(path) for path in files}


@pytest.fixture(scope="module")
def city_served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return Served(tmp_path_factory.mktemp("served"))


def deaths(steps: int, name: str) -> list[int]:
    every = list(range(1, steps + 1))
    return every if sampling.is_whole() else sorted(sampling.chance(name).sample(every, FEW))


@pytest.mark.parametrize("begins", ["from nothing", "from a state"])
def test_a_death_at_any_step_leaves_a_whole_state_and_the_next_run_goes_on(
    city_served: Served, disk: Disk, tmp_path: Path, begins: str
) -> None:
    def anew(name: str) -> Path:
        mirror = tmp_path / name / "mirror"
        mirror.parent.mkdir()
        if begins == "from a state":
            shutil.copytree(city_served.mirror, mirror, symlinks=True)
        return mirror

    before = city_served.old if begins == "from a state" else {}
    whole = anew("whole")
    with disk.watching(whole) as watched:
        city_served.follow(city_served.second, whole)
    assert state_of(whole) == city_served.new
    steps = watched.steps
    assert steps > 40, "the hook sees what is done"
    for death in deaths(steps, f"mirror killed {begins}"):
        mirror = anew(f"death-{death}")
        with pytest.raises(Killed), disk.watching(mirror, death):
            city_served.follow(city_served.second, mirror)
        left = state_of(mirror)
        assert left in (before, city_served.new), f"death at step {death} of {steps}"
        city_served.follow(city_served.second, mirror)
        assert state_of(mirror) == city_served.new, f"after a death at step {death} of {steps}"
        assert len(list((mirror / "states").iterdir())) == 1
        assert not [*(mirror / "coming").iterdir(), *(mirror / "fetched").iterdir(), *(mirror / "texts").iterdir()]
