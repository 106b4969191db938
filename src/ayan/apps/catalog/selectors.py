"""What the pages read: the catalogue, the newest releases, one record with its way back to the cell it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ayan.apps.catalog.limits import RELEASES_A_PAGE
from ayan.apps.catalog.releases import correction_notes
from ayan.apps.catalog.releases.correction_notes import CorrectionNote
from ayan.apps.catalog.releases.erasure_notes import ErasureNote, of_release
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.question import Question, Sort
from ayan.core.query.sum_parts import amount_field
from ayan.core.schedule.freshness import Freshness, freshness
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.objects import NotInStore
from ayan.core.store.release import Release
from ayan.core.store.sealed_labels import LabelChange, as_sealed, label_changes
from ayan.core.store.tombstone import Tombstone
from ayan.core.transparency.log_writer import Words
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring.city import City

OTHER: Final = Label("دیگر", "Other")


@dataclass(frozen=True, slots=True)
class Listed:
    """One dataset as the catalogue lists it."""

    dataset: Dataset
    rows: int
    freshness: Freshness

    @property
    def updated(self) -> date | None:
        """The Tehran day of its newest standing release."""
        return self.freshness.updated


@dataclass(frozen=True, slots=True)
class TopicDatasets:
    """Datasets under one topic; ``code`` names it in addresses."""

    code: str
    topic: Label
    datasets: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole catalogue in numbers."""

    datasets: int
    rows: int
    late: int
    none: int


@dataclass(frozen=True, slots=True)
class PublishedRelease:
    """One release with the dataset it belongs to, and its tombstone where it was withdrawn.

    ``words`` are those of the reason for it, while the city keeps them; ``erasures`` of its rows are the oldest first;
    ``correction`` is why it took the place of an earlier release, None where it took none.
    """

    dataset: Dataset
    release: Release
    tombstone: Tombstone | None = None
    current: bool = False
    words: Words | None = None
    erasures: Sequence[ErasureNote] = ()
    correction: CorrectionNote | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest says of the release beyond the Data Package's own words."""
        own_facts: dict[str, Any] = self.release.manifest["ayan"]
        return own_facts

    @property
    def erased_rows(self) -> int:
        """How many rows were erased from it."""
        return sum(erasure.count for erasure in self.release.erasures)


def listed(city: City, dataset: Dataset) -> Listed:
    """A dataset with what its present state says."""
    rows = city.release_store.snapshot(dataset.slug).rows
    return Listed(dataset, rows, freshness(dataset, city.release_store, today(city.clock), city.opens(dataset.slug)))


def catalogue(city: City) -> list[TopicDatasets]:
    """Every declared dataset under its topic; topics in their declared order, unknown ones together at the end."""
    under: dict[str, list[Listed]] = {topic: [] for topic in city.topics}
    for dataset in city.registry.all():
        under.setdefault(dataset.topic if dataset.topic in city.topics else "", []).append(listed(city, dataset))
    return [
        TopicDatasets(f"topic-{topic or 'other'}", city.topics.get(topic, OTHER), tuple(datasets))
        for topic, datasets in under.items()
        if datasets
    ]


def totals(topics: list[TopicDatasets]) -> Totals:
    """How many datasets and rows there are, and how many datasets are late or have not come."""
    every = [dataset for group in topics for dataset in group.datasets]
    return Totals(
        len(every),
        sum(dataset.rows for dataset in every),
        sum(dataset.freshness.state == "late" for dataset in every),
        sum(dataset.freshness.state == "none" for dataset in every),
    )


def dark(city: City, topics: list[TopicDatasets]) -> list[Label]:
    """The topics that no dataset stands under yet."""
    lit = {group.code for group in topics}
    return [label for topic, label in city.topics.items() if f"topic-{topic}" not in lit]


def leading(city: City) -> list[Dataset]:
    """The datasets with rows as a newcomer meets them: those of money first, and those that most others lead to."""
    every = city.registry.all()
    led = Counter(
        slug
        for dataset in every
        for slug in {field.ref.dataset for field in dataset.fields if field.ref is not None} - {dataset.slug}
    )
    there = (dataset for dataset in every if city.release_store.snapshot(dataset.slug).rows)
    return sorted(there, key=lambda dataset: (amount_field(dataset) is None, -led[dataset.slug], dataset.slug))


def largest(city: City, dataset: Dataset) -> Row | None:
    """The row of the largest amount, of a dataset without amounts its first; None where it cannot be asked."""
    amount = amount_field(dataset)
    sort = Sort(amount.name, descending=True) if amount else None
    try:
        rows = city.query_service.rows(dataset, Question(slug=dataset.slug, sort=sort, size=1)).rows
    except Unanswered:
        return None
    return rows[0] if rows else None


def history(city: City, dataset: Dataset) -> list[PublishedRelease]:
    """Every release of a dataset, newest first."""
    current = set(city.release_store.current(dataset.slug).values())
    return [
        _published(city, dataset, release, release in current)
        for release in reversed(city.release_store.releases(dataset.slug))
    ]


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """A page of a dataset's releases, newest first, of ``total``; ``older`` names the last where more follow."""

    releases: tuple[PublishedRelease, ...]
    total: int
    older: str = ""


def release_page(city: City, dataset: Dataset, before: str = "") -> ReleasePage:
    """The newest releases, or those that follow the one named ``before`` (``period/number``); NotInStore for none."""
    history = city.release_store.releases(dataset.slug)[::-1]
    names = [f"{release.period}/{release.number}" for release in history]
    if before and before not in names:
        raise NotInStore(before)
    start = names.index(before) + 1 if before else 0
    end = start + RELEASES_A_PAGE
    current = set(city.release_store.current(dataset.slug).values())
    shown = tuple(_published(city, dataset, release, release in current) for release in history[start:end])
    return ReleasePage(shown, len(history), names[end - 1] if end < len(history) else "")


def release_pages(city: City, dataset: Dataset) -> Iterator[str]:
    """The releases before which a page of the list begins, the first page excepted."""
    history = city.release_store.releases(dataset.slug)[::-1]
    for end in range(RELEASES_A_PAGE, len(history), RELEASES_A_PAGE):
        yield f"{history[end - 1].period}/{history[end - 1].number}"


def one_release(city: City, dataset: Dataset, period: str, number: int) -> PublishedRelease:
    """One release, its dataset in the words that were sealed with it; NotInStore when there is none."""
    try:
        release = city.release_store.release(dataset.slug, period, number)
    except ValueError:
        raise NotInStore(period) from None
    return _published(
        city,
        as_sealed(dataset, release.manifest),
        release,
        release == city.release_store.current(dataset.slug).get(release.period),
    )


def reworded(city: City, dataset: Dataset) -> tuple[LabelChange, ...]:
    """Where today's declaration words a dataset otherwise than what is published of it."""
    try:
        return label_changes(dataset, city.registry.declared(dataset.slug))
    except (KeyError, DeclarationError):
        return ()


def _published(city: City, dataset: Dataset, release: Release, current: bool) -> PublishedRelease:
    tombstone = city.release_store.tombstone(release) if release.withdrawn else None
    words = city.reasons.words(tombstone.reason_digest) if tombstone else None
    erasures, correction = of_release(city, release), correction_notes.of_release(city, release)
    return PublishedRelease(dataset, release, tombstone, current, words, erasures, correction)
