"""Roots and proofs: conformance vectors, every small tree, and random large ones."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.ledger import tree
from ayan.core.ledger.tree import BadProof, check_consistency, check_inclusion, leaf_hash, node_hash

SMALL = 300
LEAVES = [leaf_hash(b"%d" % number) for number in range(SMALL)]


def naive(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive(leaves[:split]), naive(leaves[split:]))


ROOTS = [naive(LEAVES[:size]) for size in range(SMALL + 1)]


def vectors(shared: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    files = sorted((shared / "vectors" / "merkle" / kind).rglob("*.json"))
    assert len(files) > 50
    for file in files:
        yield f"{file.parent.name}/{file.stem}", json.loads(file.read_bytes())


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_every_inclusion_vector_agrees_right_or_wrong(shared: Path) -> None:
    refused: list[str] = []
    for name, case in vectors(shared, "inclusion"):
        facts = (raw(case["leafHash"]), case["leafIdx"], case["treeSize"], [raw(node) for node in case["proof"] or ()])
        if case["wantErr"]:
            with pytest.raises(BadProof):
                check_inclusion(*facts, raw(case["root"]))
            refused.append(name)
        else:
            check_inclusion(*facts, raw(case["root"]))
    assert len(refused) > 50


def test_every_consistency_vector_agrees_right_or_wrong(shared: Path) -> None:
    refused: list[str] = []
    for name, case in vectors(shared, "consistency"):
        facts = (case["size1"], raw(case["root1"]), case["size2"], raw(case["root2"]))
        proof = [raw(node) for node in case["proof"] or ()]
        if case["wantErr"]:
            with pytest.raises(BadProof):
                check_consistency(*facts, proof)
            refused.append(name)
        else:
            check_consistency(*facts, proof)
    assert len(refused) > 50


def test_every_leaf_of_every_small_tree_is_proved() -> None:
    nodes = tree.nodes_of(LEAVES)
    for size in range(1, SMALL + 1):
        assert tree.root(nodes, size) == ROOTS[size]
        for index in range(size):
            check_inclusion(LEAVES[index], index, size, tree.inclusion(nodes, index, size), ROOTS[size])


def test_every_small_tree_is_shown_to_begin_with_every_smaller_one() -> None:
    nodes = tree.nodes_of(LEAVES)
    for new in range(1, SMALL + 1):
        for old in range(1, new + 1):
            check_consistency(old, ROOTS[old], new, ROOTS[new], tree.consistency(nodes, old, new))


@given(st.data())
def test_no_changed_inclusion_proof_holds(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, SMALL))
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(tree.nodes_of(LEAVES), index, size)
    other = data.draw(st.integers(0, size + 3).filter(lambda candidate: candidate != index))
    with pytest.raises(BadProof):
        check_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
    for wrong in spoiled(data, proof):
        with pytest.raises(BadProof):
            check_inclusion(LEAVES[index], index, size, wrong, ROOTS[size])


@given(st.data())
def test_no_changed_consistency_proof_holds(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, SMALL))
    old = data.draw(st.integers(1, new - 1))
    proof = tree.consistency(tree.nodes_of(LEAVES), old, new)
    for wrong in spoiled(data, proof):
        with pytest.raises(BadProof):
            check_consistency(old, ROOTS[old], new, ROOTS[new], wrong)
    with pytest.raises(BadProof):
        check_consistency(old, LEAVES[0], new, LEAVES[1], proof)


def spoiled(data: st.DataObject, proof: list[bytes]) -> Iterator[list[bytes]]:
    yield [*proof, LEAVES[0]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
        yield proof[:at] + proof[at + 1 :]
        yield [*proof[:at], flipped, *proof[at + 1 :]]
        yield [*proof[:at], proof[at][:-1], *proof[at + 1 :]]


@pytest.mark.soak
def test_large_trees_are_proved_too() -> None:
    chance = Random(6962)
    most = 2_000_000
    nodes = tree.nodes_of([number.to_bytes(32, "big") for number in range(most)])
    for _ in range(500):
        size = chance.randint(1, most)
        index, old = chance.randrange(size), chance.randint(1, size)
        root = tree.root(nodes, size)
        check_inclusion(index.to_bytes(32, "big"), index, size, tree.inclusion(nodes, index, size), root)
        check_consistency(old, tree.root(nodes, old), size, root, tree.consistency(nodes, old, size))


def test_what_lies_outside_the_tree_is_refused() -> None:
    nodes = tree.nodes_of(LEAVES)
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(IndexError):
            tree.inclusion(nodes, index, size)
    with pytest.raises(IndexError):
        tree.consistency(nodes, 6, 5)
    assert tree.consistency(nodes, 0, 5) == []
