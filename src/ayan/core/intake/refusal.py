"""The words with which intake refuses a file that it cannot read."""

from __future__ import annotations

from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.values.label import Label


def refuse(code: str, *, line: int | None = None, row: int | None = None, **params: object) -> CannotRead:
    """The refusal ``code``; ``line`` and ``row`` are both its address and fill the wording's blanks."""
    position = {name: number for name, number in (("line", line), ("row", row)) if number is not None}
    return CannotRead(Issue(code=code, line=line, row=row, params={**params, **position}))


def unreadable(reason: Label) -> CannotRead:
    """``file-unreadable`` with its reason, a short phrase."""
    return refuse("file-unreadable", reason=reason)


def format_refused(extension: str, content: Label) -> CannotRead:
    """``file-format``: what the content was found to be, against the file's ``extension``."""
    return refuse("file-format", extension=extension or "–", content=content)


def too_large(size: int, limit: int) -> CannotRead:
    """``file-too-large``; ``size`` and ``limit`` in bytes, shown in megabytes."""
    return refuse("file-too-large", size=f"{size / 1024**2:,.0f} MB", limit=f"{limit / 1024**2:,.0f} MB")
