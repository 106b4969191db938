"""An invented dataset of every kind that can be asked about, and a town that publishes its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pyarrow as pa
from tests.core.store.store_releases import seal
from tests.engines.engines import ENGINES
from tests.engines.small_index import index_of

from ayan.core.query.answer import Answer, Snapshot
from ayan.core.query.engines.embedded_engine import EngineLimits
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema
from ayan.core.schema.field import CodeEntry, CodeList, Field
from ayan.core.schema.kinds import KINDS
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import FixedClock
from ayan.core.values.label import Label

STATES = CodeList(
    "states",
    (
        CodeEntry("active", Label("جاری", "active"), ("فعال",)),
        CodeEntry("ended", Label("پایان‌یافته", "ended")),
    ),
)


def _field(name: str, kind: str, **rest: Any) -> Field:
    return Field(name=name, kind=KINDS[kind], label=Label(f"برچسب {name}", f"Label {name}"), **rest)


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
        _field("amount", "rial", nature="flow"),
        _field("share", "decimal", scale=2, nature="quantity"),
        _field("count", "integer", nature="quantity"),
        _field("day", "date"),
        _field("month", "period"),
        _field("open", "boolean"),
        _field("line", "integer", role="counter"),
        _field("nid", "identity", shown="withheld"),
    ),
)

TYPES: dict[str, Any] = {
    "number": pa.string(),
    "title": pa.string(),
    "state": pa.string(),
    "amount": pa.int64(),
    "share": pa.decimal128(18, 2),
    "count": pa.int64(),
    "day": pa.date32(),
    "month": pa.string(),
    "open": pa.bool_(),
}
NAMES = tuple(TYPES)

NOON = datetime(2024, 8, 2, 12, tzinfo=UTC)


class Town:
    """A store of the invented dataset, its index, and a reader over an engine."""

    def __init__(self, folder: Path, engine: str = "duckdb", budget: EngineLimits | None = None) -> None:
        self.clock = FixedClock(NOON)
        self.release_store = ReleaseStore(folder / "store", self.clock)
        self.index_store = index_of(engine, self.release_store, folder / "index")
        self.engine = ENGINES[engine](self.index_store, budget)
        self.query_service = QueryService(self.release_store, self.engine)

    def publish(self, rows: Sequence[Mapping[str, object]], period: str = "1403-05") -> Release:
        """Seal these rows, in this order, as rows 2, 3 … of the next release; a day passes afterwards."""
        table: dict[str, Any] = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in TYPES.items()}
        table["_row"] = range(2, len(rows) + 2)
        release = seal(self.release_store, period, table, "works", schema=table_schema(DATASET.published))
        self.clock.move(timedelta(days=1))
        return release

    @property
    def snapshot(self) -> Snapshot:
        """The present state."""
        return self.query_service.snapshot(DATASET, Question(slug="works"))

    def ask(self, *params: tuple[str, str], dataset: Dataset = DATASET) -> Answer:
        """The page that parameters ask for."""
        return self.query_service.rows(dataset, parse(dataset, params))

    def matching(self, *params: tuple[str, str]) -> list[int]:
        """The rows of `ask` by their number from 0."""
        return [row.number - 2 for row in self.ask(*params).rows]


def town_of(
    folder: Path, rows: Sequence[Mapping[str, object]], engine: str = "duckdb", budget: EngineLimits | None = None
) -> Town:
    """A town with one release of these rows, in a folder of its own under ``folder``."""
    town = Town(Path(mkdtemp(dir=folder)), engine, budget)
    town.publish(rows)
    return town


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
