"""Witnesses that a city names: asked for at the beginning, missed until they stand, heard about the time, and aged."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.backup.commands import Desk
from tests.cli.city import GOOD, Town
from tests.http_servers import answering
from tests.ports import free_port

from ayan.cli import main
from ayan.cli.witness import serving
from ayan.config.diagnosis.ledger import examine_ledger, examine_witnesses
from ayan.core.ledger.checkpoint import cosigned
from ayan.core.ledger.note import COSIGNATURE, Signer
from ayan.core.ledger.trust_policy import PolicyWitness
from ayan.core.ledger.witness import Witness
from ayan.core.values.clock import FixedClock, SystemClock
from ayan.wiring import checkpoint_endorsements, ledger
from ayan.wiring.city import City
from ayan_demo import witness as sample

KEYS = [Signer.generate(f"w{number}.example", COSIGNATURE) for number in (1, 2)]
WITNESSES = [word for key in KEYS for word in ("--witness", key.name, str(key.verifier), f"https://{key.name}")]


def states(city: City) -> dict[str, str]:
    return {finding.code: finding.state for finding in examine_witnesses(city)}


# --- ayan init --------------------------------------------------------------------------------------------------------


def test_a_city_begins_with_two_witnesses_or_says_that_it_has_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main.run(["init", str(tmp_path / "two"), *WITNESSES]) == 0
    assert "outside witnesses" not in capsys.readouterr().err
    city = City(tmp_path / "two", tmp_path / "two" / "store")
    assert [(each.name, each.key, each.url) for each in ledger.witnesses(city.home)] == [
        (key.name, key.verifier, f"https://{key.name}") for key in KEYS
    ]
    assert states(city) == {}
    assert main.run(["init", str(tmp_path / "none"), "--no-witness"]) == 0
    assert "The log of this city has 0 outside witnesses" in capsys.readouterr().err
    assert states(City(tmp_path / "none", tmp_path / "none" / "store")) == {"witness-missing": "warning"}
    assert main.run(["init", str(tmp_path / "bad"), "--witness", "w", "no-key", "https://w.example"]) == 1
    assert not (tmp_path / "bad").exists(), "a city is made whole or not at all"
    # On a terminal it asks; whoever has one only may go on.
    lines = iter([f"w1 {KEYS[0].verifier} https://w1.example", ""])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    assert main.run(["init", str(tmp_path / "asked")]) == 0
    assert "has 1 outside witnesses" in capsys.readouterr().err
    assert list(ledger.policy(tmp_path / "asked").witnesses) == ["w1"]


# --- witnesses that stand ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Watched:
    """A real city, and the clock of the witness that watches its log."""

    desk: Desk
    clock: FixedClock
    policy: Path


@contextmanager
def standing(folder: Path, city: City, clock: FixedClock) -> Iterator[str]:
    with (
        serving(Witness(folder, KEYS[0], ledger.all_keys(city.home), clock), "127.0.0.1", 0) as server,
        answering(server),
    ):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def watched(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Watched]:
    for name in ("DATABASE_URL", "AYAN_STORE", "AYAN_ORIGIN", "AYAN_LOG_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AYAN_ALLOW_CLI_APPROVAL", "1")
    monkeypatch.setattr(ledger, "synchronised_time", lambda: None)
    profile = town.home / "ayan.toml"
    profile.write_text(profile.read_text().replace("demo = true", "demo = false"))
    desk = Desk(town, monkeypatch, capsys)
    assert desk.publish(GOOD, "1403-05").code == 0
    clock = FixedClock(datetime.now(UTC))
    with standing(tmp_path / "witness", town.city, clock) as at:
        line = f"witness w1 {KEYS[0].verifier} {at}\n"
        (town.home / ledger.POLICY).write_text(f"{line}quorum none\n")
        policy = tmp_path / "policy"
        policy.write_text(f"log {ledger.public_key(town.home)}\n{line}quorum w1\n")
        yield Watched(desk, clock, policy)


def test_a_witness_tells_a_wrong_clock_before_anything_is_signed(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, start = watched.desk, watched.clock.now()
    june = GOOD.replace("1403/05", "1403/06")
    monkeypatch.setattr(SystemClock, "now", lambda clock: start + timedelta(days=3650))
    said = desk.publish(june, "1403-06")
    assert said.code == 2
    assert "the witness w1 says" in said.err
    log = desk.city.log
    assert log is not None
    assert log.size == 1
    # Forty days later for both of them nobody has to be asked.
    watched.clock.move(timedelta(days=40))
    monkeypatch.setattr(SystemClock, "now", lambda clock: start + timedelta(days=40, minutes=9))
    assert desk.publish(june, "1403-06").code == 0
    assert desk.city.log_replay.now().operator.notices == {}
    # If it is the witness's clock that is wrong, an operator may say so, and the log tells everybody.
    watched.clock.move(timedelta(days=-30))
    monkeypatch.setattr(SystemClock, "now", lambda clock: start + timedelta(days=41))
    assert desk.publish(june.replace("06/", "07/"), "1403-07").code == 2
    assert desk.ayan("log", "clock", "--clock-is-right").code == 0
    assert desk.publish(june.replace("06/", "07/"), "1403-07").code == 0


def test_the_newest_cosignature_has_an_age_that_can_be_bounded_and_is_renewed(watched: Watched) -> None:
    desk, city, policy = watched.desk, watched.desk.city, watched.policy
    assert states(city) == {"witness-missing": "warning", "witness": "warning"}
    watched.clock.move(timedelta(days=-3))
    (answer,) = checkpoint_endorsements.renew(city)
    assert answer.signature is not None
    assert states(city) == {"witness-missing": "warning", "witness": "ok", "witness-age": "warning"}
    served = desk.home.parent / "served"

    def codes(*more: str) -> set[str]:
        shutil.rmtree(served, ignore_errors=True)
        shutil.copytree(desk.home / "ledger", served / "log")
        said = desk.ayan("verify", served, "--policy", policy, "--format", "json", *more)
        return {each["code"] for each in said.json["findings"] if each["level"] == "broken"} - {"hidden", "post-dated"}

    assert codes() == set()
    assert codes("--max-age", "4d") == set()
    assert codes("--max-age", "48") == {"stale"}
    said = desk.ayan("verify", served, "--policy", policy, "--format", "json").json
    assert said["newest_cosignature"] == int(watched.clock.now().timestamp())
    watched.clock.move(timedelta(days=3))
    checkpoint_endorsements.renew(city)
    assert states(city)["witness-age"] == "ok"
    assert codes("--max-age", "1") == set()
    key = served.with_name("vkey")
    key.write_text(str(ledger.public_key(desk.home)))
    said = desk.ayan("verify", served, "--key", key, "--max-age", "48", "--format", "json")
    assert "no-witness" in {each["code"] for each in said.json["findings"]}, "whoever believes no witness knows no age"


def test_the_doctor_says_whether_anybody_can_tell_the_time(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def clock() -> list[str]:
        return [finding.state for finding in examine_ledger(watched.desk.city, False) if finding.code == "clock"]

    from ayan.config.diagnosis import ledger as diagnosis

    monkeypatch.setattr(diagnosis, "synchronised_time", lambda: None)
    assert clock() == []
    (watched.desk.home / ledger.POLICY).unlink()
    assert clock() == ["warning"]
    monkeypatch.setattr(diagnosis, "synchronised_time", lambda: datetime.now(UTC))
    assert clock() == ["ok"]


# --- the sample city's own witness --------------------------------------------------------------------------------------


def test_a_sample_witness_stands_beside_the_sample_city(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "PORT", free_port())
    sample.settle_in(town.city)
    assert not (town.home / ledger.POLICY).exists(), "there is nothing to watch yet"
    assert town.publish(town.file(GOOD)).code == 0
    sample.settle_in(town.city)
    (known,) = ledger.witnesses(town.home)
    assert seen_by(town, known) == 1
    assert (town.home / sample.FOLDER).stat().st_mode & 0o77 == 0
    with sample.standing(town.city) as stands:
        assert stands
        assert town.publish(town.file(GOOD.replace("2000", "2000.0"))).code == 0
        assert seen_by(town, known) == 2
        with sample.standing(town.city) as twice:
            assert not twice, "a port that is taken stops nothing"
    assert town.publish(town.file(GOOD.replace("2000", "2000.00"))).code == 0
    assert seen_by(town, known) is None


def seen_by(town: Town, witness: PolicyWitness) -> int | None:
    """The size of the log as the witness has cosigned it; None where it has not."""
    log = town.city.log
    assert log is not None
    return log.size if witness.key in cosigned(log.checkpoint(), [witness.key]) else None
