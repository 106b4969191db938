"""A question: what one reader asks of one dataset, in one canonical form, and the cursor of its next page."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal
from urllib.parse import quote

from ayan.core.query.limits import DEFAULT_SIZE, LONGEST_CURSOR
from ayan.core.query.operators import OPERATORS, Op
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import Value, value_text
from ayan.core.values.locale import Lang
from ayan.core.values.money import ShownUnit

ShownCalendar = Literal["jalali", "gregorian"]
AnswerView = Literal["table", "chart", "map", "columns", "changes"]


def _moment_text(moment: date | datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one field.

    ``values`` are stored values (rial, code of a list, `Span` of days); one of them unless ``op`` is ``in``. For
    ``isnull`` it is True or False. ``exact`` is said by an engine that knows which values words stand for: the row
    must have one of these, letter by letter; without any, no row matches.
    """

    field: str
    op: Op
    values: tuple[Value, ...]
    exact: bool = False

    @property
    def parameter(self) -> str:
        """The parameter's name in an address: ``field`` or ``field__op``."""
        return self.field if self.op == "eq" else f"{self.field}__{self.op}"

    @property
    def text(self) -> str:
        """The parameter's value in an address."""
        return OPERATORS[self.op].written(self.values) if self.values else ""

    def as_json(self) -> dict[str, object]:
        """The condition as the answer repeats it."""
        return {"field": self.field, "op": self.op, "values": [value_text(value) for value in self.values]}


@dataclass(frozen=True, slots=True)
class Sort:
    """The field that rows are ordered by; empty values come last in both directions, ties keep the file's order."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the rows of one dataset.

    ``size`` is None when the reader gave none (a JSON page then holds `DEFAULT_SIZE` rows, a streamed file all).
    ``count`` asks for the exact number of matching rows. ``fields`` is empty for all published fields. ``as_of`` asks
    for the state known at the end of a day or at an instant; ``release`` for one release (period, number). ``cursor``
    is the opaque text of ``_next``. ``lang`` is None when the reader asked for no labels. ``lang``, ``calendar``,
    ``unit`` and ``view`` change how the answer is shown, never what it is.
    """

    slug: str
    filters: tuple[Filter, ...] = ()
    search: str = ""
    sort: Sort | None = None
    size: int | None = None
    cursor: str | None = None
    count: bool = False
    fields: tuple[str, ...] = ()
    as_of: date | datetime | None = None
    release: tuple[str, int] | None = None
    lang: Lang | None = None
    calendar: ShownCalendar = "gregorian"
    unit: ShownUnit = "rial"
    view: AnswerView | None = None

    def __post_init__(self) -> None:
        # One order for equal questions, whichever way they were put together.
        ordered = tuple(sorted(set(self.filters), key=lambda condition: (condition.parameter, condition.text)))
        object.__setattr__(self, "filters", ordered)

    @property
    def limit(self) -> int:
        """How many rows a page of the answer holds at most."""
        return self.size or DEFAULT_SIZE

    def parameters(self) -> list[tuple[str, str]]:
        """The question as parameters in fixed order, defaults left out."""
        sort = self.sort or Sort("")
        shape = (
            ("_search", self.search),
            ("_sort_desc" if sort.descending else "_sort", sort.field),
            ("_fields", ",".join(self.fields)),
            ("_size", "" if self.size is None else str(self.size)),
            ("_count", "1" if self.count else ""),
            ("_as_of", _moment_text(self.as_of) or ""),
            ("_release", self.release_text or ""),
            ("_calendar", "" if self.calendar == "gregorian" else self.calendar),
            ("_lang", self.lang or ""),
            ("_unit", "" if self.unit == "rial" else self.unit),
            ("_view", self.view or ""),
            ("_next", self.cursor or ""),
        )
        return [(condition.parameter, condition.text) for condition in self.filters] + [
            pair for pair in shape if pair[1]
        ]

    @property
    def release_text(self) -> str | None:
        """The release asked for as ``period/number``."""
        return f"{self.release[0]}/{self.release[1]}" if self.release else None

    def query_string(self) -> str:
        """The canonical text of the question: equal questions give equal texts; parsing it gives the question again."""
        return "&".join(f"{quote(name, safe='_')}={quote(text, safe=',-.:/_')}" for name, text in self.parameters())

    def as_json(self) -> dict[str, object]:
        """The question as the answer repeats it."""
        return {
            "dataset": self.slug,
            "filters": [condition.as_json() for condition in self.filters],
            "search": self.search or None,
            "sort": {"field": self.sort.field, "descending": self.sort.descending} if self.sort else None,
            "fields": list(self.fields) or None,
            "as_of": _moment_text(self.as_of),
            "release": self.release_text,
            "query": replace(self, cursor=None).query_string(),
        }

    def without(self, dropped: Filter) -> Question:
        """The question with one condition taken away, from its first page."""
        return replace(self, filters=tuple(other for other in self.filters if other != dropped), cursor=None)

    def having(self, *more: Filter) -> Question:
        """The question with conditions added, from its first page."""
        return replace(self, filters=(*self.filters, *more), cursor=None)


# --- cursors ----------------------------------------------------------------------------------------------------------

CURSOR_VERSION: Final = 1

KeyValue = str | int | Decimal | date | bool | None


class NotACursor(ValueError):
    """The text of ``_next`` was not made by this dataset and this order of rows."""


@dataclass(frozen=True, slots=True)
class Position:
    """The last row already read: ``state`` digest, value of the sorted field (None where empty) and ``_n``."""

    state: str
    value: KeyValue
    number: int

    def encode(self, sort: Sort | None) -> str:
        """The position as URL-safe text."""
        document = {
            "v": CURSOR_VERSION,
            "s": self.state,
            "o": _order(sort),
            "k": str(self.value) if isinstance(self.value, Decimal | date) else self.value,
            "n": self.number,
        }
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, dataset: Dataset, sort: Sort | None) -> Position:
    """The position that a cursor's text names; NotACursor for anything else, another order of rows included."""
    if len(text) > LONGEST_CURSOR:
        raise NotACursor
    try:
        document = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise NotACursor from None
    if not isinstance(document, dict) or set(document) != {"v", "s", "o", "k", "n"} or document["v"] != CURSOR_VERSION:
        raise NotACursor
    state, number = document["s"], document["n"]
    if document["o"] != _order(sort) or not isinstance(state, str) or not _is_place(number):
        raise NotACursor
    value = _key(dataset.field(sort.field), document["k"]) if sort else None
    return Position(state, value, number)


def _order(sort: Sort | None) -> str:
    return "" if sort is None else f"{'-' if sort.descending else '+'}{sort.field}"


def _is_place(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63


def _key(field: Field, value: object) -> KeyValue:
    """A sorted value as it was written by `Position.encode`, back in the type of its field."""
    if value is None:
        return None
    try:
        return field.kind.from_json(field, value)
    except ValueError:
        raise NotACursor from None
