"""Which line has the highest, or lowest, share of what it is a part of: «کمترین درصد تحقق», "lowest execution rate".

The grammar orders groups by a number of theirs, and by no quotient of two. So all groups are asked with both numbers
and ordered here; where there are more than `MOST_SHARED`, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from ayan.core.answers.account.word_account import word_account
from ayan.core.answers.cards.cards import AnswerCard, CardFigure, api_of, figure_of, page_of, understood_of
from ayan.core.answers.cards.group_texts import group_text
from ayan.core.answers.cards.wording import in_brackets, number, percentage
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, in_newest_year
from ayan.core.answers.grammar.conditions import period_conditions
from ayan.core.answers.grammar.group_keys import named_key
from ayan.core.answers.grammar.measures import measure_of
from ayan.core.answers.limits import LONG_LIST, MOST_SHARED, SHORT_LIST
from ayan.core.answers.pieces.cues import Cues, cues
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.readings.interpretation import Reading, readings
from ayan.core.query import additivity
from ayan.core.query.additivity import side_field
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion, groupable
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label

SHARED: Final = Label("سهم «{part}» از «{whole}»", "“{part}” as a share of “{whole}”")
SENTENCES: Final = {
    True: Label(
        "بیشترین {share} در «{dataset}»{conditions}: {first}، {percent} ({part} از {whole}). {n} گروه.",
        "Highest {share} in “{dataset}”{conditions}: {first}, {percent} ({part} of {whole}). {n} groups.",
    ),
    False: Label(
        "کمترین {share} در «{dataset}»{conditions}: {first}، {percent} ({part} از {whole}). {n} گروه.",
        "Lowest {share} in “{dataset}”{conditions}: {first}, {percent} ({part} of {whole}). {n} groups.",
    ),
}
_PERCENT: Final = Decimal("0.1")
_RATES: Final = frozenset(("rate", "rates", "ratio", "نرخ", "درصد", "درصدی", "percent", "percentage", "share", "سهم"))


def share_order(facts: CityFacts, question: Parted, _ask: Ask) -> AnswerCard | None:
    """The groups in the order of their share; None where no share is ordered by."""
    wanted = cues(question)
    if wanted.order is None or wanted.judged or wanted.bounds or wanted.by_time:
        return None
    if not _RATES & {word.text for word in question.words}:
        return None
    for each in readings(facts.lexicon, question, facts.today)[:2]:
        # The grammar has no word for a rate: this answer is one.
        reading = replace(each, unread=tuple(text for text in each.unread if not set(text.split()) <= _RATES))
        own = _shared(facts, reading)
        if own is not None and facts.has_rows(reading.dataset) and (card := _ordered(facts, reading, wanted, own)):
            return card
    return None


def _shared(facts: CityFacts, reading: Reading) -> Field | None:
    """The column that a question names and that is declared as a part of another one."""
    named = bool(reading.measures) and (reading.named or reading.grounded)
    own, _ = measure_of(facts, reading) if named else (None, None)
    return own if own is not None and own.share_of and own.nature == "flow" and additivity.is_added(own) else None


def _ordered(facts: CityFacts, reading: Reading, wanted: Cues, own: Field) -> AnswerCard | None:
    keys = _keys(reading)
    if not keys:
        return None
    # Where the part stands in none of some rows, their whole counts all the same.
    filled = () if reading.dataset.field(own.share_of).required else (Filter(own.share_of, "isnull", (False,)),)
    period, conditions = period_conditions(facts, reading.dataset, wanted.period, reading.time)
    scope = Question(slug=reading.dataset.slug, filters=(*reading.filters, *conditions))
    measures = tuple(GroupMeasure("sum", name) for name in (own.name, own.share_of))
    sort = Sort(measures[0].name, descending=wanted.descending)
    asked = AskedQuestion("ranking", reading, scope, measures, keys[0], (*keys, None)[1], sort, period=period)
    asked = in_newest_year(facts, asked)
    asked = replace(asked, scope=asked.scope.having(*filled))
    # That it is a share which is ordered by is what this answer says.
    account = word_account(facts, asked, replace(wanted, share=True))
    left = [each for each in account.left if not _RATES & {word.text for word in each.words}]
    if left or not reading.is_sure:
        return None
    every = GroupQuestion(scope=replace(asked.scope, size=MOST_SHARED), by=keys, measures=measures)
    groups, total = facts.groups(reading.dataset, every)
    shares = [
        (Decimal(each[measures[0].name]) / each[measures[1].name], each) for each in groups if _has(each, measures)
    ]
    if total > MOST_SHARED or not shares:
        return None
    shares.sort(key=lambda each: each[0], reverse=wanted.descending)
    size = wanted.size or (LONG_LIST if wanted.several else SHORT_LIST)
    return _card(asked, shares[:size], len(shares), descending=wanted.descending)


def _has(group: dict[str, Any], measures: Sequence[GroupMeasure]) -> bool:
    return group[measures[0].name] is not None and bool(group[measures[1].name])


def _keys(reading: Reading) -> tuple[GroupKey, ...]:
    """What is ordered: what the question names, else the lines by their titles, of each side of money apart."""
    dataset = reading.dataset
    title = next((each.name for each in dataset.published if each.role == "title" and groupable(each)), None)
    key = named_key(reading) or title
    side = side_field(dataset)
    if key is None or side is None or side.name == key or any(each.field == side.name for each in reading.filters):
        return (GroupKey(key),) if key is not None else ()
    return GroupKey(key), GroupKey(side.name)


def _card(
    asked: AskedQuestion, shares: Sequence[tuple[Decimal, dict[str, Any]]], total: int, *, descending: bool
) -> AnswerCard:
    dataset, (part, whole) = asked.dataset, asked.measures
    percents = [(share * 100).quantize(_PERCENT, ROUND_HALF_UP) for share, _ in shares]
    groups = tuple(group for _, group in shares)
    first = groups[0]
    share = SHARED.format(part=dataset.field(part.field).label, whole=dataset.field(whole.field).label)
    text = SENTENCES[descending].filled(
        lambda lang: {
            "share": share.of(lang),
            "dataset": dataset.title.of(lang),
            "conditions": in_brackets(dataset, asked.scope, lang),
            "first": group_text(asked, first, lang),
            "percent": percentage(percents[0], lang),
            "part": number(dataset, part, first[part.name], lang),
            "whole": number(dataset, whole, first[whole.name], lang),
            "n": locale.of(lang).number(total),
        }
    )
    asked = replace(asked, sort=None, size=total)
    figures = (
        CardFigure(share, percents[0], "percent"),
        figure_of(dataset, part, first[part.name]),
        figure_of(dataset, whole, first[whole.name]),
    )
    return AnswerCard(
        "figure",
        text,
        page_of(dataset, asked.scope),
        api_of(dataset, "groups", asked.groups.query_string()),
        understood_of(asked, part),
        figures,
        asked,
        groups=groups,
    )
