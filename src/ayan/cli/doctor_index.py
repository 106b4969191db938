"""The part of the doctor that looks at the index: what it takes on the disk, and whether it is whole and right."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ayan.cli.doctor_finding import DoctorFinding
from ayan.core.index.limits import LEAST_ROWS
from ayan.core.index.segment import Segment, is_usable
from ayan.core.query.answer import Unanswered
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.parquet import ParquetEngine, agree
from ayan.core.store.objects import StoreError
from ayan.core.values.label import Label
from ayan.wiring import city


def examine_index(home: city.City, deep: bool) -> Iterator[DoctorFinding]:
    """The index of every dataset; ``deep`` also reads all of it and holds it against the releases."""
    yield from _sizes(home)
    if deep:
        yield from _compared(home)


def _sizes(home: city.City) -> Iterator[DoctorFinding]:
    """What the index takes on the disk, and every large dataset that is answered without its secondary index."""
    index_store = index = 0
    for slug in home.release_store.datasets():
        try:
            state = home.release_store.snapshot(slug)
            used = home.index_store.disk_use(state)
            index_store, index = index_store + used.index_file, index + used.secondary_index
            lost = (
                used.index_file
                and state.rows >= LEAST_ROWS
                and not is_usable(Segment(home.index_store.file(state), state))
            )
        except (StoreError, OSError):
            continue
        if lost:
            yield DoctorFinding(
                "warning",
                Label(
                    "نمایهٔ جست‌وجوی {slug} نیست یا آسیب دیده است؛ پاسخ‌ها درست‌اند ولی کندتر. "
                    "اجرا کنید: ayan reindex {slug}",
                    "The secondary index of {slug} is missing or damaged; answers are right, but slower. "
                    "Run: ayan reindex {slug}",
                ).format(slug=slug),
            )
    yield DoctorFinding(
        "ok",
        Label(
            "نمایه‌ها {store:,.1f} مگابایت‌اند و نمایه‌های جست‌وجوی کنارشان {index:,.1f} مگابایت.",
            "The index files take {store:,.1f} MB, the secondary indexes {index:,.1f} MB.",
        ).format(store=index_store / 1000000.0, index=index / 1000000.0),
    )


def _compared(home: city.City) -> Iterator[DoctorFinding]:
    """Every index file that is built, held against the releases it was built from."""
    index, archive = DuckDBEngine(home.index_store), ParquetEngine()
    seen = 0
    for dataset in home.registry.all():
        if not home.index_store.file(home.release_store.snapshot(dataset.slug)).exists():
            continue
        seen += 1
        try:
            fault = None if agree(home.release_store, dataset, index, archive) else "≠"
        except (StoreError, Unanswered, duckdb.Error, OSError) as problem:
            fault = str(problem)
        if fault:
            yield DoctorFinding(
                "error",
                Label(
                    "نمایهٔ {slug} با انتشارهایش یکی نیست ({fault}). اجرا کنید: ayan reindex {slug}",
                    "The index of {slug} is not what its releases say ({fault}). Run: ayan reindex {slug}",
                ).format(slug=dataset.slug, fault=fault),
            )
    yield DoctorFinding(
        "ok",
        Label("{seen} نمایه با انتشارها سنجیده شد.", "{seen} indexes were compared with the releases.").format(
            seen=seen
        ),
    )
