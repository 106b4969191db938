"""What an officer may do with a case now: each step that its kind declares for a party that they may act as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Reach
from ayan.apps.counter import case_times
from ayan.apps.counter.case_steps import VERBS, decided_by, drafted_by
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.models import Case
from ayan.apps.counter.serving_order import serves
from ayan.core.casework.case_kind import CaseKind, CaseStep, Need, Party
from ayan.core.casework.case_words import OUTCOMES, CaseStage, Outcome
from ayan.core.values.label import Label

PARTIES: Final[tuple[Party, ...]] = ("handler", "reviewer", "head")
ORDER: Final = "order"
STEP_AND_OUTCOME: Final = Label("{step}: {outcome}", "{step}: {outcome}")
NEEDED: Final[dict[Need, Label]] = {
    "text": Label("متن", "the text"),
    "private": Label("یادداشت داخلی", "a note inside the office"),
    "ground": Label("ماده یا دلیل", "the article or the reason"),
    "reason": Label("علت", "why"),
    "unit": Label("واحد", "the unit"),
    "officer": Label("کارشناس", "the officer"),
    "case": Label("شمارهٔ مورد دیگر", "the number of the other case"),
    "evidence": Label("پیوند آنچه منتشر شده", "the link of what is published"),
    "day": Label("روز", "the day"),
    "number": Label("شمارهٔ سند", "the number of the document"),
    "fee": Label("نشانی محاسبهٔ عوارض", "the address of the computed fee"),
    "charge": Label("مبلغ و بابت آن", "the amount and what it is for"),
    "record": Label("مقدارهای سند", "what the document says"),
    "review": Label("خوانندهٔ دوم", "the second reader"),
}


@dataclass(frozen=True, slots=True)
class StepChoice:
    """One thing that may be done. ``code`` names step and outcome, ``asks`` which fields of the form it has."""

    code: str
    step: CaseStep
    party: Party
    closes: bool
    asks: frozenset[str]
    outcome: str = ""

    @property
    def title(self) -> Label:
        """What it is called: the step, and what comes of it where that is chosen."""
        if not self.outcome:
            return self.step.title
        came = OUTCOMES[Outcome(self.outcome)]
        return STEP_AND_OUTCOME.format(step=self.step.title, outcome=came)

    @property
    def needs(self) -> tuple[Label, ...]:
        """What it cannot do without."""
        return tuple(label for need, label in NEEDED.items() if need in self.step.needs)

    @property
    def marks(self) -> str:
        """The fields that it has, as classes of its radio button: the page shows those fields beside it."""
        return " ".join(sorted(f"asks-{each}" for each in self.asks))


def choices(case: Case, kind: CaseKind, actor: User, *, early: bool) -> list[StepChoice]:
    """What ``actor`` may do now, in the order of the declaration; ``early`` where earlier cases still wait."""
    if actor.pk in decided_by(case):
        # An appeal is looked into by somebody who had no part in the case.
        return []
    reach = Reach(actor, case.office, case.dataset)
    drafters = drafted_by(case) if case.stage == CaseStage.REVIEW else frozenset()
    mine = [
        party
        for party in PARTIES
        if reach.can(VERBS[party], about(case, drafters if party == "reviewer" else frozenset()))
    ]
    possible = {party: case_times.possible_steps(case, kind, party) for party in mine}
    steps = [step for step in kind.steps if not _is_done(step, case, actor)]
    return [choice for step in steps for choice in _of_step(step, kind, possible, early=early)]


def _is_done(step: CaseStep, case: Case, actor: User) -> bool:
    """Whether a step would change nothing: whoever has a case on their desk does not take it again."""
    return step.to == case.state and case.holder_id == actor.pk and not step.needs | step.optional


def _of_step(
    step: CaseStep, kind: CaseKind, possible: Mapping[Party, tuple[CaseStep, ...]], *, early: bool
) -> Iterator[StepChoice]:
    party = next((each for each, steps in possible.items() if step in steps), None)
    if party is None:
        return
    closes = bool(step.to) and kind.state(step.to).stage == CaseStage.CLOSED
    asks = {str(each) for each in step.needs | step.optional}
    if early and serves(step, party):
        asks.add(ORDER)
    if len(step.outcomes) > 1:
        for outcome in step.outcomes:
            yield StepChoice(f"{step.code}:{outcome}", step, party, closes, frozenset({*asks, "text"}), outcome)
    else:
        yield StepChoice(step.code, step, party, closes, frozenset(asks))
