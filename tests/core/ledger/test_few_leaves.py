"""Few rows are hashed without a statement, to the very hashes that the statement gives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from ayan.core.ledger.opening import BadRows
from ayan.core.ledger.rowhash import few_leaves, hashing

COUNT = 6
ROWS = pa.table(
    {
        "_row": pa.array(range(COUNT), pa.int64()),
        "é😀": pa.array(['a\n"\\\x01\x7f/ی‌ک', None, "", "'", "\u2028", "1"]),
        "ﬃ": pa.array([None] * COUNT, pa.string()),
        "decimal": pa.array([Decimal("-0.05"), None, Decimal("123456789012345678901.10")] * 2, pa.decimal128(38, 2)),
        "tiny": pa.array([Decimal("0.0000001"), Decimal(0), None] * 2, pa.decimal128(18, 7)),
        "day": pa.array([date(2024, 1, 2), None, date(1, 1, 1)] * 2),
        "truth": pa.array([True, False, None] * 2),
        "whole": pa.array([-5, None, 2**62] * 2, pa.int64()),
    }
)
SALTS = pa.table(
    {
        "_row": ROWS["_row"],
        "_salt": pa.array([bytes([number]) * 32 for number in range(COUNT)], pa.binary(32)),
        "_commitment": pa.nulls(COUNT, pa.binary(32)),
    }
)


def test_few_rows_have_the_same_hashes() -> None:
    with hashing(few=0) as leaves:
        assert few_leaves(ROWS, SALTS) == leaves(ROWS, SALTS)


def test_a_column_without_a_canonical_text_is_refused() -> None:
    with pytest.raises(BadRows):
        few_leaves(ROWS.append_column("x", pa.array([1.5] * COUNT)), SALTS)
