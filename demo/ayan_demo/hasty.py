"""Lets the disk keep a city in the making once, at its end: what a killed or crashed build left is cleared anyway."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike


def hurry() -> None:
    """Wait for no disk from now on in this process, which works for a city in the making and for nothing else."""
    os.fsync = _nothing


@contextmanager
def kept_at_the_end() -> Iterator[None]:
    """Wait for no disk within the block, and once for all that was written when it ends well."""
    fsync = os.fsync
    hurry()
    try:
        yield
    finally:
        os.fsync = fsync
    os.sync()


def _nothing(fd: FileDescriptorLike) -> None:
    """Return at once."""
