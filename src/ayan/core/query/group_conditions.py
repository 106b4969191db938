"""Conditions on groups by their own numbers: companies with more than five contracts, years of less than a billion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ayan.core.query import values
from ayan.core.query.limits import LONGEST_COUNT, MOST_GROUP_CONDITIONS
from ayan.core.query.operators import Op
from ayan.core.query.problem import QuestionProblem, problem
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.text import fold

PARAMETER: Final = "_having"
SIGNS: Final[Mapping[Op, str]] = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
"""The operators that a number of a group takes, and how SQL writes them."""


@dataclass(frozen=True, slots=True)
class GroupCondition:
    """What a number of a group must be: ``column`` is that of the answer, such as ``count`` or ``sum_amount``."""

    column: str
    op: Op
    value: int | Decimal

    @property
    def text(self) -> str:
        """The condition as an address has it: ``count__gt:5``, ``sum_amount:0``."""
        return f"{self.column if self.op == 'eq' else f'{self.column}__{self.op}'}:{self.value}"

    def meets(self, value: int | Decimal | Fraction | None) -> bool:
        """Whether a number is as it must be; an empty one never is."""
        if value is None:
            return False
        compared = {
            "eq": value == self.value,
            "gt": value > self.value,
            "gte": value >= self.value,
            "lt": value < self.value,
            "lte": value <= self.value,
        }
        return compared[self.op]


def conditions_text(conditions: Sequence[GroupCondition]) -> str:
    """Several conditions as an address has them."""
    return ",".join(each.text for each in conditions)


def read_conditions(
    texts: Sequence[str], columns: Mapping[str, Field | None]
) -> tuple[tuple[GroupCondition, ...], list[QuestionProblem]]:
    """The conditions that texts say on numbers of groups, and what is wrong with them.

    ``columns`` are those of an answer that may be asked so, with the field that each is a number of; without a field
    it is how many there are.
    """
    allowed = sorted(f"{name}__{op}" for name in columns for op in SIGNS if op != "eq")
    conditions: dict[GroupCondition, None] = {}
    problems: list[QuestionProblem] = []
    for part in (part.strip() for text in texts for part in text.split(",")):
        name, mark, said = part.partition(":")
        column, _, operator = name.rpartition("__") if name not in columns else (name, "", "eq")
        op: Op | None = next((each for each in SIGNS if each == operator), None)
        if not mark or column not in columns or op is None:
            problems.append(problem("not-allowed", PARAMETER, allowed))
            continue
        try:
            conditions[GroupCondition(column, op, _value(columns[column], said))] = None
        except BadValue as bad:
            problems.append(problem(bad.code, PARAMETER, bad.allowed))
    if len(conditions) > MOST_GROUP_CONDITIONS:
        problems.append(problem("too-many", PARAMETER, limit=MOST_GROUP_CONDITIONS))
    return tuple(conditions), problems


def _value(own: Field | None, said: str) -> int | Decimal:
    if own is None:
        digits = fold(said)
        if not digits.isdecimal() or len(digits) > LONGEST_COUNT:
            raise BadValue("not-a-number")
        return int(digits)
    value = values.read_value(own, said)
    if not isinstance(value, int | Decimal):
        raise BadValue("not-a-number")
    return value
