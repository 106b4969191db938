"""The box that answers: from a question in people's words to its answers, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Final

from ayan.core.answers.account.few_rows import found_instead, looser, of_few, of_plan
from ayan.core.answers.account.guessed_groups import answered_of, guessed
from ayan.core.answers.account.joined_readings import joined_first
from ayan.core.answers.account.narrowed_reading import held_in_rows, narrowed_reading, settled
from ayan.core.answers.account.reading_rank import (
    LESS,
    closest,
    of_code,
    rates_first,
    services_before_guesses,
    uses_all,
    whole_first,
    without_numbers,
)
from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.answers.cards import refusals, registers
from ayan.core.answers.cards.cards import AnswerCard, card, takes_all
from ayan.core.answers.cards.titled_rows import (
    nearest_service,
    of_title_word,
    service_in_english,
    titled_rows,
    unpublished_title,
    with_values_asked,
)
from ayan.core.answers.cards.told_instead import instead, with_uncounted
from ayan.core.answers.cards.unnumbered_companies import with_left_out
from ayan.core.answers.cards.year_pages import with_shares, year_page
from ayan.core.answers.composites.composed_questions import composed, worked_out
from ayan.core.answers.composites.named_rank import named_rank
from ayan.core.answers.composites.per_head import per_head
from ayan.core.answers.composites.unfinished_answers import as_guesses, unfinished
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.alternatives import (
    compared_first,
    further_readings,
    measured_elsewhere,
    of_newest_year,
    of_other_place,
    other_readings,
    readings_of_amounts,
)
from ayan.core.answers.grammar.asked_question import AskedQuestion, of_all_years
from ayan.core.answers.grammar.comparisons import own_periods, years_beside
from ayan.core.answers.grammar.pointed_rows import below
from ayan.core.answers.grammar.shapes import asked
from ayan.core.answers.limits import (
    FEWEST_ANSWERS,
    FURTHER_PROCESSOR,
    MOST_ANSWERS,
    MOST_TRIED,
)
from ayan.core.answers.pieces.cues import Cues, cues
from ayan.core.answers.pieces.partition import parted
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.readings.compared_columns import without_compared
from ayan.core.answers.readings.interpretation import Reading, readings
from ayan.core.answers.readings.word_uses import pointed
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.store.objects import StoreError
from ayan.core.system.processor_budget import spending

_TELLING: Final = 0.5
"""Below it no word of a question says enough about a dataset."""
_LOOKED_UP: Final = 4.0
"""The same of one whose rows were only looked up by a word."""


def answer(facts: CityFacts, text: str) -> BoxAnswer:
    """The answers to a question, the best first; none where nothing of it was understood."""
    given = _given(facts, text)
    return replace(given, cards=with_left_out(facts, given.cards))


def _given(facts: CityFacts, text: str) -> BoxAnswer:
    question = parted(facts.lexicon, text, facts.today)

    def ask(part: str) -> AnswerCard | None:
        return _answer_of_part(facts, part)

    facts.is_cut_short = facts.gave_up = False
    first, is_given_up = worked_out(facts, question, ask)
    if first is not None:
        return BoxAnswer((first,), question.fixed, (), bool(facts.lexicon.pending), is_whole=True)
    try:
        plain = _answer(facts, question)
    except (Unanswered, StoreError):
        return unfinished(BoxAnswer((), question.fixed, (), bool(facts.lexicon.pending)))
    return unfinished(plain) if is_given_up else composed(facts, question, text, plain, ask)


def _answer_of_part(facts: CityFacts, text: str) -> AnswerCard | None:
    """The first answer to a part of a question, put by itself."""
    return next(iter(_answer(facts, parted(facts.lexicon, text, facts.today), is_part=True).cards), None)


def _answer(facts: CityFacts, question: Parted, *, is_part: bool = False) -> BoxAnswer:
    """The answers to what is asked of one table at a time; of a part of a question the first answer alone."""
    wanted = cues(question)
    read = [
        _within(facts, below(facts, each), wanted)
        for each in readings(facts.lexicon, question, facts.today)
        if each.score >= _TELLING or each.named or (wanted.grouped and each.grounded)
    ]
    read = rates_first(facts, joined_first(facts, compared_first(read), wanted), wanted)
    given: list[AnswerCard] = []
    is_passed_over = facts.gave_up
    for each in _cards(facts, question, wanted, read):
        # Before the first of them nothing better may have been given up.
        is_passed_over = is_passed_over or (not given and facts.gave_up)
        given.append(registers.as_service(facts, each))
        if is_part and not _is_last(given[-1]):
            break
    given = services_before_guesses(question, sorted(given, key=_is_last))
    if wanted.permission:
        given = without_numbers(given)
    shown = tuple(_unique(given))[:MOST_ANSWERS]
    if (
        shown
        and (shown[0].asked is not None or shown[0].kind == "record")
        and len(shown) < FEWEST_ANSWERS
        and not is_part
        and not is_passed_over
        and not wanted.permission
    ):
        shown = _filled(facts, shown, read, wanted)
    if not shown or shown[0].kind == "nothing" or not shown[0].is_sure:
        titled = titled_rows(facts, question, wanted) if _may_be_title(wanted, shown) else ()
        shown = tuple(_unique((*titled, *shown)))[:MOST_ANSWERS]
    if (not shown or shown[0].kind in ("service", "nothing") or not shown[0].is_sure or not read[:1]) and (
        untold := unpublished_title(facts, question)
    ) is not None:
        shown = tuple(_unique((untold, *shown)))[:MOST_ANSWERS]
    if not shown and not wanted.count and (service := nearest_service(facts, question, wanted)) is not None:
        shown = (service,)
    if not shown and (nearest := of_title_word(facts, question)) is not None:
        shown = (nearest,)
    if not shown:
        shown = tuple(_unique(_of_things(facts, question, wanted)))[:MOST_ANSWERS]
    shown = with_uncounted(facts, shown, wanted)
    if is_passed_over or (facts.gave_up and not given):
        shown = as_guesses(shown)
    unread: tuple[str, ...] = ()
    if read and shown and not shown[0].is_sure:
        unread = tuple(word for word in shown[0].left if word not in read[0].absent)
    named = frozenset(
        each.concept.id
        for phrase in question.segments
        for each in phrase.meanings
        if each.concept and each.grade == "right"
    )
    is_whole = bool(shown) and takes_all(shown[0], len(question.words), asks=not wanted.bare)
    return BoxAnswer(shown, question.fixed, unread, bool(facts.lexicon.pending), facts.is_cut_short, named, is_whole)


def _is_last(each: AnswerCard) -> bool:
    """Whether an answer comes after all others: that no row meets what was only guessed."""
    return each.kind == "nothing" and not each.is_sure


def _of_things(facts: CityFacts, question: Parted, wanted: Cues) -> Iterator[AnswerCard]:
    """Where no dataset is named: the one whose rows are the things that are named, and what it cannot be asked by."""
    for reading in readings(facts.lexicon, question, facts.today):
        homes = {pointed(each) for phrase in question.segments for each in phrase.of("thing")}
        if reading.dataset.slug in homes and facts.has_rows(reading.dataset):
            known = replace(reading, grounded=True, unread=reading.unread or ("",))
            yield from _of_readings(facts, [known], wanted)
            return


def _may_be_title(wanted: Cues, shown: Sequence[AnswerCard]) -> bool:
    """Whether nothing was refused, so that the words may be those of a title."""
    refused = bool(shown) and shown[0].kind == "nothing" and shown[0].asked is None
    return not refused and not wanted.own and not wanted.judged


def _filled(
    facts: CityFacts, shown: tuple[AnswerCard, ...], read: Sequence[Reading], wanted: Cues
) -> tuple[AnswerCard, ...]:
    """The answers with further ones, as many as there is time for: without these the answer is whole all the same."""
    is_cut_short = facts.is_cut_short
    with spending(FURTHER_PROCESSOR):
        others = _further(facts, shown[0], read, wanted)
        shown = tuple(islice(_unique(chain(shown, others)), FEWEST_ANSWERS))
    facts.is_cut_short = is_cut_short
    return shown


def _further(facts: CityFacts, shown: AnswerCard, read: Sequence[Reading], wanted: Cues) -> Iterator[AnswerCard]:
    """What else may be meant: another dataset that all words fit, then the same rows asked otherwise."""
    first = shown.asked
    if first is None:
        whole = (each for each in read[:MOST_TRIED] if uses_all(facts, each, wanted))
        answered = (card for each in whole for card in _of_periods(facts, each, wanted))
        yield from (each for each in answered if each.is_sure and each.kind != "nothing")
        return
    elsewhere = _elsewhere(facts, first, read, wanted, is_empty=shown.kind == "nothing")
    if not first.is_sure and first.shape == "list":
        yield from islice(guessed(facts, read, wanted), 1)
    is_of_no_year = shown.kind == "nothing" and first.is_sure and first.period is not None
    others: Iterable[AskedQuestion] = further_readings(facts, first, wanted)
    if shown.kind == "nothing":
        newest = [of_newest_year(facts, first)] if is_of_no_year else []
        others = [*newest, *of_other_place(facts, first), *looser(facts, first)]
    yield from islice(elsewhere, 1)
    yield from answered_of(facts, others)
    yield from elsewhere


def _elsewhere(
    facts: CityFacts, first: AskedQuestion, read: Sequence[Reading], wanted: Cues, *, is_empty: bool
) -> Iterator[AnswerCard]:
    """The answers of other datasets in which every word is used; where the first does not use all, of any near it."""
    best = read[0].score if read else 0.0
    for reading in read[:MOST_TRIED]:
        if reading.dataset == first.dataset or reading.score < best - LESS:
            continue
        # Behind that nothing was found stands whatever else may have been meant.
        is_open = not first.is_sure or is_empty
        if is_open or uses_all(facts, reading, wanted):
            answered = _of_periods(facts, reading, wanted)
            yield from (each for each in answered if each.kind != "nothing" and (each.is_sure or is_open))


def _within(facts: CityFacts, reading: Reading, wanted: Cues) -> Reading:
    """A reading; not sure where parts of a year are asked of what is recorded once a year."""
    finer = wanted.by_time in ("month", "quarter") and not wanted.each_month
    if not finer or not facts.has_rows(reading.dataset) or facts.time(reading.dataset) is None:
        return reading
    return reading if facts.is_within_years(reading.dataset) else replace(reading, unread=(*reading.unread, ""))


def _cards(facts: CityFacts, question: Parted, wanted: Cues, read: Sequence[Reading]) -> Iterator[AnswerCard]:
    refused = refusals.refused(facts, question, wanted, read)
    if refused is not None:
        yield refused
        return
    if (lacking := refusals.lacking_reading(read)) is not None:
        yield refusals.lacking(facts, lacking)
        yield from instead(facts, lacking, wanted)
        yield from registers.services(facts, question, read)
        return
    if (belonging := of_code(question, wanted, read)) is not None:
        # What belongs to a record, before the record.
        yield from (each for each in _of_readings(facts, [belonging], wanted) if each.kind != "nothing")
    yield from with_values_asked(facts, question, registers.coded(facts, question, read))
    if wanted.own and read and "how-to" not in wanted.asks:
        # How something is done is told to everybody.
        yield refusals.own(read[0])
    if wanted.columns and read and not any(each.compared for each in read):
        # Neither column is the answer; both are shown in the rows, of which no number is given.
        yield registers.comparing(facts, question) or refusals.uncompared(facts, read[0])
        yield from _of_readings(facts, [each for each in read if each.grounded], wanted)
        return
    pages = list(registers.pages(question))
    if pages and registers.is_page_asked(question, read):
        yield from pages
        pages = []
        read = [each for each in read if each.named]
    guide = service_in_english(facts, question, wanted) or registers.guide(facts, question, wanted, read)
    if guide is not None:
        yield guide
    services = list(registers.services(facts, question, read))
    if services and registers.is_service_asked(question, wanted, read):
        yield from services
        services = []
    entity = registers.entity(facts, question, wanted, read)
    if entity is not None:
        yield from with_values_asked(facts, question, (entity,))
    # Words that only stand in rows are found by the search beside the answers.
    yield from _of_readings(facts, [each for each in read if each.grounded], wanted)
    yield from services
    yield from pages


def _of_readings(facts: CityFacts, read: Sequence[Reading], wanted: Cues) -> Iterator[AnswerCard]:
    """The answers to the closest readings; where these find no rows, those to the next that find any come first."""
    empty: list[AnswerCard] = []
    is_told = False
    for reading in closest(whole_first(facts, read, wanted)):
        if reading.absent and (reading.named or reading.keys or reading.measures):
            yield refusals.absent(reading)
        for each in _of_periods(facts, reading, wanted):
            if each.kind == "nothing":
                empty.append(each)
            else:
                is_told = True
                yield each
    if not is_told:
        for reading in read[1:MOST_TRIED]:
            # A dataset that nobody named lists its rows, unless a number of it was asked for.
            second = reading if reading.named or reading.measures else replace(reading, grounded=False)
            others = [each for each in _of_periods(facts, second, wanted) if each.kind != "nothing"]
            # What was understood in whole and has no rows is an answer, before a guess.
            is_near = reading.score >= read[0].score - (_LOOKED_UP if _is_looked_up(empty) else LESS)
            if others and is_near and (others[0].is_sure or not (empty and empty[0].is_sure)):
                if others[0].kind == "figure" and _is_named_right(read[0]) and empty and empty[0].is_sure:
                    # A number of something else never stands before that what was named has no rows.
                    yield from empty
                    empty = []
                yield from others
                break
    yield from empty


def _is_named_right(reading: Reading) -> bool:
    """Whether a word that says nothing else names the dataset."""
    phrases = reading.parted.segments
    return any(m.slug == reading.dataset.slug and m.grade == "right" for each in phrases for m in each.of("dataset"))


def _is_looked_up(empty: Sequence[AnswerCard]) -> bool:
    """Whether no row was found as no text holds a word: what it names may be another table's."""
    return (
        bool(empty) and empty[0].understood is not None and "__contains" in "".join(dict(empty[0].understood.filters))
    )


