"""Rows of declared datasets as published files, and what the flags that come with Ayan find in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ayan.core.audit.flags.computation import FlagOutcome, compute
from ayan.core.audit.flags.flag import Flag
from ayan.core.schema.definition import Dataset
from ayan.core.values.sql import identifier, literal
from ayan.core.values.workdays import Workdays
from ayan.datasets.registry import Registry

REGISTRY = Registry()
FLAGS = {flag.name: flag for flag in REGISTRY.flags().sound}
DATASETS = {dataset.slug: dataset for dataset in REGISTRY.all()}

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Sealed:
    """As much of a release as a flag reads: its name and its one file."""

    ref: str
    file: Path

    def parts(self) -> list[Path]:
        return [self.file]


def outcome_of(folder: Path, name: str | Flag, rows: Rows, **thresholds: float) -> FlagOutcome:
    """What the flag, or the one of this name, comes to over ``rows``."""
    flag = with_thresholds(FLAGS[name] if isinstance(name, str) else name, thresholds)
    releases = {slug: [sealed(folder, DATASETS[slug], rows.get(slug, ()))] for slug in flag.datasets}
    return compute(flag, DATASETS, releases, Workdays())  # type: ignore[arg-type]  # as much of a release as it asks for


def with_thresholds(flag: Flag, thresholds: Mapping[str, float]) -> Flag:
    """The flag with other thresholds."""
    assert thresholds.keys() <= {threshold.name for threshold in flag.thresholds}
    given = {name: Decimal(str(value)) for name, value in thresholds.items()}
    return replace(
        flag,
        thresholds=tuple(
            replace(threshold, value=given.get(threshold.name, threshold.value)) for threshold in flag.thresholds
        ),
    )


def sealed(folder: Path, dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> Sealed:
    """The rows of a dataset as a published file."""
    columns = {field.name: field.storage for field in dataset.published}
    for row in rows:
        assert row.keys() <= columns.keys(), row.keys() - columns.keys()
    file = folder / f"{dataset.slug}.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t ({', '.join(f'{identifier(name)} {kind}' for name, kind in columns.items())})")
        for row in rows:
            names = ", ".join(map(identifier, row))
            con.execute(f"INSERT INTO t ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
        con.execute(f"COPY t TO {literal(str(file))} (FORMAT parquet)")
    return Sealed(f"{dataset.slug}/all/1", file)


def subjects(outcome: FlagOutcome) -> dict[str, float]:
    """The records it fired on, and the value of each."""
    return {finding.subject: float(finding.value) for finding in outcome.findings}


def day(text: str) -> date:
    """A day of an ISO text."""
    return date.fromisoformat(text)
