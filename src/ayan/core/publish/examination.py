"""Examining a submission: read, refine and check a file as one dataset and period, writing nothing public."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ayan.core.intake.table import IntakeLimits, RawTable
from ayan.core.intake.table_reader import read_table
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.publish_context import DraftBase, PublishContext
from ayan.core.refine import row_ranges
from ayan.core.refine.apply_corrections import CorrectedTable, apply_corrections
from ayan.core.refine.column_mapping import CHOSEN, BadChoice, laid_over
from ayan.core.refine.corrections import Correction, accepted_rows, left_out
from ayan.core.refine.date_orders import check_orders, in_orders
from ayan.core.refine.header_matching import known_headers
from ayan.core.refine.money_units import check_units, in_units
from ayan.core.refine.pipeline import Refined, read_besides, refine
from ayan.core.refine.privacy_guard import HIDDEN
from ayan.core.refine.refine_session import ResourceLimits, opened
from ayan.core.schema.definition import Dataset, Periodicity
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.schema.layouts import read_as
from ayan.core.system.progress import Progress
from ayan.core.values import period as periods
from ayan.core.values.clock import Clock, today
from ayan.core.values.period import NotAPeriod, Period

EXAMPLES: Final[Mapping[Periodicity, str]] = {
    "day": "1403-05-12",
    "month": "1403-05",
    "quarter": "1403-Q2",
    "year": "1403",
    "none": "all",
}
NOTHING_DECIDED: Final = ClerkDecisions()


@dataclass(frozen=True, slots=True)
class Examined:
    """A submission after the engine's look: what it is, what was decided about it, the refined rows with every issue.

    ``base`` is what stood of its period before the file was read, ``corrected`` what the decisions over cells came to,
    None where nobody was asked for any. ``before`` is the dataset as declared, where a person named other units.
    """

    dataset: Dataset
    period: Period
    file: Path
    folder: Path
    decisions: ClerkDecisions
    refined: Refined
    base: DraftBase | None
    corrected: CorrectedTable | None = None
    before: Dataset | None = None

    @property
    def declared(self) -> Dataset:
        """The dataset as its declaration has it."""
        return self.before or self.dataset

    @property
    def left_out(self) -> int:
        """Rows that somebody decided to leave out."""
        return sum(self.corrected.left_out.values()) if self.corrected else 0

    def as_json(self) -> dict[str, object]:
        """The report in the shape of ``ayan check --format json``."""
        facts, counts = self.refined.raw.facts, self.refined.counts
        return {
            "dataset": self.dataset.slug,
            "period": str(self.period),
            "file": facts.name,
            "format": facts.format,
            "encoding": facts.encoding,
            "sheet": facts.sheet,
            "rows_read": counts.read,
            "rows_good": counts.good,
            "totals_rows": counts.totals,
            "empty_rows": counts.empty,
            **({"steps": [note.summary() for note in facts.steps]} if facts.steps else {}),
            "issues": [issue.as_json() for issue in self.refined.issues],
        }


def _judge_withheld(context: PublishContext, dataset: Dataset) -> None:
    """Refuse a file of what is kept from the public as a whole: what is not taken cannot leak."""
    if dataset.withheld and dataset.withheld.stands(today(context.clock)):
        raise CannotRead(Issue(code="dataset-withheld"))


def resolve_period(dataset: Dataset, text: str | None) -> Period:
    """The period a submission speaks for; CannotRead when it is missing or of another kind than the dataset's."""
    example = EXAMPLES[dataset.period]
    if text is None:
        if dataset.period == "none":
            return periods.ALL
        raise CannotRead(Issue(code="period-needed", params={"example": example}))
    try:
        period = periods.parse(text)
    except NotAPeriod:
        period = None
    if period is None or period.kind != dataset.period:
        raise CannotRead(Issue(code="period-wrong", params={"period": text[:40], "example": example}))
    return period


def taking(dataset: Dataset, period: Period, clock: Clock) -> Dataset:
    """The dataset as rows of a period are held against it: without codes that were retired before it begins.

    Rows that have no period are held against it as of the clock's day.
    """
    return dataset.taking(period.start if period.kind != "none" else today(clock))


def _meant(decisions: ClerkDecisions) -> set[tuple[str, str | None]]:
    """The hidden rows, columns and sheets that somebody looked at and sends as they are, by code and field."""
    return {(fix.code, fix.field) for fix in decisions.fixes if fix.kind == "accept" and fix.code in HIDDEN}


def _hidden_left_out(raw: RawTable, reason: str) -> Iterator[Correction]:
    """The decision that leaves out the hidden rows that the file says it has."""
    runs = [issue.params["rows"] for issue in raw.issues if issue.code == "rows-hidden" and issue.params.get("rows")]
    rows = [number for text in runs for first, last in row_ranges.read(str(text)) for number in range(first, last + 1)]
    if rows:
        yield left_out(rows, reason)


