"""One case worked out by a tariff, as a page shows it: the form as it was filled in, every step, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from ayan.apps.tariffs.formula_words import RULES, in_numbers, in_words
from ayan.core.tariff.formula import ChoiceType
from ayan.core.tariff.limits import LONGEST_INPUT
from ayan.core.tariff.outcome import (
    InputNotNumber,
    InputRefused,
    LineStep,
    TableStep,
    TariffOutcome,
    outcome,
    read_input,
)
from ayan.core.tariff.tariff import Band, CoefficientTable, Tariff, TariffInput
from ayan.core.values.digits import parse_number
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.component_parts import FormBox, FormProblem
from ayan.ui.formula_html import formula

CHARGED: Final = "_charged"
"""The parameter of what was asked or taken for the case, in rial."""

OTHER: Final = "_with"
"""The parameter of the tariff that the case is worked out by besides."""

_FROM_TO: Final = Label("از {low} تا {high}", "{low} to {high}")


@dataclass(frozen=True, slots=True)
class InputBox:
    """One input of the form: its box, and the choices with the one that was made."""

    input: TariffInput
    box: FormBox
    choices: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class CalculationStep:
    """One line of the trace: what it is called, its formula in words and in numbers, and what it comes to."""

    code: str
    title: str
    words: str
    numbers: str
    value: Decimal
    unit: Label | None
    article: Label | None
    note: str = ""

    @property
    def words_html(self) -> SafeString:
        """The formula by what its names are called, as a page writes it."""
        return formula(self.words)

    @property
    def numbers_html(self) -> SafeString:
        """The formula with the numbers of the case."""
        return formula(self.numbers)


@dataclass(frozen=True, slots=True)
class Calculation:
    """What was asked of a tariff and what came of it; ``outcome`` is None until every input is right."""

    tariff: Tariff
    stated: Mapping[str, str]
    boxes: tuple[InputBox, ...]
    problems: tuple[FormProblem, ...]
    refusals: tuple[InputRefused, ...]
    outcome: TariffOutcome | None = None
    steps: tuple[CalculationStep, ...] = ()
    charged: int | None = None

    @property
    def amount(self) -> int | None:
        """The amount, of a tariff that gives one and no range."""
        return self.outcome.amounts[0] if self.outcome is not None and len(self.outcome.amounts) == 1 else None

    @property
    def is_asked(self) -> bool:
        """Whether anything was stated at all."""
        return any(self.stated.values())

    @property
    def query(self) -> str:
        """The inputs as they stand in the address of this case, with the question mark; empty without any."""
        stated = {name: text for name, text in self.stated.items() if text}
        if self.charged is not None:
            stated[CHARGED] = str(self.charged)
        return f"?{urlencode(stated)}" if stated else ""

    @property
    def difference(self) -> int | None:
        """What was charged less what the tariff gives; of a range, how far it lies outside."""
        if self.charged is None or self.outcome is None or not self.outcome.amounts:
            return None
        low, high = self.outcome.amounts[0], self.outcome.amounts[-1]
        return self.charged - high if self.charged > high else self.charged - low if self.charged < low else 0

    @property
    def gap(self) -> int:
        """The difference without its sign."""
        return abs(self.difference or 0)


def calculation(tariff: Tariff, sent: Mapping[str, str], lang: Lang) -> Calculation:
    """The case that ``sent`` states (its parameters by name), worked out if it is whole."""
    stated = {each.name: sent.get(each.name, "")[: LONGEST_INPUT + 1] for each in tariff.inputs}
    charged_text = sent.get(CHARGED, "").strip()[: LONGEST_INPUT + 1]
    values: dict[str, int | str] = {}
    refusals: list[InputRefused] = []
    for each in tariff.inputs if any((*stated.values(), charged_text)) else ():
        try:
            values[each.name] = read_input(each, stated[each.name])
        except InputRefused as wrong:
            refusals.append(wrong)
    charged, wrong_charge = _charged(charged_text)
    refusals += [wrong_charge] if wrong_charge else []
    boxes = tuple(_box(each, stated[each.name], refusals, lang) for each in tariff.inputs)
    problems = tuple(FormProblem(wrong.of(lang), wrong.field) for wrong in refusals)
    if refusals or not values:
        return Calculation(tariff, stated, boxes, problems, tuple(refusals), charged=charged)
    worked = outcome(tariff, values)
    return Calculation(tariff, stated, boxes, (), (), worked, tuple(_steps(worked, lang)), charged)


def _charged(text: str) -> tuple[int | None, InputRefused | None]:
    if not text:
        return None, None
    try:
        number = Decimal(parse_number(text))
    except InvalidValue:
        return None, InputNotNumber(field=CHARGED)
    if number != number.to_integral_value() or not 0 <= number < 10**18:
        return None, InputNotNumber(field=CHARGED)
    return int(number), None


def _box(tariff_input: TariffInput, text: str, refusals: list[InputRefused], lang: Lang) -> InputBox:
    problem = next((wrong.of(lang) for wrong in refusals if wrong.field == tariff_input.name), "")
    hints = [tariff_input.unit.of(lang)] if tariff_input.unit else []
    hints += [tariff_input.hint.of(lang)] if tariff_input.hint else []
    is_choice = isinstance(tariff_input.type, ChoiceType)
    box = FormBox(
        tariff_input.name,
        tariff_input.title.of(lang),
        text,
        "؛ ".join(hints) if lang == "fa" else "; ".join(hints),
        problem,
        numeric=not is_choice,
        required=True,
    )
    choices = tuple((code, words.of(lang), code == text) for code, words in tariff_input.choices)
    return InputBox(tariff_input, box, choices)


def _steps(worked: TariffOutcome, lang: Lang) -> list[CalculationStep]:
    tariff = worked.tariff
    steps = [_table_step(each, worked, lang) for each in worked.tables if each.value is not None]
    known = dict(worked.values)
    for table in worked.tables:
        if table.value is not None:
            known[table.table.name] = int(table.value.scaleb(table.table.type.decimals))
    for each in worked.lines:
        known[each.line.name] = int(each.value.scaleb(each.line.formula.type.decimals))
    for each in worked.lines:
        steps.append(_line_step(tariff, each, known, lang))
    return steps


def _table_step(step: TableStep, worked: TariffOutcome, lang: Lang) -> CalculationStep:
    table = step.table
    words = band_in_words(worked.tariff, table, table.bands[step.position], lang)
    assert step.value is not None, "only rows with a value are steps"
    return CalculationStep(table.name, table.title.of(lang), words, "", tidy(step.value), table.unit, table.article)


def _line_step(tariff: Tariff, step: LineStep, known: Mapping[str, int | str], lang: Lang) -> CalculationStep:
    line = step.line
    note = RULES[tariff.rounding.rule].of(lang) if line.role == "rounding" else ""
    words = "" if line.role == "rounding" else in_words(tariff, line.formula, lang)
    numbers = "" if line.role == "rounding" else in_numbers(tariff, line.formula, known, lang)
    return CalculationStep(
        line.name, line.title.of(lang), words, numbers, tidy(step.value), line.unit, line.article, note
    )


def tidy(value: Decimal) -> Decimal:
    """A number without idle zeros behind its point."""
    return value.normalize() + 0


def band_in_words(tariff: Tariff, table: CoefficientTable, band: Band, lang: Lang) -> str:
    """For which cases a row of a table is: the words of its codes, and from where to where."""
    parts = [dict(tariff.input(name).choices)[code].of(lang) for name, code in band.codes]
    number = tariff.input(table.across).number if table.across else None
    if number is not None:
        ends = [tidy(Decimal(end).scaleb(-number.decimals)) for end in (band.low, band.high)]
        low, high = (value_html.plain_number(end, lang) for end in ends)
        parts.append(_FROM_TO.of(lang).format(low=low, high=high))
    return ("، " if lang == "fa" else ", ").join(parts)
