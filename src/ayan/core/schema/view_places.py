"""The parts that datasets play on special pages, and what kind of field fits each place of a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.schema.field import Kind
from ayan.core.schema.kinds.geometry import GeometryKind
from ayan.core.schema.kinds.identifiers import CodeKind, CompanyKind, RefKind
from ayan.core.schema.kinds.numbers import DecimalKind, IntegerKind, RialKind
from ayan.core.schema.kinds.temporal import DateKind, PeriodKind
from ayan.core.schema.kinds.texts import LinkKind, PlaceKind, TextKind

MONEY: Final = (RialKind(),)
WORDS: Final = (TextKind(), PlaceKind())
CODES: Final = (CodeKind(), TextKind(), RefKind(), CompanyKind())
NAMES: Final = (*CODES, PlaceKind())
DAYS: Final = (DateKind(),)
YEARS: Final = (PeriodKind(),)
COUNTS: Final = (IntegerKind(),)
NUMBERS: Final = (IntegerKind(), DecimalKind())
SHAPES: Final = (GeometryKind(),)


@dataclass(frozen=True, slots=True)
class RolePlace:
    """One place of a part: the kinds of field that fit, and whether it may stay empty.

    ``choice`` asks for a code of the list of the field in ``of`` instead of a field. ``listed`` asks for a field whose
    values stand in a list.
    """

    kinds: tuple[Kind, ...] = ()
    needed: bool = False
    listed: bool = False
    of: str = ""


def _must(*kinds: Kind, listed: bool = False) -> RolePlace:
    return RolePlace(kinds, needed=True, listed=listed)


def _may(*kinds: Kind, listed: bool = False) -> RolePlace:
    return RolePlace(kinds, listed=listed)


PARTS: Final[Mapping[str, Mapping[str, RolePlace]]] = {
    # A line is a lowest line; `amended` is the figure after amendments, and empty where nothing was changed; `revised`
    # is that figure for every line, and what spending is told in per cent of.
    "budget-lines": {
        "year": _must(*YEARS),
        "scheme": _must(*CODES),
        "code": _must(*CODES),
        "title": _must(*WORDS),
        "side": _must(*WORDS, listed=True),
        "heading": _may(*CODES),
        "heading_title": _may(*WORDS),
        "class": _may(*WORDS, listed=True),
        "approved": _must(*MONEY),
        "amended": _may(*MONEY),
        "revised": _may(*MONEY),
        "spent": _may(*MONEY),
        "current": _may(*MONEY),
        "capital": _may(*MONEY),
        "explanation": _may(*WORDS),
    },
    # A change of lines within the year: taken from one, added to another, or only one of both.
    "budget-moves": {
        "number": _must(*CODES),
        "year": _must(*YEARS),
        "scheme": _must(*CODES),
        "from": _must(*CODES),
        "to": _must(*CODES),
        "amount": _must(*MONEY),
        "day": _may(*DAYS),
        "kind": _may(*WORDS, listed=True),
        "decision": _may(*CODES),
        "reason": _may(*WORDS),
    },
    "units": {
        "code": _must(*CODES),
        "title": _must(*NAMES),
        "parent": _must(*CODES),
        "kind": _may(*WORDS, listed=True),
        "head": _may(*WORDS),
        "phone": _may(*CODES),
    },
    # The newest period tells who holds a post now.
    "post-holders": {"name": _must(*NAMES), "post": _must(*WORDS), "unit": _must(*NAMES), "period": _must(*YEARS)},
    # One finished case a row: its service by code, the day on which it came, and where its working days went.
    "service-times": {
        "service": _must(*CODES),
        "received": _must(*DAYS),
        "queued": _must(*COUNTS),
        "worked": _must(*COUNTS),
        "waited": _must(*COUNTS),
        "returns": _may(*COUNTS),
        "visits": _may(*COUNTS),
    },
    # Finished cases added up by year, service, unit and step: how many passed a step, and their working days in it.
    "step-times": {
        "year": _must(*YEARS),
        "service": _must(*CODES),
        "unit": _must(*NAMES),
        "part": _must(*WORDS, listed=True),
        "step": _must(*WORDS),
        "step_en": _may(*WORDS),
        "cases": _must(*COUNTS),
        "days": _must(*COUNTS),
        "cost": _may(*MONEY),
    },
    # Pieces of land with what may be built on them: the density and the coverage are per cent of the land.
    "land-parcels": {
        "code": _must(*CODES),
        "district": _may(*WORDS, listed=True),
        "street": _may(*WORDS),
        "zone": _may(*WORDS, listed=True),
        "use": _may(*WORDS, listed=True),
        "density": _may(*NUMBERS),
        "storeys": _may(*COUNTS),
        "area": _may(*NUMBERS),
        "coverage": _may(*NUMBERS),
        "parking": _may(*NUMBERS),
        "shape": _may(*SHAPES),
    },
    # What a square metre is valued at on a street, from which levies are computed, and the factor of the street.
    "land-values": {
        "year": _must(*YEARS),
        "street": _must(*WORDS),
        "value": _must(*MONEY),
        "coefficient": _may(*NUMBERS),
    },
    # What may be built and was paid for: the floor area is what tariffs ask for of one that is planned.
    "permitted-buildings": {"parcel": _must(*CODES), "floor_area": _may(*NUMBERS), "storeys": _may(*COUNTS)},
    # What the city does for people; the days are those that it promises.
    "public-services": {"title": _must(*WORDS), "days": _may(*COUNTS)},
    "council-seats": {
        "name": _must(*NAMES),
        "office": _may(*WORDS, listed=True),
        "commission": _may(*WORDS),
        "term": _may(*COUNTS),
        "since": _may(*DAYS),
        "until": _may(*DAYS),
    },
    "council-sittings": {
        "number": _must(*CODES),
        "day": _must(*DAYS),
        "kind": _may(*WORDS, listed=True),
        "present": _may(*COUNTS),
        "absent": _may(*COUNTS),
        "items": _may(*COUNTS),
        "minutes": _may(LinkKind()),
    },
    "council-decisions": {
        "number": _must(*CODES),
        "title": _must(*WORDS),
        "day": _must(*DAYS),
        "sitting": _may(*CODES),
        "text": _may(*WORDS),
        "commission": _may(*WORDS),
        "for": _may(*COUNTS),
        "against": _may(*COUNTS),
        "abstained": _may(*COUNTS),
        "not_voting": _may(*COUNTS),
        "outcome": _may(*WORDS, listed=True),
        "passed": RolePlace(of="outcome"),
        "failed": RolePlace(of="outcome"),
        "follow_up": _may(*WORDS, listed=True),
        "answer": _may(*WORDS),
    },
    "council-ballots": {"decision": _must(*CODES), "member": _must(*NAMES)}
    | {"vote": _must(*WORDS, listed=True), "day": _may(*DAYS)}
    | {meaning: RolePlace(of="vote") for meaning in ("yes", "no", "abstain", "no_vote", "absent")},
    "council-roll": {
        "sitting": _must(*CODES),
        "member": _must(*NAMES),
        "attendance": _must(*WORDS, listed=True),
        "present": RolePlace(needed=True, of="attendance"),
        "day": _may(*DAYS),
    },
}
"""The parts there are, each with its places in the order in which a declaration is read."""
