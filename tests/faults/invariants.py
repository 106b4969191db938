"""What must stand after every fault: each release whole, each act in the log once, nothing half."""

from __future__ import annotations

from pathlib import Path

import duckdb
from tests.cli.city import HEADER, Town

from ayan.core.ledger.log import Log
from ayan.core.store.parquet import verify
from ayan.core.store.release import Release
from ayan.core.transparency.entries.entry import parse_entry
from ayan.core.transparency.entries.statement import Statement, sealed
from ayan.wiring import ledger
from ayan.wiring.city import City


def trees(town: Town, rows: int, month: str = "05", first: int = 1, name: str = "trees.csv") -> Path:
    """A file of so many invented trees of a month of 1403, that cost as much as those of any other month.

    However few there are, dear and cheap ones are among them: a month whose amounts are a tenth of another's is refused.
    """
    lines = (
        f"{n},1403/{month}/{n % 30 + 1:02},گونه {n * 7919 % 997},{(n * 89 % 300 + 1) * 104_729},"
        for n in range(first, first + rows)
    )
    return town.file("\n".join([HEADER, *lines]) + "\n", name)


def standing(city: City, slug: str = "trees") -> list[str]:
    """Hold a city against what it promises, as a new process sees it; the releases of a dataset that stand.

    Numbers are without gaps, every file is what its manifest says, every release has its one leaf, no leaf speaks of
    what is not there, the log's hashes are those of its entries, and no row is served twice or left out.
    """
    releases = city.release_store.releases(slug)
    for period in {release.period for release in releases}:
        numbers = sorted(release.number for release in releases if release.period == period)
        assert numbers == list(range(1, len(numbers) + 1)), f"a gap in {period}: {numbers}"
    for release in releases:
        if not release.withdrawn:
            assert verify(release.folder, release.manifest) == []
    # As a reader opens it: whoever would sign is refused while keys or leaves are not the right ones.
    log = ledger.reading(city.home)
    assert log is not None
    _logged(log, slug, releases)
    snapshot = city.release_store.snapshot(slug)
    if city.index_store.is_built(snapshot):
        served: dict[str, int] = {}
        for index in city.index_store.files(snapshot):
            with duckdb.connect(str(index), read_only=True) as con:
                served |= con.execute("SELECT _period, count(*) FROM rows GROUP BY _period").fetchall()
        assert served == {release.period: release.rows for release in snapshot.releases}
    return [release.ref for release in releases]


def _logged(log: Log, slug: str, releases: list[Release]) -> None:
    log.audit()
    stated = {at: parse_entry(leaf) for at, leaf in enumerate(log.leaves(0, log.size))}
    undone = {statement.voids for statement in stated.values() if isinstance(statement, Statement)}
    said = [
        statement.leaf
        for at, statement in stated.items()
        if isinstance(statement, Statement)
        and statement.dataset == slug
        and statement.act == "sealed"
        and at not in undone
    ]
    waiting = {intent.leaf for intent in log.intents()}
    shelved = {sealed(release).leaf for release in releases}
    assert len(set(said)) == len(said), "an act has two leaves"
    assert shelved <= set(said), "a release is public without its leaf"
    assert set(said) - shelved <= waiting, "the log speaks of what is not there, and nobody will settle it"
