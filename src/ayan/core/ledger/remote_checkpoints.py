"""What others have seen of a log: its witnesses, and copies of it elsewhere, held against the one that is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http.client import HTTPException

from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import open_checkpoint
from ayan.core.ledger.limits import WITNESS_SECONDS
from ayan.core.ledger.log import CHECKPOINT, Log
from ayan.core.ledger.log_reader import LogReader
from ayan.core.ledger.note import Verifier
from ayan.core.ledger.policy import PolicyWitness
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import WIDTH
from ayan.core.ledger.tree import leaf_hash
from ayan.core.ledger.witness_requests import NoCosignature, Post, cosignature


@dataclass(frozen=True, slots=True)
class RemoteCheckpoint:
    """What one other has seen: the ``size`` of the tree, and whether it is ``apart`` from what is here.

    Apart is a larger tree, and one that differs. ``differs`` says that it is known to be no continuation. ``signed`` is
    the signed checkpoint where it can be had, ``entries`` the leaves beyond those that are here where they can.
    """

    by: str
    size: int
    apart: bool
    differs: bool = False
    signed: bytes | None = None
    entries: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteSilence:
    """Nothing could be learned from one of those that were asked; ``why`` says what went wrong."""

    by: str
    why: str


def ask(
    log: Log, witnesses: Iterable[PolicyWitness], post: Post, seconds: float = WITNESS_SECONDS
) -> list[RemoteCheckpoint | RemoteSilence]:
    """What the witnesses have seen. Each is shown the checkpoint that is here and says whether it knows another."""
    answers: list[RemoteCheckpoint | RemoteSilence] = []
    for witness in witnesses:
        if not witness.url:
            continue
        try:
            cosignature(log, witness, log.checkpoint(), post, seconds)
            answers.append(RemoteCheckpoint(witness.name, log.size, apart=False))
        except NoCosignature as refusal:
            if refusal.seen is None:
                answers.append(RemoteSilence(witness.name, str(refusal)))
            else:
                answers.append(
                    RemoteCheckpoint(witness.name, refusal.seen, apart=True, differs=refusal.seen <= log.size)
                )
        except (OSError, HTTPException, ValueError) as trouble:
            answers.append(RemoteSilence(witness.name, f"{type(trouble).__name__}: {trouble}"))
    return answers


def checkpoint_of_copy(log: Log, keys: Sequence[Verifier], by: str, get: Callable[[str], bytes]) -> RemoteCheckpoint:
    """What a copy of the log says, whose files ``get`` fetches by their path under the log's address.

    Raises BadNote or NotSigned for a checkpoint that no key of the log signed, FileNotFoundError and LogDamaged when
    the copy is not whole.
    """
    signed = get(CHECKPOINT)
    there, own_size = open_checkpoint(signed, *keys), log.size
    stored = LogReader(get)
    entries = [entry for index in range(-(-there.size // WIDTH)) for entry in stored.entries(index, there.size)]
    hashes = [leaf_hash(entry) for entry in entries]
    if tree.root_of(hashes) != there.root:
        raise LogDamaged("the entries do not lead to the root of the checkpoint")
    shared = min(own_size, there.size)
    differs = tree.root_of(hashes[:shared]) != log.root(shared)
    return RemoteCheckpoint(
        by, there.size, differs or there.size > own_size, differs, signed, tuple(entries[own_size:])
    )


def compare(log: Log, keys: Sequence[Verifier], by: str, signed: bytes) -> RemoteCheckpoint:
    """What a checkpoint says that somebody kept; BadNote or NotSigned when no key of the log signed it."""
    there, own_size = open_checkpoint(signed, *keys), log.size
    differs = there.size <= own_size and log.root(there.size) != there.root
    return RemoteCheckpoint(by, there.size, differs or there.size > own_size, differs, signed)
