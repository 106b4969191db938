"""The fee of a case before it is told: what its form says, as inputs of the city's tariffs that are in force."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from ayan.apps.counter import case_record, computed_fee
from ayan.apps.counter.computed_fee import FeeRefused
from ayan.apps.counter.models import Case
from ayan.apps.tariffs.record_fee import inputs_of
from ayan.core.casework.case_kind import CaseKind
from ayan.core.tariff.tariff import Tariff
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class OfferedTariff:
    """A tariff by which the fee can be computed; ``address`` is its page, with what the case says filled in."""

    title: Label
    address: str
    is_filled: bool


def offered(case: Case, kind: CaseKind, lang: Lang) -> list[OfferedTariff]:
    """The tariffs in force by which the fee of a case can be computed, those first that the case has values for."""
    values = case_record.offered(case, kind)
    tariffs = computed_fee.tariffs_in_force(today(city.current().clock))
    rows = [(each, _query(each, kind, values)) for each in tariffs]
    shown = [
        OfferedTariff(each.title, reverse(f"{lang}:tariff", args=(each.code,)) + query, bool(query))
        for each, query in rows
    ]
    return sorted(shown, key=lambda each: not each.is_filled)


def computed(case: Case, kind: CaseKind, lang: Lang) -> str:
    """The address of the computation, where one tariff alone gives an amount for what the case says; else empty."""
    filled = [each.address for each in offered(case, kind, lang) if each.is_filled]
    if len(filled) != 1:
        return ""
    try:
        computed_fee.fee_at(filled[0], today(city.current().clock))
    except FeeRefused:
        return ""
    return filled[0]


def _query(tariff: Tariff, kind: CaseKind, values: dict[str, str]) -> str:
    audit, rule = tariff.audit, kind.record
    if audit is None or rule is None or audit.dataset != rule.dataset:
        return ""
    stated = inputs_of(audit, values)
    return f"?{urlencode(stated)}" if stated else ""
