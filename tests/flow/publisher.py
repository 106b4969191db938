"""A publisher that is killed on purpose: run as a program, it forks children that publish and kills them midway.

``publisher.py HOME ROWS KILLS SEED`` publishes a few releases, measures how long one takes, and then kills one after
the other at moments drawn over that whole time. After each death another child looks at the city as a new process sees
it, and a third publishes something small. One line is printed per trial; a broken promise is a traceback and a
non-zero exit. The program itself opens no database, so that its children start from a clean process.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from tests.cli.city import FIRST, HEADER, SECOND, SENDER
from tests.core.ledger.log_extension import extends

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.parquet import verify
from ayan.core.store.release import Release
from ayan.core.transparency.entries.statement import Statement, sealed
from ayan.core.values.clock import SystemClock
from ayan.wiring.city import City
from ayan.wiring.store_place import store_place_of

BIG, SMALL = "1403-05", "1403-06"


def city_at(home: Path) -> City:
    place = store_place_of(home)
    return City(home, place.folder, SystemClock(), store_place=place)


def file_of(home: Path, rows: int, period: str) -> Path:
    path = home.parent / f"{period}-{rows}.csv"
    month = period.replace("-", "/")
    lines = (f"{n},{month}/{n % 30 + 1:02},گونه {n % 97},{n * 104729}," for n in range(rows))
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def publish(home: Path, file: Path, period: str) -> None:
    """The whole path to a release, as the command goes it."""
    city = city_at(home)
    context = city.publish_context
    with examine(context, city.registry.get("trees"), file, ClerkDecisions(period)) as examined:
        draft = write_draft(context, examined, sent_by=SENDER)
        seal(
            context,
            draft,
            [Approval(name, context.clock.now(), "cli", draft.digest) for name in (FIRST, SECOND)],
            reason=CorrectionReason("entry-error"),
        )


def look(home: Path, known: Path) -> None:
    """Hold the city as it stands against what it was; ``known`` remembers every release that was ever seen."""
    city = city_at(home)
    seen: dict[str, str] = json.loads(known.read_text()) if known.exists() else {}
    releases = {release.ref: release for release in city.release_store.releases("trees")}
    for ref, digest in seen.items():
        assert releases[ref].digest == digest, f"{ref} was sealed and is gone or changed"
    for period in {release.period for release in releases.values()}:
        numbers = sorted(release.number for release in releases.values() if release.period == period)
        assert numbers == list(range(1, len(numbers) + 1))
    state = city.release_store.snapshot("trees")
    current = {release.ref for release in state.releases}
    for ref, release in releases.items():
        if ref in current or ref not in seen:
            assert verify(release.whole(), release.manifest) == []
            original = city.private_store.original_of(release.manifest)
            assert original is not None, f"{ref} has lost its original"
            read = hashlib.sha256()
            for piece in city.private_store.read_original(original):
                read.update(piece)
            assert read.hexdigest() == original.name
    logged(city, list(releases.values()), home.parent / "checkpoint")
    assert city.index_store.is_built(state), "a state is visible before what serves it"
    counts: dict[str, int] = {}
    for segment in city.index_store.segments(state):
        with duckdb.connect(str(segment.file), read_only=True) as con:
            counts |= con.execute("SELECT _period, count(*) FROM rows GROUP BY _period").fetchall()
            stated = con.execute("SELECT value FROM meta WHERE key = 'segment'").fetchone()
        assert stated == (segment.state.digest,)
    assert counts == {release.period: release.rows for release in state.releases}
    known.write_text(json.dumps({ref: release.digest for ref, release in releases.items()}))


def logged(city: City, releases: list[Release], kept: Path) -> None:
    """Every release has its one leaf, and the log holds all that the checkpoint last seen promised."""
    log = city.transparency_log.log
    if kept.exists():
        assert extends(log, kept.read_bytes())
    kept.write_bytes(log.checkpoint())
    log.audit()
    stated = [Statement.parse(leaf) for leaf in log.leaves(0, log.size)]
    undone = {statement.voids for statement in stated}
    leaves = [statement for index, statement in enumerate(stated) if index not in undone and statement.act == "sealed"]
    waiting = {Statement.parse(intent.leaf).leaf for intent in log.intents()}
    expected = [sealed(release) for release in releases]
    assert [statement for statement in leaves if statement in expected or statement.leaf not in waiting] == sorted(
        expected, key=lambda statement: log.find(statement.leaf) or 0
    )
    for release in releases:
        assert log.find(sealed(release).leaf) is not None, f"{release.ref} is visible without its leaf"


def forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as fault:  # noqa: BLE001  (the child must never return into the parent's code)
            print(repr(fault), file=sys.stderr, flush=True)  # noqa: T201 - the parent reads this line
            os._exit(1)
        os._exit(0)
    return child


def done(work: Callable[[], None]) -> None:
    """Run ``work`` in a child to its end."""
    assert os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1]) == 0


def timed(work: Callable[[], None]) -> float:
    """Run ``work`` in a child to its end; the seconds it took."""
    began = time.monotonic()
    done(work)
    return time.monotonic() - began


def killed(work: Callable[[], None], after: float) -> bool:
    """Run ``work`` in a child and kill it ``after`` seconds; False when it was done before."""
    child = forked(work)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), code
    return code != 0


def newest(known: Path) -> dict[str, int]:
    """Period → number of its newest release."""
    numbers: dict[str, int] = {}
    for ref in json.loads(known.read_text()):
        _, period, number = ref.split("/")
        numbers[period] = max(numbers.get(period, 0), int(number))
    return numbers


def main(home: Path, rows: int, kills: int, seed: int) -> None:
    known = home.parent / "known.json"

    def publishing(rows: int, period: str) -> Callable[[], None]:
        file = file_of(home, rows, period)
        return lambda: publish(home, file, period)

    for period in ("1403-04", SMALL):
        done(publishing(100, period))
    whole = min(timed(publishing(rows, BIG)), timed(publishing(rows, BIG)))
    done(lambda: look(home, known))
    chance = random.Random(seed)
    # One moment in each part of the time, in any order, so that no stage is spared.
    parts = chance.sample(range(kills), kills)
    for trial, part in enumerate(parts, 1):
        before = newest(known)
        after = whole * 1.1 * (part + chance.random()) / kills
        died = killed(publishing(rows + trial, BIG), after)
        done(lambda: look(home, known))
        reached = newest(known)
        gained = reached[BIG] - before[BIG]
        assert gained in ((0, 1) if died else (1,))
        done(publishing(100 + trial, SMALL))
        done(lambda: look(home, known))
        assert newest(known) == reached | {SMALL: reached[SMALL] + 1}
        line = ("killed" if died else "ended", "new" if gained else "old", f"{after / whole:.2f}")
        print(*line, flush=True)  # noqa: T201 - the parent reads this line
    known.unlink()
    done(lambda: look(home, known))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
