"""How many were done in time: «چند درصد درخواست‌ها سر وقت جواب داده شده», "share of requests answered on time".

The grammar says which day lies after another; whatever is done and not late was in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.core.answers.cards.cards import ROWS, SHARE, AnswerCard, CardFigure, api_of, page_of, understood_of
from ayan.core.answers.cards.wording import listed, percentage
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.question import Filter
from ayan.core.values import locale
from ayan.core.values.label import Label

IN_TIME: Final = Label("به‌موقع", "In time")
SENTENCE: Final = Label(
    "{percent} به‌موقع: {n} تا؛ {late} تا دیر، و بقیه هنوز نه. {rows}",
    "{percent} in time: {n}; {late} late, and the others not yet. {rows}",
)
_SAID: Final = (
    ("سر", "وقت"), ("به", "موقع"), ("بموقع",), ("سر", "موعد"), ("در", "مهلت"), ("در", "موعد"), ("سروقت",),
    ("سر", "موقع"),
    ("on", "time"), ("in", "time"), ("before", "the", "deadline"), ("within", "the", "deadline"),
    ("by", "the", "deadline"),
)  # fmt: skip
_LATE: Final = (("با", "تاخیر"), ("late",))
_ASKS: Final = frozenset((
    "چند", "چندتا", "درصد", "درصدی", "سهم", "تعداد", "چقدر", "share", "percent", "percentage", "many", "much",
))  # fmt: skip
_IDLE: Final = frozenset((
    "چند", "چندتا", "تا", "درصد", "درصدی", "سهم", "از", "تعداد", "چقدر", "share",
    "percent", "percentage", "how", "many", "much", "what", "of", "the", "were", "was", "are", "is", "شده",
    "شد", "داده", "دادن", "گرفته", "گرفتن", "میشه", "میشود", "است", "بوده", "پاسخ", "جواب", "answered",
))  # fmt: skip
_PERCENT: Final = Decimal("0.1")


def _is_asked(phrase: Phrase) -> bool:
    """Whether a piece asks how many of some rows, or which part of them."""
    return any(each.target in ("share", "count") and each.grade == "right" for each in phrase.of("aggregate"))


def on_time(facts: CityFacts, question: Parted, ask: Ask) -> AnswerCard | None:
    """How many of some rows were done in time, and which share of all; None where nobody asks for it."""
    texts = [word.text for word in question.words]
    span = next(((at, len(said)) for said in _SAID for at in _places(texts, said)), None)
    asking = {word.text for phrase in question.segments if _is_asked(phrase) for word in phrase.words}
    if span is None or not (_ASKS & set(texts) or asking):
        return None
    kept = [each for each in (*texts[: span[0]], *texts[span[0] + span[1] :]) if each not in _IDLE | asking]
    late = _LATE[all(each.isascii() for each in kept)]
    ways = ((*kept, "answered", *late), (*late, *kept)) if late[0].isascii() else ((*kept, *late),)
    answers = (ask(" ".join(way)) for way in ways if kept)
    asked, above = next((said for answer in answers if (said := _late(answer)) is not None), (None, None))
    if asked is None or above is None:
        return None
    dataset, count = asked.dataset, GroupMeasure("count")
    rest = tuple(each for each in asked.scope.filters if each != above)
    due = dataset.field(str(above.values[0]))
    done = (
        Filter(above.field, "isnull", (False,)),
        *(() if due.required else (Filter(due.name, "isnull", (False,)),)),
    )
    every = replace(asked.scope, filters=rest)
    total = facts.number(dataset, every, count) or 0
    closed = facts.number(dataset, replace(every, filters=(*rest, *done)), count) or 0
    late_ones = facts.number(dataset, asked.scope, count) or 0
    if not total:
        return None
    timely = closed - late_ones
    percent = (Decimal(timely) * 100 / total).quantize(_PERCENT, ROUND_HALF_UP)
    text = SENTENCE.filled(
        lambda lang: {
            "percent": percentage(percent, lang),
            "n": locale.of(lang).number(timely),
            "late": locale.of(lang).number(late_ones),
            "rows": listed(dataset, every, total).of(lang),
        }
    )
    whole = replace(asked, shape="figure", scope=every, measures=(count,), sort=None)
    return AnswerCard(
        "figure",
        text,
        page_of(dataset, every),
        api_of(dataset, "groups", whole.groups.query_string()),
        understood_of(whole, count),
        (CardFigure(SHARE, percent, "percent"), CardFigure(IN_TIME, timely, "count"), CardFigure(ROWS, total, "count")),
        whole,
    )


def _late(answer: AnswerCard | None) -> tuple[AskedQuestion, Filter] | None:
    """The question about rows that were done after they were due, and its condition that says so."""
    asked = answer.asked if answer is not None and answer.kind == "list" and answer.is_sure else None
    if asked is None or asked.shape != "list":
        return None
    above = [each for each in asked.scope.filters if each.op == "above" and asked.dataset.field(each.field).kind.is_day]
    return (asked, above[0]) if len(above) == 1 else None


def _places(texts: Sequence[str], said: Sequence[str]) -> list[int]:
    return [at for at in range(len(texts)) if list(texts[at : at + len(said)]) == list(said)]
