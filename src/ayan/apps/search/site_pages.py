"""Pages of this site by what people say who look for them: to ask, to object, to follow, to check, to download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.urls import Resolver404, resolve

from ayan.core.answers.concepts.concepts import Concept
from ayan.core.values.label import Label


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page: its ``address`` without the language, its title, what it is for, and how people tell of that."""

    address: str
    title: Label
    says: Label
    sayings: tuple[str, ...]

    def names(self) -> Iterator[str]:
        """Its titles, and what people say who look for it."""
        yield from self.title.words().values()
        yield from self.sayings


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


def _is_built(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
