"""The declared tariffs as pages list them: by city, with their tables of coefficients, and what can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ayan.apps.tariffs.calculation import band_in_words, tidy
from ayan.apps.tariffs.formula_words import condition_in_words
from ayan.core.tariff.tariff import CoefficientTable, Tariff
from ayan.core.tariff.tariff_file import Tariffs
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts import titles

_IN_FULL: Final = Label("{city}: {title}، از {since}", "{city}: {title}, from {since}")
_UNDATED: Final = Label("زمانی که اعلام نشده", "a day that is not established")


@dataclass(frozen=True, slots=True)
class CityTariffs:
    """The tariffs of one city."""

    city: Label
    tariffs: tuple[Tariff, ...]


@dataclass(frozen=True, slots=True)
class ShownBand:
    """One row of a table of coefficients in words; without a value the published table is empty there."""

    words: str
    value: Decimal | None
    why: Label | None


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table of coefficients as a page shows it."""

    table: CoefficientTable
    rows: tuple[ShownBand, ...]


def groups(tariffs: Iterable[Tariff]) -> list[CityTariffs]:
    """Tariffs by city, in the order in which they come."""
    cities: dict[str, list[Tariff]] = {}
    for tariff in tariffs:
        cities.setdefault(tariff.city.en, []).append(tariff)
    return [CityTariffs(listed[0].city, tuple(listed)) for listed in cities.values()]


def comparable(tariff: Tariff, declared: Tariffs) -> tuple[Tariff, ...]:
    """The tariffs of the same item: those of other years, or of other cities."""
    return tuple(each for each in declared.sound if each.item == tariff.item and each.code != tariff.code)


def asks_more(other: Tariff, tariff: Tariff) -> bool:
    """Whether a case of ``tariff`` does not state all that ``other`` asks for: an input of another name or kind."""
    stated = {each.name: each.type for each in tariff.inputs}
    return any(type(stated.get(each.name)) is not type(each.type) for each in other.inputs)


def in_full(tariff: Tariff, lang: Lang) -> str:
    """City, title and beginning in one line, to be chosen from."""
    since = value_html.plain_day(tariff.since, lang) if tariff.since is not None else _UNDATED.of(lang)
    return _IN_FULL.of(lang).format(city=tariff.city.of(lang), title=tariff.title.of(lang), since=since)


def tables(tariff: Tariff, lang: Lang) -> list[ShownTable]:
    """Every table of coefficients of a tariff, row by row."""
    return [
        ShownTable(
            table,
            tuple(
                ShownBand(
                    band_in_words(tariff, table, band, lang),
                    None if band.value is None else tidy(Decimal(band.value).scaleb(-table.type.decimals)),
                    band.why,
                )
                for band in table.bands
            ),
        )
        for table in tariff.tables
    ]


_EXEMPT: Final = Label("معاف", "Exempt")
_OFF: Final = Label("تخفیف {share}", "Discount of {share}")
_UNSAID: Final = Label("گفته نشده", "Not said")


def conditions(tariff: Tariff, lang: Lang) -> list[tuple[str, str]]:
    """Exemptions, discounts and gaps: what each is, and when it applies."""
    listed = [
        (_EXEMPT.of(lang), f"{each.says.of(lang)} ({condition_in_words(tariff, each.when, lang)})")
        for each in tariff.exemptions
    ]
    for each in tariff.discounts:
        share = titles.per_cent(each.share * 100, lang)
        said = f"{each.title.of(lang)} ({condition_in_words(tariff, each.when, lang)})"
        listed.append((_OFF.of(lang).format(share=share), said))
    return [*listed, *((_UNSAID.of(lang), gap.says.of(lang)) for gap in tariff.gaps)]
