"""Two questions in one: «شهردار چقدر می‌گیرد و چند معاون دارد», "how many contracts and for how much".

Each is asked by itself and answered by itself, in their order. What one question of the grammar says of both would be
a figure of neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.composites.unfinished_answers import without_figure
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.pieces.phrases import Parted, Phrase

_AND: Final = frozenset(("و", "and"))
_LEADING: Final = frozenset(("از", "به", "در", "با", "of", "in", "to", "with", "by", "per", "for", "from"))
_ARTICLES: Final = frozenset(("the", "a", "an", "all"))
_FIGURES: Final = frozenset(("answer:number", "answer:count", "answer:person", "answer:date", "count", "share"))
_OF_IT: Final = frozenset(("چقدرش", "چقدرشو", "چقدرشان", "چقدرشون"))
"""How much of what was spoken of before."""
_SUBJECTS: Final = ("dataset", "value", "measure", "name", "thing", "service", "relation")


def two_questions(facts: CityFacts, question: Parted, plain: Sequence[AnswerCard], ask: Ask) -> tuple[AnswerCard, ...]:
    """The answers to both; the first plain answer as a guess where one of them has none; nothing of one question."""
    for at, joint in enumerate(question.segments):
        is_joined = joint.text in _AND
        before = question.segments[:at]
        if not is_joined and (not at or not _is_ask(joint) or not before[-1].has("stop") or _leads_on(before)):
            # «… شروع شد چندتاش تموم شد»: without a word between.
            continue
        first, second = question.segments[:at], question.segments[at + is_joined :]
        if _asks(first) and _asks(second) and _is_finished(first, second):
            cards = ask(_text(first)), _second(first, second, ask)
            sure = tuple(each for each in cards if each is not None and each.is_sure)
            if len({each.api for each in sure}) == len(cards):
                return sure
            return _guess(facts, plain, second)
    return ()


def _leads_on(before: Sequence[Phrase]) -> bool:
    """Whether what stands before is not at its end: «سهم … از تعداد …», "share of … in the number of …" is one."""
    last = next((each for each in reversed(before) if each.text not in _ARTICLES), None)
    return last is not None and last.words[-1].text in _LEADING


def _guess(facts: CityFacts, plain: Sequence[AnswerCard], second: Sequence[Phrase]) -> tuple[AnswerCard, ...]:
    first = next(iter(plain), None)
    if first is None or first.asked is None or not first.is_sure:
        return ()
    left = (" ".join(word.shown for phrase in second for word in phrase.words),)
    return (without_figure(facts, first, left),)


def _second(first: Sequence[Phrase], second: Sequence[Phrase], ask: Ask) -> AnswerCard | None:
    """The answer to the second question, of the first's time and place; of what that is about, if it names nothing."""
    said = {each.sense for each in second}
    # «… در منطقهٔ ۲ … و چند …»: of the same time and place.
    times = [each for each in first if each.sense in ("period", "place") and each.sense not in said]
    names = [each for each in first if each.has("name") and not each.has("dataset", "measure", "ask")]
    if names and not any(each.has("name") or each.sense == "unknown" for each in second):
        # «آرامستان چقدر بودجه داشت و چقدر خرج شد»: both of the same.
        return ask(_text((*second, *names, *times)))
    if any(each.grade == "right" for phrase in second for each in phrase.of("dataset", "name", "thing")):
        return ask(_text((*second, *times)))
    if any(each.grade == "right" for phrase in second for each in phrase.of("value")):
        # "… and how many were awarded": of the same rows.
        rows = [each for each in first if each.has("dataset") and not _is_ask(each)]
        return ask(_text((*rows, *second, *times)))
    return ask(_text((*(each for each in first if not _is_ask(each)), *second)))


def _asks(segments: Sequence[Phrase]) -> bool:
    subject = any(phrase.has(*_SUBJECTS) or phrase.sense == "place" for phrase in segments)
    return any(map(_is_ask, segments)) and (subject or len(segments) > 1)


def _is_ask(phrase: Phrase) -> bool:
    return phrase.text in _OF_IT or (
        not phrase.has("measure")
        and any(each.target in _FIGURES and each.grade == "right" for each in phrase.of("ask", "aggregate"))
    )


def _is_finished(first: Sequence[Phrase], second: Sequence[Phrase]) -> bool:
    """Whether both sides stand alone, as «چند» before «و چند» of one noun does not."""
    return len(first) > 1 and len(second) > 1 and any(phrase.has(*_SUBJECTS) for phrase in first)


def _text(segments: Sequence[Phrase]) -> str:
    return " ".join(word.text for phrase in segments for word in phrase.words)
