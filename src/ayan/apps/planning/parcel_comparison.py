"""Parcels side by side: what may be built on each, line by line, as far as their published rows say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.apps.planning.limits import LONGEST_SEARCH, MOST_COMPARED
from ayan.apps.planning.parcel_page import SHOWN, StreetValue, values_of_street
from ayan.apps.planning.parcel_rule import PART, ParcelRule, rule_of, sentence
from ayan.apps.planning.parcel_section import ParcelSection, section_of
from ayan.apps.planning.place_addresses import parcel_address, street_address
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.schema.field import Field
from ayan.core.values.digits import to_latin
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

LINES: Final = ("district", *SHOWN)
"""What is compared, beside street, floor area and street value."""


@dataclass(frozen=True, slots=True)
class ComparedParcel:
    """One parcel: its rule with its page, its sentence, its section, its street, and the street's newest value.

    ``without`` is the address of the comparison without it.
    """

    rule: ParcelRule
    code: str
    address: str
    sentence: str
    section: ParcelSection | None
    street: tuple[str, str] | None
    value: StreetValue | None
    without: str


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One line: its field, and of each parcel its code and its value, None where none is published."""

    field: Field
    cells: tuple[tuple[str, object], ...]

    @property
    def differs(self) -> bool:
        """Whether two parcels have different values that are published."""
        return len({str(value) for _, value in self.cells if value is not None}) > 1


@dataclass(frozen=True, slots=True)
class ParcelComparison:
    """The parcels, their lines, and the codes for which no parcel is published."""

    parcels: tuple[ComparedParcel, ...]
    lines: tuple[ComparedLine, ...]
    unknown: tuple[str, ...]

    @property
    def is_full(self) -> bool:
        """Whether no further one may be added."""
        return len(self.parcels) >= MOST_COMPARED


def comparison_address(codes: Iterable[str], lang: Lang) -> str:
    """The address of the comparison of some parcels."""
    said = [("lot", code) for code in codes]
    path = reverse(f"{lang}:map_compare")
    return f"{path}?{urlencode(said)}" if said else path


def comparison(city: City, codes: Sequence[str], lang: Lang) -> ParcelComparison:
    """The parcels of some codes, each once and in their order, no more than are shown at once. Raises Unanswered."""
    land = player(city, PART)
    wanted = list(dict.fromkeys(code for each in codes if (code := to_latin(each.strip())[:LONGEST_SEARCH])))
    if land is None or not releases(city, land):
        return ParcelComparison((), (), tuple(wanted))
    rules = {code: rule for code in wanted[:MOST_COMPARED] if (rule := _rule(city, land, code)) is not None}
    met = tuple(
        _compared(city, rule, code, comparison_address((each for each in rules if each != code), lang), lang)
        for code, rule in rules.items()
    )
    lines = (
        ComparedLine(land.field(place), tuple((each.code, land.value(place, each.rule.row.values)) for each in met))
        for place in LINES
        if land.has(place)
    )
    published = tuple(line for line in lines if any(value is not None for _, value in line.cells))
    return ParcelComparison(met, published, tuple(code for code in wanted if code not in rules))


def _rule(city: City, land: RoleDataset, code: str) -> ParcelRule | None:
    try:
        asked = parse(land.dataset, [(land.names["code"], code)])
    except BadQuestion:
        return None
    question = Question(slug=land.dataset.slug, filters=asked.filters, size=1)
    rows = city.query_service.rows(land.dataset, question).rows
    return rule_of(land.dataset, rows[0]) if rows else None


def _compared(city: City, rule: ParcelRule, code: str, without: str, lang: Lang) -> ComparedParcel:
    street = rule.text("street")
    values = values_of_street(city, street)
    return ComparedParcel(
        rule,
        code,
        parcel_address(rule.land, code, lang),
        sentence(rule, lang),
        section_of(rule, lang),
        (street, street_address(street, lang)) if street else None,
        values[0] if values else None,
        without,
    )
