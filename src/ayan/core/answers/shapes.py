"""The question of the public grammar that a reading is: which rows, which number of them, in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from ayan.core.answers.comparisons import compared_field, is_of_time, names_either, part_of
from ayan.core.answers.conditions import bounded, period_conditions, words_as_conditions
from ayan.core.answers.cues import Cues
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.group_keys import actor_key, named_key, repeats, sort_key, time_key, title_key, unit_key
from ayan.core.answers.interpretation import Reading
from ayan.core.answers.limits import LONG_LIST, LONG_SERIES, SHORT_LIST
from ayan.core.answers.meanings import Meaning
from ayan.core.answers.measures import (
    counts_measure,
    distinct_field,
    function_of,
    is_monthly,
    is_of_catalogue,
    is_of_names_alone,
    is_of_record,
    is_owed,
    is_owned,
    is_stock,
    measure_of,
    measured_beside,
    ranks_count,
    with_duration,
)
from ayan.core.answers.phrases import Phrase
from ayan.core.answers.said_period import SaidPeriod
from ayan.core.query import additivity
from ayan.core.query.grouping import Function, GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.sum_parts import latest
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

Shape = Literal["figure", "share", "ranking", "list"]
_NOT_ROWS: Final = frozenset(("yes-no", "reason", "definition", "money"))
_DAY_WORDS: Final = ("day", "days", "روز")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question of the grammar, and how its answer is to be given.

    ``measures`` are what is worked out of ``scope`` (`figure`, `share`) or of each group (`ranking`); ``period`` is in
    words of the grammar, None where all is meant, ``chosen`` where nobody said it and the newest year was taken.
    ``whole`` is what a share is a part of, ``left`` words not taken into account, ``held`` titles that rows point to.
    """

    shape: Shape
    reading: Reading
    scope: Question
    measures: tuple[GroupMeasure, ...] = ()
    by: GroupKey | None = None
    sort: Sort | None = None
    size: int = SHORT_LIST
    period: str | None = None
    chosen: bool = False
    whole: tuple[Question, GroupMeasure] | None = None
    side: str = ""
    left: tuple[str, ...] = ()
    held: tuple[Phrase, ...] = ()

    @property
    def dataset(self) -> Dataset:
        """The dataset that is asked."""
        return self.reading.dataset

    @property
    def is_sure(self) -> bool:
        """Whether every word was understood and used."""
        return self.reading.is_sure and not self.left

    @property
    def groups(self) -> GroupQuestion:
        """The question about groups; without a key all rows are one."""
        return GroupQuestion(
            scope=replace(self.scope, size=self.size if self.by else None),
            by=(self.by,) if self.by else (),
            measures=self.measures,
            sort=self.sort,
        )

    @property
    def rows(self) -> Question:
        """The question about rows."""
        return replace(self.scope, sort=self.sort, size=self.size, count=True)


def asked(facts: CityFacts, reading: Reading, cues: Cues, *, other: bool = False) -> AskedQuestion:
    """The question that a reading is; ``other`` takes amounts without a unit for tomans."""
    reading = with_duration(bounded(reading, cues, other=other), cues)
    question = _asked(facts, reading, cues)
    if not reading.looked_up or (question.shape == "list" and not cues.share):
        return question
    # Rows that only mention a word somewhere are listed, and never added up.
    return _asked(facts, words_as_conditions(facts, reading), cues)


