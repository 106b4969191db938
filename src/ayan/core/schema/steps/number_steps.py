"""Steps over how numbers are written: signs, the decimal comma, groups, tails of spreadsheets, a factor.

A cell that is not written so stays as it is, and is read, or refused, like any other.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final, Self

from ayan.core.schema.limits import FURTHEST_POWER
from ayan.core.schema.steps.step import Step, StepResult, StepTable, texts_needed
from ayan.core.schema.tables import TomlTable
from ayan.core.values import sql
from ayan.core.values.label import Label

CREDIT: Final = ("CR", "Cr", "cr", "CR.", "Cr.", "بستانکار", "بس")
DEBIT: Final = ("DR", "Dr", "dr", "DR.", "Dr.", "بدهکار", "بد")
# What French offices part thousands by: a blank, one that does not break, a thin one.
_BLANKS: Final = " \u00a0\u202f"
_BODY: Final = r"[0-9][0-9,٬.٫' ]*"
# How far a sum of decimals may lie from its true value when a spreadsheet has computed it.
_NEAR: Final = "0.00001"
TAIL: Final = r"-?\d+\.\d{0,2}(0{6,}\d{1,4}|9{6,}\d{0,4})|-?\d(\.\d+)?[eE]-(0?[6-9]|[1-9]\d{1,2})"
"""A number as spreadsheets compute it: 12.000000001, or 1.16E-10 where nothing should be left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStep(Step):
    """A step over some columns, cell by cell."""

    columns: tuple[str, ...]

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The headers of its columns."""
        columns = texts_needed(table)
        table.close()
        return cls(columns=columns) if columns else None

    def apply(self, table: StepTable) -> StepResult:
        """Each of the cells written plainly."""
        picked = table.pick(self.columns)
        # Digits once for all: in a column of its own, so that each rule stays short.
        marked = ", ".join(f"trim({sql.latin_digits(column.name)}) AS _{column.name}" for column in picked)
        source = replace(table, relation=f"(SELECT *, {marked} FROM {table.relation})")
        changed = {column.index: f"coalesce({self.plain(f'_{column.name}')}, {column.name})" for column in picked}
        unfit = tuple(
            (column, bad) for column in picked if (bad := self.unfit(f"trim({sql.latin_digits(column.name)})"))
        )
        return StepResult(replace(table, relation=source.selecting(changed)), unfit=unfit)

    @abstractmethod
    def plain(self, x: str) -> str:
        """The cell written plainly, in SQL over its trimmed text in Latin digits; NULL where it stays as it is."""

    def unfit(self, x: str) -> str:  # noqa: ARG002 - as all number steps
        """Which cells could be read otherwise than the step means; "" for none."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs(NumberStep):
    """``5 CR``, ``5 DR``, ``+5``, ``5-`` and ``(5)``; ``minus`` says which of the two words takes away."""

    minus: str = "DR"

    do: ClassVar = "signs"
    label: ClassVar = Label("نشانه‌های بدهکار، بستانکار، + و −", "Signs: CR, DR, + and −")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The columns, and ``minus``: CR or DR."""
        columns = texts_needed(table)
        minus = table.one_of("minus", ("CR", "DR")) or "DR"
        table.close()
        return cls(columns=columns, minus=minus) if columns else None

    def plain(self, x: str) -> str:
        """The body of the number after its sign."""
        less, more = (CREDIT, DEBIT) if self.minus == "CR" else (DEBIT, CREDIT)
        return (
            f"CASE WHEN regexp_full_match({x}, {_like('[+] ?{body}')}) THEN ltrim({x}, '+ ') "
            f"WHEN regexp_full_match({x}, {_like('{body} ?[+]')}) THEN rtrim({x}, '+ ') "
            f"WHEN regexp_full_match({x}, {_like('{body} ?[-−]')}) THEN '-' || rtrim({x}, '-− ') "
            f"WHEN regexp_full_match({x}, {_like('[(] ?{body} ?[)]')}) THEN '-' || trim({x}, '() ') "
            f"WHEN regexp_full_match({x}, {_like('{body} ?(' + _words(less) + ')')}) THEN '-' || {_body(x)} "
            f"WHEN regexp_full_match({x}, {_like('{body} ?(' + _words(more) + ')')}) THEN {_body(x)} END"
        )


def _words(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in words)


def _like(pattern: str) -> str:
    """A pattern in SQL; ``{body}`` in it is a number without its sign."""
    return sql.literal(pattern.replace("{body}", _BODY))


def _body(x: str) -> str:
    """The number at the beginning of a text."""
    return f"trim(regexp_extract({x}, {_like('^{body}')}))"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecimalComma(NumberStep):
    """``1.234,50`` and ``1 234,50 €`` are 1234.50: the comma parts the decimals, the point or a blank the thousands.

    A sign of money stays for whoever reads the number.
    """

    do: ClassVar = "decimal_comma"
    label: ClassVar = Label("ویرگول به جای ممیز", "The comma is the decimal point")

    def plain(self, x: str) -> str:
        """Without points, and a point for the comma."""
        form = f"([€$£] ?)?[-−]?([0-9]{{1,3}}([.{_BLANKS}][0-9]{{3}})+|[0-9]+)(,[0-9]+)?([{_BLANKS}]?[€$£])?"
        return (
            f"CASE WHEN regexp_full_match({x}, {sql.literal(form)}) "
            f"THEN replace(regexp_replace({x}, '[.{_BLANKS}]', '', 'g'), ',', '.') END"
        )

    def unfit(self, x: str) -> str:
        """A number whose comma or point says something else."""
        return f"regexp_matches({x}, '^[-−(]?[0-9][0-9.,]*[)]?$') AND ({self.plain(x)}) IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping(NumberStep):
    """``1,23,456`` as lakh and crore group digits, and ``1'234``: the signs between the groups are taken out."""

    do: ClassVar = "grouping"
    label: ClassVar = Label("گروه‌بندی لک و کرور، و جداکنندهٔ '", "Lakh grouping, and ' between groups")

    def plain(self, x: str) -> str:
        """The digits alone, with their sign and their decimals."""
        lakh, apostrophe = (
            "[-−]?[0-9]{1,2}(,[0-9]{2})*,[0-9]{3}([.][0-9]+)?",
            "[-−]?[0-9]{1,3}(['’][0-9]{3})+([.][0-9]+)?",
        )
        return (
            f"CASE WHEN regexp_full_match({x}, {sql.literal(lakh)}) THEN replace({x}, ',', '') "
            f"WHEN regexp_full_match({x}, {sql.literal(apostrophe)}) THEN translate({x}, '''’', '') END"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(NumberStep):
    """``12.000000001`` is 12.00 and ``1.16E-10`` is 0.00: the tail of a computed number is cut, a real decimal never.

    A number is rounded to ``scale`` decimals where it lies nearer than ``within`` to the rounded one.
    """

    scale: int
    within: str = _NEAR

    do: ClassVar = "round"
    label: ClassVar = Label("بریدن دنبالهٔ محاسبه", "Tails of computed numbers are cut")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The columns, the decimals that stay, and how near is near."""
        columns = texts_needed(table)
        scale = table.whole("scale", 0, 12) if table.needed("scale") else None
        within = table.number("within")
        table.close()
        if within is not None and not 0 < within < Decimal(1).scaleb(-(scale or 0)) / 2:
            table.refuse("within", "step-within")
            return None
        if not columns or scale is None:
            return None
        return cls(columns=columns, scale=scale, within=_NEAR if within is None else f"{within:f}")

    def plain(self, x: str) -> str:
        """The rounded number where it has more decimals than it should and the difference is a tail."""
        number = f"TRY_CAST(replace({x}, ',', '') AS DECIMAL(38, 16))"
        rounded = f"round({number}, {self.scale})"
        near = f"abs({number} - {rounded}) <= {self.within}::DECIMAL(38, 16)"
        # What is left where amounts cancel each other out is written with an exponent, and is nothing.
        nothing = f"abs(TRY_CAST({x} AS DOUBLE)) <= {self.within}"
        zero = sql.literal(f"0.{'0' * self.scale}".rstrip("."))
        return (
            f"CASE WHEN regexp_full_match({x}, '-?[0-9,]+[.][0-9]{{{self.scale + 1},40}}') AND {near} "
            f"THEN {rounded}::DECIMAL(38, {self.scale})::VARCHAR "
            f"WHEN regexp_full_match({x}, '-?[0-9](?:[.][0-9]+)?[eE]-[0-9]{{1,3}}') AND {nothing} THEN {zero} END"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor(NumberStep):
    """Numbers are multiplied by a power of ten, exactly: the point moves."""

    by: str

    do: ClassVar = "factor"
    label: ClassVar = Label("ضرب در توانی از ده", "Multiplied by a power of ten")

    @classmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The columns, and the power of ten as a number."""
        columns, by = texts_needed(table), table.number("by") if table.needed("by") else None
        table.close()
        if by is not None and power_of_ten(by) is None:
            table.refuse("by", "step-factor")
            return None
        return cls(columns=columns, by=f"{by:f}") if columns and by is not None else None

    def plain(self, x: str) -> str:
        """The point moved in the text, so that nothing is rounded."""
        places = power_of_ten(Decimal(self.by)) or 0
        bare = f"replace(replace(replace({x}, ',', ''), '٬', ''), '٫', '.')"
        digits = f"ltrim(trim({bare}, '()'), '-−')"
        whole, rest = f"split_part({digits}, '.', 1)", f"split_part({digits}, '.', 2)"
        if places >= 0:
            longer = f"rpad({rest}, greatest({places}, length({rest}))::INTEGER, '0')"
            more = f"CASE WHEN length({rest}) > {places} THEN '.' || substr({rest}, {places + 1}) ELSE '' END"
            number = f"{whole} || substr({longer}, 1, {places}) || {more}"
        else:
            longer = f"lpad({whole}, greatest({1 - places}, length({whole}))::INTEGER, '0')"
            number = f"left({longer}, {places}) || '.' || right({longer}, {-places}) || {rest}"
        signed = f"CASE WHEN regexp_matches({x}, '^[-−(]') THEN '-' ELSE '' END || {number}"
        form = "[-−]?[0-9][0-9,٬]*([.٫][0-9]+)?|[(][0-9][0-9,٬]*([.٫][0-9]+)?[)]"
        return f"CASE WHEN regexp_full_match({x}, {sql.literal(form)}) THEN {signed} END"

    def unfit(self, x: str) -> str:
        """A cell with digits that is no number of this form would stay unmultiplied."""
        return f"regexp_matches({x}, '[0-9]') AND ({self.plain(x)}) IS NULL"


def power_of_ten(number: Decimal) -> int | None:
    """The exponent of a power of ten; None for any other number."""
    try:
        exponent = number.normalize().as_tuple()
    except InvalidOperation:
        return None
    whole = exponent.exponent
    return (
        whole
        if exponent.digits == (1,) and not exponent.sign and isinstance(whole, int) and abs(whole) <= FURTHEST_POWER
        else None
    )
