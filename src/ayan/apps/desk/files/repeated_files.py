"""A file that was given for one period and is given for another as well: mostly the wrong month was picked."""

from __future__ import annotations

from typing import Final

from ayan.apps.desk.limits import MOST_PERIODS_NAMED
from ayan.apps.desk.models import OPEN, Submission, SubmissionState, SubmissionStep

MARK: Final = "mark"
"""Where the step of a file keeps by what it is known again: its digest by the city's secret."""


def periods(submission: Submission) -> list[str]:
    """The other periods of the dataset for which this very file was sent and stands or waits, the newest first."""
    step = submission.steps.filter(kind="file", undone_at=None).last()
    mark = step.payload.get(MARK) if step is not None else None
    if not mark:
        return []
    twins = SubmissionStep.objects.filter(kind="file", undone_at=None, submission__dataset=submission.dataset)
    twins = twins.filter(payload__mark=mark, submission__state__in=(*OPEN, SubmissionState.PUBLISHED))
    others = twins.exclude(submission__period=submission.period).order_by("-at")
    return list(dict.fromkeys(others.values_list("submission__period", flat=True)))[:MOST_PERIODS_NAMED]
