"""Questions as SQL: the one place that writes it, over the columns a dataset publishes, with every value bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ayan.core.query import folding
from ayan.core.query.cursor import Position
from ayan.core.query.limits import LARGEST_PATTERN
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import Span, Value
from ayan.core.values.sql import identifier

TABLE: Final = "rows"
# Where a row stands: its place in the state, and the release and row number by which it is cited.
NUMBER: Final = "_n"
ADDRESS: Final = ("_period", "_release", "_row")
# What a spreadsheet takes for the beginning of a formula, as code points: comparing one number costs a fraction of a
# regular expression, for every text of every row of a file.
_FORMULA: Final = ", ".join(str(ord(character)) for character in "=+-@\t\r\n")


@dataclass(frozen=True, slots=True)
class RollupPlan:
    """What a rollup must hold for a statement to be answered from its cells, and ``write``, which writes it over them.

    ``keys`` are the columns whose values are told apart, ``added`` those that are added up, and of ``ordered`` the
    order by the alphabet is needed.
    """

    keys: frozenset[str]
    added: frozenset[str]
    ordered: frozenset[str]
    write: Callable[[], SqlStatement]


@dataclass(frozen=True, slots=True)
class RowScope:
    """What a statement says of the rows it is about, for an engine that can name them without looking at each.

    They are those of ``question``, and ``columns`` of them are read besides those of its conditions. ``over`` writes
    the same statement about the rows of another question. ``middle`` names a column where the statement asks for no
    more than its median, least and greatest value.
    """

    question: Question
    columns: tuple[str, ...]
    over: Callable[[Question], SqlStatement]
    rollup: RollupPlan | None = None
    middle: str | None = None


@dataclass(slots=True)
class SqlStatement:
    """SQL text and the values bound to its ``$p0, $p1 …``."""

    sql: str = ""
    values: dict[str, object] = field(default_factory=dict)
    scope: RowScope | None = None
    # Of a statement about one record: the columns by which it is known and what stands in them.
    key: Mapping[str, object] | None = None

    def bind(self, value: object) -> str:
        """A placeholder that stands for ``value``."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def column(dataset: Dataset, name: str) -> str:
    """The quoted column of a published field; KeyError for any other name, whatever it holds."""
    for published_field in dataset.published:
        if published_field.name == name:
            return identifier(published_field.name)
    raise KeyError(name)


def shown_fields(dataset: Dataset, question: Question) -> tuple[Field, ...]:
    """The fields an answer carries, in declared order."""
    return tuple(
        shown_field for shown_field in dataset.published if not question.fields or shown_field.name in question.fields
    )


def over_columns(dataset: Dataset, present: frozenset[str], source: str = "") -> str:
    """What stands before a statement where the file lacks published columns: they are empty in every row.

    A file has the columns that its releases had; a field declared since is in none of them. ``source`` is what is read
    in the place of the whole table: the name of a table of some of its rows, or a condition on ``_n``.
    """
    lacking = [published_field for published_field in dataset.published if published_field.name not in present]
    if not lacking and not source:
        return ""
    empty = "".join(
        f", CAST(NULL AS {published_field.storage}) AS {identifier(published_field.name)}"
        for published_field in lacking
    )
    return f"WITH {TABLE} AS (SELECT *{empty} FROM {source or f'main.{TABLE}'}) "


# --- conditions -----------------------------------------------------------------------------------------------------


def where(dataset: Dataset, question: Question, statement: SqlStatement, *, leave_out: str | None = None) -> str:
    """The condition of the question's filters, search and release, TRUE where there is none.

    ``leave_out`` names a field whose own filters do not count, as facets want it.
    """
    parts = [
        condition(dataset, asked_filter, statement)
        for asked_filter in question.filters
        if asked_filter.field != leave_out
    ]
    parts += search(dataset, question.search, statement)
    if question.release:
        period, number = question.release
        parts.append(f"(_period = {statement.bind(period)} AND _release = {statement.bind(number)})")
    return " AND ".join(parts) or "TRUE"


