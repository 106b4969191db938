"""The part of the doctor that looks at the index: what it takes on the disk, and whether it is whole and right."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from ayan.cli.finding import Finding
from ayan.core.query.agreement import agree
from ayan.core.query.answer import Unanswered
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.index import is_usable
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.store.limits import LEAST_ROWS
from ayan.core.store.objects import StoreError
from ayan.core.values.label import Label
from ayan.wiring import city


def examine_index(home: city.City, deep: bool) -> Iterator[Finding]:
    """The index of every dataset; ``deep`` also reads all of it and holds it against the releases."""
    yield from _sizes(home)
    if deep:
        yield from _compared(home)


def _sizes(home: city.City) -> Iterator[Finding]:
    """What the index takes on the disk, and every large dataset that is answered without its finder."""
    serving = finder = 0
    for slug in home.shelf.datasets():
        try:
            state = home.shelf.state(slug)
            used = home.serving.disk_use(state)
            serving, finder = serving + used.serving, finder + used.finder
            lost = used.serving and state.rows >= LEAST_ROWS and not is_usable(home.serving.file(state), state)
        except (StoreError, OSError):
            continue
        if lost:
            yield Finding(
                "warning",
                Label(
                    f"نمایهٔ جست‌وجوی {slug} نیست یا آسیب دیده است؛ پاسخ‌ها درست‌اند ولی کندتر. "
                    f"اجرا کنید: ayan reindex {slug}",
                    f"The finder of {slug} is missing or damaged; answers are right, but slower. "
                    f"Run: ayan reindex {slug}",
                ),
            )
    yield Finding(
        "ok",
        Label(
            f"نمایه‌ها {serving / 1e6:,.1f} مگابایت‌اند و نمایه‌های جست‌وجوی کنارشان {finder / 1e6:,.1f} مگابایت.",
            f"The serving files take {serving / 1e6:,.1f} MB, and the finders beside them {finder / 1e6:,.1f} MB.",
        ),
    )


def _compared(home: city.City) -> Iterator[Finding]:
    """Every serving file that is built, held against the releases it was built from."""
    index, archive = DuckDBEngine(home.serving), ParquetEngine()
    seen = 0
    for dataset in home.registry.all():
        if not home.serving.file(home.shelf.state(dataset.slug)).exists():
            continue
        seen += 1
        try:
            fault = None if agree(home.shelf, dataset, index, archive) else "≠"
        except (StoreError, Unanswered, duckdb.Error, OSError) as problem:
            fault = str(problem)
        if fault:
            yield Finding(
                "error",
                Label(
                    f"نمایهٔ {dataset.slug} با انتشارهایش یکی نیست ({fault}). اجرا کنید: ayan reindex {dataset.slug}",
                    f"The index of {dataset.slug} is not what its releases say ({fault}). "
                    f"Run: ayan reindex {dataset.slug}",
                ),
            )
    yield Finding(
        "ok", Label(f"{seen} نمایه با انتشارها سنجیده شد.", f"{seen} indexes were compared with the releases.")
    )
