"""What the officers' pages show of findings: by whom they name, how long each has waited, and one in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.urls import reverse

from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import can_somewhere, within
from ayan.apps.accounts.shell import Part
from ayan.apps.catalog.flagged import Item, item
from ayan.apps.flags.actions import HOW
from ayan.apps.flags.limits import MOST_LISTED
from ayan.apps.flags.models import Finding, State
from ayan.core.audit.flags.flag import Flag
from ayan.core.audit.flags.register import Shown
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.parts import Status, Tone
from ayan.wiring import city

STATES: Final[dict[str, tuple[Tone, Label]]] = {
    State.WAITING: ("late", Label("باید نشان داده شود", "To be shown")),
    State.ASKED: ("info", Label("در مهلت پاسخ", "Within the time for a reply")),
    State.PUBLISHED: ("ok", Label("منتشرشده", "Published")),
    State.CLEARED: ("ok", Label("رفع‌شده", "Cleared")),
    State.GONE: ("off", Label("دیگر برقرار نیست", "Holds no more")),
    State.EXPIRED: ("off", Label("منقضی", "Expired")),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One state in the list, and how many findings are in it."""

    words: str
    address: str
    count: int
    here: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One finding in the list."""

    finding: Finding
    title: str
    item: Item
    late: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The findings that name the same person or company."""

    name: str
    party_id: str
    lines: tuple[Line, ...]


def tabs(mine: QuerySet[Finding], lang: Lang, state: str) -> list[Tab]:
    """The states, with the number of findings in each."""
    counts = dict(mine.values_list("state").annotate(Count("pk")))
    address = reverse(f"{lang}:desk_flags")
    shown = (State.WAITING, State.ASKED, State.PUBLISHED, State.CLEARED)
    return [
        Tab(STATES[one][1].of(lang), f"{address}?state={one.value}", counts.get(one, 0), one == state) for one in shown
    ]


def groups(mine: QuerySet[Finding], lang: Lang) -> list[Group]:
    """The findings by whom they name; those with the most first."""
    here = city.current()
    flags = {one.name: one for one in here.registry.flags().sound}
    day = today(here.clock)
    found: dict[tuple[str, str], list[Line]] = {}
    for one in mine.order_by("due_on", "found_on", "pk")[:MOST_LISTED]:
        flag = flags.get(one.flag)
        if flag is not None:
            line = Line(
                one, flag.title.of(lang), shown(one, flag), one.state == State.WAITING and overdue(one.found_on, day)
            )
            found.setdefault((one.party_id or one.party, one.party), []).append(line)
    made = [Group(name, lines[0].finding.party_id, tuple(lines)) for (_, name), lines in found.items()]
    return sorted(made, key=lambda one: (-len(one.lines), one.name))


def overdue(found_on: date, day: date) -> bool:
    """Whether a finding of ``found_on`` that still waits to be shown has waited for longer than a reply may take."""
    profile = city.current().profile
    return profile.workdays.after(found_on, profile.reply_days) < day


def waiting_part(actor: User, _lang: Lang) -> Part | None:
    """The findings that an officer has to show, for the first page of the desk: how many, and to how many."""
    if not can_somewhere(actor, "finding.tell"):
        return None
    mine = Finding.objects.filter(within(actor, "finding.tell", unit="office"), state=State.WAITING)
    day = today(city.current().clock)
    days = list(mine.values_list("found_on", flat=True))
    if not days:
        return None
    people = mine.values("party_id", "party").distinct().count()
    late = sum(overdue(one, day) for one in days)
    return Part("flags/part.html", {"findings": len(days), "people": people, "late": late}, people)


def shown(one: Finding, flag: Flag) -> Item:
    """A finding as the public page would show it, whether it is public or not."""
    here = city.current()
    return item(
        Shown(
            id=one.public_id,
            flag=one.flag,
            dataset=one.dataset,
            key=one.key,
            standing="cleared" if one.state == State.CLEARED else "published",
            value=one.value,
            threshold=one.threshold,
            party_id=one.party_id,
            party=one.party,
            unit=one.unit,
            behind={name: tuple(keys) for name, keys in one.behind.items()},
            releases=tuple(one.releases),
        ),
        flag,
        {each.slug: each for each in here.registry.all()},
    )


def whole(one: Finding, lang: Lang) -> dict[str, Any]:
    """What the page of one finding shows."""
    flag = city.current().registry.flags().named(one.flag)
    tone, words = STATES[one.state]
    return {
        "finding": one,
        "flag": flag,
        "item": shown(one, flag) if flag else None,
        "status": Status(tone, words.of(lang)),
        "how": HOW[one.told_how].of(lang) if one.told_how in HOW else "",
        "replies": list(one.replies.all()),
    }
