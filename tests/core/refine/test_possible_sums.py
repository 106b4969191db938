"""A first look at sums may be too wide and never too narrow: what it passes over is no sum and says nothing of one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests import sampling

from ayan.core.intake.header import columns as raw_columns
from ayan.core.intake.table import FileFacts, RawTable
from ayan.core.refine.distinct_texts import DistinctTexts
from ayan.core.refine.possible_sums import PossibleSums
from ayan.core.refine.total_words import NO_READING, TotalWords
from ayan.core.system.duckdb import confined
from ayan.core.values.digits import ExactNumber

WHOLE = st.one_of(st.none(), st.integers(-3, 6), st.sampled_from((2**62, -(2**62), 2**63 - 1)))
PARTED = st.one_of(st.none(), st.sampled_from([Decimal(n) / 4 for n in range(-4, 9)]))
ROWS = st.one_of(
    *(st.lists(st.tuples(amounts, amounts, st.booleans()), max_size=14) for amounts in (WHOLE, PARTED)),
)
# Letters and words that tell, whole and broken, in several spellings, and what may stand between them.
PIECES = st.sampled_from(
    ["جمع", "مجموع", "سرجمع", "ج‌مع", "ج-مع", "از", "اين", "مبلغ", "كسر", "می‌شود", "TOTAL", "sub", "-", "total", "sum",
     "net", "don’t", "don't", "do", "nt", "of", "which", "less:", "کل", "ﮐﻞ", "ﷲ", "①", " ", " ", "\u00a0", "\u200c",
     "\x1c", "ـ", "ً", "شرکت", "قرارداد", "12", "۳", ".", "منها", "ی"]
)  # fmt: skip


def summed(column: Sequence[ExactNumber | None], at: int) -> bool:
    """Whether an amount is the sum of two or more right below it, none of the sums before being larger in size."""
    wanted, total = Decimal(column[at] or 0), Decimal(0)
    for count, amount in enumerate(column[at + 1 :], 1):
        total += amount or 0
        if count > 1 and total == wanted:
            return True
        if abs(total) > abs(wanted):
            return False
    return False


@sampling.examples(60, 600)
@given(rows=ROWS)
def test_no_sum_is_passed_over(rows: list[tuple[ExactNumber | None, ExactNumber | None, bool]]) -> None:
    columns = [[row[at] for row in rows] for at in range(2)]
    by_word = np.array([row[2] for row in rows], np.bool_)
    kind = (
        pa.decimal128(38, 2) if any(isinstance(each, Decimal) for column in columns for each in column) else pa.int64()
    )
    possible = PossibleSums([pa.chunked_array([pa.array(column, kind)]) for column in columns], by_word)
    records = [at for at, row in enumerate(rows) if not row[2]]
    on_top = possible.on_top(np.array(records, np.intp)).tolist()
    for place, at in enumerate(records):
        first = next((column for column in columns if column[at]), None)
        if first is not None and summed([first[each] for each in records], place):
            assert on_top[place]
    for at in records:
        above = [[column[each] or 0 for each in range(at) if not rows[each][2]] for column in columns]
        begun = max((each for each in range(at) if rows[each][2]), default=0)
        since = [[column[each] or 0 for each in range(begun, at) if not rows[each][2]] for column in columns]
        stated = [(column[at], *sums) for column, *sums in zip(columns, map(sum, above), map(sum, since), strict=True)]
        agrees = any(all(amount in (None, each[way]) for amount, *each in stated) for way in range(2))
        if at > 1 and any(amount for amount, *_ in stated) and agrees:
            assert possible.below()


@sampling.examples(150, 2000)
@given(text=st.lists(PIECES, max_size=7).map("".join))
def test_a_text_that_tells_of_sums_is_looked_at(text: str) -> None:
    # A word that is said to be no sum has every text read whole.
    read = TotalWords({"هیچ"}).of(text)
    words = TotalWords(set())
    assert words.of(text) == read
    if read is not NO_READING:
        with confined() as con:
            con.register("cells", pa.table({"_row": [1, 2, 3], "_line": [1, 2, 3], "c1": ["سخن", text, "3"]}))
            facts = FileFacts(name="a.csv", sha256="0" * 64, bytes=1, format="csv")
            raw = RawTable(columns=raw_columns(("x",), 1), relation="cells", files=(), rows=3, facts=facts)
            assert 1 in words.possible(DistinctTexts(con, raw), 1)
