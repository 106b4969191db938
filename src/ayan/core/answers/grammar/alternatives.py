"""What else a question may mean: readings as near as the first one, and the ways to answer it that lie next to it.

Every alternative is a question of the grammar like the first, run and told by its own words; none borrows a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import (
    AskedQuestion,
    as_list,
    at_date,
    in_newest_period,
    in_newest_year,
    of_all_years,
)
from ayan.core.answers.grammar.comparisons import compared_field, is_of_time
from ayan.core.answers.grammar.conditions import period_conditions
from ayan.core.answers.grammar.group_keys import actor_key, named_key, sort_key
from ayan.core.answers.grammar.measures import is_of_people_by_months, measure_of
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.readings.number_conditions import district_twin
from ayan.core.answers.readings.word_usage import only_companies
from ayan.core.answers.words.said_period import SaidPeriod
from ayan.core.query import additivity
from ayan.core.query.grouping import Function, GroupKey, GroupMeasure
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Sort
from ayan.core.query.question_parser import parse
from ayan.core.query.sum_parts import amount_field
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field


def readings_of_amounts(cues: Cues) -> Iterator[bool]:
    """Whether amounts without a unit are read as they stand, then as tomans where they may be these."""
    yield False
    if any(bound.other is not None for bound in cues.bounds):
        yield True


def compared_first(read: Sequence[Reading]) -> list[Reading]:
    """The readings; where one sets two columns against each other, none is sure that orders by either of them."""
    if not any(each.compared for each in read):
        return list(read)
    honest = [each if each.compared else replace(each, unread=(*each.unread, "")) for each in read]
    return sorted(honest, key=lambda each: not (each.compared and each.is_sure))


# --- as near as the first -------------------------------------------------------------------------------------------


def other_readings(facts: CityFacts, question: AskedQuestion) -> Iterator[AskedQuestion]:
    """What the same words mean as well: another condition, the other side of money, groups by their money."""
    if question.having:
        # What is asked of groups is asked of no row.
        return
    yield from _otherwise_said(facts, question)
    dataset = question.dataset
    if question.side and question.by is None and not _is_one_sided(question):
        taken = additivity.side_conditions(dataset, question.side)
        rest = tuple(each for each in question.scope.filters if each not in taken)
        other = next((side for side in ("in", "out") if side != question.side), "")
        conditions = additivity.side_conditions(dataset, other)
        if conditions:
            yield replace(question, scope=replace(question.scope, filters=(*rest, *conditions)), side="")
    own = amount_field(dataset)
    counted = question.shape == "ranking" and question.measures[0].function == "count" and question.sort is not None
    if counted and own is not None and additivity.is_added(own):
        yield _ranked_by_money(question, own)


def _otherwise_said(facts: CityFacts, question: AskedQuestion) -> Iterator[AskedQuestion]:
    """The question by the other condition that a word stands for: «بدون مناقصه» is a waiver, or no tender's number."""
    dataset, filters = question.dataset, question.scope.filters
    for concept in facts.lexicon.concepts.values():
        said = [str(each) for each in concept.more.get("otherwise", ())]
        slug, _, own = concept.target.partition(".")
        if not said or slug != dataset.slug:
            continue
        ways = _conditions(dataset, [own]), _conditions(dataset, said)
        for taken, instead in (ways, ways[::-1]):
            if taken and instead and set(taken) <= set(filters):
                rest = tuple(each for each in filters if each not in taken)
                yield replace(question, scope=replace(question.scope, filters=(*rest, *instead)))
                return


def _conditions(dataset: Dataset, said: Sequence[str]) -> tuple[Filter, ...]:
    pairs = [pair for each in said for pair in parse_qsl(each, keep_blank_values=True)]
    try:
        return parse(dataset, pairs).filters
    except BadQuestion:
        return ()


def _ranked_by_money(question: AskedQuestion, own: Field) -> AskedQuestion:
    measure = GroupMeasure("sum", own.name)
    dataset = question.dataset
    sides = additivity.sides(dataset, own, question.scope.filters, {question.by.field} if question.by else set())
    conditions = additivity.side_conditions(dataset, sides[0]) if len(sides) > 1 else ()
    scope = question.scope.having(*conditions)
    sort = Sort(measure.name, descending=question.sort.descending) if question.sort is not None else None
    return replace(question, scope=scope, measures=(measure, GroupMeasure("count")), sort=sort)


