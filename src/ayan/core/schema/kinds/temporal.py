"""Kinds whose values lie in time: a day, and a period of a calendar."""

from __future__ import annotations

from datetime import date
from typing import Final

from ayan.core.schema.field import Field, Kind, KindColumns, KindSql
from ayan.core.schema.kinds import written_days, written_periods
from ayan.core.schema.kinds.written_days import GREGORIAN_FROM, JALALI_YEARS
from ayan.core.values import jalali, period, sql
from ayan.core.values.asked_value import BadValue, Span, Value
from ayan.core.values.label import Label
from ayan.core.values.period import FIRST_GREGORIAN_YEAR

LAST_GREGORIAN: Final = 2999
SHORT_YEAR: Final = "%y"
LAST_OF_FORMATS: Final = 2068
"""The last year that two digits mean to ``strptime`` by itself."""
EXAMPLE_DAY: Final = date(2024, 8, 2)
"""12 Mordad 1403."""

# Days from 1970-01-01 to the first and the last day of the years 1 to 9999.
_EPOCH_DAYS: Final = "-719162 AND 2932896"


class TemporalKind(Kind):
    """What days and periods have in common: they lie before and after each other."""

    roles = Kind.roles | {"date"}
    in_digits = True
    ranged = True
    worded = False
    searched = False
    scanned = False
    identifying = True
    telling = True


class DateKind(TemporalKind):
    """A day, without its time, in whichever calendar a file writes it."""

    name = "date"
    label = Label("تاریخ", "date")
    short_label = label
    keys = frozenset({"minimum", "maximum", "calendar", "century", "pivot", "formats", "date_order"})
    schema_type = "date"
    example = "1403/05/12"
    is_day = True
    referable = False
    categorical = False

    def storage(self, field: Field) -> str:  # noqa: ARG002 - as all kinds
        """A Gregorian day."""
        return "DATE"

    def parse(self, field: Field, text: str) -> Value:  # noqa: ARG002 - as all kinds
        """A day, or the days of a month or a year, in either calendar."""
        parsed = period_in(text, "not-a-date")
        if parsed.kind == "none":
            raise BadValue("not-a-date")
        return Span(parsed.start, parsed.end, _day_text(parsed.start) if parsed.kind == "day" else str(parsed))

    def from_json(self, field: Field, value: object) -> date:  # noqa: ARG002 - as all kinds
        """A Gregorian day in ISO 8601."""
        if not isinstance(value, str):
            raise ValueError
        return date.fromisoformat(value)

    def invented(self, field: Field) -> str:
        """A day of summer, as the cells of the field write it."""
        day = EXAMPLE_DAY
        if field.calendar == "gregorian":
            return day.strftime(field.formats[0]) if field.formats else day.isoformat()
        if field.calendar == "excel":
            return day.isoformat()
        if field.calendar in ("epoch_s", "epoch_ms"):
            seconds = (day - date(1970, 1, 1)).days * 86_400
            return str(seconds * (1000 if field.calendar == "epoch_ms" else 1))
        return self.example

    def reading(self, field: Field, c: KindColumns) -> KindSql:
        """A day of the field's calendar."""
        if field.calendar in ("epoch_s", "epoch_ms"):
            days = f"floor(CAST({c.d} AS DOUBLE) / {86_400_000 if field.calendar == 'epoch_ms' else 86_400})"
            written = _surely(c, _read_gregorian(c.y, c))
            value = (
                f"CASE WHEN regexp_full_match({c.d}, '-?[0-9]{{1,14}}') THEN CASE WHEN {days} BETWEEN {_EPOCH_DAYS} "
                f"THEN DATE '1970-01-01' + CAST({days} AS INTEGER) END ELSE {written} END"
            )
            return KindSql(written_days.steps(field, c), value, "'not-a-date'")
        gregorian = _gregorian(field, c)
        if field.calendar == "excel":
            # Serial 60 is the day 1900-02-29 that never was; below it the two spreadsheet families disagree.
            serial = f"CAST(floor(CAST({c.d} AS DOUBLE)) AS INTEGER)"
            value = (
                f"CASE WHEN regexp_full_match({c.d}, '[0-9]{{2,7}}([.][0-9]+)?') THEN CASE WHEN {serial} "
                f"BETWEEN 61 AND 2958465 THEN DATE '1899-12-30' + {serial} END ELSE {gregorian} END"
            )
        elif field.calendar == "gregorian":
            value = gregorian
        else:
            own_days = _read_jalali(_year(field, c), c)
            other = _surely(c, _read_gregorian(c.y, c))
            value = f"CASE WHEN {c.y} < {GREGORIAN_FROM} THEN {own_days} ELSE {other} END"
        # A format reads a year of two digits as the year 10 of our era.
        own = ((c.m, _formatted(field, c)),) if field.formats else ()
        return KindSql((*written_days.steps(field, c), *own), value, _date_error(field, c))


