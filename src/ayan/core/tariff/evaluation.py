"""The exact value of a formula for one case, in whole counts of its last decimal place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from ayan.core.tariff.formula import (
    Arithmetic,
    Comparison,
    Conditional,
    Constant,
    Extreme,
    FormulaCondition,
    FormulaName,
    Junction,
    Membership,
    Negation,
    Numeric,
    Quotient,
    RoundingRule,
)

InputValues: TypeAlias = Mapping[str, int | str]
"""What each name holds: a number in counts of its last place, or the code of a choice."""


def value_of(part: Numeric, values: InputValues) -> int:
    """The number of a formula, counted in the last place of its type. Raises KeyError where a name has no value."""
    match part:
        case Constant(units):
            return units
        case FormulaName(name):
            return int(values[name])
        case Arithmetic(operator, left, right):
            if operator == "*":
                return value_of(left, values) * value_of(right, values)
            a, b = (scaled(each, part.type.decimals, values) for each in (left, right))
            return a + b if operator == "+" else a - b
        case Extreme(largest, parts):
            every = [scaled(each, part.type.decimals, values) for each in parts]
            return max(every) if largest else min(every)
        case Conditional():
            return scaled(chosen(part, values), part.type.decimals, values)
        case Quotient(left, right, rule):
            return rounded(
                value_of(left, values) * 10**right.type.decimals,
                value_of(right, values) * 10**left.type.decimals,
                rule,
            )


def chosen(choice: Conditional, values: InputValues) -> Numeric:
    """The branch of a choice that a case takes."""
    return next((then for when, then in choice.branches if holds(when, values)), choice.otherwise)


def holds(part: FormulaCondition, values: InputValues) -> bool:
    """Whether a condition holds."""
    match part:
        case Comparison(relation, left, right):
            decimals = max(left.type.decimals, right.type.decimals)
            a, b = (scaled(each, decimals, values) for each in (left, right))
            return {"=": a == b, "<>": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[relation]
        case Membership(name, codes, negated):
            return (values[name] in codes) != negated
        case Junction(every, parts):
            return (all if every else any)(holds(each, values) for each in parts)
        case Negation(inner):
            return not holds(inner, values)


def scaled(part: Numeric, decimals: int, values: InputValues) -> int:
    """The value of a formula counted in a further decimal place."""
    factor: int = 10 ** (decimals - part.type.decimals)
    return value_of(part, values) * factor


def rounded(numerator: int, denominator: int, rule: RoundingRule) -> int:
    """A quotient of numbers that are not below zero as a whole number, by a named rule."""
    if rule == "down":
        return numerator // denominator
    if rule == "up":
        return -(-numerator // denominator)
    return (2 * numerator + denominator) // (2 * denominator)
