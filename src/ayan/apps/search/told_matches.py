"""How surely what somebody tells is of a service, a page, or a matter of others, beside what the data answer."""

from __future__ import annotations

from typing import Final

from ayan.apps.search.limits import (
    FEWEST_TOLD_WORDS,
    LEAST_OWN,
    LEAST_SINGLE,
    LEAST_SINGLE_SHARE,
    MOST_OF_IT,
    NEAR_PAGE,
    NEAR_TOLD,
    NEARLY_ALL,
)
from ayan.apps.search.site_pages import SitePage
from ayan.apps.search.told_cues import (
    asks_how,
    asks_number,
    asks_where_several,
    asks_which,
    tells_of_data,
    tells_of_oneself,
    tells_of_several,
)
from ayan.apps.search.told_services import Matter, ToldService
from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.cards.refusals import JUDGED
from ayan.core.answers.words.morphology import tokens
from ayan.core.services.service import Service

_HAVING: Final = frozenset(("دارید", "دارین", "هست", "هستن", "هستند"))
"""By these it is asked what there is."""


def asks_what_stands(first: AnswerCard, text: str) -> bool:
    """Whether it is asked which rows are in some state, before how anything is done: «مناقصهٔ باز دارید که …»."""
    is_asked = tells_of_several(text) or not _HAVING.isdisjoint(word.text for word in tokens(text))
    if first.asked is None or asks_how(text) or not is_asked:
        return False
    states = {each.name for each in first.asked.dataset.published if each.role == "status"}
    return any(each.field in states for each in first.asked.scope.filters)


def is_of_others(match: ToldService, first: AnswerCard | None, text: str) -> bool:
    """Whether nothing but a matter of others is told; an answer that is sure is of the city's own data, unless somebody
    comes with a trouble or wish of theirs."""
    is_clear = match.words >= FEWEST_TOLD_WORDS and match.share >= MOST_OF_IT and match.weight >= LEAST_OWN
    is_clear = is_clear or (match.words == 1 and match.share >= LEAST_SINGLE_SHARE and match.weight >= LEAST_SINGLE)
    is_service = first is not None and first.url.startswith("/services/")
    return is_clear and (is_service or is_open(first) or tells_of_oneself(text))


def is_open(first: AnswerCard | None) -> bool:
    """Whether the data gave no answer that is sure, nor the word of a table that it has no such row."""
    return first is None or not first.is_sure or (first.kind == "nothing" and first.understood is None)


def is_unheld(first: AnswerCard | None) -> bool:
    """Whether it was only said that no row holds some word of the text."""
    return first is not None and first.kind == "nothing" and not first.is_sure and first.asked is None


def is_judged(first: AnswerCard) -> bool:
    """Whether it was only said that data do not tell what is better: «یه ایده دارم واسه بهتر شدن محلمون»."""
    return first.kind == "nothing" and first.text == JUDGED


def is_plainly_page(match: ToldService) -> bool:
    """Whether most of what is told is of one page."""
    return isinstance(match.service, SitePage) and match.words >= FEWEST_TOLD_WORDS and match.share >= MOST_OF_IT


def is_told_whole(match: ToldService, first: AnswerCard | None, text: str) -> bool:
    """Whether all words are those of one page, among them a whole saying of those who look for it."""
    is_told = isinstance(match.service, SitePage) and match.words >= FEWEST_TOLD_WORDS and match.share > 1
    return is_told and (is_open(first) or (first is not None and first.kind != "figure" and not tells_of_data(text)))


def is_served_whole(match: ToldService, first: AnswerCard | None, text: str) -> bool:
    """Whether nearly all words are those of one service, where nobody asks for a number or for several rows."""
    if not isinstance(match.service, Service) or tells_of_data(text) or tells_of_several(text):
        return False
    if (asks_number(text) or not is_open(first)) and not tells_of_oneself(text):
        return False
    if not is_open(first) and asks_number(text):
        return False
    least = FEWEST_TOLD_WORDS if match.share >= 1 else FEWEST_TOLD_WORDS + 1
    return match.words >= least and match.share >= NEARLY_ALL


def nearness(service: Matter) -> float:
    """The part of the weight of the first from which on something is told almost as clearly."""
    return NEAR_PAGE if isinstance(service, SitePage) else NEAR_TOLD


def is_of_all(first: AnswerCard | None) -> bool:
    """Whether an answer is all rows of a table, of which the words left over say something: "permit for a festival"."""
    understood = first.understood if first is not None and first.kind == "list" and not first.is_sure else None
    return understood is not None and not dict(understood.filters)


def rows_first(cards: tuple[AnswerCard, ...], text: str) -> tuple[AnswerCard, ...]:
    """The answers; where it is asked where several things are, the rows of those before what is done there.

    So stand the services that meet a condition before one of them, where it is asked which do.
    """
    if len(cards) > 1 and cards[0].kind == "service" and asks_which(text) and _are_rows_of(cards[0], cards[1]):
        return (cards[1], cards[0], *cards[2:])
    rows = [each for each in cards if each.kind == "list" and each.understood and dict(each.understood.filters)]
    if not asks_where_several(text) or not rows:
        return cards
    return (*rows, *(each for each in cards if each not in rows))


def _are_rows_of(service: AnswerCard, rows: AnswerCard) -> bool:
    """Whether an answer lists rows of some condition, of the table that a service stands in."""
    own, other = service.understood, rows.understood
    is_list = rows.kind == "list" and rows.is_sure and own is not None and other is not None
    return is_list and own is not None and other is not None and own.dataset == other.dataset and bool(other.filters)


def service_first(cards: tuple[AnswerCard, ...], text: str) -> tuple[AnswerCard, ...]:
    """The answers; a service before that what is asked of it is written in no row of the table of services.

    So it stands before all rows of a table that was guessed, where nobody asks for data: "permit for a shop sign".
    """
    if cards and is_of_all(cards[0]) and not tells_of_data(text):
        served = [each for each in cards if each.kind == "service" and each.is_sure]
        return (*served, *(each for each in cards if each not in served))
    first = cards[0].understood if cards and cards[0].kind == "nothing" else None
    for each in cards[1:]:
        if first is not None and each.kind == "service" and each.understood is not None:
            if each.understood.dataset != first.dataset:
                break
            return (each, *(other for other in cards if other is not each))
    return cards
