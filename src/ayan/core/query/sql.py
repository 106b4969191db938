"""Questions as SQL: the one place that writes it, over the columns a dataset publishes, with every value bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ayan.core.query import folding
from ayan.core.query.cursor import Position
from ayan.core.query.limits import LARGEST_PATTERN
from ayan.core.query.question import Filter, Question, Sort, Span, Value
from ayan.core.schema.definition import Dataset, Field
from ayan.core.schema.kinds import TEXTS, WORDS, storage_type
from ayan.core.values.sql import identifier

TABLE: Final = "rows"
# Where a row stands: its place in the state, and the release and row number by which it is cited.
NUMBER: Final = "_n"
ADDRESS: Final = ("_period", "_release", "_row")
# What a spreadsheet takes for the beginning of a formula, as code points: comparing one number costs a fraction of a
# regular expression, for every text of every row of a file.
_FORMULA: Final = ", ".join(str(ord(one)) for one in "=+-@\t\r\n")


@dataclass(frozen=True, slots=True)
class Told:
    """What a tally must hold for a statement to be answered from its cells, and ``write``, which writes it over them.

    ``keys`` are the columns whose values are told apart, ``added`` those that are added up, and of ``ordered`` the
    order by the alphabet is needed.
    """

    keys: frozenset[str]
    added: frozenset[str]
    ordered: frozenset[str]
    write: Callable[[], Statement]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a statement says of the rows it is about, for an engine that can name them without looking at each.

    They are those of ``question``, and ``columns`` of them are read besides those of its conditions. ``over`` writes
    the same statement about the rows of another question. ``middle`` names a column where the statement asks for no
    more than its median, least and greatest value.
    """

    question: Question
    columns: tuple[str, ...]
    over: Callable[[Question], Statement]
    told: Told | None = None
    middle: str | None = None


