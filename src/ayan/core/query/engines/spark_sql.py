"""Statements carried over to Spark: DuckDB's SQL, parsed by sqlglot, with what the two say differently written anew.

What Spark gives back may differ in type, never in value: `ayan.core.query.engines.spark` turns it into what DuckDB
would have given. Values stay bound: ``$p0`` becomes ``:p0``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlglot import exp, parse_one
from sqlglot.dialects.duckdb import DuckDB

from ayan.core.query.row_sql import TABLE
from ayan.core.values.sql import SqlStatement

WIDE: Final = "DECIMAL(38, 0)"
"""Whole numbers of any length that DuckDB sums to; a sum of 64 bits would overflow in Spark."""


_ADDRESS: Final = frozenset({"_period", "_release", "_n"})


class _Counted(DuckDB):
    """DuckDB's own dialect, whose lists count from 1; sqlglot would set some indexes right and leave others."""

    INDEX_OFFSET = 0


SparkView = Callable[[frozenset[str] | None, bool], str]
"""The name of a view with some columns, or all where None; with the addresses of rows, or without."""


def spark_sql(
    statement: SqlStatement, view: SparkView, scales: Mapping[str, int], *, in_order: bool = False
) -> tuple[str, dict[str, object]]:
    """The statement over the rows of ``view``, and its values.

    ``scales`` are the digits behind the point of each column of numbers. ``in_order`` says that a statement without an
    order of its own is about rows in the order of their numbers, in which one thread of DuckDB reads them.
    """
    tree = parse_one(statement.sql, read=_Counted)
    patterns = {name for node in tree.find_all(exp.RegexpLike, exp.RegexpExtract) for name in _bound(node.expression)}
    values = {
        name: java_pattern(value) if name in patterns and isinstance(value, str) else value
        for name, value in statement.values.items()
    }
    columns = _read_columns(tree)
    _tables(tree, view(columns, in_order or columns is None or not columns.isdisjoint(_ADDRESS)))
    rewrites = (_days, _index, _characters, _collation, _percentile, _whole_quotient, _wide_type, _text_pattern)
    for rewrite in (*rewrites, _wide_sum(scales)):
        _rewrite(tree, rewrite)
    if in_order and not tree.args.get("order"):
        tree.set("order", exp.Order(expressions=[exp.Ordered(this=exp.column("_n", quoted=True), nulls_first=False)]))
    if isinstance(tree, exp.Select) and _is_grouped_order(tree):
        tree = _nested(tree)
    return tree.sql(dialect="spark"), values


def _rewrite(tree: exp.Expr, rewrite: Callable[[exp.Expr], exp.Expr]) -> None:
    """Put what is written anew in its place, the inner before what it stands in; the statement itself stays."""
    for node in reversed(list(tree.walk())):
        written = rewrite(node)
        if written is not node:
            put(node, written)


def put(node: exp.Expr, written: exp.Expr) -> None:
    """Let ``written`` stand where ``node`` stood."""
    if node.parent is not None and node.arg_key is not None:
        node.parent.set(node.arg_key, written, index=node.index)


# --- tables -----------------------------------------------------------------------------------------------------------


def _tables(tree: exp.Expr, view: str) -> None:
    """Name the view where the rows are read; what is read twice is kept by Spark as it sees fit."""
    for cte in tree.find_all(exp.CTE):
        cte.set("materialized", None)
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if table.name == TABLE and (table.db == "main" or TABLE not in ctes):
            named = exp.to_table(view)
            if table.alias:
                named.set("alias", table.args["alias"])
            put(table, named)


def _read_columns(tree: exp.Expr) -> frozenset[str] | None:
    """The columns that a statement may read of its rows, by their names; None for all that there are.

    A name that it gives itself is among them where it uses it.
    """
    inner = {id(star) for cte in tree.find_all(exp.CTE) if cte.alias == TABLE for star in cte.find_all(exp.Star)}
    counted = {id(star) for count in tree.find_all(exp.Count) for star in count.find_all(exp.Star)}
    if any(id(star) not in inner | counted for star in tree.find_all(exp.Star)):
        return None
    names = frozenset(column.name for column in tree.find_all(exp.Column))
    return None if TABLE in names else names


def _bound(node: exp.Expr | None) -> list[str]:
    return [each.name for each in node.find_all(exp.Placeholder)] if node is not None else []


# --- expressions ------------------------------------------------------------------------------------------------------


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _paren(node: exp.Expr) -> exp.Expr:
    return node if isinstance(node, exp.Paren) else exp.Paren(this=node)


def _days(node: exp.Expr) -> exp.Expr:
    """The days between two dates; an interval in Spark."""
    if isinstance(node, exp.Sub) and isinstance(node.expression, exp.Cast) and node.expression.is_type("date"):
        return _call("datediff", node.this, node.expression)
    return node


def _index(node: exp.Expr) -> exp.Expr:
    """An item of a list, counted from 1; beyond its ends nothing, and not an error."""
    if isinstance(node, exp.Bracket) and len(node.expressions) == 1:
        at = exp.Sub(this=_paren(node.expressions[0]), expression=exp.Literal.number(1))
        return _call("get", node.this, at)
    return node


