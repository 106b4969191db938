"""The operators of the grammar, one entry each: its words, the fields that take it, its values, its SQL and its index.

Whatever differs between operators stands here: the parser, the SQL, the description of the API, the pages and the index
read this table, and one more operator is one more entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from ayan.core.index.lookup import (
    AlikeLookup,
    EdgeLookup,
    EmptyLookup,
    Lookup,
    PieceLookup,
    TextPiece,
    TokenQuery,
    ValueLookup,
    tokens_of,
)
from ayan.core.query import boxes, folding
from ayan.core.query.folding import FOLDED
from ayan.core.query.limits import LARGEST_PATTERN
from ayan.core.query.values import clean, list_text, read_flag, read_value, split_list, without_repetition
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue, Span, Value, value_text
from ayan.core.values.label import Label
from ayan.core.values.sql import identifier
from ayan.core.values.text import fold, fold_joined

Op = Literal["eq", "not", "in", "contains", "startswith", "gt", "gte", "lt", "lte", "above", "below", "bbox", "isnull"]
OPS: Final[tuple[Op, ...]] = get_args(Op)

FilterValues = tuple[Value, ...]
Bind = Callable[[object], str]
Takes = Literal["one", "list", "flag", "column"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One operator of a condition.

    ``parameter`` describes it for programs (``{field}``), ``sentence`` says a condition with it on a page (``{label}``,
    ``{value}``), that of a flag that is 0 with ``otherwise``, that of a day with ``of_days``. ``applies`` tells the
    fields that it may be asked of, and ``takes`` what it is given: one value, a list of them, 0 or 1, or the name of
    another column of the row (`comparable`). ``read`` reads that from an address, and raises BadValue. ``sql`` writes
    the condition over the quoted column ``x``, with each value bound; ``lookup`` says it to an index, where that can
    name its rows. ``pieces`` says that it compares parts of texts.
    """

    parameter: Label
    sentence: Label
    otherwise: Label | None = None
    of_days: Label | None = None
    applies: Callable[[Field], bool]
    takes: Takes = "one"
    read: Callable[[Field, str], FilterValues] = lambda field, text: (read_value(field, text),)
    sql: Callable[[str, Field, FilterValues, Bind], str]
    lookup: Callable[[Field, FilterValues], Lookup | None] = lambda field, values: None
    pieces: bool = False

    def said(self, field: Field, values: FilterValues) -> Label:
        """The sentence of a condition on a field."""
        if self.otherwise is not None and values == (False,):
            return self.otherwise
        return self.of_days if self.of_days is not None and field.kind.is_day else self.sentence

    def written(self, values: FilterValues) -> str:
        """The values in the text of an address."""
        if self.takes == "flag":
            return "1" if values[0] else "0"
        return list_text(values) if self.takes == "list" else value_text(values[0])


def operators(field: Field) -> tuple[Op, ...]:
    """The operators that apply to a field."""
    return tuple(op for op in OPS if OPERATORS[op].applies(field))


def operators_of(dataset: Dataset, field: Field) -> tuple[Op, ...]:
    """Those that can be asked of a field of a dataset: one column is set against another only where there is such."""
    beside = bool(comparable(dataset, field))
    return tuple(op for op in operators(field) if OPERATORS[op].takes != "column" or beside)


# --- which fields ---------------------------------------------------------------------------------------------------


def _compared(field: Field) -> bool:
    return field.choices is not None or field.kind.compared


def _listed(field: Field) -> bool:
    return field.choices is not None or field.kind.listed


def _ranged(field: Field) -> bool:
    return field.choices is None and field.kind.ranged


def _worded(field: Field) -> bool:
    return field.choices is None and field.kind.worded


_NO_MEASURE: Final = frozenset(("counter", "longitude", "latitude"))


def _set_against(field: Field) -> bool:
    measured = field.kind.is_number or field.kind.is_day
    return field.choices is None and measured and field.role not in _NO_MEASURE


def comparable(dataset: Dataset, field: Field) -> tuple[Field, ...]:
    """The other columns of a row that a field can be set against: amounts, days, or numbers of the same unit."""
    if not _set_against(field):
        return ()
    return tuple(
        other
        for other in dataset.published
        if other.name != field.name
        and _set_against(other)
        and (other.kind.is_money, other.kind.is_day) == (field.kind.is_money, field.kind.is_day)
        and (other.unit and other.unit.en) == (field.unit and field.unit.en)
        and not {other.name, field.name} & set(dataset.key)
    )


def columns_of(condition_op: Op, values: FilterValues) -> tuple[str, ...]:
    """The further columns that a condition looks at, beside the one that it is on."""
    return tuple(map(str, values)) if OPERATORS[condition_op].takes == "column" else ()


# --- equality -------------------------------------------------------------------------------------------------------


def is_words(field: Field) -> bool:
    """Whether the field holds words, which are compared by folding and sorted by the alphabet."""
    return field.kind.is_words and field.choices is None


def is_folded(field: Field, text: str) -> bool:
    """Whether a text is compared by folding: words always; a code only where capitals could differ.

    Plain equality uses the file's statistics.
    """
    if field.choices is not None or not field.kind.searched:
        return False
    return field.kind.is_words or text.lower() != text.upper()


