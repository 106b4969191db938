"""What a dataset declares: its fields, where its file keeps them, and the rules its rows must obey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from ayan.core.schema.field import Calendar, Field, Withholding
from ayan.core.schema.release_terms import Anonymity, InAdvance, Retention
from ayan.core.values.label import Label

Severity = Literal["error", "warning", "info"]
Periodicity = Literal["none", "day", "month", "quarter", "year"]
ViewKind = Literal[
    "sentence",
    "bars",
    "price-index",
    "related",
    "meter",
    "parts",
    "share",
    "people",
    "plays",
    "proof",
    "numbering",
    "unnamed",
    "chain",
    "lacks",
]
Match = Literal["same", "words"]
Cadence = Literal["daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]
NOTE_ABOVE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReading:
    """How one sender's file writes a field where that differs from the declaration; None = as declared."""

    aliases: tuple[str, ...] | None = None
    position: int | None = None
    money_unit: str | None = None
    calendar: Calendar | None = None
    formats: tuple[str, ...] | None = None
    century: int | None = None
    null: tuple[str, ...] | None = None
    strip: tuple[str, ...] | None = None
    slash_decimal: bool | None = None
    constant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Layout of a file that one sender's system writes.

    Rows and columns are numbered from 1 as a spreadsheet shows them. ``header_row`` is the first header row (None =
    found by the dataset's own labels, else the first row with a value); ``header_rows`` how many rows the header
    takes (levels are joined as "parent › child"); ``headers`` declares the header where the file's own cannot be
    trusted, and then ``data_row`` says where records start. ``ignore`` lists headers (or 1-based positions) of
    columns that are knowingly left out. ``totals`` lists first-cell words of totals rows besides the usual ones.
    """

    name: str = "default"
    label: Label | None = None
    sheet: str | int | None = None
    header_row: int | None = None
    header_rows: int = 1
    data_row: int | None = None
    headers: tuple[str, ...] | None = None
    delimiter: str | None = None
    encoding: str | None = None
    ignore: tuple[str | int, ...] = ()
    totals: tuple[str, ...] = ()
    fields: Mapping[str, FieldReading] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """A condition every row must meet, in SQL over field names; NULL passes."""

    code: str
    sql: str
    severity: Severity
    message: Label


@dataclass(frozen=True, slots=True)
class Bands:
    """A table of half-open bands [lower, upper) that must have neither gap nor overlap within each ``by`` group.

    An empty upper bound of the last band means "and above"; with ``inclusive`` the upper bound belongs to the band
    and the next one starts one unit later.
    """

    lower: str
    upper: str
    by: tuple[str, ...] = ()
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """A control total published with every release: one SQL aggregate over field names."""

    code: str
    sql: str
    label: Label


@dataclass(frozen=True, slots=True)
class View:
    """How a dataset wants to be shown.

    ``sentence``: ``text`` says a record in one sentence, with ``{field}`` blanks. ``bars``: the sum of ``measure`` for
    each value of ``by``, filled up to the sum of ``against`` where there is one, over the rows of ``where`` (a query);
    of the newest period; ``front`` puts it on the front page. ``price-index``: the decimal ``measure`` of the year
    ``by``, to which money of other years is compared. ``people``: how many persons (``measure``) lived in a year
    (``by``), in a ``location`` where there is one, by which sums are told for each person. ``plays``: the dataset is
    what ``part`` says to the pages of budget, council and organisation; ``places`` are its places with the fields in
    them (see `roles`). ``proof``: each row is something the city does, called by ``text``, and ``by`` holds the slugs,
    parted by spaces, of the datasets that prove it; rows that ``where`` holds for are a sample that nobody has
    confirmed. ``numbering``: the codes of ``by`` end in a running number, from ``first`` on where it is said, so that
    those which no row has are missing. ``unnamed``: of the sum of ``measure`` it is told how much stands in rows that
    leave ``by`` empty.

    The others say what belongs to a record besides its references. ``related``: the rows of another dataset (``rows``,
    as ``slug.field``) that hold what the record holds in ``by``, or its words where ``match`` says so; or that name one
    of the rows that do (``through``). ``meter``: what the rows that name one record in ``by`` add to its ``against``
    (``slug.field``): the running sum of ``measure`` over those of ``where``, in per cent, with a word of warning from
    ``warn`` and another beyond ``limit``; ``text`` says on what ground. ``parts``: the fields that ``measure`` is the
    sum of. ``share``: the part of the rows that ``where`` holds for, beside the same part of all rows. ``chain``: the
    ``steps`` from first to last, each a reference of the record (``field``), rows that belong to it (``slug.field``) or
    the record itself (``self``). ``lacks``: something that readers look for and no dataset tells, with the reason.
    """

    code: str
    kind: ViewKind
    title: Label | None = None
    text: Label | None = None
    by: str = ""
    measure: str = ""
    against: str = ""
    where: str = ""
    front: bool = False
    rows: str = ""
    through: str = ""
    match: Match = "same"
    parts: tuple[str, ...] = ()
    location: str = ""
    warn: int = 0
    limit: int = 0
    part: str = ""
    places: tuple[tuple[str, str], ...] = ()
    first: int | None = None
    steps: tuple[str, ...] = ()

    @property
    def points(self) -> tuple[tuple[str, str, str], ...]:
        """What it says of other datasets: the key that says it, the dataset, and its field."""
        said = {"rows": self.rows, "through": self.through, "against": self.against if self.kind == "meter" else ""}
        steps = (("steps", text) for text in self.steps if "." in text)
        return tuple((key, *_pointed(text)) for key, text in (*said.items(), *steps) if text)


SELF: Final = "self"
"""The step of a chain that is the record itself."""


def _pointed(text: str) -> tuple[str, str]:
    dataset, _, name = text.partition(".")
    return dataset, name


@dataclass(frozen=True)
class Dataset:
    """A declared table: who owns it, how often it is due, what its columns are and what must hold in it.

    ``note_above`` is by how many percent a sum may differ from the release before without a note of the sender.
    ``withheld`` says why the whole of it is kept from the public: then nothing of it is due and nothing is taken.
    It has no slots, so that what pages ask for again and again is worked out once.
    """

    slug: str
    title: Label
    description: Label
    owner: Label
    topic: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    period: Periodicity = "none"
    period_field: str | None = None
    cadence: Cadence = "irregular"
    grace_days: int = 0
    law: Label | None = None
    licence: str = "ODC-BY-1.0"
    approvals: int = 1
    note_above: int = NOTE_ABOVE
    sources: Mapping[str, Layout] = field(default_factory=lambda: {"default": Layout()})
    checks: tuple[Check, ...] = ()
    bands: tuple[Bands, ...] = ()
    totals: tuple[ControlTotal, ...] = ()
    anonymity: Anonymity | None = None
    retention: Retention | None = None
    withheld: Withholding | None = None
    in_advance: InAdvance | None = None
    views: tuple[View, ...] = ()
    digest: str = ""

    def field(self, name: str) -> Field:
        """The field called ``name``; KeyError when there is none."""
        return self._by_name[name]

    def views_of(self, kind: ViewKind) -> tuple[View, ...]:
        """The declared views of a kind, in their order."""
        return tuple(view for view in self.views if view.kind == kind)

    def view(self, kind: ViewKind) -> View | None:
        """The first declared view of a kind; None where there is none."""
        return next((view for view in self.views if view.kind == kind), None)

    @property
    def plays(self) -> str:
        """The part that the dataset plays for the special pages; empty where it plays none."""
        view = self.view("plays")
        return view.part if view else ""

    @cached_property
    def published(self) -> tuple[Field, ...]:
        """The fields that reach the public, in declared order."""
        return tuple(field for field in self.fields if field.published)

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        # The first of a name wins; a declaration with two is refused.
        return {field.name: field for field in reversed(self.fields)}
