"""The parts of a formula: a tree whose every number is exact and has its bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias, get_args

from ayan.core.tariff.limits import MOST_DECIMALS, MOST_DIGITS
from ayan.core.values.refusal import Refusal

RoundingRule = Literal["half-up", "down", "up"]
"""To the nearest, a half upwards; to the smaller; to the larger. None of them ever sees a number below zero."""

ROUNDING_RULES: Final[tuple[RoundingRule, ...]] = get_args(RoundingRule)

DIVIDE: Final = "divide"
"""The one function that divides: ``divide(x, y, 'half-up')`` gives a whole number by a named rule."""


class FormulaError(Refusal, ValueError):
    """A formula of a tariff is not allowed; says what stands in it and what to write instead."""

    code = "tariff-formula"
    fa = "این فرمول پذیرفته نیست."
    en = "This formula is not allowed."
    status = 500


@dataclass(frozen=True, slots=True)
class NumberType:
    """A number of ``decimals`` places; ``low`` and ``high`` bound it, counted in its last place."""

    decimals: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ChoiceType:
    """One of some codes."""

    codes: tuple[str, ...]


NamedType: TypeAlias = NumberType | ChoiceType
NamedTypes: TypeAlias = Mapping[str, NamedType]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number as it is written."""

    units: int
    type: NumberType


@dataclass(frozen=True, slots=True)
class FormulaName:
    """An input, a coefficient or an earlier step."""

    name: str
    type: NumberType


ArithmeticSign = Literal["+", "-", "*"]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum, a difference or a product."""

    operator: ArithmeticSign
    left: Numeric
    right: Numeric
    type: NumberType


@dataclass(frozen=True, slots=True)
class Extreme:
    """The largest or the smallest of some numbers."""

    largest: bool
    parts: tuple[Numeric, ...]
    type: NumberType


@dataclass(frozen=True, slots=True)
class Quotient:
    """A division, rounded to a whole number by a named rule."""

    left: Numeric
    right: Numeric
    rule: RoundingRule
    type: NumberType


@dataclass(frozen=True, slots=True)
class Conditional:
    """The number of the first condition that holds, else the last one."""

    branches: tuple[tuple[FormulaCondition, Numeric], ...]
    otherwise: Numeric
    type: NumberType


Numeric: TypeAlias = Constant | FormulaName | Arithmetic | Extreme | Quotient | Conditional

ComparisonSign = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two numbers held against each other."""

    relation: ComparisonSign
    left: Numeric
    right: Numeric


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether an input is one of some codes."""

    name: str
    codes: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions that all must hold, or of which one must."""

    every: bool
    parts: tuple[FormulaCondition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """A condition that must not hold."""

    part: FormulaCondition


FormulaCondition: TypeAlias = Comparison | Membership | Junction | Negation


def names_of(part: Numeric | FormulaCondition) -> Iterator[str]:
    """The names that a formula reads, in the order in which it does."""
    match part:
        case FormulaName(name) | Membership(name):
            yield name
        case Arithmetic(_, left, right) | Quotient(left, right) | Comparison(_, left, right):
            yield from names_of(left)
            yield from names_of(right)
        case Extreme(_, parts):
            for each in parts:
                yield from names_of(each)
        case Junction(_, conditions):
            for every in conditions:
                yield from names_of(every)
        case Negation(inner):
            yield from names_of(inner)
        case Conditional(branches, otherwise):
            for when, then in branches:
                yield from names_of(when)
                yield from names_of(then)
            yield from names_of(otherwise)
        case Constant():
            pass


def constant(value: Decimal) -> Constant:
    """A number as a part of a formula. Raises FormulaError where it has too many decimals."""
    units, decimals = units_of(value)
    return Constant(units, NumberType(decimals, units, units))


def units_of(value: Decimal) -> tuple[int, int]:
    """A number as a whole count of its last decimal place, and how many places there are."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise FormulaError("عدد نامتناهی پذیرفته نیست.", "A number must be finite.")
    decimals = max(0, -exponent)
    if decimals > MOST_DECIMALS:
        raise FormulaError("عدد تا {most} رقم اعشار پذیرفته است.", "A number has {most} decimals at most.").format(
            most=MOST_DECIMALS
        )
    return int(value.scaleb(decimals)), decimals


def bounded(decimals: int, low: int, high: int) -> NumberType:
    """The type of a number within bounds. Raises FormulaError where they go beyond what is computed exactly."""
    if max(abs(low), abs(high)) >= 10**MOST_DIGITS:
        raise FormulaError(
            "با بازهٔ ورودی‌ها، این عدد از {most} رقم می‌گذرد. بازه‌ها را کوچک‌تر کنید.",
            "Within the ranges of the inputs this number has more than {most} digits. Narrow the ranges.",
        ).format(most=MOST_DIGITS)
    return NumberType(decimals, low, high)


def quotient(left: Numeric, right: Numeric, rule: RoundingRule) -> Quotient:
    """One number divided by another. Raises FormulaError where one can be below zero, or the second zero."""
    if left.type.low < 0 or right.type.low <= 0:
        raise FormulaError(
            "در divide عدد نخست نباید از صفر کمتر شود و عدد دوم باید بیش از صفر باشد، در همهٔ بازهٔ ورودی‌ها. "
            "greatest(x, 0) بنویسید یا بازه را تنگ‌تر کنید.",
            "In divide the first number must not fall below zero and the second must be above it, for every input. "
            "Write greatest(x, 0) or narrow a range.",
        )
    up, down = 10**right.type.decimals, 10**left.type.decimals
    bounded(0, left.type.low * up, left.type.high * up * 2)
    low = left.type.low * up // (right.type.high * down)
    high = -(-left.type.high * up // (right.type.low * down))
    return Quotient(left, right, rule, bounded(0, low, high))


def scaled_bounds(number: NumberType, decimals: int) -> tuple[int, int]:
    """The bounds of a number counted in a further decimal place."""
    factor = 10 ** (decimals - number.decimals)
    return number.low * factor, number.high * factor
