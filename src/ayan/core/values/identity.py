"""Numbers that name a person, a company, an account or a parcel: checked by their own digits, one spelling each.

Each function takes the text as written and gives the canonical text, or raises NotAnIdentity. The text is first cleaned
as `text.publish` does, its digits made ASCII, blanks at its ends taken off, and blanks, half-spaces and hyphens inside
it taken out; then it must match the pattern of its kind. Formulas and patterns are data: SQL can apply the same ones.
"""

from __future__ import annotations

import re
from typing import Final

from ayan.core.values.digits import to_latin
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.text import ZWNJ, publish

FILLING: Final = f" -{ZWNJ}\t\n"
"""What may stand between the digits and is taken out."""

NATIONAL_ID: Final = "[0-9]{8,10}"
NATIONAL_ID_WEIGHTS: Final = (10, 9, 8, 7, 6, 5, 4, 3, 2)
"""For the first nine digits; the sum mod 11 is r; the tenth digit is r if r < 2, else 11 − r."""

LEGAL_ID: Final = "[0-9]{11}"
LEGAL_ID_WEIGHTS: Final = (29, 27, 23, 19, 17, 29, 27, 23, 19, 17)
"""For the first ten digits, after adding the tenth digit plus 2 to each; the sum mod 11, 10 as 0, is the eleventh."""

SHEBA: Final = "IR[0-9]{24}"
SHEBA_COUNTRY: Final = "1827"
"""'IR' as digits (ISO 13616): the 22 digits of the account, these four and the two check digits are 1 mod 97."""

CARD: Final = "[0-9]{16}"
CARD_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""What a digit counts in the 1st, 3rd … 15th place; in the others it counts as itself; the sum mod 10 is 0 (Luhn)."""

MOBILE: Final = r"(?:\+98|0098|98|0)?(9[0-9]{9})"


class NotAnIdentity(InvalidValue):
    """Reasons: empty, shape (length or characters), repeated (one digit throughout), check (a check digit is wrong)."""


def national_id(text: str) -> str:
    """Ten digits (کد ملی); eight or nine are padded with the zeros that a spreadsheet had taken away."""
    digits = _matching(NATIONAL_ID, text).zfill(10)
    r = sum(int(digit) * weight for digit, weight in zip(digits, NATIONAL_ID_WEIGHTS, strict=False)) % 11
    return _checked(digits, int(digits[9]) == (r if r < 2 else 11 - r))


def legal_id(text: str) -> str:
    """Eleven digits (شناسه ملی) of a legal person."""
    digits = _matching(LEGAL_ID, text)
    added = int(digits[9]) + 2
    r = sum((int(digit) + added) * weight for digit, weight in zip(digits, LEGAL_ID_WEIGHTS, strict=False)) % 11
    return _checked(digits, int(digits[10]) == r % 10)


def sheba(text: str) -> str:
    """'IR' and 24 digits (شبا) of a bank account; small letters are accepted."""
    account = _matching(SHEBA, text.upper())
    return _checked(account, int(account[4:] + SHEBA_COUNTRY + account[2:4]) % 97 == 1)


def card_number(text: str) -> str:
    """Sixteen digits of a bank card."""
    digits = _matching(CARD, text)
    total = sum(CARD_DOUBLED[int(digit)] for digit in digits[::2]) + sum(int(digit) for digit in digits[1::2])
    return _checked(digits, total % 10 == 0)


def mobile(text: str) -> str:
    """'09' and nine digits; +98, 0098, 98, or a lost leading zero are accepted."""
    return "0" + _matching(MOBILE, text)


def _matching(pattern: str, text: str) -> str:
    """The cleaned text, or the first group of the pattern where it has one."""
    written = to_latin(publish(text)).strip()
    if not written:
        raise NotAnIdentity("empty")
    if "-" in (written[0], written[-1]):
        raise NotAnIdentity("shape")
    match = re.fullmatch(pattern, written.translate(_WITHOUT_FILLING))
    if match is None:
        raise NotAnIdentity("shape")
    return match[match.lastindex or 0]


def _checked(number: str, holds: bool) -> str:
    if len(set(number)) == 1:
        raise NotAnIdentity("repeated")
    if not holds:
        raise NotAnIdentity("check")
    return number


_WITHOUT_FILLING: Final = str.maketrans("", "", FILLING)
