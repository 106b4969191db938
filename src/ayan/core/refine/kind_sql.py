"""Reading a kind: the SQL that turns the text of a cell into a typed value, or says by code why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ayan.core.refine.limits import LONGEST_LINK
from ayan.core.schema.definition import CodeList, Field, Kind
from ayan.core.values import digits as numbers
from ayan.core.values import money, sql
from ayan.core.values.jalali import FIRST_YEAR, LAST_YEAR
from ayan.core.values.period import FIRST_GREGORIAN_YEAR, Period
from ayan.core.values.text import fold

CELL_ERRORS: Final = (
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
)
YES: Final = ("بله", "بلی", "آری", "دارد", "هست", "1", "true", "yes", "y", "✓", "✔")
NO: Final = ("خیر", "نه", "ندارد", "نیست", "0", "false", "no", "n", "✗", "✘")
# A Gregorian year in a Jalali column (or the reverse) is told apart from a plain typing error by this border.
GREGORIAN_FROM: Final = 1700


@dataclass(frozen=True, slots=True)
class KindSql:
    """How one field is read, as SQL over the columns of the layers before it.

    The token of field ``f`` (its trimmed cell text, NULL when empty) is the column ``t_f``. ``steps`` are further
    columns, each computed from the ones before it; ``value`` becomes ``v_f``, typed as the kind is stored and NULL when
    the cell cannot be read; ``error`` becomes ``e_f``: an issue code, or NULL when all is well. ``unreadable`` is the
    condition under which ``error`` holds; kinds that can tell it without computing the value say so here.
    """

    steps: tuple[tuple[str, str], ...]
    value: str
    error: str
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class KindColumns:
    """The names of a field's columns in the layers."""

    field: str

    def __getattr__(self, step: str) -> str:
        return f"{step}_{self.field}"


def reading(field: Field, period: Period | None = None) -> KindSql:
    """The reading of ``field``; ``period`` is given for the date that must fall inside the submission's period."""
    c = KindColumns(field.name)
    kind_sql = _KINDS[field.kind](field, c)
    tests = [
        (f"{c.t} IS NULL", "'required'" if field.required else "NULL"),
        (f"starts_with({c.t}, '#') AND {sql.is_among(c.t, CELL_ERRORS)}", "'cell-error'"),
        (kind_sql.unreadable or f"{c.v} IS NULL", kind_sql.error),
        *_limits(field, c, period),
    ]
    cases = " ".join(f"WHEN {condition} THEN {code}" for condition, code in tests)
    return KindSql(kind_sql.steps, kind_sql.value, f"CASE {cases} END")


def token(column: str, nulls: tuple[str, ...]) -> str:
    """The token of a cell: trimmed text, or NULL when the cell is empty or holds a declared placeholder."""
    text = sql.trimmed(column)
    return f"CASE WHEN NOT {sql.is_among(text, nulls)} THEN {text} END" if nulls else text


def _limits(field: Field, c: KindColumns, period: Period | None) -> list[tuple[str, str]]:
    """Tests on a value that could be read: bounds, pattern, length, period."""
    tests: list[tuple[str, str]] = []
    if field.minimum is not None:
        tests.append((f"{c.v} < {_bound(field.minimum)}", "'too-small'"))
    if field.maximum is not None:
        tests.append((f"{c.v} > {_bound(field.maximum)}", "'too-large'"))
    if field.pattern is not None:
        tests.append((f"NOT regexp_full_match({c.v}, {sql.literal(field.pattern)})", "'pattern'"))
    if field.max_length is not None:
        tests.append((f"length({c.v}) > {field.max_length}", "'too-long'"))
    if period is not None:
        tests.append((f"{c.v} < DATE '{period.start}' OR {c.v} > DATE '{period.end}'", "'outside-period'"))
    return tests


def _bound(bound: Decimal | date) -> str:
    return f"DATE '{bound.isoformat()}'" if isinstance(bound, date) else f"{bound:f}"


