"""An invented dataset with a field of every kind, published over time, and every engine there is to ask it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from tests.core.store.store_releases import seal
from tests.engines.engines import ENGINES
from tests.engines.small_index import index_of

from ayan.core.query.answer import Answer
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.query_service import FacetAnswer, GroupAnswer, QueryService, answer_facets, answer_groups
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
from ayan.core.values.text import publish

STATES: Final = CodeList(
    "states",
    (
        CodeEntry("active", Label("جاری", "active"), ("فعال",)),
        CodeEntry("ended", Label("پایان‌یافته", "ended")),
        CodeEntry("void", Label("باطل", "void")),
    ),
)
GRADES: Final = CodeList("grades", tuple(CodeEntry(str(n), Label(f"پایه {n}", f"grade {n}")) for n in (1, 2, 3)))


# A point, an area with a hole and a height, and a line west of Greenwich in numbers with exponents.
SHAPES = (
    '{"type":"Point","coordinates":[59.6,36.3]}',
    (
        '{"type":"Polygon","coordinates":[[[59.5,36.2,1],[59.7,36.2,1],[59.7,36.4,1],[59.5,36.2,1]],'
        "[[59.6,36.25],[59.65,36.25],[59.65,36.3],[59.6,36.25]]]}"
    ),
    '{"type":"LineString","coordinates":[[-1.5e0,-2E-1],[0.25,51.5]]}',
)


def _field(name: str, kind: str, **rest: Any) -> Field:
    return Field(name=name, kind=KINDS[kind], label=Label(f"برچسب {name}", f"Label {name}"), **rest)


DATASET: Final = Dataset(
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
        _field("street", "place"),
        _field("state", "code", choices=STATES),
        _field("grade", "integer", choices=GRADES),
        _field("amount", "rial", nature="flow"),
        _field("share", "decimal", scale=2, nature="quantity"),
        _field("count", "integer", nature="quantity"),
        _field("day", "date"),
        _field("month", "period"),
        _field("open", "boolean"),
        _field("site", "link"),
        _field("firm", "company"),
        _field("part_of", "ref"),
        _field("person", "identity", shown="masked"),
        _field("shape", "geometry"),
        _field("nid", "identity", shown="withheld"),
        _field("height", "integer", nature="quantity"),
    ),
)
TYPES: Final = {
    "number": pa.string(),
    "title": pa.string(),
    "street": pa.string(),
    "state": pa.string(),
    "grade": pa.int64(),
    "amount": pa.int64(),
    "share": pa.decimal128(38, 2),
    "count": pa.int64(),
    "day": pa.date32(),
    "month": pa.string(),
    "open": pa.bool_(),
    "site": pa.string(),
    "firm": pa.string(),
    "part_of": pa.string(),
    "person": pa.string(),
    "shape": pa.string(),
    "height": pa.int64(),
}
NAMES: Final = tuple(TYPES)
# Declared after the first releases were sealed, whose parts have no such column.
LATE: Final = "height"
NOON: Final = datetime(2024, 8, 2, 12, tzinfo=UTC)

Cells = Mapping[str, Any]


class World:
    """A store, its index, and a reader for each engine over them."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(NOON)
        self.release_store = ReleaseStore(folder / "store", self.clock)
        self.indexes = {name: index_of(name, self.release_store, folder / f"index-{name}") for name in ENGINES}
        self.engines = {name: make(self.indexes[name], None) for name, make in ENGINES.items()}

    def desk(self, engine: str) -> Desk:
        """Someone who asks one engine."""
        return Desk(QueryService(self.release_store, self.engines[engine]))

    def publish(self, period: str, rows: Sequence[Cells], *, without: Sequence[str] = ()) -> Release:
        """Seal these rows as rows 2, 3 … of the next release of a period; a day passes afterwards."""
        table: dict[str, Any] = {
            name: pa.array([row.get(name) for row in rows], kind) for name, kind in TYPES.items() if name not in without
        }
        fields = [field for field in DATASET.published if field.name not in without]
        release = seal(
            self.release_store, period, {**table, "_row": range(2, len(rows) + 2)}, "works", schema=table_schema(fields)
        )
        self.clock.move(timedelta(days=1))
        return release

    def close(self) -> None:
        for engine in self.engines.values():
            engine.close()


