"""Formulas in words and in numbers: the names of a step by what they are called, or by what they hold for one case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ayan.core.tariff import evaluation
from ayan.core.tariff.formula import (
    Arithmetic,
    Comparison,
    ComparisonSign,
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
from ayan.core.tariff.tariff import Tariff
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html

RULES: Final[Mapping[RoundingRule, Label]] = {
    "half-up": Label(
        "گردشده به نزدیک‌ترین عدد کامل، نیم به بالا", "rounded to the nearest whole number, a half upwards"
    ),
    "down": Label("گردشده به پایین", "rounded down"),
    "up": Label("گردشده به بالا", "rounded up"),
}
"""The rules of rounding, in words."""

_SIGNS: Final = {"+": "+", "-": "−", "*": "×"}
_RELATIONS: Final[Mapping[ComparisonSign, str]] = {"=": "=", "<>": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_LARGEST: Final = Label("بیشترین", "the larger of")
_SMALLEST: Final = Label("کمترین", "the smaller of")
_AND: Final = Label(" و ", " and ")
_OR: Final = Label(" یا ", " or ")
_NOT: Final = Label("نه {words}", "not {words}")
_IS: Final = Label("«{name}» = {codes}", "“{name}” = {codes}")
_IS_NOT: Final = Label("«{name}» ≠ {codes}", "“{name}” ≠ {codes}")
_IF: Final = Label("اگر {when}: {then}", "if {when}: {then}")
_MULTIPLE: Final = Label("{rule}، تا مضربی از {to} ریال", "{rule}, to a multiple of {to} rial")
_ELSE: Final = Label("وگرنه: {then}", "else: {then}")


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the parts of a formula; ``name`` writes what a name is called or holds."""

    tariff: Tariff
    lang: Lang
    name: Callable[[FormulaName], str]
    values: Mapping[str, int | str] | None

    def number(self, part: Numeric) -> str:
        match part:
            case Constant(units, kind):
                return self.digits(units, kind.decimals)
            case FormulaName():
                return self.name(part)
            case Arithmetic(operator, left, right):
                return self.operation(operator, left, right)
            case Extreme(largest, parts):
                listed = locale.of(self.lang).semicolon.join(self.number(each) for each in parts)
                return f"{(_LARGEST if largest else _SMALLEST).of(self.lang)} ({listed})"
            case Quotient(left, right):
                if isinstance(right, Constant) and right.units == 10**right.type.decimals:
                    return self.number(left)
                return f"{self.tight(left)} ÷ {self.tight(right)}"
            case Conditional(branches, otherwise):
                if self.values is not None:
                    return self.number(evaluation.chosen(part, self.values))
                said = [
                    _IF.of(self.lang).format(when=self.condition(when), then=self.number(then))
                    for when, then in branches
                ]
                return locale.of(self.lang).semicolon.join(
                    [*said, _ELSE.of(self.lang).format(then=self.number(otherwise))]
                )

    def operation(self, operator: str, left: Numeric, right: Numeric) -> str:
        if operator == "*":
            return f"{self.tight(left)} × {self.tight(right)}"
        first = "" if operator == "-" and isinstance(left, Constant) and left.units == 0 else self.number(left)
        second = self.tight(right) if operator == "-" else self.number(right)
        return f"{first} {_SIGNS[operator]} {second}".strip()

    def tight(self, part: Numeric) -> str:
        """A part within a product: what is added up stands in brackets."""
        if isinstance(part, Conditional) and self.values is not None:
            return self.tight(evaluation.chosen(part, self.values))
        text = self.number(part)
        loose = (isinstance(part, Arithmetic) and part.operator != "*") or isinstance(part, Conditional | Quotient)
        negative = self.values is not None and isinstance(part, FormulaName) and int(self.values[part.name]) < 0
        return f"({text})" if loose or negative else text

    def digits(self, units: int, decimals: int) -> str:
        value = Decimal(units).scaleb(-decimals).normalize()
        return value_html.plain_number(int(value) if value == value.to_integral_value() else value, self.lang)

    def condition(self, part: FormulaCondition) -> str:
        match part:
            case Comparison(relation, left, right):
                return f"{self.number(left)} {_RELATIONS[relation]} {self.number(right)}"
            case Membership(name, codes, negated):
                tariff_input = self.tariff.input(name)
                words = dict(tariff_input.choices)
                listed = _OR.of(self.lang).join(words[code].of(self.lang) for code in codes)
                said = (_IS_NOT if negated else _IS).of(self.lang)
                return said.format(name=tariff_input.title.of(self.lang), codes=listed)
            case Junction(every, parts):
                return (_AND if every else _OR).of(self.lang).join(self.condition(each) for each in parts)
            case Negation(inner):
                return _NOT.of(self.lang).format(words=self.condition(inner))


def in_words(tariff: Tariff, part: Numeric, lang: Lang) -> str:
    """A formula by what its names are called."""
    return _Writer(tariff, lang, lambda name: tariff.called(name.name).of(lang), None).number(part)


def in_numbers(tariff: Tariff, part: Numeric, values: Mapping[str, int | str], lang: Lang) -> str:
    """A formula with what its names hold for a case; of a choice, the branch that the case takes."""
    writer = _Writer(tariff, lang, lambda name: writer.digits(int(values[name.name]), name.type.decimals), values)
    return writer.number(part)


def rounding_in_words(tariff: Tariff, lang: Lang) -> str:
    """How the amount of a tariff becomes whole."""
    rule = RULES[tariff.rounding.rule].of(lang)
    if tariff.rounding.to == 1:
        return rule
    return _MULTIPLE.of(lang).format(rule=rule, to=value_html.plain_number(tariff.rounding.to, lang))


def condition_in_words(tariff: Tariff, part: FormulaCondition, lang: Lang) -> str:
    """A condition by what its names are called."""
    return _Writer(tariff, lang, lambda name: tariff.called(name.name).of(lang), None).condition(part)
