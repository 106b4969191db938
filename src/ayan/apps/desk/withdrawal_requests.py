"""Asking that a release be withdrawn: a submission without a file, approved on the same path."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.desk.access import subject
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.desk.publication import release_of, withdrawal_digest
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken
from ayan.apps.desk.unit_ownership import about_release
from ayan.core.publish.sealing import REASONS
from ayan.core.schema.definition import Dataset
from ayan.wiring import city

CODES = {code: label for code, label in REASONS.items() if code != "taken-back"}
"""Why a release may be withdrawn; taking back is for its ten minutes alone."""


def propose(actor: User, dataset: Dataset, ref: str, code: str, note: str) -> Submission:
    """Ask for the withdrawal of a release, in the unit that published it; approved is its manifest, code and note."""
    about = about_release(actor, "release.withdraw", ref)
    policy.require(actor, "release.withdraw", about)
    release = release_of(ref)
    if release is None or release.withdrawn or release.slug != dataset.slug:
        raise DeskRefused(
            "این انتشار پیدا نشد یا پیش‌تر برداشته شده است.", "There is no such release, or it is withdrawn."
        )
    if code not in CODES:
        raise DeskRefused("علت را برگزینید.", "Choose a reason.", field="code")
    now = city.current().clock.now()
    facts: dict[str, Any] = {
        "kind": "withdrawal",
        "dataset": dataset.slug,
        "period": release.period,
        "unit": about.unit,
        "state": SubmissionState.SENT,
        "started_by": actor,
        "sent_by": actor,
        "started_at": now,
        "changed_at": now,
        "sent_at": now,
        "withdraws": ref,
        "code": code,
        "note": note.strip()[:4_000],
        "digest": withdrawal_digest(ref, release.digest, code),
    }
    try:
        with transaction.atomic():
            submission = Submission.objects.create(**facts)
            audit.record(actor, "release.withdraw", subject(submission), release=ref, code=code)
            return submission
    except IntegrityError:
        raise PeriodTaken("") from None
