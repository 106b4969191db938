"""Who has more of two that are named: «شهردار بیشتر می‌گیرد یا رئیس سازمان …», "who earned more, the mayor or …".

Two people, units or districts may be said by different columns, a post and a unit, so that no one question holds
both. Each is asked by itself; only two sure figures of one measure and one time are told beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, CardFigure, unit_of
from ayan.core.answers.cards.comparisons import AnsweredComparison, Way, compared_sides
from ayan.core.answers.cards.wording import number
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.composites.unfinished_answers import without_figure
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.directions import WEIGHED, more_or_less
from ayan.core.answers.words.morphology import Word
from ayan.core.values.label import Label

DIFFERENT: Final = Label(
    "{first}: {more}؛ {second}: {less}. تفاوت: {difference}. {sentence} {other}",
    "{first}: {more}; {second}: {less}. Difference: {difference}. {sentence} {other}",
)
SAME: Final = Label(
    "{first} و {second}: هر دو {more}. {sentence} {other}", "{first} and {second}: {more} each. {sentence} {other}"
)
DIFFERENCE: Final = Label("تفاوت", "Difference")
_OR: Final = frozenset(("یا", "or"))
_AND: Final = frozenset(("و", "با", "and", "with", "to"))
_TOWARDS: Final = "to"
_GLUE: Final = frozenset(("the", "of", "ی"))
_LEADING: Final = frozenset(("با", "و", "به", "از", "the"))
_WHOSE_ROWS: Final = frozenset(("که", "that", "who", "whose", "which"))
_COMPARED: Final = ("difference", "versus")
_COMPARES: Final = frozenset(("مقایسه", "compare", "comparison"))
_WHOSE: Final = ("unit", "place", "person", "company", "title")
_SAID: Final = ("value", "name", "service")
_ACTS: Final = ("stop", "ask", "superlative", "measure", "aggregate", "comparison", "page")
_FORMS: Final = ("{}", "{} چقدر", "how much {}")
_PAY: Final = {False: "حقوق {}", True: "pay of {}"}
_GETS: Final = frozenset((
    "میگیرد", "گرفته", "گرفت", "گرفتند", "درمیارد",
    "paid", "earn", "earns", "earned", "makes", "make", "gets",
))  # fmt: skip
_COUNTED: Final = ("تعداد {}", "number of {}", "{}")


@dataclass(frozen=True, slots=True)
class EitherSide:
    """The words of both sides, and what is asked of them: ``rest`` with a blank where the side stood.

    ``is_more`` says whether the larger comes first, ``is_difference`` that it is asked how far they are apart;
    ``fields`` are the columns, by their datasets, that the words of both sides name values of, and
    ``is_within`` says that somebody or something else is named beside them.
    """

    first: tuple[Word, ...]
    second: tuple[Word, ...]
    rest: str
    is_more: bool
    is_difference: bool
    counts: bool
    fields: frozenset[tuple[str, str]]
    is_within: bool

    @property
    def names(self) -> tuple[str, str]:
        """Both sides as they were written."""
        first, second = (" ".join(word.shown for word in words) for words in (self.first, self.second))
        return first, second

    def forms(self, called: str) -> Iterator[tuple[str, str]]:
        """Each way to ask both sides, then of the table that is ``called`` so."""
        first, second = (" ".join(word.text for word in words) for words in (self.first, self.second))
        for form in (*(_COUNTED if self.counts else _FORMS), *([f"{called} {{}}"] if called else ())):
            if form == "{}" or form.isascii() is self.rest.isascii():
                yield form.format(self.rest.format(first)), form.format(self.rest.format(second))
        words = self.rest.split()
        if _GETS & set(words) and not self.counts:
            # "Who is paid more": what somebody gets is pay.
            rest, pay = " ".join(each for each in words if each not in _GETS), _PAY[self.rest.isascii()]
            yield pay.format(rest.format(first)), pay.format(rest.format(second))
        elif not self.counts and not self.is_difference:
            # «آتش‌نشان بیشتر داریم یا راننده»: as many as there are of each, where nothing is measured.
            for form in _COUNTED[:2]:
                if form.isascii() is self.rest.isascii():
                    yield form.format(self.rest.format(first)), form.format(self.rest.format(second))


def either_side(facts: CityFacts, question: Parted, plain: AnswerCard | None, ask: Ask) -> tuple[AnswerCard, ...]:
    """Both sides, the larger one first, and then each of them; none where no two are named, or one question holds both.

    Where two are set against each other and no two figures can be told, the plain answer stays as a guess: it would be
    of one of them, or of both together.
    """
    sides = _sides(facts, question, is_empty=plain is not None and plain.kind == "nothing")
    if sides is None or (plain is not None and (_holds_both(plain, sides) or _compares_columns(plain))):
        return ()
    for first, second in sides.forms(_called(facts, plain, is_latin=question.words[0].is_latin)):
        cards = ask(first), ask(second)
        if (both := _card(sides, *cards)) is not None:
            return (both, *(each for each in cards if each is not None))
    if plain is None or plain.asked is None or not plain.is_sure:
        return ()
    return (without_figure(facts, plain, sides.names),)


def _compares_columns(plain: AnswerCard) -> bool:
    """Whether one column of each row is set against another."""
    return plain.is_sure and plain.asked is not None and bool(plain.asked.reading.compared)


def _holds_both(plain: AnswerCard, sides: EitherSide) -> bool:
    """Whether the one question tells both sides: groups by the column in which they differ alone."""
    asked = plain.asked if plain.is_sure else None
    if asked is None or asked.by is None:
        return False
    roles = {each.name: each.role for each in asked.dataset.published}
    held = {
        each.field: each.op
        for each in asked.scope.filters
        if (asked.dataset.slug, each.field) in sides.fields or (not sides.is_within and roles.get(each.field) in _WHOSE)
    }
    return held == {asked.by.field: "in"}


def _called(facts: CityFacts, plain: AnswerCard | None, *, is_latin: bool) -> str:
    """How the table is called that the plain answer is of; empty for none."""
    concept = facts.lexicon.words_of(plain.asked.dataset) if plain is not None and plain.asked is not None else None
    forms = (form for form, grade in concept.forms if grade == "right") if concept is not None else ()
    return next((form for form in forms if form.isascii() == is_latin), "")


def _sides(facts: CityFacts, question: Parted, *, is_empty: bool) -> EitherSide | None:
    segments = question.segments
    order = next((each for each in segments if more_or_less(_weighed(each)) is not None), None)
    apart = any(m.target in _COMPARED and m.grade == "right" for each in segments for m in each.of("comparison"))
    # «حقوق شهردار با رئیس سازمان»: nobody is both.
    is_said = bool(_COMPARES & {word.text for word in question.words})
    compared = apart or is_empty or is_said
    if (order is None and not compared) or any(each.sense in ("amount", "number") for each in segments):
        return None
    for at, segment in enumerate(segments):
        begins = segment.words[0].text
        # A name may hold the word that joins it: «با رئیس سازمان», «سازمان … با».
        ends = segment.words[-1].text in _AND and len(segment.words) > 1
        # "Garden to residential" is from what to what, and compares nothing.
        is_led = segment.text == _TOWARDS and not (apart or order is not None or is_said)
        is_sorts = _sorts_weighed(segments, at, order) is not None
        is_weighed = segment.text in _OR or is_sorts or _is_than(segments, at, order)
        is_joint = is_weighed or (compared and not is_led and (segment.text in _AND or begins in _AND or ends))
        if not is_joint:
            continue
        start = at if begins in _AND and len(segment.words) > 1 else at + 1
        if (pair := _sorts_weighed(segments, at, order)) is not None:
            return _either(facts, segments, at, pair, order, is_difference=apart)
        second = _run(segments, range(start, len(segments)))
        first = _run(segments, range(at if ends else at - 1, -1, -1))
        if not first and _is_than(segments, at, order):
            first = _run(segments, range(_last_named(segments, at), -1, -1))
        if first and second and _are_alike(segments, first, second):
            return _either(facts, segments, at, (first, second), order, is_difference=apart)
    return None


def _sorts_weighed(
    segments: Sequence[Phrase], at: int, order: Phrase | None
) -> tuple[Sequence[int], Sequence[int]] | None:
    """The places of two sorts of the same that are weighed, which name their table, too: «کیوسک‌ها از غرفه‌ها بیشتر»."""
    if order is None or segments[at].text not in ("از", "than", *_OR) or not 0 < at < len(segments) - 1:
        return None
    before = next((place for place in range(at - 1, -1, -1) if segments[place].has("value")), None)
    if before is None or (segments[at].text == "از" and segments.index(order) != at + 2):
        return None
    first, second = (
        {(each.slug, each.field): each.code for each in segments[place].of("value") if each.code}
        for place in (before, at + 1)
    )
    both = [
        place
        for place in first.keys() & second.keys()
        if first[place] != second[place]
        and any(
            each.slug == place[0] and each.grade == "right"
            for side in (before, at + 1)
            for each in segments[side].of("dataset")
        )
    ]
    return ((before,), (at + 1,)) if both else None


def _is_than(segments: Sequence[Phrase], at: int, order: Phrase | None) -> bool:
    """Whether a piece joins two that are weighed: «منطقهٔ ۱ چقدر از منطقهٔ ۲ بیشتر», "is district 1 larger than …"."""
    if order is None or any(each.text in _WHOSE_ROWS for each in segments[:at]):
        # «مدیرانی که حقوقشان از شهردار بیشتر است» are rows.
        return False
    place = segments.index(order)
    if segments[at].text == "than":
        return place < at
    behind = next((each for each in range(at + 1, len(segments)) if not _is_named(segments[each])), -1)
    return segments[at].text == "از" and place == behind > at + 1


def _last_named(segments: Sequence[Phrase], before: int) -> int:
    return next((at for at in range(before - 1, -1, -1) if _is_named(segments[at])), -1)


def _weighed(phrase: Phrase) -> str:
    return next((word.text for word in phrase.words if word.text in WEIGHED or more_or_less(word.text)), "")


def _run(segments: Sequence[Phrase], places: range) -> list[int]:
    """The places of the neighbouring pieces that name somebody or something, the nearest first met."""
    run: list[int] = []
    for place in places:
        if _is_named(segments[place]):
            run.append(place)
        elif segments[place].text in _GLUE and (run or places.step > 0):
            continue
        elif run or places.step > 0:
            break
    return sorted(run)


def _is_named(phrase: Phrase) -> bool:
    if phrase.sense == "place":
        return True
    if phrase.sense != "words" or phrase.has(*_ACTS) or any(m.grade == "right" for m in phrase.of("dataset")):
        return False
    heads = any(each.target.endswith(".head_post") for each in phrase.of("relation"))
    of_people = any(each.target.endswith(".name") for each in phrase.of("thing"))
    return phrase.has(*_SAID) or heads or of_people


def _are_alike(segments: Sequence[Phrase], first: Sequence[int], second: Sequence[int]) -> bool:
    """Whether neither side is what is measured, as in "budget or actual"."""
    return all(not segments[place].has("measure") for place in (*first, *second))


def _either(
    facts: CityFacts,
    segments: Sequence[Phrase],
    joint: int,
    runs: tuple[Sequence[int], Sequence[int]],
    order: Phrase | None,
    *,
    is_difference: bool,
) -> EitherSide:
    first, second = (tuple(_words(segments, run)) for run in runs)
    named = (m for run in runs for place in run for m in segments[place].meanings if m.sense in _SAID and m.field)
    places = {(each.slug, each.field) for each in named}
    if any(segments[place].sense == "place" for run in runs for place in run):
        places |= {
            (dataset.slug, own.name)
            for dataset in facts.lexicon.datasets.values()
            for own in dataset.published
            if own.role in ("place", "unit")
        }
    held = {*range(runs[0][0], runs[0][-1] + 1), *range(runs[1][0], runs[1][-1] + 1), joint}
    rest = []
    for place, segment in enumerate(segments):
        if place == runs[0][0]:
            rest.append("{}")
        if place in held or _only_compares(segment):
            continue
        rest += [word.text for word in segment.words if more_or_less(word.text) is None and word.text not in _COMPARES]
    kept = [each for place, each in enumerate(segments) if place not in held]
    way = more_or_less(_weighed(order)) if order is not None else None
    counts = _counts(kept) and way is not None
    rest_text = " ".join(rest)
    is_apart = is_difference and order is None
    return EitherSide(
        first, second, rest_text, way != "below", is_apart, counts, frozenset(places), any(map(_is_named, kept))
    )


def _words(segments: Sequence[Phrase], run: Sequence[int]) -> Iterator[Word]:
    words = [word for place in range(run[0], run[-1] + 1) for word in segments[place].words]
    while words and words[0].text in _LEADING:
        words.pop(0)
    while words and words[-1].text in _AND:
        words.pop()
    yield from words


def _only_compares(phrase: Phrase) -> bool:
    if len(phrase.words) == 1 and more_or_less(phrase.words[0].text) is not None:
        return True
    asks = any(each.target in ("answer:person", "answer:list") for each in phrase.of("ask"))
    return asks or any(each.target in (*_COMPARED, "between") for each in phrase.of("comparison"))


def _counts(kept: Sequence[Phrase]) -> bool:
    """Whether more of some things are asked, which have no figure of their own: «بیشتر قرارداد بسته»."""
    if any(each.has("measure") or any(m.target == "answer:money" for m in each.of("ask")) for each in kept):
        return False
    named = [m for each in kept for m in each.of("dataset") if m.grade == "right"]
    return bool(named) and all(m.concept is None or m.concept.text("shape") != "figure" for m in named)


def _card(sides: EitherSide, left: AnswerCard | None, right: AnswerCard | None) -> AnswerCard | None:
    if left is None or right is None or left.asked is None or right.asked is None:
        return None
    if left.asked.period != right.asked.period or not _are_of_one_column(left.asked, right.asked):
        return None
    way: Way = "apart" if sides.is_difference else "more" if sides.is_more else "less"
    return side_by_side((left, right), way, sides.names)


def _are_of_one_column(first: AskedQuestion, second: AskedQuestion) -> bool:
    """Whether what is counted on both sides differs by values of the same columns: no post against a unit."""
    if any(each.function != "count" for side in (first, second) for each in side.measures[:1]):
        return True
    own, other = (
        {each.field for each in side.scope.filters if each not in beside.scope.filters}
        for side, beside in ((first, second), (second, first))
    )
    return own == other


def side_by_side(
    cards: tuple[AnswerCard, AnswerCard], way: Way, said: tuple[str, str] | None = None
) -> AnswerCard | None:
    """Two figures of one measure told beside each other; None where they are no such figures.

    ``said`` is what both are called where no condition of their own tells them apart.
    """
    left, right = cards
    first, second = left.asked, right.asked
    if first is None or second is None or not all(map(_is_figure, cards)) or left.api == right.api:
        return None
    if first.dataset != second.dataset or first.measures[0] != second.measures[0]:
        return None
    dataset, measure = first.dataset, first.measures[0]
    sides = compared_sides(first, second, said)
    names = {left.api: sides[0].name, right.api: sides[1].name}
    ranked = sorted(cards, key=lambda each: Decimal(each.figures[0].value or 0), reverse=way != "less")
    more, less = (Decimal(each.figures[0].value or 0) for each in ranked)
    apart = abs(more - less)
    text = (DIFFERENT if apart else SAME).filled(
        lambda lang: {
            "first": names[ranked[0].api].of(lang),
            "second": names[ranked[1].api].of(lang),
            "more": number(dataset, measure, _whole(more), lang),
            "less": number(dataset, measure, _whole(less), lang),
            "difference": number(dataset, measure, _whole(apart), lang),
            "sentence": ranked[0].text.of(lang),
            "other": ranked[1].text.of(lang),
        }
    )
    unit = unit_of(dataset, measure)
    both = [CardFigure(names[each.api], each.figures[0].value, unit) for each in ranked]
    between = CardFigure(DIFFERENCE, _whole(apart), unit)
    figures = (between, *both) if way == "apart" else (*both, between)
    return replace(ranked[0], kind="figure", text=text, figures=figures, comparison=AnsweredComparison(way, sides))


def _is_figure(card: AnswerCard) -> bool:
    return card.kind in ("figure", "page") and card.is_sure and bool(card.figures) and card.figures[0].value is not None


def _whole(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value
