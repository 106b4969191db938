"""A stretch of time that somebody names, as conditions of the grammar say it."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.core.query.operators import Op


@dataclass(frozen=True, slots=True)
class SaidPeriod:
    """A stretch of time: where its words end, and the conditions on a field of time that say it.

    ``conditions`` are pairs of an operator and the text of a value of the grammar; none of them for the newest years
    that have rows (``newest``), which the data alone can name. ``first`` and ``last`` are the years it reaches over.
    """

    end: int
    conditions: tuple[tuple[Op, str], ...]
    first: int | None = None
    last: int | None = None
    newest: int = 0

    @property
    def year(self) -> int | None:
        """The one year that it is, or lies in; None for several or none."""
        return self.first if self.first is not None and self.first == self.last else None

    @property
    def is_year(self) -> bool:
        """Whether it is one whole year."""
        return len(self.conditions) == 1 and self.conditions[0][0] == "eq" and len(self.conditions[0][1]) == 4
