"""Findings: what officers see of them, and what becomes of public ones, one event after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, Literal

from django.db.models import Count, QuerySet
from django.urls import reverse

from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import can_somewhere, within
from ayan.apps.catalog.record.record_flags import FlaggedItem, current, item
from ayan.apps.flags.actions import HOW
from ayan.apps.flags.computation import registered
from ayan.apps.flags.limits import MOST_LISTED
from ayan.apps.flags.models import FindingCase, FindingState
from ayan.core.audit.flags.flag import Flag
from ayan.core.values import locale
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.component_parts import Status, Tone
from ayan.wiring import city
from ayan.wiring.city import City

FindingStep = Literal["published", "reply", "cleared", "ended"]

ACTS: Final[Mapping[FindingStep, Label]] = {
    "published": Label("یافتهٔ تازه", "New finding"),
    "reply": Label("پاسخ", "Reply"),
    "cleared": Label("رفع شد", "Cleared"),
    "ended": Label("پایان یافت", "Ended"),
}
BY: Final = {
    "party": Label("پاسخ شرکت یا شخص", "Reply of the company or person"),
    "unit": Label("پاسخ واحد", "Reply of the unit"),
}
NONE_CAME: Final = Label("پاسخی نرسیده است.", "No reply came.")
PROVES: Final = Label("هشدار پرسش است و چیزی را ثابت نمی‌کند.", "A flag asks a question; it proves nothing.")
WHY_ENDED: Final = {
    "gone": Label("داده اصلاح شد و دیگر هشدار ندارد.", "The data were corrected and the flag fires no more."),
    "expired": Label("زمانش گذشت.", "Its time was over."),
}
UNITS: Final = {
    "rial": Label("ریال", "rial"),
    "per-mille": Label("درصد", "per cent"),
    "days": Label("روز", "days"),
}
STATES: Final[dict[str, tuple[Tone, Label]]] = {
    FindingState.WAITING: ("late", Label("باید نشان داده شود", "To be shown")),
    FindingState.ASKED: ("info", Label("در مهلت پاسخ", "Within the time for a reply")),
    FindingState.PUBLISHED: ("ok", Label("منتشرشده", "Published")),
    FindingState.CLEARED: ("ok", Label("رفع‌شده", "Cleared")),
    FindingState.GONE: ("off", Label("دیگر برقرار نیست", "Holds no more")),
    FindingState.EXPIRED: ("off", Label("منقضی", "Expired")),
}


@dataclass(frozen=True, slots=True)
class FindingEvent:
    """One thing that came of a finding; ``item`` is None once it has ended, for then it names nothing any more."""

    act: FindingStep
    id: str
    day: date
    flag: Flag
    dataset: str
    item: FlaggedItem | None = None
    position: int = 0
    how: str = ""

    @property
    def name(self) -> str:
        """The same for the same thing, and another for every other."""
        return f"finding-{self.id}-{self.act}-{self.day.isoformat()}-{self.position}"

    @property
    def at(self) -> datetime:
        """When the day began in Tehran: no finer time is public."""
        return datetime.combine(self.day, time(), TEHRAN)

    def address(self, lang: Lang) -> str:
        """The page on which it stands."""
        page = reverse(f"{lang}:flag", args=(self.flag.owner, self.flag.code))
        return f"{page}#f-{self.id}" if self.item else page

    def title(self, lang: Lang) -> str:
        """«یافتهٔ تازه: تنها یک پیشنهاد، 04/365، شرکت نمونه»."""
        comma = locale.of(lang).comma
        act = BY[self.item.replies[self.position][0].by] if self.act == "reply" and self.item else ACTS[self.act]
        parts = [self.flag.title.of(lang)]
        if self.item is not None:
            parts += [self.item.record.words, *([self.item.named] if self.item.named else [])]
        return f"{act.of(lang)}: {comma.join(parts)}"

    def text(self, lang: Lang) -> str:
        """Everything that the page says of it, in plain lines."""
        lines = [self.flag.says.of(lang)]
        if self.item is None:
            return "\n".join([*lines, WHY_ENDED[self.how].of(lang)] if self.how in WHY_ENDED else lines)
        if self.item.called is not None:
            lines.append(f"{self.item.called.of(lang)}: {_measured(self.item, self.item.value, lang)}")
        if self.item.threshold is not None:
            lines.append(f"{self.item.against.of(lang)}: {_measured(self.item, self.item.threshold, lang)}")
        lines += [f"{BY[reply.by].of(lang)}: {reply.text}" for reply, _ in self.item.replies]
        if not self.item.replies and self.item.told_on and not self.item.reply_came_on:
            lines.append(NONE_CAME.of(lang))
        if self.item.shown.reason:
            lines.append(f"{ACTS['cleared'].of(lang)}: {self.item.shown.reason}")
        return "\n".join([*lines, PROVES.of(lang)])


def _measured(item: FlaggedItem, value: int | Decimal | None, lang: Lang) -> str:
    if value is None:
        return "—"
    return value_html.plain_with_unit(value, UNITS.get(item.measure), lang)


def finding_events(city: City, flag: str = "", dataset: str = "") -> list[FindingEvent]:
    """What came of the findings of a flag, or about a dataset's records, or of all; the newest first."""
    flags = {flag.name: flag for flag in city.registry.flags().sound}
    datasets = {declared.slug: declared for declared in city.registry.all()}
    register = city.flag_register.now()
    events = [
        event
        for shown in current(city, register.findings)
        if shown.flag in flags
        for event in _of(item(shown, flags[shown.flag], datasets), flags[shown.flag])
    ]
    events += [
        FindingEvent("ended", ended.id, date.fromisoformat(ended.on), flags[ended.flag], ended.dataset, how=ended.how)
        for ended in register.ended
        if ended.flag in flags
    ]
    wanted = [
        event for event in events if (not flag or event.flag.name == flag) and (not dataset or event.dataset == dataset)
    ]
    return sorted(wanted, key=lambda event: (event.day, event.name), reverse=True)


