"""The voices of one answer: JSON pages, and JSON lines, CSV, Parquet, XLSX and map layers of a whole result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from ayan.core.query.answer import Snapshot
from ayan.core.query.boxes import place_fields
from ayan.core.query.file_source import FileSource
from ayan.core.query.formats import columnar, csv_text, document, features, geoparquet, workbook
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.values.refusal import Wording


class Writer(Protocol):
    """Writes a whole result; ``source`` is how the file came about, for what says so of itself."""

    def __call__(
        self,
        reader: QueryService,
        dataset: Dataset,
        question: Question,
        snapshot: Snapshot,
        source: FileSource | None = None,
        /,
    ) -> Iterator[bytes]:
        """The file in pieces."""


@dataclass(frozen=True, slots=True)
class RowFormat:
    """A format of rows: its extension, media type, how a whole result is written in it, and what it cannot honour.

    ``refuse`` names the parameters that mean nothing in it, so that they are refused and not ignored; ``takes`` those
    that mean something in it alone. ``write`` is None for the one format that comes in pages. ``button`` is what pages
    call it, who offer no format without one; ``broken`` writes the last line of a text that breaks off. ``in_words`` is
    set where it tells people where it is from, in their language. ``of_places`` is set where it is a map's: only of
    rows that have a place.
    """

    name: str
    media_type: str
    write: Writer | None
    refuse: tuple[str, ...] = ()
    button: str = ""
    broken: Callable[[Wording], bytes] | None = None
    takes: tuple[str, ...] = ()
    in_words: bool = False
    of_places: bool = False


FORMATS: Final[Mapping[str, RowFormat]] = {
    row_format.name: row_format
    for row_format in (
        RowFormat("json", "application/json", None),
        RowFormat(
            "ndjson",
            "application/x-ndjson; charset=utf-8",
            document.lines,
            ("_count", "_lang"),
            "JSON",
            document.broken_line,
        ),
        RowFormat(
            "csv",
            "text/csv; charset=utf-8; header=present",
            csv_text.lines,
            ("_count",),
            "CSV",
            csv_text.broken_cells,
        ),
        RowFormat("parquet", "application/vnd.apache.parquet", columnar.blocks, ("_count", "_calendar"), "Parquet"),
        RowFormat(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            workbook.blocks,
            ("_count",),
            "Excel",
            takes=("_unit",),
            in_words=True,
        ),
        RowFormat(
            "geojson",
            "application/geo+json",
            features.lines,
            ("_count", "_lang"),
            "GeoJSON",
            features.broken_end,
            of_places=True,
        ),
        RowFormat(
            "geoparquet",
            # The same as Parquet's: the specification has none of its own.
            "application/vnd.apache.parquet",
            geoparquet.blocks,
            ("_count", "_calendar"),
            "GeoParquet",
            of_places=True,
        ),
    )
}
OFFERED: Final = tuple(sorted((each for each in FORMATS.values() if each.button), key=lambda each: each.button))
"""Those that pages offer, by what they call them."""


def formats_of(dataset: Dataset) -> dict[str, RowFormat]:
    """Those that rows of a dataset can be written in: a map's only where they have a place."""
    placed = bool(place_fields(dataset))
    return {name: each for name, each in FORMATS.items() if placed or not each.of_places}
