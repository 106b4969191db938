"""Questions about change: which two states of a dataset are compared, and how much of the answer is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args
from urllib.parse import quote

from ayan.core.query import values
from ayan.core.query.answer import NoSuchRelease, ReleaseWithdrawn
from ayan.core.query.limits import DEFAULT_SIZE
from ayan.core.query.problem import BadQuestion, QuestionProblem, problem
from ayan.core.query.query_service import moment
from ayan.core.query.question import ShownCalendar
from ayan.core.query.question_parser import Parameters
from ayan.core.store.objects import NotInStore
from ayan.core.store.release import DatasetSnapshot, Release, snapshot_of
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import Erasure
from ayan.core.values.asked_value import BadValue
from ayan.core.values.locale import Lang, codes

ChangeSort = Literal["changed", "added", "removed"]
# A day (its end in Tehran), an instant, a release by period and number, or None for the usual.
Edge = date | datetime | tuple[str, int] | None

WHATS: Final[tuple[ChangeSort, ...]] = get_args(ChangeSort)
CHANGE_SHAPING: Final = ("from", "to", "change", "_size", "_next", "_calendar", "_lang")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQuestion:
    """What differs in one dataset between ``start`` and ``end``.

    A moment stands for the state known at it; a release for itself alone, and then only its period is compared.
    Without ``end``: the present, or the current release of the period of ``start``. Without ``start``: the state before
    the newest release of the other side, or before the release ``end`` in its period. ``what`` asks for one kind of
    change only; counts and totals are of all of them. ``size`` is None where the reader gave none.
    """

    slug: str
    start: Edge = None
    end: Edge = None
    what: ChangeSort | None = None
    size: int | None = None
    cursor: str | None = None
    calendar: ShownCalendar = "gregorian"
    lang: Lang | None = None

    @property
    def limit(self) -> int:
        """How many changes a page of the answer holds at most."""
        return self.size or DEFAULT_SIZE

    def parameters(self) -> list[tuple[str, str]]:
        """The question as parameters in fixed order, defaults left out."""
        shape = (
            ("from", edge_text(self.start)),
            ("to", edge_text(self.end)),
            ("change", self.what or ""),
            ("_size", "" if self.size is None else str(self.size)),
            ("_calendar", "" if self.calendar == "gregorian" else self.calendar),
            ("_lang", self.lang or ""),
            ("_next", self.cursor or ""),
        )
        return [pair for pair in shape if pair[1]]

    def query_string(self) -> str:
        """The canonical text of the question: equal questions give equal texts."""
        return "&".join(f"{name}={quote(text, safe=':-./_')}" for name, text in self.parameters())

    def as_json(self) -> dict[str, object]:
        """The question as the answer repeats it."""
        return {
            "dataset": self.slug,
            "from": edge_text(self.start) or None,
            "to": edge_text(self.end) or None,
            "change": self.what,
            "query": replace(self, cursor=None).query_string(),
        }


def edge_text(edge: Edge) -> str:
    """One side of the comparison as an address writes it; empty for the usual one."""
    if edge is None:
        return ""
    if isinstance(edge, tuple):
        return f"{edge[0]}/{edge[1]}"
    return edge.isoformat().replace("+00:00", "Z")


def parse_changes(
    slug: str, params: Parameters, *, page_params: bool = False, refuse: Sequence[str] = ()
) -> ChangeQuestion:
    """The comparison that parameters ask for. Raises BadQuestion with every problem found.

    ``page_params`` passes over empty parameters, which a form sends for each box left blank. ``refuse`` names
    parameters that mean nothing where this is asked.
    """
    known = [name for name in CHANGE_SHAPING if name not in refuse]
    shape: dict[str, Any] = {}
    problems: list[QuestionProblem] = []
    for name, text in params:
        if page_params and not text.strip():
            continue
        if name not in known:
            problems.append(problem("unknown-parameter", name, known))
            continue
        field, reader = _READERS[name]
        if field in shape:
            problems.append(problem("repeated", name))
            continue
        try:
            shape[field] = reader(text)
        except BadValue as bad:
            problems.append(problem(bad.code, name, bad.allowed, **bad.blanks))
    if problems:
        raise BadQuestion(problems)
    question = ChangeQuestion(slug=slug, **shape)
    if isinstance(question.start, tuple) and isinstance(question.end, tuple) and question.start[0] != question.end[0]:
        raise BadQuestion([problem("other-period", "to")])
    return question


def _edge(text: str) -> Edge:
    written = values.clean(text)
    if not written:
        raise BadValue("empty-value")
    try:
        # A single stroke parts a release from its period; a day written with strokes has two.
        return values.read_release(written) if written.count("/") == 1 else values.read_moment(written)
    except BadValue:
        raise BadValue("edge") from None


def _cursor(text: str) -> str:
    if not text:
        raise BadValue("cursor")
    return text


def _among(allowed: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise BadValue("not-allowed", tuple(allowed))
        return text

    return read


def _language(text: str) -> Lang:
    return _among(codes())(text)


_READERS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "from": ("start", _edge),
    "to": ("end", _edge),
    "change": ("what", _among(WHATS)),
    "_size": ("size", values.read_size),
    "_next": ("cursor", _cursor),
    "_calendar": ("calendar", _among(get_args(ShownCalendar))),
    "_lang": ("lang", _language),
}


# --- the two sides ----------------------------------------------------------------------------------------------------

# Seals are stamped in whole milliseconds, so this is just before one.
TICK: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class UnreadableRelease:
    """A release that stood on one side and has been withdrawn since: its rows are gone, its tombstone says this much.

    ``code`` is the reason, ``at`` when it was withdrawn, ``rows`` how many rows it had.
    """

    release: Release
    code: str
    at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class SnapshotSide:
    """What is compared: the releases of one side that can be read, as a state, and those that cannot any more.

    ``at`` is a moment (aware) that names this state also after newer releases have come, None where nothing ever came;
    ``release`` is set instead for a release by itself.
    """

    snapshot: DatasetSnapshot
    gone: tuple[UnreadableRelease, ...] = ()
    at: datetime | None = None
    release: tuple[str, int] | None = None

    @property
    def by_period(self) -> Mapping[str, Release]:
        """The releases that can be read, by period."""
        return {release.period: release for release in self.snapshot.releases}

    @property
    def pinned(self) -> Edge:
        """An edge that means this side whatever is sealed later; None where there was nothing yet."""
        return self.release or self.at


@dataclass(frozen=True, slots=True)
class SnapshotSides:
    """Both sides of a comparison."""

    before: SnapshotSide
    after: SnapshotSide

    @property
    def gone(self) -> tuple[UnreadableRelease, ...]:
        """The releases that are gone from one side only, by period; one that is gone from both made no difference."""
        by_address = {unreadable.release.address: unreadable for unreadable in (*self.before.gone, *self.after.gone)}
        both = {unreadable.release.address for unreadable in self.before.gone} & {
            unreadable.release.address for unreadable in self.after.gone
        }
        return tuple(by_address[address] for address in sorted(by_address.keys() - both))

    @property
    def compared(self) -> tuple[str, ...]:
        """The periods that can be compared, sorted: those of either side that lost no release."""
        lost = {unreadable.release.period for unreadable in self.gone}
        return tuple(sorted({*self.before.by_period, *self.after.by_period} - lost))

    @property
    def differing(self) -> tuple[str, ...]:
        """The periods whose release is another one, or there on one side only; in all others nothing changed."""
        before, after = self.before.by_period, self.after.by_period
        return tuple(period for period in self.compared if before.get(period) != after.get(period))

    @property
    def arrived(self) -> tuple[Release, ...]:
        """The releases of the later side that took the place of those of the earlier one, by period."""
        after = self.after.by_period
        return tuple(after[period] for period in self.differing if period in after)

    @property
    def erased(self) -> tuple[tuple[Release, Erasure], ...]:
        """What was erased from the releases that are compared, by release: such rows are not there, nor said to be."""
        by_address = {
            release.address: release for side in (self.before, self.after) for release in side.snapshot.releases
        }
        periods = set(self.differing)
        return tuple(
            (by_address[at], erasure)
            for at in sorted(by_address)
            if at.period in periods
            for erasure in by_address[at].erasures
        )


def sides(store: ReleaseStore, question: ChangeQuestion) -> SnapshotSides:
    """What the question compares. Raises NoSuchRelease or ReleaseWithdrawn where it names such a release."""
    if isinstance(question.end, tuple):
        after = _alone(store, question.slug, question.end)
        if question.start is None:
            return SnapshotSides(_preceding(store, after.snapshot.releases[0]), after)
        return SnapshotSides(_narrowed(store, question.slug, question.start, question.end[0]), after)
    if isinstance(question.start, tuple):
        before = _alone(store, question.slug, question.start)
        return SnapshotSides(before, _narrowed(store, question.slug, question.end, question.start[0]))
    after = _known(store, question.slug, question.end)
    if question.start is not None:
        return SnapshotSides(_known(store, question.slug, question.start), after)
    newest = max((release.sealed_at for release in _standing(after)), default=None)
    if newest is None:
        return SnapshotSides(after, after)
    return SnapshotSides(_known(store, question.slug, newest - TICK), after)


def _standing(side: SnapshotSide) -> list[Release]:
    return [*side.snapshot.releases, *(unreadable.release for unreadable in side.gone)]


def _known(store: ReleaseStore, slug: str, edge: date | datetime | None) -> SnapshotSide:
    """What was known at a moment, the present for None."""
    return _side(store, store.releases(slug), slug, None if edge is None else moment(edge))


def _narrowed(store: ReleaseStore, slug: str, edge: Edge, period: str) -> SnapshotSide:
    """One period of what was known at a moment."""
    if isinstance(edge, tuple):
        return _alone(store, slug, edge)
    releases = [release for release in store.releases(slug) if release.period == period]
    return _side(store, releases, slug, None if edge is None else moment(edge))


def _side(store: ReleaseStore, releases: Sequence[Release], slug: str, at: datetime | None) -> SnapshotSide:
    """The state that these releases made at a moment: of each period the highest number, unless withdrawn by then."""
    tombstones = {release.address: store.tombstone(release) for release in releases if release.withdrawn}
    if at is None:
        # The last that happened names the present for good.
        moments = [*(release.sealed_at for release in releases), *(tombstone.at for tombstone in tombstones.values())]
        at = max(moments, default=None)
    highest: dict[str, Release] = {}
    for release in releases:
        known = highest.get(release.period)
        if at is not None and release.sealed_at <= at and (known is None or release.number > known.number):
            highest[release.period] = release
    gone = [
        UnreadableRelease(release, tombstone.code, tombstone.at, tombstone.rows)
        for release in highest.values()
        if (tombstone := tombstones.get(release.address)) and at is not None and tombstone.at > at
    ]
    return SnapshotSide(snapshot_of(slug, highest.values()), tuple(gone), at)


def _alone(store: ReleaseStore, slug: str, name: tuple[str, int]) -> SnapshotSide:
    try:
        release = store.release(slug, *name)
    except (NotInStore, ValueError):
        raise NoSuchRelease from None
    if release.withdrawn:
        raise ReleaseWithdrawn(store.tombstone(release).code)
    return SnapshotSide(snapshot_of(slug, [release]), release=name)


def _preceding(store: ReleaseStore, end: Release) -> SnapshotSide:
    """What its period held before a release; nothing where it is the first."""
    earlier = [
        release for release in store.releases(end.slug) if release.period == end.period and release.number < end.number
    ]
    return _side(store, earlier, end.slug, end.sealed_at - TICK)