def _is_one_sided(question: AskedQuestion) -> bool:
    """Whether a word for money that goes out was said, so that what comes in is no second reading of it."""
    asks = (meaning for phrase in question.reading.parted.segments for meaning in phrase.of("ask"))
    return any(meaning.target == "answer:money" and meaning.concept is not None for meaning in asks)


# --- next to it -----------------------------------------------------------------------------------------------------


def of_newest_year(facts: CityFacts, question: AskedQuestion) -> AskedQuestion:
    """The same question without the period that was said, of the newest year: of a year that has no rows."""
    time = facts.time(question.dataset)
    kept = tuple(each for each in question.scope.filters if time is None or each.field != time.name)
    return in_newest_year(facts, replace(question, scope=replace(question.scope, filters=kept), period=None))


def further_readings(facts: CityFacts, question: AskedQuestion, cues: Cues) -> Iterator[AskedQuestion]:
    """The same rows asked in another way, by what nobody said of them: the time, the measure, the shape.

    What was taken for granted comes first: the year that was not named, what is done with the numbers. Where a word of
    the question is not taken into account there are none: they would take no more of it into account.
    """
    if not question.is_sure or question.scope.search or question.having:
        # Rows that only mention a word somewhere are never added up.
        return
    yield from of_other_place(facts, question)
    if question.shape == "share":
        yield replace(question, shape="figure", whole=None)
        yield _rows(facts, question)
    elif question.shape == "figure":
        yield from _at_another_time(facts, question)
        yield from _measured_otherwise(facts, question, cues)
        yield _rows(facts, question)
    elif question.shape == "ranking":
        yield from _ranked_otherwise(facts, question, cues)
    else:
        yield from _of_a_list(facts, question, cues)


def of_other_place(facts: CityFacts, question: AskedQuestion) -> Iterator[AskedQuestion]:
    """The question of a district by its municipality, or of its municipality by the district."""
    filters = question.scope.filters
    twins = [(each, district_twin(facts.lexicon, question.dataset, each)) for each in filters]
    places = [(each, twin) for each, twin in twins if twin is not None]
    if len(places) == 1 and question.shape in ("figure", "list"):
        (own, twin), *_ = places
        kept = tuple(twin if each is own and twin is not None else each for each in filters)
        yield replace(question, scope=replace(question.scope, filters=kept))


def _at_another_time(facts: CityFacts, question: AskedQuestion) -> Iterator[AskedQuestion]:
    """Where nobody said when: all of it beside the newest year, and the newest year beside all of it.

    What somebody gets in a month is told of the newest month beside the newest year.
    """
    timeless = of_all_years(facts, question)
    if question.chosen and question.measures[0].function == "avg" and is_of_people_by_months(facts, question.dataset):
        is_month = not (question.period or "").isdigit()
        yield in_newest_year(facts, timeless) if is_month else in_newest_period(facts, timeless)
    if question.chosen:
        yield timeless
    elif question.period is None and question.dataset.period != "none" and not question.reading.names:
        of_year = in_newest_year(facts, question)
        if of_year.scope != question.scope:
            yield of_year


_NEXT: Final[dict[Function, Function]] = {"avg": "median", "median": "avg", "sum": "avg"}


def _measured_otherwise(facts: CityFacts, question: AskedQuestion, cues: Cues) -> Iterator[AskedQuestion]:
    """The next thing that is measured of the same rows: how many beside how much, a mean beside a median."""
    first = question.measures[0]
    own, _ = measure_of(facts, question.reading)
    if first.function in ("count", "distinct"):
        if own is not None and additivity.is_added(own):
            yield at_date(facts, replace(question, measures=(GroupMeasure("sum", own.name),)), own)
        return
    if first.function == "sum" and question.dataset.field(first.field).kind.is_money:
        yield replace(question, measures=(GroupMeasure("count"),))
        yield _rows(facts, question)
    if first.function in _NEXT and not cues.function:
        yield replace(question, measures=(GroupMeasure(_NEXT[first.function], first.field),))


