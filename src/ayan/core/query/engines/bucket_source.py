"""Parts of releases read by the workers of a cluster from the bucket in which they stand, as a data source of Spark.

The key of the bucket never passes through the cluster's server: a worker has it in its own environment. Workers need
the packages ``pyspark``, ``pyarrow`` and ``obstore``, and nothing of Ayan: `ayan.core.query.engines.part_reader`
travels to them. Spark tells a source of this sort which rows it wants and not which columns, so there is a frame for
each choice of columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ayan.core.query.engines import part_reader

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

FORMAT: Final = "ayan_bucket"
PATH: Final = "_path"
INDEX: Final = "_index"
BATCH_ROWS: Final = 16_384
PUSHED: Final = "spark.sql.python.filterPushdown.enabled"
"""The setting of a session under which a source is told which rows are wanted."""


def bucket_frame(session: SparkSession, schema: pa.Schema, parts: Sequence[Mapping[str, Any]]) -> Any:
    """The columns of ``schema`` of the rows of ``parts`` (`part_facts`).

    `PATH` in it is the key of a row's part, `INDEX` its place in it from 0.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    session.dataSource.register(_source())
    session.conf.set(PUSHED, "true")
    return session.read.format(FORMAT).schema(from_arrow_schema(schema)).option("parts", json.dumps(parts)).load()


@cache
def _source() -> type:
    """The data source. Made in a function its classes travel to the workers whole, and so does what they call."""
    from pyspark import cloudpickle
    from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

    cloudpickle.register_pickle_by_value(part_reader)  # type: ignore[no-untyped-call,unused-ignore]  # it has no types
    read_part, path, index, rows = part_reader.read_part, PATH, INDEX, BATCH_ROWS
    compared = ("EqualTo", "In", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual")

    class BucketReader(DataSourceReader):  # type: ignore[misc,unused-ignore]  # the extra may be absent
        def __init__(self, names: list[str], parts: list[dict[str, Any]]) -> None:
            self.names = names
            self.parts = parts
            self.bounds: list[part_reader.ColumnBound] = []

        def pushFilters(self, filters: list[Any]) -> Iterable[Any]:  # noqa: N802 - as Spark calls it
            self.bounds = [
                (each.attribute[0], type(each).__name__, each.value)
                for each in filters
                if type(each).__name__ in compared and len(each.attribute) == 1
            ]
            # Groups of rows without any are left out; of the others Spark looks at every row.
            return filters

        def partitions(self) -> Sequence[InputPartition]:
            return [InputPartition(facts) for facts in self.parts]

        def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
            return read_part(partition.value, self.names, path, index, self.bounds, rows)

    class BucketSource(DataSource):  # type: ignore[misc,unused-ignore]  # as above
        @classmethod
        def name(cls) -> str:
            return "ayan_bucket"

        def reader(self, schema: Any) -> DataSourceReader:
            return BucketReader(list(schema.names), json.loads(self.options["parts"]))

    return BucketSource
