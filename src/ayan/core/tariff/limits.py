"""Bounds of a tariff: beyond them nobody could check it by reading."""

from __future__ import annotations

from typing import Final

# Bytes of the declaration of one tariff; a whole booklet has many.
LARGEST_TARIFF: Final = 200_000
# Inputs that people are asked for; a form that asks more is not filled in.
MOST_INPUTS: Final = 24
# Steps from the inputs to the amount.
MOST_FORMULAS: Final = 40
# Rows of one table of coefficients.
MOST_BANDS: Final = 400
# Decimals of an input or of a coefficient; areas have two, shares up to four.
MOST_DECIMALS: Final = 6
# Digits of whatever comes out on the way: what 128 bits hold, less one for a sign and one for rounding.
MOST_DIGITS: Final = 36
# Characters typed for one input: every number within the bounds is shorter.
LONGEST_INPUT: Final = 60
