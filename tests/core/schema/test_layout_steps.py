"""What layout steps do can be undone, and each keeps every cell or names what it leaves out."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sampling import VARIABLE, WHOLE

from ayan.core.intake import layout_steps
from ayan.core.intake.layout_steps import apply_steps
from ayan.core.intake.table import FileFacts, RawColumn, RawTable
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.steps import cell_steps, shape_steps
from ayan.core.schema.steps.cell_steps import ChildRows, Split
from ayan.core.schema.steps.number_steps import DecimalComma, Grouping, Signs
from ayan.core.schema.steps.registry import STEPS, step_from_json, steps_from_json
from ayan.core.schema.steps.row_steps import Carry, End, FillDown, Ignore, LeaveOut, Start
from ayan.core.schema.steps.shape_steps import Crosstab, SideBySide, TableOf
from ayan.core.schema.steps.step import STRIDE, BadStep, RowRule, Step

Cells = tuple[str | None, ...]
HEADERS = ("a", "b", "c", "d")
TOTALS = ("جمع",)

# Few letters, so that rules and repetitions meet; no cell is empty text, as a reader gives none.
cells = st.one_of(st.none(), st.text("xyz ;-جمع", min_size=1, max_size=5).filter(lambda text: text.strip() == text))
filled_rows = st.lists(st.tuples(cells, cells, cells, cells).filter(any), max_size=8)
several = settings(max_examples=100 if os.environ.get(VARIABLE) == WHOLE else 2, deadline=None)


@contextmanager
def done(
    headers: Sequence[str], rows: Sequence[Cells | None], *steps: Step, first: int = 2
) -> Iterator[tuple[RawTable, list[tuple[int, Cells]]]]:
    """A table after steps, and its rows with their numbers; the ``first`` comes behind the header of the file.

    A row that is None is a blank one.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        names = [f"c{at}" for at in range(1, len(headers) + 1)]
        con.execute(f"CREATE TABLE t (_row BIGINT, _line BIGINT, {', '.join(f'{name} VARCHAR' for name in names)})")
        for number, row in enumerate(rows, first):
            if row is None:
                continue
            con.execute(f"INSERT INTO t VALUES ({', '.join('?' * (len(headers) + 2))})", [number, number, *row])
        path = Path(folder) / "raw.parquet"
        con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
        raw = RawTable(
            columns=tuple(RawColumn(at, chr(64 + at), header) for at, header in enumerate(headers, 1)),
            relation=f"read_parquet('{path}')",
            files=(path,),
            rows=sum(row is not None for row in rows),
            facts=FileFacts(name="x.csv", sha256="", bytes=0, format="csv"),
        )
        made = apply_steps(raw, steps, Path(folder), TOTALS)
        chosen = ", ".join(["_row", *(f"c{column.index}" for column in made.columns)])
        listed = con.execute(f"SELECT {chosen} FROM {made.relation}").fetchall()
        yield made, [(int(row), tuple(rest)) for row, *rest in listed]


def left(table: RawTable) -> int:
    """How many rows were named as left out."""
    return sum(issue.count for issue in table.issues if issue.code == "step-rows-left")


@several
@given(rows=filled_rows, step=st.sampled_from((Start, End, LeaveOut)), text=st.sampled_from(("x", "y", "جمع")))
def test_rows_go_whole_and_are_counted(rows: list[Cells], step: type[Start | End | LeaveOut], text: str) -> None:
    with done(HEADERS, rows, step(when=RowRule(column="a", texts=(text,)))) as (table, made):
        assert [row for _, row in made] == [rows[number - 2] for number, _ in made]
        assert len(made) + left(table) == len(rows)


@several
@given(rows=filled_rows)
def test_filled_cells_are_counted_and_none_is_changed(rows: list[Cells]) -> None:
    with done(HEADERS, rows, FillDown(columns=("a",))) as (table, made):
        filled = [at for at, (_, row) in enumerate(made) if row[0] != rows[at][0]]
        assert all(rows[at][0] is None for at in filled)
        assert [row[1:] for _, row in made] == [row[1:] for row in rows]
        assert sum(issue.count for issue in table.issues if issue.code == "step-filled") == len(filled)
        # Undone: what was filled is emptied.
        assert [(None if at in filled else row[0], *row[1:]) for at, (_, row) in enumerate(made)] == rows


