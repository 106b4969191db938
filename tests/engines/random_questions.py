"""Random questions in the words of an address: values of the rows in other spellings, or of no row at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.engines.world import DATASET, GRADES, NAMES, ROWS, STATES

from ayan.core.query.grouping import FUNCTIONS, PARTS
from ayan.core.query.operators import OPERATORS, comparable, operators_of
from ayan.core.query.values import as_asked, sortable
from ayan.core.schema.field import Field
from ayan.core.values import jalali

Params = list[tuple[str, str]]

ASKED = as_asked(DATASET)
HELD = {name: sorted({row[name] for row in ROWS if row.get(name) is not None}) for name in NAMES}
SCRIPTS = ("0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
# Fields whose words are of the letters that the plain reckoning can put in order.
SORTABLE = [field.name for field in ASKED.published if sortable(field) and field.kind.name != "place"]


def in_script(text: str, script: str) -> str:
    return text.translate(str.maketrans(SCRIPTS[0], script))


@st.composite
def spelled(draw: st.DrawFn, field: Field) -> str:
    """A value of a field as somebody may write it."""
    value = draw(st.sampled_from(HELD[field.name]))
    written = draw(_WRITTEN.get(field.kind.name, _words)(value) if field.choices is None else _choice(field, value))
    return in_script(written, draw(st.sampled_from(SCRIPTS)))


def _number(value: Any) -> st.SearchStrategy[str]:
    near = st.sampled_from((value, value - 1, value + 1)) if abs(value) < 2**60 else st.just(value)
    return st.one_of(
        near.map(str), near.map(lambda n: f"{n:,}"), near.map(lambda n: f"{n}.0" if n == int(n) else str(n))
    )


def _date(value: date) -> st.SearchStrategy[str]:
    day = value + timedelta(days=0)
    own = str(jalali.from_gregorian(day))
    return st.sampled_from(
        (day.isoformat(), own, own[:7], own[:4], day.isoformat()[:7], str(day.year), own.replace("-", "/"))
    )


def _words(value: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        (
            value,
            value.upper(),
            value.replace("\u200c", " "),
            value.replace("ی", "ي").replace("ک", "ك"),
            value + "\u200c",
        )
    )


def _choice(field: Field, value: Any) -> st.SearchStrategy[str]:
    assert field.choices is not None
    entry = next(entry for entry in field.choices.entries if entry.code == str(value))
    return st.sampled_from((entry.code, entry.label.fa, entry.label.en, *entry.aliases))


_WRITTEN: dict[str, Callable[[Any], st.SearchStrategy[str]]] = {
    "integer": _number,
    "rial": _number,
    "decimal": _number,
    "date": _date,
    "period": lambda value: st.sampled_from((value, value[:4], "1403-Q2", "1405")),
    "boolean": lambda value: st.sampled_from(("true", "بله", "1") if value else ("false", "خیر", "0")),
}
FRAGMENTS = sorted(
    {word for row in ROWS for name in ("title", "street", "number", "site") for word in (row.get(name) or "").split()}
    | {
        word
        for choices in (STATES, GRADES)
        for entry in choices.entries
        for word in (*entry.label.fa.split(), entry.code)
    }
)


@st.composite
def fragments(draw: st.DrawFn) -> str:
    """A piece of a word that some row holds, or two pieces, in some spelling."""
    word = draw(st.sampled_from(FRAGMENTS))
    start = draw(st.integers(0, max(0, len(word) - 1)))
    piece = word[start : start + draw(st.integers(1, 6))]
    return in_script(draw(_words(piece)), draw(st.sampled_from(SCRIPTS)))


@st.composite
def conditions(draw: st.DrawFn) -> tuple[str, str]:
    """One filter: every operator of every field may come up."""
    field = draw(st.sampled_from(ASKED.published))
    op = draw(st.sampled_from(operators_of(ASKED, field)))
    if op == "isnull":
        text = draw(st.sampled_from(("0", "1", "۰", "۱")))
    elif op == "bbox":
        west, south = draw(st.sampled_from((-180, -1.5, 0, 59.5, 59.61))), draw(st.sampled_from((-90, -0.2, 36, 36.3)))
        text = f"{west},{south},{west + draw(st.sampled_from((0, 0.05, 100)))},{south + draw(st.sampled_from((0, 50)))}"
    elif op in ("contains", "startswith"):
        text = draw(fragments())
    elif OPERATORS[op].takes == "column":
        text = draw(st.sampled_from(comparable(ASKED, field))).name
    elif op == "in":
        text = ",".join(draw(spelled(field)).replace(",", "") for _ in range(draw(st.integers(1, 3))))
    else:
        text = draw(spelled(field))
    return (field.name if op == "eq" else f"{field.name}__{op}"), text


def _perhaps(pair: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[Params]:
    return st.lists(pair, max_size=1)


@st.composite
def scopes(draw: st.DrawFn, most: int = 2) -> Params:
    """Filters, and perhaps a search."""
    filters = draw(st.lists(conditions(), max_size=most, unique_by=lambda pair: pair[0]))
    return filters + draw(_perhaps(st.tuples(st.just("_search"), fragments())))


@st.composite
def questions(draw: st.DrawFn) -> Params:
    """Filters, perhaps a search, perhaps an order."""
    order = st.tuples(st.sampled_from(("_sort", "_sort_desc")), st.sampled_from(SORTABLE))
    return draw(scopes()) + draw(_perhaps(order))


@st.composite
def keys(draw: st.DrawFn, most: int = 2) -> str:
    """Fields to group by, days and periods perhaps by a part of time."""
    parts = [f"{name}:{part}" for name in ("day", "month") for part in PARTS]
    names = draw(st.lists(st.sampled_from([*SORTABLE, *parts]), min_size=1, max_size=most, unique=True))
    return ",".join(names)


@st.composite
def groupings(draw: st.DrawFn) -> Params:
    """Groups with measures of every kind, perhaps in the order of one of the columns."""
    asked = draw(scopes(most=1))
    by = draw(st.just("") | keys())
    measures = draw(st.lists(st.sampled_from(_MEASURES), max_size=4, unique=True))
    columns = [
        *filter(None, by.split(",")),
        *(f"{function}_{name}" if name != "1" else function for function, name in measures),
    ]
    asked += [("by", by)] if by else []
    for function in FUNCTIONS:
        fields = [name for measure, name in measures if measure == function]
        asked += [(function, ",".join(fields))] if fields else []
    if draw(st.booleans()) and columns:
        column = draw(st.sampled_from(columns))
        clash = column in by.split(",") and column not in columns
        asked += [] if clash else [(draw(st.sampled_from(("_sort", "_sort_desc"))), column)]
    if draw(st.booleans()) and columns:
        column, op = draw(st.sampled_from(columns)), draw(st.sampled_from(("", "__gt", "__gte", "__lt", "__lte")))
        asked += [("_having", f"{column}{op}:{draw(st.sampled_from((0, 1, 2, 5, 1000)))}")]
    return asked


_MEASURES = [
    ("count", "1"),
    *((function, name) for function in ("sum", "avg", "median") for name in ("amount", "share", "count")),
    *((function, name) for function in ("min", "max") for name in ("amount", "share", "day", "month")),
    *(("distinct", name) for name in ("title", "state", "day", "amount", "open")),
]
