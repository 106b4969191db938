"""Time on every engine: the present, the past exactly as it was told, one release, and cursors that outlive new releases."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import sampling
from tests.core.store.store_releases import Columns, seal
from tests.engines.world import DATASET, NOON, Desk, World

from ayan.core.query import keys
from ayan.core.query.answer import Answer, CursorExpired, NoSuchRelease, ReleaseWithdrawn
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import moment
from ayan.core.query.question import Question
from ayan.core.system.duckdb import confined


class Town(World):
    """A world of which one engine is asked; its releases are given by their numbers alone."""

    def __init__(self, folder: Path, engine: str) -> None:
        super().__init__(folder)
        self.asked = self.desk(engine)
        self.index_store = self.indexes[engine]

    def seal(self, period: str, *numbers: str) -> None:
        self.publish(period, [{"number": number, "count": count} for count, number in enumerate(numbers)])

    def read(self, *params: tuple[str, str]) -> list[Any]:
        return [row.values["number"] for row in self.asked.page(*params).rows]


@pytest.fixture
def town(tmp_path: Path, engine: str) -> Town:
    new_town = Town(tmp_path, engine)
    new_town.seal("1403-04", "a", "b", "c")
    new_town.seal("1403-05", "d")
    new_town.seal("1403-04", "A", "B", "C")
    return new_town


def test_the_present_the_past_and_one_release(town: Town) -> None:
    assert town.read() == ["A", "B", "C", "d"]
    assert town.read(("_as_of", "2024-08-02")) == ["a", "b", "c"]
    assert town.read(("_as_of", "1403-05-13")) == ["a", "b", "c", "d"]
    assert town.read(("_as_of", "2024-08-04T12:00:00Z")) == ["A", "B", "C", "d"]
    assert town.read(("_as_of", "۱۴۰۳-۰۴")) == town.read(("_as_of", "2024-08-01")) == []
    assert town.read(("_release", "1403-04/1")) == ["a", "b", "c"]
    assert town.read(("_release", "1403-04/2")) == ["A", "B", "C"]
    assert town.read(("_release", "۱۴۰۳-۰۵/۱"), ("number", "d")) == ["d"]
    with pytest.raises(NoSuchRelease):
        town.read(("_release", "1403-06/1"))


def test_an_answer_says_what_it_was_read_from(town: Town) -> None:
    present, past = town.asked.page(), town.asked.page(("_as_of", "2024-08-02"))
    assert (present.releases, past.releases) == (("1403-04/2", "1403-05/1"), ("1403-04/1",))
    assert (present.as_of, past.as_of) == (NOON + timedelta(days=2), NOON)
    assert present.state == town.release_store.snapshot("works").digest != past.state


def test_a_dataset_without_releases_has_no_rows(tmp_path: Path, engine: str) -> None:
    town = Town(tmp_path, engine)
    answer = town.asked.page(("_count", "1"), ("state", "active"), ("_sort", "title"))
    assert (answer.rows, answer.total, answer.next, answer.releases, answer.as_of) == ((), 0, None, (), None)
    assert town.asked.groups(("by", "state")).rows == ()
    assert [facet.values for facet in town.asked.facets(("by", "state,day:year")).facets] == [(), ()]


@pytest.mark.parametrize("engine", ["duckdb", "parquet"])
def test_datasets_without_releases_share_one_database(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A city declares many of which nothing has been published yet, and to open a database takes a while."""
    opened: list[None] = []

    def counted(*args: Any, **options: Any) -> Any:
        opened.append(None)
        return confined(*args, **options)

    # The states of the index stand in one database that they share.
    for module in {engine, "shared_database" if engine == "duckdb" else engine}:
        monkeypatch.setattr(f"ayan.core.query.engines.{module}.confined", counted)
    town = Town(tmp_path, engine)
    others = [replace(DATASET, slug=f"other-{number}") for number in range(3)]
    assert [town.asked.page(("_count", "1"), dataset=dataset).total for dataset in (DATASET, *others)] == [0] * 4
    assert opened == []
    for dataset in (DATASET, *others):
        question = Question(slug=dataset.slug)
        assert sum(batch.num_rows for batch in town.asked.query_service.stream(dataset, question)) == 0
    assert len(opened) == 1
    town.seal("1403-04", "a")
    assert town.read() == ["a"]
    # Beside the index they stand in the database of all states; the releases themselves are opened each by itself.
    assert len(opened) == (1 if engine == "duckdb" else 2)
    assert town.asked.page(dataset=others[0]).rows == ()