def folded_values(field: Field, op: Op, values: FilterValues) -> list[str]:
    """The values that are compared by patterns, one by one, and not by their order."""
    pieces = OPERATORS[op].pieces
    return [value for value in values if isinstance(value, str) and (pieces or is_folded(field, value))]


def _ends(value: Value) -> tuple[object, object]:
    return (value.first, value.last) if isinstance(value, Span) else (value, value)


def _any_of(x: str, field: Field, values: FilterValues, bind: Bind) -> str:
    """One of the values: folded words by pattern, ranges by their ends, everything else by equality."""
    patterns = [folding.equal(value) for value in values if isinstance(value, str) and is_folded(field, value)]
    spans = [value for value in values if isinstance(value, Span) and value.first != value.last]
    plain = [_ends(v)[0] for v in values if not (isinstance(v, str) and is_folded(field, v)) and v not in spans]
    plain += [span.alone for span in spans if span.alone]
    parts = [f"{x} BETWEEN {bind(span.first)} AND {bind(span.last)}" for span in spans]
    if plain:
        parts.append(f"{x} IN ({', '.join(map(bind, plain))})")
    parts += [f"({folding.matches(x, bind(pattern))})" for pattern in _alternatives(patterns)]
    return "(" + " OR ".join(parts) + ")"


def _alternatives(patterns: Sequence[str]) -> list[str]:
    """The patterns as few ones that match whatever one of them does, none larger than RE2 compiles."""
    bunches: list[list[str]] = []
    for pattern in patterns:
        if not bunches or sum(map(len, bunches[-1])) + len(pattern) > LARGEST_PATTERN:
            bunches.append([])
        bunches[-1].append(f"(?:{pattern})")
    return ["|".join(bunch) for bunch in bunches]


def _none_of(x: str, field: Field, values: FilterValues, bind: Bind) -> str:
    return f"({x} IS NULL OR NOT {_any_of(x, field, values, bind)})"


def _find_any(field: Field, values: FilterValues) -> Lookup:
    folded = [value for value in values if isinstance(value, str) and is_folded(field, value)]
    if not folded:
        quarters = filter(None, map(_alone, values))
        return ValueLookup(field.name, (*(_ends(value) for value in values), *((name, name) for name in quarters)))
    alone = TokenQuery(tokens_of(fold(folded[0]), starts=True, ends=True)) if len(values) == 1 else None
    others = tuple(value for value in values if value not in folded)
    return AlikeLookup(field.name, tuple(folded), others, alone)


def _read_list(field: Field, text: str) -> FilterValues:
    return without_repetition(field, [read_value(field, part) for part in split_list(text)])


# --- pieces of texts ------------------------------------------------------------------------------------------------


def _read_piece(_field: Field, text: str) -> FilterValues:
    words = clean(text)
    if not fold(words):
        raise BadValue("empty-value")
    return (words,)


def _piece_of(pattern: Callable[[str], str]) -> Callable[[str, Field, FilterValues, Bind], str]:
    def sql(x: str, _field: Field, values: FilterValues, bind: Bind) -> str:
        return f"({folding.matches(x, bind(pattern(str(values[0]))))})"

    return sql


def _find_piece(
    pattern: Callable[[str, folding.FoldedPattern], str], *, starts: bool
) -> Callable[[Field, FilterValues], Lookup]:
    def lookup(field: Field, values: FilterValues) -> Lookup:
        text = str(values[0])
        tokens = TokenQuery(tokens_of(fold(text), starts=starts))
        return PieceLookup(field.name, (TextPiece(fold_joined(text), pattern(text, FOLDED)),), tokens)

    return lookup


# --- order ----------------------------------------------------------------------------------------------------------


def _end(value: Value, *, above: bool, included: bool) -> object:
    """«From 1403» starts with its first day, «after 1403» with the day after its last."""
    first, last = _ends(value)
    return first if above is included else last


def _beside(sign: str, *, above: bool, included: bool) -> Callable[[str, Field, FilterValues, Bind], str]:
    def sql(x: str, _field: Field, values: FilterValues, bind: Bind) -> str:
        edge, alone = bind(_end(values[0], above=above, included=included)), _alone(values[0])
        if not alone:
            return f"({x} {sign} {edge})"
        # The names of quarters stand in an order of their own, behind those of all months.
        return f"({x} {sign} CASE WHEN substr({x}, 6, 1) = 'Q' THEN {bind(alone)} ELSE {edge} END)"

    return sql


def _alone(value: Value) -> str:
    return value.alone if isinstance(value, Span) else ""


def _find_beside(*, above: bool, included: bool) -> Callable[[Field, FilterValues], Lookup | None]:
    def lookup(field: Field, values: FilterValues) -> Lookup | None:
        if _alone(values[0]):
            return None
        return EdgeLookup(field.name, _end(values[0], above=above, included=included), above, included)

    return lookup


def _against(sign: str) -> Callable[[str, Field, FilterValues, Bind], str]:
    def sql(x: str, _field: Field, values: FilterValues, _bind: Bind) -> str:
        # A name that was held against the columns that are published, and is quoted besides.
        return f"({x} {sign} {identifier(str(values[0]))})"

    return sql


