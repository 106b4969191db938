"""Words of a question that nothing took into account: the rows whose texts hold them, or a list that says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.answers.account.aimed_contents import OUT_OF
from ayan.core.answers.account.word_account import word_account
from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list, of_all_years
from ayan.core.answers.grammar.pointed_rows import (
    pointed_datasets,
    pointing,
    pointing_to_named,
    pointing_to_value,
)
from ayan.core.answers.grammar.shapes import asked
from ayan.core.answers.limits import MOST_HELD, MOST_WORDINGS, SHORTEST_STEM
from ayan.core.answers.pieces.cues import PARTS_OF_TIME, Cues
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.readings.look_ups import is_way_elsewhere, wordings
from ayan.core.answers.words.morphology import form_words, is_light_verb, is_negative, plain
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

_CALLED: Final = ("title", "category", "unit", "place", "")
"""The columns that say what a row is of, the first first."""
_ACTORS: Final = ("company", "person")
_TOWARDS: Final = frozenset(("به", "to"))
_GRAMMAR: Final = (
    "ask", "aggregate", "superlative", "comparison", "period", "stop", "unit", "measure", "hidden", "lack",
)  # fmt: skip
"""Words that say how a question is meant: texts that hold such say nothing of it."""
_BY: Final = ("value", "service", "dataset", "page", "thing")


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring pieces that were left over; ``behind`` is the word before them."""

    phrases: tuple[Phrase, ...]
    behind: str

    @property
    def towards(self) -> bool:
        """Whether something is given to what they name: «به …»."""
        return self.behind in _TOWARDS

    @property
    def is_whole_of(self) -> bool:
        """Whether something is a part of what they name: «از …»."""
        return self.behind in OUT_OF

    @property
    def shown(self) -> str:
        return " ".join(word.shown for phrase in self.phrases for word in phrase.words)


def settled(facts: CityFacts, question: AskedQuestion, wanted: Cues) -> AskedQuestion:
    """A question with every word in it: what is left over is looked for in the rows, else it is a list that says so.

    A figure is of what was understood alone, so none is given where a word would have made it another.
    """
    account = word_account(facts, question, wanted)
    if account.is_whole:
        return question
    held = narrowed(facts, question, account.left)
    if held is not None:
        return held
    honest = question if question.shape in ("ranking", "list") else as_list(facts, question)
    if len(account.left) > 1 and honest.shape == "list":
        honest = partly_narrowed(facts, honest, account.left)
        account = word_account(facts, honest, wanted)
    return replace(honest, left=account.words)


def narrowed_reading(facts: CityFacts, reading: Reading, wanted: Cues, *, other: bool) -> AskedQuestion | None:
    """The question of a reading whose words without a meaning stand in rows, if these alone are asked; else None."""
    if not all(reading.unread) or reading.absent or not (reading.named or reading.measures or reading.related):
        return None
    sure = asked(facts, replace(reading, unread=(), looked_up=(), grounded=True), wanted, other=other)
    account = word_account(facts, sure, wanted)
    if account.is_whole or not sure.reading.is_sure:
        return None
    left = {text for phrase in account.left for word in phrase.words for text in (word.shown, word.text)}
    if not all(word in left for text in reading.unread for word in text.split()):
        # What was not understood stays so, whatever else a word of it may say: «که سند ندارد».
        return None
    held = narrowed(facts, sure, account.left)
    return held if held is not None and held.is_sure else None


def partly_narrowed(facts: CityFacts, question: AskedQuestion, left: Sequence[Phrase]) -> AskedQuestion:
    """The rows whose texts hold some of what was left over, where no text holds all of it."""
    for phrase in left:
        run = _run(question, (phrase,))
        condition = _condition(facts, question, run) if phrase.has(*_BY) or phrase.sense == "unknown" else None
        if condition is not None:
            return replace(question, scope=question.scope.having(condition))
    return question


def narrowed(facts: CityFacts, question: AskedQuestion, left: Sequence[Phrase]) -> AskedQuestion | None:
    """A question of the rows alone whose texts hold what was left over; None where any of it stands in none."""
    runs = list(_runs(question, left))
    if any(_is_asked_for(question, run) or _is_other(facts, question, run) for run in runs):
        return None
    if len(runs) > MOST_HELD or facts.lexicon.pending or question.reading.parted.doubtful:
        return None
    for run in runs:
        is_by_chance = any(_is_by_chance(facts, question, phrase) for phrase in run.phrases)
        condition = None if is_by_chance else _condition(facts, question, run)
        if condition is None:
            pointed = _pointed(facts, question, run) if question.whole is None else None
            if pointed is None:
                return None
            question = pointed
            continue
        whole = question.whole
        if whole is not None:
            whole = replace(whole[0], filters=(*whole[0].filters, condition)), whole[1]
        question = replace(question, scope=question.scope.having(condition), whole=whole)
    return question


