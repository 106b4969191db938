"""A question: what one reader asks of one dataset, in one canonical form."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal, get_args
from urllib.parse import quote

from ayan.core.values.asked_value import Value, value_text
from ayan.core.values.locale import Lang

Op = Literal["eq", "not", "in", "contains", "startswith", "gt", "gte", "lt", "lte", "isnull"]
ShownCalendar = Literal["jalali", "gregorian"]
Unit = Literal["rial", "toman", "mtoman"]
View = Literal["table", "chart", "map", "columns", "changes"]

OPS: Final[tuple[Op, ...]] = get_args(Op)
DEFAULT_SIZE: Final = 100


def _moment_text(moment: date | datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def list_text(values: tuple[Value, ...]) -> str:
    """The values of ``field__in`` as one text: parted by commas, or a JSON list where a value itself holds a comma."""
    texts = [value_text(value) for value in values]
    if any("," in text or text != text.strip() or not text for text in texts) or texts[0].startswith("["):
        return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
    return ",".join(texts)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one field.

    ``values`` are stored values (rial, code of a list, `Span` of days); one of them unless ``op`` is ``in``. For
    ``isnull`` it is True or False. ``exact`` is said by an engine that knows which values words stand for: the row
    must have one of these, letter by letter.
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
        if self.op == "isnull":
            return "1" if self.values[0] else "0"
        return list_text(self.values) if self.op == "in" else value_text(self.values[0])

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
    unit: Unit = "rial"
    view: View | None = None

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
