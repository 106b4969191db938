"""Every format gives the cells that a text file gives; what cannot be read is refused with its place, and ends."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from tests.core.intake.file_rows import TIGHT, cells, codes, headers, refusal, rows, write
from tests.core.intake.file_rows import read as read_layout
from tests.corpus.office_files import FORMATS, Cell, Failed, OfficeFile, Shown
from tests.corpus.other_formats import OTHERS, write_other
from tests.corpus.xlsb_file import xlsb
from tests.sampling import sampled

from ayan.core.intake.table import RawTable
from ayan.core.intake.table_reader import read_table
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.steps.shape_steps import Sheets

Pair = tuple[Cell, str]


def _same(text: str) -> Pair:
    return text, text


# What a workbook holds beside what a text file holds of the same.
VALUES: Final[dict[str, list[Pair]]] = {
    "codes": [(Shown(7, "00000"), "00007"), ("0012", "0012"), ("12E4", "12E4"), _same("6037991234567890123")],
    "amounts": [(1_250_000, "1250000"), _same("۱٬۲۵۰٬۰۰۰"), (-3, "-3"), (Shown(99, '#,##0 "ریال"'), "99")],
    "decimals": [(0.1, "0.1"), (12.75, "12.75"), (1234567890123.5, "1234567890123.5"), (-0.001, "-0.001")],
    "per cent": [(Shown(0.25, "0%"), "25%"), (Shown(0.125, "0.00%"), "12.5%"), ("7%", "7%"), (1, "1")],
    "days": [
        (Shown(45506, "yyyy-mm-dd"), "2024-08-02"),
        (Shown(45506.5, "yyyy-mm-dd hh:mm"), "2024-08-02T12:00:00"),
        ("1403/05/12", "1403/05/12"),
        ("2024-03-20T00:00:00Z", "2024-03-20T00:00:00Z"),
    ],
    "texts": [_same("یک، «دو» & <سه>"), _same('O\'Brien "x", y'), _same("نیم\u200cفاصله"), ("=1+1", "=1+1")],
    "empty": [("", ""), ("-", "-"), (0, "0"), ("null", "null")],
}
EVERY: Final = [
    (name, form)
    for name in VALUES
    for form in (*FORMATS, *OTHERS)
    # The writer of ODS knows no styles of per cent and days.
    if form != "ods" or name not in ("per cent", "days")
]


@pytest.mark.parametrize(("name", "form"), sampled("formats", EVERY, 1, by=lambda pair: pair[1] in FORMATS))
def test_every_format_gives_the_same_cells(name: str, form: str, tmp_path: Path) -> None:
    head = ("شماره", "مقدار", "یادداشت")
    each = [(f"A-{number}", pair, "متن") for number, pair in enumerate(VALUES[name], 1)]
    file = OfficeFile([head, *((number, pair[0], note) for number, pair, note in each)])
    texts = OfficeFile([head, *((number, pair[1], note) for number, pair, note in each)])
    if form in FORMATS:
        path = (texts if form == "csv" else file).written(tmp_path, form)
    else:
        path = write_other(file, texts, tmp_path, form)
    table = layout_read(path)
    places = [headers(table).index(title) for title in head]
    rows_read = [tuple(row[place] or "" for place in places) for row in cells(table)]
    assert rows_read == [(number, pair[1], note) for number, pair, note in each]


def layout_read(file: Path, sheet: str | None = None, **layout: Any) -> RawTable:
    """The table of a file in a layout that may name a path or a member."""
    return read_table(file, source=Layout(**layout), sheet=sheet, workdir=file.parent / "work", limits=TIGHT)


def test_nested_members_are_columns_and_a_path_makes_rows_of_a_list(tmp_path: Path) -> None:
    release = {
        "uri": "u",
        "releases": [
            {"ocid": "o1", "buyer": {"name": "شهرداری"}, "awards": [{"id": "a", "value": {"amount": 5}}, {"id": "b"}]},
            {"ocid": "o2", "tags": ["x", {"y": 1}], "awards": []},
        ],
    }
    path = write(tmp_path / "a.json", json.dumps(release, ensure_ascii=False))
    whole = layout_read(path)
    assert headers(whole) == ["ocid", "buyer.name", "awards", "$.uri", "tags"]
    assert cells(whole)[1] == ("o2", None, None, "u", '["x",{"y":1}]')
    assert "lists-kept" in codes(whole)
    awards = layout_read(path, path="releases.awards")
    assert headers(awards) == ["id", "value.amount", "$.uri", "$.releases.ocid", "$.releases.buyer.name"]
    assert cells(awards) == [("a", "5", "u", "o1", "شهرداری"), ("b", None, "u", "o1", "شهرداری")]
    assert cells(layout_read(write(tmp_path / "b.json", '{"a": {"b": 1}, "c": [{"d": 2}]}'), path="$")) == [
        ("1", '[{"d":2}]')
    ]


def test_xml_keeps_attributes_and_what_is_repeated(tmp_path: Path) -> None:
    text = (
        '<r xmlns="urn:x"><year>1403</year><dep><name>الف</name><pay no="1"><sum cur="IRR">5</sum></pay>'
        '<pay no="2"><sum>7</sum><tag>x</tag><tag>y</tag></pay></dep><dep><pay no="3"/><name>ب</name></dep></r>'
    )
    table = layout_read(write(tmp_path / "a.xml", text), path="dep.pay")
    assert headers(table) == ["@no", "sum", "sum.@cur", "$.year", "$.dep.name", "tag"]
    assert cells(table) == [
        ("1", "5", "IRR", "1403", "الف", None),
        ("2", "7", None, "1403", "الف", '["x","y"]'),
        ("3", None, None, "1403", "ب", None),
    ]


def test_one_of_several_is_asked_for(tmp_path: Path) -> None:
    both = '{"a": [{"x": 1}], "b": {"c": [{"x": 2}]}}'
    issue = refusal(write(tmp_path / "a.json", both))
    assert (issue.code, issue.params["sheets"]) == ("sheet-choose", "$ | a | b.c")
    assert cells(layout_read(tmp_path / "a.json", sheet="b.c")) == [("2",)]
    assert refusal(tmp_path / "a.json", sheet="z").code == "sheet-missing"
    page = "<table><caption>یک</caption><tr><td>a<tr><td>1</table><table id=two><tr><td>b<tr><td>2</table>"
    assert refusal(write(tmp_path / "p.xls", f"<html>{page}")).params["sheets"] == "یک | two"
    assert cells(layout_read(tmp_path / "p.xls", sheet="two")) == [("2",)]
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("x/payments-1403.csv", "a\n1\n")
        package.writestr("x/notes-1403.csv", "b\n2\n")
    assert refusal(archive).code == "archive-choose"
    table = layout_read(archive, member="payments-*.csv")
    assert (cells(table), table.facts.name, codes(table)[0]) == ([("1",)], "a.zip", "archive-member")
    assert not list((tmp_path / "work").glob("unpacked*"))


@pytest.mark.parametrize("form", FORMATS[1:])
def test_several_sheets_of_a_workbook_in_an_archive_are_one_table(form: str, tmp_path: Path) -> None:
    """The workbook is taken out, read sheet by sheet, and nothing of it is left behind; the digest is the archive's."""
    file = OfficeFile(
        [("a", "b"), (1, "x")], sheet="1402", more={"1403": [("b", "a"), ("y", 2)], "other": [("q",), (9,)]}
    )
    archive, work = tmp_path / "years.zip", tmp_path / "work"
    archive.write_bytes(_zip(f"years.{form}", file.written(tmp_path, form).read_bytes()))
    steps = (Sheets(sheets=("/^14/",), into="year"),)
    table = read_table(archive, source=Layout(steps=steps), workdir=work)
    assert (headers(table), cells(table)) == (["a", "b", "year"], [("1", "x", "1402"), ("2", "y", "1403")])
    assert table.facts.name == "years.zip"
    assert [place.sheet for place in table.places] == ["1402", "1403"]
    assert "archive-member" in codes(table)
    assert not list(work.rglob("unpacked*"))


