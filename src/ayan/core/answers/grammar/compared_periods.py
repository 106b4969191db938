"""The periods for which a reading is asked in turn: those that are compared, as its own field of time says them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.gregorian import jalali_years
from ayan.core.answers.words.said_period import SaidPeriod


def own_periods(facts: CityFacts, reading: Reading, wanted: Cues) -> Iterator[SaidPeriod | None]:
    """The periods of a question; a Gregorian year as the two Jalali years that it lies in, of what is told by these."""
    own = facts.time(reading.dataset)
    for period in wanted.periods or (None,):
        parts = jalali_years(period) if period is not None and own is not None and own.kind.is_period else ()
        yield from parts or (period,)


def years_beside(facts: CityFacts, reading: Reading, wanted: Cues) -> Cues:
    """What is wanted; two years of rows that are compared as how many there are in each, and as no two lists."""
    years = [each.year for each in wanted.periods if each.is_year and each.year is not None]
    if not wanted.is_set_beside or wanted.wants_figure or len(years) != 2 or len(wanted.periods) != 2:
        return wanted
    if wanted.order is not None or reading.measures or reading.keys or not reading.is_sure or not reading.named:
        return wanted
    concept = facts.lexicon.words_of(reading.dataset)
    if concept is None or concept.text("shape") == "figure":
        return wanted
    low, high = min(years), max(years)
    course = SaidPeriod(wanted.periods[-1].end, (("gte", str(low)), ("lte", str(high))), low, high)
    return replace(wanted, periods=(course,), by_time="year")
