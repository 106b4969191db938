"""What an office means to send, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from ayan_demo.layout import Spoil


@dataclass(frozen=True, slots=True)
class Sending:
    """What an office means to send: a layout by ``dataset/source``, its rows (SQL after FROM), and what is wrong in it.

    With ``codes`` the file must be refused for exactly these.
    """

    layout: str
    relation: str
    period: str | None = None
    spoil: Spoil | None = None
    codes: frozenset[str] = field(default_factory=frozenset)


def of_year(table: str, year: int) -> str:
    """The rows of one year of a table, as a relation."""
    return f"(SELECT * FROM {table} WHERE year = {year})"
