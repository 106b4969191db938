"""A draft: the published bytes of a submission, written but visible to nobody, waiting for approvals of its digest."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ayan.core.audit.draft_trial import DraftTrial, Reconciler
from ayan.core.custody.private_store import Original
from ayan.core.intake.table import printable_name
from ayan.core.publish.decisions import ClerkDecisions, overrides
from ayan.core.publish.examination import Examined
from ayan.core.publish.publish_context import DraftBase, PublishContext
from ayan.core.publish.staged_part import StagedPart
from ayan.core.refine.pipeline import Refined
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import Issue
from ayan.core.store.correction_counts import Corrections
from ayan.core.store.manifest import (
    BalanceOverride,
    Facts,
    Partial,
    SourceFacts,
    content_digest,
)
from ayan.core.store.objects import PartFacts
from ayan.core.store.staged_check import MeasuredPart
from ayan.core.system.files import move
from ayan.core.system.progress import Progress
from ayan.core.values.canonical import Json
from ayan.core.values.refusal import Refusal, Wording

PART: Final = "data-0000.parquet"


class NotReady(Refusal):
    """The submission still has errors that stand in the way; carries them."""

    code = "not-ready"
    fa = "هنوز خطاهایی مانده است. نخست آن‌ها را درست کنید."
    en = "Errors still stand. Put them right first."
    status = 422

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        super().__init__()
        self.issues = issues


class ReleaseRefused(Refusal):
    """Policy stands in the way of sealing, withdrawing or erasing; the code says which rule of it."""

    code = "release-refused"
    fa = "این کار با قاعده‌های انتشار سازگار نیست."
    en = "The rules of publication do not allow this."
    status = 422

    def __init__(self, code: str, wording: Wording) -> None:
        super().__init__(code=code)
        self.worded(wording)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be published: staged parts, the facts the manifest will state, and the digest people approve.

    ``base`` is what stood of the period when the work on it began: it is sealed only where that is still so.
    ``trials`` is what holding balances against it found when it was written, ``measured`` its parts as they were read
    then: neither is there once it has waited on the disk.
    """

    dataset: Dataset
    period: str
    staged: Path
    parts: tuple[PartFacts, ...]
    facts: Facts
    original: Original
    base: DraftBase | None
    trials: tuple[DraftTrial, ...] = ()
    measured: tuple[MeasuredPart, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 (hex) that approvals bind to."""
        return self.facts.content

    @property
    def rows(self) -> int:
        """Rows that will be published."""
        return sum(part.rows for part in self.parts)

    def overridden(self, decided: Sequence[BalanceOverride]) -> Draft:
        """The same draft, stating which of the balances that it fails were overridden; its digest is another one."""
        stated = tuple(override for override in decided if any(overrides(override, trial) for trial in self.trials))
        facts = replace(self.facts, overrides=stated)
        content = approved_content(self.dataset.slug, self.dataset.digest, self.period, self.parts, facts)
        return replace(self, facts=replace(facts, content=content))


def write_draft(
    context: PublishContext,
    examined: Examined,
    *,
    sent_by: str,
    reconciler: Reconciler | None = None,
    progress: Progress | None = None,
) -> Draft:
    """Write the published rows to a staging folder and compute what people will approve.

    It is held against the balances of ``reconciler``; what was decided about those that fail may let them pass, and the
    draft states it.

    While an error stands this raises NotReady, unless the decisions give a reason to publish a part: then the rows that
    carry errors are left out and their causes stated. Faults of the whole file are never passed over.
    """
    refined, dataset, partial = examined.refined, examined.dataset, examined.decisions.partial
    if refined.structural or (refined.errors and not printable_name(partial or "")) or not refined.counts.good:
        raise NotReady(refined.errors)
    if progress:
        progress("write", None)
    staged = context.release_store.stage()
    try:
        # The session may write in its own folder alone.
        written = examined.folder / PART
        rows = refined.write_parquet(written, partial=bool(refined.errors))
        move(written, staged / PART)
        part = StagedPart.of(staged / PART, dataset, progress)
        if progress and reconciler and reconciler.balances:
            progress("balance", None)
        trials = reconciler.hold(str(examined.period), [staged / PART]) if reconciler else ()
        left_out = refined.counts.read - rows + examined.left_out
        causes = {issue.code: 0 for issue in refined.errors}
        for issue in refined.errors:
            causes[issue.code] += issue.count
        reason = Partial(printable_name(str(partial)), causes) if causes else None
        original = Original(examined.file, refined.raw.facts.sha256, secrets.token_hex(32))
        stated = Facts(
            source=_source(refined, original, examined.decisions, rows),
            content="",
            sent_by=printable_name(sent_by),
            totals=part.totals,
            issues=refined.by_code(),
            rows_left_out=left_out,
            waivers=refined.waivers,
            partial=reason,
            commitments=part.commitments,
            corrections=_corrections(examined, original),
        )
        period, seen = str(examined.period), (trials, (part.measured,))
        draft = Draft(dataset, period, staged, (part.facts,), stated, original, examined.base, *seen)
        return draft.overridden(examined.decisions.overrides)
    except BaseException:
        context.release_store.discard(staged)
        raise


def _corrections(examined: Examined, original: Original) -> Corrections | None:
    layout = examined.refined.session.source.name
    return examined.decisions.stated(examined.declared, examined.corrected, original.salt, layout)


def _source(refined: Refined, original: Original, decisions: ClerkDecisions, rows: int) -> SourceFacts:
    facts, appended = refined.raw.facts, decisions.appended
    # Where rows were left out afterwards, what adding came to is no longer what is published.
    is_whole = appended is not None and appended.before + appended.added == rows
    return SourceFacts(
        name=facts.name,
        entered=decisions.entered,
        appended=appended if is_whole else None,
        commitment=original.commitment,
        bytes=facts.bytes,
        format=facts.format,
        encoding=facts.encoding,
        sheet=None if facts.sheet is None else printable_name(facts.sheet),
        header_row=facts.header_row,
        columns={
            name: (column["letter"], printable_name(column["header"])) for name, column in refined.columns().items()
        },
        units=refined.units(),
        steps=tuple(note.summary() for note in facts.steps),
        places=refined.places(),
    )


def approved_content(slug: str, declaration: str, period: str, parts: Sequence[PartFacts], facts: Facts) -> str:
    """The digest that people approve, over the parts and everything that is approved with them."""
    statement: dict[str, Json] = {
        "dataset": slug,
        "period": period,
        "declaration": declaration,
        "source": facts.source.commitment,
        "totals": dict(facts.totals),
        "rows_left_out": facts.rows_left_out,
        "partial": facts.partial.reason if facts.partial else None,
    }
    if facts.waivers:
        statement["waivers"] = [[waived.fingerprint, waived.reason] for waived in facts.waivers]
    if facts.overrides:
        statement["overrides"] = [override.as_json() for override in facts.overrides]
    if facts.corrections is not None:
        statement["corrections"] = facts.corrections.as_json()
    return content_digest(parts, statement)
