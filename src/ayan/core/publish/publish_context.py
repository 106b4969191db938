"""Where publishing happens: the store, the index files, the private files and the log of one city."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ayan.core.audit.outcomes import forget
from ayan.core.custody.private_store import PrivateStore
from ayan.core.index.index_store import IndexStore
from ayan.core.publish.limits import MOST_PERIODS, MOST_YEARS, NEAR_PERIODS
from ayan.core.refine.unit_jumps import EarlierRows
from ayan.core.schema.definition import Dataset
from ayan.core.store.release_store import ReleaseStore
from ayan.core.transparency.log_writer import Reasons, TransparencyLog
from ayan.core.values.clock import Clock
from ayan.core.values.label import Label
from ayan.core.values.period import Period, is_about, parse
from ayan.core.values.place import Bbox


@dataclass(frozen=True, slots=True)
class DraftBase:
    """The newest release of a period when work on a draft began: what it is a correction of, and was compared with."""

    number: int
    digest: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class PublishContext:
    """The rooms of a city that preparing and sealing a release needs.

    ``reasons`` keeps why something went, in words. ``transparency_log`` opens the log of public acts; it needs the
    city's key, so only who seals, withdraws or erases asks for it. ``extent`` is the box in degrees that the
    city lies in, None where nobody says. ``outcomes`` is the folder of what was worked out of balances, where it is not
    the one of the index files.
    """

    release_store: ReleaseStore
    index_store: IndexStore
    private_store: PrivateStore
    clock: Clock
    reasons: Reasons
    transparency_log: Callable[[], TransparencyLog]
    extent: Bbox | None = None
    outcomes: Path | None = None

    def forget_outcomes(self) -> None:
        """Remove what was worked out of balances and flags: what is withdrawn or erased may stand in it."""
        forget(self.index_store.root)
        if self.outcomes is not None:
            forget(self.outcomes)

    def base_of(self, slug: str, period: str) -> DraftBase | None:
        """The newest release of a period as it stands now; None while it has none."""
        standing = self.release_store.releases_of(slug, [period])
        newest = max(standing, key=lambda release: release.number, default=None)
        return DraftBase(newest.number, newest.digest, newest.withdrawn) if newest else None

    def earlier_rows(self, dataset: Dataset, period: Period) -> list[EarlierRows]:
        """What amounts of a period are compared with: its earlier release, the period before, else the one after, and
        those nearest to it.

        Nothing for a dataset without public amounts.
        """
        if not any(field.kind.is_money and field.shown == "public" for field in dataset.fields):
            return []
        standing = dict(self.release_store.current(dataset.slug))
        earlier: list[EarlierRows] = []
        if (own := standing.pop(str(period), None)) is not None:
            label = Label("انتشار پیشین همین دوره", "the earlier release of this period")
            earlier.append(EarlierRows(label, [own.parts()], same=True))
        # Years ago money was worth a tenth: only what is near says anything.
        others = {parse(text): release for text, release in standing.items() if is_about(text, period, MOST_YEARS)}
        near = sorted(
            (other for other in others if abs(other.start - period.start) <= NEAR_PERIODS),
            key=lambda other: (abs(other.start - period.start), other),
        )
        nearest = near[0] if near else None
        before = max((other for other in near if other.start < period.start), default=nearest)
        if before is not None:
            label = Label("دورهٔ {period}", "the period {period}").filled(lambda lang: {"period": before.label(lang)})
            earlier.append(EarlierRows(label, [others[before].parts()]))
        if len(near) > 1:
            label = Label("میانهٔ دوره‌های نزدیک", "the median of the periods near it")
            earlier.append(EarlierRows(label, [others[other].parts() for other in near[:MOST_PERIODS]]))
        return earlier

    def targets(self, dataset: Dataset) -> dict[tuple[str, str], list[Path]]:
        """For every field that ``dataset`` points to, the Parquet parts of what is published there now."""
        wanted = {(field.ref.dataset, field.ref.field) for field in dataset.fields if field.ref is not None}
        return {
            (slug, field): [part for release in self.release_store.snapshot(slug).releases for part in release.parts()]
            for slug, field in sorted(wanted)
        }
