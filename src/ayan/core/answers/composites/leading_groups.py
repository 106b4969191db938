"""What the first few groups have together: «سهم ده پیمانکار اول از قراردادها», "share of the top five payees"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.core.answers.cards.cards import (
    SHARE,
    AnswerCard,
    CardFigure,
    api_of,
    figure_of,
    page_of,
    understood_of,
    unit_of,
)
from ayan.core.answers.cards.wording import figure, key_name, key_text, measure_name, number, percentage
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.limits import MOST_LEADING, SHORT_LIST
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.words.morphology import Word
from ayan.core.answers.words.quantities import ordinal_at, small_number_at
from ayan.core.query.grouping import GroupQuestion
from ayan.core.query.question import Question, Sort
from ayan.core.values import locale
from ayan.core.values.label import Label, in_each

SENTENCE: Final = Label(
    "{n} «{key}» نخست روی هم {part}، {percent} از کل؛ در رأس آنها {first}، {value}. {whole}",
    "The first {n} by {key} have {part} together, {percent} of the whole; first {first}, {value}. {whole}",
)
ALONE: Final = Label("{first}: {value}، {percent} از کل. {whole}", "{first}: {value}, {percent} of the whole. {whole}")
TOGETHER: Final = Label("{measure} {n} تای نخست", "{measure} of the first {n}")
_PERCENT: Final = Decimal("0.1")
_RANKS: Final = frozenset((
    "اول", "نخست", "برتر", "بزرگ", "عمده", "اصلی", "بزرگترین", "پرخرج", "پرخرجترین", "پردرامد", "پرکار", "پرکارترین",
    "مهم", "بالیی", "top", "largest", "biggest", "leading", "first", "main", "highest",
))  # fmt: skip
_SUPERLATIVES: Final = frozenset(("بزرگترین", "پرخرجترین", "پرکارترین", "largest", "biggest", "top", "main"))
"""Ranks by which one alone is meant where no number stands beside them."""
_IDLE: Final = frozenset(("تا", "تای", "از", "of", "the", "عدد"))
_SHARES: Final = frozenset(("سهم", "سهمی", "سهمش", "درصد", "درصدی", "share", "percent", "percentage"))
_TOGETHER: Final = frozenset(("مجموعا", "جمعا", "باهم", "together", "altogether", "combined"))
_ASKED: Final = frozenset(("چه", "چند", "چقدر", "چقدره", "what", "how", "much", "s"))
_TAKEN: Final = frozenset((
    "گرفته", "گرفتن", "گرفتند", "داشته", "داشتن", "داشتند", "رسیده", "رسید", "برده", "بردن", "بردند",
    "اند", "است", "بوده", "بود", "شده", "میشود", "میشه", "میرسد", "میرسه", "go", "goes", "went", "gone", "got", "get",
    "received", "have", "has", "had", "take", "took", "taken", "is", "was", "by",
))  # fmt: skip
_JOINTS: Final = frozenset(("از", "به", "در", "را", "رو", "مال", "of", "to", "the", "in", "by", "all", "total", "کل"))
_FORMS: Final = ("مبلغ {} به تفکیک {}", "{} به تفکیک {}")
_FORMS_EN: Final = ("sum of {} by {}", "{} by {}")
_COUNTED: Final = frozenset(("تعداد", "number", "count"))
_ADDED: Final = frozenset(("sum", "count"))


@dataclass(frozen=True, slots=True)
class LeadingWords:
    """How many of what are asked for, and the words that say what they are the first of."""

    size: int
    key: str
    rest: str


def leading_groups(facts: CityFacts, question: Parted, ask: Ask) -> AnswerCard | None:
    """What the first groups have together, and their share of all; None where nobody asks for it."""
    for said in _said(question):
        for form in _forms(said):
            card = ask(form.format(said.rest, said.key))
            asked = card.asked if card is not None and card.is_sure and card.kind == "list" else None
            if asked is None or not _is_of_groups(asked):
                continue
            return _together(facts, asked, said.size)
    return None


def _forms(said: LeadingWords) -> Sequence[str]:
    forms = _FORMS_EN if said.rest.isascii() else _FORMS
    return forms[1:] if _COUNTED & set(said.rest.split()) else forms


def _is_of_groups(asked: AskedQuestion) -> bool:
    """Whether groups were understood whose numbers may be added up."""
    if asked.shape != "ranking" or asked.by is None or asked.by.part is not None or asked.having:
        return False
    if asked.sort is not None and not asked.sort.descending:
        # The first are those with most.
        return False
    measure = asked.measures[0]
    own = asked.dataset.field(measure.field) if measure.field else None
    return measure.function in _ADDED and (own is None or own.nature in (None, "flow", "quantity"))


def _together(facts: CityFacts, asked: AskedQuestion, size: int) -> AnswerCard | None:
    assert asked.by is not None  # noqa: S101 - who calls this has groups
    dataset, measure, by = asked.dataset, asked.measures[0], asked.by
    own = dataset.field(by.field)
    leading = replace(asked, sort=Sort(measure.name, descending=True), size=size, measures=(measure,))
    groups, _ = facts.groups(dataset, leading.groups)
    named = [each for each in groups if each[by.name] is not None and each[measure.name] is not None]
    everything = _without_key(asked)
    whole = facts.number(dataset, everything, measure)
    if len(named) < size or len(named) < len(groups) or not whole or any(each[measure.name] < 0 for each in named):
        # Fewer than were asked for, or a group that nobody is named for among them.
        return None
    part = sum(each[measure.name] for each in named)
    percent = (Decimal(part) * 100 / Decimal(whole)).quantize(_PERCENT, ROUND_HALF_UP)
    first = named[0]
    text = (SENTENCE if size > 1 else ALONE).filled(
        lambda lang: {
            "n": locale.of(lang).number(size),
            "key": key_name(dataset, by).of(lang),
            "part": number(dataset, measure, part, lang),
            "percent": percentage(percent, lang),
            "first": key_text(own, by, first[by.name], lang),
            "value": number(dataset, measure, first[measure.name], lang),
            "whole": figure(dataset, measure, everything, whole).of(lang),
        }
    )
    summed = TOGETHER.filled(
        lambda lang: {"measure": measure_name(dataset, measure).of(lang), "n": locale.of(lang).number(size)}
    )
    figures = (
        CardFigure(SHARE, percent, "percent"),
        *([CardFigure(summed, part, unit_of(dataset, measure))] if size > 1 else []),
        figure_of(dataset, measure, whole),
        *(
            CardFigure(_named(asked, each[by.name]), each[measure.name], unit_of(dataset, measure))
            for each in named[:SHORT_LIST]
        ),
    )
    return replace(_plain_card(asked, leading.groups), text=text, figures=figures, groups=tuple(named[:SHORT_LIST]))


def _plain_card(asked: AskedQuestion, groups: GroupQuestion) -> AnswerCard:
    return AnswerCard(
        "figure",
        SHARE,
        page_of(asked.dataset, asked.scope),
        api_of(asked.dataset, "groups", groups.query_string()),
        understood_of(asked, asked.measures[0]),
        asked=asked,
    )


def _named(asked: AskedQuestion, value: object) -> Label:
    assert asked.by is not None  # noqa: S101 - who calls this has groups
    by, own = asked.by, asked.dataset.field(asked.by.field)
    return in_each(lambda lang: key_text(own, by, value, lang))


def _without_key(asked: AskedQuestion) -> Question:
    """The rows of the whole: those of nobody who could be among the first are a part of it, too."""
    return replace(
        asked.scope,
        filters=tuple(
            each
            for each in asked.scope.filters
            if not (each.op == "isnull" and asked.dataset.field(each.field).kind.is_company)
        ),
    )


def _said(question: Parted) -> Iterator[LeadingWords]:
    words = question.words
    texts = [word.text for word in words]
    is_share = bool(_SHARES & set(texts))
    if not is_share and not _TOGETHER & set(texts) and "روی هم" not in " ".join(texts):
        return
    for start, end, size, key in _spans(words):
        if size == 1 and not is_share:
            continue
        rest = _rest(texts, start, end)
        if rest:
            yield LeadingWords(size, key, " ".join(rest))


def _spans(words: Sequence[Word]) -> Iterator[tuple[int, int, int, str]]:
    """Where «ده پیمانکار اول», "top ten payees" stand: from, to, how many, and of what."""
    texts = [word.text for word in words]
    for at, text in enumerate(texts):
        size = small_number_at(words, at) if text not in _RANKS and ordinal_at(words, at) is None else None
        if size is not None and 1 < size <= MOST_LEADING:
            kept = at + 1
            while kept < len(texts) and texts[kept] in _IDLE:
                kept += 1
            if at and texts[at - 1] in _RANKS and kept < len(texts):
                yield at - 1, kept + 1, size, texts[kept]
            elif kept + 1 < len(texts) and texts[kept] in _RANKS:
                yield at, kept + 2, size, texts[kept + 1]
            elif kept + 1 < len(texts) and texts[kept + 1] in _RANKS:
                yield at, kept + 2, size, texts[kept]
        elif text in _SUPERLATIVES and at + 1 < len(texts) and not _is_numbered(words, at):
            yield at, at + 2, 1, texts[at + 1]


def _is_numbered(words: Sequence[Word], at: int) -> bool:
    """Whether a number stands beside a word."""
    return any(small_number_at(words, each) is not None for each in (at - 1, at + 1) if each >= 0)


def _rest(texts: Sequence[str], start: int, end: int) -> list[str]:
    """The words beside a span, without those that ask for a share of something and who took it."""
    before, behind = list(texts[:start]), list(texts[end:])
    while before and before[-1] in _JOINTS:
        before.pop()
    dropped = _SHARES | _TOGETHER | _ASKED | _TAKEN | {"روی", "هم"}
    kept: list[str] = []
    for side in (before, behind):
        own = [each for each in side if each not in dropped]
        while own and own[0] in _JOINTS:
            own = own[1:]
        while own and own[-1] in _JOINTS:
            own.pop()
        kept += own
    return kept
