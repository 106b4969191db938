"""Publishing the invented city: every file goes through the real pipeline, in its time, and must meet its fate."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from ayan.cli.new_city import make_home
from ayan.core.index.index_store import IndexStore
from ayan.core.index.index_store import Progress as Writing
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import NotReady, write_draft
from ayan.core.publish.examination import Examined, examine
from ayan.core.publish.sealing import seal
from ayan.core.store.manifest import Approval
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.values.label import Label
from ayan.wiring import accountability
from ayan.wiring.city import City
from ayan_demo.invented import CITY_EN, CITY_FA, CONTACT
from ayan_demo.nights import live
from ayan_demo.post import Submission
from ayan_demo.scale import SCALES
from ayan_demo.submissions import SEED, count, submissions
from ayan_demo.timeline import OPENS, READ, REVIEWED, CityClock, at, day

Progress = Callable[[int, int, Submission], None]
"""Told before each file: how many are done, how many there are, and which one comes now."""

BUILDING: Final = ".building"

AHEAD: Final = 2
"""So many files are looked at while one is sealed."""

SMALL: Final = 8 * 1024 * 1024
"""Bytes of a file up to which it is looked at ahead of its turn: a large one has all memory for itself."""


class Unexpected(Exception):
    """A file did not meet its fate: a sealed one was refused, or a planted error was not found, or another was."""


class NotADemo(Exception):
    """The folder holds something else than an invented city, and is left alone."""


@dataclass(frozen=True, slots=True)
class Built:
    """What was made: releases sealed, files refused as meant, rows in all releases together, and when the last came."""

    releases: int
    refused: int
    rows: int
    until: datetime


class _Unread(IndexStore):
    """Writes nothing yet: while a city is in the making nobody asks it anything."""

    def build(self, slug: str, state: DatasetSnapshot, progress: Writing | None = None) -> Path:  # noqa: ARG002 - as of what it stands for
        return self.file(state)


class _Unopened(City):
    """A city in the making. What its readers are answered from is written once, over all its releases, not for each."""

    @cached_property
    def serving(self) -> IndexStore:
        return _Unread(self.release_store, self.home / "index")

    def open(self) -> None:
        """Write what readers will be answered from."""
        index_store = IndexStore(self.release_store, self.home / "index")
        states = [self.release_store.snapshot(slug) for slug in self.release_store.datasets()]
        with ThreadPoolExecutor(AHEAD) as hands:
            list(hands.map(lambda state: index_store.build(state.slug, state), states))


def is_built(home: Path) -> bool:
    """Whether an invented city stands in ``home``. Raises NotADemo when something else does."""
    if not home.exists() or (home.is_dir() and not any(home.iterdir())):
        return False
    if home.is_dir() and City(home, home / "store").profile.demo:
        return True
    raise NotADemo(str(home))


def build(home: Path, scale: str, progress: Progress | None = None, *, seed: int = SEED) -> Built:
    """Build the city in ``home``, which appears only when it is whole; what a killed build left is cleared first.

    Raises KeyError for an unknown scale, NotADemo when ``home`` is taken, Unexpected when the pipeline does not make of
    a file what is meant.
    """
    total = count(scale)
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
    clock = CityClock(at(day(SCALES[scale].contract_years[0], 1, 15), OPENS))
    city = _Unopened(draft, draft / "store", clock)
    accountability.declare(city)
    sent = draft / "work" / "files"
    releases = refused = rows = 0
    with closing(_looked_at(city, _ahead(submissions(scale, seed, sent)))) as looks:
        for done, look in enumerate(looks):
            if progress:
                progress(done, total, look.submission)
            live(city, clock, look.submission.at - READ)
            release = look.end(city, clock)
            # The private originals keep what was sent.
            look.submission.file.unlink()
            if release is None:
                refused += 1
            else:
                releases += 1
                rows += release.rows
    city.open()
    shutil.rmtree(sent)
    if home.exists():
        home.rmdir()
    draft.rename(home)
    return Built(releases, refused, rows, clock.now())


def _ahead(sent: Iterator[Submission]) -> Iterator[Submission]:
    """Each in its turn, while the next one is already being written: publishing waits for disks and other processes."""
    with ThreadPoolExecutor(1) as hand:
        coming = hand.submit(next, sent, None)
        while (submission := coming.result()) is not None:
            coming = hand.submit(next, sent, None)
            yield submission


class _Look:
    """The engine's look at one file, open until it is ended."""

    def __init__(self, city: City, submission: Submission) -> None:
        self.submission = submission
        self._open = ExitStack()
        dataset = city.registry.get(submission.dataset)
        decisions = ClerkDecisions(submission.period, partial=submission.partial_reason)
        look = examine(city.publish_context, dataset, submission.file, decisions, source=submission.source)
        self._examined = self._open.enter_context(look)

    def end(self, city: City, clock: CityClock) -> Release | None:
        """Seal what was looked at: the release, or None when it was refused as meant. Raises Unexpected otherwise."""
        with self._open:
            return _seal(city, clock, self.submission, self._examined)

    def close(self) -> None:
        """Leave it, unless it was ended."""
        self._open.close()


