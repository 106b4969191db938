"""What can be taken away: exactly these rows or all of them, in which formats, and about how large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.core.query.answer import Snapshot
from ayan.core.query.formats import FORMATS
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.core.values.limits import MOST_SHEET_ROWS
from ayan.ui.component_parts import Download, File

SAMPLE: Final = 300
THIS: Final = Label("همین نتیجه", "This result")
ALL: Final = Label("همهٔ داده", "All data")
NAMES: Final = (("csv", "CSV"), ("xlsx", "Excel"), ("ndjson", "JSON"), ("parquet", "Parquet"))


def downloads(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, rows: int | None, all_rows: int
) -> list[Download]:
    """This result, and all the data where this result is only some of them."""
    choices = [Download(THIS.of(ask.lang), rows, tuple(_files(reader, ask, snapshot, rows, api_query(ask))))]
    if rows != all_rows or ask.question.fields:
        choices.append(Download(ALL.of(ask.lang), all_rows, tuple(_files(reader, ask, snapshot, all_rows, ""))))
    return choices


def api_query(ask: ExplorerState) -> str:
    """The page's rows as a program asks for them: the same conditions, order and columns."""
    question = replace(ask.scope, sort=ask.question.sort, fields=ask.question.fields)
    return question.query_string()


def _files(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, rows: int | None, query: str
) -> Iterator[File]:
    base = f"/api/v1/datasets/{ask.dataset.slug}/rows"
    for ending, name in NAMES:
        if ending != "xlsx" or rows is None or rows <= MOST_SHEET_ROWS:
            has_estimate = rows is not None and ending == "csv"
            size = about((rows or 0) * _row_bytes(reader, ask.dataset, snapshot)) if has_estimate else None
            yield File(name, f"{base}.{ending}{'?' + query if query else ''}", size)


def _row_bytes(reader: QueryService, dataset: Dataset, snapshot: Snapshot) -> float:
    """How long a row is as CSV, by the first rows of the state."""

    def measured() -> float:
        write = FORMATS["csv"].write
        assert write is not None  # noqa: S101 - CSV is a streamed format
        question = Question(slug=dataset.slug, size=SAMPLE)
        pieces = b"".join(write(reader, dataset, question, snapshot))
        _, _, body = pieces.partition(b"\n")
        return len(body) / (body.count(b"\n") or 1)

    return figures.once(("row-bytes", snapshot.snapshot_id, dataset.digest), measured)


def about(size: float) -> int:
    """Two digits are all that an estimate can answer for."""
    whole = round(size)
    step: int = 10 ** max(0, len(str(whole)) - 2)
    return round(whole / step) * step
