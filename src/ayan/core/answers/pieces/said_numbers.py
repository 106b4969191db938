"""The words of a question that say a number, as they are meant by what stands beside them: units, halves, years."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.words.morphology import Word, is_light_verb
from ayan.core.answers.words.named_periods import PARTS_OF_YEAR
from ayan.core.answers.words.quantities import number_at

_METRES: Final = ("metre", "meter")
_ENDINGS: Final = frozenset(("st", "nd", "rd", "th"))
"""By these a number in digits says which one is meant: "2nd"."""
_PARTS: Final = {"half": "50", "quarter": "25", "نصف": "50", "نیم": "50", "نیمه": "50"}
_LIMITS: Final = frozenset(("than", "از", "under", "over", "below", "above", "زیر", "بالای"))
_PERSON, _VOTE, _IN_FAVOUR, _WITH = "نفر", "رای", "موافق", "با"
_VOTES: Final = frozenset(("موافق", "مخالف", "ممتنع", "حاضر", "غایب"))
_AGAINST: Final = frozenset(("منفی", "مثبت", "اختلاف", "سفید", "باطله"))
_DONE: Final = ("finished", "complete", "done", "built", "progress", "انجام", "ساخته", "پیشرفت", "تکمیل", "کار", "جلو")

_EITHER: Final = frozenset(("یا", "or"))
_BESIDE: Final = frozenset(("یا", "or", "با", "و", "and"))
_IN: Final = frozenset(("در", "in", "ماه"))
_YEAR: Final = 4


def shared_years(words: Sequence[Word]) -> list[Word]:
    """The words, of two months or seasons the year of the one behind the other: «مهر ۱۴۰۳ بیشتر بود یا آبان»."""
    months = [at for at, word in enumerate(words) if word.text.removesuffix("ماه") in PARTS_OF_YEAR]
    years = [at for at, word in enumerate(words) if word.text.isdigit() and len(word.text) == _YEAR]
    if len(months) != 2 or len(years) != 1:
        return list(words)
    dated = next((at for at in months if {each.text for each in words[at + 1 : years[0]]} <= {"ماه", "سال"}), None)
    if dated is None or years[0] < dated:
        return list(words)
    bare = next(at for at in months if at != dated)
    first, last = min(months), max(months)
    between = [each.text for each in words[first + 1 : last] if each.text not in _IN]
    said = set(between[-1:])
    # «مهر و آبان ۱۴۰۳» are both together, and that year is of both as it stands.
    is_of_both = bool(said & _BESIDE) if bare == last else bool(said & _EITHER)
    end = bare + 1 + ([each.text for each in words[bare + 1 : bare + 2]] == ["ماه"])
    return [*words[:end], words[years[0]], *words[end:]] if is_of_both else list(words)


def measured(words: Sequence[Word]) -> list[Word]:
    """The words, a unit of several as one: "square metres", "per cent", «متر مربع»."""
    merged: list[Word] = []
    for word in words:
        last = merged[-1].text if merged else ""
        if (last == "متر" and word.text == "مربع") or (last in ("square", "sq") and word.text.startswith(_METRES)):
            merged[-1] = Word("متر" if last == "متر" else "metre", f"{merged[-1].shown} {word.shown}")
        elif last.isdigit() and word.text in _ENDINGS:
            merged[-1] = Word(last + word.text, merged[-1].shown + word.shown)
        elif last == "per" and word.text == "cent":
            merged[-1] = Word("percent", f"{merged[-1].shown} {word.shown}")
        elif word.text == "%":
            merged.append(Word("percent" if any(each.is_latin for each in words) else "درصد", word.shown))
        else:
            merged.append(Word("metre", word.shown) if word.text in ("sqm", "m2") else word)
    return merged


def halves(words: Sequence[Word]) -> list[Word]:
    """The words, half of what is done as 50 per cent: "less than half finished", «کمتر از نصفش ساخته شده»."""
    said: list[Word] = []
    at = 0
    while at < len(words):
        word, behind = words[at], words[at + 1 : at + 3]
        at += 1
        part = _PARTS.get(word.text.removesuffix("ش"))
        before = words[at - 2].text if at > 1 else ""
        done = bool(behind) and behind[0].text.startswith(_DONE)
        if part is None or before not in _LIMITS or not done:
            said.append(word)
            continue
        said += [Word(part, word.shown), Word("percent" if word.is_latin else "درصد", word.shown)]
        said.append(Word("complete" if word.is_latin else "پیشرفت", behind[0].shown))
        at += 1 + (len(behind) > 1 and not word.is_latin and is_light_verb(behind[1].text))
    return said


def voters(words: Sequence[Word]) -> list[Word]:
    """«۷ نفر موافق» is «۷ موافق», «با رأی ۷ نفر» and «با ۷ رأی» are those in favour."""
    said: list[Word] = []
    for at, word in enumerate(words):
        before, behind = (
            [each.text for each in words[max(at - 2, 0) : at]],
            [each.text for each in words[at + 1 : at + 2]],
        )
        follows = bool(before) and number_at([words[at - 1]], 0) is not None
        ends = not set(behind) & {*_VOTES, *_AGAINST}
        if word.text == _PERSON and follows and set(behind) & _VOTES:
            continue
        if word.text == _VOTE and before[-1:] == [_WITH] and len(words) > at + 2 and words[at + 2].text == _PERSON:
            continue
        if (
            ends
            and follows
            and ((word.text == _PERSON and before[0] == _VOTE) or (word.text == _VOTE and before[0] == _WITH))
        ):
            said.append(Word(_IN_FAVOUR, word.shown))
            continue
        said.append(word)
    return said


def single_storeys(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """ "Single-storey" is of one storey, where no form holds both words."""
    said = list(words)
    for at, (word, behind) in enumerate(pairwise(words)):
        match = lexicon.match([behind]) if word.text == "single" and lexicon.match([word, behind]) is None else None
        if match is not None and any(each.sense == "measure" for each in match.meanings):
            said[at] = Word("1", word.shown)
    return said
