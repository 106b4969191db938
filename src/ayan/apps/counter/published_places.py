"""The places of a city, such as its streets, from the datasets that list them: searched by a part of a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.apps.counter.limits import LONGEST_PLACE, MOST_PLACE_WORDS, MOST_PLACES, MOST_PLACES_READ
from ayan.core.casework.case_kind import CaseKind, FormField
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey, GroupQuestion
from ayan.core.query.operators import OPERATORS
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import answer_groups
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.locale import PERSIAN, Lang
from ayan.core.values.text import fold
from ayan.wiring import city

_COMMA: Final = re.compile(r"[،,]")


@dataclass(frozen=True, slots=True)
class PublishedPlace:
    """A place as it is listed: its name, and the larger one in which it lies; empty where the list tells none."""

    name: str
    within: str = ""

    @property
    def words(self) -> str:
        """The place as it is written into a form."""
        return PERSIAN.comma.join(filter(None, (self.name, self.within)))


@dataclass(frozen=True, slots=True)
class PlaceSearch:
    """What a search for some words gives: places, whether there are more, and whether one is what was written."""

    places: tuple[PublishedPlace, ...] = ()
    has_more: bool = False
    is_exact: bool = False


def is_listed(field: FormField) -> bool:
    """Whether places can be chosen for a field: one of its lists is published here."""
    return next(_lists(field), None) is not None


def search(field: FormField, words: str, lang: Lang) -> PlaceSearch:
    """The places whose names hold each of these words; where there are none, those that hold all but one, or one."""
    wanted = fold(name_of(words)).split()[:MOST_PLACE_WORDS]
    if not wanted:
        return PlaceSearch()
    lists = list(_lists(field))
    places = _holding(lists, wanted, lang)
    if not places and len(wanted) > 1:
        # A word that no name holds stands in the way of the others, such as one that only people say.
        rest = [[word for word in wanted if word != left] for left in wanted]
        looser = [*rest, *([word] for word in wanted)] if len(wanted) > 2 else rest
        places = next(filter(None, (_holding(lists, part, lang) for part in looser)), [])
    same = [place for place in places if fold(words) in (fold(place.words), fold(place.name))]
    exact = len(same) == 1 or any(fold(words) == fold(place.words) for place in same)
    return PlaceSearch(tuple(places[:MOST_PLACES]), len(places) > MOST_PLACES, exact)


def unlisted(kind: CaseKind, said: Mapping[str, str], lang: Lang) -> dict[str, PlaceSearch]:
    """The fields of a form that name a place which its lists do not hold so, each with what may have been meant."""
    asked = [each for each in kind.fields if each.lists and said.get(each.code) and is_listed(each)]
    results = {each.code: search(each, said[each.code], lang) for each in asked}
    return {code: result for code, result in results.items() if not result.is_exact}


def name_of(place: str) -> str:
    """The name of a place that was written with the larger one in which it lies."""
    return _COMMA.split(place, maxsplit=1)[0].strip()


def _lists(field: FormField) -> Iterator[tuple[Dataset, Field, Field | None]]:
    """The lists of a field that are published: the dataset, its field of names, and the one of larger places."""
    current_city = city.current()
    known = {dataset.slug: dataset for dataset in current_city.registry.all()}
    for listed in field.lists:
        slug, _, name = listed.partition(".")
        dataset = known.get(slug)
        names = next((each for each in dataset.published if each.name == name), None) if dataset is not None else None
        if dataset is None or names is None or names.shown != "public" or not names.kind.is_free_text:
            continue
        if current_city.release_store.current(slug):
            within = next((each for each in dataset.published if each.role == "place" and each.shown == "public"), None)
            yield dataset, names, within if within is not names else None


def _holding(
    lists: Sequence[tuple[Dataset, Field, Field | None]], words: Sequence[str], lang: Lang
) -> list[PublishedPlace]:
    places: dict[str, PublishedPlace] = {}
    for dataset, names, within in lists:
        for place in _of_list(dataset, names, within, words, lang):
            places.setdefault(fold(place.words), place)
    # A street of the very name stands before those whose names begin or go on like it.
    return sorted(places.values(), key=lambda place: (not set(words) <= set(fold(place.name).split()), len(place.name)))


def _of_list(
    dataset: Dataset, names: Field, within: Field | None, words: Sequence[str], lang: Lang
) -> Iterator[PublishedPlace]:
    service = city.current().query_service
    keys = (GroupKey(names.name), *((GroupKey(within.name),) if within is not None else ()))
    try:
        filters = tuple(Filter(names.name, "contains", OPERATORS["contains"].read(names, word)) for word in words)
        scope = Question(slug=dataset.slug, filters=filters, size=MOST_PLACES_READ)
        snapshot = service.snapshot(dataset, scope)
        rows = answer_groups(service, dataset, GroupQuestion(scope=scope, by=keys), snapshot).rows
    except (BadQuestion, BadValue, Unanswered):
        return
    for row in rows:
        name, larger = str(row[names.name] or ""), str(row[within.name] or "") if within is not None else ""
        choices = within.choices if within is not None else None
        place = PublishedPlace(name, choices.label(larger, lang) if choices is not None and larger else larger)
        if name:
            yield place if len(place.words) <= LONGEST_PLACE else PublishedPlace(name[:LONGEST_PLACE])
