"""Pieces of a question that together are one name: of a unit, of a post, of somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning, name_meanings
from ayan.core.answers.limits import MOST_OF_A_UNIT
from ayan.core.answers.pieces.phrases import DISTRICT, Phrase
from ayan.core.answers.words.morphology import form_words

_UNITS_SAID: Final = frozenset(("واحد", "بخش", "قسمت"))
"""Words for any unit, by which no name of one begins."""
_IN_NAMES: Final = ("words", "unknown")
_UNITS: Final = {
    "organization": ("سازمان",), "department": ("معاونت", "اداره"), "deputy": ("معاونت",), "office": ("مدیریت",),
}  # fmt: skip
"""How the name of a unit begins in Persian that is called so in English."""


def joined_phrases(lexicon: Lexicon, segments: Sequence[Phrase]) -> Iterator[Phrase]:
    """The pieces, where two of them are one name: «معاونت» and «عمرانی» of a unit, «شهردار» and «منطقه» of a post."""
    at = 0
    while at < len(segments):
        first, second = segments[at], segments[at + 1] if at + 1 < len(segments) else None
        at += 1
        if second is not None and second.sense == "place":
            match = lexicon.match([*first.words, second.words[0]]) if second.words[0].text in DISTRICT else None
            yield replace(first, meanings=match.meanings) if match is not None and match.grade == "right" else first
        elif second is not None and first.sense == "place" and (of_place := _of_place(lexicon, first, second)):
            yield first
            yield replace(second, meanings=of_place)
            at += 1
        elif first.text in _UNITS_SAID and (called := _unit_behind(lexicon, segments[at : at + MOST_OF_A_UNIT])):
            end, meanings = called
            behind = segments[at : at + end]
            words = (*first.words, *(word for each in behind for word in each.words))
            yield Phrase("words", first.start, behind[-1].end, words, meanings)
            at += end
        elif second is not None and (unit := _unit(lexicon, first, second)):
            words = (*first.words, *second.words)
            yield Phrase("words", first.start, second.end, words, unit, fixed=(*first.fixed, *second.fixed))
            at += 1
        else:
            yield first


def _of_place(lexicon: Lexicon, first: Phrase, second: Phrase) -> tuple[Meaning, ...]:
    """What "district 2 mayor" means: whoever is called so of a district, and not the mayor."""
    words = [word for word in first.words if word.text in DISTRICT]
    match = lexicon.match([words[0], *second.words]) if words and second.words[0].is_latin else None
    right = match is not None and match.grade == "right" and any(each.sense == "value" for each in match.meanings)
    return match.meanings if match is not None and right else ()


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


def _unit_behind(lexicon: Lexicon, segments: Sequence[Phrase]) -> tuple[int, tuple[Meaning, ...]] | None:
    """«واحد فنی و عمرانی»: how many pieces name the one unit whose name holds all their words, and what they mean."""
    for size in range(len(segments), 0, -1):
        run = segments[:size]
        texts = [word.text for each in run for word in each.words]
        if any(each.sense not in ("words", "unknown") for each in run) or run[-1].has("stop"):
            continue
        names = [each for each in lexicon.names.with_words(texts) if lexicon.is_unit(each)]
        if len({each.text for each in names}) == 1:
            return size, tuple(meaning for each in names for meaning in name_meanings(each))
    return None


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


def named_phrases(lexicon: Lexicon, segments: Sequence[Phrase]) -> Iterator[Phrase]:
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