def _text(field: Field, c: KindColumns) -> KindSql:
    if field.choices is not None:
        return _choice(field.choices, c)
    # A token always has something visible in it, so every text can be read.
    return KindSql((), sql.publish(c.t), "NULL", "FALSE")


def _choice(choices: CodeList, c: KindColumns) -> KindSql:
    """Exact spellings first, which costs one comparison; any other spelling is folded before it is looked up.

    The fold stands in a step of its own: as the operand of a CASE it would be planned once for every spelling.
    """
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for entry in choices.entries:
        for spelling in (entry.code, entry.label.fa, entry.label.en, *entry.aliases):
            exact.setdefault(spelling, entry.code)
            folded.setdefault(fold(spelling), entry.code)
    known = f"CASE WHEN {sql.is_among(c.t, exact)} THEN {c.t} ELSE {sql.fold(c.t)} END"
    codes = folded | exact
    words, values = (", ".join(map(sql.literal, part)) for part in (codes, codes.values()))
    return KindSql(((c.f, known),), f"([{values}])[list_position([{words}], {c.f})]", "'not-in-list'")


def _code(field: Field, c: KindColumns) -> KindSql:
    if field.choices is not None:
        return _choice(field.choices, c)
    # A spreadsheet writes one digit before the point and a sign or a fraction; 887E5412 is somebody's cost centre.
    lost = f"regexp_full_match({c.d}, '[0-9]([.][0-9]+)?[eE][+][0-9]{{2}}|[0-9][.][0-9]+[eE][0-9]{{2}}')"
    value = f"CASE WHEN NOT {lost} THEN {sql.publish(c.d)} END"
    return KindSql(((c.d, sql.latin_digits(c.t)),), value, "'code-lost-digits'", lost)


# ASCII that can be seen, and what else publishing leaves as it is: a cell of these needs no cleaning.
_SEEN: Final = "'[ -~]+'"
_CLEAN: Final = f"'[ -~{sql.PERSIAN_DIGITS}٬٫،−]+'"
# The commonest forms first, each one cheap look; every other one goes through the whole grammar.
_PLAIN: Final = "'-?[0-9]{1,18}'"
_GROUPED: Final = "'-?[1-9][0-9]{0,2}(,[0-9]{3})+'"
_PERSIAN: Final = "'[۰-۹]{1,18}|[۱-۹][۰-۹]{0,2}(,[۰-۹]{3})+|[۱-۹][۰-۹]{0,2}(٬[۰-۹]{3})+'"


def _number(field: Field, c: KindColumns) -> tuple[tuple[str, str], ...]:
    """From a token to plain numeric text such as ``-1234.5``, or to ``!reason`` where it is none.

    The grammar is that of ``digits.parse_number``, by the same patterns.
    """
    bare = c.t
    for mark in field.strip:
        bare = f"replace({bare}, {sql.literal(mark)}, '')"
    m, d = c.m, c.d
    # In UTF-8 the hexadecimal form of a Persian digit is DBB and then the digit: twice as quick as translate().
    bytes_of_digits = f"hex(replace(replace({m}, ',', ''), '٬', ''))"
    digits = (
        f"CASE WHEN regexp_full_match({m}, {_PERSIAN}) THEN replace({bytes_of_digits}, 'DBB', '') "
        f"WHEN regexp_full_match({m}, {_SEEN}) THEN trim({m}) "
        f"WHEN regexp_full_match({m}, {_CLEAN}) "
        f"THEN trim(translate({m}, '{sql.PERSIAN_DIGITS}', '{sql.LATIN_DIGITS}')) "
        f"ELSE trim({sql.latin_digits(sql.publish(m))}, {sql.literal(' ' + chr(9) + chr(10))}) END"
    )
    whole = numbers.signed(numbers.NUMBER_SLASH if field.slash_decimal else numbers.NUMBER)
    # translate() drops what has no partner: separators, signs and parentheses.
    plain = (
        f"CASE WHEN regexp_matches({d}, '[-−(]') THEN '-' ELSE '' END || "
        f"CASE WHEN regexp_matches({d}, '^[-−( ]*[.٫/]') THEN '0' ELSE '' END || translate({d}, './٫,٬، −-()', '...')"
    )
    number = (
        f"CASE WHEN regexp_full_match({d}, {_PLAIN}) THEN {d} "
        f"WHEN regexp_full_match({d}, {_GROUPED}) THEN replace({d}, ',', '') "
        f"WHEN regexp_full_match({d}, {sql.literal(whole)}) THEN {plain} "
        f"WHEN regexp_full_match({d}, {sql.literal(numbers.EXPONENT)}) THEN '!number-lost-digits' "
        f"WHEN regexp_full_match({d}, {sql.literal(numbers.AMBIGUOUS)}) THEN '!number-ambiguous' "
        f"ELSE '!not-a-number' END"
    )
    return ((m, bare), (d, digits), (c.n, number))


