"""What a question says of rows themselves: that they are wanted and no number of them, or when the one named was.

And what no one question of the grammar says of them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.measures import points_at_record
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.readings.number_conditions import PERCENT
from ayan.core.answers.words.morphology import is_light_verb

_SPENT: Final = frozenset(("spent", "used", "executed", "realised", "realized", "collected", "paid"))
_THAT: Final = frozenset(("که", "that", "which", "whose"))


def is_of_others(facts: CityFacts, reading: Reading) -> bool:
    """«ملک‌های پارکینگ»: things of another dataset in the plural, of which no number is asked; or of one record."""
    if not reading.measures and points_at_record(facts, reading.dataset, reading.filters):
        # «پرداختی‌های قرارداد …»: each of them, with what they are together.
        return True
    if reading.named or not reading.parted.segments:
        return False
    first = reading.parted.segments[0]
    named = [each for each in first.of("dataset", "thing") if each.grade == "right"]
    return first.plural and bool(named) and all(each.slug != reading.dataset.slug for each in first.meanings)


def names_rows_that(reading: Reading) -> bool:
    """«پژوهش‌هایی که …», "contracts that …": rows are asked for, by what is said of them."""
    return any(
        phrase.plural
        and behind.text in _THAT
        and any(each.slug == reading.dataset.slug or each.grade == "right" for each in phrase.of("dataset"))
        for phrase, behind in pairwise(reading.parted.segments)
    )


def says_rows(reading: Reading) -> bool:
    """«ردیف‌های اصلاح‌شده», "lines revised": a condition that is said of rows, and of no sum of them."""
    meant = (each for phrase in reading.parted.segments for each in phrase.of("value"))
    return any(
        each.slug == reading.dataset.slug and each.concept is not None and bool(each.concept.more.get("of_rows"))
        for each in meant
    )


def is_dated_thing(facts: CityFacts, reading: Reading) -> bool:
    """Whether a date of one thing is asked that does not happen by itself: «شرکت … چه سالی ثبت شده»."""
    dates = (name for name in reading.keys if name and reading.dataset.field(name).kind.is_day)
    named = {each.field for each in reading.names}
    is_one = any(each.op == "eq" and each.field in named for each in reading.filters)
    return is_one and facts.time(reading.dataset) is None and any(dates)


def is_done(reading: Reading) -> bool:
    """Whether what is measured is said last and as a verb, of what stands before it: «… خرج شد», "… was spent"."""
    said = [each for each in reading.parted.segments if any(m.sense not in ("stop", "ask") for m in each.meanings)]
    last = said[-1] if said else None
    fields = {(each.slug, each.field) for each in reading.measures}
    if last is None or not any((each.slug, each.field) in fields for each in last.of("measure", "field")):
        return False
    verbs = [word.text for word in (last.words[-1], *reading.parted.words[last.end : last.end + 1])]
    return any(map(is_light_verb, verbs)) or verbs[0] in _SPENT


def is_difference_to_end(reading: Reading, cues: Cues) -> bool:
    """«اختلاف حقوق شهردار با کمترین حقوق»: one figure against the end of an order, which no one question asks."""
    if cues.order is None or cues.both_ends:
        return False
    segments = reading.parted.segments
    at = next((place for place, each in enumerate(segments) if cues.order in each.meanings), 0)
    return any(
        meaning.target == "difference" and meaning.grade == "right"
        for each in segments[:at]
        for meaning in each.of("comparison")
    )


def is_how_much_less(reading: Reading, cues: Cues) -> bool:
    """«قیمت برنده چند درصد کمتر از برآورد بود»: by how much one column is below another, and no part of the rows."""
    if not cues.share or not reading.compared:
        return False
    pairs = pairwise(reading.parted.segments)
    return any(
        any(each.target == "share" for each in before.of("aggregate")) and behind in reading.compared
        for before, behind in pairs
    )


def is_change_of_each(reading: Reading, cues: Cues) -> bool:
    """«کدام سرفصل نسبت به سال قبل بیشتر زیاد شده»: which of several changed most, and not the course of all of them."""
    is_which = "list" in cues.asks and bool(reading.keys) and not cues.which_time and not cues.grouped
    beside = [each.target for phrase in reading.parted.segments for each in phrase.of("comparison")]
    ordered = any(phrase.has("superlative") for phrase in reading.parted.segments)
    return is_which and bool(cues.by_time) and cues.is_set_beside and ordered and "versus" in beside


def is_part_done(reading: Reading) -> bool:
    """«عملکرد بودجهٔ عمرانی»: one part of a plan of another, where only parts of the whole are written."""
    slug = reading.dataset.slug
    parts = {each.name for each in reading.dataset.published if each.share_of}
    said = [
        {each.field for each in phrase.of("measure") if each.slug == slug} & parts for phrase in reading.parted.segments
    ]
    # "Capital spending" is the part itself.
    is_latin = all(word.is_latin or word.is_number for word in reading.parted.words)
    return not is_latin and any(first and second and not first & second for first, second in pairwise(said))


def is_percent(reading: Reading) -> bool:
    """Whether a column in per cent is asked of rows that are not bounded by it."""
    own = reading.dataset.field(reading.measures[0].field)
    bounded_by_it = any(each.field == own.name for each in reading.filters)
    return own.unit is not None and own.unit.en in PERCENT and not bounded_by_it


def is_end_of_period(reading: Reading) -> bool:
    """Whether a word that may order rows stands before a period, whose end it says."""
    return any(
        each.has("superlative")
        and any(meaning.target == "end-of" for meaning in each.of("period"))
        and behind.sense == "period"
        for each, behind in pairwise(reading.parted.segments)
    )


def is_of_several_years(cues: Cues) -> bool:
    """Whether one stretch of several years is said: «در پنج سال گذشته»."""
    period = cues.period if len(cues.periods) == 1 else None
    years = period is not None and period.first is not None and period.last is not None and period.first < period.last
    return years or (period is not None and period.newest > 1)
