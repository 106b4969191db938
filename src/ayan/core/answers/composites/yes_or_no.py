"""Yes or no before an answer whose rows say it: «آیا … مناقصه‌ای برده است؟», "did the mayor travel in 1402?"."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.words.morphology import is_negative
from ayan.core.values.label import Label

YES: Final = Label("بله. {text}", "Yes. {text}")
NO: Final = Label("خیر. {text}", "No. {text}")
_ASKING: Final = frozenset(("ایا", "مگر", "مگه"))
_ASKING_EN: Final = frozenset(("is", "are", "was", "were", "do", "does", "did", "has", "have", "had"))
_OTHERWISE: Final = frozenset((
    "همه", "تمام", "تمامی", "کل", "هر", "فقط", "تنها", "همیشه", "هرگز", "هیچ", "چرا", "چند", "چقدر",
    "کدام", "کدوم", "کی", "کجا", "چطور", "چگونه", "یا", "باید", "مجاز", "میتوان", "میتوانم", "میشود", "میشه",
    "کافی", "درست", "واقعی", "all", "every", "each", "only", "always", "never", "no", "not", "none", "or",
    "why", "how", "which", "who", "where", "when", "what", "can", "may", "enough", "most", "any", "really",
))  # fmt: skip
"""Words by which rows are no yes, nor their lack a no."""
_HARMLESS: Final = frozenset(("any",))
_ORDERED: Final = ("superlative", "aggregate")


def with_yes_or_no(facts: CityFacts, question: Parted, answered: BoxAnswer) -> BoxAnswer:
    """The answers, the first with the word that was asked for; only where rows or their lack say it for certain."""
    first = next(iter(answered.cards), None)
    word = _word(facts, question, first) if first is not None else None
    if first is None or word is None:
        return answered
    text = word.filled(lambda lang: {"text": first.text.of(lang)})
    return replace(answered, cards=(replace(first, text=text), *answered.cards[1:]))


def _word(facts: CityFacts, question: Parted, first: AnswerCard) -> Label | None:
    texts = [word.text for word in question.words]
    asks = bool(texts) and (texts[0] in _ASKING or texts[0] in _ASKING_EN)
    asked = first.asked
    if not asks or asked is None or not first.is_sure or not asked.scope.filters or asked.by is not None:
        return None
    if (_OTHERWISE - _HARMLESS) & set(texts) or any(
        phrase.has("stop") and is_negative(phrase.text) for phrase in question.segments
    ):
        return None
    if any(phrase.has(*_ORDERED) for phrase in question.segments):
        return None
    if any(each.target in ("versus", "difference", "ratio") for p in question.segments for each in p.of("comparison")):
        return None
    only_time = facts.time(asked.dataset)
    said = [each for each in asked.scope.filters if only_time is None or each.field != only_time.name]
    if first.kind == "list" and asked.shape == "list" and first.rows and said:
        return NO if asked.otherwise else YES
    if first.kind == "nothing" and _is_known(facts, first):
        return NO
    return None


def _is_known(facts: CityFacts, first: AnswerCard) -> bool:
    """Whether the lack of rows says no: the period is over and published, and no text was searched."""
    asked = first.asked
    if asked is None or asked.scope.search or any(each.op == "contains" for each in asked.scope.filters):
        return False
    if asked.period is None:
        return True
    year, years = asked.period[:4], facts.years(asked.dataset)
    return year.isdigit() and int(year) < facts.this_year and bool(years) and years[0] <= int(year) <= years[-1]
