"""What officers see of many submissions: what is theirs to do, what waits for approval, what came of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.shell import Part
from ayan.apps.desk.belonging import about_dataset
from ayan.apps.desk.framing import status
from ayan.apps.desk.models import EDITABLE, State, Submission
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import writing
from ayan.ui.parts import Status
from ayan.wiring import city

SHOWN = 100


WITHDRAWAL: Final = Label("برداشتن «{title}»", "Withdrawal of “{title}”")


@dataclass(frozen=True, slots=True)
class Line:
    """One submission in a list."""

    address: str
    title: str
    period: str
    who: str
    when: datetime
    status: Status
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A list with its heading, and what it says when it is empty."""

    key: str
    title: str
    lines: list[Line]
    empty: str


HEADINGS = {
    "returned": Label("برگشته به من", "Returned to me"),
    "approve": Label("در انتظار تأیید من", "Waiting for my approval"),
    "held": Label("نگه‌داشته برای حریم خصوصی", "Held for privacy"),
    "unbalanced": Label("نگه‌داشته برای موازنه", "Held by a balance"),
    "draft": Label("در دست تهیه", "In preparation"),
    "sent": Label("فرستاده و در انتظار تأیید", "Sent and waiting for approval"),
    "over": Label("پایان‌یافته", "Over"),
}
EMPTY = Label("اکنون چیزی نیست.", "Nothing at the moment.")


def lists(actor: User, lang: Lang) -> list[Group]:
    """Every submission that an officer may see, what is theirs to do first."""
    visible = Submission.objects.filter(policy.within(actor, "submission.view", unit="unit"))
    editable = policy.within(actor, "submission.edit", unit="unit")
    approvable = policy.within(actor, "submission.approve", unit="unit", sender="sent_by_id")
    releasable = policy.within(actor, "guard.release", unit="unit")
    mine = visible.filter(state=State.SENT).filter(approvable).exclude(steps__by=actor).exclude(started_by=actor)
    overrulable = policy.within(actor, "balance.overrule", unit="unit")
    mine = mine.exclude(hands=actor).exclude(pardons__by=actor).exclude(approvals__by=actor)
    mine = mine.exclude(overrulings__by=actor)
    found = {
        "returned": visible.filter(editable, state=State.RETURNED),
        "approve": mine,
        "held": visible.filter(releasable, state__in=EDITABLE, found__held__gt=0),
        "unbalanced": visible.filter(overrulable, state__in=EDITABLE, difference__blocking__gt=0),
        "draft": visible.filter(state=State.DRAFT),
        "sent": visible.filter(state__in=(State.SENT, State.APPROVED)).exclude(pk__in=mine.values("pk")),
        "over": visible.filter(state__in=(State.PUBLISHED, State.REFUSED, State.SET_ASIDE, State.TAKEN_BACK)),
    }
    return [Group(key, HEADINGS[key].of(lang), lines(rows, lang), EMPTY.of(lang)) for key, rows in found.items()]


def lines(rows: Any, lang: Lang) -> list[Line]:
    """The newest submissions of a query as lines."""
    return [_line(one, lang) for one in rows.select_related("started_by").order_by("-changed_at")[:SHOWN]]


def _line(one: Submission, lang: Lang) -> Line:
    try:
        title = city.current().registry.get(one.dataset).title.of(lang)
    except KeyError:
        title = one.dataset
    if one.kind == "withdrawal":
        title = WITHDRAWAL.of(lang).format(title=title)
    address = reverse(f"{lang}:desk_overview", args=(one.id,))
    return Line(address, title, one.period, str(one.started_by), one.changed_at, status(one, lang), one.busy)


def waiting_part(actor: User, lang: Lang) -> Part | None:
    """The first page's part: what was returned, what waits for approval, what is in preparation."""
    if not policy.can_somewhere(actor, "submission.view"):
        return None
    shown = [one for one in lists(actor, lang) if one.key in ("returned", "approve", "held", "unbalanced", "draft")]
    due = sum(len(one.lines) for one in shown if one.key != "draft")
    may_begin = policy.can_somewhere(actor, "submission.create")
    return Part("desk/part.html", {"groups": [one for one in shown if one.lines], "may_begin": may_begin}, due)


def sendable(actor: User, lang: Lang) -> list[dict[str, Any]]:
    """The datasets that an officer may send, by title."""
    verb = "submission.create"
    found = [
        one for one in city.current().registry.all() if policy.can(actor, verb, about_dataset(actor, verb, one.slug))
    ]
    return [
        {"slug": one.slug, "title": one.title.of(lang), "period": one.period}
        for one in sorted(found, key=lambda one: writing.alphabetical(one.title.of(lang)))
    ]