def _fraction(c: KindColumns) -> str:
    """The decimals of the numeric text, without zeros that say nothing."""
    return f"rtrim(split_part({c.n}, '.', 2), '0')"


def _dotted(c: KindColumns) -> str:
    """Whether a whole number is asked for and the cell says ``1.000``: one, or a thousand grouped with a point."""
    return f"regexp_full_match({c.n}, '-?[0-9]{{1,3}}[.]000')"


def _number_error(c: KindColumns, condition: str, code: str) -> str:
    reason = f"CASE WHEN starts_with({c.n}, '!') THEN substr({c.n}, 2) WHEN {_dotted(c)} THEN 'number-ambiguous'"
    return f"{reason} WHEN {condition} THEN '{code}' ELSE 'number-too-large' END"


def _integer(field: Field, c: KindColumns) -> KindSql:
    value = (
        f"CASE WHEN NOT contains({c.n}, '.') THEN TRY_CAST({c.n} AS BIGINT) "
        f"WHEN {_fraction(c)} = '' AND NOT {_dotted(c)} THEN TRY_CAST(split_part({c.n}, '.', 1) AS BIGINT) END"
    )
    return KindSql(_number(field, c), value, _number_error(c, f"{_fraction(c)} <> ''", "not-whole"))


def _decimal(field: Field, c: KindColumns) -> KindSql:
    value = f"CASE WHEN length({_fraction(c)}) <= {field.scale} THEN TRY_CAST({c.n} AS DECIMAL(38, {field.scale})) END"
    return KindSql(
        _number(field, c), value, _number_error(c, f"length({_fraction(c)}) > {field.scale}", "decimal-digits")
    )


def _rial(field: Field, c: KindColumns) -> KindSql:
    """Every unit is a power of ten of the rial, so the decimal point moves in the text and nothing is rounded."""
    zeros = len(str(money.MONEY_UNITS[field.money_unit])) - 1
    whole = f"{c.n} || '{'0' * zeros}'" if zeros else c.n
    moved = (
        f"split_part({c.n}, '.', 1) || rpad({_fraction(c)}, {zeros}, '0')" if zeros else f"split_part({c.n}, '.', 1)"
    )
    value = (
        f"CASE WHEN NOT contains({c.n}, '.') THEN TRY_CAST({whole} AS BIGINT) "
        f"WHEN length({_fraction(c)}) <= {zeros} AND NOT {_dotted(c)} THEN TRY_CAST({moved} AS BIGINT) END"
    )
    return KindSql(_number(field, c), value, _number_error(c, f"length({_fraction(c)}) > {zeros}", "money-not-whole"))


_TIME: Final = r"([ T]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_YMD: Final = r"([0-9]{4}|[0-9]{2})[/.\-][0-9]{1,2}[/.\-][0-9]{1,2}"


# Days from 1970-01-01 to the first and the last day of the years 1 to 9999.
_EPOCH_DAYS: Final = "-719162 AND 2932896"


