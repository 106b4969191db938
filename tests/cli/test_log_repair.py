"""ayan log: damaged files made anew and nothing else believed, a restored log that nobody vouches for, a wrong clock."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.backup.commands import Desk, restored
from tests.cli.city import FIRST, GOOD, SECOND, SENDER, Town, make_town
from tests.run_folder import made_once

from ayan.core.transparency.entries.statement import Statement
from ayan.core.values.clock import SystemClock
from ayan.wiring import ledger

MONTHS = ("1403-05", "1403-06", "1403-07")


@pytest.fixture
def desk(town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A real city with three releases in its log, whose command runs in this process."""
    for name in ("DATABASE_URL", "AYAN_STORE", "AYAN_ORIGIN", "AYAN_LOG_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AYAN_ALLOW_CLI_APPROVAL", "1")
    # Whatever the machine of the tests says of its own clock.
    monkeypatch.setattr(ledger, "synchronised_time", lambda: None)
    shutil.copytree(made_once("town-with-a-log", build) / "city", town.home, dirs_exist_ok=True, symlinks=True)
    return Desk(town, monkeypatch, capsys)


def build(folder: Path) -> None:
    """That city; it is built once a run."""
    town = make_town(folder)
    profile = town.home / "ayan.toml"
    profile.write_text(profile.read_text().replace("demo = true", "demo = false"))
    people = ("--by", SENDER, "--approve", FIRST, "--approve", SECOND)
    for month in MONTHS:
        file = town.file(GOOD.replace("1403/05", month.replace("-", "/")))
        said = town.ayan("publish", file, "--dataset", "trees", "--period", month, *people)
        assert said.code == 0, said.words


def files(desk: Desk) -> dict[str, bytes]:
    """What the public is served of the log."""
    ledger = desk.home / "ledger"
    return {
        path.relative_to(ledger).as_posix(): path.read_bytes()
        for path in ledger.rglob("*")
        if path.is_file() and ".private" not in path.parts
    }


def tile(desk: Desk, level: str) -> Path:
    (path,) = (desk.home / "ledger" / "tile" / level / "000.p").iterdir()
    return path


def flip(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])


