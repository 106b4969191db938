"""Differences between two states: against a naive comparison, through withdrawals, and page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import sampling
from tests.core.query.town import DATASET, NOON, TYPES, Town, town_of
from tests.core.store.store_releases import Columns, seal, write_part
from tests.patience import PATIENCE

from ayan.core.query import part_comparison
from ayan.core.query.answer import CursorExpired, NoSuchRelease, ReleaseWithdrawn, TooHeavy, TooSlow
from ayan.core.query.change_question import ChangeQuestion, parse_changes, sides
from ayan.core.query.changes import Changes, changes, every_change
from ayan.core.query.part_comparison import (
    ORDER,
    ComparedPair,
    ComparedPart,
    ComparisonCounts,
    ComparisonLimits,
    PartComparison,
)
from ayan.core.query.plan import Record, RowCount
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.record_history import histories_held, history
from ayan.core.query.remembered_answers import RememberingService

BUDGET = ComparisonLimits(seconds=PATIENCE)
KEYLESS = replace(DATASET, key=())
Rows = Sequence[Mapping[str, Any]]


def ask(town: Town, *params: tuple[str, str], dataset: Any = DATASET) -> Changes:
    return changes(town.release_store, dataset, parse_changes("works", params), town.index_store.spill, budget=BUDGET)


def row(number: str, **rest: object) -> dict[str, object]:
    return {"number": number, "title": f"کار {number}", "amount": 100, **rest}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as directory:
        yield Path(directory)


def build(folder: Path) -> Town:
    """1403-05/1 with four rows, an untouched 1403-06/1, and 1403-05/2: one changed thrice, one gone, one new."""
    town = town_of(folder, [row("1"), row("2", share=Decimal("1.50")), row("3"), row("4")])
    town.publish([row("1", amount=7)], "1403-06")
    town.publish([row("4"), row("2", amount=350, title=None, share=Decimal("2.25")), row("5", amount=None), row("1")])
    return town


@pytest.fixture(scope="module")
def kept(folder: Path) -> Town:
    """The town of `build`, for those who only look."""
    return build(folder)


@pytest.fixture
def corrected(tmp_path: Path) -> Town:
    """The town of `build`, to be changed."""
    return build(tmp_path)


def test_what_the_newest_release_changed(kept: Town) -> None:
    answer = ask(kept)
    assert [(change.what, change.key, change.fields) for change in answer.rows] == [
        ("changed", "2", ("title", "amount", "share")),
        ("added", "5", ("number", "title")),
        ("removed", "3", ("number", "title", "amount")),
    ]
    changed = answer.rows[0]
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before.values["amount"], changed.after.values["amount"]) == (100, 350)
    assert (changed.before.address, changed.after.address) == ("1403-05/1#3", "1403-05/2#3")
    assert answer.rows[1].before is None
    assert answer.rows[2].after is None
    assert answer.summary.tally == ComparisonCounts(changed=1, added=1, removed=1, same=3)
    (period,) = answer.summary.periods
    assert (period.period, period.before, period.after) == ("1403-05", "1403-05/1", "1403-05/2")
    assert period.tally == ComparisonCounts(changed=1, added=1, removed=1, same=2)


def test_where_nothing_differs_nothing_is_read(kept: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ayan.core.query.changes.PartComparison", None)
    answer = ask(kept, ("from", "1403-05/2"), ("to", "1403-05/2"))
    assert (answer.rows, answer.next, answer.summary.periods) == ((), None, ())
    assert (answer.summary.tally, [total.before for total in answer.summary.totals]) == (
        ComparisonCounts(same=4),
        [total.after for total in answer.summary.totals],
    )


def test_totals_are_of_both_whole_states(kept: Town) -> None:
    (total,) = ask(kept).summary.totals
    assert (total.field.name, total.before, total.after) == ("amount", 407, 557)


@pytest.mark.parametrize(
    ("params", "counts"),
    [
        ([("to", "1403-05/2")], (1, 1, 1, 2)),
        ([("from", "1403-05/1")], (1, 1, 1, 2)),
        ([("from", "1403-05/2"), ("to", "1403-05/1")], (1, 1, 1, 2)),
        ([("to", "1403-05/1")], (0, 4, 0, 0)),
        ([("from", "1403-06/1")], (0, 0, 0, 1)),
        ([("from", "1403-05-12")], (1, 2, 1, 2)),  # the first release is of that very day
        ([("from", "1403-05-11")], (0, 5, 0, 0)),
        ([("from", "2024-08-02"), ("to", "2024-08-03")], (0, 1, 0, 4)),
        ([("from", "۱۴۰۳-۰۵-۱۲"), ("to", "1403-05-13")], (0, 1, 0, 4)),
        ([("from", "2024-08-04T12:00:00Z")], (0, 0, 0, 5)),
        ([("to", "2020-01-01")], (0, 0, 0, 0)),
        ([("from", "2024-08-04T12:00:00Z"), ("to", "2020-01-01")], (0, 0, 5, 0)),
        ([("from", "1403-05/1"), ("to", "1403-05-13")], (0, 0, 0, 4)),
    ],
)
def test_sides_are_moments_or_releases(
    kept: Town, params: list[tuple[str, str]], counts: tuple[int, int, int, int]
) -> None:
    changed, added, removed, same = counts
    assert ask(kept, *params).summary.tally == ComparisonCounts(changed, added, removed, same)


@pytest.mark.parametrize(
    ("params", "code", "parameter"),
    [
        ([("from", "1403-05/1"), ("to", "1403-06/1")], "other-period", "to"),
        ([("from", "yesterday")], "edge", "from"),
        ([("to", "1403-05/0")], "edge", "to"),
        ([("to", "")], "empty-value", "to"),
        ([("to", "1403"), ("to", "1403")], "repeated", "to"),
        ([("change", "all")], "not-allowed", "change"),
        ([("_next", "abc")], "cursor", "_next"),
        ([("amount", "1")], "unknown-parameter", "amount"),
        ([("_size", "0")], "size", "_size"),
    ],
)
def test_what_cannot_be_compared(kept: Town, params: list[tuple[str, str]], code: str, parameter: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        ask(kept, *params)
    assert [(problem.code, problem.parameter) for problem in refused.value.problems] == [(code, parameter)]


def test_pages_hold_to_their_states_while_new_releases_come(corrected: Town) -> None:
    whole = ask(corrected).rows
    first = ask(corrected, ("_size", "1"))
    corrected.publish([row("9")])
    question = ChangeQuestion(
        slug="works", start=first.sides.before.pinned, end=first.sides.after.pinned, size=1, cursor=first.next
    )
    seen = list(first.rows)
    while question.cursor:
        again = parse_changes("works", question.parameters())
        assert again == question
        page = changes(corrected.release_store, DATASET, again, corrected.index_store.spill, budget=BUDGET)
        seen += page.rows
        question = replace(question, cursor=page.next)
    assert tuple(seen) == whole
    with pytest.raises(CursorExpired):
        ask(corrected, ("_next", str(first.next)))


def test_one_kind_of_change_may_be_asked_for(kept: Town) -> None:
    answer = ask(kept, ("change", "removed"))
    assert [change.key for change in answer.rows] == ["3"]
    assert answer.summary == ask(kept).summary


def test_rows_of_a_withdrawn_release_are_not_shown_only_counted(corrected: Town) -> None:
    before = ask(corrected, ("from", "1403-05-12"), ("to", "1403-05-14"))
    corrected.release_store.withdraw(corrected.release_store.release("works", "1403-05", 2), "wrong-data", "officer")
    corrected.publish([row("1"), row("8")])
    answer = ask(corrected, ("from", "2024-08-04T12:00:00Z"))
    (gone,) = answer.sides.gone
    assert (gone.release.ref, gone.code, gone.rows) == ("works/1403-05/2", "wrong-data", 4)
    assert answer.rows == ()
    assert answer.summary.tally == ComparisonCounts(same=1)
    assert [(total.before, total.after) for total in answer.summary.totals] == [(7, 7)]
    for params in ([("from", "1403-05/2")], [("to", "1403-05/2")]):
        with pytest.raises(ReleaseWithdrawn) as refused:
            ask(corrected, *params)
        assert refused.value.reason == "wrong-data"
    assert before.next is None


def test_a_release_after_a_withdrawal_is_compared_with_nothing(corrected: Town) -> None:
    corrected.release_store.withdraw(corrected.release_store.release("works", "1403-05", 2), "wrong-data", "officer")
    corrected.clock.move(timedelta(days=1))
    corrected.publish([row("1"), row("8")])
    for params in ([], [("to", "1403-05/3")]):
        answer = ask(corrected, *params)
        assert [(change.what, change.key) for change in answer.rows] == [("added", "1"), ("added", "8")]
        assert answer.sides.gone == ()


def test_a_withdrawal_between_two_pages_ends_them(corrected: Town) -> None:
    first = ask(corrected, ("_size", "1"))
    corrected.release_store.withdraw(corrected.release_store.release("works", "1403-05", 1), "wrong-data", "officer")
    with pytest.raises(CursorExpired):
        ask(corrected, ("from", "1403-05-13"), ("_next", str(first.next)))


def test_a_release_that_never_was(kept: Town) -> None:
    with pytest.raises(NoSuchRelease):
        ask(kept, ("to", "1403-05/9"))


def test_a_dataset_without_releases(tmp_path: Path) -> None:
    answer = ask(Town(tmp_path))
    assert answer.rows == ()
    assert answer.summary.tally == ComparisonCounts()


def test_hidden_fields_are_never_compared(tmp_path: Path) -> None:
    town = Town(tmp_path)
    for nid in ("0499370899", "0012345679"):
        seal(town.release_store, "1403-05", {"number": ["1"], "nid": [nid], "line": [5]}, "works")
        town.clock.move(timedelta(days=1))
    answer = ask(town)
    assert answer.summary.tally == ComparisonCounts(same=1)
    (added,) = ask(town, ("to", "1403-05/1")).rows
    assert added.after is not None
    assert not {"nid", "line"} & set(added.after.values)


def test_a_field_that_came_later_or_changed_its_kind(tmp_path: Path) -> None:
    town = Town(tmp_path)
    seal(town.release_store, "1403-05", {"number": ["1", "2"], "amount": ["12", "x"], "count": [1, 2]}, "works")
    town.clock.move(timedelta(days=1))
    shares = pa.array([Decimal("1.5"), None])
    later: Columns = {"number": ["1", "2"], "amount": [12, 5], "title": ["الف", None], "share": shares}
    seal(town.release_store, "1403-05", later, "works")
    answer = ask(town)
    assert [(change.key, change.fields) for change in answer.rows] == [
        ("1", ("title", "share", "count")),
        ("2", ("amount", "count")),
    ]
    assert [(total.before, total.after) for total in answer.summary.totals] == [(12, 17)]


def test_periods_whose_files_differ_in_columns_are_read_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_comparison, "CHUNK", 1)
    town = Town(tmp_path)
    seal(town.release_store, "1403-05", {"number": ["1", "2"], "amount": [12, 13]}, "works")
    seal(town.release_store, "1403-06", {"number": ["1", "2"], "title": ["الف", "ب"]}, "works")
    question = ChangeQuestion(slug="works", start=date(2000, 1, 1))
    taken = list(every_change(DATASET, question, town.index_store.spill, sides(town.release_store, question)))
    assert [(change.period, change.key, change.fields) for change in taken] == [
        ("1403-05", "1", ("number", "amount")),
        ("1403-05", "2", ("number", "amount")),
        ("1403-06", "1", ("number", "title")),
        ("1403-06", "2", ("number", "title")),
    ]


def test_a_comparison_has_its_limits(corrected: Town) -> None:
    question, spill = ChangeQuestion(slug="works"), corrected.index_store.spill
    with pytest.raises(TooSlow):
        changes(corrected.release_store, DATASET, question, spill, budget=ComparisonLimits(seconds=0))
    with pytest.raises(TooSlow):
        next(
            every_change(
                DATASET, question, spill, sides(corrected.release_store, question), ComparisonLimits(file_seconds=0)
            )
        )
    big = [row(f"C-{n}", title=f"{n:>200}") for n in range(40_000)]
    corrected.publish(big, "1403-07")
    corrected.publish(big[::-1], "1403-07")
    tight = ComparisonLimits(memory="20MB", disk="0B", seconds=PATIENCE)
    with pytest.raises(TooHeavy):
        changes(corrected.release_store, DATASET, question, spill, budget=tight)
    spilling = ComparisonLimits(memory="40MB", seconds=PATIENCE)
    answer = changes(corrected.release_store, DATASET, question, spill, budget=spilling)
    assert answer.summary.tally == ComparisonCounts(same=40_005)


def test_a_slow_reader_of_all_changes_is_stopped(corrected: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_comparison, "CHUNK", 2)
    question = ChangeQuestion(slug="works", start=corrected.clock.now(), end=NOON)
    limits = ComparisonLimits(stream_seconds=3)
    taken = every_change(
        DATASET, question, corrected.index_store.spill, sides(corrected.release_store, question), limits
    )
    next(taken)
    sleep(3.1)
    with pytest.raises(TooSlow):
        list(taken)


# --- against a naive comparison -------------------------------------------------------------------------------------

PERIODS = ("1403-05", "1403-06")
CELLS = st.fixed_dictionaries(
    {
        "title": st.sampled_from([None, "", "الف", "ب"]),
        "amount": st.sampled_from([None, 0, 1, -(2**62)]),
        "share": st.sampled_from([None, Decimal("0.00"), Decimal("1.25")]),
        "open": st.sampled_from([None, True]),
        "_period": st.sampled_from(PERIODS),
    }
)
KEYED = st.dictionaries(st.tuples(st.sampled_from("abcdef")), CELLS, max_size=6).map(
    lambda cells_by_number: [{"number": number, **cells} for (number,), cells in cells_by_number.items()]
)
REPEATED = st.lists(
    CELLS.flatmap(lambda cells: st.sampled_from("ab").map(lambda n: {"number": n, **cells})), max_size=6
)


def compared(
    folder: Path, dataset: Any, before: Rows, after: Rows
) -> tuple[list[ComparedPair], dict[str, ComparisonCounts], dict[str, Any]]:
    before_parts, after_parts = (
        [
            _part(folder, f"{side}-{period}", [cells for cells in rows if cells["_period"] == period], period)
            for period in PERIODS
        ]
        for side, rows in (("before", before), ("after", after))
    )
    with closing(PartComparison(dataset, before_parts, after_parts, BUDGET, 60, folder / "spill")) as comparison:
        amounts = comparison.sums([dataset.field("amount"), dataset.field("share")])
        pairs = list(comparison.every(None))
        # Read three at a time, or one kind alone, they are the same.
        what = ORDER[len(pairs) % len(ORDER)]
        if len(pairs) > 3:
            assert comparison.pairs(what, 0, 100) == [pair for pair in pairs if pair.what == what]
            assert [*comparison.pairs(None, 0, 3), *comparison.pairs(None, 3, 100)] == pairs
        return pairs, comparison.tallies(), amounts


def _part(folder: Path, name: str, rows: Rows, period: str) -> ComparedPart:
    table = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in TYPES.items()}
    return ComparedPart(period, write_part(folder, table, f"{name}.parquet"))


def content(cells: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(cells.get(name) for name in TYPES)


@sampling.examples(15, 60)
@given(before=KEYED, after=KEYED)
def test_keyed_rows_are_told_apart_as_by_hand(folder: Path, before: Rows, after: Rows) -> None:
    pairs, rollups, sums = compared(folder, DATASET, before, after)
    old, new = ({(cells["_period"], cells["number"]): content(cells) for cells in rows} for rows in (before, after))
    expected = Counter(("added", key) for key in new.keys() - old.keys())
    expected += Counter(("removed", key) for key in old.keys() - new.keys())
    expected += Counter(("changed", key) for key in old.keys() & new.keys() if old[key] != new[key])
    sides_of = [(pair, pair.after or pair.before) for pair in pairs]
    assert Counter((pair.what, (pair.period, side[1]["number"])) for pair, side in sides_of if side) == expected
    for pair in pairs:
        for side, known in ((pair.before, old), (pair.after, new)):
            assert side is None or content(side[1]) == known[pair.period, side[1]["number"]]
    assert sum(rollups.values(), ComparisonCounts()).same == sum(
        old[key] == new[key] for key in old.keys() & new.keys()
    )
    assert [pair.position for pair in pairs] == list(range(1, len(pairs) + 1))
    _sums_hold(pairs, sums, before, after)


def _sums_hold(pairs: Sequence[ComparedPair], sums: Mapping[str, Any], before: Rows, after: Rows) -> None:
    """The difference of the totals is what the listed rows explain, to the rial."""
    for name, (old, new) in sums.items():
        assert old == sum(cells[name] or 0 for cells in before)
        assert new == sum(cells[name] or 0 for cells in after)
        listed = sum(
            (pair.after[1][name] or 0 if pair.after else 0) - (pair.before[1][name] or 0 if pair.before else 0)
            for pair in pairs
        )
        assert new - old == listed


@sampling.examples(15, 60)
@given(before=REPEATED, after=REPEATED, dataset=st.sampled_from([DATASET, KEYLESS]))
def test_rows_without_a_key_of_their_own_are_a_multiset(folder: Path, before: Rows, after: Rows, dataset: Any) -> None:
    old, new = (Counter((cells["_period"], *content(cells)) for cells in rows) for rows in (before, after))
    unique = all(len({(cells["_period"], cells["number"]) for cells in rows}) == len(rows) for rows in (before, after))
    pairs, rollups, sums = compared(folder, dataset, before, after)
    _sums_hold(pairs, sums, before, after)
    if unique and dataset.key:
        return
    added = Counter((pair.period, *content(pair.after[1])) for pair in pairs if pair.what == "added" and pair.after)
    removed = Counter(
        (pair.period, *content(pair.before[1])) for pair in pairs if pair.what == "removed" and pair.before
    )
    assert (added, removed) == (new - old, old - new)
    assert sum(rollups.values(), ComparisonCounts()).same == (old & new).total()


@sampling.examples(5, 20)
@given(before=KEYED, after=KEYED)
def test_the_other_way_round_is_the_inverse(folder: Path, before: Rows, after: Rows) -> None:
    there, rollups, _ = compared(folder, DATASET, before, after)
    back, reversed_, _ = compared(folder, DATASET, after, before)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert Counter((turned[pair.what], pair.period, str(pair.after), str(pair.before)) for pair in back) == Counter(
        (pair.what, pair.period, str(pair.before), str(pair.after)) for pair in there
    )
    assert sum(rollups.values(), ComparisonCounts()).same == sum(reversed_.values(), ComparisonCounts()).same


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corrected: Town) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    question, spill = ChangeQuestion(slug="works"), corrected.index_store.spill
    ask(corrected)
    with pytest.raises(TooSlow):
        changes(corrected.release_store, DATASET, question, spill, budget=ComparisonLimits(seconds=0))
    taken = every_change(DATASET, question, spill, sides(corrected.release_store, question))
    next(taken)
    # As one that a process left that was killed.
    (spill / f"spill-{'0' * 32}").mkdir()
    (spill / f"spill-{'0' * 32}" / "duckdb_temp_storage_S32K-0.tmp").write_bytes(b"rows")
    ask(corrected)
    assert len(list(spill.iterdir())) == 1, "of whoever reads still"
    list(taken)
    assert not list(spill.iterdir())
    assert not list(elsewhere.iterdir())


def test_where_nothing_can_be_written_aside_what_fits_is_compared(tmp_path: Path, corrected: Town) -> None:
    (tmp_path / "full").write_bytes(b"no folder can be made below this")
    question = parse_changes("works", ())
    answer = changes(corrected.release_store, DATASET, question, tmp_path / "full" / "spill", budget=BUDGET)
    assert answer.rows == ask(corrected).rows != ()


def test_a_record_has_the_same_history_read_alone_and_with_all_others(kept: Town) -> None:
    """A copy of the portal reads the releases once for all records, and its pages say what those of the portal say."""
    asked: list[tuple[dict[str, Any], list[str]]]
    asked = [({"number": number}, periods) for number in "12356" for periods in (["1403-05"], ["1403-05", "1403-06"])]
    asked += [({"number": "2", "amount": 350}, ["1403-05"]), ({"number": None}, ["1403-05"]), ({"no": 1}, ["1403-05"])]
    alone = [history(kept.release_store, DATASET, key, periods) for key, periods in asked]
    with histories_held():
        assert [history(kept.release_store, DATASET, key, periods) for key, periods in asked] == alone
    second = alone[2].versions
    assert [
        (version.release.number, version.values and version.values["amount"], version.row) for version in second
    ] == [
        (1, 100, 3),
        (2, 350, 3),
    ]


def test_what_is_asked_twice_is_answered_once_and_alike(corrected: Town) -> None:
    reader = RememberingService(corrected.release_store, corrected.engine)
    question = Question(slug="works")

    def answered(service: QueryService) -> Any:
        state = service.snapshot(DATASET, question)
        counted = service.table(DATASET, RowCount(question), state)
        return service.rows(DATASET, question), counted, service.pick(DATASET, Record((("number", "5"),)), state)

    first = answered(reader)
    assert first == answered(corrected.query_service)
    assert answered(reader)[0] is first[0]
    corrected.publish([row("9")])
    assert answered(reader) == first, "a copy is of one moment"
    assert (
        answered(RememberingService(corrected.release_store, corrected.engine))
        == answered(corrected.query_service)
        != first
    )
