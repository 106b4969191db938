"""What else a question may mean: amounts in the other unit, money of the other side, «most» by the other measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ayan.core.answers.cues import Cues
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.interpretation import Reading
from ayan.core.answers.shapes import AskedQuestion
from ayan.core.answers.word_uses import only_companies
from ayan.core.query import additivity
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.question import Sort
from ayan.core.query.sum_parts import amount_field


def readings_of_amounts(cues: Cues) -> Iterator[bool]:
    """Whether amounts without a unit are read as they stand, then as tomans where they may be these."""
    yield False
    if any(bound.other is not None for bound in cues.bounds):
        yield True


def other_readings(question: AskedQuestion) -> Iterator[AskedQuestion]:
    """The other side of money where one was taken, and groups by their money where they are ordered by their number."""
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
        measure = GroupMeasure("sum", own.name)
        sides = additivity.sides(dataset, own, question.scope.filters, {question.by.field} if question.by else set())
        conditions = additivity.side_conditions(dataset, sides[0]) if len(sides) > 1 else ()
        assert question.sort is not None  # noqa: S101 - it was looked at
        sort = Sort(measure.name, descending=question.sort.descending)
        scope = question.scope.having(*conditions)
        yield replace(question, scope=scope, measures=(measure, GroupMeasure("count")), sort=sort)


def _is_one_sided(question: AskedQuestion) -> bool:
    """Whether a word for money that goes out was said, so that what comes in is no second reading of it."""
    asks = (meaning for phrase in question.reading.parted.segments for meaning in phrase.of("ask"))
    return any(meaning.target == "answer:money" and meaning.concept is not None for meaning in asks)


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
    if other is None or cues.order is None or cues.judged or reading.filters:
        return reading
    return replace(reading, dataset=other, filters=only_companies(other, name), keys=(name,), measures=(), named=True)
