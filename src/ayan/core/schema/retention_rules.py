"""How long the file that a release was made from is kept: declared by a dataset, or else by the city."""

from __future__ import annotations

from ayan.core.schema.limits import MOST_KEPT_DAYS, MOST_KEPT_YEARS
from ayan.core.schema.release_terms import Retention
from ayan.core.schema.tables import TomlTable


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