LOSSES: dict[str, Callable[[Desk], None]] = {
    "hashes": lambda desk: tile(desk, "0").unlink(),
    "entries": lambda desk: tile(desk, "entries").unlink(),
    "both": lambda desk: shutil.rmtree(desk.home / "ledger" / "tile"),
    "a damaged hash": lambda desk: flip(tile(desk, "0")),
    "a damaged bundle": lambda desk: flip(tile(desk, "entries")),
    "the checkpoint": lambda desk: (desk.home / "ledger" / "checkpoint").unlink(),
    "all but the key": lambda desk: [
        *map(shutil.rmtree, [desk.home / "ledger" / "tile"]),
        LOSSES["the checkpoint"](desk),
    ][-1],
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_lost_of_the_log_comes_back_byte_for_byte_and_nothing_is_signed(desk: Desk, loss: str) -> None:
    before, last = files(desk), (desk.home / "keys" / "log.last").read_bytes()
    LOSSES[loss](desk)
    assert desk.publish(GOOD.replace("1403/05", "1403/08"), "1403-08").code == 2, "nothing is signed over a damaged log"
    hidden = (desk.home / "keys" / "log.key").rename(desk.home / "key-kept-elsewhere")
    said = desk.ayan("log", "repair")
    assert said.code == 0, said.words
    assert "is the one that was signed" in said.out
    assert files(desk) == before
    assert (desk.home / "keys" / "log.last").read_bytes() == last
    assert "nothing of it is missing or damaged" in desk.ayan("log", "repair").out
    hidden.rename(desk.home / "keys" / "log.key")
    assert desk.publish(GOOD.replace("1403/05", "1403/08"), "1403-08").code == 0


def test_what_cannot_be_proved_is_not_put_in_and_a_copy_gives_it_back(desk: Desk, tmp_path: Path) -> None:
    # The seal of a release that has lost rows since named a manifest that is no more: only the log knew it.
    assert desk.ayan("erase", "trees/1403-05/1", "--row", "3", "--code", "court-order", "--by", FIRST).code == 0
    before, copy = files(desk), tmp_path / "copy"
    shutil.copytree(desk.home / "ledger", copy / "log", ignore=shutil.ignore_patterns(".private"))
    shutil.rmtree(desk.home / "ledger" / "tile")
    said = desk.ayan("log", "repair")
    assert said.code == 1
    assert "of 4 leaves are nowhere to be found" in said.err
    assert not (desk.home / "ledger" / "tile").exists()
    assert files(desk) == {name: data for name, data in before.items() if not name.startswith("tile/")}
    flip(next((copy / "log" / "tile" / "entries" / "000.p").iterdir()).with_name("4"))
    assert desk.ayan("log", "repair", "--from", copy).code == 1, "a copy that says something else is not believed"
    shutil.rmtree(copy)
    shutil.copytree(desk.home / "ledger", copy / "log")
    for name, data in before.items():
        (copy / "log" / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / "log" / name).write_bytes(data)
    said = desk.ayan("log", "repair", "--from", copy)
    assert said.code == 0, said.words
    assert files(desk) == before


def words_in_log(desk: Desk) -> list[tuple[int, str, dict[str, object]]]:
    """The notices of the log: where they stand, their code and what they state."""
    notices = desk.city.log_replay.now().operator.notices
    return [(index, said.code, dict(said.facts)) for index, said in notices.items()]


def served(desk: Desk) -> Path:
    """A folder in which the log stands where a portal has it."""
    target = desk.home.parent / "served"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(desk.home / "ledger", target / "log", ignore=shutil.ignore_patterns(".private"))
    return target


@pytest.mark.django_db
def test_a_restored_log_that_nobody_vouches_for_signs_nothing_until_a_word_is_in_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups, june = tmp_path / "backups", GOOD.replace("1403/05", "1403/08")
    assert desk.ayan("backup", backups).code == 0
    assert desk.publish(june, "1403-08").code == 0
    kept = shutil.copy(desk.home / "ledger" / "checkpoint", tmp_path / "kept")
    said, new = restored(desk, backups)
    assert said.code == 3, said.words
    assert "Nobody could say" in said.out
    assert "ayan log newest --nobody-can-tell" in said.err
    shutil.copy(desk.home / "keys" / "log.key", new.home / "keys" / "log.key")
    refused = new.publish(june, "1403-08")
    assert refused.code == 2
    assert "nobody has said" in refused.err
    assert new.ayan("log", "newest").code == 3
    # A checkpoint that somebody kept tells that a leaf is missing, and no word helps against it.
    run = new.ayan("log", "newest", "--seen", kept, "--nobody-can-tell")
    assert run.code == 3
    assert "saw 4 leaves; 1 of them are not in this backup" in run.err
    assert new.publish(june, "1403-08").code == 2
    shutil.rmtree(new.home)
    # The word is signed into the log, so it needs the key, and until it is there nothing is signed.
    said, new = restored(desk, backups, "--nobody-can-tell")
    assert said.code == 3, said.words
    assert "has to be signed with the log's key" in said.err
    shutil.copy(desk.home / "keys" / "log.key", new.home / "keys" / "log.key")
    assert new.publish(june, "1403-08").code == 2
    assert new.ayan("export", tmp_path / "copy").code == 2, "a copy is signed too"
    assert new.ayan("key", "rotate", tmp_path / "other.key").code == 2
    assert not (tmp_path / "other.key").exists()
    given = new.ayan("log", "newest", "--nobody-can-tell")
    assert given.code == 0, given.words
    assert words_in_log(new) == [(3, "restored-unseen", {"size": 3})]
    assert new.publish(june, "1403-08").code == 0
    looked = new.ayan("verify", served(new), "--key", new.home / "ledger" / "vkey", "--format", "json")
    assert [each["where"] for each in looked.json["findings"] if each["code"] == "event-unseen"] == ["log/3"]
    assert "rule" not in {each["code"] for each in looked.json["findings"]}
    # With the key at hand one command does both; days later it says that the clock is right, too.
    shutil.rmtree(new.home)
    later = datetime.now(UTC) + timedelta(days=3)
    monkeypatch.setattr(SystemClock, "now", lambda clock: later)
    monkeypatch.setenv("AYAN_LOG_KEY", str(desk.home / "keys" / "log.key"))
    said, new = restored(desk, backups, "--nobody-can-tell")
    assert said.code == 3
    assert "ayan log newest --nobody-can-tell --clock-is-right" in said.err
    assert new.publish(june, "1403-08").code == 2
    both = new.ayan("log", "newest", "--nobody-can-tell", "--clock-is-right")
    assert both.code == 0, both.words
    assert [code for _, code, _ in words_in_log(new)] == ["clock-is-right", "restored-unseen"]
    assert new.publish(june, "1403-08").code == 0


def test_a_restored_log_that_breaks_a_rule_is_named(desk: Desk, tmp_path: Path) -> None:
    log = desk.city.transparency_log.log
    log.append(replace(Statement.parse(log.leaf(0)), manifest="ab" * 32).leaf)
    assert desk.ayan("backup", tmp_path / "backups").code == 0
    said, _ = restored(desk, tmp_path / "backups", "--nobody-can-tell")
    assert said.code == 3, said.words
    assert "The log, leaf 3: trees/1403-05/1 has been sealed before" in said.err


def test_a_clock_that_nobody_can_confirm_signs_nothing_until_a_word_is_in_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime.now(UTC)

    def at(step: timedelta, month: str, code: int) -> str:
        monkeypatch.setattr(SystemClock, "now", lambda clock: start + step)
        said = desk.publish(GOOD.replace("1403/05", month.replace("-", "/")), month)
        assert said.code == code, said.words
        return said.err

    def confirmed(step: timedelta) -> None:
        monkeypatch.setattr(SystemClock, "now", lambda clock: start + step)
        said = desk.ayan("log", "clock", "--clock-is-right")
        assert said.code == 0, said.words

    ahead = at(timedelta(days=3650), "1403-08", 2)
    assert "A time that is signed cannot be taken back" in ahead
    assert "ayan log clock --clock-is-right" in ahead
    behind = at(timedelta(days=-2), "1403-08", 2)
    assert "Set the clock right" in behind
    at(timedelta(minutes=-5), "1403-08", 0)
    at(timedelta(hours=35), "1403-09", 0)
    at(timedelta(hours=72), "1403-10", 2)
    # The word may be given with the act; where it is not needed, nothing is entered.
    assert desk.ayan("withdraw", "trees/1403-09/1", "--code", "wrong-data", "--by", FIRST, "--clock-is-right").code == 0
    monkeypatch.setattr(SystemClock, "now", lambda clock: start + timedelta(hours=73))
    assert desk.ayan("withdraw", "trees/1403-08/1", "--code", "wrong-data", "--by", FIRST, "--clock-is-right").code == 0
    # Signed once with a wrong clock that somebody confirmed, it can be gone back on by the same word.
    confirmed(timedelta(days=3650))
    at(timedelta(days=3650, hours=1), "1403-10", 0)
    assert "was ahead before" in at(timedelta(days=3), "1403-11", 2)
    confirmed(timedelta(days=3))
    # No release stands before another one of its dataset, so this one bears the time of the wrong clock too.
    at(timedelta(days=3, hours=1), "1403-11", 0)
    gone = desk.ayan("withdraw", "trees/1403-11/1", "--code", "wrong-data", "--by", FIRST)
    assert gone.code == 0, gone.words
    at(timedelta(days=4), "1403-12", 0)
    assert [code for _, code, _ in words_in_log(desk)] == ["clock-is-right"] * 3
    assert desk.city.log_replay.now().violations == [], "who reads the log sees the word, and that time went on from it"
    assert at(timedelta(days=40), "1404-01", 2)


def test_a_time_service_vouches_for_the_clock_or_speaks_against_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    there = datetime.now(UTC) + timedelta(days=40)
    monkeypatch.setattr(ledger, "synchronised_time", lambda: there)
    monkeypatch.setattr(SystemClock, "now", lambda clock: there + timedelta(minutes=11))
    said = desk.publish(GOOD.replace("1403/05", "1403/08"), "1403-08")
    assert said.code == 2
    assert "the machine's time service says" in said.err
    monkeypatch.setattr(SystemClock, "now", lambda clock: there)
    assert desk.publish(GOOD.replace("1403/05", "1403/08"), "1403-08").code == 0
    assert words_in_log(desk) == []


def test_a_city_that_nobody_restored_may_ask_and_goes_on(desk: Desk) -> None:
    said = desk.ayan("log", "newest")
    assert said.code == 0, said.words
    assert desk.publish(GOOD.replace("1403/05", "1403/08"), "1403-08").code == 0
