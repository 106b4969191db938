"""Chains of a record: the declared steps from first to last, each with what is there or a word that nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from ayan.apps.catalog import records
from ayan.apps.catalog.linked import Around, Named, Naming
from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.query.statistics import amounts_of, axis_of
from ayan.core.schema.definition import SELF, Dataset, Field, View
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

# The record itself; one it names; rows that belong to it; a name that no record bears; nothing written, or no rows;
# not worked out in time; a dataset of which nothing is published.
State = Literal["self", "named", "rows", "lost", "blank", "none", "unread", "unpublished"]
# The thinnest bar that can still be seen, in per cent of the longest.
THINNEST: Final = 2


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is ``of``, how it stands, and what it comes to.

    ``key`` and ``title`` are of one record, ``naming`` of rows that belong to it, whose newest ``day`` is told. The
    ``width`` of its bar is in per cent of the longest of the chain, 0 for none. ``field`` is the reference, if any.
    """

    of: Label
    state: State
    dataset: Dataset
    field: Field | None = None
    key: str = ""
    title: str = ""
    naming: Naming | None = None
    amount: tuple[Field, int] | None = None
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
class Chain:
    """A declared chain with its steps, in order."""

    view: View
    steps: tuple[Step, ...]


def chains(
    city: City, dataset: Dataset, row: Row, named: Mapping[str, Named], around: Around, lang: Lang
) -> list[Chain]:
    """The chains of a record."""
    made = _Steps(city, dataset, row, named, around, lang)
    return [Chain(view, _with_bars([made.step(one) for one in view.steps])) for view in dataset.views_of("chain")]


def beside(around: Around, found: list[Chain]) -> Iterator[Naming]:
    """What belongs to a record and is no step of a chain."""
    told = {id(step.naming) for chain in found for step in chain.steps if step.naming is not None}
    return (one for one in around.found if id(one) not in told)


@dataclass(frozen=True, slots=True)
class _Steps:
    city: City
    dataset: Dataset
    row: Row
    named: Mapping[str, Named]
    around: Around
    lang: Lang

    def step(self, text: str) -> Step:
        if text == SELF:
            key, title = keys.key_of(self.dataset, self.row), records.title(self.dataset, self.row, self.lang)
            return replace(_of_row(self.dataset, self.row, "self"), key=key, title=title)
        if "." not in text:
            return self._referred(self.dataset.field(text))
        return self._rows(*text.split("."))

    def _referred(self, field: Field) -> Step:
        found = self.named.get(field.name)
        if found is not None:
            return replace(_of_row(found.dataset, found.row, "named"), field=field, key=found.key, title=found.title)
        target = self._dataset(field.ref.dataset if field.ref else "")
        of = target.title if target else field.label
        state: State = "lost" if self.row.values.get(field.name) else "blank"
        if state == "lost" and target is not None and not self.city.shelf.current(target.slug):
            state = "unpublished"
        return Step(of, state, target or self.dataset, field, title=str(self.row.values.get(field.name) or ""))

    def _rows(self, slug: str, name: str) -> Step:
        found = next(
            (one for one in self.around.found if one.dataset.slug == slug and one.belonging.field.name == name), None
        )
        if found is not None:
            return self._found(found)
        target = self._dataset(slug) or self.dataset
        unread = any(one.dataset.slug == slug for one in self.around.unread)
        state: State = "unread" if unread else "none" if self.city.shelf.current(slug) else "unpublished"
        return Step(target.title, state, target)

    def _found(self, found: Naming) -> Step:
        of = found.belonging.title or found.dataset.title
        if found.rows == 1:
            (only,) = found.newest
            key, title = keys.key_of(found.dataset, only), records.title(found.dataset, only, self.lang)
            return replace(_of_row(found.dataset, only, "rows"), of=of, naming=found, key=key, title=title)
        amount = found.totals[0] if found.totals else None
        day = _told(found.newest[0], axis_of(found.dataset))
        return Step(of, "rows", found.dataset, naming=found, amount=amount, day=day)

    def _dataset(self, slug: str) -> Dataset | None:
        return next((one for one in self.city.registry.all() if one.slug == slug), None)


def _of_row(dataset: Dataset, row: Row, state: State) -> Step:
    """A step that is one record: its amount, how it stands, and its day."""
    amount = next(iter(amounts_of(dataset)), None)
    value = row.values.get(amount.name) if amount else None
    status = next((one for one in dataset.published if one.role == "status" and one.shown == "public"), None)
    return Step(
        dataset.title,
        state,
        dataset,
        amount=(amount, value) if amount is not None and isinstance(value, int) else None,
        status=_told(row, status),
        day=_told(row, axis_of(dataset)),
    )


def _told(row: Row, field: Field | None) -> tuple[Field, object] | None:
    value = row.values.get(field.name) if field else None
    return (field, value) if field is not None and value is not None else None


def _with_bars(steps: list[Step]) -> tuple[Step, ...]:
    """The steps with the bars of the record's own amount and of the sums of what belongs to it."""
    drawn = [abs(one.amount[1]) for one in steps if one.state in ("self", "rows") and one.amount]
    most = max(drawn, default=0)
    if len(drawn) < 2 or not most:
        return tuple(steps)
    return tuple(
        replace(one, width=max(THINNEST, abs(one.amount[1]) * 100 // most))
        if one.state in ("self", "rows") and one.amount and one.amount[1]
        else one
        for one in steps
    )
