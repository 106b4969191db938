"""The rows of a question as SQL: its conditions, its order and its pages, over the columns that a dataset publishes.

Every value is bound. Which plan is written with what: `ayan.core.query.sql`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.query import folding
from ayan.core.query.folded_texts import codes_named
from ayan.core.query.limits import MOST_RECORDS
from ayan.core.query.operators import OPERATORS, columns_of, folded_values, is_words
from ayan.core.query.plan import ADDRESS, NUMBER, Newest, Record, RowFile, RowNumbers, Rows, shown_fields
from ayan.core.query.question import Filter, Position, Question, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.spreadsheet import safe, safe_sql
from ayan.core.values.sql import SqlStatement, identifier

TABLE: Final = "rows"
WHOLE: Final = f"main.{TABLE}"
"""The whole table, where it is not read in the place of itself."""


def column(dataset: Dataset, name: str) -> str:
    """The quoted column of a published field; KeyError for any other name, whatever it holds."""
    for published_field in dataset.published:
        if published_field.name == name:
            return identifier(published_field.name)
    raise KeyError(name)


def over_columns(dataset: Dataset, present: frozenset[str], source: str = "", table: str = WHOLE) -> str:
    """What stands before a statement where the file lacks published columns: they are empty in every row.

    A file has the columns that its releases had; a field declared since is in none of them. ``source`` is what is read
    in the place of the whole ``table``: a table of some of its rows, or the table itself with a condition on ``_n``.
    """
    lacking = [published_field for published_field in dataset.published if published_field.name not in present]
    if not lacking and not source and table == WHOLE:
        return ""
    empty = "".join(
        f", CAST(NULL AS {published_field.storage}) AS {identifier(published_field.name)}"
        for published_field in lacking
    )
    # The whole table is read where it stands, however often a statement names it.
    kept = " NOT MATERIALIZED" if table != WHOLE and not source else ""
    return f"WITH {TABLE} AS{kept} (SELECT *{empty} FROM {source or table}) "


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
    """One filter as SQL."""
    x = column(dataset, asked_filter.field)
    if asked_filter.exact and not asked_filter.values:
        return "FALSE"
    if asked_filter.exact:
        return f"({x} IN ({', '.join(map(statement.bind, asked_filter.values))}))"
    operator = OPERATORS[asked_filter.op]
    return operator.sql(x, dataset.field(asked_filter.field), asked_filter.values, statement.bind)


def is_folded(of: Field, asked_filter: Filter) -> bool:
    """Whether a filter compares texts by patterns, one by one, and not by their order."""
    return not asked_filter.exact and bool(folded_values(of, asked_filter.op, asked_filter.values))


def conditions_on(dataset: Dataset, question: Question) -> tuple[str, ...]:
    """The columns that the conditions of a question look at."""
    names = {asked_filter.field for asked_filter in question.filters}
    names.update(*(columns_of(asked_filter.op, asked_filter.values) for asked_filter in question.filters))
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


# Parts the texts of a row where they are looked through as one: no pattern reaches over it, and no cell can hold it.
SEPARATOR: Final = "\x1f"


def searched_text(dataset: Dataset) -> str:
    """The published texts of a row that a search looks through, as one, parted by `SEPARATOR`."""
    texts = [
        identifier(published_field.name)
        for published_field in dataset.published
        if published_field.kind.searched and published_field.choices is None
    ]
    return f"concat_ws(chr({ord(SEPARATOR)}), {', '.join(texts)})" if texts else "''"


def search(dataset: Dataset, words: str, statement: SqlStatement) -> list[str]:
    """One condition for each word searched: some published text, code or list label of the row contains it."""
    together = searched_text(dataset)
    out = []
    for word in words.split():
        parts = [f"({folding.matches(together, statement.bind(folding.searched(word)))})"]
        for published_field in dataset.published:
            # A list's labels are what the reader sees, so they are what a word finds.
            codes = codes_named(published_field.choices, word) if published_field.choices is not None else []
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


def rows(dataset: Dataset, plan: Rows) -> SqlStatement:
    """A page: the shown columns, the row's address, its number, and the sorted value as ``_key``."""
    question = plan.question
    names = [identifier(shown_field.name) for shown_field in shown_fields(dataset, question)]
    key = column(dataset, question.sort.field) if question.sort else "NULL"
    columns = [*names, *ADDRESS, NUMBER, f"{key} AS _key"]
    return _page(dataset, question, plan.position, question.limit, columns)


def numbers(dataset: Dataset, plan: RowNumbers) -> SqlStatement:
    """The rows of a page, each as its ``_n`` alone."""
    return _page(dataset, plan.question, plan.position, plan.limit, [NUMBER])


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


def record(dataset: Dataset, plan: Record) -> SqlStatement:
    """The rows with exactly these values, all published columns."""
    statement = SqlStatement()
    parts = [
        f"{_keyed_by(dataset, name)} IS NULL"
        if value is None
        else f"{_keyed_by(dataset, name)} = {statement.bind(value)}"
        for name, value in plan.key
    ]
    statement.sql = (
        f"SELECT {_whole_row(dataset)} FROM {TABLE} WHERE {' AND '.join(parts)} "
        f"ORDER BY {NUMBER} DESC LIMIT {MOST_RECORDS}"
    )
    return statement


def _keyed_by(dataset: Dataset, name: str) -> str:
    return name if name in ADDRESS else column(dataset, name)


def _whole_row(dataset: Dataset) -> str:
    return ", ".join([*(identifier(field.name) for field in dataset.published), *ADDRESS])


def newest(dataset: Dataset, plan: Newest) -> SqlStatement:
    """Rows in the order of some periods, then of their places."""
    statement = SqlStatement()
    listed = ", ".join(f"({statement.bind(period)}, {number})" for number, period in enumerate(plan.periods))
    statement.sql = (
        f"SELECT {_whole_row(dataset)} FROM {TABLE} "
        f"JOIN (VALUES {listed}) AS ranked (_in, _rank) ON _in = _period "
        f"WHERE {where(dataset, plan.scope, statement)} ORDER BY _rank, {NUMBER} "
        f"LIMIT {int(plan.limit)} OFFSET {int(plan.past)}"
    )
    return statement


def file(dataset: Dataset, plan: RowFile) -> SqlStatement:
    """The whole result for a streamed file."""
    statement, question = SqlStatement(), plan.question
    columns = [
        f"{_cell(field, question, statement) if plan.cells else identifier(field.name)} AS {identifier(field.name)}"
        for field in shown_fields(dataset, question)
    ]
    parts = [where(dataset, question, statement)]
    if plan.position is not None:
        parts.append(after(dataset, question.sort, plan.position, statement))
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
        text = f"CAST({x} AS VARCHAR)"
        named = " ".join(
            f"WHEN {statement.bind(entry.code)} THEN {statement.bind(safe(entry.label.of(question.lang)))}"
            for entry in shown_field.choices.entries
        )
        return f"CASE {text} {named} ELSE {safe_sql(text)} END"
    return safe_sql(x) if shown_field.is_text else x