@dataclass(slots=True)
class Statement:
    """SQL text and the values bound to its ``$p0, $p1 …``."""

    sql: str = ""
    values: dict[str, object] = field(default_factory=dict)
    scope: Scope | None = None
    # Of a statement about one record: the columns by which it is known and what stands in them.
    key: Mapping[str, object] | None = None

    def bind(self, value: object) -> str:
        """A placeholder that stands for ``value``."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def column(dataset: Dataset, name: str) -> str:
    """The quoted column of a published field; KeyError for any other name, whatever it holds."""
    for one in dataset.published:
        if one.name == name:
            return identifier(one.name)
    raise KeyError(name)


def shown_fields(dataset: Dataset, question: Question) -> tuple[Field, ...]:
    """The fields an answer carries, in declared order."""
    return tuple(one for one in dataset.published if not question.fields or one.name in question.fields)


def over_columns(dataset: Dataset, present: frozenset[str], source: str = "") -> str:
    """What stands before a statement where the file lacks published columns: they are empty in every row.

    A file has the columns that its releases had; a field declared since is in none of them. ``source`` is what is read
    in the place of the whole table: the name of a table of some of its rows, or a condition on ``_n``.
    """
    lacking = [one for one in dataset.published if one.name not in present]
    if not lacking and not source:
        return ""
    empty = "".join(f", CAST(NULL AS {storage_type(one)}) AS {identifier(one.name)}" for one in lacking)
    return f"WITH {TABLE} AS (SELECT *{empty} FROM {source or f'main.{TABLE}'}) "


# --- conditions -----------------------------------------------------------------------------------------------------


def where(dataset: Dataset, question: Question, statement: Statement, *, leave_out: str | None = None) -> str:
    """The condition of the question's filters, search and release, TRUE where there is none.

    ``leave_out`` names a field whose own filters do not count, as facets want it.
    """
    parts = [condition(dataset, one, statement) for one in question.filters if one.field != leave_out]
    parts += search(dataset, question.search, statement)
    if question.release:
        period, number = question.release
        parts.append(f"(_period = {statement.bind(period)} AND _release = {statement.bind(number)})")
    return " AND ".join(parts) or "TRUE"


def condition(dataset: Dataset, one: Filter, statement: Statement) -> str:
    """One filter as SQL; ``not`` holds for rows without a value too, every other operator needs one."""
    x = column(dataset, one.field)
    if one.op == "isnull":
        return f"({x} IS NULL)" if one.values[0] else f"({x} IS NOT NULL)"
    of = dataset.field(one.field)
    if one.exact:
        return f"({x} IN ({', '.join(map(statement.bind, one.values))}))"
    if one.op in ("eq", "in"):
        return _any_of(x, of, one.values, statement)
    if one.op == "not":
        return f"({x} IS NULL OR NOT {_any_of(x, of, one.values, statement)})"
    if one.op in ("contains", "startswith"):
        text = str(one.values[0])
        pattern = folding.containing(text) if one.op == "contains" else folding.starting(text)
        return f"({folding.matches(x, statement.bind(pattern))})"
    low, high = _ends(one.values[0])
    # «from 1403» starts with its first day, «after 1403» with the day after its last.
    sign, end = {"gt": (">", high), "gte": (">=", low), "lt": ("<", low), "lte": ("<=", high)}[one.op]
    return f"({x} {sign} {statement.bind(end)})"


def is_words(one: Field) -> bool:
    """Whether the field holds words, which are compared by folding and sorted by the alphabet."""
    return one.kind in WORDS and one.choices is None


def _ends(value: Value) -> tuple[object, object]:
    return (value.first, value.last) if isinstance(value, Span) else (value, value)


def _any_of(x: str, of: Field, values: tuple[Value, ...], statement: Statement) -> str:
    """One of the values: folded words by pattern, stretches by their ends, everything else by equality."""
    patterns = [folding.equal(value) for value in values if isinstance(value, str) and _is_folded(of, value)]
    spans = [value for value in values if isinstance(value, Span) and value.first != value.last]
    plain = [_ends(v)[0] for v in values if not (isinstance(v, str) and _is_folded(of, v)) and v not in spans]
    parts = [f"{x} BETWEEN {statement.bind(span.first)} AND {statement.bind(span.last)}" for span in spans]
    if plain:
        parts.append(f"{x} IN ({', '.join(statement.bind(value) for value in plain)})")
    parts += [f"({folding.matches(x, statement.bind(pattern))})" for pattern in _alternatives(patterns)]
    return "(" + " OR ".join(parts) + ")"


def _alternatives(patterns: Sequence[str]) -> list[str]:
    """The patterns as few ones that match whatever one of them does, none larger than RE2 compiles."""
    bunches: list[list[str]] = []
    for pattern in patterns:
        if not bunches or sum(map(len, bunches[-1])) + len(pattern) > LARGEST_PATTERN:
            bunches.append([])
        bunches[-1].append(f"(?:{pattern})")
    return ["|".join(bunch) for bunch in bunches]


def _is_folded(of: Field, text: str) -> bool:
    """Words always; a code only where capitals could differ, for plain equality uses the file's statistics."""
    if of.choices is not None or of.kind not in TEXTS:
        return False
    return of.kind in WORDS or text.lower() != text.upper()


def is_folded(of: Field, one: Filter) -> bool:
    """Whether a filter compares texts by patterns, one by one, and not by their order."""
    return bool(folded_values(of, one))


def folded_values(of: Field, one: Filter) -> list[str]:
    """The values of a filter that are compared by patterns."""
    always = one.op in ("contains", "startswith")
    folded = [value for value in one.values if isinstance(value, str) and (always or _is_folded(of, value))]
    return [] if one.exact else folded


def conditions_on(dataset: Dataset, question: Question) -> tuple[str, ...]:
    """The columns that the conditions of a question look at."""
    names = {one.field for one in question.filters}
    if question.search:
        names |= {one.name for one in dataset.published if one.kind in TEXTS or one.choices is not None}
    return (*(one.name for one in dataset.published if one.name in names), *(ADDRESS[:2] if question.release else ()))


