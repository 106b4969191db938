"""Reading a formula: SQL of its own few words, and a refusal of everything that is not among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Final, TypeVar

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ayan.core.schema.limits import LONGEST_EXPRESSION, MOST_NODES
from ayan.core.tariff.formula import (
    DIVIDE,
    ROUNDING_RULES,
    Arithmetic,
    ArithmeticSign,
    ChoiceType,
    Comparison,
    ComparisonSign,
    Conditional,
    Constant,
    Extreme,
    FormulaCondition,
    FormulaError,
    FormulaName,
    Junction,
    Membership,
    NamedTypes,
    Negation,
    Numeric,
    Quotient,
    bounded,
    constant,
    quotient,
    scaled_bounds,
)
from ayan.core.values.label import Label

_Read = TypeVar("_Read")

_RELATIONS: Final[Mapping[type[exp.Expr], ComparisonSign]] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_OPERATORS: Final[Mapping[type[exp.Expr], ArithmeticSign]] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


def numeric(sql: str, names: NamedTypes) -> Numeric:
    """The number that ``sql`` computes of ``names``. Raises FormulaError."""
    return _within_depth(lambda: _Reader(names).number(_parsed(sql)))


def condition(sql: str, names: NamedTypes) -> FormulaCondition:
    """The condition that ``sql`` puts to ``names``. Raises FormulaError."""
    return _within_depth(lambda: _Reader(names).condition(_parsed(sql)))


def _within_depth(read: Callable[[], _Read]) -> _Read:
    try:
        return read()
    except RecursionError:
        raise _too_long() from None


def _too_long() -> FormulaError:
    return FormulaError(
        "فرمول بیش از اندازه بلند یا تودرتو است. آن را به چند گام بشکنید.",
        "The formula is too long or too deep. Split it into several steps.",
    )


def _parsed(sql: str) -> exp.Expr:
    if len(sql) > LONGEST_EXPRESSION:
        raise _too_long()
    if not sql.strip() or ";" in sql or "--" in sql or "/*" in sql:
        raise FormulaError(
            "یک عبارت بنویسید، بی نقطه‌ویرگول و بی توضیح.", "Write one expression, without a semicolon or a comment."
        )
    try:
        trees = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
    except SqlglotError as fault:
        raise FormulaError(
            "این عبارت SQL درست نیست. پرانتزها، نقل‌قول‌ها و نام‌ها را بررسی کنید.",
            "This is not a valid SQL expression. Check its parentheses, quotes and names.",
        ) from fault
    if len(trees) != 1:
        raise FormulaError("تنها یک عبارت بنویسید.", "Write one expression.")
    for count, _ in enumerate(trees[0].walk()):
        if count >= MOST_NODES:
            raise _too_long()
    return trees[0]


class _Reader:
    """Reads one tree of the parser; whatever it does not know by name is refused."""

    def __init__(self, names: NamedTypes) -> None:
        self.names = names

    def number(self, node: exp.Expr) -> Numeric:
        kind = type(node)
        if kind is exp.Paren:
            return self.number(node.this)
        if kind is exp.Literal:
            return self._literal(node)
        if kind is exp.Column:
            return self._column(node)
        if kind is exp.Neg:
            return self._operation("-", constant(Decimal(0)), self.number(node.this))
        if kind in _OPERATORS:
            return self._operation(_OPERATORS[kind], self.number(node.this), self.number(node.expression))
        if kind is exp.Greatest or kind is exp.Least:
            return self._extreme(kind is exp.Greatest, [node.this, *node.expressions])
        if kind is exp.Case and node.args.get("this") is None:
            return self._choice(node)
        if kind is exp.Anonymous and str(node.this).lower() == DIVIDE:
            return self._quotient(node)
        raise _not_allowed(node)

    def condition(self, node: exp.Expr) -> FormulaCondition:
        kind = type(node)
        if kind is exp.Paren:
            return self.condition(node.this)
        if kind is exp.Not:
            return Negation(self.condition(node.this))
        if kind is exp.And or kind is exp.Or:
            return Junction(kind is exp.And, (self.condition(node.this), self.condition(node.expression)))
        if kind is exp.Between:
            value, low, high = (self.number(node.args[part]) for part in ("this", "low", "high"))
            return Junction(True, (Comparison(">=", value, low), Comparison("<=", value, high)))
        if kind is exp.In and not node.args.get("query") and self._is_choice(node.this):
            return self._membership(node.this, node.expressions)
        if kind in _RELATIONS:
            if self._is_choice(node.this) and kind in (exp.EQ, exp.NEQ):
                return self._membership(node.this, [node.expression], negated=kind is exp.NEQ)
            return Comparison(_RELATIONS[kind], self.number(node.this), self.number(node.expression))
        raise _not_allowed(node)

    def _is_choice(self, node: exp.Expr) -> bool:
        return type(node) is exp.Column and isinstance(self.names.get(node.name), ChoiceType)

    def _membership(self, column: exp.Expr, codes: list[exp.Expr], *, negated: bool = False) -> Membership:
        known = self.names[column.name]
        texts = tuple(str(node.this) for node in codes if type(node) is exp.Literal and node.args.get("is_string"))
        if not isinstance(known, ChoiceType) or len(texts) != len(codes) or not set(texts) <= set(known.codes):
            raise FormulaError(
                "«{name}» را تنها با یکی از کدهای خودش در نقل‌قول بسنجید: {codes}.",
                "Compare “{name}” with one of its own codes, in quotes: {codes}.",
            ).format(name=column.name, codes=list(known.codes) if isinstance(known, ChoiceType) else "")
        return Membership(column.name, texts, negated)

    def _literal(self, node: exp.Expr) -> Constant:
        text = str(node.this)
        if (
            node.args.get("is_string")
            or not text.replace(".", "", 1).isascii()
            or not text.replace(".", "", 1).isdigit()
        ):
            raise FormulaError(
                "عدد را ساده بنویسید، مثل 1250000 یا 0.25؛ عدد با توان (1e3) ممیز شناور است و پذیرفته نیست.",
                "Write numbers plainly, like 1250000 or 0.25; one with an exponent (1e3) is a floating-point number.",
            )
        return constant(Decimal(text))

    def _column(self, node: exp.Expr) -> FormulaName:
        parts = [part for part, value in node.args.items() if value]
        known = self.names.get(node.name)
        if parts != ["this"] or known is None:
            matches = get_close_matches(node.name, sorted(self.names), 1)
            near = Label(" آیا «{name}» است؟", " Did you mean “{name}”?").format(name=matches[0]) if matches else ""
            raise FormulaError(
                "ورودی، جدول یا گام پیشینی به نام «{name}» نیست.{near}",
                "There is no input, table or earlier step “{name}”.{near}",
            ).format(name=node.name[:60], near=near)
        if isinstance(known, ChoiceType):
            raise FormulaError(
                "«{name}» عدد نیست. آن را در شرط یا در جدول ضریب به کار ببرید.",
                "“{name}” is no number. Use it in a condition or in a table of coefficients.",
            ).format(name=node.name)
        return FormulaName(node.name, known)

    def _operation(self, operator: ArithmeticSign, left: Numeric, right: Numeric) -> Arithmetic:
        a, b = left.type, right.type
        if operator == "*":
            corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
            return Arithmetic(operator, left, right, bounded(a.decimals + b.decimals, min(corners), max(corners)))
        decimals = max(a.decimals, b.decimals)
        (a_low, a_high), (b_low, b_high) = scaled_bounds(a, decimals), scaled_bounds(b, decimals)
        low, high = (a_low + b_low, a_high + b_high) if operator == "+" else (a_low - b_high, a_high - b_low)
        return Arithmetic(operator, left, right, bounded(decimals, low, high))

    def _extreme(self, largest: bool, nodes: list[exp.Expr]) -> Extreme:
        parts = tuple(self.number(node) for node in nodes)
        decimals = max(part.type.decimals for part in parts)
        pairs = [scaled_bounds(part.type, decimals) for part in parts]
        choose = max if largest else min
        low, high = choose(pair[0] for pair in pairs), choose(pair[1] for pair in pairs)
        return Extreme(largest, parts, bounded(decimals, low, high))

    def _choice(self, node: exp.Expr) -> Conditional:
        default = node.args.get("default")
        if default is None:
            raise FormulaError(
                "CASE باید ELSE داشته باشد، تا هیچ موردی بی عدد نماند.",
                "CASE needs an ELSE, so that no case is left without a number.",
            )
        branches = tuple((self.condition(when.this), self.number(when.args["true"])) for when in node.args["ifs"])
        otherwise = self.number(default)
        every = [then.type for _, then in branches] + [otherwise.type]
        decimals = max(each.decimals for each in every)
        pairs = [scaled_bounds(each, decimals) for each in every]
        return Conditional(branches, otherwise, bounded(decimals, min(p[0] for p in pairs), max(p[1] for p in pairs)))

    def _quotient(self, node: exp.Expr) -> Quotient:
        parts = node.expressions
        rule = next((each for each in ROUNDING_RULES if len(parts) == 3 and parts[2].name == each), None)
        if rule is None or type(parts[2]) is not exp.Literal:
            raise FormulaError(
                "تقسیم را با divide(x, y, 'قاعده') بنویسید و یکی از این قاعده‌ها: {rules}.",
                "Write a division as divide(x, y, 'rule') with one of these rules: {rules}.",
            ).format(rules=list(ROUNDING_RULES))
        return quotient(self.number(parts[0]), self.number(parts[1]), rule)


def _not_allowed(node: exp.Expr) -> FormulaError:
    if isinstance(node, exp.Div | exp.IntDiv | exp.Mod):
        return FormulaError(
            "/ و // و % پذیرفته نیست. divide(x, y, 'half-up') بنویسید، تا گرد کردن نام داشته باشد.",
            "/, // and % are not allowed. Write divide(x, y, 'half-up'), so that the rounding has a name.",
        )
    if isinstance(node, exp.Cast):
        return FormulaError(
            "تبدیل نوع (CAST، DOUBLE و مانند آن) پذیرفته نیست؛ همه چیز عدد صحیح یا اعشاری دقیق است.",
            "Casts (CAST, DOUBLE and the like) are not allowed; everything is an exact whole or decimal number.",
        )
    said = str(node.this) if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else ""
    return FormulaError(
        "«{said}» در فرمول پذیرفته نیست. + و - و *، divide، greatest، least و CASE پذیرفته است.",
        "“{said}” is not allowed in a formula. +, -, *, divide, greatest, least and CASE are.",
    ).format(said=(said or type(node).__name__).lower()[:40])
