"""The commitments to rows that stand in files, where nobody else reads them at the same time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.ledger.commitments import RowsRoot, SaltSource, commit_passing
from ayan.core.ledger.rowhash import GROUP


def commit_rows(parts: Sequence[Path], out: Path, *, chance: SaltSource = os.urandom) -> RowsRoot:
    """Commit to the rows of Parquet files, in their order; see `commit_passing`."""
    with ExitStack() as stack:
        opened = [stack.enter_context(pq.ParquetFile(part)) for part in parts]
        passing = (pa.Table.from_batches([batch]) for file in opened for batch in file.iter_batches(GROUP))
        return commit_passing(passing, parts, sum(file.metadata.num_rows for file in opened), out, chance=chance)
