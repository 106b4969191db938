"""What somebody with the key may enter about the log itself: its key, its clock, and an operator's own word."""

from __future__ import annotations

import json
from typing import Any

from tests.flow.forgeries.forged_city import ForgedLog, key
from tests.flow.forgeries.forged_leaves import forgery, new_release

from ayan.core.ledger.note import Signer
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.wiring import ledger

OTHER_KEY, THIEF = (Signer(ledger.DEMO, bytes([number]) * 32) for number in (1, 2))


def rotation(log: ForgedLog, old: Signer, new: Signer, size: int | None = None) -> bytes:
    place = len(log.honest) + len(log.more) if size is None else size
    return KeyRotation.signed(old, new, at=log.after(-1, hours=1), size=place).leaf


def notice(log: ForgedLog, code: str, **facts: Any) -> dict[str, Any]:
    return {"kind": "notice", "at": log.after(-1, hours=1), "code": code, "facts": facts}


@forgery
def rotation_that_the_old_key_has_not_signed(log: ForgedLog) -> None:
    leaf = json.loads(rotation(log, THIEF, OTHER_KEY))
    log.enter(leaf, old=str(key().verifier))


@forgery
def rotation_of_a_key_that_the_log_never_had(log: ForgedLog) -> None:
    log.enter_bytes(rotation(log, key(), OTHER_KEY))
    log.enter_bytes(rotation(log, key(), THIEF))


@forgery
def rotation_back_to_a_key_of_before(log: ForgedLog) -> None:
    log.enter_bytes(rotation(log, key(), OTHER_KEY))
    log.enter_bytes(rotation(log, OTHER_KEY, key()))


@forgery
def rotation_from_another_place(log: ForgedLog) -> None:
    log.enter_bytes(rotation(log, key(), OTHER_KEY, size=3))


@forgery
def rotation_to_a_key_of_another_name(log: ForgedLog) -> None:
    log.enter_bytes(rotation(log, key(), Signer("elsewhere.example", bytes(32))))


@forgery
def rotation_dated_back(log: ForgedLog) -> None:
    signed = KeyRotation.signed(key(), OTHER_KEY, at=log.after(-1, days=-9), size=len(log.honest))
    log.enter_bytes(signed.leaf)


@forgery
def rotation_whose_signatures_are_no_base64(log: ForgedLog) -> None:
    log.enter(json.loads(rotation(log, key(), OTHER_KEY)), signatures={"new": "", "old": "!"})


@forgery
def lost_key_that_was_not_the_last(log: ForgedLog) -> None:
    log.enter(notice(log, "key-lost", old=str(THIEF.verifier), new=str(OTHER_KEY.verifier)))
    log.enter(notice(log, "key-lost", old=str(key().verifier), new=str(THIEF.verifier)))


@forgery
def restored_at_another_size(log: ForgedLog) -> None:
    log.enter(notice(log, "restored-unseen", size=3))


@forgery
def acts_called_lost_that_no_day_sealed(log: ForgedLog) -> None:
    log.enter(notice(log, "acts-lost", since=0, last=10**6, findings=0))


@forgery
def acts_called_lost_of_which_none_is(log: ForgedLog) -> None:
    log.enter(notice(log, "acts-lost", since=0, last=0, findings=0))


@forgery
def clock_confirmed_over_another_time(log: ForgedLog) -> None:
    log.enter(notice(log, "clock-is-right", latest=log.after(-1, days=30)), at=log.after(-1, days=-30))


@forgery
def dated_back_after_the_clock_was_confirmed(log: ForgedLog) -> None:
    log.enter(notice(log, "clock-is-right", latest=log.after(-1)))
    log.enter(new_release(log, at=log.after(-1, days=-1)))


@forgery
def notice_of_no_code(log: ForgedLog) -> None:
    log.enter(notice(log, "all-is-well"))


@forgery
def notice_with_a_fact_too_many(log: ForgedLog) -> None:
    log.enter(notice(log, "restored-unseen", size=len(log.honest), by="the mayor"))
