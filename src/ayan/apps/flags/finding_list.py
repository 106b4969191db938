"""What the officers' pages show of findings: by whom they name, how long each has waited, and one in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.urls import reverse

from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import can_somewhere, within
from ayan.apps.catalog.record.record_flags import FlaggedItem, item
from ayan.apps.flags.actions import HOW
from ayan.apps.flags.computation import registered
from ayan.apps.flags.limits import MOST_LISTED
from ayan.apps.flags.models import FindingCase, FindingState
from ayan.core.audit.flags.flag import Flag
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.component_parts import Status, Tone
from ayan.wiring import city

STATES: Final[dict[str, tuple[Tone, Label]]] = {
    FindingState.WAITING: ("late", Label("باید نشان داده شود", "To be shown")),
    FindingState.ASKED: ("info", Label("در مهلت پاسخ", "Within the time for a reply")),
    FindingState.PUBLISHED: ("ok", Label("منتشرشده", "Published")),
    FindingState.CLEARED: ("ok", Label("رفع‌شده", "Cleared")),
    FindingState.GONE: ("off", Label("دیگر برقرار نیست", "Holds no more")),
    FindingState.EXPIRED: ("off", Label("منقضی", "Expired")),
}


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
