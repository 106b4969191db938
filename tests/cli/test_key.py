"""ayan key: the public half in the forms it is published in, and a change of keys that loses nothing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.cli.city import GOOD, Town, make_town
from tests.core.ledger.log_extension import extends
from tests.core.ledger.signing_again import sign_again

from ayan.cli import main
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import COSIGNATURE, Signer
from ayan.core.ledger.proof import prove_leaf
from ayan.core.ledger.signing_key import KeyRefused
from ayan.core.ledger.trust_policy import parse_policy
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.wiring import key_change, ledger


@pytest.fixture
def town(tmp_path: Path) -> Town:
    new_town = make_town(tmp_path)
    profile = new_town.home / "ayan.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("demo = true", "demo = false"), encoding="utf-8")
    return new_town


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, str]]:
    """What `ayan verify` finds of a log or a proof, by place; releases are not served here."""

    def run(source: Path, *more: str | Path, code: int | None = None) -> dict[str, str]:
        capsys.readouterr()
        ended = main.run(["verify", str(source), *map(str, more), "--format", "json"])
        findings = json.loads(capsys.readouterr().out)["findings"]
        faults = sorted(
            (each for each in findings if each["level"] != "holds"), key=lambda each: each["level"] == "broken"
        )
        named = {each["where"]: each["code"] for each in faults if each["code"] != "hidden"}
        broken = any(each["level"] == "broken" and each["code"] != "hidden" for each in findings)
        assert code is None or ended == code
        assert code == 1 or not broken, findings
        return named

    return run


def publish(town: Town, text: str = GOOD, **settings: Any) -> None:
    said = town.publish(town.file(text), **settings)
    assert said.code == 0, said.words


def test_the_key_is_shown_as_it_is_published(town: Town) -> None:
    assert town.ayan("key", "show").code == 1
    publish(town)
    said = town.ayan("key", "show")
    assert said.code == 0
    key, record, fingerprint = said.out.splitlines()
    assert key == str(ledger.public_key(town.home))
    assert record == f'_ayan-log.unnamed.ayan.invalid. TXT "{key}"'
    assert fingerprint.replace(" ", "") == "SHA-256" + sha256(key.encode()).hexdigest()


def test_a_change_of_keys_loses_nothing(town: Town, tmp_path: Path) -> None:
    publish(town)
    old = ledger.public_key(town.home)
    assert old is not None
    before = ledger.reading(town.home)
    assert before is not None
    signed = before.checkpoint()
    said = town.ayan("key", "rotate", tmp_path / "new.key")
    assert said.code == 0
    assert (tmp_path / "new.key").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in said.out + said.err
    new = ledger.public_key(town.home)
    assert new != old
    assert ledger.former_keys(town.home) == [old]
    after = ledger.reading(town.home)
    assert after is not None
    assert (after.verifier, after.size) == (new, 2)
    assert extends(after, signed, old)
    rotation = KeyRotation.parse(after.leaf(1))
    assert (rotation.old, rotation.new, rotation.is_signed()) == (str(old), str(new), True)
    with pytest.raises(KeyRefused):
        ledger.writing(town.home, town.home / "store")
    publish(town, GOOD.replace("2000", "2000.0"), AYAN_LOG_KEY=str(tmp_path / "new.key"))
    assert after.size == 3
    assert town.ayan("key", "rotate", tmp_path / "new.key").code == 1
    assert town.ayan("key", "rotate", town.home / "store" / "x.key").code == 2
    # The old key cannot bring about another rotation, and nothing is left behind of the attempt.
    assert town.ayan("key", "rotate", tmp_path / "third.key").code == 2
    assert not (tmp_path / "third.key").exists()
    third = town.ayan("key", "rotate", tmp_path / "third.key", AYAN_LOG_KEY=str(tmp_path / "new.key"))
    assert third.code == 0, third.words
    assert town.city.log_replay.now().violations == []


def test_whoever_has_the_old_key_tells_a_rotation_from_a_theft(
    town: Town, tmp_path: Path, verify: Callable[..., dict[str, str]]
) -> None:
    publish(town)
    old_key = Signer.parse((town.home / "keys" / "log.key").read_text())
    stolen = Signer.generate(old_key.name)
    key = tmp_path / "old.vkey"
    key.write_text(str(old_key.verifier))
    kept = tmp_path / "kept"
    shutil.copy(town.home / "ledger" / "checkpoint", kept)
    shutil.copytree(town.home / "ledger", tmp_path / "theft" / "log")
    assert town.ayan("key", "rotate", tmp_path / "new.key").code == 0
    shutil.copytree(town.home / "ledger", tmp_path / "portal" / "log")
    codes = verify(tmp_path / "portal", "--key", key, "--since", kept)
    assert codes["--key"] == "key-rotated"
    assert "--since" not in codes
    log = town.city.log
    assert log is not None
    proof = tmp_path / "leaf.tlog-proof"
    proof.write_bytes(prove_leaf(log, 0, rotations=town.city.log_replay.now().operator.rotations))
    assert verify(proof, "--key", key)["--key"] == "key-rotated"
    proof.write_bytes(prove_leaf(log, 0))
    assert "proof" in verify(proof, "--key", key, code=1), "without the leaf of the rotation nothing is proved"
    # A thief puts the log under a key of his own; with a leaf that he alone signed it is no better.
    for name, leaves in (("theft", []), ("lie", [_signed_by_one(old_key, stolen)])):
        folder = tmp_path / name / "log"
        if not folder.exists():
            shutil.copytree(tmp_path / "theft" / "log", folder)
        thief = Log(folder, stolen.name, stolen, former=[old_key.verifier, stolen.verifier])
        thief.append_all([*leaves, b"{}"])
        assert "log/checkpoint" in verify(tmp_path / name, "--key", key, code=1)
    # And who signs on with the old key after the rotation is named, whoever he is.
    folder = tmp_path / "portal" / "log"
    sign_again(Log(folder, old_key.name, old_key, former=ledger.all_keys(town.home)))
    assert verify(tmp_path / "portal", "--key", key, code=1)["log/1"] == "replaced-key"


def test_a_restored_log_follows_a_rotation_that_the_backup_has_not(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    publish(town)
    assert town.ayan("backup", tmp_path / "backups").code == 0
    assert town.ayan("key", "rotate", tmp_path / "new.key").code == 0
    shutil.copytree(town.home / "ledger", tmp_path / "copy" / "log", ignore=shutil.ignore_patterns(".private"))
    again = Town(tmp_path / "again" / "city")
    said = again.ayan("restore", tmp_path / "backups", "--seen", tmp_path / "copy")
    assert said.code == 0, said.words
    assert "1 leaves and 0 releases are back" in said.out
    assert ledger.public_key(again.home) == ledger.public_key(town.home)
    publish(again, GOOD.replace("2000", "2000.0"), AYAN_LOG_KEY=str(tmp_path / "new.key"))
    assert again.city.log_replay.now().violations == []


def test_a_lost_key_is_told_in_the_log(town: Town, tmp_path: Path, verify: Callable[..., dict[str, str]]) -> None:
    publish(town)
    old = tmp_path / "old.vkey"
    shutil.copy(town.home / "ledger" / "vkey", old)
    (town.home / "keys" / "log.key").unlink()
    assert town.ayan("key", "rotate", tmp_path / "new.key").code == 2
    assert town.ayan("key", "rotate", tmp_path / "new.key", "--old-key-lost").code == 0
    shutil.copytree(town.home / "ledger", tmp_path / "portal" / "log")
    assert verify(tmp_path / "portal", "--key", town.home / "ledger" / "vkey")["log/1"] == "event-key-lost"
    assert "log/checkpoint" in verify(tmp_path / "portal", "--key", old, code=1), (
        "nobody who trusts the old key is led on"
    )
    publish(town, GOOD.replace("2000", "2000.0"), AYAN_LOG_KEY=str(tmp_path / "new.key"))


def test_a_rotation_that_was_stopped_goes_on(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(town)
    monkeypatch.delenv("AYAN_LOG_KEY", raising=False)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Log, "append_all", stopped)
        with pytest.raises(KeyboardInterrupt):
            key_change.rotate(town.city, tmp_path / "new.key")
    log = town.city.log
    assert log is not None
    assert log.size == 1, "what stands can be read at any moment"
    assert town.ayan("key", "rotate", tmp_path / "new.key").code == 0
    assert log.size == 2
    assert len(ledger.former_keys(town.home)) == 1
    assert town.city.log_replay.now().violations == []


def test_the_statement_of_the_key_says_what_paper_needs(town: Town, tmp_path: Path) -> None:
    page = tmp_path / "key.html"
    assert town.ayan("key", "statement", page).code == 1
    publish(town)
    old = ledger.public_key(town.home)
    assert town.ayan("key", "rotate", tmp_path / "new.key").code == 0
    witness = Signer.generate("w.example", COSIGNATURE).verifier
    (town.home / ledger.POLICY).write_text(f"witness w {witness}\nquorum none\n")
    said = town.ayan("key", "statement", page)
    assert said.code == 0, said.words
    text, key = page.read_text("utf-8"), ledger.public_key(town.home)
    for part in (str(key), str(old), str(witness), f"_ayan-log.{key.name}." if key else "", "<svg"):
        assert part in text
    assert re.search("([0-9a-f]{4} ){15}[0-9a-f]{4}", text)
    policy = re.findall(r"<code>(log .*?)</code>", text)[0].replace("<br>", "\n")
    assert parse_policy(policy).logs == (key,)


def _signed_by_one(old: Signer, new: Signer) -> bytes:
    """A rotation that the new key has signed twice."""
    forged = KeyRotation.signed(new, new, at="2026-01-01T00:00:00.000Z", size=1)
    return replace(forged, old=str(old.verifier)).leaf


def test_a_key_is_made_before_there_is_a_log(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "ceremony.key"
    said = town.ayan("key", "make", file, "--domain", "unnamed.ayan.invalid")
    assert said.code == 0
    assert town.ayan("key", "make", file, "--domain", "unnamed.ayan.invalid").code == 1
    publish(town, AYAN_LOG_KEY=str(file))
    assert town.ayan("key", "show").out == said.out
    assert not (town.home / "keys" / "log.key").exists()
