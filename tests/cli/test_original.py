"""The file a release was made from: kept under a key, given out whole, put under another key."""

from __future__ import annotations

from pathlib import Path

from tests.cli.city import GOOD, Town

from ayan.core.release.lock import is_locked, name_of

OLD, NEW = "1" * 64, "2" * 64


def kept(town: Town) -> Path:
    (path,) = town.city.workplace.kept_originals()
    return path


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
    assert town.city.shelf.releases("trees") == []
    assert town.leftovers() == []
