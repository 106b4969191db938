"""ayan doctor: it tells what is wrong by code and by its exit, in words of people, and does not accuse what is sound."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import template_database
from tests.cli.city import FIRST, HEADER, SECOND, SENDER, Said, Town

from ayan.config import limits
from ayan.config.diagnosis import installation
from ayan.config.diagnosis.marks import BACKUP, HEARTBEAT, keep_backup_time
from ayan.config.diagnosis.publication import examine_declarations, examine_index, examine_releases
from ayan.core.ledger.signing_key import make_key

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("database")]

# Those that look into the database of the city's folder.
SETTINGS = "ayan.config.settings.dev"
# What a Python object, a traceback or a library would say of itself.
INTERNAL = re.compile(r"\w+\(\w+=|Error\b|<class|<object|duckdb|Exception|\\\\x")


def publish(town: Town, rows: int, month: int) -> None:
    lines = [f"{month}{number},1403/{month:02}/01,چنار,{number},0013542419" for number in range(rows)]
    file = town.file("\n".join([HEADER, *lines]) + "\n")
    sent = (
        "--dataset",
        "trees",
        "--period",
        f"1403-{month:02}",
        "--by",
        SENDER,
        "--approve",
        FIRST,
        "--approve",
        SECOND,
    )
    assert town.ayan("publish", file, *sent).code == 0


def states(said: Said) -> dict[str, str]:
    """The worst state of each code that is no "ok"."""
    worst: dict[str, str] = {}
    for check in said.json["checks"]:
        if check["state"] != "ok":
            worst[check["code"]] = max(check["state"], worst.get(check["code"], ""), key=["", "warning", "error"].index)
            assert check["remedy_fa"], check
            assert check["remedy_en"], check
    return worst


def failed_job(town: Town) -> None:
    """A row as the worker leaves it where a piece of work failed an hour ago."""
    now = datetime.now(UTC)
    with sqlite3.connect(town.home / "db.sqlite3") as database:
        columns: dict[str, Any] = {
            "id": "0" * 32, "status": "FAILED", "enqueued_at": now, "started_at": now, "args_kwargs": "{}",
            "finished_at": now - timedelta(hours=1), "priority": 0, "task_path": "ayan.apps.desk.tasks.read_file",
            "queue_name": "default", "backend_name": "default", "run_after": now, "return_value": "null",
            "exception_class_path": "builtins.ValueError", "traceback": "places only", "worker_ids": "[]",
        }  # fmt: skip
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        values = [
            str(value).removesuffix("+00:00") if isinstance(value, datetime) else value for value in columns.values()
        ]
        database.execute(f"INSERT INTO django_tasks_database_dbtaskresult ({names}) VALUES ({marks})", values)


@pytest.mark.skipif(bool(template_database.server()), reason="writes into the file of SQLite")
def test_what_is_wrong_is_told_by_code_and_by_the_exit(town: Town, tmp_path: Path) -> None:
    publish(town, 4, 5)
    healthy = town.ayan("doctor", "--format", "json", DJANGO_SETTINGS_MODULE=SETTINGS)
    assert healthy.code == 0, healthy.words
    assert "error" not in states(healthy).values()
    # A part that was changed in its place, a lost tile, keys that fit nothing, work that failed, a worker that died.
    part = next((town.home / "store").rglob("data-0000.parquet"))
    part.chmod(0o644)
    changed = bytearray(part.read_bytes())
    changed[40] ^= 0xFF
    part.write_bytes(changed)
    next((town.home / "ledger" / "tile" / "0").rglob("1")).unlink()
    profile = town.home / "ayan.toml"
    profile.write_text(profile.read_text().replace("demo = true", "demo = false"))
    make_key(tmp_path / "other.key", "demo.ayan.invalid")
    failed_job(town)
    heartbeat = town.home / HEARTBEAT
    heartbeat.touch()
    hours_ago = time.time() - 3 * 3600
    os.utime(heartbeat, (hours_ago, hours_ago))
    keep_backup_time(town.home, datetime.now(UTC) - timedelta(days=40))

    def ayan(*words: str) -> Said:
        keys = {"AYAN_LOG_KEY": str(tmp_path / "other.key"), "AYAN_ORIGINALS_KEY": "a" * 64}
        return town.ayan(*words, **keys, DJANGO_SETTINGS_MODULE=SETTINGS)  # type: ignore[arg-type]  # all are texts

    broken = ayan("doctor", "--format", "json")
    assert broken.code == 1
    assert broken.json["state"] == "error"
    wrong = {code for code, state in states(broken).items() if state == "error"}
    codes = {"release-damaged", "log-damaged", "log-key", "originals-key", "failed-work", "worker", "backup"}
    assert codes <= wrong
    sentences = [check[lang] for check in broken.json["checks"] for lang in ("fa", "en")]
    assert not [sentence for sentence in sentences if INTERNAL.search(sentence)]
    lines = ayan("doctor")
    assert lines.code == 1
    assert "trees/1403-05/1 is damaged: a file has another content (data-0000.parquet)." in lines.out


def test_a_worker_that_lives_and_a_fresh_backup_are_no_news(town: Town) -> None:
    publish(town, 2, 5)
    assert town.ayan("backup", town.home.parent / "backups").code == 0
    assert (town.home / BACKUP).is_file()
    (town.home / HEARTBEAT).touch()
    said = town.ayan("doctor", "--format", "json")
    assert {"worker", "backup"}.isdisjoint(states(said))
    # The demo's key and a key on the same disk are warnings: an error for who asks for them.
    assert town.ayan("doctor", "--strict").code == 1


def test_releases_of_unequal_size_are_not_accused(town: Town) -> None:
    for month, rows in enumerate((3, 700, 5, 40, 260), start=1):
        publish(town, rows, month)
    assert [finding.state for finding in examine_index(town.city, deep=True)] == ["ok", "ok"]


def test_a_damaged_manifest_or_a_short_part_is_named_and_hides_no_other(town: Town) -> None:
    for month in (1, 2):
        publish(town, 3, month)
    first, second = sorted((town.home / "store").rglob("datapackage.json"))
    part = second.with_name("data-0000.parquet")
    part.chmod(0o644)
    part.write_bytes(part.read_bytes()[:-1])
    (short, ok) = examine_releases(town.city, deep=False)
    assert "trees/1403-02/1 is damaged: a file has another size (data-0000.parquet)." in short.words.en
    assert ok.state == "ok"
    first.chmod(0o644)
    first.write_text("{")
    assert [finding.state for finding in examine_releases(town.city, deep=False)] == ["error", "ok"]
    assert town.ayan("doctor", "--deep").code == 1


@pytest.mark.parametrize(
    ("least", "full", "state"), [(0, 0, "ok"), (1 << 62, 0, "warning"), (1 << 62, 1 << 61, "error")]
)
def test_the_room_on_the_disk_is_told(
    town: Town, monkeypatch: pytest.MonkeyPatch, least: int, full: int, state: str
) -> None:
    monkeypatch.setattr(limits, "LEAST_FREE", least)
    monkeypatch.setattr(limits, "FULL_FREE", full)
    (room,) = [finding for finding in installation.examine_disks(town.city) if finding.code == "disk"]
    assert room.state == state


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root but a disk that is mounted so")
def test_a_store_that_cannot_be_written_to_is_told(town: Town) -> None:
    (town.home / "store").chmod(0o500)
    try:
        assert town.ayan("doctor", "--format", "json").code == 1
    finally:
        (town.home / "store").chmod(0o700)


def test_money_of_which_nothing_says_what_its_sum_means_is_named(town: Town) -> None:
    publish(town, 2, 5)
    assert [finding.code for finding in examine_declarations(town.city)] == ["declarations"]
    declaration = town.home / "datasets" / "trees" / "dataset.toml"
    said = declaration.read_text(encoding="utf-8")
    declaration.write_text(said.replace('nature = "flow"\n', ""), encoding="utf-8")
    silent, sound = examine_declarations(town.city)
    assert (silent.code, silent.state, sound.state) == ("measures-undeclared", "warning", "ok")
    assert "“trees”" in silent.words.en
    assert "cost" in silent.words.en


def test_a_hub_of_a_site_without_an_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AYAN_WEBSUB_HUB", "own")
    for origin, codes in (("", ["feed-hub"]), ("https://city.example", [])):
        monkeypatch.setenv("AYAN_ORIGIN", origin)
        warnings = [each for each in installation.examine_settings() if each.state == "warning"]
        assert [each.code for each in warnings] == codes
        assert all("AYAN_ORIGIN" in each.words.en for each in warnings)