def _asked(facts: CityFacts, reading: Reading, cues: Cues) -> AskedQuestion:
    scope = Question(slug=reading.dataset.slug, filters=reading.filters, search=" ".join(reading.looked_up))
    period, conditions = period_conditions(facts, reading.dataset, cues.period, reading.time)
    draft = AskedQuestion("list", reading, replace(scope, filters=(*scope.filters, *conditions)), period=period)
    key = named_key(reading)
    services_alone = cues.count and bool(reading.services) and not reading.named
    # A period that its field cannot say is not left out in silence.
    unsaid = cues.period is not None and not conditions and facts.has_rows(reading.dataset)
    unsaid = unsaid or (cues.count and (is_of_names_alone(reading) or is_of_catalogue(facts, reading)))
    unsaid = unsaid or (cues.count and cues.function in ("avg", "median") and not reading.measures)
    if not reading.is_sure or unsaid or cues.per_head or services_alone or cues.own or cues.spare or cues.columns:
        # What is asked cannot be said in one question of the grammar, or not all of it was understood.
        unread = reading.unread or ("",)
        return as_list(facts, replace(draft, reading=replace(reading, unread=unread)))
    if cues.share and not (cues.grouped and key is not None):
        return _share(facts, draft, cues) or as_list(facts, draft)
    along_time = (
        cues.by_time and not (cues.order is not None and cues.which_time) and not is_monthly(facts, reading, cues)
    )
    if along_time or (cues.grouped and key is not None):
        return _breakdown(facts, draft, cues, key) or as_list(facts, draft)
    if cues.order is not None:
        return _superlative(facts, draft, cues, key)
    if cues.period is not None and names_either(reading):
        return _figure(facts, draft, cues)
    if (apart := compared_field(reading, cues)) is not None:
        return _ranking(facts, in_newest_year(facts, draft), cues, apart)
    if key is not None and "list" in cues.asks and cues.wants_figure:
        return _ranking(facts, draft, cues, key)
    actor = actor_key(reading) if "person" in cues.asks or is_owed(facts, reading) else None
    actor = unit_key(reading) or actor if "in-charge" in cues.asks else actor
    if actor is not None and repeats(facts, reading, actor):
        return _ranking(facts, draft, cues, actor)
    if _is_figure(facts, draft, cues):
        if cues.function and key is not None and reading.dataset.field(key).role in ("place", "unit"):
            # «میانگین قرارداد مناطق»: of each of them.
            return _ranking(facts, draft, cues, key)
        return _figure(facts, draft, cues)
    return as_list(facts, draft)


def _is_figure(facts: CityFacts, draft: AskedQuestion, cues: Cues) -> bool:
    reading = draft.reading
    own, _ = measure_of(facts, reading)
    if "duration" in cues.asks and not cues.count:
        return own is not None and own.unit is not None and own.unit.en in _DAY_WORDS
    if cues.count or cues.function:
        return True
    if "number" in cues.asks or cues.bounds:
        return own is not None and "number" in cues.asks
    if "money" in cues.asks and own is not None and own.kind.is_money and additivity.is_added(own):
        return True
    concept = facts.lexicon.words_of(reading.dataset)
    said = reading.named or reading.related or is_stock(reading)
    figures = concept is not None and concept.text("shape") == "figure" and said
    return (figures or [each.sense for each in reading.measures[:1]] == ["measure"]) and not cues.asks - _NOT_ROWS


def in_newest_year(facts: CityFacts, draft: AskedQuestion, year: int | None = None) -> AskedQuestion:
    """The question for the newest year that is over, where nobody named a period."""
    own = facts.time(draft.dataset)
    year = year or facts.newest_year(draft.dataset)
    if draft.period is not None or own is None or year is None or is_of_record(draft.dataset, draft.scope.filters):
        return draft
    _, conditions = period_conditions(facts, draft.dataset, SaidPeriod(0, (("eq", str(year)),), year, year))
    scope = replace(draft.scope, filters=(*draft.scope.filters, *conditions))
    return replace(draft, scope=scope, period=str(year), chosen=True)


# --- figures ----------------------------------------------------------------------------------------------------------


