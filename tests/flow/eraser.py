"""An eraser that is killed on purpose: run as a program, it forks children that erase one row each and kills them midway.

``eraser.py HOME ROWS KILLS SEED`` publishes a release of ROWS rows, some of which hold a secret of their own, measures
how long an erasure takes, and then kills one after the other at moments drawn over that time. After each death another
child looks at the city as a new process sees it: the release is the old one whole or the new one whole. Then the row is
erased for good and its secret looked for in every byte. One line is printed per trial; a broken promise is a traceback
and a non-zero exit.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from tests.cli.city import FIRST, HEADER
from tests.flow.publisher import city_at, done, killed, publish, timed

from ayan.core.ledger.commitments import recompute_rows
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import ReleaseRefused
from ayan.core.store.parquet import verify
from ayan.core.store.release import Release
from ayan.core.transparency.entries.statement import Statement, erased, sealed
from ayan.wiring.city import City

PERIOD = "1403-05"
REF = ("trees", PERIOD, 1)


def secret(trial: int) -> str:
    return f"راز-{trial}-نهان"


def file_of(home: Path, rows: int, secrets: int) -> Path:
    path = home.parent / "trees.csv"
    month = PERIOD.replace("-", "/")
    lines = (
        f"{n},{month}/{n % 30 + 1:02},{secret(n) if n < secrets else f'گونه {n % 97}'},{n * 104729},"
        for n in range(rows)
    )
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def row_of(trial: int) -> int:
    """The number of the row that holds a trial's secret: the header is the first."""
    return trial + 2


def erasing(home: Path, trial: int) -> Callable[[], None]:
    def work() -> None:
        city = city_at(home)
        release = city.release_store.release(*REF)
        erase(
            city.publish_context, release, [row_of(trial)], "personal-data", FIRST, dataset=city.registry.get("trees")
        )

    return work


def look(home: Path, rows: int, trial: int) -> bool:
    """Hold the city against its promises; whether the row of the trial is erased, those before it being so."""
    city = city_at(home)
    release = city.release_store.release(*REF)
    assert verify(release.folder, release.manifest) == []
    numbers = [number for path in release.parts() for number in pq.read_table(path)["_row"].to_pylist()]
    gone = len(release.erasures)
    assert gone in (trial, trial + 1)
    assert numbers == [row_of(n) for n in range(gone, rows)]
    assert [erasure.rows for erasure in release.erasures] == [((row_of(n), row_of(n)),) for n in range(gone)]
    assert release.salts is not None
    assert recompute_rows(release.parts(), release.folder, salts=release.salts).rows == rows
    logged(city, release)
    (index,) = city.index_store.ensure("trees")
    with duckdb.connect(str(index), read_only=True) as con:
        assert con.execute("SELECT count(*), min(_row) FROM rows").fetchone() == (len(numbers), numbers[0])
    return gone == trial + 1


def logged(city: City, release: Release) -> None:
    """Every erasure that stands has its leaf, and the manifests that they name are one chain from the sealed one."""
    log = city.transparency_log.log
    log.audit()
    stated = [Statement.parse(leaf) for leaf in log.leaves(0, log.size)]
    undone = {statement.voids for statement in stated}
    acts = [statement for index, statement in enumerate(stated) if index not in undone and statement.act != "void"]
    if len(acts) == len(release.erasures) + 2:
        assert acts.pop().leaf in {intent.leaf for intent in log.intents()}, "the log says what never came about"
    assert [statement.act for statement in acts] == ["sealed", *("erased" for _ in release.erasures)]
    assert [statement.manifest for statement in acts] == [
        *(erasure.before for erasure in release.erasures),
        release.digest,
    ]
    assert {statement.rows_root for statement in acts} == {release.manifest["ayan"]["commitments"]["rows_root"]}
    assert acts[-1] == (erased(release) if release.erasures else sealed(release))


def everywhere(city: City) -> bytes:
    content = b""
    for path in (path for room in ("store", "index") for path in (city.home / room).rglob("*") if path.is_file()):
        content += path.read_bytes()
        if path.name.startswith("data-"):
            content += json.dumps(pq.read_table(path)["species"].to_pylist(), ensure_ascii=False).encode()
    return content


def tell(home: Path, rows: int, trial: int) -> None:
    """Write down beside the city whether the row is there as it was before, or erased."""
    (home.parent / "told").write_text("new" if look(home, rows, trial) else "old")


def finish(home: Path, rows: int, trial: int) -> None:
    """Erase the row unless that is done, and look for its secret in whatever is left."""
    with suppress(ReleaseRefused):
        erasing(home, trial)()
    assert look(home, rows, trial)
    city = city_at(home)
    bytes_left = everywhere(city)
    assert secret(trial).encode() not in bytes_left
    assert secret(trial + 1).encode() in bytes_left


def main(home: Path, rows: int, kills: int, seed: int) -> None:
    file = file_of(home, rows, kills + 3)
    done(lambda: publish(home, file, PERIOD))
    whole = min(timed(erasing(home, trial)) for trial in range(2))
    chance = random.Random(seed)
    # One moment in each part of the time, in any order, so that no stage is spared.
    for number, part in enumerate(chance.sample(range(kills), kills)):
        trial = number + 2
        after = whole * 1.1 * (part + chance.random()) / kills
        died = killed(erasing(home, trial), after)
        done(partial(tell, home, rows, trial))
        state = (home.parent / "told").read_text()
        assert died or state == "new"
        done(partial(finish, home, rows, trial))
        line = ("killed" if died else "ended", state, f"{after / whole:.2f}")
        print(*line, flush=True)  # noqa: T201 - the parent reads this line


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
