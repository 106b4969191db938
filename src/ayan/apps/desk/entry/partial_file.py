"""A file that is only a part of its period: its rows added to what is published, as the submission's file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from ayan.apps.accounts.models import User
from ayan.apps.desk.access import dataset_of
from ayan.apps.desk.approval import draft_comparison
from ayan.apps.desk.entry import entry_table
from ayan.apps.desk.entry.appended_base import NotAppended, standing
from ayan.apps.desk.inputs import Inputs, inputs_of
from ayan.apps.desk.limits import MOST_REWRITTEN
from ayan.apps.desk.models import Submission
from ayan.apps.desk.refusals import SubmissionBusy
from ayan.core.publish.added_rows import AppendCounts, append, may_append
from ayan.core.publish.entry_rows import published_texts
from ayan.wiring import city

DECIDED = ("fix", "partial")
"""The steps that would be hidden from approvers, as they are about a file that is no longer the one that is sent."""


def offered(submission: Submission, inputs: Inputs) -> bool:
    """Whether adding is offered: to a file that is read and clean, where the table has a key and something stands."""
    return (
        submission.takes_data
        and not submission.busy
        and bool(submission.digest)
        and not inputs.appended
        and may_append(dataset_of(submission))
        and standing(submission) is not None
    )


def add_to_published(actor: User, key: UUID, expected_revision: int) -> AppendCounts:
    """Make what is published, with the rows of the submission's file in it, the file of the submission.

    It is checked, compared and approved as such a file. Raises DeskRefused where that cannot be.
    """
    submission = Submission.objects.get(pk=key)
    inputs = inputs_of(submission.steps.all())
    if submission.busy:
        raise SubmissionBusy
    waiting, release = draft_comparison.waiting_of(submission), standing(submission)
    if waiting is None or release is None or not offered(submission, inputs):
        raise NotAppended()
    if submission.steps.filter(kind__in=DECIDED, undone_at=None).exists() or submission.waivers.exists():
        raise NotAppended(
            "خانه‌ها یا ردیف‌هایی از این پرونده همین‌جا درست شده است. پروندهٔ درست‌شده را بدهید تا تأییدکننده همه را ببیند.",
            "Cells or rows of this file were put right here. Give the corrected file, so that approvers see all of it.",
        )
    if release.rows + waiting.draft.rows > MOST_REWRITTEN:
        raise NotAppended(
            "این دوره بیش از {most} ردیف می‌شود. پروندهٔ کامل دوره را بدهید.",
            "The period comes to more than {most} rows. Give the whole file of the period.",
        ).format(most=MOST_REWRITTEN)
    dataset = dataset_of(submission)
    with city.current().private_store.scratch_folder() as scratch:
        whole = scratch / "whole.parquet"
        counts = append(dataset, release.parts(), waiting.parts(), whole, scratch)

        def rows() -> Iterator[Mapping[str, str]]:
            for _, texts in published_texts(dataset, [whole]):
                yield texts

        said = {
            "name": inputs.name,
            "to": release.ref,
            "digest": release.digest,
            "added": counts.added,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "kept": counts.kept,
        }
        entry_table.give(actor, key, rows(), counts.rows, expected_revision, release.ref, appended=said)
    return counts
