"""A tariff as it is declared: where it was published, what it asks for, its coefficients, its steps and its gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from ayan.core.tariff.formula import FormulaCondition, NamedType, NumberType, Numeric, RoundingRule
from ayan.core.values.label import Label

LOW: Final = "_low"
HIGH: Final = "_high"
AMOUNT: Final = "_amount"
"""The last line of every tariff, in whole rial; of one that gives a range there is one each, with `LOW` and `HIGH`."""

LineRole = Literal["step", "floor", "discount", "rounding"]


@dataclass(frozen=True, slots=True)
class TariffSource:
    """Where a tariff was published; whatever could not be established is None or empty."""

    says: Label
    article: Label | None = None
    address: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class TariffInput:
    """What a case must state: a number of some decimals within bounds, or one of some codes.

    ``sample`` is an invented value to try it with.
    """

    name: str
    title: Label
    type: NamedType
    choices: tuple[tuple[str, Label], ...] = ()
    unit: Label | None = None
    hint: Label | None = None
    sample: str = ""

    @property
    def number(self) -> NumberType | None:
        """Its bounds, if it is a number."""
        return self.type if isinstance(self.type, NumberType) else None


@dataclass(frozen=True, slots=True)
class CoefficientBand:
    """One row of a table: the codes it is for, from where to where of the number (both inclusive), and its value.

    Without a value the published table itself says nothing there: ``why`` says how it is known.
    """

    codes: tuple[tuple[str, str], ...]
    low: int
    high: int
    value: int | None
    why: Label | None = None


@dataclass(frozen=True, slots=True)
class CoefficientTable:
    """A coefficient by one or several inputs, of which one at most is a number (``across``; else empty)."""

    name: str
    title: Label
    by: tuple[str, ...]
    across: str
    bands: tuple[CoefficientBand, ...]
    type: NumberType
    article: Label | None = None
    unit: Label | None = None

    def band(self, values: Mapping[str, int | str]) -> CoefficientBand:
        """The row that a case falls into; there is one for every case within the bounds of the inputs."""
        at = values[self.across] if self.across else 0
        return next(
            band
            for band in self.bands
            if all(values[name] == code for name, code in band.codes) and band.low <= int(at) <= band.high
        )


@dataclass(frozen=True, slots=True)
class TariffLine:
    """One line of the computation: a declared step, or what the declaration does to the result of the last."""

    name: str
    role: LineRole
    title: Label
    formula: Numeric
    unit: Label | None = None
    article: Label | None = None


@dataclass(frozen=True, slots=True)
class TariffCondition:
    """A condition with what it means: of an exemption, or of a case of which the published text says nothing."""

    code: str
    when: FormulaCondition
    says: Label
    article: Label | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off where a condition holds: a share of the amount."""

    code: str
    when: FormulaCondition
    share: Decimal
    title: Label
    article: Label | None = None


@dataclass(frozen=True, slots=True)
class Rounding:
    """How the amount becomes whole: to a multiple of ``to`` rial, by a rule. Without a source the rule is ours."""

    rule: RoundingRule
    to: int
    article: Label | None = None


@dataclass(frozen=True, slots=True)
class AuditColumn:
    """The column of published rows that states an input; ``codes`` turns its codes into ours."""

    field: str
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TariffAudit:
    """By which rows of a dataset it is held against what was charged: on which day, how much, and of which rows."""

    dataset: str
    date: str
    charged: str
    where: str
    columns: tuple[tuple[str, AuditColumn], ...]


TariffKind: TypeAlias = Literal["levy", "charge", "fine", "value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One tariff: of which city and item, in force from when until when (None where that is not established).

    Tariffs of one ``item`` can be compared. An ``is_example`` came with Ayan and is of the city it names, not of this
    one; values of an ``is_sample`` are invented. ``bases`` are the steps of which the amount is made.
    """

    code: str
    item: str
    kind: TariffKind
    city: Label
    is_example: bool
    is_sample: bool
    title: Label
    says: Label
    source: TariffSource
    since: date | None
    until: date | None
    inputs: tuple[TariffInput, ...]
    tables: tuple[CoefficientTable, ...]
    exemptions: tuple[TariffCondition, ...]
    gaps: tuple[TariffCondition, ...]
    lines: tuple[TariffLine, ...]
    discounts: tuple[Discount, ...]
    rounding: Rounding
    bases: tuple[str, ...]
    notes: tuple[Label, ...] = ()
    audit: TariffAudit | None = None

    @property
    def results(self) -> tuple[str, ...]:
        """The names of the last lines: one, or the two ends of a range."""
        names = {line.name for line in self.lines}
        return (AMOUNT,) if AMOUNT in names else (AMOUNT + LOW, AMOUNT + HIGH)

    @property
    def is_range(self) -> bool:
        """Whether it gives from how much to how much, and somebody decides between."""
        return len(self.results) > 1

    def input(self, name: str) -> TariffInput:
        """The input of this name. Raises KeyError."""
        return {each.name: each for each in self.inputs}[name]

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day; one whose dates are not established holds on none."""
        return self.since is not None and self.since <= day and (self.until is None or day <= self.until)

    def called(self, name: str) -> Label:
        """What an input, a coefficient or a line is called. Raises KeyError."""
        inputs, tables = (
            {each.name: each.title for each in self.inputs},
            {each.name: each.title for each in self.tables},
        )
        return {**inputs, **tables, **{each.name: each.title for each in self.lines}}[name]
