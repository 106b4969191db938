"""How the due day of a case was counted, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ayan.apps.counter import case_times
from ayan.apps.counter.case_standing import counted
from ayan.apps.counter.limits import LONGEST_STRIP
from ayan.apps.counter.models import Case, CaseEntry
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.casework.clock_days import ClockDay, clock_days
from ayan.core.values import locale
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.jalali import from_gregorian
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.value_html import WEEKDAYS, day_in_words, plain_number
from ayan.wiring import city

FILED: Final = Label("ثبت", "filed")
CAME: Final = Label("روز رسیدن", "came")
OPENED: Final = Label("باز شد", "opened")
OFF: Final = Label("تعطیل", "day off")
WAITS: Final = Label("منتظر شما", "waits for you")
NUMBERED: Final = Label("روز {n}", "day {n}")
NOW: Final = Label("امروز", "today")
DUE: Final = Label("موعد", "due")
AFTER: Final = Label("گذشته", "late")
BY_WORKING: Final = Label(
    "{days} از فردای ثبت؛ روزهای تعطیل شمرده نمی‌شود.",
    "{days}, beginning with the day after it was filed; days off are not counted.",
)
AFTER_HOURS: Final = Label(
    "پس از پایان ساعت کار یا در روز تعطیل رسید؛ روز رسیدن آن {on} است.",
    "It came after office hours or on a day off, and counts as received on {on}.",
)
REOPENED: Final = Label(
    "دوباره باز شد و موعدش از نو حساب شد، از فردای {on}.",
    "It was opened again and its days are counted anew, from the day after {on}.",
)
BY_CALENDAR: Final = Label(
    "{days} از فردای ثبت؛ اگر آخرین روز تعطیل باشد، موعد نخستین روز کاری پس از آن است.",
    "{days}, beginning with the day after it was filed; if the last is a day off, the next working day counts.",
)


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of the strip: its weekday, its number (with the month where one begins), what it is, and its classes."""

    day: date
    weekday: str
    name: str
    words: str
    css: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The days of a case's clock; none where there are too many to be counted by eye."""

    rule: str
    days: tuple[StripDay, ...]
    used: int
    total: int


def strip(case: Case, kind: CaseKind, entries: Sequence[CaseEntry], lang: Lang) -> Strip:
    """How the due day was counted, up to it, to today where it is late or waits, or to where it was closed."""
    current_city = city.current()
    now, workdays = today(current_city.clock), current_city.profile.workdays
    first = case_times.counted_from(case, kind, entries)
    until = case.closed_on if case.stage == CaseStage.CLOSED and case.closed_on else now
    last = max(first, until if case.due_on is None or until > case.due_on else case.due_on)
    waited = case_times.pauses(case_times.since_opened(entries, kind), kind)
    days = list(clock_days(kind.clock, first, last, workdays, waited, case.extended))
    total = kind.clock.days + case.extended * kind.clock.extension_days
    used = max((each.number for each in days if each.day <= until), default=0)
    rule = (BY_WORKING if kind.clock.counts == "working" else BY_CALENDAR).of(lang)
    begun, note = _begun(case, first, lang)
    shown = days if len(days) <= LONGEST_STRIP else []
    drawn = tuple(_drawn(each, case, now, lang, begun if not place else "") for place, each in enumerate(shown))
    return Strip(" ".join(filter(None, (rule.format(days=counted(total, kind.clock, lang)), note))), drawn, used, total)


def _begun(case: Case, first: date, lang: Lang) -> tuple[str, str]:
    """What the first day of a strip is, and a sentence where that is not the day on which the case was filed."""
    on = day_in_words(first, lang)
    if first != case.receipt_on:
        return OPENED.of(lang), REOPENED.of(lang).format(on=on)
    if first != case.received_at.astimezone(TEHRAN).date():
        return CAME.of(lang), AFTER_HOURS.of(lang).format(on=on)
    return FILED.of(lang), ""


def _day_off(each: ClockDay) -> Label:
    """A day off, in Persian by the name of its holiday: the calendar has it in no other language."""
    return replace(OFF, fa=each.holiday) if each.holiday else OFF


def _drawn(each: ClockDay, case: Case, now: date, lang: Lang, begun: str) -> StripDay:
    """One day; ``begun`` says what the first of them is."""
    own = locale.of(lang)
    jalali = from_gregorian(each.day)
    name = own.numerals(str(jalali.day))
    if begun or jalali.day == 1:
        name = f"{name} {own.month('jalali', jalali.month)}"
    is_due, is_now = each.day == case.due_on, each.day == now and case.stage != CaseStage.CLOSED
    words = {
        "receipt": begun or FILED.of(lang),
        "off": _day_off(each).of(lang),
        "waits": WAITS.of(lang),
        "counted": NUMBERED.of(lang).format(n=plain_number(each.number, lang)),
        "after": DUE.of(lang) if is_due else AFTER.of(lang),
    }[each.sort]
    marks = [mark.of(lang) for mark, holds in ((NOW, is_now), (DUE, is_due and each.sort != "after")) if holds]
    css = {
        "receipt": "d-start",
        "off": "d-off",
        "waits": "d-waits",
        "counted": "d-done" if each.day <= now else "d-next",
        "after": "d-next" if is_due else "d-late",
    }[each.sort]
    classes = [css, *(("d-due",) if is_due else ()), *(("d-now",) if is_now else ())]
    weekday = WEEKDAYS[each.day.weekday()].of(lang)
    return StripDay(each.day, weekday, name, own.comma.join([*marks, words]), " ".join(classes))
