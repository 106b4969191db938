"""The answer to a question that a reader changed by a chip: of a comparison both sides, told as they were."""

from __future__ import annotations

from dataclasses import replace

from ayan.core.answers.cards import comparisons, variants
from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.cards.comparisons import AnsweredComparison, compared_sides
from ayan.core.answers.composites.either_side import side_by_side
from ayan.core.answers.composites.told_ratios import in_terms_of
from ayan.core.answers.facts import CityFacts

_BESIDE = ("more", "less", "apart")


def changed_answers(facts: CityFacts, text: str) -> tuple[AnswerCard, ...]:
    """What answers a text of `variants.as_text` or of a comparison; of that both, and then each side.

    Raises BadQuestion, KeyError for a dataset that is none, and Unanswered where it takes too long.
    """
    compared = comparisons.from_text(facts, text)
    if compared is None:
        return (card(facts, variants.from_text(facts, text)),)
    way, (first, second) = compared
    left, right = card(facts, first), card(facts, second)
    both = side_by_side((left, right), way) if way in _BESIDE else in_terms_of(left, right, way)
    if both is not None:
        return both, left, right
    # One has no rows, or no two figures stand there: what there is not comes first, and may be changed back.
    leading, other = (right, left) if right.kind == "nothing" and left.kind != "nothing" else (left, right)
    return replace(leading, comparison=AnsweredComparison(way, compared_sides(first, second))), other
