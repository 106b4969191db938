"""What a file holds, kept until the file changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

_Contents = TypeVar("_Contents")

_UNREADABLE: Final = (OSError, ValueError, KeyError, TypeError, AttributeError)
"""What reading a document of another form, or half of one, raises."""


def file_stamp(path: str | Path) -> tuple[int, ...]:
    """What changes with every change of a file, without its being read; empty where it is not to be had."""
    try:
        facts = os.stat(path)  # noqa: PTH116 - on every request, where a Path costs more than the call
    except OSError:
        return ()
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


class FileContents(Generic[_Contents]):
    """What the file at ``path`` holds, read again when it has changed. Safe to share between threads.

    ``read`` makes the contents of the file's bytes. Where there is no file, and where ``read`` raises what a document
    of another form makes it raise, they are ``empty``: such a file may be deleted, for whoever writes it makes it anew.
    """

    def __init__(self, path: Path, read: Callable[[bytes], _Contents], empty: _Contents) -> None:
        self._path = path
        self._read = read
        self._empty = empty
        self._known: tuple[tuple[int, ...], _Contents] | None = None

    def now(self) -> _Contents:
        """The contents at this moment."""
        stamp = file_stamp(self._path)
        known = self._known
        if known is None or known[0] != stamp:
            known = self._known = (stamp, self._contents() if stamp else self._empty)
        return known[1]

    def _contents(self) -> _Contents:
        try:
            return self._read(self._path.read_bytes())
        except _UNREADABLE:
            return self._empty
