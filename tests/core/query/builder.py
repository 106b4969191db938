"""A builder of indexes that is killed on purpose: run as a program, it forks children that die while they build.

``builder.py steps ROOT ROWS STRIDE SEED`` kills builds at file operations of their own, one drawn of each STRIDE in a row;
``builder.py random ROOT ROWS COUNT SEED`` kills COUNT builds at moments drawn over the time that one takes. Each build begins as `ayan reindex` does, over what the
one before left behind. After each death a fresh child asks the town everything it knows to ask and holds the answers
against those of the Parquet parts; one line is printed per trial, and a broken promise ends in a traceback.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Final

from tests.core.query.town import DATASET, SOME_ROWS, Town
from tests.core.store.victim import die_at, ended, forked

from ayan.core.index.secondary_index import index_files
from ayan.core.index.segment import is_usable
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.query_service import answer_facets, answer_groups

PAGES: Final = (
    (),
    (("_count", "1"), ("state", "active")),
    (("_sort_desc", "amount"), ("amount__lt", "900")),
    (("_sort", "title"), ("_size", "7")),
    (("_search", "کتابخانه ۱۲"), ("_count", "1")),
    (("title__contains", "آسفالت"),),
)
GROUPS: Final = (
    (("by", "state,month"), ("count", "1"), ("sum", "amount"), ("max", "share")),
    (("by", "title"), ("distinct", "state"), ("open", "true")),
    (("median", "amount"), ("state", "ended")),
)
FACETS: Final = ((("by", "state,title,day:year"), ("month", "1403")),)


def asked(root: Path, engine: str) -> list[object]:
    """Everything that is asked of the town, answered by an engine."""
    town = Town(root, engine)
    answers: list[object] = []
    for params in PAGES:
        answer = town.ask(*params)
        answers.append(([row.address for row in answer.rows], [row.values for row in answer.rows], answer.total))
    answers += [answer_groups(town.query_service, DATASET, parse_groups(DATASET, params)).rows for params in GROUPS]
    answers += [answer_facets(town.query_service, DATASET, parse_facets(DATASET, params)).facets for params in FACETS]
    town.engine.close()
    return answers


def check(root: Path) -> None:
    """The answers are right, the index is whole again, and nothing of the dead build is left."""
    town = Town(root, "indexed")
    state = town.release_store.snapshot("works")
    segments = town.index_store.segments(state)
    before = town.index_store.is_built(state)
    assert asked(root, "indexed") == asked(root, "parquet")
    assert all(map(is_usable, segments))
    town.index_store.drop_stale("works")
    paths = [segment.file for segment in segments]
    left = {file.name for file in paths[0].parent.iterdir()} - {".lock"}
    assert left == {file.name for path in paths for file in (path, *index_files(path))}, left
    print("built" if before else "missing", flush=True)  # noqa: T201 - a program: it tells its trials to the test


def build(root: Path) -> None:
    """What `ayan reindex` does."""
    town = Town(root, "indexed")
    for path in town.index_store.files(town.release_store.snapshot("works")):
        path.unlink(missing_ok=True)
    town.index_store.ensure("works")


def dying(root: Path, step: int) -> None:
    """A build that ends before its ``step``-th operation on files."""
    die_at(step)
    build(root)


def publish(root: Path, rows: int) -> None:
    """A release of so many rows, those of the invented town over and over."""
    some = [{**row, "number": f"{row['number']}-{n}"} for n in range(rows // len(SOME_ROWS)) for row in SOME_ROWS]
    Town(root, "indexed").publish(some)


def main(mode: str, root: Path, rows: int, many: int, seed: int) -> None:
    assert ended(forked(lambda: publish(root, rows)))
    chance = random.Random(seed)
    if mode == "steps":
        for first in range(1, 500, many):
            step = first + chance.randrange(many)
            finished = ended(forked(partial(dying, root, step)))
            assert ended(forked(lambda: check(root)))
            if finished:
                return
        raise AssertionError("the build never came to its end")
    began = time.monotonic()
    assert ended(forked(lambda: build(root)))
    whole = time.monotonic() - began
    for _ in range(many):
        child = forked(lambda: build(root))
        time.sleep(chance.uniform(0, whole))
        os.kill(child, signal.SIGKILL)
        ended(child)
        assert ended(forked(lambda: check(root)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
