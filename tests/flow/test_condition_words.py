"""A word that tells some rows from others changes what is understood, or the answer is not sure: of no word is it lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.core.answers.question_set import question_set
from tests.flow.hamlet import Published
from tests.flow.test_answers import names
from tests.sampling import chance, is_whole

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.question_box import answer

FEW = 40
NOUNS = "قرارداد|مناقصه|پرداخت|پروژه|درخواست|شکایت|مصوبه|جلسه|کیوسک|غرفه|الحاقیه|بدهی|مدیر|کارمند"
NOUN = re.compile(rf"(?<!\S)((?:{NOUNS})(?:\u200cها|\u200cهای|ها|های|ات)?)(?= )")
ADDED = ("فوری", "ویژه", "دیگر", "محرمانه", "مشترک", "تکراری", "ناموفق", "خصوصی", "مشکوک", "همزمان", "غیرقانونی")
ENGLISH_NOUN = re.compile(r"\b(?=(?:contract|tender|payment|project|request|complaint|resolution|manager|permit)s? )")
ENGLISH_ADDED = ("urgent", "disputed", "secret", "repeated", "suspicious", "joint", "illegal")
DENYING = ("بدون", "غیر", "جز", "نشده", "نشد", "ندارند", "ندارد", "نداشت", "نداشتند", "without", "not", "no", "except")
BOUNDING = (
    "بالای",
    "زیر",
    "بیشتر",
    "بیش",
    "کمتر",
    "حداقل",
    "حداکثر",
    "over",
    "under",
    "above",
    "below",
    "more",
    "less",
)
EITHER = re.compile(r"(?<!\S)(?:یا|or)(?!\S)")
"""«بهار بیشتر بود یا تابستان»: both sides are told, whichever was more; so are those of a comparison."""
NAMES = ("بدون تشریفات", "بدون پروانه", "not begun")
"""What states and kinds are called; who says the rest of it means them, too."""


@pytest.fixture
def facts(published: Published) -> CityFacts:
    """What the city answers by."""
    return published.city.facts()


def first(facts: CityFacts, question: str) -> AnswerCard | None:
    return next(iter(answer(facts, question).cards), None)


def figures(published: Published, facts: CityFacts, fitting: re.Pattern[str]) -> Iterator[tuple[str, AnswerCard]]:
    """Questions of the set that hold a word, and are answered by a figure that is sure."""
    every = [each.question for each in question_set(names(published, facts)) if fitting.search(each.question)]
    for question in every if is_whole() else chance("condition words").sample(every, min(FEW, len(every))):
        card = first(facts, question)
        if card is not None and card.kind == "figure" and card.is_sure:
            yield question, card


def is_same_figure(before: AnswerCard, after: AnswerCard | None) -> bool:
    """Whether the same figure is told as surely as if the question were the same."""
    return after is not None and after.kind == "figure" and after.is_sure and after.understood == before.understood


@pytest.mark.parametrize(("noun", "added"), [(NOUN, ADDED), (ENGLISH_NOUN, ENGLISH_ADDED)])
def test_a_word_more_is_not_passed_over(
    published: Published, facts: CityFacts, noun: re.Pattern[str], added: tuple[str, ...]
) -> None:
    kept, passed_over = 0, []
    for at, (question, card) in enumerate(figures(published, facts, noun)):
        word = added[at % len(added)]
        said = noun.sub(rf"\g<0> {word}" if noun is NOUN else f"{word} ", question, count=1)
        kept += 1
        if is_same_figure(card, first(facts, said)):
            passed_over.append(said)
    assert kept
    assert not passed_over


@pytest.mark.parametrize("words", [DENYING, BOUNDING])
def test_a_word_less_is_another_question(published: Published, facts: CityFacts, words: tuple[str, ...]) -> None:
    said = re.compile(rf"(?<!\S)(?:{'|'.join(words)})(?!\S)")
    kept, lost = 0, []
    for question, card in figures(published, facts, said):
        if card.comparison is not None or EITHER.search(question) or any(name in question for name in NAMES):
            continue
        kept += 1
        if is_same_figure(card, first(facts, " ".join(said.sub(" ", question, count=1).split()))):
            lost.append(question)
    assert kept
    assert not lost
