"""The question of the public grammar that a reading is: which rows, which number of them, in which order."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import (
    AskedQuestion,
    as_list,
    at_date,
    in_newest_period,
    in_newest_year,
    with_own_condition,
)
from ayan.core.answers.grammar.comparisons import compared_field, is_of_time, names_either
from ayan.core.answers.grammar.conditions import bounded, period_conditions, searched, words_as_conditions
from ayan.core.answers.grammar.group_keys import (
    actor_key,
    asked_which,
    kind_key,
    named_key,
    pointer_key,
    repeats,
    unit_key,
)
from ayan.core.answers.grammar.group_shapes import (
    DAY_WORDS,
    beside,
    breakdown,
    of_bounded_groups,
    people_once,
    ranking,
    superlative,
)
from ayan.core.answers.grammar.measures import (
    counts_measure,
    distinct_field,
    function_of,
    is_monthly,
    is_of_a_count,
    is_of_catalogue,
    is_of_each_year,
    is_of_names_alone,
    is_owed,
    is_owned,
    is_pay,
    is_sorted_out,
    is_stock,
    is_taken_of_all,
    measure_of,
    measured_beside,
    names_money,
    with_duration,
)
from ayan.core.answers.grammar.said_rows import (
    is_change_of_each,
    is_dated_thing,
    is_difference_to_end,
    is_done,
    is_end_of_period,
    is_how_much_less,
    is_of_others,
    is_of_several_years,
    is_part_done,
    is_percent,
    names_rows_that,
    says_rows,
)
from ayan.core.answers.grammar.second_keys import by_two
from ayan.core.answers.grammar.share_parts import is_rate_asked, named_whole, part_of, part_said, says_part
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.morphology import is_light_verb
from ayan.core.query import additivity
from ayan.core.query.additivity import side_field
from ayan.core.query.grouping import Function, GroupMeasure
from ayan.core.query.question import Question
from ayan.core.schema.field import Field

_EACH: Final = frozenset(("هر", "per", "each", "every"))
_NUMBERS: Final = ("eq", "gt", "gte", "lt", "lte", "in")
_NOT_ROWS: Final = frozenset(("yes-no", "reason", "definition", "money"))


def asked(facts: CityFacts, reading: Reading, cues: Cues, *, other: bool = False) -> AskedQuestion:
    """The question that a reading is; ``other`` takes amounts without a unit for tomans."""
    reading = with_duration(facts, bounded(reading, cues, other=other), cues)
    if cues.by_time and is_dated_thing(facts, reading):
        cues = replace(cues, by_time="", which_time="")
    cues = replace(cues, share=cues.share or says_part(reading))
    question = people_once(facts, _asked(facts, reading, cues), cues)
    if not reading.looked_up or (question.shape == "list" and not cues.share):
        return question
    # Rows that only mention a word somewhere are listed, and never added up.
    return _asked(facts, words_as_conditions(facts, reading), cues)


def _asked(facts: CityFacts, reading: Reading, cues: Cues) -> AskedQuestion:
    scope = Question(slug=reading.dataset.slug, filters=reading.filters, search=searched(facts, reading))
    if cues.order is not None and is_of_time(cues.order) and is_stock(reading) and is_end_of_period(reading):
        # «بدهی آخر ۱۴۰۴»: as it stood at the end of that year, and not the last of them.
        cues = replace(cues, order=None)
    period, conditions = period_conditions(facts, reading.dataset, cues.period, reading.time)
    question = AskedQuestion("list", reading, replace(scope, filters=(*scope.filters, *conditions)), period=period)
    key = named_key(reading) or (kind_key(reading) if cues.grouped else None) or _counted_key(reading, cues)
    if key is not None and reading.dataset.field(key).ref is not None and "person" in cues.asks and cues.order:
        # «کی به مصوبات بیشتر از همه رأی مخالف داده»: whoever did, and not what it was done to.
        key = actor_key(reading) or key
    if not reading.is_sure or _is_unsaid(facts, reading, cues, timed=bool(conditions)):
        return as_list(facts, replace(question, reading=replace(reading, unread=reading.unread or (cues.spare,))))
    if reading.group_bounds:
        return of_bounded_groups(facts, question, cues, key) or as_list(facts, question)
    if cues.share and not cues.bounds and reading.measures and is_percent(reading):
        # «تورم ۱۴۰۳ چند درصد بود»: what is measured in per cent is no part of anything.
        return figure(facts, question, replace(cues, share=False))
    if cues.share and is_rate_asked(facts, reading):
        return as_list(facts, question)
    if cues.share and not (cues.grouped and key is not None):
        unsaid_share = as_list(facts, replace(question, reading=replace(reading, unread=("",))))
        return share(facts, question, cues) or unsaid_share
    of_each_year = _is_of_several_rates(facts, question) or (is_stock(reading) and is_of_several_years(cues))
    if not cues.function and not cues.order and not cues.by_time and not cues.count and of_each_year:
        # «تورم پنج سال اخیر»: that of each year, for of several there is none.
        return breakdown(facts, question, replace(cues, by_time="year"), None) or as_list(facts, question)
    along_time = (
        cues.by_time and not (cues.order is not None and cues.which_time) and not is_monthly(facts, reading, cues)
    )
    if along_time or (cues.grouped and key is not None):
        return by_two(facts, question, cues) or breakdown(facts, question, cues, key) or as_list(facts, question)
    if (cues.period is not None or cues.order is not None) and names_either(reading):
        return figure(facts, question, cues)
    if cues.order is not None:
        return replace(superlative(facts, question, cues, key), nth=cues.nth)
    return _plain(facts, question, cues, key)


def _plain(facts: CityFacts, question: AskedQuestion, cues: Cues, key: str | None) -> AskedQuestion:
    """A question without an order and no part of anything: what is compared, who, how much, else the rows."""
    reading = question.reading
    if (apart := compared_field(reading, cues)) is not None:
        return beside(facts, question, cues, apart)
    if key is not None and "list" in cues.asks and cues.wants_figure:
        return ranking(facts, question, cues, key)
    if key is not None and not cues.bounds and not cues.wants_figure and asked_which(facts, reading, key):
        return ranking(facts, question, cues, key)
    owed = is_owed(facts, reading) and not ("number" in cues.asks and is_sorted_out(reading))
    actor = actor_key(reading) if "person" in cues.asks or owed else None
    actor = unit_key(reading) or actor if "in-charge" in cues.asks else actor
    if actor is not None and repeats(facts, reading, actor):
        return ranking(facts, question, cues, actor)
    if _is_figure(facts, question, cues):
        of_each = cues.function or any(each.plural and each.has("place") for each in reading.parted.segments)
        if of_each and not cues.count and key is not None and reading.dataset.field(key).role in ("place", "unit"):
            # «میانگین قرارداد مناطق», «مساحت منطقه‌ها»: of each of them.
            return ranking(facts, question, cues, key)
        return figure(facts, question, cues)
    if "person" in cues.asks and (concept := facts.lexicon.words_of(question.dataset)) and concept.more.get("heads"):
        # «معاون شهردار کیست»: whoever is so now, and not in every month.
        return as_list(facts, in_newest_period(facts, question))
    return as_list(facts, question)


def _is_unsaid(facts: CityFacts, reading: Reading, cues: Cues, *, timed: bool) -> bool:
    """Whether what is asked cannot be said in one question of the grammar; ``timed`` where a period is a condition."""
    if cues.per_head or cues.own or cues.spare or cues.columns:
        return True
    parts = [each for each in reading.measures if reading.dataset.field(each.field).share_of]
    if cues.share and len(parts) > 1 and is_done(reading):
        # «چند درصد بودجهٔ عمرانی خرج شده»: of that part of the budget, of which no column says so.
        return True
    if (
        is_difference_to_end(reading, cues)
        or is_how_much_less(reading, cues)
        or is_part_done(reading)
        or is_change_of_each(reading, cues)
    ):
        return True
    if cues.period is not None and not timed and facts.has_rows(reading.dataset):
        # A period that its field cannot say is not left out in silence.
        return True
    if (
        _is_of_each_other(reading)
        or _is_of_each_number(reading)
        or (_is_of_each(reading) and not reading.measures and _names_others(reading))
    ):
        # "Contracts per employee": rows of the one for each of the other, which no table tells.
        return True
    services_alone = bool(reading.services) and not reading.named
    unmeasured = cues.function in ("avg", "median") and not reading.measures
    unnamed = (is_of_names_alone(reading) and not reading.related) or is_of_catalogue(facts, reading)
    return cues.count and (services_alone or unmeasured or unnamed)


def _counted_key(reading: Reading, cues: Cues) -> str | None:
    """ "Contracts ranked by number of amendments": those that the rows point to, where the rows are what is counted."""
    counted = cues.counted.of("dataset") if cues.counted is not None and cues.order is not None and cues.count else ()
    is_counted = any(each.slug == reading.dataset.slug and each.grade == "right" for each in counted)
    return pointer_key(reading) if is_counted else None


def _is_of_several_rates(facts: CityFacts, question: AskedQuestion) -> bool:
    """Whether a rate, or a plan, that is one of each year is asked of several: plans of several years are no sum."""
    own, _ = measure_of(facts, question.reading)
    time = facts.time(question.dataset)
    yearly = time is not None and time.kind.is_period and not facts.is_within_years(question.dataset)
    if own is None or not yearly or question.period is None or question.period.isdigit():
        return False
    return own.kind.is_money if own.nature == "flow" else own.nature == "rate" and not additivity.is_added(own)


def _is_figure(facts: CityFacts, question: AskedQuestion, cues: Cues) -> bool:
    reading = question.reading
    own, _ = measure_of(facts, reading)
    if "duration" in cues.asks and not cues.count:
        return own is not None and own.unit is not None and own.unit.en in DAY_WORDS
    if cues.count or cues.function:
        return True
    if "number" in cues.asks or cues.bounds:
        return own is not None and "number" in cues.asks
    if reading.compared or names_rows_that(reading) or says_rows(reading):
        # Those of which something holds are asked for, and no sum of them.
        return "number" in cues.asks
    if "money" in cues.asks and own is not None and own.kind.is_money and additivity.is_added(own):
        return True
    concept = facts.lexicon.words_of(reading.dataset)
    said = reading.named or reading.related or is_stock(reading)
    figures = concept is not None and concept.text("shape") == "figure" and said
    if not cues.asks and is_of_others(facts, reading):
        return False
    return (figures or [each.sense for each in reading.measures[:1]] == ["measure"]) and not cues.asks - _NOT_ROWS


# --- figures ----------------------------------------------------------------------------------------------------------


def figure(facts: CityFacts, question: AskedQuestion, cues: Cues) -> AskedQuestion:
    """How many rows there are, or what is worked out of their numbers."""
    concept = facts.lexicon.words_of(question.dataset)
    is_of_money = concept is not None and concept.text("shape") == "figure" and not question.reading.names
    how_much = is_of_money and "count" in cues.asks and (cues.counted is None or not cues.counted.meanings)
    in_column = how_much or counts_measure(question.reading, cues) or is_of_a_count(facts, question.reading, cues)
    if in_column and (counted := measure_of(facts, question.reading)[0]) is not None:
        # «که فقط یک شرکت‌کننده داشتند چندتا بودند»: of a number that is given how many rows have it.
        in_column = all(each.field != counted.name or each.op not in _NUMBERS for each in question.scope.filters)
    if cues.count and not in_column:
        distinct = distinct_field(question.reading, cues)
        measure = GroupMeasure("distinct", distinct) if distinct else GroupMeasure("count")
        time = facts.time(question.dataset)
        is_person = bool(distinct) and question.dataset.field(distinct).role == "person"
        if (
            time is not None
            and time.kind.is_period
            and (is_person or is_of_each_year(facts, question.dataset, distinct))
        ):
            question = in_newest_year(facts, question)
        return at_date(facts, replace(question, shape="figure", measures=(measure,)), None)
    own, meaning = measure_of(facts, question.reading)
    if own is None and cues.function not in ("", "sum"):
        # A mean of nothing that is a number.
        return as_list(facts, replace(question, reading=replace(question.reading, unread=("",))))
    if own is None:
        return replace(question, shape="figure", measures=(GroupMeasure("count"),))
    question = with_own_condition(question, meaning)
    function = "sum" if is_taken_of_all(question.reading, own, cues) else function_of(own, meaning, cues)
    if not cues.function and own.nature == "rate" and _is_of_one_title(question):
        # Of several things of one name each is told: the mean of their progress is that of none.
        return as_list(facts, question)
    if function == "sum" and not cues.function and own.kind.is_money and _is_of_each(question.reading):
        function = "avg"
    dated = additivity.date_field(question.dataset, own)
    if dated is None and (cues.is_present or cues.each_month) and is_pay(facts, question.dataset, function, cues):
        question = in_newest_period(facts, question)
    elif dated is None and _is_of_year(facts, question, own, function):
        question = in_newest_year(facts, question)
    return at_date(
        facts, replace(question, shape="figure", measures=measured_beside(question.reading, own, function)), own
    )


def _is_of_one_title(question: AskedQuestion) -> bool:
    """Whether the rows are those of one title, which are things of one name."""
    return any(
        each.op == "eq" and question.dataset.field(each.field).role == "title" for each in question.scope.filters
    )


def _is_rate_of(reading: Reading) -> bool:
    """Whether what is measured stands right behind the word for a share: «درصد تحقق عوارض خودرو»."""
    return any(
        any(each.target == "share" for each in before.of("aggregate"))
        and any(each.slug == reading.dataset.slug for each in phrase.of("measure"))
        for before, phrase in pairwise(reading.parted.segments)
    )


def _is_spent_of(reading: Reading, own: Field) -> bool:
    """«چند درصد بودجهٔ عمرانی هزینه شد»: of a part of what was planned nobody tells what was spent."""
    slug = reading.dataset.slug
    last = next((each for each in reversed(reading.parted.segments) if each.has("measure")), None)
    spent = [each.field for each in last.of("measure") if each.slug == slug] if last is not None else []
    verb = reading.parted.words[last.end : last.end + 1] if last is not None else ()
    return bool(spent) and own.name not in spent and any(is_light_verb(word.text) for word in verb)


def _is_of_each_other(reading: Reading) -> bool:
    """ "Payments per contract": of each of other rows, by which these are not told apart."""
    return not reading.keys and any(
        before.text == "per"
        and any(each.grade == "right" for each in phrase.of("dataset"))
        and all(each.slug != reading.dataset.slug for each in phrase.of("dataset"))
        for before, phrase in pairwise(reading.parted.segments)
    )


def _is_of_each_number(reading: Reading) -> bool:
    """ "Population per household": one number of the rows by another, which no column holds."""
    numbers = {each.name for each in reading.dataset.published if each.kind.is_number}
    return any(
        before.text == "per" and any(m.slug == reading.dataset.slug and m.field in numbers for m in phrase.meanings)
        for before, phrase in pairwise(reading.parted.segments)
    )


def _names_others(reading: Reading) -> bool:
    """Whether the rows of another dataset are named beside these."""
    named = ([each for each in phrase.of("dataset") if each.grade == "right"] for phrase in reading.parted.segments)
    return any(own and all(each.slug != reading.dataset.slug for each in own) for own in named)


def _is_of_each(reading: Reading) -> bool:
    """«هزینهٔ هر سفر», "cost per trip": of one of the rows, and not of all."""
    return any(
        before.text in _EACH
        and not phrase.plural
        and any(each.slug == reading.dataset.slug for each in phrase.of("dataset"))
        for before, phrase in pairwise(reading.parted.segments)
    )


def _is_of_year(facts: CityFacts, question: AskedQuestion, own: Field, function: Function) -> bool:
    """Whether the newest year is meant where nobody says one: not of what somebody got in all, nor of what is now."""
    time = facts.time(question.dataset)
    if (
        own.nature in (None, "stock")
        or is_owned(facts, question.dataset)
        or (own.nature == "rate" and time is not None and time.kind.is_day)
    ):
        return False
    roles = {question.dataset.field(meaning.field).role for meaning in question.reading.names}
    numbered = any(
        question.dataset.field(each.field).kind.is_company and each.op == "eq" for each in question.scope.filters
    )
    return function != "sum" or not (numbered or roles & {"company", "person"})


def share(facts: CityFacts, question: AskedQuestion, cues: Cues) -> AskedQuestion | None:
    """A part and its whole: two measures of the same rows, or the rows with and without a condition."""
    reading = question.reading
    own = part_said(reading, measure_of(facts, reading)[0])
    conditions = [each for each in reading.filters if each.field != getattr(facts.time(reading.dataset), "name", "")]
    sided = side_field(reading.dataset) if own is not None and own.share_of and reading.measures else None
    if sided is not None and all(each.field == sided.name for each in conditions):
        # «چند درصد بودجه خرج شد»: how much of what was planned on that side.
        conditions = []
    elif sided is not None and (is_done(reading) or _is_rate_of(reading)):
        # «چند درصد بودجهٔ آسفالت خرج شد»: of what was planned for that, and not of all that was spent.
        conditions = []
    if conditions:
        concept = facts.lexicon.words_of(reading.dataset)
        said = bool(reading.measures) or "money" in cues.asks
        said = said or (own is not None and own.kind.is_money and names_money(facts, reading, own))
        of_money = concept is not None and (concept.text("shape") == "figure" or said) and own is not None
        measure = GroupMeasure("count")
        if of_money and own is not None and additivity.is_added(own):
            measure = GroupMeasure("sum", own.name)
            question = at_date(facts, replace(in_newest_year(facts, question), measures=(measure,)), own)
        part = part_of(facts.lexicon, reading, conditions, of_money=bool(measure.field))
        if not part or (concept is not None and concept.more.get("catalogue") and not reading.named):
            # What is done for something is no part of all that is done, where nobody names the list of it.
            return None
        rest = tuple(each for each in question.scope.filters if each not in part)
        return replace(
            question, shape="share", measures=(measure,), whole=(replace(question.scope, filters=rest), measure)
        )
    if own is None or not own.share_of or _is_spent_of(reading, own):
        return None
    meant = next((each for each in reading.measures if each.field == own.name), None)
    question = in_newest_year(facts, with_own_condition(question, meant))
    question = at_date(facts, replace(question, shape="share", measures=(GroupMeasure("sum", own.name),)), own)
    return replace(question, whole=(question.scope, GroupMeasure("sum", named_whole(reading, own) or own.share_of)))
