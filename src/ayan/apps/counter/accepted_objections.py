"""Accepted objections are closed by themselves once the correction is published."""

from __future__ import annotations

from typing import Final

from django_tasks import task

from ayan.apps.counter import case_steps, published_changes, rules
from ayan.apps.counter.models import Case
from ayan.core.casework.case_words import CaseStage
from ayan.core.schema.definition import Dataset
from ayan.wiring import city

ACCEPTED: Final = "correcting"
"""The state of an objection that an officer accepted, and whose correction is on its way."""

CORRECT: Final = "correct"


@task()
def look() -> None:
    """Close the accepted objections whose correction is published by now, and tell who brought them."""
    close_corrected()


def close_corrected() -> int:
    """How many accepted objections were closed, each with the release that corrects what it is about."""
    closed = 0
    for case in Case.objects.filter(state=ACCEPTED).exclude(stage=CaseStage.CLOSED).order_by("pk"):
        step = rules.kind_of(case).step(CORRECT)
        evidence = _correcting_release(case) if step and "system" in step.by and case.state in step.sources else ""
        if evidence:
            case_steps.take_step(case, CORRECT, "system", None, case_steps.Said(evidence=(evidence,)))
            closed += 1
    return closed


def _correcting_release(case: Case) -> str:
    """The page of the release by which the record of a case reads otherwise than when it came; empty for none."""
    record = published_changes.record_of(case)
    if record is None:
        return ""
    dataset, key = record
    if not published_changes.changed(dataset, key, case):
        return ""
    row = published_changes.row_of(dataset, key, None)
    release = (row.period, row.release) if row else _newest(dataset)
    return f"/data/{dataset.slug}/releases/{release[0]}/{release[1]}" if release else ""


def _newest(dataset: Dataset) -> tuple[str, int] | None:
    releases = city.current().release_store.snapshot(dataset.slug).releases
    newest = max(releases, key=lambda each: each.sealed_at, default=None)
    return (newest.period, newest.number) if newest else None
