"""From the text of a cell to a typed value or an issue code, in SQL: layer by layer, each repeated text read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import duckdb
import pyarrow as pa

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.refine.header_matching import MappedField
from ayan.core.schema.field import Field, KindColumns, KindSql
from ayan.core.values import sql
from ayan.core.values.period import Period

_TEXTS: Final = "repeated_texts"


def cell(mapped: MappedField) -> str:
    """The raw cell of a field: its column, or the constant its sender declares."""
    if mapped.column is not None:
        return f"c{mapped.column.index}"
    return sql.literal(mapped.constant or "")


def read_in_layers(relation: str, fields: Iterable[tuple[MappedField, Period | None]]) -> str:
    """A query for ``relation`` with, for each field ``f``, the columns ``t_f``, ``v_f``, ``e_f`` and those between.

    Every layer is computed from the one before it, so that no expression is planned twice.
    """
    how = [(mapped, reading(mapped.field, period)) for mapped, period in fields]
    if not how:
        return f"SELECT * FROM {relation}"
    tokens = [f"{token(cell(mapped), mapped.field.null)} AS {KindColumns(mapped.field.name).t}" for mapped, _ in how]
    query = f"SELECT *, {', '.join(tokens)} FROM {relation}"
    for depth in range(max(len(read.steps) for _, read in how)):
        steps = [f"{read.steps[depth][1]} AS {read.steps[depth][0]}" for _, read in how if depth < len(read.steps)]
        query = f"SELECT *, {', '.join(steps)} FROM ({query})"
    values = [f"{read.value} AS {KindColumns(mapped.field.name).v}" for mapped, read in how]
    errors = [f"{read.error} AS {KindColumns(mapped.field.name).e}" for mapped, read in how]
    query = f"SELECT *, {', '.join(values)} FROM ({query})"
    return f"SELECT *, {', '.join(errors)} FROM ({query})"


@dataclass(frozen=True, slots=True)
class LookupTable:
    """Fields of which every text was read beforehand, and the columns that look the readings up."""

    fields: frozenset[str]
    columns: tuple[str, ...]


def look_up(
    con: duckdb.DuckDBPyConnection,
    fields: Iterable[tuple[MappedField, Period | None]],
    texts: Mapping[int, pa.StringArray],
) -> LookupTable:
    """Read each text of the columns that repeat few, by the same layers as any cell, into variables of ``con``.

    Not by a join: DuckDB gives up the order of rows above one, or its second thread.
    """
    names: set[str] = set()
    columns: list[str] = []
    for mapped, period in fields:
        # Whether a cell holds a shape depends on more than its text: see `RefineSession`.
        if mapped.column is None or mapped.column.index not in texts or mapped.field.kind.is_shape:
            continue
        names.add(mapped.field.name)
        columns += _read_once(con, mapped, period, texts[mapped.column.index])
    return LookupTable(frozenset(names), tuple(columns))


def _read_once(
    con: duckdb.DuckDBPyConnection, mapped: MappedField, period: Period | None, texts: pa.StringArray
) -> Sequence[str]:
    index = mapped.column.index if mapped.column else 0
    positions = pa.array(range(len(texts) + 1), pa.int32())
    con.register(
        _TEXTS, pa.table({"place": positions, f"c{index}": pa.concat_arrays([pa.nulls(1, pa.string()), texts])})
    )
    kept = [f"{letter}_{mapped.field.name}" for letter in "tve"]
    lists = ", ".join(f"list({name} ORDER BY place) AS {name}" for name in kept)
    con.execute(f"CREATE TEMP TABLE read_once AS SELECT {lists} FROM ({read_in_layers(_TEXTS, [(mapped, period)])})")
    con.unregister(_TEXTS)
    expressions: list[str] = []
    for name in kept:
        con.execute(f"SET VARIABLE {name} = (SELECT {name} FROM read_once)")
        expressions.append(f"getvariable('{name}')[k{index} + 1] AS {name}")
    sound = con.execute(
        f"SELECT len(list_filter({kept[2]}, lambda code: code IS NOT NULL)) = 0 FROM read_once"
    ).fetchone()
    con.execute("DROP TABLE read_once")
    if sound == (True,):
        expressions[2] = f"CAST(NULL AS VARCHAR) AS {kept[2]}"
    return expressions


CELL_ERRORS: Final = (
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
)


def reading(field: Field, period: Period | None = None) -> KindSql:
    """The reading of ``field``; ``period`` is given for the date that must fall inside the submission's period."""
    c = KindColumns(field.name)
    kind_sql = field.kind.reading(field, c)
    tests = [
        (f"{c.t} IS NULL", "'required'" if field.required else "NULL"),
        (f"starts_with({c.t}, '#') AND {sql.is_among(c.t, CELL_ERRORS)}", "'cell-error'"),
        (kind_sql.unreadable or f"{c.v} IS NULL", kind_sql.error),
        *_limits(field, c, period),
    ]
    cases = " ".join(f"WHEN {condition} THEN {code}" for condition, code in tests)
    return KindSql(kind_sql.steps, kind_sql.value, f"CASE {cases} END")


