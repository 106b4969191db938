"""A question of the grammar that a reading is, and what every such question is made with: its rows, year and date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.conditions import period_conditions
from ayan.core.answers.grammar.measures import is_of_record, points_at_record
from ayan.core.answers.limits import SHORT_LIST
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.said_period import SaidPeriod
from ayan.core.query import additivity, values
from ayan.core.query.group_conditions import GroupCondition
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.sum_parts import latest
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

_ALWAYS: Final = (
    "تا حالا", "تاحالا", "تا کنون", "تاکنون", "تا الان", "تا امروز", "از ابتدا", "از اول", "در کل سال", "همه سال",
    "so far", "to date", "until now", "up to now", "all years", "in total so far",
)  # fmt: skip
AskedShape = Literal["figure", "share", "ranking", "list"]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question of the grammar, and how its answer is to be given.

    ``measures`` are what is worked out of ``scope`` (`figure`, `share`) or of each group (`ranking`), which are by
    ``by`` and, within it, by ``then``; ``period`` is in words of the grammar, None where all is meant, ``chosen`` where
    nobody said it and the newest year or month was taken.
    ``whole`` is what a share is a part of, ``having`` what the numbers of its groups must be, ``is_rank`` that
    how many these are is the place of the first, ``nth`` which one of an order is asked for, ``left`` words not taken
    into account, ``held`` titles that rows point to, ``otherwise`` the column of a state that
    its one row has another of.
    """

    shape: AskedShape
    reading: Reading
    scope: Question
    measures: tuple[GroupMeasure, ...] = ()
    by: GroupKey | None = None
    then: GroupKey | None = None
    sort: Sort | None = None
    size: int = SHORT_LIST
    period: str | None = None
    chosen: bool = False
    whole: tuple[Question, GroupMeasure] | None = None
    side: str = ""
    having: tuple[GroupCondition, ...] = ()
    is_rank: bool = False
    nth: int = 0
    left: tuple[str, ...] = ()
    held: tuple[Phrase, ...] = ()
    otherwise: str = ""

    @property
    def dataset(self) -> Dataset:
        """The dataset that is asked."""
        return self.reading.dataset

    @property
    def is_sure(self) -> bool:
        """Whether every word was understood and used."""
        return self.reading.is_sure and not self.left

    @property
    def keys(self) -> tuple[GroupKey, ...]:
        """What groups are by: one key, or two; none of a question that is not about groups."""
        return tuple(each for each in (self.by, self.then) if each is not None) if self.by is not None else ()

    @property
    def groups(self) -> GroupQuestion:
        """The question about groups; without a key all rows are one."""
        return GroupQuestion(
            scope=replace(self.scope, size=self.size if self.by else None),
            by=self.keys,
            measures=self.measures,
            sort=self.sort,
            having=self.having,
        )

    @property
    def rows(self) -> Question:
        """The question about rows."""
        return replace(self.scope, sort=self.sort, size=self.size, count=True)


def as_list(facts: CityFacts, question: AskedQuestion) -> AskedQuestion:
    """Rows, the newest first."""
    own = facts.time(question.dataset)
    sort = Sort(own.name, descending=True) if own is not None else None
    return replace(question, shape="list", sort=sort, size=SHORT_LIST, measures=(GroupMeasure("count"),))


def _says_always(reading: Reading) -> bool:
    """Whether whatever happened until now is asked of: «تا حالا چقدر …», "so far"."""
    text = f" {' '.join(word.text for word in reading.parted.words)} "
    return any(f" {each} " in text for each in _ALWAYS)


def in_newest_year(facts: CityFacts, question: AskedQuestion, year: int | None = None) -> AskedQuestion:
    """The question for the newest year that is over, where nobody named a period."""
    own = facts.time(question.dataset)
    year = year or facts.newest_year(question.dataset)
    if question.period is not None or own is None or year is None:
        return question
    if is_of_record(question.dataset, question.scope.filters) or points_at_record(
        facts, question.dataset, question.scope.filters
    ):
        return question
    if own.kind.is_day and _says_always(question.reading):
        return question
    _, conditions = period_conditions(facts, question.dataset, SaidPeriod(0, (("eq", str(year)),), year, year))
    scope = replace(question.scope, filters=(*question.scope.filters, *conditions))
    return replace(question, scope=scope, period=str(year), chosen=True)


