"""A word that no row of the data holds which a question is of: said before a list that leaves it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, Understood
from ayan.core.answers.cards.refusals import absent
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.limits import MOST_HELD, SHORTEST_STEM
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.morphology import Word, form_words, is_light_verb, is_negative
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label

_OF_OTHERS: Final = ("name", "page", "value")
"""What a word may be elsewhere, that says nothing of how a question is meant."""
_BY: Final = frozenset(("by", "per", "تفکیک", "حسب"))
_KNOWN_KEYS: Final = ("stop", "ask", "period", "thing", "relation", "place", "dataset", "aggregate")
"""What a word behind «به تفکیک» may be that names a column by itself."""
_GENERAL: Final = frozenset(("هیچ", "بیشتری", "کمتری", "مجاز", "سابقه", "سوابق", "وضعیت", "مشخصات", "اطلاعات", "شرح"))
"""What may be said of anybody and anything."""
_ENDINGS: Final = ("ش", "شان", "شون", "مان", "مون", "تان", "تون")
_REASONS: Final = frozenset(("دلیل", "علت", "reason", "explanation", "توضیح", "purpose"))
UNSTATED: Final = Label(
    "چرای آن در «{dataset}» نوشته نمی‌شود؛ آنچه نوشته شده است در زیر می‌آید. مسئول این داده: {owner}.",
    "“{dataset}” does not say why; what it says stands below. Responsible: {owner}.",
)
UNHELD: Final = Label(
    "در هیچ ردیفی از «{dataset}» «{words}» نیامده است. مسئول این داده: {owner}.",
    "No row of “{dataset}” holds “{words}”. Responsible: {owner}.",
)

UNKNOWN: Final = Label(
    "از «{words}» چیزی شناخته نشد و در هیچ ردیفی از «{dataset}» هم نیامده است؛ مسئول آن شناخته نیست.",
    "Nothing was understood of “{words}”, and no row of “{dataset}” holds it; whose matter it is is not known.",
)


def unheld(facts: CityFacts, question: Parted, first: AnswerCard | None) -> AnswerCard | None:
    """That the only words of which nothing was understood stand in no row; None where any may say something else."""
    asked = first.asked if first is not None and not first.is_sure else None
    if first is None or asked is None or not asked.reading.grounded:
        return None
    left = {word for text in first.left for word in text.split()}
    pieces = [each for each in question.segments if left & {word.text for word in each.words}]
    narrow = next((each for each in pieces if _is_narrower(each)), None)
    if narrow is not None and len(pieces) == 1:
        # No table tells what happened in a quarter of a district.
        return absent(replace(asked.reading, absent=(narrow.text,)))
    words = [each for each in pieces if _is_unknown(each, asked.dataset)]
    if not words or len(words) > MOST_HELD or facts.lexicon.pending or question.doubtful:
        return None
    if any(each not in words and not each.has("stop", "ask") for each in pieces):
        return None
    texts = [word.text for phrase in words for word in phrase.words]
    # «گل فروشی» is «گل‌فروشی», and «پولش» the money of something.
    joined = [first + second for first, second in pairwise(texts)]
    if (
        _GENERAL & set(texts)
        or asked.scope.search
        or _is_label(facts, asked.dataset, texts)
        or any(_is_owned(facts, text) for text in texts)
    ):
        return None
    for text in (*texts, *joined):
        scope = Question(slug=asked.dataset.slug, search=text)
        if facts.number(asked.dataset, scope, GroupMeasure("count")):
            return None
    dataset, shown = asked.dataset, [word.shown for phrase in words for word in phrase.words]
    if not asked.reading.named:
        # Whose matter it is follows from no word of it: «تصادفات» of streets is nothing of who sets their values.
        unknown = UNKNOWN.format(dataset=dataset.title, words=shown)
        return AnswerCard("nothing", unknown, f"/data/{dataset.slug}", "", Understood(dataset.slug), is_sure=False)
    said = UNHELD.format(dataset=dataset.title, words=shown, owner=dataset.owner)
    return AnswerCard("nothing", said, f"/data/{dataset.slug}", "", Understood(dataset.slug), is_sure=False)


def unkeyed(facts: CityFacts, question: Parted, first: AnswerCard | None) -> AnswerCard | None:
    """That rows are not told by what a word behind «به تفکیک» names, which no column is called; None for others."""
    asked = first.asked if first is not None and not first.is_sure and first.kind == "list" else None
    if first is None or asked is None or not asked.reading.named:
        return None
    left = {word for text in first.left for word in text.split()}
    segments = question.segments
    for at, phrase in enumerate(segments[:-1]):
        is_group = any(each.target == "group" for each in phrase.of("aggregate")) or phrase.text in _BY
        if at and phrase.text == "by" and segments[at - 1].words[-1].text.endswith(("ed", "en", "won", "made")):
            # "Signed by": by whom, and no key.
            continue
        behind = segments[at + 1]
        texts = [word.text for word in behind.words]
        if not is_group or behind.sense not in ("words", "unknown") or not {w.shown for w in behind.words} & left:
            continue
        own = any(each.slug == asked.dataset.slug for each in behind.meanings)
        if not own and not behind.has(*_KNOWN_KEYS) and not _is_label(facts, asked.dataset, texts):
            shown = " ".join(word.shown for word in behind.words)
            return absent(replace(asked.reading, absent=(shown,)))
    return None


def unstated_reason(facts: CityFacts, question: Parted, first: AnswerCard | None) -> AnswerCard | None:
    """That the data do not say why, where somebody asks that of rows which have no column of reasons."""
    asks = any(each.target == "answer:reason" for phrase in question.segments for each in phrase.of("ask"))
    understood = first.understood if first is not None and first.kind in ("figure", "list") else None
    dataset = facts.lexicon.datasets.get(understood.dataset) if understood is not None else None
    if not asks or dataset is None or any(_REASONS & {*each.label.fa.split(), each.name} for each in dataset.published):
        return None
    text = UNSTATED.format(dataset=dataset.title, owner=dataset.owner)
    return AnswerCard("nothing", text, f"/data/{dataset.slug}", "", Understood(dataset.slug))


def _is_label(facts: CityFacts, dataset: Dataset, texts: Sequence[str]) -> bool:
    """Whether a word is one of what columns or their values are called, which no row holds as a text."""
    stem = facts.lexicon.stem
    entries = [entry.label.fa for each in dataset.published if each.choices for entry in each.choices.entries]
    labels = [each.label.fa for each in dataset.published] + entries
    called = {stem(word.text) for label in labels for word in form_words(label)}
    return any(stem(text) in called for text in texts)


def _is_narrower(phrase: Phrase) -> bool:
    """Whether a piece asks for places within a district."""
    return any(each.concept is not None and each.concept.more.get("narrower") for each in phrase.of("place"))


def _is_owned(facts: CityFacts, text: str) -> bool:
    """Whether a word is a known one with an ending that says whose it is."""
    rests = (text.removesuffix(ending) for ending in _ENDINGS if text.endswith(ending))
    return any(facts.lexicon.is_word(Word(rest, rest)) for rest in rests if len(rest) >= SHORTEST_STEM)


def _is_unknown(phrase: Phrase, dataset: Dataset) -> bool:
    """Whether a piece is a Persian word that means nothing here, and no verb; a name elsewhere is none here."""
    texts = [word.text for word in phrase.words]
    verbal = any(is_light_verb(text) or is_negative(text) or text.startswith("می") for text in texts)
    long = all(len(text) >= SHORTEST_STEM for text in texts)
    elsewhere = bool(phrase.meanings) and all(
        each.sense in _OF_OTHERS and each.slug != dataset.slug for each in phrase.meanings
    )
    is_said = phrase.sense == "unknown" or (phrase.sense == "words" and elsewhere)
    return is_said and long and not verbal and not phrase.fixed and not any(word.is_latin for word in phrase.words)
