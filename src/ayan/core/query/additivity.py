"""Whether adding up a column means something: which rows its numbers may be added over, and how rows are parted.

A flow and a quantity may always be added; a stock only where all rows stand at one date; a rate, and a number of which
nothing is declared, never. Money in and money out never stand in one sum. Every door at which a sum is formed asks
here: groups refuse a sum that means nothing, pages part it into sums that do (`ayan.core.query.sum_parts`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import AT_RELEASE, Field
from ayan.core.values import jalali, locale
from ayan.core.values.asked_value import Span
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

ADDED: Final = frozenset({"flow", "stock", "quantity"})
"""The natures whose numbers may be added up somewhere."""

SumObstacle = Literal["never-added", "over-time", "both-sides"]
"""Why a sum means nothing: a code of `ayan.core.query.problem`."""

SIDE_LABELS: Final = {"in": Label("درآمدی", "money in"), "out": Label("هزینه‌ای", "money out")}
_WITHOUT: Final = Label("{side} (بدون {others})", "{side} (without {others})")
_CLOSED: Final = frozenset({"eq", "in", "not", "isnull"})
# What parts the rows that have no code from all others; no code is written so.
_BLANK: Final = "?"
_NO_CODE: Final = Label("بی‌مقدار", "no value")
_ON_TIME: Final = frozenset({"eq", "in", "gt", "gte", "lt", "lte"})


@dataclass(frozen=True, slots=True)
class SumPart:
    """One sum that means something: of a ``field``, over the rows that meet ``conditions`` besides those of a question.

    ``side`` says which money it is, empty where there is one alone; ``at`` is the date or period at which a stock
    stands, None of what has no date.
    """

    field: Field
    side: str = ""
    at: date | str | None = None
    conditions: tuple[Filter, ...] = ()


def is_added(field: Field) -> bool:
    """Whether numbers of a field may be added up at all."""
    return field.kind.summable and field.choices is None and field.nature in ADDED


def side_field(dataset: Dataset) -> Field | None:
    """The field whose codes say which rows are money in and which money out."""
    return next((field for field in dataset.published if field.side is not None), None)


def has_sides(dataset: Dataset, field: Field) -> bool:
    """Whether the rows of a field lie on sides: money does, where its dataset declares any."""
    return field.kind.is_money and side_field(dataset) is not None


def date_field(dataset: Dataset, field: Field) -> Field | None:
    """The field that dates a stock; None of any other number, and of a stock that its release dates."""
    dated = field.nature == "stock" and field.at != AT_RELEASE
    return next((each for each in dataset.published if dated and each.name == field.at), None)


def obstacle(dataset: Dataset, name: str, filters: Iterable[Filter], by: Collection[str]) -> SumObstacle | None:
    """Why the sums of a field mean nothing for rows that meet ``filters``, taken together by the fields ``by``.

    None where they may mean something. A stock whose date is asked about or grouped by passes; whether each group then
    has one date alone is for the rows to say (`dated_apart`).
    """
    field, conditions = dataset.field(name), tuple(filters)
    if not is_added(field):
        return "never-added"
    at = date_field(dataset, field)
    if at is not None and at.name not in by and not _names_date(at, conditions):
        return "over-time"
    if len(sides(dataset, field, conditions, by)) > 1:
        return "both-sides"
    return None


def dated_apart(dataset: Dataset, names: Iterable[str], by: Collection[str]) -> tuple[Field, ...]:
    """The fields of dates of which no group may hold two, for sums of these fields; not those that make the groups.

    ``by`` are the names of keys, where the year of a date is another name than the date.
    """
    dates = (date_field(dataset, dataset.field(name)) for name in names)
    return tuple(dict.fromkeys(at for at in dates if at is not None and at.name not in by))


def sides(dataset: Dataset, field: Field, filters: Iterable[Filter], by: Collection[str]) -> tuple[str, ...]:
    """The sides of the rows of a question, out before in; empty where a field has none or groups part them already."""
    parted = side_field(dataset)
    if parted is None or not has_sides(dataset, field) or parted.name in by:
        return ()
    return tuple(dict.fromkeys(_side(parted, code) for code in _codes(parted, filters)))


def stand_together(dataset: Dataset, field: Field, rows: Sequence[Mapping[str, object]]) -> bool:
    """Whether the values of a field in rows that are at hand may be added: all of one date and of one side."""
    at, parted = date_field(dataset, field), side_field(dataset)
    if not is_added(field) or (at is not None and not _alike(row.get(at.name) for row in rows)):
        return False
    if parted is None or not has_sides(dataset, field):
        return True
    return _alike(_side(parted, _BLANK if (code := row.get(parted.name)) is None else str(code)) for row in rows)


def _alike(values: Iterable[object]) -> bool:
    known = set(values)
    return len(known) <= 1 and None not in known


def side_conditions(dataset: Dataset, side: str) -> tuple[Filter, ...]:
    """The condition that rows of one side alone meet."""
    parted = side_field(dataset)
    if parted is None or not side:
        return ()
    codes = sorted(code for code in _codes(parted, ()) if _side(parted, code) == side)
    if codes == [_BLANK]:
        return (Filter(parted.name, "isnull", (True,)),)
    values = tuple(parted.kind.of_code(code) for code in codes)
    return (Filter(parted.name, "eq" if len(values) == 1 else "in", values),)


def side_label(dataset: Dataset, side: str, lang: Lang) -> str:
    """A side in words: its one code as its list calls it, else money in or money out; empty of no side."""
    parted = side_field(dataset)
    if parted is None or parted.choices is None or not side:
        return ""
    codes = [code for code in _codes(parted, ()) if _side(parted, code) == side]
    if codes == [_BLANK]:
        return f"{parted.label.of(lang)}: {(parted.empty or _NO_CODE).of(lang)}"
    return parted.choices.label(codes[0], lang) if len(codes) == 1 else SIDE_LABELS[side].of(lang)


def side_said(dataset: Dataset, condition: Filter, lang: Lang) -> str:
    """One whole side of money in words, with what the other side holds, of a condition that is it; else empty.

    «هزینه‌ای (بدون اجاره و بهره‌برداری، …)» says which rows are left out, where these are fewer sorts than the rest.
    """
    parted = side_field(dataset)
    if parted is None or parted.choices is None or condition.op != "in" or condition.field != parted.name:
        return ""
    for side, label in SIDE_LABELS.items():
        if side_conditions(dataset, side) == (condition,):
            others = [code for code in _codes(parted, ()) if code != _BLANK and _side(parted, code) != side]
            if len(others) >= len(condition.values):
                return ""
            said = locale.of(lang).comma.join(parted.choices.label(code, lang) for code in others)
            return _WITHOUT.of(lang).format(side=label.of(lang), others=said)
    return ""


def at_condition(at: Field, moments: Collection[date | str]) -> Filter:
    """The condition that only rows of these dates, or of these periods, meet."""
    spans = tuple(_span(moment) for moment in sorted(moments, key=str))
    return Filter(at.name, "eq" if len(spans) == 1 else "in", spans)


def _span(moment: date | str) -> Span:
    if isinstance(moment, date):
        try:
            return Span(moment, moment, str(jalali.from_gregorian(moment)))
        except jalali.NotADate:
            return Span(moment, moment, moment.isoformat())
    return Span(moment, f"{moment}~", moment)


def _names_date(at: Field, filters: Iterable[Filter]) -> bool:
    return any(condition.field == at.name and condition.op in _ON_TIME for condition in filters)


def _side(parted: Field, code: str) -> str:
    assert parted.side is not None  # noqa: S101 - it was chosen by it
    return parted.side.of(code)


def _codes(parted: Field, filters: Iterable[Filter]) -> list[str]:
    """The codes that rows of a question may have, of money out first: as far as conditions on the field itself tell."""
    assert parted.choices is not None  # noqa: S101 - a declaration with sides and no list is refused
    codes = [entry.code for entry in parted.choices.entries] + ([] if parted.required else [_BLANK])
    for condition in filters:
        if condition.field == parted.name and condition.op in _CLOSED:
            codes = [code for code in codes if _meets(parted, code, condition)]
    order = {"out": 0, "in": 1}
    return sorted(codes, key=lambda code: order.get(_side(parted, code), 2))


def _meets(parted: Field, code: str, condition: Filter) -> bool:
    """Whether rows with a code, or without one, meet a condition on it."""
    if condition.op == "isnull":
        return (code == _BLANK) == condition.values[0]
    named = code != _BLANK and parted.kind.of_code(code) in condition.values
    return named != (condition.op == "not")
