"""Days as people write them: 1403/05/12, «پنجشنبه ۱۲ مرداد ۱۴۰۳», March 12, 2023, 31.12.2023, also with a time."""

from __future__ import annotations

from typing import Final

from ayan.core.schema.field import Field, KindColumns
from ayan.core.values import sql
from ayan.core.values.month_names import MONTHS, SPELT, WEEKDAYS, spelt

ORDER: Final = "date-order"
"""The error of a day whose two short numbers could both be the month, where nothing says which of them is."""

# A Gregorian year in a Jalali column (or the reverse) is told apart from a plain typing error by this border.
GREGORIAN_FROM: Final = 1700
JALALI_YEARS: Final = "BETWEEN 1200 AND 1499"

_HALF: Final = r"(?: ?(?:[AaPp]\.?[Mm]\.?|ق\.?ظ\.?|ب\.?ظ\.?|صبح|عصر))?"
_ZONE: Final = r"(?: ?(?:[Zz]|UTC|utc|GMT|gmt|[+-][0-9]{2}(?::?[0-9]{2})?))?"
_CLOCK: Final = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
_TIME: Final = rf"(?:(?:[ ,،-]+|[ ]*[Tt])(?:ساعت |at )?{_CLOCK}{_HALF}{_ZONE})?"
_WEEKDAY: Final = rf"(?:(?i:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\.?[ ,،]+)?"
_BEFORE: Final = rf"(?:{_CLOCK}[ ,،-]+)?{_WEEKDAY}"
BY_PROGRAMS: Final = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{_TIME}"
"""As programs write a day: spreadsheets, databases, and our own downloads. The year says of which calendar it is."""

_YEAR_FIRST: Final = r"([0-9]{4}|[0-9]{2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,2})"
YEAR_LAST: Final = rf"{_BEFORE}([0-9]{{1,2}})[/.\-]([0-9]{{1,2}})[/.\-]([0-9]{{4}}){_TIME}"
"""A day with its year behind: groups of two short numbers, of which one is the month, and of the year."""

# A name, and what may stand between it and numbers. A suffix of the day is told from a name by what follows it.
_NAME: Final = r"([^0-9 .,،/()'-]+)\.?"
_PARTED: Final = r"[ .,،/-]*"
_OF: Final = r"(?:(?:de|del|of|از|ماه|سال) )?"
_DAY: Final = r"([0-9]{1,2})"
_SUFFIX: Final = r"(?:(?:st|nd|rd|th|er|º|°|م|ام|\.)[ ,]+)?"
_SPELT_WEEKDAY: Final = rf"(?:(?:{'|'.join(sorted(map(spelt, WEEKDAYS), key=len, reverse=True))})\.?[ ,،]+)?"
_DAY_NAMED: Final = rf"{_DAY}{_SUFFIX}{_PARTED}{_OF}{_NAME}{_PARTED}(?:ماه )?{_OF}([0-9]{{4}}|[0-9]{{2}})"
_NAMED_DAY: Final = rf"{_NAME}{_PARTED}{_DAY}(?:st|nd|rd|th)?[ ,.،-]+([0-9]{{4}})"
_YEAR_NAMED: Final = rf"([0-9]{{4}}){_PARTED}{_NAME}{_PARTED}{_DAY}"
_NAMED: Final = rf"(?:{_CLOCK}[ ,،-]+)?{_SPELT_WEEKDAY}(?:{_DAY_NAMED}|{_NAMED_DAY}|{_YEAR_NAMED}){_TIME}"
# Year, name and day, whichever of the three orders it is: the groups of the others are empty.
_IN_ORDER: Final = r"\3\6\7/\2\4\8/\1\5\9"

_FIRST: Final = r"\1/\2/\3"
_LAST: Final = r"\3"

_MARK: Final = "\x1f"
_TABLE: Final = _MARK + _MARK.join(f"{name}={month.calendar[0]}{month.number:02}" for name, month in MONTHS.items())
_BLANKS: Final = "\u00a0\u202f"
_DIRECTIONS: Final = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069"


def steps(field: Field, c: KindColumns) -> tuple[tuple[str, str], ...]:
    """The columns from a token to ``p``, a text 'y/m/d' without its time of day, and to year, month and day.

    ``d`` is the token in Latin digits; ``n`` the calendar and the number of a month that is named, NULL where none is.
    """
    numbers = (
        (name, f"TRY_CAST(split_part({c.p}, '/', {position}) AS INTEGER)")
        for position, name in enumerate((c.y, c.mo, c.da), 1)
    )
    lettered = rf"regexp_matches({c.d}, '[^0-9:/.,+ TZ\-]') AND regexp_matches({c.d}, '[0-9]')"
    return (
        (c.d, sql.latin_digits(c.t)),
        (c.w, f"CASE WHEN {lettered} THEN {_spelt(c.d)} END"),
        (c.x, f"CASE WHEN regexp_full_match({c.w}, {_NAMED_SQL}) THEN {_replaced(c.w, _NAMED, _IN_ORDER)} END"),
        (c.n, _month(c)),
        (c.p, _parts(field, c)),
        *numbers,
    )


