"""Writing that survives a loss of power: bytes and folder entries flushed to the disk."""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Ask the disk to keep a file's bytes, or a folder's entries."""
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def make_folder(folder: Path) -> None:
    """Make a folder and the missing ones above it, each flushed into its parent."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush(folder.parent)
