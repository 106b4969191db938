"""The file a release was made from: kept under a key, given out whole, put under another key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.city import GOOD, Town

from ayan.core.custody.private_files import is_locked, name_of
from ayan.core.store.tombstone import instant
from ayan.core.transparency.entries.original_deletion import OriginalDeleted
from ayan.core.values.clock import TEHRAN

OLD, NEW = "1" * 64, "2" * 64


def kept(town: Town) -> Path:
    (path,) = town.city.private_store.kept_originals()
    return path


@pytest.mark.database
@pytest.mark.usefixtures("database")
def test_an_original_outlives_a_change_of_keys_and_older_ones_are_locked(town: Town, tmp_path: Path) -> None:
    file = town.file(GOOD)
    assert town.publish(file, AYAN_ORIGINALS_KEY=OLD).code == 0
    assert is_locked(kept(town))
    before = name_of(kept(town))

    def show(name: str, keys: str) -> int:
        said = town.ayan("original", "show", "trees/1403-05/1", "--to", tmp_path / name, AYAN_ORIGINALS_KEY=keys)
        assert file.read_text("utf-8")[:20] not in said.words
        return said.code

    assert show("a.csv", OLD) == 0
    assert (tmp_path / "a.csv").read_bytes() == file.read_bytes()
    assert show("a.csv", OLD) == 1, "nothing is written over"
    assert show("b.csv", NEW) == 1
    assert not (tmp_path / "b.csv").exists()
    assert town.ayan("original", "lock", AYAN_ORIGINALS_KEY=NEW).code == 1, "the older key is needed once more"
    assert name_of(kept(town)) == before
    assert town.ayan("original", "lock", AYAN_ORIGINALS_KEY=f"{NEW},{OLD}").code == 0
    assert name_of(kept(town)) != before
    assert show("c.csv", NEW) == 0
    # One from before there was a key is read as it is, and locked by the same command.
    kept(town).write_bytes(file.read_bytes())
    assert "not encrypted" in town.ayan("doctor", AYAN_ORIGINALS_KEY=NEW).out
    assert show("d.csv", NEW) == 0
    assert town.ayan("original", "lock", AYAN_ORIGINALS_KEY=NEW).code == 0
    assert is_locked(kept(town))
    kept(town).write_bytes(b"another file")
    assert town.ayan("original", "lock", AYAN_ORIGINALS_KEY=NEW).code == 1, "it is not the file of its name"
    assert town.ayan("original", "lock", AYAN_ORIGINALS_KEY="no key").code == 2
    assert town.ayan("original", "show", "trees/1403-05/9", "--to", tmp_path / "e").code == 1


def test_nothing_is_published_under_a_key_that_is_none(town: Town) -> None:
    said = town.publish(town.file(GOOD), AYAN_ORIGINALS_KEY="12")
    assert said.code != 0
    assert "Traceback" not in said.words
    assert "64 hexadecimal digits" in said.words
    assert town.city.release_store.releases("trees") == []
    assert town.leftovers() == []


@pytest.mark.database
@pytest.mark.usefixtures("database")
def test_the_command_ends_what_is_past_its_time_and_the_doctor_tells_of_it(town: Town) -> None:
    declared = town.home / "datasets" / "trees" / "dataset.toml"
    assert town.publish(town.file(GOOD)).code == 0
    said = town.ayan("original", "list", "trees")
    assert (said.code, "kept until" in said.out, "city:P5Y" in said.out) == (0, True, True)
    assert town.ayan("original", "list", "benches").code == 1
    declared.write_text(f"{declared.read_text('utf-8')}\n[originals]\nkeep_days = 1\n", "utf-8")
    before = town.ayan("original", "expire")
    assert (before.code, "0 originals" in before.words) == (0, True)
    (held,) = town.city.original_retention.holdings()
    (commitment,) = held.salts
    gone = datetime.now(UTC) + timedelta(days=2)
    day = gone.astimezone(TEHRAN).date()
    deletion = OriginalDeleted(
        at=instant(gone), dataset="trees", period="1403-05", number=1, commitment=commitment,
        rule="dataset:P1D",
    )  # fmt: skip
    town.city.transparency_log.enter([deletion.leaf])
    assert "The log says deleted, and they stand: trees/1403-05/1" in town.ayan("doctor").out
    assert town.ayan("original", "expire").code == 0
    assert town.city.original_retention.holdings() == []
    doctor = town.ayan("doctor", "--deep").out
    assert f"trees/1403-05/1: original deleted on {day} as declared (dataset:P1D), leaf 1." in doctor
    assert f"deleted {day} (dataset:P1D, leaf 1)" in town.ayan("original", "list", "trees").out
    assert town.ayan("original", "show", "trees/1403-05/1", "--to", town.home.parent / "x").code == 1
