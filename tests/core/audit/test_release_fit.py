"""What a declaration that is about to change means for published rows, held against the rows counted another way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.apps.small_city import build

from ayan.core.audit.release_fit import ReleaseFit, as_json, from_json, release_fit
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import CodeList
from ayan.core.schema.kinds import KINDS
from ayan.wiring.city import City


@pytest.fixture
def town(tmp_path: Path) -> City:
    return build(tmp_path)


def counted(town: City, condition: str) -> int:
    """The published rows of a condition, over all releases that stand."""
    parts = [str(path) for release in town.release_store.snapshot("works").releases for path in release.parts()]
    row = duckdb.execute(f"SELECT count(*) FROM read_parquet($1) WHERE {condition}", [parts]).fetchone()
    assert row is not None
    return int(row[0])


def other(dataset: Dataset, name: str, **facts: Any) -> Dataset:
    """The declaration with other facts of a field."""
    return replace(
        dataset, fields=tuple(replace(each, **facts) if each.name == name else each for each in dataset.fields)
    )


def fit(town: City, after: Dataset) -> ReleaseFit:
    fits = release_fit(town.release_store.snapshot("works"), town.registry.declared("works"), after)
    assert fits.looked == fits.releases
    assert from_json(as_json(fits)) == fits
    return fits


def test_each_sort_of_change_counts_the_rows_that_it_is_about(town: City) -> None:
    works = town.registry.declared("works")
    states = works.field("state").choices
    assert states is not None
    fewer = CodeList(states.name, states.entries[:1])
    every = counted(town, "TRUE")
    cases = {
        "not-in-list": (other(works, "state", choices=fewer), counted(town, "state <> 'open'")),
        "bounds": (other(works, "amount", minimum=Decimal(30_000_000)), counted(town, "amount < 30000000")),
        "long": (other(works, "subject", max_length=5), counted(town, "length(subject) > 5")),
        "pattern": (
            other(works, "number", pattern="W-1[0-9]*"),
            counted(town, "NOT regexp_full_match(number, 'W-1[0-9]*')"),
        ),
        "empty": (other(works, "site", required=True), counted(town, "site IS NULL")),
        "kind": (other(works, "amount", kind=KINDS["text"], role=None), counted(town, "amount IS NOT NULL")),
        "gone": (other(works, "subject", shown="withheld"), counted(town, "subject IS NOT NULL")),
        "added": (replace(works, fields=(*works.fields, replace(works.field("subject"), name="extra"))), every),
        "key": (replace(works, key=("state",)), None),
    }
    for code, (after, rows) in cases.items():
        (misfit,) = fit(town, after).misfits if rows != 0 else (None,)
        if misfit is None:
            assert not fit(town, after).misfits, code
            continue
        assert misfit.code == code
        assert rows is None or misfit.rows == rows, code
        assert misfit.refused is (code not in ("gone", "added"))


def test_nothing_is_told_of_what_does_not_change_and_time_is_bounded(town: City) -> None:
    works = town.registry.declared("works")
    assert fit(town, works).misfits == ()
    after = other(works, "amount", minimum=Decimal(1))
    hurried = release_fit(town.release_store.snapshot("works"), works, after, seconds=0.0)
    assert hurried.looked <= hurried.releases
    assert not hurried.misfits or hurried.looked
