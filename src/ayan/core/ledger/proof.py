"""Proof files (C2SP tlog-proof): one text from which a leaf, or one row of a release, is checked without the portal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ayan.core.ledger.checkpoint import parse_checkpoint
from ayan.core.ledger.limits import LARGEST_PROOF, MOST_HASHES
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import from_base64, parse_note, to_base64
from ayan.core.ledger.opening import Opening
from ayan.core.ledger.tree import HASH, BadProof, check_inclusion, leaf_hash
from ayan.core.ledger.trust_policy import Policy, PolicyCheck
from ayan.core.values.canonical import Json, NotCanonical, canonical_json

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
SUFFIX: Final = ".tlog-proof"

ROWS_ROOT: Final = "rows_root"
"""The member of a release's statement (the leaf, a JSON object) that holds the rows root, in hexadecimal digits."""

ROWS: Final = "rows"
"""The member that holds the number of rows."""

ROTATIONS: Final = "rotations"
"""The member of ``extra`` that holds the leaves by which the log's key was changed, each with its own path."""

_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_HASH: Final = re.compile(rf"[0-9a-f]{{{2 * HASH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The parts of a proof file: the leaf's index, its audit path, the signed checkpoint, and ``extra``, unsigned."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __bytes__(self) -> bytes:
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [FIRST_LINE, *extra, f"index {self.index}", *map(to_base64, self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint


@dataclass(frozen=True, slots=True)
class ProofResult:
    """What a proof file shows: the leaf and where it stands, whose checkpoint says so, and a row of its release."""

    leaf: bytes
    index: int
    by: PolicyCheck
    row: Opening | None = None


def prove_leaf(log: Log, index: int, row: Opening | None = None, rotations: Iterable[int] = ()) -> bytes:
    """The proof file for a leaf whose entry is text, and, given its opening, for one row of the release it states.

    Raises IndexError beyond the log. ``extra`` is a JSON object: ``leaf`` is the entry, ``row`` the opening with its
    hashes in hexadecimal digits, `ROTATIONS` the leaves at the indexes ``rotations``, for who has an older key.
    """
    checkpoint = log.checkpoint()
    size = parse_checkpoint(parse_note(checkpoint).text).size
    extra: dict[str, Json] = {"leaf": log.leaf(index).decode()}
    if row is not None:
        extra["row"] = {
            "position": row.position,
            "rows": row.rows,
            "text": None if row.text is None else row.text.decode(),
            "salt": None if row.salt is None else row.salt.hex(),
            "commitment": row.commitment.hex(),
            "path": [step.hex() for step in row.path],
        }
    changes: list[Json] = [
        {"index": at, "leaf": log.leaf(at).decode(), "path": [step.hex() for step in log.inclusion(at, size)]}
        for at in rotations
        if at < size
    ]
    if changes:
        extra[ROTATIONS] = changes
    return bytes(TlogProof(index, tuple(log.inclusion(index, size)), checkpoint, canonical_json(extra)))


def parse_proof(data: bytes) -> TlogProof:
    """The parts of a proof file, nothing of it checked; BadProof when it is none."""
    if len(data) > LARGEST_PROOF:
        raise BadProof("a proof file of more than a mebibyte")
    head, gap, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
        first, extra = lines.pop(0), None
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "))
        index = _INDEX.fullmatch(lines.pop(0))
        path = tuple(from_base64(line) for line in lines)
    except (ValueError, IndexError):
        raise BadProof("not a proof file") from None
    if first != FIRST_LINE or index is None or not gap or len(path) > MOST_HASHES:
        raise BadProof("not a proof file")
    proof = TlogProof(int(index[1]), path, checkpoint, extra)
    if bytes(proof) != data:
        raise BadProof("not a proof file in its one spelling")
    return proof


def check_proof(data: bytes, policy: Policy, leaf: bytes | None = None) -> ProofResult:
    """What a proof file shows to somebody who believes the logs and witnesses of ``policy``.

    ``leaf`` is the entry it must be about; by default the one in the file. Raises BadProof, and BadNote or NotSigned
    where the checkpoint is not one that the policy accepts.
    """
    proof = parse_proof(data)
    facts = _facts(proof.extra)
    entry = leaf if leaf is not None else _text(facts, "leaf")
    if leaf is not None and "leaf" in facts and _text(facts, "leaf") != leaf:
        raise BadProof("the proof is about another leaf")
    by = policy.check(proof.checkpoint)
    check_inclusion(leaf_hash(entry), proof.index, by.checkpoint.size, proof.path, by.checkpoint.root)
    row = None
    if "row" in facts:
        row = _opening(facts["row"])
        _check_row(entry, row)
    return ProofResult(entry, proof.index, by, row)


def _check_row(entry: bytes, row: Opening) -> None:
    """Tie the row to the release: its path must end in the rows root that the leaf states."""
    try:
        statement = json.loads(entry)
        # One spelling only, or two readers could find two roots in one statement.
        plain = isinstance(statement, dict) and canonical_json(statement) == entry
    except (ValueError, RecursionError, NotCanonical):
        plain = False
    if not plain or statement.get(ROWS_ROOT) != row.root().hex() or statement.get(ROWS) != row.rows:
        raise BadProof("the row is not one of the release that the leaf states")


def _facts(extra: bytes | None) -> Mapping[str, Any]:
    try:
        facts = json.loads(extra or b"{}")
    except (ValueError, RecursionError):
        raise BadProof("what the proof file says beside its hashes cannot be read") from None
    return facts if isinstance(facts, dict) else {}


def _text(facts: Mapping[str, Any], name: str) -> bytes:
    value = facts.get(name)
    if not isinstance(value, str):
        raise BadProof(f"the proof file lacks its {name}")
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise BadProof(f"the proof file's {name} is not text") from None


def _opening(facts: Any) -> Opening:
    if not isinstance(facts, dict):
        raise BadProof("the row in the proof file cannot be read")
    position, rows, path = facts.get("position"), facts.get("rows"), facts.get("path")
    if type(position) is not int or type(rows) is not int or not isinstance(path, list):
        raise BadProof("the row in the proof file cannot be read")
    text = None if facts.get("text") is None else _text(facts, "text")
    salt = None if facts.get("salt") is None else _hash(facts["salt"])
    opening = Opening(position, rows, _hash(facts.get("commitment")), tuple(map(_hash, path)), text, salt)
    if len(opening.path) > MOST_HASHES:
        raise BadProof("the row in the proof file cannot be read")
    return opening


def _hash(text: object) -> bytes:
    if not isinstance(text, str) or not _HASH.fullmatch(text):
        raise BadProof("a hash in the proof file cannot be read")
    return bytes.fromhex(text)
