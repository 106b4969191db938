"""Invented cities that are built once a run and copied wherever one is wanted: a copy takes a hundredth of the time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from tests.run_folder import made_once

from ayan.core.values.clock import FixedClock
from ayan.core.values.label import Label
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts
from ayan.wiring.profile import Profile

PROFILE: Final = Profile(Label("شهر ساختگی", "Invented city"), demo=True)


def opened(home: Path, moment: datetime) -> City:
    """The city in ``home`` as a process sees it that opens it afresh; its clock stands."""
    parts = CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    return City(home, home / "store", FixedClock(moment), parts=parts)


def copy_of(name: str, build: Callable[[Path], City], home: Path) -> City:
    """The city that ``build`` builds, in ``home``; its clock stands where it stood at the end of the building."""

    def make(folder: Path) -> None:
        moment = build(folder / "home").clock.now()
        (folder / "moment").write_text(moment.isoformat(), encoding="ascii")

    built = made_once(name, make)
    shutil.copytree(built / "home", home, dirs_exist_ok=True)
    return opened(home, datetime.fromisoformat((built / "moment").read_text(encoding="ascii")))