def _of_periods(facts: CityFacts, reading: Reading, wanted: Cues) -> Iterator[AnswerCard]:
    """The answers to one reading, for each of the periods that are compared."""
    wanted = years_beside(facts, reading, wanted)
    for period in own_periods(facts, reading, wanted):
        yield from _of_reading(facts, reading, replace(wanted, period=period))


def _of_reading(facts: CityFacts, reading: Reading, wanted: Cues) -> Iterator[AnswerCard]:
    """The answers to one reading: of each way to read an amount without a unit."""
    reading = measured_elsewhere(facts, reading, wanted)
    wanted = without_compared(wanted, reading.compared)
    if not facts.has_rows(reading.dataset):
        yield refusals.unpublished(reading.dataset, facts.today)
        return
    for other in readings_of_amounts(wanted):
        try:
            if wanted.per_head and (each_gets := per_head(facts, reading, wanted)) is not None:
                yield each_gets
                return
            if (place := named_rank(facts, reading, wanted)) is not None:
                yield place
                return
            question = asked(facts, reading, wanted, other=other)
            if not question.reading.is_sure:
                question = narrowed_reading(facts, reading, wanted, other=other) or question
            question = settled(facts, question, wanted)
            answered = held_in_rows(facts, question, wanted) or card(facts, question)
            if answered.kind == "nothing" and (other_rows := found_instead(facts, question)) is not None:
                question, answered = other_rows, card(facts, other_rows)
            if answered.kind == "nothing" and question.chosen:
                # Where nobody said a year, one without such rows is no answer.
                question = of_all_years(facts, question)
                answered = card(facts, question)
        except (Unanswered, StoreError, BadQuestion):
            continue
        if (planned := of_plan(question, answered)) is not None:
            yield from answered_of(facts, [planned])
        if answered.kind == "figure" and (each := of_few(facts, question, wanted)) is not None:
            # Of a few rows each is told, before what lies in the middle of them.
            yield card(facts, each)
        yield _beside(facts, question, answered, wanted)
        yield from answered_of(facts, other_readings(facts, question))


def _beside(facts: CityFacts, question: AskedQuestion, answered: AnswerCard, wanted: Cues) -> AnswerCard:
    """An answer on the page of its year, where the dataset has one and nothing more was asked."""
    page = year_page(facts, question, wanted)
    if page is None or answered.kind != "figure":
        return answered
    kind = answered.kind if wanted.wants_figure or question.reading.measures else "page"
    try:
        whole = card(facts, with_shares(question))
    except (Unanswered, StoreError):
        # The figure itself is there; only what stands beside it is not.
        facts.gave_up, whole = False, answered
    return replace(whole if whole.kind == "figure" else answered, url=page, kind=kind)


def _unique(answers: Iterable[AnswerCard]) -> Iterator[AnswerCard]:
    known: set[tuple[str, str]] = set()
    records: list[object] = []
    for each in answers:
        name = (each.kind, each.api or each.url)
        if each.kind == "record":
            records += each.rows
        if each.kind == "list" and len(each.rows) == 1 and each.rows[0] in records:
            # The record itself stands above.
            continue
        if name not in known:
            known.add(name)
            yield each
