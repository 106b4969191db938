"""How long a test waits for what must come: a busy machine is slow, not wrong."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 240.0
"""Seconds; fewer than those after which pytest ends what hangs (`faulthandler_timeout`)."""
