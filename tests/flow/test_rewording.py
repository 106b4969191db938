"""The same question in other words of the lexicon, other letters and other digits, drawn by chance: one answer to all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

import pytest
from tests.core.answers.question_set import question_set
from tests.flow.hamlet import Published
from tests.flow.test_answers import names, understood
from tests.sampling import chance, is_whole

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.pieces.partition import parted
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.question_box import answer
from ayan.core.answers.readings.look_ups import joined_values
from ayan.core.answers.readings.named_columns import labels_hold
from ayan.core.answers.readings.number_conditions import is_unit_word
from ayan.core.answers.words.morphology import Word, is_plural, tokens
from ayan.core.answers.words.quantities import TIMES
from ayan.core.values.digits import to_latin, to_persian

FEW = 10
"""Questions of the set that are reworded each day."""
EACH = 3
"""Rewordings of one question."""
GRAMMAR = ("aggregate", "superlative", "comparison", "ask", "period", "place", "page")
"""What such words do depends on what stands beside them: forms of one of them stand for each other in few sentences."""
BY_TITLE = ("page", "service")
"""Answers that are found by the words of a title, whatever else these mean."""
EXCHANGED = (
    ("میانگین", "متوسط"), ("مجموع", "جمع", "جمع کل"), ("بزرگترین", "بزرگ‌ترین"), ("چند درصد", "چند درصد از"),
    ("چند تا", "چندتا", "چه تعداد"), ("آخرین", "جدیدترین"),
    ("average", "mean"), ("biggest", "largest"), ("latest", "newest", "most recent"),
    ("what share of", "what percentage of"),
)  # fmt: skip
"""Words of grammar that stand for each other wherever the first of them does."""
BEFORE_NUMBERS = (
    ("بیش از", "بیشتر از", "بالای", "فراتر از", "مازاد بر"), ("کمتر از", "پایین‌تر از"),
    ("more than", "over", "above", "exceeding"), ("less than", "under", "below"),
)  # fmt: skip
"""Those that do before a number in digits."""
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


def narrowed(lexicon: Lexicon, words: Sequence[Word], phrase: Phrase) -> set[tuple[str, ...]]:
    """What single words of a form say besides: «قیمت پایهٔ مزایده» is of auctions alone, «چقدر پول گرفته» asks how much."""
    alone = [lexicon.match([word]) for word in words] if len(words) > 1 else []
    meanings = [each for match in alone if match is not None for each in match.meanings if each.grade != "typo"]
    slugs = {meaning.slug for meaning in phrase.meanings}
    # What names a table by several words holds its name in some of its forms.
    senses = ("value",) if phrase.has("dataset") else ("value", "dataset")
    return {
        (each.sense, each.field, each.code, each.target if each.sense in GRAMMAR else "")
        for each in meanings
        if each.sense in GRAMMAR or (each.grade == "right" and each.sense in senses and each.slug in slugs)
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
    if all(" ".join(word.text for word in tokens(form)) != phrase.text for form in forms):
        # «پرسنلی» is of the staff, and nobody of it.
        return []
    if any(sense in GRAMMAR for sense, *_ in narrowed(lexicon, phrase.words, phrase)):
        # «کل حقوق» is a sum, too.
        return []
    for form in forms:
        words = tokens(form)
        if narrowed(lexicon, words, phrase) != narrowed(lexicon, phrase.words, phrase):
            continue
        # Of several more are shown than of one.
        several = words[-1].plural or is_plural(words[-1].text)
        # "Rented" is "rent" in another ending, and may be another word where it is written so.
        stems = ["".join(lexicon.stem(word.text) for word in each) for each in (words, phrase.words)]
        same = several or stems[0] == stems[1]
        match = None if same else lexicon.match(words)
        alike = match is not None and meant(match.meanings) == meant(phrase.meanings)
        if alike and match is not None and {m.grade for m in match.meanings} == {m.grade for m in phrase.meanings}:
            out.append(form)
    return out


def is_unit(pieces: Sequence[Phrase], place: int) -> bool:
    """Whether a piece is the unit of the number before it, of which no other word says the same: «۵۰ درصد», "3 months"."""
    behind = place > 0 and pieces[place - 1].sense == "number"
    return behind and (is_unit_word(pieces[place]) or pieces[place].text in TIMES)


def is_of_label(facts: CityFacts, piece: Phrase, first: AnswerCard) -> bool:
    """Whether a piece is part of what a column of a condition is called: «پرداخت» of «پرداخت غیرنقدی»."""
    understood = first.understood
    dataset = facts.lexicon.datasets.get(understood.dataset) if understood is not None else None
    if understood is None or dataset is None:
        return False
    names = {name.partition("__")[0] for name, _ in understood.filters} & {each.name for each in dataset.published}
    return any(labels_hold(facts.lexicon, dataset, piece, name) for name in names)


def is_joined(facts: CityFacts, pieces: Sequence[Phrase], place: int, slug: str) -> bool:
    """Whether a piece and its neighbour are what one value of the answered table is called: «جریمهٔ مادهٔ صد»."""
    dataset = facts.lexicon.datasets.get(slug)
    pairs = [(at, at + 1) for at in (place - 1, place) if at >= 0 and at + 1 < len(pieces)]
    return dataset is not None and any(
        joined_values(facts.lexicon, dataset, pieces[first], pieces[last]) for first, last in pairs
    )


def labelled(facts: CityFacts, words: Sequence[Word], first: AnswerCard) -> set[tuple[str, str]]:
    """The columns and values of the table of an answer whose labels words are part of."""
    slug = first.understood.dataset if first.understood is not None else ""
    dataset = facts.lexicon.datasets.get(slug)
    meant = facts.lexicon.labels.meant(dataset, [word.text for word in words]) if dataset is not None else ()
    return {(each.field, each.code) for each in meant}


def rewordings(facts: CityFacts, question: str, first: AnswerCard) -> Iterator[str]:
    """The question with one of its pieces said otherwise, each piece in each other way that there is for it."""
    pieces = parted(facts.lexicon, question, facts.today).segments
    slug = first.understood.dataset if first.understood is not None else ""
    for place, phrase in enumerate(pieces):
        # Words that say nothing by themselves are no synonyms of each other, and may say something between two numbers.
        fits = phrase.sense == "words" and not phrase.plural and not phrase.has("stop", "service", *GRAMMAR)
        fits = fits and not is_unit(pieces, place) and not is_of_label(facts, phrase, first)
        fits = fits and not is_joined(facts, pieces, place, slug)
        # What a table takes for a word of its own, by its label, is not the concept.
        fits = fits and any(each.slug in ("", slug) for each in phrase.meanings)
        for form in synonyms(facts.lexicon, phrase) if fits else ():
            if labelled(facts, tokens(form), first) != labelled(facts, phrase.words, first):
                continue
            said = [" ".join(word.shown for word in each.words) for each in pieces]
            said[place] = form
            reworded = " ".join(said)
            # Where its neighbours make other pieces of it, it is another sentence.
            others = parted(facts.lexicon, reworded, facts.today).segments
            if len(others) == len(pieces) and others[place].text == " ".join(word.text for word in tokens(form)):
                yield reworded


def test_another_word_of_the_lexicon_keeps_the_answer(published: Published, facts: CityFacts) -> None:
    random, held = chance("rewordings"), 0
    every = [each.question for each in question_set(names(published, facts))]
    random.shuffle(every)
    changed = []
    for question in every:
        said = parted(facts.lexicon, question, facts.today)
        plain = " ".join(word.shown for word in said.words)
        first = answer(facts, plain)
        if not first.cards or said.fixed or first.cards[0].kind in BY_TITLE or not first.cards[0].is_sure:
            continue
        others = list(rewordings(facts, question, first.cards[0]))
        for other in others if is_whole() else random.sample(others, min(EACH, len(others))):
            held += 1
            if understood(answer(facts, other)) != understood(first):
                changed.append((plain, other))
        if held >= FEW * EACH and not is_whole():
            break
    assert held
    assert not changed


def test_words_of_grammar_stand_for_each_other(published: Published, facts: CityFacts) -> None:
    random, held = chance("grammar"), 0
    every = [each.question for each in question_set(names(published, facts))]
    changed = []
    for patterns, behind in ((EXCHANGED, r"(?![\w\u200c])"), (BEFORE_NUMBERS, r"(?= [0-9۰-۹])")):
        for first, other in ((first, other) for first, *others in patterns for other in others):
            form = re.compile(rf"(?<!\w){first}{behind}")
            said = [each for each in every if form.search(each)]
            for question in said if is_whole() else random.sample(said, min(1, len(said))):
                held += 1
                reworded = form.sub(other, question)
                if understood(answer(facts, reworded)) != understood(answer(facts, question)):
                    changed.append((question, reworded))
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
