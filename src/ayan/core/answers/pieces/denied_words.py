"""Words that say none of something: «هیچ پیشنهادی نداشتند», «هیچکس توش شرکت نکرد», "nobody bid for"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.words.morphology import Word, is_negative

_NONE: Final = "هیچ"
_NOT: Final = "not"
_OFFERED: Final = frozenset(("available", "done", "offered", "provided", "given", "handled", "possible", "accessible"))
_NOBODY: Final = frozenset(("هیچکس", "هیچکسی", "کسی", "هیچکدام", "هیچکدوم"))
_BODIES: Final = frozenset(("کس", "کسی", "شرکت", "شرکتی", "نفر", "نفری", "پیمانکار", "پیمانکاری"))
_IN_IT: Final = frozenset(("در", "تو", "توی", "توش", "توشون", "توشان", "ان", "انها", "اون", "اونا", "درش"))
_TAKING_PART: Final = frozenset(("شرکت", "پیشنهاد"))
_WITHOUT, _OFFER = "بدون", "پیشنهاد"
_LATIN: Final = re.compile(
    r"(?:nobody|no (?:one|company|bidder)) (?:has )?(?:bid|applied|took part|participated)(?: (?:for|in|on))?"
)
_LATIN_WITHOUT: Final = ("without", "bidders")
NOBODY: Final = frozenset(("هیچکس", "هیچکسی", "هیچکدام", "هیچکدوم", "nobody", "noone", "none"))
"""Whoever is denied altogether: without a condition that says so, a question with one is not understood."""


def denied_words(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """The words, of which those that say none of something are said as the lexicon says it."""
    return _not_so(lexicon, _nobody_in_english(_none_of(lexicon, _nobody(words))))


def _nobody(words: Sequence[Word]) -> list[Word]:
    """«مناقصه‌هایی که هیچکس توش شرکت نکرد»: those without a bidder."""
    for at, word in enumerate(words):
        begin = at + 1
        if word.text == _NONE and begin < len(words) and words[begin].text in _BODIES:
            begin += 1
        elif word.text not in _NOBODY:
            continue
        while begin < len(words) and words[begin].text in _IN_IT:
            begin += 1
        if begin + 1 < len(words) and words[begin].text in _TAKING_PART and is_negative(words[begin + 1].text):
            shown = " ".join(each.shown for each in words[at : begin + 2])
            return [*words[:at], Word(_WITHOUT, shown), Word(_OFFER, shown), *words[begin + 2 :]]
    return list(words)


def _none_of(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """«که هیچ پیشنهادی نداشتند» says no more than «که پیشنهاد نداشتند»."""
    denied = any(is_negative(word.text) for word in words)
    at = next((at for at, word in enumerate(words[:-1]) if word.text == _NONE), None)
    if at is None or not denied:
        return list(words)
    noun = words[at + 1]
    stem = Word(noun.text.removesuffix("ی"), noun.shown)
    return [*words[:at], stem if lexicon.match([stem]) is not None else noun, *words[at + 2 :]]


def _nobody_in_english(words: Sequence[Word]) -> list[Word]:
    """ "Tenders nobody bid for": those without bids."""
    texts = [word.text for word in words]
    for at in range(len(words)):
        for end in range(min(at + 5, len(words)), at + 1, -1):
            if _LATIN.fullmatch(" ".join(texts[at:end])):
                shown = " ".join(each.shown for each in words[at:end])
                return [*words[:at], *(Word(each, shown) for each in _LATIN_WITHOUT), *words[end:]]
    return list(words)


def _not_so(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """ "Services not available by phone": those not by phone."""
    for at, word in enumerate(words[:-2]):
        if word.text != _NOT or words[at + 1].text not in _OFFERED:
            continue
        for end in (at + 4, at + 3):
            match = lexicon.match(words[at + 2 : end])
            if match is not None and any(each.sense == "value" for each in match.meanings):
                return [*words[: at + 1], *words[at + 2 :]]
    return list(words)
