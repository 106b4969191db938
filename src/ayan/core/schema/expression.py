"""The SQL a declaration may contain: parsed, held against an allow-list, and written anew with every field quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ayan.core.schema.limits import LONGEST_EXPRESSION, MOST_NODES
from ayan.core.values import sql as written
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

_BINARY: Final = frozenset({"this", "expression"})
_UNARY: Final = frozenset({"this"})
_VARIADIC: Final = frozenset({"this", "expressions", "ignore_nulls"})

# Node → the parts of it that may be filled. What is not here is refused, and so is a filled part that is not named.
_ROW: Final[Mapping[type[exp.Expr], frozenset[str]]] = {
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ), _BINARY),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod), _BINARY | {"typed", "safe"}),
    **dict.fromkeys((exp.And, exp.Or, exp.Is), _BINARY),
    **dict.fromkeys((exp.Like, exp.ILike), _BINARY | {"negate"}),
    **dict.fromkeys((exp.Nullif, exp.StartsWith, exp.EndsWith, exp.Contains), _BINARY),
    **dict.fromkeys((exp.RegexpLike, exp.RegexpFullMatch, exp.Left, exp.Right, exp.Extract), _BINARY),
    **dict.fromkeys((exp.Not, exp.Neg, exp.Paren, exp.Abs, exp.Floor, exp.Ceil, exp.Boolean, exp.Var), _UNARY),
    **dict.fromkeys((exp.Length, exp.Lower, exp.Upper, exp.Year, exp.Month, exp.Day, exp.DataTypeParam), _UNARY),
    **dict.fromkeys((exp.Coalesce, exp.Greatest, exp.Least), _VARIADIC),
    exp.Column: _UNARY,
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Null: frozenset(),
    exp.In: frozenset({"this", "expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true", "false"}),
    exp.Round: frozenset({"this", "decimals"}),
    exp.Trim: frozenset({"this", "position"}),
    exp.Substring: frozenset({"this", "start", "length"}),
    exp.DateDiff: frozenset({"this", "expression", "unit", "date_part_boundary"}),
    exp.Cast: frozenset({"this", "to"}),
    exp.TryCast: frozenset({"this", "to", "safe"}),
    exp.DataType: frozenset({"this", "expressions"}),
}
_AGGREGATES: Final = (exp.Sum, exp.Count, exp.Min, exp.Max, exp.Avg)
_TOTAL: Final[Mapping[type[exp.Expr], frozenset[str]]] = {
    **_ROW,
    **dict.fromkeys((exp.Sum, exp.Min, exp.Max, exp.Avg), _UNARY),
    exp.Count: frozenset({"this", "big_int"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Star: frozenset(),
    exp.Filter: _BINARY,
    exp.Where: _UNARY,
}

_TYPES: Final = frozenset({"INT", "BIGINT", "SMALLINT", "DECIMAL", "VARCHAR", "TEXT", "DATE", "BOOLEAN"})
_DATE: Final = exp.DataType.Type.DATE
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_UNITS: Final = frozenset({"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"})

# What the parser calls some nodes is not what their author wrote.
_SAID: Final[Mapping[str, str]] = {
    "select": "SELECT",
    "subquery": "SELECT",
    "window": "OVER",
    "jsonextract": "->",
    "tuple": "( , )",
    "bracket": "[ ]",
    "alias": "AS",
    "placeholder": "?",
    "dot": "a.b",
    "bytestring": "e'…'",
    "rawstring": "$$…$$",
}


class ExpressionError(Refusal, ValueError):
    """An expression of a declaration is not allowed; says what stands in it and what to write instead."""

    code = "expression"
    fa = "این عبارت پذیرفته نیست."
    en = "This expression is not allowed."
    status = 500


@dataclass(frozen=True, slots=True)
class Expression:
    """An allowed expression: DuckDB SQL that can be put into a query as it is, the fields it reads, its patterns."""

    sql: str
    names: frozenset[str]
    patterns: tuple[str, ...] = ()


KnownNames = Collection[str] | Mapping[str, str]


def row_expression(sql: str, names: KnownNames) -> Expression:
    """One condition over one row, for a check: TRUE where the row passes.

    ``names`` are the fields it may read; a mapping gives for each the SQL it is to be written as (an identifier or
    another atom, trusted). NULL passes. What cannot be computed for a row (a product beyond every number) fails that
    row and no other. A cast that does not succeed and a division by zero are NULL. Raises ExpressionError.
    """
    parsed = _parse_within_depth(sql, tuple(names), False)
    return Expression(f"COALESCE(TRY(COALESCE({_named(parsed, names)}, TRUE)), FALSE)", parsed.names, parsed.patterns)


def bare_row_expression(sql: str, names: KnownNames) -> Expression:
    """The same condition as its author wrote it, NULL where a value it needs is absent; to show and to type it."""
    parsed = _parse_within_depth(sql, tuple(names), False)
    return Expression(_named(parsed, names), parsed.names, parsed.patterns)


def aggregate_expression(sql: str, names: KnownNames) -> Expression:
    """One number over all rows, for a control total: sum, count, min, max, avg, with DISTINCT and FILTER.

    ``names`` as for ``row_expression``. Raises ExpressionError.
    """
    parsed = _parse_within_depth(sql, tuple(names), True)
    return Expression(_named(parsed, names), parsed.names, parsed.patterns)


@dataclass(frozen=True, slots=True)
class _Parsed:
    tree: exp.Expr
    names: frozenset[str]
    patterns: tuple[str, ...]


def _parse_within_depth(sql: str, names: tuple[str, ...], total: bool) -> _Parsed:
    try:
        return _judged(sql, frozenset(names), total)
    except RecursionError:
        raise _too_deep() from None


@lru_cache(maxsize=512)
def _judged(sql: str, names: frozenset[str], total: bool) -> _Parsed:
    tree = _parsed(sql)
    _hold(tree, names, _TOTAL if total else _ROW)
    if total:
        _hold_total(tree)
    read = frozenset(column.name for column in tree.find_all(exp.Column))
    if not read and not total:
        raise ExpressionError(
            "این قاعده به هیچ ستونی نگاه نمی‌کند. نام ستون را در آن بنویسید.",
            "The rule looks at no field. Name a field in it.",
        )
    judged = tree.transform(_forgiving)
    if total:
        judged = judged.transform(_widened)
    judged.sql(dialect="duckdb")  # what is too deep to be written is refused here
    patterns = tuple(node.expression.name for node in tree.find_all(exp.RegexpLike, exp.RegexpFullMatch))
    return _Parsed(judged, read, patterns)


def _named(parsed: _Parsed, names: KnownNames) -> str:
    def rename(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        text = names[node.name] if isinstance(names, Mapping) else written.identifier(node.name)
        return exp.Var(this=text)

    return parsed.tree.copy().transform(rename).sql(dialect="duckdb", comments=False)


def _parsed(sql: str) -> exp.Expr:
    if not sql.strip():
        raise ExpressionError("عبارت خالی است.", "The expression is empty.")
    if len(sql) > LONGEST_EXPRESSION:
        raise _too_deep()
    bare = _outside_strings(sql)
    if "\x00" in sql or "--" in bare or "/*" in bare:
        raise ExpressionError(
            "در عبارت نشانهٔ توضیح (-- یا /*) هست. آن را بردارید؛ منفیِ منفی را با پرانتز بنویسید.",
            "The expression holds a comment mark (-- or /*). Remove it; write a double minus with parentheses.",
        )
    try:
        trees = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
    except SqlglotError as fault:
        raise ExpressionError(
            "این عبارت SQL درست نیست. پرانتزها، نقل‌قول‌ها و نام‌ها را بررسی کنید.",
            "This is not a valid SQL expression. Check its parentheses, quotes and names.",
        ) from fault
    if len(trees) != 1 or ";" in bare:
        raise ExpressionError("تنها یک عبارت بنویسید، بی نقطه‌ویرگول.", "Write one expression, without a semicolon.")
    return trees[0]


def _outside_strings(sql: str) -> str:
    return re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "", sql)


def _too_deep() -> ExpressionError:
    return ExpressionError(
        "عبارت بیش از اندازه بلند یا تودرتو است. آن را به چند قاعده بشکنید.",
        "The expression is too long or too deep. Split it into several rules.",
    )


def _hold(tree: exp.Expr, names: frozenset[str], allowed: Mapping[type[exp.Expr], frozenset[str]]) -> None:
    for count, node in enumerate(tree.walk()):
        if count >= MOST_NODES:
            raise _too_deep()
        parts = allowed.get(type(node))
        if parts is None:
            raise _not_allowed(node)
        filled = {part for part, value in node.args.items() if value not in (None, False, [])}
        if filled - parts:
            raise _not_allowed(node)
        test = _PARTICULARS.get(type(node))
        if test is not None:
            test(node, names)


def _not_allowed(node: exp.Expr) -> ExpressionError:
    if isinstance(node, exp.Anonymous):
        said = str(node.this).lower()
    elif isinstance(node, exp.Func):
        said = node.sql_name().lower()
    else:
        said = type(node).__name__.lower()
    said = _SAID.get(said, said)[:40]
    return ExpressionError(
        "«{said}» در این عبارت پذیرفته نیست. تنها مقایسه، حساب، CASE، IN، BETWEEN، LIKE و تابع‌های ساده پذیرفته است.",
        "“{said}” is not allowed here. Comparisons, arithmetic, CASE, IN, BETWEEN, LIKE and simple functions are.",
    ).format(said=said)


def _column(node: exp.Expr, names: frozenset[str]) -> None:
    name = node.name
    if name in names:
        return
    near = get_close_matches(name.lower(), sorted(names), 1)
    hint = Label(" آیا «{name}» است؟", " Did you mean “{name}”?").format(name=near[0]) if near else Label("", "")
    raise ExpressionError("ستونی به نام «{name}» نیست.{near}", "There is no field “{name}”.{near}").format(
        name=name[:60], near=hint
    )


def _literal(node: exp.Expr, _: frozenset[str]) -> None:
    if not node.args.get("is_string") and not _NUMBER.fullmatch(str(node.this)):
        raise ExpressionError(
            "عدد را ساده بنویسید، مثل 1250000 یا 0.25.", "Write numbers plainly, like 1250000 or 0.25."
        )


def _pattern(node: exp.Expr, _: frozenset[str]) -> None:
    if not (isinstance(node.expression, exp.Literal) and node.expression.is_string):
        raise ExpressionError("الگو باید متن ثابت در نقل‌قول باشد.", "The pattern must be a fixed text in quotes.")


def _type(node: exp.Expr, _: frozenset[str]) -> None:
    name = getattr(node.this, "value", str(node.this))
    if name not in _TYPES:
        raise ExpressionError(
            "تبدیل به نوع {name} پذیرفته نیست؛ INTEGER، BIGINT، DECIMAL، VARCHAR، DATE یا BOOLEAN بنویسید.",
            "A cast to {name} is not allowed; use INTEGER, BIGINT, DECIMAL, VARCHAR, DATE or BOOLEAN.",
        ).format(name=name)


def _cast(node: exp.Expr, _: frozenset[str]) -> None:
    if not (isinstance(node.this, exp.Literal) and node.args["to"].this == _DATE):
        return
    try:
        date.fromisoformat(str(node.this.this))
    except ValueError:
        raise ExpressionError(
            "تاریخ ثابت را میلادی و مثل DATE '2024-08-02' بنویسید.",
            "Write a fixed date in the Gregorian calendar, like DATE '2024-08-02'.",
        ) from None


def _unit(node: exp.Expr, _: frozenset[str]) -> None:
    unit = node.args.get("unit") if isinstance(node, exp.DateDiff) else node.this
    if not isinstance(unit, exp.Var) or str(unit.this).upper() not in _UNITS:
        raise ExpressionError(
            "بخش تاریخ باید day، week، month، quarter یا year باشد.",
            "The part of a date must be day, week, month, quarter or year.",
        )


def _var(node: exp.Expr, _: frozenset[str]) -> None:
    if not isinstance(node.parent, exp.Extract | exp.DateDiff):
        raise _not_allowed(node)


def _filter(node: exp.Expr, _: frozenset[str]) -> None:
    if not isinstance(node.this, _AGGREGATES):
        raise _not_allowed(node)


def _star(node: exp.Expr, _: frozenset[str]) -> None:
    if not isinstance(node.parent, exp.Count):
        raise _not_allowed(node)


def _distinct(node: exp.Expr, _: frozenset[str]) -> None:
    if not isinstance(node.parent, exp.Count) or len(node.expressions) != 1:
        raise _not_allowed(node)


_PARTICULARS: Final[Mapping[type[exp.Expr], Callable[[exp.Expr, frozenset[str]], None]]] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.RegexpLike: _pattern,
    exp.RegexpFullMatch: _pattern,
    exp.DataType: _type,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Extract: _unit,
    exp.DateDiff: _unit,
    exp.Var: _var,
    exp.Filter: _filter,
    exp.Star: _star,
    exp.Distinct: _distinct,
}


def _hold_total(tree: exp.Expr) -> None:
    """Every field inside exactly one aggregate, and at least one aggregate."""
    if not any(isinstance(node, _AGGREGATES) for node in tree.walk()):
        raise ExpressionError(
            "جمع کنترلی باید sum، count، min، max یا avg داشته باشد.",
            "A control total must hold sum, count, min, max or avg.",
        )
    for node in tree.walk():
        depth = _aggregates_around(node)
        if isinstance(node, exp.Column) and depth == 0:
            raise ExpressionError(
                "«{name}» بیرون از sum، count، min، max و avg آمده است.",
                "“{name}” stands outside sum, count, min, max and avg.",
            ).format(name=node.name)
        if isinstance(node, _AGGREGATES) and depth:
            raise ExpressionError("یک جمع درون جمع دیگر آمده است.", "One aggregate stands inside another.")


def _aggregates_around(node: exp.Expr) -> int:
    """How many aggregates ``node`` stands in."""
    depth = 0
    above = node.parent
    while above is not None:
        # The condition of a FILTER stands beside its aggregate in the tree, not under it.
        depth += isinstance(above, (*_AGGREGATES, exp.Where))
        above = above.parent
    return depth


def _forgiving(node: exp.Expr) -> exp.Expr:
    """A cast that fails and a division by zero have no value, where DuckDB would stop the whole query."""
    if type(node) in (exp.Div, exp.IntDiv, exp.Mod):
        by = node.expression
        if not isinstance(by, exp.Nullif) and not (isinstance(by, exp.Literal) and by.name.strip("0.")):
            node.set("expression", exp.Nullif(this=by, expression=exp.Literal.number(0)))
        return node
    if type(node) is exp.Cast and not (isinstance(node.this, exp.Literal) and node.args["to"].this == _DATE):
        return exp.TryCast(this=node.this, to=node.args["to"], safe=True)
    return node


def _widened(node: exp.Expr) -> exp.Expr:
    """Products inside a sum are computed beyond 64 bits, for one absurd row must not stop the sum of all."""
    if type(node) is exp.Mul and not isinstance(node.this, exp.Mul):
        unit = exp.Cast(this=exp.Literal.number(1), to=exp.DataType.build("INT128"))
        return exp.Mul(this=exp.Paren(this=exp.Mul(this=node.this, expression=unit)), expression=node.expression)
    return node
