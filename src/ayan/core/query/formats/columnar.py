"""Parquet of a whole result, written and sent block by block: typed columns and ``_row``, the address of each row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.query.answer import Snapshot
from ayan.core.query.file_source import FileSource
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.system.stream_buffer import StreamBuffer

# Rows of one row group: enough for good compression, little enough to hold in memory.
GROUP_ROWS = 131_072


def blocks(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, source: FileSource | None = None
) -> Iterator[bytes]:
    """The Parquet file in pieces, each at least one row group but the last; ``source`` stands in its metadata."""
    outbox = StreamBuffer()
    schema: pa.Schema | None = None
    waiting: list[pa.RecordBatch] = []
    with ExitStack() as stack:
        for batch in reader.stream(dataset, question, snapshot):
            if schema is None:
                schema = named(batch.schema, dataset, question)
                writer = stack.enter_context(open_writer(outbox, schema, facts(snapshot, source)))
            waiting.append(batch)
            if sum(batch.num_rows for batch in waiting) >= GROUP_ROWS:
                writer.write_table(pa.Table.from_batches(waiting).cast(schema))
                waiting.clear()
                yield outbox.taken()
        if waiting and schema is not None:
            writer.write_table(pa.Table.from_batches(waiting).cast(schema))
    yield outbox.taken()


def named(schema: pa.Schema, dataset: Dataset, question: Question) -> pa.Schema:
    """The schema with each field's label in its metadata, where the reader asked for labels."""
    if not question.lang:
        return schema
    labels = {field.name: field.label.of(question.lang) for field in dataset.published}
    return pa.schema([column.with_metadata({"label": labels.get(column.name, column.name)}) for column in schema])


def open_writer(outbox: StreamBuffer, schema: pa.Schema, said: dict[str | bytes, str | bytes]) -> pq.ParquetWriter:
    """A writer into ``outbox``; ``said`` stands in the metadata of the file."""
    return pq.ParquetWriter(pa.PythonFile(outbox, mode="w"), schema.with_metadata(said), compression="zstd")


def facts(snapshot: Snapshot, source: FileSource | None = None) -> dict[str | bytes, str | bytes]:
    """What a file was read from, and how it came about where that is known, for its metadata."""
    if source is not None:
        return dict(source.properties().items())
    return {
        "ayan.dataset": snapshot.slug,
        "ayan.state": snapshot.snapshot_id,
        "ayan.releases": " ".join(snapshot.releases),
    }