class PeriodKind(TemporalKind):
    """A year, quarter, month, day or range of days, in the form of ``Period``."""

    name = "period"
    label = Label("دوره", "period")
    short_label = label
    keys = frozenset({"formats", "year_start", "year_parts"})
    example = "1403-05"
    style = "period"
    is_period = True
    few = True

    def parse(self, field: Field, text: str) -> Value:  # noqa: ARG002 - as all kinds
        """A period and all that begin with it; a quarter and its months."""
        asked = period_in(text, "not-a-period")
        name = str(asked)
        if asked.kind == "quarter":
            first, last = (f"{asked.year}-{3 * asked.number - months:02}" for months in (2, 0))
            return Span(first, f"{last}~", name, alone=name)
        # A year holds its months: every text that starts with the year's sorts between it and this upper end.
        return Span(name, f"{name}~", name)

    def reading(self, field: Field, c: KindColumns) -> KindSql:
        """A period that exists in the calendar its year belongs to, however an office writes it."""
        steps, value, error = written_periods.reading(field, c)
        if field.formats:
            within = f"year({c.m}) BETWEEN {FIRST_GREGORIAN_YEAR} AND {LAST_GREGORIAN}"
            value = f"coalesce({value}, CASE WHEN {within} THEN strftime({c.m}, '%Y-%m') END)"
            steps = (*steps, (c.m, _formatted(field, c)))
            error = f"CASE WHEN {c.m} IS NOT NULL THEN 'date-year' ELSE {error} END"
        return KindSql(steps, value, error)


def period_in(text: str, code: str) -> period.Period:
    """The period that a text in an address names; BadValue with ``code`` where it names none."""
    try:
        return period.parse(text)
    except period.NotAPeriod:
        raise BadValue(code) from None


def _day_text(day: date) -> str:
    """A day has one spelling: Jalali, or Gregorian outside the years of the Jalali table."""
    try:
        return str(jalali.from_gregorian(day))
    except jalali.NotADate:
        return day.isoformat()


def _year(field: Field, c: KindColumns) -> str:
    """The year; two digits count from the declared century, or up to the declared pivot, and are otherwise left as they
    are, to be refused.
    """
    if field.pivot is not None:
        century = field.pivot - field.pivot % 100
        full = f"{c.y} + CASE WHEN {c.y} <= {field.pivot % 100} THEN {century} ELSE {century - 100} END"
        return f"(CASE WHEN length(split_part({c.p}, '/', 1)) <= 2 THEN {full} ELSE {c.y} END)"
    if field.century is None:
        return c.y
    return f"(CASE WHEN length(split_part({c.p}, '/', 1)) <= 2 THEN {c.y} + {field.century} ELSE {c.y} END)"


def _formatted(field: Field, c: KindColumns) -> str:
    """The day by the formats; those with a year of four digits first, for the others read any text that they read."""
    whole: list[str] = []
    short: list[str] = []
    for pattern in field.formats:
        (short if SHORT_YEAR in pattern else whole).append(sql.literal(pattern))
    if not short:
        return f"CAST(try_strptime({c.d}, [{', '.join(whole)}]) AS DATE)"
    pivot = field.pivot or LAST_OF_FORMATS
    day = f"try_strptime({c.d}, [{', '.join(short)}])"
    two = f"year({day}) % 100"
    century = f"CASE WHEN {two} <= {pivot % 100} THEN {pivot - pivot % 100} ELSE {pivot - pivot % 100 - 100} END"
    counted = f"TRY_CAST(printf('%04d', {two} + {century}) || strftime({day}, '-%m-%d') AS DATE)"
    if not whole:
        return counted
    day = f"CAST(try_strptime({c.d}, [{', '.join(whole)}]) AS DATE)"
    return f"CASE WHEN year({day}) BETWEEN {GREGORIAN_FROM} AND {LAST_GREGORIAN} THEN {day} ELSE {counted} END"


def _surely(c: KindColumns, value: str) -> str:
    """``value`` where the cell says by itself which day it is, whatever the calendar of its column; else NULL."""
    return f"CASE WHEN {written_days.sure(c)} THEN {value} END"


def _read_gregorian(year: str, c: KindColumns) -> str:
    return (
        f"CASE WHEN {year} BETWEEN {GREGORIAN_FROM} AND {LAST_GREGORIAN} AND {c.mo} <= 12 AND {c.da} <= 31 "
        f"THEN TRY_CAST(printf('%04d-%02d-%02d', {year}, {c.mo}, {c.da}) AS DATE) END"
    )


def _read_jalali(year: str, c: KindColumns) -> str:
    return f"DATE '1970-01-01' + CAST({sql.jalali_days(year, c.mo, c.da)} AS INTEGER)"


def _gregorian(field: Field, c: KindColumns) -> str:
    other = _surely(c, _read_jalali(c.y, c))
    if field.formats:
        formatted = f"CASE WHEN year({c.m}) BETWEEN {GREGORIAN_FROM} AND {LAST_GREGORIAN} THEN {c.m} END"
        own = f"{written_days.sure(c)} OR {written_days.ordered(field, c)}"
        written = f"CASE WHEN {own} THEN {_read_gregorian(_year(field, c), c)} END"
        return f"CASE WHEN {c.m} IS NULL THEN coalesce({written}, {other}) ELSE {formatted} END"
    return f"coalesce({_read_gregorian(_year(field, c), c)}, {other})"


def _date_error(field: Field, c: KindColumns) -> str:
    other = f"{c.y} >= {GREGORIAN_FROM}" if field.calendar == "jalali" else f"{c.y} {JALALI_YEARS}"
    other = f"{other} AND NOT {written_days.sure(c)}"
    counted = field.century is not None or field.pivot is not None
    short = "" if counted else f"WHEN length(split_part({c.p}, '/', 1)) <= 2 THEN 'date-two-digit-year' "
    out = f"WHEN {c.m} IS NOT NULL THEN 'date-year' " if field.formats else ""
    return (
        f"CASE {out}WHEN {c.p} IS NULL THEN {written_days.unread(field, c)} WHEN {other} THEN 'date-other-calendar' "
        f"{short}ELSE 'date-impossible' END"
    )
