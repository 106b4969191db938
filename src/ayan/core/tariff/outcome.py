"""What a tariff comes to for one case: the amount or the reason why there is none, with every line of the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ayan.core.tariff import evaluation
from ayan.core.tariff.formula import ChoiceType
from ayan.core.tariff.limits import LONGEST_INPUT
from ayan.core.tariff.tariff import (
    CoefficientTable,
    Discount,
    Tariff,
    TariffCondition,
    TariffInput,
    TariffLine,
)
from ayan.core.values.digits import parse_number
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

NO_INPUT: Final = "_input"
BELOW_ZERO: Final = "_below"
SEVERAL_DISCOUNTS: Final = "_discounts"

REASONS: Final[Mapping[str, Label]] = {
    NO_INPUT: Label(
        "یکی از ورودی‌ها گفته نشده یا بیرون از بازهٔ تعرفه است.",
        "An input is not stated, or is outside the range of the tariff.",
    ),
    BELOW_ZERO: Label(
        "فرمول برای این مورد به عددی کمتر از صفر می‌رسد؛ متن منتشرشده نمی‌گوید با آن چه باید کرد.",
        "For this case the formula falls below zero; the published text does not say what follows.",
    ),
    SEVERAL_DISCOUNTS: Label(
        "چند تخفیف با هم به این مورد می‌رسد؛ متن منتشرشده نمی‌گوید کدام.",
        "Several discounts apply to this case; the published text does not say which one counts.",
    ),
}
"""Why a case has no amount, where that is no gap of the published text itself."""


_CHOICES: Final = Label(
    "یکی از گزینه‌های این فهرست را برگزینید: {codes}.",
    "Choose one of this list: {codes}.",
)
_RANGE: Final = Label(
    "عدد باید از {low} تا {high} باشد.",
    "The number must be from {low} to {high}.",
)
_DECIMALS: Final = Label(
    "این عدد بیش از {decimals} رقم اعشار ندارد.",
    "This number has {decimals} decimals at most.",
)


class InputRefused(Refusal, ValueError):
    """What was stated for an input cannot be taken; says what it may be."""

    code = "tariff-input"
    fa = "این ورودی پذیرفته نیست."
    en = "This input is not accepted."
    status = 400


class InputMissing(InputRefused):
    """An input was not stated."""

    code = "tariff-input-missing"
    fa = "این را بنویسید؛ بی آن عوارض حساب نمی‌شود."
    en = "State this; without it the fee cannot be computed."
    status = 400


class InputNotChoice(InputRefused):
    """What was stated is none of the codes."""

    code = "tariff-input-choice"
    fa = "یکی از گزینه‌های فهرست را برگزینید."
    en = "Choose one of the list."
    status = 400


class InputNotNumber(InputRefused):
    """What was stated is no number."""

    code = "tariff-input-number"
    fa = "عدد را با رقم بنویسید، مثل ۱۲۰٫۵."
    en = "Write the number in digits, like 120.5."
    status = 400


class InputOutOfRange(InputRefused):
    """The number is outside the range of the tariff."""

    code = "tariff-input-range"
    fa = "عدد بیرون از بازهٔ تعرفه است."
    en = "The number is outside the range of the tariff."
    status = 400


class InputTooExact(InputRefused):
    """The number has more decimals than the tariff takes."""

    code = "tariff-input-decimals"
    fa = "عدد بیش از اندازه رقم اعشار دارد."
    en = "The number has too many decimals."
    status = 400


@dataclass(frozen=True, slots=True)
class TableStep:
    """The row of a table that a case falls into."""

    table: CoefficientTable
    position: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class LineStep:
    """A line with what it comes to."""

    line: TariffLine
    value: Decimal


@dataclass(frozen=True, slots=True)
class TariffOutcome:
    """What a tariff comes to for one case.

    ``values`` are the inputs, counted in their last place. ``amounts`` are whole rial: one, or the two ends of a
    range; empty where nothing is established, and then ``reason`` says why and ``why`` has its code. ``exemption``
    and ``discounts`` are those that apply.
    """

    tariff: Tariff
    values: Mapping[str, int | str]
    tables: tuple[TableStep, ...] = ()
    lines: tuple[LineStep, ...] = ()
    amounts: tuple[int, ...] = ()
    why: str = ""
    reason: Label | None = None
    exemption: TariffCondition | None = None
    discounts: tuple[Discount, ...] = ()

    @property
    def is_established(self) -> bool:
        """Whether there is an amount."""
        return bool(self.amounts)


def read_input(tariff_input: TariffInput, text: str) -> int | str:
    """What was typed for an input, as it is computed with. Raises InputRefused."""
    text = text.strip()
    if not text:
        raise InputMissing(field=tariff_input.name)
    if isinstance(tariff_input.type, ChoiceType):
        if text not in tariff_input.type.codes:
            codes = list(tariff_input.type.codes)
            raise InputNotChoice(field=tariff_input.name).worded(_CHOICES).format(codes=codes)
        return text
    kind = tariff_input.type
    try:
        number = Decimal(parse_number(text[:LONGEST_INPUT]))
    except InvalidValue:
        raise InputNotNumber(field=tariff_input.name) from None
    low, high = (Decimal(bound).scaleb(-kind.decimals) for bound in (kind.low, kind.high))
    if not low <= number <= high:
        raise InputOutOfRange(field=tariff_input.name).worded(_RANGE).format(low=plain(low), high=plain(high))
    units = number.scaleb(kind.decimals)
    if units != units.to_integral_value():
        raise InputTooExact(field=tariff_input.name).worded(_DECIMALS).format(decimals=kind.decimals)
    return int(units)


def plain(value: Decimal) -> str:
    """A number without an exponent and without idle zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def outcome(tariff: Tariff, values: Mapping[str, int | str]) -> TariffOutcome:
    """What ``tariff`` comes to for a case; ``values`` as `read_input` gives them, one for each input."""
    exemption = next((each for each in tariff.exemptions if evaluation.holds(each.when, values)), None)
    if exemption is not None:
        return TariffOutcome(tariff, values, amounts=(0,) * len(tariff.results), exemption=exemption)
    known: dict[str, int | str] = dict(values)
    tables: list[TableStep] = []
    reason, why = None, ""
    for table in tariff.tables:
        band = table.band(values)
        held = None if band.value is None else Decimal(band.value).scaleb(-table.type.decimals)
        tables.append(TableStep(table, table.bands.index(band), held))
        if band.value is None:
            reason, why = reason or band.why, why or table.name
        else:
            known[table.name] = band.value
    if why:
        return TariffOutcome(tariff, values, tuple(tables), why=why, reason=reason)
    lines = []
    for line in tariff.lines:
        units = evaluation.value_of(line.formula, known)
        known[line.name] = units
        lines.append(LineStep(line, Decimal(units).scaleb(-line.formula.type.decimals)))
    discounts = tuple(each for each in tariff.discounts if evaluation.holds(each.when, known))
    why, reason = _unknown(tariff, known, discounts)
    if why:
        steps = tuple(each for each in lines if each.line.role == "step")
        return TariffOutcome(tariff, values, tuple(tables), steps, why=why, reason=reason)
    amounts = tuple(int(known[name]) for name in tariff.results)
    return TariffOutcome(tariff, values, tuple(tables), tuple(lines), amounts, discounts=discounts)


def _unknown(
    tariff: Tariff, known: Mapping[str, int | str], discounts: tuple[Discount, ...]
) -> tuple[str, Label | None]:
    for gap in tariff.gaps:
        if evaluation.holds(gap.when, known):
            return gap.code, gap.says
    if any(int(known[name]) < 0 for name in tariff.bases):
        return BELOW_ZERO, REASONS[BELOW_ZERO]
    if len(discounts) > 1:
        return SEVERAL_DISCOUNTS, REASONS[SEVERAL_DISCOUNTS]
    return "", None
