"""What the environment says for one city: in a process of one city all of it, else what is meant for that city.

A variable of one city among many bears its code: ``AYAN_LOG_KEY__TOOBA``. So no city is ever given another one's key,
nor an officer of it the secret of another one's source, whatever name is written there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_BY_HOME: Final[dict[str, Mapping[str, str]]] = {}


def give(home: Path, own: Mapping[str, str]) -> None:
    """Let a city of this process, which stands in ``home``, have these variables and no others."""
    _BY_HOME[str(home)] = own


def said(home: Path, name: str) -> str:
    """What a variable says for the city in ``home``; empty where it says nothing."""
    own = _BY_HOME.get(str(home))
    return (os.environ.get(name) if own is None else own.get(name)) or ""
