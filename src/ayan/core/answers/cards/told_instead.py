"""What is told of something that no dataset tells by itself: of the pay of staff, what was paid to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.concepts.concepts import Concept
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.shapes import asked
from ayan.core.answers.limits import MOST_ANSWERS
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question_parser import parse
from ayan.core.schema.field import Field
from ayan.core.store.objects import StoreError
from ayan.core.values.label import Label

UNCOUNTED: Final = Label(
    "شمار آنچه می‌پرسید در هیچ داده‌ای نیست. نزدیک‌ترین به آن در زیر است.",
    "No dataset holds that number. What is nearest to it stands below.",
)


def instead(facts: CityFacts, reading: Reading, wanted: Cues) -> Iterator[AnswerCard]:
    """The sum that is told in place of what is lacking; none where it is asked of some of them alone."""
    lacking = {f"{each.slug}.{each.code}" for each in reading.lacks}
    for concept in facts.lexicon.concepts.values():
        said = {str(each) for each in concept.more.get("instead_of", ())}
        if not said & lacking or _is_of_some(reading, said) or wanted.order is not None or wanted.share:
            continue
        try:
            yield from _sum_cards(facts, concept, reading, wanted)
        except (Unanswered, StoreError, BadQuestion):
            continue


def _is_of_some(reading: Reading, said: Sequence[str] | set[str]) -> bool:
    """Whether it is asked of one sort, or of somebody: what was paid to all of them is none of theirs."""
    slugs = {each.partition(".")[0] for each in said}
    for phrase in reading.parted.segments:
        named = phrase.of("dataset")
        if phrase.sense in ("place", "code") or phrase.has("name"):
            return True
        if phrase.has("value") and not any(each.grade == "right" for each in named):
            return True
        if any(each.slug in slugs for each in phrase.of("measure")):
            return True
    return False


def _sum_cards(facts: CityFacts, concept: Concept, reading: Reading, wanted: Cues) -> Iterator[AnswerCard]:
    slug, _, _ = concept.target.partition(".")
    dataset = facts.lexicon.datasets.get(slug)
    if dataset is None or not facts.has_rows(dataset):
        return
    own = _amount(dataset.published)
    if own is None:
        return
    conditions = parse(dataset, parse_qsl(concept.text("rule"))).filters
    paid = Reading(dataset, reading.score, reading.parted, filters=conditions, named=True)
    summed = replace(wanted, function="sum", count=False, counted=None)
    answered = card(facts, asked(facts, paid, summed))
    if answered.kind in ("figure", "list") and answered.is_sure:
        yield answered


def _amount(published: Sequence[Field]) -> Field | None:
    return next((each for each in published if each.kind.is_money and each.role == "amount"), None)


def with_uncounted(facts: CityFacts, shown: tuple[AnswerCard, ...], wanted: Cues) -> tuple[AnswerCard, ...]:
    """The answers; before rows of a list of what is done, where a number of something else is asked, that none is."""
    first = shown[0] if wanted.count and shown else None
    if first is None or first.kind not in ("list", "service") or first.understood is None or first.groups:
        return shown
    concept = facts.lexicon.words_of(facts.lexicon.datasets[first.understood.dataset])
    if concept is None or not (concept.more.get("catalogue") or concept.text("how_to")):
        return shown
    return (AnswerCard("nothing", UNCOUNTED, "/data/", ""), *shown)[:MOST_ANSWERS]
