"""What a question names by itself: a record by its number, a thing by its name, a service, a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, Understood, api_of, record, row_title
from ayan.core.answers.cards.year_pages import newest_of_code
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.concepts.names import name_words, shape_of_code, spellings
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.measures import counts_days
from ayan.core.answers.limits import LONGEST_CODE, MOST_CODES, MOST_NUMBERED, MOST_READINGS, SHORTEST_STEM
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.pieces.said_orders import counts_people
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.readings.look_ups import said, worded
from ayan.core.answers.words.morphology import form_words
from ayan.core.answers.words.spoken_words import spoken
from ayan.core.query import values
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.keys import key_of, step_of
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label

_TELLING: Final = 1.5
"""From this score on, a reading says more of a question than a page that it names in passing."""
PAGE: Final = Label("صفحهٔ «{words}»", "The page “{words}”")
PAGE_SAYS: Final = Label("{page}: {says}", "{page}: {says}")
SERVICE: Final = Label("خدمت «{title}»", "The service “{title}”")


def _says_nothing(phrase: Phrase) -> bool:
    """Whether a piece names neither a thing nor a condition: question words, and the municipality itself."""
    return phrase.has("stop", "ask") or any(meaning.target == "none" for meaning in phrase.of("place"))


# --- records by their numbers -----------------------------------------------------------------------------------------


def coded(facts: CityFacts, question: Parted, read: Sequence[Reading]) -> Iterator[AnswerCard]:
    """The records whose number stands in a question: in the datasets that it names, else in all."""
    segments = question.segments
    bound = {segments[at + 1].start for at, each in enumerate(segments[:-1]) if each.has("comparison")}
    codes = [each for each in segments if each.sense == "code" or (_may_be_code(each) and each.start not in bound)]
    codes = [each for each in codes if len(each.text) <= LONGEST_CODE and not counts_people(question, each)]
    numbered = [facts.lexicon.datasets[slug] for slug in _numbered(question) if slug in facts.lexicon.datasets]
    named = numbered or [reading.dataset for reading in read[:MOST_READINGS] if reading.named or reading.keys]
    for phrase in codes[:MOST_CODES]:
        records = [answer for dataset in named for answer in _records(facts, dataset, phrase)]
        if not records and phrase.sense == "code" and not _is_used(read, phrase):
            rest = [each for each in facts.lexicon.datasets.values() if each not in named]
            # A number is looked for first where numbers are written like it.
            code, numbers = shape_of_code(phrase.words[0].text), facts.lexicon.names.numbers
            alike = [each for each in rest if shape_of_code(numbers.get(each.slug, "")) == code]
            # Digits alone are written alike in many tables: as many of them are of one table sooner, and those of a
            # table that a word names, if only within a name: «اسناد قرارداد …».
            size, said = len(phrase.words[0].text), worded(facts.lexicon, question)
            alike = sorted(alike, key=lambda each: (each.slug not in said, abs(len(numbers[each.slug]) - size)))
            alike = alike[:MOST_NUMBERED]
            records = [answer for dataset in alike for answer in _records(facts, dataset, phrase)]
            rest = [] if records else [each for each in rest if each.slug in numbers and each not in alike]
            rest = rest[: MOST_NUMBERED - len(alike)]
            records += [answer for dataset in rest for answer in _records(facts, dataset, phrase, exact=True)]
        yield from records


def _is_used(read: Sequence[Reading], phrase: Phrase) -> bool:
    """Whether the best reading is sure and has a number for a condition, so that it is no record elsewhere."""
    return (
        bool(read)
        and read[0].is_sure
        and (read[0].named or bool(read[0].measures))
        and any(phrase.words[0].text in each.text for each in read[0].filters)
    )


def _numbered(question: Parted) -> Iterator[str]:
    """The datasets whose numbers are named: «شمارهٔ قرارداد»."""
    for phrase in question.segments:
        for meaning in phrase.of("thing"):
            if "number" in meaning.target or "code" in meaning.target or "_id" in meaning.target:
                yield meaning.target.partition(".")[0]


def _may_be_code(phrase: Phrase) -> bool:
    """A period or a number that may be the number of a record, in a dataset that the question names."""
    return (
        phrase.sense in ("period", "number")
        and len(phrase.words) == 1
        and phrase.words[0].is_number
        and not (phrase.period is not None and phrase.period.is_year)
    )


def _records(facts: CityFacts, dataset: Dataset, phrase: Phrase, *, exact: bool = False) -> Iterator[AnswerCard]:
    if not facts.has_rows(dataset):
        return
    if len(dataset.key) != 1:
        yield from newest_of_code(facts, dataset, phrase)
        return
    own = values.as_asked(dataset).field(dataset.key[0])
    if not own.kind.is_code and not own.kind.is_count and not own.kind.is_company:
        return
    asked = []
    for text in spellings(phrase.words[0].text):
        try:
            asked.append(values.read_value(own, text))
        except BadValue:
            continue
    for part in (asked[:1],) if exact else (asked[:1], asked[1:]):
        if not part:
            continue
        given = values.without_repetition(own, part)
        condition = Filter(own.name, "eq" if len(given) == 1 else "in", given)
        rows = _rows(facts, dataset, Question(slug=dataset.slug, filters=(condition,), size=MOST_READINGS))
        yield from (record(dataset, row) for row in rows)
        if rows:
            return


def _rows(facts: CityFacts, dataset: Dataset, question: Question) -> tuple[Row, ...]:
    try:
        return tuple(facts.rows(dataset, question).rows)
    except (Unanswered, StoreError, BadQuestion):
        return ()


# --- things by their names --------------------------------------------------------------------------------------------


def entity(facts: CityFacts, question: Parted, wanted: Cues, read: Sequence[Reading]) -> AnswerCard | None:
    """The record of the one thing that a question names and asks nothing else of."""
    if not wanted.asks <= {"person", "record", "definition"} or wanted.function or wanted.count or wanted.order:
        return None
    content = [phrase for phrase in question.segments if not _says_nothing(phrase)]
    if not content or any(not phrase.has("name", "thing") for phrase in content):
        return None
    if len(content) > 1 and any(
        (phrase.plural and phrase.has("dataset")) or ("person" in wanted.asks and _is_of_people(facts, phrase))
        for phrase in content
    ):
        # «پروانه‌های بافت تاریخی» are no member of the council.
        return None
    for reading in read:
        homes = _homes(facts, reading.dataset)
        names = [meaning for meaning in reading.names if meaning.field in homes]
        texts = {meaning.text for meaning in names}
        if len(texts) != 1:
            continue
        condition = Filter(names[0].field, "eq", (names[0].text,))
        rows = _rows(facts, reading.dataset, Question(slug=reading.dataset.slug, filters=(condition,), size=2))
        if len(rows) == 1:
            return record(reading.dataset, rows[0])
    return None


def _is_of_people(facts: CityFacts, phrase: Phrase) -> bool:
    """Whether a piece is a word for people: who the managers of a unit are is not that unit."""
    for meaning in phrase.of("thing"):
        slug, _, name = meaning.target.partition(".")
        dataset = facts.lexicon.datasets.get(slug)
        if dataset is not None and any(each.name == name and each.role == "person" for each in dataset.fields):
            return True
    return False


def _homes(facts: CityFacts, dataset: Dataset) -> set[str]:
    """The fields of a dataset by which its own things are called."""
    things = (each for each in facts.lexicon.concepts.values() if each.sense == "entity-type")
    targets = (each.target for each in things if not each.more.get("anybody"))
    return {name for slug, _, name in (target.partition(".") for target in targets) if slug == dataset.slug}


# --- services ---------------------------------------------------------------------------------------------------------


def guide(facts: CityFacts, question: Parted, wanted: Cues, read: Sequence[Reading]) -> AnswerCard | None:
    """The service whose title holds what somebody asks how to get."""
    where = "place" in wanted.asks and wanted.acts
    if not (where or wanted.asks & {"how-to", "duration"}) or wanted.count or wanted.period is not None:
        return None
    if read and read[0].is_sure and (wanted.function or (not wanted.acts and counts_days(read[0]))):
        # «متوسط پاسخ … چند روزه», «چقدر طول می‌کشد به شکایت‌ها جواب بدهند»: what came of many, and no promise.
        return None
    for concept in facts.lexicon.concepts.values():
        dataset = facts.lexicon.datasets.get(concept.target) if concept.text("how_to") else None
        if dataset is None or not facts.has_rows(dataset):
            continue
        if any(each.slug == dataset.slug for phrase in question.segments for each in phrase.of("service")):
            # It is named in words of its own.
            return None
        place = (dataset.slug, concept.text("how_to"))
        content = [phrase for phrase in question.segments if not phrase.has("stop", "ask", "aggregate", "comparison")]
        # What the question names comes before what else stands in it.
        content.sort(key=lambda phrase: not any(m.grade == "right" for m in phrase.of("dataset", "value", "service")))
        texts = [text for phrase in content for text in said(facts.lexicon, dataset, phrase)]
        held = [text for text in texts if place in facts.lexicon.names.places(text)]
        if where and len(held) < len(texts) and not (read and wanted.acts and not read[0].is_sure):
            continue
        names = [name for name in facts.lexicon.names.with_words(held) if place in name.fields] if held else []
        if not names and held and wanted.acts:
            # No title holds all of it: the one with what stands first.
            names = [name for name in facts.lexicon.names.with_words(held[:1]) if place in name.fields]
        if names:
            stem = facts.lexicon.stem
            named = {each.slug for phrase in question.segments for each in phrase.of("dataset")}
            titles = [facts.lexicon.datasets[slug].title.fa for slug in sorted(named)]
            titles = titles or [each.dataset.title.fa for each in read[:1]]
            about = {_root(stem(word.text)) for title in titles for word in form_words(title)}
            # «پروانه» alone is that of the dataset it leads to, where a title says so.
            best = min(
                names,
                key=lambda name: (-len(about & {_root(stem(word)) for word in name_words(name.text)}), len(name.text)),
            )
            condition = Filter(place[1], "eq", (best.text,))
            rows = _rows(facts, dataset, Question(slug=dataset.slug, filters=(condition,), size=1))
            if rows:
                return service_card(dataset, rows[0])
    return None


def _root(word: str) -> str:
    """A noun of what an adjective is of: «ساختمانی» of «ساختمان»."""
    return word.removesuffix("ی")


def nearest_service(facts: CityFacts, question: Parted) -> AnswerCard | None:
    """The service in whose title most words of a question stand, where it is understood in no other way."""
    texts = {word.text: [word.text, *spoken(word.text)] for word in question.words if len(word.text) >= SHORTEST_STEM}
    for concept in facts.lexicon.concepts.values():
        name = concept.text("how_to") or ("title" if concept.more.get("catalogue") else "")
        dataset = facts.lexicon.datasets.get(concept.target) if name else None
        if dataset is None or not facts.has_rows(dataset):
            continue
        held: Counter[str] = Counter()
        for written in texts.values():
            bearers = (facts.lexicon.names.with_words([text]) for text in written)
            held.update({each.text for names in bearers for each in names if (dataset.slug, name) in each.fields})
        best = min(held, key=lambda title: (-held[title], len(title)), default=None)
        if best is not None and held[best] >= min(2, len(texts)):
            condition = Filter(name, "eq", (best,))
            rows = _rows(facts, dataset, Question(slug=dataset.slug, filters=(condition,), size=1))
            if rows:
                return service_card(dataset, rows[0])
    return None


def is_service_asked(question: Parted, wanted: Cues, read: Sequence[Reading]) -> bool:
    """Whether how to get something done is asked, and no number, place or year of it."""
    if wanted.count or wanted.function or wanted.period or wanted.order or wanted.share:
        return False
    if ("place" in wanted.asks and wanted.acts) or "in-charge" in wanted.asks:
        return True
    if "place" in wanted.asks and read and _are_places(read[0]):
        # «فرهنگسراها کجان»: the places themselves, before what is done there.
        return False
    if "duration" in wanted.asks and read and read[0].is_sure and counts_days(read[0]) and not wanted.acts:
        return False
    if "how-to" in wanted.asks or (wanted.asks & {"duration"} and read and not read[0].named):
        return True
    if "money" in wanted.asks and not wanted.single and any(each.is_sure and each.measures for each in read[:1]):
        # What was spent on it.
        return False
    if read and read[0].services and not read[0].named and not wanted.wants_figure and not read[0].keys:
        # What people want done is the best that a question can be read as.
        return True
    content = [phrase for phrase in question.segments if not _says_nothing(phrase)]
    return bool(content) and all(phrase.has("service") for phrase in content)


def _are_places(reading: Reading) -> bool:
    """Whether a reading is of things of a sort that stand somewhere."""
    sorts = {each.name for each in reading.dataset.published if each.role == "category"}
    somewhere = any(each.role == "place" for each in reading.dataset.published)
    return somewhere and reading.is_sure and any(each.field in sorts for each in reading.filters)


def services(facts: CityFacts, question: Parted, read: Sequence[Reading]) -> Iterator[AnswerCard]:
    """The records of the services that a question names."""
    for phrase in question.segments if any(each.services for each in read) else ():
        for meaning in phrase.of("service"):
            dataset = facts.lexicon.datasets[meaning.slug]
            if meaning.concept is None or f"{meaning.slug}.{meaning.field}" != meaning.concept.target:
                continue
            if not _is_register(facts, dataset):
                continue
            row = _service(facts, dataset, meaning)
            if row is not None:
                yield service_card(dataset, row)


def _is_register(facts: CityFacts, dataset: Dataset) -> bool:
    """Whether the rows of a dataset are the services themselves, and not what they cost or where they are done."""
    return facts.has_rows(dataset) and facts.time(dataset) is None and len(dataset.key) == 1


def _service(facts: CityFacts, dataset: Dataset, meaning: Meaning) -> Row | None:
    assert meaning.concept is not None  # noqa: S101 - who calls this has looked
    for words in meaning.concept.more.get("find", ()):
        condition = Filter(meaning.field, "contains", (str(words),))
        rows = _rows(facts, dataset, Question(slug=dataset.slug, filters=(condition,), size=1))
        if rows:
            return rows[0]
    return None


def as_service(facts: CityFacts, card: AnswerCard) -> AnswerCard:
    """A card; a list of one service as that service."""
    slug = card.understood.dataset if card.kind == "list" and len(card.rows) == 1 and card.understood else ""
    dataset = facts.lexicon.datasets.get(slug)
    concept = facts.lexicon.words_of(dataset) if dataset is not None else None
    if dataset is None or concept is None or not concept.text("how_to"):
        return card
    return service_card(dataset, card.rows[0])


def service_card(dataset: Dataset, row: Row) -> AnswerCard:
    """A service as an answer."""
    step = step_of(key_of(dataset, row))
    text = SERVICE.format(title=row_title(dataset, row))
    return AnswerCard(
        "service",
        text,
        f"/data/{dataset.slug}/r/{step}",
        api_of(dataset, f"rows/{step}", ""),
        Understood(dataset.slug),
        rows=(row,),
    )


# --- pages ------------------------------------------------------------------------------------------------------------


def is_page_asked(question: Parted, read: Sequence[Reading]) -> bool:
    """Whether a page is all that a question names."""
    content = [phrase for phrase in question.segments if not _says_nothing(phrase) or phrase.has("page")]
    pages = [phrase for phrase in content if any(meaning.grade == "right" for meaning in phrase.of("page"))]
    if any(
        m.grade == "right" and m.concept is not None and m.concept.more.get("leads")
        for p in pages
        for m in p.of("page")
    ):
        return True
    if pages and all(phrase in pages or _is_place(phrase) for phrase in content) and any(map(_is_of_places, pages)):
        return True
    if not pages or any(phrase.sense in ("code", "amount", "place", "period") for phrase in content):
        return False
    return len(pages) == len(content) or not read or read[0].score < _TELLING


def _is_place(phrase: Phrase) -> bool:
    return phrase.sense == "place" or any(each.grade == "right" for each in phrase.of("place"))


def _is_of_places(phrase: Phrase) -> bool:
    """Whether a piece names a page that shows places: «نقشهٔ بافت تاریخی»."""
    return any(each.concept is not None and each.concept.more.get("of_places") for each in phrase.of("page"))


def pages(question: Parted) -> Iterator[AnswerCard]:
    """The pages that a question names."""
    for phrase in question.segments:
        for meaning in phrase.of("page"):
            if meaning.concept is None or meaning.grade != "right" or "{" in meaning.target:
                continue
            yield _page(meaning)


def comparing(facts: CityFacts, question: Parted) -> AnswerCard | None:
    """The page that sets the columns of two datasets against each other, where both are named; None without one."""
    named = {meaning.slug for phrase in question.segments for meaning in phrase.of("dataset", "measure")}
    for concept in facts.lexicon.concepts.values():
        compared = concept.more.get("compares", ()) if concept.sense == "page" else ()
        if compared and set(compared) <= named:
            return _page(Meaning("page", concept=concept))
    return None


def _page(meaning: Meaning) -> AnswerCard:
    concept = meaning.concept
    text = PAGE.format(words=Label(_title(meaning, "title_fa", latin=False), _title(meaning, "title_en", latin=True)))
    if concept is not None and concept.text("says_fa"):
        text = PAGE_SAYS.format(page=text, says=Label(concept.text("says_fa"), concept.text("says_en")))
    return AnswerCard("page", text, meaning.target, "")


def _title(meaning: Meaning, key: str, *, latin: bool) -> str:
    """What a page is called on itself; where a city's own words do not say it, the first form that people use."""
    assert meaning.concept is not None  # noqa: S101 - who calls this has looked
    said = meaning.concept.text(key)
    forms = [form for form, grade in meaning.concept.forms if grade == "right"]
    return said or next((form for form in forms if form.isascii() == latin), forms[0])
