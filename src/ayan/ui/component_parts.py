"""What the components of a page are given: small typed things, their words already in the page's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ayan.core.values import locale
from ayan.core.values.locale import Direction, Lang

Tone = Literal["ok", "late", "bad", "off", "info"]
"""How a status stands: in order, late, wrong, not applicable, merely told. Each has a colour and a shape."""

# Wherever ``words`` or ``value`` is a plain str it is escaped; SafeString passes as the HTML it is.


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the path to a page; the page itself has no address."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A status as a word with a shape and a colour."""

    tone: Tone
    words: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a summary list: ``note`` stands under the value, ``address`` makes the value a link."""

    label: str
    value: str
    note: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class PartEvent:
    """One step of a timeline; a correction shows the value ``before`` struck out, then the one ``after``."""

    when: date | datetime
    words: str
    detail: str = ""
    address: str = ""
    status: Status | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """One format of a download; ``size`` in bytes where it is known."""

    name: str
    address: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A set of rows that can be fetched, in its formats: «همین نتیجه», ۱٬۲۸۴ ردیف; ``note`` says what is not there."""

    title: str
    rows: int | None
    files: Sequence[File]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a citation in one language."""

    code: Lang
    dir: Direction
    words: str


@dataclass(frozen=True, slots=True)
class Citation:
    """How to quote what is shown: words in the page's language and in others, BibTeX, the address that will always
    answer the same, and a short one that leads to it.
    """

    quotes: tuple[Quote, ...]
    bibtex: str = ""
    address: str = ""
    short: str = ""

    @classmethod
    def of(
        cls, lang: Lang, say: Callable[[Lang], str], bibtex: str = "", address: str = "", short: str = ""
    ) -> Citation:
        """What ``say`` says in a language, and after it in Persian and English."""
        codes = dict.fromkeys((lang, *locale.BUILT_IN))
        return cls(tuple(Quote(code, locale.of(code).direction, say(code)) for code in codes), bibtex, address, short)

    @property
    def own(self) -> str:
        """In the page's language."""
        return self.quotes[0].words

    @property
    def others(self) -> tuple[Quote, ...]:
        """In the other languages."""
        return self.quotes[1:]


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing to put right: what is wrong and what to do, and the id of the field it is about."""

    words: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class FormBox:
    """A field of a form to be drawn: its words, what was typed, and what is wrong with it.

    ``code`` for numbers, codes and dates, which are typed from the left; other text finds its own direction.
    ``secret`` hides what is typed, ``fill`` says what a browser may fill in (the tokens of HTML's ``autocomplete``).
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    problem: str = ""
    code: bool = False
    numeric: bool = False
    required: bool = False
    lines: int = 1
    secret: bool = False
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition in force and the address without it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Task:
    """One step of a longer work."""

    words: str
    status: Status
    address: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TableHead:
    """A column of a table. ``sort`` is the address that sorts by it, ``sorted`` how it is sorted now."""

    words: str
    unit: str = ""
    numeric: bool = False
    wide: bool = False
    sort: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: the first cell names it, ``under`` stands small beneath, ``note`` says what is odd about it."""

    cells: Sequence[str]
    address: str = ""
    under: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table that becomes cards on a phone; ``foot`` is a row of sums."""

    caption: str
    heads: Sequence[TableHead]
    rows: Sequence[TableRow]
    foot: TableRow | None = None


@dataclass(frozen=True, slots=True)
class Pagination:
    """One entry of a pager; without an address it is the page in view, or a gap."""

    words: str
    address: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """One line of the budget table: a name, what was approved and what was spent, and a link to what lies under it.

    ``amended`` is what came of the approved by amendments, where that is told.
    """

    label: str
    approved: int
    spent: int | None = None
    address: str = ""
    amended: int | None = None

    @property
    def part(self) -> Decimal | None:
        """How much of the revised figure was spent, the approved one where nothing was amended; None for nobody knows.

        Whatever tells it, page, bar or answer, asks this: the same money is one percentage everywhere.
        """
        whole = self.approved if self.amended is None else self.amended
        return Decimal(self.spent) / Decimal(whole) if self.spent is not None and whole else None
