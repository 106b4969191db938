"""The same question in other words of the lexicon, other letters and other digits, drawn by chance: one answer to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import pytest
from tests.core.answers.question_set import question_set
from tests.flow.hamlet import Published
from tests.flow.test_answers import names, understood
from tests.sampling import chance, is_whole

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.lexicon import Lexicon
from ayan.core.answers.meanings import Meaning
from ayan.core.answers.morphology import is_plural, tokens
from ayan.core.answers.phrases import Phrase, parted
from ayan.core.answers.question_box import answer
from ayan.core.values.digits import to_latin, to_persian

FEW = 10
FEW = 10
"""Questions of the set that are reworded each day."""
EACH = 3
"""Rewordings of one question."""
SIGNS = (("ی", "ي"), ("ک", "ك"), ("ه", "ە"), ("\u200c", " "), ("آ", "ا"))
"""Letters that are one, as keyboards and files have them; the first pairs are drawn for whole texts."""


@pytest.fixture
def facts(published: Published) -> CityFacts:
    """What the city answers by."""
    return published.city.facts()


def meant(meanings: Sequence[Meaning]) -> set[tuple[str, ...]]:
    """What a form may mean, whichever grade it has."""
    return {
        (each.sense, each.slug, each.field, each.code, each.text, each.concept.id if each.concept else "")
        for each in meanings
    }


def synonyms(lexicon: Lexicon, phrase: Phrase) -> list[str]:
    """Other forms of the concepts of a piece that mean the very same, so that one may stand for the other."""
    forms = dict.fromkeys(
        form
        for meaning in phrase.meanings
        if meaning.concept is not None and meaning.grade == "right"
        for form, grade in meaning.concept.forms
        if grade == "right" and form.isascii() == phrase.text.isascii()
    )
    out = []
    for form in forms:
        words = tokens(form)
        # Of several more are shown than of one.
        several = words[-1].plural or is_plural(words[-1].text)
        same = several or " ".join(word.text for word in words) == phrase.text
        match = None if same else lexicon.match(words)
        alike = match is not None and meant(match.meanings) == meant(phrase.meanings)
        if alike and match is not None and {m.grade for m in match.meanings} == {m.grade for m in phrase.meanings}:
            out.append(form)
    return out


def rewordings(facts: CityFacts, question: str) -> Iterator[str]:
    """The question with one of its pieces said otherwise, each piece in each other way that there is for it."""
    pieces = parted(facts.lexicon, question, facts.today).segments
    for place, phrase in enumerate(pieces):
        # Words that say nothing by themselves are no synonyms of each other, and may say something between two numbers.
        fits = phrase.sense == "words" and not phrase.plural and not phrase.has("stop")
        for form in synonyms(facts.lexicon, phrase) if fits else ():
            said = [" ".join(word.shown for word in each.words) for each in pieces]
            said[place] = form
            yield " ".join(said)


def test_another_word_of_the_lexicon_keeps_the_answer(published: Published, facts: CityFacts) -> None:
    random, held = chance("rewordings"), 0
    every = [each.question for each in question_set(names(published, facts))]
    random.shuffle(every)
    changed = []
    for question in every:
        said = parted(facts.lexicon, question, facts.today)
        plain = " ".join(word.shown for word in said.words)
        first = answer(facts, plain)
        if not first.cards or said.fixed:
            continue
        others = list(rewordings(facts, question))
        for other in others if is_whole() else random.sample(others, min(EACH, len(others))):
            held += 1
            if understood(answer(facts, other)) != understood(first):
                changed.append((plain, other))
        if held >= FEW * EACH and not is_whole():
            break
    assert held
    assert not changed


def other_letters(question: str, random: Random) -> str:
    """A question with letters, digits and blanks drawn from those that are one."""
    out = []
    for letter in question:
        pair = next((pair for pair in SIGNS if letter == pair[0]), None)
        drawn = pair[1] if pair is not None and random.random() < 0.5 else letter
        drawn = random.choice((to_persian, to_latin))(drawn) if drawn.isdigit() else drawn
        out.append(drawn.upper() if drawn.isascii() and random.random() < 0.3 else drawn)
    return random.choice(("", " ", "«")) + "".join(out) + random.choice(("", "؟", "?", " .", "»"))


def test_any_letters_and_digits_keep_the_answer(published: Published, facts: CityFacts) -> None:
    random = chance("letters")
    every = [each.question for each in question_set(names(published, facts))]
    for question in every if is_whole() else random.sample(every, FEW):
        for _ in range(EACH):
            other = other_letters(question, random)
            assert understood(answer(facts, other)) == understood(answer(facts, question)), other
