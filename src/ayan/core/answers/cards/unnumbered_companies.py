"""What is said of rows that an answer about companies leaves out: they name whoever they are of, and no legal number.

Who asks for companies wants none of the people in the same column, nor all staff together; what tells them apart is the
number alone. A company that is paid under its name is left out with them, so that how many there are is said, and
who is the largest of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.cards.wording import isolated, key_text, number
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.limits import MOST_NAMED, MOST_UNNUMBERED
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Sort
from ayan.core.schema.field import Field
from ayan.core.store.objects import StoreError
from ayan.core.values import locale
from ayan.core.values.label import Label

LEFT_OUT: Final = Label(
    "{text} {n} ردیف بی «{id}» در این نیست؛ بیشترینِ آنها: {groups}.",
    "{text} {n} rows without “{id}” are not among these; the largest of them: {groups}.",
)
ABOVE: Final = Label(
    "{first} (بی «{id}»)، بیش از همهٔ آنهایی که «{id}» دارند. {text}",
    "{first} (without “{id}”), more than any of those that have one. {text}",
)
_COMPANY: Final = frozenset(("شرکت", "company", "companies", "firm", "firms"))
_CALLED: Final = "شرکت"
_ADDED: Final = frozenset(("sum", "count"))


def with_left_out(facts: CityFacts, cards: Iterable[AnswerCard]) -> tuple[AnswerCard, ...]:
    """The answers; those about companies say what they leave out, as far as there is time for it."""
    return tuple(_with_left_out(facts, each) for each in cards)


def _with_left_out(facts: CityFacts, shown: AnswerCard) -> AnswerCard:
    asked = shown.asked
    if asked is None or not shown.is_sure or shown.kind not in ("figure", "list") or not asked.measures:
        return shown
    for each in asked.scope.filters:
        own = asked.dataset.field(each.field)
        name = next((field for field in asked.dataset.published if f"{field.name}_id" == own.name), None)
        if own.kind.is_company and name is not None and each.op == "isnull" and each.values == (False,):
            try:
                return _card(facts, shown, asked, each, name)
            except (Unanswered, StoreError, BadQuestion):
                return shown
    return shown


def _card(facts: CityFacts, shown: AnswerCard, asked: AskedQuestion, filled: Filter, name: Field) -> AnswerCard:
    dataset, measure, key, count = asked.dataset, asked.measures[0], GroupKey(name.name), GroupMeasure("count")
    measure = measure if measure.function in _ADDED else count
    filters = tuple(replace(each, values=(True,)) if each == filled else each for each in asked.scope.filters)
    scope = replace(asked.scope, filters=filters, size=MOST_UNNUMBERED)
    rows = facts.number(dataset, scope, count)
    if not rows:
        return shown
    order = Sort(measure.name, descending=True)
    groups, _ = facts.groups(dataset, GroupQuestion(scope=scope, by=(key,), measures=(measure,), sort=order))
    named = [each for each in groups if each[key.name] is not None and each[measure.name] is not None]
    if not named:
        return shown

    def said(group: dict[str, object], lang: locale.Lang) -> str:
        called = isolated(key_text(name, key, group[key.name], lang), lang)
        return f"{called}{locale.of(lang).comma}{number(dataset, measure, group[measure.name], lang)}"

    label = dataset.field(filled.field).label
    text = LEFT_OUT.filled(
        lambda lang: {
            "text": shown.text.of(lang),
            "n": locale.of(lang).number(rows),
            "id": label.of(lang),
            "groups": locale.of(lang).semicolon.join(said(each, lang) for each in named[:MOST_NAMED]),
        }
    )
    above = _above(shown, asked, [each for each in named if str(each[key.name]).startswith(_CALLED)], measure)
    if above is not None:
        ranked = text
        text = ABOVE.filled(lambda lang: {"first": said(above, lang), "id": label.of(lang), "text": ranked.of(lang)})
    return replace(shown, text=text)


def _above(
    shown: AnswerCard, asked: AskedQuestion, called: list[dict[str, object]], measure: GroupMeasure
) -> dict[str, object] | None:  # fmt: skip
    """The company without a number that has more than the first of those with one, where companies are asked for."""
    words = {word.text for word in asked.reading.parted.words}
    is_ranked = asked.by is not None and asked.sort is not None and asked.sort.descending and bool(shown.groups)
    if not called or not is_ranked or not words & _COMPANY or measure != asked.measures[0]:
        return None
    first = shown.groups[0].get(measure.name)
    return called[0] if first is not None and called[0][measure.name] > first else None
