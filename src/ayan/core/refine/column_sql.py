"""From the text of a cell to a typed value or an issue code, in SQL: layer by layer, each repeated text read once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

import duckdb
import pyarrow as pa

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.refine.header_matching import MappedField
from ayan.core.schema.field import Field, KindColumns, KindSql
from ayan.core.values import sql
from ayan.core.values.digits import ARABIC, PERSIAN
from ayan.core.values.period import Period

_TEXTS: Final = "repeated_texts"


def cell(mapped: MappedField) -> str:
    """The raw cell of a field: its column, or the constant its sender declares."""
    if mapped.column is not None:
        return f"c{mapped.column.index}"
    return sql.literal(mapped.constant or "")


_EACH: Final = "each_one"
"""The field of which a reading is written for all fields that are read alike."""
_IS_PLAIN: Final = f"plain_{_EACH}"
_NAMES: Final = re.compile(rf"\b([a-z]+)_{_EACH}\b")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A column of a layer: ``how`` it is computed, with `_EACH` for its field, from which columns by their letters."""

    name: str
    how: str
    given: Mapping[str, str]

    def alone(self) -> str:
        """Its expression over the layer before it."""
        return _NAMES.sub(lambda name: self.given[name[1]], self.how)


def read_in_layers(
    relation: str, fields: Iterable[tuple[MappedField, Period | None]], *, together: bool = False
) -> str:
    """A query for ``relation`` with, for each field ``f``, the columns ``t_f``, ``v_f``, ``e_f`` and those between.

    Every layer is computed from the one before it, so that no expression is planned twice. With ``together`` columns
    that are read alike share one expression, each row's cells as a list: it is planned once for all of them, which is
    most of the work on a small file, but no column can be computed without the others. Without it one look at a cell
    tells whether it is plain, and spares it the rest.
    """
    fields = list(fields)
    how = [(mapped, _reading_of_each(mapped.field, period)) for mapped, period in fields]
    periods = [period for _, period in fields]
    if not how:
        return f"SELECT * FROM {relation}"
    plain = set() if together else {mapped.field.name for mapped, read in how if _may_be_plain(mapped, read)}
    if plain:
        looks = [
            f"regexp_full_match({cell(mapped)}, {sql.literal(read.plain[0])}) AS plain_{mapped.field.name}"
            for mapped, read in how
            if read.plain is not None and mapped.field.name in plain
        ]
        relation = f"(SELECT *, {', '.join(looks)} FROM {relation})"
        how = [
            (mapped, _spared(mapped.field, read, period) if mapped.field.name in plain else read)
            for (mapped, read), period in zip(how, periods, strict=True)
        ]
    layers: list[list[_Asked]] = [[] for _ in range(3 + max(len(read.steps) for _, read in how))]
    for mapped, read in how:
        name = mapped.field.name
        own = KindColumns(name)
        before = " ".join((KindColumns(_EACH).t, *(step for step, _ in read.steps), KindColumns(_EACH).v, _IS_PLAIN))
        given = {letter: f"{letter}_{name}" for letter in _NAMES.findall(before)}
        text = token(f"cell_{_EACH}", mapped.field.null)
        text = f"CASE WHEN {_IS_PLAIN} THEN cell_{_EACH} ELSE {text} END" if name in plain else text
        layers[0].append(_Asked(own.t, text, given | {"cell": cell(mapped)}))
        for depth, (step, expression) in enumerate(read.steps, 1):
            layers[depth].append(_Asked(step.replace(_EACH, name), expression, given))
        layers[-2].append(_Asked(own.v, read.value, given))
        layers[-1].append(_Asked(own.e, read.error, given))
    query = relation
    for layer in layers:
        query = _together(query, layer) if together else _one_by_one(query, layer)
    return f"SELECT * FROM {query}"


def _reading_of_each(field: Field, period: Period | None) -> KindSql:
    """The reading of a field as that of `_EACH`; a shape is read by what is known of its own rows."""
    return reading(field if field.kind.is_shape else replace(field, name=_EACH), period)


