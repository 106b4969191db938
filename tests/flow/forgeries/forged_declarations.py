"""What somebody with the key may say of declarations and of days of the diary: one function for each forgery."""

from __future__ import annotations

from typing import Any, Final

from tests.flow.forgeries.forged_city import SEALED_1404, ForgedLog
from tests.flow.forgeries.forged_leaves import OTHER, forgery, void

PATH: Final = "datasets/works/dataset.toml"
HASH: Final = "12" * 32


def declared(log: ForgedLog, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "declaration", "at": log.after(-1, hours=1), "path": PATH, "digest": HASH, "size": 40,
    } | changed  # fmt: skip


def diary(**changed: Any) -> dict[str, Any]:
    return {"kind": "diary", "day": "2024-08-06", "at": "2024-08-06T20:30:00Z", "parts": {"missing": HASH}} | changed


# --- declarations -----------------------------------------------------------------------------------------------------


@forgery
def declared_again_unchanged(log: ForgedLog) -> None:
    log.enter(declared(log))
    log.enter(declared(log, at=log.after(-1, hours=2)))


@forgery
def taken_away_what_never_stood(log: ForgedLog) -> None:
    log.enter(declared(log, digest=None, size=None))


@forgery
def taken_away_twice(log: ForgedLog) -> None:
    log.enter(declared(log))
    log.enter(declared(log, digest=None, size=None))
    log.enter(declared(log, digest=None, size=None, at=log.after(-1, hours=2)))


@forgery
def declared_two_years_back(log: ForgedLog) -> None:
    log.enter(declared(log, at=log.after(-1, days=-730)))


@forgery
def declared_above_the_city(log: ForgedLog) -> None:
    log.enter(declared(log, path="datasets/../keys/log.key"))


@forgery
def declared_hidden(log: ForgedLog) -> None:
    log.enter(declared(log, path="datasets/.works/dataset.toml"))


@forgery
def declared_with_a_digest_and_no_size(log: ForgedLog) -> None:
    log.enter(declared(log, size=None))


@forgery
def declared_with_a_size_in_words(log: ForgedLog) -> None:
    log.enter(declared(log, size="40"))


@forgery
def void_of_a_declaration(log: ForgedLog) -> None:
    index = log.enter(declared(log))
    log.enter(void(log, SEALED_1404, voids=index, at=log.after(-1, hours=2)))


# --- days of the diary ------------------------------------------------------------------------------------------------


@forgery
def diary_sealed_twice(log: ForgedLog) -> None:
    log.enter(diary())
    log.enter(diary(parts={"missing": OTHER}))


@forgery
def diary_of_the_past(log: ForgedLog) -> None:
    log.enter(diary())
    log.enter(diary(day="2024-08-05", at="2024-08-05T20:30:00Z"))


@forgery
def diary_dated_at_noon(log: ForgedLog) -> None:
    log.enter(diary(at="2024-08-06T08:30:00Z"))


@forgery
def diary_of_the_last_of_all_days(log: ForgedLog) -> None:
    log.enter(diary(day="9999-12-31", at="9999-12-31T20:30:00Z"))


@forgery
def diary_of_nothing(log: ForgedLog) -> None:
    log.enter(diary(parts={}))


@forgery
def diary_with_a_part_that_climbs(log: ForgedLog) -> None:
    log.enter(diary(parts={"../missing": HASH}))


@forgery
def diary_with_words_for_a_digest(log: ForgedLog) -> None:
    log.enter(diary(parts={"missing": "nothing was missing"}))
