"""The parts of a tariff's declaration: inputs, tables, steps, and what the declaration does to the last of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from ayan.core.schema.tables import TomlTable
from ayan.core.tariff import formula, formula_reader, refusals, result_lines
from ayan.core.tariff.bands import band_faults
from ayan.core.tariff.declared_inputs import RIAL, declared_input, formula_at
from ayan.core.tariff.formula import (
    ROUNDING_RULES,
    ChoiceType,
    FormulaCondition,
    FormulaName,
    NamedType,
    NumberType,
    Numeric,
    names_of,
)
from ayan.core.tariff.limits import MOST_BANDS, MOST_FORMULAS, MOST_INPUTS
from ayan.core.tariff.tariff import (
    AMOUNT,
    HIGH,
    LOW,
    CoefficientBand,
    CoefficientTable,
    Discount,
    Rounding,
    TariffCondition,
    TariffInput,
    TariffLine,
)
from ayan.core.values.label import Label

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
FLOORED: Final = Label("با کف", "With the floor")
DISCOUNTED: Final = Label("پس از تخفیف", "After the discount")
ROUNDED: Final = Label("گردشده به ریال کامل", "Rounded to whole rial")
_ENDS: Final[Mapping[str, Label]] = {
    "": Label("{words}", "{words}"),
    LOW: Label("{words}، کمترین", "{words}, least"),
    HIGH: Label("{words}، بیشترین", "{words}, most"),
}


class TariffParts:
    """Reads the parts of one file in their order, each knowing the names that stand before it."""

    def __init__(self, top: TomlTable) -> None:
        self.top = top
        self.names: dict[str, NamedType] = {}
        self.known_inputs: dict[str, TariffInput] = {}
        self.read: set[str] = set()
        self.discounts: tuple[Discount, ...] = ()
        self.rounding = Rounding("half-up", 1)
        self.bases: tuple[str, ...] = ()

    # --- inputs ---

    def inputs(self) -> tuple[TariffInput, ...]:
        """What is asked for."""
        self.top.needed("input")
        tables = self._at_most(self.top.tables("input", "name"), "input", MOST_INPUTS)
        for table in tables:
            each = declared_input(table)
            table.close()
            if each is not None and self._take(table, each.name, each.type):
                self.known_inputs[each.name] = each
        return tuple(self.known_inputs.values())

    # --- tables of coefficients ---

    def tables(self) -> tuple[CoefficientTable, ...]:
        """The coefficients, each covering every case once."""
        tables = [self._table(table) for table in self.top.tables("table", "name")]
        return tuple(table for table in tables if table is not None)

    def _table(self, table: TomlTable) -> CoefficientTable | None:
        for key in ("name", "by", "rows"):
            table.needed(key)
        by = table.texts("by") or ()
        for name in by:
            if name not in self.known_inputs:
                table.refuse("by", "missing", refusals.BY_WHAT.format(name=name[:60]))
        known = [name for name in by if name in self.known_inputs]
        numbers = [name for name in known if self.known_inputs[name].number is not None]
        if len(numbers) > 1:
            table.refuse("by", "repeated", refusals.ONE_NUMBER)
        self.read.update(known)
        title, article, unit = table.needed_label("title"), table.label("article"), table.label("unit")
        rows = self._at_most(table.tables("rows", "value"), "rows", MOST_BANDS)
        across = numbers[0] if numbers else ""
        read = [self._row(row, known, across) for row in rows]
        table.close()
        if len(known) != len(by) or len(numbers) > 1 or None in read or not read:
            return None
        return self._sound_table(table, tuple(by), across, [each for each in read if each], title, article, unit)

    def _sound_table(
        self,
        table: TomlTable,
        by: tuple[str, ...],
        across: str,
        rows: Sequence[tuple[CoefficientBand, Decimal | None]],
        title: Label,
        article: Label | None,
        unit: Label | None,
    ) -> CoefficientTable | None:
        for fault in band_faults([band for band, _ in rows], self.known_inputs, across):
            words = refusals.ROWS_OVERLAP if fault.sort == "overlap" else refusals.ROWS_MISSING
            table.refuse("rows", f"rows-{fault.sort}", words.format(place=fault.place))
        values = [value for _, value in rows if value is not None]
        if not values:
            table.refuse("rows", "missing", refusals.NONE_DECLARED)
            return None
        decimals = formula_at(table, "rows", lambda: max(formula.units_of(value)[1] for value in values))
        if decimals is None:
            return None
        units = [int(value.scaleb(decimals)) for value in values]
        kind = formula_at(table, "rows", lambda: formula.bounded(decimals, min(units), max(units)))
        name = table.text("name") or ""
        if kind is None or not self._take(table, name, kind):
            return None
        bands = tuple(
            CoefficientBand(
                band.codes, band.low, band.high, None if value is None else int(value.scaleb(decimals)), band.why
            )
            for band, value in rows
        )
        return CoefficientTable(name, title, by, across, bands, kind, article, unit)

    def _row(self, row: TomlTable, by: Sequence[str], across: str) -> tuple[CoefficientBand, Decimal | None] | None:
        codes = []
        for name in by:
            choice = self.known_inputs[name].type
            if isinstance(choice, ChoiceType) and row.needed(name):
                code = row.text(name) or ""
                codes.append((name, code))
                if code not in choice.codes:
                    row.refuse(name, "not-one-of", refusals.ROW_CODE.format(code=code[:40], name=name))
        ends = self._row_ends(row, across)
        value, why = row.number("value"), row.label("gap")
        if (value is None) == (why is None):
            row.refuse("value", "wrong-type", refusals.ROW_VALUE)
        row.close()
        return None if ends is None else (CoefficientBand(tuple(codes), *ends, None, why), value)

    def _row_ends(self, row: TomlTable, across: str) -> tuple[int, int] | None:
        """From where to where a row goes, both inclusive, counted in the last place of the input."""
        if not across:
            return 0, 0
        number = self.known_inputs[across].number
        if number is None:
            return None
        starts, above, upto, below = (self._end(row, key, number) for key in ("from", "above", "upto", "below"))
        low = starts if starts is not None else above + 1 if above is not None else number.low
        high = upto if upto is not None else below - 1 if below is not None else number.high
        if (starts is not None and above is not None) or (upto is not None and below is not None) or low > high:
            row.refuse("", "wrong-type", refusals.ROW_ENDS)
            return None
        return low, high

    def _end(self, row: TomlTable, key: str, number: NumberType) -> int | None:
        value = row.number(key)
        units = value.scaleb(number.decimals) if value is not None else None
        if units is not None and units != units.to_integral_value():
            row.refuse(key, "wrong-type", refusals.BOUNDS)
            return None
        return int(units) if units is not None else None

    # --- steps, and what is made of the last of them ---

    def lines(self) -> tuple[TariffLine, ...]:
        """The steps, and after them the floor, the discounts and the rounding of the result."""
        self.top.needed("step")
        steps = self._at_most(self.top.tables("step", "name"), "step", MOST_FORMULAS)
        named = {table.raw.get("name") for table in steps}
        lines = [line for line in (self._step(table) for table in steps) if line is not None]
        self.top.needed("result")
        result = self.top.table("result")
        if result is None:
            return tuple(lines)
        ends = {"": result.text("step"), LOW: result.text("low"), HIGH: result.text("high")}
        given = {end: name for end, name in ends.items() if name}
        if set(given) not in ({""}, {LOW, HIGH}):
            result.refuse("step", "missing", refusals.ONE_RESULT)
        self._read_rounding(result)
        floor = result.text("floor")
        floor_title, floor_article = result.label("floor_title"), result.label("floor_article")
        self._read_discounts()
        for end, name in given.items():
            step = next((line for line in lines if line.name == name and line.role == "step"), None)
            if step is None:
                # One that is declared and refused has been told of.
                if name not in named:
                    result.refuse("step", "missing", refusals.UNKNOWN_STEP.format(name=name[:60]))
                continue
            self.read.add(step.name)
            self.bases += (step.name,)
            floored = self._floored(result, step, end, floor, (floor_title, floor_article))
            lines += self._made_of(result, step, end, floored)
        result.close()
        return tuple(lines)

    def _step(self, table: TomlTable) -> TariffLine | None:
        for key in ("name", "sql"):
            table.needed(key)
        name, title = table.text("name") or "", table.needed_label("title")
        unit, article, sql = table.label("unit"), table.label("article"), table.text("sql") or ""
        table.close()
        part = formula_at(table, "sql", lambda: formula_reader.numeric(sql, self.names)) if sql else None
        if part is None:
            return None
        self.read.update(names_of(part))
        if not self._take(table, name, part.type):
            return None
        return TariffLine(name, "step", title, part, unit, article)

    def _read_rounding(self, result: TomlTable) -> None:
        rule = result.one_of("rounding", ROUNDING_RULES) or "half-up"
        to = result.whole("to", 1, 10**9) or 1
        self.rounding = Rounding(rule, to, result.label("rounding_article"))

    def _floored(
        self,
        result: TomlTable,
        step: TariffLine,
        end: str,
        floor: str | None,
        words: tuple[Label | None, Label | None],
    ) -> TariffLine | None:
        if floor is None:
            return None
        part = formula_at(result, "floor", lambda: formula_reader.numeric(floor, self.names))
        if part is None:
            return None
        self.read.update(names_of(part))
        kind = result_lines.larger((FormulaName(step.name, step.formula.type), part))
        title = _ENDS[end].format(words=words[0] or FLOORED)
        return TariffLine(f"_floored{end}", "floor", title, kind, RIAL, words[1])

    def _made_of(self, result: TomlTable, step: TariffLine, end: str, floored: TariffLine | None) -> list[TariffLine]:
        """The lines between the last step and the amount."""
        lines = [floored] if floored is not None else []
        last: Numeric = (
            FormulaName(lines[-1].name, lines[-1].formula.type) if lines else FormulaName(step.name, step.formula.type)
        )
        if self.discounts:
            part = formula_at(result, "step", lambda: result_lines.discounted(last, self.discounts))
            if part is not None:
                lines.append(
                    TariffLine(f"_discounted{end}", "discount", _ENDS[end].format(words=DISCOUNTED), part, RIAL)
                )
                last = FormulaName(lines[-1].name, part.type)
        amount = formula_at(result, "rounding", lambda: result_lines.rounded(last, self.rounding))
        if amount is not None:
            title = _ENDS[end].format(words=ROUNDED)
            lines.append(TariffLine(f"{AMOUNT}{end}", "rounding", title, amount, RIAL, self.rounding.article))
        return lines

    # --- conditions ---

    def _read_discounts(self) -> None:
        discounts = []
        for table in self.top.tables("discount", "code"):
            for key in ("code", "when", "share"):
                table.needed(key)
            share = table.number("share")
            if share is not None and not 0 < share <= 1:
                table.refuse("share", "out-of-range", refusals.SHARE)
            when = self._condition(table)
            title, article, code = table.needed_label("title"), table.label("article"), table.text("code") or ""
            table.close()
            if when is not None and share is not None:
                discounts.append(Discount(code, when, share, title, article))
        self.discounts = tuple(discounts)

    def exemptions(self) -> tuple[TariffCondition, ...]:
        """Cases for which nothing is owed; they are known by the inputs alone."""
        return self._conditions("exemption", {name: self.names[name] for name in self.known_inputs})

    def gaps(self) -> tuple[TariffCondition, ...]:
        """Cases of which the published text says nothing."""
        return self._conditions("gap", None)

    def _conditions(self, key: str, names: Mapping[str, NamedType] | None) -> tuple[TariffCondition, ...]:
        conditions = []
        for table in self.top.tables(key, "code"):
            for part in ("code", "when"):
                table.needed(part)
            code, says, article = table.text("code") or "", table.needed_label("says"), table.label("article")
            when = self._condition(table, names)
            table.close()
            if when is not None:
                conditions.append(TariffCondition(code, when, says, article))
        return tuple(conditions)

    def _condition(self, table: TomlTable, names: Mapping[str, NamedType] | None = None) -> FormulaCondition | None:
        text = table.text("when")
        if text is None:
            return None
        when = formula_at(table, "when", lambda: formula_reader.condition(text, self.names if names is None else names))
        if when is not None:
            self.read.update(names_of(when))
        return when

    # --- names ---

    def refuse_unread(self) -> None:
        """Refuse what nothing reads: an input that changes nothing misleads whoever fills it in."""
        for name in self.names:
            if name not in self.read and not self.top.problems.listed:
                self.top.refuse(name, "unknown-key", refusals.NEVER_READ.format(name=name))

    def _take(self, table: TomlTable, name: str, kind: NamedType) -> bool:
        if not _NAME.fullmatch(name):
            table.refuse("name", "name-form", refusals.NAME_FORM)
        elif name in self.names:
            table.refuse("name", "repeated", refusals.NAME_TAKEN.format(name=name))
        else:
            self.names[name] = kind
            return True
        return False

    def _at_most(self, tables: list[TomlTable], key: str, most: int) -> list[TomlTable]:
        if len(tables) > most:
            self.top.refuse(key, "out-of-range", refusals.TOO_MANY.format(most=most))
        return tables[:most]
