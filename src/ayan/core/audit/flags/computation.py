"""Computing a flag over published rows: one query, what it found, what it could not judge, and from which releases."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

import duckdb
import pyarrow as pa

from ayan.core.audit.flags.flag import Flag, FlagInputDataset, key_text, macros, reads_calendar, statement
from ayan.core.audit.limits import MOST_FINDINGS, MOST_RECORDS_LISTED
from ayan.core.audit.reconciliation import closed_room, rows
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.core.system.duckdb import arrow_table, confined
from ayan.core.values import sql
from ayan.core.values.workdays import Workdays

TEXTS: Final = ("party_id", "party", "unit")

ReleasesOfDatasets = Mapping[str, Sequence[Release]]


@dataclass(frozen=True, slots=True)
class MissingInput:
    """What a flag needs and the city has not published: a dataset, one of its fields (if named), or any release."""

    dataset: str
    field: str = ""
    unpublished: bool = False


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """How many of the rows of a dataset have a value in a field that the flag reads."""

    dataset: str
    field: str
    rows: int
    filled: int


@dataclass(frozen=True, slots=True)
class FlagFinding:
    """One record that a flag fires on; ``value`` and ``threshold`` are exact numbers as text, lists hold keys."""

    subject: str
    value: str
    threshold: str = ""
    party_id: str = ""
    party: str = ""
    unit: str = ""
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    releases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlagOutcome:
    """What computing a flag came to: records ``judged``, those it fired on, and those it could not judge, by cause.

    With ``missing`` nothing was computed at all. ``seconds`` is how long it took, ``calendar`` the text of the tables
    of the working calendar, where the query reads them.
    """

    flag: Flag
    missing: tuple[MissingInput, ...] = ()
    filled: tuple[FilledColumn, ...] = ()
    judged: int = 0
    fired: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[FlagFinding, ...] = ()
    seconds: float = 0.0
    calendar: str = ""

    @property
    def computed(self) -> bool:
        """Whether at least one record could be judged."""
        return not self.missing and self.judged > 0


def compute(
    flag: Flag, datasets: Mapping[str, Dataset], releases: ReleasesOfDatasets, workdays: Workdays
) -> FlagOutcome:
    """Compute ``flag`` over the current releases of each dataset.

    Raises duckdb.Error, ArrowException, OSError and StoreError where a file cannot be read.
    """
    missing = tuple(missing_inputs(flag, datasets, releases))
    if missing:
        return FlagOutcome(flag, missing)
    parts = {slug: [path for release in releases[slug] for path in release.parts()] for slug in flag.datasets}
    with closed_room({slug: rows(datasets[slug], parts[slug]) for slug in sorted(parts)}, parts) as con:
        for macro in macros(flag):
            con.execute(macro)
        return judged_in(_LocalRoom(con, datasets, releases), flag, datasets, workdays)


class FlagRoom(Protocol):
    """Where a flag is computed: the rows of its datasets are tables there, by their slugs."""

    def keep(self, name: str, select: str) -> None:
        """Reckon a SELECT and keep its rows as a table."""
        ...

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT."""
        ...

    def table(self, select: str) -> pa.Table:
        """The same as a table."""
        ...

    def columns(self, name: str) -> list[str]:
        """The columns of a table."""
        ...

    def origins(self, slug: str, wanted: pa.Table) -> Iterator[tuple[int, str]]:
        """For keys ``k`` of records of a dataset, each with a number ``n``: that number and the release it is in."""
        ...


def judged_in(room: FlagRoom, flag: Flag, datasets: Mapping[str, Dataset], workdays: Workdays) -> FlagOutcome:
    """What a flag none of whose inputs is missing comes to in a room."""
    begun = time.perf_counter()
    calendar = calendar_tables(room, flag, datasets, workdays) if reads_calendar(flag) else ""
    room.keep("judged", statement(flag, datasets, calendar))
    filled = tuple(_filled(room, flag))
    judged, fired, unknown = _counts(room)
    findings = tuple(_findings(room, flag)) if fired else ()
    return FlagOutcome(flag, (), filled, judged, fired, unknown, findings, time.perf_counter() - begun, calendar)


@dataclass(frozen=True, slots=True)
class _LocalRoom:
    """DuckDB on this machine."""

    con: duckdb.DuckDBPyConnection
    datasets: Mapping[str, Dataset]
    releases: ReleasesOfDatasets

    def keep(self, name: str, select: str) -> None:
        self.con.execute(f"CREATE TEMP TABLE {name} AS {select}")

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        return self.con.execute(select).fetchall()

    def table(self, select: str) -> pa.Table:
        return arrow_table(self.con, select)

    def columns(self, name: str) -> list[str]:
        return [str(row[0]) for row in self.rows(f"DESCRIBE {name}")]

    def origins(self, slug: str, wanted: pa.Table) -> Iterator[tuple[int, str]]:
        named = {str(path): release.ref for release in self.releases[slug] for path in release.parts()}
        files = ", ".join(sql.literal(path) for path in named)
        self.con.register("wanted", wanted)
        matches = self.rows(
            f"SELECT DISTINCT w.n, r.filename FROM wanted w JOIN (SELECT {key_text(self.datasets[slug])} AS k, "
            f"filename FROM read_parquet([{files}], union_by_name = true, filename = true)) r USING (k)"
        )
        self.con.unregister("wanted")
        yield from ((n, named[path]) for n, path in matches)


