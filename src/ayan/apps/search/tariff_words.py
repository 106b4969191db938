"""The tariff that somebody's words name by its title, which leads to its calculator; and the published rate that words
of their own tell of, where they ask what something costs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ayan.apps.search.limits import (
    LEAST_OF_ONE,
    LEAST_OTHERWISE,
    LEAST_RATE,
    LEAST_RATE_SHARE,
    MOST_RATES_TOLD,
    NEAR_RATE,
)
from ayan.apps.search.service_details import asks_for_permit, asks_of_one, asks_price
from ayan.apps.search.site_pages import SitePage
from ayan.apps.search.told_services import Everyday, ServiceIndex
from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.answers.cards.cards import AnswerCard, card
from ayan.core.answers.concepts.concepts import Concept
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.lexicon_store import LexiconPending
from ayan.core.answers.pieces.partition import parted
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.morphology import tokens
from ayan.core.query.answer import Unanswered
from ayan.core.query.question import Filter, Question
from ayan.core.query.values import as_asked, read_value
from ayan.core.schema.definition import Dataset
from ayan.core.services.service import ServiceTerms
from ayan.core.services.service_file import ServiceCatalogue
from ayan.core.store.objects import StoreError
from ayan.core.tariff.tariff import Tariff
from ayan.core.tariff.tariff_file import Tariffs
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring.city import City

OWN: Final = Label("«{title}» را با عددهای خودتان حساب کنید", "Work out “{title}” with your own numbers")
EXAMPLE: Final = Label(
    "«{title}»: تعرفهٔ منتشرشدهٔ {city}، به‌عنوان نمونه", "“{title}”: the published tariff of {city}, as an example"
)


def named_tariff(declared: Tariffs, text: str) -> Tariff | None:
    """The tariff whose whole title stands in a text, in any order: a city's own before examples, the longest first."""
    typed = _words(text)
    named = []
    for tariff in declared.sound:
        lengths = [len(form) for words in tariff.title.words().values() if (form := _words(words)) and form <= typed]
        # One word alone, such as a fee, is the name of too much.
        if max(lengths, default=0) > 1:
            named.append((not tariff.is_example, max(lengths), tariff))
    return max(named, key=lambda each: each[:2], default=(False, 0, None))[2]


def with_tariff(city: City, answered: BoxAnswer, text: str) -> BoxAnswer:
    """The answers with a card of the tariff that is named, behind the first; alone where nothing else was answered.

    Of the city's own tariffs of an item, the card leads to the one in force today. Nothing is added where an answer
    leads to the calculators anyway.
    """
    declared = city.registry.tariffs()
    tariff = named_tariff(declared, text)
    if tariff is None or any(card.url.startswith("/tariffs") for card in answered.cards):
        return answered
    if not tariff.is_example:
        tariff = declared.of_item(tariff.item, today(city.clock)) or tariff
    words = (EXAMPLE if tariff.is_example else OWN).format(title=tariff.title, city=tariff.city)
    address = f"/tariffs/{tariff.code}"
    card = AnswerCard("page", words, address, f"/api/v1{address}")
    first = answered.cards[:1]
    at = 1 if first and first[0].kind != "nothing" else 0
    return replace(answered, cards=(*answered.cards[:at], card, *answered.cards[at:]))


_OF_PAYING: Final = frozenset(
    word.text
    for word in tokens(
        "عوارض عوارضش تعرفه نرخ بها بهای پول پولش قیمت هزینه هزینش جریمه جریمش مبلغ خرج خرجش متری ماهی ماهانه سالی "
        "روزی باید بابت واسه بابته "
        "میگیرین میگیرید میگیرن میگیرند میگیره میگیرد میدم میدیم میده بدم بدیم بدهم بدن بپردازم بپردازیم پرداخت واریز "
        "حساب محاسبه فرمول فرمولش تومن تومان ریال ازم ازمون fee fees levy levies charge charges cost costs "
        "price prices rate rates tariff pay paying fine penalty tax"
    )
)
"""Words of what something costs, which say nothing of what it is."""


