"""Anchors in time: a checkpoint a day that a time-stamping authority (RFC 3161) has signed with the time.

An anchor shows that the leaves it covers stood by then. It ends back-dating without any witness; that there is no
second log it does not show.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

import rfc3161_client
from cryptography.x509 import Certificate
from rfc3161_client import HashAlgorithm, PKIStatus, TimestampRequestBuilder, TimeStampResponse, VerifierBuilder

from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import Checkpoint, open_checkpoint
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import BadNote, NotSigned, Verifier
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import WIDTH, LogReader
from ayan.core.transparency.entries.entry import Entry, read_entry
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.core.transparency.entries.notice import Notice
from ayan.core.transparency.evidence import Files
from ayan.core.transparency.limits import AHEAD, MOST_ANCHORS
from ayan.core.transparency.log_rules import before, beyond
from ayan.core.transparency.release_verification import VerificationReport
from ayan.core.transparency.violation import Violation
from ayan.core.values.label import Label

LIST: Final = "anchors"
"""Where the days that have an anchor are listed, below the log's address: JSON, the oldest first."""
FOLDER: Final = "anchor"
"""Below the log's address and in its folder: for each day the checkpoint and the authority's answer to it."""
CHECKPOINT: Final = ".checkpoint"
RESPONSE: Final = ".tsr"

REQUEST_TYPE: Final = "application/timestamp-query"

_NAME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.(?:checkpoint|tsr)", re.ASCII)


class NoAnchor(Exception):
    """An authority gave no time stamp, or one that is not for what was sent; the text says why."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What one day's anchor is: the signed checkpoint, and the authority's whole answer to it (DER)."""

    day: str
    checkpoint: bytes
    response: bytes

    def time(self, roots: Sequence[Certificate] = ()) -> datetime:
        """The time (UTC) that the authority stated; with ``roots``, only if one of them vouches for its signature.

        Raises NoAnchor where the answer is not to this checkpoint.
        """
        response = _decoded(self.response)
        imprint = response.tst_info.message_imprint.message
        if imprint not in {hashlib.new(name, self.checkpoint).digest() for name in ("sha256", "sha384", "sha512")}:
            raise NoAnchor("the time stamp is of something else")
        if roots:
            try:
                VerifierBuilder(roots=list(roots)).build().verify_message(response, self.checkpoint)
            except (rfc3161_client.VerificationError, ValueError) as fault:
                raise NoAnchor(f"the time stamp is not signed as it should be: {fault}") from None
        return response.tst_info.gen_time.astimezone(UTC)


def ask(log: Log, day: date, post: Callable[[bytes], bytes]) -> Anchor:
    """Have the log's checkpoint stamped and keep the anchor in its folder; NoAnchor where none came of it.

    ``post`` sends the request (DER) to the authority and returns its answer; it may raise OSError.
    """
    signed = log.checkpoint()
    request = TimestampRequestBuilder().data(signed).hash_algorithm(HashAlgorithm.SHA512).nonce(nonce=True).build()
    answer = post(request.as_bytes())
    anchor = Anchor(day.isoformat(), signed, answer)
    anchor.time()
    if _decoded(answer).tst_info.nonce != request.nonce:
        raise NoAnchor("the time stamp is an old one")
    # The answer comes last: with it the anchor is whole.
    log.publish_beside({f"{FOLDER}/{anchor.day}{CHECKPOINT}": signed})
    log.publish_beside({f"{FOLDER}/{anchor.day}{RESPONSE}": answer})
    return anchor


def days(folder: Path) -> list[str]:
    """The days that have an anchor, the oldest first; ``folder`` is that of the log."""
    return sorted(path.stem for path in (folder / FOLDER).glob(f"*{RESPONSE}") if _NAME.fullmatch(path.name))


def file(folder: Path, name: str) -> bytes | None:
    """One of the two files of an anchor, as it is served; None for any other name, and where there is none."""
    try:
        return (folder / FOLDER / name).read_bytes() if _NAME.fullmatch(name) else None
    except FileNotFoundError:
        return None


# --- what a verifier makes of them ------------------------------------------------------------------------------------