@several
@given(
    rows=filled_rows, marks=st.lists(st.sampled_from(("ایضاً", "״", "-do-", "Ditto", None)), min_size=40, max_size=40)
)
def test_marks_for_as_above_are_filled_like_empty_cells(rows: list[Cells], marks: list[str | None]) -> None:
    """A mark in the place of an empty cell comes to the same, is counted the same, and goes nowhere else."""
    marked = [(row[0] or mark, *row[1:]) for row, mark in zip(rows, marks, strict=False)]
    with done(HEADERS, rows, FillDown(columns=("a",))) as (_, plain):
        expected = dict(plain)
    with done(HEADERS, marked, FillDown(columns=("a",))) as (table, made):
        assert {number: row for number, row in made if number in expected} == expected
        filled = sum(row[0] is not None and marked[number - 2][0] != row[0] for number, row in made)
        assert sum(issue.count for issue in table.issues if issue.code == "step-filled") == filled


@several
@given(rows=filled_rows)
def test_titles_stand_beside_their_rows_or_are_named(rows: list[Cells]) -> None:
    with done(HEADERS, rows, Carry(into="part")) as (table, made):
        kept = {number - 2: row for number, row in made}
        assert all(row[:4] == rows[at] for at, row in kept.items())
        titles = {at: next(filter(None, row)) for at, row in enumerate(rows) if at not in kept}
        carried = {max((t for t in titles if t < at), default=None) for at in kept} - {None}
        assert all(row[4] == titles.get(max((t for t in titles if t < at), default=-1)) for at, row in kept.items())
        assert left(table) == len(titles) - len(carried)


