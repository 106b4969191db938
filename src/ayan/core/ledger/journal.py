"""Written down before it is done, so that a crash loses nothing: entries about to enter the log, and intents."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from ayan.core.ledger.refusal import LedgerError, LogDamaged
from ayan.core.ledger.tiles import decode_bundle, encode_bundle
from ayan.core.system.files import flush, make_folder, write


@dataclass(frozen=True, slots=True)
class PendingEntries:
    """Entries that were to follow the first ``size`` leaves."""

    size: int
    entries: list[bytes]


class Journal:
    """One file, overwritten by every append. A torn one fails its digest and counts as none: no tile followed it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, size: int, entries: Sequence[bytes]) -> None:
        """Note, durably, which entries are to follow the first ``size`` leaves."""
        new = not self._path.exists()
        bundle = encode_bundle(entries)
        head = f"{size} {_digest(size, bundle)}\n".encode()
        held = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(held, "wb") as out:
            out.write(head + bundle)
        flush(self._path)
        if new:
            flush(self._path.parent)

    def read(self) -> PendingEntries | None:
        """What the last append was to add; None when there was none, or it was killed while it wrote this."""
        try:
            head, _, bundle = self._path.read_bytes().partition(b"\n")
            size, digest = head.decode("ascii").split(" ")
            if digest != _digest(int(size), bundle):
                return None
        except (FileNotFoundError, ValueError):
            return None
        return PendingEntries(int(size), decode_bundle(bundle))


def _digest(size: int, bundle: bytes) -> str:
    return sha256(b"%d\n" % size + bundle).hexdigest()


# --- intents: what is to become visible after its leaf ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Intent:
    """A leaf that is to enter the log at or after index ``since``; ``payload`` is what a repair needs to know."""

    name: str
    leaf: bytes
    payload: bytes
    since: int


class IntentKeeper(Protocol):
    """Where unfinished intents are kept."""

    def add(self, intent: Intent) -> Intent:
        """Write an intent down, durably; LedgerError while another of that name stands."""
        ...

    def all(self) -> list[Intent]:
        """Every unfinished intent, by name."""
        ...

    def remove(self, intent: Intent) -> None:
        """Forget an intent, durably; nothing happens when it is forgotten already."""
        ...


class Intents:
    """The unfinished intents, one file each, in ``folder``; ``drafts`` is where a file stands until it is whole."""

    def __init__(self, folder: Path, drafts: Path) -> None:
        self._folder = folder
        self._drafts = drafts

    def add(self, intent: Intent) -> Intent:
        """Write an intent down, durably; LedgerError while another of that name stands."""
        path = self._path(intent.name)
        if path.exists():
            raise LedgerError(f"{intent.name} was begun before and not finished: repair it first")
        make_folder(self._folder)
        write(path, intent_text(intent), drafts=self._drafts)
        return intent

    def all(self) -> list[Intent]:
        """Every unfinished intent, by name."""
        paths = self._folder.glob("*.json") if self._folder.is_dir() else ()
        return sorted((_read_intent(path) for path in paths), key=lambda intent: intent.name)

    def remove(self, intent: Intent) -> None:
        """Forget an intent, durably; nothing happens when it is forgotten already."""
        self._path(intent.name).unlink(missing_ok=True)
        if self._folder.is_dir():
            flush(self._folder)

    def _path(self, name: str) -> Path:
        # Names hold slashes, as releases do, and may be longer than a file's name can be.
        return self._folder / f"{sha256(name.encode()).hexdigest()}.json"


def _read_intent(path: Path) -> Intent:
    return intent_from(path.read_bytes(), str(path))


def intent_text(intent: Intent) -> bytes:
    """An intent as it is kept."""
    facts = {
        "name": intent.name,
        "leaf": base64.b64encode(intent.leaf).decode(),
        "payload": base64.b64encode(intent.payload).decode(),
        "since": intent.since,
    }
    return json.dumps(facts).encode()


def intent_from(text: bytes, where: str) -> Intent:
    """The intent that was kept; LogDamaged, which names ``where``, for anything else."""
    try:
        facts = json.loads(text)
        return Intent(
            facts["name"], base64.b64decode(facts["leaf"]), base64.b64decode(facts["payload"]), int(facts["since"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LogDamaged(f"{where} is not an intent") from error
