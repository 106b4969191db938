"""Many segments answer as their releases do, whether they are asked one by one or what they say is put together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import sampling
from tests.core.query import strategies
from tests.core.query.test_index import MEASURES, ROWS, asked, questions, walk
from tests.core.query.town import DATASET, SOME_ROWS, Town
from tests.engines.small_index import Indexed

from ayan.core.index import candidates, state_tables
from ayan.core.index.value_arrays import read_hashes, read_numbers
from ayan.core.query.answer import Snapshot
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.plan import Groups
from ayan.core.query.query_service import QueryService, answer_facets, answer_groups
from ayan.core.query.question_parser import parse

SOMETIMES = sampling.examples(3, 12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def bounds(most: int, listed: int) -> Iterator[None]:
    """What is put together at the most, and how many rows of a word are few."""
    with (
        patch.object(state_tables, "MOST_UNITED", most),
        patch.object(state_tables, "MOST_UNITED_CELLS", most),
        patch.object(state_tables, "MOST_NUMBERS", most),
        patch.object(state_tables, "FEW_UNITED", 2),
        patch.object(candidates, "FEW_LISTED", listed),
    ):
        yield


@contextmanager
def readers(
    folder: Path, releases: list[list[dict[str, Any]]], scanned: int = 3
) -> Iterator[tuple[QueryService, QueryService]]:
    """Who asks a segment for each release, and who asks the releases."""
    town = Town(Path(mkdtemp(dir=folder)))
    for month, rows in enumerate(releases, 1):
        town.publish(rows, f"1403-{month:02}")
    engine, plain = DuckDBEngine(Indexed(town.release_store, folder / "index", scanned, together=1)), ParquetEngine()
    yield QueryService(town.release_store, engine), QueryService(town.release_store, plain)
    engine.close()
    plain.close()


@SOMETIMES
@given(
    releases=st.lists(ROWS, min_size=2, max_size=3),
    scanned=st.sampled_from([3, 100]),
    most=st.sampled_from([0, 5, 10**6]),
    listed=st.sampled_from([0, 64]),
    data=st.data(),
)
def test_many_segments_answer_as_their_releases_do(
    tmp_path: Path, releases: list[list[dict[str, Any]]], scanned: int, most: int, listed: int, data: st.DataObject
) -> None:
    with readers(Path(mkdtemp(dir=tmp_path)), releases, scanned) as both, bounds(most, listed):
        for _ in range(5):
            question = data.draw(questions([row for rows in releases for row in rows]))
            params = data.draw(strategies.parameters)
            by = data.draw(st.sampled_from(["state", "title", "open,state", "title,state", "day:year", ""]))
            measures = data.draw(st.lists(st.sampled_from(MEASURES), unique=True))
            grouped = asked(parse_groups, [*([("by", by)] if by else []), *measures, *params])
            faceted = asked(parse_facets, [("by", by or "state"), *params])
            said = []
            for reader in both:
                first, rows = walk(reader, question)
                groups = answer_groups(reader, DATASET, grouped).rows
                said.append((first.total, rows, groups, answer_facets(reader, DATASET, faceted).facets))
            assert said[0] == said[1]


def test_cells_of_many_segments_are_put_together_once(tmp_path: Path) -> None:
    wide = [("by", "state,open"), ("count", "1"), ("sum", "amount"), ("max", "share")]
    narrower = [("by", "state"), ("sum", "amount"), ("open", "true")]
    with readers(tmp_path, [list(SOME_ROWS), [{**row, "state": "ended"} for row in SOME_ROWS]]) as (reader, plain):
        first = answer_groups(reader, DATASET, parse_groups(DATASET, wide)).rows
        assert first == answer_groups(plain, DATASET, parse_groups(DATASET, wide)).rows
        with patch.object(state_tables, "united", side_effect=AssertionError("the segments are asked again")):
            assert answer_groups(reader, DATASET, parse_groups(DATASET, wide)).rows == first
            groups = answer_groups(reader, DATASET, parse_groups(DATASET, narrower)).rows
        assert groups == answer_groups(plain, DATASET, parse_groups(DATASET, narrower)).rows


def test_a_value_or_a_word_of_many_segments_is_found_in_each(tmp_path: Path) -> None:
    other = [{**SOME_ROWS[0], "number": "77", "title": "پل"}]
    with readers(tmp_path, [list(SOME_ROWS), other, list(SOME_ROWS)], 100) as both:
        for asking in (("number", "0012"), ("_search", "کتابخانه ۱۲"), ("title__contains", "محله")):
            question = replace(parse(DATASET, [asking]), count=True)
            answer, plain = (reader.rows(DATASET, question) for reader in both)
            assert [row.address for row in answer.rows] == [row.address for row in plain.rows]
            assert {row.period for row in answer.rows} == {"1403-01", "1403-03"}
            assert answer.total == plain.total


def test_states_that_are_open_together_each_keep_what_was_put_together_of_them(tmp_path: Path) -> None:
    wide = parse_groups(DATASET, [("by", "state,open"), ("count", "1"), ("sum", "amount")])
    held = replace(parse(DATASET, [("title__contains", "محله")]), count=True)
    town = Town(tmp_path / "town")
    engine = DuckDBEngine(Indexed(town.release_store, tmp_path / "index", 100, together=1))
    reader = QueryService(town.release_store, engine)
    states = []
    for month in range(1, 5):
        town.publish([{**row, "amount": 10**month} for row in SOME_ROWS], f"1403-{month:02}")
        states.append(reader.snapshot(DATASET, wide.scope))

    def said(state: Snapshot) -> tuple[object, object]:
        return reader.table(DATASET, Groups(wide), state), reader.rows(DATASET, held, state).rows

    each = [said(state) for state in states[1:]]
    # The tables of the newest were made last, and those of the older ones stand beside them.
    assert [said(state) for state in states[1:]] == each
    assert len({str(groups) for groups, _ in each}) == len(each)
    engine.close()


# --- arrays of a segment ----------------------------------------------------------------------------------------------

DIGITS = st.text("0179", min_size=1, max_size=5)


@settings(max_examples=25, deadline=None)
@given(texts=st.sets(DIGITS, max_size=12), wanted=DIGITS, whole=st.booleans())
def test_numbers_are_found_whole_and_by_how_they_begin(texts: set[str], wanted: str, whole: bool) -> None:
    order = sorted(texts)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE words (t VARCHAR, rows BIGINT, first BIGINT)")
        for at, text in enumerate([*order, "پل"]):
            connection.execute("INSERT INTO words VALUES ($1, 2, $2)", [text, 2 * at])
        numbers = read_numbers(connection, "words")
    first, last = numbers.range(wanted, whole=whole)
    hits = [text for text in order if text == wanted or (not whole and text.startswith(wanted))]
    assert order[first // 2 : last // 2] == hits


def test_values_are_found_by_how_they_are_spelt(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "values.duckdb") as connection:
        connection.execute("CREATE TABLE kept (k VARCHAR, rows BIGINT, first BIGINT, joined VARCHAR)")
        rows = [("کتاب ها", 2, 0, "کتابها"), ("کتابها", 3, 2, "کتابها"), ("پل", 1, 5, "پل"), (None, 4, 6, None)]
        connection.executemany("INSERT INTO kept VALUES ($1, $2, $3, $4)", [list(row) for row in rows])
        hashes = read_hashes(connection, "kept")
    assert hashes.places(["کتابها"]) == [(0, 2), (2, 3)]
    assert hashes.places(["پل", "راه", "کتابها"]) == [(0, 2), (2, 3), (5, 1)]
    assert hashes.places([]) == []
