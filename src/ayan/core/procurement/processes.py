"""The rows of all stages, put together process by process: one query over the sealed files, then piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from ayan.core.procurement.limits import CHUNK, PREPARING_SECONDS, PROCESSES_DISK, PROCESSES_MEMORY, STREAM_SECONDS
from ayan.core.procurement.stage import NEEDED_STAGE, PLACES, ProcurementStage, StageName
from ayan.core.query.engines.deadline import refusing
from ayan.core.store.parquet import columns_of
from ayan.core.store.release import DatasetSnapshot
from ayan.core.system.duckdb import TimeLimit, confined, spilling
from ayan.core.values import sql

StageRow = Mapping[str, Any]
"""A row of a stage by the names of its places, and ``sealed``: when the release that holds it was sealed."""


@dataclass(slots=True)
class ContractRows:
    """A contract with what was changed in it and paid for it."""

    row: StageRow
    amendments: list[StageRow] = field(default_factory=list)
    transactions: list[StageRow] = field(default_factory=list)


@dataclass(slots=True)
class ContractingProcess:
    """Everything of one contracting process; ``key`` is ``T-`` and the number of its tender, or ``C-`` and that of the
    contract where this names no tender. ``day`` is when it was first announced or signed."""

    key: str
    day: date
    tender: StageRow | None = None
    offers: list[StageRow] = field(default_factory=list)
    agreements: list[ContractRows] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StagedData:
    """The stages that a city's datasets play, and the state that each of these datasets is in.

    What does not fit into memory goes to a folder of its own in ``spill``.
    """

    stages: Mapping[StageName, ProcurementStage]
    states: Mapping[str, DatasetSnapshot]
    spill: Path

    def processes(
        self, *, key: str | None = None, days: tuple[date, date] | None = None
    ) -> Iterator[ContractingProcess]:
        """The processes in the order of their days: all, the one of a ``key``, or those of a span of ``days``.

        However many there are, no more than `CHUNK` of them are in memory. Raises TooSlow and TooHeavy.
        """
        with self._room() as con, refusing():
            limit = TimeLimit(con, PREPARING_SECONDS)
            try:
                with limit.running():
                    last = _prepare(con, self, key, days)
            finally:
                limit.close()
            limit = TimeLimit(con, STREAM_SECONDS)
            try:
                for first in range(1, last + 1, CHUNK):
                    with limit.running():
                        chunk = _chunk(con, first, min(first + CHUNK - 1, last))
                    yield from chunk
            finally:
                limit.close()

    def years(self) -> Sequence[date]:
        """The first and the last day of any process; empty where there is none."""
        with self._room() as con, refusing():
            limit = TimeLimit(con, PREPARING_SECONDS)
            try:
                with limit.running():
                    _begin(con, self)
                    bounds = con.execute("SELECT min(day), max(day) FROM process_days").fetchone()
            finally:
                limit.close()
        return [day for day in bounds or () if day is not None]

    @contextmanager
    def _room(self) -> Iterator[duckdb.DuckDBPyConnection]:
        paths = [path for _, path, _ in self.files()]
        with (
            ExitStack() as held,
            confined(
                paths=paths,
                memory=PROCESSES_MEMORY,
                threads=1,
                spill=spilling(self.spill, held),
                spill_limit=PROCESSES_DISK,
            ) as con,
        ):
            yield con

    def files(self) -> Iterator[tuple[str, Path, datetime]]:
        """Every file that is read: the dataset, its path, and when its release was sealed."""
        for slug in sorted({stage.dataset for stage in self.stages.values()}):
            for release in self.states[slug].releases:
                for path in release.parts():
                    yield slug, path, release.sealed_at


# --- rows of stages ---------------------------------------------------------------------------------------------------

_PROCESS: Final = "coalesce('T-' || tender, 'C-' || id)"


def _begin(con: duckdb.DuckDBPyConnection, data: StagedData) -> None:
    """A view of each stage, with its rows as they are published, and the day on which each process begins."""
    con.execute("CREATE TEMP TABLE sealed_files (file VARCHAR, sealed TIMESTAMPTZ)")
    files = list(data.files())
    if files:
        con.executemany("INSERT INTO sealed_files VALUES (?, ?)", [(str(path), sealed) for _, path, sealed in files])
    for name in PLACES:
        stage = data.stages.get(name)
        listed = [path for slug, path, _ in files if stage is not None and slug == stage.dataset]
        con.execute(f"CREATE VIEW {name}_rows AS {_stage_select(name, stage, listed)}")
    con.execute(
        f"CREATE VIEW process_days AS SELECT key, min(day) AS day FROM ("
        f"SELECT 'T-' || id AS key, published AS day FROM tender_rows "
        f"UNION ALL SELECT {_PROCESS}, signed FROM {NEEDED_STAGE}_rows) WHERE key IS NOT NULL AND day IS NOT NULL "
        "GROUP BY key"
    )


_TYPES: Final[Mapping[str, str]] = {"amount": "BIGINT", "day": "DATE", "count": "BIGINT"}


def _stage_select(name: StageName, stage: ProcurementStage | None, files: Sequence[Path]) -> str:
    """The rows that belong to a stage, by the names of its places; a column that no file has is empty."""
    there = {column for path in files for column in columns_of(path)}
    columns = []
    for place, kind in PLACES[name].items():
        kind_sql, column = _TYPES.get(kind.kind, "VARCHAR"), stage.fields.get(place) if stage else None
        value = sql.identifier(column) if column in there and column is not None else "NULL"
        columns.append(f"CAST({value} AS {kind_sql}) AS {sql.identifier(place)}")
    listed = ", ".join(columns)
    if stage is None or not files:
        return f"SELECT {listed}, CAST(NULL AS TIMESTAMPTZ) AS sealed WHERE FALSE"
    conditions = [
        f"{sql.identifier(column)} IN ({', '.join(map(sql.literal, codes))})" if column in there and codes else "FALSE"
        for column, codes in stage.only.items()
    ]
    where = " AND ".join(conditions) or "TRUE"
    names = ", ".join(sql.literal(str(path)) for path in files)
    return (
        f"SELECT {listed}, sealed FROM read_parquet([{names}], union_by_name = true, filename = '_file') AS stage_rows "
        f"JOIN sealed_files ON sealed_files.file = stage_rows._file WHERE {where}"
    )


_ORDERED: Final[Mapping[StageName, str]] = {
    "tender": "SELECT p.n, r.* FROM tender_rows AS r JOIN numbered AS p ON p.key = 'T-' || r.id",
    "bid": "SELECT p.n, r.* FROM bid_rows AS r JOIN numbered AS p ON p.key = 'T-' || r.tender",
    "contract": f"SELECT p.n, r.* FROM contract_rows AS r JOIN numbered AS p ON p.key = {_PROCESS}",
    "amendment": "SELECT c.n, r.* FROM amendment_rows AS r JOIN contract_numbers AS c ON c.id = r.contract",
    "payment": "SELECT c.n, r.* FROM payment_rows AS r JOIN contract_numbers AS c ON c.id = r.contract",
}
_DAYS: Final[Mapping[StageName, str]] = {
    "tender": "published",
    "bid": "day",
    "contract": "signed",
    "amendment": "day",
    "payment": "day",
}


def _prepare(con: duckdb.DuckDBPyConnection, data: StagedData, key: str | None, days: tuple[date, date] | None) -> int:
    """Write the rows of every stage down in the order of their processes; how many processes there are."""
    _begin(con, data)
    where, values = "TRUE", list[Any]()
    if key is not None:
        where, values = "key = ?", [key]
    elif days is not None:
        where, values = "day BETWEEN ? AND ?", [*days]
    con.execute(
        "CREATE TEMP TABLE numbered AS SELECT row_number() OVER (ORDER BY day, key) AS n, key, day "
        f"FROM process_days WHERE {where}",
        values,
    )
    for name, select in _ORDERED.items():
        # One column after the other is read by the range of its numbers, so the order is what makes it quick.
        con.execute(f"CREATE TEMP TABLE ordered_{name} AS {select} ORDER BY n, {_DAYS[name]}, id")
        if name == NEEDED_STAGE:
            con.execute(
                "CREATE TEMP TABLE contract_numbers AS SELECT id, min(n) AS n FROM ordered_contract GROUP BY id"
            )
    count = con.execute("SELECT count(*) FROM numbered").fetchone()
    return int(count[0]) if count else 0


def _chunk(con: duckdb.DuckDBPyConnection, first: int, last: int) -> list[ContractingProcess]:
    """The processes of a range of numbers, both ends inside."""
    cursor = con.execute("SELECT n, key, day FROM numbered WHERE n BETWEEN ? AND ? ORDER BY n", [first, last])
    processes = {n: ContractingProcess(key, day) for n, key, day in cursor.fetchall()}
    for n, row in _rows(con, "tender", first, last):
        processes[n].tender = processes[n].tender or row
    for n, row in _rows(con, "bid", first, last):
        processes[n].offers.append(row)
    agreements: dict[str, ContractRows] = {}
    for n, row in _rows(con, "contract", first, last):
        contract = ContractRows(row)
        processes[n].agreements.append(contract)
        agreements.setdefault(row["id"], contract)
    for _, row in _rows(con, "amendment", first, last):
        agreements[row["contract"]].amendments.append(row)
    for _, row in _rows(con, "payment", first, last):
        agreements[row["contract"]].transactions.append(row)
    return list(processes.values())


def _rows(con: duckdb.DuckDBPyConnection, name: StageName, first: int, last: int) -> Iterator[tuple[int, StageRow]]:
    con.execute(
        f"SELECT * FROM ordered_{name} WHERE n BETWEEN ? AND ? ORDER BY n, {_DAYS[name]}, id",
        [first, last],
    )
    columns = [column[0] for column in con.description or ()]
    for values in con.fetchall():
        row = dict(zip(columns, values, strict=True))
        yield row["n"], row
