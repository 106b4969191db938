"""Looking at a file before anything is said about a dataset, and going on from there without reading it again."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ayan.core.intake.issues import issue_as_json, issue_from_json
from ayan.core.intake.reading_notes import HeadRow, SheetPreview, read_sheets, sheet_from
from ayan.core.intake.table import FileFacts, IntakeLimits, RawColumn, RawTable, StepNote, UnitMention
from ayan.core.intake.table_reader import read_table
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.schema.steps.step import RowPlace
from ayan.core.system.files import write
from ayan.core.system.progress import Progress
from ayan.core.values.sql import literal

LOOK: Final = "look.json"
TABLE: Final = "table.json"
_FOLDER: Final = "\0here\0"


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
    refused = seen["refused"] and issue_from_json(seen["refused"])
    return Preview(
        None if refused else stored_table(folder, read), tuple(sheet_from(entry) for entry in seen["sheets"]), refused
    )


def _note(look: Preview, folder: Path) -> None:
    seen = {"sheets": [asdict(sheet) for sheet in look.sheets], "refused": look.refused and issue_as_json(look.refused)}
    write(folder / LOOK, json.dumps(seen, ensure_ascii=False).encode(errors="replace"))


# --- the raw table, kept for a later process --------------------------------------------------------------------------


def store_table(raw: RawTable, folder: Path) -> None:
    """Note beside the files of ``raw``, which stand in ``folder``, all that is known of them."""
    if any(path.parent != folder for path in raw.files):
        raise ValueError("the files of a kept table stand in its own folder")
    table = {
        "columns": [asdict(column) for column in raw.columns],
        # The folder may be restored elsewhere: the paths are written as from here.
        "relation": raw.relation.replace(literal(str(folder))[1:-1] + "/", _FOLDER),
        "files": [path.name for path in raw.files],
        "rows": raw.rows,
        "facts": asdict(raw.facts),
        "issues": [issue_as_json(raw_issue) for raw_issue in raw.issues],
        "repeated": {index: texts.to_pylist() for index, texts in raw.repeated.items()},
        "full": sorted(raw.full),
        "places": [
            [place.sheet, {str(index): address for index, address in place.columns.items()}] for place in raw.places
        ],
    }
    write(folder / TABLE, json.dumps(table, ensure_ascii=False).encode())


def stored_table(folder: Path, read: Callable[[Path], bytes] = Path.read_bytes) -> RawTable | None:
    """The table that stands in ``folder``, its note read by ``read``; None where none was finished."""
    try:
        table: dict[str, Any] = json.loads(read(folder / TABLE))
    except (OSError, ValueError):
        return None
    facts = table["facts"]
    facts |= {
        "sheets": tuple(facts["sheets"]),
        "mentions": tuple(map(UnitMention.from_json, facts.get("mentions", ()))),
        "steps": tuple(map(StepNote.from_json, facts.get("steps", ()))),
        "titles": tuple(facts.get("titles", ())),
        "fractions": tuple(facts.get("fractions", ())),
    }
    return RawTable(
        columns=tuple(RawColumn(**column) for column in table["columns"]),
        relation=table["relation"].replace(_FOLDER, literal(str(folder))[1:-1] + "/"),
        files=tuple(folder / name for name in table["files"]),
        rows=table["rows"],
        facts=FileFacts(**facts),
        issues=tuple(issue_from_json(entry) for entry in table["issues"]),
        repeated={int(index): pa.array(texts, pa.string()) for index, texts in table["repeated"].items()},
        full=frozenset(table["full"]),
        places=tuple(_place(*entry) for entry in table.get("places", ())),
    )


def _place(sheet: str | None, columns: dict[str, list[str]]) -> RowPlace:
    return RowPlace(sheet, {int(index): (letter, header) for index, (letter, header) in columns.items()})
