"""Timeliness and fairness of the queue as a page compares them, unit by unit and kind by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ayan.apps.counter import prior_answers, rules
from ayan.apps.counter.limits import FIGURES_PERIOD
from ayan.apps.counter.models import CaseFigures
from ayan.apps.counter.public_words import UnitNames
from ayan.apps.counter.serving_order import ORDER_REASONS
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.value_html import plain_number
from ayan.wiring import city

WITHOUT_REASON = Label("بی دلیل ثبت‌شده", "No reason given")


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One unit or kind with its figures; a share of nothing is None."""

    name: str
    unit: str
    figures: CaseFigures
    median: int | None
    days: str
    in_time: float | None
    turned: float | None
    overtook: float | None
    reasons: tuple[tuple[str, int], ...]


def compared(lang: Lang) -> Mapping[str, Any]:
    """The lines of units (the latest ones first), of kinds, and of all, as they were counted last."""
    names = UnitNames()
    kept = list(CaseFigures.objects.all())
    titles = {code: kind.title.of(lang) for code, kind in rules.kinds().sound.items()}
    units = [
        _line(each, names.of(each.office, lang), lang)
        for each in kept
        if not each.kind and (each.office or each.no_office)
    ]
    kinds = [
        _line(each, titles.get(each.kind, each.kind), lang)
        for each in kept
        if each.kind and not each.office and not each.no_office
    ]
    whole = next((each for each in kept if not (each.office or each.no_office or each.kind)), None)
    return {
        "units": sorted(units, key=lambda line: (-line.figures.late, -line.figures.waiting, line.name)),
        "by_kind": sorted(kinds, key=lambda line: (-line.figures.received, line.name)),
        "whole": _line(whole, "", lang) if whole is not None else None,
        "offers": prior_answers.served_share(since=today(city.current().clock) - FIGURES_PERIOD),
        "counted_at": whole.counted_at if whole is not None else None,
    }


def _line(figures: CaseFigures, name: str, lang: Lang) -> FigureLine:
    reasons = {
        ORDER_REASONS.get(code, WITHOUT_REASON).of(lang): number
        for code, number in sorted(figures.reasons.items(), key=lambda each: (-each[1], each[0]))
    }
    return FigureLine(
        name=name,
        unit=figures.office or ("none" if figures.no_office else ""),
        figures=figures,
        median=figures.median,
        days=_days(figures.median, lang) if figures.median is not None else "",
        in_time=_share(figures.in_time, figures.closed),
        turned=_share(figures.turned, figures.taken),
        overtook=_share(figures.overtook, figures.answered),
        reasons=tuple(reasons.items()),
    )


def _days(tenths: int, lang: Lang) -> str:
    """Tenths of working days, with one decimal where it says something."""
    whole = tenths % 10 == 0
    return plain_number(tenths // 10 if whole else Decimal(tenths) / 10, lang)


def _share(part: int, of: int) -> float | None:
    return part / of if of else None
