"""What a reader is told over time: the present, the past, one release, a pinned page, and nothing that was withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.core.query.town import DATASET
from tests.core.store.sealing import seal

from ayan.core.query import keys
from ayan.core.query.answer import CursorExpired, NoSuchRelease, ReleaseWithdrawn
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.parse import parse
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader, moment
from ayan.core.store.serving import Serving
from ayan.core.store.shelf import Shelf
from ayan.core.values.clock import FixedClock

NOON = datetime(2024, 8, 2, 12, tzinfo=UTC)


class Town:
    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(NOON)
        self.shelf = Shelf(folder / "store", self.clock)
        self.serving = Serving(self.shelf, folder / "index")
        self.engine = DuckDBEngine(self.serving)
        self.reader = Reader(self.shelf, self.engine)

    def publish(self, period: str, *numbers: str) -> None:
        seal(self.shelf, period, {"number": list(numbers), "count": list(range(len(numbers)))}, "works")
        self.clock.move(timedelta(days=1))

    def read(self, *params: tuple[str, str]) -> list[str]:
        return [row.values["number"] for row in self.reader.rows(DATASET, parse(DATASET, params)).rows]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = Town(tmp_path)
    made.publish("1403-04", "a", "b", "c")
    made.publish("1403-05", "d")
    made.publish("1403-04", "A", "B", "C")
    return made


def test_the_present_the_past_and_one_release(town: Town) -> None:
    assert town.read() == ["A", "B", "C", "d"]
    assert town.read(("_as_of", "2024-08-02")) == ["a", "b", "c"]
    assert town.read(("_as_of", "1403-05-13")) == ["a", "b", "c", "d"]
    assert town.read(("_as_of", "2024-08-04T12:00:00Z")) == ["A", "B", "C", "d"]
    assert town.read(("_as_of", "2024-08-01")) == []
    assert town.read(("_release", "1403-04/1")) == ["a", "b", "c"]
    assert town.read(("_release", "1403-04/2")) == ["A", "B", "C"]
    assert town.read(("_release", "۱۴۰۳-۰۵/۱"), ("number", "d")) == ["d"]
    with pytest.raises(NoSuchRelease):
        town.read(("_release", "1403-06/1"))


def test_a_dataset_without_releases_has_no_rows(tmp_path: Path) -> None:
    town = Town(tmp_path)
    answer = town.reader.rows(DATASET, replace(Question(slug="works"), count=True))
    assert (answer.rows, answer.total, answer.next, answer.releases, answer.as_of) == ((), 0, None, (), None)


def test_a_cursor_keeps_to_the_state_it_began_in(town: Town) -> None:
    first = town.reader.rows(DATASET, Question(slug="works", size=2))
    assert first.next is not None
    town.publish("1403-03", "new", "rows", "before")
    assert town.read(("_size", "2")) == ["new", "rows"]
    assert town.read(("_size", "2"), ("_next", first.next)) == ["C", "d"]


def test_a_cursor_ends_with_the_file_it_was_read_from(town: Town) -> None:
    first = town.reader.rows(DATASET, Question(slug="works", size=2))
    assert first.next is not None
    town.publish("1403-03", "new")
    town.serving.file(replace(town.shelf.state("works"), digest=first.state)).unlink()
    with pytest.raises(CursorExpired):
        town.read(("_size", "2"), ("_next", first.next))


def test_nothing_withdrawn_is_read_by_any_way(town: Town) -> None:
    first = town.reader.rows(DATASET, Question(slug="works", size=2))
    assert first.next is not None
    release = town.shelf.release("works", "1403-04", 2)
    town.shelf.withdraw(release, "personal-data", "officer")
    assert town.read() == ["d"]
    assert town.read(("_as_of", "2024-08-04")) == ["d"]
    with pytest.raises(CursorExpired):
        town.read(("_size", "2"), ("_next", first.next))
    with pytest.raises(ReleaseWithdrawn) as caught:
        town.read(("_release", "1403-04/2"))
    assert caught.value.reason == "personal-data"


def test_a_day_ends_at_midnight_in_tehran() -> None:
    assert moment(date(2024, 8, 2)) == datetime(2024, 8, 2, 20, 29, 59, 999000, tzinfo=UTC)
    assert moment(NOON) == NOON


def test_a_record_is_found_by_its_key(town: Town) -> None:
    standing = town.reader.standing(DATASET, Question(slug="works"))
    (row,) = keys.find(town.reader, DATASET, "B", standing)
    assert (row.address, row.values["count"], keys.key_of(DATASET, row)) == ("1403-04/2#2", 1, "B")
    assert keys.find(town.reader, DATASET, "b", standing) == ()
    assert keys.find(town.reader, DATASET, "", standing) == ()
    for wrong in ("a~b", "x" * 300):
        with pytest.raises(BadQuestion):
            keys.find(town.reader, DATASET, wrong, standing)


def test_a_record_without_a_key_is_found_by_its_place(town: Town) -> None:
    keyless = replace(DATASET, key=())
    standing = town.reader.standing(keyless, Question(slug="works"))
    (row,) = keys.find(town.reader, keyless, "1403-04~2~3", standing)
    assert row.values["number"] == "C"
    assert keys.key_of(keyless, row) == "1403-04~2~3"
    assert keys.find(town.reader, keyless, "1403-04~1~3", standing) == ()
    for wrong in ("1403-04~2", "1403-04~2~x", "..~1~1", "1403-04~-1~1", f"1403-04~1~{2**70}", "1403-04~2~3~4"):
        with pytest.raises(BadQuestion):
            keys.find(town.reader, keyless, wrong, standing)


def test_a_key_may_hold_any_sign(tmp_path: Path) -> None:
    town = Town(tmp_path)
    signs = ["a~b", "a/b", "50%", "%7E", "x y", "ب‌ه"]
    town.publish("all", *signs)
    standing = town.reader.standing(DATASET, Question(slug="works"))
    for row in town.reader.rows(DATASET, Question(slug="works")).rows:
        key = keys.key_of(DATASET, row)
        assert "/" not in key
        assert [one.values["number"] for one in keys.find(town.reader, DATASET, key, standing)] == [
            row.values["number"]
        ]
