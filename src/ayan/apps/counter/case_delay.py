"""What holds a case up, in words: who it waits for, what was made longer and why, and how late it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ayan.apps.counter import case_times
from ayan.apps.counter.case_standing import between, counted, within_words
from ayan.apps.counter.models import Case, CaseEntry
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.value_html import day_in_words
from ayan.wiring import city

DelayReader = Literal["person", "everybody"]

OVERDUE: Final = Label("موعد {on} بود؛ {days} از آن گذشته است.", "It was due on {on}, and is late by {days}.")
UNTAKEN: Final = Label(
    "از {on} در نوبت {unit} است و هنوز کسی رسیدگی به آن را آغاز نکرده است.",
    "It has waited in the queue of {unit} since {on}, and nobody has begun with it yet.",
)
ON_DESK: Final = Label(
    "از {on} روی میز {unit} است و هنوز پاسخی داده نشده است.",
    "It has been on the desk of {unit} since {on}, without an answer yet.",
)
IN_REVIEW: Final = Label(
    "پاسخی نوشته شده است و از {on} برای بازبینی در {unit} مانده است.",
    "An answer is written and has waited at {unit} to be read a second time since {on}.",
)
WAITS: Final[Mapping[DelayReader, Label]] = {
    "person": Label(
        "از {on} منتظر شماست؛ تا پاسخ ندهید موعد پیش نمی‌رود.",
        "It has waited for you since {on}; its clock stands still until you answer.",
    ),
    "everybody": Label(
        "از {on} منتظر درخواست‌کننده است؛ تا پاسخ ندهد موعد پیش نمی‌رود.",
        "It has waited for whoever brought it since {on}; its clock stands still until they answer.",
    ),
}
WAITED: Final[Mapping[DelayReader, Label]] = {
    "person": Label(
        "{days} منتظر پاسخ شما بود؛ این روزها شمرده نشده است.",
        "It waited {days} for your answer; these are not counted.",
    ),
    "everybody": Label(
        "{days} منتظر پاسخ درخواست‌کننده بود؛ این روزها شمرده نشده است.",
        "It waited {days} for the answer of whoever brought it; these are not counted.",
    ),
}
EXTENDED: Final = Label("در {on} موعد تمدید شد.", "On {on} its time was made longer.")
HANDED: Final = Label("در {on} به {unit} سپرده شد.", "On {on} it was handed over to {unit}.")
NO_REASON: Final = Label("دلیل دیگری برای دیرکرد ننوشته‌اند.", "No other reason for the delay was given.")


@dataclass(frozen=True, slots=True)
class DelayCause:
    """One thing that holds a case up; ``entry`` is the one that says it, whose own words may stand below."""

    words: str
    entry: CaseEntry | None = None


def causes(
    case: Case, kind: CaseKind, entries: Sequence[CaseEntry], names: Mapping[str, str], lang: Lang, reader: DelayReader
) -> list[DelayCause]:
    """What holds an open case up that is late or whose clock stands still, the present first; nothing of others."""
    day = today(city.current().clock)
    if case.stage == CaseStage.CLOSED or (case.due_on is not None and day <= case.due_on):
        return []
    run = case_times.since_opened(entries, kind)
    delays = [
        DelayCause(words) for words in _present(case, kind, run, names.get(case.office, case.office), lang, reader)
    ]
    delays += [DelayCause(words, entry) for words, entry in _past(case, kind, run, names, lang, reader)]
    if case.due_on is not None and not any(each.entry is not None for each in delays):
        delays.append(DelayCause(NO_REASON.of(lang)))
    return delays


def _present(
    case: Case, kind: CaseKind, run: Sequence[CaseEntry], unit: str, lang: Lang, reader: DelayReader
) -> list[str]:
    """How late it is, and where it waits now."""
    current_city = city.current()
    day, workdays = today(current_city.clock), current_city.profile.workdays
    if case.due_on is None:
        waits = case_times.pauses(run, kind)
        since = waits[-1].first if waits else _since(case)
        return [WAITS[reader].of(lang).format(on=day_in_words(since, lang))]
    late = counted(between(case.due_on, day, kind.clock, workdays), kind.clock, lang)
    words = {CaseStage.RECEIVED: UNTAKEN, CaseStage.REVIEW: IN_REVIEW}.get(CaseStage(case.stage), ON_DESK)
    return [
        OVERDUE.of(lang).format(on=day_in_words(case.due_on, lang), days=late),
        words.of(lang).format(on=day_in_words(_here_since(case, kind, run), lang), unit=within_words(unit, lang)),
    ]


def _past(
    case: Case, kind: CaseKind, run: Sequence[CaseEntry], names: Mapping[str, str], lang: Lang, reader: DelayReader
) -> list[tuple[str, CaseEntry | None]]:
    """What made it longer before: an extension, another unit, days that were waited for an answer."""
    extending = {step.code for step in kind.steps if step.extends}
    said: list[tuple[str, CaseEntry | None]] = []
    first = case_times.counted_from(case, kind, run)
    for entry in run:
        unit = str(entry.facts.get("unit", ""))
        if entry.step in extending:
            said.append((EXTENDED.of(lang).format(on=day_in_words(entry.on, lang)), entry))
        elif unit and entry.before and entry.shown and entry.on > first:
            to = within_words(names.get(unit, unit), lang)
            said.append((HANDED.of(lang).format(on=day_in_words(entry.on, lang), unit=to), None))
    workdays = city.current().profile.workdays
    ended = [wait for wait in case_times.pauses(run, kind) if wait.last is not None]
    days = sum(between(wait.first, wait.last, kind.clock, workdays) for wait in ended if wait.last is not None)
    if days and kind.clock.pauses:
        said.append((WAITED[reader].of(lang).format(days=counted(days, kind.clock, lang)), None))
    return said


def _here_since(case: Case, kind: CaseKind, run: Sequence[CaseEntry]) -> date:
    """Since when a case is on its desk, or since when its answer waits to be read."""
    read = [entry.on for entry in run if kind.state(entry.after).stage == CaseStage.REVIEW and entry.step == "draft"]
    return read[-1] if case.stage == CaseStage.REVIEW and read else _since(case)


def _since(case: Case) -> date:
    return case.held_since.astimezone(TEHRAN).date()
