"""Periods as offices write them: «سه‌ماههٔ اول ۱۴۰۲», Q1 2024, ranges of days, years that span two, numbered parts."""

from __future__ import annotations

from typing import Final

from ayan.core.schema.field import Field, KindColumns
from ayan.core.values import jalali, sql
from ayan.core.values.digits import to_latin
from ayan.core.values.jalali import FIRST_YEAR, LAST_YEAR
from ayan.core.values.period import FIRST_GREGORIAN_YEAR
from ayan.core.values.text import fold

OPEN: Final = "period-year-open"
"""The error of a year that spans two, or a part of one, where nobody has declared when such a year begins."""

_SHAPE: Final = "[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?|-Q[1-4])?"
_DAY: Final = r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?"
_TO: Final = r" ?(?:تا|الی|لغایت|to|until|till|through|bis|--|-) ?"
_RANGE: Final = rf"(?:از |from )?{_DAY}{_TO}{_DAY}"
_YEARS: Final = r"(?:از |from )?([0-9]{4}) (?:تا|الی|to|through) ([0-9]{4})"
# One year, or two that follow each other, with or without a word before it.
_WORD: Final = r"(?:(fy|financial year|fiscal year|سال مالی|سال) ?)?"
_YEAR: Final = rf"{_WORD}([0-9]{{2,4}})(?: ?[/-] ?([0-9]{{2,4}}))?"
_LINK: Final = r"(?: of|,| از)? ?"
_QUARTER_WORD: Final = r"(?:سه ?ماهه|فصل) ?(اول|دوم|سوم|چهارم|[1-4])"
_PART: Final = r"(?:period|p|دوره) ?([0-9]{1,2})"
_QUARTER: Final = r"(?:quarter|q) ?([1-4])"
_GAP: Final = r" ?[-/,]? ?"
_ORDINALS: Final = ("اول", "دوم", "سوم", "چهارم")


# Twelve of the Jalali calendar in each language, then of ours: the place among them tells both.
_NAMES: Final = tuple(
    fold(name)
    for names in (
        jalali.MONTHS_FA,
        jalali.MONTHS_EN,
        jalali.GREGORIAN_MONTHS_FA,
        jalali.GREGORIAN_MONTHS_EN,
        [name[:3] for name in jalali.GREGORIAN_MONTHS_EN],
    )
    for name in names
)
_JALALI_NAMES: Final = 24
_NAMED: Final = r"([^0-9 ,/-]+)(?: ماه)?[ ,/-]*(?:سال )?([0-9]{4})"
_NAMED_BEHIND: Final = r"([0-9]{4})[ ,/-]*([^0-9 ,/-]+)"


def reading(field: Field, c: KindColumns) -> tuple[tuple[tuple[str, str], ...], str, str]:
    """The steps from a cell to the bounds of a period, its canonical text, and the error of one that is none."""
    dashed = f"regexp_replace(upper(replace({c.d}, '/', '-')), '-([0-9])(-|$)', '-0\\1\\2', 'g')"
    padded = f"regexp_replace({dashed}, '-([0-9])$', '-0\\1')"
    bounds = (
        (c.sy, f"TRY_CAST({c.g}[1] AS INTEGER)"),
        (c.sm, f"TRY_CAST({c.g}[2] AS INTEGER)"),
        # A first day that is not said is the first of its month.
        (c.sd, f"TRY_CAST(coalesce(nullif({c.g}[3], ''), '1') AS INTEGER)"),
        (c.ey, f"TRY_CAST({c.g}[4] AS INTEGER)"),
        (c.em, f"TRY_CAST({c.g}[5] AS INTEGER)"),
    )
    next_month = _days(f"{c.ey} + {c.em} // 12", f"{c.em} % 12 + 1", "1")
    stated = _days(c.ey, c.em, f"TRY_CAST({c.g}[6] AS INTEGER)")
    days = (
        (c.a, _days(c.sy, c.sm, c.sd)),
        (c.n, next_month),
        (c.b, f"CASE WHEN {c.g}[6] = '' THEN {next_month} - 1 ELSE {stated} END"),
    )
    steps = (
        (c.d, sql.latin_digits(c.t)),
        (c.p, padded),
        (c.w, f"CASE WHEN {_plain(field, c)} THEN NULL ELSE {sql.fold(c.t)} END"),
        (c.x, f"CASE WHEN {c.w} IS NULL THEN NULL ELSE {_parts(c.w)} END"),
        (c.o, f"CASE WHEN length({c.x}[3]) = 2 THEN '20' || {c.x}[3] ELSE {c.x}[3] END"),
        (c.k, _number(f"{c.x}[5]")),
        (c.y, _year(field, c)),
        (c.g, f"CASE {c.x}[1] WHEN 'r' THEN {c.x}[2:] {_of_year(field, c)} END"),
        *bounds,
        *days,
    )
    value = f"CASE WHEN {c.w} IS NULL THEN {_existing(c)} ELSE {_canonical(c)} END"
    error = "'not-a-period'"
    if field.year_start is None:
        error = f"CASE WHEN {_needs_start(field, c.w)} THEN '{OPEN}' ELSE 'not-a-period' END"
    return steps, value, error


