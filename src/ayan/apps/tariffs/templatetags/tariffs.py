"""The way from a published record to its fee, worked out by the tariff of its day."""

from __future__ import annotations

from django import template
from django.template import Context

from ayan.apps.tariffs.record_fee import record_fee
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale

register = template.Library()


@register.simple_tag(takes_context=True)
def fee_address(context: Context, dataset: Dataset, row: Row) -> str:
    """The address of the fee of a record with what was charged; empty where no tariff of its day is declared."""
    return record_fee(dataset, row, locale.known(context.get("lang")))
