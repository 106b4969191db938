"""Groups in a sentence: the first, both of two that are set against each other, or years from one to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ayan.core.answers.cards import wording
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.grammar.measures import points_at_record
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.sum_parts import amounts_of
from ayan.core.values import locale
from ayan.core.values.label import Label, in_each
from ayan.core.values.locale import Lang


def sum_of_record(facts: CityFacts, asked: AskedQuestion, count: int) -> list[tuple[GroupMeasure, int | Decimal]]:
    """What rows of money are together that point to one record, where there are several; empty of any other rows."""
    concept, own = facts.lexicon.words_of(asked.dataset), next(iter(amounts_of(asked.dataset)), None)
    is_of_money = concept is not None and concept.text("shape") == "figure"
    if own is None or count < 2 or not is_of_money or not asked.is_sure:
        return []
    if not points_at_record(facts, asked.dataset, asked.scope.filters):
        return []
    measure = GroupMeasure("sum", own.name)
    whole = facts.number(asked.dataset, asked.scope, measure)
    return [] if whole is None else [(measure, whole)]


def ranked_text(facts: CityFacts, asked: AskedQuestion, shown: Sequence[dict[str, Any]], total: int) -> Label:
    """Groups in a sentence: the first of them; of years set side by side, the first and the last."""
    assert asked.by is not None  # noqa: S101 - who calls this has groups
    dataset, measure, key = asked.dataset, asked.measures[0], asked.by
    if asked.then is not None:
        first = shown[0]
        return wording.crossed(
            dataset, (key, asked.then), measure, asked.scope, lambda lang: group_text(asked, first, lang), first
        )
    ends = [(shown[at][key.name], shown[at][measure.name]) for at in (0, -1)]
    of_years = asked.sort is None and len(shown) > 1 and all(len(str(each)) == len("1404") for each, _ in ends)
    # The present year is not over, so that nothing is set against it but a plan for all of it.
    is_plan = not facts.is_within_years(dataset) and not (measure.field and dataset.field(measure.field).share_of)
    is_over = is_plan or str(ends[1][0]) < str(facts.this_year)
    if of_years and all(ends[at][1] for at in (0, -1)) and is_over:
        return wording.course(dataset, key, measure, asked.scope, [(each, Decimal(value)) for each, value in ends])
    if of_years and all(ends[at][1] is not None for at in (0, -1)) and str(ends[1][0]) == str(facts.this_year):
        return wording.open_course(dataset, key, measure, asked.scope, [(each, Decimal(value)) for each, value in ends])
    if _are_set_against(asked, shown):
        return wording.both(
            dataset, key, measure, asked.scope, [(each[key.name], Decimal(each[measure.name])) for each in shown]
        )
    first = shown[asked.nth - 1 if 0 < asked.nth <= len(shown) else 0]
    kept = wording.Kept(asked.having, total, is_rank=asked.is_rank) if asked.having else None
    return wording.ranking(dataset, key, measure, asked.scope, (first[key.name], first[measure.name]), kept)


def _are_set_against(asked: AskedQuestion, shown: Sequence[dict[str, Any]]) -> bool:
    """Whether the groups are the two that a question names: «جمعیت منطقهٔ ۱ و ۲»."""
    assert asked.by is not None  # noqa: S101 - who calls this has groups
    named = [each for each in asked.scope.filters if (each.field, each.op) == (asked.by.field, "in")]
    of_two = len(shown) == 2 and not asked.having and not asked.nth
    return of_two and len(named) == 1 and all(each[asked.measures[0].name] is not None for each in shown)


def group_label(asked: AskedQuestion, group: Mapping[str, Any]) -> Label:
    """One group, as `group_text` says it in each language."""
    return in_each(lambda lang: group_text(asked, group, lang))


def group_text(asked: AskedQuestion, group: Mapping[str, Any], lang: Lang) -> str:
    """One group in words: «منطقهٔ ۲», by two keys «منطقهٔ ۲، ۱۴۰۳»."""
    said = (wording.key_text(asked.dataset.field(each.field), each, group[each.name], lang) for each in asked.keys)
    return locale.of(lang).comma.join(said)