def token(column: str, nulls: tuple[str, ...]) -> str:
    """The token of a cell: trimmed text, or NULL when the cell is empty or holds a declared placeholder."""
    text = sql.trimmed(column)
    return f"CASE WHEN NOT {sql.is_among(text, nulls)} THEN {text} END" if nulls else text


def _limits(field: Field, c: KindColumns, period: Period | None) -> list[tuple[str, str]]:
    """Tests on a value that could be read: bounds, pattern, length, period."""
    tests: list[tuple[str, str]] = []
    if field.minimum is not None:
        tests.append((f"{c.v} < {_bound(field.minimum)}", "'too-small'"))
    if field.maximum is not None:
        tests.append((f"{c.v} > {_bound(field.maximum)}", "'too-large'"))
    if field.pattern is not None:
        tests.append((f"NOT regexp_full_match({c.v}, {sql.literal(field.pattern)})", "'pattern'"))
    if field.max_length is not None:
        tests.append((f"length({c.v}) > {field.max_length}", "'too-long'"))
    if period is not None:
        tests.append((f"{c.v} < DATE '{period.start}' OR {c.v} > DATE '{period.end}'", "'outside-period'"))
    return tests


def _bound(bound: Decimal | date) -> str:
    return f"DATE '{bound.isoformat()}'" if isinstance(bound, date) else f"{bound:f}"


KEYS: Final = ("letters", "digits", "dates", "numbers", "spaces")

# The one form in which the public sees a day, before its digits are written in Persian.
_DAY: Final = "[0-9]{4}/[0-9]{2}/[0-9]{2}"


def unifications(
    con: duckdb.DuckDBPyConnection, raw: RawTable, columns: Sequence[tuple[Field, RawColumn]]
) -> dict[str, int]:
    """How many cells of the columns are written in another way than they stand in the file, by `KEYS`."""
    counts = dict.fromkeys(KEYS, 0)
    asked = [(key, test) for field, column in columns for key, test in _tests(field, f"c{column.index}")]
    if not asked:
        return counts
    tests = ", ".join(f"count(*) FILTER ({test})" for _, test in asked)
    row = con.execute(f"SELECT {tests} FROM {raw.relation}").fetchone() or ()
    for (key, _), count in zip(asked, row, strict=True):
        counts[key] += int(count)
    return counts


def _tests(field: Field, x: str) -> list[tuple[str, str]]:
    """By key, the condition under which a cell of ``field`` is unified so."""
    tests = [("spaces", f"{x} <> coalesce({sql.trimmed(x)}, '')")]
    if field.kind.is_words and field.choices is None:
        tests.append(("letters", f"regexp_matches({x}, '[يكىة]') AND {x} <> {sql.publish(x)}"))
    if field.kind.in_digits and field.choices is None:
        tests.append(("digits", f"regexp_matches({x}, '[{sql.PERSIAN_DIGITS}{sql.ARABIC_DIGITS}]')"))
    if field.kind.is_number:
        tests.append(("numbers", f"regexp_matches({x}, '[,٬،]')"))
    if field.kind.is_day:
        day = sql.latin_digits(x)
        tests.append(("dates", f"NOT regexp_full_match(trim({day}), '{_DAY}') AND regexp_matches({day}, '[0-9]')"))
    return tests
