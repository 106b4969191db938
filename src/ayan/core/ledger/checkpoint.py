"""Checkpoints (C2SP tlog-checkpoint): a log's origin, size and root as a note that the log and its witnesses sign."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.ledger.note import (
    BadNote,
    NotSigned,
    SignedNote,
    Signer,
    Verifier,
    from_base64,
    parse_note,
    signed_by,
    to_base64,
)
from ayan.core.ledger.tree import HASH

FEED_NAMESPACE: Final = "tag:ayan,2026:checkpoint"
"""The XML namespace of the element ``checkpoint``, by which a feed carries the checkpoint of its moment."""

_IN_FEED: Final = re.compile(rb"<(?:\w+:)?checkpoint\b[^>]*>([^<]*)</")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment: its origin, how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> bytes:
        """The text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join([line + "\n" for line in lines]).encode()

    def signed(self, signer: Signer) -> SignedNote:
        """The checkpoint as a note under the log's signature."""
        return SignedNote(self.text, (signer.sign(self.text),))


def parse_checkpoint(text: bytes) -> Checkpoint:
    """The checkpoint that a note's text states; BadNote when it is none."""
    lines = text.decode().split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
        raise BadNote("not a checkpoint: origin, size and root, each on its line")
    try:
        root = from_base64(lines[2])
    except ValueError:
        raise BadNote("the root of a checkpoint is not base64") from None
    if len(root) != HASH:
        raise BadNote("the root of a checkpoint is not a SHA-256 hash")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:-1]))


def open_checkpoint(signed: bytes, *logs: Verifier) -> Checkpoint:
    """The checkpoint in a note that the log with one of these keys signed; BadNote or NotSigned otherwise.

    The key's name must be the checkpoint's origin, so that one log's key cannot speak for another log.
    """
    note = parse_note(signed)
    checkpoint = parse_checkpoint(note.text)
    if not signed_by(note, [verifier for verifier in logs if verifier.name == checkpoint.origin]):
        raise NotSigned(f"no known key of {checkpoint.origin[:80]!r} signed the checkpoint")
    return checkpoint


def cosigned(signed: bytes, witnesses: Sequence[Verifier]) -> dict[Verifier, int]:
    """The witnesses that cosigned the checkpoint, and when (POSIX seconds); empty when none did.

    A line under a witness's name that does not fit counts as no cosignature: it says nothing against the log.
    """
    note = parse_note(signed)
    times: dict[Verifier, int] = {}
    for witness in witnesses:
        for signature in note.signatures:
            if signature.time is not None and witness.accepts(note.text, signature):
                times[witness] = signature.time
    return times


def checkpoint_in_feed(document: bytes) -> bytes | None:
    """The signed checkpoint that a feed carries; None where it carries none. Nothing of it is checked."""
    carried = _IN_FEED.search(document)
    return None if carried is None else html.unescape(carried[1].decode(errors="replace")).encode()
