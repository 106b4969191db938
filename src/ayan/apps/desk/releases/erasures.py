"""Erasing rows of a release, asked for at the desk: the privacy officer says which, a second person says yes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.db import transaction

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.desk import notices
from ayan.apps.desk.access import about_release, approver_names, release_of, subject, valid_approvals
from ayan.apps.desk.limits import ERASED_SHOWN, LONGEST_NOTE, LONGEST_NUMBER, MOST_ERASED
from ayan.apps.desk.models import OPEN, Submission, SubmissionState
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken
from ayan.core.publish.entry_rows import published_texts
from ayan.core.publish.erasure import EraseAgain, again, erase
from ayan.core.publish.sealing import ReleaseRefused
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreChanged, Withdrawn
from ayan.core.store.parquet import numbers_in
from ayan.core.store.release import Release
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label, digits_label
from ayan.wiring import city

VERB: Final = "release.erase"
CODES: Final = ("personal-data", "court-order", "wrong-data")
"""Why rows may be erased; a whole release in the wrong place is withdrawn."""


def numbers_in_text(text: str) -> list[int]:
    """The numbers of rows in what somebody typed, with commas, lines or blanks between; DeskRefused for other words."""
    parts = to_latin(text).replace("،", " ").replace(",", " ").split()
    if not parts or not all(part.isascii() and part.isdecimal() and len(part) <= LONGEST_NUMBER for part in parts):
        raise DeskRefused(
            "شمارهٔ ردیف‌ها را بنویسید، مانند ۱۲، ۳۵.", "Write the numbers of the rows, like 12, 35.", "rows"
        )
    rows = sorted({int(part) for part in parts})
    if len(rows) > MOST_ERASED:
        raise DeskRefused(
            "در یک درخواست تا {most} ردیف پاک می‌شود.", "One request erases up to {most} rows.", "rows"
        ).format(most=MOST_ERASED)
    return rows


def propose(actor: User, ref: str, rows: Collection[int], code: str, note: str) -> Submission:
    """Ask for the erasure of rows of a release; what is approved is its manifest, the rows and the reason.

    A submission under way for the same period does not stand in its way. Raises Denied, DeskRefused, and PeriodTaken
    where another erasure of the period is asked for.
    """
    about = about_release(actor, VERB, ref)
    policy.require(actor, VERB, about)
    release = release_of(ref)
    if release is None or release.withdrawn:
        raise DeskRefused(
            "این انتشار پیدا نشد یا پیش‌تر برداشته شده است.", "There is no such release, or it is withdrawn."
        )
    if code not in CODES:
        raise DeskRefused("علت را برگزینید.", "Choose a reason.", "code")
    _judge(release, rows)
    now = city.current().clock.now()
    facts: dict[str, Any] = {
        "kind": "erasure",
        "dataset": release.slug,
        "period": release.period,
        "unit": about.unit,
        "state": SubmissionState.SENT,
        "started_by": actor,
        "sent_by": actor,
        "started_at": now,
        "changed_at": now,
        "sent_at": now,
        "withdraws": ref,
        "rows": sorted(rows),
        "code": code,
        "note": note.strip()[:LONGEST_NOTE],
        "digest": erasure_digest(ref, release.digest, code, rows),
    }
    with transaction.atomic():
        waiting = Submission.objects.select_for_update().filter(
            kind="erasure", dataset=release.slug, period=release.period, state__in=OPEN
        )
        if (other := waiting.first()) is not None:
            raise PeriodTaken(str(other.id))
        submission = Submission.objects.create(**facts)
        audit.record(actor, VERB, subject(submission), release=ref, code=code, rows=len(facts["rows"]))
        notices.sent(submission, actor)
    return submission


def _judge(release: Release, rows: Collection[int]) -> None:
    """Refuse rows that are not there, and those that are all there are."""
    wanted = set(rows)
    there = {number for path in release.parts() for number in numbers_in(path, wanted)}
    if missing := sorted(wanted - there):
        named = list(map(digits_label, missing[:ERASED_SHOWN]))
        raise DeskRefused(
            "این انتشار این ردیف‌ها را ندارد: {named}", "The release has no such rows: {named}", "rows"
        ).format(named=named)
    if release.rows == len(wanted):
        raise DeskRefused(
            "با این کار ردیفی نمی‌ماند. به جای آن برداشتن انتشار را بخواهید.",
            "No row would be left. Ask for the withdrawal of the release instead.",
            "rows",
        )


def erasure_digest(ref: str, manifest: str, code: str, rows: Collection[int]) -> str:
    """What approvals of an erasure bind to."""
    numbers: list[Json] = [*sorted(rows)]
    return sha256_hex(canonical_json({"erase": ref, "manifest": manifest, "code": code, "rows": numbers}))


def erased(submission: Submission) -> Release:
    """Carry out what was approved: the release without the rows. Raises ReleaseRefused where it is no longer that."""
    release = release_of(submission.withdraws)
    if release is None or release.withdrawn:
        raise ReleaseRefused("draft-gone", Label("این انتشار دیگر نیست.", "The release is no more."))
    rows = [int(number) for number in submission.rows or ()]
    if all(any(erasure.holds(row) for erasure in release.erasures) for row in rows):
        # The trace of an earlier try.
        return release
    if submission.digest != erasure_digest(
        submission.withdraws, release.digest, submission.code, rows
    ) or not valid_approvals(submission):
        raise ReleaseRefused(
            "approved-otherwise",
            Label(
                "پس از درخواست، این انتشار عوض شده است. پاک کردن را دوباره بخواهید.",
                "The release has changed since this was asked for. Ask for the erasure again.",
            ),
        )
    context, by = city.current().publish_context, approver_names(submission, 1)[0]
    try:
        return erase(context, release, rows, submission.code, by, dataset=declared(release.slug))
    except (Withdrawn, StoreChanged):
        raise ReleaseRefused("draft-gone", Label("این انتشار دیگر نیست.", "The release is no more.")) from None


def declared(slug: str) -> Dataset | None:
    """The declaration of a dataset; None where the city has it no more."""
    try:
        return city.current().registry.get(slug)
    except KeyError:
        return None


def shown_rows(submission: Submission) -> list[tuple[int, str]]:
    """The rows that are to be erased, as many as are shown: the number, and what stands in it as one line."""
    release, dataset = release_of(submission.withdraws), declared(submission.dataset)
    if release is None or release.withdrawn or dataset is None:
        return []
    wanted = [int(number) for number in (submission.rows or ())[:ERASED_SHOWN]]
    rows = published_texts(dataset, release.parts(), wanted)
    return [(number, " · ".join(texts.values())) for number, texts in rows]


def elsewhere(submission: Submission) -> list[EraseAgain]:
    """The rows of other releases that say the same, while these still stand."""
    release = release_of(submission.withdraws)
    if release is None or release.withdrawn or submission.state == SubmissionState.PUBLISHED:
        return []
    return again(city.current().publish_context, release, submission.rows or (), declared(submission.dataset))
