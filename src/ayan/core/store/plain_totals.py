"""Totals of few rows by the plainest of rules, without an engine: nearly all that cities declare are of these shapes.

Whatever is not of exactly such a shape, or reads a column of another type, has no answer here: the engine has.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Context, Decimal, Inexact
from typing import Any, Final

import pyarrow as pa

_NAME: Final = "[a-z_][a-z0-9_]{0,62}"
_RULE: Final = re.compile(
    rf"(?P<count>count\(\*\))|count\(DISTINCT (?P<distinct>{_NAME})\)|sum\((?P<sum>{_NAME})(?: - (?P<less>{_NAME}))?\)",
    re.ASCII,
)
_FILTER: Final = re.compile(
    rf" FILTER \(WHERE (?P<name>{_NAME}) (?:IS (?P<null>NULL|NOT NULL)"
    rf"|(?P<equals>=|<>) '(?P<text>[^']*)'|(?P<compares><=|>=|<|>) (?P<other>{_NAME}))\)",
    re.ASCII,
)
# Values of their own in SQL, whatever columns are called.
_WORDS: Final = re.compile(r"\b(?:null|true|false)\b", re.ASCII)
_EXACT: Final = Context(prec=100, traps=[Inexact])
_COMPARES: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def plain_total(rule: object, rows: pa.Table) -> str | None:
    """The number that a rule gives as text, ``None`` where it has no value; None where the rule is not that plain."""
    match = _RULE.match(rule) if isinstance(rule, str) and not _WORDS.search(rule) else None
    if match is None or not isinstance(rule, str):
        return None
    kept = _kept(rule[match.end() :], rows)
    if kept is None:
        return None
    if match["count"]:
        return str(kept.count(True))
    if match["distinct"]:
        values = _values(rows, match["distinct"], _is_counted)
        counted = {value for value, own in zip(values or (), kept, strict=False) if own}
        return None if values is None else str(len(counted - {None}))
    names = [name for name in (match["sum"], match["less"]) if name]
    columns = [_values(rows, name, _is_number) for name in names]
    if None in columns or len({rows.schema.field(name).type for name in names}) > 1:
        return None
    left, *less = (column for column in columns if column is not None)
    added = [
        _minus(value, less[0][at]) if less else value
        for at, value in enumerate(left)
        if kept[at] and value is not None and not (less and less[0][at] is None)
    ]
    total = exact_sum(added)
    return f"{total:f}" if isinstance(total, Decimal) else str(total)


def column_total(name: str, rows: pa.Table) -> str | None:
    """The same of a total without a rule, which is the sum of the column of its name; None where there is no such."""
    return plain_total(f"sum({name})", rows) if re.fullmatch(_NAME, name, re.ASCII) else None


def exact_sum(values: Iterable[object]) -> int | Decimal | None:
    """The sum of whole numbers or of decimals, None of nothing; Python's own would round decimals to 28 digits.

    TypeError for anything else.
    """
    total: int | Decimal | None = None
    for value in values:
        if isinstance(value, Decimal):
            total = _EXACT.add(total or 0, value)
        elif isinstance(value, int):
            total = (total or 0) + value
        elif value is not None:
            raise TypeError("no number")
    return total


def _minus(value: int | Decimal, other: int | Decimal) -> int | Decimal:
    return value - other if isinstance(value, int) and isinstance(other, int) else _EXACT.subtract(value, other)


def _kept(condition: str, rows: pa.Table) -> list[bool] | None:
    """For each row whether the condition holds; None where it is not plain. What is unknown does not hold."""
    if not condition:
        return [True] * len(rows)
    match = _FILTER.fullmatch(condition)
    if match is None:
        return None
    name = match["name"]
    if match["null"]:
        values = _values(rows, name, lambda _: True)
        return None if values is None else [(value is None) == (match["null"] == "NULL") for value in values]
    if match["equals"]:
        texts = _values(rows, name, pa.types.is_string)
        same = match["equals"] == "="
        return None if texts is None else [text is not None and (text == match["text"]) == same for text in texts]
    values, others = (_values(rows, each, _is_ordered) for each in (name, match["other"]))
    if values is None or others is None or rows[name].type != rows[match["other"]].type:
        return None
    compares = _COMPARES[match["compares"]]
    return [
        value is not None and other is not None and compares(value, other)
        for value, other in zip(values, others, strict=True)
    ]


def _values(rows: pa.Table, name: str, fits: Callable[[pa.DataType], bool]) -> list[Any] | None:
    if rows.schema.names.count(name) != 1 or not fits(rows.schema.field(name).type):
        return None
    return list(rows[name].to_pylist())


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_decimal(kind))


def _is_ordered(kind: pa.DataType) -> bool:
    return _is_number(kind) or bool(pa.types.is_date32(kind))


def _is_counted(kind: pa.DataType) -> bool:
    return _is_ordered(kind) or bool(pa.types.is_string(kind) or pa.types.is_boolean(kind))
