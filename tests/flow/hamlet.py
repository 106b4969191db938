"""The smallest invented city, as it is published and as it truly is."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.wiring.city import City
from ayan_demo.scale import Scale
from ayan_demo.world import World

HAMLET = Scale(
    name="hamlet",
    years=(1403, 1404),
    contract_years=(1402, 1403, 1404),
    payment_months=((1404, 10), (1404, 11), (1404, 12)),
    payments=300,
    pay_months=((1404, 12),),
    managers=20,
    vendors=60,
    contracts=120,
    permits=60,
    streets=40,
    resolutions=30,
    sessions=6,
    members=5,
)


@dataclass(frozen=True)
class Published:
    """The built city, its true tables, and what was told while it was built."""

    city: City
    world: World
    told: list[tuple[int, int]]
    releases: int
    refused: int

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