def _date_parts(c: KindColumns) -> tuple[tuple[str, str], ...]:
    """Token → Latin digits → 'y/m/d' without its time of day (the kind is a day) → year, month, day."""
    parts = (
        f"CASE WHEN regexp_full_match({c.d}, '{_YMD}{_TIME}') "
        f"THEN split_part(split_part(replace(replace({c.d}, '-', '/'), '.', '/'), ' ', 1), 'T', 1) "
        f"WHEN regexp_full_match({c.d}, '[0-9]{{8}}') "
        f"THEN substr({c.d}, 1, 4) || '/' || substr({c.d}, 5, 2) || '/' || substr({c.d}, 7, 2) END"
    )
    numbers = (
        (name, f"TRY_CAST(split_part({c.p}, '/', {position}) AS INTEGER)")
        for position, name in enumerate((c.y, c.mo, c.da), 1)
    )
    return ((c.d, sql.latin_digits(c.t)), (c.p, parts), *numbers)


def _date(field: Field, c: KindColumns) -> KindSql:
    if field.calendar in ("epoch_s", "epoch_ms"):
        days = f"floor(CAST({c.d} AS DOUBLE) / {86_400_000 if field.calendar == 'epoch_ms' else 86_400})"
        value = (
            f"CASE WHEN regexp_full_match({c.d}, '-?[0-9]{{1,14}}') THEN CASE WHEN {days} BETWEEN {_EPOCH_DAYS} "
            f"THEN DATE '1970-01-01' + CAST({days} AS INTEGER) END END"
        )
        return KindSql(((c.d, sql.latin_digits(c.t)),), value, "'not-a-date'")
    gregorian = _gregorian(field, c)
    if field.calendar == "excel":
        # Serial 60 is the day 1900-02-29 that never was; below it the two spreadsheet families disagree.
        serial = f"CAST(floor(CAST({c.d} AS DOUBLE)) AS INTEGER)"
        value = (
            f"CASE WHEN regexp_full_match({c.d}, '[0-9]{{2,7}}([.][0-9]+)?') "
            f"THEN CASE WHEN {serial} BETWEEN 61 AND 2958465 THEN DATE '1899-12-30' + {serial} END ELSE {gregorian} END"
        )
    elif field.calendar == "gregorian":
        value = gregorian
    else:
        value = f"DATE '1970-01-01' + CAST({sql.jalali_days(_year(field, c), c.mo, c.da)} AS INTEGER)"
    return KindSql(_date_parts(c), value, _date_error(field, c))


def _year(field: Field, c: KindColumns) -> str:
    """The year; two digits count from the declared century and are otherwise left as they are, to be refused."""
    if field.century is None:
        return c.y
    return f"(CASE WHEN length(split_part({c.p}, '/', 1)) <= 2 THEN {c.y} + {field.century} ELSE {c.y} END)"


def _gregorian(field: Field, c: KindColumns) -> str:
    if field.formats:
        return f"CAST(try_strptime({c.d}, [{', '.join(map(sql.literal, field.formats))}]) AS DATE)"
    return (
        f"CASE WHEN {c.y} BETWEEN {GREGORIAN_FROM} AND 2999 AND {c.mo} <= 12 AND {c.da} <= 31 "
        f"THEN TRY_CAST(printf('%04d-%02d-%02d', {c.y}, {c.mo}, {c.da}) AS DATE) END"
    )


def _date_error(field: Field, c: KindColumns) -> str:
    other = f"{c.y} >= {GREGORIAN_FROM}" if field.calendar == "jalali" else f"{c.y} BETWEEN 1200 AND 1499"
    short = f"WHEN length(split_part({c.p}, '/', 1)) <= 2 THEN 'date-two-digit-year' " if field.century is None else ""
    return (
        f"CASE WHEN {c.p} IS NULL THEN 'not-a-date' WHEN {other} THEN 'date-other-calendar' "
        f"{short}ELSE 'date-impossible' END"
    )


