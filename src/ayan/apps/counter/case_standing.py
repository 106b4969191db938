"""Where a case is, in one sentence and as the way it took from desk to desk, with what is left until it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ayan.apps.accounts.models import Unit
from ayan.apps.counter.case_subject import office_of
from ayan.apps.counter.limits import MOST_WAY
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.counter.public_words import COUNTER
from ayan.core.casework.case_clock import ClockRule
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import OUTCOMES, CaseStage, Outcome
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.workdays import Workdays
from ayan.ui.value_html import day_in_words, plain_number
from ayan.wiring import city

THE_COUNTER: Final = Label("پیشخان شهرداری", "the city’s counter")
"""The same within a sentence."""
WORKING_DAYS: Final = Label("{n} روز کاری", "{n} working days")
ONE_WORKING_DAY: Final = Label("یک روز کاری", "1 working day")
DAYS: Final = Label("{n} روز", "{n} days")
ONE_DAY: Final = Label("یک روز", "1 day")
LEFT: Final = Label("{days} تا موعد مانده", "{days} left until it is due")
DUE_TODAY: Final = Label("موعدش همین امروز است", "it is due today")
LATE: Final = Label("{days} از موعد گذشته است", "it is {days} late")
STILL: Final = Label("موعد پیش نمی‌رود", "its clock stands still")
HEADLINES: Final = {
    CaseStage.RECEIVED: Label(
        "مورد شما رسیده و در نوبت {unit} است؛ {left}", "Your case waits in the queue of {unit}; {left}"
    ),
    CaseStage.WORKING: Label("مورد شما روی میز {unit} است؛ {left}", "Your case is on the desk of {unit}; {left}"),
    CaseStage.ASKED: Label(
        "از شما چیزی پرسیده شده است؛ تا پاسخ ندهید {left}", "You are asked something; until you answer, {left}"
    ),
    CaseStage.REVIEW: Label(
        "پاسخ شما در {unit} بازبینی می‌شود؛ {left}", "Your answer is being read again at {unit}; {left}"
    ),
    CaseStage.CLOSED: Label("{outcome}؛ {on} بسته شد", "{outcome}; closed on {on}"),
}
OWN_STATE: Final = Label("{title}؛ {left}", "{title}; {left}")
"""Of a case that waits for the person in a state of its kind’s own, such as for a payment."""
FILED: Final = Label("ثبت", "Filed")
YOU: Final = Label("شما", "You")
REVIEW: Final = Label("بازبینی", "Second reading")
ANSWER: Final = Label("پاسخ", "Answer")
SINCE: Final = Label("از {on}، {days}", "since {on}, {days}")
SINCE_TODAY: Final = Label("از امروز", "since today")
TOOK: Final = Label("{on}، {days}", "{on}, {days}")
UNTIL: Final = Label("تا {on}", "by {on}")


@dataclass(frozen=True, slots=True)
class WayStep:
    """One desk on the way of a case."""

    words: str
    note: str
    state: Literal["done", "current", "next"]


def unit_names(slugs: set[str], lang: Lang) -> dict[str, str]:
    """What units are called; the city's counter where a case is at none."""
    names = {unit.slug: unit.name.of(lang) for unit in Unit.objects.filter(slug__in=slugs)}
    return {slug: names.get(slug) or slug or COUNTER.of(lang) for slug in slugs}


def counted(days: int, rule: ClockRule, lang: Lang) -> str:
    """'۳ روز کاری', '1 working day': so many days of a clock."""
    if rule.counts == "working":
        return ONE_WORKING_DAY.of(lang) if days == 1 else WORKING_DAYS.of(lang).format(n=plain_number(days, lang))
    return ONE_DAY.of(lang) if days == 1 else DAYS.of(lang).format(n=plain_number(days, lang))


def between(first: date, last: date, rule: ClockRule, workdays: Workdays) -> int:
    """How many days of a clock lie after ``first`` up to ``last``; 0 where ``last`` is not later."""
    if rule.counts == "working":
        return workdays.between(first, last)
    return max((last - first).days, 0)


def left(case: Case, kind: CaseKind, lang: Lang) -> str:
    """What is left until a case is due, or how late it is, in words."""
    current_city = city.current()
    day, workdays = today(current_city.clock), current_city.profile.workdays
    if case.due_on is None:
        return STILL.of(lang)
    if day == case.due_on:
        return DUE_TODAY.of(lang)
    if day < case.due_on:
        return LEFT.of(lang).format(days=counted(between(day, case.due_on, kind.clock, workdays), kind.clock, lang))
    return LATE.of(lang).format(days=counted(between(case.due_on, day, kind.clock, workdays), kind.clock, lang))