def in_newest_period(facts: CityFacts, question: AskedQuestion) -> AskedQuestion:
    """The rows of the newest period that has such, where nobody named one: who holds a post now."""
    own = facts.time(question.dataset)
    if question.period is not None or own is None or not own.kind.is_period:
        return question
    newest = facts.rows(question.dataset, replace(question.scope, sort=Sort(own.name, descending=True), size=1)).rows
    value = newest[0].values.get(own.name) if newest else None
    if value is None:
        return question
    condition = Filter(
        own.name, "eq", (values.read_value(values.as_asked(question.dataset).field(own.name), str(value)),)
    )
    return replace(question, scope=question.scope.having(condition), period=str(value), chosen=True)


def of_all_years(facts: CityFacts, question: AskedQuestion) -> AskedQuestion:
    """The question without the year that nobody said."""
    own = facts.time(question.dataset)
    if not question.chosen or own is None:
        return question

    def timeless(scope: Question) -> Question:
        return replace(scope, filters=tuple(each for each in scope.filters if each.field != own.name))

    # A part of all years is a part of what there was in all years.
    whole = (timeless(question.whole[0]), question.whole[1]) if question.whole is not None else None
    return replace(question, scope=timeless(question.scope), whole=whole, period=None, chosen=False)


def with_own_condition(question: AskedQuestion, meaning: Meaning | None) -> AskedQuestion:
    """The condition that always goes with a measure, unless the question says another."""
    said = meaning.concept.text("where") if meaning is not None and meaning.concept is not None else ""
    slug, _, rest = said.partition(".")
    name, _, code = rest.partition("=")
    against = meaning.concept.more.get("not_with", ()) if meaning is not None and meaning.concept is not None else ()
    if slug != question.dataset.slug or any(
        each.field == name or each.field in against for each in question.scope.filters
    ):
        return question
    return replace(question, scope=question.scope.having(Filter(name, "eq", (code,))))


def at_date(facts: CityFacts, question: AskedQuestion, own: Field | None) -> AskedQuestion:
    """The question at the newest date of a stock, and for money out where a sum would add both sides."""
    if own is None or not any(measure.field == own.name for measure in question.measures):
        return question
    dated = additivity.date_field(question.dataset, own)
    if dated is not None:
        # The newest there is, and not the newest that has such rows: a debt that is paid stands no longer.
        of_time = tuple(each for each in question.scope.filters if each.field == dated.name)
        whole = Question(slug=question.dataset.slug, filters=of_time)
        moments = latest(facts.service, question.dataset, dated, whole, facts.snapshot(question.dataset))
        if moments:
            condition = additivity.at_condition(dated, moments[-1:])
            others = tuple(each for each in question.scope.filters if each.field != dated.name)
            question = replace(
                question, scope=replace(question.scope, filters=(*others, condition)), period=condition.text
            )
    by = {question.by.field} if question.by else set()
    sides = additivity.sides(question.dataset, own, question.scope.filters, by)
    if len(sides) > 1:
        side = _side_of_lines(facts, question, sides)
        question = replace(
            question, scope=question.scope.having(*additivity.side_conditions(question.dataset, side)), side=side
        )
    return question


def _side_of_lines(facts: CityFacts, question: AskedQuestion, sides: Sequence[str]) -> str:
    """The first side; of lines that are named that on which they stand: «بودجهٔ عوارض خودرو» is money that comes in."""
    if not any(question.dataset.field(each.field).role == "title" for each in question.scope.filters):
        return sides[0]
    scopes = ((side, question.scope.having(*additivity.side_conditions(question.dataset, side))) for side in sides)
    counted = GroupMeasure("count")
    return next((side for side, scope in scopes if facts.number(question.dataset, scope, counted)), sides[0])