@contextmanager
def examine(
    context: PublishContext,
    dataset: Dataset,
    file: Path,
    decisions: ClerkDecisions = NOTHING_DECIDED,
    *,
    source: str = "default",
    sheet: str | None = None,
    limits: IntakeLimits | None = None,
    resource_limits: ResourceLimits | None = None,
    leave_hidden: str | None = None,
    progress: Progress | None = None,
) -> Iterator[Examined]:
    """Read and check ``file`` as the declared layout ``source`` has it.

    ``leave_hidden`` is why its hidden rows are left out, None where they are not.
    The result holds a database in memory and lasts as long as the ``with`` block.
    Raises CannotRead when the file, the period or the layout cannot be used at all, BadUnit and BadOrder for what the
    decisions say of a column and cannot be.
    """
    _judge_withheld(context, dataset)
    when = resolve_period(dataset, decisions.period)
    base = context.base_of(dataset.slug, str(when))
    dataset = taking(dataset, when, context.clock)
    if source not in dataset.sources:
        names = sorted(dataset.sources)
        raise CannotRead(Issue(code="source-unknown", params={"source": source[:40], "sources": names}))
    check_units(dataset, ((name, stated.unit) for name, stated in decisions.units.items()))
    check_orders(dataset, decisions.date_orders.items())
    declared, dataset = dataset, in_units(dataset, source, decisions.units)
    dataset = in_orders(dataset, source, decisions.date_orders)
    layout, fields, _ = read_as(dataset, source)
    with context.private_store.scratch_folder() as folder:
        raw = read_table(
            file,
            source=layout,
            known=known_headers(fields),
            sheet=sheet,
            workdir=folder,
            limits=limits or IntakeLimits(),
            progress=progress,
        )
        leaving = tuple(_hidden_left_out(raw, leave_hidden)) if leave_hidden else ()
        decisions = replace(decisions, fixes=(*decisions.fixes, *leaving))
        corrected = apply_corrections(raw, leaving, {}, folder) if leaving else None
        refined = refine(
            corrected.raw if corrected else raw,
            dataset,
            workdir=folder,
            source=source,
            period=when if when.kind != "none" else None,
            refs=context.targets(dataset),
            waivers=decisions.waivers,
            units=decisions.units,
            accepted=decisions.accepted,
            nods=decisions.nods,
            earlier=context.earlier_rows(dataset, when),
            meant=_meant(decisions),
            limits=resource_limits,
            progress=progress,
            extent=context.extent,
        )
        try:
            yield Examined(dataset, when, file, folder, decisions, refined, base, corrected, before=declared)
        finally:
            refined.close()


@contextmanager
def examine_stored(
    context: PublishContext,
    dataset: Dataset,
    file: Path,
    raw: RawTable,
    decisions: ClerkDecisions,
    *,
    limits: ResourceLimits | None = None,
    progress: Progress | None = None,
) -> Iterator[Examined]:
    """Check a file that was read before, its columns as somebody chose them and with the decisions carried out.

    The result is as that of `examine`. Raises CannotRead for the period and BadChoice for the columns, also where
    nobody has chosen any.
    """
    if decisions.choice is None:
        raise BadChoice
    _judge_withheld(context, dataset)
    when = resolve_period(dataset, decisions.period)
    base = context.base_of(dataset.slug, str(when))
    dataset = taking(dataset, when, context.clock)
    choice = decisions.choice
    choice.check(dataset, raw)
    chosen = laid_over(dataset, choice, len(raw.columns))
    targets, earlier = context.targets(dataset), context.earlier_rows(dataset, when)
    with context.private_store.scratch_folder() as folder, ExitStack() as failed:
        # One connection for both: to open one takes as long as what most files are asked.
        con = opened([*raw.files, *read_besides(targets, earlier)], folder, limits)
        failed.callback(con.close)
        corrected = apply_corrections(raw, decisions.fixes, choice.columns(raw), folder, con)
        refined = refine(
            corrected.raw,
            chosen,
            workdir=folder,
            source=CHOSEN,
            period=when if when.kind != "none" else None,
            refs=targets,
            waivers=decisions.waivers,
            units=choice.units,
            earlier=earlier,
            accepted=accepted_rows(decisions.fixes),
            nods=decisions.nods,
            meant=_meant(decisions),
            limits=limits,
            progress=progress,
            con=con,
            extent=context.extent,
        )
        try:
            yield Examined(dataset, when, file, folder, decisions, refined, base, corrected)
        finally:
            refined.close()