def _is_by_chance(facts: CityFacts, question: AskedQuestion, phrase: Phrase) -> bool:
    """Whether a word tells how rows of other tables are, or of which table it is said: texts with it are by chance."""
    slug = question.dataset.slug
    weak = any(each.slug == slug and each.grade == "weak" for each in phrase.of("dataset"))
    said = (each for part in question.reading.parted.segments for each in part.of("dataset") if part is not phrase)
    named = any(each.slug == slug for each in said)
    is_name = weak and not named and any(each.grade == "right" for each in phrase.of("dataset"))
    return is_name or is_way_elsewhere(facts.lexicon, phrase)


def _is_of_another(facts: CityFacts, question: AskedQuestion, phrase: Phrase) -> bool:
    """Whether a word is by chance in texts, or rightly names what these rows only point to."""
    points = any(each.slug == question.dataset.slug for each in phrase.of("field"))
    named = any(each.grade == "right" for each in phrase.of("dataset"))
    return (points and named) or _is_by_chance(facts, question, phrase)


def _runs(question: AskedQuestion, left: Sequence[Phrase]) -> Iterator[_Run]:
    run: list[Phrase] = []
    for phrase in left:
        if run and run[-1].end != phrase.start:
            yield _run(question, run)
            run = []
        run.append(phrase)
    if run:
        yield _run(question, run)


def _run(question: AskedQuestion, run: Sequence[Phrase]) -> _Run:
    before = question.reading.parted.words[run[0].start - 1].text if run[0].start else ""
    return _Run(tuple(run), before)


def _is_asked_for(question: AskedQuestion, run: _Run) -> bool:
    """Whether some words are for the things that are asked for, «کدام معاونت», and no text of a row."""
    segments = question.reading.parted.segments
    before = next((each for each in segments if each.end == run.phrases[0].start), None)
    which = before is not None and any(each.target == "answer:list" for each in before.of("ask"))
    return which and run.phrases[0].has("thing", "dataset", "relation", "field")


def _is_other(facts: CityFacts, question: AskedQuestion, run: _Run) -> bool:
    """Whether a share is asked of what other rows are called, of which no text of these makes a part."""
    named = [each for phrase in run.phrases for each in phrase.of("dataset") if each.grade == "right"]
    others = [each for each in named if each.slug not in (question.dataset.slug, *facts.lexicon.registers)]
    return question.whole is not None and bool(others) and run.is_whole_of


def _condition(facts: CityFacts, question: AskedQuestion, run: _Run) -> Filter | None:
    """The condition that a text of the rows holds some words, or another word for the same, where any row does."""
    if not all(map(_is_said, run.phrases)) or len(run.shown) < SHORTEST_STEM:
        return None
    taken = {each.field for each in question.scope.filters}
    for text in _wordings(facts, question.dataset.slug, run):
        for own in _columns(facts, question.dataset, text, towards=run.towards):
            if own.name in taken:
                continue
            condition = Filter(own.name, "contains", (text,))
            try:
                number = facts.number(question.dataset, question.scope.having(condition), GroupMeasure("count"))
            except Unanswered:
                return None
            if number:
                return condition
    return None


def _pointed(facts: CityFacts, question: AskedQuestion, run: _Run) -> AskedQuestion | None:
    """The question of the rows that point to what some words are the title of; of no year that nobody said."""
    named = pointing_to_named(facts, question, run.phrases, list(_wordings_of_pointed(facts, question, run)))
    if named is None and not all(map(_is_said, run.phrases)):
        return None
    single = run.phrases[0] if len(run.phrases) == 1 else None
    condition = pointing_to_value(facts, question.dataset, single) if single is not None else None
    condition = (
        named
        or condition
        or pointing(facts, question.dataset, [word.text for phrase in run.phrases for word in phrase.words])
    )
    if condition is None:
        return None
    others = tuple(each for each in question.scope.filters if each.field != condition.field or each.op != "isnull")
    question = replace(question, scope=replace(question.scope, filters=others))
    if any(each.field == condition.field for each in others):
        return None
    question = of_all_years(facts, question)
    return replace(question, scope=question.scope.having(condition), held=(*question.held, *run.phrases))


def _wordings_of_pointed(facts: CityFacts, question: AskedQuestion, run: _Run) -> Iterator[str]:
    """How some words may stand in the titles of what rows point to, where that is named beside them."""
    for slug in pointed_datasets(question):
        yield from _wordings(facts, slug, run)