def test_a_cursor_keeps_to_the_state_it_began_in(town: Town) -> None:
    first = town.asked.page(("_size", "2"))
    assert first.next is not None
    town.seal("1403-03", "new", "rows", "before")
    assert town.read(("_size", "2")) == ["new", "rows"]
    assert town.read(("_size", "2"), ("_next", first.next)) == ["C", "d"]


def test_a_cursor_outlives_the_index_it_was_read_from(town: Town) -> None:
    first = town.asked.page(("_size", "2"))
    assert first.next is not None
    for number in range(3):
        town.seal("1403-03", f"new {number}")
        town.index_store.build("works", town.release_store.snapshot("works"))
        town.index_store.drop_stale("works")
    assert town.read(("_size", "2"), ("_next", first.next)) == ["C", "d"]


def test_nothing_withdrawn_is_read_by_any_way(town: Town) -> None:
    first = town.asked.page(("_size", "2"))
    assert first.next is not None
    release = town.release_store.release("works", "1403-04", 2)
    town.release_store.withdraw(release, "personal-data", "officer")
    assert town.read() == ["d"]
    assert town.read(("_as_of", "2024-08-04")) == ["d"]
    with pytest.raises(CursorExpired):
        town.read(("_size", "2"), ("_next", first.next))
    with pytest.raises(ReleaseWithdrawn) as caught:
        town.read(("_release", "1403-04/2"))
    assert caught.value.reason == "personal-data"


def test_a_release_that_goes_while_it_is_asked_is_no_fault(town: Town) -> None:
    snapshot = town.asked.query_service.snapshot(DATASET, Question(slug="works"))
    town.release_store.withdraw(town.release_store.release("works", "1403-04", 2), "wrong-data", "officer")
    town.index_store.drop_stale("works")
    with pytest.raises(CursorExpired):
        town.asked.query_service.rows(DATASET, Question(slug="works"), snapshot)


def test_a_day_ends_at_midnight_in_tehran() -> None:
    assert moment(date(2024, 8, 2)) == datetime(2024, 8, 2, 20, 29, 59, 999000, tzinfo=UTC)
    assert moment(NOON) == NOON


# --- records --------------------------------------------------------------------------------------------------------


def test_a_record_is_found_by_its_key(town: Town) -> None:
    reader = town.asked.query_service
    snapshot = reader.snapshot(DATASET, Question(slug="works"))
    (row,) = keys.find(reader, DATASET, "B", snapshot)
    assert (row.address, row.values["count"], keys.key_of(DATASET, row)) == ("1403-04/2#3", 1, "B")
    assert keys.find(reader, DATASET, "b", snapshot) == ()
    assert keys.find(reader, DATASET, "", snapshot) == ()
    for wrong in ("a~b", "x" * 300):
        with pytest.raises(BadQuestion):
            keys.find(reader, DATASET, wrong, snapshot)


def test_a_record_without_a_key_is_found_by_its_place(town: Town) -> None:
    keyless, reader = replace(DATASET, key=()), town.asked.query_service
    snapshot = reader.snapshot(keyless, Question(slug="works"))
    (row,) = keys.find(reader, keyless, "1403-04~2~4", snapshot)
    assert row.values["number"] == "C"
    assert keys.key_of(keyless, row) == "1403-04~2~4"
    assert keys.find(reader, keyless, "1403-04~1~4", snapshot) == ()
    for wrong in ("1403-04~2", "1403-04~2~x", "..~1~1", "1403-04~-1~1", f"1403-04~1~{2**70}", "1403-04~2~3~4"):
        with pytest.raises(BadQuestion):
            keys.find(reader, keyless, wrong, snapshot)


def test_a_key_may_hold_any_sign_and_the_newest_period_comes_first(tmp_path: Path, engine: str) -> None:
    town = Town(tmp_path, engine)
    signs = ["a~b", "a/b", "50%", "%7E", "x y", "ب‌ه"]
    town.seal("1403-01", *signs)
    town.seal("1403-02", *signs)
    reader = town.asked.query_service
    snapshot = reader.snapshot(DATASET, Question(slug="works"))
    for row in reader.rows(DATASET, Question(slug="works")).rows:
        key = keys.key_of(DATASET, row)
        assert "/" not in key
        records = keys.find(reader, DATASET, key, snapshot)
        assert [(record.values["number"], record.period) for record in records] == [
            (row.values["number"], "1403-02"),
            (row.values["number"], "1403-01"),
        ]


# --- random histories -----------------------------------------------------------------------------------------------

PERIODS = ("1403-01", "1403-02", "1403-03")
ONE_FOLDER: Final = [HealthCheck.function_scoped_fixture]
"""Every example makes a folder of its own in the one of the test."""
Acts = Sequence[tuple[str, int, int] | None]
sealings = st.tuples(st.sampled_from(PERIODS), st.integers(0, 5), st.integers(0, 10**6))
questions = st.sampled_from(([], [("_sort", "count")], [("_sort_desc", "title")], [("count__gte", "1")]))


