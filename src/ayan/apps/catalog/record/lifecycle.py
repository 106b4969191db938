"""Chains of a record: the declared steps from first to last, each with what is there or a word that nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from ayan.apps.catalog.record import records
from ayan.apps.catalog.record.references import Around, NamedRecord, Naming
from ayan.core.query import keys
from ayan.core.query.additivity import SumPart
from ayan.core.query.answer import Row
from ayan.core.query.statistics import axis_of
from ayan.core.query.sum_parts import amount_field
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import SELF, ChainView
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

# The record itself; one it names; rows that belong to it; a name that no record bears; nothing written, or no rows;
# not worked out in time; a dataset of which nothing is published.
StageState = Literal["self", "named", "rows", "lost", "blank", "none", "unread", "unpublished"]
# The thinnest bar that can still be seen, in per cent of the longest.
THINNEST: Final = 2


@dataclass(frozen=True, slots=True)
class LifecycleStep:
    """One step: what it is ``of``, how it stands, and what it comes to.

    ``key`` and ``title`` are of one record, ``naming`` of rows that belong to it, whose newest ``day`` is told. The
    ``width`` of its bar is in per cent of the longest of the chain, 0 for none. ``field`` is the reference, if any.
    """

    of: Label
    state: StageState
    dataset: Dataset
    field: Field | None = None
    key: str = ""
    title: str = ""
    naming: Naming | None = None
    amount: tuple[SumPart, int] | None = None
    status: tuple[Field, object] | None = None
    day: tuple[Field, object] | None = None
    width: int = 0

    @property
    def there(self) -> bool:
        """Whether there is something to see."""
        return self.state in ("self", "named", "rows")

    @property
    def start(self) -> int:
        """Where the bar begins that grows from the right."""
        return 100 - self.width


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A declared chain with its steps, in order."""

    view: ChainView
    steps: tuple[LifecycleStep, ...]


def chains(
    city: City, dataset: Dataset, row: Row, named: Mapping[str, NamedRecord], around: Around, lang: Lang
) -> list[Lifecycle]:
    """The chains of a record."""
    steps = _Steps(city, dataset, row, named, around, lang)
    return [
        Lifecycle(view, _with_bars([steps.step(step) for step in view.steps])) for view in dataset.views_of(ChainView)
    ]


def beside(around: Around, lifecycles: list[Lifecycle]) -> Iterator[Naming]:
    """What belongs to a record and is no step of a chain; its documents stand by themselves."""
    shown_ids = {id(step.naming) for chain in lifecycles for step in chain.steps if step.naming is not None}
    others = (naming for naming in around.namings if naming.dataset.companion is None)
    return (naming for naming in others if id(naming) not in shown_ids)


@dataclass(frozen=True, slots=True)
class _Steps:
    city: City
    dataset: Dataset
    row: Row
    named: Mapping[str, NamedRecord]
    around: Around
    lang: Lang

    def step(self, text: str) -> LifecycleStep:
        if text == SELF:
            key, title = keys.key_of(self.dataset, self.row), records.title(self.dataset, self.row, self.lang)
            return replace(_of_row(self.dataset, self.row, "self"), key=key, title=title)
        if "." not in text:
            return self._referred(self.dataset.field(text))
        return self._rows(*text.split("."))

    def _referred(self, field: Field) -> LifecycleStep:
        named_record = self.named.get(field.name)
        if named_record is not None:
            return replace(
                _of_row(named_record.dataset, named_record.row, "named"),
                field=field,
                key=named_record.key,
                title=named_record.title,
            )
        target = self._dataset(field.ref.dataset if field.ref else "")
        of = target.title if target else field.label
        state: StageState = "lost" if self.row.values.get(field.name) else "blank"
        if state == "lost" and target is not None and not self.city.release_store.current(target.slug):
            state = "unpublished"
        return LifecycleStep(of, state, target or self.dataset, field, title=str(self.row.values.get(field.name) or ""))

    def _rows(self, slug: str, name: str) -> LifecycleStep:
        naming = next(
            (
                naming
                for naming in self.around.namings
                if naming.dataset.slug == slug and naming.belonging.field.name == name
            ),
            None,
        )
        if naming is not None:
            return self._naming_step(naming)
        target = self._dataset(slug) or self.dataset
        unread = any(related.dataset.slug == slug for related in self.around.unread)
        state: StageState = "unread" if unread else "none" if self.city.release_store.current(slug) else "unpublished"
        return LifecycleStep(target.title, state, target)

    def _naming_step(self, naming: Naming) -> LifecycleStep:
        of = naming.belonging.title or naming.dataset.title
        if naming.rows == 1:
            (only,) = naming.newest
            key, title = keys.key_of(naming.dataset, only), records.title(naming.dataset, only, self.lang)
            return replace(_of_row(naming.dataset, only, "rows"), of=of, naming=naming, key=key, title=title)
        # A step has room for one sum: where money lies on two sides, neither stands for both.
        first = [total for total in naming.totals if total[0].field == naming.totals[0][0].field]
        amount = first[0] if len(first) == 1 else None
        day = _dated_value(naming.newest[0], axis_of(naming.dataset))
        return LifecycleStep(of, "rows", naming.dataset, naming=naming, amount=amount, day=day)

    def _dataset(self, slug: str) -> Dataset | None:
        return next((dataset for dataset in self.city.registry.all() if dataset.slug == slug), None)


def _of_row(dataset: Dataset, row: Row, state: StageState) -> LifecycleStep:
    """A step that is one record: its amount, how it stands, and its day."""
    amount = amount_field(dataset)
    value = row.values.get(amount.name) if amount else None
    status = next((field for field in dataset.published if field.role == "status" and field.shown == "public"), None)
    return LifecycleStep(
        dataset.title,
        state,
        dataset,
        amount=(SumPart(amount), value) if amount is not None and isinstance(value, int) else None,
        status=_dated_value(row, status),
        day=_dated_value(row, axis_of(dataset)),
    )


def _dated_value(row: Row, field: Field | None) -> tuple[Field, object] | None:
    value = row.values.get(field.name) if field else None
    return (field, value) if field is not None and value is not None else None


def _with_bars(steps: list[LifecycleStep]) -> tuple[LifecycleStep, ...]:
    """The steps with the bars of the record's own amount and of the sums of what belongs to it."""
    drawn = [abs(step.amount[1]) for step in steps if step.state in ("self", "rows") and step.amount]
    most = max(drawn, default=0)
    if len(drawn) < 2 or not most:
        return tuple(steps)
    return tuple(
        replace(step, width=max(THINNEST, abs(step.amount[1]) * 100 // most))
        if step.state in ("self", "rows") and step.amount and step.amount[1]
        else step
        for step in steps
    )
