"""JSON without floating point: whole numbers are int, all others Decimal."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final

from ayan_client.limits import MOST_DIGITS
from ayan_client.refusals import Malformed

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def parsed(data: bytes, address: str) -> dict[str, Any]:
    """The object that a document holds. Raises Malformed."""
    try:
        document = _DECODER.decode(data.decode())
    except (ValueError, RecursionError) as wrong:
        raise malformed(address, str(wrong)) from None
    if not isinstance(document, dict):
        raise malformed(address, "not an object")
    return document


def malformed(address: str, what: str) -> Malformed:
    """The refusal of an answer that is not as the API promises it."""
    return Malformed(
        "malformed", f"پاسخ سامانه آن‌گونه نیست که باید: {what} ({address})", f"Not a proper answer: {what} ({address})"
    )


def exact_number(text: str) -> int | Decimal:
    """A number that stands as text in an answer. Raises ValueError."""
    if len(text) > MOST_DIGITS or not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number: {text[:40]}")
    return Decimal(text) if "." in text else int(text)


def _exact(text: str) -> Decimal:
    # An exponent is never in an answer, and would make a text of a thousand million digits of three.
    if len(text) > MOST_DIGITS or "e" in text or "E" in text:
        raise ValueError("a number that no answer holds")
    return Decimal(text)


def _refused(text: str) -> None:
    raise ValueError(f"{text} is no number of an answer")


# Whole numbers are read by Python itself, which refuses those of thousands of digits.
_DECODER: Final = json.JSONDecoder(parse_float=_exact, parse_constant=_refused)
