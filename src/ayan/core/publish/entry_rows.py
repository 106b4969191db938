"""Rows that are entered by hand: what is published as texts that are read again as the same, and rows as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as pq

from ayan.core.refine.column_mapping import ColumnChoice
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.layouts import ENTERED, entry_fields, read_as
from ayan.core.store.parquet import numbers_in
from ayan.core.values.jalali import from_gregorian
from ayan.core.values.money import MONEY_UNITS

_BATCH: Final = 5_000
_ROW: Final = "_row"


def published_texts(
    dataset: Dataset, parts: Sequence[Path], only: Collection[int] | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a release by its number: the texts of its cells by field, as somebody would enter them.

    A cell that is empty has none, nor has a field whose values are not published whole. ``only`` are the numbers of the
    rows that are wanted, where not all are.
    """
    fields = [field for field in entry_fields(dataset) if field.published and field.shown == "public"]
    for path in parts if only is None else [path for path in parts if numbers_in(path, set(only))]:
        with pq.ParquetFile(path) as file:
            there = set(file.schema_arrow.names)
            wanted = [field for field in fields if field.name in there]
            for batch in file.iter_batches(_BATCH, columns=[_ROW, *(field.name for field in wanted)]):
                if only is not None:
                    batch = batch.filter(compute.is_in(batch.column(_ROW), pa.array(sorted(only), pa.int64())))  # noqa: PLW2901 - the rows of it that are wanted
                for row in batch.to_pylist():
                    texts = {field.name: entry_text(field, row[field.name]) for field in wanted}
                    yield int(row[_ROW]), {name: text for name, text in texts.items() if text}


def entry_text(field: Field, value: object) -> str:
    """A stored value as the text that the reading of its field makes it of; empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "بله" if value else "خیر"
    if field.choices is not None:
        return str(value)
    if isinstance(value, date):
        if field.formats:
            return value.strftime(field.formats[0])
        return str(from_gregorian(value)).replace("-", "/") if field.calendar == "jalali" else value.isoformat()
    if isinstance(value, int | Decimal):
        if field.kind.is_money:
            value = Decimal(value) / MONEY_UNITS[field.money_unit]
        text = format(Decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def absent_fields(dataset: Dataset) -> tuple[Field, ...]:
    """The fields that are entered and whose values nobody can take from what is published: they would go lost."""
    return tuple(field for field in entry_fields(dataset) if not (field.published and field.shown == "public"))


def entry_file(dataset: Dataset, rows: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
    """The rows as a CSV file (UTF-8), under the titles of their fields, as the layout `ENTERED` reads it."""
    fields = entry_fields(dataset)
    yield _line([field.label.fa for field in fields])
    for row in rows:
        yield _line([row.get(field.name, "") for field in fields])


def entry_choice(dataset: Dataset) -> ColumnChoice:
    """Which column of such a file holds which field; what the default layout states for all rows is stated here too."""
    columns = {field.name: at for at, field in enumerate(entry_fields(dataset), 1)}
    stated = read_as(dataset, ENTERED)[2]
    return ColumnChoice({**stated, **columns}, ENTERED)


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()
