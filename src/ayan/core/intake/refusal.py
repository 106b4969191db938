"""The words with which intake refuses a file that it cannot read."""

from __future__ import annotations

from ayan.core.schema.catalogue import CATALOGUE
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.values.label import Label


def refuse(code: str, *, line: int | None = None, row: int | None = None, **params: object) -> CannotRead:
    """The refusal ``code``; ``line`` and ``row`` are both its address and fill the wording's blanks."""
    position = {name: number for name, number in (("line", line), ("row", row)) if number is not None}
    return CannotRead(Issue(code=code, line=line, row=row, params={**params, **position}))


def unreadable(fa: str, en: str) -> CannotRead:
    """``file-unreadable`` with the reason given in both languages, each a short phrase."""
    label = CATALOGUE["file-unreadable"].wording
    wording = Label(label.fa.replace("{reason}", fa), label.en.replace("{reason}", en))
    return CannotRead(Issue(code="file-unreadable", wording=wording, params={"reason": en}))


def format_refused(extension: str, fa: str, en: str) -> CannotRead:
    """``file-format``: what the content was found to be, in both languages, against the file's ``extension``."""
    label = CATALOGUE["file-format"].wording
    wording = Label(label.fa.replace("{content}", fa), label.en.replace("{content}", en))
    return CannotRead(Issue(code="file-format", wording=wording, params={"extension": extension or "–", "content": en}))


def too_large(size: int, limit: int) -> CannotRead:
    """``file-too-large``; ``size`` and ``limit`` in bytes, shown in megabytes."""
    return refuse("file-too-large", size=f"{size / 1024**2:,.0f} MB", limit=f"{limit / 1024**2:,.0f} MB")
