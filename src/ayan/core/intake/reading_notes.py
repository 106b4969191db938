"""What whoever reads a file leaves beside its table: the sheets seen, how far it is, and what was read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final, Self

from ayan.core.intake.header import trimmed
from ayan.core.intake.issues import issue_as_json
from ayan.core.intake.limits import MOST_PREVIEW_CHARS, MOST_PREVIEW_COLUMNS
from ayan.core.intake.raw_parquet import RawWriter, column_names
from ayan.core.schema.issue import Issue

REQUEST: Final = "request.json"
REPLY: Final = "answer.json"
"""What the reading process is asked, and what it answers."""
NOTE: Final = "looked.json"
SHARE: Final = "share"
FIRST_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One of the first rows as the file has it: its number, its line in a text file, and its cells, long ones cut."""

    row: int
    line: int | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """One sheet: its name ("" for a text file), rows and columns where they are known, and its first rows."""

    name: str
    rows: int | None
    columns: int | None
    hidden: bool
    head: tuple[HeadRow, ...]


def head_of(rows: Iterable[tuple[int, int | None, Sequence[str]]]) -> tuple[HeadRow, ...]:
    """The first rows of many, given with their numbers and lines."""
    return tuple(
        HeadRow(row, line, tuple(_cut(cell) for cell in cells[:MOST_PREVIEW_COLUMNS]))
        for row, line, cells in islice(rows, FIRST_ROWS)
    )


def write_sheets(workdir: Path, sheets: Sequence[SheetPreview]) -> None:
    """Leave what was seen in ``workdir``, also where the file is refused afterwards."""
    table = [asdict(sheet) for sheet in sheets]
    (workdir / NOTE).write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8", errors="replace")


def read_sheets(workdir: Path) -> tuple[SheetPreview, ...]:
    """What was seen of the file that was last read in ``workdir``; nothing where it could not even be opened."""
    try:
        table = json.loads((workdir / NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(sheet_from(entry) for entry in table)


def sheet_from(table: dict[str, Any]) -> SheetPreview:
    """The sheet that its JSON tells of."""
    head = tuple(HeadRow(row["row"], row["line"], tuple(row["cells"])) for row in table["head"])
    return SheetPreview(table["name"], table["rows"], table["columns"], table["hidden"], head)


def write_progress(workdir: Path, share: float) -> None:
    """Say from the reading process how much of the file is done."""
    with suppress(OSError):
        (workdir / SHARE).write_text(f"{share:.3f}", "ascii")


def read_progress(workdir: Path) -> float | None:
    """How much the reading process says is done; None while it has not said."""
    try:
        return float((workdir / SHARE).read_text("ascii"))
    except (OSError, ValueError):
        return None


def _cut(text: str) -> str:
    return text if len(text) <= MOST_PREVIEW_CHARS else text[: MOST_PREVIEW_CHARS - 1] + "…"


# --- what the reading process answers ---------------------------------------------------------------------------------


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
    mentions: list[dict[str, Any]] = field(default_factory=list)
    fractions: list[str] = field(default_factory=list)

    def with_rows(self, writer: RawWriter) -> Self:
        """This reply with what ``writer`` has written."""
        self.headers = list(trimmed(self.headers))
        self.relation, self.files = writer.relation, [str(part) for part in writer.parts]
        self.width, self.rows = max(writer.width, len(self.headers)), writer.rows
        # A last column that has a title and no cell in any row stands in no file.
        if missing := [f"NULL::VARCHAR AS {name}" for name in column_names(self.width)[writer.width :]]:
            self.relation = f"(SELECT *, {', '.join(missing)} FROM {self.relation})"
        if not writer.rows:
            self.issues.append(issue_as_json(Issue(code="no-rows", sheet=self.sheet)))
        return self
