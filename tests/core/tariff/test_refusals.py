"""What a declaration may not hold, each refused with its file, its key and what to do, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.tariff.tariffs import AREA, HEAD, RESULT, declare, formula, refusals

TABLE = """
[[table]]
name = "share"
title = { fa = "ضریب", en = "Coefficient" }
by = ["area"]
rows = [ROWS]
"""


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("area / 10", "divide(x, y, 'half-up')"),
        ("area // 10", "divide(x, y, 'half-up')"),
        ("area % 10", "divide(x, y, 'half-up')"),
        ("CAST(area AS DOUBLE)", "exact"),
        ("area::DOUBLE", "exact"),
        ("area * 1e3", "exponent"),
        ("area * CAST(0.3 AS FLOAT)", "exact"),
        ("sqrt(area)", "sqrt"),
        ("round(area, 2)", "round"),
        ("read_text('/etc/passwd')", "read_text"),
        ("(SELECT 1)", "subquery"),
        ("area * random()", "rand"),
        ("getenv('HOME')", "getenv"),
        ("area + price", "price"),
        ("area.x + 1", "x"),
        ("CASE WHEN area > 1 THEN 2 END", "ELSE"),
        ("divide(area, 3)", "half-up"),
        ("divide(area, 3, 'nearest')", "half-up"),
        ("divide(area, area, 'down')", "above"),
        ("divide(area - 5, 3, 'down')", "below zero"),
        ("area; DROP TABLE x", "semicolon"),
        ("area -- 1", "comment"),
        ("'5' + area", "plainly"),
        ("area[1]", "bracket"),
        ("sum(area)", "sum"),
        ("sum(area) OVER ()", "window"),
        ("coalesce(area, 0)", "coalesce"),
        ("area IS NULL", "is"),
    ],
)
def test_a_step_holds_nothing_but_exact_arithmetic(tmp_path: Path, sql: str, says: str) -> None:
    ((file, key, fa, en),) = refusals(tmp_path, HEAD, AREA, formula(sql), RESULT)
    assert (file, key) == ("tariffs/test-fee.toml", "step[fee].sql")
    assert says in en
    assert fa
    assert fa != en


def test_what_could_overflow_is_refused_before_any_case_comes(tmp_path: Path) -> None:
    wide = AREA.replace("maximum = 1000", "maximum = 100_000_000_000_000")
    ((_, key, _, en),) = refusals(tmp_path, HEAD, wide, formula("area * area * area"), RESULT)
    assert key == "step[fee].sql"
    assert "36 digits" in en


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("{ upto = 60, value = 1 }, { above = 100, value = 2 }", "60.01 … 100"),
        ("{ upto = 60, value = 1 }, { above = 60, upto = 900, value = 2 }", "900.01 … 1000"),
        ("{ from = 10, value = 1 }", "0 … 9.99"),
        ("{ upto = 60, value = 1 }, { from = 60, value = 2 }", "60 … 60"),
        ("{ upto = 500, value = 1 }, { from = 600, value = 2 }", "500.01 … 599.99"),
    ],
)
def test_a_table_covers_every_case_once(tmp_path: Path, rows: str, says: str) -> None:
    ((_, key, _, en),) = refusals(tmp_path, HEAD, AREA, TABLE.replace("ROWS", rows), formula("share * area"), RESULT)
    assert key == "table[share].rows"
    assert says in "".join(en.replace(".00", ""))


def test_a_gap_that_the_published_table_has_is_declared_with_its_source(tmp_path: Path) -> None:
    rows = '{ upto = 500, value = 1 }, { above = 500, below = 600, gap = { fa = "ندارد", en = "not there" } }, '
    declare(
        tmp_path, HEAD, AREA, TABLE.replace("ROWS", rows + "{ from = 600, value = 2 }"), formula("share * area"), RESULT
    )
    both = rows.replace("gap =", "value = 3, gap =") + "{ from = 600, value = 2 }"
    refused = refusals(tmp_path, HEAD, AREA, TABLE.replace("ROWS", both), formula("share * area"), RESULT)
    assert "either value or gap" in refused[0][3]


def test_everything_else_that_is_wrong_is_named(tmp_path: Path) -> None:
    fee = formula("area * 2")
    again = AREA + formula("area").replace('"fee"', '"area"')
    assert "already the name" in refusals(tmp_path, HEAD, again, fee, RESULT)[0][3]
    assert "no step" in refusals(tmp_path, HEAD, AREA, fee, RESULT.replace('"fee"', '"other"'))[0][3]
    assert "reads" in refusals(tmp_path, HEAD, AREA, AREA.replace('name = "area"', 'name = "other"'), fee, RESULT)[0][3]
    dated = '[valid]\nsince = "1403-13-01"\n'
    assert "Jalali" in refusals(tmp_path, HEAD, dated, AREA, fee, RESULT)[0][3]
    assert refusals(tmp_path, HEAD, "colour = 3\n", AREA, fee, RESULT)[0][1] == "colour"
    sample = AREA + "sample = 5000\n"
    assert "sample" in refusals(tmp_path, HEAD, sample, fee, RESULT)[0][3]


def test_a_file_that_is_no_toml_says_its_line(tmp_path: Path) -> None:
    ((file, _, fa, en),) = refusals(tmp_path, HEAD, "[[input\n")
    assert file == "tariffs/test-fee.toml"
    assert "line 7" in en
    assert "سطر" in fa
