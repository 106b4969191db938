"""Formulas and what their letters stand for, written so that no reader meets the terms in another order.

A formula of Persian and Latin names is scrambled by the direction of its page: what is taken away changes places with
what it is taken from. So it is read from the left in both languages, and each name in it stands in an isolate.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from django.utils.safestring import SafeString

from ayan.ui.code_html import FSI, LRI, PDI

# Blanks are looked for from their first alone, so that a long run of them costs no more than its length.
# Signs and brackets; a hyphen is one only between blanks, for names hold hyphens too.
_SIGN: Final = re.compile(r"((?:(?<!\s)\s+)?(?:[()\[\]{}×*/÷+−=≤≥<>^]|(?<=\s)-(?=\s))\s*)")
_ENTRY: Final = re.compile(r"((?:(?<!\s)\s+)?[؛;\n]+\s*)")
_MEANS: Final = re.compile(r"(?:(?<!\s)\s+)?[:=]\s*")


def _pieces(text: str) -> list[tuple[bool, str]]:
    """The signs (true) and the names of a formula, in the order in which they were written."""
    return [(at % 2 == 1, piece) for at, piece in enumerate(_SIGN.split(text)) if piece]


def formula(text: str) -> SafeString:
    """A formula: from the left, its names isolated and whole."""
    inner = "".join(
        escape(piece) if sign else f'<bdi class="nw">{escape(piece)}</bdi>' for sign, piece in _pieces(text)
    )
    return SafeString(f'<span dir="ltr" class="formula">{inner}</span>')


def plain_formula(text: str) -> str:
    """The same as bare text, for titles and attributes."""
    inner = "".join(piece if sign else f"{FSI}{piece}{PDI}" for sign, piece in _pieces(text))
    return f"{LRI}{inner}{PDI}"


def _entries(text: str) -> list[str]:
    return [piece.strip() for piece in _ENTRY.split(text)[::2] if piece.strip()]


def terms(text: str, semicolon: str) -> SafeString:
    """What letters stand for, ``P: …؛ c: …``: each letter and each meaning by itself, with the mark behind it."""
    entries, mark = _entries(text), semicolon.rstrip()
    marks = [mark] * (len(entries) - 1) + [""]
    return SafeString(" ".join(map(_term, entries, marks)))


def _term(entry: str, mark: str) -> str:
    means = _MEANS.search(entry)
    if means is None or not 0 < means.start() <= 40:
        return f"<bdi>{escape(entry)}</bdi>{mark}"
    name, meaning = entry[: means.start()], entry[means.end() :]
    return f'<span class="term"><bdi class="nw">{escape(name)}</bdi>: <bdi>{escape(meaning)}</bdi>{mark}</span>'


def plain_terms(text: str, semicolon: str) -> str:
    """The same as bare text."""
    return semicolon.join(f"{FSI}{entry}{PDI}" for entry in _entries(text))