# --- empty cells ----------------------------------------------------------------------------------------------------


def _empty(x: str, _field: Field, values: FilterValues, _bind: Bind) -> str:
    return f"({x} IS NULL)" if values[0] else f"({x} IS NOT NULL)"


def _find_empty(field: Field, values: FilterValues) -> Lookup | None:
    return EmptyLookup(field.name) if values[0] else None


# --- the table ------------------------------------------------------------------------------------------------------

OPERATORS: Final[Mapping[Op, Operator]] = {
    "eq": Operator(
        parameter=Label("{field} برابر است با", "{field} equals"),
        sentence=Label("{label}: {value}", "{label}: {value}"),
        applies=_compared,
        sql=_any_of,
        lookup=_find_any,
    ),
    "not": Operator(
        parameter=Label("{field} برابر نیست با", "{field} differs from"),
        sentence=Label("{label} جز {value}", "{label} not {value}"),
        applies=_compared,
        # It holds for rows without a value, too; every other operator needs one.
        sql=_none_of,
    ),
    "in": Operator(
        parameter=Label("{field} یکی از این‌ها است", "{field} is one of"),
        sentence=Label("{label}: {value}", "{label}: {value}"),
        applies=_listed,
        takes="list",
        read=_read_list,
        sql=_any_of,
        lookup=_find_any,
    ),
    "contains": Operator(
        parameter=Label("{field} دربر دارد", "{field} contains"),
        sentence=Label("{label} دارای {value}", "{label} contains {value}"),
        applies=_worded,
        read=_read_piece,
        sql=_piece_of(folding.containing),
        lookup=_find_piece(folding.containing, starts=False),
        pieces=True,
    ),
    "startswith": Operator(
        parameter=Label("{field} آغاز می‌شود با", "{field} starts with"),
        sentence=Label("{label} با {value} آغاز شود", "{label} starts with {value}"),
        applies=_worded,
        read=_read_piece,
        sql=_piece_of(folding.starting),
        lookup=_find_piece(folding.starting, starts=True),
        pieces=True,
    ),
    "gt": Operator(
        parameter=Label("{field} بیشتر است از", "{field} is more than"),
        sentence=Label("{label} بیش از {value}", "{label} over {value}"),
        applies=_ranged,
        sql=_beside(">", above=True, included=False),
        lookup=_find_beside(above=True, included=False),
    ),
    "gte": Operator(
        parameter=Label("{field} دست‌کم", "{field} is at least"),
        sentence=Label("{label} از {value}", "{label} from {value}"),
        applies=_ranged,
        sql=_beside(">=", above=True, included=True),
        lookup=_find_beside(above=True, included=True),
    ),
    "lt": Operator(
        parameter=Label("{field} کمتر است از", "{field} is less than"),
        sentence=Label("{label} کمتر از {value}", "{label} under {value}"),
        applies=_ranged,
        sql=_beside("<", above=False, included=False),
        lookup=_find_beside(above=False, included=False),
    ),
    "lte": Operator(
        parameter=Label("{field} دست‌بالا", "{field} is at most"),
        sentence=Label("{label} تا {value}", "{label} up to {value}"),
        applies=_ranged,
        sql=_beside("<=", above=False, included=True),
        lookup=_find_beside(above=False, included=True),
    ),
    "above": Operator(
        parameter=Label("{field} بیشتر است از ستون", "{field} is more than the column"),
        sentence=Label("{label} بیشتر از {value}", "{label} above {value}"),
        of_days=Label("{label} پس از {value}", "{label} after {value}"),
        applies=_set_against,
        takes="column",
        read=lambda _field, text: (clean(text),),
        # Both cells must be full.
        sql=_against(">"),
    ),
    "below": Operator(
        parameter=Label("{field} کمتر است از ستون", "{field} is less than the column"),
        sentence=Label("{label} کمتر از {value}", "{label} below {value}"),
        of_days=Label("{label} پیش از {value}", "{label} before {value}"),
        applies=_set_against,
        takes="column",
        read=lambda _field, text: (clean(text),),
        sql=_against("<"),
    ),
    "bbox": Operator(
        parameter=Label(
            "شکل {field} بخشی در این کادر دارد (غرب,جنوب,شرق,شمال)",
            "{field} has a part in this box (west,south,east,north)",
        ),
        sentence=Label("{label} در کادر {value}", "{label} within {value}"),
        applies=lambda field: field.kind.is_shape,
        read=boxes.read_condition,
        sql=boxes.box_sql,
        lookup=boxes.find_box,
    ),
    "isnull": Operator(
        parameter=Label("{field} خالی است (1) یا نه (0)", "{field} is empty (1) or not (0)"),
        sentence=Label("{label} خالی", "{label} empty"),
        otherwise=Label("{label} پر", "{label} not empty"),
        applies=lambda _field: True,
        takes="flag",
        read=lambda _field, text: (read_flag(text),),
        sql=_empty,
        lookup=_find_empty,
    ),
}
"""Every operator, in the order in which answers list them."""
