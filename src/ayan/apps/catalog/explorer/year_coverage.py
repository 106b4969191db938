"""How much of a year its data speak for, read off the releases: a year under way, a month that was not published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from ayan.apps.catalog.limits import MOST_COVERAGES
from ayan.core.query.answer import Snapshot
from ayan.core.schema.definition import Dataset
from ayan.core.values import jalali
from ayan.core.values.clock import TEHRAN
from ayan.core.values.jalali import JalaliDate
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html

MONTHS: Final = Label("{n} ماه", "{n} months")
ONE_MONTH: Final = Label("یک ماه", "1 month")
UNPUBLISHED: Final = Label("منتشر نشده", "not published")
NO_ROWS: Final = Label("بی‌ردیف", "no rows")
A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Coverage:
    """The years that are not told whole, with how many of their months are; and, where each month has a release of its
    own, which months have one."""

    months: Mapping[str, int]
    released: frozenset[str] = frozenset()

    @classmethod
    def of(cls, dataset: Dataset, snapshot: Snapshot) -> Coverage:
        """What a state covers. No state speaks for what came after its last seal."""
        if snapshot.as_of is None:
            return cls({})
        if dataset.period == "month":
            return cls(*_by_month(snapshot.source.periods))
        try:
            sealed = jalali.from_gregorian(snapshot.as_of.astimezone(TEHRAN).date())
        except jalali.NotADate:
            return cls({})
        return cls({str(sealed.year): months} if (months := _whole_months(sealed)) < A_YEAR else {})

    def by_months(self, names: Iterable[str]) -> Coverage:
        """The same where rows are recorded month by month: a year has the months that there are rows of."""
        counted = Counter(name[:4] for name in names if len(name) > len("1404"))
        return replace(self, months={year: count for year, count in counted.items() if count < A_YEAR})

    def up_to(self, year: str) -> Coverage:
        """The same for rows that reach to a year; of days that were to come when they were sealed nothing is said."""
        ahead = not self.released and any(year > part for part in self.months)
        return replace(self, months={}) if ahead else self

    def note(self, period: str, lang: Lang, *, known: bool) -> str:
        """What is particular about a part of time: «۸ ماه» where it is not whole, or why there is no value."""
        own = _months_of_quarter(period)
        if not known:
            missing = bool(self.released) and not any(month.startswith(own or period) for month in self.released)
            return (UNPUBLISHED if missing else NO_ROWS).of(lang)
        months = self._of_quarter(own) if own else self.months.get(period)
        if months is None:
            return ""
        return ONE_MONTH.of(lang) if months == 1 else MONTHS.of(lang).format(n=value_html.plain_number(months, lang))

    def _of_quarter(self, own: Sequence[str]) -> int | None:
        """How many months of a quarter there are; None where it is whole, or nothing is known of it."""
        year, last = own[-1].split("-")
        over = self.months.get(year, A_YEAR) - int(last) + len(own)
        months = len(self.released.intersection(own)) if self.released else over
        return months if 0 < months < len(own) else None


# Every page with a chart asks, and there may be thousands of months.
@lru_cache(MOST_COVERAGES)
def _by_month(released: tuple[str, ...]) -> tuple[Mapping[str, int], frozenset[str]]:
    """The years of which not every month is released, with how many are, and the months that are."""
    counted = Counter(month[:4] for month in released)
    return {year: count for year, count in counted.items() if count < A_YEAR}, frozenset(released)


def _months_of_quarter(name: str) -> tuple[str, ...]:
    """The months of a quarter; none of another part of time."""
    year, _, quarter = name.partition("-Q")
    return tuple(f"{year}-{3 * int(quarter) - before:02}" for before in (2, 1, 0)) if quarter else ()


def _whole_months(day: JalaliDate) -> int:
    """How many months of its year are over on a day; the first counts while it runs, for it is all there is."""
    over = day.day == jalali.days_in_month(day.year, day.month)
    return max(1, day.month - (0 if over else 1))