def condition(dataset: Dataset, asked_filter: Filter, statement: SqlStatement) -> str:
    """One filter as SQL; ``not`` holds for rows without a value too, every other operator needs one."""
    x = column(dataset, asked_filter.field)
    if asked_filter.op == "isnull":
        return f"({x} IS NULL)" if asked_filter.values[0] else f"({x} IS NOT NULL)"
    of = dataset.field(asked_filter.field)
    if asked_filter.exact:
        return f"({x} IN ({', '.join(map(statement.bind, asked_filter.values))}))"
    if asked_filter.op in ("eq", "in"):
        return _any_of(x, of, asked_filter.values, statement)
    if asked_filter.op == "not":
        return f"({x} IS NULL OR NOT {_any_of(x, of, asked_filter.values, statement)})"
    if asked_filter.op in ("contains", "startswith"):
        text = str(asked_filter.values[0])
        pattern = folding.containing(text) if asked_filter.op == "contains" else folding.starting(text)
        return f"({folding.matches(x, statement.bind(pattern))})"
    low, high = _ends(asked_filter.values[0])
    # «from 1403» starts with its first day, «after 1403» with the day after its last.
    sign, end = {"gt": (">", high), "gte": (">=", low), "lt": ("<", low), "lte": ("<=", high)}[asked_filter.op]
    return f"({x} {sign} {statement.bind(end)})"


def is_words(text_field: Field) -> bool:
    """Whether the field holds words, which are compared by folding and sorted by the alphabet."""
    return text_field.kind.is_words and text_field.choices is None


def _ends(value: Value) -> tuple[object, object]:
    return (value.first, value.last) if isinstance(value, Span) else (value, value)


def _any_of(x: str, of: Field, values: tuple[Value, ...], statement: SqlStatement) -> str:
    """One of the values: folded words by pattern, ranges by their ends, everything else by equality."""
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
    if of.choices is not None or not of.kind.searched:
        return False
    return of.kind.is_words or text.lower() != text.upper()


def is_folded(of: Field, asked_filter: Filter) -> bool:
    """Whether a filter compares texts by patterns, one by one, and not by their order."""
    return bool(folded_values(of, asked_filter))


def folded_values(of: Field, asked_filter: Filter) -> list[str]:
    """The values of a filter that are compared by patterns."""
    always = asked_filter.op in ("contains", "startswith")
    folded = [value for value in asked_filter.values if isinstance(value, str) and (always or _is_folded(of, value))]
    return [] if asked_filter.exact else folded


def conditions_on(dataset: Dataset, question: Question) -> tuple[str, ...]:
    """The columns that the conditions of a question look at."""
    names = {asked_filter.field for asked_filter in question.filters}
    if question.search:
        names |= {
            published_field.name
            for published_field in dataset.published
            if published_field.kind.searched or published_field.choices is not None
        }
    return (
        *(published_field.name for published_field in dataset.published if published_field.name in names),
        *(ADDRESS[:2] if question.release else ()),
    )


def search(dataset: Dataset, words: str, statement: SqlStatement) -> list[str]:
    """One condition for each word searched: some published text, code or list label of the row contains it."""
    texts = [
        identifier(published_field.name)
        for published_field in dataset.published
        if published_field.kind.searched and published_field.choices is None
    ]
    # The texts of a row are looked through as one; no pattern reaches over the separator, which no cell can hold.
    together = f"concat_ws(chr(31), {', '.join(texts)})" if texts else "''"
    out = []
    for word in words.split():
        parts = [f"({folding.matches(together, statement.bind(folding.searched(word)))})"]
        for published_field in dataset.published:
            # A list's labels are what the reader sees, so they are what a word finds.
            codes = folding.codes_named(published_field.choices, word) if published_field.choices is not None else []
            if codes:
                x = f"CAST({identifier(published_field.name)} AS VARCHAR)"
                parts.append(f"coalesce({x} IN ({', '.join(statement.bind(code) for code in codes)}), FALSE)")
        out.append("(" + " OR ".join(parts) + ")")
    return out


# --- order and paging -----------------------------------------------------------------------------------------------


def order_key(dataset: Dataset, sort: Sort) -> str:
    """What rows are ordered by: the value, or for words its ICU collation key in the order of the Persian alphabet."""
    return _keyed(dataset, sort, column(dataset, sort.field))


def _keyed(dataset: Dataset, sort: Sort, x: str) -> str:
    sort_field = dataset.field(sort.field)
    return f"icu_sort_key({x}, 'fa')" if is_words(sort_field) else x


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


def after(dataset: Dataset, sort: Sort | None, position: Position, statement: SqlStatement) -> str:
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


