"""The figures of a result: its rows, sums and medians, year by year and tile by tile; and gaps in running numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from ayan.core.query.additivity import SumPart
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupMeasure, GroupQuestion
from ayan.core.query.limits import MOST_RANGES, SMALLEST_TILE
from ayan.core.query.part_totals import KeyTotals, PartSums, TotalKey, is_parted, only_side, parted_totals
from ayan.core.query.plan import Extent, Median, Series, SeriesGaps, Tiles
from ayan.core.query.query_service import QueryService, answer_groups
from ayan.core.query.question import Filter, Question
from ayan.core.query.sum_parts import measures_of, rates_of
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import NumberingView
from ayan.core.values import jalali

# Up to here a whole number and the half-way point between two are exact in a double, which DuckDB's median gives.
EXACT_DOUBLE: Final = 2**52
# Which release a row came in says its year where no column does.
PERIOD: Final = "_period"
_MONTHLY: Final = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?").fullmatch


@dataclass(frozen=True, slots=True)
class Amount:
    """One sum over the rows of the result that may be added, and their median; None where no row has a value.

    Money is in rial. The median of an even number of rows lies between two amounts; half a rial is rounded away from
    zero.
    """

    part: SumPart
    total: int | Decimal | None
    median: int | Decimal | None

    @property
    def field(self) -> Field:
        """The field that is added up."""
        return self.part.field


@dataclass(frozen=True, slots=True)
class DateRange:
    """One year (``1403``) or month (``1403-05``) of the result; ``totals`` in the order of the amounts.

    That of a stock is what stood at the last date of the range.
    """

    name: str
    rows: int
    totals: tuple[int | Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of one result.

    ``years`` and ``months`` are in order and leave out rows without a date; ``months`` is empty where the axis tells
    years alone. ``axis`` is the field that tells them, None where it is the period of the release, or where nothing
    does and both are empty. ``rates`` are what is compared and never added: medians, of a dataset without amounts.
    """

    rows: int
    amounts: tuple[Amount, ...]
    years: tuple[DateRange, ...]
    months: tuple[DateRange, ...] = ()
    axis: Field | None = None
    rates: tuple[Amount, ...] = ()

    @property
    def standing(self) -> bool:
        """Whether some amount is what stands at one date."""
        return any(amount.part.at is not None for amount in self.amounts)

    @property
    def sided(self) -> bool:
        """Whether money in and money out are told apart."""
        return len({amount.part.side for amount in self.amounts if amount.part.side}) > 1


def axis_of(dataset: Dataset) -> Field | None:
    """The field that tells a row's year: the declared date, which may be a month of it, else a period."""
    fields = [field for field in dataset.published if field.shown == "public"]
    dates = [field for field in fields if field.role == "date"]
    return next(iter([*dates, *(field for field in fields if field.kind.is_period)]), None)


def statistics(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot, *, medians: bool = True
) -> Statistics:
    """The figures of a question's whole result: one statement for the sums, and one for each median if they are wanted.

    Sums that stand at a date, or on a side, take one more for each side. Raises TooSlow or TooHeavy as any question
    does.
    """
    dataset = as_asked(dataset)
    axis = axis_of(dataset)
    scope = replace(question, cursor=None, sort=None, fields=(), size=None)
    # The key is a day or a period; whoever reads it tells its year, for there are few days and many rows.
    key = axis.name if axis else PERIOD if dataset.period != "none" else None
    fields = measures_of(dataset)
    plain = tuple(field for field in fields if not is_parted(dataset, field, scope))
    base = KeyTotals.of(reader, dataset, scope, snapshot, plain, key)
    sums: dict[SumPart, PartSums] = {
        SumPart(field, only_side(dataset, field, scope)): base.sums(field, over_time=field.nature != "stock")
        for field in plain
    }
    sums |= parted_totals(reader, dataset, scope, snapshot, [field for field in fields if field not in plain], key)
    ordered = sorted(sums, key=lambda part: fields.index(part.field))
    return Statistics(
        rows=base.rows,
        amounts=tuple(
            Amount(
                part,
                sums[part].total,
                _median(reader, dataset, scope.having(*part.conditions), snapshot, part.field)
                if medians and sums[part].total is not None
                else None,
            )
            for part in ordered
        ),
        years=_ranges(base, _year, [sums[part] for part in ordered]),
        months=_ranges(base, _month, [sums[part] for part in ordered]),
        axis=axis,
        rates=tuple(
            Amount(SumPart(field), None, _median(reader, dataset, scope, snapshot, field))
            for field in rates_of(dataset)
            if medians
        ),
    )


def _ranges(
    base: KeyTotals, name_of: Callable[[TotalKey], str | None], sums: Sequence[PartSums]
) -> tuple[DateRange, ...]:
    """The keys of the statement put together by the year or month that each lies in."""
    keys: dict[str, list[TotalKey]] = {}
    # A table of some years has thousands of days, and this is done for every page of it.
    for key in base.by_key:
        name = name_of(key)
        if name is not None:
            keys.setdefault(name, []).append(key)
    return tuple(
        DateRange(name, sum(base.by_key[key][0] for key in keys[name]), tuple(each.within(keys[name]) for each in sums))
        for name in sorted(keys)
    )


def _year(key: date | str | None) -> str | None:
    """The Jalali year of a day, or the year that a period begins with; None where there is none."""
    month = _month(key)
    if month is None:
        return key[:4] if isinstance(key, str) and key[:4].isdecimal() else None
    return month[:4]


