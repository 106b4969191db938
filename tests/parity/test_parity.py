"""Two captures of one state are equal, and a change is found in all the addresses that show it and in no other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.parity.__main__ import run
from tests.parity.capture import ask, build
from tests.parity.capture_files import Writer, kind, read
from tests.parity.difference import compare, rules
from tests.parity.normal import Placeholders, document

ONLY = r"^(/en)?/data/trees$|^(/en)?/(missing|log/)$|trees/(rows|groups|releases)|^/log/|nothing$"


def _silent(_step: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Captures of one small city by this code, and by a copy of it in which the heading of one page was changed."""
    folder = tmp_path_factory.mktemp("parity")
    for room in ("src", "demo", "packages"):
        # With what is compiled already: its processes write nothing and would each do that anew.
        shutil.copytree(ROOT / room, folder / "copy" / room)
    shutil.copy(ROOT / "pyproject.toml", folder / "copy")
    (template,) = (folder / "copy").rglob("missing.html")
    template.write_text(template.read_text(encoding="utf-8").replace("</h1>", " (changed)</h1>", 1), encoding="utf-8")
    build(ROOT, folder / "city", _silent, sample=True)
    for name, checkout in (("before", ROOT), ("after", folder / "copy")):
        ask(checkout, folder / "city", folder / name, _silent, sample=True, only=ONLY, shares=1)
    return folder / "before", folder / "after"


@pytest.mark.soak
def test_a_change_is_found_where_it_shows_and_everything_else_is_the_same(pair: tuple[Path, Path]) -> None:
    comparison = compare(*pair)
    assert [item.address for item in comparison.differences] == ["/en/missing", "/missing"]
    assert all(any("(changed)</h1>" in line for line in item.lines) for item in comparison.differences)
    assert comparison.same > 40
    statuses = {(pair[0] / entry.file).read_text(encoding="utf-8").split("\n")[1] for entry in read(pair[0]).values()}
    assert {"200 OK", "400 Bad Request", "404 Not Found"} <= statuses


@pytest.mark.soak
def test_the_command_fails_for_it_until_it_is_explained(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = (str(folder) for folder in pair)
    assert run(["compare", before, before]) == 0
    assert run(["compare", before, after, "--json", str(tmp_path / "report.json")]) == 1
    assert "2 are not explained" in capsys.readouterr().out
    counts = json.loads((tmp_path / "report.json").read_text())["counts"]
    assert (counts["different"], counts["unexplained"]) == (2, 2)
    explained = tmp_path / "explained.toml"
    explained.write_text('[[explained]]\nreason = "a trial"\naddress = "missing$"\nline = "</h1>"\n', encoding="utf-8")
    assert run(["compare", before, after, "--explained", str(explained)]) == 0
    assert "explained, 2 documents: a trial" in capsys.readouterr().out


def test_a_folder_without_a_capture_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(tmp_path), str(tmp_path)]) == 2
    assert "holds no capture" in capsys.readouterr().err


# --- how documents are written ----------------------------------------------------------------------------------------


def written(folder: Path, **documents: str) -> Path:
    """A capture of these texts by address."""
    writer = Writer(folder)
    for address, text in documents.items():
        writer.add(f"/{address}", text)
    writer.close()
    return folder


def test_what_stands_in_one_capture_alone_is_told(tmp_path: Path) -> None:
    comparison = compare(written(tmp_path / "a", x="1\n", y="1\n"), written(tmp_path / "b", x="1\n", z="1\n"))
    assert [(item.address, item.state) for item in comparison.unexplained] == [("/y", "gone"), ("/z", "new")]


def test_a_rename_is_explained_by_what_it_becomes(tmp_path: Path) -> None:
    before = written(tmp_path / "a", x='"shelf": 1\n', y='"shelf": 1\n')
    after = written(tmp_path / "b", x='"store": 1\n', y='"store": 2\n')
    file = tmp_path / "explained.toml"
    file.write_text('[[explained]]\nreason = "renamed"\nline = \'"shelf"\'\nbecomes = \'"store"\'\n', encoding="utf-8")
    comparison = compare(before, after, rules(file))
    assert [item.address for item in comparison.unexplained] == ["/y"]


def test_digests_are_placeholders_that_tell_equal_from_unequal() -> None:
    first, second = "ab" * 32, "cd" * 32
    assert Placeholders().text(f"{first} {second} {first}") == "‹sha256 1› ‹sha256 2› ‹sha256 1›"
    assert Placeholders().text("?_size=2&_next=eyJrIjpu&x=1") == "?_size=2&_next=‹cursor 1›&x=1"


@pytest.mark.parametrize(
    "text", ["1403-05-12", "12345678901234567890", "۱٬۰۵۰٬۰۰۰", "deadbeat", "10101234567", "facade"]
)
def test_what_people_read_is_no_placeholder(text: str) -> None:
    assert Placeholders().text(text) == text


def test_an_answer_is_written_by_lines_with_its_status_and_headers() -> None:
    text = document(
        "200 OK", [("ETag", '"x"'), ("Content-Type", "application/json"), ("Date", "now")], b'{"a":1,"b":2}'
    )
    assert text.splitlines() == [
        "200 OK",
        "content-type: application/json",
        "etag: ‹tag›",
        "",
        "{",
        ' "a": 1,',
        ' "b": 2',
        "}",
    ]


@pytest.mark.parametrize(
    ("address", "sort"),
    [
        ("/data/trees/r/2~3", "/data/*/r/*"),
        ("/api/v1/datasets/trees/rows.csv?b=1&a=2", "/api/v1/datasets/*/rows.csv?a&b"),
        ("/log/tile/0/000", "/log/*"),
        ("/", "/"),
    ],
)
def test_addresses_have_a_sort(address: str, sort: str) -> None:
    assert kind(address) == sort
