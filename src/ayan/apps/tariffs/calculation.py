"""One case worked out by a tariff, as a page shows it: the form as it was filled in, every step, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from ayan.apps.tariffs.formula_words import in_numbers, in_words, rounding_in_words
from ayan.apps.tariffs.limits import LONGEST_DISPUTE
from ayan.core.tariff.formula import ChoiceType, NumberType
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
from ayan.core.tariff.tariff import CoefficientBand, CoefficientTable, Tariff, TariffInput
from ayan.core.values import locale
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

_FROM: Final = Label("از {n}", "from {n}")
_OVER: Final = Label("بیش از {n}", "over {n}")
_UPTO: Final = Label("تا {n}", "up to {n}")
_BELOW: Final = Label("کمتر از {n}", "below {n}")
_BOTH: Final = Label("{first} و {last}", "{first}, {last}")
_DISPUTE: Final = Label("اعتراض به ردیف «{line}» در {tariff}", "Dispute of the line “{line}” in {tariff}")
_CHARGED: Final = Label("آنچه خواسته‌اند", "What was charged")
_EVERY: Final = Label("همه", "all")


@dataclass(frozen=True, slots=True)
class InputBox:
    """One input of the form: its box, and the choices with the one that was made."""

    input: TariffInput
    box: FormBox
    choices: tuple[tuple[str, str, bool], ...]
    said: str = ""


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
    disputed: str = ""

    @property
    def dispute(self) -> str:
        """The subject of a case that disputes this line, as the page's language says it."""
        return self.disputed[:LONGEST_DISPUTE]

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
    def query(self) -> str:
        """The inputs as they stand in the address of this case, with the question mark; empty without any."""
        stated = {name: text for name, text in self.stated.items() if text}
        if self.charged is not None:
            stated[CHARGED] = str(self.charged)
        return f"?{urlencode(stated)}" if stated else ""

    @property
    def sample(self) -> str:
        """The query of the invented case that the declaration brings; empty where it brings none."""
        stated = {each.name: each.sample for each in self.tariff.inputs}
        return f"?{urlencode(stated)}" if all(stated.values()) else ""

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
        locale.of(lang).semicolon.join(hints),
        problem,
        numeric=not is_choice,
        required=True,
    )
    choices = tuple((code, words.of(lang), code == text) for code, words in tariff_input.choices)
    said = next((words for _, words, chosen in choices if chosen), "")
    if not is_choice and not problem and text:
        number = read_input(tariff_input, text)
        said = _written(int(number), tariff_input.type, lang) if isinstance(tariff_input.type, NumberType) else ""
    return InputBox(tariff_input, box, choices, said)


def _steps(worked: TariffOutcome, lang: Lang) -> list[CalculationStep]:
    tariff = worked.tariff
    steps = [_table_step(each, each.value, worked, lang) for each in worked.tables if each.value is not None]
    known = dict(worked.values)
    for table in worked.tables:
        if table.value is not None:
            known[table.table.name] = int(table.value.scaleb(table.table.type.decimals))
    for each in worked.lines:
        known[each.line.name] = int(each.value.scaleb(each.line.formula.type.decimals))
    return [*steps, *(_line_step(tariff, each, known, lang) for each in worked.lines)]


def _table_step(step: TableStep, value: Decimal, worked: TariffOutcome, lang: Lang) -> CalculationStep:
    table = step.table
    words = band_in_words(worked.tariff, table, table.bands[step.position], lang)
    return CalculationStep(
        table.name,
        table.title.of(lang),
        words,
        "",
        tidy(value),
        table.unit,
        table.article,
        disputed=_dispute(worked.tariff, table.title, lang),
    )


def _line_step(tariff: Tariff, step: LineStep, known: Mapping[str, int | str], lang: Lang) -> CalculationStep:
    line = step.line
    note = rounding_in_words(tariff, lang) if line.role == "rounding" else ""
    words = "" if line.role == "rounding" else in_words(tariff, line.formula, lang)
    numbers = "" if line.role == "rounding" else in_numbers(tariff, line.formula, known, lang)
    return CalculationStep(
        line.name,
        line.title.of(lang),
        words,
        numbers,
        tidy(step.value),
        line.unit,
        line.article,
        note,
        disputed=_dispute(tariff, line.title, lang),
    )


def _dispute(tariff: Tariff, line: Label, lang: Lang) -> str:
    return _DISPUTE.of(lang).format(line=line.of(lang), tariff=tariff.title.of(lang))


def trace(work: Calculation, address: str, lang: Lang) -> str:
    """The case and every step as plain text, for a case at the counter: what was stated, what came of it, and where."""
    lines = [locale.of(lang).comma.join((work.tariff.title.of(lang), work.tariff.city.of(lang)))]
    lines += [f"{each.box.label}: {each.said}" for each in work.boxes]
    for step in work.steps:
        unit = f" {step.unit.of(lang)}" if step.unit else ""
        formula_text = f" = {step.numbers}" if step.numbers else f" ({step.words})" if step.words else ""
        lines.append(f"{step.title}: {value_html.plain_number(step.value, lang)}{unit}{formula_text}")
    if work.charged is not None:
        lines.append(f"{_CHARGED.of(lang)}: {value_html.plain_number(work.charged, lang)}")
    return "\n".join([*lines, address])


def tidy(value: Decimal) -> Decimal:
    """A number without idle zeros behind its point."""
    return value.normalize() + 0


def band_in_words(tariff: Tariff, table: CoefficientTable, band: CoefficientBand, lang: Lang) -> str:
    """For which cases a row of a table is: the words of its codes, and from where to where."""
    parts = [dict(tariff.input(name).choices)[code].of(lang) for name, code in band.codes]
    number = tariff.input(table.across).number if table.across else None
    if number is not None:
        parts.append(_stretch(number, band.low, band.high, lang))
    return locale.of(lang).comma.join(parts)


def _stretch(number: NumberType, low: int, high: int, lang: Lang) -> str:
    """From where to where a row goes, as a booklet writes it: «over 60 up to 100», and not «60.01 to 100»."""
    begins, ends = low > number.low, high < number.high
    over, below = _rounder(low - 1, low), _rounder(high + 1, high)
    first = (_OVER if over else _FROM).of(lang).format(n=_written(low - 1 if over else low, number, lang))
    last = (_BELOW if below else _UPTO).of(lang).format(n=_written(high + 1 if below else high, number, lang))
    if begins and ends:
        return _BOTH.of(lang).format(first=first, last=last)
    return first if begins else last if ends else _EVERY.of(lang)


def _rounder(end: int, beside: int) -> bool:
    """Whether a number has fewer digits that count than the one beside it."""
    return len(str(abs(end)).rstrip("0")) < len(str(abs(beside)).rstrip("0"))


def _written(units: int, number: NumberType, lang: Lang) -> str:
    return value_html.plain_number(tidy(Decimal(units).scaleb(-number.decimals)), lang)