def rows(dataset: Dataset, question: Question, position: Position | None, limit: int) -> SqlStatement:
    """One page: the shown columns, the sorted value as ``_key`` and the row's address; one row more than ``limit``."""
    names = [identifier(shown_field.name) for shown_field in shown_fields(dataset, question)]
    key = column(dataset, question.sort.field) if question.sort else "NULL"
    return _page(dataset, question, position, limit, [*names, *ADDRESS, NUMBER, f"{key} AS _key"])


def numbers(dataset: Dataset, question: Question, position: Position | None, limit: int) -> SqlStatement:
    """The rows of `rows`, each as its ``_n`` alone."""
    return _page(dataset, question, position, limit, [NUMBER])


def _page(
    dataset: Dataset, question: Question, position: Position | None, limit: int, columns: Sequence[str]
) -> SqlStatement:
    statement = SqlStatement()
    parts = [where(dataset, question, statement)]
    if position is not None:
        parts.append(after(dataset, question.sort, position, statement))
    condition = f"WHERE {' AND '.join(parts)}{order(dataset, question.sort)} LIMIT {int(limit) + 1}"
    statement.sql = f"SELECT {', '.join(columns)} FROM {TABLE} {condition}"
    return statement


def record(dataset: Dataset, key: Mapping[str, object]) -> SqlStatement:
    """The rows with exactly these values, all published columns, newest period first, in the shape of `rows`."""
    statement = SqlStatement()
    parts = [
        f"{column(dataset, name)} IS NULL" if value is None else f"{column(dataset, name)} = {statement.bind(value)}"
        for name, value in key.items()
    ]
    statement.key = key
    return _picked(dataset, statement, " AND ".join(parts))


def placed_record(dataset: Dataset, period: str, release: int, row: int) -> SqlStatement:
    """The row that stands at a place, in the shape of `rows`."""
    statement = SqlStatement()
    address = {"_period": period, "_release": release, "_row": row}
    return _picked(
        dataset, statement, " AND ".join(f"{name} = {statement.bind(value)}" for name, value in address.items())
    )


def newest(dataset: Dataset, question: Question, periods: Sequence[str], limit: int, past: int) -> SqlStatement:
    """The rows of a question in the order of ``periods``, then of their places, in the shape of `record`."""
    statement = SqlStatement()
    listed = ", ".join(f"({statement.bind(period)}, {number})" for number, period in enumerate(periods))
    statement.sql = (
        f"SELECT {', '.join([*(identifier(field.name) for field in dataset.published), *ADDRESS])} FROM {TABLE} "
        f"JOIN (VALUES {listed}) AS ranked (_in, _rank) ON _in = _period "
        f"WHERE {where(dataset, question, statement)} ORDER BY _rank, {NUMBER} LIMIT {int(limit)} OFFSET {int(past)}"
    )
    return statement


def _picked(dataset: Dataset, statement: SqlStatement, condition: str) -> SqlStatement:
    names = [identifier(published_field.name) for published_field in dataset.published]
    statement.sql = (
        f"SELECT {', '.join([*names, *ADDRESS])} FROM {TABLE} WHERE {condition} ORDER BY {NUMBER} DESC LIMIT 100"
    )
    return statement


def every_row(dataset: Dataset, question: Question, position: Position | None, *, cells: bool = False) -> SqlStatement:
    """The whole result for a streamed file: the shown columns, then ``_row`` as ``period/release#row``.

    With ``cells`` the texts are made safe for a spreadsheet and, where the reader asked for labels, the codes of a
    list are shown by their labels.
    """
    statement = SqlStatement()
    columns = [
        f"{_cell(field, question, statement) if cells else identifier(field.name)} AS {identifier(field.name)}"
        for field in shown_fields(dataset, question)
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


def _cell(shown_field: Field, question: Question, statement: SqlStatement) -> str:
    """A column as a spreadsheet may open it: a text that a program would take for a formula gets an apostrophe."""
    x = identifier(shown_field.name)
    if shown_field.choices is not None and question.lang:
        named = " ".join(
            f"WHEN {statement.bind(entry.code)} THEN {statement.bind(entry.label.of(question.lang))}"
            for entry in shown_field.choices.entries
        )
        x = f"CASE CAST({x} AS VARCHAR) {named} ELSE CAST({x} AS VARCHAR) END"
    elif not shown_field.is_text:
        return x
    return f"CASE WHEN ascii({x}) IN ({_FORMULA}) THEN '''' || {x} ELSE {x} END"
