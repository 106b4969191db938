"""Parts of releases read by the workers of a cluster from the bucket in which they stand.

The key of the bucket never passes through the cluster's server: a worker has it in its own environment
(``AYAN_S3_KEY``, ``AYAN_S3_SECRET``, and ``AYAN_S3_ENDPOINT`` where it reaches the store at another address). It takes
a part whole, holds it against its digest and keeps it in memory alone, so that nothing stays behind that may be erased.
Workers need the packages ``pyspark``, ``pyarrow`` and ``obstore``, and nothing of Ayan.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ayan.core.store.objects import SharedObject

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

FORMAT: Final = "ayan_bucket"
PATH: Final = "_path"
INDEX: Final = "_index"


def bucket_frame(session: SparkSession, schema: pa.Schema, objects: Sequence[SharedObject]) -> Any:
    """The rows of parts with the columns of ``schema``, each with the key of its part and its place in it from 0."""
    from pyspark.sql.pandas.types import from_arrow_schema

    session.dataSource.register(_source())
    whole = schema.append(pa.field(PATH, pa.string())).append(pa.field(INDEX, pa.int64()))
    listed = json.dumps([asdict(each) for each in objects])
    return session.read.format(FORMAT).schema(from_arrow_schema(whole)).option("parts", listed).load()


@cache
def _source() -> type:
    """The data source. Made in a function its classes travel to the workers whole, who need not have this module."""
    from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

    class BucketReader(DataSourceReader):  # type: ignore[misc,unused-ignore]  # the extra may be absent
        def __init__(self, names: list[str], parts: list[dict[str, str]]) -> None:
            self.names = names
            self.parts = parts

        def partitions(self) -> Sequence[InputPartition]:
            return [InputPartition(facts) for facts in self.parts]

        def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
            import hashlib
            import os

            import obstore
            import pyarrow
            import pyarrow.parquet
            from obstore.exceptions import NotFoundError
            from obstore.store import S3Store

            facts: dict[str, str] = partition.value
            key, secret = os.environ.get("AYAN_S3_KEY"), os.environ.get("AYAN_S3_SECRET")
            if not key or not secret:
                raise RuntimeError("ayan: the workers have no AYAN_S3_KEY and AYAN_S3_SECRET in their environment")
            endpoint = os.environ.get("AYAN_S3_ENDPOINT") or facts["endpoint"]
            store = S3Store(
                facts["bucket"],
                endpoint=endpoint,
                region=facts["region"],
                access_key_id=key,
                secret_access_key=secret,
                client_options={"allow_http": endpoint.startswith("http://")},
            )
            try:
                data = obstore.get(store, facts["key"]).bytes()
            except (NotFoundError, FileNotFoundError):
                raise RuntimeError(f"ayan: gone: {facts['key']}") from None
            if hashlib.sha256(data).hexdigest() != facts["sha256"]:
                raise RuntimeError(f"ayan: not what was put there: {facts['key']}")
            before = 0
            with pyarrow.parquet.ParquetFile(pyarrow.BufferReader(pyarrow.py_buffer(data))) as file:
                for batch in file.iter_batches(batch_size=16_384, columns=self.names[:-2]):
                    path = pyarrow.repeat(facts["key"], len(batch))
                    index = pyarrow.array(range(before, before + len(batch)), pyarrow.int64())
                    before += len(batch)
                    yield pyarrow.RecordBatch.from_arrays([*batch.columns, path, index], names=self.names)

    class BucketSource(DataSource):  # type: ignore[misc,unused-ignore]  # as above
        @classmethod
        def name(cls) -> str:
            return "ayan_bucket"

        def reader(self, schema: Any) -> DataSourceReader:
            return BucketReader(list(schema.names), json.loads(self.options["parts"]))

    return BucketSource
