"""The city in use: its folder, its declared datasets, its shelf of releases and its clock."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from ayan.core.schema.definition import Label

DEFAULT_HOME: Final = "var/demo"
UNNAMED: Final = Label("شهرداری", "The Municipality")


@dataclass(frozen=True, slots=True)
class Profile:
    """What ``ayan.toml`` says of the city: its name in both languages and whether everything in it is invented."""

    name: Label = UNNAMED
    demo: bool = False

    @classmethod
    def read(cls, path: Path) -> Profile:
        """The profile in ``path``; an unnamed, real city where there is no such file. ValueError for a broken one."""
        if not path.is_file():
            return cls()
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise ValueError(f"{path.name}: {fault}") from fault
        name, demo = table.get("name", {}), table.get("demo", False)
        if isinstance(name, str):
            name = {"fa": name, "en": name}
        if not isinstance(name, dict) or not isinstance(demo, bool):
            raise ValueError(f"{path.name}: name needs fa and en, and demo is true or false")
        fa = str(name.get("fa") or UNNAMED.fa)
        return cls(Label(fa, str(name.get("en") or fa)), demo)


@dataclass(frozen=True)
class City:
    """One city: everything that a command or a page needs to find its datasets and releases.

    ``store`` is the folder of the releases. The rooms are opened when first asked for, so that a command that needs
    only one pays for only one.
    """

    home: Path
    store: Path

    @cached_property
    def profile(self) -> Profile:
        """What ``ayan.toml`` says of the city."""
        return Profile.read(self.home / "ayan.toml")


def current() -> City:
    """The city that ``AYAN_HOME`` and ``AYAN_STORE`` name; one object per process while they stay the same."""
    home = Path(os.environ.get("AYAN_HOME") or DEFAULT_HOME).expanduser().absolute()
    store = os.environ.get("AYAN_STORE")
    return _opened(home, Path(store).expanduser().absolute() if store else home / "store")


@lru_cache(maxsize=8)
def _opened(home: Path, store: Path) -> City:
    return City(home, store)
