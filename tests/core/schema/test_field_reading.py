"""A sender's layout changes how fields are read, and nothing else of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.core.schema.declarations import loaded

from ayan.core.schema.issue import CannotRead
from ayan.core.schema.layouts import read_as

LAYOUT = """
header_rows = 2

[fields.takings]
aliases = ["پول"]
money_unit = "toman"
null = ["?"]

[fields.area]
position = 3
slash_decimal = false

[fields.lanes]
constant = "2"
"""


def test_a_layout_overrides_what_it_states(tmp_path: Path) -> None:
    dataset = loaded(tmp_path, files={"sources/old.toml": LAYOUT}, above='null = ["-"]\n')
    source, fields, constants = read_as(dataset, "old")
    by_name = {field.name: field for field in fields}
    assert source.header_rows == 2
    assert [field.name for field in fields] == [field.name for field in dataset.fields]
    assert by_name["takings"] == replace(
        dataset.field("takings"), aliases=("پول",), money_unit="toman", null=("-", "?")
    )
    assert by_name["area"] == replace(dataset.field("area"), position=3, slash_decimal=False)
    assert by_name["number"] is dataset.field("number")
    assert constants == {"lanes": "2"}


def test_the_default_layout_changes_nothing(tmp_path: Path) -> None:
    dataset = loaded(tmp_path)
    source, fields, constants = read_as(dataset, "default")
    assert (source.name, fields, constants) == ("default", dataset.fields, {})


def test_an_unknown_layout_is_told_with_those_there_are(tmp_path: Path) -> None:
    dataset = loaded(tmp_path, files={"sources/old.toml": LAYOUT})
    with pytest.raises(CannotRead) as refusal:
        read_as(dataset, "new")
    assert refusal.value.issue.code == "source-unknown"
    assert refusal.value.issue.params == {"source": "new", "sources": ["default", "old"]}
