"""A file read as a declaration has it and let go again: the rows, what is wrong with them, and nothing that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.table_reader import read_table
from ayan.core.refine.header_matching import known_headers
from ayan.core.refine.pipeline import Refined, refine
from ayan.core.refine.refine_session import ResourceLimits
from ayan.core.schema.definition import Dataset
from ayan.core.schema.layouts import read_as
from ayan.core.system.progress import Progress
from ayan.core.values.period import Period


@contextmanager
def tried(
    file: Path,
    dataset: Dataset,
    *,
    workdir: Path,
    source: str = "default",
    sheet: str | None = None,
    period: Period | None = None,
    limits: IntakeLimits | None = None,
    resource_limits: ResourceLimits | None = None,
    progress: Progress | None = None,
) -> Iterator[Refined]:
    """Read and check ``file`` as the layout ``source`` of ``dataset``, against nothing that is published.

    References are not followed and amounts not compared with those of other periods, for the dataset may not be
    published anywhere. ``workdir`` is a private folder that is thrown away afterwards. Raises CannotRead where the file
    cannot be read at all, and RefiningTooSlow.
    """
    layout, fields, _ = read_as(dataset, source)
    raw = read_table(
        file,
        source=layout,
        known=known_headers(fields),
        sheet=sheet,
        workdir=workdir,
        limits=limits or IntakeLimits(),
        progress=progress,
    )
    refined = refine(
        raw,
        dataset,
        workdir=workdir,
        source=source,
        period=period if period is not None and period.kind != "none" else None,
        limits=resource_limits,
        progress=progress,
    )
    try:
        yield refined
    finally:
        refined.close()
