"""Whether a log holds everything that a checkpoint of it, seen elsewhere, promises."""

from __future__ import annotations

from ayan.core.ledger.checkpoint import open_checkpoint
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Verifier


def extends(log: Log, signed: bytes, *keys: Verifier) -> bool:
    """Whether the tree of a checkpoint, signed by the log's key or one of ``keys``, is the beginning of the log's."""
    assert log.verifier is not None
    seen = open_checkpoint(signed, log.verifier, *keys)
    return seen.size <= log.size and log.root(seen.size) == seen.root
