"""Questions that get no figure, and what is said instead: withheld, not published, not collected, no matter of data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from ayan.core.answers.cards.cards import AnswerCard, Understood
from ayan.core.answers.concepts.concepts import Concept
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.concepts.names import shape_of_code
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.limits import MOST_NAMED, MOST_TRIED
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.morphology import form_words, tokens
from ayan.core.answers.words.quantities import is_foreign
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import LacksView
from ayan.core.values.identity import national_id
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.label import Label

WITHHELD: Final = Label(
    "«{field}» در «{dataset}» منتشر نمی‌شود. مسئول این داده: {owner}. دلیل را در «اطلاعاتی که منتشر نمی‌شود» ببینید.",
    "“{field}” in “{dataset}” is not published. Responsible: {owner}. The reason stands under what is withheld.",
)
UNPUBLISHED_OF_IT: Final = Label(
    "«{field}» از آنچه می‌پرسید منتشر نمی‌شود. دلیل را در «اطلاعاتی که منتشر نمی‌شود» ببینید.",
    "“{field}” of what you ask about is not published. The reason stands under what is withheld.",
)
_NAMES: Final = frozenset(word.text for word in tokens("نام نامهای اسم اسمهای اسامی name names"))
_PEOPLE: Final = frozenset(
    word.text
    for word in tokens(
        "کسانی کسایی اونایی اونهایی آنهایی آنانی افرادی اشخاصی آدمایی شهروندانی people those persons citizens whoever"
    )
)
_NAME: Final = "name"
_THIS: Final = frozenset(("این", "اون", "ان", "this", "that"))
PERSONAL: Final = Label(
    "شمارهٔ ملی اشخاص منتشر نمی‌شود و در داده‌ها جست‌وجو نشد.",
    "National IDs are not published, and it was not looked up in the data.",
)
KEPT_BACK: Final = Label(
    "«{dataset}» منتشر نمی‌شود. دلیل: {reason} تصمیم‌گیرنده: {decider}. مسئول این داده: {owner}.",
    "“{dataset}” is withheld. Reason: {reason} Decided by: {decider}. Responsible for these data: {owner}.",
)
UNSTATED: Final = Label("اعلام نشده.", "not stated.")
UNPUBLISHED: Final = Label(
    "هنوز چیزی از «{dataset}» منتشر نشده است. {owner} باید آن را منتشر کند.",
    "Nothing of “{dataset}” has been published yet. {owner} owes it.",
)
LACKING: Final = Label("{text} مسئول «{dataset}»: {owner}.", "{text} Responsible for “{dataset}”: {owner}.")
FOREIGN: Final = Label(
    "هیچ مبلغی در این داده‌ها به پول خارجی نیست؛ به ریال یا تومان بپرسید.",
    "No amount in these data is in foreign money; ask in rial or toman.",
)
OWN: Final = Label(
    "قبض، بدهی و پروندهٔ هیچ شخصی منتشر نمی‌شود. آنچه از «{dataset}» منتشر شده همگانی است؛ مسئول: {owner}.",
    "Nobody’s own bills, debts or files are published. What “{dataset}” tells is of all; responsible: {owner}.",
)
ABSENT: Final = Label(
    "«{dataset}» به تفکیک «{words}» منتشر نمی‌شود. مسئول این داده: {owner}.",
    "“{dataset}” is not published by “{words}”. Responsible: {owner}.",
)
ELSEWHERE: Final = Label(
    "این کار شهرداری نیست و داده‌ای از آن اینجا منتشر نمی‌شود. {who}",
    "This is not the municipality’s, and no data about it are published here. {who}",
)
UNRECORDED: Final = Label("داده‌ای از آن اینجا منتشر نمی‌شود. {who}", "No data about it are published here. {who}")
UNCOMPARED: Final = Label(
    "مقایسهٔ یک ستون با ستون دیگر اینجا پاسخ داده نمی‌شود. هر دو را در «{dataset}» ببینید. مسئول این داده: {owner}.",
    "One column set against another is not answered here. See both in “{dataset}”. Responsible: {owner}.",
)
JUDGED: Final = Label(
    "بهتر و بدتر را این داده‌ها نمی‌گویند. سنجه‌ای بنویسید: بیشترین مبلغ، کمترین زمان، بیشترین تعداد.",
    "These data do not say what is better or worse. Name a measure: the highest amount, the shortest time, the most.",
)


def refused(facts: CityFacts, question: Parted, wanted: Cues, read: Sequence[Reading]) -> AnswerCard | None:
    """Why a question gets no other answer; None where it may."""
    if any(_is_person(phrase) for phrase in question.segments):
        return AnswerCard("nothing", PERSONAL, "/withheld", "")
    for meaning in (each for phrase in question.segments for each in phrase.of("ask")):
        if meaning.target == "answer:elsewhere" and meaning.concept is not None and not _is_ours(read):
            return AnswerCard("nothing", others(meaning.concept), "/help", "")
    if is_foreign(question.words):
        return AnswerCard("nothing", FOREIGN, "/help", "")
    hidden = next(_hidden(question, read), None) or _asked_by(facts, question, read)
    hidden = hidden or _names_of_people(facts, question, read)
    if hidden is not None:
        return _withheld(facts, hidden, read)
    if wanted.judged:
        slug = read[0].dataset.slug if read else ""
        return AnswerCard("nothing", JUDGED, f"/data/{slug}", "", Understood(slug) if slug else None)
    return None


def others(concept: Concept) -> Label:
    """That something is not the municipality's, or recorded by nobody here, and whose it is."""
    who = Label(concept.text("who_fa"), concept.text("who_en"))
    return (UNRECORDED if concept.more.get("unrecorded") else ELSEWHERE).format(who=who)


