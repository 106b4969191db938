"""What every office's file has: the counter, the mark that all is invented, and columns of one header level."""

from __future__ import annotations

from typing import Final

from ayan_demo.invented_words import CITY_FA
from ayan_demo.layout import Column

COUNTER: Final = Column("row", ("ردیف",), "ordinal", "whole")
MARKED: Final = f"{CITY_FA} (همهٔ داده‌ها ساختگی است)"


def column(name: str, header: str, sql: str, cell: str = "text", *, summed: bool = False, factor: int = 1) -> Column:
    """A column under one header row."""
    return Column(name, (header,), sql, cell, summed, factor)