def _of_all_cases(facts: CityFacts, question: AskedQuestion) -> Iterator[AskedQuestion]:
    """Sides of which nobody said when they are compared, of all years; what stands at a date has no sum."""
    first, time = question.measures[0], facts.time(question.dataset)
    own = question.dataset.field(first.field) if first.field else None
    if time is not None and time.kind.is_day and (own is None or own.nature == "flow"):
        yield of_all_years(facts, question)


def _ranked_otherwise(facts: CityFacts, question: AskedQuestion, cues: Cues) -> Iterator[AskedQuestion]:
    """The largest rows beside the largest groups, and groups by their number beside those by their money."""
    first = question.measures[0]
    if question.chosen and compared_field(question.reading, cues) is not None:
        yield from _of_all_cases(facts, question)
    if question.then is not None:
        # By each of two keys alone.
        sort = Sort(first.name, descending=True)
        by_then = sort if question.then.part is None else None
        yield replace(question, then=None, sort=sort)
        yield replace(question, by=question.then, then=None, sort=by_then)
        return
    time = facts.time(question.dataset)
    if question.by is not None and time is not None and question.by.field == time.name and cues.by_time:
        # A course has no sum; where its last year is not over, the two before it are a course, too.
        if question.period is not None and question.period.endswith(str(facts.this_year)):
            yield _before(facts, question, time)
        money = amount_field(question.dataset)
        if first.function == "count" and money is not None and additivity.is_added(money):
            # As many as before may be worth more.
            yield at_date(facts, replace(question, measures=(GroupMeasure("sum", money.name),)), money)
        yield _rows(facts, question)
        return
    own = question.dataset.field(first.field) if first.field else None
    if cues.order is None and not cues.grouped:
        # Nobody said that it is told by each of them: «مبلغ پرداختی به پیمانکاران» may be one sum.
        yield replace(question, shape="figure", by=None, sort=None)
    if question.by is not None and (everybody := _of_everybody(question, question.by.field)) != question:
        yield everybody
    if question.sort is not None and own is not None and first.function == "sum":
        if question.chosen:
            yield of_all_years(facts, question)
        if not is_of_people_by_months(facts, question.dataset):
            # How many months somebody was paid for is no other measure of their pay.
            by_number = Sort("count", descending=question.sort.descending)
            yield replace(question, measures=(GroupMeasure("count"),), sort=by_number)
        whole = Filter(own.name, "isnull", (False,))
        scope = question.scope if own.required else question.scope.having(whole)
        sort = Sort(own.name, descending=question.sort.descending)
        yield replace(question, shape="list", by=None, scope=scope, measures=(GroupMeasure("count"),), sort=sort)
    yield replace(question, shape="figure", by=None, sort=None)
    yield _rows(facts, question)


def _of_everybody(question: AskedQuestion, key: str) -> AskedQuestion:
    """Groups of those without a legal number, too: a company may be paid under its name alone."""
    kept = tuple(each for each in question.scope.filters if (each.field, each.op) != (f"{key}_id", "isnull"))
    return replace(question, scope=replace(question.scope, filters=kept))


def _before(facts: CityFacts, question: AskedQuestion, time: Field) -> AskedQuestion:
    """A course of the two years before this one."""
    last = facts.this_year - 1
    said = SaidPeriod(0, (("gte", str(last - 1)), ("lte", str(last))), last - 1, last)
    period, conditions = period_conditions(facts, question.dataset, said)
    kept = tuple(each for each in question.scope.filters if each.field != time.name)
    return replace(question, scope=replace(question.scope, filters=(*kept, *conditions)), period=period)


