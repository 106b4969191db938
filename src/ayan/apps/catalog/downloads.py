"""What can be taken away: exactly these rows or all of them, in which formats, and about how large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ayan.apps.catalog import figures
from ayan.apps.catalog.asking import Ask
from ayan.core.query.answer import Standing
from ayan.core.query.formats import FORMATS
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.core.values.limits import MOST_SHEET_ROWS
from ayan.ui.parts import Download, File

SAMPLE: Final = 300
THIS: Final = Label("همین نتیجه", "This result")
ALL: Final = Label("همهٔ داده", "All data")
NAMES: Final = (("csv", "CSV"), ("xlsx", "Excel"), ("ndjson", "JSON"), ("parquet", "Parquet"))


def downloads(reader: Reader, ask: Ask, standing: Standing, rows: int | None, all_rows: int) -> list[Download]:
    """This result, and all the data where this result is only some of them."""
    found = [Download(THIS.of(ask.lang), rows, tuple(_files(reader, ask, standing, rows, api_query(ask))))]
    if rows != all_rows or ask.question.fields:
        found.append(Download(ALL.of(ask.lang), all_rows, tuple(_files(reader, ask, standing, all_rows, ""))))
    return found


def api_query(ask: Ask) -> str:
    """The page's rows as a program asks for them: the same conditions, order and columns."""
    question = replace(ask.scope, sort=ask.question.sort, fields=ask.question.fields)
    return question.query_string()


def _files(reader: Reader, ask: Ask, standing: Standing, rows: int | None, query: str) -> Iterator[File]:
    base = f"/api/v1/datasets/{ask.dataset.slug}/rows"
    for ending, name in NAMES:
        if ending != "xlsx" or rows is None or rows <= MOST_SHEET_ROWS:
            told = rows is not None and ending == "csv"
            size = about((rows or 0) * _row_bytes(reader, ask.dataset, standing)) if told else None
            yield File(name, f"{base}.{ending}{'?' + query if query else ''}", size)


def _row_bytes(reader: Reader, dataset: Dataset, standing: Standing) -> float:
    """How long a row is as CSV, by the first rows of the state."""

    def measured() -> float:
        write = FORMATS["csv"].write
        assert write is not None  # noqa: S101 - CSV is a streamed format
        question = Question(slug=dataset.slug, size=SAMPLE)
        pieces = b"".join(write(reader, dataset, question, standing))
        _, _, body = pieces.partition(b"\n")
        return len(body) / (body.count(b"\n") or 1)

    return figures.once(("row-bytes", standing.state, dataset.digest), measured)


def about(size: float) -> int:
    """Two digits are all that an estimate can answer for."""
    whole = round(size)
    step = 10 ** max(0, len(str(whole)) - 2)
    return round(whole / step) * step