def missing_inputs(flag: Flag, datasets: Mapping[str, Dataset], releases: ReleasesOfDatasets) -> Iterator[MissingInput]:
    """What the flag needs and the city has not published."""
    for slug in sorted(flag.datasets):
        dataset = datasets.get(slug)
        if dataset is None:
            yield MissingInput(slug)
            continue
        public = {published_field.name for published_field in dataset.published if published_field.shown == "public"}
        wanted = dict.fromkeys(
            field for flag_input in flag.inputs if flag_input.dataset == slug for _, field in flag_input.fields
        )
        absent = [name for name in wanted if name not in public]
        yield from (MissingInput(slug, name) for name in absent)
        if not absent and not releases.get(slug):
            yield MissingInput(slug, unpublished=True)


def calendar_tables(room: FlagRoom, flag: Flag, datasets: Mapping[str, Dataset], workdays: Workdays) -> str:
    """The tables of the working calendar, for the span of the dates that the flag reads."""
    dates = [
        f"SELECT min({column}) AS first, max({column}) AS last FROM {sql.identifier(flag_input.dataset)}"
        for flag_input in flag.inputs
        for column in (
            sql.identifier(name)
            for _, name in flag_input.fields
            if datasets[flag_input.dataset].field(name).kind.is_day
        )
    ]
    span = room.rows(f"SELECT min(first), max(last) FROM ({' UNION ALL '.join(dates)})")[0] if dates else None
    first, last = span if span and span[0] else (date.max, date.max)
    days = [f"(DATE '{day}', {sql.literal(name)})" for day, name in workdays.holidays(first, last)] if span else []
    holidays = f"VALUES {', '.join(days)}" if days else "SELECT DATE '9999-12-31', '' WHERE FALSE"
    weekend = ", ".join(f"({day})" for day in sorted(workdays.weekend)) or "(0)"
    return f"holiday(day, name) AS ({holidays}), weekend(weekday) AS (VALUES {weekend})"


def _filled(room: FlagRoom, flag: Flag) -> Iterator[FilledColumn]:
    wanted: dict[str, dict[str, None]] = {}
    for flag_input in flag.inputs:
        wanted.setdefault(flag_input.dataset, {}).update(dict.fromkeys(field for _, field in flag_input.fields))
    for slug, fields in sorted(wanted.items()):
        counts = ", ".join(f"count({sql.identifier(name)})" for name in fields)
        (counted,) = room.rows(f"SELECT count(*), {counts} FROM {sql.identifier(slug)}")
        yield from (
            FilledColumn(slug, name, counted[0], count) for name, count in zip(fields, counted[1:], strict=True)
        )


def _counts(room: FlagRoom) -> tuple[int, int, dict[str, int]]:
    ((judged, fired),) = room.rows("SELECT count(fires), count(*) FILTER (fires) FROM judged")
    if "why" not in room.columns("judged"):
        ((unknown,),) = room.rows("SELECT count(*) FROM judged WHERE fires IS NULL")
        return judged, fired, {"": unknown} if unknown else {}
    causes = room.rows(
        "SELECT coalesce(why, '') AS cause, count(*) AS times FROM judged WHERE fires IS NULL GROUP BY 1 ORDER BY 1"
    )
    return judged, fired, dict(causes)


def _findings(room: FlagRoom, flag: Flag) -> Iterator[FlagFinding]:
    """The records it fires on, by their key, each with the releases that it and the records behind it came from."""
    there = room.columns("judged")
    lists = [flag_input for flag_input in flag.inputs if flag_input.name in there]
    fired = room.table(
        # A record is found once, though its key may stand in several periods.
        "SELECT * FROM judged WHERE fires QUALIFY row_number() OVER (PARTITION BY subject ORDER BY value DESC) = 1 "
        f"ORDER BY subject LIMIT {MOST_FINDINGS}"
    )
    fired = fired.append_column("n", pa.array(range(len(fired)), pa.int64()))
    columns = ["subject", "value", *(name for name in ("threshold", *TEXTS) if name in there)]
    columns += [
        f"list_sort(list_distinct({flag_input.name}))[:{MOST_RECORDS_LISTED}] AS {flag_input.name}"
        for flag_input in lists
    ]
    with confined() as con:
        con.register("fired", fired)
        froms = _origins(room, con, flag, lists)
        cursor = con.execute(f"SELECT n, {', '.join(columns)} FROM fired ORDER BY n")
        names = [column[0] for column in cursor.description or ()]
        rows_fired = cursor.fetchall()
    for row in rows_fired:
        cells = dict(zip(names, row, strict=True))
        yield FlagFinding(
            subject=cells["subject"],
            value=number(cells["value"]),
            threshold=number(cells.get("threshold")),
            behind={flag_input.name: tuple(cells[flag_input.name] or ()) for flag_input in lists},
            releases=tuple(sorted(froms.get(cells["n"], ()))),
            **{name: str(cells.get(name) or "") for name in TEXTS},
        )


def _origins(
    room: FlagRoom, con: duckdb.DuckDBPyConnection, flag: Flag, lists: Sequence[FlagInputDataset]
) -> dict[int, set[str]]:
    """By the number of a finding, the releases that hold its record or one of those behind it."""
    origins: dict[int, set[str]] = {}
    asked = [(flag.about, "SELECT n, subject AS k FROM fired")]
    asked += [(flag_input.dataset, f"SELECT n, unnest({flag_input.name}) AS k FROM fired") for flag_input in lists]
    for slug, wanted in asked:
        for n, ref in room.origins(slug, arrow_table(con, wanted)):
            origins.setdefault(n, set()).add(ref)
    return origins


def number(value: Any) -> str:
    """A number as exact text: whole ones without a point, others with six places at most."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") or "0"
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)
