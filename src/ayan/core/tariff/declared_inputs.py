"""The declaration of one input: its kind, its bounds or choices, and an invented value to try it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from ayan.core.schema.tables import TomlTable
from ayan.core.tariff import formula, outcome, refusals
from ayan.core.tariff.formula import ChoiceType, FormulaError, NumberType
from ayan.core.tariff.limits import MOST_DECIMALS
from ayan.core.tariff.tariff import TariffInput
from ayan.core.values.label import Label

RIAL: Final = Label("ریال", "rial")
_SQUARE_METRE: Final = Label("متر مربع", "m²")

KINDS: Final[Mapping[str, tuple[int, Label | None]]] = {
    "rial": (0, RIAL),
    "area": (2, _SQUARE_METRE),
    "count": (0, None),
    "number": (0, None),
    "choice": (0, None),
}
"""The kinds of inputs: how many decimals, and the unit, where the declaration says nothing else."""

_Part = TypeVar("_Part")


def declared_input(table: TomlTable) -> TariffInput | None:
    """The input of one table; None, with every fault noted, where it is none."""
    for key in ("name", "kind"):
        table.needed(key)
    name, kind = table.text("name") or "", table.one_of("kind", tuple(KINDS)) or "number"
    choices = _choices(table) if kind == "choice" else ()
    declared = ChoiceType(tuple(code for code, _ in choices)) if kind == "choice" else _bounds(table, kind)
    tariff_input = TariffInput(
        name,
        table.needed_label("title"),
        declared or NumberType(0, 0, 0),
        choices,
        table.label("unit") or KINDS[kind][1],
        table.label("hint"),
        _sample(table),
    )
    if declared is None:
        return None
    if tariff_input.sample:
        try:
            outcome.read_input(tariff_input, tariff_input.sample)
        except outcome.InputRefused as wrong:
            table.refuse("sample", "wrong-type", refusals.SAMPLE.format(why=wrong.label))
    return tariff_input


def _sample(table: TomlTable) -> str:
    value = table.raw_value("sample")
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _choices(table: TomlTable) -> tuple[tuple[str, Label], ...]:
    table.needed("choices")
    choices = []
    for row in table.tables("choices", "code"):
        row.needed("code")
        code = row.text("code") or ""
        choices.append((code, row.words() or Label("", "")))
        row.close()
    codes = [code for code, _ in choices]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        table.refuse("choices", "repeated", value=code)
    if not choices:
        table.refuse("choices", "missing", refusals.NONE_DECLARED)
    return tuple(choices)


def _bounds(table: TomlTable, kind: str) -> NumberType | None:
    for key in ("minimum", "maximum"):
        table.needed(key)
    decimals = table.whole("decimals", 0, MOST_DECIMALS)
    decimals = KINDS[kind][0] if decimals is None else decimals
    ends = [table.number(key) for key in ("minimum", "maximum")]
    units = [end.scaleb(decimals) for end in ends if end is not None]
    if len(units) < 2:
        return None
    if units[0] > units[1] or any(each != each.to_integral_value() for each in units):
        table.refuse("minimum", "wrong-type", refusals.BOUNDS)
        return None
    return formula_at(table, "maximum", lambda: formula.bounded(decimals, int(units[0]), int(units[1])))


def formula_at(table: TomlTable, key: str, read: Callable[[], _Part]) -> _Part | None:
    """What ``read`` makes of a formula; None, with the fault noted at its key, where it is none."""
    try:
        return read()
    except FormulaError as fault:
        table.refuse(key, "sql", fault.label)
        return None
