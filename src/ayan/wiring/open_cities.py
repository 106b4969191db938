"""The cities that a process has open, each read anew once its ``ayan.toml`` is another."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from ayan.core.system.file_contents import file_stamp
from ayan.core.values.local_path import local_path
from ayan.wiring.engine import DEFAULT_ENGINE
from ayan.wiring.limits import DEFAULT_MEMORY_MB, LEAST_MEMORY_OF_CITY, MOST_CITIES, PART_OF_CITY
from ayan.wiring.store_place import CACHE, StorePlace, store_place

Opened = TypeVar("Opened")
_Made_co = TypeVar("_Made_co", covariant=True)
DEFAULT_HOME: Final = "var/demo"
INDEX: Final = "index"
"""The folder of what is derived from the releases, in that of the city or of the machine."""


class CityNames(NamedTuple):
    """What the variables say of a city, as they say it.

    ``folder``, where the process stands, decides what a relative path means; it is empty where there is none.
    """

    home: str
    store: str
    engine: str
    memory: str
    machine: str
    folder: str


class Opener(Protocol[_Made_co]):
    """Whoever opens a city; raises ValueError or OSError where its file cannot be read."""

    def __call__(self, names: CityNames, *, again: bool) -> _Made_co:
        """The city of these names."""


class OpenCities(Generic[Opened]):
    """One object for each city, as long as what names it and its file stay.

    ``opener`` makes one from its names, ``again`` or for the first time. What was open stays where the file cannot be
    read any more: somebody is writing it, or wrote it wrong.
    """

    def __init__(self, opener: Opener[Opened]) -> None:
        self._opener = opener
        self._open: dict[CityNames, tuple[tuple[int, ...], Opened]] = {}

    def of(self, names: CityNames) -> Opened:
        """The city of these names. Raises what the opener raises of one that was not open before."""
        stamp = file_stamp(f"{names.home}/ayan.toml")
        held = self._open.get(names)
        if held is None or held[0] != stamp:
            held = stamp, self._opened(names, held[1] if held else None)
            while names not in self._open and len(self._open) >= MOST_CITIES:
                self._open.pop(next(iter(self._open)), None)
            self._open[names] = held
        return held[1]

    def _opened(self, names: CityNames, before: Opened | None) -> Opened:
        if before is None:
            return self._opener(names, again=False)
        try:
            return self._opener(names, again=True)
        except (ValueError, OSError):
            return before

    def close(self) -> None:
        """Forget all of them."""
        self._open.clear()


def city_names() -> CityNames:
    """What the variables say now."""
    said = os.environ.get
    home, engine = said("AYAN_HOME") or DEFAULT_HOME, said("AYAN_ENGINE") or DEFAULT_ENGINE
    store, memory, machine = said("AYAN_STORE") or "", said("AYAN_MEMORY_MB") or "", said("AYAN_MACHINE") or ""
    # On every request: where all paths are whole ones, nothing depends on where this process stands.
    whole = home[0] == "/" and store[:1] in ("", "/") and machine[:1] in ("", "/")
    return CityNames(home, store, engine, memory, machine, "" if whole else os.getcwd())  # noqa: PTH109 - as above


def names_of_many(home: Path, store: str) -> CityNames:
    """What the variables say of one of many cities in a process, each of which may take a part of its memory."""
    memory, engine = (os.environ.get(name) or "" for name in ("AYAN_MEMORY_MB", "AYAN_ENGINE"))
    part = max(LEAST_MEMORY_OF_CITY, (int(memory) if memory.isdecimal() else DEFAULT_MEMORY_MB) // PART_OF_CITY)
    return CityNames(str(home), store, engine or DEFAULT_ENGINE, str(part), "", "")


def folders(names: CityNames) -> tuple[Path, StorePlace, Path | None]:
    """The folder of the city, the place of its releases, and the machine's own folder of index files, if it has one.

    Raises NotOnThisMachine for an address where a folder is wanted, and what `store_place` raises.
    """
    home = local_path(names.home, "AYAN_HOME").absolute()
    store = store_place(names.store, home)
    if store.bucket is not None and names.machine:
        # On a folder that machines share they would remove it for each other.
        store = replace(store, folder=local_path(names.machine, "AYAN_MACHINE").absolute() / CACHE)
    own = local_path(names.machine, "AYAN_MACHINE").absolute() / INDEX if names.machine else None
    return home, store, own
