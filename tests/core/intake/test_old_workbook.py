"""Old workbooks (.xls) that are broken, and what they carry beside their cells, record by record."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import xlwt
from tests.core.intake.file_rows import cells, codes, read, refusal, write

SECTOR: Final = 512
"""The first sector of a file that xlwt writes is the first of its workbook."""

SETUP, GUTS, BOUNDSHEET = 0xA1, 0x80, 0x85
"""Records that every sheet has and that readers of cells pass over, and the one that names a sheet."""


def book(path: Path, owner: str = "") -> bytearray:
    workbook = xlwt.Workbook()
    workbook.owner = owner
    for name in ("برگه", "دیگر"):
        sheet = workbook.add_sheet(name)
        lines: tuple[tuple[object, ...], ...] = (("a", "b"), ("x", 5))
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                sheet.write(row, column, value)
    workbook.save(str(path))
    return bytearray(path.read_bytes())


def records(data: bytes | bytearray, kind: int) -> Iterator[int]:
    """Where the records of a kind begin."""
    at = SECTOR
    while at + 4 <= len(data):
        code, size = struct.unpack_from("<HH", data, at)
        if code == kind and size:
            yield at
        at += 4 + size


def became(data: bytearray, kind: int, other: int, body: bytes) -> bytearray:
    """The file with its first record of a kind turned into one of another kind that begins so."""
    at = next(records(data, kind))
    struct.pack_into("<H", data, at, other)
    data[at + 4 : at + 4 + len(body)] = body
    return data


@pytest.mark.parametrize(
    ("kind", "other", "body", "code"),
    [
        (GUTS, 0x1C, b"", "file-comments"),
        (GUTS, 0x1AE, b"\x02\x00\x05\x00", "file-links"),
        (SETUP, 0x18, b"\x01\x00", "file-names"),
        (SETUP, 0x5D, b"\x15\x00\x12\x00\x08\x00", "file-objects"),
    ],
)
def test_what_a_record_carries_is_said(tmp_path: Path, kind: int, other: int, body: bytes, code: str) -> None:
    plain = book(tmp_path / "a.xls")
    assert code not in codes(read(tmp_path / "a.xls", sheet="برگه"))
    table = read(write(tmp_path / "b.xls", bytes(became(plain, kind, other, body))), sheet="برگه")
    assert code in codes(table)
    assert cells(table) == [("x", "5")]


def test_who_wrote_it_is_said_and_blanks_are_nobody(tmp_path: Path) -> None:
    book(tmp_path / "a.xls", owner="karmand")
    assert "file-properties" in codes(read(tmp_path / "a.xls", sheet="برگه"))
    book(tmp_path / "b.xls")
    assert "file-properties" not in codes(read(tmp_path / "b.xls", sheet="برگه"))


@pytest.mark.parametrize("share", [0.02, 0.2, 0.6, 0.95])
def test_a_truncated_one_is_refused(tmp_path: Path, share: float) -> None:
    content = book(tmp_path / "a.xls")
    assert refusal(write(tmp_path / "b.xls", bytes(content[: int(len(content) * share)]))).code.startswith("file-")


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (30, b"\x0b\x00"),  # sectors of a size that there is not
        (32, b"\x07\x00"),  # nor are short ones
        (48, b"\xf0\xff\xff\x00"),  # the directory begins beyond the file
        (76, b"\x00\x00\x00\x7f"),  # and so does the table of sectors
    ],
)
def test_a_file_system_that_leads_nowhere_is_refused(tmp_path: Path, at: int, value: bytes) -> None:
    content = book(tmp_path / "a.xls")
    content[at : at + len(value)] = value
    assert refusal(write(tmp_path / "b.xls", bytes(content)), sheet="برگه").code.startswith("file-")


@pytest.mark.parametrize("seed", range(4))
def test_spoilt_bytes_end_in_a_refusal_and_in_nothing_else(tmp_path: Path, seed: int) -> None:
    chance, content = random.Random(seed), book(tmp_path / "a.xls")
    for _ in range(60):
        content[chance.randrange(SECTOR, len(content))] = chance.randrange(256)
    refused = refusal(write(tmp_path / "b.xls", bytes(content)), sheet="1")
    assert refused.code in ("file-unreadable", "file-format", "file-empty")
