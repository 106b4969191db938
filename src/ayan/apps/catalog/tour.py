"""The tour: one real question of this city, followed from the largest amount down to its cell."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.apps.catalog import explorer, provenance, records, result_options, selectors
from ayan.apps.catalog.explorer_state import ExplorerState
from ayan.apps.catalog.selectors import PublishedRelease
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.grouping import GroupKey
from ayan.core.query.question import Question, Sort
from ayan.core.query.statistics import amounts_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class TourStop:
    """What the tour looks at: a dataset, its amount, the row with the largest one, its cell, how to compare it."""

    dataset: Dataset
    amount: Field
    row: Row
    title: str
    key: str
    source: PublishedRelease
    cell: str
    by: GroupKey | None
    by_label: str
    largest: ExplorerState
    grouped: ExplorerState | None


def stop(city: City, path_of: str, lang: Lang) -> TourStop | None:
    """The first dataset with amounts that has rows; None in a city that has none yet. ``path_of`` holds ``{slug}``."""
    for dataset in city.registry.all():
        amount = next(iter(amounts_of(dataset)), None)
        if (
            amount is None
            or not city.release_store.snapshot(dataset.slug).rows
            or explorer.title_field(dataset) is None
        ):
            continue
        try:
            answer = city.query_service.rows(dataset, Question(slug=dataset.slug, sort=Sort(amount.name, True), size=1))
        except Unanswered:
            continue
        return _stop(city, dataset, amount, answer.rows[0], path_of.format(slug=dataset.slug), lang)
    return None


def _stop(city: City, dataset: Dataset, amount: Field, row: Row, path: str, lang: Lang) -> TourStop:
    source = selectors.one_release(city, dataset, row.period, row.release)
    letter = source.facts.get("source", {}).get("columns", {}).get(amount.name, {}).get("letter", "")
    by = next((grouping for grouping in result_options.groupings(dataset) if grouping.part is None), None)
    bare = ExplorerState.bare(dataset, path, lang)
    return TourStop(
        dataset,
        amount,
        row,
        records.title(dataset, row, lang),
        keys.key_of(dataset, row),
        source,
        f"{letter}{row.number}" if letter and not provenance.mended(source, amount.name, row.number) else "",
        by,
        result_options.by_label(dataset, by, lang) if by else "",
        bare.but(sort=Sort(amount.name, True)),
        bare.but(by=by) if by else None,
    )