@several
@given(rows=filled_rows)
def test_a_crosstab_is_turned_back(rows: list[Cells]) -> None:
    with done(HEADERS, rows, Crosstab(columns=("b", "c", "d"), into=("name",), value="value")) as (table, made):
        back: dict[int, list[str | None]] = {}
        for number, (first, name, value) in made:
            row = back.setdefault(number % STRIDE - 2, [first, None, None, None])
            assert table.places[number // STRIDE].columns[3] == (name and chr(ord("A") + HEADERS.index(name)), name)
            row[HEADERS.index(name or "")] = value
        gone = [at for at, row in enumerate(rows) if not any(row[1:])]
        assert left(table) == len(gone)
        assert {at: tuple(row) for at, row in back.items()} == {
            at: row for at, row in enumerate(rows) if at not in gone
        }


@several
@given(rows=filled_rows)
def test_tables_beside_each_other_are_put_back(rows: list[Cells]) -> None:
    with done(("a", "b", "a", "b"), rows, SideBySide(width=2)) as (table, made):
        back: dict[int, list[str | None]] = {}
        for number, row in made:
            part = number // STRIDE
            back.setdefault(number % STRIDE - 2, [None] * 4)[2 * part : 2 * part + 2] = row
        assert {at: tuple(row) for at, row in back.items()} == dict(enumerate(rows))
        assert left(table) == 0


@several
@given(rows=filled_rows)
def test_parts_make_the_cell_again_or_the_cell_is_named(rows: list[Cells]) -> None:
    with done(HEADERS, rows, Split(column="b", into=("e", "f"), by="-")) as (table, made):
        unfit = {issue.row for issue in table.issues if issue.code == "step-unfit"}
        for (number, row), before in zip(made, rows, strict=True):
            assert (row[0], *row[3:]) == (before[0], *before[2:])
            total = next(filter(None, before)) == "جمع"
            if before[1] is None or number in unfit:
                assert row[1:3] == (None, None)
            elif not total or row[2] is not None:
                assert "-".join(part or "" for part in row[1:3]) == before[1] or (total and row[1] == before[1])


@several
@given(rows=filled_rows)
def test_child_rows_make_their_row_again(rows: list[Cells]) -> None:
    with done(HEADERS, rows, ChildRows(columns=("b",), by=";", once=("c",))) as (_, made):
        back: dict[int, list[Cells]] = {}
        for number, row in made:
            back.setdefault(number % STRIDE - 2, []).append(row)
        assert len(back) == len(rows)
        for at, parts in back.items():
            cell = rows[at][1]
            is_list = cell is not None and ";" in cell
            values = [part.strip() or None for part in (cell or "").split(";")] if is_list else [cell]
            assert [part[1] for part in parts] == values
            assert [part[2] for part in parts] == [rows[at][2], *[None] * (len(parts) - 1)]
            assert all((part[0], part[3]) == (rows[at][0], rows[at][3]) for part in parts)


@several
@given(rows=filled_rows)
def test_ignored_columns_are_named_with_their_cells(rows: list[Cells]) -> None:
    with done(HEADERS, rows, Ignore(columns=("/^[bd]$/",))) as (table, made):
        kept = {number - 2: row for number, row in made}
        assert all(row == (rows[at][0], rows[at][2]) for at, row in kept.items())
        assert all(rows[at][0] is None and rows[at][2] is None for at in range(len(rows)) if at not in kept)
        said = Counter({(i.params["columns"]): i.count for i in table.issues if i.code == "step-columns-left"})
        counts = {"B b": sum(row[1] is not None for row in rows), "D d": sum(row[3] is not None for row in rows)}
        assert dict(said) == {name: count for name, count in counts.items() if count}


words = st.text("xyz", min_size=1, max_size=4)
records = st.lists(st.tuples(words, st.integers(10, 99).map(str)), min_size=1, max_size=4)
stacks = st.lists(st.tuples(st.booleans(), records), min_size=1, max_size=4)


@several
@given(stack=stacks)
def test_the_tables_of_a_sheet_make_the_sheet_again(stack: list[tuple[bool, list[tuple[str, str]]]]) -> None:
    """Each by its number and by its title: its own rows under its own header, and all others are named."""
    sheet: list[Cells | None] = []
    stands: list[list[int]] = []
    for at, (blank, rows) in enumerate(stack):
        sheet += [None] if blank and sheet else []
        sheet += [(f"title {at}", None), (f"who {at}", f"amount {at}")]
        stands.append([len(sheet) + 1 + position for position in range(len(rows))])
        sheet += rows
    for at, (_, rows) in enumerate(stack):
        for step in (TableOf(number=at + 1), TableOf(title=f"Title {at}")):
            with done(("", ""), sheet, step, first=1) as (table, made):
                assert made == list(zip(stands[at], rows, strict=True))
                assert [column.header for column in table.columns] == [f"who {at}", f"amount {at}"]
                filled = sum(row is not None for row in sheet)
                # Its own title and header are no rows that were left out.
                assert left(table) == filled - len(rows) - 2
                assert table.facts.header_row == stands[at][0] - 1


@pytest.mark.parametrize("step", [TableOf(number=3), TableOf(title="no such"), TableOf(title="/title/")])
def test_a_table_that_is_not_one_is_refused_with_those_there_are(step: TableOf) -> None:
    sheet: list[Cells | None] = [
        ("title a", None), ("who", "amount"), ("x", "11"), None, ("title b", None), ("who", "amount"), ("y", "22"),
    ]  # fmt: skip
    with pytest.raises(CannotRead) as refusal, done(("", ""), sheet, step, first=1):
        pass
    assert refusal.value.issue.code == ("table-several" if step.title == "/title/" else "table-none")
    assert refusal.value.issue.params["tables"] == "title a | title b"


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@several
@given(values=st.lists(numbers, min_size=1, max_size=5), power=st.integers(-6, 9))
def test_a_factor_is_exact(values: list[Decimal], power: int) -> None:
    step = step_from_json({"do": "factor", "columns": ["a"], "by": f"{Decimal(1).scaleb(power):f}"})
    with done(("a",), [(f"{value:f}",) for value in values], step) as (_, made):
        assert [Decimal(row[0] or "") for _, row in made] == [value.scaleb(power) for value in values]


@several
@given(values=st.lists(numbers, min_size=1, max_size=5))
def test_a_number_is_the_same_however_it_was_written(values: list[Decimal]) -> None:
    written = [
        (
            f"{abs(value):,.3f} {'DR' if value < 0 else 'CR'}",
            f"{value:,.3f}".translate(str.maketrans(",.", ".,")),
            _lakh(value),
        )
        for value in values
    ]
    steps = (Signs(columns=("a",)), DecimalComma(columns=("b",)), Grouping(columns=("c",)))
    with done(("a", "b", "c"), written, *steps) as (table, made):
        assert [[Decimal((cell or "").replace(",", "")) for cell in row] for _, row in made] == [
            [each] * 3 for each in values
        ]
        assert not table.issues


def _lakh(value: Decimal) -> str:
    """The number with the last three digits apart and the others in twos."""
    whole, _, rest = f"{abs(value):.3f}".partition(".")
    groups, head = [whole[-3:]], whole[:-3]
    while head:
        groups, head = [head[-2:], *groups], head[:-2]
    return f"{'-' if value < 0 else ''}{','.join(groups)}.{rest}"


@pytest.mark.parametrize("name", STEPS)
def test_every_kind_is_kept_and_read_again(name: str) -> None:
    parameters: dict[str, dict[str, Any]] = {
        "sheets": {"into": "x"},
        "members": {"into": "x"},
        "table": {"number": 2},
        "header": {"rows": 2},
        "start": {"when": {"is": ["x"]}},
        "end": {"when": {"gap": True}},
        "leave_out": {"when": {"column": "a", "matches": "^x", "empty": False}},
        "carry": {"into": "part", "when": {"filled_at_most": 2}},
        "crosstab": {"columns": ["/x/"], "into": ["name"], "value": "v"},
        "side_by_side": {"width": 3, "into": "part"},
        "split": {"column": "a", "into": ["x", "y"], "at": [3]},
        "child_rows": {"columns": ["a"], "by": ";", "once": ["b"]},
        "round": {"columns": ["a"], "scale": 2},
        "factor": {"columns": ["a"], "by": "1000"},
    }
    said = parameters.get(name, {"columns": ["a"]})
    step = step_from_json({"do": name, **said})
    assert step_from_json(step.as_json()) == step
    for wrong in ({"do": name, **said, "no-such-key": 1}, {"do": name, "columns": []}, {"do": f"{name}x"}, None):
        with pytest.raises(BadStep):
            step_from_json(wrong)


SHOWN: list[Cells] = [("1", "2", "3", "4")]


@pytest.mark.parametrize(
    ("headers", "step", "code"),
    [
        (HEADERS, FillDown(columns=("no such",)), "step-column-missing"),
        (("a", "a", "c", "d"), Split(column="a", into=("x", "y"), by=";"), "step-column-ambiguous"),
        (("a", "a", "c", "d"), Carry(into="part", column="/^a$/"), "step-column-ambiguous"),
        (("a", "a", "c", "d"), LeaveOut(when=RowRule(column="a", empty=True)), "step-column-ambiguous"),
        (
            ("a", "1403 › plan", "1403 › act", "b"),
            Crosstab(columns=("/1403/", "b"), into=("year",), values=("plan", "act")),
            "step-level",
        ),
        (
            ("a", "1403 › plan", "1403 › other", "b"),
            Crosstab(columns=("/1403/",), into=("year",), values=("plan", "act")),
            "step-level",
        ),
        (
            ("a", "1403 › plan", "1403 › plan", "b"),
            Crosstab(columns=("/1403/",), into=("year",), values=("plan", "act")),
            "step-column-ambiguous",
        ),
        (HEADERS, SideBySide(width=2), "step-not-beside"),
        (("t › a", "t › b", "u › x", "u › y"), SideBySide(width=2, into="part"), "step-not-beside"),
    ],
)
def test_what_a_step_cannot_do_is_refused_with_its_name(headers: tuple[str, ...], step: Step, code: str) -> None:
    with pytest.raises(CannotRead) as refusal, done(headers, SHOWN, step):
        pass
    assert refusal.value.issue.code == code
    assert refusal.value.issue.params["step"] == step.label


@pytest.mark.parametrize(
    ("module", "limit", "step"),
    [
        (shape_steps, "MOST_PLACES", Crosstab(columns=HEADERS[1:], into=("name",), value="v")),
        (cell_steps, "MOST_PLACES", ChildRows(columns=("a",), by=";")),
        (layout_steps, "MOST_ROWS_SPREAD", ChildRows(columns=("a",), by=";")),
    ],
)
def test_rows_that_would_be_too_many_are_refused(
    module: ModuleType, limit: str, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, 1)
    with pytest.raises(CannotRead) as refusal, done(HEADERS, SHOWN, step):
        pass
    assert (refusal.value.issue.code, refusal.value.issue.params["limit"]) == ("step-too-many", "1")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"do": "crosstab", "columns": ["a"], "into": ["x"]}, "value"),
        ({"do": "crosstab", "columns": ["a"], "into": ["x"], "value": "v", "values": ["w"]}, "value"),
        ({"do": "table"}, "title"),
        ({"do": "table", "title": "t", "number": 1}, "title"),
        ({"do": "table", "title": "/(/"}, "title"),
        ({"do": "split", "column": "a", "into": ["x", "y"]}, "by"),
        ({"do": "split", "column": "a", "into": ["x", "y"], "by": ";", "at": [1]}, "by"),
        ({"do": "split", "column": "a", "into": ["x", "y"], "at": [1, 2]}, "into"),
        ({"do": "split", "column": "a", "into": ["x", "y"], "at": [2, 1]}, "at"),
        ({"do": "split", "column": "a", "into": ["x", "y"], "at": "1"}, "at"),
        ({"do": "split", "column": "a", "into": ["x", "y"], "pattern": "("}, "into"),
        ({"do": "split", "column": "a", "into": ["x", "y"], "pattern": "(.)"}, "into"),
        ({"do": "round", "columns": ["a"], "scale": 2, "within": "1"}, "within"),
        ({"do": "factor", "columns": ["a"], "by": "3"}, "by"),
        ({"do": "leave_out", "when": {"matches": "("}}, "matches"),
        ({"do": "leave_out", "when": {"column": "a"}}, ""),
        ({"do": "fill_down", "columns": []}, "columns"),
        ({"do": "fill_down", "columns": ["/(/"]}, "columns"),
    ],
)
def test_a_step_that_says_no_step_is_refused_by_what_is_wrong(said: dict[str, Any], key: str) -> None:
    with pytest.raises(BadStep) as refusal:
        step_from_json(said)
    assert refusal.value.field.endswith(key)
    assert refusal.value.fa
    assert refusal.value.en
    with pytest.raises(BadStep):
        steps_from_json(said)
    with pytest.raises(BadStep):
        steps_from_json([said])


