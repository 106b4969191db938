"""What stands beside a log because its leaves say so: where each text is, its digest, and how it is written."""

from __future__ import annotations

import json
from typing import Final

from ayan.core.transparency.log_rules import LogHistory
from ayan.core.values.canonical import canonical_json

DECLARATIONS: Final = "declarations"
"""The folder, in that of the log and under its address, of what is published of declarations, by digest."""

DIARY: Final = "diary"
"""The folder of the sealed days of the diary, each with its parts."""


def declaration_path(digest: str) -> str:
    """Where what is published of a declaration stands, under the log's address."""
    return f"{DECLARATIONS}/{digest}"


def part_path(day: str, name: str) -> str:
    """Where a part of a sealed day stands, under the log's address."""
    return f"{DIARY}/{day}/{name}"


def published(history: LogHistory) -> dict[str, str]:
    """Everything that the log says is published beside it: its digest (hex), by its path under the log's address."""
    paths = {declaration_path(entry.digest): entry.digest for entry in history.declared.values() if entry.digest}
    return paths | {
        part_path(day.day, name): digest for day in history.diary for name, digest in sorted(day.parts.items())
    }


def is_canonical(body: bytes) -> bool:
    """Whether bytes are canonical JSON (RFC 8785), as everything is that stands beside a log."""
    try:
        return canonical_json(json.loads(body)) == body
    except (ValueError, RecursionError):
        return False
