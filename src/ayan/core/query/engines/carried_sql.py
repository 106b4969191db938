"""Statements of balances and flags carried over to Spark, where both are known to say the same; refused else.

`ayan.core.query.engines.spark_sql` carries the statements that we write ourselves. These are written by whoever
declares a balance or a flag, so every part of one is held against a list: what divides, rounds, or takes one value of
several that tie may come out otherwise there, and is left to DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Final

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from ayan.core.query.engines.spark_sql import WIDE, put
from ayan.core.values import sql as written

JALALI_YEAR: Final = "jalali_year"
"""The one macro of flags (`ayan.core.audit.flags.flag.MACROS`) that is written out in its place."""

# fmt: off
_CARRIED: Final = frozenset({
    exp.Select, exp.With, exp.CTE, exp.TableAlias, exp.Table, exp.Identifier, exp.Column, exp.Star, exp.From, exp.Join,
    exp.Where, exp.Group, exp.Having, exp.Union, exp.Subquery, exp.Alias, exp.Distinct, exp.Order, exp.Ordered,
    exp.Limit, exp.Values, exp.Tuple, exp.Qualify, exp.Window, exp.WindowSpec, exp.Filter, exp.DataType,
    exp.DataTypeParam, exp.Case, exp.If, exp.And, exp.Or, exp.Not, exp.Paren, exp.Is, exp.Null, exp.Boolean,
    exp.Literal, exp.Var, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In,
    exp.Between, exp.Coalesce, exp.Cast, exp.Replace, exp.DPipe, exp.Concat, exp.Add, exp.Sub, exp.Mul, exp.Neg,
    exp.IntDiv, exp.Mod, exp.Abs, exp.DateDiff, exp.Sum, exp.Count, exp.Min, exp.Max, exp.LogicalOr, exp.LogicalAnd,
    exp.ArrayAgg, exp.Array, exp.Lag, exp.Lead, exp.RowNumber, exp.Substring,
})
# fmt: on
_COMPARED: Final = (
    exp.EQ,
    exp.NEQ,
    exp.LT,
    exp.LTE,
    exp.GT,
    exp.GTE,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.In,
    exp.Between,
)  # fmt: skip
_CHOSEN: Final = (exp.Coalesce, exp.Case)
_FAMILIES: Final[Mapping[str, frozenset[Enum]]] = {
    "words": frozenset(exp.DataType.TEXT_TYPES),
    "whole": frozenset({*exp.DataType.INTEGER_TYPES, exp.DataType.Type.INT128}),
    "exact": frozenset({exp.DataType.Type.DECIMAL}),
    "days": frozenset({exp.DataType.Type.DATE}),
    "truth": frozenset({exp.DataType.Type.BOOLEAN}),
    "lists": frozenset({exp.DataType.Type.ARRAY, exp.DataType.Type.LIST}),
    "nothing": frozenset({exp.DataType.Type.NULL}),
}
_NUMBERS: Final = frozenset({"whole", "exact"})
_WHOLE: Final = frozenset({"whole"})
# What a text is made of without a choice of how it is written.
_WRITTEN_ALIKE: Final = frozenset({"words", "whole", "days", "exact", "nothing", "truth"})


class NotCarried(Exception):
    """A statement that Spark might answer otherwise, and what stands in it."""


Columns = Mapping[str, str]
"""The columns of a table and their types, as DuckDB writes these."""


CarriedView = Callable[[str, frozenset[str]], str]
"""The name of a view of a table, which has some of its columns at least."""


def carried(text: str, tables: Mapping[str, Columns], view: CarriedView) -> str:
    """The statement in Spark's SQL, each of ``tables`` read from its view. NotCarried."""
    try:
        tree = _typed(_written_out(parse_one(text, read="duckdb")), tables)
        read = _read_columns(tree, tables)
    except (SqlglotError, RecursionError) as fault:
        raise NotCarried(str(fault)[:200]) from fault
    for node in list(tree.walk()):
        _hold(node)
    for node in reversed(list(tree.walk())):
        if isinstance(node, exp.Sum):
            _widen(node)
        elif isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
            put(node, exp.DataType.build(WIDE))
        elif isinstance(node, exp.Table) and node.name in tables and not node.db:
            named = exp.to_table(view(node.name, read[node.name]))
            named.set("alias", node.args.get("alias"))
            put(node, named)
    return tree.sql(dialect="spark")


def _read_columns(tree: exp.Expr, tables: Mapping[str, Columns]) -> dict[str, frozenset[str]]:
    """The columns that a statement reads of each table: what a query inside it selects and nobody takes is not read."""
    pruned = pushdown_projections(tree.copy())
    by_table: dict[str, set[str]] = {name: set() for name in tables}
    for scope in traverse_scope(pruned):
        for column in scope.columns:
            source = scope.sources.get(column.table)
            if isinstance(source, exp.Table) and source.name in by_table:
                by_table[source.name].add(column.name)
    return {name: frozenset(columns) for name, columns in by_table.items()}