class Desk:
    """Asks in the words of an address."""

    def __init__(self, reader: QueryService) -> None:
        self.query_service = reader

    def page(self, *params: tuple[str, str], dataset: Dataset = DATASET) -> Answer:
        return self.query_service.rows(dataset, parse(dataset, params))

    def numbers(self, *params: tuple[str, str]) -> list[Any]:
        """The key of each row of one page."""
        return [row.values["number"] for row in self.page(*params, ("_size", "1000")).rows]

    def groups(self, *params: tuple[str, str]) -> GroupAnswer:
        return answer_groups(self.query_service, DATASET, parse_groups(DATASET, params))

    def facets(self, *params: tuple[str, str]) -> FacetAnswer:
        return answer_facets(self.query_service, DATASET, parse_facets(DATASET, params))

    def walk(self, question: Question) -> list[Answer]:
        """Every page of a question."""
        pages = [self.query_service.rows(DATASET, question)]
        while pages[-1].next:
            pages.append(self.query_service.rows(DATASET, replace(question, cursor=pages[-1].next)))
        return pages


WORDS: Final = (
    "آسفالت", "خیابان‌های", "خیابان", "کتابخانه", "محله", "پل", "چاه", "ژاله", "گذر", "وزیر", "هنر", "یاس", "کار", "نو", "می‌رود",
)  # fmt: skip
STREETS: Final = (
    "خیابان ۱۲", "خيابان ۱۲", "کوچهٔ ½ راه", "میدان ۲۰۰㎡", "بن‌بست (الف)", "=HYPERLINK(\"x\")", "50% _ راه\\", "Elm St. 7", "كوچه مُحمّد", "٣٤ متری",
)  # fmt: skip
DAYS: Final = (
    date(2024, 3, 19), date(2024, 3, 20), date(2024, 4, 19), date(2024, 8, 2), date(2025, 3, 20), date(2025, 3, 21), date(2023, 12, 31),
)  # fmt: skip


def some_rows(count: int, seed: int, prefix: str) -> list[dict[str, Any]]:
    """Rows with many equal values, many empty ones, and some that are hard to compare; each has its own number."""
    draw = random.Random(seed)

    def perhaps(values: Iterable[Any]) -> Any:
        return draw.choice((None, *values))

    def row_of(number: int) -> dict[str, Any]:
        title = " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 3)))
        return {
            "number": f"{prefix}-{number:03}",
            "title": draw.choice((None, title, title)),
            "street": perhaps([publish(street) for street in STREETS]),
            "state": perhaps([entry.code for entry in STATES.entries]),
            "grade": perhaps((1, 2, 3)),
            "amount": perhaps((0, 5, 5, -5, 2**60, 2**63 - 1, -(2**63), 1 - 2**63, draw.randint(-50, 50))),
            "share": perhaps((Decimal("0.25"), Decimal("-12.5"), Decimal(7), Decimal(draw.randint(-300, 300)) / 100)),
            "count": perhaps(range(-2, 3)),
            "day": perhaps(DAYS),
            "month": perhaps(("1402-12", "1403-01", "1403-05", "1403", "1403-Q2")),
            "open": perhaps((True, False)),
            "site": perhaps(("https://example.invalid/a", "https://example.invalid/%D8%A8?q=1")),
            "firm": perhaps(("10101234567", "14001234567")),
            "part_of": perhaps(("A-1", "a-1", "B~2")),
            "person": perhaps(("***4321", "***8765")),
            "shape": perhaps(SHAPES),
            "height": perhaps((1, 2, 30)),
        }

    return [row_of(number) for number in range(count)]


FIRST: Final = some_rows(25, 1, "A")
SECOND: Final = some_rows(30, 2, "B")
CORRECTED: Final = [*FIRST[:10], *some_rows(12, 3, "C")]
# Rows by hand: the ends of number columns, one word alone, one word in three spellings.
HARD: Final[Sequence[dict[str, Any]]] = [
    {"number": "H-0", "amount": 2**63 - 1, "share": Decimal("9" * 33 + ".99"), "height": -1, "title": "پل"},
    {"number": "H-1", "amount": -(2**63), "share": Decimal("-" + "9" * 33 + ".99"), "height": 0, "title": "کتاب‌ها"},
    {"number": "H-2", "amount": 1 - 2**63, "share": Decimal("0.01"), "title": "کتاب ها"},
    {"number": "H-3", "amount": 2**63 - 2, "share": Decimal("-0.01"), "title": "کتابها"},
]
LAST: Final = [*some_rows(40, 4, "D"), *HARD]


def _before(rows: Sequence[Cells]) -> list[Cells]:
    return [{**row, LATE: None} for row in rows]


# What stands in the end, in the order of period and row.
ROWS: Final[Sequence[Cells]] = [*_before(CORRECTED), *_before(SECOND), *LAST]


def publish_history(world: World) -> World:
    """Two months, a correction of the first, and a month with the field that was declared late."""
    world.publish("1403-04", FIRST, without=(LATE,))
    world.publish("1403-05", SECOND, without=(LATE,))
    world.publish("1403-04", CORRECTED, without=(LATE,))
    world.publish("1404-01", LAST)
    return world
