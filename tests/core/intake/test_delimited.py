"""CSV files: numbering, ragged rows, delimiters, and the fast reader held against the exact one."""

from __future__ import annotations

import csv
import io
import json
from concurrent.futures import Future
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from tests import sampling
from tests.conftest import SHARED
from tests.core.intake.file_rows import cells, codes, columns_of, headers, read, refusal, rows, write

from ayan.core.intake import delimited_text, file_bytes, raw_parquet
from ayan.core.intake.delimited_text import DecodedText, DelimitedRows
from ayan.core.intake.header import lay_out
from ayan.core.intake.table import IntakeLimits, RawTable
from ayan.core.intake.table_reader import read_table
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead

SPECTRUM = SHARED / "vectors" / "csv-spectrum"


def test_every_record_has_its_number_and_its_line(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", 'a,b\n1,"x\ny"\n\n2,z\n'))
    assert rows(table) == [(2, 2, "1", "x\ny"), (4, 5, "2", "z")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_read(tmp_path: Path, end: str) -> None:
    table = read(write(tmp_path / "a.csv", end.join(["a,b", "1,2", "3,4"])))
    assert rows(table) == [(2, 2, "1", "2"), (3, 3, "3", "4")]


def test_blank_records_are_left_out_and_keep_their_number(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", 'a,b\n,\n""\n\n1,\n'))
    assert rows(table) == [(5, 5, "1", None)]


def test_short_rows_are_padded_and_counted(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", "a,b,c\n1,2,3\n4\n5,6\n"))
    assert cells(table) == [("1", "2", "3"), ("4", None, None), ("5", "6", None)]
    short = next(issue for issue in table.issues if issue.code == "row-short")
    assert short.count == 2
    assert short.level == "info"


def test_surplus_cells_stand_in_columns_without_header(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", "a,b\n1,2\n1,2,,\n1,2,3\n1,2,,,5\n"))
    assert headers(table) == ["a", "b", "", "", ""]
    assert [column.letter for column in table.columns] == list("ABCDE")
    assert cells(table)[2:] == [("1", "2", "3", None, None), ("1", "2", None, None, "5")]


def test_empty_surplus_cells_are_nothing(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", "a,b,\n1,2,\n3,4,,,\n"))
    assert headers(table) == ["a", "b"]
    assert codes(table) == ["encoding-found", "header-found"]


def test_rows_that_keep_widening_stay_in_order(tmp_path: Path) -> None:
    lines = [",".join(str(cell) for cell in range(width)) for width in range(1, 60)]
    table = read(write(tmp_path / "a.csv", "h\n" + "\n".join(lines) + "\n"))
    assert [row[0] for row in rows(table)] == list(range(2, 61))
    assert len(table.columns) == 59
    assert len(table.files) < 10


def test_a_quote_left_open_is_refused_with_its_line(tmp_path: Path) -> None:
    issue = refusal(write(tmp_path / "a.csv", 'a,b\n1,2\n3,"four\n5,6\n'))
    assert (issue.code, issue.line) == ("quote-open", 3)


@pytest.mark.parametrize("content", ['a,"b"', 'a,"b"\n', 'a,""', '"x\n"'])
def test_a_quote_closed_at_the_very_end_is_not_open(tmp_path: Path, content: str) -> None:
    assert cells(read(write(tmp_path / "a.csv", "h,i\n" + content)))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("نام;مبلغ;شرح\nالف;1,250;x, y\nب;2,300;z\n", ";"),
        ("a\tb\n1,2\t3,4\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('a,b\n"1;2;3","4;5;6"\n', ","),
        ("single\n1\n2\n", ","),
    ],
)
def test_the_delimiter_is_found_and_reported(tmp_path: Path, text: str, delimiter: str) -> None:
    table = read(write(tmp_path / "a.csv", text))
    assert table.facts.delimiter == delimiter
    assert codes(table)[0] == "encoding-found"


def test_a_declared_delimiter_wins(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", "a,b;c\n1,2;3\n"), delimiter=";")
    assert cells(table) == [("1,2", "3")]


def test_a_table_without_records_says_so(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", "a,b\n"))
    assert table.rows == 0
    assert "no-rows" in codes(table)
    assert rows(table) == []


@pytest.mark.parametrize("name", ["a[1].csv", "it's.csv", "a*b?.csv", "پرونده ۱.csv"])
@pytest.mark.parametrize("large", [False, True])
def test_any_file_name_is_read(tmp_path: Path, name: str, large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if large:
        monkeypatch.setattr(delimited_text, "FAST_FROM", 0)
    assert cells(read(write(tmp_path / name, "a,b\n1,2\n"))) == [("1", "2")]


@pytest.mark.skipif(not SPECTRUM.is_dir(), reason=f"the vectors are not at {SPECTRUM}")
@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (SPECTRUM / "csvs").glob("*.csv")) if SPECTRUM.is_dir() else ["absent"]
)
def test_it_agrees_with_csv_spectrum(tmp_path: Path, name: str) -> None:
    copy = write(tmp_path / f"{name}.csv", (SPECTRUM / "csvs" / f"{name}.csv").read_bytes())
    expected = json.loads((SPECTRUM / "json" / f"{name}.json").read_text("utf-8"))
    expected = expected if isinstance(expected, list) else [expected]
    table = read(copy)
    records = [dict(zip(headers(table), (cell or "" for cell in row), strict=True)) for row in cells(table)]
    if name == "location_coordinates":
        # The vector itself gives another telephone number in its JSON than in its CSV.
        del records[0]["Contact Phone Number"], expected[0]["Contact Phone Number"]
    # Another spells line ends in its JSON otherwise than in its CSV.
    assert json.loads(json.dumps(records).replace("\\r\\n", "\\n")) == json.loads(
        json.dumps(expected).replace("\\r\\n", "\\n")
    )


def test_progress_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited_text, "_TOLD_EVERY", 1000)
    steps: list[tuple[str, float | None]] = []
    path = write(tmp_path / "a.csv", large("{n},a title,5\n", 20_000))
    read_table(path, source=Layout(), workdir=tmp_path / "work", progress=lambda *step: steps.append(step))
    shares = [share for stage, share in steps if stage == "read" and share is not None]
    assert len(shares) > 10
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def is_fast(table: RawTable) -> bool:
    return [path.name for path in table.files] == ["raw-copy.parquet"]


def large(line: str, times: int = 120_000) -> str:
    return "number,title,amount\n" + "".join(line.format(n=number) for number in range(times))


def test_a_large_regular_file_is_copied_whole(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", large('{n},"خیابان, {n} ""الف""",\n' + "{n},کوچه,5\n")))
    assert is_fast(table)
    read_rows = rows(table)
    assert [row[0] for row in read_rows] == list(range(2, 240_002))
    assert read_rows[0] == (2, 2, "0", 'خیابان, 0 "الف"', None)
    assert read_rows[-1] == (240_001, 240_001, "119999", "کوچه", "5")


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a line break within quotes", '{n},"خیابان\nدوم",5 and some more words to grow\n'),
        ("blank lines", "{n},a title long enough to make this grow,5\n\n"),
        ("a space after a quote", '{n},"a title long enough to make this grow" ,5\n'),
        ("a space before a quote", '{n}, "a title long enough to make this grow",5\n'),
        ("a quote that opens again after a space", '{n},"a title" ""long enough"" x,5\n'),
        ("short rows", "{n},a title long enough to make this grow,5\n1,2\n"),
        ("bare carriage returns", "{n},a title long enough to make this grow,5\n1,2,3\r"),
    ],
)
def test_a_large_irregular_file_is_read_exactly(
    tmp_path: Path, what: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited_text, "FAST_FROM", 1000)
    text = large(line, 3_000)
    table = read(write(tmp_path / "a.csv", text))
    assert not is_fast(table), what
    expected = [row + [""] * (3 - len(row)) for row in csv.reader(io.StringIO(text, newline="")) if any(row)][1:]
    assert [[cell or "" for cell in row] for row in cells(table)] == expected


SCRAP = st.sampled_from(
    ["a", "ب", "1", '"', '""', " ", "  ", ",", "\t", "\r", "\n", "'", "\\", "#", "\u200c", "\x1c", "\u2028", "\ufeff"]
)
PLAIN = st.text(st.sampled_from('ab ب"1,\n'), max_size=4)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Well-written files with, now and then, a scrap of disorder."""
    width = draw(st.integers(1, 3))
    end = draw(st.sampled_from(["\n", "\r\n", "\n", "\r"]))
    lines = []
    for _ in range(draw(st.integers(1, 6))):
        row = draw(st.lists(PLAIN, min_size=width, max_size=width))
        out = io.StringIO()
        csv.writer(out, lineterminator=end, quoting=draw(st.sampled_from([0, 1]))).writerow(row)
        lines.append(out.getvalue())
    text = "".join(lines)
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(SCRAP) + text[at:]
    return text if draw(st.booleans()) else text.removesuffix(end)


def both(text: str, folder: Path) -> tuple[DelimitedRows | None, list[tuple[object, ...]], list[tuple[object, ...]]]:
    path = write(folder / "a.csv", text)
    source, limits = Layout(header_row=1), IntakeLimits()
    file = DecodedText(path, 0, ",")
    head = list(delimited_text.records(file, limits))
    layout = lay_out([record.cells for record in head], source, ())
    counted: Future[file_bytes.Scan] = Future()
    counted.set_result(file_bytes.scan(path))
    quick = delimited_text.fast(file, layout, head, counted, folder, limits)
    slow = delimited_text.exact(file, layout, folder, limits)

    def fetch(relation: DelimitedRows) -> list[tuple[object, ...]]:
        with duckdb.connect() as base:
            fetched = base.execute(f"SELECT {columns_of(relation.width)} FROM {relation.relation}").fetchall()
            assert_places_lead_to_texts(base, relation)
        assert len(fetched) == relation.rows
        return fetched

    return quick, fetch(quick) if quick else [], fetch(slow)


def assert_places_lead_to_texts(base: duckdb.DuckDBPyConnection, relation: DelimitedRows) -> None:
    for index, known in relation.repeated.items():
        texts = [None, *known.to_pylist()]
        assert len(set(texts)) == len(texts)
        for cell, key in base.execute(f"SELECT DISTINCT c{index}, k{index} FROM {relation.relation}").fetchall():
            assert texts[key] == cell
    for index in relation.full:
        assert base.execute(f"SELECT count(*) FROM {relation.relation} WHERE c{index} IS NULL").fetchall() == [(0,)]


def test_texts_that_repeat_are_known_once_however_late_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited_text, "FAST_FROM", 0)
    monkeypatch.setattr(raw_parquet, "RAW_GROUP_ROWS", 2_000)
    monkeypatch.setattr(raw_parquet, "MOST_DICTIONARY_TEXTS", 100)
    lines = "".join(f"{n},{n % 7 if n > 5_000 else ''},{n // 60},x\n" for n in range(12_000))
    table = read(write(tmp_path / "a.csv", "number,late,many,one\n" + lines))
    assert is_fast(table)
    assert {index: len(texts) for index, texts in table.repeated.items()} == {2: 7, 4: 1}
    assert table.full == {1, 3, 4}
    assert [row[3] for row in rows(table)] == [str(n % 7) if n > 5_000 else None for n in range(12_000)]
    with duckdb.connect() as base:
        assert_places_lead_to_texts(
            base, DelimitedRows(table.relation, table.files, 4, table.rows, repeated=table.repeated, full=table.full)
        )


@sampling.examples(40, 200, suppress_health_check=[HealthCheck.too_slow])
@given(texts())
def test_both_readers_give_the_same_rows(text: str) -> None:
    with TemporaryDirectory() as folder:
        try:
            quick, actual, expected = both(text, Path(folder))
        except CannotRead as refused:
            # What neither may read: a quote without end, or no second row.
            if refused.issue.code in ("quote-open", "no-rows", "file-empty"):
                return
            raise
        if quick is not None:
            assert actual == expected


def test_the_fast_reader_does_take_regular_files(tmp_path: Path) -> None:
    quick, actual, expected = both('a,b\n"1 ""x"" y",2\n3,\n,\n"",5', tmp_path)
    assert quick is not None
    assert actual == expected == [(2, 2, '1 "x" y', "2"), (3, 3, "3", None), (5, 5, None, "5")]


def test_broken_quotes_are_told_with_their_cells(tmp_path: Path) -> None:
    """Rows that fell into a cell would be gone without a word."""
    table = read(
        write(tmp_path / "a.csv", 'a,b,c\n1,"x",2\n3,"y,4\n5,z",6\n7,"لوله 5"" ",8\n9,"two\nlines, of text",10\n')
    )
    broken = [(issue.row, issue.line, issue.column) for issue in table.issues if issue.code == "quotes-broken"]
    assert broken == [(3, 3, "B b"), (4, 5, "B b")]
    swallowing = read(write(tmp_path / "b.csv", 'a,b,c\n1,"x,2\n3,y,4\n5,z",6\n'))
    assert [(issue.row, issue.column) for issue in swallowing.issues if issue.code == "quotes-broken"] == [(2, "B b")]


def test_a_last_line_that_breaks_off_is_told(tmp_path: Path) -> None:
    cut = read(write(tmp_path / "a.csv", "a,b,c\n1,2,3\n4,5"))
    assert [(issue.row, issue.column) for issue in cut.issues if issue.code == "last-line-cut"] == [(3, "B b")]
    for whole in ("a,b,c\n1,2,3\n4,5,6", "a,b,c\n1,2,3\n4,5\n"):
        assert "last-line-cut" not in codes(read(write(tmp_path / "b.csv", whole)))