def _figure(facts: CityFacts, draft: AskedQuestion, cues: Cues) -> AskedQuestion:
    concept = facts.lexicon.words_of(draft.dataset)
    is_of_money = concept is not None and concept.text("shape") == "figure" and not draft.reading.names
    how_much = is_of_money and "count" in cues.asks and (cues.counted is None or not cues.counted.meanings)
    if cues.count and not how_much and not counts_measure(draft.reading, cues):
        distinct = distinct_field(draft.reading, cues)
        measure = GroupMeasure("distinct", distinct) if distinct else GroupMeasure("count")
        time = facts.time(draft.dataset)
        if distinct and draft.dataset.field(distinct).role == "person" and time is not None and time.kind.is_period:
            draft = in_newest_year(facts, draft)
        return at_date(facts, replace(draft, shape="figure", measures=(measure,)), None)
    own, meaning = measure_of(facts, draft.reading)
    if own is None and cues.function not in ("", "sum"):
        # A mean of nothing that is a number.
        return as_list(facts, replace(draft, reading=replace(draft.reading, unread=("",))))
    if own is None:
        return replace(draft, shape="figure", measures=(GroupMeasure("count"),))
    draft = _where(draft, meaning)
    function = function_of(own, meaning, cues)
    dated = additivity.date_field(draft.dataset, own)
    if dated is None and _is_of_year(facts, draft, own, function):
        draft = in_newest_year(facts, draft)
    return at_date(facts, replace(draft, shape="figure", measures=measured_beside(draft.reading, own, function)), own)


def _is_of_year(facts: CityFacts, draft: AskedQuestion, own: Field, function: Function) -> bool:
    """Whether the newest year is meant where nobody says one: not of what somebody got in all, nor of what is now."""
    time = facts.time(draft.dataset)
    if (
        own.nature in (None, "stock")
        or is_owned(facts, draft.dataset)
        or (own.nature == "rate" and time is not None and time.kind.is_day)
    ):
        return False
    roles = {draft.dataset.field(meaning.field).role for meaning in draft.reading.names}
    numbered = any(draft.dataset.field(each.field).kind.is_company and each.op == "eq" for each in draft.scope.filters)
    return function != "sum" or not (numbered or roles & {"company", "person"})


def _where(draft: AskedQuestion, meaning: Meaning | None) -> AskedQuestion:
    """The condition that always goes with a measure, unless the question says another."""
    said = meaning.concept.text("where") if meaning is not None and meaning.concept is not None else ""
    slug, _, rest = said.partition(".")
    name, _, code = rest.partition("=")
    against = meaning.concept.more.get("not_with", ()) if meaning is not None and meaning.concept is not None else ()
    if slug != draft.dataset.slug or any(each.field == name or each.field in against for each in draft.scope.filters):
        return draft
    return replace(draft, scope=draft.scope.having(Filter(name, "eq", (code,))))


def at_date(facts: CityFacts, draft: AskedQuestion, own: Field | None) -> AskedQuestion:
    """The question at the newest date of a stock, and for money out where a sum would add both sides."""
    if own is None or not any(measure.field == own.name for measure in draft.measures):
        return draft
    dated = additivity.date_field(draft.dataset, own)
    if dated is not None:
        # The newest there is, and not the newest that has such rows: a debt that is paid stands no longer.
        of_time = tuple(each for each in draft.scope.filters if each.field == dated.name)
        whole = Question(slug=draft.dataset.slug, filters=of_time)
        moments = latest(facts.service, draft.dataset, dated, whole, facts.snapshot(draft.dataset))
        if moments:
            condition = additivity.at_condition(dated, moments[-1:])
            others = tuple(each for each in draft.scope.filters if each.field != dated.name)
            draft = replace(draft, scope=replace(draft.scope, filters=(*others, condition)), period=condition.text)
    by = {draft.by.field} if draft.by else set()
    sides = additivity.sides(draft.dataset, own, draft.scope.filters, by)
    if len(sides) > 1:
        draft = replace(
            draft, scope=draft.scope.having(*additivity.side_conditions(draft.dataset, sides[0])), side=sides[0]
        )
    return draft


def _share(facts: CityFacts, draft: AskedQuestion, cues: Cues) -> AskedQuestion | None:
    """A part and its whole: two measures of the same rows, or the rows with and without a condition."""
    reading = draft.reading
    own, _ = measure_of(facts, reading)
    conditions = [each for each in reading.filters if each.field != getattr(facts.time(reading.dataset), "name", "")]
    if conditions:
        concept = facts.lexicon.words_of(reading.dataset)
        said = bool(reading.measures) or "money" in cues.asks
        of_money = concept is not None and (concept.text("shape") == "figure" or said) and own is not None
        measure = GroupMeasure("count")
        if of_money and own is not None and additivity.is_added(own):
            measure = GroupMeasure("sum", own.name)
            draft = at_date(facts, replace(in_newest_year(facts, draft), measures=(measure,)), own)
        part = part_of(reading, conditions, of_money=bool(measure.field))
        rest = tuple(each for each in draft.scope.filters if each not in part)
        return replace(draft, shape="share", measures=(measure,), whole=(replace(draft.scope, filters=rest), measure))
    if own is None or not own.share_of:
        return None
    draft = in_newest_year(facts, _where(draft, reading.measures[0] if reading.measures else None))
    draft = at_date(facts, replace(draft, shape="share", measures=(GroupMeasure("sum", own.name),)), own)
    return replace(draft, whole=(draft.scope, GroupMeasure("sum", own.share_of)))


