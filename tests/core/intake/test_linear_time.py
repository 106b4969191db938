"""Reading a workbook takes time in proportion to its size, whatever stands in it: no few kilobytes hold a worker."""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.intake.file_rows import read, refusal, write
from tests.core.intake.test_hostile import replaced, xlsx

from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.workbook import reader
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead

# What marks of a workbook's XML are made of. A unit of them is repeated until it is as large as it is to be.
PIECES = (
    "<c ", "<x:c ", "<c", "<f ", "<f>", "</f>", "<f/>", "<v>", "</v>", "</c>", "<row ", "<col ", "<dimension ", "<a ",
    "<definedName ", "<Relationship ", "<creator ", "<creator>", "<Company>", "<comment ", "hidden=\"1\" ", "r=\"A1\"",
    " r=\"A", " ref=\"A1:", "A", "1", "\"", "'", "=", "/", "/>", ">", " ", "\n", "[", "]", ".xls", "TargetMode=\"",
)  # fmt: skip
PARTS = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/worksheets/_rels/sheet1.xml.rels",
    "docProps/core.xml",
    "docProps/app.xml",
    "xl/comments1.xml",
)
SMALL, LARGE = 24_000, 96_000
WORKBOOK = xlsx(["a", "b"], [1, 2])
# Patterns that give back what they took spent 4 to 6 seconds on a third of what is large here.
KNOWN = (
    ("xl/worksheets/sheet1.xml", "<f "),
    ("xl/worksheets/sheet1.xml", "<c "),
    ("xl/worksheets/sheet1.xml", '<c r="A1" '),
    ("xl/worksheets/sheet1.xml", "<row hidden"),
    ("xl/worksheets/sheet1.xml", "<dimension "),
    ("xl/worksheets/sheet1.xml", "</f>" + " " * 1_000),
    ("xl/workbook.xml", "<definedName "),
    ("xl/workbook.xml", "<definedName>[<"),
    ("xl/worksheets/_rels/sheet1.xml.rels", "<Relationship "),
    ("docProps/core.xml", "<creator "),
)


def hostile(part: str, unit: str, size: int) -> bytes:
    """A workbook of which one part holds ``unit`` again and again."""
    text = (unit * (size // len(unit) + 1))[:size]
    if part == "xl/workbook.xml":
        # It is read whole before anything is looked for in it, so it must be XML.
        with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as package:
            own = package.read(part).decode()
        return replaced(WORKBOOK, part, own.replace("</workbook>", f"<!--{text}--></workbook>").encode())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, f"<worksheet>{text}")
    return out.getvalue()


def cost(folder: Path, content: bytes) -> float:
    """Seconds of processor that the reader of workbooks takes, the least of two tries."""
    path = write(folder / "a.xlsx", content)
    tries = []
    for _ in range(2):
        began = time.process_time()
        with suppress(CannotRead):
            reader.read(path, None, Layout(), (), folder, IntakeLimits())
        tries.append(time.process_time() - began)
        if tries[-1] > 1.0:
            break
    return min(tries)


def assert_in_proportion(folder: Path, part: str, unit: str) -> None:
    small, large = (cost(folder, hostile(part, unit, size)) for size in (SMALL, LARGE))
    # Four times as much in four times the time, sixteen times were it quadratic; what is quick says nothing.
    assert large < max(0.05, 9 * small), f"{part}: {unit!r} took {small:.3f} s, four times as much {large:.3f} s"
    assert large < 1.0


@pytest.mark.parametrize(("part", "unit"), KNOWN)
def test_what_held_a_worker_is_read_at_once(tmp_path: Path, part: str, unit: str) -> None:
    assert_in_proportion(tmp_path, part, unit)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(PARTS), pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=5))
def test_no_repetition_costs_more_than_its_length(tmp_path: Path, part: str, pieces: list[str]) -> None:
    assert_in_proportion(tmp_path, part, "".join(pieces))


def test_a_workbook_of_two_kilobytes_is_answered_at_once(tmp_path: Path) -> None:
    sheet = b"<worksheet>" + b"<c <f " * 170_000
    content = replaced(WORKBOOK, "xl/worksheets/sheet1.xml", sheet)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.getinfo("xl/worksheets/sheet1.xml").compress_size < 3_000
    path = write(tmp_path / "a.xlsx", content)
    began = time.monotonic()
    # The door of everybody: in a process of its own, which would be ended after some seconds.
    assert refusal(path, limits=IntakeLimits(seconds=5)).code == "file-unreadable"
    assert time.monotonic() - began < 10


def test_hidden_columns_told_many_times_over_cost_no_more_than_once(tmp_path: Path) -> None:
    column = b'<col min="1" max="16384" hidden="1"/>'
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    content = replaced(
        WORKBOOK, "xl/worksheets/sheet1.xml", sheet.replace(b"<sheetData>", column * 20_000 + b"<sheetData>")
    )
    assert cost(tmp_path, content) < 1.0


def test_sheets_that_share_one_part_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as package:
        book = package.read("xl/workbook.xml").decode()
    start = book.index("<sheet ")
    own = book[start : book.index("/>", start) + 2]
    many = "".join(own.replace('"Sheet"', f'"S{n}"').replace('sheetId="1"', f'sheetId="{n + 2}"') for n in range(50))
    path = write(tmp_path / "a.xlsx", replaced(WORKBOOK, "xl/workbook.xml", book.replace(own, own + many).encode()))
    assert refusal(path).code == "file-unreadable"


def test_merged_ranges_that_lie_on_each_other_do_not_multiply_the_rows(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(["a", "b"], *([n, n] for n in range(500))))) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    merged = b"<mergeCells>" + b'<mergeCell ref="A2:XFD1048576"/>' * 20_000 + b"</mergeCells>"
    content = replaced(WORKBOOK, "xl/worksheets/sheet1.xml", sheet.replace(b"</sheetData>", b"</sheetData>" + merged))
    assert cost(tmp_path, content) < 2.0
    assert refusal(write(tmp_path / "b.xlsx", content)).code == "file-unreadable"


def test_a_mark_without_end_is_refused_before_it_is_gone_through_again_and_again(tmp_path: Path) -> None:
    content = replaced(WORKBOOK, "xl/workbook.xml", b'<workbook a="' + b"x" * (40 << 20))
    path = write(tmp_path / "a.xlsx", content)
    assert refusal(path).code == "file-unreadable"
    assert cost(tmp_path, content) < 2.0


def test_a_usual_workbook_is_told_as_before(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.xlsx", xlsx(["a"], [1], [2])))
    assert table.rows == 2
