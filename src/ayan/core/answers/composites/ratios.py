"""One figure set against another: «نسبت … به …», «چند برابر», "ratio of … to …", and one thing's share of another.

Each side is a question of its own, asked as if it stood alone; only two sure figures in one unit and of one year are
set against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.cards.comparisons import Way
from ayan.core.answers.composites.told_ratios import is_part, ratio_card
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.denied_words import NOBODY
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.morphology import is_light_verb

Ask = Callable[[str], AnswerCard | None]
"""The first answer to a question that is put by itself."""

_RATIO: Final = frozenset(("نسبت", "ratio"))
_FROM: Final = frozenset(("از", "of"))
_TO: Final = frozenset(("به", "to"))
_IN: Final = frozenset(("از", "of"))
_TIMES: Final = frozenset(("برابر", "برابره", "برابرن", "برابرش"))
_MANY: Final = frozenset(("چند",))
_ADDED: Final = frozenset(("sum", "count", "distinct"))
_AGAINST: Final = frozenset(("vs", "versus", "برابر", "مقابل", "دربرابر"))
_HELD: Final = frozenset(("compared", "relative", "مقایسه"))
_HIGHER: Final = frozenset(("is", "was", "are", "were", "higher", "bigger", "larger", "more", "greater"))
_ASKED: Final = ("{} چقدر", "{}", "تعداد {}")
_ASKED_EN: Final = ("how much {}", "{}", "number of {}")
_PLAIN: Final = "{}"
_COUNTED: Final = (_ASKED[-1], _ASKED_EN[-1])
_WHICH: Final = frozenset(("که", "کدام", "کدوم", "کدامیک", "چه", "کی", "چند", "چقدر", "همه", "بقیه"))
_WITH: Final = frozenset(("با", "to", "with", "and"))
_VERBS: Final = frozenset(("is", "are", "was", "were", "did", "do", "does", "has", "have"))
_WHETHER: Final = frozenset(("ایا", "مگر", "مگه"))
_MORE: Final = frozenset((
    "بیشتر", "بیشتره", "بالاتر", "بالاتره", "بزرگتر", "گرانتر", "گرونتر",
    "more", "higher", "bigger", "larger", "greater",
))  # fmt: skip
_LESS: Final = frozenset((
    "کمتر", "کمتره", "پیینتر", "پیینتره", "کوچکتر", "ارزانتر", "ارزونتر", "less", "lower", "smaller", "fewer",
))  # fmt: skip
_DIFFER: Final = frozenset(("فرق", "فرقی", "تفاوت", "تفاوتی", "اختلاف", "اختلافی", "تغییری"))
# What a thing was planned to be is its own plan, and not all that is planned.
_PLAN: Final = frozenset((
    "بودجه", "برنامه", "مصوب", "پیشبینی", "مصوبه", "budgeted", "plan", "planned", "approved",
))  # fmt: skip
_ELSEWHERE: Final = "answer:elsewhere"
_HOW_MUCH: Final = frozenset(("چقدر", "چهقدر"))
_LINKS: Final = frozenset(("است", "هست", "شد", "شده", "بود", "بوده", "میشود", "میشه", "از", "ان", "ش", "is", "was"))


@dataclass(frozen=True, slots=True)
class ComparedSides:
    """The words of both sides of a comparison; ``is_share`` where the one is told in per cent of the other.

    ``is_beside`` says that one is only held against the other, which one question may answer; ``is_more`` whether the
    first is said to be more (or less), where that is asked.
    """

    first: tuple[str, ...]
    second: tuple[str, ...]
    is_share: bool = False
    is_beside: bool = False
    is_more: bool | None = None

    @property
    def way(self) -> Way:
        """How both are told."""
        if self.is_more is not None:
            return "times-more" if self.is_more else "times-less"
        return "share" if self.is_share else "times"


def ratio(question: Parted, first: AnswerCard | None, ask: Ask) -> AnswerCard | None:
    """The one figure in terms of the other; None where no two figures are set against each other."""
    for sides in (*_sides(question), *_said_more(question)):
        if (sides.is_share or sides.is_beside) and _is_told(question, first, sides):
            # It is a part of rows that the one question says, or both of them are told.
            continue
        if sides.is_beside and _is_own_plan(sides.second):
            continue
        answered = _answered(question, sides, ask)
        if answered is not None:
            return ratio_card(*answered, sides.way)
    return None


def _is_own_plan(words: Sequence[str]) -> bool:
    """Whether the words say no more than what was planned: that is the plan of what it is held against."""
    return len([each for each in words if each not in _LINKS]) <= 2 and not _PLAN.isdisjoint(words)


def _is_told(question: Parted, first: AnswerCard | None, sides: ComparedSides) -> bool:
    """Whether one question answers it; what is held against something else is not told by rows of the one alone."""
    if first is None or not first.is_sure or first.kind not in ("figure", "list"):
        return False
    asked = first.asked
    if not sides.is_beside or asked is None or asked.reading.compared:
        return True
    if asked.by is None and sum(each.sense == "period" for each in question.segments) > 1:
        # The figure of one of two months is no comparison of both.
        return False
    if first.kind == "figure":
        return True
    if asked.by is None or sides.is_more is None:
        return asked.by is not None
    # Groups that are not those of both sides, as the lines of a year, say nothing of which is more.
    return any(each.field == asked.by.field and each.op == "in" for each in asked.scope.filters)


def _said_more(question: Parted) -> Iterator[ComparedSides]:
    """Both sides of what is compared, or said to be more: «آیا … از … بیشتر است», "is … higher than …"."""
    texts = [word.text for word in question.words]
    if not texts:
        return
    if texts[:1] in (["مقایسه"], ["compare"]) and set(texts[2:-1]) & _WITH:
        place = next(place for place in range(2, len(texts) - 1) if texts[place] in _WITH)
        if not all(each.isdigit() for each in texts[place + 1 :]):
            yield ComparedSides(tuple(texts[1:place]), tuple(texts[place + 1 :]), is_beside=True)
    if texts[0] in _VERBS and "than" in texts[2:-1]:
        at = texts.index("than")
        degree = next((each for each in texts[1:at] if each in _MORE or each in _LESS), None)
        if degree is not None:
            before = tuple(each for each in texts[1:at] if each != degree)
            # "Are there more … than …": how many there are, whatever they cost.
            counted = ("number", "of") if texts[1] == "there" else ()
            former = (*counted, *(each for each in before if not counted or each != "there"))
            latter = (*counted, *texts[at + 1 :])
            yield ComparedSides(former, latter, is_beside=True, is_more=degree in _MORE)
    if texts[0] not in _WHETHER and (texts[-1] not in _LINKS or any(map(_asks_otherwise, texts))):
        return
    said = texts[1:] if texts[0] in _WHETHER else texts
    for at, text in enumerate(said):
        if text not in _MORE and text not in _LESS:
            continue
        if "از" in said[1 : at - 1]:
            place = said.index("از", 1)
            verbs = [each for each in said[at + 1 :] if each not in _LINKS]
            first, second = [*said[:place], *verbs], said[place + 1 : at]
        elif said[at + 1 : at + 2] == ["از"]:
            first, second = said[:at], [each for each in said[at + 2 :] if each not in _LINKS]
        else:
            continue
        yield ComparedSides(tuple(first), tuple(second), is_beside=True, is_more=text in _MORE)


def _differing(texts: Sequence[str]) -> Iterator[ComparedSides]:
    """«مهر ۱۴۰۴ با مهر ۱۴۰۳ چه فرقی کرده»."""
    at = next((at for at, text in enumerate(texts) if text in _DIFFER), 0)
    if "با" in texts[1:at]:
        place = texts.index("با", 1)
        behind = [each for each in texts[place + 1 : at] if each not in _WHICH]
        # «با یک رأی اختلاف» is a condition, and no other side.
        if behind[:1] != ["یک"] and all(each in _LINKS or is_light_verb(each) for each in texts[at + 1 :]):
            yield ComparedSides(tuple(texts[:place]), tuple(behind), is_beside=True)
    if texts[:2] == ["how", "much"] and "than" in texts[3:-1]:
        # "How much more was paid in winter 1404 than in winter 1403": how much is asked of each.
        place = texts.index("than")
        before = [each for each in texts[:place] if each not in _MORE and each not in _LESS]
        yield ComparedSides(tuple(before[2:]), tuple(texts[place + 1 :]), is_beside=True)
    more = next((at for at, text in enumerate(texts) if text in _MORE or text in _LESS), 0)
    if more > 1 and texts[more - 1] in _HOW_MUCH and texts[more + 1 : more + 2] == ["از"]:
        # «پرداختی زمستان ۱۴۰۴ چقدر بیشتر از زمستان ۱۴۰۳ بود»
        behind = [each for each in texts[more + 2 :] if each not in _LINKS]
        yield ComparedSides(tuple(texts[: more - 1]), tuple(behind), is_beside=True)


def _sides(question: Parted) -> Iterator[ComparedSides]:
    """What stands on both sides, in each of the ways that it is said."""
    texts = [word.text for word in question.words]
    yield from _differing(texts)
    for at, text in enumerate(texts):
        if text == "نسبت" and 0 < at < len(texts) - 2 and texts[at + 1] in _TO:
            yield ComparedSides(tuple(texts[:at]), _after(texts[at + 2 :]), is_beside=True)
        if text in _HELD and 0 < at < len(texts) - 2 and texts[at + 1] in ("to", "with", "با"):
            # "Compared to", «در مقایسه با».
            before = texts[:at] if texts[at - 1] != "در" else texts[: at - 1]
            yield ComparedSides(tuple(before), tuple(texts[at + 2 :]), is_beside=True)
        if text in _AGAINST and 0 < at < len(texts) - 1 and (text.isascii() or texts[at - 1] == "در"):
            before = texts[:at] if texts[at - 1] != "در" else texts[: at - 1]
            # "Budget vs actual of street lights": of both sides it is said of what.
            shared = texts[at + 2 :] if len(before) == 1 else []
            yield ComparedSides((*before, *shared), tuple(texts[at + 1 :]), is_beside=True)
        if text in _RATIO and at + 1 < len(texts) and texts[at + 1] not in _TO:
            rest = texts[at + 2 if texts[at + 1] == "of" else at + 1 :]
            yield from _cut(rest, _TO, texts[:at])
        if text in _TIMES and at > 1 and texts[at - 1] in _MANY:
            yield ComparedSides(tuple(texts[: at - 1]), _after(texts[at + 1 :]))
        if text == "times" and texts[at - 2 : at] == ["how", "many"]:
            rest = texts[at + 1 :]
            yield from _cut([each for each in rest if each not in _HIGHER], {"than"}, [])
        if text == "سهم" and at + 1 < len(texts):
            yield from _cut(texts[at + 1 :], _IN, [], share=True)
        if text in ("درصد", "درصدی") and at > 0 and texts[at - 1] in _MANY:
            before, behind = texts[: at - 1], _after(texts[at + 1 :])
            # «چند درصد کمتر از» is no part of it.
            if before and not {*texts[at + 1 : at + 2]} & (_MORE | _LESS):
                yield ComparedSides(tuple(before), behind, is_share=True)
        if text == "share" and at + 1 < len(texts) and texts[at + 1] == "of":
            yield from _cut(texts[at + 2 :], {"in"}, [], share=True)


def _asks_otherwise(text: str) -> bool:
    """Whether a word asks for rows of which something is more, or which of them: no yes or no."""
    return text in _WHICH or text.endswith("هیی")


def _cut(
    texts: Sequence[str], at: Collection[str], before: Sequence[str], *, share: bool = False
) -> Iterator[ComparedSides]:
    for place, text in enumerate(texts):
        if text in at and 0 < place < len(texts) - 1:
            yield ComparedSides((*before, *texts[:place]), tuple(texts[place + 1 :]), share)


def _after(texts: Sequence[str]) -> tuple[str, ...]:
    rest = list(texts)
    while rest and rest[0] in _LINKS:
        rest = rest[1:]
    return tuple(rest)


def _answered(question: Parted, sides: ComparedSides, ask: Ask) -> tuple[AnswerCard, AnswerCard] | None:
    """Two sure figures in one unit and of one year: of money, else of what the words ask for, else how many."""
    second = _exchanged(question, sides) or sides.second
    if not sides.first or not second:
        return None
    said = _has_time(question, sides.first) and _has_time(question, second)
    texts = [" ".join(_with_time(question, own, other)) for own, other in permutations((sides.first, second))]
    measured = False
    for form in _ASKED_EN if texts[0].isascii() else _ASKED:
        if measured and form in _COUNTED:
            # Whoever speaks of money means no number of rows.
            return None
        first = _figure(form.format(texts[0]), ask)
        if first is None and form != _PLAIN:
            continue
        other = _second_figure(form, texts[1], ask)
        if form == _PLAIN:
            measured = any(each is not None and each.figures[0].unit != "count" for each in (first, other))
        if first is None or other is None or not _is_comparable(first, other, said=said):
            continue
        if sides.is_beside and not _is_alike_measured(question, second, first, other):
            other = _figure(f"{_naming(question, sides.first, first)} {' '.join(second)}", ask)
            if other is None or not _is_alike_measured(question, second, first, other):
                return None
            if not _is_comparable(first, other, said=said):
                return None
        part = _within(sides, texts, (first, other), ask)
        named = _is_named(question, sides.first, first, other) and _is_named(question, second, other, first)
        if part is not None and (named or part is not first):
            return part, other
    return None


def _second_figure(form: str, text: str, ask: Ask) -> AnswerCard | None:
    """The figure of the second side; «تعداد قراردادها» says itself that they are counted."""
    return _figure(form.format(text), ask) or (_figure(text, ask) if form in _COUNTED else None)


def _within(
    sides: ComparedSides, texts: Sequence[str], both: tuple[AnswerCard, AnswerCard], ask: Ask
) -> AnswerCard | None:
    """The first figure; of a share one that is part of the second, else such a one in its table, else none.

    «سهم مناقصهٔ عمومی از تعداد قراردادها» is of contracts, not tenders.
    """
    first, whole = both
    if not sides.is_share or is_part(first, whole):
        return first
    part = _figure(f"{texts[1]} {texts[0]}", ask)
    return part if part is not None and part.api != whole.api and is_part(part, whole) else None


def _figure(text: str, ask: Ask) -> AnswerCard | None:
    """The one figure that some words ask for; None where there is none, or it is not sure."""
    card = ask(text)
    is_figure = card is not None and card.kind in ("figure", "page") and card.is_sure and bool(card.figures)
    return card if card is not None and is_figure and card.understood is not None else None


def _is_named(question: Parted, texts: Sequence[str], own: AnswerCard, other: AnswerCard) -> bool:
    """Whether a side is of another dataset than the other side, and not of the same by a word that means both.

    «هزینه‌های جاری در برابر عمرانی» are two parts of one budget, and no contracts.
    """
    slugs = [each.understood.dataset for each in (own, other) if each.understood is not None]
    said = [each for each in _pieces(question, texts) if each.sense == "words" and not each.has("stop", "ask")]
    if len(set(slugs)) < 2 or not said:
        return True
    named = (each for phrase in said for each in phrase.of("dataset", "measure", "relation"))
    is_named = any(each.slug == slugs[0] and each.grade == "right" for each in named)
    return is_named or any(all(m.slug != slugs[1] for m in each.meanings) for each in said)


def _is_comparable(first: AnswerCard, second: AnswerCard, *, said: bool) -> bool:
    part, whole = first.figures[0], second.figures[0]
    if part.unit != whole.unit or part.unit == "percent" or first.api == second.api:
        return False
    if part.value is None or not whole.value:
        return False
    measures = [(each.understood.dataset, each.understood.measure or "") for each in (first, second) if each.understood]
    functions = {name.partition("_")[0] for _, name in measures}
    counts = functions <= {"count", "distinct"}
    if (len(functions) > 1 and not counts) or (not functions <= _ADDED and len(set(measures)) > 1):
        # A mean is held against no sum, and against no mean of something else.
        return False
    years = [(each.understood.period or "")[:4] if each.understood is not None else "" for each in (first, second)]
    return said or not all(years) or years[0] == years[1]


def _is_alike_measured(question: Parted, second: Sequence[str], first: AnswerCard, other: AnswerCard) -> bool:
    """Whether both sides are told by one number of one table, unless the second names its own.

    «مقایسهٔ بودجهٔ فضای سبز با آسفالت» is of two lines of the budget, and of no contract.
    """
    measured = [(each.understood.dataset, each.understood.measure) for each in (first, other) if each.understood]
    named = (each for phrase in _pieces(question, second) for each in phrase.of("dataset", "measure", "relation"))
    return len(set(measured)) < 2 or any(each.grade == "right" and each.slug == measured[1][0] for each in named)


def _naming(question: Parted, texts: Sequence[str], own: AnswerCard) -> str:
    """The words of a side that name its table."""
    slug = own.understood.dataset if own.understood is not None else ""
    said = [each for each in _pieces(question, texts) if any(m.slug == slug for m in each.of("dataset", "measure"))]
    return " ".join(each.text for each in said)


def _pieces(question: Parted, texts: Sequence[str]) -> list[Phrase]:
    """The pieces of a question that stand in one side of it."""
    words = [word.text for word in question.words]
    for start in range(len(words) - len(texts) + 1):
        if words[start : start + len(texts)] == list(texts):
            return [each for each in question.segments if each.start >= start and each.end <= start + len(texts)]
    return []


def _has_time(question: Parted, texts: Sequence[str]) -> bool:
    times = ({word.text for word in each.words} for each in question.segments if each.sense == "period")
    return any(words - _FROM <= set(texts) for words in times)


def _with_time(question: Parted, own: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    """A side with the period that only the other one says: "debt to revenue in 1403"."""
    times = [each for each in _pieces(question, other) if each.sense == "period"]
    if len(times) != 1 or _has_time(question, own):
        return own
    return (*own, *(word.text for word in times[0].words))


def _exchanged(question: Parted, sides: ComparedSides) -> tuple[str, ...] | None:
    """The first side with what the second says instead: «بودجهٔ ۱۴۰۴ چند برابر ۱۴۰۰»; None where it stands alone."""
    alone = sides.second[0] if len(sides.second) == 1 and sides.second[0].isdigit() else ""
    if alone and (years := [each for each in sides.first if each.isdigit()]) and len(years[-1]) == len(alone):
        # «بودجهٔ ۱۴۰۴ از ۱۴۰۳ بیشتر است»
        return tuple(alone if each == years[-1] else each for each in sides.first)
    behind = [each for each in _pieces(question, sides.second) if not each.has("stop", "ask")]
    before = _pieces(question, sides.first)
    idle = [each for each in _pieces(question, sides.second) if each not in behind]
    if any(each.text in NOBODY or any(m.target == _ELSEWHERE for m in each.of("ask")) for each in idle):
        # What is left out of the exchange is no word that says something.
        return None
    if not behind or any(each.has("dataset", "measure") for each in behind):
        return None
    words = list(sides.first)
    for piece in behind:
        place = next((each for each in before if _is_alike(each, piece)), None)
        if place is None:
            return None
        old = [word.text for word in place.words]
        for at in range(len(words) - len(old) + 1):
            if words[at : at + len(old)] == old:
                words[at : at + len(old)] = [word.text for word in piece.words]
                break
    return tuple(words)


def _is_alike(first: Phrase, second: Phrase) -> bool:
    """Whether two pieces are two values of one thing: years, districts, posts, units."""
    if first.sense != second.sense or first.sense not in ("period", "place", "words"):
        return False
    return first.sense != "words" or bool(_columns(first.meanings) & _columns(second.meanings))


def _columns(meanings: Sequence[Meaning]) -> set[tuple[str, str]]:
    return {(each.slug, each.field) for each in meanings if each.sense in ("value", "name") and each.field}
