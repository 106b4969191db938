"""Reading rules: row checks, control totals, bands, and the flags that later rooms interpret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from ayan.core.schema import definition
from ayan.core.schema.definition import Bands, Check, ControlTotal
from ayan.core.schema.expression import (
    Expression,
    ExpressionError,
    aggregate_expression,
    bare_row_expression,
)
from ayan.core.schema.expression_trial import ExpressionTrial
from ayan.core.schema.field import Field
from ayan.core.schema.fields import SLUG
from ayan.core.schema.tables import TomlTable, near

_SEVERITIES: Final[tuple[definition.Severity, ...]] = get_args(definition.Severity)
_NUMBER_TYPES: Final = ("BIGINT", "INTEGER", "HUGEINT", "DOUBLE", "DECIMAL", "SMALLINT", "TINYINT", "UBIGINT", "FLOAT")


@dataclass(frozen=True, slots=True)
class FieldNames:
    """The declared fields by name, None for one that was refused; expressions are typed only when none was."""

    by_name: Mapping[str, Field | None]
    trial: ExpressionTrial

    @property
    def sound(self) -> Sequence[Field]:
        """The fields that were read."""
        return [field for field in self.by_name.values() if field is not None]

    @property
    def complete(self) -> bool:
        """Whether every field was read."""
        return None not in self.by_name.values()


def read_checks(tables: Sequence[TomlTable], fields: FieldNames) -> tuple[Check, ...]:
    """``[[check]]``: a condition on every row."""
    checks = []
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
            table.refuse("sql", "sql", fault.label)
            continue
        kind = _type(table, expression, fields)
        if kind not in (None, "BOOLEAN"):
            table.refuse("sql", "sql-type", type=kind)
        checks.append(Check(code, sql, severity, message))
    return tuple(checks)


def read_totals(tables: Sequence[TomlTable], fields: FieldNames) -> tuple[ControlTotal, ...]:
    """``[[total]]``: one number over the published rows, which a stranger can recompute from the published file."""
    totals = []
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
            table.refuse("sql", "sql", fault.label)
            continue
        for name in sorted(expression.names):
            field = fields.by_name[name]
            if field is not None and (field.shown != "public" or not field.published):
                table.refuse("sql", "total-private", value=name)
        kind = _type(table, expression, fields)
        if kind is not None and not kind.startswith(_NUMBER_TYPES):
            table.refuse("sql", "sql-number", type=kind)
        totals.append(ControlTotal(code, sql, label))
    return tuple(totals)


def read_bands(tables: Sequence[TomlTable], fields: FieldNames) -> tuple[Bands, ...]:
    """``[[bands]]``: a table of bands with neither gap nor overlap."""
    bands = []
    for table in tables:
        for key in ("lower", "upper"):
            table.needed(key)
        lower, upper, by = table.text("lower"), table.text("upper"), table.texts("by") or ()
        inclusive = table.boolean("inclusive") or False
        table.close()
        for key, name in (("lower", lower), ("upper", upper), *(("by", field_name) for field_name in by)):
            if name is not None and name not in fields.by_name:
                table.refuse(key, "no-such-field", value=name[:60], near=near(name, fields.by_name))
        if lower is None or upper is None:
            continue
        for name in sorted({lower, upper} & set(by)) + ([upper] if lower == upper else []):
            table.refuse("by" if name in by else "upper", "repeated", value=name)
        low, high = fields.by_name.get(lower), fields.by_name.get(upper)
        if low is not None and high is not None:
            if low.kind != high.kind or not low.kind.has_bounds:
                table.refuse("upper", "bands-kind")
            elif inclusive and low.kind.has_decimals:
                table.refuse("inclusive", "bands-inclusive")
        bands.append(Bands(lower, upper, by, inclusive))
    return tuple(bands)


def coded(tables: Sequence[TomlTable]) -> list[tuple[TomlTable, str]]:
    """Each table with its code; codes are well formed and none is used twice in one list."""
    coded_tables: list[tuple[TomlTable, str]] = []
    seen: set[str] = set()
    for position, table in enumerate(tables, 1):
        table.needed("code")
        code = table.text("code")
        if code is not None and not SLUG.fullmatch(code):
            table.refuse("code", "slug-form")
        elif code is not None and code in seen:
            table.refuse("code", "repeated", value=code)
        seen.add(code or "")
        coded_tables.append((table, code or str(position)))
    return coded_tables


def _type(table: TomlTable, expression: Expression, fields: FieldNames) -> str | None:
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
