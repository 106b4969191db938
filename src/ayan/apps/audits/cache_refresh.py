"""The balances held over everything published once a day, and what came of it kept."""

from __future__ import annotations

from ayan.core.values.clock import today
from ayan.wiring.city import City


def keep(city: City) -> bool:
    """Hold every balance and keep what came of it, unless today has its run already; whether it was kept now."""
    outcomes = city.auditor.outcomes(city.registry.balances().sound)
    return city.nights.keep(today(city.clock), city.clock.now(), outcomes)