def test_what_a_sheet_hides_and_merges_is_told_of_every_workbook(tmp_path: Path) -> None:
    rows: list[tuple[Cell, ...]] = [("a", "b"), ("1", "x"), ("2", "y"), ("3", Failed("#REF!"))]
    xlsb(OfficeFile(rows, hidden=[3], spans=[(1, 0, 2, 0)]), tmp_path / "a.xlsb", hidden_columns=[2])
    old = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:s="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet s:Name="x"><Table><Column/><Column s:Hidden="1"/>'
        '<Row><Cell><Data s:Type="String">a</Data></Cell><Cell><Data s:Type="String">b</Data></Cell></Row>'
        '<Row><Cell s:MergeDown="1"><Data s:Type="String">1</Data></Cell><Cell><Data s:Type="String">x</Data></Cell></Row>'
        '<Row s:Hidden="1"><Cell s:Index="2"><Data s:Type="String">y</Data></Cell></Row>'
        '<Row><Cell><Data s:Type="String">3</Data></Cell><Cell><Data s:Type="Error">#REF!</Data></Cell></Row>'
        "</Table></Worksheet></Workbook>"
    )
    for path in (tmp_path / "a.xlsb", write(tmp_path / "a.xls", old)):
        table = layout_read(path)
        assert cells(table) == [("1", "x"), (None, "y"), ("3", "#REF!")]
        assert {"rows-hidden", "columns-hidden", "cells-merged"} <= set(codes(table))


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return out.getvalue()


