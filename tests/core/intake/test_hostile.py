"""Hostile files end in rows or in a clear refusal, within twenty seconds and two gigabytes."""

from __future__ import annotations

import io
import os
import random
import struct
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from tests.cli.forge import start_forked
from tests.conftest import SHARED
from tests.core.intake.file_rows import TIGHT, read, refusal, rows, write
from tests.memory_taken import MemoryTaken
from tests.sampling import sampled

from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.table_reader import read_table
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead
from ayan.core.system import child

WORKBOOKS = SHARED / "vectors" / "workbooks"
VECTORS = sorted(path.name for path in WORKBOOKS.iterdir()) if WORKBOOKS.is_dir() else []


@pytest.fixture(autouse=True)
def within_bounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    taken = MemoryTaken()
    monkeypatch.setattr(child, "start", lambda *words, **streams: taken.watch(start_forked(*words, **streams)))
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 60
    assert taken.here + taken.apart < 2 * 1024**3


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no mark that can be lowered")
def test_memory_is_that_of_reading_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bytearray(b"x") * 200_000_000
    del before
    taken = MemoryTaken()
    monkeypatch.setattr(child, "start", lambda *words, **streams: taken.watch(start_forked(*words, **streams)))
    read(write(tmp_path / "a.xlsx", xlsx(["a"], [1])))
    assert taken.here < 150_000_000
    assert 10_000_000 < taken.apart < 400_000_000
    during = bytearray(b"x") * 200_000_000
    assert taken.here > len(during) * 3 // 4