def _plain(field: Field, c: KindColumns) -> str:
    """Whether a cell is written as a period is kept; of years that span two 2011-12 is one, and no December."""
    plain = f"regexp_full_match({c.p}, '{_SHAPE}')"
    if field.year_start is None:
        return plain
    spans = (
        f"length({c.p}) = 7 AND left({c.p}, 4) >= '{FIRST_GREGORIAN_YEAR}' AND "
        f"TRY_CAST(substr({c.p}, 6, 2) AS INTEGER) = (TRY_CAST(substr({c.p}, 3, 2) AS INTEGER) + 1) % 100"
    )
    if field.year_parts is not None:
        # Where months are read too, 2011-12 is how one of them is kept.
        spans = f"contains({c.d}, '/') AND {spans}"
    return f"{plain} AND NOT coalesce({spans}, FALSE)"


def _existing(c: KindColumns) -> str:
    """A period in its canonical form, where its calendar has it."""
    year, month, day = (f"CAST(substr({c.p}, {at}, {length}) AS INTEGER)" for at, length in ((1, 4), (6, 2), (9, 2)))
    jalali_year = f"left({c.p}, 4) BETWEEN '{FIRST_YEAR}' AND '{LAST_YEAR}'"
    exists = (
        f"CASE WHEN length({c.p}) < 10 THEN {jalali_year} OR left({c.p}, 4) >= '{FIRST_GREGORIAN_YEAR}' "
        f"WHEN {jalali_year} THEN {sql.jalali_days(year, month, day)} IS NOT NULL "
        f"ELSE left({c.p}, 4) >= '{FIRST_GREGORIAN_YEAR}' AND TRY_CAST({c.p} AS DATE) IS NOT NULL END"
    )
    return f"CASE WHEN {exists} THEN {c.p} END"


def _days(year: str, month: str, day: str) -> str:
    """Days since 1970 of a date in the calendar of its year; NULL where there is no such day.

    The years of the Jalali calendar begin by the rule of `jalali.first_day`: it is far shorter than their table.
    """
    first = f"(365 * ({year}) + (8 * ({year}) + 21) // 33 - 492633)"
    esfand = f"(29 + (8 * ({year}) + 29) // 33 - (8 * ({year}) + 21) // 33)"
    length = f"CASE WHEN ({month}) <= 6 THEN 31 WHEN ({month}) <= 11 THEN 30 ELSE {esfand} END"
    in_jalali = (
        f"CASE WHEN ({year}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR} AND ({month}) BETWEEN 1 AND 12 "
        f"AND ({day}) BETWEEN 1 AND ({length}) "
        f"THEN {first} + (({month}) - 1) * 30 + least(({month}) - 1, 6) + ({day}) - 1 END"
    )
    gregorian = f"TRY_CAST(printf('%04d-%02d-%02d', {year}, {month}, {day}) AS DATE) - DATE '1970-01-01'"
    return (
        f"CASE WHEN ({year}) < {FIRST_GREGORIAN_YEAR} THEN {in_jalali} "
        f"WHEN ({month}) BETWEEN 1 AND 12 AND ({day}) BETWEEN 1 AND 31 THEN {gregorian} END"
    )


