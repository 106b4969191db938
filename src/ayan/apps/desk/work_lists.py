"""What officers see of many submissions: what is theirs to do, what waits for approval, what came of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from ayan.apps.accounts import policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.desk.data_subjects import DataSubjects
from ayan.apps.desk.limits import FIRST_WORK_SHOWN, LONGEST_WORDS, WORK_SHOWN
from ayan.apps.desk.models import EDITABLE, Submission, SubmissionState
from ayan.apps.desk.submission_page import status
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold
from ayan.ui import value_html
from ayan.ui.component_parts import Status
from ayan.wiring import city

READY: Final = Label("آمادهٔ فرستادن", "Ready to send")
FAULTY: Final = Label("در دست تهیه؛ اشکال دارد", "In preparation; has issues")
OF_RELEASES: Final = {
    "withdrawal": Label("برداشتن «{title}»", "Withdrawal of “{title}”"),
    "erasure": Label("پاک کردن ردیف‌هایی از «{title}»", "Erasure of rows of “{title}”"),
}


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
    """A list with its heading; ``count`` are all that are in it, ``first`` those before the lines shown."""

    key: str
    title: str
    lines: list[WorkLine]
    count: int
    first: int = 0


HEADINGS = {
    "returned": Label("برگشته به من", "Returned to me"),
    "approve": Label("در انتظار تأیید من", "Waiting for my approval"),
    "held": Label("نگه‌داشته برای حریم خصوصی", "Held for privacy"),
    "unbalanced": Label("نگه‌داشته برای موازنه", "Held by a balance"),
    "draft": Label("در دست تهیه", "In preparation"),
    "sent": Label("فرستاده و در انتظار تأیید", "Sent and waiting for approval"),
    "over": Label("پایان‌یافته", "Over"),
}


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What an officer asks of their lists: words, one of the lists alone, and which page of it (from 1)."""

    words: str = ""
    only: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> WorkFilter:
        """Read from an address; what cannot be understood asks nothing."""
        page = query.get("page", "")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
        only = query.get("list", "")
        return cls(query.get("q", "").strip()[:LONGEST_WORDS], only if only in HEADINGS else "", max(1, number))

    def condition(self) -> Q:
        """The rows in which all the words stand: in the title of the dataset, its code, the period, or a name."""
        asked = Q()
        for word in fold(self.words.replace("\0", "")).split():
            slugs = [
                dataset.slug
                for dataset in city.current().registry.all()
                if any(word in fold(text) for text in dataset.title.words().values())
            ]
            people = [person.pk for person in User.objects.all() if word in fold(person.name)]
            asked &= (
                Q(dataset__in=slugs)
                | Q(dataset__icontains=word)
                | Q(period__icontains=word)
                | Q(started_by__in=people)
                | Q(sent_by__in=people)
            )
        return asked


NOTHING_ASKED: Final = WorkFilter()


def lists(actor: User, lang: Lang, asked: WorkFilter = NOTHING_ASKED) -> list[WorkGroup]:
    """Every submission that an officer may see and asks for, what is theirs to do first.

    Each list begins with its newest; of one that is asked for alone a page is given.
    """
    most = WORK_SHOWN if asked.only else FIRST_WORK_SHOWN
    groups = []
    for key, rows in _by_key(actor).items():
        if asked.only and key != asked.only:
            continue
        matching = rows.filter(asked.condition()) if asked.words else rows
        count = matching.count()
        first = min(asked.page - 1, max(0, count - 1) // WORK_SHOWN) * WORK_SHOWN if asked.only else 0
        shown = lines(matching, lang, first, most, LEADS.get(key, "desk_overview")) if count else []
        groups.append(WorkGroup(key, HEADINGS[key].of(lang), shown, count, first))
    return groups


def _by_key(actor: User) -> dict[str, QuerySet[Submission]]:
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
    return {
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


LEADS: Final = {"approve": "desk_approve"}
"""The page that the lines of a list lead to, where that is not the submission's own: at once to what is to be done."""


def lines(
    rows: QuerySet[Submission], lang: Lang, first: int = 0, most: int = WORK_SHOWN, page: str = "desk_overview"
) -> list[WorkLine]:
    """The newest submissions of a query as lines, after the ``first`` ones."""
    newest = rows.select_related("started_by").order_by("-changed_at", "pk")
    return [_line(submission, lang, page) for submission in newest[first : first + most]]


def _line(submission: Submission, lang: Lang, page: str) -> WorkLine:
    try:
        title = city.current().registry.get(submission.dataset).title.of(lang)
    except KeyError:
        title = submission.dataset
    if submission.kind != "data":
        title = OF_RELEASES[submission.kind].of(lang).format(title=title)
    address = reverse(f"{lang}:{page}", args=(submission.id,))
    return WorkLine(
        address,
        title,
        submission.period,
        str(submission.started_by),
        submission.changed_at,
        _status(submission, lang),
        submission.busy,
    )


def _status(submission: Submission, lang: Lang) -> Status:
    """Where a submission stands; of a draft also whether something is to be put right in it or it can be sent."""
    if submission.state == SubmissionState.DRAFT and submission.digest:
        return Status("ok", READY.of(lang))
    if submission.state == SubmissionState.DRAFT and (submission.counts or {}).get("errors"):
        return Status("late", FAULTY.of(lang))
    return status(submission, lang)


def waiting_part(actor: User, lang: Lang) -> HomePart | None:
    """The first page's part: what was returned, what waits for approval, what is in preparation."""
    if not policy.can_somewhere(actor, "submission.view"):
        return None
    shown = [
        group for group in lists(actor, lang) if group.key in ("returned", "approve", "held", "unbalanced", "draft")
    ]
    due = sum(group.count for group in shown if group.key != "draft")
    may_begin = policy.can_somewhere(actor, "submission.create")
    return HomePart(
        "desk/part.html", {"groups": [group for group in shown if group.lines], "may_begin": may_begin}, due
    )


def sendable(actor: User, lang: Lang) -> list[dict[str, Any]]:
    """The datasets that an officer may send, by title."""
    verb, declared = "submission.create", city.current().registry.all()
    reach = policy.WideReach(actor)
    subjects = DataSubjects(actor, verb, [dataset.slug for dataset in declared])
    datasets = [dataset for dataset in declared if reach.can(verb, subjects.dataset(dataset.slug))]
    return [
        {"slug": dataset.slug, "title": dataset.title.of(lang), "period": dataset.period}
        for dataset in sorted(datasets, key=lambda dataset: value_html.alphabetical(dataset.title.of(lang)))
    ]
