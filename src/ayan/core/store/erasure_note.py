"""The note of an erasure under way: what comes and what goes, so that after a crash it is finished or undone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.store.objects import MANIFEST
from ayan.core.system.files import write
from ayan.core.values.canonical import sha256_hex

ERASING: Final = ".erasing-"
"""How the notes are called, with the release's number, and the drafts beside them, with anything else."""


@dataclass(frozen=True, slots=True)
class RewriteNote:
    """Files that come and files that go when the manifest whose SHA-256 (hex) is ``before`` gives way to another."""

    before: str
    comes: tuple[str, ...]
    gone: tuple[str, ...]


def put(path: Path, note: RewriteNote) -> None:
    """Write a note down, whole and durably."""
    write(path, json.dumps({"before": note.before, "comes": note.comes, "gone": note.gone}).encode())


def outstanding(path: Path, folder: Path) -> list[Path]:
    """What must still be removed from ``folder``: the older files once the new manifest stands there, else the new."""
    try:
        facts = json.loads(path.read_bytes())
        done = sha256_hex((folder / MANIFEST).read_bytes()) != facts["before"]
    except FileNotFoundError:
        return []
    names: Sequence[str] = facts["gone"] if done else facts["comes"]
    return [path for path in map(folder.joinpath, names) if path.exists()]
