"""Computing a flag over published rows: one query, what it found, what it could not judge, and from which releases."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import duckdb

from ayan.core.audit.flags.flag import Flag, FlagInputDataset, key_text, macros, reads_calendar, statement
from ayan.core.audit.limits import MOST_FINDINGS, MOST_RECORDS_LISTED
from ayan.core.audit.reconciliation import closed_room, rows
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.core.values import sql
from ayan.core.values.jalali import Workdays

TEXTS: Final = ("party_id", "party", "unit")

Releases = Mapping[str, Sequence[Release]]


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


def compute(flag: Flag, datasets: Mapping[str, Dataset], releases: Releases, workdays: Workdays) -> FlagOutcome:
    """Compute ``flag`` over the current releases of each dataset.

    Raises duckdb.Error, ArrowException, OSError and StoreError where a file cannot be read.
    """
    begun = time.perf_counter()
    missing = tuple(_missing(flag, datasets, releases))
    if missing:
        return FlagOutcome(flag, missing)
    parts = {slug: [path for release in releases[slug] for path in release.parts()] for slug in flag.datasets}
    with closed_room({slug: rows(datasets[slug], parts[slug]) for slug in sorted(parts)}, parts) as con:
        for macro in macros(flag):
            con.execute(macro)
        calendar = calendar_tables(con, flag, datasets, workdays) if reads_calendar(flag) else ""
        con.execute(f"CREATE TEMP TABLE judged AS {statement(flag, datasets, calendar)}")
        filled = tuple(_filled(con, flag))
        judged, fired, unknown = _counts(con)
        findings = tuple(_findings(con, flag, datasets, releases)) if fired else ()
    return FlagOutcome(flag, (), filled, judged, fired, unknown, findings, time.perf_counter() - begun, calendar)


def _missing(flag: Flag, datasets: Mapping[str, Dataset], releases: Releases) -> Iterator[MissingInput]:
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


def calendar_tables(
    con: duckdb.DuckDBPyConnection, flag: Flag, datasets: Mapping[str, Dataset], workdays: Workdays
) -> str:
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
    span = con.execute(f"SELECT min(first), max(last) FROM ({' UNION ALL '.join(dates)})").fetchone() if dates else None
    first, last = span if span and span[0] else (date.max, date.max)
    days = [f"(DATE '{day}', {sql.literal(name)})" for day, name in workdays.holidays(first, last)] if span else []
    holidays = f"VALUES {', '.join(days)}" if days else "SELECT DATE '9999-12-31', '' WHERE FALSE"
    weekend = ", ".join(f"({day})" for day in sorted(workdays.weekend)) or "(0)"
    return f"holiday(day, name) AS ({holidays}), weekend(weekday) AS (VALUES {weekend})"


def _filled(con: duckdb.DuckDBPyConnection, flag: Flag) -> Iterator[FilledColumn]:
    wanted: dict[str, dict[str, None]] = {}
    for flag_input in flag.inputs:
        wanted.setdefault(flag_input.dataset, {}).update(dict.fromkeys(field for _, field in flag_input.fields))
    for slug, fields in sorted(wanted.items()):
        counts = ", ".join(f"count({sql.identifier(name)})" for name in fields)
        counted = con.execute(f"SELECT count(*), {counts} FROM {sql.identifier(slug)}").fetchone() or ()
        yield from (
            FilledColumn(slug, name, counted[0], count) for name, count in zip(fields, counted[1:], strict=True)
        )


def _counts(con: duckdb.DuckDBPyConnection) -> tuple[int, int, dict[str, int]]:
    judged, fired = con.execute("SELECT count(fires), count(*) FILTER (fires) FROM judged").fetchone() or (0, 0)
    if "why" not in _columns(con):
        unknown = con.execute("SELECT count(*) FROM judged WHERE fires IS NULL").fetchone() or (0,)
        return judged, fired, {"": unknown[0]} if unknown[0] else {}
    rows = con.execute(
        "SELECT coalesce(why, ''), count(*) FROM judged WHERE fires IS NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return judged, fired, dict(rows)


def _columns(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [str(row[0]) for row in con.execute("DESCRIBE judged").fetchall()]


def _findings(
    con: duckdb.DuckDBPyConnection, flag: Flag, datasets: Mapping[str, Dataset], releases: Releases
) -> Iterator[FlagFinding]:
    """The records it fires on, by their key, each with the releases that it and the records behind it came from."""
    there = _columns(con)
    lists = [flag_input for flag_input in flag.inputs if flag_input.name in there]
    con.execute(
        "CREATE TEMP TABLE fired AS SELECT row_number() OVER (ORDER BY subject) AS n, * FROM judged WHERE fires "
        # A record is found once, though its key may stand in several periods.
        "QUALIFY row_number() OVER (PARTITION BY subject ORDER BY value DESC) = 1 "
        f"ORDER BY subject LIMIT {MOST_FINDINGS}"
    )
    froms = _origins(con, flag, lists, datasets, releases)
    columns = ["subject", "value", *(name for name in ("threshold", *TEXTS) if name in there)]
    columns += [
        f"list_sort(list_distinct({flag_input.name}))[:{MOST_RECORDS_LISTED}] AS {flag_input.name}"
        for flag_input in lists
    ]
    cursor = con.execute(f"SELECT n, {', '.join(columns)} FROM fired ORDER BY n")
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
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
    con: duckdb.DuckDBPyConnection,
    flag: Flag,
    lists: Sequence[FlagInputDataset],
    datasets: Mapping[str, Dataset],
    releases: Releases,
) -> dict[int, set[str]]:
    """By the number of a finding, the releases that hold its record or one of those behind it."""
    origins: dict[int, set[str]] = {}
    asked = [(flag.about, "SELECT n, subject AS k FROM fired")]
    asked += [(flag_input.dataset, f"SELECT n, unnest({flag_input.name}) AS k FROM fired") for flag_input in lists]
    for slug, wanted in asked:
        named: dict[str, str] = {str(path): release.ref for release in releases[slug] for path in release.parts()}
        files = ", ".join(sql.literal(path) for path in named)
        rows: list[Any] = con.execute(
            f"SELECT DISTINCT w.n, r.filename FROM ({wanted}) w JOIN (SELECT {key_text(datasets[slug])} AS k, filename "
            f"FROM read_parquet([{files}], union_by_name = true, filename = true)) r USING (k)"
        ).fetchall()
        for n, path in rows:
            origins.setdefault(n, set()).add(named[path])
    return origins


def number(value: Any) -> str:
    """A number as exact text: whole ones without a point, others with six places at most."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") or "0"
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)
