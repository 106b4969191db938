"""What belongs to a record: rows of other datasets, by declared references and views, and what a unit answers for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ayan.apps.catalog.limits import SHORTEST_WORDS
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.limits import MOST_VALUES
from ayan.core.query.operators import OPERATORS, Op
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.statistics import axis_of
from ayan.core.schedule.freshness import Freshness, freshness
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PlaysView, RelatedView
from ayan.core.values.asked_value import BadValue
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.text import fold
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class RelatedRows:
    """Rows of ``dataset`` that meet ``condition`` on ``field``, and those of ``also`` where there are more.

    ``title`` heads them where the dataset's own does not say enough. ``alike`` where words or names are the same and
    no reference says that the things are; ``most`` is how many go-betweens were followed where there are more of them.
    """

    dataset: Dataset
    field: Field
    condition: Filter
    title: Label | None = None
    alike: bool = False
    most: int = 0
    also: tuple[Filter, ...] = ()

    @property
    def conditions(self) -> tuple[Filter, ...]:
        """Everything that the rows meet."""
        return (self.condition, *self.also)

    def within(self, *more: Filter) -> RelatedRows:
        """Those of the rows that meet further conditions."""
        return replace(self, also=(*self.also, *more))


def belongings(city: City, dataset: Dataset, row: Row) -> list[RelatedRows]:
    """Everything that belongs to a record, in the declared order, then what else refers to it; nothing twice."""
    unique: dict[tuple[str, Filter], RelatedRows] = {}
    for related in (*_declared(city, dataset, row), *_referring(city, dataset, row)):
        unique.setdefault((related.dataset.slug, related.condition), related)
    return list(unique.values())


def _referring(city: City, dataset: Dataset, row: Row) -> Iterator[RelatedRows]:
    for other in city.registry.all():
        for field in other.published:
            if field.ref is None or field.ref.dataset != dataset.slug or field.shown != "public":
                continue
            value = row.values.get(field.ref.field)
            if value:
                yield RelatedRows(other, field, Filter(field.name, "eq", (str(value),)))


def _declared(city: City, dataset: Dataset, row: Row) -> Iterator[RelatedRows]:
    for view in dataset.views_of(RelatedView):
        value, own = row.values.get(view.by), dataset.field(view.by)
        target = field_of(city, view.rows)
        if not value or target is None:
            continue
        other, field = target
        if view.through:
            yield from _through(city, view, str(value), other, field)
        elif view.match == "words":
            yield from _by_words(view, str(value), other, field)
        elif (condition := _condition(field, "eq", str(value))) is not None:
            yield RelatedRows(other, field, condition, view.title, alike=not _known_same(own, field, dataset, other))


def _known_same(own: Field, field: Field, dataset: Dataset, other: Dataset) -> bool:
    """Whether equal values are one thing: a reference says so, both refer to a third, or they are no words."""
    if own.ref is not None and field.ref is not None:
        return (own.ref.dataset, own.ref.field) == (field.ref.dataset, field.ref.field)
    pairs = ((own, other, field), (field, dataset, own))
    if any(pointer.ref and (pointer.ref.dataset, pointer.ref.field) == (of.slug, it.name) for pointer, of, it in pairs):
        return True
    return all(side.choices is not None or side.kind.identifying for side in (own, field))


def _through(city: City, view: RelatedView, value: str, other: Dataset, field: Field) -> Iterator[RelatedRows]:
    """The rows that name one of the go-betweens that hold the record's value."""
    between = field_of(city, view.through)
    if between is None or field.ref is None or field.ref.dataset != between[0].slug:
        return
    middle, holding = between
    condition = _condition(holding, "eq", value)
    if condition is None:
        return
    axis = axis_of(middle)
    asked = Question(
        slug=middle.slug,
        filters=(condition,),
        sort=Sort(axis.name, descending=True) if axis else None,
        size=MOST_VALUES,
        fields=(field.ref.field,),
    )
    try:
        answer = city.query_service.rows(middle, asked)
    except (Unanswered, BadQuestion):
        return
    names = sorted(
        {str(related_row.values[field.ref.field]) for related_row in answer.rows if related_row.values[field.ref.field]}
    )
    if names:
        op: Op = "eq" if len(names) == 1 else "in"
        most = MOST_VALUES if answer.next else 0
        yield RelatedRows(other, field, Filter(field.name, op, tuple(names)), view.title, most=most)


def _by_words(view: RelatedView, value: str, other: Dataset, field: Field) -> Iterator[RelatedRows]:
    if len(value.strip()) < SHORTEST_WORDS:
        return
    condition = _condition(field, "contains", value)
    if condition is not None:
        yield RelatedRows(other, field, condition, view.title, alike=True)


def _condition(field: Field, op: Op, value: str) -> Filter | None:
    """A condition as a reader could ask it; None where the value cannot be asked for."""
    try:
        return Filter(field.name, op, OPERATORS[op].read(field, value))
    except BadValue:
        return None


def field_of(city: City, pointer: str) -> tuple[Dataset, Field] | None:
    """The dataset and the public field that ``slug.field`` names; None where there is none such."""
    slug, _, name = pointer.partition(".")
    dataset = next((declared for declared in city.registry.all() if declared.slug == slug), None)
    if dataset is None:
        return None
    field = next(
        (published for published in dataset.published if published.name == name and published.shown == "public"), None
    )
    return (dataset, field) if field is not None else None


# --- what a unit answers for: the datasets it owns, which of them are late, and since when ----------------------------

UNITS = "units"


def owned(city: City, dataset: Dataset, row: Row) -> list[Freshness]:
    """The datasets whose owner bears the name of the unit that a record is, the latest first; none of other records."""
    view = dataset.view(PlaysView)
    title = dict(view.places).get("title", "") if view is not None and view.part == UNITS else ""
    name = fold(str(row.values.get(title) or ""))
    if not name:
        return []
    now = today(city.clock)
    datasets = (each for each in city.registry.all() if name in (fold(each.owner.fa), fold(each.owner.en)))
    states = [freshness(each, city.release_store, now, city.opens(each.slug)) for each in datasets]
    return sorted(states, key=lambda state: (not state.owed, -state.days, state.dataset.slug))
