"""Who has most of some rows that name nobody, but point to what names them: «کدام پیمانکار بیشترین الحاقیه را دارد»."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, CardFigure, Understood, api_of, page_of
from ayan.core.answers.cards.wording import in_brackets, isolated
from ayan.core.answers.composites.ratios import Ask
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.conditions import period_conditions
from ayan.core.answers.limits import LONG_LIST, MOST_JOINED, MOST_POINTING
from ayan.core.answers.pieces.cues import cues
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.word_usage import role_of
from ayan.core.answers.words.morphology import is_light_verb
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label, in_each

SENTENCE: Final = Label(
    "«{dataset}» به تفکیک «{actor}» در «{other}»{conditions}: {groups}.",
    "“{dataset}” by “{actor}” of “{other}”{conditions}: {groups}.",
)
_ROLES: Final = ("company", "person", "unit", "place")
_SENSES: Final = ("stop", "ask", "aggregate", "superlative")


def pointed_actors(facts: CityFacts, question: Parted, _ask: Ask) -> AnswerCard | None:
    """Whoever what rows point to is of, by how many of these; None where nobody asks, or there are too many."""
    wanted = cues(question)
    ranked = (wanted.order is not None and wanted.order.target == "sort:desc") or wanted.grouped
    if not ranked or wanted.by_time or wanted.share or wanted.function or wanted.bounds or wanted.both_ends:
        return None
    for dataset, pointer in _pointing(facts, question):
        other = facts.lexicon.datasets[pointer.ref.dataset] if pointer.ref is not None else dataset
        role = _role(facts, question, dataset, other)
        actor = next((each for each in other.published if role and each.role == role), None)
        if actor is None or not facts.has_rows(dataset) or not facts.has_rows(other):
            continue
        period, conditions = period_conditions(facts, dataset, wanted.period, "")
        if wanted.period is not None and period is None:
            continue
        scope = Question(slug=dataset.slug, filters=conditions)
        counted = _counted(facts, dataset, pointer, other, actor, scope)
        if counted:
            return _card(dataset, other, actor, scope, counted, (period, pointer.name))
    return None


def _pointing(facts: CityFacts, question: Parted) -> Iterator[tuple[Dataset, Field]]:
    """The datasets that are named outright whose every row points to another, and that name nobody themselves."""
    for phrase in question.segments:
        for meaning in phrase.of("dataset"):
            dataset = facts.lexicon.datasets.get(meaning.slug)
            if dataset is None or meaning.grade != "right":
                continue
            if any(each.role in ("company", "person") for each in dataset.published):
                continue
            pointers = [each for each in dataset.published if each.ref is not None and each.required]
            if len(pointers) == 1 and _says_nothing_more(facts, question, phrase, dataset, pointers[0]):
                yield dataset, pointers[0]


def _says_nothing_more(
    facts: CityFacts, question: Parted, named: Phrase, dataset: Dataset, pointer: Field
) -> bool:  # fmt: skip
    """Whether all other pieces say who is asked for, when, or what the rows point to."""
    target = pointer.ref.dataset if pointer.ref is not None else ""
    if any(each.slug == dataset.slug for phrase in question.segments for each in phrase.of("value", "measure")):
        # «بیشترین افزایش مبلغ» is of some of them, or of what they are worth.
        return False
    for phrase in question.segments:
        if phrase == named or phrase.sense == "period" or phrase.has(*_SENSES):
            continue
        if any(is_light_verb(word.text) for word in phrase.words) and len(phrase.words) == 1:
            continue
        if any(each.slug == dataset.slug and each.sense == "dataset" for each in phrase.meanings):
            continue
        if phrase.has("thing", "relation", "place") or any(each.slug == target for each in phrase.of("dataset")):
            continue
        if any(each.slug in facts.lexicon.registers for each in phrase.of("dataset")):
            continue
        return False
    return True


def _role(facts: CityFacts, question: Parted, dataset: Dataset, other: Dataset) -> str:
    """The role of whoever is asked for, which the rows themselves do not have."""
    own = {each.role for each in dataset.published}
    held = {each.role for each in other.published}
    for phrase in question.segments:
        if any(each.slug == dataset.slug for each in phrase.of("dataset")):
            continue
        for role in _roles(facts, phrase):
            if role in _ROLES and role in held and role not in own:
                return role
    return ""


def _roles(facts: CityFacts, phrase: Phrase) -> Iterator[str]:
    for meaning in phrase.of("thing", "relation", "dataset"):
        if meaning.grade == "weak":
            continue
        slug, _, name = meaning.target.partition(".") if meaning.sense == "thing" else (meaning.slug, "", meaning.field)
        dataset = facts.lexicon.datasets.get(slug)
        if dataset is None or (meaning.sense == "dataset" and slug not in facts.lexicon.registers):
            continue
        role = role_of(dataset, name)
        # Companies are called by their names in a register of their own.
        is_register = any(dataset.field(each).kind.is_company for each in dataset.key)
        yield "company" if meaning.sense == "dataset" and is_register else role
        if any(each.role == "company" for each in dataset.published) and role == "title":
            yield "company"
    if any(each.target == "district" for each in phrase.of("place")):
        yield "place"


def _counted(
    facts: CityFacts, dataset: Dataset, pointer: Field, other: Dataset, actor: Field, scope: Question
) -> list[tuple[str, int]]:  # fmt: skip
    """Every actor with how many rows point to what is theirs, the most first; none where there are too many."""
    key, count = GroupKey(pointer.name), GroupMeasure("count")
    asked = GroupQuestion(scope=replace(scope, size=MOST_POINTING), by=(key,), measures=(count,))
    groups, total = facts.groups(dataset, asked)
    numbers = {str(each[key.name]): int(each[count.name]) for each in groups if each[key.name] is not None}
    if total > MOST_POINTING or pointer.ref is None:
        return []
    own, by = other.field(pointer.ref.field), GroupKey(actor.name)
    pointed: Counter[str] = Counter()
    listed = sorted(numbers)
    for start in range(0, len(listed), MOST_JOINED):
        part = tuple(listed[start : start + MOST_JOINED])
        only = Question(slug=other.slug, filters=(Filter(own.name, "in", part),), size=MOST_JOINED)
        pairs, _ = facts.groups(other, GroupQuestion(scope=only, by=(GroupKey(own.name), by), measures=(count,)))
        for pair in pairs:
            if pair[by.name] is not None:
                pointed[str(pair[by.name])] += numbers.get(str(pair[own.name]), 0)
    return sorted(pointed.items(), key=lambda each: (-each[1], each[0]))


def _card(
    dataset: Dataset, other: Dataset, actor: Field, scope: Question, counted: Sequence[tuple[str, int]],
    said: tuple[str | None, str],
) -> AnswerCard:  # fmt: skip
    shown = counted[:LONG_LIST]
    text = SENTENCE.filled(
        lambda lang: {
            "dataset": dataset.title.of(lang),
            "actor": actor.label.of(lang),
            "other": other.title.of(lang),
            "conditions": in_brackets(dataset, scope, lang),
            "groups": locale.of(lang).semicolon.join(
                f"{isolated(_name(actor, name, lang), lang)}{locale.of(lang).comma}{locale.of(lang).number(number)}"
                for name, number in shown
            ),
        }
    )
    filters = tuple((each.parameter, each.text) for each in scope.filters)
    figures = tuple(CardFigure(in_each(partial(_name, actor, name)), n, "count") for name, n in shown)
    by = GroupQuestion(scope=scope, by=(GroupKey(said[1]),), measures=(GroupMeasure("count"),))
    return AnswerCard(
        "list",
        text,
        page_of(dataset, scope),
        api_of(dataset, "groups", by.query_string()),
        # Whose they are is worked out of several questions, so that no measure of the one is told.
        Understood(dataset.slug, filters, None, f"{said[1]}.{actor.name}", said[0]),
        figures,
    )


def _name(actor: Field, name: str, lang: str) -> str:
    return actor.choices.label(name, lang) if actor.choices is not None else name
