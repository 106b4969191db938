"""Questions for an order or for groups: the most of something, each of something, along time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import (
    AskedQuestion,
    as_list,
    at_date,
    in_newest_period,
    in_newest_year,
    with_own_condition,
)
from ayan.core.answers.grammar.comparisons import compared_field, is_of_time
from ayan.core.answers.grammar.group_keys import (
    actor_key,
    column_behind,
    pointer_key,
    sort_key,
    sort_words,
    time_key,
    title_key,
)
from ayan.core.answers.grammar.measures import (
    asks_for_row,
    function_of,
    is_of_each_month,
    is_of_people_by_months,
    is_owned,
    is_pay,
    measure_of,
    ranks_count,
    with_usual,
)
from ayan.core.answers.limits import LONG_LIST, LONG_SERIES, SHORT_LIST
from ayan.core.answers.pieces.bounds import OCCASIONS
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.query import additivity
from ayan.core.query.group_conditions import GroupCondition
from ayan.core.query.grouping import Function, GroupKey, GroupMeasure, groupable
from ayan.core.query.question import Filter, Sort
from ayan.core.schema.field import Field

_WHICH_YEAR: Final = frozenset(
    ("هر", "کدام", "کدوم", "چه", "per", "each", "every", "which", "what", "by", "تفکیک", "و")
)
_WHO: Final = frozenset(("list", "person"))
_OWNERS: Final = frozenset(("person", "company", "unit", "place"))
"""What one row is of."""
SQUARE: Final = "m²"
DAY_WORDS: Final = ("day", "days", "روز")
"""How a stretch of time is counted."""


def superlative(facts: CityFacts, question: AskedQuestion, cues: Cues, key: str | None) -> AskedQuestion:
    """A superlative: of parts of time, of two numbers, of whoever is named, of groups or rows."""
    assert cues.order is not None  # noqa: S101 - who calls this has looked
    question = replace(question, reading=with_usual(facts, question.reading, question.scope))
    order = _own_order(question.reading, cues.order)
    cues = replace(cues, order=order)
    key = None if key is not None and not cues.count and asks_for_row(facts, question.reading, key) else key
    if cues.which_time and (group := time_key(facts, question.dataset, cues.which_time)) is not None:
        course = breakdown(facts, question, replace(cues, by_time=cues.which_time), None)
        if course is not None:
            sort = Sort(course.measures[0].name, descending=cues.descending)
            return replace(course, by=group, sort=sort, size=SHORT_LIST)
    if (apart := compared_field(question.reading, cues)) is not None:
        return beside(facts, question, cues, apart)
    if key is not None and cues.size and order.target == "sort:asc" and is_of_time(order):
        # «پنج گیرندهٔ اول»: those at the head of a list, by how much.
        return ranking(facts, question, replace(cues, order=None, several=True), key)
    return _ordered(facts, question, cues, key)


def _own_order(reading: Reading, order: Meaning) -> Meaning:
    """The superlative as it is meant of these rows: «باسابقه‌ترین» is of members, and of companies by another day."""
    beside = [each for part in reading.parted.segments if order in part.meanings for each in part.of("superlative")]
    slug = reading.dataset.slug
    own = (each for each in beside if each.concept is not None and each.concept.text("on").startswith(f"{slug}."))
    return next(own, order)


def _ordered(facts: CityFacts, question: AskedQuestion, cues: Cues, key: str | None) -> AskedQuestion:
    """A superlative: of groups where the question names them, else of rows."""
    on = cues.order.concept.text("on") if cues.order is not None and cues.order.concept is not None else ""
    own, meaning = measure_of(facts, question.reading)
    if own is not None and cues.both_ends and own.kind.is_number:
        return _both_ends(facts, question, own, meaning)
    if (
        key is None
        and on == "measure"
        and not question.reading.measures
        and (due := _due_field(question.reading)) is not None
    ):
        # «کدوم پروژه‌ها بیشتر از همه تأخیر دارند»: those first whose day is past for longest.
        late = _rows_by(facts, question, cues, due)
        return replace(late, sort=Sort(due.name, descending=not cues.descending))
    sorted_out = key is None and on == "measure" and not question.reading.measures and "person" not in cues.asks
    if sorted_out and (kind := _most_of(facts, question, cues)):
        # «بیشترین تخلف» is the commonest of them, whatever its fine.
        return _by_number(question, cues, kind)
    if (
        own is not None
        and on.startswith("role:date")
        and _is_latest_pay(facts, question, cues, function_of(own, meaning, cues))
    ):
        # «آخرین حقوق شهردار»: that of the newest month.
        question = in_newest_period(facts, question)
        return replace(question, shape="figure", measures=(GroupMeasure("avg", own.name),), sort=None, by=None)
    if is_of_people_by_months(facts, question.dataset) and not on.startswith("role:date"):
        # What people get in every month is told of one year, as what they get on average is.
        question = in_newest_year(facts, question)
    return _ordered_by(facts, question, cues, key, on)


def _ordered_by(facts: CityFacts, question: AskedQuestion, cues: Cues, key: str | None, on: str) -> AskedQuestion:
    own, meaning = measure_of(facts, question.reading)
    person = next((each.name for each in question.dataset.published if each.role == "person"), None)
    if meaning is not None and meaning.concept is not None and meaning.concept.text("function") == "avg" and person:
        return ranking(facts, in_newest_year(facts, question), cues, key or person)
    if key is None and on == "measure" and question.reading.pointers and "person" not in cues.asks:
        # «کدام قرارداد بیشترین الحاقیه را دارد»: what the rows point to.
        return ranking(facts, question, cues, question.reading.pointers[0])
    if key is None and on in ("measure", "count") and ("person" in cues.asks or _asks_which(question.reading)):
        # «چه کسی بیشترین پول را گرفته»: whoever it is, taken together.
        key = actor_key(question.reading)
    if key is None and on == "measure" and not question.reading.measures and (own is None or not own.kind.is_money):
        # «بیشترین شکایت»: of rows without an amount most is how many, by whoever they are of.
        key = sort_key(question.reading)
    if key is None and own is not None and additivity.is_added(own) and person is None:
        # A line of revenue stands in every month: the largest is all of them together.
        key = title_key(facts, question.dataset)
        question = in_newest_year(facts, question) if key is not None else question
    key = key or (column_behind(facts, question.reading, cues.order) if on in ("count", "measure") else None)
    if key is not None and _is_of_a_row(question.reading, cues, on):
        # «طولانی‌ترین سفر مدیران», «پرخرج‌ترین سفر مدیران»: a journey, whoever went.
        key = _no_actor(question, key)
    if key is not None and not on.startswith("role:date"):
        return ranking(facts, _of_one_plan(facts, question, key), cues, key)
    if on == "count" and key is None:
        # How often what stands is not said by any column.
        return as_list(facts, replace(question, reading=replace(question.reading, unread=("",))))
    time = facts.time(question.dataset)
    own = _order_field(facts, question.reading, on, own)
    if own is None:
        # What is asked for stands in no column.
        words = next((part.text for part in question.reading.parted.segments if cues.order in part.meanings), "")
        return as_list(facts, replace(question, reading=replace(question.reading, unread=(words,))))
    if time is not None and time.kind.is_period and own != time:
        # Lines of several years are the same line again.
        question = in_newest_year(facts, with_own_condition(question, meaning))
    if _says_year(question.reading):
        # «ده پرداخت بزرگ سال»: of the newest year, and not of all.
        question = in_newest_year(facts, question)
    return _rows_by(facts, question, cues, own)


def _is_latest_pay(facts: CityFacts, question: AskedQuestion, cues: Cues, function: Function) -> bool:
    """Whether the latest of what somebody gets by the month is asked."""
    is_one = cues.descending and cues.size is None and bool(question.reading.filters)
    return is_one and is_pay(facts, question.dataset, function, cues)


def _rows_by(facts: CityFacts, question: AskedQuestion, cues: Cues, own: Field) -> AskedQuestion:
    """Rows in the order of a column; those without a value are left out."""
    sides = additivity.sides(question.dataset, own, question.scope.filters, set()) if own.share_of else ()
    if len(sides) > 1:
        # The least that was spent is no gift that came in.
        question = replace(
            question, scope=question.scope.having(*additivity.side_conditions(question.dataset, sides[0]))
        )
    if own.nature == "stock":
        # A balance of an earlier date stands no longer.
        question = replace(at_date(facts, replace(question, measures=(GroupMeasure("sum", own.name),)), own), side="")
    size = cues.size or (LONG_LIST if cues.several else SHORT_LIST)
    scope = question.scope if own.required else question.scope.having(Filter(own.name, "isnull", (False,)))
    return replace(question, shape="list", scope=scope, sort=Sort(own.name, descending=cues.descending), size=size)


def _most_of(facts: CityFacts, question: AskedQuestion, cues: Cues) -> str | None:
    """The column of sorts that is called like what stands behind a superlative of many: «بیشترین تخلف»."""
    segments, stem = question.reading.parted.segments, facts.lexicon.stem
    at = next((place for place, each in enumerate(segments) if cues.order in each.meanings), -1)
    concept = facts.lexicon.words_of(question.dataset)
    of_money = concept is None or concept.text("shape") == "figure"
    if at < 0 or at + 1 >= len(segments) or "money" in cues.asks or of_money:
        return None
    said = {stem(word.text) for word in segments[at + 1].words}
    sorts = [each for each in question.dataset.published if each.choices is not None and each.role == "category"]
    held = {each.field for each in question.scope.filters}
    named = [each.name for each in sorts if groupable(each) and said & sort_words(each, stem)]
    return named[0] if len(named) == 1 and named[0] not in held else None


def _by_number(question: AskedQuestion, cues: Cues, key: str) -> AskedQuestion:
    """Groups by how many rows they have."""
    size = cues.size or (LONG_LIST if cues.several else SHORT_LIST)
    return replace(
        question,
        shape="ranking",
        by=GroupKey(key),
        measures=(GroupMeasure("count"),),
        sort=Sort("count", descending=cues.descending),
        size=size,
    )


def people_once(facts: CityFacts, question: AskedQuestion, cues: Cues) -> AskedQuestion:
    """Groups by how many people they are of, where people are counted who have a row in every month."""
    person = next((each.name for each in question.dataset.published if each.role == "person"), "")
    counted = cues.counted.of("thing") if cues.counted is not None else ()
    is_counted = any(each.target == f"{question.dataset.slug}.{person}" for each in counted)
    if question.shape != "ranking" or not is_counted or not is_of_people_by_months(facts, question.dataset):
        return question
    if question.measures[0].function != "count" or question.by is None or question.by.field == person:
        return question
    measure = GroupMeasure("distinct", person)
    sort = Sort(measure.name, descending=question.sort.descending) if question.sort is not None else None
    return in_newest_year(facts, replace(question, measures=(measure,), sort=sort))


def _says_year(reading: Reading) -> bool:
    """Whether a question ends with a year that it does not name: "the largest payments of the year"."""
    texts = [word.text for word in reading.parted.words]
    return len(texts) > 2 and texts[-1] in ("سال", "year") and texts[-2] not in _WHICH_YEAR


def _both_ends(facts: CityFacts, question: AskedQuestion, own: Field, meaning: Meaning | None) -> AskedQuestion:
    """The highest and the lowest of a number: «فاصلهٔ بالاترین و پایین‌ترین حقوق»."""
    question = in_newest_year(facts, with_own_condition(question, meaning))
    measures = (GroupMeasure("max", own.name), GroupMeasure("min", own.name))
    return replace(question, shape="figure", measures=measures, sort=None, by=None)


def _due_field(reading: Reading) -> Field | None:
    """The day that is past by what a word says of the rows: "late" projects are those whose end was planned before."""
    ruled = {
        str(each.concept.text("rule"))
        for phrase in reading.parted.segments
        for each in phrase.of("value")
        if each.slug == reading.dataset.slug and each.concept is not None and each.concept.text("rule")
    }
    days = (reading.dataset.field(each.field) for each in reading.filters if each.op == "lt")
    return next((own for own in days if own.kind.is_day and any(f"{own.name}__lt" in rule for rule in ruled)), None)


def _asks_which(reading: Reading) -> bool:
    """«کدام روزنامه بیشترین …»: which of those of one sort, whoever they are."""
    for before, phrase in pairwise(reading.parted.segments):
        asks = any(each.target == "answer:list" for each in before.of("ask"))
        if asks and any(each.slug == reading.dataset.slug and each.code for each in phrase.of("value")):
            return not any(each.slug == reading.dataset.slug for each in phrase.of("dataset"))
    return False


def _is_of_a_row(reading: Reading, cues: Cues, on: str) -> bool:
    """Whether a superlative is said of one row: the longest, or the dearest or the largest of the rows right behind it.

    «بزرگ‌ترین قرارداد مال کدام واحد است» is of that contract, and not of the unit with most in contracts.
    """
    if on == "role:quantity:day":
        return not cues.asks & _WHO
    if cues.order is not None and cues.order.concept is not None and cues.order.concept.more.get("of_row"):
        # «بلندترین ساختمان»: nothing else is tall.
        return True
    if on not in ("role:amount", "role:size") or (on == "role:amount" and "person" in cues.asks):
        return False
    pairs = list(pairwise(reading.parted.segments))
    if any(before.text == "single" and phrase.has("thing", "relation") for before, phrase in pairs):
        # "To a single company": to each of them.
        return False
    return any(
        cues.order in before.meanings
        and not phrase.plural
        # The largest creditor is somebody, and no debt.
        and not phrase.has("relation")
        and any(each.slug == reading.dataset.slug and each.grade == "right" for each in phrase.of("dataset"))
        for before, phrase in pairs
    )


def _no_actor(question: AskedQuestion, key: str) -> str | None:
    return None if question.dataset.field(key).role in _OWNERS else key


def _is_in_days(own: Field) -> bool:
    return own.name.endswith("days") or (own.unit is not None and own.unit.en in DAY_WORDS)


def _order_field(facts: CityFacts, reading: Reading, on: str, own: Field | None) -> Field | None:
    """What rows are ordered by: a date for the newest, days for the longest, else what is measured."""
    published = reading.dataset.published
    slug, _, name = on.partition(".")
    if slug == reading.dataset.slug and any(each.name == name and each.kind.is_day for each in published):
        return reading.dataset.field(name)
    if on.startswith("role:date"):
        named = (reading.dataset.field(name) for name in (reading.time, *reading.keys) if name)
        own_days = [each for each in published if each.kind.is_day and not each.name.endswith("until")]
        # Of rows that are of no time, the one day that they tell, which is no end: since when a unit is there.
        own_day = facts.time(reading.dataset) or (own_days[0] if len(own_days) == 1 else None)
        return next((each for each in named if each.kind.is_day), own_day)
    concept = facts.lexicon.words_of(reading.dataset)
    largest = concept.text("largest") if concept is not None and on == "role:size" and not reading.measures else ""
    if largest and any(each.name == largest for each in published):
        return reading.dataset.field(largest)
    if on == "role:size" and not reading.measures and is_owned(facts, reading.dataset):
        # The largest of what somebody has is so by its area, whatever it is let for.
        return next((each for each in published if each.unit is not None and each.unit.en == SQUARE), own)
    if on.startswith("role:quantity:day"):
        if own is not None and any(each.field == own.name for each in reading.measures) and _is_in_days(own):
            return own
        days = (each for each in published if each.unit is not None and each.unit.en in DAY_WORDS)
        return next(days, None) or next((each for each in published if each.name.endswith("days")), None)
    return own


def ranking(facts: CityFacts, question: AskedQuestion, cues: Cues, key: str) -> AskedQuestion:
    """Groups by what is asked of them: how many rows, or the sum; both where «most» may mean either."""
    own, meaning = measure_of(facts, question.reading)
    measures: tuple[GroupMeasure, ...] = (GroupMeasure("count"),)
    first = measures[0]
    if own is not None and not ranks_count(facts, question.reading, cues):
        question = replace(with_own_condition(question, meaning), by=GroupKey(key))
        function = function_of(own, meaning, cues)
        first = GroupMeasure(function, own.name)
        measures = (first, *measures)
        question = at_date(facts, replace(question, measures=measures), own)
    sort = Sort(first.name, descending=cues.descending)
    size = cues.size or (LONG_LIST if cues.several else SHORT_LIST)
    return replace(question, shape="ranking", by=GroupKey(key), measures=measures, sort=sort, size=size)


def beside(facts: CityFacts, question: AskedQuestion, cues: Cues, key: str) -> AskedQuestion:
    """Values that are set beside each other: sums of the newest year, counts of all years, as one count is."""
    ranked = ranking(facts, question, cues, key)
    if not ranked.measures[0].field:
        return ranked
    return ranking(facts, in_newest_year(facts, question), cues, key)


def _of_one_plan(facts: CityFacts, question: AskedQuestion, key: str) -> AskedQuestion:
    """The newest year alone of money that is planned by years, where nobody names one: plans of several are no sum."""
    own, _ = measure_of(facts, question.reading)
    time = facts.time(question.dataset)
    yearly = time is not None and time.kind.is_period and not facts.is_within_years(question.dataset)
    if yearly and time is not None and time.name != key and own is not None and own.kind.is_money:
        return in_newest_year(facts, question)
    return question


def breakdown(facts: CityFacts, question: AskedQuestion, cues: Cues, key: str | None) -> AskedQuestion | None:
    """Groups along time, or by what the question names."""
    group = GroupKey(key) if key is not None and not cues.by_time else time_key(facts, question.dataset, cues.by_time)
    if group is None:
        return None
    if not cues.by_time:
        question = _of_one_plan(facts, question, group.field)
        return ranking(facts, question, cues, group.field)
    own, meaning = measure_of(facts, question.reading)
    measure = GroupMeasure("count")
    if own is not None and not ranks_count(facts, question.reading, cues):
        question = replace(with_own_condition(question, meaning), by=group)
        measure = GroupMeasure(function_of(own, meaning, cues), own.name)
    dated = additivity.date_field(question.dataset, own) if own is not None else None
    if measure.field and own is not None and is_of_each_month(own):
        # What each of the things yields in a year is said by no column; when they were had is another matter.
        return as_list(facts, replace(question, by=None, reading=replace(question.reading, unread=("",))))
    question = replace(question, by=group, measures=(measure,))
    if dated is not None and dated.name == group.field and dated.kind.is_period:
        # A balance stands at the end of each period, and has no sum over several.
        question = replace(question, by=GroupKey(dated.name))
    if dated is None or dated.name != group.field:
        question = at_date(facts, question, own)
    return replace(question, shape="ranking", sort=None, size=LONG_SERIES)


def of_bounded_groups(facts: CityFacts, question: AskedQuestion, cues: Cues, key: str | None) -> AskedQuestion | None:
    """The groups whose number is as the question says: companies with more than five contracts, the most first."""
    bounds = question.reading.group_bounds
    if key is None and bounds[0].counted is not None and bounds[0].counted.text in OCCASIONS:
        key = pointer_key(question.reading)
    key = key or actor_key(question.reading)
    if key is None:
        return None
    asked = ranking(facts, question, replace(cues, order=None, several=True, count=not bounds[0].is_money), key)
    if not bounds[0].is_money:
        asked = replace(asked, measures=(GroupMeasure("count"),), scope=question.scope, side="")
    column = asked.measures[0].name
    pairs = [pair for bound in bounds for pair in bound.pairs]
    rising = all(op in ("lt", "lte") for op, _ in pairs)
    having = tuple(GroupCondition(column, op, value) for op, value in pairs)
    return replace(asked, having=having, sort=Sort(column, descending=not rising))
