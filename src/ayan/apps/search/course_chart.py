"""The course of an answer over years, drawn beside it: each year is one more question of the same kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ayan.apps.catalog.explorer import figures, time_figures
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.explorer.result_charts import chart_measure
from ayan.apps.catalog.explorer.time_figures import TimeSeries
from ayan.apps.catalog.explorer.year_coverage import Coverage
from ayan.apps.search.limits import FEWEST_YEARS, MOST_YEARS
from ayan.core.answers.cards import wording
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.query import values
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.digits import ExactNumber
from ayan.core.values.locale import Lang
from ayan.ui.charts.figure import Figure
from ayan.wiring.city import City

QuestionAddress = Callable[[AskedQuestion], str]
"""Where a question is answered."""


def course(city: City, facts: CityFacts, asked: AskedQuestion, lang: Lang, address: QuestionAddress) -> Figure | None:
    """The chart of an answer that has a course: of a figure over its years, or of groups along time."""
    dataset, time = asked.dataset, facts.time(asked.dataset)
    if time is None or not asked.measures or asked.shape not in ("figure", "ranking"):
        return None
    try:
        points = dict(_points(facts, asked, time))
    except (BadQuestion, Unanswered):
        # A sum that means nothing over these rows has no course.
        return None
    if sum(value is not None for value in points.values()) < FEWEST_YEARS:
        return None
    measure = asked.measures[0]
    own = dataset.field(measure.field) if measure.field else None
    if measure.function == "distinct":
        return None
    said = TimeSeries(
        wording.measure_name(dataset, measure).of(lang),
        list(points.items()),
        chart_measure(own, "mtoman", lang),
        lambda name: address(_at(asked, time, name)),
        counted=measure.function == "count",
    )
    coverage = Coverage.of(dataset, facts.snapshot(dataset))
    if dataset.period == "year" and (own is None or own.share_of is None):
        # What is set for a year is told whole on its first day.
        coverage = Coverage({})
    anchor = f"course-{dataset.slug}"
    figure = time_figures.figure(said, coverage, _prices(city, own, dataset), anchor)
    return replace(figure, size="mini") if figure is not None else None


def _points(facts: CityFacts, asked: AskedQuestion, time: Field) -> Iterator[tuple[str, ExactNumber | None]]:
    measure = asked.measures[0]
    if asked.shape == "ranking":
        if asked.by is None or asked.by.field != time.name or (time.kind.is_day and asked.by.part is None):
            # The days on which most happened are an order, and no course.
            return
        groups, _ = facts.groups(asked.dataset, asked.groups)
        yield from sorted((str(group[asked.by.name]), group[measure.name]) for group in groups if group[asked.by.name])
        return
    if asked.period is None or len(asked.period) != len("1404") or not asked.period.isdigit():
        return
    for year in facts.years(asked.dataset)[-MOST_YEARS:]:
        yield str(year), facts.number(asked.dataset, _at(asked, time, str(year)).scope, measure)


def _at(asked: AskedQuestion, time: Field, name: str) -> AskedQuestion:
    """The figure of one period of the course."""
    value = values.read_value(values.as_asked(asked.dataset).field(time.name), name)
    others = tuple(each for each in asked.scope.filters if each.field != time.name)
    scope = replace(asked.scope, filters=(*others, Filter(time.name, "eq", (value,))))
    return replace(asked, shape="figure", by=None, sort=None, scope=scope, period=name)


def _prices(city: City, own: Field | None, dataset: Dataset) -> PriceIndex | None:
    """The index that money is told by at the prices of one year."""
    index = figures.prices(city) if own is not None and own.kind.is_money else None
    return index if index is not None and index.dataset.slug != dataset.slug else None
