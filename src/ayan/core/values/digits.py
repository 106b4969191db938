"""Numbers as people write them: digits of three scripts, signs, groups and decimals, read and written exactly."""

from __future__ import annotations

import re
from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal
from typing import Final

from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.limits import LONGEST_NUMBER
from ayan.core.values.text import publish

ExactNumber = int | Decimal
"""What is counted or summed without a fraction lost: never a float."""

PERSIAN: Final = "۰۱۲۳۴۵۶۷۸۹"
ARABIC: Final = "٠١٢٣٤٥٦٧٨٩"
LATIN: Final = "0123456789"

GROUP_FA: Final = "\u066c"  # ٬
DECIMAL_FA: Final = "\u066b"  # ٫
MINUS: Final = "\u2212"  # −


_TO_LATIN: Final = str.maketrans(PERSIAN + ARABIC, LATIN * 2)
_TO_PERSIAN: Final = str.maketrans(LATIN + ARABIC, PERSIAN * 2)
_EXACT: Final = Context(prec=MAX_PREC, rounding=ROUND_HALF_UP)


def to_latin(text: str) -> str:
    """The text with Persian and Arabic digits as ASCII digits; nothing else changes."""
    return text if text.isascii() else text.translate(_TO_LATIN)


def to_persian(text: str) -> str:
    """The text with ASCII and Arabic digits as Persian digits; nothing else changes."""
    return text.translate(_TO_PERSIAN)


def en_number(value: int | Decimal, decimals: int | None = None) -> str:
    """'1,250,000', '−69.51' (minus U+2212).

    `decimals`: places after the sign, halves away from zero; None shows the number as it is. Raises ValueError on NaN
    and infinity.
    """
    if not decimals and isinstance(value, int):
        # Most of what pages show, a hundred times on some.
        return f"{MINUS}{-value:,}" if value < 0 else f"{value:,}"
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("only a finite number can be shown")
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    shown = f"{number.copy_abs():,f}"
    return MINUS + shown if number < 0 else shown


# --- reading --------------------------------------------------------------------------------------------------------

_SIGN: Final = "[-\u2212]"
_GROUPED: Final = "|".join(f"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+" for mark in (",", "٬", "،", " "))
_WHOLE: Final = f"(?:[0-9]+|{_GROUPED})"

NUMBER: Final = f"(?:{_WHOLE}(?:[.٫][0-9]+)?|[.٫][0-9]+)"
"""An unsigned number: digits or groups of three, then perhaps '.' or '٫' and decimals."""

NUMBER_SLASH: Final = f"(?:{_WHOLE}(?:[./٫][0-9]+)?|[./٫][0-9]+)"
"""The same where the column declares '/' to be its decimal sign."""

AMBIGUOUS: Final = f"(?:{_SIGN} ?)?[0-9]+(?:[.,/٬،٫ ][0-9]+)+(?: ?{_SIGN})?|\\( ?[0-9]+(?:[.,/٬،٫ ][0-9]+)+ ?\\)"
"""Digits parted by signs in a way that more than one number could be meant."""

EXPONENT: Final = f"{_SIGN}?[0-9]+(?:[.,٫][0-9]+)?[eE][-+\u2212]?[0-9]+"
"""Scientific notation: the program that wrote it has already lost digits."""


def signed(number: str) -> str:
    """The pattern of a number with its sign: -n, n-, (n) or n. Groups 1, 2 and 3 hold the negative n, 4 the other."""
    return f"{_SIGN} ?({number})|({number}) ?{_SIGN}|\\( ?({number}) ?\\)|({number})"


_match_number: Final = re.compile(signed(NUMBER)).fullmatch
_match_number_slash: Final = re.compile(signed(NUMBER_SLASH)).fullmatch
_match_ambiguous: Final = re.compile(AMBIGUOUS).fullmatch
_match_exponent: Final = re.compile(EXPONENT).fullmatch
_PLAIN: Final = str.maketrans({",": "", "٬": "", "،": "", " ": "", "٫": ".", "/": "."})


class NotANumber(InvalidValue):
    """Reasons: empty, ambiguous, lost-digits, percent, too-long, not-a-number."""


def parse_number(text: str, *, slash_decimal: bool = False) -> int | Decimal:
    """The number a person wrote; an int where there is no decimal sign, else a Decimal with the decimals written.

    The text is first cleaned as `text.publish` does (invisible marks gone, every kind of space a blank), its digits
    made ASCII (`to_latin`), and blanks, tabs and line ends at its ends taken off. Then, whole text against pattern:

        number  = sign [blank] body | body [blank] sign | "(" [blank] body [blank] ")" | body
        sign    = "-" | U+2212                                       (a sign or parentheses: negative; no "+")
        body    = whole [point digits] | point digits                (".5" is 0.5; "5." is refused)
        whole   = digits | groups
        groups  = first 1-3 digits, not starting with 0, then one or more times: separator, exactly 3 digits;
                  the same separator throughout
        separator = "," | "٬" U+066C | "،" U+060C | one blank
        point   = "." | "٫" U+066B, and "/" too if `slash_decimal`   (69/51 is 69.51)

    So "1,234" is 1234, "1.234" is the decimal 1.234, and -0 is 0. A refusal raises NotANumber; its reason is the
    first that holds:

        empty         nothing is left after cleaning
        percent       there is a "%" or "٪": the unit of a column is declared, not written in the cell
        lost-digits   EXPONENT matches: "1.2E+18" was rounded by the program that wrote it
        ambiguous     not a number, but AMBIGUOUS matches: "1,23", "12,5", "0,123", "1.234.567", "12 34", "69/51"
                      without `slash_decimal`
        not-a-number  anything else
        too-long      a number of more than LONGEST digits (of the whole part without leading zeros, and decimals)

    No step goes through a float.
    """
    written = to_latin(publish(text)).strip(" \t\n")
    match = (_match_number_slash if slash_decimal else _match_number)(written)
    if match is None:
        raise NotANumber(_reason(written))
    plain = match[match.lastindex or 0].translate(_PLAIN)
    whole, point, decimals = plain.partition(".")
    if len(whole.lstrip("0")) + len(decimals) > LONGEST_NUMBER:
        raise NotANumber("too-long")
    number = Decimal(plain) if point else int(whole)
    # Not `-number`: Decimal's minus rounds to 28 digits.
    if match.lastindex == 4 or not number:
        return number
    return number.copy_negate() if isinstance(number, Decimal) else -number


def _reason(written: str) -> str:
    if not written:
        return "empty"
    if "%" in written or "٪" in written:
        return "percent"
    if _match_exponent(written):
        return "lost-digits"
    if _match_ambiguous(written):
        return "ambiguous"
    return "not-a-number"
