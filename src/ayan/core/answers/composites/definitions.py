"""What a word means, where somebody asks that: the words of the glossary, by what they and others call them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.words.morphology import tokens
from ayan.core.schema.glossary import Term
from ayan.core.values.label import Label

MEANS: Final = Label("{title}: {says}", "{title}: {says}")
BOTH: Final = Label("{title}: {says} {other}: {means}", "{title}: {says} {other}: {means}")
_DIFFER: Final = frozenset((
    "فرق", "فرقی", "فرقش", "فرقشون", "تفاوت", "تفاوتی", "تفاوتش", "difference", "between", "differ",
))  # fmt: skip
_AND: Final = frozenset(("و", "با", "and", "from"))
_ASKS: Final = frozenset((
    "یعنی", "چیست", "چیه", "معنی", "معنای", "معنا", "مفهوم", "تعریف", "منظور", "مقصود",
    "mean", "means", "meaning", "define", "definition", "explain", "what",
))  # fmt: skip
"""By one of these somebody asks what a word means."""
_BESIDE: Final = frozenset((
    "چه", "چی", "است", "هست", "هستش", "از", "را", "رو", "ی", "در", "شهرداری", "شهر", "اصطلاح", "کلمه", "واژه", "عبارت",
    "بگو", "توضیح", "بده", "بدهید", "بدید", "میشه", "میشود", "لطفا", "سلام", "این", "دقیقا", "اصلا", "به", "ایا",
    "دارد", "هم", "با",
    "is", "how", "from", "are", "does", "do", "did", "the", "a", "an", "of", "by", "in", "s", "it", "term", "word",
    "please", "exactly",
))  # fmt: skip
"""What stands beside it and says nothing more."""


def definition(facts: CityFacts, question: Parted, text: str) -> AnswerCard | None:
    """The meaning of the one word that somebody asks for; None where anything else is asked, or it is not explained."""
    words = [word.text for word in tokens(text)]
    if not (_ASKS | _DIFFER) & set(words):
        return None
    readings = [words, [word.text for word in question.words]]
    for read in readings:
        if (both := _difference(facts, read)) is not None:
            return both
        rest = _stems(facts, (word for word in read if word not in _ASKS and word not in _BESIDE))
        if rest and (term := _term(facts, rest)) is not None:
            return AnswerCard(
                "page", MEANS.format(title=term.title, says=term.says), f"/glossary#{term.code}", "", title=term.title
            )
    return None


def _difference(facts: CityFacts, words: Sequence[str]) -> AnswerCard | None:
    """What two words mean that somebody wants to tell apart: «فرق مناقصه و مزایده چیست»."""
    if not _DIFFER & set(words):
        return None
    rest = [word for word in words if word not in _DIFFER | _ASKS and (word not in _BESIDE or word in _AND)]
    for at, word in enumerate(rest):
        if word in _AND:
            sides = (rest[:at], rest[at + 1 :])
            terms = [_term(facts, _stems(facts, (each for each in side if each not in _AND))) for side in sides]
            first, second = terms
            if first is not None and second is not None and first != second:
                blanks = {"title": first.title, "says": first.says, "other": second.title, "means": second.says}
                return AnswerCard("page", BOTH.format(**blanks), f"/glossary#{first.code}", "", title=first.title)
    return None


def _term(facts: CityFacts, rest: Sequence[str]) -> Term | None:
    named = (term for term in facts.terms if any(_is_called(facts, name, rest) for name in _names(term)))
    return next(named, None)


def _names(term: Term) -> Iterator[str]:
    yield from (term.title.fa, term.title.en)
    yield from term.also


def _is_called(facts: CityFacts, name: str, rest: Sequence[str]) -> bool:
    own = _stems(facts, (word.text for word in tokens(name)))
    known = [word for word in own if word not in _BESIDE]
    # «کمیسیون ماده صد» is asked by its number alone, too.
    return list(rest) in (own, known) or (len(known) > 1 and set(rest) == set(known))


def _stems(facts: CityFacts, words: Iterator[str]) -> list[str]:
    return [facts.lexicon.stem(word) for word in words]
