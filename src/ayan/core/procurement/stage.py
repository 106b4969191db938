"""The stages of a contracting process, and what of a dataset each has a place for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

StageName = Literal["tender", "bid", "contract", "amendment", "payment"]
STAGES: Final[tuple[StageName, ...]] = get_args(StageName)
StagePartKind = Literal["words", "amount", "day", "count", "listed"]


@dataclass(frozen=True, slots=True)
class StagePlace:
    """One place of a stage: what fits it, and whether it may stay empty.

    One that is ``listed`` is of the closed list in ``codes``: the own codes of a dataset are mapped onto it one by one.
    """

    kind: StagePartKind = "words"
    needed: bool = False
    codes: tuple[str, ...] = ()


_TEXT: Final = StagePlace()
_NEEDED: Final = StagePlace(needed=True)
_MONEY: Final = StagePlace("amount")
_DAY: Final = StagePlace("day")
_METHODS: Final = StagePlace("listed", codes=("open", "selective", "limited", "direct"))
_CATEGORIES: Final = StagePlace("listed", codes=("goods", "works", "services"))
_TENDER_STATES: Final = StagePlace(
    "listed",
    codes=("planning", "planned", "active", "complete", "cancelled", "unsuccessful", "withdrawn"),
)
_CONTRACT_STATES: Final = StagePlace("listed", codes=("pending", "active", "terminated", "cancelled"))
_BID_STATES: Final = StagePlace("listed", codes=("invited", "pending", "valid", "disqualified", "withdrawn"))

PLACES: Final[Mapping[StageName, Mapping[str, StagePlace]]] = {
    # ``award`` and what begins with ``winner`` tell whom it was awarded to; without a winner there is no award.
    "tender": {
        "id": _NEEDED,
        "title": _NEEDED,
        "published": StagePlace("day", needed=True),
        "until": _DAY,
        "value": _MONEY,
        "status": _TENDER_STATES,
        "method": _METHODS,
        "category": _CATEGORIES,
        "eligibility": _TEXT,
        "bidders": StagePlace("count"),
        "unit": _TEXT,
        "budget": _TEXT,
        "awarded": _DAY,
        "winner": _TEXT,
        "winner_id": _TEXT,
        "winner_price": _MONEY,
    },
    "bid": {
        "tender": _NEEDED,
        "id": _NEEDED,
        "day": _DAY,
        "bidder": _NEEDED,
        "bidder_id": _TEXT,
        "value": _MONEY,
        "status": _BID_STATES,
    },
    "contract": {
        "id": _NEEDED,
        "tender": _TEXT,
        "title": _NEEDED,
        "signed": StagePlace("day", needed=True),
        "starts": _DAY,
        "ends": _DAY,
        "value": StagePlace("amount", needed=True),
        "status": _CONTRACT_STATES,
        "method": _METHODS,
        "category": _CATEGORIES,
        "supplier": _NEEDED,
        "supplier_id": _TEXT,
        "unit": _TEXT,
        "budget": _TEXT,
    },
    "amendment": {
        "contract": _NEEDED,
        "id": _NEEDED,
        "day": StagePlace("day", needed=True),
        "kind": _TEXT,
        "change": _MONEY,
        "ends": _DAY,
        "reason": _TEXT,
    },
    "payment": {
        "contract": _NEEDED,
        "id": _NEEDED,
        "day": StagePlace("day", needed=True),
        "value": StagePlace("amount", needed=True),
        "payee": _NEEDED,
        "payee_id": _TEXT,
    },
}
"""What each stage has a place for, after the release schema of OCDS 1.1.5 and its extension for bids."""

NEEDED_STAGE: Final[StageName] = "contract"
"""The stage without which there is no contracting to tell of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcurementStage:
    """A stage as a dataset plays it: its field for each place, what its codes mean, and which of its rows belong.

    ``codes`` gives for a place of codes the code of the standard for each code of the dataset; one that is not in it
    has none. ``only`` are fields with the codes that a row must have one of.
    """

    name: StageName
    dataset: str
    fields: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
