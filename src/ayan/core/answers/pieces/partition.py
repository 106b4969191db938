"""A question parted into the fewest pieces, the surest first where there are several ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.names import shape_of_code
from ayan.core.answers.limits import LONGEST_QUESTION, MOST_WORDS
from ayan.core.answers.pieces.finglish_words import finglish_words
from ayan.core.answers.pieces.joined_phrases import joined_phrases, named_phrases
from ayan.core.answers.pieces.meant_words import meant_words
from ayan.core.answers.pieces.misspelt_words import mended_words
from ayan.core.answers.pieces.phrase_candidates import candidates
from ayan.core.answers.pieces.phrases import SAYS_NOTHING, Parted, Phrase
from ayan.core.answers.words.morphology import Word, is_light_verb, tokens
from ayan.core.answers.words.quantities import PERCENT_WORDS, ordinal_at
from ayan.core.answers.words.spelling import distance, other_keyboard

_CODE: Final = re.compile(r"[0-9]+[-/][0-9][0-9/-]*|[0-9]+-[a-z]{1,2}[0-9]+|[a-z]{1,3}-[0-9][0-9-]*|[0-9]{5,}")
_PADDED: Final = re.compile(r"[-/]0[0-9]$")
"""How the month of a date is written, and no number of a record."""
_CHARGE: Final = {"words": 1.0, "amount": 0.8, "period": 0.7, "place": 0.6, "code": 0.9, "number": 1.4, "unknown": 3.0}
_TITLE: Final = 1.2
_COLUMN: Final = 1.0
_WHOLE_TABLE: Final = 0.005
_EITHER: Final = frozenset(["یا", "or"])
_SHARED: Final = frozenset(["از", "of"])


def parted(lexicon: Lexicon, text: str, today: date) -> Parted:
    """A question in the fewest pieces, the surest first where there are several ways."""
    words = tokens(text[:LONGEST_QUESTION])[:MOST_WORDS]
    if words and not any(map(lexicon.is_word, words)):
        turned = tokens(other_keyboard(text[:LONGEST_QUESTION]))[:MOST_WORDS]
        if turned and all(map(lexicon.is_word, turned)):
            pair = ((" ".join(token.shown for token in words), " ".join(token.shown for token in turned)),)
            segments = _cover(lexicon, turned, {}, today)
            return Parted(tuple(turned), (replace(segments[0], fixed=pair), *segments[1:]))
    read = finglish_words(lexicon, words)
    if read:
        pair = ((" ".join(token.shown for token in words), " ".join(token.shown for token in read)),)
        mended, _, doubtful = mended_words(lexicon, meant_words(lexicon, read))
        segments = _cover(lexicon, mended, {}, today)
        return Parted(tuple(mended), (replace(segments[0], fixed=pair), *segments[1:]), tuple(doubtful))
    words = meant_words(lexicon, words)
    mended, fixed, doubtful = mended_words(lexicon, words)
    return Parted(tuple(mended), tuple(_cover(lexicon, mended, fixed, today)), tuple(doubtful))


def _cover(lexicon: Lexicon, words: Sequence[Word], fixed: dict[int, tuple[str, str]], today: date) -> list[Phrase]:
    """The cheapest way to cover all words with pieces."""
    best: list[tuple[float, Phrase | None]] = [(0.0, None), *((float("inf"), None) for _ in words)]
    for start in range(len(words)):
        for segment in candidates(lexicon, words, start, today):
            cost = best[start][0] + _price(lexicon, segment)
            if cost < best[segment.end][0]:
                best[segment.end] = (cost, segment)
    segments: list[Phrase] = []
    at = len(words)
    while at:
        last = best[at][1]
        assert last is not None  # noqa: S101 - every word is at least unknown
        mends = tuple(fixed[place] for place in range(last.start, last.end) if place in fixed)
        segments.append(replace(last, fixed=mends or _misspelt(last)))
        at = last.start
    segments.reverse()
    for place, phrase in enumerate(segments):
        if _is_ordinal(segments, place):
            which = ordinal_at(phrase.words, 0)
            segments[place] = Phrase("number", phrase.start, phrase.end, phrase.words, number=which)
    for place, phrase in enumerate(segments[1:], 1):
        if phrase.sense == "period" and len(phrase.words) == 1 and _is_number_of(lexicon, segments[place - 1], phrase):
            segments[place] = Phrase("code", phrase.start, phrase.end, phrase.words)
        elif _is_other_district(segments, place):
            segments[place] = replace(phrase, sense="place", districts=(phrase.number or 0,), number=None)
        elif _is_percent(segments, place):
            segments[place] = replace(phrase, sense="words", meanings=(SAYS_NOTHING,))
    return list(joined_phrases(lexicon, list(named_phrases(lexicon, segments))))


def _is_ordinal(segments: Sequence[Phrase], place: int) -> bool:
    """Whether a piece says which one of an order is meant: "second largest contract", «دومین قرارداد بزرگ»."""
    phrase = segments[place]
    which = ordinal_at(phrase.words, 0) if len(phrase.words) == 1 else None
    return which is not None and which > 1 and any(each.has("superlative") for each in segments[place + 1 : place + 3])


def _is_other_district(segments: Sequence[Phrase], place: int) -> bool:
    """Whether a number is the other district of two: «منطقهٔ ۲ بیشتر است یا ۳», "district 2 or 3"."""
    phrase, behind = segments[place], segments[place + 1 : place + 2]
    if phrase.sense != "number" or not phrase.number or segments[place - 1].text not in _EITHER:
        return False
    ends = not behind or (behind[0].has("stop") and is_light_verb(behind[0].words[0].text))
    return ends and any(each.sense == "place" for each in segments[: place - 1])


def _is_percent(segments: Sequence[Phrase], place: int) -> bool:
    """Whether a piece is the unit of the number before it and no share: «کمتر از ۵۰ درصد», "under 80 percent".

    «۵۰ درصد قراردادها» is a share of what it names.
    """
    phrase, behind = segments[place], segments[place + 1 : place + 2]
    if segments[place - 1].sense != "number" or phrase.text not in PERCENT_WORDS:
        return False
    return not any(each.has("dataset", "value") or each.text in _SHARED for each in behind)


def _is_number_of(lexicon: Lexicon, before: Phrase, phrase: Phrase) -> bool:
    """Whether what may be a month is the number of the record that is named before it: «مصوبهٔ ۱۴۰۰/۱»."""
    text = phrase.words[0].text
    if before.plural or not _CODE.fullmatch(text) or _PADDED.search(text):
        return False
    numbers = (lexicon.names.numbers.get(each.slug, "") for each in before.of("dataset") if each.grade == "right")
    return any(number and shape_of_code(number) == shape_of_code(text) for number in numbers)


def _misspelt(segment: Phrase) -> tuple[tuple[str, str], ...]:
    """A form that the lexicon knows as a misspelling, with the right one."""
    if not segment.meanings or any(meaning.grade != "typo" for meaning in segment.meanings):
        return ()
    written = " ".join(word.shown for word in segment.words)
    concept = next((meaning.concept for meaning in segment.meanings if meaning.concept is not None), None)
    forms = concept.forms if concept is not None else ()
    right = [form for form, grade in forms if grade == "right" and form.isascii() == written.isascii()]
    nearest = min(right, key=lambda form: distance(written, form), default=None)
    return () if nearest is None else ((written, nearest),)


def _price(lexicon: Lexicon, segment: Phrase) -> float:
    price = _CHARGE[segment.sense]
    if segment.sense == "words":
        grade = min((("right", "weak", "typo").index(meaning.grade) for meaning in segment.meanings), default=0)
        price += 0.05 * grade - 0.02 * (segment.end - segment.start)
        if (
            segment.words[0].is_latin
            and segment.end - segment.start > 1
            and any(m.sense == "dataset" and m.grade == "right" for m in segment.meanings)
        ):
            # "council votes" of somebody, before the "votes of" somebody on the council.
            price -= _WHOLE_TABLE
        if all(lexicon.is_title(meaning) for meaning in segment.meanings):
            # Two words that mean something are no title that happens to hold them.
            price += _TITLE
        elif segment.end - segment.start > 1 and _is_counted_column(lexicon, segment):
            # Nor are they a column that is labelled so: «مجموع الحاقیه» is a sum of them.
            price += _COLUMN * (segment.end - segment.start - 1)
    return price - 0.001 * (segment.end - segment.start)


def _is_counted_column(lexicon: Lexicon, segment: Phrase) -> bool:
    """Whether words are no more than the label of a column, and the first of them says what is done."""
    if any(each.sense != "field" for each in segment.meanings):
        return False
    match = lexicon.match(segment.words[:1])
    return match is not None and any(each.sense in ("aggregate", "superlative") for each in match.meanings)