def with_rates(city: City, answered: BoxAnswer, text: str) -> BoxAnswer:
    """The answers with the rows of the published rate that words tell of, where it is asked what something costs.

    They stand first, but behind a service whose permit is asked for, behind a figure that is sure unless somebody asks
    what they have to pay themselves, and behind what leads to a calculator.
    """
    if answered.is_personal or answered.is_pending or not asks_price(text):
        return answered
    try:
        first = answered.cards[0] if answered.cards else None
        is_open = first is None or not first.is_sure or first.url.startswith("/services/")
        least = LEAST_OF_ONE if asks_of_one(text) else LEAST_RATE_SHARE if is_open else LEAST_OTHERWISE
        listed = _rates_card(city.facts(), city.lexicons.everyday, text, least)
    except (LexiconPending, Unanswered, StoreError):
        return answered
    if listed is None or listed.understood is None:
        return answered
    own = listed.understood.dataset
    if first is not None and _is_of_rate(first, own):
        return answered
    is_figure = first is not None and _is_sum(first) and not asks_of_one(text)
    is_permit = first is not None and first.url.startswith("/services/") and asks_for_permit(text)
    is_reckoned = first is not None and first.url.startswith("/tariffs")
    at = 1 if is_figure or is_permit or is_reckoned else 0
    held = next((each for each in answered.cards if _is_of_rate(each, own)), listed)
    rest = tuple(each for each in answered.cards if each is not held)
    return replace(answered, cards=(*rest[:at], held, *rest[at:]))


def _is_sum(shown: AnswerCard) -> bool:
    """Whether an answer is a sure sum of money: no number of anything else is what something costs."""
    return shown.kind == "figure" and shown.is_sure and bool(shown.figures) and shown.figures[0].unit == "rial"


def _is_of_rate(shown: AnswerCard, slug: str) -> bool:
    """Whether an answer is of rates, and not all of them."""
    understood = shown.understood if shown.kind in ("list", "record") else None
    titled = understood is not None and (
        shown.kind == "record" or any(not name.startswith("_") and name != "kind" for name, _ in understood.filters)
    )
    return titled and understood is not None and understood.dataset == slug and shown.is_sure


def _rates_card(facts: CityFacts, everyday: Everyday, text: str, least: float) -> AnswerCard | None:
    """The rows of the rates that at least a part of a text tells of; None where it tells of none, or of many alike."""
    for concept in facts.lexicon.concepts.values():
        dataset = facts.lexicon.datasets.get(concept.target) if concept.more.get("rates") else None
        title = next((each for each in dataset.published if each.role == "title"), None) if dataset else None
        if dataset is None or title is None or not facts.has_rows(dataset):
            continue
        items = _told_rates(facts, everyday, (dataset.slug, title.name), text, least)
        if not items:
            continue
        conditions = (Filter(title.name, "eq" if len(items) == 1 else "in", items), *_of_year(facts, dataset, text))
        scope = Question(slug=dataset.slug, filters=conditions)
        reading = Reading(dataset, 0.0, parted(facts.lexicon, text, facts.today), named=True)
        return card(facts, as_list(facts, AskedQuestion("list", reading, scope)))
    return None


def _of_year(facts: CityFacts, dataset: Dataset, text: str) -> Iterable[Filter]:
    """The condition of the one year that a text names, of which there are rates."""
    own = facts.time(dataset)
    years = {word.text for word in tokens(text) if word.is_number} & {str(year) for year in facts.years(dataset)}
    if own is not None and own.kind.is_period and len(years) == 1:
        yield Filter(own.name, "eq", (read_value(as_asked(dataset).field(own.name), years.pop()),))


def _told_rates(
    facts: CityFacts, everyday: Everyday, place: tuple[str, str], text: str, least: float
) -> tuple[str, ...]:
    sayings = tuple(_sayings_of(facts.lexicon.concepts.values(), ".".join(place)))
    index = _rate_index(facts.lexicon.names.of_field(*place), sayings, everyday)
    about = " ".join(word.shown for word in tokens(text) if word.text not in _OF_PAYING and not word.is_number)
    ranked = index.ranked(about)
    if not ranked or ranked[0].share < least or ranked[0].weight < LEAST_RATE:
        return ()
    near = [each.service for each in ranked if each.weight >= NEAR_RATE * ranked[0].weight]
    items = tuple(each.title.fa for each in near if isinstance(each, SitePage))
    return items if len(items) <= MOST_RATES_TOLD else ()


def _sayings_of(concepts: Iterable[Concept], place: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What people call what a rate is for, by a word that its title holds."""
    for concept in concepts:
        for held in concept.more.get("find", ()) if place in concept.targets else ():
            sayings = (*concept.more.get("told_fa", ()), *concept.more.get("told_en", ()))
            yield str(held), (*map(str, sayings), *(form for form, grade in concept.forms if grade == "right"))


@lru_cache(maxsize=4)
def _rate_index(
    items: tuple[str, ...], sayings: tuple[tuple[str, tuple[str, ...]], ...], everyday: Everyday
) -> ServiceIndex:
    """The titles of rates by the words that tell of them, made once."""
    nothing = Label("", "")
    pages = tuple(
        SitePage(
            item, Label(item, item), nothing, tuple(text for held, texts in sayings if held in item for text in texts)
        )
        for item in items
    )
    return ServiceIndex(ServiceCatalogue({}, ServiceTerms()), everyday, pages)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.text for word in tokens(text))
