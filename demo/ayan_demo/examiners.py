"""Processes that look at files ahead of their turn, so that sealing, which comes one after the other, need not wait.

What they make of a file is what the pipeline makes of it: a draft, whose parts are handed over and sealed in order.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import Draft, NotReady, write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.publish_context import PublishContext
from ayan.core.refine.code_nods import ANYTHING
from ayan.core.refine.refine_session import ResourceLimits
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.child import die_with_parent
from ayan.core.system.files import move
from ayan.datasets import registry
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan_demo import hasty, nursery
from ayan_demo.post import Submission

EXAMINERS: Final = 2
"""So many files are looked at while one is sealed."""

HANDED: Final = "handed"

SMALL: Final = 8 * 1024 * 1024
"""Bytes of a file up to which it is looked at ahead of its turn: a large one has all memory for itself."""

ONE_BY_ONE: Final = ResourceLimits(threads=1)
"""Two small files are looked at beside each other, so that neither needs both processors."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of a file: the codes of its errors and the draft, whose parts wait in a folder; None if refused."""

    codes: frozenset[str]
    draft: Draft | None

    def taken(self, store: ReleaseStore) -> Draft | None:
        """The draft with its parts staged in ``store``, as this process must have them to seal it."""
        if self.draft is None:
            return None
        staged = store.stage()
        for path in self.draft.staged.iterdir():
            move(path, staged / path.name)
        self.draft.staged.rmdir()
        return replace(self.draft, staged=staged)


def examination(context: PublishContext, known: Registry, submission: Submission, folder: Path) -> Examination:
    """Let the engine look at a file; the parts of its draft are left in a new folder below ``folder``."""
    dataset = known.get(submission.dataset)
    # The clerks of the invented city have nodded to how its offices spell the texts of lists.
    decisions = ClerkDecisions(submission.period, partial=submission.partial_reason, nods=(ANYTHING,))
    limits = ONE_BY_ONE if submission.file.stat().st_size <= SMALL else None
    with examine(
        context, dataset, submission.file, decisions, source=submission.source, resource_limits=limits
    ) as examined:
        codes = frozenset(issue.code for issue in examined.refined.issues if issue.level == "error")
        try:
            draft = write_draft(context, examined, sent_by=submission.sent_by)
        except NotReady:
            return Examination(codes, None)
    place = folder / HANDED / submission.file.stem
    place.mkdir(parents=True)
    for path in draft.staged.iterdir():
        move(path, place / path.name)
    context.release_store.discard(draft.staged)
    return Examination(codes, replace(draft, staged=place))


class Examiners:
    """The processes; each knows the declarations that this one has read."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def begin(self, submission: Submission) -> Future[Examination]:
        """Look at a file as soon as one of them is free."""
        return self._pool.submit(_examined, submission)


@contextmanager
def examiners(home: Path) -> Iterator[Examiners]:
    """Have them at work for the city in ``home`` while the block lasts."""
    # Not forked, for what DuckDB has begun a fork cannot go on with. What comes with Ayan is read once for all of them.
    Registry().all()
    declarations = pickle.dumps(registry._BUILTIN_KNOWN)
    pool = ProcessPoolExecutor(EXAMINERS, get_context("spawn"), _arrive, (os.getpid(), home, declarations))
    try:
        yield Examiners(pool)
    finally:
        pool.shutdown(cancel_futures=True)


_AT_WORK: Final[list[City]] = []
"""The city that this process works for, in a process that has arrived."""


def _arrive(parent: int, home: Path, declarations: bytes) -> None:
    die_with_parent(parent)
    registry._BUILTIN_KNOWN.update(pickle.loads(declarations))  # noqa: S301 - from the process that started this one
    nursery.settle()
    hasty.hurry()
    _AT_WORK.append(City(home, home / "store"))


def _examined(submission: Submission) -> Examination:
    (city,) = _AT_WORK
    return examination(city.publish_context, city.registry, submission, city.home / "work")
