"""Files as offices of many countries really send them, each around one fault or habit: what is published, what asked.

Whatever could be read otherwise than it is meant must be asked about; nothing else may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.corpus.office_files import FORMATS, Cell, OfficeFile

BOOKS: Final = FORMATS[1:]


@dataclass(frozen=True, kw_only=True)
class AdverseCase:
    """One sheet (and ``more``): the published rows by ``fields``, and all that is asked or warned of: (code, row).

    ``declared`` replaces the declaration of a field, ``raw`` are the bytes of a text file in the place of ``rows``.
    ``whole`` says that the whole file is held: nothing of it can be published in part, as where no row is good;
    ``refused`` that it cannot even be read. ``unlike`` are formats besides ``forms`` of which it does not hold.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    fields: tuple[str, ...] = ("title", "amount")
    expected: Sequence[Sequence[Any]] = ()
    asked: Sequence[tuple[str, int | None]] = ()
    whole: bool = False
    refused: bool = False
    source: str = ""
    declared: Mapping[str, str] = field(default_factory=dict)
    forms: tuple[str, ...] = FORMATS
    sheet: str = "Sheet1"
    more: Mapping[str, Sequence[Sequence[Cell]]] = field(default_factory=dict)
    spans: Sequence[tuple[int, int, int, int]] = ()
    hidden: Sequence[int] = ()
    flat: Sequence[int] = ()
    raw: bytes = b""
    unlike: tuple[str, ...] = ()

    @property
    def file(self) -> OfficeFile:
        """What is written."""
        return OfficeFile(
            self.rows, sheet=self.sheet, more=self.more, spans=self.spans, hidden=self.hidden, flat=self.flat
        )


HEAD: Final = ("شرح", "مبلغ")
CODED: Final = ("شماره", "شرح", "مبلغ")
BOTH: Final = [("آب", 1), ("برق", 2)]
NUMBERED: Final = ("number", "title", "amount")
SIX: Final = ("شماره", "شرح", "مبلغ", "بخش", "تعداد", "تاریخ")
LINES: Final = [("A1", "آب", 100, "یک", 1, "1403/01/05"), ("A2", "برق", 250, "دو", 2, "1403/01/06")]
GREGORIAN: Final = 'kind = "date"\ncalendar = "gregorian"\n'
EURO: Final = 'kind = "decimal"\nstrip = ["€", "EUR"]'
STATES: Final = "state"


def numbers(
    name: str, written: Mapping[Cell, int | str | None], *, kind: str = "amount", source: str = "", declared: str = ""
) -> AdverseCase:
    """A column of numbers as they are written: the value of each, or the code of the question behind a ``!``."""
    header = {"amount": "مبلغ", "measure": "اندازه", "items": "تعداد"}[kind]
    rows = [("شرح", header), *((f"r{at}", cell) for at, cell in enumerate(written))]
    wrong = [(str(value)[1:], at) for at, value in enumerate(written.values(), 2) if str(value).startswith("!")]
    good = [(f"r{at}", value) for at, value in enumerate(written.values()) if not str(value).startswith("!")]
    return AdverseCase(
        name=name, rows=rows, fields=("title", kind), expected=good, asked=sorted(wrong), source=source,
        declared={kind: declared} if declared else {},
    )  # fmt: skip


def days(name: str, written: Mapping[Cell, str], *, declared: str = "", kind: str = "day") -> AdverseCase:
    """A column of days: the day of each in ISO 8601, or the code of the question behind a ``!``."""
    header = {"day": "تاریخ", "paid": "روز"}[kind]
    rows = [("شرح", header), *((f"r{at}", cell) for at, cell in enumerate(written))]
    wrong = [(value[1:], at) for at, value in enumerate(written.values(), 2) if value.startswith("!")]
    good = [(f"r{at}", value) for at, value in enumerate(written.values()) if not value.startswith("!")]
    return AdverseCase(
        name=name, rows=rows, fields=("title", kind), expected=good, asked=sorted(wrong),
        declared={kind: declared} if declared else {},
    )  # fmt: skip


def codes(name: str, written: Mapping[Cell, str]) -> AdverseCase:
    """A column of codes: what is published of each, or the code of the question behind a ``!``."""
    rows = [("شماره", "شرح"), *((cell, f"r{at}") for at, cell in enumerate(written))]
    wrong = [(value[1:], at) for at, value in enumerate(written.values(), 2) if value.startswith("!")]
    good = [(value, f"r{at}") for at, value in enumerate(written.values()) if not value.startswith("!")]
    return AdverseCase(name=name, rows=rows, fields=("number", "title"), expected=good, asked=sorted(wrong))


def text(name: str, raw: bytes, **said: Any) -> AdverseCase:
    """A text file as some program writes it."""
    return AdverseCase(name=name, rows=(), raw=raw, forms=("csv",), **said)