# --- orders and groups ------------------------------------------------------------------------------------------------


def _superlative(facts: CityFacts, draft: AskedQuestion, cues: Cues, key: str | None) -> AskedQuestion:
    """A superlative: of parts of time, of two numbers, of whoever is named, of groups or rows."""
    assert cues.order is not None  # noqa: S101 - who calls this has looked
    if cues.which_time and (group := time_key(facts, draft.dataset, cues.which_time)) is not None:
        course = _breakdown(facts, draft, replace(cues, by_time=cues.which_time), None)
        if course is not None:
            sort = Sort(course.measures[0].name, descending=cues.descending)
            return replace(course, by=group, sort=sort, size=SHORT_LIST)
    if names_either(draft.reading):
        return _figure(facts, draft, cues)
    if (apart := compared_field(draft.reading, cues)) is not None:
        return _ranking(facts, in_newest_year(facts, draft), cues, apart)
    if key is not None and cues.size and cues.order.target == "sort:asc" and is_of_time(cues.order):
        # «پنج گیرندهٔ اول»: those at the head of a list, by how much.
        return _ranking(facts, draft, replace(cues, order=None, several=True), key)
    return _ordered(facts, draft, cues, key)


def _ordered(facts: CityFacts, draft: AskedQuestion, cues: Cues, key: str | None) -> AskedQuestion:
    """A superlative: of groups where the question names them, else of rows."""
    on = cues.order.concept.text("on") if cues.order is not None and cues.order.concept is not None else ""
    own, meaning = measure_of(facts, draft.reading)
    person = next((each.name for each in draft.dataset.published if each.role == "person"), None)
    if meaning is not None and meaning.concept is not None and meaning.concept.text("function") == "avg" and person:
        return _ranking(facts, in_newest_year(facts, draft), cues, key or person)
    if key is None and on == "measure" and draft.reading.pointers:
        # «کدام قرارداد بیشترین الحاقیه را دارد»: what the rows point to.
        return _ranking(facts, draft, cues, draft.reading.pointers[0])
    if key is None and on in ("measure", "count") and "person" in cues.asks:
        # «چه کسی بیشترین پول را گرفته»: whoever it is, taken together.
        key = actor_key(draft.reading)
    if key is None and on == "measure" and not draft.reading.measures and (own is None or not own.kind.is_money):
        # «بیشترین شکایت»: of rows without an amount most is how many, by whoever they are of.
        key = sort_key(draft.reading)
    if key is None and own is not None and additivity.is_added(own) and person is None:
        # A line of revenue stands in every month: the largest is all of them together.
        key = title_key(facts, draft.dataset)
        draft = in_newest_year(facts, draft) if key is not None else draft
    if key is not None and not on.startswith("role:date"):
        return _ranking(facts, _of_one_plan(facts, draft, key), cues, key)
    if on == "count" and key is None:
        return as_list(facts, draft)
    time = facts.time(draft.dataset)
    own = _order_field(facts, draft.reading, on, own)
    if own is None:
        # What is asked for stands in no column.
        words = next((part.text for part in draft.reading.parted.segments if cues.order in part.meanings), "")
        return as_list(facts, replace(draft, reading=replace(draft.reading, unread=(words,))))
    if time is not None and time.kind.is_period and own != time:
        # Lines of several years are the same line again.
        draft = in_newest_year(facts, _where(draft, meaning))
    if own.nature == "stock":
        # A balance of an earlier date stands no longer.
        draft = replace(at_date(facts, replace(draft, measures=(GroupMeasure("sum", own.name),)), own), side="")
    size = cues.size or (LONG_LIST if cues.several else SHORT_LIST)
    scope = draft.scope if own.required else draft.scope.having(Filter(own.name, "isnull", (False,)))
    return replace(draft, shape="list", scope=scope, sort=Sort(own.name, descending=cues.descending), size=size)


