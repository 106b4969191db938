"""What may be built on one parcel, as far as its published row establishes it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ayan.apps.civic.roles import RoleDataset
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PlaysView
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html

PART: Final = "land-parcels"
"""The part that a dataset of parcels plays."""

_STOREYS: Final = Label("تا {storeys} طبقه", "Up to {storeys} storeys")
_STOREY: Final = Label("تا ۱ طبقه", "Up to 1 storey")
_WHOLE: Final = Label(
    "اینجا {storeys} می‌توان ساخت، روی هم تا {floor} متر مربع؛ کاربری {use}",
    "{storeys} may be built here, {floor} m² in all at most; use: {use}",
)
_STOREYS_ALONE: Final = Label("اینجا {storeys} می‌توان ساخت؛ کاربری {use}", "{storeys} may be built here; use: {use}")
_FLOOR_ALONE: Final = Label(
    "اینجا روی هم تا {floor} متر مربع می‌توان ساخت؛ کاربری {use}",
    "Up to {floor} m² in all may be built here; use: {use}",
)
_USE_ALONE: Final = Label(
    "کاربری مجاز اینجا {use} است؛ تراکم و تعداد طبقه اعلام نشده",
    "The permitted use here is {use}; density and storeys are not stated",
)
_NOTHING: Final = Label("برای اینجا ضابطه‌ای منتشر نشده است", "No rule has been published for this parcel")


@dataclass(frozen=True, slots=True)
class ParcelRule:
    """What the published row of a parcel establishes: fields with values, and those that are missing.

    ``floor`` is the floor area in whole square metres: density times land; None where either is missing.
    """

    land: RoleDataset
    row: Row
    floor: int | None

    def known(self, *places: str) -> list[tuple[str, Field, object]]:
        """The places that have a value, with field and value."""
        return [
            (place, self.land.field(place), value)
            for place in places
            if (value := self.land.value(place, self.row.values)) is not None
        ]

    def is_known(self, place: str) -> bool:
        """Whether the row says anything in a place."""
        return self.land.value(place, self.row.values) is not None

    def text(self, place: str) -> str:
        """The value of a place as text."""
        return str(self.land.value(place, self.row.values) or "")

    def words(self, place: str, lang: Lang) -> str:
        """The value of a place as people say it."""
        value = self.land.value(place, self.row.values)
        return value_html.value_plain(self.land.field(place), value, lang, "toman") if value is not None else ""


def rule_of(dataset: Dataset, row: Row) -> ParcelRule | None:
    """The rule of a row; None of a dataset that is none of parcels."""
    view = dataset.view(PlaysView)
    if view is None or view.part != PART:
        return None
    land = RoleDataset(dataset, dict(view.places))
    density, area = land.value("density", row.values), land.value("area", row.values)
    floor = int(Decimal(str(density)) * Decimal(str(area)) / 100) if density is not None and area else None
    return ParcelRule(land, row, floor)


def sentence(rule: ParcelRule, lang: Lang) -> str:
    """What may be built, in one sentence, from what is published alone."""
    use, storeys = rule.words("use", lang), rule.land.value("storeys", rule.row.values)
    floor = value_html.plain_number(rule.floor, lang) if rule.floor else ""
    if not use:
        return _NOTHING.of(lang)
    if isinstance(storeys, int) and storeys:
        number = value_html.plain_number(storeys, lang)
        in_words = (_STOREY if storeys == 1 else _STOREYS).of(lang).format(storeys=number)
        return (_WHOLE if floor else _STOREYS_ALONE).of(lang).format(storeys=in_words, use=use, floor=floor)
    return (_FLOOR_ALONE if floor else _USE_ALONE).of(lang).format(use=use, floor=floor)
