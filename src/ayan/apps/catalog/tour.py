"""The tour: one real question of this city, followed from the largest amount down to its cell."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.apps.catalog import choosing, explorer, provenance, records, selectors
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.selectors import Published
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.grouping import By
from ayan.core.query.question import Question, Sort
from ayan.core.query.statistics import amounts_of
from ayan.core.schema.definition import Dataset, Field
from ayan.core.values.locale import Lang
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class Stop:
    """What the tour looks at: a dataset, its amount, the row with the largest one, its cell, how to compare it."""

    dataset: Dataset
    amount: Field
    row: Row
    title: str
    key: str
    source: Published
    cell: str
    by: By | None
    by_label: str
    largest: Ask
    grouped: Ask | None


def stop(city: City, path_of: str, lang: Lang) -> Stop | None:
    """The first dataset with amounts that has rows; None in a city that has none yet. ``path_of`` holds ``{slug}``."""
    for dataset in city.registry.all():
        amount = next(iter(amounts_of(dataset)), None)
        if amount is None or not city.shelf.state(dataset.slug).rows or explorer.title_field(dataset) is None:
            continue
        try:
            found = city.reader.rows(dataset, Question(slug=dataset.slug, sort=Sort(amount.name, True), size=1))
        except Unanswered:
            continue
        return _stop(city, dataset, amount, found.rows[0], path_of.format(slug=dataset.slug), lang)
    return None


def _stop(city: City, dataset: Dataset, amount: Field, row: Row, path: str, lang: Lang) -> Stop:
    source = selectors.one_release(city, dataset, row.period, row.release)
    letter = source.facts.get("source", {}).get("columns", {}).get(amount.name, {}).get("letter", "")
    by = next((one for one in choosing.groupings(dataset) if one.part is None), None)
    bare = Ask.bare(dataset, path, lang)
    return Stop(
        dataset,
        amount,
        row,
        records.title(dataset, row, lang),
        keys.key_of(dataset, row),
        source,
        f"{letter}{row.number}" if letter and not provenance.mended(source, amount.name, row.number) else "",
        by,
        choosing.by_label(dataset, by, lang) if by else "",
        bare.but(sort=Sort(amount.name, True)),
        bare.but(by=by) if by else None,
    )
