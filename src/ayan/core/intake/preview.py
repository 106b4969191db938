"""Looking at a file before anything is said about a dataset: what it is, its sheets, its header and its first rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ayan.core.intake.child_protocol import issue, stated
from ayan.core.intake.preview_note import HeadRow, SheetPreview, read_sheets, sheet_from
from ayan.core.intake.raw_table_store import store_table, stored_table
from ayan.core.intake.table import FileFacts, IntakeLimits, RawColumn, RawTable
from ayan.core.intake.table_reader import Progress, read_table
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.system.files import write

LOOK: Final = "look.json"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file is seen to be.

    ``table`` is None where the file cannot be read, or not yet: ``refused`` says why (``sheet-choose`` until a sheet is
    chosen). ``sheets`` are all sheets of a workbook, or the one of a text file, each with its first rows.
    """

    table: RawTable | None
    sheets: tuple[SheetPreview, ...]
    refused: Issue | None = None

    @property
    def facts(self) -> FileFacts | None:
        """What was found about the file itself: encoding, delimiter, format, sheet, header row."""
        return self.table.facts if self.table else None

    @property
    def sheet(self) -> str | None:
        """The sheet that was read."""
        return self.table.facts.sheet if self.table else None

    @property
    def header_row(self) -> int | None:
        """The row in which the header was found."""
        return self.table.facts.header_row if self.table else None

    @property
    def columns(self) -> tuple[RawColumn, ...]:
        """The columns with their titles."""
        return self.table.columns if self.table else ()

    @property
    def rows(self) -> int:
        """How many records there are."""
        return self.table.rows if self.table else 0

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was noticed while reading."""
        return self.table.issues if self.table else ()

    @property
    def head(self) -> tuple[HeadRow, ...]:
        """The first rows of the sheet that was read, header included."""
        name = self.sheet or ""
        return next((sheet.head for sheet in self.sheets if sheet.name == name), ())


def preview_file(
    path: Path,
    folder: Path,
    *,
    source: Layout,
    known: Collection[str],
    limits: IntakeLimits,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Preview:
    """Read ``path`` into ``folder``, which is private and empty, and keep there what was seen; nothing is raised."""
    table: RawTable | None = None
    refused: Issue | None = None
    try:
        table = read_table(
            path, source=source, known=known, sheet=sheet, workdir=folder, limits=limits, progress=progress
        )
        store_table(table, folder)
    except CannotRead as refusal:
        refused = refusal.issue
    look = Preview(table, read_sheets(folder), refused)
    _note(look, folder)
    return look


def stored_preview(folder: Path, read: Callable[[Path], bytes] = Path.read_bytes) -> Preview | None:
    """What was seen of the file that was read into ``folder``; None while nobody has finished looking.

    ``read`` gives the bytes of a note that stands there.
    """
    try:
        seen: dict[str, Any] = json.loads(read(folder / LOOK))
    except (OSError, ValueError):
        return None
    refused = seen["refused"] and issue(seen["refused"])
    return Preview(
        None if refused else stored_table(folder, read), tuple(sheet_from(entry) for entry in seen["sheets"]), refused
    )


def _note(look: Preview, folder: Path) -> None:
    seen = {"sheets": [asdict(sheet) for sheet in look.sheets], "refused": look.refused and stated(look.refused)}
    write(folder / LOOK, json.dumps(seen, ensure_ascii=False).encode(errors="replace"))
