"""Other cities: a folder each, with a store of its own, and beside each release where it came from."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from ayan.core.ledger.proof import SUFFIX
from ayan.core.store.objects import ReleaseAddress
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.tombstone import instant
from ayan.core.system.files import locked, make_folder, write
from ayan.core.values.clock import Clock
from ayan.core.values.label import Label

PortalKind = Literal["ayan", "ckan"]
KINDS: Final[tuple[PortalKind, ...]] = ("ayan", "ckan")
OWN_CITY: Final = "here"
"""The city itself, where cities are told apart by their codes."""

CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
ABOUT: Final = "city.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """The leaf of the other city's log that states the release, and the checkpoint under which it was proved.

    ``origin`` is the name of that log, ``root`` (hex) that of its ``size`` leaves, ``key`` what signed it. ``vouched``
    is whether the operator gave the key; otherwise it came from the portal itself.
    """

    origin: str
    index: int
    size: int
    root: str
    key: str
    vouched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One fetch: from where, when, which bytes, on what terms, and how it fits the declaration here.

    ``address`` is what was fetched and ``page`` where a reader finds it, under a ``title`` where that portal has words
    of its own for it. ``digest`` is the SHA-256 (hex) of the other city's manifest, or of the file that was taken in.
    ``lacking`` are declared columns that it has not, ``unlike`` those whose numbers are of another unit. ``mapping`` is
    the digest (hex) of the mapping it was read with, and ``declaration`` that of the dataset's declaration here.
    """

    kind: PortalKind
    address: str
    page: str
    fetched_at: datetime
    digest: str
    declaration: str
    licence: str = ""
    title: str = ""
    changed: str = ""
    logged: Logged | None = None
    same_declaration: bool = True
    lacking: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    mapping: str = ""
    issues: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The origin as it is kept."""
        return asdict(self) | {"fetched_at": instant(self.fetched_at)}

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Origin:
        """The origin that `as_json` wrote; KeyError, TypeError or ValueError for anything else."""
        logged = table["logged"]
        return cls(
            **{
                **table,
                "fetched_at": datetime.fromisoformat(table["fetched_at"]),
                "logged": Logged(**logged) if logged else None,
                "lacking": tuple(table["lacking"]),
                "unlike": tuple(table["unlike"]),
            }
        )


# --- the cities -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CityProfile:
    """What is known of another city: its code and name here, what kind of portal it has and where.

    ``key`` is the key of its log and ``vouched`` whether the operator gave it; ``checkpoint`` is the newest signed
    checkpoint that was seen, which every later log must continue.
    """

    code: str
    title: Label
    kind: PortalKind
    address: str
    harvested_at: datetime
    key: str = ""
    vouched: bool = False
    checkpoint: str = ""

    def as_json(self) -> dict[str, Any]:
        """What is known, as it is kept."""
        return asdict(self) | {"harvested_at": instant(self.harvested_at)}

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> CityProfile:
        """What `as_json` wrote; KeyError, TypeError or ValueError for anything else."""
        moment, title = datetime.fromisoformat(table["harvested_at"]), Label(**table["title"])
        profile = cls(**{**table, "title": title, "harvested_at": moment})
        if not CODE.fullmatch(profile.code) or profile.kind not in KINDS:
            raise ValueError("not a city")
        return profile


class OtherCity:
    """One other city under ``folder``: ``city.json``, its releases in ``store/``, where each came from in ``origins/``.

    The releases of an Ayan portal stand there byte for byte as that city sealed them, under their own numbers.
    """

    def __init__(self, folder: Path, about: CityProfile, clock: Clock) -> None:
        self.folder = folder
        self.about = about
        self._clock = clock
        # Read once: whatever is harvested later makes another object of the city (`Others.get`).
        self._origins: dict[ReleaseAddress, Origin] = {}

    @property
    def code(self) -> str:
        """What it is called in addresses."""
        return self.about.code

    @cached_property
    def release_store(self) -> ReleaseStore:
        """Its releases, as far as they were harvested."""
        return ReleaseStore(self.folder / "store", self._clock)

    def releases(self) -> Iterator[Release]:
        """Every release that holds now, by dataset and period."""
        for slug in self.release_store.datasets():
            yield from self.release_store.snapshot(slug).releases

    def origin(self, address: ReleaseAddress) -> Origin | None:
        """Where a release came from; None where that is not known (any more)."""
        if address not in self._origins:
            try:
                self._origins[address] = Origin.from_json(json.loads(self._at(address, ".json").read_bytes()))
            except (OSError, ValueError, KeyError, TypeError):
                return None
        return self._origins[address]

    def proof(self, address: ReleaseAddress) -> Path:
        """Where the proof file stands that came with a release of an Ayan portal."""
        return self._at(address, SUFFIX)

    def unfit(self, state: DatasetSnapshot) -> frozenset[str]:
        """The columns of a dataset that cannot be asked about: in no release of the state, or of another unit."""
        origins = [origin for release in state.releases if (origin := self.origin(release.address)) is not None]
        lacking = set.intersection(*(set(origin.lacking) for origin in origins)) if origins else set()
        return frozenset(lacking.union(*(origin.unlike for origin in origins)))

    def keep_origin(self, address: ReleaseAddress, origin: Origin, proof: bytes | None = None) -> None:
        """Write down where a release comes from, durably, before it stands."""
        target = self._at(address, ".json")
        make_folder(target.parent)
        if proof is not None:
            write(self.proof(address), proof)
        write(target, _text(origin.as_json()))
        self._origins[address] = origin

    def keep(self, **changed: Any) -> None:
        """Write down what is known now; readers notice whatever was harvested by this."""
        self.about = replace(self.about, **changed)
        make_folder(self.folder)
        write(self.folder / ABOUT, _text(self.about.as_json()))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other harvest of this city waiting."""
        make_folder(self.folder)
        with locked(self.folder / "lock"):
            yield

    def _at(self, address: ReleaseAddress, ending: str) -> Path:
        return self.folder / "origins" / address.slug / address.period / f"{address.number}{ending}"


