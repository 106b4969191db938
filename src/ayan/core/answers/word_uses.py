"""What each word of a question is in one dataset: a condition, a measure, a name, words to look up, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from urllib.parse import parse_qsl

from ayan.core.answers.concepts import Concept
from ayan.core.answers.lexicon import Lexicon, Meaning
from ayan.core.answers.morphology import tokens
from ayan.core.answers.names import name_words
from ayan.core.answers.phrases import Phrase
from ayan.core.query import values
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue

# How much a meaning of each kind says for its dataset, where it is right; less where it is weak or misspelt.
_GAIN: Final = {
    "dataset": 3.0,
    "value": 2.6,
    "measure": 2.6,
    "relation": 2.2,
    "name": 2.2,
    "service": 2.0,
    "field": 1.0,
    "lack": 2.4,
}
_GRADES: Final = {"right": 1.0, "typo": 0.95, "weak": 0.5}
_FIRST: Final = 1.2
_BOTH: Final = 0.6
"""A word that is the dataset and a condition in it."""
FITS: Final = 0.6
"""A period or a place that the dataset can be asked by."""
_ELSEWHERE: Final = 0.9
"""What a word that means something in other datasets alone says against one."""
_UNKNOWN: Final = 0.4
_ROLE_ORDER: Final = ("company", "person", "unit", "place", "title", "category")
# Words that say which sort of thing is meant, and the role of the field that holds it.
_GROUNDS: Final = frozenset(("dataset", "value", "measure", "relation", "service", "lack", "hidden"))
_WHOLE_CITY: Final = ("none", "district=city")
_UNSAID: Final = ("week", "day", "month", "quarter", "half", "decade", "year+", "years-")
_HARMLESS: Final = frozenset(
    ("stop", "ask", "superlative", "aggregate", "comparison", "unit", "period", "thing", "place", "page")
)


def time_field(lexicon: Lexicon, dataset: Dataset) -> Field | None:
    """The field that says when a row happened: the one that the lexicon names, else the declared date or period."""
    return time_of(lexicon.words_of(dataset), dataset)


def time_of(concept: Concept | None, dataset: Dataset) -> Field | None:
    """The same, by what the lexicon says of the dataset."""
    if concept is not None and "time" in concept.more:
        name = concept.text("time")
        return next((each for each in dataset.published if each.name == name), None)
    dated = [each for each in dataset.published if each.kind.is_day and each.role == "date"]
    return next(iter(dated), None) or next((each for each in dataset.published if each.kind.is_period), None)


@dataclass(slots=True)
class WordUses:
    """What the words of a question are in one dataset, while they are gone through."""

    today: date
    score: float = 0.0
    filters: dict[str, list[Filter]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    measures: list[Meaning] = field(default_factory=list)
    columns: list[Meaning] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    names: list[Meaning] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    named: bool = False
    grounded: bool = False
    explained: set[int] = field(default_factory=set)
    lacks: list[Meaning] = field(default_factory=list)
    services: list[Meaning] = field(default_factory=list)
    hidden: list[Meaning] = field(default_factory=list)


def pointed(meaning: Meaning) -> str:
    """The dataset that a sort of thing, or a superlative of one column, leads to."""
    if meaning.sense == "thing":
        return meaning.target.partition(".")[0]
    return _on(meaning)[0] if meaning.sense == "superlative" else ""


def _on(meaning: Meaning) -> tuple[str, str]:
    """The column that a superlative is of: «بلندترین» is of storeys; empty where the question says it."""
    on = meaning.concept.text("on") if meaning.concept is not None else ""
    slug, _, name = on.partition(".")
    return (slug, name) if name else ("", "")


def negates(segment: Phrase) -> bool:
    """Whether a piece turns the condition behind it round: «بدون», "without"."""
    return any(meaning.target == "not" and meaning.grade == "right" for meaning in segment.of("comparison"))


def negate(dataset: Dataset, segment: Phrase, uses: WordUses) -> None:
    """A condition behind «بدون», "without": all others. Of several values nothing can be said so."""
    for meaning in segment.of("value"):
        listed = uses.filters.get(meaning.field, []) if meaning.slug == dataset.slug else []
        if len(listed) == 1 and listed[0].op == "eq":
            uses.filters[meaning.field] = [replace(listed[0], op="not")]
        elif listed:
            uses.unread.append(segment.text)


def use(lexicon: Lexicon, dataset: Dataset, segment: Phrase, number: int, uses: WordUses) -> None:
    """What one piece of a question is in a dataset."""
    if segment.sense == "period":
        if time_field(lexicon, dataset) is None:
            uses.unread.append(segment.text)
        uses.score += -FITS if time_field(lexicon, dataset) is None else FITS
    elif segment.sense == "place":
        _use_place(dataset, segment, uses)
    elif segment.sense == "unknown":
        _leave(lexicon, dataset, segment, uses)
    elif segment.sense == "words":
        if any(meaning.target in _WHOLE_CITY for meaning in segment.of("place")):
            # The municipality itself, and all of the city: everything here is of it.
            return
        if any(meaning.target.startswith(_UNSAID) for meaning in segment.of("period")) and not segment.has("stop"):
            # A period that the grammar cannot say, or not with these words: «هفتهٔ گذشته».
            uses.unread.append(segment.text)
            return
        own = [meaning for meaning in segment.meanings if meaning.slug == dataset.slug]
        if _use_order(dataset, segment, uses):
            uses.explained.add(number)
        elif any(meaning.first and pointed(meaning) == dataset.slug for meaning in segment.of("thing")):
            _use_thing(lexicon, dataset, segment, uses)
        elif own:
            uses.explained.add(number)
            _use_meanings(dataset, own, segment, uses)
        elif not _use_thing(lexicon, dataset, segment, uses):
            _use_elsewhere(lexicon, dataset, segment, uses)


def _use_order(dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """A superlative that names its column."""
    for meaning in segment.of("superlative"):
        slug, name = _on(meaning)
        if slug == dataset.slug and any(each.name == name for each in dataset.published):
            uses.score += _GAIN["measure"]
            uses.grounded = True
            uses.measures.append(Meaning("measure", slug=slug, field=name))
            return True
    return False


def _use_meanings(dataset: Dataset, own: Sequence[Meaning], segment: Phrase, uses: WordUses) -> None:
    """A piece that means something in the dataset: its best meaning there, and whatever goes with it."""
    gains = {meaning: _gain(meaning) for meaning in own}
    best = max(own, key=lambda meaning: gains[meaning])
    whole = [meaning for meaning in own if meaning.sense == "dataset"]
    conditions = [meaning for meaning in own if meaning.sense == "value" and meaning.code]
    uses.score += gains[best]
    uses.named = uses.named or bool(whole)
    uses.grounded = uses.grounded or best.sense in _GROUNDS
    if whole and conditions:
        uses.score += _BOTH
    if whole and best.sense == "dataset":
        # «تعداد خانوار»: the dataset, and the column of it.
        columns = [each for each in own if each.sense in ("measure", "field")]
        uses.columns += [each for each in columns if dataset.field(each.field).kind.summable]
    chosen = conditions if best.sense in ("value", "dataset") else []
    same = [meaning for meaning in chosen if meaning.field == (chosen[0].field if chosen else "")]
    for meaning in same:
        _condition(dataset, meaning, uses)
    if conditions and best.sense in ("value", "measure"):
        # «خرج» in the budget: what is used, and how much of it.
        uses.measures += [each for each in own if each.sense == "measure"]
    _use_best(dataset, own, best, segment, uses)


def _use_best(dataset: Dataset, own: Sequence[Meaning], best: Meaning, segment: Phrase, uses: WordUses) -> None:
    """What the best meaning of a piece does."""
    if best.sense == "value" and not best.code:
        _rule(dataset, best, uses)
    elif best.sense == "measure" and best not in uses.measures:
        uses.measures.append(best)
    elif best.sense in ("relation", "field"):
        uses.keys.append(best.field)
        if best.sense == "field" and dataset.field(best.field).kind.summable:
            uses.measures.append(best)
    elif best.sense == "name":
        _use_names(dataset, own, segment, uses)
    elif best.sense == "service":
        uses.services.append(best)
        if best.concept is not None and best.slug == dataset.slug:
            wording = best.concept.more.get("find") or [segment.text]
            _add(uses, Filter(best.field, "contains", (str(wording[0]),)))
    elif best.sense == "lack":
        uses.lacks.append(best)
    elif best.sense == "hidden":
        uses.hidden.append(best)


def _gain(meaning: Meaning) -> float:
    return _GAIN.get(meaning.sense, 1.0) * _GRADES[meaning.grade] + (_FIRST if meaning.first else 0.0)


def _condition(dataset: Dataset, meaning: Meaning, uses: WordUses) -> None:
    own = dataset.field(meaning.field)
    try:
        _add(uses, Filter(own.name, "eq", (values.read_value(own, meaning.code),)))
    except BadValue:
        uses.keys.append(own.name)


def _rule(dataset: Dataset, meaning: Meaning, uses: WordUses) -> None:
    """A concept that is a field without a value: the conditions of its rule; else it is asked about, or grouped by."""
    rule = meaning.concept.text("rule") if meaning.concept is not None else ""
    if "=" in rule and " " not in rule:
        try:
            question = parse(dataset, parse_qsl(rule.replace("today", str(uses.today))))
        except BadQuestion:
            uses.unread.append(meaning.concept.forms[0][0] if meaning.concept is not None else "")
            return
        for condition in question.filters:
            _add(uses, condition)
        return
    if " " in rule:
        # A rule that the grammar cannot say.
        uses.unread.append(rule)
        return
    if any(each.name == meaning.field for each in dataset.published):
        uses.keys.append(meaning.field)
        if dataset.field(meaning.field).kind.summable:
            uses.measures.append(meaning)


def _use_names(dataset: Dataset, own: Sequence[Meaning], segment: Phrase, uses: WordUses) -> None:
    """A published name: the one value that it is, else the words of it."""
    fields = sorted(
        {meaning.field for meaning in own if meaning.sense == "name"}, key=lambda name: _rank(dataset, name)
    )
    texts = sorted({meaning.text for meaning in own if meaning.sense == "name" and meaning.field == fields[0]})
    uses.names += [meaning for meaning in own if meaning.sense == "name" and meaning.field == fields[0]]
    role = dataset.field(fields[0]).role
    uses.grounded = uses.grounded or role in ("company", "person", "unit", "place")
    if len(texts) == 1 and (role not in ("title", "category") or _is_most_of(segment, texts[0])):
        uses.grounded = True
        _add(uses, Filter(fields[0], "eq", (texts[0],)))
    else:
        uses.looked_up += [token.text for token in segment.words]


def _is_most_of(segment: Phrase, text: str) -> bool:
    """Whether words are more than half of a title; a word of it alone names it as little as any other row."""
    return 2 * len(segment.words) > len(name_words(text))


def _rank(dataset: Dataset, name: str) -> int:
    role = dataset.field(name).role
    return _ROLE_ORDER.index(role) if role in _ROLE_ORDER else len(_ROLE_ORDER)


def _use_place(dataset: Dataset, segment: Phrase, uses: WordUses) -> None:
    """Districts by their numbers, where a field of the dataset lists them."""
    own = next((each for each in dataset.published if each.role == "place" and each.choices is not None), None)
    codes = {entry.code for entry in own.choices.entries} if own is not None and own.choices is not None else set()
    asked = [str(number) for number in segment.districts]
    if own is None or not set(asked) <= codes:
        uses.score -= FITS
        uses.unread.append(segment.text)
        return
    uses.score += FITS
    uses.filters.setdefault(own.name, []).extend(Filter(own.name, "eq", (code,)) for code in asked)


def _use_thing(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """A word for a sort of thing (a company, a unit): the field of the dataset that holds such."""
    if any(
        each.sense == "dataset" and each.grade == "right" and each.slug not in (*lexicon.registers, dataset.slug)
        for each in segment.meanings
    ):
        return False
    for meaning in segment.of("thing", "dataset", "relation"):
        if meaning.grade == "weak" or _is_post(lexicon, dataset, segment, meaning):
            continue
        slug, _, name = meaning.target.partition(".") if meaning.sense == "thing" else (meaning.slug, "", meaning.field)
        other = lexicon.datasets.get(slug)
        if other is None or (meaning.sense == "dataset" and slug not in lexicon.registers):
            continue
        if slug == dataset.slug:
            uses.score += 1.6 * _GRADES[meaning.grade]
            uses.grounded = True
            uses.keys.append(name)
            return True
        role = _role_of(other, name)
        own = next((each for each in dataset.published if role and role != "title" and each.role == role), None)
        if own is not None:
            uses.score += FITS
            uses.keys.append(own.name)
            return True
    for meaning in segment.of("place"):
        own = next((each for each in dataset.published if each.role == "place"), None)
        if own is not None and meaning.target.partition("=")[0] == "district":
            code = meaning.target.partition("=")[2]
            listed = own.choices is not None and any(entry.code == code for entry in own.choices.entries)
            if code == "city":
                return True
            if code and listed:
                _add(uses, Filter(own.name, "eq", (code,)))
            else:
                uses.keys.append(own.name)
            uses.score += FITS
            return True
    return False


def _is_post(lexicon: Lexicon, dataset: Dataset, segment: Phrase, meaning: Meaning) -> bool:
    """Whether a word for a sort of person is, in this dataset, a word of their posts: «رئیس سازمان»."""
    if meaning.sense != "thing" or meaning.first or len(segment.words) != 1 or segment.plural:
        return False
    held = lexicon.names.places(segment.words[0].text)
    return any(slug == dataset.slug and dataset.field(name).role == "title" for slug, name in held)


def _role_of(dataset: Dataset, name: str) -> str:
    if name:
        return next((each.role or "" for each in dataset.fields if each.name == name), "")
    held = next((each for each in dataset.published if each.role in ("company", "person")), None)
    return held.role or "" if held is not None else ""


def _use_elsewhere(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> None:
    """Words that mean nothing in this dataset, but perhaps in others."""
    if any(_says_nothing(lexicon, dataset, meaning) for meaning in segment.meanings):
        return
    alone = [lexicon.match([word]) for word in segment.words]
    if all(match is not None and any(meaning.sense == "stop" for meaning in match.meanings) for match in alone):
        # «انجام شد» is the state of something elsewhere, and says nothing here.
        return
    if _look_up_service(lexicon, dataset, segment, uses):
        return
    weak = all(meaning.grade == "weak" for meaning in segment.meanings)
    if weak and segment.has(*(_HARMLESS - {"thing", "page"})):
        return
    uses.score -= _ELSEWHERE * _GRADES["weak" if weak else "right"]
    _leave(lexicon, dataset, segment, uses)


def _says_nothing(lexicon: Lexicon, dataset: Dataset, meaning: Meaning) -> bool:
    """Whether a meaning asks or joins, and names nothing that the dataset must hold; a page is of its subject."""
    if meaning.grade == "weak" or meaning.sense not in _HARMLESS:
        return False
    if meaning.sense != "page":
        return True
    concept = lexicon.words_of(dataset)
    return concept is not None and concept.text("page").split("/")[1:2] == meaning.target.split("/")[1:2]


def _look_up_service(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """What people want done, in the titles of a dataset that does not name it: «آسفالت» in lines of the budget."""
    titles = [each.name for each in dataset.published if each.role == "title" and each.kind.is_words]
    for meaning in segment.of("service"):
        for wording in meaning.concept.more.get("find", ()) if meaning.concept is not None else ():
            texts = [word.text for word in tokens(str(wording))]
            for title in titles:
                if all((dataset.slug, title) in lexicon.names.places(text) for text in texts):
                    _add(uses, Filter(title, "contains", (str(wording),)))
                    uses.score += 1.2
                    return True
    return False


def _leave(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> None:
    """Words to be looked up in the rows of the dataset where its names and titles hold them, else not understood."""
    texts = [token.text for token in segment.words]
    held = [any(slug == dataset.slug for slug, _ in lexicon.names.places(text)) for text in texts]
    if texts and all(held) and not segment.fixed:
        uses.looked_up += texts
        uses.score += 0.5
    else:
        uses.score -= _UNKNOWN
        uses.unread.append(" ".join(token.shown for token in segment.words))


def _add(uses: WordUses, condition: Filter) -> None:
    uses.filters.setdefault(condition.field, []).append(condition)
