"""Two questions set against each other in one answer, and what a reader may change of each while the other stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, cast, get_args

from ayan.core.answers.cards import variants
from ayan.core.answers.cards.variants import MEASURE, Part
from ayan.core.answers.cards.wording import condition_value, measure_name
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.label import Label, in_each

Way = Literal["more", "less", "apart", "times", "times-more", "times-less", "share"]
"""How two figures are told: the larger or the smaller first, how far they are apart, how many times the one is the
other (and whether it is more, or less, where that is asked), or the one in per cent of the other."""
BETWEEN: Final = "|"
"""It stands in no question: addresses encode it."""


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One side: what it is called beside the other, and its question."""

    name: Label
    asked: AskedQuestion


@dataclass(frozen=True, slots=True)
class AnsweredComparison:
    """Both sides in the order in which they were asked, and how they are told."""

    way: Way
    sides: tuple[ComparedSide, ComparedSide]


def side_parts(facts: CityFacts, comparison: AnsweredComparison) -> Iterator[tuple[Label, tuple[Part, ...]]]:
    """What was understood of each side, by its name; each option is a whole comparison, as `from_text` reads it."""
    first, second = comparison.sides
    parts = [tuple(variants.parts(facts, each.asked)) for each in comparison.sides]
    is_alike = first.asked.dataset == second.asked.dataset and first.asked.measures[:1] == second.asked.measures[:1]
    for at, side in enumerate(comparison.sides):
        other = parts[1 - at]
        yield side.name, tuple(_whole(comparison, at, each, other, is_alike=is_alike) for each in parts[at])


def _whole(comparison: AnsweredComparison, at: int, part: Part, other: tuple[Part, ...], *, is_alike: bool) -> Part:
    """A part of one side, its options with the other side; of a measure both sides change, or neither."""
    first, second = comparison.sides
    if any(each.asked.shape != "figure" for each in (first, second)):
        # A part of a whole is no question of the grammar.
        return replace(part, options=())
    beside = {option.label: variants.as_text(comparison.sides[1 - at].asked) for option in part.options}
    if part.label == MEASURE:
        said = (option for each in other if each.label == MEASURE for option in each.options)
        beside = {option.label: option.question for option in said if is_alike}
    options = []
    for option in part.options:
        against = beside.get(option.label)
        # A side that is the other one is set against nothing.
        if against is None or (against == option.question and not option.is_current):
            continue
        pair = (option.question, against) if at == 0 else (against, option.question)
        options.append(replace(option, question=BETWEEN.join((comparison.way, *pair))))
    return replace(part, options=tuple(options))


def from_text(facts: CityFacts, text: str) -> tuple[Way, tuple[AskedQuestion, AskedQuestion]] | None:
    """The comparison that an option leads to; None where it is a single question.

    Raises BadQuestion where it is none, or KeyError for a dataset that is none.
    """
    if BETWEEN not in text:
        return None
    way, *sides = text.split(BETWEEN)
    if way not in get_args(Way) or len(sides) != 2:
        raise BadQuestion([problem("unknown-parameter", "as")])
    first, second = (variants.from_text(facts, each) for each in sides)
    if first.shape != "figure" or second.shape != "figure":
        raise BadQuestion([problem("unknown-parameter", "as")])
    return cast(Way, way), (first, second)


def compared_sides(
    first: AskedQuestion, second: AskedQuestion, said: tuple[str, str] | None = None
) -> tuple[ComparedSide, ComparedSide]:
    """Both sides with what each is called: the values of its own conditions, else as it was written, else its table."""
    left, right = said or ("", "")
    return ComparedSide(_side_name(first, second, left), first), ComparedSide(_side_name(second, first, right), second)


def _side_name(asked: AskedQuestion, other: AskedQuestion, said: str) -> Label:
    own = [each for each in asked.scope.filters if each not in other.scope.filters]
    if asked.dataset != other.dataset:
        # Of two tables each is told by what it is of.
        return asked.dataset.title
    if own or said:
        return _name(asked.dataset, own, said)
    is_of_one = bool(asked.measures) and asked.measures[:1] != other.measures[:1]
    return measure_name(asked.dataset, asked.measures[0]) if is_of_one else asked.dataset.title


def _name(dataset: Dataset, own: Sequence[Filter], said: str) -> Label:
    return in_each(
        lambda lang: locale.of(lang).comma.join(condition_value(dataset, each, lang) for each in own) if own else said
    )
