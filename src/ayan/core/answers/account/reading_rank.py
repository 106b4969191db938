"""Which of the readings of a question is answered first: one that uses every word before one that does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ayan.core.answers.account.word_account import word_account
from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.alternatives import measured_elsewhere
from ayan.core.answers.grammar.conditions import bounded
from ayan.core.answers.grammar.group_keys import actor_key
from ayan.core.answers.grammar.shapes import asked
from ayan.core.answers.grammar.share_parts import is_rate_asked
from ayan.core.answers.limits import MOST_READINGS, MOST_TRIED
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.readings.compared_columns import without_compared
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.store.objects import StoreError

# A second reading that says almost as much of the question is told beside the first.
_CLOSE: Final = 0.35
LESS: Final = 2.5
"""How much less a reading with rows may explain than one without any, to be told in its place."""


def whole_first(facts: CityFacts, read: Sequence[Reading], wanted: Cues) -> Sequence[Reading]:
    """The readings; one that uses every word comes before a first one that does not, where it is near."""
    if not read or read[0].joined:
        return read
    most = wanted.order.concept if wanted.order is not None else None
    if "person" in wanted.asks and most is not None and most.text("on") == "measure":
        read = _of_people_first(facts, read, wanted)
    of_groups = bool(bounded(read[0], wanted, other=False).group_bounds)
    is_whole = uses_all(facts, read[0], wanted)
    if is_whole and not of_groups:
        return read
    if is_whole:
        rows = [each for each in read[1:MOST_TRIED] if each.named and each.score >= read[0].score - LESS]
        rows = [each for each in rows if not bounded(each, wanted, other=False).group_bounds]
        # A number that stands in a column is asked of rows, before it is of groups.
        of_rows = next((each for each in rows if uses_all(facts, each, wanted)), None)
        return read if of_rows is None else [of_rows, *(each for each in read if each is not of_rows)]
    near = [each for each in read[1:MOST_TRIED] if each.score >= read[0].score - LESS]
    near = [each for each in near if not _only_mentions(each, read[0])]
    if read[0].named and (wanted.grouped or wanted.by_time):
        # That a key is left over makes it no question about rows that nobody named.
        near = [each for each in near if each.named]
    is_thing = read[0].dataset.slug in facts.lexicon.registers
    if read[0].named and not is_thing and read[0].absent and set(read[0].unread) <= set(read[0].absent):
        # What is named cannot be asked by that place or time, which is an answer.
        near = [each for each in near if each.named]
    whole = next((each for each in near if uses_all(facts, each, wanted)), None)
    return read if whole is None else [whole, *(each for each in read if each is not whole)]


def _of_people_first(facts: CityFacts, read: Sequence[Reading], wanted: Cues) -> Sequence[Reading]:
    """The readings, one that can say who first: «کی بیشتر از همه رأی مخالف داده» is of votes, and of no resolution."""
    if actor_key(read[0]) is not None or read[0].names:
        return read
    near = (each for each in read[1:MOST_TRIED] if each.score >= read[0].score - LESS and actor_key(each) is not None)
    of_people = next((each for each in near if uses_all(facts, each, wanted)), None)
    return read if of_people is None else [of_people, *(each for each in read if each is not of_people)]


def _only_mentions(reading: Reading, first: Reading) -> bool:
    """Whether what the first reading is of is no more than a column of this one: «قرارداد» of a stall.

    «چند درصد قراردادها …» is of contracts, whatever else has a contract.
    """
    slug, other = reading.dataset.slug, first.dataset.slug
    pointers = {each.name for each in reading.dataset.published if each.required and each.ref is not None}
    segments = reading.parted.segments
    for at, phrase in enumerate(segments):
        # «قراردادایی که …»
        is_said_of = phrase.plural or (at + 1 < len(segments) and segments[at + 1].text == "که")
        if not (is_said_of and any(each.slug == other and each.grade == "right" for each in phrase.of("dataset"))):
            continue
        own = [each for each in phrase.meanings if each.slug == slug]
        if own and all(each.sense == "field" and each.field not in pointers for each in own):
            return not reading.named
    return False


def rates_first(facts: CityFacts, read: list[Reading], wanted: Cues) -> list[Reading]:
    """The readings, the table of rates first where somebody asks how many per cent what it names is."""
    rates = [each for each in read if wanted.share and is_rate_asked(facts, each) and facts.has_rows(each.dataset)]
    return [*rates, *(each for each in read if each not in rates)]


def services_before_guesses(question: Parted, given: list[AnswerCard]) -> list[AnswerCard]:
    """The answers, a service first whose name the rows before it left out: «هزینهٔ صدور پایان‌کار» of permits."""
    if not given or given[0].is_sure or given[0].kind != "list":
        return given
    named = [each for each in question.segments if any(m.grade == "right" for m in each.of("service"))]
    left = set(given[0].left)
    is_left = any(left & {phrase.text, *(word.shown for word in phrase.words)} for phrase in named)
    return sorted(given, key=lambda each: each.kind != "service") if is_left else given


def without_numbers(given: Sequence[AnswerCard]) -> list[AnswerCard]:
    """The answers without those that are a number of many rows, which tells nobody what they may do."""
    return [each for each in given if each.kind != "figure" and not each.groups]


def uses_all(facts: CityFacts, reading: Reading, wanted: Cues) -> bool:
    """Whether every word of a question is understood by a reading, and used in what would be asked of the data."""
    if not reading.is_sure or not facts.has_rows(reading.dataset):
        return reading.is_sure
    wanted = without_compared(wanted, reading.compared)
    try:
        return word_account(facts, asked(facts, measured_elsewhere(facts, reading, wanted), wanted), wanted).is_whole
    except (Unanswered, StoreError, BadQuestion):
        return False


def of_code(question: Parted, wanted: Cues, read: Sequence[Reading]) -> Reading | None:
    """The reading of rows that point to a record by its number: «الحاقیه‌های قرارداد …»; None where no such are asked.

    Whoever did something to a record stands in such rows, and not in the record: «کی به مصوبهٔ … رأی داد».
    """
    if not read or not any(phrase.sense == "code" for phrase in question.segments):
        return None
    is_of_others = wanted.count or ("person" in wanted.asks and not _is_of_somebody(read[0]))
    near = read[:MOST_TRIED] if is_of_others else read[:1]
    for reading in near:
        dataset = reading.dataset
        is_said = reading.named or bool(reading.measures) or len(reading.filters) > 1
        # A code may be of another register, though the declaration does not say of which.
        eq = (dataset.field(each.field) for each in reading.filters if each.op == "eq")
        refs = {each.name for each in eq if each.ref is not None or each.kind.is_code}
        is_belonging = reading.is_sure and is_said and bool(refs) and dataset.key != tuple(refs)
        if is_belonging and (reading is read[0] or _is_of_somebody(reading)):
            return reading
    return None


def _is_of_somebody(reading: Reading) -> bool:
    return any(each.role in ("person", "company") for each in reading.dataset.published)


def closest(read: Sequence[Reading]) -> Iterator[Reading]:
    """The best reading, and those that are as good as it: they explain as many words and score almost the same."""
    for reading in read[:MOST_READINGS]:
        if reading is read[0] or (
            reading.score >= read[0].score - _CLOSE and len(reading.explained) >= len(read[0].explained)
        ):
            yield reading
