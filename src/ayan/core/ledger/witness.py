"""A witness (C2SP tlog-witness): sees that logs only grow, remembers the last tree of each, and cosigns it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from ayan.core.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ayan.core.ledger.limits import MOST_PROOF_LINES
from ayan.core.ledger.note import COSIGNATURE, BadNote, BadNoteKey, NotSigned, Signer, Verifier, from_base64, parse_note
from ayan.core.ledger.remote_checkpoints import SIZE_TYPE, WitnessReply
from ayan.core.ledger.tree import EMPTY_ROOT, BadProof, check_consistency
from ayan.core.system.files import locked, make_folder, write
from ayan.core.values.clock import Clock

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)


class Witness:
    """Cosigns checkpoints of the ``logs`` with ``signer``, a key of type 4; what it has seen stands in ``folder``.

    Several processes may serve one folder. Several keys of one origin are keys of one log.
    """

    def __init__(self, folder: Path, signer: Signer, logs: Sequence[Verifier], clock: Clock) -> None:
        if signer.algorithm != COSIGNATURE:
            raise BadNoteKey("a witness signs with a key of type 4")
        self.signer = signer
        self.logs = tuple(logs)
        self._folder = folder.absolute()
        self._clock = clock
        make_folder(self._folder)

    def add_checkpoint(self, body: bytes) -> WitnessReply:
        """Answer a request to cosign: 200 with the cosignature, 409 with the size that is known, or a refusal."""
        try:
            old, proof, signed = _parsed(body)
            note = parse_note(signed)
            claimed = parse_checkpoint(note.text)
        except ValueError:
            return _text_reply(400, "not a size, a proof and a checkpoint")
        keys = [verifier for verifier in self.logs if verifier.name == claimed.origin]
        if not keys:
            return _text_reply(404, "this log is not one that is watched here")
        try:
            checkpoint = open_checkpoint(signed, *keys)
        except NotSigned:
            return _text_reply(403, "the checkpoint is not signed by a key of this log")
        if old > checkpoint.size:
            return _text_reply(400, "the older tree is the larger one")
        with locked(self._folder / "lock"):
            refusal = self._refusal(old, proof, checkpoint)
            if refusal is not None:
                return refusal
            write(self._path(checkpoint.origin), signed)
        cosigned = self.signer.sign(note.text, int(self._clock.now().timestamp()))
        return WitnessReply(200, "text/plain", cosigned.line.encode())

    def last(self, origin: str) -> Checkpoint | None:
        """The last checkpoint of a log that was cosigned here."""
        try:
            return parse_checkpoint(parse_note(self._path(origin).read_bytes()).text)
        except FileNotFoundError:
            return None

    def _refusal(self, old: int, proof: Sequence[bytes], checkpoint: Checkpoint) -> WitnessReply | None:
        """Why the checkpoint is not one that follows the last; None when it is."""
        last = self.last(checkpoint.origin)
        size, root = (last.size, last.root) if last else (0, EMPTY_ROOT)
        if old != size or (old == checkpoint.size and root != checkpoint.root):
            return WitnessReply(409, SIZE_TYPE, b"%d\n" % size)
        try:
            if old:
                check_consistency(old, root, checkpoint.size, checkpoint.root, proof)
            elif proof:
                raise BadProof("nothing can be proved from an empty tree")
        except BadProof as fault:
            return _text_reply(422, str(fault))
        return None

    def _path(self, origin: str) -> Path:
        return self._folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"


def read_logs(path: Path) -> list[Verifier]:
    """The logs to watch: a file with a key (``name+id+base64``) on each line; BadNoteKey names the line at fault."""
    verifiers: list[Verifier] = []
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            try:
                verifiers.append(Verifier.parse(line))
            except BadNoteKey as fault:
                raise BadNoteKey(f"{path.name}, line {number}: {fault}") from None
    return verifiers


def _parsed(body: bytes) -> tuple[int, list[bytes], bytes]:
    head, gap, signed = body.partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    old = _OLD.fullmatch(lines[0])
    if old is None or not gap or len(lines) > 1 + MOST_PROOF_LINES:
        raise BadNote("not a request for a cosignature")
    return int(old[1]), [from_base64(line) for line in lines[1:]], signed


def _text_reply(status: int, text: str) -> WitnessReply:
    return WitnessReply(status, "text/plain", text.encode() + b"\n")
