"""A question parted into pieces that mean something: forms, names, amounts, periods, districts, codes, the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from ayan.core.answers.lexicon import Lexicon, Match
from ayan.core.answers.limits import LONGEST_FORM, LONGEST_QUESTION, MOST_WORDS
from ayan.core.answers.meanings import Meaning, name_meanings
from ayan.core.answers.meant_words import meant_words
from ayan.core.answers.misspelt_words import mended_words
from ayan.core.answers.morphology import ENDS, Word, form_words, is_light_verb, is_plural, spoken, tokens
from ayan.core.answers.names import shape_of_code
from ayan.core.answers.periods import period_at
from ayan.core.answers.quantities import (
    PERCENT_WORDS,
    TIMES,
    SaidAmount,
    amount_at,
    number_at,
    ordinal_at,
    small_number_at,
)
from ayan.core.answers.said_period import SaidPeriod
from ayan.core.answers.spelling import distance, other_keyboard

PhraseSense = Literal["words", "amount", "number", "period", "place", "code", "unknown"]
_CODE: Final = re.compile(r"[0-9]+[-/][0-9][0-9/-]*|[0-9]+-[a-z]{1,2}[0-9]+|[a-z]{1,3}-[0-9][0-9-]*|[0-9]{5,}")
_PADDED: Final = re.compile(r"[-/]0[0-9]$")
"""How the month of a date is written, and no number of a record."""
_DISTRICT: Final = frozenset(["منطقه", "مناطق", "district", "districts", "منطقهی"])
_AND: Final = frozenset(["و", "and", "یا", "or"])
_UNTIL: Final = frozenset(["تا", "to"])
_CHARGE: Final = {"words": 1.0, "amount": 0.8, "period": 0.7, "place": 0.6, "code": 0.9, "number": 1.4, "unknown": 3.0}
_TITLE: Final = 1.2
_COLUMN: Final = 1.0
_WHOLE_TABLE: Final = 0.005
_BETWEEN: Final = frozenset(["بین", "از", "مابین", "between", "from"])
_MORE: Final = frozenset(["بالای", "از", "بر", "زیر", "حداقل", "دستکم", "over", "than", "under", "least"])
_IN_NAMES: Final = ("words", "unknown")
_UNITS: Final = {
    "organization": ("سازمان",), "department": ("معاونت", "اداره"), "deputy": ("معاونت",), "office": ("مدیریت",),
}  # fmt: skip
"""How the name of a unit begins in Persian that is called so in English."""
_SHARED: Final = frozenset(["از", "of"])
_SAYS_NOTHING: Final = Meaning("stop")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some neighbouring words of a question and what they are.

    ``meanings`` are those of ``words``; ``districts`` the numbers of a place. ``plural`` says that the last word stood
    in the plural, ``fixed`` which word was read for which.
    """

    sense: PhraseSense
    start: int
    end: int
    words: tuple[Word, ...]
    meanings: tuple[Meaning, ...] = ()
    amount: SaidAmount | None = None
    period: SaidPeriod | None = None
    number: int | None = None
    districts: tuple[int, ...] = ()
    plural: bool = False
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The words as they are compared."""
        return " ".join(token.text for token in self.words)

    def of(self, *kinds: str) -> tuple[Meaning, ...]:
        """Its meanings of some kinds."""
        return tuple(meaning for meaning in self.meanings if meaning.sense in kinds)

    def has(self, *kinds: str) -> bool:
        """Whether it has a meaning of one of some kinds."""
        return any(meaning.sense in kinds for meaning in self.meanings)


@dataclass(frozen=True, slots=True)
class Parted:
    """A question in pieces; ``doubtful`` are words that may be misspelt for several others, so for none."""

    words: tuple[Word, ...]
    segments: tuple[Phrase, ...]
    doubtful: tuple[str, ...] = ()

    @property
    def fixed(self) -> tuple[tuple[str, str], ...]:
        """Every word that was read for another, in the order of the question."""
        return tuple(pair for segment in self.segments for pair in segment.fixed)


def parted(lexicon: Lexicon, text: str, today: date) -> Parted:
    """A question in the fewest pieces, the surest first where there are several ways."""
    words = tokens(text[:LONGEST_QUESTION])[:MOST_WORDS]
    if words and not any(map(lexicon.is_word, words)):
        turned = tokens(other_keyboard(text[:LONGEST_QUESTION]))[:MOST_WORDS]
        if turned and all(map(lexicon.is_word, turned)):
            pair = ((" ".join(token.shown for token in words), " ".join(token.shown for token in turned)),)
            segments = _cover(lexicon, turned, {}, today)
            return Parted(tuple(turned), (replace(segments[0], fixed=pair), *segments[1:]))
    words = meant_words(lexicon, words)
    mended, fixed, doubtful = mended_words(lexicon, words)
    return Parted(tuple(mended), tuple(_cover(lexicon, mended, fixed, today)), tuple(doubtful))


def _cover(lexicon: Lexicon, words: Sequence[Word], fixed: dict[int, tuple[str, str]], today: date) -> list[Phrase]:
    """The cheapest way to cover all words with pieces."""
    best: list[tuple[float, Phrase | None]] = [(0.0, None), *((float("inf"), None) for _ in words)]
    for start in range(len(words)):
        for segment in _pieces(lexicon, words, start, today):
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
        elif _is_percent(segments, place):
            segments[place] = replace(phrase, sense="words", meanings=(_SAYS_NOTHING,))
    return list(_joined(lexicon, list(_named(lexicon, segments))))


def _is_ordinal(segments: Sequence[Phrase], place: int) -> bool:
    """Whether a piece says which one of an order is meant: "second largest contract", «دومین قرارداد بزرگ»."""
    phrase = segments[place]
    which = ordinal_at(phrase.words, 0) if len(phrase.words) == 1 else None
    return which is not None and which > 1 and any(each.has("superlative") for each in segments[place + 1 : place + 3])


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


def _joined(lexicon: Lexicon, segments: Sequence[Phrase]) -> Iterator[Phrase]:
    """The pieces, where two of them are one name: «معاونت» and «عمرانی» of a unit, «شهردار» and «منطقه» of a post."""
    at = 0
    while at < len(segments):
        first, second = segments[at], segments[at + 1] if at + 1 < len(segments) else None
        at += 1
        if second is not None and second.sense == "place":
            match = lexicon.match([*first.words, second.words[0]]) if second.words[0].text in _DISTRICT else None
            yield replace(first, meanings=match.meanings) if match is not None and match.grade == "right" else first
        elif second is not None and (unit := _unit(lexicon, first, second)):
            words = (*first.words, *second.words)
            yield Phrase("words", first.start, second.end, words, unit, fixed=(*first.fixed, *second.fixed))
            at += 1
        else:
            yield first


def _unit(lexicon: Lexicon, first: Phrase, second: Phrase) -> tuple[Meaning, ...]:
    """What two pieces mean that are words of one unit's name, and of no other that begins so."""
    if second.words[0].is_latin:
        return _unit_abroad(lexicon, first, second)
    if not any(each.target in lexicon.unit_things for each in first.of("thing")) or second.sense not in _IN_NAMES:
        return ()
    words = [word.text for word in (*first.words, *second.words)]
    names = [each for each in lexicon.names.with_words(words) if lexicon.is_unit(each) and each.begins(words[0])]
    texts = {each.text for each in names}
    return tuple(meaning for each in names for meaning in name_meanings(each)) if len(texts) == 1 else ()


