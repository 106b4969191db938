"""Whether day or month comes first where the year is last: declared, said by a person, or told by a whole column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

import duckdb
import pyarrow as pa

from ayan.core.intake.table import RawTable
from ayan.core.refine.distinct_texts import DistinctTexts
from ayan.core.refine.header_matching import MappedField, Matching
from ayan.core.refine.limits import MOST_ROWS_KEPT
from ayan.core.schema.definition import Dataset, FieldReading
from ayan.core.schema.field import DateOrder
from ayan.core.schema.issue import Issue
from ayan.core.schema.kinds.written_days import YEAR_LAST
from ayan.core.values import sql
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

CODE: Final = "date-order"
"""The question about cells that could be read both ways."""

ORDERS: Final[Mapping[DateOrder, Label]] = {
    "dmy": Label("نخست روز، سپس ماه", "first the day, then the month"),
    "mdy": Label("نخست ماه، سپس روز", "first the month, then the day"),
}

# Of the different days of a column so many, as a part of all, must allow one order alone, and none the other: days
# beyond the twelfth are three fifths of a month, so fewer are rather a mistake or one day turned around.
_TELLING: Final = 0.1


class BadOrder(Refusal, ValueError):
    """An order that is none, or of a field that holds no days."""

    code = "bad-date-order"
    fa = "این ترتیب روز و ماه پذیرفته نیست."
    en = "This order of day and month cannot be taken."
    status = 422


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """The order that a column itself tells: so many of its different days (``telling``) allow no other."""

    mapped: MappedField
    order: DateOrder
    telling: int


def settled(
    con: duckdb.DuckDBPyConnection, raw: RawTable, matching: Matching, texts: DistinctTexts | None = None
) -> tuple[Matching, tuple[ToldOrder, ...]]:
    """``matching`` with the order of every column of days that tells it by itself, and what was told.

    ``texts`` are those of a small file.
    """
    orders: dict[str, ToldOrder] = {}
    for mapped in _open(con, raw, matching.fields, texts):
        days, day_first, month_first = _counted(con, raw, mapped)
        telling = max(day_first, month_first)
        if min(day_first, month_first) or not telling or telling < _TELLING * days:
            continue
        orders[mapped.field.name] = ToldOrder(mapped, "dmy" if day_first else "mdy", telling)
    if not orders:
        return matching, ()
    fields = tuple(
        replace(mapped, field=replace(mapped.field, date_order=orders[mapped.field.name].order))
        if mapped.field.name in orders
        else mapped
        for mapped in matching.fields
    )
    return replace(matching, fields=fields), tuple(orders.values())


def issues_of(sheet: str | None, orders: Iterable[ToldOrder]) -> list[Issue]:
    """One remark for every column of which the order was told by its cells."""
    return [
        Issue(
            code="date-order-told",
            sheet=sheet,
            column=each.mapped.address,
            field=each.mapped.field.name,
            params={"label": each.mapped.field.label, "order": ORDERS[each.order], "count": each.telling},
        )
        for each in orders
    ]


def _open(
    con: duckdb.DuckDBPyConnection, raw: RawTable, fields: Iterable[MappedField], texts: DistinctTexts | None
) -> list[MappedField]:
    """The columns of days of unknown order that have such a day among their first rows; later ones alone are asked."""
    able = [
        mapped
        for mapped in fields
        if mapped.column is not None
        and mapped.field.kind.is_day
        and not (mapped.field.formats or mapped.field.date_order)
        and mapped.field.calendar in ("jalali", "gregorian", "excel")
    ]
    if not able:
        return []
    if texts is not None:
        return [mapped for mapped in able if texts.matching(_index(mapped), _BEHIND)]
    tests = ", ".join(f"bool_or(regexp_matches(c{_index(mapped)}, '{_BEHIND}'))" for mapped in able)
    row = con.execute(f"SELECT {tests} FROM (FROM {raw.relation} LIMIT {MOST_ROWS_KEPT})").fetchone() or ()
    return [mapped for mapped, seen in zip(able, row, strict=True) if seen]


def _counted(con: duckdb.DuckDBPyConnection, raw: RawTable, mapped: MappedField) -> tuple[int, int, int]:
    """How many different days have their year behind, and of them those whose first, whose second is no month."""
    index = _index(mapped)
    source = f"SELECT DISTINCT c{index} AS text FROM {raw.relation} WHERE regexp_matches(c{index}, '{_BEHIND}')"
    if index in raw.repeated:
        con.register(_TEXTS, pa.table({"text": raw.repeated[index]}))
        source = f"FROM {_TEXTS}"
    token = sql.latin_digits(sql.trimmed("text"))
    pattern = sql.literal(f"^(?:{YEAR_LAST})$")
    first, second = (f"TRY_CAST(regexp_extract(d, {pattern}, {at}) AS INTEGER)" for at in (1, 2))
    row = con.execute(
        f"SELECT count(*), count(*) FILTER ({first} > 12), count(*) FILTER ({second} > 12) "
        f"FROM (SELECT {token} AS d FROM ({source})) WHERE regexp_matches(d, {pattern})"
    ).fetchone()
    if index in raw.repeated:
        con.unregister(_TEXTS)
    return cast("tuple[int, int, int]", row or (0, 0, 0))


def _index(mapped: MappedField) -> int:
    return mapped.column.index if mapped.column else 0


_TEXTS: Final = "texts_of_days"
# What every such day has, whatever its digits: to look for it costs little.
_BEHIND: Final = r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}|\pN{1,2}[/.\-]\pN{1,2}[/.\-]\pN{4}"


# --- as a person says it ----------------------------------------------------------------------------------------------


def check_orders(dataset: Dataset, orders: Iterable[tuple[str, str]]) -> None:
    """Raise BadOrder for a field that is not declared or holds no days, and for an order that is none."""
    fields = {field.name: field for field in dataset.fields}
    for name, order in orders:
        if name not in fields:
            raise BadOrder("فیلدی به نام {name} اعلام نشده است.", "No field {name} is declared.").format(name=name[:60])
        if not fields[name].kind.is_day:
            raise BadOrder("«{label}» تاریخ نیست.", "“{label}” is no date.").format(label=fields[name].label)
        if order not in ORDERS:
            raise BadOrder(
                "ترتیبی به نام {order} نیست. ترتیب‌ها: {orders}", "There is no order {order}. Orders: {orders}"
            ).format(order=order[:40], orders=", ".join(ORDERS))


def in_orders(dataset: Dataset, source: str, said: Mapping[str, str]) -> Dataset:
    """``dataset`` with its layout ``source`` reading the days of each field in the order that somebody said."""
    if not said:
        return dataset
    layout = dataset.sources[source]
    readings = dict(layout.fields)
    for name, order in said.items():
        readings[name] = replace(readings.get(name, FieldReading()), date_order=cast(DateOrder, order))
    return replace(dataset, sources={**dataset.sources, source: replace(layout, fields=readings)})