def search(dataset: Dataset, words: str, statement: Statement) -> list[str]:
    """One condition for each word searched: some published text, code or list label of the row contains it."""
    texts = [identifier(one.name) for one in dataset.published if one.kind in TEXTS and one.choices is None]
    # The texts of a row are looked through as one; no pattern reaches over the separator, which no cell can hold.
    together = f"concat_ws(chr(31), {', '.join(texts)})" if texts else "''"
    out = []
    for word in words.split():
        parts = [f"({folding.matches(together, statement.bind(folding.searched(word)))})"]
        for one in dataset.published:
            # A list's labels are what the reader sees, so they are what a word finds.
            found = folding.codes_named(one.choices, word) if one.choices is not None else []
            if found:
                x = f"CAST({identifier(one.name)} AS VARCHAR)"
                parts.append(f"coalesce({x} IN ({', '.join(statement.bind(code) for code in found)}), FALSE)")
        out.append("(" + " OR ".join(parts) + ")")
    return out


# --- order and paging -----------------------------------------------------------------------------------------------


def order_key(dataset: Dataset, sort: Sort) -> str:
    """What rows are ordered by: the value, or for words its ICU collation key in the order of the Persian alphabet."""
    return _keyed(dataset, sort, column(dataset, sort.field))


def _keyed(dataset: Dataset, sort: Sort, x: str) -> str:
    one = dataset.field(sort.field)
    return f"icu_sort_key({x}, 'fa')" if is_words(one) else x


def order(dataset: Dataset, sort: Sort | None) -> str:
    """The ORDER BY clause: the sorted value with empty ones last, then the row's place, so that no two rows tie.

    Words that stand at one place of the alphabet, such as those that differ in a half-space, follow by code point.

    Without a sort there is none: the table is stored by ``_n`` and one thread reads it in that order, so a page ends
    as soon as it is full, and a streamed file need not be held before its first row leaves.
    """
    if sort is None:
        return ""
    way = f"{'DESC' if sort.descending else 'ASC'} NULLS LAST"
    x = column(dataset, sort.field)
    words = f", {x} {way}" if is_words(dataset.field(sort.field)) else ""
    return f" ORDER BY {order_key(dataset, sort)} {way}{words}, {NUMBER}"


def after(dataset: Dataset, sort: Sort | None, position: Position, statement: Statement) -> str:
    """The rows that come after a position in the order of `order`."""
    n = statement.bind(position.number)
    if sort is None:
        return f"{NUMBER} > {n}"
    key = order_key(dataset, sort)
    if position.value is None:
        return f"({key} IS NULL AND {NUMBER} > {n})"
    value = statement.bind(position.value)
    at = _keyed(dataset, sort, value)
    sign = "<" if sort.descending else ">"
    tied = f"{NUMBER} > {n}"
    if is_words(dataset.field(sort.field)):
        x = column(dataset, sort.field)
        tied = f"({x} {sign} {value} OR ({x} = {value} AND {tied}))"
    return f"({key} {sign} {at} OR ({key} = {at} AND {tied}) OR {key} IS NULL)"


def rows(dataset: Dataset, question: Question, position: Position | None, limit: int) -> Statement:
    """One page: the shown columns, the sorted value as ``_key`` and the row's address; one row more than ``limit``."""
    names = [identifier(one.name) for one in shown_fields(dataset, question)]
    key = column(dataset, question.sort.field) if question.sort else "NULL"
    return _page(dataset, question, position, limit, [*names, *ADDRESS, NUMBER, f"{key} AS _key"])


def numbers(dataset: Dataset, question: Question, position: Position | None, limit: int) -> Statement:
    """The rows of `rows`, each as its ``_n`` alone."""
    return _page(dataset, question, position, limit, [NUMBER])