def everything(desk: Desk, *params: tuple[str, str]) -> tuple[Any, ...]:
    """All that can be told of a state: where each row stands, its cells, the count, groups and facets."""
    answer = desk.page(*params, ("_count", "1"), ("_size", "1000"))
    groups = desk.groups(*params, ("by", "title"), ("sum", "count"), ("_size", "1000"))
    (facet,) = desk.facets(*params, ("by", "count")).facets
    rows = [(row.address, *row.values.items()) for row in answer.rows]
    return rows, answer.total, answer.state, answer.releases, answer.as_of, groups.rows, facet.values


@sampling.examples(3, 6, suppress_health_check=ONE_FOLDER)
@given(acts=st.lists(sealings | st.none(), min_size=1, max_size=6), asked=questions, size=st.integers(1, 4))
def test_every_earlier_state_is_told_again_and_cursors_visit_each_row_once(
    tmp_path: Path, engine: str, acts: Acts, asked: list[tuple[str, str]], size: int
) -> None:
    check_history(tmp_path, engine, acts, asked, size)


@pytest.mark.soak
@settings(max_examples=60, suppress_health_check=ONE_FOLDER)
@given(acts=st.lists(sealings | st.none(), min_size=1, max_size=20), asked=questions, size=st.integers(1, 4))
def test_long_histories(tmp_path: Path, engine: str, acts: Acts, asked: list[tuple[str, str]], size: int) -> None:
    check_history(tmp_path, engine, acts, asked, size)


def check_history(tmp_path: Path, engine: str, acts: Acts, asked: list[tuple[str, str]], size: int) -> None:
    town = Town(Path(mkdtemp(dir=tmp_path)), engine)
    history: list[tuple[datetime, tuple[Any, ...]]] = []
    walks: list[tuple[list[Any], list[Answer]]] = []
    for act in acts:
        if act is not None:
            _seal_rows(town, *act)
        history.append((town.clock.now(), everything(town.asked)))
        walks.append((town.read(*asked, ("_size", "1000")), [town.asked.page(*asked, ("_size", str(size)))]))
        for _, pages in walks:
            _turn(town, asked, size, pages)
        town.clock.move(timedelta(hours=1))
    for _, pages in walks:
        while pages[-1].next:
            _turn(town, asked, size, pages)
    for began, pages in walks:
        assert [row.values["number"] for page in pages for row in page.rows] == began
        assert len({page.state for page in pages}) == 1
    for at, was in history:
        assert everything(town.asked, ("_as_of", at.isoformat())) == was
    town.close()


def _seal_rows(town: Town, period: str, count: int, seed: int) -> None:
    """A release as it is published: its index built before it shows, what no state needs dropped afterwards."""
    rows: Columns = {
        "number": [f"{seed}-{n}" for n in range(count)],
        "title": [("پل", "چاه", "راه")[(seed + n) % 3] for n in range(count)],
        "count": [(seed * n) % 4 for n in range(count)],
    }
    seal(town.release_store, period, rows, "works", before=lambda state: town.index_store.build("works", state))
    town.index_store.drop_stale("works")


def _turn(town: Town, asked: list[tuple[str, str]], size: int, pages: list[Answer]) -> None:
    if pages[-1].next:
        pages.append(town.asked.page(*asked, ("_size", str(size)), ("_next", pages[-1].next)))


@sampling.examples(3, 6, suppress_health_check=ONE_FOLDER)
@given(acts=st.lists(sealings, min_size=2, max_size=4), data=st.data())
def test_after_a_withdrawal_the_past_lacks_what_is_gone_and_nothing_else(
    tmp_path: Path, engine: str, acts: Sequence[tuple[str, int, int]], data: st.DataObject
) -> None:
    town = Town(Path(mkdtemp(dir=tmp_path)), engine)
    history = []
    for act in acts:
        _seal_rows(town, *act)
        history.append((town.clock.now(), everything(town.asked)[0]))
        town.clock.move(timedelta(hours=1))
    gone = data.draw(st.sampled_from(town.release_store.releases("works")))
    town.release_store.withdraw(gone, "wrong-data", "officer")
    for at, rows in history:
        left = [row for row in rows if not row[0].startswith(f"{gone.period}/{gone.number}#")]
        assert everything(town.asked, ("_as_of", at.isoformat()))[0] == left
    with suppress(CursorExpired):
        assert not any(row[0].startswith(f"{gone.period}/{gone.number}#") for row in everything(town.asked)[0])
    town.close()
