"""The SQL in which values are read says, for every text, what the Python rules say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ayan.core.values import identity, jalali, sql, text
from ayan.core.values.digits import to_latin

TRICKY = st.text(
    st.one_of(
        st.sampled_from(
            "يكىۀةآأإؤئهٔهٓ\u0654\u0655\u200c\u200d\u200b\u200e\u200f\u00ad\ufeff\u00a0 \t\n\r\x85\u2028"
            "ﷲ﷼ﷺﻻﺍﺑﮐﯾﯽـٱ٪٫٬،؛؟۰۹٠٩09aZﬁ²½①㎡İßΣÅé¬"
        ),
        st.characters(codec="utf-8", exclude_characters="\x00"),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        yield connection


def through(con: duckdb.DuckDBPyConnection, twin: Callable[[str], str], texts: Sequence[str]) -> list[Any]:
    rows = con.execute(
        f"SELECT {twin('t')} FROM (SELECT unnest($1::VARCHAR[]) AS t, generate_subscripts($1::VARCHAR[], 1) AS i) ORDER BY i",
        [list(texts)],
    ).fetchall()
    return [row[0] for row in rows]


@settings(max_examples=40)
@given(st.lists(TRICKY, min_size=1, max_size=30))
def test_published_and_folded_text(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert through(con, sql.publish, texts) == [text.publish(raw) for raw in texts]
    assert through(con, sql.fold, texts) == [text.fold(raw) for raw in texts]


def test_every_character_of_the_tables(con: duckdb.DuckDBPyConnection) -> None:
    seen = {*text.PUBLISH_ONE, *text.PUBLISH_MANY, *text.PUBLISH_DROP, *text.FOLD_ONE, *text.FOLD_MANY, *text.FOLD_DROP}
    texts = [word for character in sorted(seen - {"\x00"}) for word in (character, f"ا{character}ب", f"{character} ")]
    assert through(con, sql.publish, texts) == [text.publish(raw) for raw in texts]
    assert through(con, sql.fold, texts) == [text.fold(raw) for raw in texts]


@given(st.lists(st.text(st.sampled_from("۰۱۹٠٩0123 .٫-ی"), max_size=8), min_size=1, max_size=40))
def test_digits(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert through(con, sql.latin_digits, texts) == [to_latin(raw) for raw in texts]


@given(st.lists(st.text(st.sampled_from(sql.BLANKS + "ab"), max_size=6), min_size=1, max_size=40))
def test_trimmed_cells(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert through(con, sql.trimmed, texts) == [raw.strip(sql.BLANKS) or None for raw in texts]


def test_every_day_of_the_official_calendar_and_the_impossible_ones(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "CREATE OR REPLACE TEMP TABLE days AS SELECT y::INTEGER AS y, m::INTEGER AS m, d::INTEGER AS d "
        "FROM range(1204, 1501) a(y), range(0, 14) b(m), range(0, 33) c(d)"
    )
    rows = con.execute(f"SELECT y, m, d, {sql.jalali_days('y', 'm', 'd')} FROM days").fetchall()
    for year, month, day, days in rows:
        try:
            expected = (jalali.to_gregorian(jalali.JalaliDate(year, month, day)) - date(1970, 1, 1)).days
        except jalali.NotADate:
            expected = None
        assert days == expected, (year, month, day)
    assert sum(row[3] is not None for row in rows) == jalali.FIRST_DAYS[-1] - jalali.FIRST_DAYS[0]


def test_first_days_of_the_official_table(con: duckdb.DuckDBPyConnection, shared: Path) -> None:
    lines = (shared / "vectors/jalali-years.csv").read_text(encoding="utf-8").splitlines()
    header, *rows = (line.split(",") for line in lines)
    year, first = (next(i for i, name in enumerate(header) if word in name.lower()) for word in ("year", "greg"))
    assert len(rows) == 293
    for row in rows:
        answer = con.execute(f"SELECT {sql.jalali_days(row[year], '1', '1')}").fetchone()
        assert answer is not None
        assert date(1970, 1, 1) + timedelta(days=answer[0]) == date.fromisoformat(row[first])


def python(rule: Callable[[str], str], value: str) -> str | None:
    try:
        return rule(value)
    except identity.NotAnIdentity:
        return None


@given(st.lists(st.from_regex(r"[0-9]{9,12}", fullmatch=True), min_size=1, max_size=40))
def test_check_digits_of_any_number(con: duckdb.DuckDBPyConnection, numbers: list[str]) -> None:
    ten = [
        number for number in numbers if len(number) != 9
    ]  # the padding of short ones is the reader's task, not the twin's
    assert through(con, sql.national_id, ten) == [python(identity.national_id, number) for number in ten]
    assert through(con, sql.legal_id, numbers) == [python(identity.legal_id, number) for number in numbers]


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**10 - 1))
def test_exactly_one_check_digit_fits(con: duckdb.DuckDBPyConnection, nine: int, ten: int) -> None:
    for twin, rule, stem in (
        (sql.national_id, identity.national_id, f"{nine:09}"),
        (sql.legal_id, identity.legal_id, f"{ten:010}"),
    ):
        tried = [f"{stem}{digit}" for digit in range(10)]
        results = through(con, twin, tried)
        assert results == [python(rule, attempt) for attempt in tried]
        assert sum(result is not None for result in results) <= 1


def test_identifiers_of_the_vectors(con: duckdb.DuckDBPyConnection, shared: Path) -> None:
    vectors = json.loads((shared / "vectors/identifiers.json").read_text(encoding="utf-8"))
    for words, twin, length in (("national", sql.national_id, 10), ("legal", sql.legal_id, 11)):
        (name,) = (key for key in vectors if words in key.lower())
        good = [str(number).zfill(length) for number in vectors[name]["valid"]]
        bad = [str(number) for number in vectors[name]["invalid"]]
        assert through(con, twin, good) == good
        assert through(con, twin, bad) == [None] * len(bad)
