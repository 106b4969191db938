"""Colours as pages write them, and how well one can be told from another."""

from __future__ import annotations

import re
from typing import Final

from ayan.core.values.invalid_value import InvalidValue

_HEX: Final = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", re.IGNORECASE | re.ASCII)
_SHORT: Final = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])", re.IGNORECASE | re.ASCII)


class NotAColour(InvalidValue):
    """Reason: shape."""


def parse(text: str) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of '#0b5c63' or '#fff'. Raises NotAColour."""
    long, short = _HEX.fullmatch(text), _SHORT.fullmatch(text)
    if long:
        red, green, blue = (int(digits, 16) for digits in long.groups())
    elif short:
        red, green, blue = (int(digit * 2, 16) for digit in short.groups())
    else:
        raise NotAColour("shape")
    return red, green, blue


def luminance(text: str) -> float:
    """Relative luminance, 0 to 1, after WCAG 2.2. Raises NotAColour."""
    linear = []
    for channel in parse(text):
        part = channel / 255
        linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, after WCAG 2.2. Raises NotAColour."""
    light, dark = sorted((luminance(colour), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
