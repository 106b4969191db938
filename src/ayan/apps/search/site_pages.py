"""Pages of this site by what people say who look for them: to ask, to object, to follow, to check, to download; the
services of an event of life, and what is not the municipality's, by what people say who come with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.urls import Resolver404, resolve

from ayan.apps.search.limits import MOST_SERVICES_SAID
from ayan.core.answers.cards.refusals import others
from ayan.core.answers.concepts.concepts import Concept
from ayan.core.services.service import ServiceTerm
from ayan.core.services.service_file import ServiceCatalogue
from ayan.core.values.label import Label, digits_label


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page: its ``address`` without the language, its title, what it is for, and how people tell of that."""

    address: str
    title: Label
    says: Label
    phrases: tuple[str, ...]

    def names(self) -> Iterator[str]:
        """Its titles."""
        yield from self.title.words().values()

    def sayings(self) -> Iterator[str]:
        """What people say who look for it, which names it as its titles do."""
        yield from self.phrases


@dataclass(frozen=True, slots=True)
class OthersMatter:
    """What is not the municipality's, by what people say who come with it: ``says`` tells whose it is."""

    says: Label
    phrases: tuple[str, ...]

    def sayings(self) -> Iterator[str]:
        """What people say who come with it."""
        yield from self.phrases


@lru_cache(maxsize=4)
def others_matters(concepts: tuple[Concept, ...]) -> tuple[OthersMatter, ...]:
    """What some concepts say of the matters of others, as far as people tell of them in words of their own."""
    spoken = (each for each in concepts if each.target == ELSEWHERE and "told_fa" in each.more)
    return tuple(_matter(each) for each in spoken)


ELSEWHERE: Final = "answer:elsewhere"


def _matter(concept: Concept) -> OthersMatter:
    forms = (form for form, grade in concept.forms if grade == "right")
    sayings = (*concept.more["told_fa"], *concept.more.get("told_en", ()), *forms)
    return OthersMatter(others(concept), tuple(map(str, sayings)))


def site_pages(concepts: Iterable[Concept]) -> tuple[SitePage, ...]:
    """The pages among some concepts of which people tell in words of their own, as far as they are built."""
    return _pages(tuple(each for each in concepts if each.sense == "page" and "told_fa" in each.more))


@lru_cache(maxsize=4)
def _pages(concepts: tuple[Concept, ...]) -> tuple[SitePage, ...]:
    return tuple(_page(each) for each in concepts if _is_built(each.target))


def _page(concept: Concept) -> SitePage:
    sayings = (*concept.more["told_fa"], *concept.more.get("told_en", ()))
    return SitePage(
        concept.target,
        Label(concept.text("title_fa"), concept.text("title_en")),
        Label(concept.text("says_fa"), concept.text("says_en")),
        tuple(map(str, sayings)),
    )


OF_EVENT: Final = Label("{services} و {others} خدمت دیگر.", "{services} and {others} other services.")
OF_FEW: Final = Label("{services}.", "{services}.")


@lru_cache(maxsize=4)
def event_pages(catalogue: ServiceCatalogue) -> tuple[SitePage, ...]:
    """The list of services of each event of life that people tell of: who opens a shop needs several of them."""
    return tuple(_of_event(catalogue, event) for event in catalogue.terms.events.values() if event.needs)


def _of_event(catalogue: ServiceCatalogue, event: ServiceTerm) -> SitePage:
    services = [each for each in catalogue.services.values() if event in each.events]
    others = len(services) - MOST_SERVICES_SAID
    first = services[:MOST_SERVICES_SAID]
    named = [each.title for each in first]
    says = (OF_EVENT if others > 0 else OF_FEW).format(services=named, others=digits_label(others))
    phrases = tuple(text for sayings in event.needs.values() for text in sayings)
    return SitePage(f"/services?event={event.code}", event.title, says, phrases)


def _is_built(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