def _may_be_plain(mapped: MappedField, read: KindSql) -> bool:
    """Whether cells of a column can be plain, and none of them is one that says that nothing is there."""
    if read.plain is None or mapped.column is None:
        return False
    pattern = re.compile(read.plain[0])
    return not any(pattern.fullmatch(text) for text in mapped.field.null)


def _spared(field: Field, read: KindSql, period: Period | None) -> KindSql:
    """The reading that takes of a plain cell its value, and looks only whether that keeps within the field's limits.

    What is wrong with another cell is told by its own value: where there are no limits, who asks for issues alone never
    has the value of a plain one computed.
    """
    own = KindColumns(_EACH)
    value = read.plain[1] if read.plain else "NULL"
    limits = _cases(_limits(replace(field, name=_EACH), own, period))
    other = (own.other, read.value)
    steps = tuple((step, f"CASE WHEN {_IS_PLAIN} THEN NULL ELSE {how} END") for step, how in (*read.steps, other))
    error = re.sub(rf"\b{own.v}\b", own.other, read.error)
    return KindSql(
        steps,
        f"CASE WHEN {_IS_PLAIN} THEN {value} ELSE {own.other} END",
        f"CASE WHEN {_IS_PLAIN} THEN {limits} ELSE {error} END",
    )


def _one_by_one(relation: str, layer: Iterable[_Asked]) -> str:
    return f"(SELECT *, {', '.join(f'{column.alone()} AS {column.name}' for column in layer)} FROM {relation})"


def _together(relation: str, layer: Iterable[_Asked]) -> str:
    alike: dict[str, list[_Asked]] = {}
    for column in layer:
        alike.setdefault(column.how, []).append(column)
    alone = [several[0] for how, several in alike.items() if len(several) == 1 or not _NAMES.search(how)]
    alone += [column for how, several in alike.items() if not _NAMES.search(how) for column in several[1:]]
    lists: list[str] = []
    picked: list[str] = []
    for how, several in alike.items():
        letters = sorted(set(_NAMES.findall(how)))
        if len(several) == 1 or not letters:
            continue
        if len(letters) == 1:
            cells = [column.given[letters[0]] for column in several]
            body = _NAMES.sub(_EACH, how)
        else:
            cells = ["{" + ", ".join(f"{x}: {column.given[x]}" for x in letters) + "}" for column in several]
            body = _NAMES.sub(rf"{_EACH}.\1", how)
        many = f"_many_{len(lists)}"
        lists.append(f"list_transform([{', '.join(cells)}], lambda {_EACH}: {body}) AS {many}")
        picked += [f"{many}[{place}] AS {column.name}" for place, column in enumerate(several, 1)]
    query = _one_by_one(relation, alone) if alone else relation
    if not lists:
        return query
    names = ", ".join(f"_many_{place}" for place in range(len(lists)))
    return f"(SELECT * EXCLUDE ({names}), {', '.join(picked)} FROM (SELECT *, {', '.join(lists)} FROM {query}))"


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
        expressions.append(f"getvariable({sql.literal(name)})[k{index} + 1] AS {name}")
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
    return replace(kind_sql, error=_cases(tests), unreadable=None)


def _cases(tests: Iterable[tuple[str, str]]) -> str:
    cases = " ".join(f"WHEN {condition} THEN {code}" for condition, code in tests)
    return f"CASE {cases} END" if cases else "NULL"


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
        tests.append(("digits", f"regexp_matches({x}, '[{PERSIAN}{ARABIC}]')"))
    if field.kind.is_number:
        tests.append(("numbers", f"regexp_matches({x}, '[,٬،]')"))
    if field.kind.is_day:
        day = sql.latin_digits(x)
        tests.append(("dates", f"NOT regexp_full_match(trim({day}), '{_DAY}') AND regexp_matches({day}, '[0-9]')"))
    return tests