def _page(
    dataset: Dataset, question: Question, position: Position | None, limit: int, columns: Sequence[str]
) -> Statement:
    statement = Statement()
    parts = [where(dataset, question, statement)]
    if position is not None:
        parts.append(after(dataset, question.sort, position, statement))
    condition = f"WHERE {' AND '.join(parts)}{order(dataset, question.sort)} LIMIT {int(limit) + 1}"
    statement.sql = f"SELECT {', '.join(columns)} FROM {TABLE} {condition}"
    return statement


def record(dataset: Dataset, key: Mapping[str, object]) -> Statement:
    """The rows with exactly these values, all published columns, newest period first, in the shape of `rows`."""
    statement = Statement()
    parts = [
        f"{column(dataset, name)} IS NULL" if value is None else f"{column(dataset, name)} = {statement.bind(value)}"
        for name, value in key.items()
    ]
    statement.key = key
    return _picked(dataset, statement, " AND ".join(parts))


def placed_record(dataset: Dataset, period: str, release: int, row: int) -> Statement:
    """The row that stands at a place, in the shape of `rows`."""
    statement = Statement()
    place = {"_period": period, "_release": release, "_row": row}
    return _picked(
        dataset, statement, " AND ".join(f"{name} = {statement.bind(value)}" for name, value in place.items())
    )


def newest(dataset: Dataset, question: Question, periods: Sequence[str], limit: int, past: int) -> Statement:
    """The rows of a question in the order of ``periods``, then of their places, in the shape of `record`."""
    statement = Statement()
    listed = ", ".join(f"({statement.bind(period)}, {number})" for number, period in enumerate(periods))
    statement.sql = (
        f"SELECT {', '.join([*(identifier(one.name) for one in dataset.published), *ADDRESS])} FROM {TABLE} "
        f"JOIN (VALUES {listed}) AS ranked (_in, _rank) ON _in = _period "
        f"WHERE {where(dataset, question, statement)} ORDER BY _rank, {NUMBER} LIMIT {int(limit)} OFFSET {int(past)}"
    )
    return statement


def _picked(dataset: Dataset, statement: Statement, condition: str) -> Statement:
    names = [identifier(one.name) for one in dataset.published]
    statement.sql = (
        f"SELECT {', '.join([*names, *ADDRESS])} FROM {TABLE} WHERE {condition} ORDER BY {NUMBER} DESC LIMIT 100"
    )
    return statement


def every_row(dataset: Dataset, question: Question, position: Position | None, *, cells: bool = False) -> Statement:
    """The whole result for a streamed file: the shown columns, then ``_row`` as ``period/release#row``.

    With ``cells`` the texts are made safe for a spreadsheet and, where the reader asked for labels, the codes of a
    list are shown by their labels.
    """
    statement = Statement()
    columns = [
        f"{_cell(one, question, statement) if cells else identifier(one.name)} AS {identifier(one.name)}"
        for one in shown_fields(dataset, question)
    ]
    parts = [where(dataset, question, statement)]
    if position is not None:
        parts.append(after(dataset, question.sort, position, statement))
    address = "_period || '/' || _release || '#' || _row AS _row"
    statement.sql = f"SELECT {', '.join([*columns, address])} FROM {TABLE} WHERE {' AND '.join(parts)}"
    statement.sql += order(dataset, question.sort)
    if question.size is not None:
        statement.sql += f" LIMIT {int(question.size)}"
    return statement


def _cell(one: Field, question: Question, statement: Statement) -> str:
    """A column as a spreadsheet may open it: a text that a program would take for a formula gets an apostrophe."""
    x = identifier(one.name)
    if one.choices is not None and question.lang:
        named = " ".join(
            f"WHEN {statement.bind(entry.code)} THEN {statement.bind(entry.label.of(question.lang))}"
            for entry in one.choices.entries
        )
        x = f"CASE CAST({x} AS VARCHAR) {named} ELSE CAST({x} AS VARCHAR) END"
    elif one.kind in ("integer", "decimal", "rial", "date", "boolean"):
        return x
    return f"CASE WHEN ascii({x}) IN ({_FORMULA}) THEN '''' || {x} ELSE {x} END"
