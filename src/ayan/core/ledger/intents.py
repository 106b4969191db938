"""Intents: what is to become visible after its leaf, written down first, so that a crash in between can be repaired."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ayan.core.ledger.refusal import LedgerError, LogDamaged
from ayan.core.system.files import flush, make_folder, write


@dataclass(frozen=True, slots=True)
class Intent:
    """A leaf that is to enter the log at or after index ``since``; ``payload`` is what a repair needs to know."""

    name: str
    leaf: bytes
    payload: bytes
    since: int


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
        facts = {
            "name": intent.name,
            "leaf": base64.b64encode(intent.leaf).decode(),
            "payload": base64.b64encode(intent.payload).decode(),
            "since": intent.since,
        }
        make_folder(self._folder)
        write(path, json.dumps(facts).encode(), drafts=self._drafts)
        return intent

    def all(self) -> list[Intent]:
        """Every unfinished intent, by name."""
        paths = self._folder.glob("*.json") if self._folder.is_dir() else ()
        return sorted((_read(path) for path in paths), key=lambda intent: intent.name)

    def remove(self, intent: Intent) -> None:
        """Forget an intent, durably; nothing happens when it is forgotten already."""
        self._path(intent.name).unlink(missing_ok=True)
        if self._folder.is_dir():
            flush(self._folder)

    def _path(self, name: str) -> Path:
        # Names hold slashes, as releases do, and may be longer than a file's name can be.
        return self._folder / f"{sha256(name.encode()).hexdigest()}.json"


def _read(path: Path) -> Intent:
    try:
        facts = json.loads(path.read_bytes())
        return Intent(
            facts["name"], base64.b64decode(facts["leaf"]), base64.b64decode(facts["payload"]), int(facts["since"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LogDamaged(f"{path} is not an intent") from error
