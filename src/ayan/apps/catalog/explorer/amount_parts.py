"""What sums are made of: the declared parts of an amount over time, and the share of rows that a condition picks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.state import CITIZEN_UNIT, ExplorerState
from ayan.apps.catalog.limits import MOST_WHOLES
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupQuestion
from ayan.core.query.grouping import GroupMeasure as Asked
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PartsView, ShareView
from ayan.core.values import money
from ayan.core.values.label import Label
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui import value_html
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import ChartMeasure

MADE_OF: Final = Label("{} از چه ساخته شده است", "What {} is made of")
REST: Final = Label("جز این‌ها", "Other")
TIME: Final = Label("دوره", "Period")


@dataclass(frozen=True, slots=True)
class Portion:
    """How many of some rows a declared condition holds for, beside the same share of all rows of the dataset."""

    view: ShareView
    rows: int
    of: int
    all_rows: int
    of_all: int
    ask: ExplorerState

    @property
    def share(self) -> float:
        """The part of the rows, from 0 to 1."""
        return self.rows / self.of

    @property
    def usual(self) -> float:
        """The part of all rows, from 0 to 1."""
        return self.all_rows / self.of_all if self.of_all else 0.0


def conditions(dataset: Dataset, where: str) -> tuple[Filter, ...] | None:
    """The conditions of a declared query; None where it cannot be asked."""
    pairs = [(name, text) for name, _, text in (part.partition("=") for part in where.split("&")) if name]
    try:
        return parse(dataset, pairs).filters
    except BadQuestion:
        return None


def portions(reader: QueryService, ask: ExplorerState, snapshot: Snapshot, rows: int) -> tuple[Portion, ...]:
    """The declared shares of some rows; none of fewer than two rows, of which a share says nothing."""
    dataset, out = ask.dataset, []
    for view in dataset.views_of(ShareView):
        added = conditions(dataset, view.where)
        if not added or rows < 2:
            continue
        narrowed = replace(ask.but(filters=(*ask.question.filters, *added)), by=None)
        whole = Question(slug=dataset.slug)
        matching, everywhere, of_all = (
            _count(reader, dataset, scope, snapshot) for scope in (narrowed.scope, replace(whole, filters=added), whole)
        )
        out.append(Portion(view, matching, rows, everywhere, of_all, narrowed))
    return tuple(out)


def _count(reader: QueryService, dataset: Dataset, scope: Question, snapshot: Snapshot) -> int:
    answer = figures.groups(reader, dataset, GroupQuestion(scope=scope), snapshot)
    return int(answer.rows[0]["count"]) if answer.rows else 0


def parts(reader: QueryService, ask: ExplorerState, snapshot: Snapshot, anchor: str) -> Figure | None:
    """The declared parts of an amount, period by period; None where none are declared or a bar could not be drawn."""
    dataset, lang = ask.dataset, ask.lang
    view, axis = dataset.view(PartsView), axis_of(dataset)
    if view is None or axis is None:
        return None
    by = GroupKey(axis.name, "year" if axis.kind.is_day else None)
    names = (view.measure, *view.parts)
    question = GroupQuestion(
        scope=replace(ask.scope, size=MOST_WHOLES),
        by=(by,),
        measures=tuple(Asked("sum", name) for name in names),
        sort=Sort(by.name, descending=True),
    )
    answer = figures.groups(reader, dataset, question, snapshot)
    wholes = [_whole(by, view, row, ask) for row in reversed(answer.rows)]
    if len(wholes) < 2 or any(value < 0 for whole in wholes for value in whole.values):
        return None
    labels = [dataset.field(name).label.of(lang) for name in view.parts]
    if any(whole.values[-1] for whole in wholes):
        labels.append(REST.of(lang))
    else:
        wholes = [replace(whole, values=whole.values[:-1]) for whole in wholes]
    code = SHOWN_UNITS["rial" if ask.question.unit == "rial" else CITIZEN_UNIT]
    measure = ChartMeasure(lang, money.unit_label(code, lang), MONEY_UNITS[code])
    name = dataset.field(view.measure).label.of(lang)
    chart = StackedBars(labels, wholes, measure, name, TIME.of(lang))
    return Figure(MADE_OF.of(lang).format(name), chart, anchor)


def _whole(by: GroupKey, view: PartsView, row: dict[str, Any], ask: ExplorerState) -> Whole:
    """One period: its parts, and last what they leave of the whole."""
    values = [int(row[f"sum_{name}"] or 0) for name in view.parts]
    rest = int(row[f"sum_{view.measure}"] or 0) - sum(values)
    return Whole(value_html.period_label(str(row[by.name]), ask.lang), [*values, rest])
