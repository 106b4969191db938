"""Submissions of the small city's trees, taken through the engine as the desk does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.cli.city import SENDER, Town

from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish import submission_processing
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.pending_draft import PendingDraft
from ayan.core.refine.column_mapping import ColumnChoice
from ayan.core.refine.corrections import Correction
from ayan.core.refine.issue_store import IssueStore
from ayan.core.refine.roundtrip import RoundTripResult
from ayan.wiring.city import City

PERIOD = "1403-05"


def issues_of(
    town: Town, submission: SubmissionFolder, choice: ColumnChoice, fixes: Sequence[Correction] = ()
) -> IssueStore:
    """What is found in a file of trees with these columns and fixes."""
    city, decisions = town.city, ClerkDecisions(PERIOD, choice, tuple(fixes))
    trees = city.registry.get("trees")
    return submission_processing.issues_of_submission(city.publish_context, submission, trees, decisions)


def draft_of(
    city: City, submission: SubmissionFolder, choice: ColumnChoice, fixes: Sequence[Correction] = ()
) -> PendingDraft:
    """The draft of a file of trees."""
    trees, decisions = city.registry.get("trees"), ClerkDecisions(PERIOD, choice, tuple(fixes))
    return submission_processing.draft_submission(city.publish_context, submission, trees, decisions, sent_by=SENDER)


def returned(town: Town, submission: SubmissionFolder, choice: ColumnChoice, path: Path) -> RoundTripResult:
    """What was changed in a workbook of bad rows."""
    trees = town.city.registry.get("trees")
    return submission_processing.take_returned(submission, trees, ClerkDecisions(PERIOD, choice), path)
