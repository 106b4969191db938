"""Money at the prices of one year: the city's price index, where a dataset is declared to be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from ayan.apps.catalog.explorer import figures
from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PriceIndexView
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """An index by Jalali year; money of other years is told at the prices of ``base``, usually the newest."""

    dataset: Dataset
    index: Mapping[str, Decimal]
    year: str = ""

    @property
    def base(self) -> str:
        """The year at whose prices money is told."""
        return self.year or max(self.index)

    def of(self, year: str) -> PriceIndex:
        """The same index, to tell money at the prices of another year; as it is for a year that it has not."""
        return replace(self, year=year) if self.index.get(year) else self

    def real(self, rial: int | None, year: str) -> int | None:
        """An amount of a year at the prices of the base year, in whole rial; None for a year without index."""
        index = self.index.get(year)
        if rial is None or not index:
            return None
        return int((Decimal(rial) * self.index[self.base] / index).quantize(Decimal(1), ROUND_HALF_UP))


def prices(city: City) -> PriceIndex | None:
    """The price index of the city; None where no dataset is one, or where none has rows yet."""
    declared = (dataset for dataset in city.registry.all() if dataset.view(PriceIndexView))
    index_dataset = next((dataset for dataset in declared if city.release_store.current(dataset.slug)), None)
    if index_dataset is None:
        return None
    try:
        standing = city.query_service.snapshot(index_dataset, Question(slug=index_dataset.slug))
        index = figures.once(
            ("prices", standing.snapshot_id, index_dataset.digest),
            lambda: _index(city.query_service, index_dataset, standing),
        )
    except Unanswered:
        return None
    return PriceIndex(index_dataset, index) if index else None


def _index(reader: QueryService, dataset: Dataset, snapshot: Snapshot) -> dict[str, Decimal]:
    view = dataset.view(PriceIndexView)
    assert view is not None  # noqa: S101 - the caller chose the dataset by it
    rows = reader.rows(dataset, Question(slug=dataset.slug, size=MAX_SIZE), snapshot).rows
    read = ((row.values.get(view.year), row.values.get(view.index)) for row in rows)
    return {str(year)[:4]: Decimal(str(index)) for year, index in read if year and index}
