"""The releases alone are enough: questions without an index, and an index held against what it was built from."""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec

import duckdb
import pytest
from tests.cli.city import GOOD, Town

from ayan.config.diagnosis.publication import examine_index
from ayan.core.index.index_store import IndexStore
from ayan.core.index.secondary_index import index_files
from ayan.wiring.engine import NoSuchEngine, check_engine


@pytest.fixture
def published(town: Town) -> Town:
    assert town.publish(town.file(GOOD)).code == 0
    return town


def test_a_shelf_without_an_index_is_asked(published: Town) -> None:
    query = ("query", "trees", "species=کاج&_count=1")
    with_index = published.ayan(*query)
    shutil.rmtree(published.home / "index")
    said = published.ayan(*query, AYAN_ENGINE="parquet")
    assert (said.code, said.out) == (0, with_index.out)
    assert said.json["total"] == 1
    assert not (published.home / "index").exists()


def test_a_cluster_that_cannot_be_had_ends_in_words_or_is_done_without(published: Town) -> None:
    here = published.ayan("query", "trees")
    said = published.ayan("query", "trees", AYAN_ENGINE="sc://spark.example:15002")
    if find_spec("pyspark"):
        # A small table is asked here anyway.
        assert (said.code, said.out) == (0, here.out)
        return
    assert (said.code, said.out) == (2, "")
    assert len(said.err.strip().splitlines()) == 2
    assert "Spark" in said.err


def test_the_name_of_a_cluster_is_refused_where_nothing_can_speak_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(NoSuchEngine, match="Spark"):
        check_engine("sc://spark.example:15002")
    assert check_engine("duckdb") == "duckdb"


@pytest.mark.database
@pytest.mark.usefixtures("database")
def test_an_index_that_says_something_else_is_found(published: Town) -> None:
    sound = published.ayan("doctor", "--deep").out
    assert "reindex" not in sound
    assert "1 indexes were compared" in sound, "what was never published has none"
    (path,) = published.city.index_store.ensure("trees")
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE rows SET cost = cost + 1 WHERE _row = (SELECT min(_row) FROM rows)")
    said = published.ayan("doctor", "--deep")
    assert said.code == 1
    assert "ayan reindex trees" in said.out
    assert published.ayan("reindex", "trees").code == 0
    assert "reindex" not in published.ayan("doctor", "--deep").out


def test_the_doctor_weighs_the_index_and_misses_a_secondary_index(
    published: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said_of_index(published) == [("ok", 0.0)]
    (path,) = published.city.index_store.ensure("trees")
    path.unlink()
    IndexStore(published.city.release_store, published.home / "index", least_rows=0).ensure("trees")
    monkeypatch.setattr("ayan.config.diagnosis.publication.LEAST_ROWS", 0)
    beside = round(sum(file.stat().st_size for file in index_files(path)) / 1e6, 1)
    assert said_of_index(published) == [("ok", beside)]
    assert beside > 0
    index_files(path)[2].write_bytes(b"cut")
    assert [level for level, _ in said_of_index(published)] == ["warning", "ok"]


def said_of_index(town: Town) -> list[tuple[str, float]]:
    """How bad each finding is, and the megabytes that stand last in it."""
    findings = [(finding.state, finding.words.en) for finding in examine_index(town.city, deep=False)]
    return [(level, float(words.rsplit(" ", 2)[1]) if level == "ok" else 0.0) for level, words in findings]
