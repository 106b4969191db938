"""What the pages say of the times of a service: against its promise, by step and by unit, drawn and in tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.urls import NoReverseMatch, reverse

from ayan.apps.services.service_times import PARTS, ServiceTimes, UnitTimes, service_times
from ayan.apps.services.step_times import StepSum, StepTime, StepTimes, balances_between, step_times
from ayan.core.audit.balance import Balance
from ayan.core.services.service import Service
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import ChartMeasure
from ayan.wiring.city import City

PART_WORDS: Final = {
    "queued": Label("در صف", "In the queue"),
    "worked": Label("در دست شهرداری", "In hand"),
    "waited": Label("در انتظار درخواست‌کننده", "Waiting for the applicant"),
}
SPENT: Final = Label("زمان هر درخواست", "Time of a request")
WORKING_DAYS: Final = Label("روز کاری", "working days")
STEP: Final = Label("گام", "Step")
UNIT: Final = Label("واحد", "Unit")
IN_UNITS: Final = Label("میانگین زمان هر درخواست", "Average time of a request")


def promise_context(service: Service, times: ServiceTimes | None, lang: Lang) -> dict[str, Any]:
    """What a page says of how long a service took against its promise; nothing where no times are published."""
    if times is None:
        return {"times": None}
    year = value_html.period_label(str(times.year), lang)
    if not times.is_enough:
        return {"times": times, "year": year}
    kept = None if service.days is None else times.kept(service.days)
    return {
        "times": times,
        "year": year,
        "half": times.within(50),
        "ninety": times.within(90),
        "kept": kept,
        "kept_share": None if kept is None else Decimal(kept) / times.cases,
    }


def times_context(city: City, service: Service, lang: Lang) -> dict[str, Any]:
    """What the page of the times says: all of that, and where the time goes, by step and by unit."""
    times = service_times(city, service)
    context = promise_context(service, times, lang)
    if times is None or not times.is_enough:
        return context
    steps = step_times(city, service.code, times)
    context |= {
        "parts": [(label.of(lang), _tenth(getattr(times, part) / times.cases)) for part, label in PART_WORDS.items()],
        "returns": None if times.returns is None else _tenth(times.returns / times.cases),
        "unit_lines": [(unit, *_unit_line(unit, service)) for unit in times.units],
        "spent": _spent(times, steps, lang),
        "in_units": _in_units(times, lang),
        "steps": steps,
    }
    return context | _steps_context(city, times, steps, lang) if steps else context


def _steps_context(city: City, times: ServiceTimes, steps: StepTimes, lang: Lang) -> dict[str, Any]:
    """The table of the steps, what a request cost, and the balances that hold the sums."""
    between = balances_between(city, times.dataset, steps.dataset)
    means = [[_mean(step.units.get(unit)) for unit in steps.units] for step in steps.steps]
    return {
        "step_lines": [_step_line(step, lang) for step in steps.steps],
        "unit_steps": [(step.title.of(lang), each) for step, each in zip(steps.steps, means, strict=True)],
        "cost_each": None if steps.cost is None else round(steps.cost / times.cases),
        "balances": [(balance.title, _balance_page(balance, lang)) for balance in between],
    }


def _step_line(step: StepTime, lang: Lang) -> tuple[str, str, int, int, Decimal]:
    """A step, its part, how many cases passed it, their days together, and those of one that passed it."""
    part = PART_WORDS[step.part].of(lang) if step.part in PART_WORDS else step.part
    sums = step.all_units
    return step.title.of(lang), part, sums.cases, sums.days, _tenth(sums.days / sums.cases)


def _mean(sums: StepSum | None) -> Decimal | None:
    return _tenth(sums.days / sums.cases) if sums is not None and sums.cases else None


def _unit_line(unit: UnitTimes, service: Service) -> tuple[list[Decimal], Decimal | None, Decimal | None]:
    """The mean days of each part in a unit, the share within the promise, and how often a request was returned."""
    kept = None if service.days is None else unit.kept(service.days)
    days = [_tenth(each) for each in (unit.queued, unit.worked, unit.waited)]
    returns = None if unit.returns is None else _tenth(unit.returns / unit.cases)
    return days, None if kept is None else Decimal(kept) / unit.cases, returns


def _tenth(days: float) -> Decimal:
    return Decimal(str(days)).quantize(Decimal("0.1"))


# --- drawings ---------------------------------------------------------------------------------------------------------


def _spent(times: ServiceTimes, steps: StepTimes | None, lang: Lang) -> Figure:
    """The mean working days of a request by step, coloured by the part they count to; by part where no step is told.

    Every finished request counts, also those that passed no such step: so all bars together are the whole time.
    """
    days = [(step.title.of(lang), step.part, step.all_units.days) for step in steps.steps] if steps else []
    days = days or [(PART_WORDS[part].of(lang), part, getattr(times, part)) for part in PARTS]
    means = [(words, part, _tenth(each / times.cases)) for words, part, each in days]
    wholes = [Whole(words, [mean if part == each else 0 for each in PARTS]) for words, part, mean in means]
    chart = _chart(wholes, STEP, lang)
    title = titles.largest(SPENT.of(lang), [(words, mean) for words, _, mean in means], whole=True, lang=lang)
    return Figure(title, chart, "spent", level=3, rows=times.cases)


def _in_units(times: ServiceTimes, lang: Lang) -> Figure | None:
    """The mean working days of a request in each unit, by part; None with fewer than two units."""
    if len(times.units) < 2:
        return None
    wholes = [Whole(unit.unit, [_tenth(getattr(unit, part)) for part in PARTS]) for unit in times.units]
    chart = _chart(wholes, UNIT, lang)
    title = titles.largest(IN_UNITS.of(lang), [(whole.label, whole.sum) for whole in wholes], whole=False, lang=lang)
    return Figure(title, chart, "in-units", level=3, rows=sum(unit.cases for unit in times.units))


def _chart(wholes: list[Whole], item: Label, lang: Lang) -> StackedBars:
    words = [PART_WORDS[part].of(lang) for part in PARTS]
    return StackedBars(words, wholes, ChartMeasure(lang, WORKING_DAYS.of(lang)), IN_UNITS.of(lang), item.of(lang))


def _balance_page(balance: Balance, lang: Lang) -> str:
    try:
        return reverse(f"{lang}:audit", args=(balance.owner, balance.code))
    except NoReverseMatch:
        return ""
