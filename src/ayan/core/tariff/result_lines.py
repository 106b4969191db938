"""What a declaration does to the last step, as further formulas: the floor, the discounts, the rounding."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ayan.core.tariff import formula
from ayan.core.tariff.formula import Arithmetic, Conditional, Extreme, NumberType, Numeric, scaled_bounds
from ayan.core.tariff.tariff import Discount, Rounding


def discounted(last: Numeric, discounts: Sequence[Discount]) -> Numeric:
    """A number less the discount that applies; they are declared one beside another, and never two at once."""
    branches = []
    for each in discounts:
        share = formula.constant(1 - each.share)
        kind = last.type
        corners = [bound * share.units for bound in (kind.low, kind.high)]
        product = formula.bounded(kind.decimals + share.type.decimals, min(corners), max(corners))
        branches.append((each.when, Arithmetic("*", last, share, product)))
    decimals = max(last.type.decimals, *(part.type.decimals for _, part in branches))
    low, high = scaled_bounds(last.type, decimals)
    return Conditional(tuple(branches), last, formula.bounded(decimals, min(0, low), max(0, high)))


def rounded(last: Numeric, rounding: Rounding) -> Numeric:
    """A number as whole rial. Below zero nothing is established, so nothing there is rounded."""
    to = formula.constant(Decimal(rounding.to))
    whole = formula.quotient(larger((last, formula.constant(Decimal(0)))), to, rounding.rule)
    if rounding.to == 1:
        return whole
    kind = formula.bounded(0, whole.type.low * rounding.to, whole.type.high * rounding.to)
    return Arithmetic("*", whole, to, kind)


def larger(parts: tuple[Numeric, Numeric]) -> Extreme:
    """The larger of two numbers."""
    decimals = max(part.type.decimals for part in parts)
    pairs = [scaled_bounds(part.type, decimals) for part in parts]
    kind = NumberType(decimals, max(low for low, _ in pairs), max(high for _, high in pairs))
    return Extreme(True, parts, kind)
