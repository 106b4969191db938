"""ayan init and ayan check: exit codes, the shape of the report, and that nothing is written."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.city import BAD, GOOD, HEADER, Town

from ayan.wiring.profile import Profile

REPORT = {"dataset", "period", "file", "encoding", "rows_read", "rows_good", "totals_rows", "issues"}
ISSUE = {"code", "severity", "sheet", "row", "line", "column", "field", "message_fa", "message_en", "fix_by", "count"}


def everything(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file()
    }


def test_init_makes_a_city_once(town: Town, tmp_path: Path) -> None:
    new_home = tmp_path / "new city"
    said = town.ayan("init", new_home, "--name-fa", 'شهر "ساختگی"', "--name-en", "Invented\\City")
    assert said.code == 0
    assert 'fa = "شهر \\"ساختگی\\""' in (new_home / "ayan.toml").read_text(encoding="utf-8")
    # Nobody owes anything in a city that was made today.
    opens = Profile.read(new_home / "ayan.toml").openings.of("payments")
    assert opens is not None
    assert opens > datetime.now(UTC).date()
    for room in ("originals", "work"):
        assert (new_home / room).stat().st_mode & 0o777 == 0o700
    again = town.ayan("init", new_home)
    assert again.code == 1
    assert "city" in again.err
    assert "شهری" in again.err


def test_a_good_file(town: Town) -> None:
    before = everything(town.home)
    said = town.ayan("check", town.file(GOOD), "--dataset", "trees", "--period", "۱۴۰۳/۰۵", "--format", "json")
    assert said.code == 0, said.words
    report = said.json
    assert set(report) >= REPORT
    assert (report["dataset"], report["period"], report["file"]) == ("trees", "1403-05", "trees.csv")
    assert (report["rows_read"], report["rows_good"], report["totals_rows"], report["encoding"]) == (3, 3, 1, "utf-8")
    assert {issue["severity"] for issue in report["issues"]} == {"info"}
    assert everything(town.home) == before, "check writes nothing"
    assert town.leftovers() == []


def test_a_file_with_faults(town: Town) -> None:
    said = town.ayan("check", town.file(BAD), "--dataset", "trees", "--period", "1403-05", "--format", "json")
    assert said.code == 1
    assert (said.json["rows_read"], said.json["rows_good"]) == (3, 1)
    errors = {(issue["code"], issue["row"]): issue for issue in said.json["issues"] if issue["severity"] == "error"}
    assert set(errors) == {("date-impossible", 3), ("not-a-number", 3), ("identity-wrong", 3), ("check:cost", 4)}
    for issue in said.json["issues"]:
        assert set(issue) - {"value"} == ISSUE
        assert issue["fix_by"] in ("sender", "owner", "source", "operator", "privacy")
        assert issue["message_fa"]
        assert "{" not in issue["message_fa"] + issue["message_en"]
    number = errors["not-a-number", 3]
    assert (number["value"], number["column"], number["line"], number["field"]) == ("x", "D هزینه", 3, "cost")
    assert "value" not in errors["identity-wrong", 3]
    assert "0013542418" not in said.words


def test_the_report_for_people_is_in_both_languages(town: Town, tmp_path: Path) -> None:
    remarks = tmp_path / "remarks.xlsx"
    said = town.ayan("check", town.file(BAD), "--dataset", "trees", "--period", "1403-05", "--remarks", remarks)
    assert said.code == 1
    assert "«هزینه» عدد نیست" in said.out
    assert "is not a number" in said.out
    assert "row 3" in said.out
    assert "0013542418" not in said.words
    assert remarks.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/no/such/file.csv", "--dataset", "trees", "--period", "1403-05"], ("نیست", "no file")),
        (["FILE", "--dataset", "tress", "--period", "1403-05"], ("اعلام نشده", "trees")),
        (["FILE", "--dataset", "trees"], ("دوره", "1403-05")),
        (["FILE", "--dataset", "trees", "--period", "1403"], ("دوره", "1403-05")),
        (["FILE", "--dataset", "trees", "--period", "../../etc"], ("دوره", "1403-05")),
        (["FILE", "--dataset", "benches", "--period", "1403-05"], ("دوره", "all")),
        (["FILE", "--dataset", "trees", "--period", "1403-05", "--source", "other"], ("چیدمان", "default")),
    ],
)
def test_what_cannot_be_read_says_why(town: Town, arguments: list[str], words: tuple[str, str]) -> None:
    file = str(town.file(GOOD))
    said = town.ayan("check", *(file if word == "FILE" else word for word in arguments), "--format", "json")
    assert said.code == 2
    assert said.out == ""
    assert all(word in said.err for word in words), said.err
    assert town.leftovers() == []


def test_a_broken_declaration_is_refused_with_its_faults(town: Town) -> None:
    path = town.home / "datasets/trees/dataset.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("approvals = 2", "aprovals = 2"), encoding="utf-8")
    said = town.ayan("check", town.file(GOOD), "--dataset", "trees", "--period", "1403-05")
    assert said.code == 2
    assert "trees/dataset.toml" in said.err
    assert "approvals" in said.err


def test_control_characters_of_a_file_do_not_reach_the_terminal(town: Town) -> None:
    evil = "\x1b[2J\x1b]0;owned\x07"
    said = town.ayan(
        "check",
        town.file(f"{HEADER},{evil}\n1,1403/05/01,a,{evil},,{evil}\n"),
        "--dataset",
        "trees",
        "--period",
        "1403-05",
    )
    assert said.code == 1
    assert "\x1b" not in said.words
    assert "\x07" not in said.words
