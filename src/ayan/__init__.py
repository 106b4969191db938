"""Ayan (عیان): a municipality's messy files become verified, versioned, tamper-evident public records."""

from __future__ import annotations

from functools import cache
from typing import Final

DISTRIBUTION: Final = "ayan-city"
"""What an installation of this is called; the name ``ayan`` on the public index of packages is somebody else's."""


@cache
def version() -> str:
    """The version that this process began with, such as ``0.2.0``; each release names it."""
    from importlib import metadata

    return metadata.version(DISTRIBUTION)
