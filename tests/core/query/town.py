"""An invented dataset of every kind that can be asked about, and serving files of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from ayan.core.query.answer import Standing
from ayan.core.schema.definition import CodeEntry, CodeList, Dataset, Field, Label

STATES = CodeList(
    "states",
    (
        CodeEntry("active", Label("جاری", "active"), ("فعال",)),
        CodeEntry("ended", Label("پایان‌یافته", "ended")),
    ),
)


def _field(name: str, kind: str, **rest: object) -> Field:
    return Field(name=name, kind=kind, label=Label(f"برچسب {name}", f"Label {name}"), **rest)


DATASET = Dataset(
    slug="works",
    title=Label("کارها", "Works"),
    description=Label("کارهای ساختگی", "Invented works"),
    owner=Label("واحد آزمون", "Trial unit"),
    topic="trial",
    key=("number",),
    period="month",
    fields=(
        _field("number", "code"),
        _field("title", "text"),
        _field("state", "code", choices=STATES),
        _field("amount", "rial"),
        _field("share", "decimal", scale=2),
        _field("count", "integer"),
        _field("day", "date"),
        _field("month", "period"),
        _field("open", "boolean"),
        _field("line", "integer", role="counter"),
        _field("nid", "identity", shown="withheld"),
    ),
)

TYPES = {
    "number": "VARCHAR",
    "title": "VARCHAR",
    "state": "VARCHAR",
    "amount": "BIGINT",
    "share": "DECIMAL(18,2)",
    "count": "BIGINT",
    "day": "DATE",
    "month": "VARCHAR",
    "open": "BOOLEAN",
}
NAMES = tuple(TYPES)


def serving_file(path: Path, rows: Sequence[Mapping[str, object]], state: str = "a" * 64) -> Standing:
    """A serving file with these rows, in this order, as rows 2, 3 … of release 1403-05/1."""
    with duckdb.connect(str(path)) as con:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
        con.execute(
            f"CREATE TABLE rows (_n BIGINT, _period VARCHAR, _release INTEGER, _row BIGINT, _line BIGINT, {columns})"
        )
        values: list[object] = []
        for n, row in enumerate(rows):
            values += [n, row.get("_period", "1403-05"), 1, n + 2, None, *(row.get(name) for name in TYPES)]
        if rows:
            marks = f"({', '.join('?' * (5 + len(TYPES)))})"
            con.execute(f"INSERT INTO rows VALUES {', '.join([marks] * len(rows))}", values)
    return Standing("works", state, path, None, ("1403-05/1",))


SOME_ROWS: tuple[dict[str, object], ...] = (
    {
        "number": "0012",
        "title": "آسفالت خیابان‌های مرکزی",
        "state": "active",
        "amount": 1_250_000_000,
        "share": Decimal("12.50"),
        "count": 3,
        "day": date(2024, 8, 2),
        "month": "1403-05",
        "open": True,
    },
    {
        "number": "C-1404-7",
        "title": "کتابخانهٔ محله ۱۲",
        "state": "ended",
        "amount": 900,
        "share": Decimal("-0.25"),
        "count": 0,
        "day": date(2024, 3, 20),
        "month": "1403-01",
        "open": False,
    },
    {
        "number": "۱۳",
        "title": None,
        "state": None,
        "amount": None,
        "share": None,
        "count": None,
        "day": None,
        "month": None,
        "open": None,
    },
    {
        "number": "14",
        "title": "پل عابر (ساختگی) ½ راه",
        "state": "active",
        "amount": 2**60,
        "share": Decimal(7),
        "count": -4,
        "day": date(2024, 3, 19),
        "month": "1402",
        "open": True,
    },
    {
        "number": "15",
        "title": '=HYPERLINK("x")',
        "state": "ended",
        "amount": -5,
        "share": Decimal(7),
        "count": 9,
        "day": date(2025, 3, 21),
        "month": "1404-01",
        "open": False,
    },
)
