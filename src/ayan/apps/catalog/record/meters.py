"""Meters of a record: what the rows that name it add to one of its amounts, step by step, against a declared limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import accumulate
from typing import Final

from ayan.apps.catalog.explorer import figures, portions
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import MOST_STEPS
from ayan.core.query.additivity import stand_together
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.grouping import GroupMeasure as Asked
from ayan.core.query.grouping import GroupQuestion
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Sort
from ayan.core.query.statistics import axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import MeterView
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.years import ColumnMark, YearBar, YearBars
from ayan.ui.component_parts import Status
from ayan.wiring.city import City

BEYOND: Final = Label("از سقف {limit} درصد گذشته است", "Beyond the limit of {limit}%")
NEAR: Final = Label("از {warn} درصد گذشته؛ سقف {limit} درصد است", "Past {warn}%; the limit is {limit}%")
WITHIN: Final = Label("از {warn} درصد نگذشته است", "Not past {warn}%")


TITLE: Final = Label("{title}: تا اینجا {percent}، سقف {limit}", "{title}: {percent} so far, limit {limit}")
RUNNING: Final = Label("جمع تا اینجای {name}، درصد مبلغ پایه", "{name} so far, per cent of the base")
STEP: Final = Label("گام", "Step")
LIMIT: Final = Label("سقف {percent}", "limit {percent}")
WARNING: Final = Label("هشدار {percent}", "warning {percent}")
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
_PLACES: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class MeterStep:
    """One change: what it is called and by how much."""

    label: str
    change: ExactNumber


@dataclass(frozen=True, slots=True)
class RecordMeter:
    """One meter: how it stands in a word, how far in per cent, the drawing, and the rows that were added up."""

    view: MeterView
    dataset: Dataset
    status: Status
    percent: Decimal
    figure: Figure
    ask: ExplorerState


def meters(city: City, dataset: Dataset, row: Row, path: str, lang: Lang) -> list[RecordMeter]:
    """The meters that other datasets declare over this one; those without rows, or without a base, are left out."""
    return list(_meters(city, dataset, row, path, lang))


def _meters(city: City, dataset: Dataset, row: Row, path: str, lang: Lang) -> Iterator[RecordMeter]:
    for other in city.registry.all():
        for view in other.views_of(MeterView):
            slug, _, name = view.against.partition(".")
            ref = other.field(view.by).ref
            if slug != dataset.slug or ref is None or ref.dataset != slug:
                continue
            value, base = row.values.get(ref.field), row.values.get(name)
            if value and isinstance(base, int | Decimal) and base > 0:
                meter = _metered(city, other, view, str(value), base, path, lang)
                if meter is not None:
                    yield meter


def _metered(
    city: City, other: Dataset, view: MeterView, value: str, base: ExactNumber, path: str, lang: Lang
) -> RecordMeter | None:
    added = portions.conditions(other, view.where)
    if added is None:
        return None
    ask = ExplorerState.bare(other, path.format(slug=other.slug), lang, Filter(view.by, "eq", (value,)), *added)
    axis = axis_of(other)
    asked = replace(ask.scope, sort=Sort(axis.name) if axis else None, size=MOST_STEPS)
    try:
        standing = city.query_service.snapshot(other, asked)
        answer = city.query_service.rows(other, asked, standing)
        if not answer.rows or not _may_run(other, view, answer.rows):
            return None
        steps, rows = _steps(other, view, answer.rows, lang), len(answer.rows)
        if answer.next is not None:
            question = GroupQuestion(scope=ask.scope, measures=(Asked("count"), Asked("sum", view.measure)))
            whole = figures.groups(city.query_service, other, question, standing).rows[0]
            steps, rows = [MeterStep(other.title.of(lang), whole[f"sum_{view.measure}"] or 0)], whole["count"]
    except (Unanswered, BadQuestion):
        return None
    running = list(accumulate(Decimal(step.change) for step in steps))
    percents = [_EXACT.divide(so_far * 100, Decimal(base)) for so_far in running]
    percent = percents[-1]
    status = _status(view, percent, lang)
    bars = [
        YearBar(step.label, percent.quantize(_PLACES, ROUND_HALF_UP))
        for step, percent in zip(steps, percents, strict=True)
    ]
    name = RUNNING.of(lang).format(name=other.field(view.measure).label.of(lang))
    marks = _marks(view, below=min(percents) < 0, lang=lang)
    chart = YearBars(bars, ChartMeasure(lang, percent=True), name, axis_name=STEP.of(lang), marks=marks)
    title = TITLE.of(lang).format(
        title=view.title.of(lang),
        percent=chart.scale.write(percent.quantize(_PLACES, ROUND_HALF_UP)),
        limit=titles.per_cent(view.limit, lang),
    )
    figure = Figure(title, chart, f"meter-{other.slug}-{view.code}", source=other.owner.of(lang), rows=rows, level=2)
    return RecordMeter(view, other, status, percent, figure, ask)


def _marks(view: MeterView, *, below: bool, lang: Lang) -> list[ColumnMark]:
    """The limit and the warning, on the side of nought on which the sum has been."""
    named = [(view.limit, LIMIT), *([(view.warn, WARNING)] if view.warn else [])]
    sides = [1, *([-1] if below else [])]
    return [
        ColumnMark(side * value, words.of(lang).format(percent=titles.per_cent(side * value, lang)))
        for side in sides
        for value, words in named
    ]


def _may_run(other: Dataset, view: MeterView, rows: tuple[Row, ...]) -> bool:
    """Whether a running sum means something: of what may be added over time, all on one side."""
    measure = other.field(view.measure)
    return measure.nature != "stock" and stand_together(other, measure, [row.values for row in rows])


def _steps(other: Dataset, view: MeterView, rows: tuple[Row, ...], lang: Lang) -> list[MeterStep]:
    axis = axis_of(other)
    out = []
    for number, row in enumerate(rows, 1):
        value = row.values.get(view.measure)
        when = row.values.get(axis.name) if axis else None
        label = value_html.plain_number(number, lang)
        if isinstance(when, date):
            label = value_html.plain_day(when, lang)
        elif when:
            label = value_html.period_label(str(when), lang)
        out.append(MeterStep(label, value if isinstance(value, int | Decimal) else 0))
    return out


def _status(view: MeterView, percent: Decimal, lang: Lang) -> Status:
    warn, limit = (value_html.plain_number(threshold, lang) for threshold in (view.warn or view.limit, view.limit))
    size = abs(percent)
    if size > view.limit:
        return Status("bad", BEYOND.of(lang).format(limit=limit))
    if view.warn and size > view.warn:
        return Status("late", NEAR.of(lang).format(warn=warn, limit=limit))
    return Status("ok", WITHIN.of(lang).format(warn=warn, limit=limit))
