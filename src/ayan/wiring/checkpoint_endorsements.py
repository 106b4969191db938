"""What others are asked for each day, so that everybody sees how fresh the log is: cosignatures, an anchor in time."""

from __future__ import annotations

import logging
import os
from datetime import date
from http.client import HTTPException
from typing import Final

from ayan.core.ledger.remote_checkpoints import WitnessRequest, post
from ayan.core.transparency import anchors
from ayan.core.transparency.anchors import Anchor, NoAnchor
from ayan.core.transparency.limits import AUTHORITY_SECONDS
from ayan.core.values.clock import today
from ayan.wiring import ledger
from ayan.wiring.city import City

AUTHORITY: Final = "AYAN_TSA"
"""The variable that names the time-stamping authority (RFC 3161) by its address."""


def renew(city: City) -> list[WitnessRequest]:
    """Ask the witnesses to cosign the log as it stands once more; how each of them answered.

    Nothing where none are named or nothing has been entered. Raises as `City.transparency_log`.
    """
    if city.log is None or not (city.home / ledger.POLICY).is_file():
        return []
    return ledger.ask(city.home, city.transparency_log.log)


def anchor(city: City) -> Anchor | None:
    """Have the log stamped with the time, once a day; None where it was, where no authority is named, or none came.

    What an authority does never ends anything else: it is written down, and the doctor tells of it.
    """
    url, log, day = os.environ.get(AUTHORITY, ""), city.log, today(city.clock)
    if not url or log is None or day.isoformat() in anchors.days(log.folder):
        return None

    def send(request: bytes) -> bytes:
        reply = post(url, request, AUTHORITY_SECONDS, kind=anchors.REQUEST_TYPE)
        if reply.status != 200:
            raise NoAnchor(f"the authority answered {reply.status}")
        return reply.body

    try:
        return anchors.ask(log, day, send)
    except (NoAnchor, OSError, HTTPException, ValueError) as trouble:
        logging.getLogger(__name__).warning("no anchor in time: %s", trouble)
        return None


def last_anchor(city: City) -> date | None:
    """The day of the newest anchor; None while there is none."""
    known = anchors.days(city.home / ledger.FOLDER)
    return date.fromisoformat(known[-1]) if known else None
