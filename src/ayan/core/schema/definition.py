"""What a dataset declares: its fields, where its file keeps them, and the rules its rows must obey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from dataclasses import fields as attributes
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, Literal, TypeVar

from ayan.core.schema.companions import Companion
from ayan.core.schema.field import CellCalendar, CodeList, DateOrder, Field, Withholding
from ayan.core.schema.release_terms import Anonymity, InAdvance, Retention
from ayan.core.schema.steps.step import Step
from ayan.core.schema.view import PlaysView, View
from ayan.core.values.label import Label
from ayan.core.values.text import fold

Severity = Literal["error", "warning", "info"]
Periodicity = Literal["none", "day", "month", "quarter", "year"]
Cadence = Literal["daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]
MAIN: Final = "dataset.toml"
"""The file of a declaration that every dataset has."""

NOTE_ABOVE: Final = 20

TOTALS_WORDS: Final = (
    "جمع", "جمع کل", "جمع کل:", "جمع:", "مجموع", "مجموع کل", "جمع صفحه", "جمع نهایی", "جمع ستون", "سرجمع",
    "total", "grand total", "sum", "subtotal", "sub-total", "sub total", "totals", "total:", "grand total:",
    "subtotal:", "sub-total:", "مجموع:", "مجموع کل:", "جمع کل صفحه",
)  # fmt: skip
AnyView = TypeVar("AnyView", bound=View)


def _with_choices(field: Field, choices: CodeList) -> Field:
    return field if choices is field.choices else replace(field, choices=choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReading:
    """How one sender's file writes a field where that differs from the declaration; None = as declared."""

    aliases: tuple[str, ...] | None = None
    position: int | None = None
    money_unit: str | None = None
    calendar: CellCalendar | None = None
    formats: tuple[str, ...] | None = None
    century: int | None = None
    pivot: int | None = None
    date_order: DateOrder | None = None
    year_start: str | None = None
    year_parts: int | None = None
    null: tuple[str, ...] | None = None
    strip: tuple[str, ...] | None = None
    slash_decimal: bool | None = None
    constant: str | None = None


def overridden(field: Field, reading: FieldReading) -> Field:
    """``field`` with every part that ``reading`` states put in place of its own."""
    stated = {
        part.name: getattr(reading, part.name)
        for part in attributes(reading)
        if part.name != "constant" and getattr(reading, part.name) is not None
    }
    return replace(field, **stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Layout of a file that one sender's system writes.

    Rows and columns are numbered from 1 as a spreadsheet shows them. ``header_row`` is the first header row (None =
    found by the dataset's own labels, else the first row with a value); ``header_rows`` how many rows the header
    takes (levels are joined as "parent › child"); ``headers`` declares the header where the file's own cannot be
    trusted, and then ``data_row`` says where records start. ``path`` leads to the records of JSON or XML by the names
    on the way, with dots between them; ``member`` names the file in an archive (* and ? stand for what changes).
    ``crs`` is the coordinate system of shapes where the file itself names none.
    ``ignore`` lists headers (or 1-based positions) of
    columns that are knowingly left out. ``totals`` lists first-cell words of totals rows besides the usual ones,
    ``not_totals`` words or texts that mark none here: of a company called Total, say. ``tolerance`` is by how much a
    stated sum may differ from its rows. With ``sparse_rows`` a row of few filled cells is a record like any other, with
    ``sum_rows`` one that is the sum of others.
    ``steps`` are done to the table, in their order, before columns are matched.
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
    path: str | None = None
    member: str | None = None
    crs: str | None = None
    ignore: tuple[str | int, ...] = ()
    totals: tuple[str, ...] = ()
    not_totals: tuple[str, ...] = ()
    tolerance: Decimal | None = None
    sparse_rows: bool = False
    sum_rows: bool = False
    steps: tuple[Step, ...] = ()
    fields: Mapping[str, FieldReading] = field(default_factory=dict)

    @property
    def totals_words(self) -> tuple[str, ...]:
        """The words, folded, that begin a row of sums in this layout."""
        taken_away = {fold(word) for word in self.not_totals}
        return tuple(sorted({fold(word) for word in (*TOTALS_WORDS, *self.totals)} - taken_away))


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


@dataclass(frozen=True)
class Dataset:
    """A declared table: who owns it, how often it is due, what its columns are and what must hold in it.

    ``note_above`` is by how many percent a sum may differ from the release before without a note of the sender.
    ``companion`` says of which dataset's rows its own are documents.
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
    companion: Companion | None = None
    digest: str = ""

    def field(self, name: str) -> Field:
        """The field called ``name``; KeyError when there is none."""
        return self._by_name[name]

    def taking(self, day: date) -> Dataset:
        """The dataset as rows of a day are held against it: without codes that were retired before."""
        fields = tuple(
            field if field.choices is None else _with_choices(field, field.choices.taken_on(day))
            for field in self.fields
        )
        return self if fields == self.fields else replace(self, fields=fields)

    def views_of(self, kind: type[AnyView]) -> tuple[AnyView, ...]:
        """The declared views of a kind, in their order."""
        # Every page asks every dataset for some.
        known: dict[type[View], tuple[AnyView, ...]] = self._by_kind
        if kind not in known:
            known[kind] = tuple(view for view in self.views if isinstance(view, kind))
        return known[kind]

    def view(self, kind: type[AnyView]) -> AnyView | None:
        """The first declared view of a kind; None where there is none."""
        return next(iter(self.views_of(kind)), None)

    @property
    def plays(self) -> str:
        """The part that the dataset plays for the special pages; empty where it plays none."""
        view = self.view(PlaysView)
        return view.part if view else ""

    @cached_property
    def published(self) -> tuple[Field, ...]:
        """The fields that reach the public, in declared order."""
        return tuple(field for field in self.fields if field.published)

    @cached_property
    def _by_kind(self) -> dict[type[View], Any]:
        return {}

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        # The first of a name wins; a declaration with two is refused.
        return {field.name: field for field in reversed(self.fields)}
