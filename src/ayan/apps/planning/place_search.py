"""A search for a place: a parcel by its code, a street by its name or within an address, a district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from django.urls import reverse

from ayan.apps.planning.limits import LONGEST_SEARCH, MOST_ANSWERS
from ayan.apps.planning.map_page import CityLand, parcel_address
from ayan.core.values.address_step import written
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold

PARCEL: Final = Label("ملک", "Parcel")
STREET: Final = Label("معبر", "Street")
DISTRICT: Final = Label("منطقه", "District")


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """One place that a search may have meant: what sort of place, what it is called, and its page."""

    sort: Label
    words: str
    address: str


def street_address(name: str, lang: Lang) -> str:
    """The page of a street; its name may hold anything."""
    return reverse(f"{lang}:map_street", args=("STEP",)).replace("STEP", quote(written(name), safe=""))


def search(whole: CityLand, text: str, lang: Lang) -> list[PlaceAnswer]:
    """The places that a text may mean, the surest first."""
    words = _words(text[:LONGEST_SEARCH])
    if not words or whole.land is None:
        return []
    code = to_latin(text.strip())
    exact = [each for each in whole.shapes if each.code == code]
    begun = [each for each in whole.shapes if code and code[0].isdigit() and each.code.startswith(code)]
    parcels = exact or begun[:MOST_ANSWERS]
    answers = [PlaceAnswer(PARCEL, each.code, parcel_address(whole.land, each.code, lang)) for each in parcels]
    listed = whole.land.field("district").choices if whole.land.has("district") else None
    for entry in listed.entries if listed else ():
        if words in {_words(said) for said in (*entry.label.words().values(), entry.code)}:
            address = reverse(f"{lang}:map_district", args=(entry.code,))
            answers.append(PlaceAnswer(DISTRICT, entry.label.of(lang), address))
    streets = {each.street: _words(each.street) for each in whole.shapes if each.street}
    # A name may stand within an address: «خیابان افرا، پلاک ۱۲».
    named = [name for name, folded in streets.items() if words in folded or (folded and f" {folded} " in f" {words} ")]
    named.sort(key=lambda name: (streets[name] != words, len(name), name))
    answers += [PlaceAnswer(STREET, name, street_address(name, lang)) for name in named]
    return answers[:MOST_ANSWERS]


def _words(text: str) -> str:
    """The folded words of a text with single blanks: commas of an address part nothing."""
    return " ".join("".join(mark if mark.isalnum() else " " for mark in fold(text)).split())