def own(reading: Reading) -> AnswerCard:
    """That what belongs to one person is not published."""
    dataset = reading.dataset
    text = OWN.format(dataset=dataset.title, owner=dataset.owner)
    return AnswerCard("nothing", text, "/withheld", "", Understood(dataset.slug))


def uncompared(facts: CityFacts, reading: Reading) -> AnswerCard:
    """That one column is set against another, which no question of the grammar does; and where both stand."""
    dataset = reading.dataset
    concept = facts.lexicon.words_of(dataset)
    page = concept.text("page").removesuffix("/{year}") if concept is not None else ""
    text = UNCOMPARED.format(dataset=dataset.title, owner=dataset.owner)
    return AnswerCard("nothing", text, page or f"/data/{dataset.slug}", "", Understood(dataset.slug))


def absent(reading: Reading) -> AnswerCard:
    """That a dataset has no such period or place as the question says."""
    dataset = reading.dataset
    words = reading.absent[0]
    text = ABSENT.format(dataset=dataset.title, owner=dataset.owner, words=Label(words, words))
    return AnswerCard("nothing", text, f"/data/{dataset.slug}", "", Understood(dataset.slug))


def _is_person(phrase: Phrase) -> bool:
    """Whether it is the national ID of a person, told by its check digit."""
    if len(phrase.text) != 10 or not phrase.text.isdigit():
        return False
    try:
        return national_id(phrase.text) == phrase.text
    except InvalidValue:
        return False


def _is_ours(read: Sequence[Reading]) -> bool:
    """Whether a question names what is published here, whoever else sees to one of its words: votes "on subsidies"."""
    return bool(read) and read[0].named and bool(read[0].filters or read[0].looked_up)


def _hidden(question: Parted, read: Sequence[Reading]) -> Iterator[Meaning]:
    """What people ask for and nobody may see, where the words mean nothing else in the dataset that is meant."""
    best = read[0].dataset.slug if read else ""
    for phrase in question.segments:
        # «شبا» is an IBAN beside what it is the account of, else it is nights.
        hidden = [each for each in phrase.of("hidden") if each.grade != "weak" or _is_named(read, each)]
        others = [meaning for meaning in phrase.meanings if meaning.sense != "hidden" and meaning.slug]
        if hidden and (not others or all(meaning.slug != best for meaning in others)):
            yield next((meaning for meaning in hidden if meaning.slug == best), hidden[0])


def _is_named(read: Sequence[Reading], meaning: Meaning) -> bool:
    return bool(read) and read[0].named and read[0].dataset.slug == meaning.slug


def _asked_by(facts: CityFacts, question: Parted, read: Sequence[Reading]) -> Meaning | None:
    """What nobody may see, by a word that asks for it of what is meant: «مالک» of a parcel, "who owns" this house."""
    texts = [word.text for word in question.words]
    best = read[0].dataset.slug if read else ""
    codes = {shape_of_code(each.words[0].text) for each in question.segments if each.sense == "code"}
    coded = {slug for slug, number in facts.lexicon.names.numbers.items() if number and shape_of_code(number) in codes}
    for concept in facts.lexicon.concepts.values():
        asked = concept.more.get("asked_by", ())
        if concept.published or not any(_stands(texts, str(form)) for form in asked):
            continue
        places = [place.partition(".") for place in concept.targets]
        own = next(((slug, name) for slug, _, name in places if slug == best or slug in coded), None)
        is_of_it = bool({facts.lexicon.stem(text) for text in texts} & set(map(str, concept.more.get("asked_of", ()))))
        is_pointed_at = not _THIS.isdisjoint(texts)
        if own is None and is_of_it and (is_pointed_at or not read or not read[0].is_sure):
            own = next(((slug, name) for slug, _, name in places if slug in facts.lexicon.datasets), None)
        if own is not None:
            return Meaning("hidden", slug=own[0], field=own[1], concept=concept)
    return None


