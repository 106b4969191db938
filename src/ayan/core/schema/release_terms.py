"""The terms on which releases go out: how small a group may be, who agreed beforehand, what is kept afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


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