@lru_cache(maxsize=50_000)
def _month(key: date | str | None) -> str | None:
    """The Jalali month of a day, or that of a monthly or daily period; None where there is none."""
    if isinstance(key, str):
        return key[:7] if _MONTHLY(key) else None
    try:
        return None if key is None else str(jalali.from_gregorian(key))[:7]
    except jalali.NotADate:
        return None


def _median(
    reader: QueryService, dataset: Dataset, scope: Question, snapshot: Snapshot, field: Field
) -> int | Decimal | None:
    median, least, largest = reader.table(dataset, Median(scope, field.name), snapshot)[0]
    if median is None:
        return None
    if isinstance(median, float) and max(largest, -least) >= EXACT_DOUBLE:
        asked = GroupQuestion(scope=scope, measures=(GroupMeasure("median", field.name),))
        median = answer_groups(reader, dataset, asked, snapshot).rows[0][f"median_{field.name}"]
    places = Decimal(1).scaleb(-field.kind.decimals(field))
    rounded = Decimal(str(median)).quantize(places, ROUND_HALF_UP)
    return rounded if field.kind.has_decimals else int(rounded)


# --- tiles of a map ---------------------------------------------------------------------------------------------------

COLUMNS: Final = 12
MILLIONTH: Final = Decimal("0.000001")
METRES_A_DEGREE: Final = 111_320


@dataclass(frozen=True, slots=True)
class MapTile:
    """One tile, counted from the north-west corner, its rows, and the conditions that hold for them alone."""

    column: int
    line: int
    rows: int
    inside: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class MapTiles:
    """The tiles that hold rows; ``unplaced`` rows have no point; ``metres`` is how wide the whole grid is."""

    tiles: tuple[MapTile, ...]
    unplaced: int
    metres: int


def point_of(dataset: Dataset) -> tuple[Field, Field] | None:
    """The published fields of longitude and latitude; None where the dataset has no point."""
    by_role = {field.role: field for field in dataset.published if field.shown == "public"}
    longitude, latitude = by_role.get("longitude"), by_role.get("latitude")
    return (longitude, latitude) if longitude and latitude else None


def tiles(reader: QueryService, dataset: Dataset, scope: Question, snapshot: Snapshot) -> MapTiles | None:
    """The rows of a question by tile; None where the dataset has no point, or no row of the result has one."""
    point = point_of(dataset)
    if point is None:
        return None
    dataset = as_asked(dataset)
    x, y = (field.name for field in point)
    rows, placed, west, east, south, north = reader.table(dataset, Extent(scope, x, y), snapshot)[0]
    if not placed:
        return None
    # A tile is square on the ground: a degree of longitude is shorter than one of latitude.
    shrink = Decimal(str(round(math.cos(math.radians(float(north + south) / 2)), 6))) or Decimal(1)
    wide = max((east - west) / COLUMNS, (north - south) / COLUMNS / shrink, SMALLEST_TILE)
    # Whole millionths, and a little more than needed: the edges of tiles can then be written in an address exactly.
    wide, high = (extent.quantize(MILLIONTH, ROUND_CEILING) + MILLIONTH for extent in (wide, wide * shrink))
    counted = reader.table(dataset, Tiles(scope, x, west, wide, y, north, high), snapshot)
    return MapTiles(
        tuple(
            MapTile(column, line, count, _inside(point, west + wide * column, north - high * line, wide, high))
            for column, line, count in counted
        ),
        rows - placed,
        round(float(wide) * COLUMNS * METRES_A_DEGREE * math.cos(math.radians(float(north)))),
    )


def _inside(
    point: tuple[Field, Field], left: Decimal, top: Decimal, wide: Decimal, high: Decimal
) -> tuple[Filter, ...]:
    """Each edge belongs to one tile: the western and the northern to the tile itself."""
    longitude, latitude = point
    return (
        Filter(longitude.name, "gte", (left,)),
        Filter(longitude.name, "lt", (left + wide,)),
        Filter(latitude.name, "gt", (top - high,)),
        Filter(latitude.name, "lte", (top,)),
    )


# --- numbers that are missing -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NumberGap:
    """A range of numbers that no row has, both ends included."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many numbers are missing."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """The numbers under one ``name``, which stands before them: how many different ones, from where to where.

    ``missing`` counts what no row has between the first number and the last; ``gaps`` are the first ranges of them.
    """

    name: str
    numbers: int
    first: int
    last: int
    missing: int
    gaps: tuple[NumberGap, ...]


def series(reader: QueryService, dataset: Dataset, view: NumberingView, snapshot: Snapshot) -> tuple[NumberSeries, ...]:
    """Every series of a view of the kind ``numbering``, in the order of their names.

    A series begins at the declared first number, or at the least that stands in it. Raises TooSlow or TooHeavy.
    """
    dataset = as_asked(dataset)
    stretches: dict[str, list[NumberGap]] = {}
    for name, first, last in reader.table(dataset, SeriesGaps(view.by, view.first, MOST_RANGES), snapshot):
        stretches.setdefault(name, []).append(NumberGap(first, last))
    return tuple(
        NumberSeries(name, numbers, first, last, last - first + 1 - numbers, tuple(stretches.get(name, ())))
        for name, numbers, first, last in reader.table(dataset, Series(view.by, view.first), snapshot)
    )
