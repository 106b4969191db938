"""A draft: the published bytes of a submission, written but visible to nobody, waiting for approvals of its digest."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ayan.core.audit.draft_trial import DraftTrial, Reconciler
from ayan.core.intake.table import printable_name
from ayan.core.ledger.commitments import BLOCKS, commit_rows
from ayan.core.ledger.salts import SALTS
from ayan.core.refine.pipeline import Progress, Refined
from ayan.core.release.balance_check import OverrideDecision, no_overrides, overrides
from ayan.core.release.correction_notes import corrections_of
from ayan.core.release.examination import Examined
from ayan.core.release.publish_context import Original, PublishContext
from ayan.core.schema.definition import Dataset
from ayan.core.schema.expression import aggregate_expression
from ayan.core.schema.issue import Issue
from ayan.core.store.manifest import Commitments, Facts, Partial, SourceFacts, content_digest
from ayan.core.store.parquet import PartFacts, columns_of, facts_of
from ayan.core.system.duckdb import confined
from ayan.core.system.files import move
from ayan.core.values import sql
from ayan.core.values.canonical import Json, sha256_file
from ayan.core.values.refusal import Refusal

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


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be published: staged parts, the facts the manifest will state, and the digest people approve.

    ``trials`` is what holding balances against it found when it was written.
    """

    dataset: Dataset
    period: str
    staged: Path
    parts: tuple[PartFacts, ...]
    facts: Facts
    original: Original
    trials: tuple[DraftTrial, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 (hex) that approvals bind to."""
        return self.facts.content

    @property
    def rows(self) -> int:
        """Rows that will be published."""
        return sum(part.rows for part in self.parts)


def write_draft(
    context: PublishContext,
    examined: Examined,
    *,
    sent_by: str,
    partial: str | None = None,
    reconciler: Reconciler | None = None,
    overrides_for: OverrideDecision = no_overrides,
    progress: Progress | None = None,
) -> Draft:
    """Write the published rows to a staging folder and compute what people will approve.

    It is held against the balances of ``reconciler``; what ``overrides_for`` says of those that fail may
    let them pass, and the draft states it.

    While an error stands this raises NotReady, unless ``partial`` gives a reason: then the rows that carry errors
    are left out and their causes stated. Faults of the whole file are never passed over.
    """
    refined, dataset = examined.refined, examined.dataset
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
        part = facts_of(staged / PART)
        if progress:
            progress("commit", None)
        commitments = commitments_of(staged, commit_rows([staged / PART], staged).root.hex(), (SALTS, BLOCKS))
        totals = control_totals(dataset, [staged / PART])
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
            source=_source(refined, original),
            content="",
            sent_by=printable_name(sent_by),
            totals=totals,
            issues=refined.by_code(),
            rows_left_out=left_out,
            waivers=refined.waivers,
            partial=reason,
            commitments=commitments,
            corrections=corrections_of(examined, original),
            overrides=tuple(
                override for override in overrides_for(trials) if any(overrides(override, each) for each in trials)
            ),
        )
        content = approved_content(dataset.slug, dataset.digest, str(examined.period), (part,), stated)
        whole = replace(stated, content=content)
        return Draft(dataset, str(examined.period), staged, (part,), whole, original, trials)
    except BaseException:
        context.release_store.discard(staged)
        raise


def _source(refined: Refined, original: Original) -> SourceFacts:
    facts = refined.raw.facts
    return SourceFacts(
        name=facts.name,
        commitment=original.commitment,
        bytes=facts.bytes,
        format=facts.format,
        encoding=facts.encoding,
        sheet=None if facts.sheet is None else printable_name(facts.sheet),
        header_row=facts.header_row,
        columns={
            name: (column["letter"], printable_name(column["header"])) for name, column in refined.columns().items()
        },
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


def commitments_of(staged: Path, rows_root: str, names: Sequence[str]) -> Commitments:
    """What a manifest says of a rows root (hex) and of the staged files that open the commitments."""
    files = {name: ((staged / name).stat().st_size, sha256_file(staged / name)) for name in names}
    return Commitments(rows_root, files)


def control_totals(dataset: Dataset, parts: Sequence[Path]) -> dict[str, str]:
    """The totals a release states, recomputed from the bytes that will be published: exact numbers as text.

    Every numeric published field is summed, and every declared control total is computed; a total whose fields are
    not published, or not in the parts, is left to the audit of the draft and is not stated.
    """
    there = {name for part in parts for name in columns_of(part)}
    public = {field.name for field in dataset.published if field.shown == "public" and field.name in there}
    sums = {
        field.name: f"sum({sql.identifier(field.name)})"
        for field in dataset.published
        if field.kind.summable and field.role in ("amount", "quantity") and field.name in public
    }
    names = {name: sql.identifier(name) for name in public}
    for total in dataset.totals:
        expression = aggregate_expression(total.sql, names)
        if expression.names <= public:
            sums[total.code] = expression.sql
    if not sums:
        return {}
    paths = ", ".join(sql.literal(str(part)) for part in parts)
    # Different values are counted in memory, and those of a large register may not fit.
    with tempfile.TemporaryDirectory(prefix="ayan-totals-") as spill, confined(paths=parts, spill=Path(spill)) as con:
        columns = ", ".join(f"CAST({expression} AS VARCHAR)" for expression in sums.values())
        row = con.execute(f"SELECT {columns} FROM read_parquet([{paths}], union_by_name = true)").fetchone()
    values = row or ()
    return {name: str(value) for name, value in zip(sums, values, strict=True) if value is not None}