def _of_a_list(facts: CityFacts, question: AskedQuestion, cues: Cues) -> Iterator[AskedQuestion]:
    """Rows as one number, where they have one that is added up, and by whoever or whatever they are of."""
    own, _ = measure_of(facts, question.reading)
    plain = replace(question, sort=None, by=None, measures=(GroupMeasure("count"),))
    added = own is not None and own.kind.is_money and additivity.is_added(own)
    key = named_key(question.reading)
    if key is not None and question.dataset.field(key).kind.is_day:
        key = None
    key = key or actor_key(question.reading) or sort_key(question.reading)
    descending = question.sort.descending if question.sort is not None and cues.order is not None else True
    if question.dataset.key == (key,):
        key = None
    ordered = question.dataset.field(question.sort.field) if question.sort is not None else None
    if cues.order is not None and ordered is not None and ordered.kind.is_day:
        # The oldest by another day, and not whoever got least.
        yield from _by_other_day(question, ordered)
    elif key is not None and cues.order is not None and not cues.several:
        measure = GroupMeasure("sum", own.name) if own is not None and added else GroupMeasure("count")
        ranked = replace(plain, shape="ranking", by=GroupKey(key), measures=(measure,))
        ranked = at_date(facts, ranked, own) if measure.field else ranked
        yield replace(ranked, sort=Sort(measure.name, descending=descending))
    if own is not None and added:
        summed = replace(plain, shape="figure", measures=(GroupMeasure("sum", own.name), GroupMeasure("count")))
        yield at_date(facts, summed, own)
    if key is not None and cues.order is None:
        ranked = replace(plain, shape="ranking", by=GroupKey(key))
        yield replace(ranked, sort=Sort("count", descending=True))
    if own is None or not added:
        # The list says how many rows it is of; what tells more comes before.
        yield replace(plain, shape="figure")
    if cues.order is not None:
        yield _rows(facts, question)


def _by_other_day(question: AskedQuestion, ordered: Field) -> Iterator[AskedQuestion]:
    """The rows in the order of the next day that they tell: the latest contract may be the last one to begin."""
    days = (each for each in question.dataset.published if each.kind.is_day and not each.name.endswith("until"))
    other = next((each for each in days if each.name != ordered.name), None)
    if other is not None and question.sort is not None:
        kept = tuple(each for each in question.scope.filters if (each.field, each.op) != (ordered.name, "isnull"))
        scope = replace(question.scope, filters=kept).having(Filter(other.name, "isnull", (False,)))
        yield replace(question, scope=scope, sort=replace(question.sort, field=other.name))


def _rows(facts: CityFacts, question: AskedQuestion) -> AskedQuestion:
    return replace(as_list(facts, question), by=None, whole=None)


# --- elsewhere ------------------------------------------------------------------------------------------------------


def _asks_own_sort(reading: Reading) -> bool:
    """Whether a word asks for a column of these rows that is none of their names."""
    own = [reading.dataset.field(each) for each in reading.keys if each]
    return reading.related and any(not each.role and each.is_text for each in own)


def measured_elsewhere(facts: CityFacts, reading: Reading, cues: Cues) -> Reading:
    """The largest of things that have no measure of their own: of companies, by the contracts that name them."""
    concept = facts.lexicon.words_of(reading.dataset)
    slug, _, name = concept.text("measured_in").partition(".") if concept is not None else ("", "", "")
    for segment in reading.parted.segments:
        for meaning in segment.of("dataset"):
            paid = facts.lexicon.datasets[meaning.slug]
            own = next((each for each in paid.published if each.role == "company"), None)
            if slug and own is not None and meaning.concept is not None and meaning.concept.text("shape") == "figure":
                # «کدام شرکت بیشترین پول را گرفته»: what was paid, where the question speaks of money.
                slug, name = paid.slug, own.name
    other = facts.lexicon.datasets.get(slug)
    if other is None or cues.order is None or cues.judged or reading.filters or reading.time:
        # A date of these things that is said is none of the others: «پیمانکار جدید امسال ثبت شدن».
        return reading
    if is_of_time(cues.order) and any(each.kind.is_day for each in reading.dataset.published):
        # «قدیمی‌ترین شرکت»: by the day that is theirs, and not by the first contract.
        return reading
    if any(reading.dataset.field(each.field).kind.is_day for each in reading.measures) or _asks_own_sort(reading):
        # «باسابقه‌ترین شرکت», «بیشتر شرکت‌ها در چه زمینه‌ای کار می‌کنند»: what they are, and nothing of contracts.
        return reading
    return replace(reading, dataset=other, filters=only_companies(other, name), keys=(name,), measures=(), named=True)