def _canonical(c: KindColumns) -> str:
    """The shortest name of the days from ``a`` to ``b``: a day, a month, a quarter, a year, else both days."""
    last = f"{c.b} - ({_days(c.ey, c.em, '1')}) + 1"
    first = f"printf('%04d-%02d-%02d', {c.sy}, {c.sm}, {c.sd})"
    whole = f"{c.sd} = 1 AND {c.b} = {c.n} - 1 AND {c.sy} = {c.ey}"
    return (
        f"CASE WHEN {c.a} IS NULL OR {c.b} IS NULL OR {c.a} > {c.b} "
        f"OR ({c.sy} < {FIRST_GREGORIAN_YEAR}) <> ({c.ey} < {FIRST_GREGORIAN_YEAR}) THEN NULL "
        f"WHEN {c.a} = {c.b} THEN {first} "
        f"WHEN {whole} AND {c.sm} = {c.em} THEN printf('%04d-%02d', {c.sy}, {c.sm}) "
        f"WHEN {whole} AND {c.sm} = 1 AND {c.em} = 12 THEN printf('%04d', {c.sy}) "
        f"WHEN {whole} AND {c.sm} % 3 = 1 AND {c.em} = {c.sm} + 2 THEN printf('%04d-Q%d', {c.sy}, {c.sm} // 3 + 1) "
        f"ELSE {first} || '--' || printf('%04d-%02d-%02d', {c.ey}, {c.em}, {last}) END"
    )


# --- what is written --------------------------------------------------------------------------------------------------


def _extract(w: str, pattern: str, group: int) -> str:
    return f"regexp_extract({w}, {sql.literal(f'^(?:{pattern})$')}, {group})"


def _parts(w: str) -> str:
    """How a text is written, with its parts as texts.

    'r' for the first and the last day of a range (a last day of '' is that of its month); else 'q', 'p' or 'y' for a
    quarter, a numbered part or a whole of a year, with the word before it, one or two years, and the number.
    """
    listed = [
        (_RANGE, _listed("'r'", *(_extract(w, _RANGE, at) for at in range(1, 7)))),
        (_YEARS, _listed("'r'", _extract(w, _YEARS, 1), "'1'", "'1'", _extract(w, _YEARS, 2), "'12'", "''")),
    ]
    for part, kind in ((_QUARTER, "q"), (_QUARTER_WORD, "q"), (_PART, "p")):
        before, behind = f"{part}{_LINK}{_YEAR}", f"{_YEAR}{_GAP}{part}"
        listed += [
            (before, _listed(sql.literal(kind), *(_extract(w, before, at) for at in (2, 3, 4, 1)))),
            (behind, _listed(sql.literal(kind), *(_extract(w, behind, at) for at in (1, 2, 3, 4)))),
        ]
    listed.append((_YEAR, _listed("'y'", *(_extract(w, _YEAR, at) for at in (1, 2, 3)), "'1'")))
    listed += [(_NAMED, _named(w, _NAMED, 1, 2)), (_NAMED_BEHIND, _named(w, _NAMED_BEHIND, 2, 1))]
    tests = " ".join(f"WHEN regexp_full_match({w}, {sql.literal(pattern)}) THEN {value}" for pattern, value in listed)
    return f"CASE {tests} END"


def _listed(kind: str, *texts: str) -> str:
    return f"[{', '.join((kind, *texts))}]"


def _named(w: str, pattern: str, name_at: int, year_at: int) -> str:
    """A month by its name, where the name is of the calendar of its year."""
    names = f"[{', '.join(map(sql.literal, _NAMES))}]"
    place = f"list_position({names}, {_extract(w, pattern, name_at)})"
    year = _extract(w, pattern, year_at)
    month = f"'' || (({place} - 1) % 12 + 1)"
    fits = f"{place} > 0 AND ({place} <= {_JALALI_NAMES}) = ({year} < '{FIRST_GREGORIAN_YEAR}')"
    listed = _listed("'r'", year, month, "'1'", year, month, "''")
    return f"CASE WHEN {fits} THEN {listed} END"


def _start(field: Field) -> tuple[int, int]:
    month, day = (int(each) for each in (field.year_start or "01-01").split("-"))
    return month, day


def _year(field: Field, c: KindColumns) -> str:
    """The year in which the year that is written begins."""
    word, written, second = f"{c.x}[2]", f"{c.x}[3]", f"{c.x}[4]"
    first = f"TRY_CAST({c.o} AS INTEGER)"
    if _start(field) == (1, 1):
        return f"CASE WHEN {second} = '' AND length({written}) = 4 THEN {first} END"
    whole = f"length({written}) <> 3 AND length({second}) <> 3"
    follows = f"TRY_CAST(right({second}, 2) AS INTEGER) = ({first} + 1) % 100 AND {whole}"
    # A bare year beside a part of it could be that of its beginning as well as of its end.
    return f"CASE WHEN {second} <> '' THEN CASE WHEN {follows} THEN {first} END WHEN {word} = 'fy' THEN {first} - 1 END"


