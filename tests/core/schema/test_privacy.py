"""Masked values show what they may and no more; personal headers are known as such."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import sampling

from ayan.core.schema.field import Field
from ayan.core.schema.kinds import KINDS
from ayan.core.schema.privacy import PERSONAL, mask_sql, personal_in
from ayan.core.values.label import Label

MASKABLE = [name for name, kind in KINDS.items() if kind.maskable]


def of(kind: str) -> Field:
    return Field(name="x", kind=KINDS[kind], label=Label("ایکس", "X"), shown="masked")


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as con:
        yield con


def masked(con: duckdb.DuckDBPyConnection, kind: str, value: str | None) -> str | None:
    row = con.execute(f"SELECT {mask_sql(of(kind), 'x')} FROM (SELECT ?::VARCHAR AS x)", [value]).fetchone()
    assert row is not None
    return None if row[0] is None else str(row[0])


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("identity", "0012345679", "***79"),
        ("code", "A-12345", "***45"),
        ("code", "12345", "***"),
        ("code", "1", "***"),
        ("text", "علی نمونه‌ای", "ع…"),
        ("text", "ع", "…"),
        ("place", "Arak", "A…"),
        ("text", None, None),
        ("identity", None, None),
    ],
)
def test_what_is_left_of_a_value(
    con: duckdb.DuckDBPyConnection, kind: str, value: str | None, shown: str | None
) -> None:
    assert masked(con, kind, value) == shown


@sampling.examples(40, 200)
@given(kind=st.sampled_from(MASKABLE), value=st.text("0123456789آبپتabc", min_size=2, max_size=14))
def test_most_of_a_value_never_shows(con: duckdb.DuckDBPyConnection, kind: str, value: str) -> None:
    shown = masked(con, kind, value)
    assert shown is not None
    kept = shown.replace("***", "").replace("…", "")
    assert len(kept) <= 2
    assert 3 * len(kept) <= len(value) + 1


def test_a_column_that_the_file_lacks_stays_empty(con: duckdb.DuckDBPyConnection) -> None:
    for kind in MASKABLE:
        assert con.execute(f"SELECT {mask_sql(of(kind), 'NULL')}").fetchone() == (None,)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("کد ملی", "national-id"),
        ("كد ملي مالك", "national-id"),
        ("کدملی", "national-id"),
        ("شمارۀ شناسنامه", "birth-certificate"),
        ("تاریخ تولد کارمند", "birth-date"),
        ("نام پدر", "relatives"),
        ("وضعیت تأهل", "marital-status"),
        ("نشانی منزل", "home"),
        ("تلفن‌همراه", "mobile"),
        ("E-Mail", "email"),
        ("شماره شبا", "bank-account"),
        ("Date of Birth", "birth-date"),
    ],
)
def test_personal_headers_are_known(header: str, code: str) -> None:
    match = personal_in([header])
    assert match is not None
    assert match.code == code


@pytest.mark.parametrize(
    "header",
    [
        "نام و نام خانوادگی",
        "سال تولد",
        "استان تولد",
        "تلفن محل کار",
        "شناسه ملی",
        "پست سازمانی",
        "نشانی شرکت",
        "Mobility",
        "کدملیت",
        "",
    ],
)
def test_what_the_guideline_leaves_free_is_not_personal(header: str) -> None:
    assert personal_in([header]) is None


def test_every_phrase_finds_its_own_thing() -> None:
    for kind in PERSONAL:
        for word in kind.words:
            match = personal_in([word])
            assert match is not None
            assert match.code == kind.code, word
