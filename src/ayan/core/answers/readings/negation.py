"""What a question turns round: «بدون مناقصه», «پاسخ داده نشده», "without a contract"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.look_ups import pointer_of
from ayan.core.answers.readings.word_usage import WordUses, add
from ayan.core.answers.words.morphology import is_negative, tokens
from ayan.core.query import values
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset

_NOT_GIVEN: Final = re.compile(r"ن(?:می)?(?:داد|گرفت|د|ده|گیر)(?:ه?ام|ه?اند|ه?ایم|هان|یم|ند|ن|ه|م)?")
"""What somebody did not give or get: no state of anything."""
_OF_ROWS: Final = frozenset(("که", "چند", "چندتا", "کدام", "کدوم", "چه"))
_OTHER_THAN: Final = "غیر"
_WITHOUT: Final = ("بی", "بدون", "عدم", _OTHER_THAN)
"""How words begin that say what something lacks."""


def is_negated(segments: Sequence[Phrase], at: int) -> bool:
    """Whether a piece is turned round: by «بدون», "without" before it, by «نشده», «ندارد» behind it."""
    if segments[at].has("stop", "comparison") or is_complaint(segments):
        return False
    before = at - 1
    while before > 0 and segments[before].has("stop"):
        before -= 1
    behind = segments[at + 1] if at + 1 < len(segments) else None
    if at == _denied_last(segments):
        return True
    negating = before >= 0 and (
        any(meaning.target == "not" and meaning.grade == "right" for meaning in segments[before].of("comparison"))
        # «غیراینترنتی»: the word and what it turns round are one.
        or (before == at - 1 and segments[before].text == _OTHER_THAN and segments[at].has("value"))
    )
    return negating or (behind is not None and behind.has("stop") and is_negative(behind.text))


def is_complaint(segments: Sequence[Phrase]) -> bool:
    """Whether somebody tells what was not given: «پول صورت‌وضعیتمو ندادن» turns no condition round."""
    if not segments or not segments[-1].has("stop") or _NOT_GIVEN.fullmatch(segments[-1].text) is None:
        return False
    return all(not each.plural and not each.has("aggregate", "superlative", "comparison") for each in segments) and all(
        word.text not in _OF_ROWS for each in segments for word in each.words
    )


def _denied_last(segments: Sequence[Phrase]) -> int:
    """The place of what the last word of a question denies: "should have finished … but have not"; -1 for none."""
    last = len(segments) - 1
    while last > 0 and segments[last].has("stop") and not _denies(segments[last]):
        last -= 1
    if last < 1 or not _denies(segments[last]) or segments[last].words[0].text != "not":
        return -1
    return next((at for at in range(last - 1, -1, -1) if segments[at].has("value")), -1)


def _denies(phrase: Phrase) -> bool:
    return any(each.target == "not" and each.grade == "right" for each in phrase.of("comparison"))


def negate(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """A condition behind «بدون», "without": all others, or the rows that point to no such record; whether it is one.

    Whatever else stands there is not understood: of several values nothing can be said so, nor of a number.
    """
    if segment.sense == "place":
        return _negate_place(dataset, segment, uses)
    labelled = lexicon.labels.meant(dataset, [word.text for word in segment.words])
    said = [each for each in segment.of("value") if each.slug == dataset.slug]
    said += [
        Meaning("value", slug=dataset.slug, field=each.field, code=each.code)
        for each in labelled
        if not each.code or not _says_no(dataset, each.field, each.code)
    ]
    for meaning in said:
        listed = uses.filters.get(meaning.field, []) if meaning.code else []
        if len(listed) > 1 and any(each.text == meaning.code for each in listed):
            # «تحویل‌شده ولی منتشرنشده»: what is the one, is not the other.
            uses.filters[meaning.field] = [each for each in listed if each.text != meaning.code]
            return True
        if len(listed) == 1 and listed[0].op == "eq":
            joined = _joined_with(dataset, meaning.field, str(listed[0].values[0]))
            turned = _all_but(dataset, listed[0], joined) if joined else replace(listed[0], op="not")
            uses.filters[meaning.field] = [turned]
            return True
        if (others := _others(dataset, meaning, uses)) is not None:
            uses.filters[meaning.field] = [others]
            return True
    counted = [each for each in segment.of("measure") if each.slug == dataset.slug]
    if counted and dataset.field(counted[0].field).kind.is_count and counted[0] in uses.measures:
        # «بدون پیشنهاد»: none of them.
        own = values.as_asked(dataset).field(counted[0].field)
        uses.measures.remove(counted[0])
        add(uses, Filter(own.name, "eq", (values.read_value(own, "0"),)))
        return True
    pointer = pointer_of(dataset, segment)
    if pointer is not None and pointer.kind.is_company and _names_column(dataset, segment):
        # A person without a legal number is a contractor, too: whose name is missing has none.
        pointer = None
    if pointer is not None and not pointer.required:
        uses.filters[pointer.name] = [Filter(pointer.name, "isnull", (True,))]
    elif (column := _empty_column(dataset, segment)) is not None:
        uses.filters[column] = [Filter(column, "isnull", (True,))]
        uses.keys = [name for name in uses.keys if name != column]
    elif not segment.has("stop", "ask"):
        uses.unread.append(segment.text)
    else:
        return False
    return True


def _others(dataset: Dataset, meaning: Meaning, uses: WordUses) -> Filter | None:
    """All other values than the several that one word stands for: «کدوم خدمات حضوری نیست»."""
    choices = dataset.field(meaning.field).choices if meaning.field else None
    listed = uses.filters.get(meaning.field, [])
    is_rule = meaning.concept is not None and bool(meaning.concept.text("rule"))
    if choices is None or not is_rule or len(listed) != 1 or listed[0].op != "in":
        return None
    return _all_but(dataset, listed[0], {str(each) for each in listed[0].values})


def _joined_with(dataset: Dataset, field: str, code: str) -> frozenset[str]:
    """A value, and those that are it and another one together: «حضوری و اینترنتی» is online, too; empty for none."""
    choices = dataset.field(field).choices
    labels = {each.code: choices.label(each.code, "fa") for each in choices.entries} if choices is not None else {}
    others = [label for own, label in labels.items() if own != code]
    pairs = {pair for other in others for pair in (f"{labels.get(code)} و {other}", f"{other} و {labels.get(code)}")}
    joined = {own for own, label in labels.items() if label in pairs}
    return frozenset((code, *joined)) if joined else frozenset()


def _all_but(dataset: Dataset, condition: Filter, codes: Collection[str]) -> Filter:
    choices = dataset.field(condition.field).choices
    entries = choices.entries if choices is not None else ()
    return replace(condition, op="in", values=tuple(each.code for each in entries if each.code not in codes))


def _negate_place(dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """«به جز منطقهٔ ۱»: all others."""
    own = next((each.name for each in dataset.published if each.role == "place"), "")
    listed = uses.filters.get(own, [])
    if len(listed) == 1 and listed[0].op == "eq":
        uses.filters[own] = [replace(listed[0], op="not")]
    else:
        uses.unread.append(segment.text)
    return True


def _says_no(dataset: Dataset, field: str, code: str) -> bool:
    """Whether the label of a value says no itself, so that a word of it turned round is not all others."""
    choices = dataset.field(field).choices
    said = tokens(choices.label(code, "fa")) if choices is not None else []
    return any(is_negative(word.text) or word.text.startswith(_WITHOUT) for word in said)


def _names_column(dataset: Dataset, segment: Phrase) -> bool:
    """Whether a word is what a column of companies is called in this dataset."""
    named = {each.field for each in segment.of("field", "relation") if each.slug == dataset.slug}
    return any(each.name in named and each.role == "company" for each in dataset.published)


def _empty_column(dataset: Dataset, segment: Phrase) -> str | None:
    """The one column that a word names and that may be empty: «بی سرمایه‌گذار», «برنده ندارد»."""
    named = {each.field for each in segment.of("field", "relation") if each.slug == dataset.slug}
    empty = [each.name for each in dataset.published if each.name in named and not each.required]
    return empty[0] if len(empty) == 1 else None


def left_negated(segments: Sequence[Phrase], turned: set[int]) -> list[str]:
    """The words of a question that say no, and turned nothing round, by the places of what was: it is not understood.

    «سفرهایی که شهرداری پولش را نداده» are others than those that it paid.
    """
    left = []
    for at, segment in enumerate(segments):
        behind = segment.has("stop") and is_negative(segment.text)
        before = any(each.target == "not" and each.grade == "right" for each in segment.of("comparison"))
        after = at + 1
        while before and after < len(segments) and segments[after].has("stop"):
            after += 1
        # "… but have not" denies what stands before it.
        is_turned = bool(turned) if after == len(segments) else after in turned
        if (behind and at - 1 not in turned) or (before and not is_turned):
            left.append(segment.text)
    return left
