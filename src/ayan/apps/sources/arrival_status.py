"""Where a file that came by itself stands now, for the system that sent it and for the pages of administrators."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from ayan.apps.desk.inputs import issues_of
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.sources.labels import OUTCOMES
from ayan.apps.sources.models import WAITING, Arrival
from ayan.core.values import locale
from ayan.core.values.label import Label

STATES: Final = {
    SubmissionState.PUBLISHED: ("published", Label("منتشر شد.", "It was published.")),
    SubmissionState.REFUSED: ("refused", Label("تأییدکننده آن را رد کرد.", "The approver refused it.")),
    SubmissionState.SET_ASIDE: ("set-aside", Label("کنار گذاشته شد.", "It was set aside.")),
    SubmissionState.TAKEN_BACK: (
        "taken-back",
        Label("پس از انتشار پس گرفته شد.", "It was taken back after publication."),
    ),
    SubmissionState.RETURNED: (
        "waiting",
        Label("برای اصلاح برگشت؛ در دست کارشناس است.", "It was returned; a clerk has it."),
    ),
    SubmissionState.SENT: ("sent", OUTCOMES["sent"]),
    SubmissionState.APPROVED: (
        "approved",
        Label("تأیید شد و در حال انتشار است.", "It is approved and being published."),
    ),
}
"""What the desk has decided since; it goes before what was written down when the file came to rest."""


def state_of(arrival: Arrival, submission: Submission | None) -> tuple[str, Label]:
    """In a word, and in both languages."""
    if arrival.code in ("replaced", "unchanged"):
        return arrival.code, OUTCOMES[arrival.code]
    if submission is not None and submission.state in STATES:
        return STATES[SubmissionState(submission.state)]
    if arrival.code in WAITING:
        return "waiting", OUTCOMES[arrival.code]
    if arrival.settled_at is None:
        return "checking", OUTCOMES[""]
    return "waiting", OUTCOMES["over"]


def arrival_report(arrival: Arrival) -> dict[str, Any]:
    """What the sender is told: where it stands, why, and what was found, by cause; never what stands in a cell."""
    submission = Submission.objects.filter(pk=arrival.submission).first() if arrival.submission else None
    state, words = state_of(arrival, submission)
    more = arrival.details or {}
    reason = {lang: f"{words.of(lang)} {more[lang]}" if lang in more else words.of(lang) for lang in locale.BUILT_IN}
    if state in ("published", "unchanged", "refused", "set-aside", "taken-back"):
        reason = {"fa": words.fa, "en": words.en}
    return {
        "id": arrival.pk,
        "dataset": arrival.dataset,
        "period": arrival.period,
        "name": arrival.name,
        "bytes": arrival.size,
        "received_at": arrival.at.isoformat(),
        "state": state,
        "reason": arrival.code if state == "waiting" else None,
        "detail_fa": reason["fa"],
        "detail_en": reason["en"],
        "issues": _issues(submission) if submission is not None and state == "waiting" else [],
        "release": submission.release or None if submission is not None else None,
        "status": settings.ORIGIN + reverse("source_arrival", args=(arrival.pk,)),
        "desk": settings.ORIGIN + reverse("fa:desk_overview", args=(arrival.submission,)),
    }


def _issues(submission: Submission) -> list[dict[str, Any]]:
    issues = issues_of(submission)
    return [
        {
            "code": cause.code,
            "severity": cause.severity,
            "field": cause.field,
            "places": cause.cells,
            "title_fa": cause.title.fa,
            "title_en": cause.title.en,
        }
        for cause in (issues.causes if issues else ())
    ]