LAUGHS: Final = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><r><p>&b;</p><p>&b;</p></r>'
)
BOOK: Final = '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell Index='
HOSTILE: Final[dict[str, tuple[str, Callable[[], str | bytes]]]] = {
    "gzip bomb": ("a.csv.gz", lambda: gzip.compress(b"\0" * 100_000_000)),
    "zip bomb": ("a.zip", lambda: _zip("a.csv", b"a" * 100_000_000)),
    "archive in archive": ("a.zip", lambda: _zip("a", gzip.compress(b"a,b\n1,2\n"))),
    "cut gzip": ("a.csv.gz", lambda: gzip.compress(b"a,b\n" * 9_000)[:40]),
    "billion laughs": ("a.xml", lambda: LAUGHS),
    "laughs in an old workbook": ("a.xls", lambda: LAUGHS.replace("<r>", BOOK + '"1">')),
    "deep XML": ("a.xml", lambda: "<a>" * 200_000),
    "endless tag": ("a.xml", lambda: "<r a='" + "x" * 20_000_000),
    "a name for each element": ("a.xml", lambda: "<r>" + "".join(f"<a{n}>1</a{n}>" for n in range(50_000)) + "</r>"),
    "deep JSON": ("a.json", lambda: '[{"a":' + "[" * 1_000_000),
    "deep objects": ("a.json", lambda: '[{"a":' + '{"b":' * 5_000 + "1" + "}" * 5_001 + "]"),
    "a name twice": ("a.json", lambda: '[{"a": {"b": 1, "b": 2}}]'),
    "not a number": ("a.json", lambda: '[{"a": NaN}]'),
    "half a character": ("a.json", lambda: '[{"a": "\\ud800"}]'),
    "a NUL": ("a.json", lambda: '[{"a": "\\u0000"}]'),
    "a new column for each record": (
        "a.ndjson", lambda: "".join(json.dumps({f"c{n}": n, "a": 1}) + "\n" for n in range(3_000)),
    ),
    "a broken line": ("a.ndjson", lambda: '{"a": 1}\n{"a": 2}\n{"a": \n'),
    "a cell far out": ("a.xls", lambda: BOOK + '"99999999"><Data>1</Data></Cell></Row></Table></Worksheet></Workbook>'),
    "a wide span": ("a.xls", lambda: "<table><tr>" + "<td colspan=10000>x" * 5_000),
    "tables in tables": ("a.xls", lambda: "<table><tr><td>" * 100_000),
    "a tag without end": ("a.xls", lambda: "<table><tr><td>" + "<a " * 500_000),
}  # fmt: skip


