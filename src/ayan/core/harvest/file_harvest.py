"""Taking a table that was never sealed by anybody: the ordinary road from a file to a release, on another city's store.

The file is read, refined, checked and guarded as a clerk's would be, by the declaration here; while an error stands
nothing of it is taken. What the file holds beyond the declared columns goes with the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ayan.core.harvest import ckan
from ayan.core.harvest.cities import Origin, OtherCity
from ayan.core.harvest.ckan import MappedTable, Resource, TakenFile
from ayan.core.harvest.portal import CarefulPortal, HarvestOutcome, NotHarvested
from ayan.core.intake.table import RawColumn
from ayan.core.intake.table_reader import read_table
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import Draft, NotReady, write_draft
from ayan.core.publish.examination import Examined, examine_stored, resolve_period
from ayan.core.publish.publish_context import PublishContext
from ayan.core.refine.column_mapping import BadChoice, ColumnChoice, propose
from ayan.core.refine.header_matching import header_key, known_headers
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.layouts import read_as
from ayan.core.store.manifest import build
from ayan.core.store.release import Release
from ayan.core.system.progress import Progress


@dataclass(frozen=True)
class _Coming:
    """One table on its way."""

    other: OtherCity
    context: PublishContext
    dataset: Dataset
    table: MappedTable
    resource: Resource
    came: TakenFile


def harvest_files(
    other: OtherCity,
    portal: CarefulPortal,
    tables: Iterable[tuple[MappedTable, Dataset]],
    context: PublishContext,
    tell: Progress | None = None,
) -> list[HarvestOutcome]:
    """Take each table through the check, and make a release of those in which nothing is wrong; one outcome for each.

    ``context`` is the city's own publish context, of which the scratch folders are used. Raises FetchOutcome when the
    portal cannot be reached at all.
    """
    away = replace(context, release_store=other.release_store)
    outcomes = []
    with other.alone():
        for table, dataset in tables:
            try:
                outcomes.append(_table(other, portal, table, dataset, away, tell))
            except NotHarvested as refusal:
                outcomes.append(HarvestOutcome(dataset.slug, refused=refusal, issues=refusal.issues))
        if any(not outcome.refused for outcome in outcomes):
            other.keep(harvested_at=context.clock.now())
    return outcomes


def _table(
    other: OtherCity,
    portal: CarefulPortal,
    table: MappedTable,
    dataset: Dataset,
    context: PublishContext,
    tell: Progress | None,
) -> HarvestOutcome:
    resource = ckan.find(portal, table)
    came = ckan.take(portal, table, resource, portal.folder)
    try:
        coming = _Coming(other, context, dataset, table, resource, came)
        period = str(resolve_period(dataset, table.period))
        if _same(coming, period) is not None:
            return HarvestOutcome(dataset.slug)
        with _examined(coming, tell) as examined:
            return _sealed(coming, examined, tell)
    except CannotRead as refusal:
        raise NotHarvested("unread").worded(refusal) from None
    except BadChoice as refusal:
        raise NotHarvested("columns").worded(refusal) from None
    finally:
        came.path.unlink(missing_ok=True)


def _same(coming: _Coming, period: str) -> Release | None:
    """The local release that was made of the very same file, read in the same way; None where there is none."""
    known = coming.other.release_store.current(coming.dataset.slug).get(period)
    origin = coming.other.origin(known.address) if known is not None else None
    if known is None or origin is None:
        return None
    now = (coming.came.digest, coming.table.digest, coming.dataset.digest)
    return known if (origin.digest, origin.mapping, origin.declaration) == now else None


@contextmanager
def _examined(coming: _Coming, tell: Progress | None) -> Iterator[Examined]:
    """The file as refined by the declaration, its columns as mapped."""
    table, dataset = coming.table, coming.dataset
    if table.layout not in dataset.sources:
        raise NotHarvested("layout", "چیدمانی به نام {layout} نیست.", "There is no layout {layout}.").format(
            layout=table.layout[:40]
        )
    layout, fields, _ = read_as(dataset, table.layout)
    known = known_headers(fields) | {header_key(header) for header in table.columns}
    with coming.context.private_store.scratch_folder() as folder:
        raw = read_table(coming.came.path, source=layout, known=known, sheet=table.sheet, workdir=folder, progress=tell)
        choice = _choice(propose(raw, dataset, source=table.layout, sheet=table.sheet).choice(), table, raw.columns)
        with examine_stored(
            coming.context, dataset, coming.came.path, raw, ClerkDecisions(table.period, choice), progress=tell
        ) as examined:
            yield examined


def _choice(proposed: ColumnChoice, table: MappedTable, columns: Sequence[RawColumn]) -> ColumnChoice:
    """The columns as they match by themselves, and over these what is mapped."""
    by_header = {header_key(column.header): column.index for column in columns}
    fields = dict(proposed.fields)
    for header, name in table.columns.items():
        index = by_header.get(header_key(header))
        if index is None:
            raise BadChoice("ستونی به نام «{header}» در پرونده نیست.", "The file has no column “{header}”.").format(
                header=header[:80]
            )
        fields = {field_name: None if assigned == index else assigned for field_name, assigned in fields.items()} | {
            name: index
        }
    return replace(proposed, fields=fields | dict(table.values))


def _sealed(coming: _Coming, examined: Examined, tell: Progress | None) -> HarvestOutcome:
    """Make the next release of what was examined, unless an error stands."""
    dataset, issues = coming.dataset, examined.refined.issues
    try:
        draft = write_draft(coming.context, examined, sent_by=coming.resource.page, progress=tell)
    except NotReady as refusal:
        count = sum(issue.count for issue in refusal.issues)
        raise NotHarvested(
            "errors",
            "{count} جا با اعلان این داده سازگار نیست و چیزی برداشته نشد.",
            "{count} places do not fit the dataset's declaration, and nothing was taken.",
            issues=issues,
        ).format(count=count) from None
    store = coming.other.release_store
    try:
        manifest = build(dataset, draft.period, draft.parts, table_schema(dataset.published), draft.facts)
        manifest |= {"licenses": [{"name": coming.resource.licence}] if coming.resource.licence else []}
        manifest |= {"sources": [{"title": coming.resource.title, "path": coming.came.address}]}
        manifest |= {"contributors": [{"title": coming.other.about.title.fa, "roles": ["publisher"]}]}
        origin = replace(_origin(coming, draft), lacking=_empty(examined, dataset))
        with store.sealing(draft.staged, manifest, dataset.slug, draft.period, draft.measured) as sealed:
            coming.other.keep_origin(sealed.release.address, origin)
    except BaseException:
        if draft.staged.exists():
            store.discard(draft.staged)
        raise
    return HarvestOutcome(dataset.slug, came=(f"{sealed.release.period}/{sealed.release.number}",), issues=issues)


def _origin(coming: _Coming, draft: Draft) -> Origin:
    return Origin(
        kind="ckan",
        address=coming.came.address,
        page=coming.resource.page,
        fetched_at=coming.context.clock.now(),
        digest=coming.came.digest,
        declaration=coming.dataset.digest,
        licence=coming.resource.licence,
        title=coming.resource.title,
        changed=coming.resource.changed,
        mapping=coming.table.digest,
        issues=dict(draft.facts.issues),
    )


def _empty(examined: Examined, dataset: Dataset) -> tuple[str, ...]:
    """The published columns that nothing in the file was read into."""
    choice = examined.decisions.choice
    places = choice.fields if choice else {}
    return tuple(field.name for field in dataset.published if places.get(field.name) is None)