def _of_year(field: Field, c: KindColumns) -> str:
    """The bounds of a year or of a part of it, by what it is."""
    month, day = _start(field)
    last_month, last_day = (month, str(day - 1)) if day > 1 else ((month - 2) % 12 + 1, "")
    last_year = f"'' || ({c.y} + {int((month, day) != (1, 1))})"
    first = ", ".join(map(sql.literal, (str(month), str(day))))
    last = ", ".join(map(sql.literal, (str(last_month), last_day)))
    branches = {"y": f"['' || {c.y}, {first}, {last_year}, {last}]"}
    if day == 1 and month % 3 == 1:
        branches["q"] = _some_months(c, month, 3)
    if field.year_parts == 13:
        branches["p"] = _four_weeks(c, month, day)
    elif field.year_parts == 12:
        branches["p"] = _some_months(c, month, 1)
    return " ".join(f"WHEN {sql.literal(kind)} THEN {bounds}" for kind, bounds in branches.items())


def _some_months(c: KindColumns, month: int, months: int) -> str:
    """The bounds of the part of a year that has so many months."""
    begin = f"({month - 1} + {months} * ({c.k} - 1))"
    end = f"({begin} + {months - 1})"
    bounds = (
        f"['' || ({c.y} + {begin} // 12), '' || ({begin} % 12 + 1), '1', "
        f"'' || ({c.y} + {end} // 12), '' || ({end} % 12 + 1), '']"
    )
    return f"CASE WHEN {c.k} BETWEEN 1 AND {12 // months} THEN {bounds} END"


def _four_weeks(c: KindColumns, month: int, day: int) -> str:
    """The bounds of one of thirteen parts of four weeks; the last takes the days that are left."""
    begin = f"(TRY_CAST(printf('%04d-{month:02}-{day:02}', {c.y}) AS DATE) + 28 * ({c.k} - 1))"
    after = f"TRY_CAST(printf('%04d-{month:02}-{day:02}', {c.y} + 1) AS DATE)"
    end = f"(CASE WHEN {c.k} = 13 THEN {after} ELSE {begin} + 28 END - 1)"
    bounds = ", ".join(f"'' || {part}({at})" for at in (begin, end) for part in ("year", "month", "day"))
    return f"CASE WHEN {c.k} BETWEEN 1 AND 13 AND {c.y} >= {FIRST_GREGORIAN_YEAR} THEN [{bounds}] END"


def _number(text: str) -> str:
    ordinals = " ".join(f"WHEN {sql.literal(word)} THEN {at}" for at, word in enumerate(_ORDINALS, 1))
    return f"(CASE {text} {ordinals} ELSE TRY_CAST({text} AS INTEGER) END)"


def _needs_start(field: Field, w: str) -> str:
    """Whether a text is a year that spans two, or a part of a year, which only a declaration can place."""
    part = rf"(?:{_PART}|{_QUARTER})"
    forms = [_YEAR, rf"{part}{_LINK}{_YEAR}", rf"{_YEAR}{_GAP}{part}"]
    year, other = (f"regexp_extract({w}, '([0-9]{{2,4}})(?: ?[/-] ?([0-9]{{2,4}}))', {at})" for at in (1, 2))
    follows = f"TRY_CAST(right({other}, 2) AS INTEGER) = (TRY_CAST({year} AS INTEGER) + 1) % 100"
    tests = [f"coalesce({follows}, FALSE)", f"contains({w}, 'fy')"]
    if field.year_parts is None:
        tests.append(f"regexp_matches({w}, {sql.literal(_PART)})")
    shaped = " OR ".join(f"regexp_full_match({w}, {sql.literal(form)})" for form in forms)
    return f"({shaped}) AND ({' OR '.join(tests)})"


def as_start(text: str) -> str | None:
    """``text`` as the day on which a year begins («04-01»), or None where it is none in every year."""
    month, _, day = to_latin(text).strip().replace("/", "-").partition("-")
    if not (month.isdecimal() and day.isdecimal() and 1 <= int(month) <= 12 and 1 <= int(day) <= 28):
        return None
    return f"{int(month):02}-{int(day):02}"
