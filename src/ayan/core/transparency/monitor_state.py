"""What a monitor keeps between two looks at a log: the entries, the checkpoint they lead to, and what it has told."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import Checkpoint, parse_checkpoint
from ayan.core.ledger.note import parse_note
from ayan.core.ledger.tiles import decode_bundle, encode_bundle
from ayan.core.ledger.tree import leaf_hash
from ayan.core.system.files import PRIVATE, write

FORMAT: Final = 1


class BadMonitorState(ValueError):
    """A file that is not what a monitor has kept; the text says why, in English."""


@dataclass(frozen=True, slots=True)
class MonitorState:
    """What was seen of one log.

    ``signed`` is the last checkpoint that was accepted, as a note, and ``leaves`` are the entries that lead to it.
    ``seen`` is when the monitor looked last, ``grown`` when it first saw a log of this size, both aware.
    ``unsound`` are the releases whose bytes did not hold and are fetched again; ``reported`` is what was told already.
    """

    signed: bytes
    leaves: tuple[bytes, ...]
    seen: datetime
    grown: datetime
    unsound: frozenset[str] = frozenset()
    reported: frozenset[str] = frozenset()

    @property
    def checkpoint(self) -> Checkpoint:
        """What the log said of itself then."""
        return parse_checkpoint(parse_note(self.signed).text)


def read_state(path: Path) -> MonitorState | None:
    """The state in a file; None without one. Raises BadMonitorState where it does not fit itself."""
    try:
        facts = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        raise BadMonitorState("it is not JSON") from None
    try:
        if facts["format"] != FORMAT:
            raise BadMonitorState(f"its format is {facts['format']!r}, and this version reads {FORMAT}")
        packed = base64.b64decode(facts["leaves"], validate=True)
        state = MonitorState(
            facts["checkpoint"].encode(),
            tuple(decode_bundle(zlib.decompress(packed))),
            datetime.fromisoformat(facts["seen"]),
            datetime.fromisoformat(facts["grown"]),
            frozenset(map(str, facts["unsound"])),
            frozenset(map(str, facts["reported"])),
        )
        there = state.checkpoint
    except BadMonitorState:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error) as error:
        raise BadMonitorState(f"{type(error).__name__}: {error}") from None
    if there.size != len(state.leaves) or tree.root_of([leaf_hash(leaf) for leaf in state.leaves]) != there.root:
        raise BadMonitorState("its entries do not lead to its checkpoint")
    if state.seen.tzinfo is None or state.grown.tzinfo is None:
        raise BadMonitorState("a time in it names no zone")
    return state


def write_state(path: Path, state: MonitorState) -> None:
    """Put the state in the place of the former one, in one step."""
    facts = {
        "format": FORMAT,
        "checkpoint": state.signed.decode(),
        "seen": state.seen.isoformat(),
        "grown": state.grown.isoformat(),
        "unsound": sorted(state.unsound),
        "reported": sorted(state.reported),
        "leaves": base64.b64encode(zlib.compress(encode_bundle(state.leaves))).decode("ascii"),
    }
    write(path, (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode(), mode=PRIVATE)
