"""What the city does, as a declared catalogue lists it, and how each activity stands by the datasets that prove it.

Nobody enters how an activity stands: it follows from what is declared, published and due on the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from ayan.apps.catalog import amount_parts, records
from ayan.core.query import keys
from ayan.core.query.answer import Row, Snapshot
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.question import Question
from ayan.core.release.deadlines import due, missing
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field, Role
from ayan.core.schema.problem import DeclarationError
from ayan.core.schema.view import ProofView
from ayan.core.schema.views import BLANK
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring.city import City

State = Literal["fresh", "late", "absent", "withheld"]

STATES: Final[Mapping[State, Label]] = {
    "fresh": Label("منتشر و به‌روز", "Published and up to date"),
    "late": Label("دیرکرده", "Late"),
    "absent": Label("منتشر نشده", "Not published"),
    "withheld": Label("قانوناً منتشر نمی‌شود", "Lawfully withheld"),
}
NO_UNIT: Final = Label("احراز نشده", "Not established")


@dataclass(frozen=True, slots=True)
class Proof:
    """A dataset that proves an activity, by the slug that the catalogue names; None where no such one is declared."""

    slug: str
    dataset: Dataset | None
    state: State


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that the city does.

    ``unit`` is the one that the catalogue names; where it names none, the unit that owes the first of the proofs
    (``unit_owes``); None where there is neither. ``group`` is the code of its category, "" where it has none.
    """

    key: str
    title: Label
    unit: Label | None
    unit_owes: bool
    group: str
    proofs: tuple[Proof, ...]
    state: State


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The activities of the dataset that declares them, in its order.

    ``sample`` counts the rows that are marked as a sample nobody has confirmed. ``snapshot`` is what was read.
    """

    dataset: Dataset
    activities: tuple[Activity, ...]
    groups: Field | None
    sample: int
    snapshot: Snapshot

    def group_label(self, code: str) -> Label:
        """What a group is called."""
        if not code:
            return NO_UNIT
        choices = self.groups.choices if self.groups else None
        return Label(choices.label(code, "fa"), choices.label(code, "en")) if choices else Label(code, code)


def catalogue(city: City) -> Catalogue | None:
    """The first declared catalogue of activities; None where no dataset declares one. Raises Unanswered."""
    declared = next(((dataset, view) for dataset in city.registry.all() if (view := dataset.view(ProofView))), None)
    if declared is None:
        return None
    dataset, view = declared
    question = Question(slug=dataset.slug, size=MAX_SIZE)
    standing = city.query_service.snapshot(dataset, question)
    rows = tuple(_rows(city, dataset, question, standing))
    states = _States(city)
    groups = _field(dataset, "category")
    activities = tuple(_activity(dataset, view, row, groups, states) for row in rows)
    return Catalogue(dataset, activities, groups, _sampled(city, dataset, view, standing), standing)


def _rows(city: City, dataset: Dataset, question: Question, snapshot: Snapshot) -> Iterator[Row]:
    """Every row, page by page."""
    while True:
        answer = city.query_service.rows(dataset, question, snapshot)
        yield from answer.rows
        if answer.next is None:
            return
        question = replace(question, cursor=answer.next)


def _sampled(city: City, dataset: Dataset, view: ProofView, snapshot: Snapshot) -> int:
    """How many rows the catalogue itself marks as a sample."""
    added = amount_parts.conditions(dataset, view.where) if view.where else None
    if not added:
        return 0
    question = Question(slug=dataset.slug, filters=added, size=1, count=True)
    return city.query_service.rows(dataset, question, snapshot).total or 0


def _activity(dataset: Dataset, view: ProofView, row: Row, groups: Field | None, states: _States) -> Activity:
    proofs = tuple(states.proof(slug) for slug in str(row.values.get(view.by) or "").split())
    units = _field(dataset, "unit")
    named = str(row.values.get(units.name) or "") if units else ""
    owing = next((proof.dataset.owner for proof in proofs if proof.dataset is not None), None)
    return Activity(
        key=keys.key_of(dataset, row),
        title=Label(_called(dataset, view, row, "fa"), _called(dataset, view, row, "en")),
        unit=Label(named, named) if named else owing,
        unit_owes=not named and owing is not None,
        group=str(row.values.get(groups.name) or "") if groups else "",
        proofs=proofs,
        state=_state(proofs),
    )


def _called(dataset: Dataset, view: ProofView, row: Row, lang: Lang) -> str:
    """What an activity is called: the declared words, or its title where one of their blanks is empty."""
    text = view.text.of(lang)
    values = {name: row.values.get(name) for name in BLANK.findall(text)}
    if not text or not all(values.values()):
        return records.title(dataset, row, lang)
    written = {name: value_html.value_plain(dataset.field(name), value, lang, "rial") for name, value in values.items()}
    return BLANK.sub(lambda match: written[match[1]], text)


def _state(proofs: Iterable[Proof]) -> State:
    """How an activity stands: by all its datasets together, those that are withheld left out where there are others."""
    states = [proof.state for proof in proofs]
    shown = [state for state in states if state != "withheld"]
    if not shown:
        return "withheld" if states else "absent"
    if all(state == "absent" for state in shown):
        return "absent"
    return "fresh" if all(state == "fresh" for state in shown) else "late"


def _field(dataset: Dataset, role: Role) -> Field | None:
    """The first public field with a role."""
    return next((field for field in dataset.published if field.role == role and field.shown == "public"), None)


class _States:
    """How each dataset stands today, looked up once."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._today = today(city.clock)
        self._known: dict[str, Proof] = {}

    def proof(self, slug: str) -> Proof:
        """A dataset that is named as a proof, and how it stands."""
        if slug not in self._known:
            self._known[slug] = self._looked_up(slug)
        return self._known[slug]

    def _looked_up(self, slug: str) -> Proof:
        try:
            dataset = self._city.registry.get(slug)
        except (KeyError, DeclarationError):
            return Proof(slug, None, "absent")
        return Proof(slug, dataset, self._state(dataset))

    def _state(self, dataset: Dataset) -> State:
        if dataset.withheld and dataset.withheld.stands(self._today):
            return "withheld"
        store = self._city.release_store
        if not store.snapshot(dataset.slug).releases:
            return "absent"
        return "late" if missing(due(dataset, store, self._today), self._today) else "fresh"