def _order_field(facts: CityFacts, reading: Reading, on: str, own: Field | None) -> Field | None:
    """What rows are ordered by: a date for the newest, days for the longest, else what is measured."""
    published = reading.dataset.published
    if on.startswith("role:date"):
        named = (reading.dataset.field(name) for name in (reading.time, *reading.keys) if name)
        return next((each for each in named if each.kind.is_day), facts.time(reading.dataset))
    if on.startswith("role:quantity:day"):
        days = (each for each in published if each.unit is not None and each.unit.en in _DAY_WORDS)
        return next(days, None) or next((each for each in published if each.name.endswith("days")), None)
    return own


def _ranking(facts: CityFacts, draft: AskedQuestion, cues: Cues, key: str) -> AskedQuestion:
    """Groups by what is asked of them: how many rows, or the sum; both where «most» may mean either."""
    own, meaning = measure_of(facts, draft.reading)
    measures: tuple[GroupMeasure, ...] = (GroupMeasure("count"),)
    first = measures[0]
    if own is not None and not ranks_count(facts, draft.reading, cues):
        draft = replace(_where(draft, meaning), by=GroupKey(key))
        function = function_of(own, meaning, cues)
        first = GroupMeasure(function, own.name)
        measures = (first, *measures)
        draft = at_date(facts, replace(draft, measures=measures), own)
    sort = Sort(first.name, descending=cues.descending)
    size = cues.size or (LONG_LIST if cues.several else SHORT_LIST)
    return replace(draft, shape="ranking", by=GroupKey(key), measures=measures, sort=sort, size=size)


def _of_one_plan(facts: CityFacts, draft: AskedQuestion, key: str) -> AskedQuestion:
    """The newest year alone of money that is planned by years, where nobody names one: plans of several are no sum."""
    own, _ = measure_of(facts, draft.reading)
    time = facts.time(draft.dataset)
    yearly = time is not None and time.kind.is_period and not facts.is_within_years(draft.dataset)
    if yearly and time is not None and time.name != key and own is not None and own.kind.is_money:
        return in_newest_year(facts, draft)
    return draft


def _breakdown(facts: CityFacts, draft: AskedQuestion, cues: Cues, key: str | None) -> AskedQuestion | None:
    """Groups along time, or by what the question names."""
    group = GroupKey(key) if key is not None and not cues.by_time else time_key(facts, draft.dataset, cues.by_time)
    if group is None:
        return None
    if not cues.by_time:
        draft = _of_one_plan(facts, draft, group.field)
        return _ranking(facts, draft, cues, group.field)
    own, meaning = measure_of(facts, draft.reading)
    measure = GroupMeasure("count")
    if own is not None and not ranks_count(facts, draft.reading, cues):
        draft = replace(_where(draft, meaning), by=group)
        measure = GroupMeasure(function_of(own, meaning, cues), own.name)
    dated = additivity.date_field(draft.dataset, own) if own is not None else None
    draft = replace(draft, by=group, measures=(measure,))
    if dated is not None and dated.name == group.field and dated.kind.is_period:
        # A balance stands at the end of each period, and has no sum over several.
        draft = replace(draft, by=GroupKey(dated.name))
    if dated is None or dated.name != group.field:
        draft = at_date(facts, draft, own)
    return replace(draft, shape="ranking", sort=None, size=LONG_SERIES)


def as_list(facts: CityFacts, draft: AskedQuestion) -> AskedQuestion:
    """Rows, the newest first."""
    own = facts.time(draft.dataset)
    sort = Sort(own.name, descending=True) if own is not None else None
    return replace(draft, shape="list", sort=sort, size=SHORT_LIST, measures=(GroupMeasure("count"),))
