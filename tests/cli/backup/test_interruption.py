"""A backup taken while others publish, and what a killed backup or restore leaves."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.backup.commands import Desk, environment, kept
from tests.cli.city import GOOD
from tests.conftest import ROOT
from tests.patience import PATIENCE

from ayan.core.continuity.snapshot import BackupSnapshot, whole
from ayan.core.store.parquet import verify
from ayan.core.system.files import own_folder
from ayan.core.transparency.log_rules import replay


@pytest.fixture
def busy(town: Desk) -> Iterator[subprocess.Popen[bytes]]:
    """Somebody who publishes one correction after the other."""
    file = town.town.file(GOOD)
    loop = (
        "from pathlib import Path\nfrom tests.flow.publisher import publish\n"
        f"while True: publish(Path({str(town.home)!r}), Path({str(file)!r}), '1403-05')"
    )
    env = environment(town) | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", loop], env=env, cwd=ROOT)
    yield process
    process.kill()
    process.wait()


def test_a_backup_taken_while_others_publish_is_of_one_moment(
    town: Desk, tmp_path: Path, busy: subprocess.Popen[bytes]
) -> None:
    backups = tmp_path / "backups"
    before, deadline = len(town.city.release_store.releases("trees")), time.monotonic() + PATIENCE
    while len(town.city.release_store.releases("trees")) < before + 3:
        assert busy.poll() is None
        assert time.monotonic() < deadline
        said = town.ayan("backup", backups)
        assert said.code == 0, said.words
        # The first process takes a while to begin.
        if len(town.city.release_store.releases("trees")) == before:
            shutil.rmtree(backups)
    busy.send_signal(signal.SIGSTOP)
    for number, root in enumerate(whole(backups)[-3:]):
        new = town.at(tmp_path / f"again-{number}" / "city")
        assert new.ayan("restore", root).code == 0
        city = new.city
        log = city.log
        assert log is not None
        statements = replay(log.leaves(0, log.size)).standing()
        begun = {intent.name.partition(" ")[0] for intent in log.intents()}
        releases = {release.ref: release for release in city.release_store.releases("trees")}
        assert releases.keys() <= statements.keys()
        assert statements.keys() - releases.keys() <= begun, "a leaf without its release is one that was about to come"
        for release in releases.values():
            assert release.withdrawn or verify(release.folder, release.manifest) == []


def test_a_killed_backup_leaves_nothing_half_and_the_next_one_clears_it(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    words = [sys.executable, "-m", "ayan.cli.main", "backup", str(backups)]
    for _ in range(200):
        process = subprocess.Popen(words, env=environment(town), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not list(backups.glob(".partial-*/*")):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL and list(backups.glob(".partial-*")):
            break
    assert list(backups.glob(".partial-*"))
    assert all(list(BackupSnapshot.read(root).problems()) == [] for root in whole(backups))
    count = len(whole(backups))
    assert town.ayan("backup", backups).code == 0
    assert list(backups.glob(".partial-*")) == []
    assert len(whole(backups)) == count + 1


def test_a_killed_restore_leaves_the_folder_empty(town: Desk, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    assert town.ayan("backup", backups).code == 0
    home = tmp_path / "again" / "city"
    new = town.at(home)
    for _ in range(200):
        process = subprocess.Popen(
            [sys.executable, "-m", "ayan.cli.main", "restore", str(backups)],
            env=environment(new), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and not list(home.parent.glob(".city.restoring-*/*")):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL and not home.exists():
            break
        # On a busy machine it may have come to its end before anybody looked.
        shutil.rmtree(home, ignore_errors=True)
    assert not home.exists()
    assert new.ayan("restore", backups).code == 0
    assert [path.name for path in home.parent.iterdir()] == ["city"]
    assert kept(home) == kept(town.home)


def test_what_a_killed_restore_left_goes_when_the_city_is_worked_for(town: Desk) -> None:
    beside = town.home.parent
    left = [beside / f".city.{what}-of-nobody" for what in ("fetching", "restoring")]
    others = [beside / ".city2.fetching-of-nobody", beside / "city.fetching-of-nobody"]
    for path in (*left, *others):
        (path / "home").mkdir(parents=True)
        (path / "home" / "db.sqlite3").write_bytes(b"people")
    with own_folder(beside, ".city.fetching-") as held:
        ended = subprocess.run(
            [sys.executable, "-m", "ayan.cli.main", "worker", "--once"],
            env=environment(town), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        assert held.is_dir(), "somebody brings a backup at this moment"
    assert not [path for path in left if path.exists()]
    assert all(path.exists() for path in others)
