"""Every kind answers the protocol, and what it says is what DuckDB and the standards say."""

from __future__ import annotations

import pickle

import duckdb
import pytest

from ayan.core.schema.field import Field, Kind
from ayan.core.schema.kinds import KINDS
from ayan.core.values.label import Label

EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def of(kind: str, scale: int = 2) -> Field:
    return Field(name="x", kind=KINDS[kind], label=Label("ایکس", "X"), scale=scale)


def test_the_vocabulary_is_whole() -> None:
    assert [kind.name for kind in KINDS.values()] == list(KINDS)
    assert len({kind.label.fa for kind in KINDS.values()}) == len(KINDS)
    assert KINDS["rial"].label == Label("مبلغ به ریال", "amount in rials")


@EVERY
def test_a_kind_is_stored_as_it_says(kind: Kind) -> None:
    stored = of(kind.name, scale=6).storage
    with duckdb.connect(":memory:") as con:
        row = con.execute(f"SELECT typeof(CAST(NULL AS {stored}))").fetchone()
    assert row == (stored,)


def test_money_and_dates_are_exact() -> None:
    assert of("rial").storage == "BIGINT"
    assert of("decimal", scale=3).storage == "DECIMAL(38,3)"
    assert of("date").storage == "DATE"
    assert not [kind for kind in KINDS if "DOUBLE" in of(kind).storage or "FLOAT" in of(kind).storage]


def test_what_is_masked_is_text() -> None:
    masked = Field(name="x", kind=KINDS["code"], label=Label("ایکس", "X"), shown="masked")
    assert masked.storage == "VARCHAR"
    assert all(of(name).is_text for name, kind in KINDS.items() if kind.maskable)


@EVERY
def test_a_kind_that_comes_back_from_another_process_is_the_same(kind: Kind) -> None:
    assert pickle.loads(pickle.dumps(kind)) is kind
    assert [other.name for other in KINDS.values() if other is kind] == [kind.name]


@EVERY
def test_what_a_kind_allows_goes_together(kind: Kind) -> None:
    assert kind.compared or not (kind.listed or kind.ranged or kind.worded)
    assert kind.sortable or not (kind.groupable or kind.ranged)
    assert kind.is_number or not (kind.summable or kind.is_money or kind.has_decimals)
    assert of(kind.name).is_text or not (kind.worded or kind.searched or kind.redactable)
    assert kind.json_type == "string" if of(kind.name).is_text or kind.is_day else kind.json_type != "string"