def _written_out(tree: exp.Expr) -> exp.Expr:
    """The macro written out, for there are none in Spark; and the type of what is replaced in a text said."""
    for node in list(tree.find_all(exp.Anonymous)):
        if node.name.lower() == JALALI_YEAR and len(node.expressions) == 1:
            day = node.expressions[0].sql(dialect="duckdb")
            put(node, exp.Paren(this=parse_one(written.jalali_year(f"({day})"), read="duckdb")))
    for replaced in list(tree.find_all(exp.Replace)):
        typed = exp.Cast(to=exp.DataType.build("text"))
        put(replaced, typed)
        typed.set("this", replaced)
    return tree


def _typed(tree: exp.Expr, tables: Mapping[str, Columns]) -> exp.Expr:
    """Every column with its table and every part with its type; days are subtracted by name, as Spark wants it."""
    schema: dict[str, object] = {name: dict(columns) for name, columns in tables.items()}
    tree = qualify(tree, schema=schema, dialect="duckdb")
    tree = annotate_types(tree, schema=schema, dialect="duckdb")
    for node in list(tree.find_all(exp.Sub)):
        if _family(node.this) == "days" and _family(node.expression) == "days":
            put(node, exp.DateDiff(this=node.this, expression=node.expression, unit=exp.var("DAY")))
    return annotate_types(tree, schema=schema, dialect="duckdb", overwrite_types=True)


def _family(node: exp.Expr) -> str:
    kind = node.type.this if node.type is not None else None
    return next((name for name, kinds in _FAMILIES.items() if kind in kinds), "")


def _hold(node: exp.Expr) -> None:
    """NotCarried for what is not on the list, or of other types than those of which both say the same."""
    if type(node) not in _CARRIED:
        raise NotCarried(type(node).__name__)
    if isinstance(node, (exp.Add, exp.Sub, exp.Neg, exp.Abs, exp.Sum)):
        _all_of(node, _sides(node), _NUMBERS)
    elif isinstance(node, (exp.Mul, exp.IntDiv, exp.Mod)):
        _all_of(node, _sides(node), _WHOLE)
    elif isinstance(node, exp.DateDiff):
        _all_of(node, _sides(node), frozenset({"days"}))
    elif isinstance(node, (exp.DPipe, exp.Concat, exp.Replace)):
        _all_of(node, [each for each in node.iter_expressions() if not isinstance(each, exp.DataType)], {"words"})
    elif isinstance(node, exp.Cast):
        _hold_cast(node)
    elif isinstance(node, _COMPARED):
        _of_one_family(node, list(node.iter_expressions()))
    elif isinstance(node, _CHOSEN):
        _of_one_family(node, _choices(node))


def _hold_cast(node: exp.Cast) -> None:
    """A cast to text, of nothing to any type, of a day that is written out, and between whole numbers."""
    to, inner = _family(node), "words" if isinstance(node.this, exp.Replace) else _family(node.this)
    if inner == "nothing" or to == inner or (to == "words" and inner in _WRITTEN_ALIKE):
        return
    if to == "days" and isinstance(node.this, exp.Literal):
        return
    raise NotCarried(f"CAST {inner or '?'} AS {to or '?'}")


def _sides(node: exp.Expr) -> list[exp.Expr]:
    return [each for each in (node.args.get("this"), node.args.get("expression")) if isinstance(each, exp.Expr)]


def _choices(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Case):
        default = node.args.get("default")
        return [each.args["true"] for each in node.args["ifs"]] + ([default] if default is not None else [])
    return list(node.iter_expressions())


def _all_of(node: exp.Expr, parts: Iterable[exp.Expr], families: frozenset[str] | set[str]) -> None:
    for part in parts:
        if _family(part) not in families:
            raise NotCarried(f"{type(node).__name__} {_family(part) or '?'}: {part.sql(dialect='duckdb')[:60]}")


def _of_one_family(node: exp.Expr, parts: Iterable[exp.Expr]) -> None:
    families = {_family(part) for part in parts} - {"nothing"}
    if "" in families or len(families - _NUMBERS) + bool(families & _NUMBERS) > 1:
        raise NotCarried(f"{type(node).__name__} {sorted(families)}: {node.sql(dialect='duckdb')[:60]}")


def _widen(node: exp.Sum) -> None:
    """A sum in as many digits as DuckDB has; one of 64 bits would run over."""
    kind = node.this.type
    scale = 0
    if _family(node.this) == "exact":
        parameters = kind.expressions if kind is not None else []
        # A sum is of that many digits behind the point already where its type is not told.
        if len(parameters) < 2:
            return
        scale = int(parameters[1].name)
    node.set("this", exp.Cast(this=node.this, to=exp.DataType.build(f"DECIMAL(38, {scale})")))
