"""A small city and what a holder of its key makes of it: more leaves, other manifests, a folder laid out as it is served."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tests.apps.built_city import PROFILE, copy_of, opened
from tests.apps.small_city import STATES, WORKS, declare, publish, sheet

from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.signing_key import demo_signer
from ayan.core.publish.erasure import erase
from ayan.core.publish.sealing import withdraw
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.evidence import DATASETS
from ayan.core.values.canonical import canonical_json
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring import ledger
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

NOW: Final = datetime(2024, 8, 5, 12, tzinfo=UTC)
TOTAL: Final = """
[[total]]
code = "open-amount"
sql = "sum(amount) FILTER (WHERE state = 'open')"
label = { fa = "جمع جاری", en = "Open" }
"""
SEALED_1402, WITHDRAWN_1402, SEALED_1403, CORRECTED, ERASED, TRAIL, SEALED_1404 = range(7)
"""Where the honest leaves stand."""


def build_anew(home: Path) -> City:
    """Seven leaves: a release withdrawn, one corrected, rows erased from that, a day of the trail, one more release."""
    clock = FixedClock(NOW)
    town = City(home, home / "store", clock, parts=CityParts(registry=Registry((home / "datasets",)), profile=PROFILE))
    declare(home / "datasets", "works", WORKS + TOTAL, states=STATES)
    gone = publish(town, sheet(3, year=1402), "1402", "works-1402.csv")
    clock.move(timedelta(hours=1))
    withdraw(town.publish_context, gone, "wrong-data", "ناظر ساختگی")
    publish(town, sheet(5, year=1403), "1403", "works-1403.csv")
    clock.move(timedelta(hours=1))
    corrected = publish(town, sheet(8, year=1403), "1403", "works-1403-2.csv")
    clock.move(timedelta(hours=1))
    erase(town.publish_context, corrected, {5}, "personal-data", "ناظر ساختگی", dataset=town.registry.get("works"))
    clock.move(timedelta(days=1))
    town.transparency_log.seal_day(
        TrailDay(day="2024-08-05", at="2024-08-05T20:30:00.000Z", acts=4, last=4, head="ab" * 32)
    )
    publish(town, sheet(6, year=1404), "1404", "works-1404.csv")
    return town


def built(home: Path) -> City:
    """The honest city in a folder of its own."""
    return copy_of("forgeable-city", build_anew, home)


@dataclass
class ForgedLog:
    """Leaves of an honest log, as far as they are kept, and those that are entered after them."""

    honest: list[dict[str, Any]]
    more: list[bytes] = field(default_factory=list)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self.honest[index]

    def after(self, index: int, **later: float) -> str:
        """A moment so much later than an honest leaf, as leaves write it."""
        at = datetime.fromisoformat(self.honest[index]["at"]) + timedelta(**later)
        return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def enter(self, leaf: dict[str, Any], **changed: Any) -> int:
        """Enter a leaf like another one, with some members changed; its index."""
        return self.enter_bytes(canonical_json(leaf | changed))

    def enter_bytes(self, leaf: bytes) -> int:
        """Enter anything."""
        self.more.append(leaf)
        return len(self.honest) + len(self.more) - 1

    def keep(self, count: int) -> None:
        """Begin from the first honest leaves only."""
        del self.honest[count:]


def leaves_of(home: Path) -> list[bytes]:
    """The leaves of a city's log."""
    log = ledger.reading(home)
    assert log is not None
    return log.leaves(0, log.size)


def forged(leaves: Sequence[bytes]) -> ForgedLog:
    """A log to be forged."""
    return ForgedLog([json.loads(leaf) for leaf in leaves])


def key() -> Signer:
    """The key of the honest city, which is the forger's too."""
    return demo_signer(ledger.DEMO)


def write_log(home: Path, leaves: Sequence[bytes], signer: Signer | None = None) -> Log:
    """A log of these leaves in ``home``, under the city's key or another, where a city and where a portal has it."""
    folder, signer = home / ledger.FOLDER, signer or key()
    log = Log(folder, signer.name, signer)
    if leaves:
        log.append_all(leaves)
    (folder / ledger.VERIFIER).write_text(f"{signer.verifier}\n", encoding="utf-8")
    if not (home / "log").exists():
        (home / "log").symlink_to(ledger.FOLDER)
    return log


def lay_out(store: Path, target: Path) -> None:
    """Put the releases that stand in a store where a portal serves them."""
    for manifest in sorted(store.glob("releases/*/*/*/datapackage.json")):
        slug, period, number = manifest.parent.parts[-3:]
        if not (manifest.parent / "tombstone.json").exists():
            shutil.copytree(manifest.parent, target / DATASETS / slug / "releases" / period / number)


def as_city(home: Path) -> City:
    """The city whose folder this is."""
    return opened(home, NOW + timedelta(days=400))
