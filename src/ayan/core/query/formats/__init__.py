"""The voices of one answer: JSON pages, and JSON lines, CSV, Parquet and XLSX of a whole result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.query.answer import Standing
from ayan.core.query.formats import columnar, delimited, document, workbook
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.schema.definition import Dataset

Writer = Callable[[Reader, Dataset, Question, Standing], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of rows: its extension, media type, how a whole result is written in it, and what it cannot honour.

    ``refuse`` names the parameters that mean nothing in it, so that they are refused and not ignored. ``write`` is
    None for the one format that comes in pages.
    """

    name: str
    media_type: str
    write: Writer | None
    refuse: tuple[str, ...] = ()


FORMATS: Final[Mapping[str, Format]] = {
    one.name: one
    for one in (
        Format("json", "application/json", None),
        Format("ndjson", "application/x-ndjson; charset=utf-8", document.lines, ("_count", "_lang")),
        Format("csv", "text/csv; charset=utf-8; header=present", delimited.lines, ("_count",)),
        Format("parquet", "application/vnd.apache.parquet", columnar.blocks, ("_count", "_calendar")),
        Format(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            workbook.blocks,
            ("_count",),
        ),
    )
}
