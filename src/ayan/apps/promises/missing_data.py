"""What is missing: promised periods, numbers that no row has, money without a name; and what was so on which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, Literal
from urllib.parse import urlencode

import duckdb
from django_tasks import task

from ayan.apps.catalog.explorer import figures
from ayan.apps.promises import activities
from ayan.apps.promises.limits import STRETCHES_SHOWN
from ayan.apps.promises.proofs import STATES
from ayan.core.attachments.document_coverage import DocumentCoverage, coverage
from ayan.core.query.additivity import obstacle
from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import NumberGap, NumberSeries, axis_of, series
from ayan.core.query.values import as_asked
from ayan.core.schedule.deadlines import Day, Late
from ayan.core.schedule.freshness import Freshness, freshness
from ayan.core.schema.definition import AnyView, Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.schema.view import NumberingView, UnnamedView
from ayan.core.store.objects import StoreError
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring import city
from ayan.wiring.city import City

MissingTurn = Literal["late", "came"]

ACTS: Final[dict[MissingTurn, Label]] = {"late": Label("دیر شد", "Became late"), "came": Label("رسید", "Came")}


# --- promised periods ------------------------------------------------------------------------------------------------


def owed(city: City) -> list[Freshness]:
    """Every dataset that is late, the longest first; those of which nothing ever came stand at the end."""
    now = today(city.clock)
    every = (freshness(dataset, city.release_store, now, city.opens(dataset.slug)) for dataset in city.registry.all())
    overdue = [each for each in every if each.owed]
    return sorted(overdue, key=lambda each: (each.since is None, -each.days, each.dataset.slug))


# --- what rows themselves show --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NumberedRegister:
    """The running numbers of a dataset: one line for each series."""

    dataset: Dataset
    view: NumberingView
    series: tuple[NumberSeries, ...]
    snapshot: Snapshot

    @property
    def missing(self) -> int:
        """How many numbers no row has, in all series."""
        return sum(number_series.missing for number_series in self.series)


@dataclass(frozen=True, slots=True)
class NumberedYear:
    """Of one year (Jalali, "" where no column tells it): the rows and the rials without a name, and all of them.

    ``query`` finds the rows without a name among those of the dataset.
    """

    year: str
    rows: int
    amount: int
    of_rows: int
    of_amount: int
    query: str

    @property
    def share(self) -> float | None:
        """The part of the money, from 0 to 1; None where there is none."""
        return self.amount / self.of_amount if self.of_amount else None


@dataclass(frozen=True, slots=True)
class UnnamedMoney:
    """Money that leaves a name empty, year by year, newest first."""

    dataset: Dataset
    view: UnnamedView
    years: tuple[NumberedYear, ...]
    snapshot: Snapshot

    @property
    def rows(self) -> int:
        """How many rows leave it empty."""
        return sum(year.rows for year in self.years)

    @property
    def amount(self) -> int:
        """What they come to, in rial."""
        return sum(year.amount for year in self.years)


def numbered(city: City) -> list[NumberedRegister]:
    """Every declared series of numbers of what is published; one that cannot be read in time is left out."""
    out = []
    for dataset, view, standing in _views(city, NumberingView):
        key = ("numbering", standing.snapshot_id, dataset.digest, view.code)
        try:
            all_series = figures.once(key, partial(series, city.query_service, dataset, view, standing))
        except Unanswered:
            continue
        out.append(NumberedRegister(dataset, view, all_series, standing))
    return out


def unnamed(city: City) -> list[UnnamedMoney]:
    """Every declared sum of money that may leave a name empty; one that cannot be read in time is left out."""
    out = []
    for dataset, view, standing in _views(city, UnnamedView):
        # The page adds years together too, so only what may be added over time is told.
        if dataset.field(view.measure).nature == "stock" or obstacle(dataset, view.measure, (), ()):
            continue
        try:
            out.append(UnnamedMoney(dataset, view, _years(city, dataset, view, standing), standing))
        except Unanswered:
            continue
    return out


def lacking_documents(city: City) -> list[DocumentCoverage]:
    """Of every dataset whose rows have documents, which rows lack one; what cannot be read is left out."""
    out = []
    for slug, companion in sorted(city.documents.companions.items()):
        try:
            dataset = city.registry.get(slug)
            states = [city.release_store.snapshot(each.slug) for each in (dataset, companion)]
            if not states[0].releases:
                continue
            key = ("documents", *(state.digest for state in states), dataset.digest, companion.digest)
            out.append(figures.once(key, partial(coverage, city.release_store, dataset, companion)))
        except (KeyError, DeclarationError, StoreError, duckdb.Error):
            continue
    return out


def _views(city: City, kind: type[AnyView]) -> Iterator[tuple[Dataset, AnyView, Snapshot]]:
    """The declared views of a kind whose dataset has releases."""
    for dataset in city.registry.all():
        views = dataset.views_of(kind)
        if views and city.release_store.snapshot(dataset.slug).releases:
            standing = city.query_service.snapshot(dataset, Question(slug=dataset.slug))
            yield from ((dataset, view, standing) for view in views)


def _years(city: City, dataset: Dataset, view: UnnamedView, snapshot: Snapshot) -> tuple[NumberedYear, ...]:
    empty = Filter(view.by, "isnull", (True,))
    axis = axis_of(dataset)
    by = (GroupKey(axis.name, "year") if axis.kind.is_day else GroupKey(axis.name),) if axis else ()
    measures = (GroupMeasure("sum", view.measure), GroupMeasure("count"))

    def by_year(*filters: Filter) -> dict[str, tuple[int, int]]:
        scope = Question(slug=dataset.slug, filters=filters, size=MAX_SIZE)
        question = GroupQuestion(scope=scope, by=by, measures=measures)
        counted: dict[str, tuple[int, int]] = {}
        for row in figures.groups(city.query_service, as_asked(dataset), question, snapshot).rows:
            year = str(row[by[0].name] or "")[:4] if by else ""
            amount, rows = counted.get(year, (0, 0))
            counted[year] = (amount + int(row[measures[0].name] or 0), rows + int(row[measures[1].name]))
        return counted

    every, without = by_year(), by_year(empty)
    years = []
    for year in sorted(every, reverse=True):
        amount, rows = without.get(year, (0, 0))
        pairs = [(empty.parameter, empty.text), *([(axis.name, year)] if axis and year else [])]
        years.append(NumberedYear(year, rows, amount, every[year][1], every[year][0], urlencode(pairs)))
    return tuple(years)


@dataclass(frozen=True, slots=True)
class MissingNumbers:
    """A series as a line of the page has room for it; ``more`` says that there are further gaps."""

    name: str
    numbers: int
    first: int
    last: int
    missing: int
    gaps: tuple[NumberGap, ...]
    more: bool


def first_gaps(number_series: NumberSeries) -> MissingNumbers:
    """A series with the first gaps in it."""
    some = number_series.gaps[:STRETCHES_SHOWN]
    return MissingNumbers(
        number_series.name,
        number_series.numbers,
        number_series.first,
        number_series.last,
        number_series.missing,
        some,
        sum(each.count for each in some) < number_series.missing,
    )


# --- day by day ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MissingEvent:
    """On ``day``, the first that shows it, something was late or was so no more."""

    day: date
    act: MissingTurn
    what: Late

    @property
    def name(self) -> str:
        """The same text for the same event, and for no other."""
        return f"{self.act} {self.day} {self.what.dataset} {self.what.period} {self.what.due_on}"


def keep_today(city: City) -> bool:
    """Keep today as it is found, unless it is kept already; whether it was kept now."""
    if city.diary.holds(today(city.clock)):
        return False
    return city.diary.keep(as_found(city))


@task()
def keep_day() -> None:
    """Keep today as it is found; asked again on the same day it does nothing."""
    keep_today(city.current())


def as_found(city: City) -> Day:
    """What is missing at this moment."""
    late = tuple(
        Late(each.dataset.slug, str(each.period or ""), "" if each.never else each.on.isoformat())
        for overdue in owed(city)
        for each in overdue.owed
    )
    return Day(today(city.clock), late, dict(_figures(city)))


def _figures(city: City) -> Iterator[tuple[str, int]]:
    for register in numbered(city):
        yield f"missing-numbers {register.dataset.slug}.{register.view.code}", register.missing
    for each in unnamed(city):
        yield f"unnamed-rows {each.dataset.slug}.{each.view.code}", each.rows
        yield f"unnamed-rial {each.dataset.slug}.{each.view.code}", each.amount
    try:
        catalogue = activities.catalogue(city)
    except Unanswered:
        return
    for state in STATES if catalogue else ():
        yield (
            f"activities {state}",
            sum(activity.state == state for activity in catalogue.activities) if catalogue else 0,
        )


def events(days: Iterable[Day]) -> list[MissingEvent]:
    """What changed from each kept day to the next, newest first. The first day kept begins it and changes nothing."""
    changes: list[MissingEvent] = []
    before: frozenset[Late] | None = None
    for day in days:
        now = frozenset(day.late)
        if before is not None:
            changes += [MissingEvent(day.day, "late", late) for late in sorted(now - before)]
            changes += [MissingEvent(day.day, "came", late) for late in sorted(before - now)]
        before = now
    return sorted(changes, key=lambda event: (event.day, event.name), reverse=True)


def event_text(city: City, event: MissingEvent, lang: Lang) -> str:
    """An event in a few words: «دیر شد: پرداخت‌ها، فروردین ۱۴۰۳»."""
    try:
        title = city.registry.get(event.what.dataset).title.of(lang)
    except (KeyError, DeclarationError):
        title = event.what.dataset
    period = value_html.period_label(event.what.period, lang) if event.what.period else ""
    return f"{ACTS[event.act].of(lang)}: {title}" + (locale.of(lang).comma + period if period else "")
