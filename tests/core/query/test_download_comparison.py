"""Tables of readers beside the answers they came from: what is a difference, and what is only another way to write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ayan.core.query.download_comparison import DownloadReader, Unread, alike, difference
from ayan.core.query.download_table import DownloadTable, NotATable, read_table
from ayan.core.query.file_source import FileSource, LogPosition, joined_properties
from ayan.core.query.limits import MOST_DIFFERENCES

HEADS = ["number", "amount", "_row"]


def table(rows: list[list[str]], heads: list[str] | None = None) -> DownloadTable:
    return DownloadTable("csv", list(heads or HEADS), iter(rows))


def rows(count: int) -> list[list[str]]:
    return [[f"C-{n}", str(n * 10), f"1403/1#{n}"] for n in range(1, count + 1)]


@pytest.mark.parametrize(
    ("theirs", "ours", "same"),
    [
        ("7", "7", True),
        ("7.0", "7", True),
        (" 7", "7", True),
        ("007", "7", True),
        ("-0.50", "-0.5", True),
        ("7", "8", False),
        ("", "0", False),
        ("1e3", "1000", False),
        ("۷", "7", False),
        ("نام", "نام", True),
        ("12345678901234567890", "12345678901234567891", False),
        ("1" * 70, "1" * 69 + "2", False),
    ],
)
def test_cells_are_alike_where_they_say_the_same(theirs: str, ours: str, same: bool) -> None:
    assert alike(theirs, ours) is same


def test_rows_are_paired_by_their_address() -> None:
    theirs = rows(5)
    theirs[1][1] = "21"
    del theirs[3]
    theirs += [["X", "1", "1403/1#99"], ["C-1", "10", "1403/1#1"]]
    compared = difference(table(theirs), [table(rows(3)), table(rows(5)[3:])])
    assert (compared.rows, compared.expected, compared.reordered) == (6, 5, False)
    assert [(cell.line, cell.column, cell.theirs, cell.ours, cell.address) for cell in compared.cells] == [
        (3, "amount", "21", "20", "1403/1#2")
    ]
    assert (compared.missing, compared.missing_total) == (["1403/1#4"], 1)
    assert (compared.added, compared.added_total) == ([6, 7], 2)
    partly = difference(table([*rows(2), *theirs[-2:]]), [table(rows(5))], {"1403/1": [[98, 99]]})
    assert (partly.size, partly.added, partly.lost) == (1, [5], 1)
    gone = difference(table(rows(2)), [table([])], {"1402/1": []})
    assert (gone.is_none, gone.lost) == (True, 2)
    assert difference(table(rows(5)[::-1]), [table(rows(5))]).reordered


def test_columns_may_be_missing_added_or_moved() -> None:
    moved = [[row[2], row[0], row[1]] for row in rows(2)]
    assert difference(table(moved, ["_row", "number", "amount"]), [table(rows(2))]).is_none
    compared = difference(table([[*row, "x"] for row in rows(2)], [*HEADS, "own"]), [table(rows(2))])
    assert (compared.columns_added, compared.columns_missing, compared.is_none) == (["own"], [], False)
    without = [row[:1] + row[2:] for row in rows(2)]
    compared = difference(table(without, ["number", "_row"]), [table(rows(2))])
    assert compared.columns_missing == ["amount"]


def test_rows_without_an_address_are_paired_by_their_order() -> None:
    heads = HEADS[:2]
    compared = difference(table([["C-1", "10"], ["C-2", "99"], ["C-3", "30"]], heads), [table(rows(2))])
    assert [(cell.line, cell.theirs) for cell in compared.cells] == [(3, "99")]
    assert (compared.added, compared.added_total, compared.missing_total) == ([4], 1, 0)
    assert difference(table([["C-1", "10"]], heads), [table(rows(2))]).missing_total == 1


def test_lists_are_cut_short_and_totals_are_not() -> None:
    theirs = [[row[0], "0", row[2]] for row in rows(200)]
    compared = difference(table(theirs), [table(rows(200))])
    assert (len(compared.cells), compared.cells_total) == (MOST_DIFFERENCES, 200)
    compared = difference(table([]), [table(rows(200))])
    assert (len(compared.missing), compared.missing_total) == (MOST_DIFFERENCES, 200)


def written(folder: Path, body: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(body)
    return path


@pytest.mark.parametrize(
    ("body", "form", "heads", "cells"),
    [
        ('\ufeffa,b\n"x\ny","1"\n'.encode(), "csv", ["a", "b"], [["x\ny", "1"]]),
        (b"a;b\r\n1;2\r\n;\r\n", "csv", ["a", "b"], [["1", "2"]]),
        (b"a\tb\n1\n", "csv", ["a", "b"], [["1", ""]]),
        (b'{"a":1.50,"b":null}\n{"a":true,"b":"x"}\n', "ndjson", ["a", "b"], [["1.50", ""], ["true", "x"]]),
        (b'{"rows":[{"a":12345678901234567890}]}', "json", ["a"], [["12345678901234567890"]]),
        (b'{"groups":[{"a":"x","n":2}],"address":"/x","state":3}', "json", ["a", "n"], [["x", "2"]]),
    ],
)
def test_tables_are_read_as_texts(
    tmp_path: Path, body: bytes, form: str, heads: list[str], cells: list[list[str]]
) -> None:
    read = read_table(written(tmp_path, body))
    assert (read.form, read.heads, list(read.rows)) == (form, heads, cells)


def bomb() -> bytes:
    """A workbook whose properties never end; made only where it is read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("docProps/custom.xml", b'<property name="ayan.x"><vt:lpwstr>' + b"y" * 50_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "body", [b"", b"\x00", b"a\n1\n", b"\xff\xfea,b", b"{", b'{"a":1}\n[', b"[]", b"PK\x03\x04", b"PAR1", None]
)
def test_what_is_no_table_is_refused(tmp_path: Path, body: bytes | None) -> None:
    file = written(tmp_path, bomb() if body is None else body)

    def whole() -> Iterator[object]:
        yield from read_table(file).rows

    with pytest.raises(NotATable):
        list(whole())


def test_properties_in_pieces_come_together_again() -> None:
    position = LogPosition("city.example", 7, "ab" * 32)
    source = FileSource("/x?" + "y" * 1200, "works", "cd" * 32, ("1403/1",), position)
    short = source.short_properties()
    assert max(map(len, short.values())) <= 250
    assert joined_properties(short | {"other": "z"}) == source.properties()


def test_a_file_is_read_in_a_process_apart(tmp_path: Path) -> None:
    (tmp_path / "ours").write_text("a,_row\n1,1403/1#1\n", encoding="utf-8")
    with DownloadReader() as reader:
        seen = reader.look(tmp_path / "ours")
        assert (seen.form, seen.heads, seen.releases) == ("csv", ["a", "_row"], {"1403/1": 1})
        assert reader.compare(tmp_path / "ours", [tmp_path / "ours"]).is_none
        with pytest.raises(Unread) as refused:
            reader.look(written(tmp_path, b"\x00"))
    assert refused.value.how == "table"
