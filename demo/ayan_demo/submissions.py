"""What the offices send, in the order of its days: each file with its moment, its sender and expected fate."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Final

from ayan.core.values.clock import TEHRAN
from ayan_demo import civic, procurement, treasury
from ayan_demo.planned_files import Sending
from ayan_demo.post import PostOffice, Submission
from ayan_demo.scale import SCALES, Scale
from ayan_demo.world import World

SEED: Final = 1404

PLANNED: Final = (
    procurement.chart,
    procurement.vendors,
    procurement.tenders,
    procurement.amendments,
    procurement.works,
    treasury.budget,
    treasury.transfers,
    treasury.revenues,
    treasury.debts,
    treasury.pay,
    treasury.payments,
    treasury.registers,
    civic.registers,
    civic.council,
    civic.streets,
    civic.permits,
    civic.rulings,
    civic.desks,
)
"""The offices, each of which lists its files in the order in which it sends them."""


def submissions(scale: str, seed: int, folder: Path, until: date | None = None) -> Generator[Submission]:
    """Generate the city's files one by one into ``folder`` as time goes by, references before what refers to them.

    With ``until`` up to that day, else all of the scale's closed years. A file is written when its submission is asked
    for. Raises KeyError for an unknown scale, ValueError for a day before its last year was closed.
    """
    office = PostOffice(World(sized(scale, until), seed, folder / "scratch"), folder)
    try:
        for sending in plan(office.scale, _stranger(office.world)):
            submission = office.send(sending)
            # Whatever waited in the queue of a day is not sent after the last one.
            if until is not None and submission.at.astimezone(TEHRAN).date() >= until:
                submission.file.unlink()
                return
            yield submission
    finally:
        office.world.close()


def plan(scale: Scale, stranger: str = "") -> Sequence[Sending]:
    """What is sent, by its day; ``stranger`` is a legal ID that no vendor has."""
    listed = [sending for planned in PLANNED for sending in planned(scale)]
    listed += procurement.contracts(scale, stranger)
    if scale.seen_on is not None:
        listed = [sending for sending in listed if sending.on < scale.seen_on]
    # Those of one day stay in the order in which they are listed, so that a wrong file comes just before the right one.
    return sorted(listed, key=attrgetter("on"))


def sized(scale: str, until: date | None = None) -> Scale:
    """A scale by its name, as it has come to stand on a day."""
    size = SCALES[scale]
    return size if until is None else size.until(until)


def count(scale: str, until: date | None = None) -> int:
    """How many submissions :func:`submissions` yields for ``scale``; of the last days before ``until`` one may wait."""
    return len(plan(sized(scale, until)))


def planted(scale: str, until: date | None = None) -> int:
    """How many of them must be refused."""
    return sum(sending.refused for sending in plan(sized(scale, until)))


def _stranger(world: World) -> str:
    """A legal ID with a right check digit that no vendor of the city has."""
    known = str(world.value("SELECT contractor_id FROM contracts WHERE contractor_id IS NOT NULL LIMIT 1"))
    digits = int(known[2:10])
    return str(
        world.value(
            f"SELECT new_id FROM (SELECT legal_id(n) AS new_id FROM range({digits + 1}, {digits + 50}) r(n)) "
            "WHERE new_id NOT IN (SELECT legal_id FROM vendors) ORDER BY new_id LIMIT 1"
        )
    )
