"""What was paid of a record's amount: the payments against the amount as its amendments moved it, and its limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Final

from ayan.apps.catalog.explorer import portions
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import MOST_STEPS
from ayan.core.query.additivity import stand_together
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Sort
from ayan.core.query.statistics import axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import MeterView
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import unit_label
from ayan.ui.charts import titles
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.steps import Stair, Steps
from ayan.wiring.city import City

FINDING: Final = Label(
    "{percent} از «{label}» با تغییرهای آن پرداخت شده است", "{percent} of “{label}” with its changes has been paid"
)
NOTHING_DUE: Final = Label("آنچه پرداخت شده، در برابر «{label}»", "What has been paid, against “{label}”")
PAID: Final = Label("{title}، جمع تا آن روز", "{title}, sum to that day")
WHOLE: Final = Label("{label} با تغییرهای آن", "{label} with its changes")
LIMIT: Final = Label("سقف: {percent} بیش از «{label}»", "Limit: {percent} over “{label}”")


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The drawing, and the rows that it adds up: those that were paid, and those that moved the amount.

    ``spent`` is what was paid so far, ``whole`` the amount with its changes.
    """

    figure: Figure
    paid: ExplorerState
    changes: ExplorerState
    spent: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """What was paid, in per cent of the amount; None where nothing is due."""
        return Decimal(self.spent * 1000 // self.whole) / 10 if self.whole > 0 else None


def drawdowns(city: City, dataset: Dataset, row: Row, path: str, lang: Lang) -> list[Drawdown]:
    """The drawings that other datasets declare over this one; none where a row cannot be placed or added."""
    return list(_drawdowns(city, dataset, row, path, lang))


def _drawdowns(city: City, dataset: Dataset, row: Row, path: str, lang: Lang) -> Iterator[Drawdown]:
    for other in city.registry.all():
        for view in other.views_of(MeterView):
            slug, _, name = view.against.partition(".")
            if slug == dataset.slug and view.spent:
                try:
                    drawn = _drawn(city, dataset, row, dataset.field(name), other, view, path, lang)
                except (Unanswered, BadQuestion, KeyError):
                    continue
                if drawn is not None:
                    yield drawn


def _drawn(
    city: City, dataset: Dataset, row: Row, base: Field, other: Dataset, view: MeterView, path: str, lang: Lang
) -> Drawdown | None:
    slug, _, name = view.spent.partition(".")
    paying = city.registry.get(slug)
    by, ref, axis = reference(paying, dataset), other.field(view.by).ref, axis_of(dataset)
    begun, amount = row.values.get(axis.name) if axis else None, row.values.get(base.name)
    if by is None or by.ref is None or ref is None or not isinstance(begun, date) or not isinstance(amount, int):
        return None
    paid_ask = _ask(paying, by.name, row.values.get(by.ref.field), path, lang)
    change_ask = _ask(other, view.by, row.values.get(ref.field), path, lang)
    paid, changes = _rows(city, paid_ask, name), _rows(city, change_ask, view.measure)
    if not paid or changes is None or amount <= 0:
        return None
    whole = _running([(begun, amount), *changes])
    spent = _running(paid)
    measure = ChartMeasure(lang, unit_label("toman", lang), 10) if base.kind.is_money else ChartMeasure(lang)
    label = base.label.of(lang)
    limit = None
    if _all_count(city, change_ask, other, view):
        words = LIMIT.of(lang).format(percent=titles.per_cent(view.limit, lang), label=label)
        limit = (words, amount + amount * view.limit // 100)
    chart = Steps(
        Stair(PAID.of(lang).format(title=paying.title.of(lang)), spent),
        Stair(WHOLE.of(lang).format(label=label) if changes else label, whole),
        measure,
        limit,
    )
    figure = Figure(
        NOTHING_DUE.of(lang).format(label=label),
        chart,
        f"drawdown-{other.slug}-{view.code}",
        source=paying.owner.of(lang),
        rows=len(paid) + len(changes) + 1,
        level=2,
    )
    drawn = Drawdown(figure, paid_ask, change_ask, spent[-1][1], whole[-1][1])
    if drawn.percent is None:
        return drawn
    share = ChartMeasure(lang, percent=True).scale([]).write(drawn.percent)
    return replace(drawn, figure=replace(figure, title=FINDING.of(lang).format(percent=share, label=label)))


def reference(paying: Dataset, dataset: Dataset) -> Field | None:
    """The published field by which rows name the record."""
    return next((field for field in paying.published if field.ref and field.ref.dataset == dataset.slug), None)


def _ask(dataset: Dataset, by: str, value: object, path: str, lang: Lang) -> ExplorerState:
    return ExplorerState.bare(dataset, path.format(slug=dataset.slug), lang, Filter(by, "eq", (str(value),)))


def _rows(city: City, ask: ExplorerState, measure: str) -> list[tuple[date, int]] | None:
    """Day and amount of each row, the oldest first; None where one has no day, or they may not be added together.

    A row without an amount, such as an amendment of the time alone, moves nothing and is 0.
    """
    dataset, axis = ask.dataset, axis_of(ask.dataset)
    field = dataset.field(measure)
    if axis is None or not axis.kind.is_day or field.nature == "stock" or not city.release_store.current(dataset.slug):
        return None
    asked = replace(ask.scope, sort=Sort(axis.name), size=MOST_STEPS)
    answer = city.query_service.rows(dataset, asked, city.query_service.snapshot(dataset, asked))
    moving = [row.values for row in answer.rows if row.values.get(measure) is not None]
    if answer.next is not None or not stand_together(dataset, field, moving):
        return None
    pairs = []
    for row in answer.rows:
        day, amount = row.values.get(axis.name), row.values.get(measure)
        if not isinstance(day, date):
            return None
        pairs.append((day, amount if isinstance(amount, int) else 0))
    return pairs


def _running(pairs: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """What the sum has come to at the end of each day."""
    ordered = sorted(pairs, key=lambda pair: pair[0])
    sums = accumulate(amount for _, amount in ordered)
    return list({day: total for (day, _), total in zip(ordered, sums, strict=True)}.items())


def _all_count(city: City, ask: ExplorerState, other: Dataset, view: MeterView) -> bool:
    """Whether every change is one that the limit is set to, so that it may be drawn over all of them."""
    added = portions.conditions(other, view.where)
    if added is None:
        return False
    scopes = (ask.scope, replace(ask.scope, filters=(*ask.scope.filters, *added)))
    moving = []
    for scope in scopes:
        asked = replace(scope, size=MOST_STEPS)
        rows = city.query_service.rows(other, asked, city.query_service.snapshot(other, asked)).rows
        moving.append(sum(bool(row.values.get(view.measure)) for row in rows))
    return moving[0] == moving[1]
