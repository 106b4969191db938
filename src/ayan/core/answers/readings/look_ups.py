"""Words that mean nothing by themselves in a dataset: pointers to others, and what its names and titles hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ayan.core.answers.concepts.label_words import Labelled
from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.limits import MOST_OF_A_VALUE, SHORTEST_STEM
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.word_usage import FITS, GRADES, WordUses, add
from ayan.core.answers.words.morphology import form_words, is_light_verb, is_negative
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

_ELSEWHERE: Final = 0.9
"""What a word that means something in other datasets alone says against one."""
_UNKNOWN: Final = 0.4
_HELD: Final = 0.5
_CALLED: Final = ("title", "category", "unit", None, "")
_SERVED: Final = 1.2
_SUBJECTS: Final = ("dataset", "service")
_HARMLESS: Final = frozenset(
    ("stop", "ask", "superlative", "aggregate", "comparison", "unit", "period", "thing", "place", "page")
)


def is_swallowed(lexicon: Lexicon, before: Phrase, phrase: Phrase, slug: str) -> bool:
    """Whether a word that says nothing alone says something with the last one of a longer form before it.

    «رسیدهای عوارض | خودرو»: «عوارض خودرو» is not any levy. What it measures in the dataset itself it says there anyhow:
    "foreign travel | cost".
    """
    if len(before.words) < 2 or not phrase.has("stop") or before.end != phrase.start:
        return False
    if any(each.slug == slug for each in phrase.of("measure")):
        return False
    match = lexicon.match([before.words[-1], *phrase.words])
    return match is not None and any(
        each.grade == "right" and each.sense in ("service", "value", "name", "measure") for each in match.meanings
    )


def use_elsewhere(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> None:
    """Words that mean nothing in this dataset, but perhaps in others."""
    if is_of_all(lexicon, dataset, segment):
        return
    if any(_says_nothing(lexicon, dataset, meaning) for meaning in segment.meanings):
        return
    alone = [lexicon.match([word]) for word in segment.words]
    denied = any(is_negative(word.text) for word in segment.words)
    is_empty = all(match is not None and any(each.sense == "stop" for each in match.meanings) for match in alone)
    if is_empty and not denied and not (segment.has("value") and _has_state(lexicon, dataset)):
        # «انجام شد» is the state of something elsewhere, and says nothing of what has no state of its own.
        return
    pointer = pointer_of(dataset, segment)
    if pointer is not None:
        # «پرداخت‌های قراردادها»: those that point to one, as all do where the pointer is required.
        uses.score += FITS
        uses.pointers.append(pointer.name)
        if not pointer.required:
            uses.filters.setdefault(pointer.name, [Filter(pointer.name, "isnull", (False,))])
        return
    if not segment.has("thing") and any(is_home(lexicon, each, dataset) for each in segment.of("dataset")):
        return
    if any(_points(lexicon, each, dataset) for each in segment.of("dataset")):
        # «رأی‌گیری نام‌گذاری»: what is voted on is found there, by its title.
        uses.pointed = True
        uses.score -= _ELSEWHERE / 2
        return
    if _look_up_service(lexicon, dataset, segment, uses) or _look_up_alike(lexicon, dataset, segment, uses):
        return
    weak = all(meaning.grade == "weak" for meaning in segment.meanings)
    if weak and segment.has(*(_HARMLESS - {"thing", "page"})):
        return
    uses.score -= _ELSEWHERE * GRADES["weak" if weak else "right"]
    leave(lexicon, dataset, segment, uses)


def is_noun_of(segments: Sequence[Phrase], number: int, slug: str) -> bool:
    """Whether a piece is only the noun that a value beside it is said of, in any table: "commercial buildings"."""
    phrase = segments[number]
    nouns = {each.slug for each in phrase.of("dataset")}
    if (
        slug in nouns
        or not phrase.meanings
        or any(each.grade != "weak" or each.sense != "dataset" for each in phrase.meanings)
    ):
        return False
    for other in (*segments[max(number - 1, 0) : number], *segments[number + 1 : number + 2]):
        fields = {each.field for each in other.of("value") if each.slug == slug}
        if any(each.field in fields and each.slug in nouns for each in other.of("value")):
            return True
    return False


def is_of_all(lexicon: Lexicon, dataset: Dataset, segment: Phrase) -> bool:
    """Whether a piece says what is true of every row: «تصویب شد» of supplements, a "fee" among revenues."""
    concept = lexicon.words_of(dataset)
    forms = concept.more.get("all_are", ()) if concept is not None else ()
    said = "".join(word.text for word in segment.words)
    return any(said == "".join(word.text for word in form_words(str(form))) for form in forms)


def _has_state(lexicon: Lexicon, dataset: Dataset) -> bool:
    """Whether rows are in one state or another, and are no acts of which each was done."""
    concept = lexicon.words_of(dataset)
    is_act = concept is not None and bool(concept.more.get("acts"))
    return not is_act and any(each.role == "status" for each in dataset.published)


def _says_nothing(lexicon: Lexicon, dataset: Dataset, meaning: Meaning) -> bool:
    """Whether a meaning asks or joins, and names nothing that the dataset must hold; a page is of its subject."""
    if meaning.grade == "weak" or meaning.sense not in _HARMLESS:
        return False
    if meaning.sense != "page":
        return True
    if meaning.concept is not None and meaning.concept.more.get("joins"):
        # «مقایسهٔ …»: what is done with it, and the page where that is done.
        return True
    concept = lexicon.words_of(dataset)
    return concept is not None and concept.text("page").split("/")[1:2] == meaning.target.split("/")[1:2]


def _look_up_service(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """What people want done, in the titles of a dataset that does not name it: «آسفالت» in lines of the budget."""
    if any(each.role == "person" for each in dataset.published):
        # The titles of people are posts: what somebody does is not what is done for others.
        return False
    titles = [each.name for each in dataset.published if each.role == "title" and each.kind.is_words]
    if _is_called_so(lexicon, dataset, titles, segment):
        # «خرید نیمکت»: benches, and not all that parks are furnished with.
        return False
    if segment.has("service") and (unit := _unit_of(lexicon, dataset, segment)) is not None:
        # «آتش‌نشانی» of a contract: whose it is.
        add(uses, unit)
        uses.score += _SERVED
        return True
    for meaning in segment.of("service"):
        for wording in meaning.concept.more.get("find", ()) if meaning.concept is not None else ():
            texts = [word.text for word in form_words(str(wording))]
            for title in titles:
                if all((dataset.slug, title) in lexicon.names.places(text) for text in texts):
                    add(uses, titled(lexicon, dataset, title, str(wording)))
                    uses.score += _SERVED
                    return True
    return False


def _unit_of(lexicon: Lexicon, dataset: Dataset, segment: Phrase) -> Filter | None:
    """The one unit of a dataset that is called by some words: a sort of unit, and what it does."""
    fields = [each.name for each in dataset.published if each.role == "unit"]
    names = lexicon.names.with_words([word.text for word in segment.words])
    units = {(name, each.text) for each in names for slug, name in each.fields if slug == dataset.slug}
    unit = next(iter(units), ("", ""))
    if len(units) != 1 or unit[0] not in fields or len(form_words(unit[1])) > len(segment.words) + 1:
        return None
    return Filter(unit[0], "eq", (unit[1],))


def _is_called_so(lexicon: Lexicon, dataset: Dataset, titles: Sequence[str], segment: Phrase) -> bool:
    """Whether titles of a dataset hold a word as it was said, which is no general word of what it asks for."""
    wordings = {
        word.text
        for meaning in segment.of("service")
        for wording in (meaning.concept.more.get("find", ()) if meaning.concept is not None else ())
        for word in form_words(str(wording))
    }
    places = [
        {name for slug, name in lexicon.names.places(word.text) if slug == dataset.slug} for word in segment.words
    ]
    return (
        bool(places) and all(each & set(titles) for each in places) and not {w.text for w in segment.words} <= wordings
    )


def is_home(lexicon: Lexicon, meaning: Meaning, dataset: Dataset) -> bool:
    """«شورا» of its sessions: the people whose page tells of the dataset, too."""
    own, other = lexicon.words_of(dataset), meaning.concept
    if own is None or other is None or meaning.slug not in lexicon.registers:
        return False
    home = own.text("page").split("/")[1:2]
    return bool(home) and home == other.text("page").split("/")[1:2]


def _points(lexicon: Lexicon, meaning: Meaning, dataset: Dataset) -> bool:
    other = lexicon.datasets[meaning.slug]
    refs = (each.ref for each in other.published if each.required and each.ref is not None)
    return meaning.grade == "right" and any(ref.dataset == dataset.slug for ref in refs)


def _look_up_alike(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """What a word is called elsewhere, in the names of this dataset: a park among titles that say «بوستان»."""
    if all((dataset.slug in {slug for slug, _ in lexicon.names.places(word.text)}) for word in segment.words):
        # Its own words stand there.
        return False
    if is_way_elsewhere(lexicon, segment):
        return False
    if any(each.role == "person" for each in dataset.published) and not segment.has("value"):
        return False
    called = [each.name for each in dataset.published if each.role in _CALLED and each.kind.is_words]
    # Titles are Persian: what an English word measures elsewhere is a subject of theirs.
    senses = ("value", "service", "measure", "dataset") if segment.words[0].is_latin else ("value", "service")
    for meaning in segment.of(*senses):
        if meaning.grade == "weak":
            continue
        if meaning.sense == "dataset" and any(each.role == "person" for each in dataset.published):
            # "Net revenue" is nothing of those who see to the revenue.
            continue
        for wording in wordings(lexicon, meaning):
            texts = [word.text for word in form_words(wording)]
            for name in called:
                if meaning.sense == "dataset" and dataset.field(name).role not in ("title", "category"):
                    # What another table is called is no place or unit of this one.
                    continue
                if not texts or not all((dataset.slug, name) in lexicon.names.places(text) for text in texts):
                    continue
                add(uses, titled(lexicon, dataset, name, wording))
                # Who does something is said by its subject less surely than by its name.
                uses.score += _HELD if dataset.field(name).role != "unit" else -_ELSEWHERE / 2
                return True
    return False


def is_way_elsewhere(lexicon: Lexicon, segment: Phrase) -> bool:
    """Whether a word says how, or in what state, things of another table are: of these it says nothing, «نقدی»."""
    values = [each for each in segment.of("value") if each.code and each.grade == "right"]
    others = [(lexicon.datasets.get(each.slug), each.field) for each in values]
    is_subject = any(each.grade == "right" for each in segment.of("dataset", "service", "measure", "name"))
    return bool(others) and not is_subject and all(own is not None and not _is_sort(own, name) for own, name in others)


def _is_sort(dataset: Dataset, name: str) -> bool:
    """Whether a column of a dataset says which sort of things its rows are: the first of its categories."""
    sorts = [each.name for each in dataset.published if each.role == "category"]
    return name in sorts[:1] or dataset.field(name).role not in ("category", "status")


def titled(lexicon: Lexicon, dataset: Dataset, name: str, wording: str) -> Filter:
    """The condition that a column is called so: the one value that is, else all that hold the words."""
    texts = [word.text for word in form_words(wording)]
    exact = [each for each in lexicon.names.called(texts) if (dataset.slug, name) in each.fields]
    # «اجاره‌ای» stands in no title that «اجاره» stands in.
    held = form_words(wording)[0].shown if len(texts) == 1 and wording.endswith("\u200cای") else wording
    return Filter(name, "eq", (exact[0].text,)) if len(exact) == 1 else Filter(name, "contains", (held,))


def wordings(lexicon: Lexicon, meaning: Meaning) -> Iterator[str]:
    """How else the same is called: the label of its code, and the right forms of its concept."""
    dataset = lexicon.datasets.get(meaning.slug)
    own = next((each for each in dataset.published if each.name == meaning.field), None) if dataset else None
    if own is not None and own.choices is not None and meaning.code:
        yield own.choices.label(meaning.code, "fa")
    if meaning.concept is not None:
        yield from (form for form, grade in meaning.concept.forms if grade == "right")


def leave(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> None:
    """Words to be looked up in the rows of the dataset where its names and titles hold them, else not understood."""
    if _use_label(lexicon, dataset, segment, uses):
        return
    texts = [] if is_way_elsewhere(lexicon, segment) else said(lexicon, dataset, segment)
    held = [any(slug == dataset.slug for slug, _ in lexicon.names.places(text)) for text in texts]
    if texts and all(held) and not segment.fixed and not _is_by_chance(lexicon, dataset, texts):
        uses.looked_up += texts
        uses.score += _HELD
    else:
        uses.score -= _UNKNOWN
        uses.unread.append(" ".join(token.shown for token in segment.words))


def _use_label(lexicon: Lexicon, dataset: Dataset, segment: Phrase, uses: WordUses) -> bool:
    """A word that is part of the label of one column or value: «بلیت» of «هزینهٔ بلیت», "banks" of a debt's kind."""
    labels = () if segment.fixed else lexicon.labels.meant(dataset, [word.text for word in segment.words])
    if not labels and not segment.fixed and len(segment.words) > 1 and is_light_verb(segment.words[-1].text):
        # «بدهی دارند», «پاسخ نداده»: the column, with its verb.
        labels = lexicon.labels.meant(dataset, [word.text for word in segment.words[:-1]])
        if labels and any(is_negative(word.text) for word in segment.words):
            return _is_left_empty(dataset, labels, uses)
    if not labels or _is_general(segment):
        return False
    meant, own = labels[0], dataset.field(labels[0].field)
    if len(labels) > 1:
        # «مساحت» of land and of buildings: both are told.
        uses.measures += [Meaning("measure", slug=dataset.slug, field=each.field) for each in labels]
    elif meant.code:
        add(uses, Filter(own.name, "eq", (own.kind.of_code(meant.code),)))
    elif own.kind.summable:
        uses.measures.append(Meaning("measure", slug=dataset.slug, field=own.name))
    else:
        uses.keys.append(own.name)
    uses.score += _HELD
    return True


