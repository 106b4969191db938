"""On what ground a field, or a dataset as a whole, is kept from the public; and how a declaration writes a day."""

from __future__ import annotations

from datetime import date

from ayan.core.schema.field import Withholding
from ayan.core.schema.tables import TomlTable
from ayan.core.values.digits import to_latin
from ayan.core.values.jalali import FIRST_YEAR, LAST_YEAR, NotADate, parse_jalali, to_gregorian


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