def _period(field: Field, c: KindColumns) -> KindSql:
    """A year, quarter, month or day that exists in the calendar its year belongs to, in the form of ``Period``."""
    shape = "'[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?|-Q[1-4])?'"
    dashed = f"regexp_replace(upper(replace({c.d}, '/', '-')), '-([0-9])(-|$)', '-0\\1\\2', 'g')"
    padded = f"regexp_replace({dashed}, '-([0-9])$', '-0\\1')"
    year, month, day = (f"CAST(substr({c.p}, {at}, {length}) AS INTEGER)" for at, length in ((1, 4), (6, 2), (9, 2)))
    jalali_year = f"left({c.p}, 4) BETWEEN '{FIRST_YEAR}' AND '{LAST_YEAR}'"
    exists = (
        f"CASE WHEN length({c.p}) < 10 THEN {jalali_year} OR left({c.p}, 4) >= '{FIRST_GREGORIAN_YEAR}' "
        f"WHEN {jalali_year} THEN {sql.jalali_days(year, month, day)} IS NOT NULL "
        f"ELSE left({c.p}, 4) >= '{FIRST_GREGORIAN_YEAR}' AND TRY_CAST({c.p} AS DATE) IS NOT NULL END"
    )
    value = f"CASE WHEN regexp_full_match({c.p}, {shape}) THEN CASE WHEN {exists} THEN {c.p} END END"
    if field.formats:
        other = f"strftime(try_strptime({c.d}, [{', '.join(map(sql.literal, field.formats))}]), '%Y-%m')"
        value = f"coalesce({value}, {other})"
    return KindSql(((c.d, sql.latin_digits(c.t)), (c.p, padded)), value, "'not-a-period'")


def _boolean(_: Field, c: KindColumns) -> KindSql:
    yes, no = (sql.is_among(c.f, sorted({fold(word) for word in words})) for words in (YES, NO))
    value = f"CASE WHEN {yes} THEN TRUE WHEN {no} THEN FALSE END"
    return KindSql(((c.f, sql.fold(c.t)),), value, "'not-a-boolean'")


def _link(_: Field, c: KindColumns) -> KindSql:
    # RE2 counts no further than 1000, so the length is looked at beside the pattern.
    shape = sql.literal("https?://[^\\s<>\"'`{}|\\\\^]{3,}")
    sound = f"length({c.t}) <= {LONGEST_LINK} AND regexp_full_match({c.t}, {shape})"
    return KindSql((), f"CASE WHEN {sound} THEN {c.t} END", "'not-a-link'")


def _geometry(field: Field, c: KindColumns) -> KindSql:
    """The refine session has judged the shapes beforehand and keeps the rows of the bad ones in ``shapes_`` + field."""
    value = f"CASE WHEN _row NOT IN (SELECT _row FROM shapes_{field.name}) THEN {c.t} END"
    return KindSql((), value, "'not-geometry'")


def _identity(_: Field, c: KindColumns) -> KindSql:
    bare = f"replace(replace({sql.latin_digits(c.t)}, '-', ''), ' ', '')"
    padded = f"CASE WHEN regexp_full_match({c.d}, '[0-9]{{8,10}}') THEN lpad({c.d}, 10, '0') END"
    return KindSql(((c.d, bare), (c.p, padded)), sql.national_id(c.p), "'identity-wrong'")


def _company(_: Field, c: KindColumns) -> KindSql:
    bare = f"replace(replace({sql.latin_digits(c.t)}, '-', ''), ' ', '')"
    return KindSql(((c.p, bare),), sql.legal_id(c.p), "'company-wrong'")


_KINDS: Final[Mapping[Kind, Callable[[Field, KindColumns], KindSql]]] = {
    "text": _text,
    "place": _text,
    "code": _code,
    "ref": _code,
    "integer": _integer,
    "decimal": _decimal,
    "rial": _rial,
    "date": _date,
    "period": _period,
    "boolean": _boolean,
    "link": _link,
    "geometry": _geometry,
    "identity": _identity,
    "company": _company,
}
