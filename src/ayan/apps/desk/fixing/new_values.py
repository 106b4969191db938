"""Values that are in no list: proposed where they are met with, and checked once more when their table changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ayan.apps.accounts import policy
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk import sender_acts
from ayan.apps.desk.access import keyed
from ayan.apps.desk.limits import MOST_RECHECKED
from ayan.apps.desk.models import EDITABLE, Submission
from ayan.apps.desk.submission_page import SubmissionPage
from ayan.apps.tables import changes
from ayan.apps.tables.models import TableChangeKind
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.text import fold
from ayan.wiring import city, table_folder, table_text
from ayan.wiring.table_text import NoSuchPart

_CODE: Final = "not-in-list"
_AT_ONCE: Final = 500


def offer(desk: SubmissionPage, groups: Iterable[dict[str, Any]]) -> None:
    """Mark the values of groups that may be proposed for their list, and those that somebody has proposed already."""
    shown = list(groups)
    for group in shown:
        for value in group["values"]:
            value["proposed"] = value["may_propose"] = False
    unlisted = [group for group in shown if group["cause"].code == _CODE and group["values"]]
    if not unlisted or not may_propose(desk):
        return
    waiting = proposed(desk.submission.dataset)
    for group in unlisted:
        for value in group["values"]:
            value["proposed"] = (group["cause"].field, fold(value["text"])) in waiting
            value["may_propose"] = bool(value["text"])


def may_propose(desk: SubmissionPage) -> bool:
    """Whether the officer at the page may propose a value for a list of its dataset."""
    submission = desk.submission
    about = Subject("dataset", submission.dataset, submission.unit, submission.dataset)
    return submission.editable and policy.can(desk.request.user, changes.PROPOSE, about)


def proposed(slug: str) -> set[tuple[str, str]]:
    """Column and value, folded, of what is proposed for the lists of a table and not decided."""
    waiting = (each for each in changes.waiting(slug) if each.kind == TableChangeKind.VALUE)
    return {(each.request["field"], fold(each.request["value"])) for each in waiting}


def mark_of(field: str, value: str) -> str:
    """By what an address names a value of a column, which it must not say."""
    return keyed("value", sha256_hex(canonical_json([field, value])))


def named(desk: SubmissionPage, mark: str) -> tuple[str, str] | None:
    """The column and value in no list that ``mark`` names; None where the check found none such."""
    issues = desk.folder.issues() if desk.folder and desk.submission.counts is not None else None
    for cause in issues.causes if issues else ():
        if cause.code != _CODE or not cause.field or issues is None:
            continue
        after: int | None = 0
        while after is not None:
            shown = issues.values(cause.id, after, limit=_AT_ONCE)
            for each in shown.values:
                if mark_of(cause.field, each.text) == mark:
                    return cause.field, each.text
            after = shown.next
    return None


def list_of(desk: SubmissionPage, field: str) -> table_text.ListPlace:
    """The list of a column, as it is written. Raises NoSuchPart where the column has none."""
    try:
        texts = table_folder.texts_of(city.current(), desk.submission.dataset)
    except KeyError:
        raise NoSuchPart from None
    return table_text.list_of_field(texts, field)


def check_again(slug: str) -> None:
    """Check what is in preparation once more, for its table is another one now."""
    prepared = Submission.objects.select_for_update().filter(dataset=slug, state__in=EDITABLE, kind="data")
    for submission in prepared.exclude(counts=None)[:MOST_RECHECKED]:
        sender_acts.again(submission)
        submission.save()