def test_a_cell_comes_apart_by_places_and_by_a_pattern() -> None:
    rows: list[Cells] = [("14030112", "A-7", None, None), ("1403", "A7", None, None)]
    by_place = Split(column="a", into=("year", "month", "day"), at=(4, 6))
    by_pattern = Split(column="b", into=("letter", "number"), pattern="([A-Z])-([0-9])")
    with done(HEADERS, rows, by_place, by_pattern) as (table, made):
        assert [row[:5] for _, row in made] == [("1403", "01", "12", "A", "7"), (None, None, None, None, None)]
        assert {issue.code for issue in table.issues} == {"step-unfit"}


def test_gaps_end_a_table_and_part_it() -> None:
    rows: list[Cells | None] = [("x", "1", None, None), None, ("y", "2", None, None), ("z", "3", None, None)]
    with done(HEADERS, rows, LeaveOut(when=RowRule(gap=True))) as (_, made):
        assert [row[0] for _, row in made] == ["x", "z"]
    with done(HEADERS, rows, End(when=RowRule(gap=True))) as (_, made):
        assert [row[0] for _, row in made] == ["x"]
    with done(HEADERS, rows, Start(when=RowRule(gap=True))) as (_, made):
        assert [row[0] for _, row in made] == ["y", "z"]
