"""Texts in files that a spreadsheet opens: which of them it would run, and the apostrophe that keeps it from that.

A cell runs where it begins with ``= + - @``, or with a sign that programs and input methods take for one of them: the
full-width and small ones of East Asian writing, raised and lowered ones (all that NFKC turns into these four). What is
not seen may stand before it: blanks, zero-width signs, marks of direction, since programs trim some of them. A tab or a
line end at the beginning is enough (OWASP, CSV injection). The apostrophe is taken back by leaving out the first one
of a cell that has a formula behind its apostrophes; so one is added too where a text itself has them there.
"""

from __future__ import annotations

import re
from typing import Final

from ayan.core.values.sql import literal

SIGNS: Final = "=+\\-@⁺₊⁼₌﬩﹢﹣﹦﹫＋－＝＠"
# Blanks, controls, and what Unicode counts among the signs that are not shown (Default_Ignorable_Code_Point).
UNSEEN: Final = (
    (0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x1680, 0x1680),
    (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x3000, 0x3000),
    (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xE0000, 0xE0FFF),
)  # fmt: skip
# With what nearly every text begins, as code points: comparing two numbers costs a fraction of a regular expression,
# for every text of every row of a file.
_HARMLESS: Final = ((0x30, 0x39), (0x41, 0x7A), (0x620, 0x6FF))


def _pattern(escape: str) -> str:
    """The beginning of a text that would run, with code points written as a dialect of patterns writes them."""
    unseen = "".join(f"{escape.format(first)}-{escape.format(last)}" for first, last in UNSEEN)
    return f"^'*(?:[\\t\\r\\n]|[{unseen}]*[{SIGNS}])"


_runs: Final = re.compile(_pattern("\\U{:08x}")).match
# RE2's own way of writing a code point.
_RUNS_SQL: Final = literal(_pattern("\\x{{{:x}}}"))


def safe(text: str) -> str:
    """A text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if _runs(text) else text


def safe_sql(text: str) -> str:
    """The same of a SQL expression; an empty cell stays empty."""
    harmless = " OR ".join(f"ascii({text}) BETWEEN {first} AND {last}" for first, last in _HARMLESS)
    return (
        f"CASE WHEN {harmless} THEN {text} WHEN regexp_matches({text}, {_RUNS_SQL}) THEN '''' || {text} ELSE {text} END"
    )
