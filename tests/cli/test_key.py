"""ayan key: the public half in the forms it is published in, and a change of keys that loses nothing."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.cli.city import GOOD, Town, make_town
from tests.core.ledger.extending import extends

from ayan.core.ledger.keys import KeyRefused
from ayan.wiring import ledger


@pytest.fixture
def town(tmp_path: Path) -> Town:
    new_town = make_town(tmp_path)
    profile = new_town.home / "ayan.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("demo = true", "demo = false"), encoding="utf-8")
    return new_town


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
    signed, root = before.checkpoint(), before.root()
    said = town.ayan("key", "rotate", tmp_path / "new.key")
    assert said.code == 0
    assert (tmp_path / "new.key").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in said.out + said.err
    new = ledger.public_key(town.home)
    assert new != old
    assert ledger.former_keys(town.home) == [old]
    after = ledger.reading(town.home)
    assert after is not None
    assert (after.verifier, after.root()) == (new, root)
    assert extends(after, signed, old)
    with pytest.raises(KeyRefused):
        ledger.writing(town.home, town.home / "store")
    publish(town, GOOD.replace("2000", "2000.0"), AYAN_LOG_KEY=str(tmp_path / "new.key"))
    assert after.size == 2
    assert town.ayan("key", "rotate", tmp_path / "new.key").code == 1
    assert town.ayan("key", "rotate", town.home / "store" / "x.key").code == 2


def test_a_key_is_made_before_there_is_a_log(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "ceremony.key"
    said = town.ayan("key", "make", file, "--domain", "unnamed.ayan.invalid")
    assert said.code == 0
    assert town.ayan("key", "make", file, "--domain", "unnamed.ayan.invalid").code == 1
    publish(town, AYAN_LOG_KEY=str(file))
    assert town.ayan("key", "show").out == said.out
    assert not (town.home / "keys" / "log.key").exists()
