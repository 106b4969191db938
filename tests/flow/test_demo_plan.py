"""The plan of the invented city: no two parcels share ground, however large the city is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from ayan_demo import world
from ayan_demo.scale import SCALES


@pytest.mark.parametrize("scale", ["small", "city"])
def test_no_two_parcels_share_ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scale: str) -> None:
    """Districts lie askew, each its own way, and the larger the city the farther they lean towards each other."""
    # The land leans on nothing that later tables hold.
    monkeypatch.setattr(world, "TABLES", tuple(name for name in world.TABLES if name <= "02_parcels.sql"))
    monkeypatch.setattr(world, "KEPT", -1)
    land = world.World(SCALES[scale], 1, tmp_path / "scratch" / "world")
    rows = land.con.execute("SELECT geometry FROM parcels").fetchall()
    land.close()
    shapes = shapely.from_geojson(np.array([row[0] for row in rows], dtype=object))
    assert len(shapes) == SCALES[scale].parcels
    assert shapely.is_valid(shapes).all()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = first < second
    shared = shapely.area(shapely.intersection(shapes[first[apart]], shapes[second[apart]]))
    # A corner that two share is rounded to millionths of a degree.
    assert shared.max() < 1e-11
