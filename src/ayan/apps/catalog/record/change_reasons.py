"""Why an amount of a record is another now: each row that changed it, with its kind and reason as they were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import MOST_STEPS
from ayan.apps.catalog.record import records
from ayan.core.query import keys
from ayan.core.query.additivity import stand_together
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Sort
from ayan.core.query.statistics import axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import MeterView
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

FieldValue = tuple[Field, object]


@dataclass(frozen=True, slots=True)
class AmountChange:
    """One row: its key, its title (the reason, where that is what its dataset calls it by), and by how much.

    ``amount`` is None of a row that moved nothing, such as more time alone.
    """

    key: str
    title: str
    day: FieldValue | None
    kind: FieldValue | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class ChangesOfKind:
    """What the rows of one kind come to, and the question for them."""

    kind: FieldValue
    amount: int
    ask: ExplorerState


@dataclass(frozen=True, slots=True)
class ChangeReasons:
    """The changes of the amount in ``base``, newest first, and what they come to, by kind and together."""

    view: MeterView
    dataset: Dataset
    base: Field
    first: int
    changes: tuple[AmountChange, ...]
    kinds: tuple[ChangesOfKind, ...]
    ask: ExplorerState

    @property
    def total(self) -> int:
        """What all of them come to, with signs."""
        return sum(change.amount or 0 for change in self.changes)

    @property
    def now(self) -> int:
        """The amount with its changes."""
        return self.first + self.total


def reasons(city: City, dataset: Dataset, row: Row, path: str, lang: Lang) -> list[ChangeReasons]:
    """The changes of each amount of money that another dataset meters; none where a sum of them would mean nothing."""
    return list(_reasons(city, dataset, row, path, lang))


def _reasons(city: City, dataset: Dataset, row: Row, path: str, lang: Lang) -> Iterator[ChangeReasons]:
    for other in city.registry.all():
        for view in other.views_of(MeterView):
            slug, _, name = view.against.partition(".")
            ref, measure = other.field(view.by).ref, other.field(view.measure)
            if slug != dataset.slug or ref is None or ref.dataset != slug or not measure.kind.is_money:
                continue
            value, first = row.values.get(ref.field), row.values.get(name)
            if not value or not isinstance(first, int):
                continue
            ask = ExplorerState.bare(other, path.format(slug=other.slug), lang, Filter(view.by, "eq", (str(value),)))
            try:
                rows = _rows(city, ask, measure)
            except (Unanswered, BadQuestion):
                continue
            if rows:
                changes = tuple(_change(other, measure, each, lang) for each in rows)
                yield ChangeReasons(view, other, dataset.field(name), first, changes, _kinds(ask, changes), ask)


def _rows(city: City, ask: ExplorerState, measure: Field) -> Sequence[Row]:
    """All the rows, newest first; none where there are more than are told one by one, or they may not be added."""
    axis = axis_of(ask.dataset)
    asked = replace(ask.scope, sort=Sort(axis.name, descending=True) if axis else None, size=MOST_STEPS)
    answer = city.query_service.rows(ask.dataset, asked)
    moving = [row.values for row in answer.rows if row.values.get(measure.name) is not None]
    whole = answer.next is None and measure.nature != "stock" and measure.shown == "public"
    return answer.rows if whole and stand_together(ask.dataset, measure, moving) else ()


def _change(dataset: Dataset, measure: Field, row: Row, lang: Lang) -> AmountChange:
    amount = row.values.get(measure.name)
    kind = next((field for field in dataset.published if field.role == "category" and field.shown == "public"), None)
    return AmountChange(
        keys.key_of(dataset, row),
        records.title(dataset, row, lang),
        _written(row, axis_of(dataset)),
        _written(row, kind),
        amount if isinstance(amount, int) else None,
    )


def _written(row: Row, field: Field | None) -> FieldValue | None:
    value = row.values.get(field.name) if field else None
    return (field, value) if field is not None and value is not None else None


def _kinds(ask: ExplorerState, changes: Sequence[AmountChange]) -> tuple[ChangesOfKind, ...]:
    """What each kind comes to, the largest first; none where one kind says it all."""
    sums: dict[str, tuple[FieldValue, int]] = {}
    for change in changes:
        if change.kind is not None and change.amount:
            code = str(change.kind[1])
            sums[code] = (change.kind, sums.get(code, (change.kind, 0))[1] + change.amount)
    if len(sums) < 2:
        return ()
    return tuple(
        ChangesOfKind(kind, amount, _narrowed(ask, kind))
        for kind, amount in sorted(sums.values(), key=lambda pair: -abs(pair[1]))
    )


def _narrowed(ask: ExplorerState, kind: FieldValue) -> ExplorerState:
    condition = Filter(kind[0].name, "eq", (str(kind[1]),))
    return ExplorerState.bare(ask.dataset, ask.path, ask.lang, *ask.question.filters, condition)