def sure(c: KindColumns) -> str:
    """Whether a cell says by itself which day of which calendar it is, whatever its column holds."""
    return f"({c.n} IS NOT NULL OR regexp_full_match({c.d}, {sql.literal(BY_PROGRAMS)}))"


def ordered(field: Field, c: KindColumns) -> str:
    """Whether a cell has its year behind and the field says which of the two numbers before it is the month."""
    return f"regexp_full_match({c.d}, {_YEAR_LAST_SQL})" if field.date_order else "FALSE"


def unread(field: Field, c: KindColumns) -> str:
    """The error of a cell that has no ``p``."""
    year = f"TRY_CAST({_replaced(c.d, YEAR_LAST, _LAST)} AS INTEGER)"
    other = f"{year} >= {GREGORIAN_FROM}" if field.calendar == "jalali" else f"{year} {JALALI_YEARS}"
    # Who declares formats has said how its days are written.
    behind = "'not-a-date'" if field.formats else f"CASE WHEN {other} THEN 'date-other-calendar' ELSE '{ORDER}' END"
    return (
        f"CASE WHEN {c.n} IS NOT NULL THEN CASE WHEN length(split_part({c.x}, '/', 1)) = 2 THEN 'date-two-digit-year' "
        f"ELSE 'date-impossible' END WHEN regexp_full_match({c.d}, {_YEAR_LAST_SQL}) "
        f"THEN {behind} ELSE 'not-a-date' END"
    )


def _parts(field: Field, c: KindColumns) -> str:
    plain = f"regexp_full_match({c.d}, {sql.literal(_YEAR_FIRST)})"
    timed = f"{_BEFORE}{_YEAR_FIRST}{_TIME}"
    year = f"split_part({c.x}, '/', 1)"
    # Two digits are a year of the calendar that is declared, four say themselves of which they are.
    own = sql.literal("j" if field.calendar == "jalali" else "g")
    named = f"left({c.n}, 1)"
    fits = f"CASE WHEN length({year}) = 2 THEN {named} = {own} ELSE ({named} = 'j') = ({year} < '1500') END"
    behind = ""
    if field.date_order:
        order = r"\3/\2/\1" if field.date_order == "dmy" else r"\3/\1/\2"
        behind = f"WHEN {ordered(field, c)} THEN {_replaced(c.d, YEAR_LAST, order)} "
    return (
        f"CASE WHEN {plain} THEN translate({c.d}, '-.', '//') WHEN {c.n} IS NOT NULL THEN CASE WHEN {fits} "
        f"THEN {year} || '/' || right({c.n}, 2) || '/' || split_part({c.x}, '/', 3) END {behind}"
        f"WHEN regexp_full_match({c.d}, '[0-9]{{8}}') "
        f"THEN substr({c.d}, 1, 4) || '/' || substr({c.d}, 5, 2) || '/' || substr({c.d}, 7, 2) "
        f"WHEN regexp_full_match({c.d}, {sql.literal(timed)}) THEN {_replaced(c.d, timed, _FIRST)} END"
    )


def _month(c: KindColumns) -> str:
    """The calendar and the number of the month that a cell names, as 'j05' or 'g12'."""
    name = f"{sql.literal(_MARK)} || split_part({c.x}, '/', 2) || '='"
    at = f"strpos({sql.literal(_TABLE)}, {name})"
    return f"CASE WHEN {at} > 0 THEN substr({sql.literal(_TABLE)}, {at} + length({name}), 3) END"


def _replaced(x: str, pattern: str, by: str) -> str:
    return f"regexp_replace({x}, {sql.literal(f'^(?:{pattern})$')}, {sql.literal(by)})"


def _spelt(x: str) -> str:
    """The twin of `month_names.spelt`, blanks of other sorts and marks of direction aside."""
    single = {sign: other for sign, other in SPELT.items() if other} | dict.fromkeys(_BLANKS, " ")
    dropped = "".join(sign for sign, other in SPELT.items() if not other) + _DIRECTIONS
    return f"translate(lower({x}), {sql.literal(''.join(single) + dropped)}, {sql.literal(''.join(single.values()))})"


_NAMED_SQL: Final = sql.literal(_NAMED)
_YEAR_LAST_SQL: Final = sql.literal(YEAR_LAST)
