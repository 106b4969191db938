"""Every piece that may begin at a word of a question: a period, an amount, a place, a form, a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon, Match
from ayan.core.answers.concepts.meanings import name_meanings
from ayan.core.answers.concepts.names import name_words
from ayan.core.answers.limits import LONGEST_FORM
from ayan.core.answers.pieces.phrases import DISTRICT, SAYS_NOTHING, Phrase
from ayan.core.answers.words.directions import WEIGHED, more_or_less
from ayan.core.answers.words.morphology import ENDS, Word, is_light_verb, is_plural
from ayan.core.answers.words.named_periods import period_at
from ayan.core.answers.words.quantities import ONLY, TIMES, amount_at, number_at, small_number_at
from ayan.core.answers.words.spoken_words import spoken

_CODE: Final = re.compile(r"[0-9]+[-/][0-9][0-9/-]*|[0-9]+-[a-z]{1,2}[0-9]+|[a-z]{1,3}-[0-9][0-9-]*|[0-9]{5,}")
_AND: Final = frozenset(["و", "and", "یا", "or"])
_IS: Final = "ه"
_UNTIL: Final = frozenset(["تا", "to"])
_BETWEEN: Final = frozenset(["بین", "از", "مابین", "between", "from"])
_WITHIN: Final = frozenset(["در", "in"])
_THAN: Final = frozenset(["از", "than"])
_MORE: Final = frozenset(["بالای", "از", "بر", "زیر", "حداقل", "دستکم", "over", "than", "under", "least"])


def candidates(lexicon: Lexicon, words: Sequence[Word], start: int, today: date) -> Iterator[Phrase]:
    """Every piece that may begin at a place."""
    period = period_at(words, start, today)
    if period is not None and not _is_weighed(words, start):
        yield Phrase("period", start, period.end, tuple(words[start : period.end]), period=period)
    amount = amount_at(words, start)
    if amount is not None:
        yield Phrase("amount", start, amount.end, tuple(words[start : amount.end]), amount=amount)
    place = _place(words, start)
    if place is not None:
        yield place
    yield from _unit_in_english(lexicon, words, start)
    yield from _named_in_english(lexicon, words, start)
    token = words[start]
    if _CODE.fullmatch(token.text):
        yield Phrase("code", start, start + 1, (token,))
    number = number_at(words, start)
    if number is not None and number.value == int(number.value):
        yield Phrase("number", start, number.end, tuple(words[start : number.end]), number=int(number.value))
    if number is not None and _is_counted(words, start):
        return
    match = None
    # «تمام شد» is no «تمام» of anything.
    is_end = token.text in ENDS and start + 1 < len(words) and is_light_verb(words[start + 1].text)
    for end in range(min(start + LONGEST_FORM, len(words)), start + is_end, -1):
        match = lexicon.match(words[start:end]) or _without_is(lexicon, words, start, end)
        if match is not None and not _is_chance(lexicon, place, words[start:end], match):
            yield _of_match(words, start, end, match)
    if match is None and not is_end:
        # Known from longer forms alone, or not at all: «بدهکاره» of «به کی بدهکاره».
        said = (lexicon.match([Word(each, each)]) for each in spoken(token.text))
        written = next((each for each in said if each is not None), None)
        if written is not None and lexicon.is_word(token):
            yield _of_match(words, start, start + 1, written)
        if is_light_verb(token.text):
            yield Phrase("words", start, start + 1, (token,), (SAYS_NOTHING,))
    yield Phrase("unknown", start, start + 1, (token,))


def _without_is(lexicon: Lexicon, words: Sequence[Word], start: int, end: int) -> Match | None:
    """A form of several words that ends a question, with its «است» of the spoken language: «اضافه کاره»."""
    last = words[end - 1]
    if end < len(words) or end < start + 2 or not last.text.endswith(_IS) or is_light_verb(last.text):
        return None
    return lexicon.match([*words[start : end - 1], Word(last.text.removesuffix(_IS), last.shown)])


def _is_weighed(words: Sequence[Word], start: int) -> bool:
    """Whether «از» belongs to what stands before it: «کمتر از ۱۴۰۳» is less than that year, and not since it."""
    return start > 0 and words[start].text in ("از", "than") and words[start - 1].text in WEIGHED


def _is_chance(lexicon: Lexicon, place: Phrase | None, words: Sequence[Word], match: Match) -> bool:
    """Whether a form of several words says less than these: «شرکت‌ها در» is no «شرکت در», «منطقهٔ ۲» the district."""
    senses = {each.sense for each in match.meanings}
    joined = any(word.text in _WITHIN for word in words[1:-1])
    if any(word.plural for word in words[:-1]) and (senses == {"stop"} or (joined and senses == {"service"})):
        return True
    if len(words) < 2 or not all(each.sense == "name" for each in match.meanings):
        return False
    concepts = [lexicon.words_of(lexicon.datasets[each.slug]) for each in match.meanings]
    first = lexicon.match(words[:1]) if all(each and each.more.get("catalogue") for each in concepts) else None
    # «پرداخت به پیمانکاران» are payments, whatever a list of what is done calls so.
    return place is not None or (first is not None and any(each.sense == "dataset" for each in first.meanings))


def _unit_in_english(lexicon: Lexicon, words: Sequence[Word], start: int) -> Iterator[Phrase]:
    """ "The IT organisation": the unit that is called so, beside whatever else the words mean."""
    unit = lexicon.unit_at(words, start)
    if unit is not None:
        end, name = unit
        match = lexicon.match(words[start:end])
        meanings = (*name_meanings(name), *(match.meanings if match is not None else ()))
        yield Phrase("words", start, end, tuple(words[start:end]), meanings)
    elif (subject := lexicon.subject_at(words, start)) is not None:
        # "Urban services": as whoever asks in Persian says it.
        end, persian = subject
        match, own = lexicon.match(persian), lexicon.match(words[start:end])
        if match is not None and own is None:
            yield Phrase("words", start, end, persian, match.meanings)


def _named_in_english(lexicon: Lexicon, words: Sequence[Word], start: int) -> Iterator[Phrase]:
    """ "Street lights and signs": what is called so in Persian, beside whatever else the words mean."""
    for end, names, persian in lexicon.names_in_english(words, start):
        own = lexicon.match(words[start:end])
        if (end == start + 1 or not names) and own is not None:
            continue
        if persian:
            said = tuple(Word(each, each) for each in persian)
            match = lexicon.match(said) if end > start + 1 else None
            yield Phrase("words" if match else "unknown", start, end, said, match.meanings if match else ())
            continue
        meanings = [each for name in names for each in name_meanings(name)]
        said = tuple(words[start:end])
        if len(names) == 1 and own is None:
            # As whoever asks in Persian says it: tables that have no such name are searched for its words.
            said = tuple(Word(each, each) for each in name_words(names[0].text))
        yield Phrase("words", start, end, said, (*meanings, *(own.meanings if own else ())))


def _is_counted(words: Sequence[Word], start: int) -> bool:
    """Whether «یک» is a number: «بالای یک سال», «بین یک تا پنج میلیارد», «بیش از یک غایب», «فقط یک قرارداد»."""
    if not 0 < start < len(words) - 1:
        return False
    before, behind = words[start - 1].text, words[start + 1].text
    is_range = before in _BETWEEN and behind in (*_UNTIL, *_AND) and number_at(words, start + 2) is not None
    is_limit = start > 1 and before in _THAN and more_or_less(words[start - 2].text) is not None
    return (before in _MORE and behind in TIMES) or is_range or is_limit or before in ONLY


def _of_match(words: Sequence[Word], start: int, end: int, match: Match) -> Phrase:
    last = words[end - 1]
    return Phrase(
        "words", start, end, tuple(words[start:end]), match.meanings, plural=last.plural or is_plural(last.text)
    )


def _place(words: Sequence[Word], start: int) -> Phrase | None:
    """«منطقهٔ ۳», «مناطق ۱ و ۲», "districts 1 to 4", "third district"."""
    if words[start].text not in DISTRICT:
        which = small_number_at(words, start)
        behind = start + 1
        if which is not None and behind < len(words) and words[behind].text == "district":
            return Phrase("place", start, behind + 1, tuple(words[start : behind + 1]), districts=(which,))
        return None
    first = small_number_at(words, start + 1)
    if first is None:
        return None
    numbers, at = [first], start + 2
    while at + 1 < len(words) and words[at].text in _AND | _UNTIL:
        following = small_number_at(words, at + 1)
        if following is None or (words[at].text in _UNTIL and following <= numbers[-1]):
            break
        if amount_at(words, at + 1) is not None:
            # «منطقهٔ ۲ تا ۱۰ میلیارد»
            break
        numbers += [following] if words[at].text in _AND else range(numbers[-1] + 1, following + 1)
        at += 2
    return Phrase("place", start, at, tuple(words[start:at]), districts=tuple(dict.fromkeys(numbers)))
