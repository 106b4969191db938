"""The terms on which releases go out: how small a group may be, what is withheld and why, what is kept for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ayan.core.schema.field import Withholding
from ayan.core.schema.limits import MOST_KEPT_DAYS, MOST_KEPT_YEARS
from ayan.core.schema.tables import TomlTable
from ayan.core.values.digits import to_latin
from ayan.core.values.jalali import FIRST_YEAR, LAST_YEAR, NotADate, parse_jalali, to_gregorian


@dataclass(frozen=True, slots=True)
class Anonymity:
    """Every combination of the fields ``by`` must stand in ``k`` published rows at least."""

    k: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InAdvance:
    """That files which come by themselves may go out on approvals given in advance, and within which bounds.

    ``change_percent`` is by how much rows and sums may differ from the release before (of the same period, or else of
    the period before), ``harmless`` the codes of warnings that do not stand in the way, ``longest_days`` for how long
    such an approval may be given.
    """

    change_percent: int
    harmless: tuple[str, ...] = ()
    longest_days: int = 366


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the file a release was made from is kept after the seal: whole years, or days where those are none."""

    years: int = 0
    days: int = 0

    def __str__(self) -> str:
        """As an ISO 8601 duration, such as ``P5Y``."""
        return f"P{self.years}Y" if self.years else f"P{self.days}D"

    def until(self, sealed: date) -> date:
        """The first day on which it is no longer kept."""
        if not self.years:
            return sealed + timedelta(days=self.days)
        try:
            return sealed.replace(year=sealed.year + self.years)
        except ValueError:
            # The 29th of February, in a year that has none.
            return date(sealed.year + self.years, 3, 1)


def read_retention(top: TomlTable) -> Retention | None:
    """``[originals]``: ``keep_years`` or ``keep_days``, one of the two, counted from the day of the seal in Tehran."""
    table = top.table("originals")
    if table is None:
        return None
    years, days = table.whole("keep_years", 1, MOST_KEPT_YEARS), table.whole("keep_days", 1, MOST_KEPT_DAYS)
    table.close()
    if table.has("keep_years") == table.has("keep_days"):
        table.refuse("", "keep-one")
        return None
    return Retention(years or 0, days or 0) if years or days else None


def read_ground(table: TomlTable) -> Withholding | None:
    """``ground`` of a field that is not public: the article, who decided, and until when."""
    inner = table.table("ground")
    return None if inner is None else _read(inner)


def read_withheld(top: TomlTable) -> Withholding | None:
    """``[withheld]``: that the dataset as a whole is not published, with the reason and what it stands on."""
    inner = top.table("withheld")
    if inner is None:
        return None
    inner.needed("reason")
    return _read(inner, reasoned=True)


def _read(table: TomlTable, *, reasoned: bool = False) -> Withholding:
    withholding = Withholding(
        reason=table.label("reason") if reasoned else None,
        article=table.label("article"),
        decider=table.label("decider"),
        until=read_day(table, "until"),
    )
    table.close()
    return withholding


def read_day(table: TomlTable, key: str) -> date | None:
    """A Jalali or Gregorian day in quotes; the years of the two calendars do not meet, so nothing is guessed."""
    text = table.text(key)
    if text is None:
        return None
    latin = to_latin(text).replace("/", "-")
    try:
        if FIRST_YEAR <= int(latin[:4]) <= LAST_YEAR:
            return to_gregorian(parse_jalali(latin))
        return date.fromisoformat(latin)
    except (NotADate, ValueError):
        table.refuse(key, "bound-date")
        return None