class Others:
    """The other cities under ``folder``; one that was never harvested to its end is not among them."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        self._known: dict[str, tuple[str, OtherCity]] = {}

    def all(self) -> tuple[OtherCity, ...]:
        """Every other city, by its code."""
        return tuple(other for code in self._codes() if (other := self.get(code)) is not None)

    def get(self, code: str) -> OtherCity | None:
        """The city of a code; None where there is none, or what is written of it cannot be read."""
        if not CODE.fullmatch(code):
            return None
        stamp, known = self._stamp(code), self._known.get(code)
        if known is None or known[0] != stamp:
            try:
                about = CityProfile.from_json(json.loads((self.folder / code / ABOUT).read_bytes()))
            except (OSError, ValueError, KeyError, TypeError):
                return None
            known = self._known[code] = (stamp, OtherCity(self.folder / code, about, self._clock))
        return known[1]

    def begin(self, about: CityProfile) -> OtherCity:
        """The city to harvest: what is known of it, under the name and address of ``about``."""
        known = self.get(about.code)
        if known is not None:
            about = replace(known.about, title=about.title, address=about.address)
        return OtherCity(self.folder / about.code, about, self._clock)

    def broken(self) -> list[str]:
        """The folders of cities of which nothing can be read."""
        return [code for code in self._codes() if self.get(code) is None]

    def drop(self, code: str) -> bool:
        """Remove a city with everything that was harvested of it; whether there was one."""
        folder = self.folder / code
        if not CODE.fullmatch(code) or not folder.is_dir():
            return False
        (folder / ABOUT).unlink(missing_ok=True)
        shutil.rmtree(folder)
        self._known.pop(code, None)
        return True

    def mark(self) -> str:
        """A short text that is another one after every harvest."""
        return " ".join(f"{code}:{self._stamp(code)}" for code in self._codes())

    def _codes(self) -> list[str]:
        try:
            return sorted(path.name for path in self.folder.iterdir() if CODE.fullmatch(path.name))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _stamp(self, code: str) -> str:
        try:
            facts = (self.folder / code / ABOUT).stat()
        except OSError:
            return ""
        return f"{facts.st_ino}.{facts.st_mtime_ns}"


def _text(table: Mapping[str, Any]) -> bytes:
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()
