"""What a question says of rows themselves: that they are wanted and no number of them, or when the one named was."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.measures import points_at_record
from ayan.core.answers.readings.interpretation import Reading
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
