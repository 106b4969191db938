"""What intake says of a file: a refusal that ends the reading, and issues as JSON carries them."""

from __future__ import annotations

import re
from typing import Any

from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.values.label import Label, label_of


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


def too_much_memory(limit: int) -> CannotRead:
    """``file-too-large`` for what takes more memory than the ``limit`` (bytes); how much it wants, nobody knows."""
    wording = Label(
        "خواندن پرونده بیش از حافظهٔ مجاز ({limit}) می‌خواهد. آن را دوره به دوره بفرستید.",
        "Reading the file takes more memory than is allowed ({limit}). Send it period by period.",
    )
    return CannotRead(Issue(code="file-too-large", params={"limit": f"{limit / 1024**2:,.0f} MB"}, wording=wording))


def hidden_columns(issue: Issue) -> list[str]:
    """The letters of the hidden columns that an issue names."""
    letters = issue.params.get("columns")
    if isinstance(letters, str):
        # A table that an earlier version put by has them in one text.
        return re.findall("[A-Z]+", letters)
    return [str(letter) for letter in letters] if isinstance(letters, list | tuple) else []


# --- issues as JSON carries them --------------------------------------------------------------------------------------


def issue_as_json(issue: Issue) -> dict[str, Any]:
    """An issue as JSON carries it."""
    return {
        "code": issue.code,
        "sheet": issue.sheet,
        "row": issue.row,
        "record": issue.record,
        "line": issue.line,
        "column": issue.column,
        "count": issue.count,
        "params": {name: value.words() if isinstance(value, Label) else value for name, value in issue.params.items()},
        "wording": issue.wording.words() if issue.wording else None,
    }


def issue_from_json(carried: dict[str, Any]) -> Issue:
    """The issue that :func:`issue_as_json` wrote."""
    wording = label_of(carried["wording"]) if carried["wording"] else None
    params = {name: label_of(value) if isinstance(value, dict) else value for name, value in carried["params"].items()}
    return Issue(**{**carried, "params": params, "wording": wording})
