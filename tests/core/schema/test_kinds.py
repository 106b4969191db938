"""Every kind has its facts, and they are what DuckDB and the standards say."""

from __future__ import annotations

import duckdb
import pytest

from ayan.core.schema.definition import KINDS, Field, Kind
from ayan.core.schema.kinds import KIND_FACTS, kind_label, storage_type
from ayan.core.values.label import Label


def of(kind: Kind, scale: int = 2) -> Field:
    return Field(name="x", kind=kind, label=Label("ایکس", "X"), scale=scale)


def test_the_vocabulary_is_whole() -> None:
    assert set(KIND_FACTS) == set(KINDS)
    assert len({facts.label.fa for facts in KIND_FACTS.values()}) == len(KINDS)
    assert kind_label("rial", "en") == "amount in rials"
    assert kind_label("rial", "fa") == "مبلغ به ریال"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_stored_as_its_facts_say(kind: Kind) -> None:
    stored = storage_type(of(kind, scale=6))
    with duckdb.connect(":memory:") as con:
        row = con.execute(f"SELECT typeof(CAST(NULL AS {stored}))").fetchone()
    assert row == (stored,)


def test_money_and_dates_are_exact() -> None:
    assert storage_type(of("rial")) == "BIGINT"
    assert storage_type(of("decimal", scale=3)) == "DECIMAL(38,3)"
    assert storage_type(of("date")) == "DATE"
    assert not [kind for kind in KINDS if "DOUBLE" in storage_type(of(kind)) or "FLOAT" in storage_type(of(kind))]


def test_what_is_masked_is_text() -> None:
    masked = Field(name="x", kind="code", label=Label("ایکس", "X"), shown="masked")
    assert storage_type(masked) == "VARCHAR"
    assert all(facts.storage == "VARCHAR" for facts in KIND_FACTS.values() if facts.maskable)
