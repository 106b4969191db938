"""The voices of one answer: JSON pages, and JSON lines, CSV, Parquet and XLSX of a whole result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.query.answer import Snapshot
from ayan.core.query.formats import columnar, delimited, document, workbook
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset

Writer = Callable[[QueryService, Dataset, Question, Snapshot], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class RowFormat:
    """A format of rows: its extension, media type, how a whole result is written in it, and what it cannot honour.

    ``refuse`` names the parameters that mean nothing in it, so that they are refused and not ignored. ``write`` is
    None for the one format that comes in pages.
    """

    name: str
    media_type: str
    write: Writer | None
    refuse: tuple[str, ...] = ()


FORMATS: Final[Mapping[str, RowFormat]] = {
    row_format.name: row_format
    for row_format in (
        RowFormat("json", "application/json", None),
        RowFormat("ndjson", "application/x-ndjson; charset=utf-8", document.lines, ("_count", "_lang")),
        RowFormat("csv", "text/csv; charset=utf-8; header=present", delimited.lines, ("_count",)),
        RowFormat("parquet", "application/vnd.apache.parquet", columnar.blocks, ("_count", "_calendar")),
        RowFormat(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            workbook.blocks,
            ("_count",),
        ),
    )
}
