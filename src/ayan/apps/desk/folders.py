"""Where the desk keeps what is nobody else's business: files on their way in."""

from __future__ import annotations

from pathlib import Path

from ayan.wiring import city


def incoming() -> Path:
    """Where a file stands while it is being sent."""
    return city.current().home / "work" / "incoming"
