"""A lost machine: the newest backup brings everything back elsewhere, an older one is known for one and signs nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.cli.city import Town, make_town
from tests.faults.invariants import standing, trees
from tests.postgres_server import postgres_server

pytestmark = pytest.mark.soak


def files_of(home: Path) -> dict[str, bytes]:
    """What is public or proof of it."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for room in ("store/releases", "ledger")
        for path in (home / room).rglob("*")
        if path.is_file() and not {".private", "locks"} & set(path.parts) and path.name not in ("lock", ".lock", "mark")
    }


def test_the_newest_elsewhere(town: Town, tmp_path: Path) -> None:
    with postgres_server() as server:
        old: dict[str, Any] = {"DATABASE_URL": server.create("old")}
        new: dict[str, Any] = {"DATABASE_URL": server.create("new")}
        for name in ("m.karimi", "b.ahmadi"):
            assert town.ayan("officer", "add", name, "--name", "کارمند (ساختگی)", **old).code == 0
        assert town.ayan("doctor", **old).code == 0
        assert town.ayan("backup", tmp_path / "backups", **old).code == 0
        again = Town(tmp_path / "elsewhere" / "city")
        seen = town.home / "ledger" / "checkpoint"
        assert again.ayan("restore", tmp_path / "backups", "--seen", seen, **new).code == 0
        assert files_of(again.home) == files_of(town.home)
        # Keys are kept elsewhere than backups.
        shutil.copy(town.home / "keys" / "originals.key", again.home / "keys")
        said = again.ayan("doctor", "--deep", **new)
        assert said.code == 0, said.out
        assert standing(again.city) == standing(town.city)
        assert again.publish(trees(again, 20, "06"), "--period", "1403-06", **new).code == 0


def test_an_older_one(town: Town, tmp_path: Path) -> None:
    assert town.ayan("backup", tmp_path / "backups").code == 0
    assert town.publish(trees(town, 20, "06"), "--period", "1403-06").code == 0
    again = Town(tmp_path / "elsewhere" / "city")
    said = again.ayan("restore", tmp_path / "backups", "--seen", town.home / "ledger" / "checkpoint")
    assert said.code == 3, said.words
    refused = again.publish(trees(again, 20, "07"), "--period", "1403-07")
    assert refused.code == 2, "nothing is signed while acts are missing"
    assert standing(again.city) == ["trees/1403-05/1"]
    assert again.ayan("doctor").code == 1


def test_an_older_one_of_which_nobody_can_tell(tmp_path: Path) -> None:
    city = make_town(tmp_path / "real")
    profile = city.home / "ayan.toml"
    profile.write_text(profile.read_text("utf-8").replace("demo = true", "demo = false"), "utf-8")
    assert city.publish(trees(city, 20)).code == 0
    assert city.ayan("backup", tmp_path / "backups").code == 0
    assert city.publish(trees(city, 20, "06"), "--period", "1403-06").code == 0
    again = Town(tmp_path / "elsewhere" / "city")
    said = again.ayan("restore", tmp_path / "backups")
    assert said.code == 3, said.words
    shutil.copytree(city.home / "keys", again.home / "keys", dirs_exist_ok=True)
    refused = again.publish(trees(again, 20, "07"), "--period", "1403-07")
    assert refused.code == 2, "nothing is signed over a log that may have grown"
    assert standing(again.city) == ["trees/1403-05/1"]