def _is_general(segment: Phrase) -> bool:
    """Whether a word is a value in many tables, so that it is no short name of one in another: «عمومی»."""
    said = {each.slug for each in segment.of("value") if each.grade == "right" and each.code}
    return len(segment.words) == 1 and len(said) > MOST_OF_A_VALUE


def _is_left_empty(dataset: Dataset, labels: Sequence[Labelled], uses: WordUses) -> bool:
    """«که پاسخ نداده‌اند»: the rows in which the one column that is called so is empty."""
    own = dataset.field(labels[0].field)
    if len(labels) > 1 or labels[0].code or own.required:
        return False
    add(uses, Filter(own.name, "isnull", (True,)))
    uses.score += _HELD
    return True


def _is_by_chance(lexicon: Lexicon, dataset: Dataset, texts: Sequence[str]) -> bool:
    """Whether a short word stands in names of companies alone, as many words do: «کار» of «فانوس‌کار»."""
    roles = {
        dataset.field(name).role for text in texts for slug, name in lexicon.names.places(text) if slug == dataset.slug
    }
    return len(texts) == 1 and len(texts[0]) <= SHORTEST_STEM and roles <= {"company", "person"}


def said(lexicon: Lexicon, dataset: Dataset, segment: Phrase) -> list[str]:
    """The words by which something is looked up: of all that name the same, the first that stand in names here.

    So whoever asks for «بودجه‌بندی» finds what whoever asks for «بودجه» does.
    """
    own = [token.text for token in segment.words]
    concept = next((each.concept for each in segment.meanings if each.grade == "right" and each.concept), None)
    if concept is None or concept.sense not in _SUBJECTS:
        return own
    for form, _ in concept.forms:
        # «آتشنشانی» is «آتش‌نشانی».
        texts = [token.text for token in form_words(form)]
        if "".join(texts) == "".join(own) and _are_held(lexicon, dataset, texts):
            return texts
    if _are_held(lexicon, dataset, own):
        return own
    for form, grade in concept.forms:
        texts = [token.text for token in form_words(form)]
        if grade == "right" and form.isascii() == own[0].isascii() and _are_held(lexicon, dataset, texts):
            return texts
    for form, grade in concept.forms:
        # «پروانهٔ ساختمان» where titles say «پروانه».
        texts = [token.text for token in form_words(form)]
        if grade == "weak" and len(texts) < len(own) and set(texts) < set(own) and _are_held(lexicon, dataset, texts):
            return texts
    return own


