"""Publishing the invented city: every file goes through the real pipeline, in its time, and must meet its fate."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path
from typing import Final, cast

from ayan.cli.new_city import make_home
from ayan.core.index.index_store import IndexStore
from ayan.core.index.row_table import RowProgress as Writing
from ayan.core.publish.draft import Draft
from ayan.core.publish.sealing import seal
from ayan.core.store.manifest import Approval
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.values.label import Label
from ayan.wiring import accountability, service_folder
from ayan.wiring.city import City
from ayan_demo import fees, hasty
from ayan_demo.examiners import SMALL, Examination, Examiners, examination, examiners
from ayan_demo.invented_words import CITY_EN, CITY_FA, CONTACT
from ayan_demo.nights import live
from ayan_demo.post import Submission
from ayan_demo.scale import SCALES
from ayan_demo.submissions import SEED, count, sized, submissions
from ayan_demo.timeline import OPENS, READ, REVIEWED, CityClock, at, day
from ayan_demo.world import SERVICES

Progress = Callable[[int, int, Submission], None]
"""Told before each file: how many are done, how many there are, and which one comes now."""

BUILDING: Final = ".building"
FILES: Final = Path("work", "files")
"""Where in its folder a city in the making keeps what is sent."""

AHEAD: Final = 8
"""So many files are there at a time, the one that is sealed among them."""


class Unexpected(Exception):
    """A file did not meet its fate: a sealed one was refused, or a planted error was not found, or another was."""


class NotADemo(Exception):
    """The folder holds something else than an invented city, and is left alone."""


@dataclass(frozen=True, slots=True)
class Built:
    """What was made: releases sealed, files refused as meant, rows in all releases together, and when the last came.

    ``later`` are the files that wait for the days after it, where the build was to pause.
    """

    releases: int
    refused: int
    rows: int
    until: datetime
    later: tuple[Submission, ...] = ()


class _Unread(IndexStore):
    """Writes nothing yet: while a city is in the making nobody asks it anything."""

    def build(self, slug: str, state: DatasetSnapshot, progress: Writing | None = None) -> tuple[Path, ...]:  # noqa: ARG002 - as of what it stands for
        return self.files(state)


class CityInTheMaking(City):
    """A city in the making. What its readers are answered from is written once, over all its releases, not for each."""

    @cached_property
    def index_store(self) -> IndexStore:
        return _Unread(self.release_store, self.home / "index")

    def open(self, slugs: Iterable[str] | None = None) -> None:
        """Write what readers of these datasets, or of all, will be answered from."""
        index_store = IndexStore(self.release_store, self.home / "index")
        states = [
            self.release_store.snapshot(slug) for slug in (self.release_store.datasets() if slugs is None else slugs)
        ]
        with ThreadPoolExecutor(2) as hands:
            list(hands.map(lambda state: index_store.build(state.slug, state), states))


def is_built(home: Path) -> bool:
    """Whether an invented city stands in ``home``. Raises NotADemo when something else does."""
    if not home.exists() or (home.is_dir() and not any(home.iterdir())):
        return False
    if home.is_dir() and City(home, home / "store").profile.demo:
        return True
    raise NotADemo(str(home))


def build(
    home: Path,
    scale: str,
    progress: Progress | None = None,
    *,
    seed: int = SEED,
    until: date | None = None,
    pause: datetime | None = None,
) -> Built:
    """Build the city in ``home``, which appears only when it is whole; what a killed build left is cleared first.

    It holds the closed years of its scale; with ``until`` it has come up to that day. With ``pause`` it is whole as of
    that moment: what is sent later lies in its folder for `go_on`, and what readers are answered from is not written.

    Raises KeyError for an unknown scale, ValueError for a day before the last of its years was closed, NotADemo when
    ``home`` is taken, Unexpected when the pipeline does not make of a file what is meant.
    """
    total = count(scale, until)
    if is_built(home):
        raise NotADemo(str(home))
    draft = home.absolute().with_name(home.name + BUILDING)
    shutil.rmtree(draft, ignore_errors=True)
    make_home(draft, Label(CITY_FA, CITY_EN), demo=True)
    with (draft / "ayan.toml").open("a", encoding="utf-8") as profile:
        profile.write(CONTACT)
    # What the city declares besides the tables that come with Ayan.
    with as_file(files(__package__) / "own") as own:
        shutil.copytree(own, draft / "datasets", dirs_exist_ok=True)
    fees.declare(draft / "tariffs", sized(scale, until))
    with as_file(SERVICES) as declared:
        shutil.copytree(declared, draft / service_folder.FOLDER)
    clock = CityClock(at(day(SCALES[scale].contract_years[0], 1, 15), OPENS))
    city = CityInTheMaking(draft, draft / "store", clock)
    accountability.declare(city)
    sent = draft / FILES
    releases = refused = rows = 0
    later: list[Submission] = []
    with hasty.kept_at_the_end(), examiners(draft) as desks:
        coming = _ahead(_before(pause, submissions(scale, seed, sent, until), later))
        for done, (submission, examined) in enumerate(_looked_at(city, desks, coming)):
            if progress:
                progress(done, total, submission)
            live(city, clock, submission.at - READ)
            release = _sealed(city, clock, submission, examined)
            # The private originals keep what was sent.
            submission.file.unlink()
            if release is None:
                refused += 1
            else:
                releases += 1
                rows += release.rows
    if pause is None:
        city.open()
        shutil.rmtree(sent)
    if home.exists():
        home.rmdir()
    draft.rename(home)
    waiting = tuple(replace(each, file=home.absolute() / FILES / each.file.name) for each in later)
    return Built(releases, refused, rows, clock.now(), waiting)


def _before(pause: datetime | None, sent: Iterator[Submission], later: list[Submission]) -> Iterator[Submission]:
    """Those that are sealed before a moment; the others are written to ``later``."""
    for submission in sent:
        if pause is not None and submission.at >= pause:
            later.append(submission)
        else:
            yield submission


def go_on(city: City, clock: CityClock, later: deque[Submission], until: datetime) -> list[Release | None]:
    """Let time go on in a city whose build paused: what is due up to a moment is sealed in its time, the rest waits.

    What came of each. Whoever works beside it may find that it is later than ``until`` then, by a seal that was due.
    """
    releases: list[Release | None] = []
    while later and later[0].at - READ <= until:
        submission = later.popleft()
        live(city, clock, max(clock.now(), submission.at - READ))
        releases.append(publish(city, clock, submission))
        submission.file.unlink()
    live(city, clock, max(clock.now(), until))
    return releases


def _ahead(sent: Iterator[Submission]) -> Iterator[Submission]:
    """Each in its turn, while the next one is already being written: publishing waits for disks and other processes."""
    with ThreadPoolExecutor(1) as hand:
        coming = hand.submit(next, sent, None)
        while (submission := coming.result()) is not None:
            coming = hand.submit(next, sent, None)
            yield submission


@dataclass(slots=True)
class _Waiting:
    """A file in its turn, and what is made of it once somebody looks at it."""

    submission: Submission
    leans_on: frozenset[str]
    large: bool
    look: Future[Examination] | None = None


def _looked_at(city: City, desks: Examiners, sent: Iterator[Submission]) -> Iterator[tuple[Submission, Examination]]:
    """Each in its turn, looked at while those before are sealed, unless it leans on one of them."""
    waiting: deque[_Waiting] = deque()
    while True:
        while len(waiting) < AHEAD and (submission := next(sent, None)) is not None:
            fields = city.registry.get(submission.dataset).fields
            leans_on = frozenset(field.ref.dataset for field in fields if field.ref is not None)
            waiting.append(_Waiting(submission, leans_on, submission.file.stat().st_size > SMALL))
        for place, each in enumerate(waiting):
            if each.look is None and _may_begin(each, list(islice(waiting, place))):
                each.look = desks.begin(each.submission)
        if not waiting:
            return
        now = waiting[0]
        # The first may always begin, for nothing is before it.
        yield now.submission, cast(Future[Examination], now.look).result()
        waiting.popleft()


def _may_begin(one_waiting: _Waiting, before: Sequence[_Waiting]) -> bool:
    """Whether a file may be looked at before those ahead of it are sealed; a large one has all memory for itself."""
    submission = one_waiting.submission
    if before and (one_waiting.large or any(other.large for other in before)):
        return False
    # Of one period each is sealed only over what stood when its look began.
    same = {(other.submission.dataset, other.submission.period) for other in before}
    return (submission.dataset, submission.period) not in same and one_waiting.leans_on.isdisjoint(
        other.submission.dataset for other in before
    )


def publish(city: City, clock: CityClock, submission: Submission) -> Release | None:
    """Take one file the whole way: the release, or None when it was refused as meant. Raises Unexpected otherwise."""
    examined = examination(city.publish_context, city.registry, submission, city.home / "work")
    return _sealed(city, clock, submission, examined)


def _sealed(city: City, clock: CityClock, submission: Submission, examined: Examination) -> Release | None:
    context = city.publish_context
    draft = examined.taken(context.release_store)
    try:
        _hold(submission, examined, draft)
    except Unexpected:
        if draft is not None:
            context.release_store.discard(draft.staged)
        raise
    if draft is None:
        return None
    approvals = []
    for place, name in enumerate(submission.approvals):
        clock.to(submission.at - REVIEWED * (len(submission.approvals) - place))
        approvals.append(Approval(name, clock.now(), "cli", draft.digest))
    clock.to(submission.at)
    return seal(context, draft, approvals, reason=submission.reason)


def _hold(submission: Submission, examined: Examination, draft: Draft | None) -> None:
    """Every error found must be one that was planted, and every planted one must be found; and so the fate."""
    if examined.codes != submission.expected_codes:
        meant = ", ".join(sorted(submission.expected_codes)) or "nothing"
        codes = ", ".join(sorted(examined.codes)) or "nothing"
        raise Unexpected(f"{submission.file.name}: found {codes}, meant {meant}")
    if draft is None and submission.expect == "sealed":
        raise Unexpected(f"{submission.file.name} was refused")
    if draft is not None and submission.expect == "refused":
        raise Unexpected(f"{submission.file.name} was not refused")
