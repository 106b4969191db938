"""How pages of places ask for what they show."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.template import Context

from ayan.apps.planning import parcel_page, parcel_rule
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.wiring import city

register = template.Library()


@register.simple_tag(takes_context=True)
def building_rule(context: Context, dataset: Dataset, row: Row) -> str:
    """What may be built on a parcel, in one sentence; empty for a record that is no parcel."""
    rule = parcel_rule.rule_of(dataset, row)
    return parcel_rule.sentence(rule, locale.known(context.get("lang"))) if rule else ""


@register.simple_tag(takes_context=True)
def parcel(context: Context, dataset: Dataset, row: Row) -> dict[str, Any] | None:
    """What the page of a parcel shows beside its record; None for a record that is no parcel."""
    rule = parcel_rule.rule_of(dataset, row)
    return parcel_page.page(city.current(), rule, locale.known(context.get("lang"))) if rule else None


PLACES: Final = {
    "code": Label("کد", "code"),
    "area": Label("مساحت زمین", "land area"),
    "use": Label("کاربری", "use"),
    "zone": Label("پهنه", "zone"),
    "storeys": Label("تعداد طبقه", "storeys"),
    "density": Label("تراکم", "density"),
    "coverage": Label("سطح اشغال", "site coverage"),
    "parking": Label("پارکینگ", "parking"),
}
"""What a place of the part is called where a dataset has no field for it."""


@register.simple_tag(takes_context=True)
def place_name(context: Context, place: str) -> str:
    """What a rule is called that is not published."""
    return PLACES[place].of(locale.known(context.get("lang")))
