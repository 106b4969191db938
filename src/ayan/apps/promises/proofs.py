"""What proves an activity, as the catalogue states it: rows of a dataset, a measure and a period; and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import parse_qsl

from ayan.apps.catalog.explorer import conditions, group_table, result_options
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.core.query.grouping import GroupQuestion, parse_groups
from ayan.core.query.problem import BadQuestion
from ayan.core.schedule.freshness import FreshnessState, freshness
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label, in_each
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

ProofState = Literal["fresh", "late", "absent", "withheld"]

STATES: Final[Mapping[ProofState, Label]] = {
    "fresh": Label("منتشر و به‌روز", "Published and up to date"),
    "late": Label("دیرکرده", "Late"),
    "absent": Label("بی‌مدرک", "Not proved"),
    "withheld": Label("قانوناً منتشر نمی‌شود", "Lawfully withheld"),
}
_STATE: Final[Mapping[FreshnessState, ProofState]] = {
    "current": "fresh",
    "unpromised": "fresh",
    "late": "late",
    "preparing": "absent",
    "none": "absent",
    "withheld": "withheld",
}
COUNT: Final = Label("تعداد ردیف‌ها", "Number of rows")
BY: Final = Label("{measure} به تفکیک {period}", "{measure} by {period}")


@dataclass(frozen=True, slots=True)
class Proof:
    """A dataset that proves an activity, by the slug that the catalogue names; None where no such one is declared.

    ``measured`` is the question of groups that proves it, where the catalogue says by what.
    """

    slug: str
    dataset: Dataset | None
    state: ProofState
    measured: GroupQuestion | None = None

    @property
    def says(self) -> Label | None:
        """What of the dataset proves it: the measure, along what, of which rows; None where nobody says."""
        if self.measured is None or self.dataset is None:
            return None
        return in_each(self._words)

    def _words(self, lang: Lang) -> str:
        if self.measured is None or self.dataset is None:
            return ""
        names = [each.field and self.dataset.field(each.field).label.of(lang) for each in self.measured.measures]
        measure = locale.of(lang).comma.join(name or COUNT.of(lang) for name in names)
        period = result_options.by_label(self.dataset, self.measured.by[0], lang)
        ask = ExplorerState.bare(self.dataset, "", lang, *self.measured.scope.filters)
        chips = [conditions.in_words(ask, each) for each in self.measured.scope.filters]
        return locale.of(lang).semicolon.join([BY.of(lang).format(measure=measure, period=period), *chips])

    @property
    def api(self) -> str:
        """Where programs ask for it."""
        return group_table.api_address(self.dataset, self.measured) if self.dataset and self.measured else ""


class ProofStates:
    """How each dataset stands today, looked up once."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._today = today(city.clock)
        self._known: dict[str, Proof] = {}
        self._asked: dict[str, Proof | None] = {}

    def proof(self, slug: str) -> Proof:
        """A dataset that is named as a proof, and how it stands."""
        if slug not in self._known:
            self._known[slug] = self._looked_up(slug)
        return self._known[slug]

    def filtered(self, address: str) -> bool:
        """Whether a question of groups is of some rows alone."""
        proof = self.measured(address)
        return proof is not None and proof.measured is not None and bool(proof.measured.scope.filters)

    def measured(self, address: str) -> Proof | None:
        """The dataset and the question that an address names, `contracts?by=signed_on:year&count=1&selection=waiver`.

        None where it is no question of this city, or names no measure or no period.
        """
        if address not in self._asked:
            slug, _, query = address.partition("?")
            proof = self.proof(slug)
            self._asked[address] = None if proof.dataset is None else _measured(proof, proof.dataset, query)
        return self._asked[address]

    def _looked_up(self, slug: str) -> Proof:
        try:
            dataset = self._city.registry.get(slug)
        except (KeyError, DeclarationError):
            return Proof(slug, None, "absent")
        return Proof(slug, dataset, self._state(dataset))

    def _state(self, dataset: Dataset) -> ProofState:
        return _STATE[freshness(dataset, self._city.release_store, self._today, self._city.opens(dataset.slug)).state]


def _measured(proof: Proof, dataset: Dataset, query: str) -> Proof | None:
    try:
        question = parse_groups(dataset, parse_qsl(query, keep_blank_values=True))
    except BadQuestion:
        return None
    timed = len(question.by) == 1 and (question.by[0].part is not None or _is_period(dataset, question.by[0].field))
    return replace(proof, measured=question) if timed and question.measures else None


def _is_period(dataset: Dataset, name: str) -> bool:
    return dataset.field(name).kind.is_period or dataset.field(name).kind.is_day
