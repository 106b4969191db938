"""What the reading process tells its parent: a table without its file's facts, or a refusal, as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from ayan.core.intake.header import trimmed
from ayan.core.intake.raw import RawWriter
from ayan.core.schema.issue import Issue
from ayan.core.values.label import Label, label_of


@dataclass(slots=True, kw_only=True)
class ChildReply:
    """A table that was read: its titles, where its rows are, and what was found on the way."""

    format: str
    headers: list[str]
    header_row: int | None
    encoding: str | None = None
    sheet: str | None = None
    sheets: list[str] = field(default_factory=list)
    relation: str = ""
    files: list[str] = field(default_factory=list)
    width: int = 0
    rows: int = 0
    issues: list[dict[str, Any]] = field(default_factory=list)

    def with_rows(self, writer: RawWriter) -> Self:
        """This answer with what ``writer`` has written."""
        self.headers = list(trimmed(self.headers))
        self.relation, self.files = writer.relation, [str(part) for part in writer.parts]
        self.width, self.rows = max(writer.width, len(self.headers)), writer.rows
        if not writer.rows:
            self.issues.append(stated(Issue(code="no-rows", sheet=self.sheet)))
        return self


def stated(issue: Issue) -> dict[str, Any]:
    """An issue as JSON carries it."""
    return {
        "code": issue.code,
        "sheet": issue.sheet,
        "row": issue.row,
        "line": issue.line,
        "count": issue.count,
        "params": {name: value.words() if isinstance(value, Label) else value for name, value in issue.params.items()},
        "wording": issue.wording.words() if issue.wording else None,
    }


def issue(carried: dict[str, Any]) -> Issue:
    """The issue that :func:`stated` wrote."""
    wording = label_of(carried["wording"]) if carried["wording"] else None
    params = {name: label_of(value) if isinstance(value, dict) else value for name, value in carried["params"].items()}
    return Issue(**{**carried, "params": params, "wording": wording})
