"""What an index answers is what plain Python answers, whichever of its ways is taken; and without it, the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st
from tests import sampling
from tests.core.query import naive, strategies
from tests.core.query.town import DATASET, NAMES, SOME_ROWS, Town, town_of
from tests.engines.small_index import Indexed

from ayan.core.index import matching, posting_lists, segment
from ayan.core.index.build_requests import BuildRequests
from ayan.core.index.secondary_index import index_files
from ayan.core.query import keys
from ayan.core.query.answer import Answer, Row
from ayan.core.query.engines import index_lookup
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.embedded_engine import EmbeddedEngine, EngineSession
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.engines.standby import StandbyEngine
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import QueryService, answer_facets, answer_groups
from ayan.core.query.question import Question, Sort
from ayan.core.query.question_parser import parse
from ayan.core.values.text import publish

OFTEN = sampling.examples(5, 24, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Words that break over half-spaces, digits of three scripts, both kinds of ye and kaf, marks, and prefixes.
WORD = st.text("ابیيکكمهتر۱۲٣4٤0-½aA\u200c\u064b\u0640", min_size=1, max_size=5)
TEXTS = st.lists(WORD, min_size=1, max_size=3).map(" ".join).map(publish).filter(lambda text: bool(text.strip()))
ROWS = st.lists(
    st.builds(
        lambda row, title, number: {**row, "title": title, "number": number},
        strategies.row,
        st.none() | TEXTS | st.sampled_from(["می‌رود", "می رود", "میرود", "کتاب ها", "کتابها"]),
        st.none() | st.from_regex(r"[A-C]?-?0?[0-9]{1,3}(-[0-9]{1,2})?", fullmatch=True),
    ),
    min_size=1,
    max_size=14,
)


@st.composite
def searches(draw: st.DrawFn, rows: list[dict[str, Any]]) -> str:
    """Words of the rows, or pieces of them, in some spelling."""
    texts = [row[name] for row in rows for name in ("title", "number") if row[name]]
    known = st.sampled_from(sorted({word for text in texts for word in text.split()})) if texts else WORD
    piece = known.flatmap(lambda word: st.integers(0, max(0, len(word) - 1)).map(lambda at: word[at : at + 4]))
    words = draw(
        st.lists(st.one_of(known, piece, WORD, st.sampled_from(["میرود", "جاری", "active"])), min_size=1, max_size=3)
    )
    return " ".join(words).replace("ی", draw(st.sampled_from("یي")))


@contextmanager
def ways(few: int, row_store: int, many: int, walked: int, near: bool, settled: int) -> Iterator[None]:
    """Bounds that make small states go the ways of large ones."""
    with (
        patch.object(matching, "FEW", few),
        patch.object(index_lookup, "FEW", few),
        patch.object(index_lookup, "MOST_CARDS", row_store),
        patch.object(index_lookup, "MOST_SLIM", row_store),
        patch.object(index_lookup, "MOST_WALKED", walked),
        patch.object(index_lookup, "MOST_SETTLED", settled),
        patch.object(index_lookup, "_is_near", lambda *_: near),
        patch.object(index_lookup, "LEAST_NEAR", 1),
        patch.object(posting_lists, "MANY", many),
        patch.object(posting_lists, "LEAST_PIECE", 3),
        patch.object(segment, "_PROBES", 2),
        patch.object(segment, "SAMPLES", 2),
    ):
        yield


WAYS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "few": st.sampled_from([0, 3, 50_000]),
        "row_store": st.sampled_from([0, 3, 50_000]),
        "many": st.sampled_from([1, 1000]),
        "walked": st.sampled_from([0, 50_000]),
        "near": st.booleans(),
        "settled": st.sampled_from([0, 50_000]),
    }
)


def indexed(folder: Path, rows: list[dict[str, Any]], scanned: int) -> Town:
    town = town_of(folder, rows, "indexed")
    assert isinstance(town.index_store, Indexed)
    town.index_store.scanned = scanned
    return town


@OFTEN
@given(rows=ROWS, scanned=st.sampled_from([0, 3, 100]), data=st.data())
def test_every_way_answers_as_plain_python(
    tmp_path: Path, rows: list[dict[str, Any]], scanned: int, data: st.DataObject
) -> None:
    town = indexed(tmp_path, rows, scanned)
    for _ in range(5):
        question = data.draw(questions(rows))
        expected = naive.matching(DATASET, rows, question)
        with ways(**data.draw(WAYS)):
            first, walked = walk(town.query_service, question)
            whole = replace(question, size=None)
            streamed = [row["_row"] for batch in town.query_service.stream(DATASET, whole) for row in batch.to_pylist()]
        assert [row.number - 2 for row in walked] == expected
        assert first.total == len(expected)
        assert [int(row.partition("#")[2]) - 2 for row in streamed] == expected
        assert all(row.values == {name: rows[row.number - 2].get(name) for name in NAMES} for row in walked)
    town.engine.close()


@st.composite
def questions(draw: st.DrawFn, rows: list[dict[str, Any]]) -> Question:
    """Filters, perhaps a search, perhaps an order that plain Python knows."""
    params = draw(st.lists(strategies.conditions(), max_size=2, unique_by=lambda pair: pair[0]))
    if draw(st.booleans()):
        params.append(("_search", draw(searches(rows))))
    question: Question = asked(parse, params)
    field = draw(st.sampled_from([None, *(name for name in NAMES if name != "title")]))
    if field:
        question = replace(question, sort=Sort(field, draw(st.booleans())))
    return replace(question, count=True, size=draw(st.sampled_from([2, 1000])))


def asked(read: Any, params: list[tuple[str, str]]) -> Any:
    try:
        return read(DATASET, params)
    except BadQuestion:
        assume(False)
        raise


MEASURES = [
    ("sum", "amount,share"),
    ("avg", "share"),
    ("min", "count,day"),
    ("distinct", "title,state"),
    ("count", "1"),
    ("median", "count"),
]


@OFTEN
@given(rows=ROWS, scanned=st.sampled_from([0, 3, 100]), data=st.data())
def test_groups_facets_and_orders_are_those_without_an_index(
    tmp_path: Path, rows: list[dict[str, Any]], scanned: int, data: st.DataObject
) -> None:
    town = indexed(tmp_path, rows, scanned)
    without = DuckDBEngine(Indexed(town.release_store, Path(mkdtemp(dir=tmp_path)), least=10**9))
    plain = QueryService(town.release_store, without)
    for _ in range(5):
        params = data.draw(strategies.parameters)
        by = data.draw(st.sampled_from(["state", "title", "open,state", "day:year", "number", ""]))
        measures = data.draw(st.lists(st.sampled_from(MEASURES), unique=True))
        grouped = asked(parse_groups, [*([("by", by)] if by else []), *measures, *params])
        faceted = asked(parse_facets, [("by", by or "state"), *params])
        words = asked(parse, [*params, (data.draw(st.sampled_from(["_sort", "_sort_desc"])), "title"), ("_size", "2")])
        with ways(**data.draw(WAYS)):
            said = [
                (
                    answer_groups(reader, DATASET, grouped).rows,
                    answer_facets(reader, DATASET, faceted).facets,
                    walk(reader, words)[1],
                )
                for reader in (town.query_service, plain)
            ]
        assert said[0] == said[1]
    town.engine.close()
    without.close()


def walk(reader: QueryService, question: Question) -> tuple[Answer, list[Row]]:
    """The first page of a question, and the rows of all pages."""
    first = answer = reader.rows(DATASET, question)
    collected = [*answer.rows]
    while answer.next:
        answer = reader.rows(DATASET, replace(question, cursor=answer.next))
        collected += answer.rows
    return first, collected


def test_a_record_is_found_by_its_key(tmp_path: Path) -> None:
    town = town_of(tmp_path, SOME_ROWS, "indexed")
    for row in (candidate for candidate in SOME_ROWS if str(candidate["number"]).isascii()):
        records = keys.find(town.query_service, DATASET, str(row["number"]), town.snapshot)
        assert [record.values["title"] for record in records] == [row["title"]]
    assert keys.find(town.query_service, DATASET, "0013", town.snapshot) == ()


def test_the_index_follows_corrections_and_withdrawals(tmp_path: Path) -> None:
    town = town_of(tmp_path, [{"number": "1", "title": "پل نو"}], "indexed")
    assert town.matching(("_search", "پل")) == [0]
    town.publish([{"number": "1", "title": "چاه نو"}, {"number": "2", "title": "راه"}])
    assert (town.matching(("_search", "پل")), town.matching(("_search", "چاه")), town.matching(("number", "2"))) == (
        [],
        [0],
        [1],
    )
    release = town.publish([{"number": "3", "title": "پل"}], "1403-06")
    assert town.matching(("_search", "پل")) == [0]
    town.release_store.withdraw(release, "wrong-data", "مدیر (ساختگی)")
    town.index_store.drop_stale("works")
    assert (town.matching(("_search", "پل")), town.matching(("number", "3"))) == ([], [])
    assert town.ask(("_search", "نو"), ("_count", "1")).total == 1


QUESTIONS: tuple[list[tuple[str, str]], ...] = (
    [("_search", "محله"), ("_count", "1")],
    [("_sort", "title")],
    [("number", "0012")],
    [("title__contains", "پل")],
    [],
)


def test_columns_of_few_values_are_reckoned_from_cells(tmp_path: Path) -> None:
    rows = [{**row, "title": row["title"] and "پل نو"} for row in SOME_ROWS]
    town = town_of(tmp_path, rows, "indexed")
    asked = [("by", "state,title"), ("count", "1"), ("sum", "amount"), ("title", "پل  نو")]
    with patch.object(EmbeddedEngine, "_table", side_effect=AssertionError("all rows are read")):
        groups = answer_groups(town.query_service, DATASET, parse_groups(DATASET, asked))
        facets = answer_facets(
            town.query_service, DATASET, parse_facets(DATASET, [("by", "title"), ("state", "ended")])
        )
        counted = town.ask(("state", "active"), ("open", "true"), ("_count", "1"), ("_size", "1"))
    assert list(groups.rows) == naive.groups(DATASET, rows, parse_groups(DATASET, asked))
    assert [(facet_value.value, facet_value.count) for facet_value in facets.facets[0].values] == [("پل نو", 2)]
    assert counted.total == 2


def test_rows_that_no_index_names_are_looked_for_once(tmp_path: Path) -> None:
    town, known = town_of(tmp_path, SOME_ROWS, "indexed"), replace(DATASET, digest="known")
    others = ("title__not", "کتابخانهٔ محله ۱۲")
    with patch.object(EngineSession, "numbers", autospec=True, side_effect=EngineSession.numbers) as looked:
        groups = answer_groups(
            town.query_service, known, parse_groups(known, [("by", "number"), ("sum", "amount"), others])
        )
        facets = answer_facets(town.query_service, known, parse_facets(known, [("by", "number,share"), others]))
    assert looked.call_count == 1
    rows = [row for row in SOME_ROWS if row["number"] != "C-1404-7"]
    assert {row["number"]: row["sum_amount"] for row in groups.rows} == {row["number"]: row["amount"] for row in rows}
    assert sum(facet_value.count for facet_value in facets.facets[1].values) == len(rows)


GROUPS = (
    [("by", "state"), ("sum", "amount"), ("count", "1")],
    [("by", "title"), ("state", "active"), ("max", "share")],
)


def everything(town: Town) -> list[Any]:
    """The answers to all of these questions."""
    groups = [answer_groups(town.query_service, DATASET, parse_groups(DATASET, params)).rows for params in GROUPS]
    return [*(town.ask(*params).rows for params in QUESTIONS), *groups]


HARMED = list(product(["gone", "empty", "cut", "noise", "another"], [".index", ".postings", ".rows"]))


@pytest.mark.parametrize(("how", "suffix"), sampling.sampled("parts of the index", HARMED, 2, by=lambda pair: pair[1]))
def test_without_a_part_of_the_index_the_same_is_answered(
    tmp_path: Path, suffix: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    town = town_of(tmp_path, SOME_ROWS, "indexed")
    whole = everything(town)
    (own,) = town.index_store.files(town.snapshot.source)
    (path,) = [file for file in index_files(own) if file.suffix == suffix]
    held = path.read_bytes()
    town.engine.close()
    if how == "gone":
        path.unlink()
    elif how == "another":
        other = town_of(tmp_path, SOME_ROWS[:3], "indexed")
        (whose,) = other.index_store.ensure("works")
        (theirs,) = [file for file in index_files(whose) if file.suffix == suffix]
        path.write_bytes(theirs.read_bytes())
    else:
        # Of the secondary index enough for every table to be met, of the lists for every one, for what is not read is
        # not looked at; elsewhere the smallest change is noticed.
        middle = len(held) // 2
        first = middle - 50 if suffix == ".rows" else len(held) // 8
        noise = held[:first] + bytes(byte ^ 255 for byte in held[first:-first]) + held[-first:]
        path.write_bytes({"empty": b"", "cut": held[:middle], "noise": noise}[how])
    assert everything(town) == whole
    assert everything(town) == whole
    if not (suffix == ".index" and how == "gone"):
        assert "ayan reindex" in caplog.text
    town.engine.close()


def test_a_segment_that_is_missing_is_answered_from_its_releases_and_built_alone(tmp_path: Path) -> None:
    town = town_of(tmp_path, SOME_ROWS, "parquet")
    for month in (6, 7):
        town.publish([{**row, "number": f"{month}-{row['number']}"} for row in SOME_ROWS], f"1403-{month:02}")
    whole = everything(town)
    index_store = Indexed(town.release_store, tmp_path / "index", together=1)
    engine = StandbyEngine(DuckDBEngine(index_store), ParquetEngine(), index_store)
    town.query_service = QueryService(town.release_store, engine)
    first, second, third = index_store.ensure("works")
    stamps = [path.stat().st_ino for path in (first, third)]
    assert everything(town) == whole
    second.unlink()
    with patch.object(Indexed, "build", side_effect=AssertionError("a reader waits")):
        assert everything(town) == whole
    state = town.release_store.snapshot("works")
    assert [noted.digest for noted in BuildRequests(index_store.root).states(town.release_store)] == [state.digest]
    assert index_store.build("works", state) == (first, second, third)
    assert [path.stat().st_ino for path in (first, third)] == stamps, "the others are left alone"
    with patch.object(ParquetEngine, "page", side_effect=AssertionError("the index is not asked")):
        assert everything(town) == whole
    engine.close()
