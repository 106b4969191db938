"""The city's log at the command: witnesses cosign what is published, and the doctor says how the log is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.city import GOOD, Town
from tests.http_servers import answering

from ayan.cli import witness as command
from ayan.config.diagnosis.ledger import examine_ledger
from ayan.core.ledger.checkpoint import cosigned
from ayan.core.ledger.note import COSIGNATURE, Signer, Verifier
from ayan.core.ledger.signing_key import demo_signer
from ayan.wiring import ledger


@pytest.fixture
def witness(town: Town, tmp_path: Path) -> Iterator[tuple[Verifier, str]]:
    """A witness of the town's log, and its address; the town is told of it, and of one that is away."""
    watching = command.open_witness(tmp_path / "witness", "w.example", [demo_signer(ledger.DEMO).verifier])
    assert watching is not None
    away = Signer("away.example", bytes(32), COSIGNATURE).verifier
    with command.serving(watching, "127.0.0.1", 0) as server, answering(server):
        at = f"http://127.0.0.1:{server.server_port}"
        lines = [
            f"witness near {watching.signer.verifier} {at}",
            f"witness away {away} http://127.0.0.1:9",
            "quorum near",
        ]
        (town.home / ledger.POLICY).write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield watching.signer.verifier, at


def doctor(town: Town, deep: bool = False) -> list[tuple[str, str]]:
    """What the doctor says of the log, and how bad it is."""
    return [(finding.state, finding.words.en) for finding in examine_ledger(town.city, deep)]


def test_what_is_published_is_cosigned_and_a_witness_that_is_away_stops_nothing(
    town: Town, witness: tuple[Verifier, str]
) -> None:
    for _ in range(2):
        assert town.publish(town.file(GOOD)).code == 0
    log = ledger.reading(town.home)
    assert log is not None
    assert log.size == 2
    assert set(cosigned(log.checkpoint(), [witness[0]])) == {witness[0]}
    key, tree, rules, near, away, age = doctor(town, deep=True)
    assert key[0] == "warning"
    assert tree == ("ok", "The log demo.ayan.invalid: 2 leaves, read again and compared.")
    assert rules == ("ok", "All leaves keep the rules of the log.")
    assert near[1].startswith("The witness near cosigned at ")
    assert away == ("warning", "The witness away has not cosigned the log as it is now.")
    assert age == ("ok", "The newest signature of a witness is 0 hours old.")


@pytest.mark.database
@pytest.mark.usefixtures("database")
def test_a_policy_that_cannot_be_read_stops_nothing_and_the_doctor_says_so(town: Town) -> None:
    (town.home / ledger.POLICY).write_text("nonsense\n", encoding="utf-8")
    assert town.publish(town.file(GOOD)).code == 0
    said = town.ayan("doctor")
    assert said.code == 1
    assert f"{ledger.POLICY} is not right: line 1" in said.out


def test_the_doctor_warns_of_the_demo_key_of_what_was_changed_and_of_what_was_begun(town: Town) -> None:
    assert doctor(town) == [("ok", "The log has not been begun yet.")]
    town.publish(town.file(GOOD))
    assert doctor(town)[0][0] == "warning"
    profile = town.home / "ayan.toml"
    profile.write_text(profile.read_text().replace("demo = true", "demo = false"))
    assert [state for state, said in doctor(town) if "the demo key" in said] == ["error"]
    profile.write_text(profile.read_text().replace("demo = false", "demo = true"))
    bundle = town.home / "ledger" / "tile" / "entries" / "000.p" / "1"
    whole = bundle.read_bytes()
    bundle.write_bytes(whole.replace(b"1403-05", b"1403-06", 1))
    for deep in (False, True):
        assert "The log is damaged" in doctor(town, deep)[-1][1]
    bundle.write_bytes(whole)
    assert ("ok", "The log demo.ayan.invalid: 1 leaves, in place.") in doctor(town)
    ledger.writing(town.home, town.home / "store", demo=True).intend("trees/1403-05/2", b"{}")
    assert "trees/1403-05/2 was begun and not finished" in doctor(town)[3][1]
