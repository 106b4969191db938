"""What somebody with the key may enter in a log that only grows: one function for each forgery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.flow.forgeries.forged_city import (
    CORRECTED,
    ERASED,
    SEALED_1402,
    SEALED_1403,
    SEALED_1404,
    TRAIL,
    WITHDRAWN_1402,
    ForgedLog,
)

from ayan.core.values.canonical import canonical_json

OTHER: Final = "cd" * 32
FORGERIES: Final[dict[str, Callable[[ForgedLog], object]]] = {}


def forgery(make: Callable[[ForgedLog], object]) -> Callable[[ForgedLog], object]:
    """Put a forgery on the list, under the name of its function."""
    FORGERIES[make.__name__.replace("_", "-")] = make
    return make


def withdrawal(log: ForgedLog, of: int, **changed: Any) -> dict[str, Any]:
    facts = {"act": "withdrawn", "rows": 0, "supersedes": None, "code": "wrong-data", "at": log.after(-1, hours=1)}
    return log[of] | facts | changed


def void(log: ForgedLog, of: int, **changed: Any) -> dict[str, Any]:
    return log[of] | {"act": "void", "voids": of, "at": log.after(of, minutes=5)} | changed


def new_release(log: ForgedLog, **changed: Any) -> dict[str, Any]:
    facts = {"period": "1405", "manifest": OTHER, "at": log.after(-1, hours=1)}
    return log[SEALED_1404] | facts | changed


def original(log: ForgedLog, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "original-deleted", "at": log.after(-1, days=100), "dataset": "works", "period": "1404", "number": 1,
        "commitment": OTHER, "rule": "dataset:P90D",
    } | changed  # fmt: skip


def day(log: ForgedLog, **changed: Any) -> dict[str, Any]:
    return log[TRAIL] | {"day": "2024-08-07", "at": "2024-08-07T20:30:00.000Z", "acts": 3, "last": 7} | changed


# --- the release that was sealed ------------------------------------------------------------------------------------


@forgery
def sealed_again_with_other_rows(log: ForgedLog) -> None:
    log.enter(log[CORRECTED], at=log.after(-1, hours=1), manifest=OTHER, rows_root=OTHER)


@forgery
def sealed_again_at_the_same_time(log: ForgedLog) -> None:
    log.keep(CORRECTED + 1)
    log.enter(log[CORRECTED], manifest=OTHER, rows_root=OTHER)


@forgery
def sealed_again_after_its_withdrawal(log: ForgedLog) -> None:
    log.enter(log[SEALED_1402], at=log.after(-1, hours=1), manifest=OTHER)


@forgery
def number_skipped(log: ForgedLog) -> None:
    log.enter(log[CORRECTED], at=log.after(-1, hours=1), manifest=OTHER, number=4, supersedes=3)


@forgery
def first_number_is_not_one(log: ForgedLog) -> None:
    log.enter(new_release(log, number=2, supersedes=1))


@forgery
def supersedes_what_never_was(log: ForgedLog) -> None:
    log.enter(log[CORRECTED], at=log.after(-1, hours=1), manifest=OTHER, number=3, supersedes=7)


@forgery
def supersedes_nothing(log: ForgedLog) -> None:
    log.enter(log[CORRECTED], at=log.after(-1, hours=1), manifest=OTHER, number=3, supersedes=None)


@forgery
def sealed_without_a_rows_root(log: ForgedLog) -> None:
    log.enter(new_release(log, rows_root=None))


@forgery
def sealed_without_rows(log: ForgedLog) -> None:
    log.enter(new_release(log, rows=0))


@forgery
def sealed_with_a_reason(log: ForgedLog) -> None:
    log.enter(new_release(log, code="court-order"))


@forgery
def dated_two_years_back(log: ForgedLog) -> None:
    log.enter(new_release(log, at=log.after(-1, days=-730)))


@forgery
def dated_two_hours_back(log: ForgedLog) -> None:
    log.enter(new_release(log, at=log.after(-1, hours=-2)))


@forgery
def dated_ten_years_ahead_and_then_right(log: ForgedLog) -> None:
    log.enter(new_release(log, at=log.after(-1, days=3650)))
    log.enter(new_release(log, period="1406"))


# --- erasures and withdrawals ---------------------------------------------------------------------------------------


@forgery
def erasure_that_edits(log: ForgedLog) -> None:
    log.enter(log[ERASED], at=log.after(-1, hours=1), manifest=OTHER, rows_root=OTHER)


@forgery
def erasure_that_adds_rows(log: ForgedLog) -> None:
    log.enter(log[ERASED], at=log.after(-1, hours=1), manifest=OTHER, rows=log[ERASED]["rows"] + 1)


@forgery
def erasure_that_loses_rows(log: ForgedLog) -> None:
    log.enter(log[ERASED], at=log.after(-1, hours=1), manifest=OTHER, rows=log[ERASED]["rows"] - 1)


@forgery
def erasure_back_to_the_sealed_manifest(log: ForgedLog) -> None:
    log.enter(log[ERASED], at=log.after(-1, hours=1), manifest=log[CORRECTED]["manifest"])


@forgery
def erasure_without_a_reason(log: ForgedLog) -> None:
    log.enter(log[ERASED], at=log.after(-1, hours=1), manifest=OTHER, code=None)


@forgery
def erasure_of_what_was_withdrawn(log: ForgedLog) -> None:
    log.enter(log[SEALED_1402], act="erased", at=log.after(-1, hours=1), manifest=OTHER, code="court-order")


@forgery
def erasure_of_what_never_was(log: ForgedLog) -> None:
    log.enter(log[ERASED], at=log.after(-1, hours=1), manifest=OTHER, period="1399")


@forgery
def withdrawn_for_an_unknown_reason(log: ForgedLog) -> None:
    log.enter(withdrawal(log, SEALED_1404, code="not-today"))


@forgery
def withdrawn_without_a_reason(log: ForgedLog) -> None:
    log.enter(withdrawal(log, SEALED_1404, code=None))


@forgery
def withdrawn_again_for_another_reason(log: ForgedLog) -> None:
    log.enter(withdrawal(log, SEALED_1402, code="court-order"))


@forgery
def withdrawn_before_it_was_sealed(log: ForgedLog) -> None:
    log.enter(withdrawal(log, SEALED_1404, period="1405"))


@forgery
def withdrawn_with_rows_left(log: ForgedLog) -> None:
    log.enter(withdrawal(log, SEALED_1404, rows=6))


@forgery
def withdrawal_of_another_manifest(log: ForgedLog) -> None:
    log.enter(withdrawal(log, SEALED_1404, manifest=OTHER))


@forgery
def withdrawal_of_another_root(log: ForgedLog) -> None:
    log.enter(withdrawal(log, SEALED_1404, rows_root=OTHER))


# --- acts that are said never to have been ----------------------------------------------------------------------------


@forgery
def void_of_a_release_long_visible(log: ForgedLog) -> None:
    log.enter(void(log, SEALED_1404, at=log.after(SEALED_1404, days=200)))


@forgery
def void_of_a_release_just_published(log: ForgedLog) -> None:
    log.enter(void(log, SEALED_1404))


@forgery
def void_of_a_release_and_another_in_its_place_too_late(log: ForgedLog) -> None:
    at = log.after(SEALED_1404, hours=37)
    log.enter(void(log, SEALED_1404, at=at))
    log.enter(log[SEALED_1404], manifest=OTHER, at=at)


@forgery
def void_of_a_release_that_others_followed(log: ForgedLog) -> None:
    log.enter(void(log, CORRECTED, at=log.after(-1, minutes=1)))
    log.enter(log[CORRECTED], manifest=OTHER, at=log.after(-1, minutes=1))


@forgery
def void_of_a_release_that_was_superseded(log: ForgedLog) -> None:
    log.keep(CORRECTED + 1)
    log.enter(void(log, SEALED_1403, at=log.after(-1, minutes=1)))


@forgery
def void_with_the_index_of_another_release(log: ForgedLog) -> None:
    log.enter(void(log, SEALED_1404, voids=CORRECTED))


@forgery
def void_with_the_index_of_another_dataset(log: ForgedLog) -> None:
    index = log.enter(new_release(log, dataset="parks"))
    log.enter(void(log, SEALED_1404, voids=index, at=log.after(-1, hours=2)))


@forgery
def void_of_a_withdrawal(log: ForgedLog) -> None:
    log.keep(WITHDRAWN_1402 + 1)
    log.enter(void(log, WITHDRAWN_1402))


@forgery
def void_of_a_withdrawal_and_another_release(log: ForgedLog) -> None:
    log.enter(withdrawal(log, SEALED_1404))
    index = len(log.honest)
    log.enter(withdrawal(log, SEALED_1404), act="void", voids=index)
    log.enter(new_release(log))


@forgery
def void_of_an_erasure_long_done(log: ForgedLog) -> None:
    log.keep(ERASED + 1)
    log.enter(void(log, ERASED, at=log.after(ERASED, days=30)))


@forgery
def void_of_an_erasure_just_done(log: ForgedLog) -> None:
    log.keep(ERASED + 1)
    log.enter(void(log, ERASED))


@forgery
def void_of_an_erasure_and_another_release(log: ForgedLog) -> None:
    honest = new_release(log)
    log.keep(ERASED + 1)
    log.enter(void(log, ERASED))
    log.enter(honest)


@forgery
def void_of_a_void(log: ForgedLog) -> None:
    index = log.enter(void(log, SEALED_1404))
    log.enter(log[SEALED_1404], manifest=OTHER, at=log.after(-1, minutes=5))
    log.enter(void(log, SEALED_1404, voids=index, at=log.after(-1, minutes=6)))


@forgery
def void_of_what_comes_later(log: ForgedLog) -> None:
    log.enter(void(log, SEALED_1404, voids=len(log.honest) + 1))
    log.enter(new_release(log))


@forgery
def void_of_a_day_of_the_trail(log: ForgedLog) -> None:
    log.enter(void(log, SEALED_1404, voids=TRAIL))


@forgery
def void_after_its_original_was_deleted(log: ForgedLog) -> None:
    log.enter(original(log, at=log.after(-1, hours=1), rule="dataset:P0D"))
    log.enter(void(log, SEALED_1404, at=log.after(-1, hours=2)))
    log.enter(log[SEALED_1404], manifest=OTHER, at=log.after(-1, hours=2))


# --- days and originals ---------------------------------------------------------------------------------------------


@forgery
def day_left_out_of_the_trail(log: ForgedLog) -> None:
    log.enter(day(log, last=9))


@forgery
def day_with_more_acts_than_numbers(log: ForgedLog) -> None:
    log.enter(day(log, acts=5))


@forgery
def day_without_acts(log: ForgedLog) -> None:
    log.enter(day(log, acts=0, last=4))


@forgery
def day_sealed_twice(log: ForgedLog) -> None:
    log.enter(log[TRAIL], head=OTHER)


@forgery
def day_of_the_past(log: ForgedLog) -> None:
    log.enter(day(log, day="2024-08-01", at="2024-08-01T20:30:00.000Z"))


@forgery
def day_dated_at_noon(log: ForgedLog) -> None:
    log.enter(day(log, at="2024-08-07T09:00:00.000Z"))


@forgery
def trail_that_begins_in_the_middle(log: ForgedLog) -> None:
    log.keep(TRAIL)
    log.enter_bytes(canonical_json(
        {"kind": "trail", "day": "2024-08-05", "at": "2024-08-05T20:30:00.000Z", "acts": 4, "last": 40, "head": OTHER}
    ))  # fmt: skip


@forgery
def original_of_no_release(log: ForgedLog) -> None:
    log.enter(original(log, number=9))


@forgery
def original_deleted_twice(log: ForgedLog) -> None:
    log.enter(original(log))
    log.enter(original(log, at=log.after(-1, days=101)))


@forgery
def original_deleted_before_its_time(log: ForgedLog) -> None:
    log.enter(original(log, rule="city:P5Y"))


# --- leaves that nobody's version writes ------------------------------------------------------------------------------


@forgery
def rows_in_words(log: ForgedLog) -> None:
    log.enter(new_release(log, rows="many"))


@forgery
def rows_below_nothing(log: ForgedLog) -> None:
    log.enter(new_release(log, rows=-1))


@forgery
def number_that_is_true(log: ForgedLog) -> None:
    log.enter(new_release(log, number=True))


@forgery
def withdrawn_at_no_date(log: ForgedLog) -> None:
    log.enter(withdrawal(log, SEALED_1404, at="not a date"))


@forgery
def date_without_a_zone(log: ForgedLog) -> None:
    log.enter(new_release(log, at="2024-08-07T12:00:00"))


@forgery
def digest_in_capitals(log: ForgedLog) -> None:
    log.enter(new_release(log, manifest=OTHER.upper()))


@forgery
def slug_that_climbs(log: ForgedLog) -> None:
    log.enter(new_release(log, dataset="../works"))


@forgery
def period_of_no_pattern(log: ForgedLog) -> None:
    log.enter(new_release(log, period="1405/1"))


@forgery
def act_of_no_name(log: ForgedLog) -> None:
    log.enter(new_release(log, act="replaced"))


@forgery
def member_left_out(log: ForgedLog) -> None:
    leaf = new_release(log)
    del leaf["supersedes"]
    log.enter(leaf)


@forgery
def member_too_many(log: ForgedLog) -> None:
    log.enter(new_release(log, note="approved by the council"))


@forgery
def member_named_twice(log: ForgedLog) -> None:
    leaf = canonical_json(new_release(log))
    log.enter_bytes(leaf.replace(b'"number":1,', b'"number":2,"number":1,'))


@forgery
def written_with_spaces(log: ForgedLog) -> None:
    log.enter_bytes(canonical_json(new_release(log)).replace(b'":', b'": '))


@forgery
def kind_written_with_spaces(log: ForgedLog) -> None:
    log.enter_bytes(b'{"kind": "tariff"}')


@forgery
def trail_of_another_shape(log: ForgedLog) -> None:
    log.enter(day(log, acts="3"))


@forgery
def nothing_at_all(log: ForgedLog) -> None:
    log.enter_bytes(b"")


@forgery
def bytes_that_are_no_text(log: ForgedLog) -> None:
    log.enter_bytes(b"\xff\xfe{}")