def is_late(case: Case) -> bool:
    """Whether an open case is overdue."""
    return case.stage != CaseStage.CLOSED and case.due_on is not None and today(city.current().clock) > case.due_on


def within_words(unit: str, lang: Lang) -> str:
    """The name of a unit as it stands within a sentence."""
    return THE_COUNTER.of(lang) if unit == COUNTER.of(lang) else unit


def headline(case: Case, kind: CaseKind, unit: str, lang: Lang) -> str:
    """Where a case is, in one sentence."""
    outcome = OUTCOMES[Outcome(case.outcome)].of(lang) if case.outcome else kind.state(case.state).title.of(lang)
    closed = day_in_words(case.closed_on, lang) if case.closed_on else ""
    wanted = wanted_of(case, kind)
    if wanted is not None:
        return OWN_STATE.of(lang).format(title=wanted.of(lang), left=left(case, kind, lang))
    words = HEADLINES[CaseStage(case.stage)].of(lang)
    return words.format(unit=within_words(unit, lang), left=left(case, kind, lang), outcome=outcome, on=closed)


def wanted_of(case: Case, kind: CaseKind) -> Label | None:
    """What the person is waited for, where the kind has a state of its own for it; None for a mere question."""
    return kind.state(case.state).title if case.stage == CaseStage.ASKED and case.state != CaseStage.ASKED else None


def way(case: Case, kind: CaseKind, entries: Sequence[CaseEntry], names: dict[str, str], lang: Lang) -> list[WayStep]:
    """The desks on which a case was and is, and those that are still to come."""
    stations = _stations(case, kind, entries, names, lang)
    workdays, now = city.current().profile.workdays, today(city.current().clock)
    is_open = case.stage != CaseStage.CLOSED
    steps = [WayStep(FILED.of(lang), day_in_words(case.received_at.astimezone(TEHRAN).date(), lang), "done")]
    for number, (words, since) in enumerate(stations):
        is_last = number == len(stations) - 1
        until = (now if is_open else case.closed_on or now) if is_last else stations[number + 1][1]
        is_current = is_last and is_open
        note = _time(since, until, kind.clock, workdays, lang, is_current=is_current)
        steps.append(WayStep(words, note, "current" if is_current else "done"))
    if len(steps) > MOST_WAY:
        steps = [steps[0], *steps[1 - MOST_WAY :]]
    return [*steps, *_ahead(case, kind, lang)]


def _time(since: date, until: date, rule: ClockRule, workdays: Workdays, lang: Lang, *, is_current: bool) -> str:
    """Since when a case is somewhere, or when it was there, and for how many days."""
    days = between(since, until, rule, workdays)
    if not days:
        return SINCE_TODAY.of(lang) if is_current and since >= until else day_in_words(since, lang)
    words = (SINCE if is_current else TOOK).of(lang)
    return words.format(on=day_in_words(since, lang), days=counted(days, rule, lang))


def _stations(
    case: Case, kind: CaseKind, entries: Sequence[CaseEntry], names: dict[str, str], lang: Lang
) -> list[tuple[str, date]]:
    """Who had a case, and since when: units, the person, and whoever reads an answer a second time."""
    unit = office_of(kind, case.dataset)
    stations: list[tuple[str, date]] = []
    for entry in entries:
        unit = str(entry.facts.get("unit", unit)) if entry.before else unit
        stage = kind.state(entry.after).stage
        if stage == CaseStage.CLOSED:
            continue
        words = {CaseStage.ASKED: YOU.of(lang), CaseStage.REVIEW: REVIEW.of(lang)}.get(stage) or names.get(unit, unit)
        if not stations or stations[-1][0] != words:
            stations.append((words, entry.on))
    return stations


def _ahead(case: Case, kind: CaseKind, lang: Lang) -> list[WayStep]:
    """What is still to come; of a closed case, its end."""
    if case.stage == CaseStage.CLOSED:
        outcome = OUTCOMES[Outcome(case.outcome)].of(lang) if case.outcome else kind.state(case.state).title.of(lang)
        return [WayStep(outcome, day_in_words(case.closed_on, lang) if case.closed_on else "", "current")]
    steps = []
    if case.stage != CaseStage.REVIEW and any(state.stage == CaseStage.REVIEW for state in kind.states):
        steps.append(WayStep(REVIEW.of(lang), "", "next"))
    due = UNTIL.of(lang).format(on=day_in_words(case.due_on, lang)) if case.due_on else STILL.of(lang)
    return [*steps, WayStep(ANSWER.of(lang), due, "next")]
