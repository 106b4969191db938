"""The tariff that somebody's words name by its title: the city's own one leads to its calculator."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ayan.core.answers.box_answer import BoxAnswer
from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.words.morphology import tokens
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


def _words(text: str) -> frozenset[str]:
    return frozenset(word.text for word in tokens(text))
