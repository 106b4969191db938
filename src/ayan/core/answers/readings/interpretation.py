"""Readings of a question: for each dataset that it may be about, what its words are there, and how well that fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import SLUGGED, Meaning, is_company
from ayan.core.answers.pieces.bounds import Bound, bounds
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.compared_columns import ColumnPair, column_pair, use_pair
from ayan.core.answers.readings.joined_conditions import is_left_out, together
from ayan.core.answers.readings.look_ups import is_noun_of, joined_values
from ayan.core.answers.readings.named_columns import settle_named_columns
from ayan.core.answers.readings.negation import is_negated, left_negated, negate
from ayan.core.answers.readings.number_conditions import is_unit_of, use_unit
from ayan.core.answers.readings.reading_doubts import (
    at_odds,
    counts_people,
    doubt_asked,
    doubt_twice_named,
    doubt_unjoined,
    names_whole,
    settle_heads,
    settle_otherwise,
    settle_towards,
)
from ayan.core.answers.readings.word_order import head, names, settle_order
from ayan.core.answers.readings.word_usage import ABSENT, FITS, WordUses, add, time_field
from ayan.core.answers.readings.word_uses import pointed, use, use_joined
from ayan.core.answers.words.morphology import HAPPENED, form_words, is_having
from ayan.core.query import values
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question is, if it is about one dataset.

    ``measures`` are its fields that are named, the first first; ``keys`` those that rows may be taken together by.
    ``looked_up`` are words that rows must hold, ``unread`` those of which nothing was understood; ``absent`` are, among
    these, places and periods that were understood and that the dataset does not tell apart. ``related`` says that a
    word asks for whoever stands in one of the ``keys``; ``pointers`` are fields by which rows point to what is named,
    ``time`` is the date that a period is of, where the question says another than when a row happened;
    ``group_bounds`` are conditions in numbers on what is taken together, and on no row; ``compared`` are the pieces
    that set one column of a row against another. ``joined`` says that its rows point to those that the rest says,
    ``below`` are the pieces by which the rows under another row are meant.
    """

    dataset: Dataset
    score: float
    parted: Parted
    filters: tuple[Filter, ...] = ()
    looked_up: tuple[str, ...] = ()
    measures: tuple[Meaning, ...] = ()
    keys: tuple[str, ...] = ()
    names: tuple[Meaning, ...] = ()
    unread: tuple[str, ...] = ()
    named: bool = False
    grounded: bool = True
    explained: frozenset[int] = frozenset()
    lacks: tuple[Meaning, ...] = ()
    services: tuple[Meaning, ...] = ()
    hidden: tuple[Meaning, ...] = ()
    absent: tuple[str, ...] = ()
    related: bool = False
    pointers: tuple[str, ...] = ()
    time: str = ""
    group_bounds: tuple[Bound, ...] = ()
    compared: tuple[Phrase, ...] = ()
    joined: bool = False
    below: tuple[Phrase, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether every word was understood, and one says which dataset is meant, so that a figure may be given."""
        return self.grounded and not self.unread and not self.parted.doubtful


def readings(lexicon: Lexicon, parted: Parted, today: date) -> list[Reading]:
    """The readings of a question, the best first; none where no word says which dataset is meant."""
    slugs: dict[str, None] = {}
    for segment in parted.segments:
        for meaning in segment.meanings:
            if meaning.slug and meaning.sense in SLUGGED:
                slugs[meaning.slug] = None
                if meaning.sense == "dataset":
                    slugs.update(dict.fromkeys(_pointed_by(lexicon.datasets[meaning.slug])))
            elif (slug := pointed(meaning)) in lexicon.datasets:
                slugs[slug] = None
            if meaning.sense == "service":
                slugs.update(dict.fromkeys(_titled(lexicon, meaning)))
                slugs.update(dict.fromkeys(_done(lexicon, parted)))
    read = [_reading(lexicon, lexicon.datasets[slug], parted, today) for slug in slugs if slug in lexicon.datasets]
    return sorted(read, key=lambda reading: -reading.score)


def _pointed_by(dataset: Dataset) -> list[str]:
    """The datasets that every row of one points to."""
    return [each.ref.dataset for each in dataset.published if each.required and each.ref is not None]


def _prefer_paid(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«شرکت … چقدر گرفته»: how much somebody got is what was paid, where the question names no dataset."""
    asked = any(meaning.target == "answer:number" for segment in parted.segments for meaning in segment.of("ask"))
    roles = {dataset.field(meaning.field).role for meaning in uses.names}
    concept = lexicon.words_of(dataset)
    if asked and "company" in roles and concept is not None and concept.text("shape") == "figure":
        own = next((each for each in dataset.published if each.kind.is_money and each.role == "amount"), None)
        uses.score += FITS if own is not None and own.nature == "flow" else 0.0


_WHICH: Final = frozenset(("که", "کدام", "کدوم", "that", "which", "with"))
_WHOLE: Final = 0.1
"""A value whose form holds what its dataset is called, before the same words of another."""
_HEAD: Final = 0.7
"""What is named first leads: "auctions of land", «پرداخت به پیمانکار»."""
_ACTOR: Final = 1.2
"""A dataset of people or companies, where somebody asks who."""
_OWNED: Final = 3.6
"""Things of the municipality, where it is named as who has them."""
_OWNER: Final = frozenset(("مال", "متعلق", "مالک", "owned", "own", "owns", "belong", "belongs"))
_LISTED: Final = 1.5
"""What a list of everything that is done loses, where nobody asks for it: its sorts are the subjects of all else."""
_SPENT: Final = 1.2
"""Money in whose titles the words of a question stand, where somebody asks what they cost."""
_NAMED: Final = 2.2
"""What a name loses that a dataset cannot be asked by."""
_LINES: Final = 0.4
"""Lines that have a page of their own each year, before single sums with the same words."""


def _prefer_head(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """The piece that names a dataset, or a value of one, before all others says what the question is about."""
    leading = head(lexicon, parted.segments)
    is_whole = any(_says_whole(lexicon, dataset, phrase) for phrase in parted.segments)
    uses.score += _WHOLE if is_whole else 0.0
    if leading is not None and any(names(lexicon, each) and each.slug == dataset.slug for each in leading.meanings):
        uses.score += _HEAD
    elif is_whole:
        # «مناقصهٔ محدود» is a tender first, and a way to choose whom to contract with.
        uses.score += _HEAD


def _says_whole(lexicon: Lexicon, dataset: Dataset, phrase: Phrase) -> bool:
    """Whether a value of a dataset is said by a form that holds what the dataset is called."""
    if len(phrase.words) < 2 or not any(each.slug == dataset.slug for each in phrase.of("value")):
        return False
    parts = [*([word] for word in phrase.words), *(phrase.words[:end] for end in range(2, len(phrase.words)))]
    matches = map(lexicon.match, parts)
    return any(
        each.sense == "dataset" and each.slug == dataset.slug and each.grade == "right"
        for match in matches
        if match is not None
        for each in match.meanings
    )


def _prefer_asked(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """The dataset that can say who, whose things are the municipality's, or what something cost."""
    asks = {meaning.target for phrase in parted.segments for meaning in phrase.of("ask") if meaning.grade == "right"}
    actors = {each.name for each in dataset.published if each.role in ("person", "company")}
    by_actor = "answer:list" in asks and bool(actors & set(uses.keys))
    if uses.grounded and ("answer:person" in asks or by_actor or counts_people(parted, dataset)):
        uses.score += _ACTOR if actors else 0.0
    concept = lexicon.words_of(dataset)
    if concept is None:
        return
    if concept.more.get("catalogue") and not uses.named:
        uses.score -= _LISTED
    places = [meaning.target for phrase in parted.segments for meaning in phrase.of("place")]
    says_owner = not _OWNER.isdisjoint(word.text for word in parted.words)
    if concept.more.get("owned") and "none" in places and (uses.named or (says_owner and uses.grounded)):
        uses.score += _OWNED
    things = any(is_company(lexicon.datasets, each) for phrase in parted.segments for each in phrase.of("thing"))
    titles = {each.name for each in dataset.published if each.role == "title"}
    if concept.more.get("done_by") and ("answer:person" in asks or things):
        has_topic = bool(uses.looked_up) or bool((titles | {"unit"}) & set(uses.filters))
        uses.grounded = uses.grounded or has_topic
        uses.score += _SPENT + _HEAD if has_topic else 0.0
    topic = bool(uses.looked_up) or bool(titles & set(uses.filters))
    if "answer:money" in asks and concept.text("shape") == "figure" and topic:
        uses.score += _SPENT + (_LINES if "{year}" in concept.text("page") else 0.0)


def _done(lexicon: Lexicon, parted: Parted) -> list[str]:
    """The datasets of who does something for the municipality, where somebody asks who."""
    asked = any(each.target == "answer:person" for phrase in parted.segments for each in phrase.of("ask"))
    done = (
        slug
        for slug, own in lexicon.datasets.items()
        if (concept := lexicon.words_of(own)) and concept.more.get("done_by")
    )
    return list(done) if asked else []


def _titled(lexicon: Lexicon, meaning: Meaning) -> list[str]:
    """The datasets of money in whose titles the words of a service stand: what is done is a line of the budget, too."""
    places = [
        place
        for wording in (meaning.concept.more.get("find", ()) if meaning.concept is not None else ())
        for word in form_words(str(wording))
        for place in lexicon.names.places(word.text)
    ]
    figures = {each.target for each in lexicon.concepts.values() if each.text("shape") == "figure"}
    return sorted(
        {slug for slug, name in places if slug in figures and lexicon.datasets[slug].field(name).role == "title"}
    )


def _is_measured(parted: Parted, number: int) -> bool:
    """Whether a piece stands behind a number that is a condition: «بالای یک سال», «بیش از ۳۰۰ متر»."""
    if not number or parted.segments[number - 1].sense != "number":
        return False
    return number > 1 and parted.segments[number - 2].has("comparison")


def _need_relation(lexicon: Lexicon, dataset: Dataset, uses: WordUses) -> None:
    """A company's name says nothing of a dataset that names only some of its parties, unless the question says which.

    The tenders of a company are those that it bid in, and not those that it won alone.
    """
    concept = lexicon.words_of(dataset)
    if concept is None or not concept.more.get("party_said") or uses.related:
        return
    for meaning in uses.names:
        if dataset.field(meaning.field).role == "company" and meaning.field in uses.filters:
            del uses.filters[meaning.field]
            uses.unread.append(meaning.text)
            uses.score -= _NAMED


def _lack_of_others(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """What is told of some people alone is lacking of others: the pay of members of the council is no manager's."""
    concept = lexicon.words_of(dataset)
    for said in concept.more.get("not_of", ()) if concept is not None and uses.grounded else ():
        other, _, lack = str(said).partition("=")
        slug, _, code = lack.partition(".")
        if (
            other in lexicon.datasets
            and slug in lexicon.datasets
            and any(
                _is_of(lexicon.datasets[other], phrase) and all(each.slug != dataset.slug for each in phrase.meanings)
                for phrase in parted.segments
            )
        ):
            uses.lacks.append(Meaning("lack", slug=slug, code=code))


def _is_of(other: Dataset, phrase: Phrase) -> bool:
    """Whether a piece names the people of a dataset, by what they are called or by their posts."""
    if any(each.slug == other.slug and each.grade == "right" for each in phrase.of("dataset")):
        return True
    titles = {each.name for each in other.published if each.role == "title"}
    return any(each.slug == other.slug and each.field in titles for each in phrase.of("name", "value"))


def _use_having(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """«مصوباتی که رأی ممتنع داشتند»: the rows that have any of a number, and not how much of it."""
    texts = [word.text for word in parted.words]
    which = next((at for at, text in enumerate(texts) if text in _WHICH), None)
    asks = any(each.target == "answer:number" for segment in parted.segments for each in segment.of("ask"))
    if which is None or not any(is_having(text) or (text in HAPPENED and not asks) for text in texts[which:]):
        return
    compared = (each for segment in parted.segments for each in segment.of("comparison"))
    # Who asks for a sum asks how much.
    numbered = any(each.sense in ("number", "amount") or _is_sum(each) for each in parted.segments)
    if numbered or uses.is_ordered or any(each.target != "notnull" for each in compared):
        return
    for meaning in list(uses.measures):
        own = dataset.field(meaning.field)
        if own.kind.is_money or (own.kind.is_count and own.role == "quantity") or own.nature == "quantity":
            uses.measures.remove(meaning)
            add(uses, Filter(own.name, "gt", (values.read_value(values.as_asked(dataset).field(own.name), "0"),)))


def _is_sum(phrase: Phrase) -> bool:
    return any(each.target == "sum" for each in phrase.of("aggregate"))


def _use_all(lexicon: Lexicon, dataset: Dataset, parted: Parted, pair: ColumnPair | None, uses: WordUses) -> set[int]:
    """Take every piece for what it is in the dataset; the places of those that were turned round."""
    turned: set[int] = set()
    limits = tuple(bounds(parted))
    if pair is not None:
        use_pair(pair, uses)
    for number, segment in enumerate(parted.segments):
        if segment.sense == "unknown" and any(each.says(segment) for each in limits):
            continue
        if pair is not None and number in pair.places:
            uses.named = uses.named or any(names_whole(dataset, each) for each in segment.meanings)
            continue
        if _is_measured(parted, number) and use_unit(dataset, segment, uses):
            uses.explained.add(number)
            continue
        joined = joined_values(lexicon, dataset, parted.segments[number - 1], segment) if number else []
        if joined and not any(each.slug == dataset.slug for each in segment.meanings):
            use_joined(dataset, joined, uses)
            continue
        measured = any(is_unit_of(dataset.field(each.field), segment) for each in uses.measures)
        if measured or is_noun_of(parted.segments, number, dataset.slug):
            continue
        use(lexicon, dataset, segment, number, uses)
        if is_negated(parted.segments, number) and negate(lexicon, dataset, segment, uses):
            turned.add(number)
    return turned


def _reading(lexicon: Lexicon, dataset: Dataset, parted: Parted, today: date) -> Reading:
    targets = {
        each.target for segment in parted.segments for each in segment.of("ask", "aggregate") if each.grade == "right"
    }
    uses = WordUses(
        today,
        is_ordered=any(segment.has("superlative") for segment in parted.segments),
        is_counted=bool(targets & {"answer:count", "count"}),
        is_dated=any(segment.sense == "period" for segment in parted.segments),
        is_compared=any(
            each.target in ("versus", "difference") and each.grade == "right"
            for segment in parted.segments
            for each in segment.of("comparison")
        ),
    )
    pair = column_pair(lexicon, dataset, parted)
    turned = _use_all(lexicon, dataset, parted, pair, uses)
    settle_named_columns(lexicon, dataset, parted, uses)
    _need_relation(lexicon, dataset, uses)
    doubt_twice_named(lexicon, dataset, parted, uses)
    _lack_of_others(lexicon, dataset, parted, uses)
    uses.unread += left_negated(parted.segments, turned)
    _use_having(dataset, parted, uses)
    settle_order(dataset, parted, uses)
    settle_otherwise(dataset, parted, uses)
    settle_towards(lexicon, dataset, parted, uses)
    settle_heads(lexicon, dataset, parted, uses)
    doubt_unjoined(dataset, parted, uses)
    _prefer_paid(lexicon, dataset, parted, uses)
    _prefer_head(lexicon, dataset, parted, uses)
    _prefer_asked(lexicon, dataset, parted, uses)
    doubt_asked(dataset, parted, uses)
    filters = [condition for listed in uses.filters.values() for condition in together(dataset, listed)]
    uses.unread += at_odds(filters)
    uses.unread += [each.text for listed in uses.filters.values() for each in listed if is_left_out(each, filters)]
    time = _time_said(lexicon, dataset, parted, uses)
    return Reading(
        dataset=dataset,
        score=uses.score,
        parted=parted,
        filters=tuple(filters),
        looked_up=tuple(uses.looked_up),
        measures=tuple(uses.measures or uses.columns),
        keys=tuple(dict.fromkeys(uses.keys)),
        names=tuple(uses.names),
        unread=tuple(uses.unread),
        named=uses.named,
        grounded=uses.grounded or (uses.pointed and bool(uses.looked_up or uses.filters)),
        explained=frozenset(uses.explained),
        lacks=tuple(uses.lacks),
        services=tuple(uses.services),
        hidden=tuple(uses.hidden),
        absent=tuple(uses.absent),
        related=uses.related,
        pointers=tuple(uses.pointers),
        time=time,
        compared=tuple(parted.segments[at] for at in sorted(pair.places)) if pair is not None else (),
    )


def _time_said(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> str:
    """The date that a question names beside a period: contracts "ending this year"."""
    if not any(segment.sense == "period" for segment in parted.segments):
        return ""
    usual = time_field(lexicon, dataset)
    dates = (name for name in uses.keys if name and dataset.field(name).kind.is_day)
    named = next((name for name in dates if usual is None or name != usual.name), "")
    if named and usual is None:
        # Rows that do not happen, but have a date all the same: companies "registered in 1400".
        periods = {segment.text for segment in parted.segments if segment.sense == "period"}
        uses.unread = [text for text in uses.unread if text not in periods]
        uses.absent = [text for text in uses.absent if text not in periods]
        uses.score += ABSENT + FITS
    return named