def _is_said(phrase: Phrase) -> bool:
    """Whether a piece says what something is, so that the text of a row may hold it."""
    if phrase.sense not in ("words", "unknown") or is_negative(phrase.text) or is_light_verb(phrase.text):
        return False
    if phrase.text in PARTS_OF_TIME:
        return False
    return not phrase.has(*_GRAMMAR, "place") and not phrase.fixed


def _wordings(facts: CityFacts, slug: str, run: _Run) -> Iterator[str]:
    """How some words may stand in a text: as they were written, without their endings, or as the same is called."""
    words = [word for phrase in run.phrases for word in phrase.words]
    said = [" ".join(word.text for word in words), " ".join(facts.lexicon.stem(word.text) for word in words)]
    if len(run.phrases) == 1:
        for meaning in run.phrases[0].of(*_BY):
            # A sort of people is called by many sorts of it: not every manager is a deputy.
            is_itself = meaning.sense == "thing" or (meaning.sense, meaning.slug) == ("dataset", slug)
            if meaning.grade != "weak" and not is_itself:
                titles = meaning.concept.more.get("find", ()) if meaning.concept is not None else ()
                said += [*map(str, titles), *wordings(facts.lexicon, meaning)]
    first = facts.lexicon.match(words[:1])
    if len(words) > 1 and first is not None and any(_is_unit(facts, each) for each in first.meanings):
        # «مدیریت بحران»: who sees to it, before what it is.
        said.append(" ".join(word.text for word in words[1:]))
    said += [" ".join(facts.lexicon.stem(word.text) for word in form_words(each)) for each in said]
    texts = dict.fromkeys(each for each in map(plain, said) if not each.isascii())
    # A short stem stands inside of other words.
    sound = [each for each in texts if each == plain(said[0]) or len(each) > SHORTEST_STEM]
    yield from sound[:MOST_WORDINGS]


def _is_unit(facts: CityFacts, meaning: Meaning) -> bool:
    return meaning.sense == "thing" and meaning.target in facts.lexicon.unit_things


def _columns(facts: CityFacts, dataset: Dataset, text: str, *, towards: bool) -> Iterator[Field]:
    """The columns whose texts may hold some words: whoever gets something behind «به», else what a row is of."""
    roles = _ACTORS if towards else _CALLED
    fields = [each for each in dataset.published if each.kind.is_words and each.choices is None]
    fields = [each for each in fields if each.shown == "public" and (each.role or "") in roles]
    fields.sort(key=lambda each: roles.index(each.role or ""))
    known = facts.lexicon.names.fields
    words = [word.text for word in form_words(text)]
    for own in fields:
        place = (dataset.slug, own.name)
        if all(place in facts.lexicon.names.places(word) for word in words):
            yield own
        elif place not in known and own.role == "title":
            # Too many to be known one by one.
            yield own


def held_in_rows(facts: CityFacts, question: AskedQuestion, wanted: Cues) -> AnswerCard | None:
    """The rows that hold the words of which nothing else was understood; None where no row does, or they say how."""
    reading = question.reading
    words = [word for text in reading.unread for word in text.split() if len(word) >= SHORTEST_STEM]
    said = set(reading.absent)
    if question.shape != "list" or not words or not reading.grounded or said or any(map(_says_how, words)):
        return None
    if (
        facts.lexicon.pending
        or reading.parted.doubtful
        or any(is_negative(word.text) for word in reading.parted.words)
        or len(words) > MOST_HELD
        or any(_is_of_another(facts, question, each) for each in reading.parted.segments if each.text in words)
    ):
        return None
    for texts in _in_persian(reading, words) if any(word.isascii() for word in words) else [words]:
        scope = replace(question.scope, search=" ".join(dict.fromkeys((*question.scope.search.split(), *texts))))
        held = replace(question, scope=scope, reading=replace(reading, unread=()), left=())
        left = tuple(each for each in word_account(facts, held, wanted).words if each not in words)
        rows = card(facts, replace(held, left=left))
        if rows.kind == "list":
            return rows
    return None


def _in_persian(reading: Reading, words: Sequence[str]) -> Iterator[Sequence[str]]:
    """What the one English word that was left over is in Persian, as rows may hold it: "parks" of «پارک»."""
    left = [each for each in reading.parted.segments if each.text in words or each.words[0].shown in words]
    if len(left) != 1 or len(words) != 1:
        return
    concepts = [each.concept for each in left[0].of("value", "service") if each.grade == "right" and each.concept]
    forms = [form for each in concepts for form, grade in each.forms if grade == "right" and not form.isascii()]
    yield from ([word.text for word in form_words(form)] for form in forms[:MOST_WORDINGS])


def _says_how(word: str) -> bool:
    return is_negative(word) or is_light_verb(word)