def _are_held(lexicon: Lexicon, dataset: Dataset, texts: Sequence[str]) -> bool:
    """Whether some words stand in names of a dataset: several of them in one name."""
    if len(texts) == 1:
        return any(slug == dataset.slug for slug, _ in lexicon.names.places(texts[0]))
    return any(slug == dataset.slug for name in lexicon.names.with_words(texts) for slug, _ in name.fields)


def pointer_of(dataset: Dataset, segment: Phrase) -> Field | None:
    """The field that points to the records which a word names: «قرارداد» of a payment."""
    named = {each.slug for each in segment.of("dataset") if each.grade == "right"}
    # "Contract number": the record that it is of.
    named |= {each.target.removesuffix(".number") for each in segment.of("thing") if each.target.endswith(".number")}
    return next((each for each in dataset.published if each.ref is not None and each.ref.dataset in named), None)


def use_pointed(dataset: Dataset, own: Sequence[Meaning], segment: Phrase, uses: WordUses) -> None:
    """«پرداخت‌های قراردادهای …»: those that point to one, where the records are named in the plural, and no column."""
    pointer = pointer_of(dataset, segment) if segment.plural and all(each.grade == "weak" for each in own) else None
    if pointer is not None and not pointer.required and any(each.field == pointer.name for each in own):
        uses.filters.setdefault(pointer.name, [Filter(pointer.name, "isnull", (False,))])


def joined_values(lexicon: Lexicon, dataset: Dataset, before: Phrase, phrase: Phrase) -> list[Meaning]:
    """The value that a piece is with the last word of a longer form before it: «شرکت‌کننده در مناقصهٔ | عمومی»."""
    if len(before.words) < 2 or before.end != phrase.start or phrase.sense != "words":
        return []
    match = lexicon.match([before.words[-1], *phrase.words])
    said = match.meanings if match is not None and len(before.words[-1].text) >= SHORTEST_STEM else ()
    return [each for each in said if each.sense == "value" and each.code and each.slug == dataset.slug]


def worded(lexicon: Lexicon, question: Parted) -> frozenset[str]:
    """The datasets that some word of a question names by itself, if only within a longer name."""
    matches = (lexicon.match([word]) for word in question.words)
    return frozenset(
        each.slug
        for match in matches
        if match is not None
        for each in match.meanings
        if each.sense == "dataset" and each.grade == "right"
    )
