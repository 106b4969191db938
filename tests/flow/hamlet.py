"""The smallest invented city, as it is published and as it truly is; it is built once a run."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from tests.run_folder import made_once

from ayan.core.store.release import Release
from ayan.wiring.city import City
from ayan_demo.build import build
from ayan_demo.scale import SCALES, Scale
from ayan_demo.submissions import SEED
from ayan_demo.world import World

HAMLET = Scale(
    name="hamlet",
    years=(1403, 1404),
    contract_years=(1402, 1403, 1404),
    payment_months=((1404, 10), (1404, 11), (1404, 12)),
    payments=300,
    # Two, so that pay has a course.
    pay_months=((1403, 12), (1404, 12)),
    managers=20,
    vendors=60,
    contracts=120,
    permits=60,
    parcels=180,
    streets=40,
    resolutions=30,
    sessions=6,
    members=5,
)


@dataclass(frozen=True)
class Published:
    """The built city, its true tables (which take a second to make, and may stand in ``scratch``), and what was told."""

    city: City
    scratch: Path
    progress: list[tuple[int, int]]
    releases: int
    refused: int

    @cached_property
    def world(self) -> World:
        """The true tables, as whoever asks first has them made."""
        return World(HAMLET, SEED, self.scratch)

    def close(self) -> None:
        """End what was begun to hold them."""
        if "world" in vars(self):
            self.world.close()

    def current(self, slug: str) -> str:
        """What is published now, as a table expression."""
        parts = [str(part) for release in self.city.release_store.snapshot(slug).releases for part in release.parts()]
        return f"read_parquet({parts}, union_by_name = true)"


def same(published: Published, truth: str, slug: str, columns: str) -> None:
    """The columns of a true table and of the published one hold the same rows."""
    con = published.world.con
    con.execute(f"CREATE OR REPLACE TEMP TABLE true_rows AS {truth}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE public_rows AS SELECT {columns} FROM {published.current(slug)}")
    rows = [con.execute(f"SELECT count(*) FROM {table}").fetchall() for table in ("true_rows", "public_rows")]
    assert rows[0] == rows[1]
    assert con.execute("FROM true_rows EXCEPT FROM public_rows LIMIT 3").fetchall() == []


def published_hamlet(folder: Path) -> Published:
    """A copy of the built city in ``folder``; whoever asks for it closes it."""

    def make(draft: Path) -> None:
        steps: list[tuple[int, int]] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(SCALES, "hamlet", HAMLET)
            result = build(draft / "home", "hamlet", lambda done, total, _: steps.append((done, total)))
        said = {"steps": steps, "releases": result.releases, "refused": result.refused}
        (draft / "said.json").write_text(json.dumps(said), encoding="utf-8")

    built = made_once("hamlet", make)
    said = json.loads((built / "said.json").read_text(encoding="utf-8"))
    home = folder / "home"
    shutil.copytree(built / "home", home, symlinks=True)
    steps = [(done, total) for done, total in said["steps"]]
    return Published(City(home, home / "store"), folder / "world", steps, said["releases"], said["refused"])


def paths(release: Release) -> list[str]:
    """The files of a release."""
    return [str(part) for part in release.parts()]
