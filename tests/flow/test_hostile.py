"""Files nobody should have to open, at the door: `ayan check` reads them or says why not, in bounded time and memory."""

from __future__ import annotations

import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.city import HEADER, make_town
from tests.cli.forge import ran
from tests.conftest import SHARED
from tests.patience import PATIENCE
from tests.sampling import sampled

MOST_SECONDS = 90.0
"""Of the processor: what a file takes by the clock of the wall says how busy the machine is."""
MOST_BYTES = 2 * 1024**3
GOOD = f"{HEADER}\n1,1403/05/01,چنار,1000,\n".encode()


def workbook(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", b"<Types/>")
        for name, content in parts.items():
            book.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        book.writestr("[Content_Types].xml", b"<Types/>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(64):
                sheet.write(b"0" * (16 * 1024**2))
        book.writestr("xl/workbook.xml", b"<workbook/>")
    return out.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">%s]><workbook>&z;</workbook>' % b"".join(
    b'<!ENTITY %c "%s">' % (ord("b") + n, b"&%c;" % (ord("a") + n) * 10) for n in range(25)
)
GENERATED: dict[str, Callable[[], bytes]] = {
    "empty.csv": lambda: b"",
    "blank.csv": lambda: b"\n \n\t\n" * 100,
    "only-mark.csv": lambda: b"\xef\xbb\xbf",
    "header-only.csv": lambda: HEADER.encode(),
    "truncated.xlsx": lambda: (SHARED / "vectors/workbooks/any_sheets.xlsx").read_bytes()[:2000],
    "truncated.xls": lambda: (SHARED / "vectors/workbooks/merged_range.xls").read_bytes()[:3000],
    "empty.xlsx": lambda: b"",
    "hollow.xlsx": lambda: workbook(),
    "entities.xlsx": lambda: workbook(xl__workbook=ENTITIES),
    "bomb.xlsx": bomb,
    "binary.csv": lambda: random.Random(7).randbytes(2_000_000),
    "binary.xlsx": lambda: random.Random(8).randbytes(200_000),
    "binary.unknown": lambda: random.Random(9).randbytes(200_000),
    "csv-called.xlsx": lambda: GOOD,
    "csv-called.ods": lambda: GOOD,
    "xlsx-called.csv": lambda: (SHARED / "vectors/workbooks/any_sheets.xlsx").read_bytes(),
    "page.csv": lambda: b"<html><table><tr><td>1</td></tr></table></html>" * 50,
    "image.csv": lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000),
    "wide.csv": lambda: b",".join([b"x"] * 10_000_000) + b"\n",
    "wide-record.csv": lambda: GOOD + b"," * 10_000_000 + b"x\n",
    "nul.csv": lambda: GOOD + b"2,1403/05/02,a\x00b,1,\n",
    "nothing-but-nul.csv": lambda: bytes(5_000_000),
    "mixed.csv": lambda: GOOD + "2,1403/05/02,كاج,1,\n".encode("cp1256") + "3,1403/05/03,کاج,1,\n".encode(),
    "utf16.csv": lambda: GOOD.decode().encode("utf-16"),
    "half-a-letter.csv": lambda: GOOD.decode().encode("utf-16")[:-1],
    "open-quote.csv": lambda: GOOD + b'2,1403/05/02,"never closed,1,\n' * 50_000,
    "long-line.csv": lambda: GOOD + b"2,1403/05/02," + b"a" * 40_000_000 + b",1,\n",
    "quotes.csv": lambda: b'"' * 3_000_001,
    "brackets.geojson": lambda: b"[" * 3_000_000,
    "no-shape.geojson": lambda: b'{"type":"FeatureCollection","features":' + b"{" * 100 + b"}",
    "huge-numbers.csv": lambda: f"{HEADER}\n1,1403/05/01,a,{'9' * 1_000_000},\n".encode(),
}


def vectors() -> list[Path]:
    folder = SHARED / "vectors/workbooks"
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = make_town(tmp_path_factory.mktemp("hostile"))
    return town.home


ALWAYS = ("bomb.xlsx", "entities.xlsx", "wide.csv", "long-line.csv", "xlsx-called.csv")
"""What was made to hold up a city is tried on every day; of all others, which end sooner, a few are drawn."""
OTHERS = [*(name for name in GENERATED if name not in ALWAYS), *(path.name for path in vectors())]


@pytest.mark.parametrize("name", [*ALWAYS, *sampled("hostile files", OTHERS, 7, by=lambda name: name in GENERATED)])
def test_any_file_ends_in_rows_or_in_words(home: Path, tmp_path: Path, name: str, shared: Path) -> None:
    path = shared / "vectors/workbooks" / name
    if name in GENERATED:
        path = tmp_path / name
        path.write_bytes(GENERATED[name]())
    words = ["check", str(path), "--dataset", "trees", "--period", "1403-05", "--format", "json"]
    ended = ran(words, {**os.environ, "AYAN_HOME": str(home)}, timeout=PATIENCE, with_children=True)
    assert "Traceback" not in ended.err, ended.err
    assert ended.code in (0, 1, 2), ended.err
    if ended.code == 2:
        fa, en = ended.err.strip().splitlines()
        assert ended.out == ""
        assert any("\u0600" <= letter <= "\u06ff" for letter in fa), fa
        assert en.isascii() or "“" in en, en
        assert "{" not in fa + en
    else:
        report = json.loads(ended.out)
        assert ended.err == ""
        assert bool([issue for issue in report["issues"] if issue["severity"] == "error"]) == bool(ended.code)
    assert ended.seconds < MOST_SECONDS
    # Linux counts the greatest of the process and of the children it has waited for: the one that parses workbooks too.
    assert ended.peak < MOST_BYTES
    assert not list((home / "work").iterdir())
    assert not (home / "store/releases").exists()
