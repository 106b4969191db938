"""What officers see of many submissions: what is theirs to do, what waits for approval, what came of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from ayan.apps.accounts import policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.desk.access import about_dataset
from ayan.apps.desk.models import EDITABLE, Submission, SubmissionState
from ayan.apps.desk.submission_page import status
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.component_parts import Status
from ayan.wiring import city

SHOWN = 100


WITHDRAWAL: Final = Label("برداشتن «{title}»", "Withdrawal of “{title}”")


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One submission in a list."""

    address: str
    title: str
    period: str
    who: str
    when: datetime
    status: Status
    busy: bool = False


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """A list with its heading."""

    key: str
    title: str
    lines: list[WorkLine]


HEADINGS = {
    "returned": Label("برگشته به من", "Returned to me"),
    "approve": Label("در انتظار تأیید من", "Waiting for my approval"),
    "held": Label("نگه‌داشته برای حریم خصوصی", "Held for privacy"),
    "unbalanced": Label("نگه‌داشته برای موازنه", "Held by a balance"),
    "draft": Label("در دست تهیه", "In preparation"),
    "sent": Label("فرستاده و در انتظار تأیید", "Sent and waiting for approval"),
    "over": Label("پایان‌یافته", "Over"),
}


def lists(actor: User, lang: Lang) -> list[WorkGroup]:
    """Every submission that an officer may see, what is theirs to do first."""
    visible = Submission.objects.filter(policy.within(actor, "submission.view", unit="unit"))
    editable = policy.within(actor, "submission.edit", unit="unit")
    approvable = policy.within(actor, "submission.approve", unit="unit", sender="sent_by_id")
    waivable = policy.within(actor, "privacy.waive", unit="unit")
    mine = (
        visible.filter(state=SubmissionState.SENT).filter(approvable).exclude(steps__by=actor).exclude(started_by=actor)
    )
    overridable = policy.within(actor, "balance.override", unit="unit")
    mine = mine.exclude(contributors=actor).exclude(waivers__by=actor).exclude(approvals__by=actor)
    mine = mine.exclude(overrides__by=actor)
    by_key = {
        "returned": visible.filter(editable, state=SubmissionState.RETURNED),
        "approve": mine,
        "held": visible.filter(waivable, state__in=EDITABLE, counts__held__gt=0),
        "unbalanced": visible.filter(overridable, state__in=EDITABLE, difference__blocking__gt=0),
        "draft": visible.filter(state=SubmissionState.DRAFT),
        "sent": visible.filter(state__in=(SubmissionState.SENT, SubmissionState.APPROVED)).exclude(
            pk__in=mine.values("pk")
        ),
        "over": visible.filter(
            state__in=(
                SubmissionState.PUBLISHED,
                SubmissionState.REFUSED,
                SubmissionState.SET_ASIDE,
                SubmissionState.TAKEN_BACK,
            )
        ),
    }
    return [WorkGroup(key, HEADINGS[key].of(lang), lines(rows, lang)) for key, rows in by_key.items()]


def lines(rows: QuerySet[Submission], lang: Lang) -> list[WorkLine]:
    """The newest submissions of a query as lines."""
    return [_line(submission, lang) for submission in rows.select_related("started_by").order_by("-changed_at")[:SHOWN]]


def _line(submission: Submission, lang: Lang) -> WorkLine:
    try:
        title = city.current().registry.get(submission.dataset).title.of(lang)
    except KeyError:
        title = submission.dataset
    if submission.kind == "withdrawal":
        title = WITHDRAWAL.of(lang).format(title=title)
    address = reverse(f"{lang}:desk_overview", args=(submission.id,))
    return WorkLine(
        address,
        title,
        submission.period,
        str(submission.started_by),
        submission.changed_at,
        status(submission, lang),
        submission.busy,
    )


def waiting_part(actor: User, lang: Lang) -> HomePart | None:
    """The first page's part: what was returned, what waits for approval, what is in preparation."""
    if not policy.can_somewhere(actor, "submission.view"):
        return None
    shown = [
        group for group in lists(actor, lang) if group.key in ("returned", "approve", "held", "unbalanced", "draft")
    ]
    due = sum(len(group.lines) for group in shown if group.key != "draft")
    may_begin = policy.can_somewhere(actor, "submission.create")
    return HomePart(
        "desk/part.html", {"groups": [group for group in shown if group.lines], "may_begin": may_begin}, due
    )


def sendable(actor: User, lang: Lang) -> list[dict[str, Any]]:
    """The datasets that an officer may send, by title."""
    verb = "submission.create"
    datasets = [
        dataset
        for dataset in city.current().registry.all()
        if policy.can(actor, verb, about_dataset(actor, verb, dataset.slug))
    ]
    return [
        {"slug": dataset.slug, "title": dataset.title.of(lang), "period": dataset.period}
        for dataset in sorted(datasets, key=lambda dataset: value_html.alphabetical(dataset.title.of(lang)))
    ]
