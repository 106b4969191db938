"""SQL twins of the value rules: the same folding, digits, dates and check digits as DuckDB expressions over columns.

Every function takes SQL text (a column or an expression) and returns SQL text; nothing here runs a query. The twins
are generated from the tables of the neighbouring modules, and tests hold the two sides equal. DuckDB's translate()
builds its table anew for every row, so each twin looks first (one pass of a regular expression) and translates only
what needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Final

from ayan.core.values import jalali, text
from ayan.core.values.digits import ARABIC, LATIN, PERSIAN

BLANKS: Final = "".join(
    sorted(
        {c for c in (*text.PUBLISH_DROP, *text.PUBLISH_ONE) if text.PUBLISH_ONE.get(c, " ") in " \n" and c != "\0"}
        | {*" \t\r\n\v\f", text.ZWNJ, "\u200d"}
    )
)
"""What may surround a value in a cell without belonging to it: spaces of every width, line ends, invisible marks."""

PARQUET: Final = (
    "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 8192, PRESERVE_ORDER true"
)
"""How DuckDB writes the parts of releases. Larger dictionaries cost a quarter more and save no byte. Without
PRESERVE_ORDER the threads write their row groups as they finish them, whatever the setting says."""

# Letters that nearly every Persian file needs unified; a chain of replace() is the cheapest way for so few.
_USUAL_LETTERS: Final = {"ي": "ی", "ك": "ک", "ى": "ی"}
_USUAL_FOLD: Final = _USUAL_LETTERS | {c: text.FOLD_ONE[c] for c in "\u200cآأئةۀ"}


# Stands for the column in expressions that are composed once; no SQL text may hold it.
_ANY: Final = "__any_column__"


def _composed_once(expression: Callable[[str], str]) -> Callable[[str], str]:
    """The same expression, put together once from its tables rather than for every column."""
    once = cache(expression)

    @wraps(expression)
    def of(x: str) -> str:
        return once(_ANY).replace(_ANY, x)

    return of


@dataclass(slots=True)
class SqlStatement:
    """SQL text and the values bound to its ``$p0, $p1 …``."""

    sql: str = ""
    values: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """A placeholder that stands for ``value``."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def literal(value: str) -> str:
    """``value`` as a SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def strings(values: Iterable[str]) -> str:
    """A parenthesised list of string literals, for IN."""
    return "(" + ", ".join(literal(value) for value in values) + ")"


def is_among(x: str, values: Iterable[str]) -> str:
    """Whether ``x`` is one of ``values``; FALSE for NULL.

    Neither IN nor list_contains(): DuckDB turns both into a join when they are long, and above a join it keeps rows
    in order on one thread only.
    """
    return f"(coalesce(list_position([{', '.join(literal(value) for value in values)}], {x}), 0) > 0)"


def is_ascii(x: str) -> str:
    """Whether ``x`` holds only ASCII: as many bytes as characters."""
    return f"(strlen({x}) = length({x}))"


@_composed_once
def trimmed(x: str) -> str:
    """``x`` without blanks at its ends, NULL when nothing is left; a value without them costs only two looks.

    The first character is compared with the few ranges that hold blanks, which DuckDB does on the bytes it keeps
    beside the string; the last one is looked at by an anchored pattern, which RE2 runs from the end.
    """
    edge = text.char_class(BLANKS)
    first = " OR ".join(
        f"({x} >= {literal(low)} AND {x} < {literal(high)})" for low, high in _runs(BLANKS) if low > "!"
    )
    looks = f"{x} < '!' OR {first} OR regexp_matches({x}, {literal(edge + '$')})"
    return f"CASE WHEN {looks} THEN nullif(trim({x}, {literal(BLANKS)}), '') ELSE {x} END"


def _runs(characters: Iterable[str], reach: int = 64) -> list[tuple[str, str]]:
    """Ranges [low, high) that cover ``characters``, near ones joined: they may hold a few others too."""
    runs: list[list[int]] = []
    for point in sorted(map(ord, characters)):
        if runs and point - runs[-1][1] <= reach:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return [(chr(low), chr(high + 1)) for low, high in runs]


def latin_digits(x: str) -> str:
    """``x`` with Persian and Arabic digits written in ASCII."""
    return (
        f"CASE WHEN {is_ascii(x)} THEN {x} "
        f"WHEN regexp_matches({x}, '[{ARABIC}]') "
        f"THEN translate({x}, '{PERSIAN + ARABIC}', '{LATIN * 2}') "
        f"ELSE translate({x}, '{PERSIAN}', '{LATIN}') END"
    )


@_composed_once
def publish(x: str) -> str:
    """``x`` as it is published; the twin of ``text.publish``."""
    touched = {*text.PUBLISH_DROP, *text.PUBLISH_ONE, *text.PUBLISH_MANY}
    # A mark alone asks for nothing: the hamza of «خانهٔ» stands in every other subject.
    marked = "|".join(
        f"{text.char_class({pair[0], *(old for old, new in _USUAL_LETTERS.items() if new == pair[0])})}{pair[1:]}"
        for pair in text.PUBLISH_AFTER
    )
    beside = "[ \\t\\n]"
    idle = f"{text.ZWNJ}{{2,}}|(^|{beside}){text.ZWNJ}|{text.ZWNJ}({beside}|$)"
    look = literal(f"{text.char_class(touched - set(_USUAL_LETTERS))}|{marked}|{idle}")
    long = x
    for old, new in text.PUBLISH_BEFORE.items():
        long = f"replace({long}, {literal(old)}, {literal(new)})"
    long = _characters(long, text.PUBLISH_ONE, text.PUBLISH_MANY, text.PUBLISH_DROP)
    for old, new in text.PUBLISH_AFTER.items():
        long = f"replace({long}, {literal(old)}, {literal(new)})"
    for pattern, replacement in text.PUBLISH_ZWNJ:
        long = f"regexp_replace({long}, {literal(pattern)}, {literal(replacement)}, 'g')"
    usual = " OR ".join(f"contains({x}, {literal(letter)})" for letter in _USUAL_LETTERS)
    return (
        f"CASE WHEN regexp_matches({x}, {look}) THEN {long} WHEN {is_ascii(x)} THEN {x} "
        f"WHEN {usual} THEN {_chain(x, _USUAL_LETTERS)} ELSE {x} END"
    )


@_composed_once
def fold(x: str) -> str:
    """``x`` as it is compared, searched and matched; the twin of ``text.fold``.

    Three roads, by what one look finds: a few replacements for plain Persian and Latin, one short translation for
    everything of the Arabic block (digits and vowel marks among it), the whole tables for the rest.
    """
    usual = {*_USUAL_FOLD, *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    arabic = {c for c in (*text.FOLD_ONE, *text.FOLD_DROP) if "\u0600" <= c <= "\u06ff"} - usual
    touched = {*text.FOLD_DROP, *text.FOLD_ONE, *text.FOLD_MANY}
    seen_rest = f"regexp_matches({x}, {literal(text.char_class(touched - usual - arabic))})"
    seen_arabic = f"regexp_matches({x}, {literal(text.char_class(arabic))})"
    single_letters = {c: text.FOLD_ONE[c] for c in sorted(arabic) if c in text.FOLD_ONE}
    drop = "".join(c for c in sorted(arabic) if c in text.FOLD_DROP)
    short = f"lower({_chain(x, _USUAL_FOLD)})"
    middle = _characters(short, single_letters, {}, drop)
    long = _characters(x, text.FOLD_ONE, text.FOLD_MANY, text.FOLD_DROP)
    folded = f"CASE WHEN {seen_rest} THEN {long} WHEN {seen_arabic} THEN {middle} ELSE {short} END"
    return f"trim(regexp_replace({folded}, ' {{2,}}', ' ', 'g'))"


def begins_like(words: Iterable[str], letters: int = 3) -> str:
    """A pattern that every text matches whose fold is one of ``words`` (folded): a cheap look before folding.

    It follows the first ``letters`` of each word through every character that folds to them.
    """
    return _begins_like(tuple(words), letters)


@cache
def _begins_like(words: tuple[str, ...], letters: int) -> str:
    same: dict[str, set[str]] = {}
    for character, folded in text.FOLD_ONE.items():
        same.setdefault(folded, {folded}).add(character)
    skipped = text.char_class({*text.FOLD_DROP, *BLANKS}) + "*"
    several = text.char_class(text.FOLD_MANY)
    ways: set[str] = set()
    for word in words:
        way = ""
        for letter in reversed(word.split(" ")[0][:letters]):
            way = f"{skipped}(?:{several}|{text.char_class(same.get(letter, {letter}))}{way})"
        ways.add(way)
    return f"^(?:{'|'.join(sorted(ways))})"


def _chain(x: str, table: Mapping[str, str]) -> str:
    for old, new in table.items():
        x = f"replace({x}, {literal(old)}, {literal(new)})"
    return x


_BETWEEN: Final = "\x1f"


def _characters(x: str, single_letters: Mapping[str, str], many: Mapping[str, str], drop: str) -> str:
    """``x`` with every character through the three tables; several-letter results only where one is seen."""
    single = f"translate({x}, {literal(''.join(single_letters) + drop)}, {literal(''.join(single_letters.values()))})"
    if not many:
        return single
    # Two long strings plan several times faster than two lists of as many constants. Every key ends with the separator,
    # which stands in no table, so key number n is found at character 2n - 1.
    keys = literal("".join(key + _BETWEEN for key in many))
    values = f"string_split({literal(_BETWEEN.join(many.values()))}, {literal(_BETWEEN)})"
    index = f"(strpos({keys}, ch || {literal(_BETWEEN)}) + 1) // 2"
    spelled = (
        f"array_to_string(list_transform(string_split({x}, ''), lambda ch: coalesce(({values})[{index}], ch)), '')"
    )
    after = (
        f"translate({spelled}, {literal(''.join(single_letters) + drop)}, {literal(''.join(single_letters.values()))})"
    )
    return f"CASE WHEN regexp_matches({x}, {literal(text.char_class(many))}) THEN {after} ELSE {single} END"


@_composed_once
def fold_but_half_spaces(x: str) -> str:
    """``x`` folded, with a sign where a half-space was; the twin of ``text.fold_but_half_spaces``."""
    half = literal(text.HALF_SPACE)
    return fold(f"replace(replace({x}, {half}, ' '), {literal(text.ZWNJ)}, {half})")


def jalali_year(x: str) -> str:
    """The Jalali year of a date as a number, by the rule that `jalali.first_day` follows; NULL for NULL.

    The mean year finds it or its neighbour, and the rule sets that right.
    """
    day = f"({x} - DATE '1970-01-01')"
    near = f"(({day} + 492633) * 33 // 12053)"

    def first(year: str) -> str:
        return f"(365 * {year} + (8 * {year} + 21) // 33 - 492633)"

    return (
        f"({near} + CASE WHEN {day} >= {first(f'({near} + 1)')} THEN 1 WHEN {day} < {first(near)} THEN -1 ELSE 0 END)"
    )


def jalali_month(x: str) -> str:
    """The Jalali year and month of a date as text (``1403-05``): six months of 31 days, then of 30."""
    year = jalali_year(x)
    past = f"(({x} - DATE '1970-01-01') - (365 * {year} + (8 * {year} + 21) // 33 - 492633))"
    month = f"CASE WHEN {past} < 186 THEN {past} // 31 + 1 ELSE ({past} - 186) // 30 + 7 END"
    return f"printf('%d-%02d', {year}, {month})"


def jalali_days(year: str, month: str, day: str) -> str:
    """Days since 1970-01-01 of a Jalali date given as integer expressions; NULL when there is no such day.

    The first days of the years come from the official table (1206-1498), so leap years need no rule of their own.
    """
    first, last = 1206, 1498
    days = "[" + ",".join(str(value) for value in jalali.FIRST_DAYS) + "]"
    start = f"({days})[{year} - {first - 1}]"
    esfand = f"({days})[{year} - {first - 2}] - {start} - 336"
    length = f"(CASE WHEN {month} <= 6 THEN 31 WHEN {month} <= 11 THEN 30 ELSE {esfand} END)"
    return (
        f"CASE WHEN {year} BETWEEN {first} AND {last} AND {month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND {length} "
        f"THEN {start} + ({month} - 1) * 30 + least({month} - 1, 6) + {day} - 1 END"
    )


def _digit(x: str, position: int) -> str:
    return f"CAST(substr({x}, {position}, 1) AS INTEGER)"


def national_id(x: str) -> str:
    """``x`` when it is a national ID of ten digits with the right check digit, else NULL.

    r = Σ dᵢ·(10-i) over the first nine digits, mod 11; the tenth is r below 2 and 11-r otherwise; ten equal digits
    are refused.
    """
    weighted = " + ".join(f"{_digit(x, position)} * {11 - position}" for position in range(1, 10))
    rest = f"(({weighted}) % 11)"
    check = f"(CASE WHEN {rest} < 2 THEN {rest} ELSE 11 - {rest} END)"
    return (
        f"CASE WHEN regexp_full_match({x}, '[0-9]{{10}}') AND {x} <> repeat(left({x}, 1), 10) "
        f"THEN CASE WHEN {_digit(x, 10)} = {check} THEN {x} END END"
    )


def legal_id(x: str) -> str:
    """``x`` when it is a legal ID of eleven digits with the right check digit, else NULL.

    k = d₁₀+2; Σ (dᵢ+k)·z with z = 29, 27, 23, 19, 17 repeated, mod 11, 10 read as 0, equals d₁₁.
    """
    weights = (29, 27, 23, 19, 17, 29, 27, 23, 19, 17)
    k = f"({_digit(x, 10)} + 2)"
    weighted = " + ".join(f"({_digit(x, position)} + {k}) * {z}" for position, z in enumerate(weights, 1))
    return (
        f"CASE WHEN regexp_full_match({x}, '[0-9]{{11}}') AND {x} <> repeat(left({x}, 1), 11) "
        f"THEN CASE WHEN ((({weighted}) % 11) % 10) = {_digit(x, 11)} THEN {x} END END"
    )
