"""Money is whole rial; every other unit is a way of writing it down or of showing it."""

from __future__ import annotations

from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal
from typing import Final, Literal, TypeAlias

from ayan.core.values import locale
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.limits import LONGEST_NUMBER
from ayan.core.values.locale import Lang

MONEY_UNITS: Final[dict[str, int]] = {
    "rial": 1,
    "thousand_rial": 10**3,
    "million_rial": 10**6,
    "billion_rial": 10**9,
    "trillion_rial": 10**12,
    "toman": 10,
    "thousand_toman": 10**4,
    "million_toman": 10**7,
    "billion_toman": 10**10,
    "hemat": 10**13,
}
"""Rial in one of each unit; `hemat` (همت) is a trillion (10^12) toman."""

UNIT_LABELS: Final[dict[str, tuple[str, str]]] = {
    "rial": ("ریال", "rial"),
    "thousand_rial": ("هزار ریال", "thousand rial"),
    "million_rial": ("میلیون ریال", "million rial"),
    "billion_rial": ("میلیارد ریال", "billion rial"),
    "trillion_rial": ("هزار میلیارد ریال", "trillion rial"),
    "toman": ("تومان", "toman"),
    "thousand_toman": ("هزار تومان", "thousand toman"),
    "million_toman": ("میلیون تومان", "million toman"),
    "billion_toman": ("میلیارد تومان", "billion toman"),
    "hemat": ("هزار میلیارد تومان", "trillion toman"),
}
"""Each unit in Persian and English."""

ShownUnit: TypeAlias = Literal["rial", "toman", "mtoman"]

SHOWN_UNITS: Final[dict[ShownUnit, str]] = {"rial": "rial", "toman": "toman", "mtoman": "million_toman"}
"""The units a reader may choose, under the names used in addresses."""

_SHOWN_DECIMALS: Final = 3
_TENTH: Final = Decimal("0.1")
_STEP: Final = Decimal(1).scaleb(-_SHOWN_DECIMALS)
_WIDE: Final = Context(prec=MAX_PREC, rounding=ROUND_HALF_UP)


class NotMoney(InvalidValue):
    """Reasons: unit (not one of MONEY_UNITS), fraction-of-rial, too-large, not-finite."""


def to_rial(amount: int | Decimal, unit: str) -> int:
    """An amount written in a unit as whole rial, exactly. Raises NotMoney."""
    factor = MONEY_UNITS.get(unit)
    if factor is None:
        raise NotMoney("unit")
    number = Decimal(amount)
    if not number.is_finite():
        raise NotMoney("not-finite")
    if number and not -LONGEST_NUMBER < number.adjusted() < LONGEST_NUMBER:
        raise NotMoney("too-large" if number.adjusted() > 0 else "fraction-of-rial")
    numerator, denominator = number.as_integer_ratio()
    rial, rest = divmod(numerator * factor, denominator)
    if rest:
        raise NotMoney("fraction-of-rial")
    if abs(rial) >= 10**LONGEST_NUMBER:
        raise NotMoney("too-large")
    return rial


def unit_label(unit: str, lang: Lang) -> str:
    """'میلیون تومان', 'million toman'. Raises NotMoney for a unit that is not in MONEY_UNITS."""
    try:
        return locale.pick(lang, *UNIT_LABELS[unit])
    except KeyError:
        raise NotMoney("unit") from None


def amount(rial: int, unit: ShownUnit, lang: Lang) -> str:
    """The number alone, for a column whose header names the unit: '۱٬۲۵۰٬۰۰۰', '۱۲۵٬۰۰۰', '۰٫۱۲۵'.

    Rial and toman are exact; million toman has at most three decimals, halves away from zero, but never shows an amount
    as zero that is not.
    """
    return _number(rial, MONEY_UNITS[SHOWN_UNITS[unit]], lang)


def listed(rial: int, unit: ShownUnit, lang: Lang) -> str:
    """The number alone, as a column shows it: millions of toman all with one decimal, so that they stand in line.

    An amount that would be shown as zero is written as `amount` writes it: '۱٬۲۵۰٫۰', '۰٫۰۰۴'.
    """
    factor = MONEY_UNITS[SHOWN_UNITS[unit]]
    if factor != MONEY_UNITS["million_toman"]:
        return amount(rial, unit, lang)
    rounded = (Decimal(rial) / factor).quantize(_TENTH, context=_WIDE)
    return locale.of(lang).number(rounded, 1) if rounded else amount(rial, unit, lang)


def show(rial: int, unit: ShownUnit, lang: Lang) -> str:
    """The number and its unit: '۱٬۲۵۰٬۰۰۰ ریال', '125,000 toman', '۰٫۱۲۵ میلیون تومان'."""
    return f"{amount(rial, unit, lang)} {unit_label(SHOWN_UNITS[unit], lang)}"


def headline(rial: int, lang: Lang) -> str:
    """A large sum in the largest toman unit that fits, three decimals at most: '۱٫۲ هزار میلیارد تومان'."""
    units = ("hemat", "billion_toman", "million_toman")
    unit = next((unit for unit in units if abs(rial) >= MONEY_UNITS[unit]), "toman")
    return f"{_number(rial, MONEY_UNITS[unit], lang)} {unit_label(unit, lang)}"


def _number(rial: int, factor: int, lang: Lang) -> str:
    if factor == 1:
        return locale.of(lang).number(rial)
    scaled = Decimal(rial).scaleb(1 - len(str(factor)), context=_WIDE)
    rounded = scaled.quantize(_STEP, context=_WIDE) if scaled.adjusted() >= -_SHOWN_DECIMALS else scaled
    shown = f"{rounded:f}"
    plain = Decimal(shown.rstrip("0").rstrip(".")) if "." in shown else rounded
    return locale.of(lang).number(plain)
