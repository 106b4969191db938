"""A submission at work: its file checked, bad rows taken out, its draft made and its balances tried."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ayan.core.audit.balance import Balance
from ayan.core.audit.draft_trial import DraftTrial, OutcomeShift, Reconciler
from ayan.core.audit.reconciliation import BalanceGroup, BalanceOutcome
from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.intake.table import IntakeLimits
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import Examined, examine_stored
from ayan.core.publish.pending_draft import PendingDraft, store_pending
from ayan.core.publish.publish_context import PublishContext
from ayan.core.refine import roundtrip
from ayan.core.refine.amendments import store_amendments
from ayan.core.refine.apply_corrections import apply_corrections
from ayan.core.refine.column_mapping import BadChoice
from ayan.core.refine.group_issues import group_issues
from ayan.core.refine.issue_store import IssueStore
from ayan.core.refine.roundtrip import RoundTripResult
from ayan.core.refine.spellings import store_spellings
from ayan.core.schema.definition import Dataset
from ayan.core.system.files import write
from ayan.core.system.progress import Progress
from ayan.core.values.canonical import Json, canonical_json
from ayan.core.values.digits import ExactNumber

_FILE: Final = "balances.json"
_LIMITS = IntakeLimits()


def store_trials(reconciler: Reconciler, pending: PendingDraft, trials: Sequence[DraftTrial]) -> None:
    """Keep beside a draft what was found when it was written; where that cannot be, it is found again."""
    document: dict[str, Json] = {"of": reconciler.mark(), "trials": [_written(trial) for trial in trials]}
    with suppress(OSError):
        write(pending.folder / _FILE, canonical_json(document))


def stored_trials(reconciler: Reconciler, pending: PendingDraft) -> tuple[DraftTrial, ...]:
    """What holding the balances against a draft finds now. Raises duckdb.Error where a file cannot be read."""
    if not reconciler.balances:
        return ()
    known = _read(pending.folder / _FILE, reconciler)
    if known is None:
        known = reconciler.hold(pending.period, pending.parts())
        store_trials(reconciler, pending, known)
    return known


def _read(path: Path, reconciler: Reconciler) -> tuple[DraftTrial, ...] | None:
    """The kept trials; None where there are none, or something that they are made of has changed."""
    try:
        document = json.loads(path.read_bytes())
        if document["of"] != reconciler.mark():
            return None
        named = {balance.name: balance for balance in reconciler.balances}
        return tuple(_trial(named[trial["balance"]], trial) for trial in document["trials"])
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _written(trial: DraftTrial) -> dict[str, Json]:
    outcome = trial.outcome
    shown: list[Json] = [
        {
            "key": list(each.group.key),
            "sums": [str(each.group.left), str(each.group.right), str(each.group.difference)],
            "before": None if each.before is None else str(each.before),
            "worse": each.worse,
        }
        for each in trial.shifts
    ]
    return {
        "balance": trial.balance.name,
        "counts": [outcome.groups, outcome.failed, outcome.unknown, trial.worse, trial.failed_before],
        "off": [str(outcome.off), str(trial.off_before)],
        "shown": shown,
    }


def _trial(balance: Balance, facts: Mapping[str, Any]) -> DraftTrial:
    groups, failed, unknown, worse, failed_before = map(int, facts["counts"])
    off, off_before = map(_number, facts["off"])
    return DraftTrial(
        BalanceOutcome(balance, groups, failed, unknown, off, ()),
        worse,
        failed_before,
        off_before,
        tuple(_shift(shift) for shift in facts["shown"]),
    )


def _shift(facts: Mapping[str, Any]) -> OutcomeShift:
    group = BalanceGroup(tuple(facts["key"]), *map(_number, facts["sums"]))
    return OutcomeShift(group, None if facts["before"] is None else _number(facts["before"]), bool(facts["worse"]))


def _number(text: str) -> ExactNumber:
    return Decimal(text) if "." in text or "E" in text else int(text)


@contextmanager
def examine_submission(
    context: PublishContext,
    submission: SubmissionFolder,
    dataset: Dataset,
    decisions: ClerkDecisions,
    progress: Progress | None = None,
) -> Iterator[Examined]:
    """The file as refined with these decisions; lasts as long as the ``with`` block."""
    with (
        submission.opened_table() as raw,
        examine_stored(context, dataset, submission.file, raw, decisions, progress=progress) as examined,
    ):
        yield examined


def issues_of_submission(
    context: PublishContext,
    submission: SubmissionFolder,
    dataset: Dataset,
    decisions: ClerkDecisions,
    progress: Progress | None = None,
) -> IssueStore:
    """Check the file and keep what is found by cause."""
    with examine_submission(context, submission, dataset, decisions, progress) as examined:
        if progress:
            progress("gather", None)
        plain = examined.folder / "issues"
        plain.mkdir(mode=0o700)
        _grouped(context, examined, plain, decisions.issues_key(dataset, str(examined.period)))
        if examined.corrected is not None:
            store_amendments(examined.refined, examined.corrected, plain)
        store_spellings(examined.refined, plain)
        return submission.keep_issues(plain)


def write_bad_rows(
    context: PublishContext,
    submission: SubmissionFolder,
    dataset: Dataset,
    decisions: ClerkDecisions,
    path: Path,
    lang: str = "fa",
) -> int:
    """Write the rows that carry errors to a workbook that can be mended and sent back; returns how many."""
    # What was waived may still be put right, so it is written out too.
    with examine_submission(context, submission, dataset, replace(decisions, waivers={})) as examined:
        issues = _grouped(context, examined, examined.folder / "issues", "")
        return roundtrip.write_bad_rows(examined.refined, issues, path, submission.mark(), lang)


def take_returned(
    submission: SubmissionFolder,
    dataset: Dataset,
    decisions: ClerkDecisions,
    path: Path,
    limits: IntakeLimits = _LIMITS,
    progress: Progress | None = None,
) -> RoundTripResult:
    """What was changed in the workbook at ``path``, as decisions to follow those there are; CannotRead for another."""
    if decisions.choice is None:
        raise BadChoice
    with submission.opened_table() as raw, submission.private_store.scratch_folder() as folder:
        decisions.choice.check(dataset, raw)
        columns = decisions.choice.columns(raw)
        current = apply_corrections(raw, decisions.fixes, columns, folder).raw
        return roundtrip.take_returned(current, columns, path, submission.mark(), folder, limits, progress)


def draft_submission(
    context: PublishContext,
    submission: SubmissionFolder,
    dataset: Dataset,
    decisions: ClerkDecisions,
    *,
    sent_by: str,
    reconciler: Reconciler | None = None,
    progress: Progress | None = None,
) -> PendingDraft:
    """Write the draft that people are to approve, and keep it until it is sealed or discarded.

    Raises NotReady while an error stands, unless the decisions give a reason to publish a part. What holding the
    balances of ``reconciler`` against it finds is kept with it.
    """
    with examine_submission(context, submission, dataset, decisions, progress) as examined:
        draft = write_draft(context, examined, sent_by=sent_by, reconciler=reconciler, progress=progress)
        pending = store_pending(context, draft)
        if reconciler is not None:
            store_trials(reconciler, pending, draft.trials)
        return pending


def _grouped(context: PublishContext, examined: Examined, folder: Path, key: str) -> IssueStore:
    corrected = examined.corrected
    assert corrected is not None  # noqa: S101 - what is examined here has been decided about
    targets = context.targets(examined.dataset)
    return group_issues(examined.refined, corrected, targets, folder, key, examined.decisions.fixes)
