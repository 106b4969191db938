"""Damaged files: an index never reaches an answer, a lost part is said so and takes nothing else down, a tile is told."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from tests.cli.city import Town, make_town
from tests.faults.checked_city import checked_releases, trees
from tests.faults.running_site import running, with_database
from tests.run_folder import made_once
from tests.sampling import sampled

from ayan.core.index.secondary_index import index_files

ROWS: Final = 6_000
"""Enough for a secondary index."""

INDEX: Final = (".duckdb", ".index", ".postings", ".rows")
QUESTIONS: Final = (
    "_sort_desc=cost&_size=20",
    "_search=17&_count=1",
    "species=گونه 17&_count=1",
    "groups?by=species&sum=cost&count=1",
    "cost__gte=90000000&_sort=number&_size=50",
)


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


def holed(path: Path) -> None:
    """As a sector that comes back empty."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(bytes(min(4096, path.stat().st_size // 4)))


def empty(path: Path) -> None:
    os.truncate(path, 0)


def gone(path: Path) -> None:
    path.unlink()


Damage = Callable[[Path], None]
DAMAGES: Final[tuple[Damage, ...]] = (garbage, cut, holed, empty, gone)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with a large dataset and a small one; built once."""

    def make(folder: Path) -> None:
        new_town = make_town(folder)
        assert new_town.publish(trees(new_town, ROWS)).code == 0
        benches = new_town.file("شماره,هزینه\n1,1000\n2,2000\n", "benches.csv")
        people = ("--by", "فرستنده", "--approve", "یکم")
        assert new_town.ayan("publish", benches, "--dataset", "benches", *people).code == 0

    shutil.copytree(made_once("faults-town", make), tmp_path, dirs_exist_ok=True, symlinks=True)
    return Town(tmp_path / "city")


def answers(town: Town, most: int = len(QUESTIONS), **settings: Any) -> list[dict[str, object]]:
    said = [town.ayan("query", "trees", question, **settings) for question in QUESTIONS[:most]]
    assert [each.code for each in said] == [0] * len(said), said
    # What an answer was read from is said in it too.
    return [{name: part for name, part in each.json.items() if name in ("rows", "total", "groups")} for each in said]


def index_of(town: Town, suffix: str) -> Path:
    (file,) = town.city.index_store.files(town.city.release_store.snapshot("trees"))
    return next(path for path in (file, *index_files(file)) if path.suffix == suffix)


def writable(path: Path) -> Path:
    path.chmod(0o600)
    path.parent.chmod(0o700)
    return path


@pytest.mark.parametrize(
    ("suffix", "damage"),
    sampled(
        "damaged index",
        [(suffix, damage) for suffix in INDEX for damage in DAMAGES],
        1,
        by=lambda case: case[0] == INDEX[0],
    ),
    ids=lambda given: given if isinstance(given, str) else given.__name__,
)
def test_a_damaged_index_changes_no_answer(town: Town, suffix: str, damage: Damage) -> None:
    right = answers(town, AYAN_ENGINE="parquet")
    path = writable(index_of(town, suffix))
    damage(path)
    assert answers(town) == right
    assert town.ayan("reindex", "trees").code == 0
    assert answers(town, 1) == right[:1]
    assert checked_releases(town.city) == ["trees/1403-05/1"]


@pytest.mark.soak
def test_a_damaged_index_is_told(town: Town) -> None:
    with_database(town)
    garbage(writable(index_of(town, ".index")))
    with running(town) as site:
        assert site.ask("/data/trees?_search=17")[0] == 200
        assert "trees" in site.log_text()
        assert "index" in site.log_text().lower()
    said = town.ayan("doctor")
    assert "The secondary index of trees is missing or damaged" in said.out


@pytest.mark.soak
def test_a_damaged_part_takes_nothing_else_down(town: Town) -> None:
    with_database(town)
    release = town.city.release_store.releases("trees")[0]
    (part,) = release.parts()
    garbage(writable(part))
    shutil.rmtree(town.home / "index" / "trees")
    with running(town) as site:
        for path in ("/", "/en/", "/data/", "/data/benches", "/missing", "/log/", "/search?q=1000"):
            assert site.ask(path)[0] == 200, path
        status, page = site.ask("/en/data/trees")
        assert status == 503, "an honest refusal"
        assert "Traceback" not in page
        status, problem = site.ask("/api/v1/datasets/trees/rows")
        assert status == 503
        assert {"title", "status"} <= set(json.loads(problem))
        assert "trees" in site.log_text()
    for words in (("doctor",), ("doctor", "--deep")):
        said = town.ayan(*words)
        assert said.code == 1, words
        assert "trees/1403-05/1" in said.out
        assert "Discrepancy(" not in said.out


@pytest.mark.soak
@pytest.mark.parametrize("damage", [garbage, empty, gone], ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("kind", ["hashes", "entries"])
def test_a_damaged_tile_stops_what_would_be_signed(town: Town, kind: str, damage: Damage) -> None:
    with_database(town)
    tiles = town.home / "ledger" / "tile"
    room = tiles / "entries" if kind == "entries" else tiles / "0"
    newest = max((path for path in room.rglob("*") if path.is_file()), key=lambda path: (len(path.parts), path.name))
    before = newest.read_bytes()
    damage(writable(newest))
    checkpoint = (town.home / "ledger" / "checkpoint").read_bytes()
    said = town.ayan("doctor")
    assert said.code == 1, said.words
    assert "log" in said.out
    refused = town.publish(trees(town, 10, name="more.csv"))
    if refused.code == 0:
        # What stood in it was not needed, and is written anew.
        assert (town.home / "ledger" / "checkpoint").read_bytes() != checkpoint
        town.city.transparency_log.log.audit()
        return
    assert (town.home / "ledger" / "checkpoint").read_bytes() == checkpoint, "nothing was signed"
    newest.write_bytes(before)
    assert town.publish(trees(town, 10, name="more.csv")).code == 0
    assert checked_releases(town.city)[-1] == "trees/1403-05/2"