def check_anchors(
    evidence: Files,
    logs: Sequence[Verifier],
    newest: Checkpoint,
    roots: Sequence[Certificate],
    report: VerificationReport,
) -> None:
    """Hold every anchor that is shown against the log of ``newest``, which has been verified, and its dates.

    ``logs`` are the keys that are believed; those that the log itself says it had before count too. ``roots`` are the
    certificates of authorities that are believed; without any, an anchor tells no time that counts.
    """
    try:
        listed = json.loads(evidence.get(f"log/{LIST}"))
        named = sorted({day for day in listed if isinstance(day, str) and _NAME.fullmatch(f"{day}{RESPONSE}")})
        # Roots of many sizes share most of their tiles.
        stored = LogReader(lru_cache(maxsize=512)(lambda path: evidence.get(f"log/{path}")))
        entries = {
            bundle * WIDTH + at: read_entry(leaf)
            for bundle in range(-(-newest.size // WIDTH) if named else 0)
            for at, leaf in enumerate(stored.entries(bundle, newest.size))
        }
        nodes = stored.nodes(newest.size)
    except (FileNotFoundError, ValueError, TypeError, LogDamaged):
        # Without a list there are no anchors, and what is wrong with the log has been said.
        return
    keys = {*logs, *_keys_in(entries.values())}
    stamped: list[tuple[int, datetime]] = []
    for day in named[-MOST_ANCHORS:]:
        where = f"log/{FOLDER}/{day}"
        try:
            anchor = Anchor(day, evidence.get(where + CHECKPOINT), evidence.get(where + RESPONSE))
            time, held = anchor.time(roots), open_checkpoint(anchor.checkpoint, *keys)
            if held.size > newest.size or tree.root(nodes, held.size) != held.root:
                raise NoAnchor("the log does not continue what was stamped")
        except (NoAnchor, BadNote, NotSigned, FileNotFoundError, LogDamaged, UnicodeDecodeError) as fault:
            words = Label("لنگر زمانی درست نیست: {fault}", "The anchor in time does not hold: {fault}")
            report.add("broken", where, words.format(fault=fault), "anchor")
            continue
        stamped.append((held.size, time))
    if not roots and stamped:
        words = Label(
            "{count} لنگر زمانی هست؛ گواهی‌نامهٔ مرجع زمان را ندادید (--tsa)، پس زمانشان سنجیده نشد.",
            "There are {count} anchors in time; you gave no certificate of their authority (--tsa), so nothing is said "
            "of their time.",
        )
        report.add("note", f"log/{LIST}", words.format(count=len(stamped)), "anchor-unproved")
    elif stamped:
        for broken in _dated(entries, sorted(stamped)):
            report.add("broken", f"log/{broken.index}", broken.what, broken.code)
        words = Label(
            "{count} لنگر زمانی درست است؛ تازه‌ترین {at}، با {size} برگ.",
            "{count} anchors in time hold; the newest is of {at}, with {size} leaves.",
        )
        size, at = max(stamped)
        said = words.format(count=len(stamped), at=at.isoformat(timespec="seconds"), size=size)
        report.add("holds", f"log/{LIST}", said)


def _keys_in(entries: Iterable[Entry]) -> Iterator[Verifier]:
    """The keys that leaves say the log had before."""
    for entry in entries:
        if isinstance(entry, KeyRotation):
            yield Verifier.parse(entry.old)
        elif isinstance(entry, Notice) and entry.code == "key-lost":
            yield Verifier.parse(str(entry.facts["old"]))


def _dated(entries: Mapping[int, Entry], stamped: Iterable[tuple[int, datetime]]) -> Iterator[Violation]:
    """The entries that are dated after the first anchor with them, or before the last one without them."""
    first, since = 0, None
    for size, time in [*stamped, (len(entries), None)]:
        came = {index: entries[index] for index in range(first, size)}
        if time is not None:
            yield from beyond(came, time, AHEAD)
        if since is not None:
            yield from before(came, since)
        first, since = max(first, size), time if time is not None else since


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        response = rfc3161_client.decode_timestamp_response(answer)
        status = PKIStatus(response.status)
        if status not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
            raise NoAnchor(f"the authority answered {status.name}")
        _ = response.tst_info
    except ValueError as fault:
        raise NoAnchor(f"the authority's answer cannot be read: {fault}") from None
    return response