@pytest.mark.parametrize("name", sampled("hostile formats", list(HOSTILE), 3))
def test_a_hostile_file_is_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    file, content = HOSTILE[name]
    issue = refusal(write(tmp_path / file, content()))
    assert issue.code in {
        "file-unreadable", "file-too-large", "columns-too-many", "cells-too-many", "cell-too-long", "file-format",
    }  # fmt: skip
    assert not list((tmp_path / "work").glob("unpacked*"))


def test_numbers_of_json_are_never_rounded(tmp_path: Path) -> None:
    numbers = ["1e999999", "123456789012345678901234567890", "0.10", "-0.0", "1E5", "3.00000000000000001"]
    table = layout_read(write(tmp_path / "a.json", "[" + ",".join(f'{{"n": {each}}}' for each in numbers) + "]"))
    assert [row[0] for row in cells(table)] == numbers


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_marks_and_wide_characters(codec: str, tmp_path: Path) -> None:
    texts = {
        "a.json": '[{"شماره": "الف"}]',
        "b.ndjson": '{"شماره": "الف"}\n{"شماره": "الف"}\n',
        "c.xml": "<r><p><شماره>الف</شماره></p><p/></r>",
        "d.xls": "<html><table><tr><td>شماره<tr><td>الف</table></html>",
    }
    for name, text in texts.items():
        table = layout_read(write(tmp_path / name, text.encode(codec)))
        assert (headers(table), cells(table)[0]) == (["شماره"], ("الف",))


def test_the_ending_decides_nothing_but_is_held_against_the_content(tmp_path: Path) -> None:
    page = "<html><table><tr><td>a<tr><td>1</table></html>"
    table = layout_read(write(tmp_path / "a.xls", page))
    assert (cells(table), codes(table)[0]) == ([("1",)], "html-named-other")
    misnamed: dict[str, str | bytes] = {
        "a.csv": page,
        "b.xlsx": "<r><p><a>1</a></p></r>",
        "c.ods": _zip("a.csv", b"a\n1\n"),
    }
    for name, content in misnamed.items():
        assert refusal(write(tmp_path / name, content)).code == "file-format"
    assert cells(read_layout(write(tmp_path / "without", '{"a": 1}\n{"a": 2}\n'))) == [("1",), ("2",)]


def test_releases_of_two_real_publishers(shared: Path, tmp_path: Path) -> None:
    """A release is a record, and its lists are rows of their own with what they belong to."""
    for path in sorted((shared / "data" / "ocds").rglob("*.json"))[:3]:
        release = json.loads(path.read_text("utf-8"))
        table = read_table(path, source=Layout(path="$"), workdir=tmp_path / "w", limits=TIGHT)
        assert (table.rows, "ocid" in headers(table)) == (1, True)
        awards = read_table(path, source=Layout(path="awards"), workdir=tmp_path / "w", limits=TIGHT)
        listed = [str(each["value"]["amount"]) for each in release["awards"]]
        place = headers(awards).index("value.amount")
        assert [float(row[place + 2]) for row in rows(awards)] == [float(each) for each in listed]
        assert {row[headers(awards).index("$.ocid") + 2] for row in rows(awards)} == {release["ocid"]}


def test_what_no_reader_takes_says_which_formats_are_read(tmp_path: Path) -> None:
    with pytest.raises(CannotRead) as refused:
        layout_read(write(tmp_path / "a.rtf", b"{\\rtf1 a}"))
    assert all("NDJSON" in refused.value.issue.message(lang) for lang in ("fa", "en"))
