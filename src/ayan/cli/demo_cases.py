"""What was brought to the counter of the invented city before its officers used this desk, taken over as it stood."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from ayan.cli.demo_play import Happening
from ayan.core.casework.case_clock import Pause, due_on, receipt_day
from ayan.core.casework.case_kind import FILED, CaseKind
from ayan.core.casework.case_words import CaseStage, Outcome
from ayan.core.query.change_question import ChangeQuestion
from ayan.core.query.changes import changes
from ayan.core.values.clock import TEHRAN
from ayan.core.values.jalali import from_gregorian
from ayan.wiring import city
from ayan_demo.cases import AMOUNT, ANSWER, CORRECTED, OFFICES
from ayan_demo.past_case import PastCase, PastStep

if TYPE_CHECKING:
    from ayan.apps.accounts.models import User
    from ayan.apps.counter.models import Case, CaseEntry, CaseValue


MOMENT: Final = timedelta(seconds=1)


def take_over(past: list[PastCase], officer: User) -> int:
    """Put past cases into the database, each with all that happened to it; how many.

    They come from an older register, so the audit trail, which begins with this desk, knows nothing of them.
    """
    from django.db import transaction

    from ayan.apps.accounts.models import Unit
    from ayan.apps.counter.models import Case, CaseEntry, CaseNumberSeries, CaseValue

    for office in OFFICES:
        Unit.objects.get_or_create(slug=office.slug, defaults={"name_fa": office.fa, "name_en": office.en})
    register = _Register(officer)
    with transaction.atomic():
        cases = [register.case(each) for each in past]
        for case in cases:
            case.searched = case.searched_words()
        cases = Case.objects.bulk_create(cases)
        for case, each in zip(cases, past, strict=True):
            if each.appeal_of is not None:
                case.appeal_of = cases[each.appeal_of]
        Case.objects.bulk_update([case for case in cases if case.appeal_of_id is not None], ["appeal_of"])
        values: list[CaseValue] = []
        entries: list[CaseEntry] = []
        for case, each in zip(cases, past, strict=True):
            values += register.values(case, each)
            entries += register.entries(case, each)
        CaseValue.objects.bulk_create(values, batch_size=500)
        CaseEntry.objects.bulk_create(entries, batch_size=500)
        for series, last in register.last.items():
            CaseNumberSeries.objects.update_or_create(series=series, defaults={"last": last})
    return len(cases)


def happenings(cases: list[PastCase], officer: User) -> Iterator[Happening]:
    """What people and the officer do at this desk for some cases, each at its moment; in no order."""
    for past in cases:
        live = _LiveCase(past, officer)
        yield Happening(past.came, live.file)
        for step in past.steps:
            yield Happening(step.at, partial(live.take, step))


def corrected_objection() -> PastCase | None:
    """An objection to a value of a payment that was corrected by a further release of its month; None without one."""
    current_city = city.current()
    dataset = current_city.registry.get(CORRECTED)
    releases = sorted(current_city.release_store.snapshot(CORRECTED).releases, key=lambda each: each.sealed_at)
    release = next((each for each in releases if each.number > 1 and each.sealed_at < current_city.clock.now()), None)
    if release is None:
        return None
    question = ChangeQuestion(
        slug=CORRECTED, start=release.sealed_at - MOMENT, end=release.sealed_at + MOMENT, what="changed", size=20
    )
    changed = changes(current_city.release_store, dataset, question, current_city.index_store.spill)
    rows = (row for row in changed.rows if AMOUNT in row.fields)
    row = next(rows, None)
    if row is None:
        return None
    came = release.sealed_at - timedelta(days=9)
    steps = (
        PastStep("take", "handler", came + timedelta(days=1)),
        PastStep("accept", "handler", came + timedelta(days=2), ANSWER + "سند دوباره دیده شد؛ مبلغ اصلاح می‌شود."),
        PastStep(
            "correct",
            "system",
            release.sealed_at + timedelta(minutes=5),
            outcome="corrected",
            evidence=(f"/data/{CORRECTED}/releases/{release.period}/{release.number}",),
        ),
    )
    said = (("summary", "مبلغ این پرداخت همان مبلغ سند نیست"), ("text", "شرح ساختگی: مبلغ سند چیز دیگری است."))
    return PastCase(
        kind="objection",
        came=came,
        office="finance",
        said=said,
        steps=steps,
        about=f"row:{CORRECTED}/{row.key}",
        column=AMOUNT,
        dataset=CORRECTED,
    )


class _LiveCase:
    """A case that goes through the engine."""

    def __init__(self, past: PastCase, officer: User) -> None:
        self._past, self._officer = past, officer
        self._case: Case | None = None

    def file(self) -> None:
        """It comes to the counter."""
        from ayan.apps.counter import filing
        from ayan.apps.counter.case_steps import Said, take_step

        past = self._past
        brought = filing.Filing(
            kind=past.kind,
            said=dict(past.said),
            key=filing.new_key(),
            about=past.about,
            dataset=past.dataset,
        )
        self._case = filing.file(brought).case
        if past.steps:
            take_step(self._case, "hand-over", "handler", self._officer, Said(unit=past.office))

    def take(self, step: PastStep) -> None:
        """One step of it."""
        from ayan.apps.counter.case_steps import Said, take_step

        if self._case is not None:
            said = Said(text=step.text, ground=step.ground, outcome=step.outcome, evidence=step.evidence)
            officer = None if step.party == "person" else self._officer
            take_step(self._case, step.code, step.party, officer, said)


class _Register:
    """Makes rows of past cases as the engine would have, each under the kind as it is declared now."""

    def __init__(self, officer: User) -> None:
        from ayan.apps.counter import rules
        from ayan.apps.counter.models import KindVersion

        self._officer = officer
        self._kinds = rules.kinds()
        self._workdays = city.current().profile.workdays
        self.last: dict[str, int] = {}
        for code, kind in self._kinds.sound.items():
            KindVersion.objects.get_or_create(
                digest=kind.digest,
                defaults={"kind": code, "text": self._kinds.texts[code], "first_used_on": date(2020, 1, 1)},
            )

    def case(self, past: PastCase) -> Case:
        """The row of a case as it stands after its last step."""
        from ayan.apps.counter.filing import SUMMARY
        from ayan.apps.counter.models import Case

        kind = self._kinds.sound[past.kind]
        receipt = receipt_day(past.came, self._workdays)
        state, pauses, served_at = kind.begins, list[Pause](), None
        for step in past.steps:
            before, state = state, kind.state(_target(kind, step) or state.code)
            day = step.at.astimezone(TEHRAN).date()
            if served_at is None and state.stage != CaseStage.RECEIVED:
                served_at = step.at
            if state.stage == CaseStage.ASKED:
                pauses.append(Pause(day))
            elif before.stage == CaseStage.ASKED:
                pauses[-1] = Pause(pauses[-1].first, day)
        due = due_on(kind.clock, receipt, self._workdays, pauses)
        closed = past.steps[-1] if past.steps and state.stage == CaseStage.CLOSED else None
        number = self._number(kind.letter, past.came.astimezone(TEHRAN).date())
        said = dict(past.said)
        return Case(
            number=number,
            kind=kind.code,
            kind_digest=kind.digest,
            digest=_mark("code", number),
            filing_key=_mark("form", number),
            about=past.about,
            column=past.column,
            dataset=past.dataset,
            place=past.place,
            summary=said.get(SUMMARY, "") if kind.publication != "never" else "",
            state=state.code,
            stage=state.stage,
            outcome=closed.outcome if closed else "",
            ground=closed.ground if closed else "",
            office=past.office,
            holder=self._officer if past.steps else None,
            held_since=past.steps[0].at if past.steps else past.came,
            received_at=past.came,
            served_at=served_at,
            receipt_on=receipt,
            due_on=due,
            first_due_on=due_on(kind.clock, receipt, self._workdays) or receipt,
            closed_at=closed.at if closed else None,
            closed_on=closed.at.astimezone(TEHRAN).date() if closed else None,
            checked_at=past.steps[0].at if past.steps and kind.publication != "never" else None,
            support=past.support,
            rating=past.rating if closed else None,
            order_reason=past.out_of_order,
        )

    def values(self, case: Case, past: PastCase) -> list[CaseValue]:
        """What was filled in; what everybody may read is checked."""
        from ayan.apps.counter.case_encryption import lock_text
        from ayan.apps.counter.models import CaseValue

        kind = self._kinds.sound[past.kind]
        rows = []
        for code, text in past.said:
            field = kind.field(code)
            if field is None:
                continue
            public = field.privacy == "public" and case.checked_at is not None
            rows.append(
                CaseValue(
                    case=case,
                    field=code,
                    privacy=field.privacy,
                    locked=lock_text(text),
                    public=text if public else "",
                    checked=public,
                )
            )
        return rows

    def entries(self, case: Case, past: PastCase) -> list[CaseEntry]:
        """Its receipt and its steps."""
        from ayan.apps.counter.case_encryption import lock_text
        from ayan.apps.counter.models import CaseEntry

        kind = self._kinds.sound[past.kind]
        state = kind.begins.code
        rows = [
            CaseEntry(
                case=case,
                number=1,
                at=past.came,
                on=past.came.astimezone(TEHRAN).date(),
                step=FILED,
                party="person",
                after=state,
            )
        ]
        for number, step in enumerate(past.steps, 2):
            target = _target(kind, step) or state
            public = kind.publication != "never"
            facts = {
                "outcome": step.outcome,
                "ground": step.ground,
                "evidence": list(step.evidence),
                "changes": [past.column] if step.outcome == Outcome.CORRECTED else [],
            }
            rows.append(
                CaseEntry(
                    case=case,
                    number=number,
                    at=step.at,
                    on=step.at.astimezone(TEHRAN).date(),
                    step=step.code,
                    party=step.party,
                    user=None if step.party == "person" else self._officer,
                    before=state,
                    after=target,
                    locked=lock_text(step.text),
                    public=step.text if public else "",
                    checked=public and bool(step.text),
                    facts={name: value for name, value in facts.items() if value},
                )
            )
            state = target
        return rows

    def _number(self, letter: str, on: date) -> str:
        series = f"{letter}-{from_gregorian(on).year}"
        self.last[series] = self.last.get(series, 0) + 1
        return f"{series}-{self.last[series]:05}"


def _target(kind: CaseKind, step: PastStep) -> str:
    """Where a step leads. ValueError for one that the kind does not declare."""
    declared = kind.step(step.code)
    if declared is None:
        raise ValueError(f"{kind.code} has no step {step.code}")
    return declared.to


def _mark(*parts: str) -> str:
    """A digest that no code or form leads to: nobody follows these cases."""
    return hashlib.sha256("\0".join(("ayan demo", *parts)).encode()).hexdigest()
