"""What opens one row out of the commitment to all of them. Whoever checks a proof needs this, and no file of rows."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from ayan.core.ledger import tree
from ayan.core.ledger.tree import HASH, leaf_hash


class BadRows(ValueError):
    """Rows that cannot be committed to, or that are not those that were; the text names no value."""


def commitment(salt: bytes, row: bytes) -> bytes:
    """The commitment to a row: SHA-256 over its 32-byte salt and then its canonical bytes."""
    if len(salt) != HASH:
        raise BadRows("a salt has 32 bytes")
    return sha256(salt + row).digest()


@dataclass(frozen=True, slots=True)
class Opening:
    """What shows that one row belongs to a rows root.

    ``position`` counts from 0 among all ``rows`` in the order of ``_row``. ``text`` is the canonical row and ``salt``
    its salt, both None for an erased row. ``path`` leads from the leaf hash of ``commitment`` to the root.
    """

    position: int
    rows: int
    commitment: bytes
    path: tuple[bytes, ...]
    text: bytes | None = None
    salt: bytes | None = None

    def root(self) -> bytes:
        """The rows root that this leads to; BadProof when text and salt are not those of the commitment."""
        if (self.text is None) != (self.salt is None):
            raise tree.BadProof("a row is shown with its salt or not at all")
        if self.text is not None and self.salt is not None and commitment(self.salt, self.text) != self.commitment:
            raise tree.BadProof("the row is not the one committed to")
        return tree.root_by_inclusion(leaf_hash(self.commitment), self.position, self.rows, self.path)
