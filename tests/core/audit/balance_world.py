"""A small world for balances: two invented datasets, their rows as Parquet, and balances over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.audit.balance import Balance, load_balance
from ayan.core.schema.definition import Dataset
from ayan.core.schema.loader import load_dataset

BASKETS = """
slug = "baskets"
title = { fa = "سبدها", en = "Baskets" }
description = { fa = "سبدهای ساختگی", en = "Invented baskets" }
owner = { fa = "ساختگی", en = "Invented" }
topic = "money"
key = ["code"]
field = [
  { name = "code", kind = "code", label = { fa = "کد", en = "Code" } },
  { name = "day", kind = "date", label = { fa = "روز", en = "Day" } },
  { name = "stated", kind = "rial", label = { fa = "نوشته", en = "Stated" } },
  { name = "secret", kind = "rial", label = { fa = "پنهان", en = "Hidden" }, shown = "withheld" },
]
"""
ITEMS = """
slug = "items"
title = { fa = "قلم‌ها", en = "Items" }
description = { fa = "قلم‌های ساختگی", en = "Invented items" }
owner = { fa = "ساختگی", en = "Invented" }
topic = "money"
field = [
  { name = "basket", kind = "code", label = { fa = "سبد", en = "Basket" } },
  { name = "price", kind = "rial", label = { fa = "بها", en = "Price" } },
  { name = "returned", kind = "boolean", label = { fa = "پس داده", en = "Returned" } },
]
"""
HEAD = """
title = { fa = "سبد = قلم‌ها", en = "Basket = items" }
says = { fa = "هر سبد همان قلم‌هایش است.", en = "Each basket is its items." }
"""
BY_BASKET = (
    HEAD
    + """
parts = [{ fa = "سبد", en = "Basket" }]
left = [{ of = "baskets", value = "sum(stated)", by = ["code"] }]
right = [{ of = "items", value = "sum(price)", where = "NOT returned", by = ["basket"] }]
"""
)

Basket = tuple[str, date, int | None]
Item = tuple[str | None, int | None, bool]


@dataclass(frozen=True)
class Stall:
    """The declared datasets, and a folder for rows and balances."""

    folder: Path
    datasets: dict[str, Dataset]

    def balance(self, text: str = BY_BASKET, more: str = "", code: str = "basket-items") -> Balance:
        """The balance that ``text`` declares, with further keys put first."""
        file = self.folder / "baskets" / "audits" / f"{code}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(more + text, encoding="utf-8")
        return load_balance(file, self.datasets)

    def rows(self, baskets: list[Basket], items: list[Item]) -> dict[str, list[Path]]:
        """The rows as published files."""
        tables = {
            "baskets": pa.table(
                {
                    "code": pa.array([basket[0] for basket in baskets], pa.string()),
                    "day": pa.array([basket[1] for basket in baskets], pa.date32()),
                    "stated": pa.array([basket[2] for basket in baskets], pa.int64()),
                }
            ),
            "items": pa.table(
                {
                    "basket": pa.array([entry[0] for entry in items], pa.string()),
                    "price": pa.array([entry[1] for entry in items], pa.int64()),
                    "returned": pa.array([entry[2] for entry in items], pa.bool_()),
                }
            ),
        }
        for slug, table in tables.items():
            pq.write_table(table, self.folder / f"{slug}.parquet")
        return {slug: [self.folder / f"{slug}.parquet"] for slug in tables}


def stall(folder: Path) -> Stall:
    """The two datasets, declared in ``folder``."""
    for slug, text in (("baskets", BASKETS), ("items", ITEMS)):
        (folder / slug).mkdir(parents=True)
        (folder / slug / "dataset.toml").write_text(text, encoding="utf-8")
    return Stall(folder, {slug: load_dataset(folder / slug) for slug in ("baskets", "items")})
