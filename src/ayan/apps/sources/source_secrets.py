"""Secrets of sources stand in the environment alone: a source names the variable, and can name no other."""

from __future__ import annotations

import os
import re
from typing import Final

from ayan.core.intake.http_fetch import FetchOutcome

PREFIX: Final = "AYAN_SOURCE_"
NAMED: Final = re.compile(r"AYAN_SOURCE_[A-Z0-9_]{1,60}")
"""Only these: an administrator's page must not be a way to read what else the environment holds."""


def secret(name: str) -> str:
    """What the variable holds; Ended (``secret-missing``) where it is absent or no name of a source's secret."""
    value = os.environ.get(name, "") if NAMED.fullmatch(name) else ""
    if not value:
        raise FetchOutcome("secret-missing", name)
    return value
