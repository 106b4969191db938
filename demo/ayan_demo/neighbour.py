"""A second invented city, of which the first has harvested revenues and people, so that two cities can be compared.

It publishes through the real pipeline, and what is taken of it is proved by its log, as that of a true neighbour is;
only the way between the two leads over a folder instead of the network.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from ayan.cli.new_city import make_home
from ayan.core.harvest.cities import CityProfile
from ayan.core.harvest.portal import HarvestOutcome
from ayan.core.harvest.release_harvest import harvest_sealed
from ayan.core.ledger.proof import prove_leaf
from ayan.core.ledger.signing_key import demo_signer
from ayan.core.transparency.evidence import DATASETS, copy_bounded
from ayan.core.values.clock import FixedClock
from ayan.core.values.label import Label
from ayan.wiring.city import City
from ayan_demo import treasury
from ayan_demo.build import Unexpected, publish
from ayan_demo.invented_words import NEIGHBOUR_EN, NEIGHBOUR_FA
from ayan_demo.post import PostOffice
from ayan_demo.scale import Scale
from ayan_demo.timeline import CityClock, at, day
from ayan_demo.world import World

CODE: Final = "neighbour"
DOMAIN: Final = "neighbour.ayan.invalid"
SEED: Final = 1405
SIZE: Final = Scale(
    name="neighbour",
    years=(1402, 1403, 1404),
    contract_years=(1402, 1403, 1404),
    payment_months=((1404, 12),),
    payments=10,
    pay_months=((1404, 12),),
    managers=10,
    vendors=60,
    contracts=120,
    permits=20,
    parcels=60,
    streets=10,
    resolutions=10,
    sessions=3,
    members=3,
)
_PROOF: Final = "log/proof/"


@dataclass(frozen=True, slots=True)
class _OnDisk:
    """The neighbour's portal as its own folder shows it: the same files under the same paths."""

    city: City
    name: str = f"https://{DOMAIN}"

    def get(self, path: str) -> bytes:
        """A document; the proofs are made as the portal makes them."""
        if path.startswith(_PROOF) and self.city.log is not None:
            return prove_leaf(self.city.log, int(path.removeprefix(_PROOF)))
        return self._at(path).read_bytes()

    def fetch(self, path: str, target: Path, most: int) -> None:
        """Copy a file."""
        with self._at(path).open("rb") as file:
            copy_bounded(file, target, most, path)

    def _at(self, path: str) -> Path:
        if not path.startswith(DATASETS):
            return self.city.home / "ledger" / path.removeprefix("log/")
        slug, _, period, number, name = path.removeprefix(f"{DATASETS}/").split("/")
        return self.city.release_store.release(slug, period, int(number)).local(name)


def harvest(city: City) -> list[HarvestOutcome]:
    """Let ``city`` have harvested its neighbour, which is made for that and gone afterwards. Raises Unexpected."""
    with city.private_store.scratch_folder() as folder:
        files = _OnDisk(_published(folder))
        about = CityProfile(
            code=CODE,
            title=Label(NEIGHBOUR_FA, NEIGHBOUR_EN),
            kind="ayan",
            address=files.name,
            harvested_at=city.clock.now(),
        )
        wanted = {slug: city.registry.get(slug) for slug in files.city.release_store.datasets()}
        key = demo_signer(DOMAIN).verifier
        outcomes = harvest_sealed(city.others.begin(about), files, wanted, city.clock, key)
    for outcome in outcomes:
        if outcome.refused:
            raise Unexpected(f"{outcome.slug}: {outcome.refused}")
    return outcomes


def visit(home: Path, now: datetime) -> int:
    """The same for the city in ``home``, whose clock stands at a moment; how many releases came."""
    return sum(len(outcome.came) for outcome in harvest(City(home, home / "store", FixedClock(now))))


def _published(folder: Path) -> City:
    """The neighbour: three years of revenues, and its people, a third of those of the first city, each in its time."""
    home = folder / "home"
    make_home(home, Label(NEIGHBOUR_FA, NEIGHBOUR_EN), demo=True, domain=DOMAIN)
    clock = CityClock(at(day(SIZE.contract_years[0], 1, 15)))
    neighbour = City(home, home / "store", clock)
    less = "(SELECT * REPLACE (amount * 27 // 100000 * 1000 AS amount) FROM {})"
    fewer = "(SELECT * REPLACE (people // 3 AS people, households // 3 AS households) FROM population)"
    with closing(World(SIZE, SEED, folder / "scratch")) as world:
        office = PostOffice(world, folder)
        for sending in treasury.revenues(SIZE):
            if not sending.refused:
                publish(neighbour, clock, office.send(replace(sending, relation=less.format(sending.relation))))
        publish(neighbour, clock, office.send(replace(treasury.registers(SIZE)[0], relation=fewer)))
    return neighbour