def _characters(node: exp.Expr) -> exp.Expr:
    """A text as the list of its characters: Spark would split between the halves of those beyond 16 bits."""
    if isinstance(node, exp.Split) and isinstance(node.expression, exp.Literal) and not node.expression.name:
        last = _call("greatest", exp.Length(this=node.this.copy()), exp.Literal.number(1))
        places = _call("sequence", exp.Literal.number(1), last)
        i = exp.to_identifier("i")
        letter = _call("substring", node.this, exp.column("i"), exp.Literal.number(1))
        return _call("transform", places, exp.Lambda(this=letter, expressions=[i]))
    return node


def _collation(node: exp.Expr) -> exp.Expr:
    """Words in the order of the alphabet."""
    if isinstance(node, exp.Anonymous) and node.name.lower() == "icu_sort_key":
        return _call("collate", *node.expressions)
    return node


def _percentile(node: exp.Expr) -> exp.Expr:
    """The value in the middle, the lower or the upper of two: Spark's own percentile is a double."""
    if not (isinstance(node, exp.WithinGroup) and isinstance(node.this, exp.PercentileDisc)):
        return node
    (ordered,) = node.expression.expressions
    x = ordered.this
    number: exp.Expr = exp.Count(this=x.copy())
    if not ordered.args.get("desc"):
        number = _paren(exp.Sub(this=number, expression=exp.Literal.number(1)))
    middle = exp.Cast(this=exp.IntDiv(this=number, expression=exp.Literal.number(2)), to=exp.DataType.build("int"))
    return _call("get", _call("sort_array", _call("collect_list", x)), middle)


def _whole_quotient(node: exp.Expr) -> exp.Expr:
    """Whole parts of sums, which may be longer than the 64 bits of Spark's DIV."""
    if isinstance(node, exp.IntDiv) and node.this.find(exp.Sum):
        rest = exp.Mod(this=_paren(node.this.copy()), expression=node.expression.copy())
        return exp.Div(
            this=_paren(exp.Sub(this=_paren(node.this), expression=_paren(rest))), expression=node.expression
        )
    return node


def _wide_type(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return exp.DataType.build(WIDE)
    return node


def _wide_sum(scales: Mapping[str, int]) -> Callable[[exp.Expr], exp.Expr]:
    def widened(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Sum) and not isinstance(node.this, exp.Cast):
            scale = scales.get(node.this.name, 0)
            return exp.Sum(this=exp.Cast(this=node.this, to=exp.DataType.build(f"DECIMAL(38, {scale})")))
        return node

    return widened


# --- patterns ---------------------------------------------------------------------------------------------------------


def java_pattern(pattern: str) -> str:
    r"""A pattern of RE2 as Java reads it the same: there ``$`` would stand before a line's end, too."""
    written, escaped, within = [], False, False
    for letter in pattern:
        is_end = letter == "$" and not escaped and not within
        written.append(r"\z" if is_end else letter)
        if not escaped and letter in "[]":
            within = letter == "["
        escaped = letter == "\\" and not escaped
    return "".join(written)


def _text_pattern(node: exp.Expr) -> exp.Expr:
    """The same of patterns that stand in the statement."""
    if isinstance(node, (exp.RegexpLike, exp.RegexpExtract)):
        for text in node.expression.find_all(exp.Literal):
            if text.is_string:
                text.set("this", java_pattern(text.name))
    return node


# --- groups in order --------------------------------------------------------------------------------------------------


def _is_grouped_order(select: exp.Select) -> bool:
    """Whether groups are ordered beside a window, where Spark wants what orders them among what is selected."""
    windowed = any(each.find(exp.Window) for each in select.expressions)
    return bool(windowed and select.args.get("order"))


def _nested(select: exp.Select) -> exp.Select:
    """The groups with what orders them, and around these the order."""
    inner = select.copy()
    order, limit = inner.args.pop("order"), inner.args.pop("limit", None)
    with_ = inner.args.pop("with_", None) or inner.args.pop("with", None)
    names = [f"c{number}" for number in range(len(inner.expressions))]
    columns = [exp.alias_(_bare(each), name) for each, name in zip(inner.expressions, names, strict=True)]
    ordered = []
    for number, each in enumerate(order.expressions):
        key = each.this
        if isinstance(key, exp.Literal) and not key.is_string:
            key = exp.column(names[int(key.name) - 1])
        else:
            columns.append(exp.alias_(key, f"o{number}"))
            key = exp.column(f"o{number}")
        each.set("this", key)
        ordered.append(each)
    inner.set("expressions", columns)
    outer = exp.select(*(exp.column(name) for name in names)).from_(inner.subquery("grouped"))
    outer.set("order", exp.Order(expressions=ordered))
    if limit is not None:
        outer.set("limit", limit)
    if with_ is not None:
        outer.set("with_" if "with_" in exp.Select.arg_types else "with", with_)
    return outer


def _bare(each: exp.Expr) -> exp.Expr:
    return each.this if isinstance(each, exp.Alias) else each
