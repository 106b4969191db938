"""The same rows in every format: exact numbers, safe cells, the calendar and labels asked for."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Generator, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.utils.escape
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.core.query import strategies
from tests.core.query.town import DATASET, NAMES, SOME_ROWS, STATES, TYPES, Town, town_of
from tests.core.store.store_releases import seal

from ayan.core.query.file_source import AboutLine, FileSource
from ayan.core.query.formats import FORMATS, workbook, workbook_parts
from ayan.core.query.formats.document import page
from ayan.core.query.formats.sheet_columns import in_unit
from ayan.core.query.formats.workbook import TooManyRows
from ayan.core.query.plan import RowFile, Rows
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question_parser import parse


def written(town: Town, name: str, *params: tuple[str, str]) -> bytes:
    write = FORMATS[name].write
    assert write is not None
    return b"".join(
        write(town.query_service, DATASET, parse(DATASET, params, refuse=FORMATS[name].refuse), town.snapshot)
    )


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    new_town = town_of(tmp_path_factory.mktemp("town"), SOME_ROWS)
    yield new_town
    new_town.engine.close()


def test_a_page_is_one_exact_document(town: Town) -> None:
    params = [("_count", "1"), ("_size", "2"), ("_calendar", "jalali"), ("_lang", "en")]
    document = json.loads(page(town.ask(*params), parse(DATASET, params), "/next"), parse_float=Decimal)
    assert list(document) == [
        "rows",
        "total",
        "next",
        "state",
        "as_of",
        "releases",
        "releases_total",
        "releases_url",
        "question",
        "labels",
    ]
    assert document["rows"][0] == {
        "number": "0012", "title": "آسفالت خیابان‌های مرکزی", "state": "active", "amount": 1_250_000_000, "share": Decimal("12.50"),
        "count": 3, "day": "1403-05-12", "month": "1403-05", "open": True, "_row": "1403-05/1#2",
    }  # fmt: skip
    assert (document["total"], document["next"], document["releases"]) == (5, "/next", ["1403-05/1"])
    assert document["question"]["query"] == "_size=2&_count=1&_calendar=jalali&_lang=en"
    assert document["labels"]["title"] == "Label title"


def test_numbers_beyond_a_double_stay_exact(town: Town) -> None:
    for text in (page(town.ask(), parse(DATASET, []), None).decode(), written(town, "ndjson").decode()):
        assert f'"amount":{2**60}' in text
        assert '"share":-0.25' in text


def test_lines_are_one_object_a_row(town: Town) -> None:
    lines = [
        json.loads(line) for line in written(town, "ndjson", ("state", "active"), ("_calendar", "jalali")).splitlines()
    ]
    assert [line["_row"] for line in lines] == ["1403-05/1#2", "1403-05/1#5"]
    assert lines[1]["day"] == "1402-12-29"


def read_csv(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_is_for_spreadsheets_and_programs(town: Town) -> None:
    head, *rows = read_csv(written(town, "csv"))
    assert head == [*NAMES, "_row"]
    assert rows[0] == [
        "0012",
        "آسفالت خیابان‌های مرکزی",
        "active",
        "1250000000",
        "12.50",
        "3",
        "2024-08-02",
        "1403-05",
        "true",
        "1403-05/1#2",
    ]
    assert rows[4][1] == '\'=HYPERLINK("x")'
    assert (rows[4][3], rows[1][4]) == ("-5", "-0.25")


def test_csv_speaks_the_language_and_calendar_asked_for(town: Town) -> None:
    head, *rows = read_csv(written(town, "csv", ("_lang", "fa"), ("_calendar", "jalali"), ("_fields", "state,day")))
    assert head == ["برچسب state", "برچسب day", "_row"]
    assert rows[:3] == [
        ["جاری", "1403-05-12", "1403-05/1#2"],
        ["پایان‌یافته", "1403-01-01", "1403-05/1#3"],
        ["", "", "1403-05/1#4"],
    ]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=strategies.rows)
def test_csv_says_what_the_rows_say_and_no_cell_runs(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        row["title"] = row["title"] and ("=+-@\t\n"[len(row["title"]) % 6] + row["title"])
    town = town_of(tmp_path, rows)
    _, *csv_rows = read_csv(written(town, "csv"))
    town.engine.close()
    assert len(csv_rows) == len(rows)
    for cells, row in zip(csv_rows, rows, strict=True):
        for name, cell in zip(NAMES, cells, strict=False):
            value = row[name]
            text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            if name == "share" and value is not None:
                text = f"{value:.2f}"
            if isinstance(value, str):
                assert not cell.startswith(tuple("=+-@\t\r\n"))
                text = f"'{text}" if text.startswith(tuple("=+-@\t\r\n")) else text
            assert cell == text


def test_parquet_keeps_types_and_says_where_it_is_from(town: Town) -> None:
    table = pq.read_table(io.BytesIO(written(town, "parquet", ("_lang", "fa"))))
    assert table.num_rows == 5
    assert table.schema.field("amount").type == pa.int64()
    assert table.schema.field("share").type == pa.decimal128(18, 2)
    assert table.schema.field("day").type == pa.date32()
    assert (table.schema.field("title").metadata or {})[b"label"] == "برچسب title".encode()
    assert (table.schema.metadata or {})[b"ayan.state"] == town.snapshot.snapshot_id.encode()
    assert table.column("_row").to_pylist()[0] == "1403-05/1#2"
    empty = pq.read_table(io.BytesIO(written(town, "parquet", ("count", "100"))))
    assert (empty.num_rows, empty.schema.names) == (0, [*NAMES, "_row"])


def test_a_workbook_holds_texts_as_texts(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(town, "xlsx", ("_lang", "fa"), ("_calendar", "jalali")))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "برچسب number"
    assert rows[1][:7] == [
        "0012",
        "آسفالت خیابان‌های مرکزی",
        STATES.entries[0].label.fa,
        1_250_000_000,
        12.5,
        3,
        "1403/05/12",
    ]
    assert rows[1][7] == datetime(2024, 8, 2)  # noqa: DTZ001 - a cell of a sheet has no zone
    assert rows[4][3] == str(2**60)
    assert (rows[5][1], sheet["B6"].data_type) == ('=HYPERLINK("x")', "s")
    monkeypatch.setattr(workbook, "MOST_SHEET_ROWS", 4)
    with pytest.raises(TooManyRows):
        written(town, "xlsx")


# Texts that JSON or XML must write in another way, or a spreadsheet would read in another way.
AWKWARD = st.text(
    st.sampled_from("ابپ ۱aA\"\\'<>&/_x0041\t\n\r\x01\x1f\x7f\u200c\u2028\ufffe\uffff=+-@]{},:;")
    | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=12,
)


UNHELD = str.maketrans(dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))


@st.composite
def awkward_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = draw(strategies.rows)
    for row in rows:
        row["title"], row["number"] = draw(st.none() | AWKWARD), draw(st.none() | AWKWARD)
    return rows


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=awkward_rows())
def test_lines_say_what_the_rows_say(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    town = town_of(tmp_path, rows)
    text = written(town, "ndjson")
    town.engine.close()
    documents = [json.loads(line, parse_float=Decimal) for line in text.split(b"\n")[:-1]]
    assert [{name: document[name] for name in NAMES} for document in documents] == [
        {**row, "day": row["day"] and row["day"].isoformat()} for row in rows
    ]


def as_a_cell(value: Any) -> Any:
    """What a cell of a sheet holds for a value."""
    if isinstance(value, str):
        # XML knows one line end; what it cannot hold at all is left out.
        return value.translate(UNHELD).replace("\r\n", "\n").replace("\r", "\n") or None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def unescaped(value: Any) -> Any:
    """What Excel makes of ``_x0041_``, which openpyxl leaves to its users; a cell without a letter is an empty one."""
    return openpyxl.utils.escape.unescape(value) or None if isinstance(value, str) else value


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=awkward_rows())
def test_a_workbook_says_what_the_rows_say(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    town = town_of(tmp_path, rows)
    book = written(town, "xlsx")
    town.engine.close()
    lines = list(openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(min_row=2, values_only=True))
    sheet_rows = [{name: unescaped(cell) for name, cell in zip(NAMES, line, strict=False)} for line in lines]
    assert sheet_rows == [{name: as_a_cell(value) for name, value in row.items()} for row in rows]
    head, *again = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert head == [*NAMES, "_row"]
    assert [line[-1] for line in again] == [line[len(NAMES)] for line in lines]


def test_a_text_too_long_for_a_cell_ends_in_an_ellipsis(tmp_path: Path) -> None:
    town = town_of(
        tmp_path, [{**dict.fromkeys(NAMES), "title": "ب" * 40_000}, {**dict.fromkeys(NAMES), "title": "پ" * 32_767}]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(written(town, "xlsx"))).active
    town.engine.close()
    assert [sheet["B2"].value, sheet["B3"].value] == ["ب" * 32_766 + "…", "پ" * 32_767]


def test_a_workbook_is_right_to_left_in_persian_and_keeps_its_header_in_sight(town: Town) -> None:
    for lang in ("fa", "en"):
        sheet = openpyxl.load_workbook(io.BytesIO(written(town, "xlsx", ("_lang", lang)))).active
        assert bool(sheet.sheet_view.rightToLeft) is (lang == "fa")
        assert (sheet.freeze_panes, sheet["A1"].font.b, sheet["A2"].font.b) == ("A2", True, False)


def test_a_workbook_for_people_names_units_and_says_where_it_is_from(town: Town) -> None:
    asked = (("_lang", "fa"), ("_calendar", "jalali"), ("_unit", "toman"))
    write = FORMATS["xlsx"].write
    assert write is not None
    about = (AboutLine("منبع", "شهر"), AboutLine("نشانی", "https://city.example/c/1"), AboutLine("=1+1", "=1+1"))
    source = FileSource("/rows.xlsx", "works", "0" * 64, (), None, about)
    question = parse(DATASET, asked, takes=FORMATS["xlsx"].takes)
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(write(town.query_service, DATASET, question, town.snapshot, source)))
    )
    sheet, about_sheet = book.worksheets
    heads = [cell.value for cell in sheet[1]]
    money, day = heads.index("برچسب amount (تومان)"), heads.index("برچسب day (میلادی)")
    assert heads[day - 1] == "برچسب day"
    cells = sheet[2]
    assert (cells[money].value, cells[money].number_format) == (125_000_000, "#,##0")
    assert (cells[day].number_format, cells[day].is_date) == ("yyyy\\-mm\\-dd", True)
    assert sheet.auto_filter.ref == f"A1:{cells[-1].column_letter}{len(SOME_ROWS) + 1}"
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width >= 9
    assert (about_sheet["A1"].value, about_sheet["B1"].value, about_sheet["B2"].hyperlink.target) == (
        "منبع",
        "شهر",
        about[1].text,
    )
    assert (about_sheet["B3"].data_type, about_sheet["B3"].quotePrefix, about_sheet.sheet_view.rightToLeft) == (
        "s",
        True,
        True,
    )
    assert [row[0].value for row in about_sheet.iter_rows(min_row=6)] == heads
    with pytest.raises(BadQuestion, match="_lang"):
        b"".join(write(town.query_service, DATASET, parse(DATASET, asked[2:], takes=("_unit",)), town.snapshot))


@pytest.mark.parametrize("amount", [0, 7, -7, 10, -123, 1_234_567, 10**7, 2**60])
def test_money_of_a_sheet_is_exact_in_every_unit(amount: int) -> None:
    field = DATASET.field("amount")
    for unit, factor in (("rial", 1), ("toman", 10), ("mtoman", 10**7)):
        question = parse(DATASET, [("_unit", unit)], takes=("_unit",))
        text, empty = in_unit(pa.array([amount, None]), field, question).to_pylist()
        assert text is not None
        assert Decimal(text) * factor == amount
        assert empty is None


def test_a_day_before_the_calendar_of_sheets_stays_a_text(tmp_path: Path) -> None:
    town = town_of(tmp_path, [{**dict.fromkeys(NAMES), "day": date(1850, 3, 21)}])
    sheet = openpyxl.load_workbook(io.BytesIO(written(town, "xlsx", ("_lang", "en")))).active
    town.engine.close()
    assert "1850-03-21" in [cell.value for cell in sheet[2]]


@pytest.mark.parametrize("large", [0, 1 << 30])
def test_a_sheet_that_may_grow_large_says_its_size_in_the_longer_form(
    town: Town, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(workbook, "LARGE", large)
    with zipfile.ZipFile(io.BytesIO(written(town, "xlsx"))) as book:
        assert book.testzip() is None
        assert book.getinfo(workbook_parts.SHEET).extract_version == (20 if large else 45)


def test_a_stream_starts_before_it_is_read_through(tmp_path: Path) -> None:
    town = Town(tmp_path)
    count = pa.array(range(500_000))
    nothing: dict[str, Any] = {name: pa.nulls(len(count), kind) for name, kind in TYPES.items()}
    seal(town.release_store, "all", {**nothing, "count": count}, "works")
    engine, snapshot = town.engine, town.snapshot
    stream = engine.stream(DATASET, RowFile(parse(DATASET, [("count__gte", "10")])), snapshot)
    first = next(iter(stream))
    assert first.column(5)[0].as_py() == 10
    assert first.num_rows < 100_000
    assert sum(batch.num_rows for batch in stream) + first.num_rows == 499_990
    abandoned = engine.stream(DATASET, RowFile(parse(DATASET, [])), snapshot)
    next(iter(abandoned))
    assert isinstance(abandoned, Generator)
    abandoned.close()
    assert len(engine.page(DATASET, Rows(parse(DATASET, [])), snapshot).rows) == 100
    engine.close()
