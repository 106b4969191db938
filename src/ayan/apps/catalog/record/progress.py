"""How far a record has come: what was paid of its amount, how much of its time has passed, and how much is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.apps.catalog.record.drawdown import Drawdown, reference
from ayan.apps.catalog.record.references import READ
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.statistics import axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import ProgressView
from ayan.core.values.clock import today
from ayan.wiring.city import City

WHOLE: Final = 100
TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class NewestValue:
    """The newest value that rows which name the record tell: of which record, and on which day it was told."""

    dataset: Dataset
    key: str
    value: object
    day: date | None


@dataclass(frozen=True, slots=True)
class PassedTime:
    """The days of a record from its beginning to its end, and how many of them have passed.

    ``written`` is the end that the record itself has, ``moved`` the row that put it off, if any.
    """

    begins: date
    written: date
    moved: NewestValue | None
    now: date

    @property
    def ends(self) -> date:
        """The end that holds now."""
        return self.moved.value if self.moved and isinstance(self.moved.value, date) else self.written

    @property
    def days(self) -> int:
        """How long it is in all."""
        return (self.ends - self.begins).days

    @property
    def passed(self) -> int:
        """How many of the days are over."""
        return min(max((self.now - self.begins).days, 0), self.days)

    @property
    def over(self) -> bool:
        """Whether the end is past."""
        return self.now > self.ends

    @property
    def percent(self) -> Decimal:
        """How much of the time has passed."""
        return Decimal(self.passed * 1000 // self.days) / 10


@dataclass(frozen=True, slots=True)
class ProgressBar:
    """A part of a whole as a bar of a hundred units."""

    percent: Decimal

    @property
    def share(self) -> Decimal:
        """The part of one."""
        return self.percent / 100

    @property
    def decimals(self) -> int:
        """How many decimals the per cent is told with."""
        return 0 if self.percent == int(self.percent) else 1

    @property
    def width(self) -> int:
        """How long the bar is: never less than nothing, never more than the whole."""
        return min(max(int(self.percent), 0), WHOLE)

    @property
    def start(self) -> int:
        """Where the bar begins that grows from the right."""
        return WHOLE - self.width


@dataclass(frozen=True, slots=True)
class RecordProgress:
    """What is known of how far a record has come; at least one of the three."""

    paid: Drawdown | None = None
    time: PassedTime | None = None
    done: NewestValue | None = None

    @property
    def paid_bar(self) -> ProgressBar | None:
        """What was paid of the amount with its changes."""
        percent = self.paid.percent if self.paid else None
        return ProgressBar(percent) if percent is not None else None

    @property
    def time_bar(self) -> ProgressBar | None:
        """How much of the time has passed."""
        return ProgressBar(self.time.percent) if self.time else None

    @property
    def done_bar(self) -> ProgressBar | None:
        """How much of the work is done, as was last told."""
        value = self.done.value if self.done else None
        return ProgressBar(Decimal(value)) if isinstance(value, Decimal | int) else None

    @property
    def ahead(self) -> Decimal:
        """By how many points the payments are ahead of the work, or behind it; 0 where not both are told."""
        paid, done = self.paid_bar, self.done_bar
        return paid.percent - done.percent if paid and done else Decimal(0)

    @property
    def apart(self) -> Decimal:
        """The same without its sign, in tenths."""
        return abs(self.ahead).quantize(TENTH, ROUND_HALF_UP).normalize()


def progress(city: City, dataset: Dataset, row: Row, drawdowns: Sequence[Drawdown]) -> RecordProgress | None:
    """How far a record has come, as its dataset declares where that is told; None where nothing is."""
    view = dataset.view(ProgressView)
    if view is None:
        return None
    paid = next((drawn for drawn in drawdowns if drawn.percent is not None), None)
    done = _newest(city, dataset, row, view.done)
    time = _time(city, dataset, row, view)
    return RecordProgress(paid, time, done) if paid or time or done else None


def _time(city: City, dataset: Dataset, row: Row, view: ProgressView) -> PassedTime | None:
    begins, ends = row.values.get(view.begins), row.values.get(view.ends)
    if not isinstance(begins, date) or not isinstance(ends, date):
        return None
    time = PassedTime(begins, ends, _newest(city, dataset, row, view.moved), today(city.clock))
    return time if time.days > 0 else None


def _newest(city: City, dataset: Dataset, row: Row, pointer: str) -> NewestValue | None:
    """The newest row that names the record and has a value in the field; None where there is none that can be read."""
    slug, _, name = pointer.partition(".")
    other = next((declared for declared in city.registry.all() if declared.slug == slug), None)
    field = next((each for each in other.published if each.name == name), None) if other else None
    by, axis = (reference(other, dataset), axis_of(other)) if other else (None, None)
    if other is None or field is None or field.shown != "public" or by is None or by.ref is None or axis is None:
        return None
    own = row.values.get(by.ref.field)
    if not own:
        return None
    condition = Filter(by.name, "eq", (str(own),))
    asked = Question(slug=slug, filters=(condition,), sort=Sort(axis.name, descending=True), size=READ)
    try:
        rows = city.query_service.rows(other, asked).rows
    except (Unanswered, BadQuestion):
        return None
    newest_row = next((each for each in rows if each.values.get(name) is not None), None)
    if newest_row is None:
        return None
    day = newest_row.values.get(axis.name)
    return NewestValue(
        other, keys.key_of(other, newest_row), newest_row.values[name], day if isinstance(day, date) else None
    )
