"""All that time does at the counter, in one round: for cities without a worker."""

from __future__ import annotations

from ayan.apps.counter import accepted_objections, case_days, overdue, repeats, retention
from ayan.wiring.city import City


def daily_round(current_city: City) -> None:
    """Mark what is late, close what lapsed or was corrected, erase what is over, and keep the counts of the day."""
    accepted_objections.close_corrected()
    overdue.mark_late()
    overdue.close_lapsed()
    repeats.look_for_repeats()
    retention.erase_due()
    case_days.keep_today(current_city)
