"""The city's folder is for its owner alone, in new cities and in those that an earlier version left open."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.core.store.store_releases import NOON, seal

from ayan.cli.main import run
from ayan.config import private_home
from ayan.config.diagnosis.privacy import examine_privacy
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.files import open_to_readers, private_by_default
from ayan.core.values.clock import FixedClock
from ayan.wiring.city import City


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Whatever the shell of the operator says."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_a_new_city_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    home = tmp_path / "city"
    assert run(["init", str(home)]) == 0
    assert mode(home) == "0o700"
    assert {mode(path) for path in home.rglob("*")} <= {"0o700", "0o600"}
    assert os.umask(umask) == umask, "a command leaves the umask as it was"
    assert private_home.exposed(home, []) == []


def test_a_city_left_open_is_told_of_and_closed(tmp_path: Path) -> None:
    home = tmp_path / "city"
    run(["init", str(home)])
    database = [home / "db.sqlite3", home / "db.sqlite3-wal", tmp_path / "elsewhere.sqlite3"]
    for path in database:
        path.touch()
    for path in (home, *home.rglob("*"), *database):
        path.chmod(0o755 if path.is_dir() else 0o644)
    city = City(home, home / "store")
    assert [finding.state for finding in examine_privacy(city)] == ["error"]
    assert set(private_home.close(home, database)) >= {home, *database}
    assert {mode(path) for path in (home, home / "work", home / "keys", home / "ledger")} == {"0o700"}
    assert {mode(path) for path in database} == {"0o600"}
    assert [finding.state for finding in examine_privacy(city)] == ["ok"]
    assert private_home.close(home, database) == []


def test_other_users_who_deliver_pass_through_and_see_nothing(tmp_path: Path) -> None:
    home = tmp_path / "city"
    run(["init", str(home)])
    (home / "db.sqlite3").touch()
    (home / "arrivals").mkdir()
    for path in (home, home / "arrivals", home / "work"):
        path.chmod(0o755)
    private_home.close(home, [])
    assert [mode(home / name) for name in ("", "arrivals", "work", "db.sqlite3")] == [
        "0o711",
        "0o755",
        "0o700",
        "0o600",
    ]
    assert private_home.exposed(home, []) == []


def test_a_folder_without_a_city_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert private_home.close(tmp_path, []) == []
    assert mode(tmp_path) == "0o755"


def test_a_key_of_the_log_that_everybody_may_read_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(["init", str(tmp_path / "city")])
    key = tmp_path / "log.key"
    key.touch(0o644)
    key.chmod(0o644)
    monkeypatch.setenv("AYAN_LOG_KEY", str(key))
    city = City(tmp_path / "city", tmp_path / "store")
    assert [finding.state for finding in examine_privacy(city)] == ["ok", "error"]
    key.chmod(0o640)
    assert [finding.state for finding in examine_privacy(city)] == ["ok"]


def test_what_is_published_is_read_by_everybody_and_what_is_staged_by_nobody_else(tmp_path: Path, umask: int) -> None:
    root = tmp_path / "store"
    with private_by_default():
        store = ReleaseStore(root, FixedClock(NOON))
        staged = store.stage()
        assert mode(staged) == "0o700"
        store.discard(staged)
        release = seal(store)
    published = [root, root / "mark", *(root / "releases").rglob("*")]
    assert release.folder in published
    assert all(path.stat().st_mode & (0o005 if path.is_dir() else 0o004) for path in published)
    assert not any(path.stat().st_mode & 0o022 for path in published)
    assert mode(root / "staging") == "0o700"


def test_a_copy_is_opened_to_readers_and_links_are_left_alone(tmp_path: Path) -> None:
    inner = tmp_path / "copy" / "data"
    with private_by_default():
        inner.mkdir(parents=True)
        (inner / "rows.csv").touch()
        (tmp_path / "secret").touch()
        (inner / "link").symlink_to(tmp_path / "secret")
        open_to_readers(tmp_path / "copy")
    assert [mode(path) for path in (inner, inner / "rows.csv", tmp_path / "secret")] == ["0o755", "0o644", "0o600"]