def _of(flagged: FlaggedItem, flag: Flag) -> Iterator[FindingEvent]:
    if flagged.published_on is None:
        return
    yield FindingEvent("published", flagged.shown.id, flagged.published_on, flag, flagged.shown.dataset, flagged)
    for position, (_, on) in enumerate(flagged.replies):
        # What had come by then was published with it.
        if on is not None and on > flagged.published_on:
            yield FindingEvent("reply", flagged.shown.id, on, flag, flagged.shown.dataset, flagged, position)
    if flagged.cleared_on is not None:
        yield FindingEvent("cleared", flagged.shown.id, flagged.cleared_on, flag, flagged.shown.dataset, flagged)


@dataclass(frozen=True, slots=True)
class FindingTab:
    """One state in the list, and how many findings are in it."""

    words: str
    address: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding in the list."""

    finding: FindingCase
    title: str
    item: FlaggedItem
    late: bool


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings that name the same person or company."""

    name: str
    party_id: str
    lines: tuple[FindingLine, ...]


def tabs(mine: QuerySet[FindingCase], lang: Lang, state: str) -> list[FindingTab]:
    """The states, with the number of findings in each."""
    counts = dict(mine.values_list("state").annotate(Count("pk")))
    address = reverse(f"{lang}:desk_flags")
    shown = (FindingState.WAITING, FindingState.ASKED, FindingState.PUBLISHED, FindingState.CLEARED)
    return [
        FindingTab(
            STATES[shown_state][1].of(lang),
            f"{address}?state={shown_state.value}",
            counts.get(shown_state, 0),
            shown_state == state,
        )
        for shown_state in shown
    ]


def groups(mine: QuerySet[FindingCase], lang: Lang) -> list[FindingGroup]:
    """The findings by whom they name; those with the most first."""
    current_city = city.current()
    flags = {flag.name: flag for flag in current_city.registry.flags().sound}
    day = today(current_city.clock)
    by_party: dict[tuple[str, str], list[FindingLine]] = {}
    for finding in mine.order_by("due_on", "found_on", "pk")[:MOST_LISTED]:
        flag = flags.get(finding.flag)
        if flag is not None:
            line = FindingLine(
                finding,
                flag.title.of(lang),
                public_item(finding, flag),
                finding.state == FindingState.WAITING and overdue(finding.found_on, day),
            )
            by_party.setdefault((finding.party_id or finding.party, finding.party), []).append(line)
    party_groups = [
        FindingGroup(name, lines[0].finding.party_id, tuple(lines)) for (_, name), lines in by_party.items()
    ]
    return sorted(party_groups, key=lambda group: (-len(group.lines), group.name))


def overdue(found_on: date, day: date) -> bool:
    """Whether a finding of ``found_on`` that still waits to be shown has waited for longer than a reply may take."""
    profile = city.current().profile
    return profile.workdays.after(found_on, profile.reply_days) < day


def waiting_part(actor: User, _lang: Lang) -> HomePart | None:
    """The findings that an officer has to show, for the first page of the desk: how many, and to how many."""
    if not can_somewhere(actor, "finding.tell"):
        return None
    mine = FindingCase.objects.filter(within(actor, "finding.tell", unit="office"), state=FindingState.WAITING)
    day = today(city.current().clock)
    days = list(mine.values_list("found_on", flat=True))
    if not days:
        return None
    people = mine.values("party_id", "party").distinct().count()
    late = sum(overdue(found_on, day) for found_on in days)
    return HomePart("flags/part.html", {"findings": len(days), "people": people, "late": late}, people)


def public_item(finding: FindingCase, flag: Flag) -> FlaggedItem:
    """A finding as the public page would show it, whether it is public or not."""
    return item(registered(finding), flag, {each.slug: each for each in city.current().registry.all()})


def whole(finding: FindingCase, lang: Lang) -> dict[str, Any]:
    """What the page of one finding shows."""
    flag = city.current().registry.flags().named(finding.flag)
    tone, words = STATES[finding.state]
    return {
        "finding": finding,
        "flag": flag,
        "item": public_item(finding, flag) if flag else None,
        "status": Status(tone, words.of(lang)),
        "how": HOW[finding.told_how].of(lang) if finding.told_how in HOW else "",
        "replies": list(finding.replies.all()),
    }
