"""The fee of a published record: its columns as the inputs of the tariff that was in force on its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from ayan.apps.tariffs.calculation import CHARGED, tidy
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.tariff.tariff import TariffAudit
from ayan.core.values.locale import Lang
from ayan.datasets.tariff_flags import in_force_on
from ayan.wiring import city


def record_fee(dataset: Dataset, row: Row, lang: Lang) -> str:
    """The address at which the fee of a record is worked out and held against what was charged; empty without one."""
    tariffs = city.current().registry.tariffs()
    # The day stands in the column that any of the tariffs of the dataset names.
    for each in tariffs.sound:
        day = row.values.get(each.audit.date) if each.audit is not None and each.audit.dataset == dataset.slug else None
        if isinstance(day, date):
            held = in_force_on(tariffs, dataset.slug, day)
            if held is None or held.audit is None:
                return ""
            return f"{reverse(f'{lang}:tariff', args=(held.code,))}?{urlencode(inputs_of(held.audit, row.values))}"
    return ""


def inputs_of(audit: TariffAudit, values: Mapping[str, object]) -> dict[str, str]:
    """What values of the dataset's columns are as inputs of a tariff, and what was charged, where that is known."""
    stated: dict[str, str] = {}
    for name, column in audit.columns:
        value = values.get(column.field)
        if value is not None:
            text = format(tidy(value), "f") if isinstance(value, Decimal) else str(value)
            stated[name] = dict(column.codes).get(text, text)
    charged = values.get(audit.charged)
    return stated if charged is None else {**stated, CHARGED: str(charged)}
