"""Every kind answers the protocol, and what it says is what DuckDB and the standards say."""

from __future__ import annotations

import pickle
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.core.refine import refined_cells
from tests.core.schema.declarations import declare, field, loaded, refused

from ayan.core.schema.export import table_schema
from ayan.core.schema.field import Field, Kind
from ayan.core.schema.kinds import KINDS
from ayan.core.schema.kinds.numbers import DecimalKind
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


class ShareKind(DecimalKind):
    """A kind that says of itself from where to where its numbers go, and nothing else."""

    name = "share"
    label = Label("سهم", "share")
    short_label = label
    bounds = (Decimal(0), Decimal(100))


def test_the_bounds_of_a_kind_hold_wherever_a_declaration_says_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "share", ShareKind())
    plain, narrow = (
        loaded(tmp_path / name, field("x", "share", rest)).field("x")
        for name, rest in (("plain", ""), ("narrow", "minimum = 10\nmaximum = 100"))
    )
    refined_cells.holds(plain, {"-0.1": "!too-small", "0": Decimal(0), "100": Decimal(100), "100.01": "!too-large"})
    refined_cells.holds(narrow, {"9.9": "!too-small", "10": Decimal(10), "100": Decimal(100), "100.01": "!too-large"})
    described = {column["name"]: column for column in table_schema([plain])["fields"]}
    assert described["x"]["constraints"] == {"minimum": 0, "maximum": 100}


@pytest.mark.parametrize("bound", ["minimum = -1", "minimum = 101", "maximum = 100.5", "maximum = -1"])
def test_a_declaration_narrows_the_bounds_of_a_kind_and_never_widens_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setitem(KINDS, "share", ShareKind())
    (problem,) = refused(declare(tmp_path, field("x", "share", bound)))
    assert (problem.code, problem.key) == ("out-of-range", f"field[x].{bound.split()[0]}")
    assert problem.message.en == "The number must be from 0 to 100."
