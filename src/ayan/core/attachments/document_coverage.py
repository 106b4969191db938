"""Which rows lack a document that they are to have, and which documents nobody can have read aloud: counted by sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ayan.core.attachments.limits import COVERAGE_MEMORY
from ayan.core.schema import companions
from ayan.core.schema.companions import DocumentKind
from ayan.core.schema.definition import Dataset
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.duckdb import confined
from ayan.core.values import sql


@dataclass(frozen=True, slots=True)
class LackingRows:
    """How many rows have no document of a kind that is required."""

    kind: DocumentKind
    rows: int


@dataclass(frozen=True, slots=True)
class DocumentCoverage:
    """Of a dataset whose rows have documents: its rows by their keys, and for each required kind those that lack it.

    ``documents`` are all rows of documents, ``unread`` those of them with pages that have no text.
    """

    dataset: Dataset
    companion: Dataset
    rows: int
    lacking: tuple[LackingRows, ...]
    documents: int
    unread: int


def coverage(store: ReleaseStore, dataset: Dataset, companion: Dataset) -> DocumentCoverage:
    """What is published of a dataset, held against its documents. Raises StoreError and duckdb.Error."""
    declared = companion.companion
    assert declared is not None  # noqa: S101 - only companions are asked
    rows, documents = (
        [part for release in store.snapshot(slug).releases for part in release.parts()]
        for slug in (dataset.slug, companion.slug)
    )
    required = [kind for kind in declared.kinds if kind.required]
    with confined(paths=[*rows, *documents], memory=COVERAGE_MEMORY) as con:
        con.execute(f"CREATE TEMP TABLE keyed AS SELECT DISTINCT {_names(dataset.key)} FROM {_read(rows, dataset.key)}")
        if not documents:
            row = con.execute("SELECT count(*) FROM keyed").fetchone()
            bare = int(row[0]) if row else 0
            return DocumentCoverage(
                dataset, companion, bare, tuple(LackingRows(each, bare) for each in required), documents=0, unread=0
            )
        named = (*declared.row_key, companions.KIND, companions.UNREAD)
        con.execute(f"CREATE TEMP TABLE documents AS SELECT {_names(named)} FROM {_read(documents, named)}")
        same = " AND ".join(
            f"d.{sql.identifier(theirs)} = k.{sql.identifier(own)}"
            for theirs, own in zip(declared.row_key, dataset.key, strict=True)
        )

        def count(query: str) -> int:
            row = con.execute(query).fetchone()
            return int(row[0]) if row else 0

        unread, kind = sql.identifier(companions.UNREAD), sql.identifier(companions.KIND)
        return DocumentCoverage(
            dataset,
            companion,
            count("SELECT count(*) FROM keyed"),
            tuple(
                LackingRows(
                    each,
                    count(
                        f"SELECT count(*) FROM keyed k WHERE NOT EXISTS (SELECT 1 FROM documents d "
                        f"WHERE {same} AND d.{kind} = {sql.literal(each.code)})"
                    ),
                )
                for each in required
            ),
            count("SELECT count(*) FROM documents"),
            count(f"SELECT count(*) FROM documents WHERE {unread} > 0"),
        )


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(sql.identifier, names))


def _read(parts: Sequence[Path], names: Sequence[str]) -> str:
    """The parts as one table; where there is none, one without rows that has these columns."""
    if not parts:
        empty = ", ".join(f"NULL::VARCHAR AS {sql.identifier(name)}" for name in names)
        return f"(SELECT {empty} WHERE false)"
    return f"read_parquet([{', '.join(sql.literal(str(part)) for part in parts)}], union_by_name = true)"