def _names_of_people(facts: CityFacts, question: Parted, read: Sequence[Reading]) -> Meaning | None:
    """The column of names that nobody may see, where the names of people are asked of rows that tell of no others.

    «اسم کسانی که شکایت کردند» asks for a column, and no list without it is an answer.
    """
    texts = {word.text for word in question.words}
    if texts.isdisjoint(_NAMES) or texts.isdisjoint(_PEOPLE):
        return None
    # «از شهرداری شکایت» is a service by all its words, and «شکایت» alone what is kept of it.
    alone = (facts.lexicon.match([word]) for phrase in question.segments for word in phrase.words)
    said = (each for match in alone if match for each in match.meanings if each.sense == "dataset")
    named = [each.dataset.slug for each in read[:MOST_NAMED] if each.named]
    for slug in named or [each.slug for each in said if each.grade == "right"]:
        dataset = facts.lexicon.datasets[slug]
        if any(each.role in ("person", "company") for each in dataset.published):
            return None
        kept = (each for each in dataset.fields if each not in dataset.published)
        name = next((each.name for each in kept if _NAME in each.label.en.lower().split()), None)
        if name is not None:
            return Meaning("hidden", slug=dataset.slug, field=name)
    return None


def _stands(texts: Sequence[str], form: str) -> bool:
    """Whether the words of a form stand in a text, one behind the other."""
    words = [word.text for word in form_words(form)]
    return any(list(texts[at : at + len(words)]) == words for at in range(len(texts) - len(words) + 1))


def _withheld(facts: CityFacts, meaning: Meaning, read: Sequence[Reading]) -> AnswerCard:
    dataset = facts.lexicon.datasets[meaning.slug]
    label = next((each.label for each in dataset.fields if each.name == meaning.field), dataset.title)
    if read and read[0].dataset.slug != meaning.slug and (read[0].filters or read[0].names):
        # Of the subject that is named another keeps the data: nobody is said rather than the wrong office.
        return AnswerCard("nothing", UNPUBLISHED_OF_IT.format(field=label), "/withheld", "")
    text = WITHHELD.format(field=label, dataset=dataset.title, owner=dataset.owner)
    return AnswerCard("nothing", text, "/withheld", "", Understood(dataset.slug))


def lacking_reading(read: Sequence[Reading]) -> Reading | None:
    """The reading of which nothing is published: the best, or one whose words the best leaves over whole.

    «حقوق اعضای شورا چقدر پرداخت شده» is of nobody's payments.
    """
    if not read or read[0].lacks:
        return read[0] if read else None
    for reading in read[1:MOST_TRIED] if not (read[0].is_sure or read[0].named) else ():
        said = [phrase for phrase in reading.parted.segments if phrase.has("lack") and len(phrase.words) > 1]
        if reading.lacks and any(phrase.text in read[0].unread for phrase in said):
            return reading
    return None


def lacking(facts: CityFacts, reading: Reading) -> AnswerCard:
    """That no dataset tells what is asked, and whose it would be."""
    meaning = reading.lacks[0]
    dataset = facts.lexicon.datasets[meaning.slug]
    view = next(each for each in dataset.views_of(LacksView) if each.code == meaning.code)
    text = LACKING.format(text=view.text, dataset=dataset.title, owner=dataset.owner)
    return AnswerCard("nothing", text, f"/data/{dataset.slug}", "", Understood(dataset.slug), title=view.title)


def unpublished(dataset: Dataset, today: date) -> AnswerCard:
    """That a dataset has no rows yet, and who owes them; or that it is withheld, and by whom."""
    withheld = dataset.withheld
    if withheld is not None and withheld.stands(today):
        blanks = {"reason": withheld.reason or UNSTATED, "decider": withheld.decider or UNSTATED}
        text = KEPT_BACK.format(dataset=dataset.title, owner=dataset.owner, **blanks)
        return AnswerCard("nothing", text, "/withheld", "", Understood(dataset.slug))
    text = UNPUBLISHED.format(dataset=dataset.title, owner=dataset.owner)
    return AnswerCard("nothing", text, f"/data/{dataset.slug}", "", Understood(dataset.slug))