def _looked_at(city: City, sent: Iterator[Submission]) -> Generator[_Look]:
    """Each in its turn, looked at while those before are sealed, where it is small and does not lean on any of them."""
    waiting: deque[tuple[Submission, Future[_Look] | None]] = deque()
    with ThreadPoolExecutor(AHEAD) as desks:
        try:
            while True:
                while len(waiting) <= AHEAD and (submission := next(sent, None)) is not None:
                    early = bool(waiting) and _apart(city, submission, [other for other, _ in waiting])
                    waiting.append((submission, desks.submit(_Look, city, submission) if early else None))
                if not waiting:
                    return
                now, begun = waiting[0]
                look = begun.result() if begun else _Look(city, now)
                with closing(look):
                    yield look
                waiting.popleft()
        finally:
            for _, begun in waiting:
                if begun is not None and begun.exception() is None:
                    begun.result().close()


def _apart(city: City, submission: Submission, before: Sequence[Submission]) -> bool:
    """Whether a file may be looked at before those ahead of it are sealed, in what memory several looks may have."""
    dataset = city.registry.get(submission.dataset)
    leans_on = {field.ref.dataset for field in dataset.fields if field.ref is not None}
    small = max(other.file.stat().st_size for other in (submission, *before)) <= SMALL
    # Of one period each is sealed only over what stood when its look began.
    of_one_period = any((other.dataset, other.period) == (submission.dataset, submission.period) for other in before)
    return small and not of_one_period and leans_on.isdisjoint(other.dataset for other in before)


def publish(city: City, clock: CityClock, submission: Submission) -> Release | None:
    """Take one file the whole way: the release, or None when it was refused as meant. Raises Unexpected otherwise."""
    with closing(_Look(city, submission)) as look:
        return look.end(city, clock)


def _seal(city: City, clock: CityClock, submission: Submission, examined: Examined) -> Release | None:
    context = city.publish_context
    _hold(submission, examined)
    try:
        draft = write_draft(context, examined, sent_by=submission.sent_by)
    except NotReady:
        if submission.expect == "refused":
            return None
        raise Unexpected(f"{submission.file.name} was refused") from None
    if submission.expect == "refused":
        context.release_store.discard(draft.staged)
        raise Unexpected(f"{submission.file.name} was not refused")
    approvals = []
    for place, name in enumerate(submission.approvals):
        # They follow one another, and the seal the last.
        clock.to(submission.at - REVIEWED * (len(submission.approvals) - place))
        approvals.append(Approval(name, clock.now(), "cli", draft.digest))
    clock.to(submission.at)
    return seal(context, draft, approvals, reason=submission.reason)


def _hold(submission: Submission, examined: Examined) -> None:
    """Every error found must be one that was planted, and every planted one must be found."""
    codes = {issue.code for issue in examined.refined.issues if issue.level == "error"}
    if codes != submission.expected_codes:
        meant = ", ".join(sorted(submission.expected_codes)) or "nothing"
        raise Unexpected(f"{submission.file.name}: found {', '.join(sorted(codes)) or 'nothing'}, meant {meant}")
