"""What others say of a log: witnesses (C2SP tlog-witness) that are asked to cosign it, and copies of it elsewhere."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import open_checkpoint, parse_checkpoint
from ayan.core.ledger.limits import LARGEST_ANSWER, WITNESS_SECONDS
from ayan.core.ledger.log import CHECKPOINT, Log
from ayan.core.ledger.note import BadNote, Signature, Verifier, parse_note, parse_signatures, to_base64
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import WIDTH, LogReader
from ayan.core.ledger.tree import leaf_hash
from ayan.core.ledger.trust_policy import PolicyWitness

PATH: Final = "/add-checkpoint"
SIZE_TYPE: Final = "text/x.tlog.size"

_SIZE: Final = re.compile(r"(0|[1-9][0-9]{0,18})\n", re.ASCII)


# --- witnesses that are asked to cosign -------------------------------------------------------------------------------


class NoCosignature(Exception):
    """A witness did not cosign; the text says why.

    ``seen`` is the size of the tree that it has seen, where that is not part of the one it was shown.
    """

    def __init__(self, why: str, seen: int | None = None) -> None:
        super().__init__(why)
        self.seen = seen


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """How one witness answered: its cosignature, or in words why there is none."""

    witness: PolicyWitness
    signature: Signature | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class WitnessReply:
    """What an HTTP server answered."""

    status: int
    kind: str
    body: bytes


Post = Callable[[str, bytes, float], WitnessReply]
"""Sends a body to an address, with so many seconds to go; raises OSError or HTTPException."""


def ask_witnesses(
    log: Log, witnesses: Iterable[PolicyWitness], seconds: float = WITNESS_SECONDS
) -> list[WitnessRequest]:
    """Ask all witnesses that have an address, at once, to cosign the log's checkpoint, and publish what they sign.

    Takes ``seconds`` at most: who has not answered by then is left behind. Never raises for what a witness does. The
    cosignatures stand under the checkpoint when this returns, unless the log has grown meanwhile.
    """
    called = [witness for witness in witnesses if witness.url]
    signed = log.checkpoint()
    answers: dict[str, WitnessRequest] = {}
    threads = [
        threading.Thread(target=_note_answer, args=(answers, log, witness, signed, seconds), daemon=True)
        for witness in called
    ]
    end = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    requests = [
        answers.get(witness.name, WitnessRequest(witness, trouble="it did not answer in time")) for witness in called
    ]
    signatures = [request.signature for request in requests if request.signature is not None]
    if signatures:
        log.cosign(parse_note(signed).text, signatures)
    return requests


def cosignature(
    log: Log, witness: PolicyWitness, signed: bytes, post: Post, seconds: float = WITNESS_SECONDS
) -> Signature:
    """One witness's cosignature for a signed checkpoint of the log; NoCosignature says why there is none.

    The witness is first taken to know the checkpoint one leaf ago; when it says that it knows another, it is asked
    again from there.
    """
    note = parse_note(signed)
    size = parse_checkpoint(note.text).size
    old = max(size - 1, 0)
    for _ in range(2):
        reply = post(str(witness.url).rstrip("/") + PATH, request(old, log.consistency(old, size), signed), seconds)
        if reply.status == 200:
            return _accepted(note.text, witness, reply.body)
        if reply.status != 409:
            raise NoCosignature(f"it answered {reply.status}")
        known = _SIZE.fullmatch(reply.body.decode("ascii", "replace"))
        if known is None:
            break
        if int(known[1]) > size:
            raise NoCosignature(f"it has seen {known[1]} leaves of this log, here there are {size}", int(known[1]))
        if int(known[1]) == old:
            raise NoCosignature(f"it has seen another tree of {old} leaves of this log", old)
        old = int(known[1])
    raise NoCosignature("it does not say what it has seen")


def request(old: int, proof: Sequence[bytes], signed: bytes) -> bytes:
    """The body that asks a witness: the size it knows, the proof from there, and the signed checkpoint."""
    lines = [f"old {old}", *map(to_base64, proof), "", ""]
    return "\n".join(lines).encode() + signed


def post(url: str, body: bytes, seconds: float, kind: str = "text/plain; charset=utf-8") -> WitnessReply:
    """POST a body of a content type over HTTP or HTTPS; no redirect is followed, and a long answer is cut off."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OSError("the address begins with https:// or http://")
    connector = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connector(parts.hostname, parts.port, timeout=seconds)
    try:
        connection.request("POST", parts.path or "/", body, {"Content-Type": kind})
        answer = connection.getresponse()
        return WitnessReply(answer.status, answer.headers.get_content_type(), answer.read(LARGEST_ANSWER))
    finally:
        connection.close()


def _note_answer(
    answers: dict[str, WitnessRequest], log: Log, witness: PolicyWitness, signed: bytes, seconds: float
) -> None:
    try:
        answers[witness.name] = WitnessRequest(witness, cosignature(log, witness, signed, post, seconds))
    except NoCosignature as trouble:
        answers[witness.name] = WitnessRequest(witness, trouble=str(trouble))
    except (OSError, HTTPException, ValueError) as trouble:
        answers[witness.name] = WitnessRequest(witness, trouble=f"{type(trouble).__name__}: {trouble}")


def _accepted(text: bytes, witness: PolicyWitness, body: bytes) -> Signature:
    try:
        for signature in parse_signatures(body.decode()):
            if witness.key.accepts(text, signature):
                return signature
    except (BadNote, UnicodeDecodeError):
        pass
    raise NoCosignature("its answer holds no cosignature by its key")


# --- what others have seen of a log -----------------------------------------------------------------------------------


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
