"""The two sides of a comparison: which releases stood then, which of them can still be read, and which are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ayan.core.query.answer import NoSuchRelease, ReleaseWithdrawn
from ayan.core.query.changing import ChangeQuestion, Edge
from ayan.core.query.reader import moment
from ayan.core.store.erasure import Erasure
from ayan.core.store.shelf import NotOnShelf, Release, Shelf, State, state_of

# Seals are stamped in whole milliseconds, so this is just before one.
TICK: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Gone:
    """A release that stood on one side and has been withdrawn since: its rows are gone, its tombstone says this much.

    ``code`` is the reason, ``at`` when it was withdrawn, ``rows`` how many rows it had.
    """

    release: Release
    code: str
    at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared: the releases of one side that can be read, as a state, and those that cannot any more.

    ``at`` is a moment (aware) that names this state also after newer releases have come, None where nothing ever came;
    ``release`` is set instead for a release by itself.
    """

    state: State
    gone: tuple[Gone, ...] = ()
    at: datetime | None = None
    release: tuple[str, int] | None = None

    @property
    def by_period(self) -> Mapping[str, Release]:
        """The releases that can be read, by period."""
        return {one.period: one for one in self.state.releases}

    @property
    def pinned(self) -> Edge:
        """An edge that means this side whatever is sealed later; None where there was nothing yet."""
        return self.release or self.at


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a comparison."""

    before: Side
    after: Side

    @property
    def gone(self) -> tuple[Gone, ...]:
        """The releases that are gone from one side only, by period; one that is gone from both made no difference."""
        found = {one.release.place: one for one in (*self.before.gone, *self.after.gone)}
        both = {one.release.place for one in self.before.gone} & {one.release.place for one in self.after.gone}
        return tuple(found[place] for place in sorted(found.keys() - both))

    @property
    def compared(self) -> tuple[str, ...]:
        """The periods that can be compared, sorted: those of either side that lost no release."""
        lost = {one.release.period for one in self.gone}
        return tuple(sorted({*self.before.by_period, *self.after.by_period} - lost))

    @property
    def differing(self) -> tuple[str, ...]:
        """The periods whose release is another one, or there on one side only; in all others nothing changed."""
        before, after = self.before.by_period, self.after.by_period
        return tuple(one for one in self.compared if before.get(one) != after.get(one))

    @property
    def erased(self) -> tuple[tuple[Release, Erasure], ...]:
        """What was erased from the releases that are compared, by release: such rows are not there, nor said to be."""
        found = {one.place: one for side in (self.before, self.after) for one in side.state.releases}
        periods = set(self.differing)
        return tuple((found[at], one) for at in sorted(found) if at.period in periods for one in found[at].erasures)


def sides(shelf: Shelf, question: ChangeQuestion) -> Sides:
    """What the question compares. Raises NoSuchRelease or ReleaseWithdrawn where it names such a release."""
    if isinstance(question.end, tuple):
        after = _alone(shelf, question.slug, question.end)
        if question.start is None:
            return Sides(_preceding(shelf, after.state.releases[0]), after)
        return Sides(_narrowed(shelf, question.slug, question.start, question.end[0]), after)
    if isinstance(question.start, tuple):
        before = _alone(shelf, question.slug, question.start)
        return Sides(before, _narrowed(shelf, question.slug, question.end, question.start[0]))
    after = _known(shelf, question.slug, question.end)
    if question.start is not None:
        return Sides(_known(shelf, question.slug, question.start), after)
    newest = max((one.sealed_at for one in _standing(after)), default=None)
    if newest is None:
        return Sides(after, after)
    return Sides(_known(shelf, question.slug, newest - TICK), after)


def _standing(side: Side) -> list[Release]:
    return [*side.state.releases, *(one.release for one in side.gone)]


def _known(shelf: Shelf, slug: str, edge: date | datetime | None) -> Side:
    """What was known at a moment, the present for None."""
    return _side(shelf, shelf.releases(slug), slug, None if edge is None else moment(edge))


def _narrowed(shelf: Shelf, slug: str, edge: Edge, period: str) -> Side:
    """One period of what was known at a moment."""
    if isinstance(edge, tuple):
        return _alone(shelf, slug, edge)
    found = [one for one in shelf.releases(slug) if one.period == period]
    return _side(shelf, found, slug, None if edge is None else moment(edge))


def _side(shelf: Shelf, releases: Sequence[Release], slug: str, at: datetime | None) -> Side:
    """The state that these releases made at a moment: of each period the highest number, unless withdrawn by then."""
    tombstones = {one.place: shelf.tombstone(one) for one in releases if one.withdrawn}
    if at is None:
        # The last that happened names the present for good.
        moments = [*(one.sealed_at for one in releases), *(one.at for one in tombstones.values())]
        at = max(moments, default=None)
    highest: dict[str, Release] = {}
    for one in releases:
        known = highest.get(one.period)
        if at is not None and one.sealed_at <= at and (known is None or one.number > known.number):
            highest[one.period] = one
    gone = [
        Gone(one, tombstone.code, tombstone.at, tombstone.rows)
        for one in highest.values()
        if (tombstone := tombstones.get(one.place)) and at is not None and tombstone.at > at
    ]
    return Side(state_of(slug, highest.values()), tuple(gone), at)


def _alone(shelf: Shelf, slug: str, name: tuple[str, int]) -> Side:
    try:
        release = shelf.release(slug, *name)
    except (NotOnShelf, ValueError):
        raise NoSuchRelease from None
    if release.withdrawn:
        raise ReleaseWithdrawn(shelf.tombstone(release).code)
    return Side(state_of(slug, [release]), release=name)


def _preceding(shelf: Shelf, end: Release) -> Side:
    """What its period held before a release; nothing where it is the first."""
    earlier = [one for one in shelf.releases(end.slug) if one.period == end.period and one.number < end.number]
    return _side(shelf, earlier, end.slug, end.sealed_at - TICK)
