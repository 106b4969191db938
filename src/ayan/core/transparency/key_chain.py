"""From a key that somebody believes to the one that the log has now, over leaves that both keys have signed.

Whoever was given a log's key years ago tells a rotation from a theft by this: a thief's key has no such leaf, unless he
has the old key too, and then witnesses and kept checkpoints tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ayan.core.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ayan.core.ledger.limits import MOST_HASHES
from ayan.core.ledger.log import CHECKPOINT
from ayan.core.ledger.note import BadNote, NotSigned, Verifier, parse_note
from ayan.core.ledger.proof import ROTATIONS, parse_proof
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import WIDTH, LogReader
from ayan.core.ledger.tree import BadProof, check_inclusion, leaf_hash
from ayan.core.ledger.trust_policy import Policy
from ayan.core.transparency.entries.key_rotation import KEY_ROTATED, KeyRotation
from ayan.core.transparency.entries.parsing import BadStatement
from ayan.core.transparency.evidence import Unreachable

_MARK: Final = f'"kind":"{KEY_ROTATED}"'.encode()


def rotations_in(entries: Iterable[tuple[int, bytes]]) -> Iterator[KeyRotation]:
    """The rotations among entries with their indexes, as far as both keys signed them for that place."""
    for index, entry in entries:
        if _MARK in entry:
            try:
                rotation = KeyRotation.parse(entry)
            except BadStatement:
                continue
            if rotation.size == index and rotation.is_signed():
                yield rotation


def followed(
    get: Callable[[str], bytes], policy: Policy, known: Sequence[bytes] = ()
) -> tuple[Policy, KeyRotation | None]:
    """The policy for the log whose files ``get`` fetches by their path under the log's address.

    ``known`` are entries that were read of it before: nothing is fetched for what they tell already. Where the
    checkpoint is not signed by a log that ``policy`` believes and rotations lead from one of them to the key that did
    sign it, that takes its place; the last of the rotations is returned too. Else the policy as it is. The entries are
    still to be held against the checkpoint.
    """
    try:
        signed = get(CHECKPOINT)
        claimed = _unsigned_by(signed, policy)
        if claimed is None:
            return policy, None
        led = _led(policy, signed, rotations_in(enumerate(known)))
        if led[1] is not None:
            return led
        stored = LogReader(get)
        entries = (
            (bundle * WIDTH + at, entry)
            for bundle in range(-(-claimed.size // WIDTH))
            for at, entry in enumerate(stored.entries(bundle, claimed.size))
        )
        return _led(policy, signed, rotations_in(entries))
    except (FileNotFoundError, BadNote, LogDamaged, UnicodeDecodeError, Unreachable):
        # Whoever verifies says what is wrong with the log.
        return policy, None


def followed_in_proof(proof: bytes, policy: Policy) -> tuple[Policy, KeyRotation | None]:
    """As `followed`, over the rotations that a proof file brings. Raises BadProof, and BadNote."""
    parts = parse_proof(proof)
    claimed = _unsigned_by(parts.checkpoint, policy)
    if claimed is None:
        return policy, None
    entries = []
    try:
        for change in json.loads(parts.extra or b"{}").get(ROTATIONS, ()):
            index, leaf = change["index"], change["leaf"].encode()
            path = [bytes.fromhex(step) for step in change["path"]]
            if type(index) is not int or len(path) > MOST_HASHES:
                raise BadProof("a rotation of the key is not proved as it should be")
            check_inclusion(leaf_hash(leaf), index, claimed.size, path, claimed.root)
            entries.append((index, leaf))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadProof("what the proof file says of the log's keys cannot be read") from None
    return _led(policy, parts.checkpoint, rotations_in(entries))


def leads_to(keys: Iterable[Verifier], rotations: Iterable[KeyRotation]) -> dict[str, str]:
    """For each of the keys that was rotated, the key (both *vkeys*) that it led to in the end."""
    ends = {str(key): str(key) for key in keys}
    for rotation in rotations:
        ends = {first: rotation.new if end == rotation.old else end for first, end in ends.items()}
    return {first: end for first, end in ends.items() if first != end}


def _led(policy: Policy, signed: bytes, rotations: Iterator[KeyRotation]) -> tuple[Policy, KeyRotation | None]:
    passed = list(rotations)
    for first, end in leads_to(policy.logs, passed).items():
        key = Verifier.parse(end)
        if _signed_by(signed, key):
            logs = tuple(key if str(log) == first else log for log in policy.logs)
            return replace(policy, logs=logs), next(each for each in reversed(passed) if each.new == end)
    return policy, None


def _unsigned_by(signed: bytes, policy: Policy) -> Checkpoint | None:
    """The checkpoint as it claims to be, if no log of the policy signed it; None if one did."""
    if any(_signed_by(signed, log) for log in policy.logs):
        return None
    return parse_checkpoint(parse_note(signed).text)


def _signed_by(signed: bytes, key: Verifier) -> bool:
    try:
        open_checkpoint(signed, key)
    except NotSigned:
        return False
    return True
