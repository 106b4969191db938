"""A file's way through the desk: looked at, its columns chosen, mended, compared, kept waiting, sealed, taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.city import BAD, FIRST, SECOND, Town, make_town
from tests.core.publish.submissions import draft_of, issues_of

from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish.difference import difference
from ayan.core.publish.pending_draft import PendingDraft, find_pending, seal_pending
from ayan.core.refine.corrections import Correction, emptied, left_out, replaced, set_cells
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval

NOW = datetime(2024, 8, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


def yes(pending: PendingDraft) -> list[Approval]:
    return [Approval(name, NOW, "desk", pending.digest) for name in (FIRST, SECOND)]


def test_the_whole_way(town: Town) -> None:
    context, trees = town.city.publish_context, town.city.registry.get("trees")
    sent = SubmissionFolder.receive(context.private_store, "../../بد.csv", [BAD.encode()])
    assert sent.file.parent.parent == sent.folder
    look = sent.preview(trees)
    assert [row.cells[0] for row in look.head] == ["شماره", "1", "2", "3"]
    columns = sent.columns(trees)
    assert {proposal.how for proposal in columns.ours} == {"exact"}
    choice = columns.choice()
    issues = issues_of(town, sent, choice)
    assert {cause.code: cause.rows for cause in issues.errors} == {
        "check:cost": 1,
        "date-impossible": 1,
        "identity-wrong": 1,
        "not-a-number": 1,
    }
    fixes = [
        replaced("cost", "x", "10"),
        set_cells("planted", 3, "1403/05/30"),
        left_out(4, "ردیف آزمایشی بود"),
        emptied("planter_id", "0013542418"),
    ]
    fixes = [Correction.from_json(correction.as_json()) for correction in fixes]
    issues = issues_of(town, sent, choice, fixes)
    assert issues.errors == ()
    assert issues.corrected == {"cost": 1, "planted": 1, "planter_id": 1}
    assert issues.tally.left_out == 1
    pending = draft_of(town.city, sent, choice, fixes)
    waiting = find_pending(context, trees, pending.id)
    with difference(context, trees, waiting) as change:
        assert (change.tally.added, change.tally.changed) == (2, 0)
    release = seal_pending(context, waiting, yes(waiting), reason=CorrectionReason("entry-error"))
    said = release.manifest["ayan"]
    assert said["rows_left_out"] == 1
    assert said["corrections"]["fields"] == {"cost": {"cells": 1, "rows": "3"}, "planted": {"cells": 1, "rows": "3"}}
    assert said["corrections"]["left_out"] == [{"reason": "ردیف آزمایشی بود", "rows": 1}]