def xlsx(*lines: Sequence[object]) -> bytes:
    workbook = openpyxl.Workbook()
    for line in lines:
        workbook.worksheets[0].append(line)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def replaced(content: bytes, part: str, text: bytes) -> bytes:
    """The workbook with one part's content replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return out.getvalue()


@pytest.mark.skipif(not VECTORS, reason=f"the vectors are not at {WORKBOOKS}")
@pytest.mark.parametrize("name", sampled("trial workbooks", VECTORS, 8) or ["absent"])
def test_every_trial_workbook_ends_well(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, (WORKBOOKS / name).read_bytes())
    try:
        table = read(path)
    except CannotRead as refused:
        if refused.issue.code != "sheet-choose":
            return
        table = read(path, sheet="1")
    assert len(rows(table)) == table.rows


@pytest.mark.skipif(not VECTORS, reason=f"the vectors are not at {WORKBOOKS}")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("issue_594_dos.ods", "cells-too-many"),
        ("issue252.xlsx", "file-unreadable"),
        ("pass_protected.xlsx", "file-password"),
        ("empty_sheet.xlsx", "file-empty"),
        ("vba.xlsm", "file-empty"),
        ("pivots.xlsx", "sheet-choose"),
    ],
)
def test_trial_workbooks_are_refused_for_what_they_are(tmp_path: Path, name: str, code: str) -> None:
    assert refusal(write(tmp_path / name, (WORKBOOKS / name).read_bytes())).code == code


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook(tmp_path: Path, share: float) -> None:
    content = xlsx(*([n, "متن"] for n in range(200)))
    assert refusal(write(tmp_path / "a.xlsx", content[: int(len(content) * share)])).code == "file-unreadable"


def test_a_workbook_with_spoilt_bytes(tmp_path: Path) -> None:
    content = bytearray(xlsx(*([n, "متن"] for n in range(200))))
    for at in range(200, len(content), 97):
        content[at] ^= 0x5A
    assert refusal(write(tmp_path / "a.xlsx", bytes(content))).code in ("file-unreadable", "file-format")


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.geojson", "a"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    assert refusal(write(tmp_path / name, b"")).code == "file-empty"


@pytest.mark.parametrize(
    "content", [b"\n\n  \n", b"\xef\xbb\xbf", b",,,\n,,,\n", b" ", b"\xef\xbb\xbf\xc3\xaf\xc2\xbb\xc2\xbf"]
)
def test_a_file_of_nothing_but_blanks(tmp_path: Path, content: bytes) -> None:
    assert refusal(write(tmp_path / "a.csv", content)).code == "file-empty"


@pytest.mark.parametrize("seed", range(4))
def test_binary_garbage_named_csv(tmp_path: Path, seed: int) -> None:
    assert refusal(write(tmp_path / "a.csv", random.Random(seed).randbytes(200_000))).code == "file-format"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", xlsx(["a"], [1])),
        ("a.xls", xlsx(["a"], [1])),
        ("a.ods", xlsx(["a"], [1])),
        ("a.xlsx", b"a,b\n1,2\n"),
        ("a.ods", b"<html><table><tr><td>1</td></tr></table></html>"),
        ("a.csv", b"<!DOCTYPE html><html></html>"),
        ("a.xlsx", b"%PDF-1.7\n"),
        ("a.csv", b"\x1f\x8b\x08\0\0\0\0\0"),
        ("a.xlsx", b'{"type": "FeatureCollection", "features": []}'),
        ("a.geojson", b"a,b\n1,2\n"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ],
)
def test_content_against_the_extension(tmp_path: Path, name: str, content: bytes) -> None:
    issue = refusal(write(tmp_path / name, content))
    assert issue.code == "file-format"
    assert Path(name).suffix in issue.message("fa")


def test_a_file_without_extension_is_read_by_its_content(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a", b"a,b\n1,2\n")).rows == 1
    assert read(write(tmp_path / "b", xlsx(["a"], [1]))).rows == 1


def test_a_zip_bomb(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(["a"], [1]))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/media/zeros.bin", "w", force_zip64=True) as file:
            for _ in range(80):
                file.write(bytes(1024**2))
    assert refusal(write(tmp_path / "a.xlsx", out.getvalue())).code == "file-too-large"


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    sheet = b"<worksheet><sheetData><row>" + b'<c t="str"><v>x</v></c>' * 5_000_000 + b"</row></sheetData></worksheet>"
    content = bytearray(replaced(xlsx(["a"], [1]), "xl/worksheets/sheet1.xml", sheet))
    entry = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    content[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    assert refusal(write(tmp_path / "a.xlsx", bytes(content))).code in ("file-unreadable", "file-too-large")


def test_a_sheet_that_unpacks_beyond_the_limit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", xlsx(*([n, "x" * 50] for n in range(3000))))
    assert refusal(path, limits=IntakeLimits(seconds=15, unpacked=20_000)).code == "file-too-large"


def test_a_zip_with_path_tricks_writes_nothing_outside(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(["a"], [1]))) as old, zipfile.ZipFile(out, "w") as new:
        new.writestr("../../escaped.txt", "x")
        new.writestr("/absolute.txt", "x")
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'Target="worksheets/', b'Target="../xl/worksheets/'))
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    assert read(write(folder / "a.xlsx", out.getvalue())).rows == 1
    assert not list(tmp_path.rglob("escaped.txt"))


def test_a_plain_zip_named_xlsx(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refusal(write(tmp_path / "a.xlsx", out.getvalue())).code == "file-format"


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]>"
)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_xml_that_multiplies_entities(tmp_path: Path, part: str) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        workbook.add_worksheet().write_column(0, 0, ["title", "text", "more"])
    with zipfile.ZipFile(out) as package:
        old = package.read(part)
    body = old[old.index(b"?>") + 2 :]
    spoilt = LAUGHS + body.replace(b"<t>", b"<t>&m;", 1).replace(b"<v>", b"<v>&m;", 1)
    assert refusal(write(tmp_path / "a.xlsx", replaced(out.getvalue(), part, spoilt))).code == "file-unreadable"


def test_repeated_cells_without_end(tmp_path: Path) -> None:
    table = (
        '<table:table table:name="S"><table:table-row table:number-rows-repeated="1000000000">'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="1000000000"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            + table
            + "</office:spreadsheet></office:body></office:document-content>",
        )
    assert refusal(write(tmp_path / "a.ods", out.getvalue())).code == "cells-too-many"


def test_a_sheet_whose_dimension_lies(tmp_path: Path) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="%s"/><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="%s"><v>2</v></c></row></sheetData></worksheet>'
    )
    part = "xl/worksheets/sheet1.xml"
    honest = xlsx(["a"], [1])
    huge = replaced(honest, part, sheet % (b"A1:XFD1048576", b"A2"))
    assert read(write(tmp_path / "huge.xlsx", huge)).rows == 1
    small = replaced(honest, part, sheet % (b"A1:A2", b"XFD1048576"))
    assert refusal(write(tmp_path / "small.xlsx", small)).code in ("cells-too-many", "file-unreadable")


def test_ten_million_columns(tmp_path: Path) -> None:
    started = time.monotonic()
    assert refusal(write(tmp_path / "a.csv", b"," * 10_000_000)).code == "columns-too-many"
    assert refusal(write(tmp_path / "b.csv", b"a,b\n" + b"x," * 5_000_000)).code == "columns-too-many"
    assert time.monotonic() - started < 60


@pytest.mark.parametrize(
    ("start", "piece", "end"),
    [(b"", b"x", b""), (b"a,b\n1,", b"y", b"\n"), (b'a,b\n1,"', b"z\n", b'"\n'), (b'a,b\n1,"', b"z", b"")],
)
def test_a_cell_of_a_hundred_megabytes(tmp_path: Path, start: bytes, piece: bytes, end: bytes) -> None:
    path = write(tmp_path / "a.csv", start + piece * (100_000_000 // len(piece)) + end)
    assert refusal(path).code == "cell-too-long"


def test_nul_bytes(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "a.csv", b"a,b\n1,\0\n")).code == "file-nul"


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, '{"a":' * 200_000, '{"type":"FeatureCollection","features":' + "[" * 100_000 + "]" * 100_000 + "}"],
)
def test_json_nested_without_end(tmp_path: Path, text: str) -> None:
    assert refusal(write(tmp_path / "a.json", text)).code == "file-unreadable"


def test_json_beyond_the_limit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", b'{"type": "FeatureCollection", "features": []}' + b" " * 1000)
    assert refusal(path, limits=IntakeLimits(bytes=500)).code == "file-too-large"


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    real = write(tmp_path / "real.csv", b"a\n1\n")
    link, pipe, folder = tmp_path / "link.csv", tmp_path / "pipe.csv", tmp_path / "folder.csv"
    link.symlink_to(real)
    os.mkfifo(pipe)
    folder.mkdir()
    for path in (link, pipe, folder, Path("/dev/zero")):
        with pytest.raises(CannotRead) as refused:
            read_table(path, source=Layout(), workdir=tmp_path / "work", limits=TIGHT)
        assert refused.value.issue.code == "file-unreadable"


@pytest.mark.parametrize("name", ["absent.csv", "real.csv/below.csv", "x" * 300 + ".csv", "nul\0.csv"])
def test_paths_that_lead_nowhere(tmp_path: Path, name: str) -> None:
    write(tmp_path / "real.csv", b"a\n1\n")
    with pytest.raises(CannotRead) as refused:
        read_table(tmp_path / name, source=Layout(), workdir=tmp_path / "work", limits=TIGHT)
    assert refused.value.issue.code in ("file-missing", "file-unreadable")


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    # 160,000 texts: no machine reads them in a hundredth of a second, as one does a single cell
    path = write(tmp_path / "a.xlsx", xlsx(*([f"text number {n}"] * 20 for n in range(8_000))))
    assert refusal(path, limits=IntakeLimits(seconds=0.01)).code == "file-too-slow"


def test_a_reader_that_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", xlsx(*([f"text number {n}"] * 20 for n in range(8_000))))
    assert refusal(path, limits=IntakeLimits(seconds=15, memory=4 * 1024**2)).code in (
        "file-unreadable",
        "file-too-large",
    )


@pytest.mark.parametrize("how", ["written", "replaced", "gone"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, how: str) -> None:
    path = write(tmp_path / "a.csv", "a,b\n1,2\n")

    def tell(stage: str, share: float | None) -> None:
        if stage != "read" or share is not None:
            return
        if how == "written":
            path.write_text("a,b\n9,9\n")
        elif how == "replaced":
            write(tmp_path / "other.csv", "a,b\n1,2\n").replace(path)
        else:
            path.rename(tmp_path / "moved.csv")
            write(path, "a,b\n1,2\n")

    with pytest.raises(CannotRead) as refused:
        read_table(path, source=Layout(), workdir=tmp_path / "work", progress=tell)
    assert refused.value.issue.code == "file-changed"


def test_a_file_name_is_told_on_one_plain_line(tmp_path: Path) -> None:
    odd = os.fsdecode("فهرست\u202e\x1b[31m\n".encode() + b"\xff" * 5 + b".csv")
    table = read(write(tmp_path / odd, "a,b\n1,2\n"))
    assert table.facts.name == "فهرست [31m .csv"
    long = write(tmp_path / ("x" * 240 + ".csv"), "a,b\n1,2\n")
    assert len(read(long).facts.name) == 200
