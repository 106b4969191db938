"""A search for a place: a parcel by its code, a street by its name or within an address, a district."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.urls import reverse

from ayan.apps.civic.roles import RoleDataset
from ayan.apps.planning.city_land import CityLand, city_land
from ayan.apps.planning.limits import LONGEST_SEARCH, MOST_ANSWERS, MOST_NAMED
from ayan.apps.planning.place_addresses import parcel_address, street_address
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.place import Bbox, PlaceError, geometry_bbox
from ayan.core.values.text import fold
from ayan.wiring.city import City

PARCEL: Final = Label("ملک", "Parcel")
STREET: Final = Label("معبر", "Street")
DISTRICT: Final = Label("منطقه", "District")


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """One place that a search may have meant: what sort of place, what it is called, its page, and its code or name.

    ``box`` is that of a parcel; of others the land is asked.
    """

    sort: Label
    words: str
    address: str
    name: str
    box: Bbox | None = None

    @property
    def is_street(self) -> bool:
        """Whether it is a street."""
        return self.sort is STREET


def search(city: City, whole: CityLand, text: str, lang: Lang) -> list[PlaceAnswer]:
    """The places that a text may mean, the surest first. Raises Unanswered."""
    words = _words(text[:LONGEST_SEARCH])
    if not words or whole.land is None:
        return []
    code = to_latin(text.strip())
    codes = _codes(city, whole.land, code)
    answers = [
        PlaceAnswer(PARCEL, each, parcel_address(whole.land, each, lang), each, box)
        for each, box in codes[:MOST_ANSWERS]
    ]
    answers += _districts(whole.land, words, lang)
    streets = _folded(tuple(whole.names("street")))
    # A name may stand within an address: «خیابان افرا، پلاک ۱۲».
    named = [name for name, folded in streets.items() if words in folded or (folded and f" {folded} " in f" {words} ")]
    named.sort(key=lambda name: (streets[name] != words, not streets[name].startswith(words), len(name), name))
    answers += [PlaceAnswer(STREET, name, street_address(name, lang), name) for name in named]
    return answers[:MOST_ANSWERS]


def _districts(land: RoleDataset, words: str, lang: Lang) -> list[PlaceAnswer]:
    """The districts of which a name or the code is these words; where none is, those of which a name begins so."""
    listed = land.field("district").choices if land.has("district") else None
    whole, begun = [], []
    for entry in listed.entries if listed else ():
        said = {_words(name) for name in (*entry.label.words().values(), entry.code)}
        address = reverse(f"{lang}:map_district", args=(entry.code,))
        answer = PlaceAnswer(DISTRICT, entry.label.of(lang), address, entry.code)
        if words in said:
            whole.append(answer)
        elif any(name.startswith(words) for name in said):
            begun.append(answer)
    return whole or begun


def place_document(whole: CityLand, place: PlaceAnswer, lang: Lang) -> dict[str, Any]:
    """A place for the map in the browser: its words and page, the box around its land in degrees or None.

    ``lot`` is the code of a parcel, whose card is opened; empty of others.
    """
    column = {STREET: "street", DISTRICT: "district"}.get(place.sort)
    table = whole.table
    box = table.box_of(table.with_name(column, place.name)) if column and table is not None else place.box
    return {
        "sort": place.sort.of(lang),
        "words": place.words,
        "page": place.address,
        "box": list(box) if box else None,
        "lot": "" if column else place.name,
    }


def _box(land: RoleDataset, values: Mapping[str, object]) -> Bbox | None:
    try:
        return geometry_bbox(json.loads(str(land.value("shape", values))))
    except (PlaceError, ValueError, RecursionError):
        return None


def named(city: City, text: str, lang: Lang) -> list[PlaceAnswer]:
    """The districts and streets whose whole names stand in a text, the longest first; none where no land is there."""
    words = f" {_words(text[:LONGEST_SEARCH])} "
    try:
        whole = city_land(city)
    except Unanswered:
        return []
    if not words.strip() or whole.table is None:
        return []
    answers: list[PlaceAnswer] = []
    listed = whole.land.field("district").choices if whole.land and whole.land.has("district") else None
    there = set(whole.names("district"))
    for entry in listed.entries if listed else ():
        said = {_words(name) for name in entry.label.words().values()}
        if entry.code in there and any(name and f" {name} " in words for name in said):
            address = reverse(f"{lang}:map_district", args=(entry.code,))
            answers.append(PlaceAnswer(DISTRICT, entry.label.of(lang), address, entry.code))
    streets = _folded(tuple(whole.names("street")))
    held = sorted((name for name, said in streets.items() if said and f" {said} " in words), key=len, reverse=True)
    # «خیابان بید ۲» is no «خیابان بید».
    kept = [name for name in held if not any(name != other and streets[name] in streets[other] for other in held)]
    return (answers + [PlaceAnswer(STREET, name, street_address(name, lang), name) for name in kept])[:MOST_NAMED]


@lru_cache(maxsize=4)
def _folded(names: tuple[str, ...]) -> dict[str, str]:
    return {name: _words(name) for name in names}


def _codes(city: City, land: RoleDataset, code: str) -> list[tuple[str, Bbox | None]]:
    """The code itself where a parcel has it, else those that begin so; what begins with no digit only as a whole."""
    for op in ("eq", "startswith") if code[0].isdigit() else ("eq",):
        try:
            asked = parse(land.dataset, [(land.names["code"] + ("" if op == "eq" else f"__{op}"), code)])
        except BadQuestion:
            return []
        question = Question(slug=land.dataset.slug, filters=asked.filters, size=MOST_ANSWERS)
        rows = city.query_service.rows(land.dataset, question).rows
        if rows:
            return [(str(land.value("code", row.values)), _box(land, row.values)) for row in rows]
    return []


def _words(text: str) -> str:
    """The folded words of a text with single blanks: commas of an address part nothing."""
    return " ".join("".join(mark if mark.isalnum() else " " for mark in fold(text)).split())
