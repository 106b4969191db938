"""Manifests as trees: whatever the bound, each says what its text says, and no more is held than is allowed."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ayan.core.store.manifest_trees import ManifestTrees, PackedManifest
from ayan.core.values.canonical import sha256_hex

TABLES = st.lists(
    st.dictionaries(st.text(max_size=8), st.one_of(st.integers(), st.text(max_size=40), st.lists(st.text(max_size=5)))),
    min_size=1,
    max_size=6,
)


def packed(table: dict[str, Any]) -> PackedManifest:
    text = json.dumps(table).encode()
    return PackedManifest(text, sha256_hex(text))


@settings(max_examples=50, deadline=None)
@given(TABLES, st.integers(0, 200), st.lists(st.integers(0, 5), max_size=20))
def test_each_says_what_its_text_says_and_the_bound_holds(
    tables: list[dict[str, Any]], most: int, asked: list[int]
) -> None:
    trees = ManifestTrees(most)
    manifests = [packed(table) for table in tables]
    for number in asked:
        at = number % len(manifests)
        assert trees.of(manifests[at]) == tables[at]
        assert trees.size <= most
    trees.bound(0)
    assert trees.of(manifests[0]) == tables[0]
    assert trees.size == 0


def test_equal_texts_of_two_cities_are_one_tree() -> None:
    trees = ManifestTrees(1_000)
    ours, theirs = packed({"name": "trees"}), packed({"name": "trees"})
    assert trees.of(ours) is trees.of(theirs)