def _unit_abroad(lexicon: Lexicon, first: Phrase, second: Phrase) -> tuple[Meaning, ...]:
    """What "parks organisation" means: the one unit whose Persian name holds what it does, and of which sort it is."""
    if not any(each.target in lexicon.unit_things and each.grade == "right" for each in second.of("thing")):
        return ()
    for meaning in first.of("value", "service"):
        for texts in _in_persian(lexicon, meaning):
            units = [each for each in lexicon.names.with_words(texts) if lexicon.is_unit(each)]
            called = [each for each in units if any(map(each.begins, _UNITS.get(second.words[-1].text, ())))]
            if len(called) == 1:
                return tuple(name_meanings(called[0]))
    return ()


def _in_persian(lexicon: Lexicon, meaning: Meaning) -> Iterator[list[str]]:
    """The words that say the same in Persian: forms of a concept, and single words of the label of a code."""
    forms = meaning.concept.forms if meaning.concept is not None else ()
    yield from ([word.text for word in form_words(form)] for form, _ in forms if not form.isascii())
    dataset = lexicon.datasets.get(meaning.slug)
    own = next((each for each in dataset.published if each.name == meaning.field), None) if dataset else None
    if own is not None and own.choices is not None and meaning.code:
        yield from ([word.text] for word in form_words(own.choices.label(meaning.code, "fa")))


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


