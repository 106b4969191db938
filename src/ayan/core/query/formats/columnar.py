"""Parquet of a whole result, written and sent block by block: typed columns and ``_row``, the address of each row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.query.answer import Standing
from ayan.core.query.formats.outbox import Outbox
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.schema.definition import Dataset

# Rows of one row group: enough for good compression, little enough to hold in memory.
GROUP_ROWS = 131_072


def blocks(reader: Reader, dataset: Dataset, question: Question, standing: Standing) -> Iterator[bytes]:
    """The Parquet file in pieces, each at least one row group but the last."""
    outbox = Outbox()
    schema: pa.Schema | None = None
    waiting: list[pa.RecordBatch] = []
    with ExitStack() as stack:
        for batch in reader.stream(dataset, question, standing):
            if schema is None:
                schema = _named(batch.schema, dataset, question)
                writer = stack.enter_context(_writer(outbox, schema, standing))
            waiting.append(batch)
            if sum(one.num_rows for one in waiting) >= GROUP_ROWS:
                writer.write_table(pa.Table.from_batches(waiting).cast(schema))
                waiting.clear()
                yield outbox.taken()
        if waiting and schema is not None:
            writer.write_table(pa.Table.from_batches(waiting).cast(schema))
    yield outbox.taken()


def _named(schema: pa.Schema, dataset: Dataset, question: Question) -> pa.Schema:
    """The schema with each field's label in its metadata, where the reader asked for labels."""
    if not question.lang:
        return schema
    labels = {one.name: one.label.of(question.lang) for one in dataset.published}
    return pa.schema([one.with_metadata({"label": labels.get(one.name, one.name)}) for one in schema])


def _writer(outbox: Outbox, schema: pa.Schema, standing: Standing) -> pq.ParquetWriter:
    return pq.ParquetWriter(pa.PythonFile(outbox, mode="w"), schema.with_metadata(facts(standing)), compression="zstd")


def facts(standing: Standing) -> dict[str | bytes, str | bytes]:
    """What a file was read from, for its metadata."""
    return {"ayan.dataset": standing.slug, "ayan.state": standing.state, "ayan.releases": " ".join(standing.releases)}
