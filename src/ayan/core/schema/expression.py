"""Declared SQL: what a declaration may compute, parsed and held to an allow-list before any engine sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

MOST_CHARACTERS: Final = 4_000

# Node types, not function names: whatever sqlglot does not know by type parses as Anonymous and is refused.
_COMMON: Final[tuple[type[exp.Expression], ...]] = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Tuple,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between,
    exp.Like, exp.ILike, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg,
    exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least,
    exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Sign,
    exp.Length, exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Left, exp.Right, exp.StartsWith, exp.Contains,
    exp.RegexpLike, exp.RegexpFullMatch,
    exp.Cast, exp.DataType, exp.DataTypeParam, exp.Year, exp.Month, exp.Day, exp.Extract, exp.Var, exp.DateDiff,
)  # fmt: skip
_AGGREGATES: Final[tuple[type[exp.Expression], ...]] = (
    exp.Sum, exp.Count, exp.Min, exp.Max, exp.Avg, exp.Distinct, exp.Filter, exp.Where, exp.Star,
)  # fmt: skip
_TYPES: Final = frozenset({"DATE", "INT", "BIGINT", "INT128", "DECIMAL", "VARCHAR", "TEXT", "BOOLEAN"})


class ExpressionError(ValueError):
    """The expression is not SQL, or computes something a declaration may not."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An allowed expression: normalised DuckDB SQL over quoted columns, and the field names it uses."""

    sql: str
    names: frozenset[str]


def row_expression(text: str, names: Collection[str] | Mapping[str, str]) -> Expression:
    """A scalar expression over one row's fields, for checks.

    ``names`` are the fields it may use; a mapping gives the column each one is renamed to. Raises ExpressionError
    for anything else: subqueries, aggregates, windows, functions outside the allow-list, unknown names.
    """
    return _expression(text, _renaming(names), False)


def aggregate_expression(text: str, names: Collection[str] | Mapping[str, str]) -> Expression:
    """An aggregate over the rows of a release, for control totals; otherwise as ``row_expression``."""
    made = _expression(text, _renaming(names), True)
    tree = sqlglot.parse_one(made.sql, dialect="duckdb")
    if tree.find(exp.AggFunc) is None:
        raise ExpressionError("a control total needs an aggregate such as sum(…)")
    return made


def _renaming(names: Collection[str] | Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if isinstance(names, Mapping):
        return tuple(sorted(names.items()))
    return tuple(sorted((name, name) for name in names))


@lru_cache(maxsize=2048)
def _expression(text: str, renaming: tuple[tuple[str, str], ...], aggregate: bool) -> Expression:
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"longer than {MOST_CHARACTERS} characters")
    try:
        trees = sqlglot.parse(f"SELECT {text}", dialect="duckdb")
    except (SqlglotError, RecursionError) as problem:
        raise ExpressionError("this is not a SQL expression") from problem
    select = trees[0] if len(trees) == 1 else None
    if not isinstance(select, exp.Select) or len(select.expressions) != 1 or _clauses(select):
        raise ExpressionError("one expression is allowed, and nothing beside it")
    tree = select.expressions[0]
    columns = dict(renaming)
    allowed = (*_COMMON, *_AGGREGATES) if aggregate else _COMMON
    used: set[str] = set()
    for node in list(tree.walk()):
        _check(node, allowed)
        if isinstance(node, exp.Column):
            if node.table or node.name not in columns:
                raise ExpressionError(f"there is no field {node.name}")
            used.add(node.name)
            node.set("this", exp.to_identifier(columns[node.name].strip('"'), quoted=True))
    return Expression(tree.sql(dialect="duckdb", comments=False), frozenset(used))


def _clauses(select: exp.Select) -> bool:
    """Whether the SELECT has grown anything besides its one expression (FROM, WHERE, WITH …)."""
    return any(value for name, value in select.args.items() if name not in ("expressions", "kind"))


def _check(node: exp.Expression, allowed: tuple[type[exp.Expression], ...]) -> None:
    if type(node) not in allowed:
        raise ExpressionError(f"{type(node).__name__.lower()} is not allowed here")
    if isinstance(node, exp.DataType) and node.this.name not in _TYPES:
        raise ExpressionError(f"the type {node.sql(dialect='duckdb')} is not allowed here")
    if isinstance(node, (exp.RegexpLike, exp.RegexpFullMatch)) and not isinstance(node.expression, exp.Literal):
        raise ExpressionError("the pattern of a regular expression must be written out")
