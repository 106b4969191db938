"""Words of a question set right before it is parted: misspelt ones, glued ones, ones of the spoken language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.limits import MOST_GLUED_TERM, MOST_MISSPELT, SHORTEST_GLUED, SHORTEST_PLURAL, SHORTEST_STEM
from ayan.core.answers.words.morphology import Word, is_light_verb
from ayan.core.answers.words.quantities import number_at, small_number_at
from ayan.core.answers.words.said_period import gregorian_month_at
from ayan.core.answers.words.spoken_words import spoken

_MOST: Final = (("پر", "بیشترین"), ("کم", "کمترین"))
_SUPERLATIVE: Final = "ترین"
_COMPARATIVE: Final = ("تر", "تره")
_BEHIND_ANY: Final = frozenset(("که", "با", "بالای", "زیر", "بدون"))
"""Behind these stands more of some thing that is not told yet."""
_TIMES: Final = {"once": "1", "twice": "2", "thrice": "3"}
_COUNTED_BY: Final = frozenset(("than", "least", "most", "exactly", "only", "over", "above", "exceeding"))
_GLUED_PLURALS: Final = ("هیی", "های", "ها")
_PIECE: Final = "تا"
_PIECES: Final = ("تایی", "تای", _PIECE)
_SEVERAL: Final = "یی"
"""What «‑هایی» is in the spoken language, as words are compared."""
_OWNING: Final = ("م", "مون", "تون", "شون", "مو", "شو", "ا", "ای")
"""Endings that only nouns have."""


def mended_words(lexicon: Lexicon, words: Sequence[Word]) -> tuple[list[Word], dict[int, tuple[str, str]], list[str]]:
    """The words, glued ones parted and misspelt ones right; what was mended by its place; and what stays in doubt."""
    mended: list[Word] = []
    fixed: dict[int, tuple[str, str]] = {}
    doubtful: list[str] = []
    words = _occasions([_of_which(lexicon, words, at) for at in range(len(words))])
    words = [piece for word in words for piece in _counted(lexicon, _apart(lexicon, word))]
    words = _over_gaps(lexicon, words)
    strange = {at for at in range(len(words)) if not _is_known(lexicon, words, at)}
    for at, token in enumerate(words):
        if (of_name := _of_name(lexicon, token, words[at - 1] if at else None, mended)) is not None:
            fixed[len(mended)] = (token.shown, of_name.shown)
            mended.append(of_name)
            continue
        if at not in strange or len(strange) > MOST_MISSPELT:
            mended.append(token)
            continue
        if is_light_verb(token.text):
            mended.append(token)
            continue
        if abroad := lexicon.abroad(token):
            mended.extend(abroad)
            continue
        most = _most(lexicon, token)
        if most:
            mended.extend(most)
            continue
        written = next((each for each in spoken(token.text) if _is_written(lexicon, token.text, each)), None)
        if written is not None:
            mended.append(Word(written, written, token.plural))
            continue
        if token.text.endswith(_COMPARATIVE) and not token.is_latin:
            # «بهتر» is more of something, and nobody's misspelt name.
            mended.append(token)
            continue
        pieces = lexicon.parted(token)
        if pieces:
            mended.extend(pieces)
            continue
        nearest = lexicon.in_persian(token) or lexicon.corrected(token)
        stems = {lexicon.stem(each.text) for each in nearest}
        if len(stems) == 1:
            fixed[len(mended)] = (token.shown, nearest[0].shown)
            parts = lexicon.names.parts(nearest[0].text)
            mended.extend(Word(part, part, token.plural) for part in parts) if len(parts) > 1 else mended.append(
                replace(nearest[0], plural=token.plural)
            )
        else:
            if nearest:
                doubtful.append(token.shown)
            mended.append(token)
    return mended, fixed, doubtful


def _over_gaps(lexicon: Lexicon, words: Sequence[Word]) -> list[Word]:
    """The words, one parted of which a half belongs to a term beside it: «اضافه کارمدیران», «میانگیناضافه کار»."""
    parted: list[Word] = []
    for at, word in enumerate(words):
        cut = _gap(lexicon, parted, word, words[at + 1 :])
        halves = (word.text[:cut], word.text[cut:]) if cut else (word.text,)
        parted += [Word(half, half) for half in halves] if cut else [word]
    return parted


def _gap(lexicon: Lexicon, before: Sequence[Word], word: Word, behind: Sequence[Word]) -> int:
    """Where a word that nothing is called by is cut, so that the longest term beside it is whole; 0 for nowhere."""
    text = word.text
    if len(text) < SHORTEST_GLUED or word.is_latin or word.is_number:
        return 0
    if text in lexicon.known or lexicon.names.is_word(text) or number_at([word], 0) is not None:
        return 0
    ways = []
    for cut in range(2, len(text) - 1):
        head, rest = Word(text[:cut], text[:cut]), Word(text[cut:], text[cut:])
        if rest.text in (*_COMPARATIVE, _SUPERLATIVE):
            # «قدیمی‌تر از»: an ending, and nobody's word.
            continue
        for size in range(1, MOST_GLUED_TERM):
            # What is cut off must be a word, and what it is cut from a term with its neighbours.
            if len(before) >= size and _is_term(lexicon, [*before[-size:], head]) and _stands_alone(lexicon, rest):
                ways.append((lexicon.match([rest]) is not None, size, len(head.text), cut))
            if len(behind) >= size and _is_term(lexicon, [rest, *behind[:size]]) and _stands_alone(lexicon, head):
                ways.append((lexicon.match([head]) is not None, size, len(rest.text), cut))
    return max(ways)[3] if ways else 0


def _is_term(lexicon: Lexicon, words: Sequence[Word]) -> bool:
    """Whether several words are one form that names something."""
    if any(each.is_number or each.is_latin for each in words):
        return False
    match = lexicon.match(words)
    return match is not None and any(each.concept is not None and each.sense != "stop" for each in match.meanings)


def _stands_alone(lexicon: Lexicon, word: Word) -> bool:
    """Whether half a word is one by itself: of two letters only what says nothing."""
    said = (Word(each, each) for each in (word.text, *spoken(word.text)))
    match = next((match for each in said if (match := lexicon.match([each])) is not None), None)
    if match is None:
        return False
    return len(word.text) >= SHORTEST_STEM or any(each.sense == "stop" for each in match.meanings)


def _of_name(lexicon: Lexicon, token: Word, before: Word | None, mended: Sequence[Word]) -> Word | None:
    """A Persian word in Latin letters that goes on with a name before it, though it is an English word, too.

    "Abadsazan Bid" is «آبادسازان بید», and nobody's bid.
    """
    if before is None or not before.is_latin or not token.is_latin or not mended or mended[-1].is_latin:
        return None
    known = (each for each in lexicon.names.in_latin(token.text) if lexicon.names.with_words((mended[-1].text, each)))
    word = next(known, None)
    return None if word is None else Word(word, word)


def _counted(lexicon: Lexicon, word: Word) -> tuple[Word, ...]:
    """A word; «پنجتا» as «پنج تا» is read, but not what is a word or a name of its own, as «یکتا»."""
    for ending in _PIECES:
        number = Word(word.text.removesuffix(ending), word.text.removesuffix(ending))
        said = number_at([number], 0) if number.text and number.text != word.text else None
        if said is not None and said.value > 1 and not said.in_digits and lexicon.match([word]) is None:
            return number, Word(_PIECE, _PIECE)
    return (word,)


def _apart(lexicon: Lexicon, word: Word) -> Word:
    """A word; «پارکها» as «پارک‌ها» is read, whose ending is parted off, for names of several words hold it so."""
    if word.is_latin or lexicon.match([word]) is None:
        return word
    for ending in _GLUED_PLURALS:
        head = word.text.removesuffix(ending)
        if head != word.text and len(head) >= SHORTEST_PLURAL and lexicon.stem(word.text) == head:
            return Word(head, word.shown, plural=True)
    return word


def _occasions(words: Sequence[Word]) -> list[Word]:
    """The words, "more than twice" as more than 2 times."""
    said: list[Word] = []
    for at, word in enumerate(words):
        number = _TIMES.get(word.text) if at and words[at - 1].text in _COUNTED_BY else None
        said += [word] if number is None else [Word(number, word.shown), Word("occasions", "times")]
    return said


def _is_written(lexicon: Lexicon, said: str, written: str) -> bool:
    """Whether a word is what a spoken one is written as; «امام» is no «اما» of somebody."""
    word = Word(written, written)
    match = lexicon.match([word]) if lexicon.is_word(word) else None
    joins = match is not None and all(each.sense == "stop" for each in match.meanings)
    return lexicon.is_word(word) and not (joins and said.removeprefix(written) in _OWNING)


def _of_which(lexicon: Lexicon, words: Sequence[Word], at: int) -> Word:
    """A word; «قراردادی که» is «قرارداد», of which something is said, and no «قراردادی»."""
    word, after = words[at], words[at + 1].text if at + 1 < len(words) else ""
    plain = Word(word.text.removesuffix("ی"), word.shown.removesuffix("ی"), word.plural)
    if word.text in _PIECES and at and number_at(words[at - 1 : at], 0) is not None:
        # «سه تای آخر»
        return Word(_PIECE, word.shown)
    if after not in _BEHIND_ANY or plain.text == word.text or not plain.text:
        return word
    if at and lexicon.match(words[at - 1 : at + 1]) is not None:
        # «طرح مطالعاتی که»
        return word
    known = ("dataset", "measure", "thing", "value")
    several = Word(word.text.removesuffix(_SEVERAL), word.shown.removesuffix(_SEVERAL), plural=True)
    rows = lexicon.match([several]) if len(several.text) < len(plain.text) else None
    if rows is not None and any(each.sense in ("dataset", "thing") for each in rows.meanings):
        # «قراردادایی که» are several of them, and none by a contract.
        return several
    match = lexicon.match([plain])
    return plain if match is not None and any(each.sense in known for each in match.meanings) else word


def _most(lexicon: Lexicon, token: Word) -> tuple[Word, ...]:
    """«پرجمعیت‌ترین» is most population, «کم‌جمعیت‌ترین» least; nothing for other words."""
    for prefix, order in _MOST:
        of = token.text.removeprefix(prefix).removesuffix(_SUPERLATIVE)
        if token.text == f"{prefix}{of}{_SUPERLATIVE}" and lexicon.is_word(Word(of, of)):
            return Word(order, order), Word(of, of)
    of = token.text.removesuffix(_SUPERLATIVE)
    if of != token.text and _is_thing(lexicon, of):
        return Word(_MOST[0][1], _MOST[0][1]), Word(of, of)
    return ()


def _is_thing(lexicon: Lexicon, text: str) -> bool:
    """Whether a word is of what is counted or measured: «بدهکارترین» is most debt, «جدیدترین» most of nothing."""
    match = lexicon.match([Word(text, text)])
    return match is not None and any(each.sense in ("dataset", "measure", "value") for each in match.meanings)


def _is_known(lexicon: Lexicon, words: Sequence[Word], at: int) -> bool:
    known = words[at].is_number or lexicon.is_word(words[at]) or _joins(lexicon, words, at)
    # A number is no misspelt smaller one: «پنجاه» no «پنج».
    known = known or number_at(words, at) is not None or small_number_at(words, at) is not None
    return known or gregorian_month_at(words, at) is not None


def _joins(lexicon: Lexicon, words: Sequence[Word], at: int) -> bool:
    """Whether a word is half of one that a blank has split."""
    pairs = (words[max(at - 1, 0) : at + 1], words[at : at + 2])
    return any(len(pair) == 2 and lexicon.match(pair) is not None for pair in pairs)
