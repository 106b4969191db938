"""Reading rules: row checks, control totals, bands, and the flags that later rooms interpret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from ayan.core.schema import definition
from ayan.core.schema.definition import NUMERIC_KINDS, Bands, Check, Field, Total
from ayan.core.schema.expression import (
    Expression,
    ExpressionError,
    aggregate_expression,
    bare_row_expression,
)
from ayan.core.schema.fields import SLUG
from ayan.core.schema.tables import Table, near
from ayan.core.schema.trial import Trial
from ayan.core.values.label import Label

_SEVERITIES: Final[tuple[definition.Severity, ...]] = get_args(definition.Severity)
_NUMBER_TYPES: Final = ("BIGINT", "INTEGER", "HUGEINT", "DOUBLE", "DECIMAL", "SMALLINT", "TINYINT", "UBIGINT", "FLOAT")


@dataclass(frozen=True, slots=True)
class Fields:
    """The declared fields by name, None for one that was refused; expressions are typed only when none was."""

    by_name: Mapping[str, Field | None]
    trial: Trial

    @property
    def sound(self) -> Sequence[Field]:
        """The fields that were read."""
        return [one for one in self.by_name.values() if one is not None]

    @property
    def complete(self) -> bool:
        """Whether every field was read."""
        return None not in self.by_name.values()


def read_checks(tables: Sequence[Table], fields: Fields) -> tuple[Check, ...]:
    """``[[check]]``: a condition on every row."""
    made = []
    for table, code in coded(tables):
        table.needed("sql")
        sql = table.text("sql")
        severity = table.one_of("severity", _SEVERITIES) or "error"
        message = table.needed_label("message")
        table.close()
        if sql is None:
            continue
        try:
            expression = bare_row_expression(sql, tuple(fields.by_name))
        except ExpressionError as fault:
            table.refuse("sql", "sql", Label(fault.fa, fault.en))
            continue
        kind = _type(table, expression, fields)
        if kind not in (None, "BOOLEAN"):
            table.refuse("sql", "sql-type", type=kind)
        made.append(Check(code, sql, severity, message))
    return tuple(made)


def read_totals(tables: Sequence[Table], fields: Fields) -> tuple[Total, ...]:
    """``[[total]]``: one number over the published rows, which a stranger can recompute from the published file."""
    made = []
    for table, code in coded(tables):
        table.needed("sql")
        sql = table.text("sql")
        label = table.needed_label("label")
        table.close()
        if sql is None:
            continue
        try:
            expression = aggregate_expression(sql, tuple(fields.by_name))
        except ExpressionError as fault:
            table.refuse("sql", "sql", Label(fault.fa, fault.en))
            continue
        for name in sorted(expression.names):
            field = fields.by_name[name]
            if field is not None and (field.shown != "public" or not field.published):
                table.refuse("sql", "total-private", value=name)
        kind = _type(table, expression, fields)
        if kind is not None and not kind.startswith(_NUMBER_TYPES):
            table.refuse("sql", "sql-number", type=kind)
        made.append(Total(code, sql, label))
    return tuple(made)


def read_bands(tables: Sequence[Table], fields: Fields) -> tuple[Bands, ...]:
    """``[[bands]]``: a table of bands with neither gap nor overlap."""
    made = []
    for table in tables:
        for key in ("lower", "upper"):
            table.needed(key)
        lower, upper, by = table.text("lower"), table.text("upper"), table.texts("by") or ()
        inclusive = table.boolean("inclusive") or False
        table.close()
        for key, name in (("lower", lower), ("upper", upper), *(("by", one) for one in by)):
            if name is not None and name not in fields.by_name:
                table.refuse(key, "no-such-field", value=name[:60], near=near(name, fields.by_name))
        if lower is None or upper is None:
            continue
        for name in sorted({lower, upper} & set(by)) + ([upper] if lower == upper else []):
            table.refuse("by" if name in by else "upper", "repeated", value=name)
        low, high = fields.by_name.get(lower), fields.by_name.get(upper)
        if low is not None and high is not None:
            if low.kind != high.kind or low.kind not in NUMERIC_KINDS | {"date"}:
                table.refuse("upper", "bands-kind")
            elif inclusive and low.kind == "decimal":
                table.refuse("inclusive", "bands-inclusive")
        made.append(Bands(lower, upper, by, inclusive))
    return tuple(made)


def coded(tables: Sequence[Table]) -> list[tuple[Table, str]]:
    """Each table with its code; codes are well formed and none is used twice in one list."""
    made: list[tuple[Table, str]] = []
    seen: set[str] = set()
    for place, table in enumerate(tables, 1):
        table.needed("code")
        code = table.text("code")
        if code is not None and not SLUG.fullmatch(code):
            table.refuse("code", "slug-form")
        elif code is not None and code in seen:
            table.refuse("code", "repeated", value=code)
        seen.add(code or "")
        made.append((table, code or str(place)))
    return made


def _type(table: Table, expression: Expression, fields: Fields) -> str | None:
    """The type of an expression, or None where it cannot be told; refuses one that its fields do not fit."""
    # DuckDB compiles a pattern only when rows come.
    faults = [fault for fault in map(fields.trial.pattern, expression.patterns) if fault is not None]
    for fault in faults:
        table.refuse("sql", "pattern", reason=fault)
    if faults or not fields.complete:
        return None
    try:
        return fields.trial.type_of(expression.sql, fields.sound)
    except ValueError as refusal:
        table.refuse("sql", "sql-binding", reason=str(refusal))
        return None
