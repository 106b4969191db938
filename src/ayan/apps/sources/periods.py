"""For which period a file speaks that nobody stands behind: as its name or the day says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from ayan.apps.sources.models import Source
from ayan.core.intake.http_fetch import FetchOutcome
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.digits import to_latin
from ayan.core.values.period import NotAPeriod, Period, parse
from ayan.wiring import city

_YEAR: Final = r"(?<![0-9])(1[234][0-9]{2}|20[0-9]{2})"
_WRITTEN: Final[Mapping[str, re.Pattern[str]]] = {
    "year": re.compile(_YEAR + r"(?![0-9])"),
    "quarter": re.compile(_YEAR + r"[-_. ]?[Qq]([1-4])(?![0-9])"),
    "month": re.compile(_YEAR + r"[-_. ]?(0[1-9]|1[0-2])(?![0-9])"),
    "day": re.compile(_YEAR + r"[-_. ]?(0[1-9]|1[0-2])[-_. ]?([0-3][0-9])(?![0-9])"),
}


def period_of(source: Source, dataset: Dataset, name: str = "") -> str | None:
    """The period of a file, as its source says; None for a dataset without. Raises FetchOutcome (period-unclear)."""
    if dataset.period == "none":
        return None
    if source.period == "name":
        return str(_named(dataset, name))
    now = Period.of(today(city.current().clock), dataset.period)
    return str(now if source.period == "current" else Period.of(now.start - timedelta(days=1), dataset.period))


def _named(dataset: Dataset, name: str) -> Period:
    """The one period that a name tells; Ended where it tells none, or two."""
    periods = set()
    for parts in _WRITTEN[dataset.period].findall(to_latin(name)):
        written = parts if isinstance(parts, tuple) else (parts,)
        year, rest = written[0], written[1:]
        joined = f"{year}-Q{rest[0]}" if dataset.period == "quarter" else "-".join((year, *rest))
        try:
            periods.add(parse(joined))
        except NotAPeriod:
            continue
    if len(periods) != 1:
        raise FetchOutcome("period-unclear", name)
    return periods.pop()