def _pieces(lexicon: Lexicon, words: Sequence[Word], start: int, today: date) -> Iterator[Phrase]:
    """Every piece that may begin at a place."""
    period = period_at(words, start, today)
    if period is not None:
        yield Phrase("period", start, period.end, tuple(words[start : period.end]), period=period)
    amount = amount_at(words, start)
    if amount is not None:
        yield Phrase("amount", start, amount.end, tuple(words[start : amount.end]), amount=amount)
    place = _place(words, start)
    if place is not None:
        yield place
    yield from _unit_in_english(lexicon, words, start)
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
        match = lexicon.match(words[start:end])
        if match is not None and not _is_chance(lexicon, place, words[start:end], match):
            yield _of_match(words, start, end, match)
    if match is None and not is_end:
        # Known from longer forms alone, or not at all: «بدهکاره» of «به کی بدهکاره».
        said = (lexicon.match([Word(each, each)]) for each in spoken(token.text))
        written = next((each for each in said if each is not None), None)
        if written is not None and lexicon.is_word(token):
            yield _of_match(words, start, start + 1, written)
        if is_light_verb(token.text):
            yield Phrase("words", start, start + 1, (token,), (_SAYS_NOTHING,))
    yield Phrase("unknown", start, start + 1, (token,))


def _is_chance(lexicon: Lexicon, place: Phrase | None, words: Sequence[Word], match: Match) -> bool:
    """Whether a form of several words says less than these: «شرکت‌ها در» is no «شرکت در», «منطقهٔ ۲» the district."""
    if any(word.plural for word in words[:-1]) and all(each.sense == "stop" for each in match.meanings):
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


def _is_counted(words: Sequence[Word], start: int) -> bool:
    """Whether «یک» is a number: «بالای یک سال», «بین یک تا پنج میلیارد»."""
    if not 0 < start < len(words) - 1:
        return False
    before, behind = words[start - 1].text, words[start + 1].text
    is_range = before in _BETWEEN and behind in (*_UNTIL, *_AND) and number_at(words, start + 2) is not None
    return (before in _MORE and behind in TIMES) or is_range


def _of_match(words: Sequence[Word], start: int, end: int, match: Match) -> Phrase:
    last = words[end - 1]
    return Phrase(
        "words", start, end, tuple(words[start:end]), match.meanings, plural=last.plural or is_plural(last.text)
    )


def _place(words: Sequence[Word], start: int) -> Phrase | None:
    """«منطقهٔ ۳», «مناطق ۱ و ۲», "districts 1 to 4", "third district"."""
    if words[start].text not in _DISTRICT:
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
        numbers += [following] if words[at].text in _AND else range(numbers[-1] + 1, following + 1)
        at += 2
    return Phrase("place", start, at, tuple(words[start:at]), districts=tuple(dict.fromkeys(numbers)))


def _named(lexicon: Lexicon, segments: Sequence[Phrase]) -> Iterator[Phrase]:
    """The pieces, where unknown words together are part of a published name, as that name."""
    at = 0
    while at < len(segments):
        run = at
        while run < len(segments) and segments[run].sense == "unknown":
            run += 1
        if run == at:
            yield segments[at]
            at += 1
            continue
        yield from _names_in(lexicon, segments[at:run])
        at = run


def _names_in(lexicon: Lexicon, run: Sequence[Phrase]) -> Iterator[Phrase]:
    """A run of unknown words as names, the longest first; what is part of none stays unknown."""
    for size in range(len(run), 0, -1):
        words = tuple(token for segment in run[:size] for token in segment.words)
        names = lexicon.names.with_words([token.text for token in words])
        if names:
            meanings = tuple(dict.fromkeys(meaning for name in names for meaning in name_meanings(name)))
            fixed = tuple(pair for segment in run[:size] for pair in segment.fixed)
            yield Phrase("words", run[0].start, run[size - 1].end, words, meanings, fixed=fixed)
            yield from _names_in(lexicon, run[size:])
            return
    if run:
        yield run[0]
        yield from _names_in(lexicon, run[1:])
