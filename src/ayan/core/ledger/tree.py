"""The Merkle tree of RFC 6962: hashes and roots, and proofs of inclusion and of consistency, made and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from ayan.core.ledger.limits import MOST_HASHES

HASH: Final = 32
"""Bytes of one SHA-256 hash."""

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves."""


Nodes: TypeAlias = Callable[[int, int], bytes]
"""Asks for the hash of a perfect subtree: ``nodes(height, index)`` spans the leaves from ``index << height``,
``1 << height`` of them."""


class BadProof(ValueError):
    """A proof does not show what it should; the text says which part is at fault."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf (RFC 6962, section 2.1): its entry after a zero byte."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 6962, section 2.1): its two children after a one byte."""
    return sha256(b"\x01" + left + right).digest()


def climb(level: bytes) -> bytes:
    """The hashes one level up: ``level`` is a run of hashes, an odd last one stays behind."""
    pairs = range(0, len(level) - len(level) % (2 * HASH), 2 * HASH)
    return b"".join([sha256(b"\x01" + level[at : at + 64]).digest() for at in pairs])


def folded(hashes: bytes, position: int, height: int) -> bytes:
    """The hash over ``1 << height`` hashes that stand one after the other, from number ``position`` on."""
    part = hashes[position * HASH : (position + (1 << height)) * HASH]
    for _ in range(height):
        part = climb(part)
    return part


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes that are all at hand."""
    return root(nodes_of(hashes), len(hashes))


def nodes_of(hashes: Sequence[bytes]) -> Nodes:
    """The nodes over leaf hashes that are all at hand, every level computed once."""
    levels = [b"".join(hashes)]
    while len(levels[-1]) >= 2 * HASH:
        levels.append(climb(levels[-1]))
    return lambda height, index: levels[height][index * HASH : (index + 1) * HASH]


def root(nodes: Nodes, size: int) -> bytes:
    """The root of the first ``size`` leaves."""
    return span(nodes, 0, size) if size else EMPTY_ROOT


def span(nodes: Nodes, start: int, end: int) -> bytes:
    """The hash of the leaves ``start`` to ``end``, a range that splitting the tree by RFC 6962 gives."""
    parts = [nodes(height, index) for height, index in perfect(start, end)]
    digest = parts.pop()
    while parts:
        digest = node_hash(parts.pop(), digest)
    return digest


def perfect(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The perfect subtrees (height, index) of which a range is made, from the left; the largest comes first."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The audit path of a leaf in the tree of ``size`` leaves (RFC 6962, section 2.1.1), the leaf's sibling first.

    Raises IndexError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(f"a tree of {size} leaves has no leaf {index}")
    start, end = 0, size
    path: list[tuple[int, int]] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return [span(nodes, *part) for part in reversed(path)]


def consistency(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """The proof that the tree of ``new`` leaves begins with that of ``old`` (RFC 6962, section 2.1.2).

    Empty when both are equal, or when ``old`` is 0, for anything begins with nothing. Raises IndexError when the
    sizes are not in order.
    """
    if not 0 <= old <= new:
        raise IndexError(f"a tree of {new} leaves cannot begin with one of {old}")
    if old == 0:
        return []
    start, end = 0, new
    path: list[tuple[int, int]] = []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start:
        path.append((start, end))
    return [span(nodes, *part) for part in reversed(path)]


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a leaf hash and its audit path lead to (RFC 9162, section 2.1.3.2); BadProof if there is none."""
    if not 0 <= index < size:
        raise BadProof("the index lies outside the tree")
    _check_hashes([leaf, *proof])
    position, last = index, size - 1
    digest = leaf
    for sibling in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if position & 1 or position == last:
            digest = node_hash(sibling, digest)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    return digest


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise BadProof unless the leaf hash stands at ``index`` in the tree of ``size`` leaves with this root."""
    if root_by_inclusion(leaf, index, size, proof) != root:
        raise BadProof("the proof leads to another root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise BadProof unless the newer tree begins with the older one (RFC 9162, section 2.1.4.2).

    An older tree without leaves is refused: nothing can be shown from it.
    """
    if not 0 < old <= new:
        raise BadProof("the sizes are not in order, or the older tree is empty")
    if old == new:
        if proof or old_root != new_root:
            raise BadProof("equal sizes with unequal roots, or with a proof")
        return
    _check_hashes([old_root, new_root, *proof])
    if not proof:
        raise BadProof("the proof is empty")
    # A perfect older tree is a node of the newer one, and the proof leaves it out.
    path = [old_root, *proof] if old & (old - 1) == 0 else proof
    if _roots_by_consistency(old, new, path) != (old_root, new_root):
        raise BadProof("the proof leads to other roots")


def _roots_by_consistency(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if position & 1 or position == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            newer = node_hash(newer, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    return older, newer


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if len(hashes) > MOST_HASHES + 3 or any(len(digest) != HASH for digest in hashes):
        raise BadProof("not SHA-256 hashes, or too many of them")
